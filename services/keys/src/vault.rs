//! The vault: one key a day under which record keys are wrapped, so that destroying a day's key erases its records.
//!
//! It lies outside ledger and backups, in a directory of its own. A destroyed day leaves a tombstone, so that a key
//! file copied back does not revive it. This file must not know the ledger, nor what day it is.

mod store;

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use parking_lot::{Mutex, RwLock};
use zeroize::Zeroizing;

use crate::cipher::{Deriver, WRAPPED, WrappingKey};
use crate::key_file;
use crate::random::Random;
use crate::record::RecordKey;

pub use store::{DirVault, MemoryVault, VaultStore};

const KIND: &str = "rogatory-vault-key/v1";

/// A record key wrapped under one day's vault key; kept beside the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// Days since 1970-01-01 (UTC) of the vault key.
    pub day: u32,
    /// Nonce, encrypted key, tag.
    pub bytes: [u8; WRAPPED],
}

/// Why a record key was not wrapped or unwrapped.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The day's key was destroyed, or never was in this vault.
    #[error("the vault key of that day is gone")]
    Erased,
    /// The wrapped key was altered, or the vault key is not the one it was wrapped under.
    #[error("the wrapped key is damaged, or the vault key is another one")]
    Damaged,
    /// The key file of this day was altered.
    #[error("the vault's key file of day {0} is damaged")]
    KeyFile(u32),
    /// There is no key that digests submitted content; a ledger that goes on needs the one it began with.
    #[error("the vault has no submission key: put the vault back that belongs to this ledger")]
    NoSubmissionKey,
    /// The key file of this generation was altered, or made for another agency.
    #[error("the vault's submission key of generation {0} is damaged, or another agency's")]
    SubmissionKeyFile(u32),
    /// The vault directory refused.
    #[error("the vault cannot be used: {0}")]
    Io(#[from] io::Error),
}

/// All living day keys, ready for use.
pub struct Vault {
    store: Arc<dyn VaultStore>,
    random: Arc<dyn Random>,
    days: RwLock<HashMap<u32, WrappingKey>>,
    /// Held while files change, so that `days` is never locked across a disk write.
    changing: Mutex<()>,
}

impl Vault {
    /// Loads every living day key; finishes destructions that a crash interrupted.
    pub fn open(store: Arc<dyn VaultStore>, random: Arc<dyn Random>) -> Result<Self, VaultError> {
        let names = store.list()?;
        let mut days = HashMap::new();
        for name in &names {
            let Some(day) = day_of(name) else { continue };
            if names.contains(&tombstone(day)) {
                store.destroy(name)?;
                continue;
            }
            let text = store.read(name)?;
            let key = parse(day, &text).ok_or(VaultError::KeyFile(day))?;
            days.insert(day, WrappingKey::new(&key));
        }
        Ok(Self { store, random, days: RwLock::new(days), changing: Mutex::new(()) })
    }

    /// Where its files lie.
    #[must_use]
    pub fn store(&self) -> &dyn VaultStore {
        &*self.store
    }

