//! The look before the start: everything a start would refuse, all of it at once, each with its key and its file.
//!
//! Owns what is looked at. It must not change, make or lock a file, since an operator looks while the node runs, and as
//! another user than the node's.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rogatory_evidence::Roster;
use rogatory_evidence::roster::ROSTER_BYTES_MAX;
use rogatory_keys::small_file::{self, SMALL_BYTES_MAX};
use rogatory_keys::{DirVault, LedgerKey, NodeUser, PrivateError, SealingKey, SubmissionKey, Vault, private};
use rogatory_ledger::RealDisk;
use rogatory_tls::{Credentials, Role, Trust};
use rustix::fs::{Access, access};

use crate::beginning::{Beginning, holds_segments};
use crate::config::{Config, ConfigFault, Listen};
use crate::credentials::is_a_matter_of_time;
use crate::node::{NodeError, ledger_dir};
use crate::process;
use crate::revocation::{Declared, Numbers, read_lists, roots_of, unchecked};
use crate::roster_age;

/// Time before the end of a certificate in which it is mentioned.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Preflight {
    /// What a start would refuse.
    pub faults: Vec<ConfigFault>,
    /// What it would not refuse, and somebody should know.
    pub notices: Vec<ConfigFault>,
    /// Version of the roster and the agencies in it, if it could be read.
    pub roster: Option<(u64, usize)>,
    /// Last instant at which the node's certificate is valid, if it could be read.
    pub certificate_until: Option<Timestamp>,
}

impl Preflight {
    fn fault(&mut self, key: &str, text: impl Display) {
        self.faults.push(ConfigFault { key: key.to_owned(), text: text.to_string() });
    }

    fn notice(&mut self, key: &str, text: impl Display) {
        self.notices.push(ConfigFault { key: key.to_owned(), text: text.to_string() });
    }

    /// The value, or its error as a fault under the key.
    fn take<T, E: Display>(&mut self, key: &str, outcome: Result<T, E>) -> Option<T> {
        outcome.map_err(|error| self.fault(key, error)).ok()
    }
}

/// Looks at everything that a configuration names.
#[must_use]
pub fn look(config: &Config, now: Timestamp) -> Preflight {
    let mut found = Preflight { faults: private_faults(config), ..Preflight::default() };
    let roster = roster(config, &mut found);
    let ledger_key = keys(config, roster.as_ref(), &mut found);
    certificate(config, roster.as_ref(), now, &mut found);
    places(config, &mut found);
    addresses(config, &mut found);
    let agencies = roster.as_ref().map_or(0, |roster| roster.members().len());
    // The node may run under another limit than whoever looks.
    if let Err(error) = check_descriptors(config, agencies) {
        found.notice("limits.connections", error);
    }
    if let Some(roster) = &roster {
        roster_age(config, roster, &mut found);
    }
    if let Some(key) = ledger_key {
        ledger(config, &key, &mut found);
    }
    // A file that is missing is told of once, under the first key whose look found it so.
    let mut told = BTreeSet::new();
    found.faults.retain(|fault| told.insert(fault.text.clone()));
    found
}

/// Refuses a start while somebody else than the node's user reaches a secret.
///
/// # Errors
/// [`NodeError::NotPrivate`] with every such file.
pub(crate) fn check_private(config: &Config) -> Result<(), NodeError> {
    let faults = private_faults(config);
    if faults.is_empty() { Ok(()) } else { Err(NodeError::NotPrivate(faults)) }
}

/// Refuses a start under limits that need more descriptors than this process may have.
///
/// # Errors
/// [`NodeError::TooFewDescriptors`].
pub(crate) fn check_descriptors(config: &Config, agencies: usize) -> Result<(), NodeError> {
    let needed = process::descriptors_needed(config, agencies);
    match process::descriptors_allowed() {
        Some(allowed) if allowed < needed => Err(NodeError::TooFewDescriptors { needed, allowed }),
        _ => Ok(()),
    }
}

/// Secrets that are not private. What is missing is the concern of whoever needs it.
fn private_faults(config: &Config) -> Vec<ConfigFault> {
    let user = NodeUser::owning(&config.keys.vault_dir);
    let files = [
        ("tls.key", config.tls.key.clone()),
        ("keys.ledger", config.keys.ledger.clone()),
        ("keys.sealing", config.keys.sealing.clone()),
    ];
    let vault = fs::read_dir(&config.keys.vault_dir).into_iter().flatten().flatten();
    // Marks and tombstones are no secrets.
    let days =
        vault.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "key"));
    let files = files.into_iter().chain(days.map(|path| ("keys.vault_dir", path)));
    let directories = [
        ("keys.vault_dir", Some(config.keys.vault_dir.clone())),
        ("data_dir", Some(config.data_dir.clone())),
        ("keys.guard_dir", config.keys.guard_dir.clone()),
    ];
    let directories = directories.into_iter().filter_map(|(key, path)| Some((key, path?)));
    let exposed = |key: &str, outcome: Result<(), PrivateError>| match outcome {
        Err(PrivateError::Unreadable { .. }) | Ok(()) => None,
        Err(error) => Some(ConfigFault { key: key.to_owned(), text: error.to_string() }),
    };
    let of_files = files.filter_map(|(key, path)| exposed(key, private::check_file(&path, user)));
    let of_directories =
        directories.filter_map(|(key, path)| exposed(key, private::check_directory(&path, user)));
    of_files.chain(of_directories).collect()
}

