//! Composition: from a configuration to a running node, and back down in order.
//!
//! Owns the order of starting and stopping. It must not decide anything; every part does that for itself.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_engine::link::BodyReader;
use rogatory_engine::open::{StartError, begin, check_vault, engine, reopen, write_genesis};
use rogatory_engine::runner::{Runner, Surroundings};
use rogatory_engine::{Clock, Draft, Engine, Handle, Input, Scribe, SystemClock};
use rogatory_evidence::{Instance, Kind, Origin, Roster, RosterError};
use rogatory_index::directory::Directory;
use rogatory_keys::{
    DirVault, KeyFileError, LedgerKey, Random, RecordKey, SealingKey, SystemRandom, Vault, VaultError,
};
use rogatory_ledger::{
    Appender, Committer, DiskError, Durable, Log, OpenError, Options, RealDisk, Signer, Stores,
};
use tokio::sync::{mpsc, watch};
use tracing::{error, info, warn};
use uuid::Uuid;

use crate::body::Bodies;
use crate::config::Config;
use crate::desk::Desk;
use crate::metrics_names as names;

/// Bytes of decisions that may wait for the ledger.
const LEDGER_QUEUE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why a node does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// A file of the configuration cannot be read.
    #[error("{0} cannot be read: {1}")]
    File(String, #[source] std::io::Error),
    /// The roster is not accepted.
    #[error("the roster is not accepted: {0}")]
    Roster(#[from] RosterError),
    /// The roster and this node's own keys do not belong together.
    #[error("the roster does not fit this node: {0}")]
    NotInRoster(&'static str),
    /// A key file is not usable.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The vault is not usable.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The disk is not usable.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// Ledger or index do not open.
    #[error(transparent)]
    Start(#[from] StartError),
    /// An address cannot be listened on.
    #[error("{0} cannot be listened on: {1}; change it under [listen], or stop what uses it")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// A thread or signal cannot be had.
    #[error("the node cannot start: {0}")]
    Io(#[from] std::io::Error),
    /// Certificates or trust are not usable.
    #[error("TLS is not usable: {0}")]
    Tls(String),
    /// The metrics cannot be served.
    #[error("metrics cannot be served on {0}: {1}; change listen.metrics, or stop what uses it")]
    Metrics(SocketAddr, String),
    /// The node stopped because it could not go on.
    #[error("the node stopped: {0}")]
    Fatal(String),
}

impl NodeError {
    /// Whether the configuration, or a file that it names, has to be corrected.
    #[must_use]
    pub fn is_of_configuration(&self) -> bool {
        matches!(self, Self::File(..) | Self::Roster(_) | Self::NotInRoster(_) | Self::Key(_) | Self::Tls(_))
    }

    /// Whether another process holds the data directory.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        let disk = match self {
            Self::Disk(error) | Self::Start(StartError::Ledger(OpenError::Disk(error))) => error,
            _ => return false,
        };
        matches!(disk, DiskError::Locked)
    }

    /// The code of the catalogue, where the cause has one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Start(StartError::Ledger(OpenError::Damaged { .. })) => Some(Code::LedgerDamaged),
            Self::Roster(_) => Some(Code::RosterRejected),
            _ => None,
        }
    }
}

/// What a node knows of itself before it opens anything.
pub struct Identity {
    /// The roster.
    pub roster: Arc<Roster>,
    /// Its signed note.
    pub roster_note: String,
    /// Signs heads.
    pub ledger_key: Arc<LedgerKey>,
    /// Opens epochs.
    pub sealing: Arc<SealingKey>,
    /// Opens records.
    pub vault: Arc<Vault>,
}

struct HeadSigner(Arc<LedgerKey>);

impl Signer for HeadSigner {
    fn public_key(&self) -> [u8; 32] {
        self.0.public()
    }

    fn sign(&self, checkpoint_text: &[u8]) -> [u8; 64] {
        self.0.sign(checkpoint_text)
    }
}

impl Identity {
    /// Reads roster and keys, and checks that they belong together.
    ///
    /// # Errors
    /// Names the file or the disagreement.
    pub fn load(config: &Config) -> Result<Self, NodeError> {
        let roster_note = read(&config.roster.file)?;
        let roster = Roster::verify(&roster_note, &config.roster.key.0)?;
        if roster.federation != config.federation {
            return Err(NodeError::NotInRoster("it is of another federation"));
        }
        let member =
            roster.member(&config.agency).ok_or(NodeError::NotInRoster("the agency is not in it"))?;
        let ledger_key = LedgerKey::load(&config.keys.ledger)?;
        let sealing = SealingKey::load(&config.keys.sealing)?;
        if member.ledger_key() != ledger_key.public() {
            return Err(NodeError::NotInRoster("it names another ledger key"));
        }
        if member.sealing_key.0 != sealing.public_bytes() {
            return Err(NodeError::NotInRoster("it names another sealing key"));
        }
        let vault = Vault::open(Arc::new(DirVault::create(&config.keys.vault_dir)?), Arc::new(SystemRandom))?;
        Ok(Self {
            roster: Arc::new(roster),
            roster_note,
            ledger_key: Arc::new(ledger_key),
            sealing: Arc::new(sealing),
            vault: Arc::new(vault),
        })
    }

