//! Projections of the ledger: referrals, messages, lists, queues, alarms, peers, consumers and the feed of watches, as
//! one pure fold of records.
//!
//! Owns the rows, the fold, the staged overlay and the sled directory behind it. Nothing here is the truth: any of it
//! can be deleted and is folded again from the ledger to the same answers. It must not open sealed records.
//!
//! Reading order: [`rows`] with [`standing`], [`request`], [`consumer`] and [`feed`], [`record`] (what the fold reads), [`fold`],
//! [`staged`] (what decisions read), [`known`] (what need not be looked up), [`base`], [`store`] (sled), [`memory`] (for simulations).

pub mod base;
mod block;
pub mod consumer;
mod damage;
pub mod directory;
pub mod feed;
pub mod fold;
mod key;
pub mod known;
mod listing;
pub mod memory;
mod overlay;
pub mod record;
pub mod request;
pub mod rows;
pub mod staged;
pub mod standing;
pub mod store;
mod weight;
mod whole;

pub use base::{Base, Batch, StoreError};
pub use consumer::ConsumerRow;
pub use damage::Damage;
pub use feed::{Fed, FeedKey, FeedKind, Tail};
pub use known::Known;
pub use record::{Folding, HeldReceipt};
pub use request::{RequestKey, RequestRow};
pub use rows::{
    Delivery, ForkRow, GivenUpKey, Held, MessageLine, MessageRow, Outcome, PartnerRow, PeerRow, QueueKey,
    QueueRow, ReferralRow, RowCounts, Status, Totals,
};
pub use staged::Staged;
pub use standing::{AlarmKey, CaseKey, Standing};
pub use store::Store;
