//! The bytes of one decision on disk, checksummed as one. Must not know of files, segments or trees.
//!
//! ```text
//! len u32 | crc32c u32 over salt, len and the rest | first u64 | group u64 | count u32 | (leaf 65 | size u32 | payload)*
//! ```
//! Integers are little-endian; `len` counts what follows the checksum. `group` is the first position of the group
//! the frame was written with: all before it was durable, which tells a torn group from damage in the middle.

use bytes::Bytes;
use thiserror::Error;

use crate::{Decision, Entry, LEAF_BYTES};

/// Longest frame of the format, in bytes; a ledger may be run with a lower limit for what it writes.
pub const FRAME_BYTES_MAX: u32 = 16 << 20;
/// Bytes before the first entry.
pub(crate) const HEADER_BYTES: usize = 28;
const PREFIX_BYTES: usize = 8;
const ENTRY_BYTES: usize = LEAF_BYTES + 4;

/// Why bytes are not a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FrameFault {
    /// Fewer bytes than the frame claims.
    #[error("frame is cut short")]
    Short,
    /// A length that no frame has.
    #[error("frame has an impossible length")]
    Length,
    /// The checksum differs.
    #[error("frame checksum differs")]
    Checksum,
    /// The entries do not fill the frame exactly.
    #[error("frame entries do not fit its length")]
    Entries,
    /// A frame of another place in the log.
    #[error("frame has another position")]
    Position,
}

/// The fixed part of a frame, unchecked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    len: u32,
    crc: u32,
    pub(crate) first: u64,
    pub(crate) group: u64,
    pub(crate) count: u32,
}

impl FrameHeader {
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (head, _) = bytes.split_first_chunk::<HEADER_BYTES>()?;
        let u32_at = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let u64_at = |at: usize| u64::from(u32_at(at)) | u64::from(u32_at(at + 4)) << 32;
        Some(Self { len: u32_at(0), crc: u32_at(4), first: u64_at(8), group: u64_at(16), count: u32_at(24) })
    }

    /// Bytes of the whole frame.
    pub(crate) fn total(&self) -> usize {
        self.len as usize + PREFIX_BYTES
    }

    /// True if a frame could start so.
    pub(crate) fn plausible(&self) -> bool {
        let least = (HEADER_BYTES - PREFIX_BYTES) as u64 + u64::from(self.count) * ENTRY_BYTES as u64;
        self.count > 0
            && self.total() as u64 <= u64::from(FRAME_BYTES_MAX)
            && u64::from(self.len) >= least
            && self.group <= self.first
            && self.first.checked_add(u64::from(self.count)).is_some()
    }
}

/// Bytes a decision takes as a frame.
pub(crate) fn encoded_len(decision: &Decision) -> u64 {
    let entries = decision.entries.iter().map(|entry| (ENTRY_BYTES + entry.payload.len()) as u64);
    HEADER_BYTES as u64 + entries.sum::<u64>()
}

/// Appends the frame of `decision`; the caller has checked its length against the limit.
pub(crate) fn encode(decision: &Decision, first: u64, group: u64, salt: u64, out: &mut Vec<u8>) {
    let start = out.len();
    let len = encoded_len(decision) as u32 - PREFIX_BYTES as u32;
    out.extend_from_slice(&len.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&first.to_le_bytes());
    out.extend_from_slice(&group.to_le_bytes());
    out.extend_from_slice(&(decision.entries.len() as u32).to_le_bytes());
    for entry in &decision.entries {
        out.extend_from_slice(&entry.leaf);
        out.extend_from_slice(&(entry.payload.len() as u32).to_le_bytes());
        out.extend_from_slice(&entry.payload);
    }
    let crc = checksum(&out[start..], salt);
    out[start + 4..start + PREFIX_BYTES].copy_from_slice(&crc.to_le_bytes());
}

/// Salted so that bytes of a payload, which others choose, cannot pose as a frame.
fn checksum(frame: &[u8], salt: u64) -> u32 {
    let crc = crc32c::crc32c_append(crc32c::crc32c(&salt.to_le_bytes()), &frame[..4]);
    crc32c::crc32c_append(crc, &frame[PREFIX_BYTES..])
}