    /// The scribe of a ledger instance.
    pub fn scribe(&self, origin: Origin) -> Scribe {
        let submission_key = RecordKey::from_bytes(*self.ledger_key.seed()).salt("submitted content");
        Scribe::new(origin, self.vault.clone(), Arc::new(SystemRandom), Arc::new(SystemClock), submission_key)
    }

    /// Opens the ledger of a configuration, or begins one where there is none.
    ///
    /// # Errors
    /// When it must not be continued.
    pub fn open_ledger(&self, config: &Config) -> Result<(Log, Arc<Scribe>), NodeError> {
        let stores = stores(config)?;
        let options = options(config);
        let signer: Arc<dyn Signer> = Arc::new(HeadSigner(self.ledger_key.clone()));
        match reopen(stores.clone(), signer.clone(), options) {
            Ok((mut log, recovery, origin)) => {
                if origin.federation != config.federation || origin.agency != config.agency {
                    return Err(StartError::Origin(origin.to_string()).into());
                }
                if let Some((segment, offset, position)) = &recovery.cut {
                    warn!(segment, offset, position, "a torn tail was cut from the ledger");
                }
                if recovery.signing_held {
                    warn!("signing is held until every peer answered or a named person releases it");
                }
                check_vault(&log.reader(), &self.vault)?;
                let scribe = Arc::new(self.scribe(origin));
                write_genesis(&mut log, &scribe, self.ledger_key.public())?;
                Ok((log, scribe))
            }
            Err(StartError::Ledger(OpenError::Empty)) => {
                let origin = Origin {
                    federation: config.federation.clone(),
                    agency: config.agency.clone(),
                    instance: Instance::new(Uuid::now_v7()),
                };
                info!(%origin, "a ledger is begun");
                let scribe = Arc::new(self.scribe(origin));
                let random: &dyn Random = &SystemRandom;
                let salt = u64::from_le_bytes(random.array());
                let log = begin(stores, &scribe, signer, salt, options)?;
                Ok((log, scribe))
            }
            Err(error) => Err(error.into()),
        }
    }
}

fn stores(config: &Config) -> Result<Stores, NodeError> {
    let ledger = Arc::new(RealDisk::create(ledger_dir(config))?);
    if config.keys.guard_dir.is_some() {
        return Ok(Stores { ledger, guard: Arc::new(RealDisk::open(config.guard_dir())?) });
    }
    Ok(Stores::one(ledger))
}

/// Directory of the ledger's segments.
pub fn ledger_dir(config: &Config) -> std::path::PathBuf {
    config.data_dir.join("ledger")
}

/// The index directory of a configuration.
///
/// # Errors
/// When the machine's boot id cannot be read.
pub fn index_directory(config: &Config) -> Result<Directory, NodeError> {
    let boot_id = read(Path::new("/proc/sys/kernel/random/boot_id"))?;
    Ok(Directory::new(&config.data_dir.join("index"), boot_id.trim()))
}

/// The ledger's options under a configuration's limits.
pub fn options(config: &Config) -> Options {
    Options {
        // Between the operator's reserve and this one new work is refused, while records of what goes on still fit.
        reserve_bytes: config.limits.disk_reserve_bytes / 2,
        segment_bytes: config.limits.segment_bytes,
        ..Options::default()
    }
}

/// The running parts below the network.
pub(crate) struct Core {
    pub(crate) desk: Arc<Desk>,
    pub(crate) identity: Identity,
    pub(crate) appender: Appender,
    pub(crate) fatal: mpsc::UnboundedReceiver<String>,
    pub(crate) closing: watch::Sender<bool>,
    committer: Committer,
    directory: Directory,
    starting: Option<Starting>,
    runner: Option<Runner>,
}

/// What the engine's threads need once there is somebody to dial.
struct Starting {
    engine: Engine,
    store: rogatory_index::Store,
    channel: (Handle, crossbeam_channel::Receiver<Input>),
    fatal: mpsc::UnboundedSender<String>,
    reserve_bytes: u64,
}

