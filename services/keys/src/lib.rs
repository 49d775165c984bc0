//! Key material of one agency: signing heads, sealing bodies for peers, and the vault that makes erasure possible.
//!
//! Secrets leave this crate only through methods named `expose`, `seed` or `store`. It must know nothing of
//! messages, records or the network: callers hand it bytes and get bytes back.

mod cipher;
pub mod content;
pub mod key_file;
pub mod ledger_key;
mod password;
pub mod private;
pub mod random;
pub mod record;
pub mod roster_key;
pub mod sealing;
pub mod small_file;
pub mod submission_key;
pub mod vault;
mod webhook_secret;

pub use content::{ContentKey, OpenError};
pub use key_file::KeyFileError;
pub use ledger_key::LedgerKey;
pub use password::{Password, PasswordError};
pub use private::{NodeUser, PrivateError};
pub use random::{Random, SeededRandom, SystemRandom};
pub use record::RecordKey;
pub use roster_key::RosterKey;
pub use sealing::{EpochOffer, EpochReceiver, EpochSender, SealingError, SealingKey};
pub use small_file::SmallFileError;
pub use submission_key::SubmissionKey;
pub use vault::{DirVault, MemoryVault, Vault, VaultError, VaultStore, WrappedKey};
pub use webhook_secret::{WebhookSecret, WebhookSecretError};
