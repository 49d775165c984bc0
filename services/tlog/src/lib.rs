//! Transparency-log algorithms: the RFC 6962 tree and the C2SP text formats around it. Pure: no clock, disk,
//! network or random source, and no knowledge of what a leaf means.

pub mod checkpoint;
pub mod cosignature;
mod encoding;
mod hash;
pub mod key;
mod nodes;
pub mod note;
pub mod policy;
pub mod proof;
pub mod tile;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use hash::{Hash, empty_root, leaf_hash, node_hash};
pub use key::{KeyKind, VerifierKey};
pub use nodes::MemoryNodes;
pub use note::{Note, NoteError, SignatureLine};
pub use policy::{Accepted, Policy, PolicyError};
pub use proof::{ProofError, TlogProof};
pub use tile::{Tile, TileError, TileKind};
pub use tree::consistency::{consistency_proof, verify_consistency};
pub use tree::frontier::Frontier;
pub use tree::inclusion::{inclusion_proof, root_from_inclusion, verify_inclusion};
pub use tree::multiproof::{all_from_multiproof, multiproof, single_from_multiproof, verify_multiproof};
pub use tree::{MissingNode, NodeReader, TreeError, root};