impl Core {
    /// Opens ledger and index.
    pub(crate) fn open(config: &Config) -> Result<Self, NodeError> {
        let identity = Identity::load(config)?;
        let (log, scribe) = identity.open_ledger(config)?;
        let reader = log.reader();
        let directory = index_directory(config)?;
        let peers = peers(&identity.roster, &config.agency);
        let (engine, store) = engine(reader.clone(), scribe.clone(), &directory, peers)?;
        let channel = Handle::channel();
        let (durable, durable_seen) = watch::channel(reader.size());
        let (fatal_sent, fatal) = mpsc::unbounded_channel();
        let closing = watch::Sender::new(false);
        let to_engine = channel.0.clone();
        let on_durable = Box::new(move |group: Durable| {
            measure(&group);
            to_engine.send(Input::Durable(group.head));
            durable.send_replace(group.size);
        });
        let told = fatal_sent.clone();
        let on_fatal = Box::new(move |cause: rogatory_ledger::Fatal| drop(told.send(cause.to_string())));
        let (committer, appender) = Committer::spawn(log, LEDGER_QUEUE_BYTES_MAX, on_durable, on_fatal)?;
        let horizon = SignedDuration::from_hours(i64::from(config.delivery.retry_hours));
        let desk = Desk::new(
            scribe,
            channel.0.clone(),
            reader,
            identity.roster.clone(),
            identity.roster_note.clone(),
            config.roster.key.0.clone(),
            horizon,
            durable_seen,
            closing.subscribe(),
            SystemClock.now(),
        );
        let starting = Starting {
            engine,
            store,
            channel,
            fatal: fatal_sent,
            reserve_bytes: config.limits.disk_reserve_bytes,
        };
        Ok(Self {
            desk: Arc::new(desk),
            identity,
            appender,
            fatal,
            closing,
            committer,
            directory,
            starting: Some(starting),
            runner: None,
        })
    }

    /// Reads bodies that peers sealed.
    pub(crate) fn bodies(&self) -> Arc<dyn BodyReader> {
        Arc::new(Bodies { roster: self.identity.roster.clone() })
    }

    /// Starts the engine's threads.
    pub(crate) fn start(
        &mut self,
        dialler: Box<dyn rogatory_engine::runner::Dialler>,
    ) -> Result<(), NodeError> {
        let Some(starting) = self.starting.take() else { return Ok(()) };
        let Starting { engine, store, channel, fatal, reserve_bytes } = starting;
        let on_fatal = Arc::new(move |cause: String| drop(fatal.send(cause)));
        let desk = self.desk.clone();
        let on_busy = Box::new(move |busy| desk.set_busy(busy));
        let appender = self.appender.clone();
        let surroundings = Surroundings { appender, dialler, reserve_bytes, on_busy, on_fatal };
        let runner = Runner::spawn(engine, store, channel, surroundings)?;
        self.runner = Some(runner);
        Ok(())
    }

    /// Puts the start, with the roster in force, on the record. Nothing waits for it: whatever leaves this node later
    /// depends on a later record. So a node whose disk is full still serves its state and ends when it is told to.
    pub(crate) fn record_start(&self) -> Result<(), NodeError> {
        let mut draft = Draft::new(&self.desk.scribe, Kind::Configured);
        draft.shared.reason = format!("roster version {}", self.identity.roster.version);
        let written = self.desk.scribe.write(draft)?;
        self.desk.engine.send(Input::Record(Box::new(written), Box::new(|| ())));
        Ok(())
    }

    /// Takes no new work of this agency from now on.
    pub(crate) fn drain(&self) {
        self.desk.engine.look(Box::new(|engine| engine.refuse_work(Some(Code::Draining))));
    }

    /// Stops the threads in order: what was decided becomes durable, then is written behind, then all is closed.
    pub(crate) fn close(self, clean: bool) {
        if clean && let Some(runner) = self.runner {
            runner.close();
        }
        match self.committer.close() {
            Ok(()) if clean => {
                if let Err(error) = self.directory.close() {
                    warn!(%error, "the index was not marked as closed cleanly");
                }
            }
            Ok(()) => {}
            Err(fatal) => error!(%fatal, "the ledger did not close cleanly"),
        }
    }
}

/// Every other agency, and whether this node dials it: of two agencies the one whose id sorts first dials.
fn peers(roster: &Roster, own: &AgencyId) -> Vec<(AgencyId, bool)> {
    let others = roster.members.iter().filter(|member| member.id != *own);
    others.map(|member| (member.id.clone(), *own < member.id)).collect()
}

fn measure(group: &Durable) {
    #[expect(clippy::cast_precision_loss, reason = "microseconds of one sync fit a double exactly")]
    metrics::histogram!(names::LEDGER_FSYNC).record(group.fsync_us as f64 / 1e6);
    #[expect(clippy::cast_precision_loss, reason = "records of one group fit a double exactly")]
    metrics::histogram!(names::LEDGER_GROUP).record(group.group_entries as f64);
}

fn read(path: &Path) -> Result<String, NodeError> {
    std::fs::read_to_string(path).map_err(|error| NodeError::File(path.display().to_string(), error))
}
