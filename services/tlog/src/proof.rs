//! Offline proofs (C2SP tlog-proof): one leaf's inclusion under one cosigned checkpoint, as a text file.

use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use crate::encoding::{base64, decimal, from_base64, hash};
use crate::note::{Note, NoteError};
use crate::policy::{Accepted, Policy, PolicyError};
use crate::{Hash, TreeError, verify_inclusion};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// Why a proof was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// Not the lines of a proof file.
    #[error("proof file is malformed")]
    Malformed,
    /// The checkpoint's note is not acceptable.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The policy does not accept the checkpoint.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The leaf is not where the proof says.
    #[error(transparent)]
    Tree(#[from] TreeError),
}

/// A leaf's place and path, and the checkpoint it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Bytes that no signature covers; never to be trusted by themselves.
    pub extra: Option<Vec<u8>>,
    /// Index of the leaf.
    pub index: u64,
    /// Inclusion proof, the leaf's sibling first.
    pub hashes: Vec<Hash>,
    /// The checkpoint with all signatures, as received.
    pub checkpoint: Note,
}

impl TlogProof {
    /// Checks the checkpoint against `policy`, then that `leaf` is included under it.
    ///
    /// # Errors
    /// [`ProofError`] naming the first check that failed.
    pub fn verify(&self, leaf: Hash, policy: &Policy) -> Result<Accepted, ProofError> {
        let accepted = policy.accept(&self.checkpoint)?;
        let head = &accepted.checkpoint;
        verify_inclusion(leaf, self.index, head.size, &self.hashes, head.root)?;
        Ok(accepted)
    }
}

impl FromStr for TlogProof {
    type Err = ProofError;

    fn from_str(file: &str) -> Result<Self, ProofError> {
        let (proof, checkpoint) = file.split_once("\n\n").ok_or(ProofError::Malformed)?;
        let mut lines = proof.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(ProofError::Malformed);
        }
        let mut line = lines.next().ok_or(ProofError::Malformed)?;
        let mut extra = None;
        if let Some(bytes) = line.strip_prefix("extra ") {
            extra = Some(from_base64(bytes).ok_or(ProofError::Malformed)?);
            line = lines.next().ok_or(ProofError::Malformed)?;
        }
        let index = line.strip_prefix("index ").and_then(decimal).ok_or(ProofError::Malformed)?;
        let hashes = lines.map(hash).collect::<Option<_>>().ok_or(ProofError::Malformed)?;
        Ok(Self { extra, index, hashes, checkpoint: checkpoint.parse()? })
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", base64(hash.as_bytes())))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
