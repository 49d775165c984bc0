//! Composition: from a configuration to a running node, and back down in order.
//!
//! Owns the order of starting and stopping. It must not decide anything; every part does that for itself.

mod failure;

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use rogatory_domain::refusal::Code;
use rogatory_engine::link::BodyReader;
use rogatory_engine::open::{
    OpenLog, StartError, begin, check_vault, contains, engine, reopen, write_genesis,
};
use rogatory_engine::runner::{OnRoster, Runner, RunnerParts};
use rogatory_engine::{Clock, Draft, Engine, Failure, Handle, Input, Scribe, SystemClock};
use rogatory_evidence::{Head, Instance, Kind, Origin, Roster, RosterRefused};
use rogatory_index::directory::Directory;
use rogatory_keys::small_file::{self, SMALL_BYTES_MAX};
use rogatory_keys::{
    DirVault, LedgerKey, Random, SealingKey, SubmissionKey, SystemRandom, Vault, VaultError,
};
use rogatory_ledger::{
    Appender, Committer, Decision, DiskError, Durable, Log, OpenError, Options, Reader, RealDisk, Signer,
    Stores,
};
use tokio::sync::{mpsc, watch};
use tracing::{error, info, warn};
use uuid::Uuid;

use crate::beginning::{Beginning, holds_segments};
use crate::body::Bodies;
use crate::condition::Conditions;
use crate::config::Config;
use crate::credentials;
use crate::decrees::{self, Copies};
use crate::desk::Desk;
use crate::ledger_check::LedgerCheck;
use crate::metrics_names as names;
use crate::preflight;
use crate::reads::Reads;
use crate::roster_age;
use crate::roster_file;
use crate::rosters::CurrentRoster;

pub(crate) use failure::code_of_key;
pub use failure::{NodeError, Stop};

/// Bytes of decisions that may wait for the ledger.
const LEDGER_QUEUE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// What a node knows of itself before it opens anything.
pub struct Identity {
    /// The roster.
    pub roster: Arc<Roster>,
    /// Signs heads.
    pub ledger_key: Arc<LedgerKey>,
    /// Opens epochs.
    pub sealing: Arc<SealingKey>,
    /// Opens records.
    pub vault: Arc<Vault>,
    /// Where its ledger may begin.
    pub(crate) beginning: Arc<Beginning>,
}

/// Whose submission key it is: one of the same agency goes on with its next ledger.
fn owner(origin: &Origin) -> String {
    format!("{}/{}", origin.federation, origin.agency)
}

