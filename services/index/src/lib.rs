//! Projections of the ledger: referral rows, message rows, queues, peers and consumers, as one pure fold of records.
//!
//! Owns the rows, the fold, the staged overlay and the sled directory behind it. Nothing here is the truth: any of it
//! can be deleted and is folded again from the ledger to the same answers. It must not open sealed records.
//!
//! Reading order: [`rows`], [`record`] (what the fold reads), [`fold`], [`staged`] (what decisions read), [`base`],
//! [`store`] (sled), [`memory`] (for simulations).

pub mod base;
pub mod directory;
pub mod fold;
pub mod memory;
mod overlay;
pub mod record;
pub mod rows;
pub mod staged;
pub mod store;

pub use base::{Base, Batch, StoreError};
pub use record::{Facts, Folding, HeldReceipt};
pub use rows::{
    ConsumerRow, Delivery, ForkRow, MessageLine, MessageRow, Outcome, PartnerRow, PeerRow, QueueKey,
    QueueRow, ReferralRow, Status, Totals,
};
pub use staged::Staged;
pub use store::Store;
