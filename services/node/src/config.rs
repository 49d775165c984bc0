//! The node's configuration: one TOML file, checked whole before anything is opened.
//!
//! Owns the sections and how they are read. It must not open what the paths name, and holds no secret itself.

mod check;
mod mail;
mod option;
mod page;
mod target;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use rogatory_domain::{AgencyId, FederationId};
use rogatory_keys::SmallFileError;
use rogatory_keys::small_file::{self, SMALL_BYTES_MAX};
use rogatory_tlog::VerifierKey;
use serde::{Deserialize, Serialize};

pub use check::ConfigFault;
pub use mail::{MailAddress, Relay, Sealing};
pub use option::{Kind, OPTIONS, Preset, Setting};
pub use page::reference_page;
pub use target::Target;

/// Everything a node is told by its operator.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The agency this node speaks for.
    pub agency: AgencyId,
    /// The federation it is in.
    pub federation: FederationId,
    /// Directory of ledger and index.
    pub data_dir: PathBuf,
    /// Where it listens.
    pub listen: Listen,
    /// Its own certificate.
    pub tls: TlsFiles,
    /// The list of agencies.
    pub roster: RosterFile,
    /// Its keys.
    pub keys: KeyFiles,
    /// Named limits.
    pub limits: Limits,
    /// Delivery to peers.
    pub delivery: Delivery,
    /// What is known of days beside the release.
    #[serde(default, skip_serializing_if = "CalendarFiles::is_empty")]
    pub calendars: CalendarFiles,
    /// What it writes to standard error.
    pub log: LogStyle,
    /// Whom it tells of alarms.
    #[serde(default, skip_serializing_if = "Notify::is_empty")]
    pub notify: Notify,
}

/// Addresses; peers and clients may share one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listen {
    /// For other nodes (Exchange).
    pub peers: SocketAddr,
    /// For the agency's own clients (Casework, Admin).
    pub clients: SocketAddr,
    /// For the collector of metrics, plain HTTP; none when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<SocketAddr>,
}

/// The node's certificate and key, PEM.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// Chain, leaf first.
    pub certificate: PathBuf,
    /// Private key, mode 0600.
    pub key: PathBuf,
    /// Directory of revocation lists, one `<agency>.crl` (PEM) an agency; none are checked when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_dir: Option<PathBuf>,
}

/// Where the roster is, and whose signature makes it one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterFile {
    /// The signed note.
    pub file: PathBuf,
    /// Key that must have signed it.
    pub key: RosterKey,
}

/// The agency's keys on disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFiles {
    /// Signs heads of the ledger.
    pub ledger: PathBuf,
    /// Opens what peers seal.
    pub sealing: PathBuf,
    /// Day keys; erasure destroys them, so no backup may hold this directory.
    pub vault_dir: PathBuf,
    /// The guard file's directory, best on another volume; the data directory when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guard_dir: Option<PathBuf>,
}

/// Limits with their units; beyond each stands a documented refusal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Bytes of one gRPC message from a client.
    pub message_bytes: usize,
    /// Calls of one share under way at once.
    pub in_flight_calls: usize,
    /// Bytes of one share's messages on their way in, and as many of answers that it has not read.
    pub in_flight_bytes: usize,
    /// Connections that stand at once on one listener.
    pub connections: usize,
    /// Connections that one certificate's holder has at once.
    pub connections_per_identity: usize,
    /// Calls one share may make a second, sustained.
    pub calls_per_second: u32,
    /// Calls one share may make at once after a pause.
    pub calls_burst: u32,
    /// Seconds after which a client has to connect again, so that it is judged by the newest roots.
    pub client_connection_seconds: u64,
    /// Bytes kept free on the volume of the ledger.
    pub disk_reserve_bytes: u64,
    /// Bytes of one segment file of the ledger.
    pub segment_bytes: u64,
    /// Seconds that calls under way have to end when the node closes.
    pub drain_seconds: u64,
}

/// Days that governments declared after the release.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarFiles {
    /// Directory of decree files, one `<edition>.toml` for each edition; none are known when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decrees_dir: Option<PathBuf>,
}