/// At a start it is the key file that somebody may have mistaken: the roster is one for this node otherwise.
fn of_key_file(config: &Config, refused: RosterRefused) -> NodeError {
    let (option, path) = match refused {
        RosterRefused::OtherLedgerKey => ("keys.ledger", &config.keys.ledger),
        RosterRefused::OtherSealingKey => ("keys.sealing", &config.keys.sealing),
        refused => return refused.into(),
    };
    NodeError::OtherKeyFile { option, path: path.clone(), agency: config.agency.clone() }
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
        // The roster may name an edition that a decree file makes, and cases may have been opened under it.
        decrees::learn(config, Copies::Kept).map_err(NodeError::Decrees)?;
        let roster = roster_file::read(config)?;
        let ledger_key = LedgerKey::load(&config.keys.ledger)?;
        let sealing = SealingKey::load(&config.keys.sealing)?;
        roster_file::check_own(&roster, config, &ledger_key.public(), sealing.public_bytes())
            .map_err(|refused| of_key_file(config, refused))?;
        let directory = DirVault::open(&config.keys.vault_dir).map_err(VaultError::Io)?;
        let beginning = Arc::new(Beginning::of(directory.clone(), &ledger_key.public()));
        let vault = Vault::open(Arc::new(directory), Arc::new(SystemRandom))?;
        Ok(Self {
            roster: Arc::new(roster),
            ledger_key: Arc::new(ledger_key),
            sealing: Arc::new(sealing),
            vault: Arc::new(vault),
            beginning,
        })
    }

    /// The scribe of a ledger instance.
    fn scribe(&self, origin: Origin, submission_key: SubmissionKey) -> Arc<Scribe> {
        let (random, clock) = (Arc::new(SystemRandom), Arc::new(SystemClock));
        Arc::new(Scribe::new(origin, self.vault.clone(), random, clock, submission_key))
    }

    /// Opens the ledger of a configuration. One is begun only where provisioning left word that a first start is awaited.
    ///
    /// # Errors
    /// When there is none, or it must not be continued.
    pub fn open_ledger(&self, config: &Config) -> Result<(Log, Arc<Scribe>), NodeError> {
        if holds_segments(&ledger_dir(config)) {
            return self.reopen_ledger(config, Log::open);
        }
        self.check_unused(config)?;
        if self.beginning.is_awaited().map_err(VaultError::Io)? {
            return self.begin_ledger(config);
        }
        Err(NodeError::NotBegun(ledger_dir(config)))
    }

    /// Begins a ledger.
    ///
    /// # Errors
    /// When there is one already, or was one under the same key.
    pub fn begin_ledger(&self, config: &Config) -> Result<(Log, Arc<Scribe>), NodeError> {
        if holds_segments(&ledger_dir(config)) {
            return Err(NodeError::Begun(ledger_dir(config)));
        }
        self.check_unused(config)?;
        let origin = Origin {
            federation: config.federation.clone(),
            agency: config.agency.clone(),
            instance: Instance::new(Uuid::now_v7()),
        };
        info!(%origin, "a ledger is begun");
        let random: &dyn Random = &SystemRandom;
        let submission_key = SubmissionKey::begin(self.vault.store(), &owner(&origin), random)?;
        let scribe = self.scribe(origin, submission_key);
        let salt = u64::from_le_bytes(random.array());
        let log = begin(stores(config, RealDisk::create)?, &scribe, self.signer(), salt, options(config))
            .map_err(|error| of_directory(config, error))?;
        self.beginning.note(scribe.origin()).map_err(VaultError::Io)?;
        Ok((log, scribe))
    }

    /// Opens a ledger whose guard is gone, on a person's word that nothing is missing, which goes on the record.
    ///
    /// # Errors
    /// When there is no ledger, or it must not be continued.
    pub fn renew_guard(&self, config: &Config, person: &str, justification: &str) -> Result<Log, NodeError> {
        let (mut log, scribe) = self.reopen_ledger(config, Log::open_with_new_guard)?;
        let mut draft = Draft::new(&scribe, Kind::Configured);
        draft.shared.note = "guard renewed".to_owned();
        draft.private.person = person.to_owned();
        draft.private.justification = justification.to_owned();
        let entries = vec![scribe.write(draft)?.entry];
        log.commit(&[Decision { entries }]).map_err(StartError::from)?;
        Ok(log)
    }

    fn reopen_ledger(&self, config: &Config, open: OpenLog) -> Result<(Log, Arc<Scribe>), NodeError> {
        let (mut log, recovery, origin) =
            reopen(open, stores(config, RealDisk::open)?, self.signer(), options(config))
                .map_err(|error| of_directory(config, error))?;
        if origin.federation != config.federation || origin.agency != config.agency {
            return Err(StartError::Origin(origin.to_string()).into());
        }
        let begun = self.beginning.origin().map_err(VaultError::Io)?;
        if let Some(begun) = begun.filter(|begun| *begun != origin.to_string()) {
            let (directory, found) = (ledger_dir(config), origin.to_string());
            return Err(NodeError::OtherLedger { directory, found, origin: begun });
        }
        self.check_lost_head(config, &log.reader(), &origin)?;
        if let Some((segment, offset, position)) = &recovery.cut {
            warn!(segment, offset, position, "a torn tail was cut from the ledger");
        }
        if recovery.signing_held {
            warn!("signing is held until every peer answered or a named person releases it");
        }
        check_vault(&log.reader(), &self.vault)?;
        let submission_key = SubmissionKey::open(self.vault.store(), &owner(&origin))?;
        let scribe = self.scribe(origin, submission_key);
        write_genesis(&mut log, &scribe, self.ledger_key.public())?;
        self.beginning.note(scribe.origin()).map_err(VaultError::Io)?;
        Ok((log, scribe))
    }

    /// A ledger that a peer stopped goes on only once it contains what the peer showed. The head is signed by this ledger's own
    /// key; a note of it that cannot be read says at least that it must not go on.
    fn check_lost_head(&self, config: &Config, ledger: &Reader, origin: &Origin) -> Result<(), NodeError> {
        let Some(note) = self.beginning.lost_head().map_err(VaultError::Io)? else { return Ok(()) };
        let key = self.ledger_key.public();
        let head = Head::verify(&note, &origin.federation, &origin.agency, &key).ok();
        let is_contained = |head: &Head| head.origin == *origin && contains(ledger, head);
        if head.as_ref().is_some_and(is_contained) {
            return Ok(self.beginning.forget_lost().map_err(VaultError::Io)?);
        }
        let size = head.map_or(0, |head| head.size);
        Err(NodeError::HeadMissing { directory: ledger_dir(config), size })
    }

    /// A ledger that is missing was perhaps only not mounted.
    fn check_unused(&self, config: &Config) -> Result<(), NodeError> {
        match self.beginning.origin().map_err(VaultError::Io)? {
            Some(origin) => Err(NodeError::LedgerMissing { directory: ledger_dir(config), origin }),
            None => Ok(()),
        }
    }

    fn signer(&self) -> Arc<dyn Signer> {
        Arc::new(HeadSigner(self.ledger_key.clone()))
    }
}

