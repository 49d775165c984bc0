//! The roster in force, as every part of the node reads it, and how another one follows it: from the node's file at
//! SIGHUP, or from an operator's hand.
//!
//! Owns the order: everything that may refuse a roster is asked before its record is written, and nothing goes by it before
//! the record is durable. The engine decides which roster may follow which.

use std::io;
use std::sync::Arc;

use parking_lot::RwLock;
use rogatory_domain::fault::Faults;
use rogatory_domain::refusal::Code;
use rogatory_engine::Input;
use rogatory_engine::input::NewRoster;
use rogatory_evidence::{Private, Roster, RosterChange, RosterRefused};
use rogatory_keys::small_file;
use rogatory_tlog::VerifierKey;
use tokio::sync::{Mutex, oneshot};
use tokio::task::spawn_blocking;
use tracing::{error, warn};

use crate::channel::PeerChannels;
use crate::config::Config;
use crate::credentials::Tls;
use crate::decrees::{self, Copies};
use crate::desk::{Desk, Rejection};
use crate::gauges;
use crate::node::{Identity, NodeError};
use crate::preflight::check_descriptors;
use crate::{roster_age, roster_file};

/// The roster in force. What is read from it is of one roster, as long as the reader holds it.
#[derive(Debug)]
pub(crate) struct CurrentRoster(RwLock<Arc<Roster>>);

impl CurrentRoster {
    pub(crate) fn new(roster: Arc<Roster>) -> Self {
        Self(RwLock::new(roster))
    }

    /// The roster in force.
    pub(crate) fn get(&self) -> Arc<Roster> {
        self.0.read().clone()
    }

    fn set(&self, roster: Arc<Roster>) {
        *self.0.write() = roster;
    }
}

/// What goes by the roster outside the engine.
pub(crate) struct InForce {
    pub(crate) rosters: Arc<CurrentRoster>,
    pub(crate) channels: Arc<PeerChannels>,
    pub(crate) tls: Arc<Tls>,
}

impl InForce {
    /// Goes by a roster from now on. Everything it takes was made before; the engine waits for it.
    pub(crate) fn put(&self, roster: &Arc<Roster>) {
        self.rosters.set(roster.clone());
        self.channels.renew(roster);
        self.tls.take_over(roster);
    }
}

/// Why a roster does not come into force.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// The roster, or what it would need of this node.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The node's file cannot be replaced, and a start would go by an older roster.
    #[error("{path} cannot be replaced: {source}; put the roster there, and send SIGHUP")]
    Replace {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The engine takes nothing more.
    #[error("{}", .0.refusal().text)]
    Dropped(Code),
    /// Another one is being loaded.
    #[error("another roster is being loaded")]
    Busy,
}

impl From<RosterRefused> for LoadError {
    fn from(refused: RosterRefused) -> Self {
        Self::Node(refused.into())
    }
}

impl LoadError {
    /// The code of the catalogue.
    fn code(&self) -> Code {
        match self {
            // It is the roster's roots that cannot be used, not the files of the node.
            Self::Node(NodeError::Tls(_)) => Code::RosterRejected,
            Self::Node(error) => error.code().unwrap_or(Code::RosterRejected),
            Self::Replace { .. } => Code::RosterRejected,
            Self::Dropped(code) => *code,
            Self::Busy => Code::QueueFull,
        }
    }

    /// As its caller sees it: a roster holds nothing of a case, so the cause is told.
    pub(crate) fn rejection(&self) -> Rejection {
        let mut faults = Faults::default();
        faults.push("piece", "roster", "", &self.to_string());
        Rejection::faulty(self.code(), faults)
    }
}

/// Loads rosters, one at a time.
pub(crate) struct RosterLoader {
    config: Config,
    key: VerifierKey,
    ledger_key: [u8; 32],
    sealing_key: Vec<u8>,
    desk: Arc<Desk>,
    tls: Arc<Tls>,
    loading: Mutex<()>,
}

impl RosterLoader {
    pub(crate) fn new(config: Config, desk: Arc<Desk>, tls: Arc<Tls>, identity: &Identity) -> Self {
        let (key, ledger_key) = (config.roster.key.0.clone(), identity.ledger_key.public());
        let sealing_key = identity.sealing.public_bytes().to_vec();
        Self { config, key, ledger_key, sealing_key, desk, tls, loading: Mutex::default() }
    }

