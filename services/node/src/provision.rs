//! Makes a whole federation into a directory: authorities, certificates, keys, roster and configurations.
//!
//! For demonstrations, tests and first steps. Real agencies make their own keys and send only public halves; here
//! one hand holds all of them, which `authority/` shows: keep that directory from every node.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use jiff::{SignedDuration, Timestamp};
use rogatory_domain::instrument::{INSTRUMENTS, Instrument};
use rogatory_domain::{AgencyId, FederationId};
use rogatory_evidence::roster::{Acceptance, Card, LedgerKeyRange, Member, SealingKeyRange};
use rogatory_evidence::{Roster, RosterDraft, RosterError};
use rogatory_keys::{KeyFileError, LedgerKey, Random, RosterKey, SealingKey};
use rogatory_tlog::VerifierKey;
use rogatory_tls::{Authority, AuthorityError, ClientRole, Validity};
use serde::{Deserialize, Serialize};

use crate::beginning::Beginning;
use crate::roster_signing::{sign, verifier_key};

mod files;
mod layout;
#[cfg(test)]
mod tests;

pub use layout::Layout;

/// Agencies for which a thread is worth its start.
const SHARE_COUNT_MIN: usize = 16;

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
    /// Part of it with a calendar of its own, by ISO 3166-2: `BY` of `DE-BY`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
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
    /// A home is made for one agency at a time.
    #[error("a home is made for one agency")]
    NotOne,
    /// A file could not be written.
    #[error("the federation cannot be written: {0}")]
    Io(#[from] io::Error),
    /// A key could not be stored.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// A certificate could not be issued.
    #[error("a certificate cannot be issued: {0}")]
    Certificate(#[from] AuthorityError),
    /// The roster could not be signed.
    #[error("the roster cannot be signed: {0}")]
    Roster(#[from] RosterError),
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
    let mut planned = HashSet::new();
    if let Some(twice) = plan.agencies.iter().find(|agency| !planned.insert(&agency.id)) {
        return Err(ProvisionError::Twice(twice.id.clone()));
    }
    let validity = Validity::starting(now, SignedDuration::from_hours(24 * i64::from(plan.validity_days)))?;
    files::private_dir(dir)?;
    files::private_dir(&dir.join("authority"))?;
    let members = equip_all(plan, dir, validity, random)?;
    let draft = RosterDraft { members, ..RosterDraft::new(plan.federation.clone()) };
    let key = RosterKey::generate(random);
    key.store(&dir.join("authority").join("roster.key"))?;
    let roster_key = verifier_key(&plan.federation, &key)?;
    let roster = sign(&draft, &key)?;
    files::public(&dir.join("roster.vkey"), &format!("{roster_key}\n"))?;
    files::public(&dir.join("roster.note"), roster.note())?;
    let mut agencies = Vec::new();
    for agency in &plan.agencies {
        agencies.push(configure(plan, agency, dir, &roster_key)?);
    }
    Ok(Provisioned { roster, roster_key, agencies })
}

/// Equips every agency, on as many threads as the machine has for it.
fn equip_all(
    plan: &Plan,
    dir: &Path,
    validity: Validity,
    random: &dyn Random,
) -> Result<Vec<Member>, ProvisionError> {
    let equip_one = |agency: &PlannedAgency| -> Result<Member, ProvisionError> {
        let own = dir.join(agency.id.as_str());
        let places = (own.as_path(), dir.join("authority"));
        let (member, ledger) = equip(&plan.federation, agency, (places.0, &places.1), validity, random)?;
        if plan.layout == Layout::Local {
            let vault = own.join("vault");
            files::private_dir(&vault)?;
            files::secret(&vault.join(Beginning::word_of(&ledger.public())), "")?;
            files::private_dir(&own.join("data"))?;
        }
        Ok(member)
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = plan.agencies.len().div_ceil(threads).max(SHARE_COUNT_MIN);
    thread::scope(|scope| {
        let shares = plan.agencies.chunks(share);
        let started: Vec<_> = shares
            .map(|share| scope.spawn(|| share.iter().map(equip_one).collect::<Result<Vec<_>, _>>()))
            .collect();
        let mut members = Vec::with_capacity(plan.agencies.len());
        for thread in started {
            members.extend(thread.join().map_err(|_| io::Error::other("a thread panicked"))??);
        }
        Ok(members)
    })
}

/// Makes the home of one agency that is to join a federation: authority, certificates, keys and configuration, and the card
/// that it sends to whoever signs the roster. Its ledger is begun by hand, once the roster is there.
///
/// # Errors
/// Names what stood in the way. What was written until then stays, without a card.
pub fn init_agency(
    plan: &Plan,
    dir: &Path,
    roster_key: &VerifierKey,
    now: Timestamp,
    random: &dyn Random,
) -> Result<Card, ProvisionError> {
    if dir.exists() && fs::read_dir(dir)?.next().is_some() {
        return Err(ProvisionError::Occupied(dir.to_owned()));
    }
    let [agency] = &plan.agencies[..] else { return Err(ProvisionError::NotOne) };
    let validity = Validity::starting(now, SignedDuration::from_hours(24 * i64::from(plan.validity_days)))?;
    files::private_dir(dir)?;
    let authority = dir.join("authority");
    files::private_dir(&authority)?;
    let (member, _) = equip(&plan.federation, agency, (dir, &authority), validity, random)?;
    files::public(&dir.join("node.toml"), &layout::config_text(plan, agency, roster_key))?;
    let card = Card::new(plan.federation.clone(), member);
    // What no roster would take is said before it is sent.
    Card::parse(&card.to_text())?;
    files::public(&dir.join("card.toml"), &card.to_text())?;
    // These keys are made once.
    files::sync(dir)?;
    Ok(card)
}

/// Makes an agency's keys and certificates in its own directory, its authority's in another, and its part of the roster.
fn equip(
    federation: &FederationId,
    agency: &PlannedAgency,
    (own, authority_dir): (&Path, &Path),
    validity: Validity,
    random: &dyn Random,
) -> Result<(Member, LedgerKey), ProvisionError> {
    let authority = Authority::create(agency.id.clone(), federation.clone(), validity)?;
    files::authority(authority_dir, agency.id.as_str(), &authority)?;
    files::private_dir(own)?;
    files::public(&own.join("ca.crt"), authority.certificate_pem())?;
    let (names, addresses) = layout::names_of(&agency.host);
    files::credentials(own, "node", &authority.issue_node(&names, &addresses, validity)?)?;
    let clients = own.join("clients");
    files::private_dir(&clients)?;
    for (role, name) in CLIENTS {
        files::credentials(&clients, name, &authority.issue_client(role, name, validity)?)?;
    }
    let (ledger, sealing) = (LedgerKey::generate(random), SealingKey::generate(random));
    files::secret(&own.join("ledger.key"), &ledger.file_text())?;
    files::secret(&own.join("sealing.key"), &sealing.file_text())?;
    let member = Member {
        id: agency.id.clone(),
        name: agency.name.clone(),
        country: agency.country.clone(),
        part: agency.part.clone(),
        party_id: format!("urn:oasis:names:tc:ebcore:partyid-type:unregistered:{}", agency.id),
        endpoint: layout::endpoint(&agency.host, agency.peer_port),
        via: None,
        roots: vec![authority.certificate_pem().to_owned()],
        accepts: accepts_everything(&agency.id),
        ledger_keys: vec![LedgerKeyRange::current(ledger.public())],
        sealing_keys: vec![SealingKeyRange::first(sealing.public_bytes())],
        other: toml::Table::new(),
    };
    Ok((member, ledger))
}

/// Bytes that the copies of a roster may have together. Thousands of agencies would each have megabytes of the same: they
/// share one file under many names.
const COPIES_BYTES_MAX: u64 = 256 << 20;

/// Every instrument that this release knows, in every capacity; notices about cases as the one kind of agency that it is.
#[must_use]
pub fn accepts_everything(agency: &AgencyId) -> Vec<Acceptance> {
    let newest = INSTRUMENTS.iter().filter(|known| Instrument::of_code(known.code) == Some(**known));
    newest
        .map(|known| {
            let codes = known.capacities.iter().map(|capacity| capacity.code);
            match **known == *Instrument::notice() {
                true => Acceptance::new(known.code, kind_of(agency)),
                false => Acceptance::new(known.code, codes),
            }
        })
        .collect()
}

/// The kind of agency whose code stands in the id, such as that of Europol in `eu-europol`; the last one of the table for any other.
fn kind_of(agency: &AgencyId) -> Option<&'static str> {
    let kinds: Vec<&str> = Instrument::notice().listed_capacities().map(|kind| kind.code).collect();
    let named = kinds.iter().find(|kind| agency.as_str().contains(**kind));
    named.or(kinds.last()).copied()
}

fn configure(
    plan: &Plan,
    agency: &PlannedAgency,
    dir: &Path,
    roster_key: &VerifierKey,
) -> Result<ProvisionedAgency, ProvisionError> {
    let own = dir.join(agency.id.as_str());
    let (roster, copy) = (dir.join("roster.note"), own.join("roster.note"));
    let all_bytes = fs::metadata(&roster)?.len().saturating_mul(plan.agencies.len() as u64);
    if all_bytes <= COPIES_BYTES_MAX {
        fs::copy(roster, copy)?;
    } else {
        fs::hard_link(roster, copy)?;
    }
    let config = own.join("node.toml");
    files::public(&config, &layout::config_text(plan, agency, roster_key))?;
    Ok(ProvisionedAgency {
        id: agency.id.clone(),
        config,
        client_endpoint: layout::endpoint(&agency.host, agency.client_port),
        clients: own.join("clients"),
        dir: own,
    })
}

impl Plan {
    /// Six agencies of a demonstration on this machine, at ports from `first_port` on, three each.
    #[must_use]
    pub fn demo(layout: Layout, first_port: u16) -> Self {
        layout::demo(layout, first_port)
    }
}
