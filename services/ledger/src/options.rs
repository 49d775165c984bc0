//! The log's limits and places. Must not hold defaults that a small disk cannot carry.

use std::sync::Arc;

use crate::{Disk, OpenError, frame::FRAME_BYTES_MAX, segment::HEADER_BYTES};

/// Named limits of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Length of a segment file, in bytes; at most 4 GiB.
    pub segment_bytes: u64,
    /// Longest decision on disk, in bytes; at most [`crate::FRAME_BYTES_MAX`].
    pub frame_bytes: u32,
    /// Bytes the committer puts into one group, unless one decision is longer.
    pub group_bytes: u64,
    /// Free bytes on the disk below which no group is taken.
    pub reserve_bytes: u64,
    /// Bytes written with zeros ahead of the tail while idle: a sync into written blocks costs no journal commit.
    pub zero_ahead_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            frame_bytes: FRAME_BYTES_MAX,
            group_bytes: 1 << 20,
            reserve_bytes: 256 << 20,
            zero_ahead_bytes: 16 << 20,
        }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), OpenError> {
        if self.segment_bytes > u64::from(u32::MAX) {
            return Err(OpenError::Options("a segment may not exceed 4 GiB"));
        }
        if self.frame_bytes > FRAME_BYTES_MAX {
            return Err(OpenError::Options("a frame may not exceed the format's 16 MiB"));
        }
        if u64::from(self.frame_bytes) + HEADER_BYTES > self.segment_bytes {
            return Err(OpenError::Options("the longest frame must fit into a segment"));
        }
        Ok(())
    }

    /// Bytes of frames one group may have: it never spans segments.
    pub(crate) fn group_limit(&self) -> u64 {
        self.segment_bytes - HEADER_BYTES
    }
}

/// Where segments and guard lie.
#[derive(Clone)]
pub struct Stores {
    /// Segments and derived tree blocks.
    pub ledger: Arc<dyn Disk>,
    /// The guard file; another volume than the segments protects against a restored volume.
    pub guard: Arc<dyn Disk>,
}

impl Stores {
    /// Both in one directory.
    pub fn one(disk: Arc<dyn Disk>) -> Self {
        Self { ledger: Arc::clone(&disk), guard: disk }
    }
}
