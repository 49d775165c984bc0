//! Makes a whole federation into a directory: authorities, certificates, keys, roster and configurations.
//!
//! For demonstrations, tests and first steps. Real agencies make their own keys and send only public halves; here
//! one hand holds all of them, which `authority/` shows: keep that directory from every node.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rogatory_domain::{AgencyId, FederationId};
use rogatory_evidence::Roster;
use rogatory_evidence::roster::{FORMAT, KeyText, Member, roster_key_name};
use rogatory_keys::{DirVault, KeyFileError, LedgerKey, Random, SealingKey};
use rogatory_tlog::{KeyKind, Note, NoteError, SignatureLine, VerifierKey};
use rogatory_tls::{Authority, AuthorityError, ClientRole, Validity, save_authority, save_credentials};
use serde::{Deserialize, Serialize};

use crate::beginning::Beginning;

mod layout;
#[cfg(test)]
mod tests;

pub use layout::Layout;

/// The clients each agency gets a certificate for, by file stem.
pub const CLIENTS: [(ClientRole, &str); 3] =
    [(ClientRole::CaseSystem, "cases"), (ClientRole::Operator, "ops"), (ClientRole::Auditor, "audit")];

/// A federation to be made.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its id.
    pub federation: FederationId,
    /// Where nodes will run.
    #[serde(default)]
    pub layout: Layout,
    /// Days for which every certificate is valid.
    #[serde(default = "validity_days")]
    pub validity_days: u32,
    /// Its agencies.
    #[serde(rename = "agency")]
    pub agencies: Vec<PlannedAgency>,
}

fn validity_days() -> u32 {
    365
}

/// An agency to be made.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedAgency {
    /// Id.
    pub id: AgencyId,
    /// Official name.
    pub name: String,
    /// Jurisdiction whose calendar counts; ISO 3166-1 alpha-2, or EU.
    pub country: String,
    /// Host by which peers and clients reach it: a name or an address.
    pub host: String,
    /// Port of the Exchange.
    pub peer_port: u16,
    /// Port of Casework and Admin; may equal `peer_port`.
    pub client_port: u16,
    /// Port of the metrics, on the loopback; none when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics_port: Option<u16>,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Provisioned {
    /// The roster, as signed.
    pub roster: Roster,
    /// Key that signed it.
    pub roster_key: VerifierKey,
    /// The agencies in the order of the plan.
    pub agencies: Vec<ProvisionedAgency>,
}

/// What was made for one agency.
#[derive(Clone, Debug)]
pub struct ProvisionedAgency {
    /// Id.
    pub id: AgencyId,
    /// Its directory.
    pub dir: PathBuf,
    /// Its configuration file.
    pub config: PathBuf,
    /// Host and port of its clients' listener.
    pub client_endpoint: String,
    /// Directory of its clients' certificates.
    pub clients: PathBuf,
}

