//! The look before the start: everything a start would refuse, all of it at once, each with its key and its file.
//!
//! Owns what is looked at. It must not change, make or lock a file, since an operator looks while the node runs, and as
//! another user than the node's.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rogatory_domain::refusal::Code;
use rogatory_evidence::roster::ROSTER_BYTES_MAX;
use rogatory_evidence::{Origin, Roster, RosterRefused};
use rogatory_keys::small_file::{self, SMALL_BYTES_MAX};
use rogatory_keys::{
    DirVault, KeyFileError, LedgerKey, NodeUser, PrivateError, SealingKey, SubmissionKey, Vault, private,
};
use rogatory_ledger::{Identity, RealDisk};
use rogatory_tls::{Clock, Credentials, Role, Trust};
use rustix::fs::{Access, access};

use crate::beginning::{Beginning, holds_segments};
use crate::config::{Config, ConfigFault};
use crate::credentials::{is_a_matter_of_time, named};
use crate::decrees::{self, Copies};
use crate::listening;
use crate::node::{NodeError, code_of_key, index_dir, ledger_dir};
use crate::notify::Receivers;
use crate::process;
use crate::revocation::{Declared, Numbers, read_lists, roots_of, unchecked};
use crate::roster_age;
use crate::roster_file;

/// Time before the end of a certificate in which it is mentioned.
const SOON: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Bits of a mode: what group and others may, what others may write, and that only owners rename in a directory.
const OF_OTHERS: u32 = 0o077;
const WRITABLE_BY_OTHERS: u32 = 0o002;
const STICKY: u32 = 0o1000;

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
    /// A fault with the code that the start would end with.
    fn fault(&mut self, key: &str, code: Code, text: impl Display) {
        let code = Some(code).filter(|code| *code != Code::ConfigTypo);
        self.faults.push(ConfigFault { code, ..ConfigFault::new(key, text) });
    }

    fn notice(&mut self, key: &str, text: impl Display) {
        self.notices.push(ConfigFault::new(key, text));
    }

    /// The value, or its error as a fault under the key.
    fn take<T, E: Display>(&mut self, key: &str, code: Code, outcome: Result<T, E>) -> Option<T> {
        outcome.map_err(|error| self.fault(key, code, error)).ok()
    }

    /// As [`Preflight::take`], for what the vault answered.
    fn take_of_vault<T, E: Display>(&mut self, config: &Config, outcome: Result<T, E>) -> Option<T> {
        let named = outcome.map_err(|error| format!("{}: {error}", config.keys.vault_dir.display()));
        self.take("keys.vault_dir", Code::VaultUnusable, named)
    }
}

/// Looks at everything that a configuration names.
#[must_use]
pub fn look(config: &Config, now: Timestamp) -> Preflight {
    let mut found = Preflight::default();
    for exposed in private_faults(config) {
        found.fault(&exposed.key, Code::NotPrivate, exposed.text);
    }
    for fault in decrees::learn(config, Copies::Left).err().unwrap_or_default() {
        found.fault(&fault.key, Code::ConfigTypo, fault.text);
    }
    let roster = roster(config, &mut found);
    let ledger_key = keys(config, roster.as_ref(), &mut found);
    certificate(config, roster.as_ref(), now, &mut found);
    places(config, &mut found);
    openness(config, &mut found);
    room(config, &mut found);
    addresses(config, &mut found);
    let agencies = roster.as_ref().map_or(0, |roster| roster.members().len());
    // The node may run under another limit than whoever looks.
    if let Err(error) = check_descriptors(config, agencies) {
        found.notice("limits.connections", format!("{} {error}", Code::TooFewDescriptors.refusal().id));
    }
    if let Some(roster) = &roster {
        roster_age(config, roster, &mut found);
    }
    if let Some(key) = ledger_key {
        ledger(config, &key, &mut found);
    }
    let clock: Clock = Arc::new(move || now);
    for fault in Receivers::load(config, &clock).err().into_iter().flatten() {
        found.fault(&fault.key, Code::ConfigTypo, fault.text);
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
        Err(error) => Some(ConfigFault::new(key, error)),
    };
    let of_files = files.filter_map(|(key, path)| exposed(key, private::check_file(&path, user)));
    let of_directories =
        directories.filter_map(|(key, path)| exposed(key, private::check_directory(&path, user)));
    of_files.chain(of_directories).collect()
}

