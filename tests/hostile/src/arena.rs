//! The nodes of one trial: the one that is attacked, a recipient for its referrals, and another one for the control. The
//! partner that attacks runs no node. It must not know what is done to them.

use std::path::{Path, PathBuf};

use anyhow::Result;
use rogatory_client::{Casework, Connection};
use rogatory_support::Federation;

/// Whose node is attacked, and whose honest caller is measured.
pub(crate) const VICTIM: &str = "fr-jirs-marseille";
/// Who receives the victim's referrals.
pub(crate) const RECIPIENT: &str = "nl-om";
/// Whose node is attacked for the control.
pub(crate) const CONTROL: &str = "de-bka";
/// The member that attacks as a partner.
pub(crate) const PARTNER: &str = "nl-politie";

/// A federation with its nodes.
pub(crate) struct Arena(Federation);

impl Arena {
    /// Makes the federation and starts its nodes, with their defaults.
    pub(crate) async fn start(binary: &Path) -> Result<Self> {
        let agencies = [VICTIM, RECIPIENT, CONTROL, PARTNER];
        Ok(Self(Federation::start(&binary.to_string_lossy(), &agencies, 3).await?))
    }

    /// Where its files are.
    pub(crate) fn directory(&self) -> PathBuf {
        self.0.directory()
    }

    /// The process of the victim.
    pub(crate) fn victim_process(&self) -> Result<u32> {
        self.0.process(VICTIM)
    }

    /// A case system of an agency.
    pub(crate) async fn casework(&self, agency: &str) -> Result<Casework> {
        Ok(self.0.connect(agency, "cases").await?.casework())
    }

    /// Messages that wait in the inbox of an agency.
    pub(crate) async fn inbox(&self, agency: &str) -> Result<u64> {
        Ok(self.0.connect(agency, "ops").await?.admin().status().await?.inbox)
    }

    /// A new connection of the victim's operator.
    pub(crate) async fn operator(&self) -> Result<Connection> {
        self.0.connect(VICTIM, "ops").await
    }
}