/// How a directory is opened as a disk of the ledger: one that must be there, or one that may be made.
type OpenDisk = fn(PathBuf) -> Result<RealDisk, DiskError>;

fn stores(config: &Config, open: OpenDisk) -> Result<Stores, NodeError> {
    let open = |path: PathBuf| {
        open(path.clone()).map(Arc::new).map_err(|error| match error {
            DiskError::Locked => NodeError::InUse(path),
            DiskError::Full => NodeError::Full(path),
            error => error.into(),
        })
    };
    let ledger = open(ledger_dir(config))?;
    match &config.keys.guard_dir {
        Some(guard) => Ok(Stores { ledger, guard: open(guard.clone())? }),
        None => Ok(Stores::one(ledger)),
    }
}

/// A ledger that was not opened, with where it lies.
fn of_directory(config: &Config, error: StartError) -> NodeError {
    match error {
        StartError::Ledger(OpenError::OtherKey) => NodeError::OtherKey(ledger_dir(config)),
        StartError::Ledger(OpenError::Disk(DiskError::Full)) => NodeError::Full(ledger_dir(config)),
        error => error.into(),
    }
}

/// Directory of the ledger's segments.
pub fn ledger_dir(config: &Config) -> PathBuf {
    config.data_dir.join("ledger")
}

/// Where the index lies.
pub(crate) fn index_dir(config: &Config) -> PathBuf {
    config.data_dir.join("index")
}

/// The index directory of a configuration.
///
/// # Errors
/// When the machine's boot id cannot be read.
pub fn index_directory(config: &Config) -> Result<Directory, NodeError> {
    let boot_id = read(Path::new("/proc/sys/kernel/random/boot_id"))?;
    let place = index_dir(config);
    // Its own file system has nothing of the ledger's to keep.
    let device = |path: &Path| fs::metadata(path).ok().map(|found| found.dev());
    let is_apart = device(&place).is_some_and(|device_of| Some(device_of) != device(&ledger_dir(config)));
    let kept_bytes = if is_apart { 0 } else { options(config).reserve_bytes };
    Ok(Directory::new(&place, boot_id.trim(), kept_bytes))
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
    pub(crate) fatal: mpsc::UnboundedReceiver<Stop>,
    pub(crate) closing: watch::Sender<bool>,
    committer: Committer,
    check: LedgerCheck,
    directory: Directory,
    starting: Option<Starting>,
    runner: Option<Runner>,
}

/// What the engine's threads need once there is somebody to dial.
struct Starting {
    engine: Engine,
    store: rogatory_index::Store,
    channel: (Handle, crossbeam_channel::Receiver<Input>),
    fatal: mpsc::UnboundedSender<Stop>,
    reserve_bytes: u64,
}

