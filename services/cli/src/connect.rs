//! From arguments to a connection: the node's own configuration file with the certificates beside it, or every part
//! by itself. It must not hold a secret longer than the dialling takes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use rogatory_client::{Assertion, ClientConfig, Connection, Look, OpenError};
use rogatory_evidence::Roster;
use rogatory_evidence::roster::ROSTER_BYTES_MAX;
use rogatory_keys::small_file::{self, SMALL_BYTES_MAX};
use rogatory_node::config::Config;
use rogatory_tlog::VerifierKey;
use rogatory_tls::Credentials;

use crate::failure::{Late, Misuse};

/// Which node, and as whom.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectArgs {
    /// The node's configuration; its address, roster and the clients/ directory beside it are used.
    #[arg(long, value_name = "FILE", env = "ROGATORY_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// Certificate under clients/ to use: cases, ops or audit.
    #[arg(long = "as", value_name = "NAME")]
    client: Option<String>,
    /// Address of the node's client listener.
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<String>,
    /// Root certificates of the agency, PEM.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Certificate of the client, PEM.
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// Private key of the client, PEM.
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Seconds the node has to begin its answer; what then comes as a stream stays open.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
}

/// Who asks and why; the node puts both on the record.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "On record")]
pub(crate) struct WhoArgs {
    /// Person in the case system, 1 to 128 bytes.
    #[arg(long, value_name = "ID", env = "ROGATORY_PERSON", hide_env_values = true)]
    person: String,
    /// Why, 1 to 500 bytes.
    #[arg(long, value_name = "TEXT", env = "ROGATORY_JUSTIFICATION", hide_env_values = true)]
    justification: String,
}

impl WhoArgs {
    /// As the protocol has it.
    pub(crate) fn assertion(&self) -> Assertion {
        Assertion { person: self.person.clone(), justification: self.justification.clone() }
    }
}

impl ConnectArgs {
    /// The key that signs rosters, where the node's configuration is at hand.
    pub(crate) fn roster_key(&self) -> anyhow::Result<Option<VerifierKey>> {
        let config = self.config.as_deref().map(Config::load).transpose()?;
        Ok(config.map(|config| config.roster.key.0))
    }

    /// Dials; `client` is the certificate used unless another was named.
    pub(crate) async fn open(&self, client: &str) -> anyhow::Result<Connection> {
        self.dial(client, Connection::open).await
    }

    /// Dials for a look at the node's state, also when its certificate has ended.
    pub(crate) async fn look(&self, client: &str) -> anyhow::Result<Look> {
        self.dial(client, Look::open).await
    }

    async fn dial<T>(
        &self,
        client: &str,
        open: impl AsyncFnOnce(ClientConfig) -> Result<T, OpenError>,
    ) -> anyhow::Result<T> {
        let limit = Duration::from_secs(self.timeout);
        let config = ClientConfig { answer_limit: Some(limit), ..self.client_config(client)? };
        let no_connection = format!("no connection to {}", config.address);
        let opened = tokio::time::timeout(limit, open(config)).await;
        opened.map_err(|_| Late).with_context(|| no_connection.clone())?.with_context(|| no_connection)
    }

    fn client_config(&self, client: &str) -> anyhow::Result<ClientConfig> {
        let node = self.config.as_deref().map(|path| Ok::<_, anyhow::Error>((Config::load(path)?, path)));
        let node = node.transpose()?;
        let lacks = |what: &str| Misuse(format!("give --config FILE, or {what}"));
        let address = match (&self.address, &node) {
            (Some(address), _) => address.clone(),
            (None, Some((config, _))) => reachable(config.listen.clients).to_string(),
            (None, None) => return Err(lacks("--address HOST:PORT, --ca, --cert and --key").into()),
        };
        let roots = match (&self.ca, &node) {
            (Some(path), _) => read(path)?,
            (None, Some((config, _))) => roots_of(config)?,
            (None, None) => return Err(lacks("--ca FILE").into()),
        };
        let (certificate, key) = match (&self.cert, &self.key, &node) {
            (Some(certificate), Some(key), _) => (certificate.clone(), key.clone()),
            (_, _, Some((_, path))) => {
                let directory = path.parent().unwrap_or(Path::new("")).join("clients");
                let name = self.client.as_deref().unwrap_or(client);
                (directory.join(format!("{name}.crt")), directory.join(format!("{name}.key")))
            }
            _ => return Err(lacks("--cert FILE and --key FILE").into()),
        };
        let credentials = Credentials::from_pem(&read(&certificate)?, &read(&key)?).map_err(|error| {
            Misuse(format!("{} and its key cannot be used: {error}", certificate.display()))
        })?;
        Ok(ClientConfig::new(&address, roots, credentials))
    }
}

/// The roots that the roster names for the node's own agency.
fn roots_of(config: &Config) -> anyhow::Result<String> {
    let note = small_file::read_text(&config.roster.file, ROSTER_BYTES_MAX as u64);
    let roster = Roster::verify(&note.map_err(|error| Misuse(error.to_string()))?, &config.roster.key.0)?;
    let member =
        roster.member(&config.agency).with_context(|| format!("{} is not in the roster", config.agency))?;
    Ok(member.roots.join("\n"))
}

/// Where this machine reaches a listener that is bound to every address.
fn reachable(bound: SocketAddr) -> SocketAddr {
    let loopback = match bound.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(loopback, bound.port())
}

/// Reads a file, or says which one cannot be read.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    small_file::read_text(path, SMALL_BYTES_MAX).map_err(|error| Misuse(error.to_string()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_every_address_is_reached_on_this_machine() {
        for (bound, reached) in [
            ("0.0.0.0:7444", "127.0.0.1:7444"),
            ("[::]:7444", "[::1]:7444"),
            ("10.0.0.1:7444", "10.0.0.1:7444"),
        ] {
            assert_eq!(reachable(bound.parse().unwrap()).to_string(), reached);
        }
    }
}