/// Why a federation was not made.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    /// Something is there already; keys that exist are never replaced, and no stranger's file becomes part of a federation.
    #[error("{} is not empty", .0.display())]
    Occupied(PathBuf),
    /// An agency is planned twice.
    #[error("{0} is planned twice")]
    Twice(AgencyId),
    /// A file could not be written.
    #[error("the federation cannot be written: {0}")]
    Io(#[from] io::Error),
    /// A key could not be stored.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// A certificate could not be issued.
    #[error("a certificate cannot be issued: {0}")]
    Certificate(#[from] AuthorityError),
    /// The roster could not be signed: it is larger than a signed note may be.
    #[error("the roster cannot be signed: {0}")]
    Roster(#[from] NoteError),
}

/// Makes the federation of `plan` in `dir`, which must be empty or absent.
///
/// # Errors
/// Names what stood in the way. What was written until then stays, without a roster.
pub fn provision(
    plan: &Plan,
    dir: &Path,
    now: Timestamp,
    random: &dyn Random,
) -> Result<Provisioned, ProvisionError> {
    if dir.exists() && fs::read_dir(dir)?.next().is_some() {
        return Err(ProvisionError::Occupied(dir.to_owned()));
    }
    for (i, agency) in plan.agencies.iter().enumerate() {
        if plan.agencies[..i].iter().any(|earlier| earlier.id == agency.id) {
            return Err(ProvisionError::Twice(agency.id.clone()));
        }
    }
    let validity = Validity::starting(now, SignedDuration::from_hours(24 * i64::from(plan.validity_days)))?;
    private_dir(dir)?;
    private_dir(&dir.join("authority"))?;
    let mut members = Vec::new();
    for agency in &plan.agencies {
        members.push(equip(plan, agency, dir, validity, random)?);
    }
    let roster =
        Roster { format: FORMAT.to_owned(), federation: plan.federation.clone(), version: 1, members };
    let (note, roster_key) = sign(&roster, &dir.join("authority"), random)?;
    let mut agencies = Vec::new();
    for agency in &plan.agencies {
        agencies.push(configure(plan, agency, dir, &note, &roster_key)?);
    }
    write(&dir.join("roster.vkey"), &format!("{roster_key}\n"))?;
    write(&dir.join("roster.note"), &note)?;
    Ok(Provisioned { roster, roster_key, agencies })
}

/// Makes an agency's keys and certificates, and its line of the roster.
fn equip(
    plan: &Plan,
    agency: &PlannedAgency,
    dir: &Path,
    validity: Validity,
    random: &dyn Random,
) -> Result<Member, ProvisionError> {
    let own = dir.join(agency.id.as_str());
    let authority = Authority::create(agency.id.clone(), plan.federation.clone(), validity)?;
    save_authority(&dir.join("authority"), agency.id.as_str(), &authority)?;
    private_dir(&own)?;
    write(&own.join("ca.crt"), authority.certificate_pem())?;
    let (names, addresses) = layout::names_of(&agency.host);
    save_credentials(&own, "node", &authority.issue_node(&names, &addresses, validity)?)?;
    let clients = own.join("clients");
    private_dir(&clients)?;
    for (role, name) in CLIENTS {
        save_credentials(&clients, name, &authority.issue_client(role, name, validity)?)?;
    }
    let (ledger, sealing) = (LedgerKey::generate(random), SealingKey::generate(random));
    ledger.store(&own.join("ledger.key"))?;
    sealing.store(&own.join("sealing.key"))?;
    if plan.layout == Layout::Local {
        let vault = DirVault::create(&own.join("vault"))?;
        Beginning::of(vault, &ledger.public()).await_first_start()?;
        private_dir(&own.join("data"))?;
    }
    Ok(Member {
        id: agency.id.clone(),
        name: agency.name.clone(),
        country: agency.country.clone(),
        party_id: format!("urn:oasis:names:tc:ebcore:partyid-type:unregistered:{}", agency.id),
        endpoint: layout::endpoint(&agency.host, agency.peer_port),
        accepts: vec![rogatory_domain::ReferralType::EuropeanArrestWarrant.code().to_owned()],
        roots: vec![authority.certificate_pem().to_owned()],
        ledger_key: KeyText(ledger.public().to_vec()),
        sealing_key: KeyText(sealing.public_bytes().to_vec()),
    })
}

/// Signs the roster with a fresh key, which stays beside the authorities.
fn sign(
    roster: &Roster,
    authority: &Path,
    random: &dyn Random,
) -> Result<(String, VerifierKey), ProvisionError> {
    let key = LedgerKey::generate(random);
    key.store(&authority.join("roster.key"))?;
    let public = VerifierKey::new(&roster_key_name(&roster.federation), KeyKind::Ed25519, &key.public())?;
    let text = roster.to_text();
    let line = SignatureLine::ed25519(&public, &key.sign(text.as_bytes()))?;
    Ok((Note::new(text, vec![line])?.to_string(), public))
}

fn configure(
    plan: &Plan,
    agency: &PlannedAgency,
    dir: &Path,
    note: &str,
    roster_key: &VerifierKey,
) -> Result<ProvisionedAgency, ProvisionError> {
    let own = dir.join(agency.id.as_str());
    write(&own.join("roster.note"), note)?;
    let config = own.join("node.toml");
    write(&config, &layout::config_text(plan, agency, roster_key))?;
    Ok(ProvisionedAgency {
        id: agency.id.clone(),
        config,
        client_endpoint: layout::endpoint(&agency.host, agency.client_port),
        clients: own.join("clients"),
        dir: own,
    })
}

/// Whatever the umask says, and though the directory was there, empty, before.
fn private_dir(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

/// A file without secrets, which nobody else may write.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::File::options().write(true).create_new(true).mode(0o644).open(path)?;
    file.write_all(text.as_bytes())
}

impl Plan {
    /// Five agencies of a demonstration on this machine, at ports from `first_port` on, three each.
    #[must_use]
    pub fn demo(layout: Layout, first_port: u16) -> Self {
        layout::demo(layout, first_port)
    }
}
