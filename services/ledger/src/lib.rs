//! The durable, append-only log of one node: groups of decisions under one `fdatasync`, one tree, one signed head.
//! It must not know what a record means, hold a key, or know of networks; disk and signer are injected.

mod checkpoint;
mod committer;
pub mod disk;
mod entry;
mod frame;
#[cfg(test)]
mod golden;
mod guard;
mod head;
mod log;
mod nodes;
mod offsets;
mod options;
mod reader;
mod recovery;
#[cfg(test)]
mod samples;
mod scan;
mod segment;
pub mod verify;

pub use checkpoint::{Checkpoints, Unverified};
pub use committer::{AppendError, Appender, Committer, Durable};
pub use disk::{Cause, Disk, DiskError, memory::MemoryDisk, real::RealDisk};
pub use entry::{Decision, Entry, LEAF_BYTES};
pub use frame::{FRAME_BYTES_MAX, FrameFault};
pub use guard::{Guard, GuardError};
pub use head::{Head, Signer};
pub use log::{CommitError, Fatal, Log};
pub use nodes::Nodes;
pub use options::{Options, Stores};
pub use reader::{ReadError, Reader};
pub use recovery::{OpenError, Recovery};
pub use segment::Identity;