fn roster(config: &Config, found: &mut Preflight) -> Option<Roster> {
    let file = &config.roster.file;
    let note = found.take("roster.file", small_file::read_text(file, ROSTER_BYTES_MAX as u64))?;
    let verified = Roster::verify(&note, &config.roster.key.0);
    let roster =
        found.take("roster.file", verified.map_err(|error| format!("{}: {error}", file.display())))?;
    found.roster = Some((roster.version(), roster.members().len()));
    if *roster.federation() != config.federation {
        found.fault("federation", format!("{} is the roster of {}", file.display(), roster.federation()));
    }
    if roster.member(&config.agency).is_none() {
        found.fault("agency", format!("{} does not name {}", file.display(), config.agency));
    }
    Some(roster)
}

/// What a start asks the ledger, which whoever looks must not open, is asked the note beside it.
fn roster_age(config: &Config, roster: &Roster, found: &mut Preflight) {
    let known = roster_age::noted(config);
    if known.is_none() && holds_segments(&ledger_dir(config)) {
        found.notice("roster.file", "which roster was in force is not noted here; a start asks the ledger");
    }
    let checked = known.map_or(Ok(()), |known| known.may_be_followed_by(roster.in_force()));
    found.take("roster.file", checked.map_err(|error| format!("{}: {error}", config.roster.file.display())));
}

fn keys(config: &Config, roster: Option<&Roster>, found: &mut Preflight) -> Option<[u8; 32]> {
    let ledger = found.take("keys.ledger", LedgerKey::load(&config.keys.ledger));
    let sealing = found.take("keys.sealing", SealingKey::load(&config.keys.sealing));
    let member = roster.and_then(|roster| roster.member(&config.agency));
    let other = |path: &Path| format!("{} is not the key that the roster names", path.display());
    if let (Some(member), Some(key)) = (member, &ledger)
        && member.ledger_key().bytes() != key.public()
    {
        found.fault("keys.ledger", other(&config.keys.ledger));
    }
    if let (Some(member), Some(key)) = (member, &sealing)
        && member.sealing_key() != key.public_bytes()
    {
        found.fault("keys.sealing", other(&config.keys.sealing));
    }
    let vault = DirVault::open(&config.keys.vault_dir);
    if let Some(vault) = found.take("keys.vault_dir", vault) {
        let checked = Vault::check(&vault);
        found
            .take("keys.vault_dir", checked.map_err(|e| format!("{}: {e}", config.keys.vault_dir.display())));
        if holds_segments(&ledger_dir(config)) {
            let owner = format!("{}/{}", config.federation, config.agency);
            let key = SubmissionKey::open(&vault, &owner);
            found
                .take("keys.vault_dir", key.map_err(|e| format!("{}: {e}", config.keys.vault_dir.display())));
        }
    }
    ledger.map(|key| key.public())
}

fn certificate(config: &Config, roster: Option<&Roster>, now: Timestamp, found: &mut Preflight) {
    let (certificate, key) = (&config.tls.certificate, &config.tls.key);
    let chain = found.take("tls.certificate", small_file::read_text(certificate, SMALL_BYTES_MAX));
    let secret = found.take("tls.key", small_file::read_text(key, SMALL_BYTES_MAX));
    let (Some(chain), Some(secret)) = (chain, secret) else { return };
    let named = |error: &dyn Display| format!("{} and {}: {error}", certificate.display(), key.display());
    let own = Credentials::from_pem(&chain, &secret).map_err(|error| named(&error));
    let Some(own) = found.take("tls.certificate", own) else { return };
    let identity = own.identity();
    found.certificate_until = Some(identity.not_after);
    if identity.role != Role::Node {
        found.fault(
            "tls.certificate",
            named(&format!("a node needs the certificate of a node, not of: {}", identity.role)),
        );
    }
    if identity.agency != config.agency {
        found.fault("tls.certificate", named(&format!("they are of {}", identity.agency)));
    }
    if let Some(roster) = roster {
        let trust = trust(config, roster, now, found).map_err(|error| named(&error));
        match found.take("tls.certificate", trust).map(|trust| own.check_as_node(&trust, now)) {
            // The node starts so that its own people can look, and nobody else believes it.
            Some(Err(error)) if is_a_matter_of_time(&error) => found.notice("tls.certificate", named(&error)),
            Some(Err(error)) => found.fault("tls.certificate", named(&error)),
            Some(Ok(())) | None => {}
        }
    }
    if identity.not_after >= now && identity.not_after.duration_since(now) < SOON {
        found.notice("tls.certificate", format!("{} ends at {}", certificate.display(), identity.not_after));
    }
}