impl CalendarFiles {
    fn is_empty(&self) -> bool {
        self.decrees_dir.is_none()
    }
}

/// Delivery to peers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// Hours after submission at which delivery is given up on the record.
    pub retry_hours: u32,
}

/// The node's log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogStyle {
    /// How lines are written.
    pub format: LogFormat,
    /// Which lines are written, in the syntax of `tracing`; the variable `ROGATORY_LOG` goes before it.
    pub filter: String,
}

/// Whom the node tells of alarms; nobody unless it is told to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notify {
    /// By HTTP.
    #[serde(default)]
    pub webhook: Vec<Webhook>,
    /// By mail.
    #[serde(default)]
    pub mail: Vec<Mail>,
}

impl Notify {
    fn is_empty(&self) -> bool {
        self.webhook.is_empty() && self.mail.is_empty()
    }
}

/// Somebody who is told of alarms by HTTP.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Its name.
    pub name: String,
    /// Where it is posted.
    pub url: Target,
    /// File with the secret.
    pub secret: PathBuf,
    /// Roots by which the receiver is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roots: Option<PathBuf>,
    /// Which alarms.
    pub alarms: Alarms,
}

/// Somebody who is told of alarms by mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Its name.
    pub name: String,
    /// The relay that takes the mail.
    pub relay: Relay,
    /// How the connection to it is sealed.
    pub tls: Sealing,
    /// Roots by which the relay is judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roots: Option<PathBuf>,
    /// Name of the node at the relay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// File with the password of that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<PathBuf>,
    /// Who writes.
    pub from: MailAddress,
    /// To whom.
    pub to: Vec<MailAddress>,
    /// Which alarms.
    pub alarms: Alarms,
}

/// Which alarms somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Alarms {
    /// Every one.
    All,
    /// That a clock is nearly due.
    Near,
    /// That it ran out.
    Overdue,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// A verifier key in its one-line spelling (C2SP signed-note).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RosterKey(pub VerifierKey);

impl TryFrom<String> for RosterKey {
    type Error = rogatory_tlog::NoteError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.trim().parse().map(Self)
    }
}

impl From<RosterKey> for String {
    fn from(key: RosterKey) -> Self {
        key.0.to_string()
    }
}

/// Why a configuration is not used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {0}")]
    Unreadable(SmallFileError),
    /// The file is not TOML.
    #[error("line {line} of the configuration is not TOML: {text}")]
    Syntax {
        /// Line, counted from 1.
        line: usize,
        /// What the parser expected.
        text: String,
    },
    /// Keys or values are wrong; all of them are listed.
    #[error("{}", Listed(.0))]
    Faults(Vec<ConfigFault>),
}

struct Listed<'a>(&'a [ConfigFault]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {} fault(s):", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl Config {
    /// Reads and checks a file; relative paths in it start at its directory.
    ///
    /// # Errors
    /// Names the line that is no TOML, or every key at fault.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = small_file::read_text(path, SMALL_BYTES_MAX).map_err(ConfigError::Unreadable)?;
        Self::parse(&text, path.parent().unwrap_or(Path::new("")))
    }

    /// Checks a text; relative paths in it start at `base`.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(text: &str, base: &Path) -> Result<Self, ConfigError> {
        let table = text.parse().map_err(|error| syntax(text, &error))?;
        let table = check::checked(table, base).map_err(ConfigError::Faults)?;
        let config: Self = table.try_into().map_err(|error: toml::de::Error| {
            ConfigError::Faults(vec![ConfigFault::new("", error.message())])
        })?;
        Ok(config)
    }

    /// Where the guard file lies.
    #[must_use]
    pub fn guard_dir(&self) -> &Path {
        self.keys.guard_dir.as_deref().unwrap_or(&self.data_dir)
    }

    /// Whether one listener serves peers and clients.
    #[must_use]
    pub fn shares_listener(&self) -> bool {
        self.listen.peers == self.listen.clients
    }
}

fn syntax(text: &str, error: &toml::de::Error) -> ConfigError {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    ConfigError::Syntax { line, text: error.message().to_owned() }
}
