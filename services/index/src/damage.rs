//! Whether a reader of the store came upon something that cannot be read. It must not mend anything: the node folds its index again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::base::StoreError;

/// What readers came upon, whichever of them; copies share it.
#[derive(Clone, Debug, Default)]
pub struct Damage(Arc<AtomicBool>);

impl Damage {
    /// Remembers that something could not be read.
    pub(crate) fn noted<T>(&self, read: Result<T, StoreError>) -> Result<T, StoreError> {
        if matches!(read, Err(StoreError::Engine(_) | StoreError::Damaged)) {
            self.0.store(true, Ordering::Relaxed);
        }
        read
    }

    /// Whether anybody did.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_reader_comes_upon_every_copy_knows_and_a_row_that_is_not_there_is_no_damage() {
        let damage = Damage::default();
        let copy = damage.clone();
        assert!(damage.noted::<()>(Err(StoreError::NoRoom { free: 0, kept: 0 })).is_err());
        assert!(damage.noted(Ok(None::<u8>)).is_ok() && !copy.is_seen());
        assert!(damage.noted::<()>(Err(StoreError::Damaged)).is_err() && copy.is_seen());
    }
}
