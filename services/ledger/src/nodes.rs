//! The tree's nodes, appended by the committer and read by many threads: the right edge in memory, full blocks on
//! disk. The files are derived: synced up to a checkpoint alone, rebuilt from there at every open, and no source of truth.

use std::{collections::HashMap, sync::Arc};

use parking_lot::{Mutex, RwLock};
use rogatory_tlog::{Hash, MissingNode, NodeReader};

use crate::{Disk, DiskError, checkpoint};

/// Levels in one block; a block covers 256 nodes of its lowest level and all above them.
const LEVELS: u8 = 8;
/// 256 + 128 + .. + 2 hashes.
const HASHES: usize = 510;
/// A block on disk: its hashes, padding, and a CRC-32C.
const BLOCK_BYTES: usize = 16 << 10;
/// Blocks kept after a read or a spill, 16 KiB each.
const CACHED_BLOCKS: usize = 128;
const PREFIX: &str = "nodes-";

type Block = Box<[Hash]>;
/// Tier (level / 8) and index of a block.
type BlockId = (u8, u64);

/// All complete nodes of the tree; cheap to clone, readable while the log grows.
#[derive(Clone)]
pub struct Nodes {
    shared: Arc<Shared>,
}

struct Shared {
    disk: Arc<dyn Disk>,
    edge: RwLock<Edge>,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Edge {
    /// Per tier, the block that is being filled, with its index.
    open: Vec<(u64, Block)>,
    /// Nodes known per level.
    counts: Vec<u64>,
    /// Full blocks the disk would not take; kept until it does.
    unspilled: HashMap<BlockId, Block>,
}

impl Nodes {
    /// An empty tree; blocks of an earlier opening are removed, and before them the checkpoints that speak for them.
    pub(crate) fn new(disk: Arc<dyn Disk>) -> Result<Self, DiskError> {
        checkpoint::forget(&*disk)?;
        for name in disk.list()?.iter().filter(|name| name.starts_with(PREFIX)) {
            disk.remove(name)?;
        }
        let shared = Shared { disk, edge: RwLock::default(), cache: Mutex::default() };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The tree of `size` entries as an earlier opening left it on the disk, with the nodes of the blocks that were not full there;
    /// `None` where blocks or nodes are missing. A block that is there and damaged shows when it is read.
    pub(crate) fn restored(disk: Arc<dyn Disk>, size: u64, edge: &[Hash]) -> Option<Self> {
        let mut open = Vec::new();
        for (tier, full) in full_blocks(size) {
            if full > 0 && disk.len(&file(tier)).ok()? < full * BLOCK_BYTES as u64 {
                return None;
            }
            open.push((full, empty()));
        }
        let counts = (0..64).map(|level| size >> level).take_while(|count| *count > 0).collect();
        let mut edge_nodes = edge.iter();
        for (level, index) in edge_places(size) {
            let ((tier, _), slot) = locate(level, index);
            open[usize::from(tier)].1[slot] = *edge_nodes.next()?;
        }
        let restored = Edge { open, counts, unspilled: HashMap::new() };
        let shared = Shared { disk, edge: RwLock::new(restored), cache: Mutex::default() };
        edge_nodes.next().is_none().then(|| Self { shared: Arc::new(shared) })
    }

    /// The nodes of the blocks that were not full when the tree had `size` entries.
    pub(crate) fn edge_at(&self, size: u64) -> Result<Vec<Hash>, MissingNode> {
        edge_places(size).map(|(level, index)| self.node(level, index)).collect()
    }

    /// Makes durable every block that was full when the tree had `size` entries; false while the disk does not take one.
    pub(crate) fn sync_below(&self, size: u64) -> Result<bool, DiskError> {
        for (tier, full) in full_blocks(size).filter(|(_, full)| *full > 0) {
            if self.shared.edge.read().unspilled.keys().any(|(of, index)| *of == tier && *index < full) {
                return Ok(false);
            }
            self.shared.disk.sync_data(&file(tier))?;
        }
        Ok(true)
    }

    /// The file that holds the blocks of a level.
    pub(crate) fn file_of(level: u8) -> String {
        file(level / LEVELS)
    }

    /// Takes nodes in the order in which they became complete.
    pub(crate) fn extend(&self, nodes: &[(u8, u64, Hash)]) {
        let mut edge = self.shared.edge.write();
        for (level, index, hash) in nodes {
            edge.insert(*level, *index, *hash);
        }
        let full: Vec<BlockId> = edge.unspilled.keys().copied().collect();
        for id in full {
            // A disk that refuses costs memory, not correctness: the block is offered again with the next group.
            if let Some(block) = edge.unspilled.remove(&id) {
                match self.spill(id, &block) {
                    Ok(()) => self.shared.cache.lock().put(id, Arc::from(block)),
                    Err(_) => drop(edge.unspilled.insert(id, block)),
                }
            }
        }
    }

    fn spill(&self, (tier, index): BlockId, block: &[Hash]) -> Result<(), DiskError> {
        let mut bytes = Vec::with_capacity(BLOCK_BYTES);
        block.iter().for_each(|hash| bytes.extend_from_slice(hash.as_bytes()));
        bytes.resize(BLOCK_BYTES - 4, 0);
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        let name = file(tier);
        // A file of an earlier block is never cut, in whatever order blocks come after a disk that was full.
        if matches!(self.shared.disk.len(&name), Err(DiskError::NotFound(_))) {
            self.shared.disk.create(&name)?;
        }
        self.shared.disk.write_at(&name, index * BLOCK_BYTES as u64, &bytes)
    }

    fn load(&self, id: BlockId) -> Option<Arc<[Hash]>> {
        if let Some(block) = self.shared.cache.lock().get(id) {
            return Some(block);
        }
        let mut bytes = vec![0; BLOCK_BYTES];
        let read = self.shared.disk.read_at(&file(id.0), id.1 * BLOCK_BYTES as u64, &mut bytes).ok()?;
        let (content, crc) = bytes.get(..read)?.split_last_chunk::<4>()?;
        if read != BLOCK_BYTES || crc32c::crc32c(content) != u32::from_le_bytes(*crc) {
            tracing::error!(
                tier = id.0,
                block = id.1,
                "a derived tree block is unreadable; a restart rebuilds it"
            );
            if let Err(error) = checkpoint::forget(&*self.shared.disk) {
                tracing::error!(%error, "the checkpoints that speak for it cannot be removed");
            }
            return None;
        }
        let (hashes, _) = content.as_chunks::<32>();
        let block: Arc<[Hash]> = hashes.iter().take(HASHES).map(|bytes| Hash(*bytes)).collect();
        self.shared.cache.lock().put(id, Arc::clone(&block));
        Some(block)
    }
}

impl NodeReader for Nodes {
    fn node(&self, level: u8, index: u64) -> Result<Hash, MissingNode> {
        let missing = MissingNode { level, index };
        let (id, slot) = locate(level, index);
        {
            let edge = self.shared.edge.read();
            if edge.counts.get(usize::from(level)).is_none_or(|count| index >= *count) {
                return Err(missing);
            }
            match edge.open.get(usize::from(id.0)) {
                Some((open, block)) if *open == id.1 => return Ok(block[slot]),
                _ => {}
            }
            if let Some(block) = edge.unspilled.get(&id) {
                return Ok(block[slot]);
            }
        }
        self.load(id).map(|block| block[slot]).ok_or(missing)
    }
}

impl Edge {
    fn insert(&mut self, level: u8, index: u64, hash: Hash) {
        let ((tier, block), slot) = locate(level, index);
        let at = usize::from(tier);
        if self.counts.len() <= usize::from(level) {
            self.counts.resize(usize::from(level) + 1, 0);
        }
        self.counts[usize::from(level)] = index + 1;
        if self.open.len() <= at {
            self.open.resize_with(at + 1, || (0, empty()));
        }
        self.open[at].1[slot] = hash;
        // The last slot of a block is its topmost right node, which completes after all others.
        if slot == HASHES - 1 {
            let full = std::mem::replace(&mut self.open[at], (block + 1, empty()));
            self.unspilled.insert((tier, block), full.1);
        }
    }
}

/// Each tier of a tree, with how many of its blocks are full.
fn full_blocks(size: u64) -> impl Iterator<Item = (u8, u64)> {
    let tiers = (0..64 / LEVELS).map(move |tier| (tier, size >> (tier * LEVELS)));
    tiers.take_while(|(_, count)| *count > 0).map(|(tier, count)| (tier, count >> LEVELS))
}

/// Level and index of every complete node that lies in a block which is not full, tier by tier from the leaves up.
fn edge_places(size: u64) -> impl Iterator<Item = (u8, u64)> {
    full_blocks(size).flat_map(move |(tier, full)| {
        (0..LEVELS).flat_map(move |within| {
            let level = tier * LEVELS + within;
            (full * (256 >> within)..size >> level).map(move |index| (level, index))
        })
    })
}

fn empty() -> Block {
    vec![Hash([0; 32]); HASHES].into()
}

fn file(tier: u8) -> String {
    format!("{PREFIX}{tier}")
}

/// The block a node lies in, and its place there.
fn locate(level: u8, index: u64) -> (BlockId, usize) {
    let within = level % LEVELS;
    let width = 256 >> within;
    let start = 512 - 2 * width;
    ((level / LEVELS, index / width), (start + index % width) as usize)
}

/// Blocks by last use: the younger half and the older half, swapped when the younger is full.
#[derive(Default)]
struct Cache {
    young: HashMap<BlockId, Arc<[Hash]>>,
    old: HashMap<BlockId, Arc<[Hash]>>,
}

impl Cache {
    fn get(&mut self, id: BlockId) -> Option<Arc<[Hash]>> {
        if let Some(block) = self.young.get(&id) {
            return Some(Arc::clone(block));
        }
        let block = self.old.remove(&id)?;
        self.put(id, Arc::clone(&block));
        Some(block)
    }

