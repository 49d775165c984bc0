//! Why a node does not start, or stopped: what is said, under which code of the catalogue, and who has to act.
//!
//! It must not decide what becomes of the process; the command has the exit codes.

use std::io::ErrorKind;
use std::path::PathBuf;

use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_engine::open::StartError;
use rogatory_evidence::RosterRefused;
use rogatory_index::StoreError;
use rogatory_keys::{KeyFileError, SmallFileError, VaultError};
use rogatory_ledger::{CommitError, DiskError, GuardError, OpenError};

use crate::config::ConfigFault;
use crate::listening::Unlistenable;
use crate::roster_file;

/// Why a node does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// A file of the configuration cannot be read.
    #[error(transparent)]
    File(#[from] SmallFileError),
    /// Decree files that make no edition of the calendars.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Decrees(Vec<ConfigFault>),
    /// Secrets that others than the node's user reach.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    NotPrivate(Vec<ConfigFault>),
    /// Receivers of alarms that cannot be told anything as they are configured.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Receivers(Vec<ConfigFault>),
    /// There is no ledger, and nobody said that one shall begin.
    #[error("there is no ledger in {}, and none was begun with this ledger key", .0.display())]
    NotBegun(PathBuf),
    /// There is no ledger, though one was begun.
    #[error("there is no ledger in {}, though the vault says that {origin} was begun", directory.display())]
    LedgerMissing {
        /// Where it should be.
        directory: PathBuf,
        /// Which one it was.
        origin: String,
    },
    /// There is a ledger, and another one was begun with the same key.
    #[error("the ledger in {} is {found}, though the vault says that {origin} was begun", directory.display())]
    OtherLedger {
        /// Where it lies.
        directory: PathBuf,
        /// Which one it is.
        found: String,
        /// Which one it should be.
        origin: String,
    },
    /// The ledger lacks what a peer showed that it had.
    #[error(
        "the ledger in {} does not contain the head over {size} records that a peer showed before: acknowledged records are \
         missing from it", directory.display()
    )]
    HeadMissing {
        /// Where it lies.
        directory: PathBuf,
        /// Records under the head.
        size: u64,
    },
    /// A ledger is to begin where one is.
    #[error("there is a ledger in {} already", .0.display())]
    Begun(PathBuf),
    /// The roster is not accepted.
    #[error("the roster is not accepted: {0}")]
    Roster(#[from] RosterRefused),
    /// The limits of connections need more descriptors than the process may have.
    #[error(
        "limits.connections needs up to {needed} descriptors, and this process may have {allowed}: raise its hard limit \
         (LimitNOFILE of the unit, ulimit -Hn), or lower limits.connections"
    )]
    TooFewDescriptors {
        /// What the limits need.
        needed: u64,
        /// What the process may have.
        allowed: u64,
    },
    /// A key file holds another key than the roster has for this agency.
    #[error("{option}: {} is not the key that the roster names for {agency}", path.display())]
    OtherKeyFile {
        /// The option that names it.
        option: &'static str,
        /// The file.
        path: PathBuf,
        /// The agency.
        agency: AgencyId,
    },
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
    /// Another process runs on the same data.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The ledger is not one under the configured key.
    #[error("the ledger in {} belongs to another key than keys.ledger", .0.display())]
    OtherKey(PathBuf),
    /// A volume without a free byte, on which even a start has to write.
    #[error("the disk is full (ENOSPC): a start has to write in {}", .0.display())]
    Full(PathBuf),
    /// An address cannot be listened on.
    #[error(transparent)]
    Listen(#[from] Unlistenable),
    /// A thread or signal cannot be had.
    #[error("the node cannot start: {0}")]
    Io(#[from] std::io::Error),
    /// Certificates or trust are not usable.
    #[error("TLS is not usable: {0}")]
    Tls(String),
    /// The metrics cannot be collected.
    #[error("metrics cannot be collected: {0}")]
    Metrics(String),
    /// The node stopped because it could not go on.
    #[error("the node stopped: {0}")]
    Stopped(Stop),
}

/// What made a running node end by itself.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Stop {
    /// The ledger can take nothing more.
    #[error(transparent)]
    Ledger(#[from] rogatory_ledger::Fatal),
    /// A thread of the node cannot go on.
    #[error("{0}")]
    Thread(String),
}

impl NodeError {
    /// Whether the configuration, or a file that it names, has to be corrected.
    #[must_use]
    pub fn is_of_configuration(&self) -> bool {
        match self {
            Self::File(_)
            | Self::Decrees(_)
            | Self::NotPrivate(_)
            | Self::Receivers(_)
            | Self::Roster(_)
            | Self::TooFewDescriptors { .. }
            | Self::Key(_)
            | Self::OtherKeyFile { .. }
            | Self::Tls(_)
            | Self::OtherKey(_)
            | Self::Start(StartError::Origin(_)) => true,
            Self::Listen(refused) => refused.lasts(),
            Self::Start(StartError::Index(StoreError::Unusable { source, .. })) => lasts(source.kind()),
            _ => match self.of_disk() {
                Some(DiskError::Io { cause, .. }) => lasts(cause.kind()),
                other => other == Some(&DiskError::ReadOnly),
            },
        }
    }

    /// What the disk of ledger or guard answered.
    fn of_disk(&self) -> Option<&DiskError> {
        match self {
            Self::Disk(error)
            | Self::Start(StartError::Ledger(
                OpenError::Disk(error) | OpenError::Guard(GuardError::Disk(error)),
            )) => Some(error),
            _ => None,
        }
    }

    /// Whether the node must not be started again before a person has found out what became of its ledger or its vault: a
    /// supervisor that starts it over and over could only do harm.
    #[must_use]
    pub fn needs_a_person(&self) -> bool {
        use rogatory_ledger::Fatal;
        match self {
            Self::NotBegun(_)
            | Self::LedgerMissing { .. }
            | Self::OtherLedger { .. }
            | Self::HeadMissing { .. } => true,
            Self::Vault(error) => !is_full_vault(error),
            Self::Start(StartError::VaultDayMissing(_) | StartError::VaultDayOther(_)) => true,
            Self::Stopped(Stop::Ledger(fatal)) => matches!(fatal, Fatal::Halted | Fatal::Replaced(_)),
            Self::Start(StartError::Ledger(error)) => matches!(
                error,
                OpenError::Damaged { .. }
                    | OpenError::Rollback { .. }
                    | OpenError::GuardMissing { .. }
                    | OpenError::Guard(GuardError::Unreadable)
                    | OpenError::OtherGuard(_)
            ),
            _ => false,
        }
    }

    /// The code of the catalogue, where the cause has one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Start(StartError::Ledger(OpenError::Damaged { .. })) => Some(Code::LedgerDamaged),
            Self::Start(StartError::Ledger(
                OpenError::GuardMissing { .. }
                | OpenError::Guard(GuardError::Unreadable)
                | OpenError::OtherGuard(_),
            )) => Some(Code::GuardMissing),
            Self::Start(StartError::Ledger(OpenError::Rollback { .. }))
            | Self::Stopped(Stop::Ledger(rogatory_ledger::Fatal::Halted))
            | Self::OtherLedger { .. }
            | Self::HeadMissing { .. } => Some(Code::HistoryLost),
            Self::NotBegun(_) | Self::LedgerMissing { .. } => Some(Code::LedgerMissing),
            Self::TooFewDescriptors { .. } => Some(Code::TooFewDescriptors),
            Self::Vault(error) if is_full_vault(error) => Some(Code::DiskReserve),
            Self::Vault(_) | Self::Start(StartError::VaultDayMissing(_) | StartError::VaultDayOther(_)) => {
                Some(Code::VaultUnusable)
            }
            Self::Full(_)
            | Self::Start(
                StartError::Index(StoreError::NoRoom { .. })
                | StartError::Commit(CommitError::ReserveReached),
            ) => Some(Code::DiskReserve),
            Self::Start(StartError::Index(StoreError::Unusable { source, .. })) if is_full(source.kind()) => {
                Some(Code::DiskReserve)
            }
            Self::Start(StartError::Index(_)) => Some(Code::StorageUnusable),
            Self::Decrees(_) => Some(Code::ConfigTypo),
            Self::NotPrivate(_) => Some(Code::NotPrivate),
            Self::Receivers(_) => Some(Code::ConfigTypo),
            Self::Key(error) => Some(code_of_key(error)),
            Self::OtherKeyFile { .. } => Some(Code::KeyFileUnusable),
            Self::Roster(refused) => Some(roster_file::code_of(refused)),
            Self::File(_) => Some(Code::ConfigTypo),
            Self::Tls(_) => Some(Code::TlsUnusable),
            Self::Listen(_) => Some(Code::AddressUnusable),
            Self::InUse(_) => Some(Code::DataInUse),
            Self::OtherKey(_) | Self::Start(StartError::Origin(_)) => Some(Code::OtherLedger),
            _ => self.of_disk().map(|error| match error {
                DiskError::Full => Code::DiskReserve,
                DiskError::NoDescriptor { .. } => Code::TooFewDescriptors,
                DiskError::Locked => Code::DataInUse,
                DiskError::NotFound(_) | DiskError::ReadOnly | DiskError::Io { .. } => Code::StorageUnusable,
            }),
        }
    }
}

/// The code of the catalogue for a key file that is not usable.
pub(crate) fn code_of_key(error: &KeyFileError) -> Code {
    if matches!(error, KeyFileError::Private(_)) { Code::NotPrivate } else { Code::KeyFileUnusable }
}

/// A vault that lacks room for a key lacks nothing that it had.
fn is_full_vault(error: &VaultError) -> bool {
    matches!(error, VaultError::Io(error) if is_full(error.kind()))
}

fn is_full(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
}

/// Whether a directory stays unusable until a person changes something; other answers of a disk may pass.
fn lasts(kind: ErrorKind) -> bool {
    use ErrorKind::{AlreadyExists, IsADirectory, NotADirectory, PermissionDenied, ReadOnlyFilesystem};
    matches!(kind, AlreadyExists | IsADirectory | NotADirectory | PermissionDenied | ReadOnlyFilesystem)
}