/// Roots and lists as a start would take them. A list that is not believed shuts out its agency and hinders no start.
fn trust(config: &Config, roster: &Roster, now: Timestamp, found: &mut Preflight) -> Result<Trust, String> {
    let numbers = Numbers::load(config).unwrap_or_else(|error| {
        found.fault("data_dir", error);
        Numbers::default()
    });
    let lists = read_lists(config, roster, &numbers);
    for entry in &lists {
        if let Err(fault) = entry.revocation.current(now) {
            let (agency, file) = (&entry.agency, entry.file.display());
            found.notice("tls.revocation_dir", format!("{file}: {agency} is shut out: {fault}"));
        }
    }
    let declared = Declared::load(config).unwrap_or_else(|error| {
        found.fault("data_dir", error);
        Declared::default()
    });
    for agency in unchecked(config, &lists) {
        let since = declared.iter().find(|(known, _)| **known == agency);
        let since = since.map(|(_, since)| format!(" since {since}")).unwrap_or_default();
        found.notice(
            "tls.revocation_dir",
            format!("{agency} declares to publish no list: it is not checked{since}"),
        );
    }
    let roots = roots_of(roster, lists).map_err(|error| error.to_string())?;
    Trust::new(config.federation.clone(), roots).map_err(|error| error.to_string())
}

/// Directories that must be there, or be made, and be written to.
fn places(config: &Config, found: &mut Preflight) {
    let places = [("data_dir", Some(&config.data_dir)), ("keys.guard_dir", config.keys.guard_dir.as_ref())];
    for (key, path) in places.into_iter().filter_map(|(key, path)| Some((key, path?))) {
        if path.exists() && !path.is_dir() {
            found.fault(key, format!("{} is no directory", path.display()));
        } else if let Some(standing) = nearest_standing(path) {
            let writable = access(&standing, Access::WRITE_OK | Access::EXEC_OK);
            found.take(
                key,
                writable.map_err(|error| format!("{} cannot be written to: {error}", standing.display())),
            );
        }
    }
}

fn nearest_standing(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|above| above.exists()).map(Path::to_owned)
}

fn addresses(config: &Config, found: &mut Preflight) {
    // A node that runs on this ledger has its own addresses.
    if !RealDisk::is_held(&ledger_dir(config)) {
        free_addresses(config, found);
    }
    let Some(metrics) = config.listen.metrics else { return };
    for (name, address) in [("listen.peers", config.listen.peers), ("listen.clients", config.listen.clients)]
    {
        let overlap =
            metrics.ip() == address.ip() || metrics.ip().is_unspecified() || address.ip().is_unspecified();
        if metrics.port() == address.port() && metrics.port() != 0 && overlap {
            found.fault("listen.metrics", format!("{metrics} is taken by {name}"));
        }
    }
}

fn free_addresses(config: &Config, found: &mut Preflight) {
    let Listen { peers, clients, metrics } = config.listen;
    let addresses =
        [("listen.peers", Some(peers)), ("listen.clients", Some(clients)), ("listen.metrics", metrics)];
    for (key, address) in addresses.into_iter().filter_map(|(key, address)| Some((key, address?))) {
        let listened = TcpListener::bind(address).map(drop);
        found.take(key, listened.map_err(|error| format!("{address} cannot be listened on: {error}")));
    }
}

fn ledger(config: &Config, key: &[u8; 32], found: &mut Preflight) {
    let Ok(vault) = DirVault::open(&config.keys.vault_dir) else { return };
    let beginning = Beginning::of(vault, key);
    let directory = ledger_dir(config);
    let (Some(begun), Some(awaited)) = (
        found.take("keys.vault_dir", beginning.origin()),
        found.take("keys.vault_dir", beginning.is_awaited()),
    ) else {
        return;
    };
    let guard = config.keys.guard_dir.clone().unwrap_or_else(|| directory.clone()).join("guard");
    match (holds_segments(&directory), begun) {
        (true, _) if !guard.exists() => {
            found.fault(
                "keys.guard_dir",
                format!(
                    "{} is missing: mount its volume, or see rogatory ledger renew-guard",
                    guard.display()
                ),
            );
        }
        // A start reads its end; what it would find there takes as long as the ledger to tell.
        (true, _) => {
            if found.take("keys.vault_dir", beginning.lost_head()).flatten().is_some() {
                found.notice(
                    "data_dir",
                    "RG0612 a peer showed a head that the ledger lacked; a start goes on only if it has it",
                );
            }
            found.notice("data_dir", "whether the ledger is whole is told by: rogatory audit verify");
        }
        (false, Some(origin)) => found.fault("data_dir", NodeError::LedgerMissing { directory, origin }),
        (false, None) if awaited => found.notice("data_dir", "the first start will begin the ledger"),
        (false, None) => found.fault(
            "data_dir",
            format!("{}: rogatory ledger begin --config FILE", NodeError::NotBegun(directory)),
        ),
    }
}
