//! A sparse map from positions to file offsets, in memory only. Must not read the disk.

use crate::scan::Place;

/// At most this many entries lie between two marks, unless one decision is longer.
const MARK_ENTRIES: u32 = 32;
/// Nor more than this many bytes.
const MARK_BYTES: u32 = 64 << 10;

/// Marks of every segment, 8 bytes each.
#[derive(Debug, Default)]
pub(crate) struct Offsets {
    segments: Vec<Marks>,
}

#[derive(Debug)]
struct Marks {
    base: u64,
    /// Distance from the base, and file offset, of some frames.
    marks: Vec<(u32, u32)>,
}

impl Offsets {
    /// Notes the frame that starts with `first`; frames come in log order.
    pub(crate) fn note(&mut self, place: Place, first: u64) {
        if self.segments.last().is_none_or(|last| last.base != place.base) {
            self.segments.push(Marks { base: place.base, marks: Vec::new() });
        }
        let Some(segment) = self.segments.last_mut() else { return };
        let mark = ((first - segment.base) as u32, place.offset as u32);
        let due = segment.marks.last().is_none_or(|(entries, offset)| {
            mark.0 - entries >= MARK_ENTRIES || mark.1 - offset >= MARK_BYTES
        });
        if due {
            segment.marks.push(mark);
        }
    }

    /// Marks of the segment that begins with `base`.
    pub(crate) fn of(&self, base: u64) -> &[(u32, u32)] {
        self.segments.iter().find(|segment| segment.base == base).map_or(&[], |segment| &segment.marks)
    }

    /// Takes marks as they were of a segment that lies behind all others.
    pub(crate) fn restore(&mut self, base: u64, marks: Vec<(u32, u32)>) {
        self.segments.push(Marks { base, marks });
    }

    /// The last marked frame at or before `position`, with its first position.
    pub(crate) fn find(&self, position: u64) -> Option<(Place, u64)> {
        let after = self.segments.partition_point(|segment| segment.base <= position);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        let after =
            segment.marks.partition_point(|(entries, _)| segment.base + u64::from(*entries) <= position);
        let (entries, offset) = segment.marks.get(after.checked_sub(1)?)?;
        let place = Place { base: segment.base, offset: u64::from(*offset) };
        Some((place, segment.base + u64::from(*entries)))
    }

    /// The first position of the segment after the one at `base`.
    pub(crate) fn next_base(&self, base: u64) -> Option<u64> {
        let after = self.segments.partition_point(|segment| segment.base <= base);
        self.segments.get(after).map(|segment| segment.base)
    }
}
