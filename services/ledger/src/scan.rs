//! Walks segments forward and says where valid frames stop, and whether that is an end, a torn write or damage.
//! It reads only; what follows from the answer is for recovery and audit to decide.

use std::ops::ControlFlow;

use crate::{
    Disk, DiskError,
    frame::{Frame, FrameHeader, HEADER_BYTES as FRAME_HEADER_BYTES},
    segment::{HEADER_BYTES, Window},
};

/// Bytes read from the disk at once.
const CHUNK_BYTES: usize = 1 << 20;

/// A byte in the log: the segment with this base position, and an offset in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) base: u64,
    pub(crate) offset: u64,
}

/// Where the valid frames of a segment end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) place: Place,
    /// Position the next frame would have.
    pub(crate) position: u64,
}

/// What lies behind a [`Stop`] in the last segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Nothing but zeros.
    Clean,
    /// Bytes of a group that was never synced.
    Torn,
    /// A later frame that proves that what is unreadable here had been synced.
    Damaged,
}

/// Shows every valid frame of one segment in order, up to the first place that holds none, or to where `visit` ends it.
pub(crate) fn walk(
    disk: &dyn Disk,
    base: u64,
    salt: u64,
    visit: &mut dyn FnMut(Place, &Frame<'_>) -> ControlFlow<()>,
) -> Result<Stop, DiskError> {
    let mut window = Window::new(disk, base, CHUNK_BYTES);
    let mut stop = Stop { place: Place { base, offset: HEADER_BYTES }, position: base };
    while let Ok(frame) = window.frame(stop.place.offset, salt)? {
        if frame.header.first != stop.position {
            break;
        }
        let flow = visit(stop.place, &frame);
        stop.place.offset += frame.header.total() as u64;
        stop.position = frame.end();
        if flow.is_break() {
            break;
        }
    }
    Ok(stop)
}

/// Looks at the bytes behind the stop of the last segment.
///
/// Sectors of an unsynced group may reach the disk in any order, so a valid frame behind an unreadable one proves
/// nothing by itself. It does if its group began later: then all before that group had been synced.
pub(crate) fn ending(disk: &dyn Disk, stop: Stop, salt: u64) -> Result<Ending, DiskError> {
    let mut window = Window::new(disk, stop.place.base, CHUNK_BYTES);
    let mut verdict = Ending::Clean;
    let mut offset = stop.place.offset;
    loop {
        // Chunks overlap by a frame header, so that none is missed on a border.
        let bytes = window.at(offset, CHUNK_BYTES)?;
        if bytes.iter().any(|byte| *byte != 0) {
            verdict = Ending::Torn;
            for candidate in candidates(bytes, stop.position) {
                let at = offset + candidate as u64;
                if proves_damage(disk, Place { offset: at, ..stop.place }, stop.position, salt)? {
                    return Ok(Ending::Damaged);
                }
            }
        }
        if bytes.len() < CHUNK_BYTES {
            return Ok(verdict);
        }
        offset += (CHUNK_BYTES - FRAME_HEADER_BYTES) as u64;
    }
}

/// Offsets at which a frame of a group after `position` could start.
fn candidates(bytes: &[u8], position: u64) -> Vec<usize> {
    let later = |at: &usize| {
        // No tail holds more positions than bytes, so wild numbers are dismissed before a checksum is computed.
        FrameHeader::parse(&bytes[*at..]).is_some_and(|header| {
            header.plausible() && header.group > position && header.first - position <= u64::from(u32::MAX)
        })
    };
    (0..bytes.len().saturating_sub(FRAME_HEADER_BYTES - 1)).filter(later).collect()
}

fn proves_damage(disk: &dyn Disk, place: Place, position: u64, salt: u64) -> Result<bool, DiskError> {
    let mut window = Window::new(disk, place.base, FRAME_HEADER_BYTES);
    Ok(window.frame(place.offset, salt)?.is_ok_and(|frame| frame.header.group > position))
}
