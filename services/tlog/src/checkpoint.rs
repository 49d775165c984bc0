//! Checkpoints (C2SP tlog-checkpoint): the three lines that name a log's tree at one size; signs nothing itself.

use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use crate::Hash;
use crate::encoding::{base64, decimal, hash};
use crate::key::VerifierKey;
use crate::note::{Note, NoteError};

/// Why a checkpoint was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// The note around it is not acceptable.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Origin, size and root are not three well-formed lines.
    #[error("checkpoint is malformed")]
    Malformed,
    /// The origin line is not the name of the key that signed.
    #[error("checkpoint names another log than its signer")]
    OtherOrigin,
}

/// The head of a log: which log, how many leaves, which root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Identity of the log; also the name of its key.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root over exactly those leaves.
    pub root: Hash,
}

impl Checkpoint {
    /// The checkpoint in `note`, if the log that it names signed it with `key`.
    ///
    /// # Errors
    /// [`CheckpointError`] if signature, origin or text do not fit.
    pub fn open(note: &Note, key: &VerifierKey) -> Result<Self, CheckpointError> {
        note.verify(key)?;
        let checkpoint: Self = note.text().parse()?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(CheckpointError::OtherOrigin) }
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    /// Reads a note text. Extension lines are allowed and dropped: keep the note where the signed bytes matter.
    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.strip_suffix('\n').ok_or(CheckpointError::Malformed)?.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Malformed);
        };
        match (decimal(size), hash(root)) {
            (Some(size), Some(root)) if !origin.is_empty() && lines.all(|line| !line.is_empty()) => {
                Ok(Self { origin: origin.to_owned(), size, root })
            }
            _ => Err(CheckpointError::Malformed),
        }
    }
}

impl fmt::Display for Checkpoint {
    /// The note text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, base64(self.root.as_bytes()))
    }
}