fn roster(config: &Config, found: &mut Preflight) -> Option<Roster> {
    let file = &config.roster.file;
    let note =
        found.take("roster.file", Code::ConfigTypo, small_file::read_text(file, ROSTER_BYTES_MAX as u64))?;
    let verified = Roster::verify(&note, &config.roster.key.0).map_err(RosterRefused::from);
    let code = verified.as_ref().err().map_or(Code::RosterRejected, roster_file::code_of);
    let named = verified.map_err(|error| format!("{}: {error}", file.display()));
    let roster = found.take("roster.file", code, named)?;
    found.roster = Some((roster.version(), roster.members().len()));
    if *roster.federation() != config.federation {
        let text = format!("{} is the roster of {}", file.display(), roster.federation());
        found.fault("federation", Code::RosterRejected, text);
    }
    if roster.member(&config.agency).is_none() {
        let text = format!("{} does not name {}", file.display(), config.agency);
        found.fault("agency", Code::RosterRejected, text);
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
    let named = checked.map_err(|error| format!("{}: {error}", config.roster.file.display()));
    found.take("roster.file", Code::RosterRejected, named);
}

fn keys(config: &Config, roster: Option<&Roster>, found: &mut Preflight) -> Option<[u8; 32]> {
    let ledger = key("keys.ledger", LedgerKey::load(&config.keys.ledger), found);
    let sealing = key("keys.sealing", SealingKey::load(&config.keys.sealing), found);
    let member = roster.and_then(|roster| roster.member(&config.agency));
    let other = |path: &Path| format!("{} is not the key that the roster names", path.display());
    if let (Some(member), Some(key)) = (member, &ledger)
        && member.ledger_key().bytes() != key.public()
    {
        found.fault("keys.ledger", Code::KeyFileUnusable, other(&config.keys.ledger));
    }
    if let (Some(member), Some(key)) = (member, &sealing)
        && member.sealing_key() != key.public_bytes()
    {
        found.fault("keys.sealing", Code::KeyFileUnusable, other(&config.keys.sealing));
    }
    let vault = DirVault::open(&config.keys.vault_dir);
    if let Some(vault) = found.take("keys.vault_dir", Code::VaultUnusable, vault) {
        found.take_of_vault(config, Vault::check(&vault));
        if holds_segments(&ledger_dir(config)) {
            let owner = format!("{}/{}", config.federation, config.agency);
            found.take_of_vault(config, SubmissionKey::open(&vault, &owner));
        }
    }
    ledger.map(|key| key.public())
}

fn key<T>(option: &str, loaded: Result<T, KeyFileError>, found: &mut Preflight) -> Option<T> {
    let code = loaded.as_ref().err().map_or(Code::KeyFileUnusable, code_of_key);
    found.take(option, code, loaded)
}

fn certificate(config: &Config, roster: Option<&Roster>, now: Timestamp, found: &mut Preflight) {
    let (certificate, key) = (&config.tls.certificate, &config.tls.key);
    let read = |path| small_file::read_text(path, SMALL_BYTES_MAX);
    let chain = found.take("tls.certificate", Code::TlsUnusable, read(certificate));
    let secret = found.take("tls.key", Code::TlsUnusable, read(key));
    let (Some(chain), Some(secret)) = (chain, secret) else { return };
    let named = |error: &dyn Display| named(config, error);
    let own = Credentials::from_pem(&chain, &secret).map_err(|error| named(&error));
    let Some(own) = found.take("tls.certificate", Code::TlsUnusable, own) else { return };
    if let Err(fault) = own.check_pair() {
        found.fault("tls.key", Code::TlsUnusable, named(&fault));
    }
    let identity = own.identity();
    found.certificate_until = Some(identity.not_after);
    if identity.role != Role::Node {
        found.fault(
            "tls.certificate",
            Code::TlsUnusable,
            named(&format!("a node needs the certificate of a node, not of: {}", identity.role)),
        );
    }
    if identity.agency != config.agency {
        let text = named(&format!("they are of {}", identity.agency));
        found.fault("tls.certificate", Code::TlsUnusable, text);
    }
    if let Some(roster) = roster {
        let trust = trust(config, roster, now, found).map_err(|error| named(&error));
        match found
            .take("tls.certificate", Code::TlsUnusable, trust)
            .map(|trust| own.check_as_node(&trust, now))
        {
            // The node starts so that its own people can look, and nobody else believes it.
            Some(Err(error)) if is_a_matter_of_time(&error) => found.notice("tls.certificate", named(&error)),
            Some(Err(error)) => found.fault("tls.certificate", Code::TlsUnusable, named(&error)),
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
        found.fault("data_dir", Code::TlsUnusable, error);
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
        found.fault("data_dir", Code::TlsUnusable, error);
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
    for (key, path) in directories(config) {
        if path.exists() && !path.is_dir() {
            found.fault(key, Code::StorageUnusable, format!("{} is no directory", path.display()));
        } else if let Some(standing) = nearest_standing(&path).filter(|standing| standing.is_dir()) {
            let writable = access(&standing, Access::WRITE_OK | Access::EXEC_OK);
            let named =
                writable.map_err(|error| format!("{} cannot be written to: {error}", standing.display()));
            found.take(key, Code::StorageUnusable, named);
        }
    }
}

/// Directories that the node writes in, with the option that says where they are.
fn directories(config: &Config) -> Vec<(&'static str, PathBuf)> {
    let guard = config.keys.guard_dir.clone().map(|guard| ("keys.guard_dir", guard));
    let data = [config.data_dir.clone(), ledger_dir(config), index_dir(config)];
    data.into_iter().map(|path| ("data_dir", path)).chain(guard).collect()
}

/// What others may reach although the node's own directories are closed to them: today nobody does, and whoever copies a file
/// out, or may rename in the directory above, does.
fn openness(config: &Config, found: &mut Preflight) {
    let above = [&config.data_dir, &config.keys.vault_dir].map(|path| path.parent().map(Path::to_owned));
    let above: BTreeSet<PathBuf> = above.into_iter().flatten().collect();
    for directory in &above {
        let mode = mode_of(directory);
        if mode.is_some_and(|mode| mode & WRITABLE_BY_OTHERS != 0 && mode & STICKY == 0) {
            let text = "lets others put something else in the node's place: chmod o-w";
            found.notice("data_dir", format!("{} {text} {}", directory.display(), directory.display()));
        }
    }
    let guard = config.keys.guard_dir.clone().map(|guard| ("keys.guard_dir", guard));
    let places = std::iter::once(("data_dir", ledger_dir(config))).chain(guard);
    for (key, directory) in places {
        for file in fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let exposed = mode_of(&file).filter(|mode| file.is_file() && mode & OF_OTHERS != 0);
            if let Some(mode) = exposed {
                let file = file.display();
                found.notice(key, format!("{file} has mode {:04o}: chmod 0600 {file}", mode & 0o7777));
            }
        }
    }
}

fn mode_of(path: &Path) -> Option<u32> {
    // A directory named without one above it is in the present one.
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    Some(fs::metadata(path).ok()?.permissions().mode())
}

/// A node with less than its reserve starts, and takes no new work.
fn room(config: &Config, found: &mut Preflight) {
    let Some(volume) = nearest_standing(&ledger_dir(config)) else { return };
    let Ok(told) = rustix::fs::statvfs(&volume) else { return };
    let (free, reserve) = (told.f_bavail.saturating_mul(told.f_frsize), config.limits.disk_reserve_bytes);
    if free < reserve {
        let code = Code::DiskReserve.refusal().id;
        let text = format!("{code} {free} bytes are free at {}, {reserve} are kept", volume.display());
        found.notice("limits.disk_reserve_bytes", format!("{text} in reserve: a start takes no new work"));
    }
}

fn nearest_standing(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|above| above.exists()).map(Path::to_owned)
}

fn addresses(config: &Config, found: &mut Preflight) {
    // A node that runs on this ledger has its own addresses.
    let is_running = RealDisk::is_held(&ledger_dir(config));
    let refused = if is_running { listening::taken_twice(config) } else { listening::refusals(config) };
    for refused in refused {
        found.fault(refused.option(), Code::AddressUnusable, refused.told());
    }
}

fn ledger(config: &Config, key: &[u8; 32], found: &mut Preflight) {
    let Ok(vault) = DirVault::open(&config.keys.vault_dir) else { return };
    let beginning = Beginning::of(vault, key);
    let directory = ledger_dir(config);
    let (Some(begun), Some(awaited)) = (
        found.take_of_vault(config, beginning.origin()),
        found.take_of_vault(config, beginning.is_awaited()),
    ) else {
        return;
    };
    if holds_segments(&directory) {
        owner(config, key, &directory, begun.as_deref(), found);
    }
    let guard = config.keys.guard_dir.clone().unwrap_or_else(|| directory.clone()).join("guard");
    match (holds_segments(&directory), begun) {
        (true, _) if !guard.exists() => {
            found.fault(
                "keys.guard_dir",
                Code::GuardMissing,
                format!(
                    "{} is missing: mount its volume, or see rogatory ledger renew-guard",
                    guard.display()
                ),
            );
        }
        // A start reads its end; what it would find there takes as long as the ledger to tell.
        (true, _) => {
            if found.take_of_vault(config, beginning.lost_head()).flatten().is_some() {
                found.notice(
                    "data_dir",
                    "RG0612 a peer showed a head that the ledger lacked; a start goes on only if it has it",
                );
            }
            found.notice("data_dir", "whether the ledger is whole is told by: rogatory audit verify");
        }
        (false, Some(origin)) => {
            found.fault("data_dir", Code::LedgerMissing, NodeError::LedgerMissing { directory, origin });
        }
        (false, None) if awaited => found.notice("data_dir", "the first start will begin the ledger"),
        (false, None) => found.fault(
            "data_dir",
            Code::LedgerMissing,
            format!("{}: rogatory ledger begin --config FILE", NodeError::NotBegun(directory)),
        ),
    }
}

/// Whose the ledger is that lies there, as far as its first segment can be read.
fn owner(config: &Config, key: &[u8; 32], directory: &Path, begun: Option<&str>, found: &mut Preflight) {
    let identity = RealDisk::read_only(directory).and_then(|disk| Identity::first_on(&disk));
    let Ok(Some(identity)) = identity else { return };
    let is_own = |origin: Origin| origin.federation == config.federation && origin.agency == config.agency;
    if identity.key != *key {
        found.fault("keys.ledger", Code::OtherLedger, NodeError::OtherKey(directory.to_owned()));
    } else if !identity.origin.parse().is_ok_and(is_own) {
        let text = format!("{} holds the ledger {}", directory.display(), identity.origin);
        found.fault("data_dir", Code::OtherLedger, text);
    } else if let Some(origin) = begun.filter(|begun| *begun != identity.origin) {
        let (directory, origin) = (directory.to_owned(), origin.to_owned());
        let other = NodeError::OtherLedger { directory, found: identity.origin, origin };
        found.fault("data_dir", Code::HistoryLost, other);
    }
}