/// A checked frame over borrowed bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) header: FrameHeader,
    body: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Checks the frame at the start of `bytes`; what follows it is ignored.
    pub(crate) fn parse(bytes: &'a [u8], salt: u64) -> Result<Self, FrameFault> {
        let header = FrameHeader::parse(bytes).ok_or(FrameFault::Short)?;
        if !header.plausible() {
            return Err(FrameFault::Length);
        }
        let whole = bytes.get(..header.total()).ok_or(FrameFault::Short)?;
        if checksum(whole, salt) != header.crc {
            return Err(FrameFault::Checksum);
        }
        let body = &whole[HEADER_BYTES..];
        let mut rest = body;
        for _ in 0..header.count {
            rest = split_entry(rest).ok_or(FrameFault::Entries)?.2;
        }
        if rest.is_empty() { Ok(Self { header, body }) } else { Err(FrameFault::Entries) }
    }

    /// Position after the last entry.
    pub(crate) fn end(&self) -> u64 {
        self.header.first + u64::from(self.header.count)
    }

    /// Leaf and payload of each entry, in order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a [u8; LEAF_BYTES], &'a [u8])> {
        let mut rest = self.body;
        std::iter::from_fn(move || {
            let (leaf, payload, tail) = split_entry(rest)?;
            rest = tail;
            Some((leaf, payload))
        })
    }

    /// The decision, in its own memory: one copy for all payloads.
    pub(crate) fn decision(&self) -> Decision {
        let whole = Bytes::copy_from_slice(self.body);
        let entries = self.entries().map(|(leaf, payload)| {
            let start = payload.as_ptr() as usize - self.body.as_ptr() as usize;
            Entry { leaf: *leaf, payload: whole.slice(start..start + payload.len()) }
        });
        Decision { entries: entries.collect() }
    }
}

fn split_entry(bytes: &[u8]) -> Option<(&[u8; LEAF_BYTES], &[u8], &[u8])> {
    let (leaf, rest) = bytes.split_first_chunk::<LEAF_BYTES>()?;
    let (size, rest) = rest.split_first_chunk::<4>()?;
    let (payload, rest) = rest.split_at_checked(u32::from_le_bytes(*size) as usize)?;
    Some((leaf, payload, rest))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn decision() -> impl Strategy<Value = Decision> {
        let entry = (any::<[u8; 32]>(), vec(any::<u8>(), 0..300)).prop_map(|(seed, payload)| {
            let mut leaf = [1; LEAF_BYTES];
            leaf[1..33].copy_from_slice(&seed);
            Entry { leaf, payload: payload.into() }
        });
        vec(entry, 1..5).prop_map(Decision::from)
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(decision in decision(), first in 0..u64::MAX / 2, salt: u64) {
            let mut bytes = Vec::new();
            encode(&decision, first, first / 2, salt, &mut bytes);
            prop_assert_eq!(bytes.len() as u64, encoded_len(&decision));
            bytes.extend_from_slice(b"what follows");
            let frame = Frame::parse(&bytes, salt).unwrap();
            prop_assert_eq!(frame.end(), first + decision.len());
            prop_assert_eq!(frame.header.group, first / 2);
            prop_assert_eq!(frame.decision(), decision);
        }

        #[test]
        fn every_flipped_bit_is_seen(decision in decision(), at: prop::sample::Index, bit in 0..8u8) {
            let mut bytes = Vec::new();
            encode(&decision, 7, 3, 11, &mut bytes);
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(Frame::parse(&bytes, 11).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..200), salt: u64) {
            let _ = Frame::parse(&bytes, salt);
        }
    }

    #[test]
    fn a_frame_of_another_salt_is_none() {
        let mut bytes = Vec::new();
        let entry = Entry { leaf: [1; LEAF_BYTES], payload: Bytes::from_static(b"x") };
        encode(&Decision::single(entry), 0, 0, 1, &mut bytes);
        assert_eq!(Frame::parse(&bytes, 2).unwrap_err(), FrameFault::Checksum);
    }
}
