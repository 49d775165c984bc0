//! A tree held in memory, for tests and small verifications; the ledger keeps its own nodes on disk.

use crate::{Frontier, Hash, MissingNode, NodeReader};

/// Every complete node of a tree, level by level.
#[derive(Clone, Debug, Default)]
pub struct MemoryNodes {
    frontier: Frontier,
    levels: Vec<Vec<Hash>>,
}

impl MemoryNodes {
    /// A tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends one leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        let levels = &mut self.levels;
        self.frontier.push(leaf, &mut |level, _, hash| {
            let level = usize::from(level);
            if level == levels.len() {
                levels.push(Vec::new());
            }
            // Nodes of one level complete from left to right, so the position is the index.
            levels[level].push(hash);
        });
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Root over all leaves.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }
}

impl FromIterator<Hash> for MemoryNodes {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut nodes = Self::new();
        leaves.into_iter().for_each(|leaf| nodes.push(leaf));
        nodes
    }
}

impl NodeReader for MemoryNodes {
    fn node(&self, level: u8, index: u64) -> Result<Hash, MissingNode> {
        let found =
            usize::try_from(index).ok().and_then(|index| self.levels.get(usize::from(level))?.get(index));
        found.copied().ok_or(MissingNode { level, index })
    }
}
