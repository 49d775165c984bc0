//! What an attacker knows of the node it attacks, and the credentials it has. It must not connect.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};
use rogatory_node::config::Config;
use rogatory_tls::{Authority, ClientRole, Credentials, Validity, load_authority, load_credentials};

use crate::arena::PARTNER;

/// Days for which a minted certificate is valid.
const MINTED_DAYS: i64 = 1;

/// The listener of a node.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Door {
    /// For other nodes.
    Peers,
    /// For the agency's own clients.
    Clients,
}

/// The node that is attacked.
pub(crate) struct Target {
    config: Config,
    federation: PathBuf,
    tries: AtomicU64,
}

impl Target {
    /// Reads where the node listens.
    pub(crate) fn load(federation: &Path, agency: &str) -> Result<Self> {
        let config = Config::load(&federation.join(agency).join("node.toml"))?;
        Ok(Self { config, federation: federation.to_owned(), tries: AtomicU64::new(0) })
    }

    /// Address of a listener.
    pub(crate) fn address(&self, door: Door) -> SocketAddr {
        match door {
            Door::Peers => self.config.listen.peers,
            Door::Clients => self.config.listen.clients,
        }
    }

    /// The name by which a node of the attacking partner calls itself.
    pub(crate) fn partner_name(&self) -> String {
        format!("spiffe://{PARTNER}.{}/node", self.config.federation)
    }

    /// The node certificate of the attacking partner.
    pub(crate) fn partner_node(&self) -> Result<Credentials> {
        Ok(load_credentials(&self.federation.join(PARTNER), "node")?)
    }

    /// A fresh certificate of the attacking partner, in a name nobody has heard of.
    pub(crate) fn minted(&self, name: &str) -> Result<Credentials> {
        self.issued_by(PARTNER, ClientRole::CaseSystem, name)
    }

    /// A fresh certificate of the node's own agency.
    pub(crate) fn own_case_system(&self, name: &str) -> Result<Credentials> {
        self.issued_by(self.config.agency.as_str(), ClientRole::CaseSystem, name)
    }

    /// A fresh certificate of an operator of the node's own agency.
    pub(crate) fn own_operator(&self, name: &str) -> Result<Credentials> {
        self.issued_by(self.config.agency.as_str(), ClientRole::Operator, name)
    }

    fn issued_by(&self, agency: &str, role: ClientRole, name: &str) -> Result<Credentials> {
        let authority: Authority = load_authority(&self.federation.join("authority"), agency)
            .with_context(|| format!("the authority of {agency}"))?;
        let validity = Validity::starting(Timestamp::now(), SignedDuration::from_hours(24 * MINTED_DAYS))?;
        Ok(authority.issue_client(role, name, validity)?)
    }

    /// Counts one thing done to the node.
    pub(crate) fn tried(&self) {
        self.tries.fetch_add(1, Ordering::Relaxed);
    }

    /// Everything done to the node so far.
    pub(crate) fn tries(&self) -> u64 {
        self.tries.load(Ordering::Relaxed)
    }
}