impl Core {
    /// Opens ledger and index.
    pub(crate) fn open(config: &Config, conditions: Arc<Conditions>) -> Result<Self, NodeError> {
        preflight::check_private(config)?;
        let identity = Identity::load(config)?;
        preflight::check_descriptors(config, identity.roster.members().len())?;
        credentials::check(config, &identity.roster)?;
        let (mut log, scribe) = identity.open_ledger(config)?;
        let reader = log.reader();
        let directory = index_directory(config)?;
        let (engine, store) = engine(reader.clone(), scribe.clone(), &directory, identity.roster.clone())?;
        if let Some(known) = engine.staged().totals().roster {
            known.may_be_followed_by(identity.roster.in_force())?;
        }
        if let Err(error) = roster_age::note(config, identity.roster.in_force()) {
            warn!(%error, "the roster in force cannot be noted; config check does not know it");
        }
        let reads = Arc::new(Reads::new(store.clone(), reader.clone(), scribe.clone(), engine.indexed())?);
        let channel = Handle::channel();
        let (fatal_sent, fatal) = mpsc::unbounded_channel();
        let closing = watch::Sender::new(false);
        let to_engine = channel.0.clone();
        let on_durable = Box::new(move |group: Durable| {
            measure(&group);
            to_engine.send(Input::Durable(group.head));
        });
        let told = fatal_sent.clone();
        let on_fatal = Box::new(move |cause: rogatory_ledger::Fatal| drop(told.send(cause.into())));
        let (checkpoints, unverified) = (log.take_checkpoints(), log.unverified());
        let (committer, appender) = Committer::spawn(log, LEDGER_QUEUE_BYTES_MAX, on_durable, on_fatal)?;
        let horizon = SignedDuration::from_hours(i64::from(config.delivery.retry_hours));
        let desk = Desk::new(
            scribe,
            channel.0.clone(),
            reads,
            Duration::from_secs(config.limits.client_connection_seconds),
            Arc::new(CurrentRoster::new(identity.roster.clone())),
            config.roster.key.0.clone(),
            horizon,
            closing.subscribe(),
            conditions,
            SystemClock.now(),
        );
        let (told, halted) = (fatal_sent.clone(), appender.clone());
        let on_fault = move |error: OpenError| {
            drop(told.send(Stop::Thread(error.to_string())));
            halted.halt();
        };
        let check = LedgerCheck::start(checkpoints, unverified, desk.unread.clone(), on_fault)?;
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
            check,
            directory,
            starting: Some(starting),
            runner: None,
        })
    }

    /// Reads bodies that peers sealed.
    pub(crate) fn bodies(&self) -> Arc<dyn BodyReader> {
        Arc::new(Bodies { own: self.desk.own().clone(), rosters: self.desk.rosters.clone() })
    }

    /// Starts the engine's threads.
    pub(crate) fn start(
        &mut self,
        dialler: Box<dyn rogatory_engine::runner::Dialler>,
        on_roster: OnRoster,
    ) -> Result<(), NodeError> {
        let Some(starting) = self.starting.take() else { return Ok(()) };
        let Starting { engine, store, channel, fatal, reserve_bytes } = starting;
        let directory = self.directory.clone();
        let on_fatal = Arc::new(move |cause: Failure| {
            if cause.is_of_index() {
                directory.distrust();
            }
            drop(fatal.send(Stop::Thread(cause.to_string())));
        });
        let desk = self.desk.clone();
        let on_busy = Box::new(move |busy| desk.set_busy(busy));
        let (appender, reads) = (self.appender.clone(), self.desk.reads.clone());
        let surroundings =
            RunnerParts { appender, dialler, reserve_bytes, on_roster, reads, on_busy, on_fatal };
        let runner = Runner::spawn(engine, store, channel, surroundings)?;
        self.runner = Some(runner);
        Ok(())
    }

    /// Puts the start, with the roster in force, on the record. Nothing waits for it: whatever leaves this node later
    /// depends on a later record. So a node whose disk is full still serves its state and ends when it is told to.
    pub(crate) fn record_start(&self) -> Result<(), NodeError> {
        let mut draft = Draft::new(&self.desk.scribe, Kind::Configured);
        draft.shared.roster = Some(self.identity.roster.in_force());
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
        // Its threads end with the ledger, and hold its directory until they have.
        self.check.end();
    }
}

fn measure(group: &Durable) {
    #[expect(clippy::cast_precision_loss, reason = "microseconds of one sync fit a double exactly")]
    metrics::histogram!(names::LEDGER_FSYNC).record(group.fsync_us as f64 / 1e6);
    #[expect(clippy::cast_precision_loss, reason = "records of one group fit a double exactly")]
    metrics::histogram!(names::LEDGER_GROUP).record(group.group_entries as f64);
}

fn read(path: &Path) -> Result<String, NodeError> {
    Ok(small_file::read_text(path, SMALL_BYTES_MAX)?)
}
