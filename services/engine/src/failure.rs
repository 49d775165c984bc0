//! Why a running engine cannot go on, and what that says of its index. It must not decide what follows: the node does.

use rogatory_index::StoreError;

/// Why the engine, or the thread that writes its index, ended by itself.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// The index could not be read or written.
    #[error("{0}")]
    Index(String),
    /// A thread unwound; the name is its own.
    #[error("{0} panicked")]
    Panicked(&'static str),
    /// Anything else, such as a ledger that takes nothing more.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// Whether what lies in the index may be the cause, so that another start on it could end in the same way. sled panics on some
    /// damaged pages, too.
    #[must_use]
    pub fn is_of_index(&self) -> bool {
        matches!(self, Self::Index(_) | Self::Panicked(_))
    }

    /// One that says nothing of the index.
    pub(crate) fn other(cause: impl ToString) -> Self {
        Self::Other(cause.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Index(error.to_string())
    }
}

impl From<&StoreError> for Failure {
    fn from(error: &StoreError) -> Self {
        Self::Index(error.to_string())
    }
}