    fn put(&mut self, id: BlockId, block: Arc<[Hash]>) {
        if self.young.len() >= CACHED_BLOCKS / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(id, block);
    }
}

#[cfg(test)]
mod tests {
    use rogatory_tlog::{Frontier, MemoryNodes, leaf_hash};

    use super::*;
    use crate::MemoryDisk;

    #[test]
    fn every_node_is_found_whether_in_memory_or_spilled() {
        let disk = Arc::new(MemoryDisk::new());
        let nodes = Nodes::new(disk.clone()).unwrap();
        let (mut model, mut frontier) = (MemoryNodes::new(), Frontier::new());
        for number in 0..70_000_u32 {
            let leaf = leaf_hash(&number.to_le_bytes());
            let mut complete = Vec::new();
            frontier.push(leaf, &mut |level, index, hash| complete.push((level, index, hash)));
            nodes.extend(&complete);
            model.push(leaf);
        }
        for level in 0..18 {
            for index in (0..=70_000_u64 >> level).step_by(7) {
                assert_eq!(nodes.node(level, index), model.node(level, index), "level {level} index {index}");
            }
        }
        assert!(disk.len("nodes-0").unwrap() > 4 << 20);
    }

    #[test]
    fn a_disk_that_is_full_only_costs_memory() {
        let disk = Arc::new(MemoryDisk::new());
        disk.set_capacity(0);
        let nodes = Nodes::new(disk).unwrap();
        let mut frontier = Frontier::new();
        for number in 0..600_u32 {
            let mut complete = Vec::new();
            let mut take = |level, index, hash| complete.push((level, index, hash));
            frontier.push(leaf_hash(&number.to_le_bytes()), &mut take);
            nodes.extend(&complete);
        }
        assert_eq!(nodes.node(0, 3), Ok(leaf_hash(&3_u32.to_le_bytes())));
        assert!(nodes.node(9, 0).is_ok() && nodes.node(9, 1).is_err());
    }
}