    /// Checks every living day key without changing anything; gives their number.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn check(store: &dyn VaultStore) -> Result<usize, VaultError> {
        let names = store.list()?;
        let days =
            names.iter().filter_map(|name| day_of(name)).filter(|day| !names.contains(&tombstone(*day)));
        days.map(|day| parse(day, &store.read(&file(day))?).map(drop).ok_or(VaultError::KeyFile(day)))
            .try_fold(0, |count, checked| checked.map(|()| count + 1))
    }

    /// Makes the key of a day ahead of its need, so that a vault that cannot be written shows while there is time. Days
    /// that were destroyed stay so.
    ///
    /// # Errors
    /// When the key cannot be made durable.
    pub fn prepare(&self, day: u32) -> Result<(), VaultError> {
        match self.begin(day) {
            Err(VaultError::Erased) => Ok(()),
            outcome => outcome,
        }
    }

    /// Wraps `record_key` under the key of `day` (days since 1970-01-01 UTC), which is made and synced if new.
    /// A destroyed day takes no more keys.
    pub fn wrap(&self, day: u32, record_key: &RecordKey) -> Result<WrappedKey, VaultError> {
        loop {
            if let Some(key) = self.days.read().get(&day) {
                let bytes = key.wrap(&*self.random, &day.to_be_bytes(), record_key.expose());
                return Ok(WrappedKey { day, bytes });
            }
            self.begin(day)?;
        }
    }

    /// The record key in `wrapped`.
    pub fn unwrap(&self, wrapped: &WrappedKey) -> Result<RecordKey, VaultError> {
        let days = self.days.read();
        let key = days.get(&wrapped.day).ok_or(VaultError::Erased)?;
        let secret = key.unwrap(&wrapped.day.to_be_bytes(), &wrapped.bytes).ok_or(VaultError::Damaged)?;
        Ok(RecordKey::from_bytes(*secret))
    }

    /// Whether the key of `day` was destroyed on purpose; a day that is merely missing was lost.
    pub fn is_destroyed(&self, day: u32) -> Result<bool, VaultError> {
        Ok(self.store.list()?.contains(&tombstone(day)))
    }

    /// Destroys the key of `day` for ever: whatever is still wrapped under it is erased. Wrap and sync the survivors
    /// under another day first, and never destroy the day in use. Destroying twice is harmless.
    pub fn destroy(&self, day: u32) -> Result<(), VaultError> {
        let _changing = self.changing.lock();
        let names = self.store.list()?;
        // The tombstone goes first: after a crash in between, opening finishes the work.
        if !names.contains(&tombstone(day)) {
            self.store.write(&tombstone(day), b"")?;
        }
        self.days.write().remove(&day);
        if names.contains(&file(day)) {
            self.store.destroy(&file(day))?;
        }
        Ok(())
    }

    fn begin(&self, day: u32) -> Result<(), VaultError> {
        let _changing = self.changing.lock();
        if self.days.read().contains_key(&day) {
            return Ok(());
        }
        if self.store.list()?.contains(&tombstone(day)) {
            return Err(VaultError::Erased);
        }
        let secret = Zeroizing::new(self.random.array());
        self.store.write(&file(day), line(day, &secret).as_bytes())?;
        self.days.write().insert(day, WrappingKey::new(&secret));
        Ok(())
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({} days)", self.days.read().len())
    }
}

/// The text of a day's key file: kind, key, and a value that only this key of this day gives, so that an altered or
/// exchanged file is noticed before anything is wrapped under it.
fn line(day: u32, secret: &[u8; 32]) -> Zeroizing<String> {
    let key = key_file::line(KIND, secret);
    Zeroizing::new(format!("{} {}\n", key.trim_end(), hex::encode(check_value(day, secret))))
}

/// Undoes [`line`].
fn parse(day: u32, text: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let split = text.iter().rposition(|byte| *byte == b' ')?;
    let key = Zeroizing::new([&text[..split], b"\n"].concat());
    let secret = key_file::parse(KIND, &key)?;
    let check = text[split + 1..].strip_suffix(b"\n")?;
    (check == hex::encode(check_value(day, &secret)).as_bytes()).then_some(secret)
}

fn check_value(day: u32, secret: &[u8; 32]) -> [u8; 8] {
    let label = [b"rogatory/vault/v1 check ".as_slice(), &day.to_be_bytes()].concat();
    let derived = Deriver::new(secret).derive(&label);
    let mut value = [0; 8];
    value.copy_from_slice(&derived[..8]);
    value
}

fn file(day: u32) -> String {
    format!("day-{day}.key")
}

fn tombstone(day: u32) -> String {
    format!("day-{day}.destroyed")
}

/// The day of a key file; foreign names give `None`.
fn day_of(name: &str) -> Option<u32> {
    let day = name.strip_prefix("day-")?.strip_suffix(".key")?.parse().ok()?;
    (file(day) == name).then_some(day)
}

#[cfg(test)]
mod tests;
