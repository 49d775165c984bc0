//! Tiles (C2SP tlog-tiles): paths and contents in which a log is published; stores and serves nothing.

use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use crate::{Hash, MissingNode, NodeReader};

#[cfg(test)]
mod tests;

/// Hashes or entries in a full tile.
pub const FULL_WIDTH: u16 = 256;
/// Tree levels one tile spans.
const HEIGHT: u8 = 8;
/// No tree of 64-bit size has a complete node above this tile level.
const MAX_LEVEL: u8 = 7;

/// Why a tile was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TileError {
    /// The path is not the canonical path of a tile.
    #[error("not a tile path")]
    BadPath,
    /// The bytes are not `width` hashes or entries.
    #[error("tile contents do not match the tile's width")]
    BadContents,
    /// An entry is longer than the 65,535 bytes its length field can say.
    #[error("entry exceeds 65535 bytes")]
    EntryTooLong,
    /// The tree does not reach that far, or the storage lacks a node.
    #[error(transparent)]
    Missing(#[from] MissingNode),
}

/// What a tile holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileKind {
    /// Hashes of the nodes at eight times this level, at most 7.
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

/// One tile: its kind, its place among tiles of the kind, and how much of it there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    kind: TileKind,
    index: u64,
    width: u16,
}

impl Tile {
    /// A tile of `width` 1 to 256.
    ///
    /// # Errors
    /// [`TileError::BadPath`] if level, index or width name no possible tile.
    pub fn new(kind: TileKind, index: u64, width: u16) -> Result<Self, TileError> {
        let tile = Self { kind, index, width };
        let fits = matches!(kind, TileKind::Entries | TileKind::Hashes(0..=MAX_LEVEL))
            && index <= u64::MAX >> tile.level() >> HEIGHT
            && (1..=FULL_WIDTH).contains(&width);
        if fits { Ok(tile) } else { Err(TileError::BadPath) }
    }

    /// What the tile holds.
    pub fn kind(&self) -> TileKind {
        self.kind
    }

    /// Hashes or entries in it, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Index, within the tree level, of the tile's first node; for entries that of the first leaf.
    pub fn first(&self) -> u64 {
        self.index * u64::from(FULL_WIDTH)
    }

    /// Tree level of the nodes in the tile, in levels above the leaves.
    fn level(&self) -> u8 {
        match self.kind {
            TileKind::Hashes(level) => level * HEIGHT,
            TileKind::Entries => 0,
        }
    }

    /// Whether a tree of `size` leaves has all of this tile.
    pub fn is_within(&self, size: u64) -> bool {
        let nodes = size >> self.level();
        nodes.checked_sub(self.first()).is_some_and(|rest| rest >= u64::from(self.width))
    }

    /// Contents of a hash tile: `width` hashes of 32 bytes.
    ///
    /// # Errors
    /// [`TileError::Missing`] past the end of the tree, [`TileError::BadPath`] for entries.
    pub fn contents(&self, nodes: &(impl NodeReader + ?Sized)) -> Result<Vec<u8>, TileError> {
        if self.kind == TileKind::Entries {
            return Err(TileError::BadPath);
        }
        let mut contents = Vec::with_capacity(usize::from(self.width) * 32);
        for place in 0..u64::from(self.width) {
            contents.extend_from_slice(nodes.node(self.level(), self.first() + place)?.as_bytes());
        }
        Ok(contents)
    }

    /// The hashes in the contents of a hash tile.
    ///
    /// # Errors
    /// [`TileError::BadContents`] unless there are `width` of them.
    pub fn parse_hashes(&self, contents: &[u8]) -> Result<Vec<Hash>, TileError> {
        match contents.as_chunks() {
            (hashes, []) if hashes.len() == usize::from(self.width) => {
                Ok(hashes.iter().copied().map(Hash).collect())
            }
            _ => Err(TileError::BadContents),
        }
    }

    /// The entries in the contents of an entry bundle.
    ///
    /// # Errors
    /// [`TileError::BadContents`] unless there are `width` of them and nothing else.
    pub fn parse_entries<'a>(&self, mut contents: &'a [u8]) -> Result<Vec<&'a [u8]>, TileError> {
        let mut entries = Vec::with_capacity(usize::from(self.width));
        for _ in 0..self.width {
            let (length, rest) = contents.split_first_chunk().ok_or(TileError::BadContents)?;
            let length = usize::from(u16::from_be_bytes(*length));
            let (entry, rest) = rest.split_at_checked(length).ok_or(TileError::BadContents)?;
            entries.push(entry);
            contents = rest;
        }
        if contents.is_empty() { Ok(entries) } else { Err(TileError::BadContents) }
    }
}

/// An entry bundle: each entry after its length as 16 bits, big-endian.
///
/// # Errors
/// [`TileError::EntryTooLong`] past 65,535 bytes.
pub fn entry_bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, TileError> {
    let mut bundle = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).map_err(|_| TileError::EntryTooLong)?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
    }
    Ok(bundle)
}

impl fmt::Display for Tile {
    /// The path below the log's prefix, such as `tile/0/x001/234` or `tile/entries/000.p/5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(f, "tile/{level}/")?,
            TileKind::Entries => f.write_str("tile/entries/")?,
        }
        let mut groups = self.index.checked_ilog(1000).unwrap_or(0);
        while groups > 0 {
            write!(f, "x{:03}/", self.index / 1000u64.pow(groups) % 1000)?;
            groups -= 1;
        }
        write!(f, "{:03}", self.index % 1000)?;
        if self.width < FULL_WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for Tile {
    type Err = TileError;

    fn from_str(path: &str) -> Result<Self, TileError> {
        let tile = parse(path).ok_or(TileError::BadPath)?;
        // Writing it again refuses every other spelling of the same tile.
        if tile.to_string() == path { Ok(tile) } else { Err(TileError::BadPath) }
    }
}

fn parse(path: &str) -> Option<Tile> {
    let (kind, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let kind = if kind == "entries" { TileKind::Entries } else { TileKind::Hashes(kind.parse().ok()?) };
    let (index, width) = match rest.split_once(".p/") {
        Some((index, width)) => (index, width.parse().ok()?),
        None => (rest, FULL_WIDTH),
    };
    let mut number: u64 = 0;
    for group in index.split('/') {
        let group: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        number = number.checked_mul(1000)?.checked_add(group)?;
    }
    Tile::new(kind, number, width).ok()
}