    /// Puts the roster of the node's file in force, unless it is already, and then reads what goes with it. What is refused is
    /// said in the log. No other roster comes into force meanwhile, so that the engine never waits for what is read.
    pub(crate) async fn load_file(self: &Arc<Self>, then: impl FnOnce() + Send + 'static) {
        let _loading = self.loading.lock().await;
        let loader = self.clone();
        let read = spawn_blocking(move || {
            loader.learn_decrees();
            Ok(roster_file::read(&loader.config)?)
        })
        .await;
        let outcome = match read.unwrap_or(Err(LoadError::Dropped(Code::Draining))) {
            Ok(roster) => self.put_in_force(Arc::new(roster), Private::default()).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            let code = error.code().refusal().id;
            error!(%error, code, "the roster was not read anew; the one in force stays");
        }
        let _ = spawn_blocking(then).await;
    }

    /// Lets the process know what an operator added; a roster that names an edition of it is judged after that.
    fn learn_decrees(&self) {
        for fault in decrees::learn(&self.config, Copies::Kept).err().unwrap_or_default() {
            error!(%fault, code = Code::ConfigTypo.refusal().id, "a decree file was not taken");
        }
    }

    /// Puts a roster in force that an operator sends, and in the place of the node's file, so that the next start goes by it.
    pub(crate) async fn load(
        self: &Arc<Self>,
        note: String,
        by: Private,
    ) -> Result<(bool, RosterChange), LoadError> {
        let _loading = self.loading.try_lock().map_err(|_| LoadError::Busy)?;
        let loader = self.clone();
        let prepared = spawn_blocking(move || {
            loader.learn_decrees();
            let roster = Roster::verify(&note, &loader.key).map_err(RosterRefused::from)?;
            loader.check(&roster)?;
            Ok(roster)
        });
        let roster = Arc::new(prepared.await.unwrap_or(Err(LoadError::Dropped(Code::Draining)))?);
        let before = self.desk.roster();
        if before.in_force() == roster.in_force() {
            let version = roster.version();
            return Ok((true, RosterChange { version, ..RosterChange::default() }));
        }
        self.replace_file(&roster).await?;
        let outcome = self.put_in_force(roster, by).await;
        if outcome.is_err()
            && let Err(error) = self.replace_file(&before).await
        {
            warn!(%error, "the roster of the node's file is not the one in force");
        }
        outcome.map(|change| (false, change))
    }

    /// Everything that may refuse a roster but the engine.
    fn check(&self, roster: &Roster) -> Result<(), LoadError> {
        roster_file::check_own(roster, &self.config, &self.ledger_key, &self.sealing_key)?;
        self.desk.roster().in_force().may_be_followed_by(roster.in_force())?;
        check_descriptors(&self.config, roster.members().len())?;
        Ok(())
    }

    async fn put_in_force(
        self: &Arc<Self>,
        roster: Arc<Roster>,
        by: Private,
    ) -> Result<RosterChange, LoadError> {
        let before = self.desk.roster();
        if before.in_force() == roster.in_force() {
            return Ok(RosterChange { version: roster.version(), ..RosterChange::default() });
        }
        let (loader, new) = (self.clone(), roster.clone());
        let prepared = spawn_blocking(move || {
            loader.check(&new)?;
            Ok(loader.tls.prepare(&new)?)
        });
        prepared.await.unwrap_or(Err(LoadError::Dropped(Code::Draining)))?;
        let (answer, wait) = oneshot::channel();
        let new = Box::new(NewRoster { roster: roster.clone(), by });
        self.desk.engine.send(Input::Roster(new, Box::new(|outcome| drop(answer.send(outcome)))));
        let change = wait.await.map_err(|_| LoadError::Dropped(self.desk.dropped()))??;
        gauges::set_roster(before.version(), &change);
        let loader = self.clone();
        let told = spawn_blocking(move || {
            loader.tls.tell_of_roster(&loader.desk);
            roster_age::note(&loader.config, roster.in_force())
        });
        if let Ok(Err(error)) = told.await {
            warn!(%error, "the roster in force cannot be noted; config check does not know it");
        }
        Ok(change)
    }

    async fn replace_file(self: &Arc<Self>, roster: &Arc<Roster>) -> Result<(), LoadError> {
        let (loader, roster) = (self.clone(), roster.clone());
        let replaced = spawn_blocking(move || {
            let path = &loader.config.roster.file;
            small_file::replace(path, roster.note(), 0o644)
                .map_err(|source| LoadError::Replace { path: path.display().to_string(), source })
        });
        replaced.await.unwrap_or(Err(LoadError::Dropped(Code::Draining)))
    }
}
