//! Segment files: their names, their header, and reading them forward. Must not decide what damage means.

use crate::{
    Disk, DiskError,
    frame::{self, Frame, FrameFault, FrameHeader},
};

/// Bytes before the first frame; a whole page, so that frames never share a sector with the header.
pub(crate) const HEADER_BYTES: u64 = 4096;
const MAGIC: &[u8; 8] = b"RGLEDGER";
const VERSION: u32 = 1;
/// Longest origin line, in bytes.
pub(crate) const ORIGIN_BYTES_MAX: usize = 1024;
/// Bytes before the origin: magic, version, salt, base, key, origin length.
const FIXED_BYTES: usize = 8 + 4 + 8 + 8 + 32 + 2;
const SUFFIX: &str = ".segment";

/// Who a ledger belongs to; the same in every segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The checkpoint origin line, `<federation>/<agency>/<instance>`, 1 to 1024 bytes.
    pub origin: String,
    /// The Ed25519 public key that signs its heads.
    pub key: [u8; 32],
    /// Chosen at random once; keeps bytes that others supply from posing as frames.
    pub salt: u64,
}

impl Identity {
    /// Whose ledger a directory holds, as its first segment says; `None` where that is not readable as one. Whoever opens the
    /// ledger checks that every segment says the same.
    ///
    /// # Errors
    /// The disk's.
    pub fn first_on(disk: &dyn Disk) -> Result<Option<Self>, DiskError> {
        read_header(disk, 0)
    }
}

/// File name of the segment whose first position is `base`; names sort as positions do.
pub(crate) fn name(base: u64) -> String {
    format!("{base:020}{SUFFIX}")
}

/// Base positions of all segments in the directory, ascending.
pub(crate) fn list(disk: &dyn Disk) -> Result<Vec<u64>, DiskError> {
    let base =
        |file: &String| file.strip_suffix(SUFFIX)?.parse::<u64>().ok().filter(|base| name(*base) == *file);
    let mut bases: Vec<u64> = disk.list()?.iter().filter_map(base).collect();
    bases.sort_unstable();
    Ok(bases)
}

/// The first page of a segment.
pub(crate) fn encode_header(identity: &Identity, base: u64) -> Vec<u8> {
    let mut page = Vec::with_capacity(HEADER_BYTES as usize);
    page.extend_from_slice(MAGIC);
    page.extend_from_slice(&VERSION.to_le_bytes());
    page.extend_from_slice(&identity.salt.to_le_bytes());
    page.extend_from_slice(&base.to_le_bytes());
    page.extend_from_slice(&identity.key);
    page.extend_from_slice(&(identity.origin.len() as u16).to_le_bytes());
    page.extend_from_slice(identity.origin.as_bytes());
    page.resize(HEADER_BYTES as usize - 4, 0);
    let crc = crc32c::crc32c(&page);
    page.extend_from_slice(&crc.to_le_bytes());
    page
}

/// Reads a segment's header; `None` if it is not one of this version, or damaged.
pub(crate) fn read_header(disk: &dyn Disk, base: u64) -> Result<Option<Identity>, DiskError> {
    let mut page = [0; HEADER_BYTES as usize];
    let read = disk.read_at(&name(base), 0, &mut page)?;
    Ok(if read == page.len() { decode_header(&page, base) } else { None })
}

fn decode_header(page: &[u8; HEADER_BYTES as usize], base: u64) -> Option<Identity> {
    let (content, crc) = page.split_last_chunk::<4>()?;
    if crc32c::crc32c(content) != u32::from_le_bytes(*crc) {
        return None;
    }
    let (magic, rest) = content.split_first_chunk::<8>()?;
    let (version, rest) = rest.split_first_chunk::<4>()?;
    let (salt, rest) = rest.split_first_chunk::<8>()?;
    let (first, rest) = rest.split_first_chunk::<8>()?;
    let (key, rest) = rest.split_first_chunk::<32>()?;
    let (size, rest) = rest.split_first_chunk::<2>()?;
    if magic != MAGIC || u32::from_le_bytes(*version) != VERSION || u64::from_le_bytes(*first) != base {
        return None;
    }
    let origin = rest.get(..usize::from(u16::from_le_bytes(*size)))?;
    let origin = std::str::from_utf8(origin).ok()?.to_owned();
    Some(Identity { origin, key: *key, salt: u64::from_le_bytes(*salt) })
}

const _: () = assert!(FIXED_BYTES + ORIGIN_BYTES_MAX + 4 <= HEADER_BYTES as usize);

/// Bytes a window asks for at first; it asks for twice as much each time, up to its chunk, so that a look at the newest
/// records costs little and a long read few calls.
const FIRST_CHUNK_BYTES: usize = 64 << 10;

/// A moving buffer over one file, so that small reads become few large ones.
pub(crate) struct Window<'d> {
    disk: &'d dyn Disk,
    name: String,
    chunk: usize,
    chunk_max: usize,
    start: u64,
    filled: usize,
    bytes: Vec<u8>,
}

impl<'d> Window<'d> {
    /// `chunk_max` is the number of bytes asked from the disk at once in a long read.
    pub(crate) fn new(disk: &'d dyn Disk, base: u64, chunk_max: usize) -> Self {
        let chunk = FIRST_CHUNK_BYTES.min(chunk_max);
        Self { disk, name: name(base), chunk, chunk_max, start: 0, filled: 0, bytes: Vec::new() }
    }

    /// `len` bytes from `offset`; fewer only at the end of the file.
    pub(crate) fn at(&mut self, offset: u64, len: usize) -> Result<&[u8], DiskError> {
        if offset < self.start || offset + len as u64 > self.start + self.filled as u64 {
            let asked = len.max(self.chunk);
            if self.bytes.len() < asked {
                self.bytes = vec![0; asked];
            }
            self.filled = 0;
            self.filled = self.disk.read_at(&self.name, offset, &mut self.bytes)?;
            self.start = offset;
            self.chunk = self.chunk_max.min(self.chunk * 2);
        }
        let from = ((offset - self.start) as usize).min(self.filled);
        let to = (from + len).min(self.filled);
        Ok(&self.bytes[from..to])
    }

    /// The checked frame at `offset`, or why there is none.
    pub(crate) fn frame(
        &mut self,
        offset: u64,
        salt: u64,
    ) -> Result<Result<Frame<'_>, FrameFault>, DiskError> {
        let head = self.at(offset, frame::HEADER_BYTES)?;
        let Some(header) = FrameHeader::parse(head) else { return Ok(Err(FrameFault::Short)) };
        if !header.plausible() {
            return Ok(Err(FrameFault::Length));
        }
        let whole = self.at(offset, header.total())?;
        Ok(Frame::parse(whole, salt))
    }
}
