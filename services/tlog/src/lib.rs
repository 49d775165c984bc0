//! Transparency-log algorithms: the RFC 6962 tree and the C2SP text formats around it. Pure: no clock, disk,
//! network or random source, and no knowledge of what a leaf means.

mod hash;
mod nodes;
mod tree;

pub use hash::{Hash, empty_root, leaf_hash, node_hash};
pub use nodes::MemoryNodes;
pub use tree::consistency::{consistency_proof, verify_consistency};
pub use tree::frontier::Frontier;
pub use tree::inclusion::{inclusion_proof, root_from_inclusion, verify_inclusion};
pub use tree::multiproof::{all_from_multiproof, multiproof, single_from_multiproof, verify_multiproof};
pub use tree::{MissingNode, NodeReader, TreeError, root};
