//! A key, limits and decisions for this crate's tests. Must hold no checks of its own.

use std::{ops::ControlFlow, sync::Arc};

use ed25519_dalek::{Signer as _, SigningKey};
use rogatory_tlog::{Hash, MemoryNodes, leaf_hash};

use crate::{
    Decision, Disk, Entry, Identity, LEAF_BYTES, Log, MemoryDisk, OpenError, Options, Recovery, Signer,
    Stores,
};

/// Signs for real, or leaves signatures blank where a test makes thousands and checks none.
pub(crate) struct TestSigner {
    key: SigningKey,
    blank: bool,
}

impl Signer for TestSigner {
    fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    fn sign(&self, text: &[u8]) -> [u8; 64] {
        if self.blank { [0; 64] } else { self.key.sign(text).to_bytes() }
    }
}

pub(crate) fn signer(blank: bool) -> Arc<TestSigner> {
    Arc::new(TestSigner { key: SigningKey::from_bytes(&[7; 32]), blank })
}

pub(crate) fn identity() -> Identity {
    Identity { origin: "demo.example/xx-one/1".into(), key: signer(true).public_key(), salt: 99 }
}

/// Limits so small that a few groups meet all of them.
pub(crate) const OPTIONS: Options = Options {
    segment_bytes: 24 << 10,
    frame_bytes: 8 << 10,
    group_bytes: 16 << 10,
    reserve_bytes: 4 << 10,
    zero_ahead_bytes: 8 << 10,
};

pub(crate) fn create(disk: &MemoryDisk) -> Result<Log, OpenError> {
    Log::create(Stores::one(Arc::new(disk.clone())), identity(), signer(true), OPTIONS)
}

pub(crate) fn create_signed(disk: &MemoryDisk) -> Log {
    Log::create(Stores::one(Arc::new(disk.clone())), identity(), signer(false), OPTIONS).unwrap()
}

pub(crate) fn open(disk: &MemoryDisk) -> Result<(Log, Recovery), OpenError> {
    Log::open(Stores::one(Arc::new(disk.clone())), signer(true), OPTIONS)
}

pub(crate) fn open_guarded(disk: &MemoryDisk, guard: &MemoryDisk) -> Result<(Log, Recovery), OpenError> {
    let stores = Stores { ledger: Arc::new(disk.clone()), guard: Arc::new(guard.clone()) };
    Log::open(stores, signer(true), OPTIONS)
}

pub(crate) fn open_with_new_guard(
    disk: &MemoryDisk,
    guard: &MemoryDisk,
) -> Result<(Log, Recovery), OpenError> {
    let stores = Stores { ledger: Arc::new(disk.clone()), guard: Arc::new(guard.clone()) };
    Log::open_with_new_guard(stores, signer(true), OPTIONS)
}

pub(crate) fn entry(number: u32, len: usize) -> Entry {
    let mut leaf = [1; LEAF_BYTES];
    leaf[1..5].copy_from_slice(&number.to_le_bytes());
    // Never zero, so that a lost sector shows.
    Entry { leaf, payload: (0..len).map(|at| (at as u32 ^ number) as u8 | 1).collect::<Vec<u8>>().into() }
}

/// A decision of `entries` entries, told apart by their numbers.
pub(crate) fn decision(number: u32, entries: u32, len: usize) -> Decision {
    (0..entries).map(|nth| entry(number * 1000 + nth, len)).collect::<Vec<_>>().into()
}

pub(crate) fn root<'a>(decisions: impl IntoIterator<Item = &'a Decision>) -> Hash {
    let entries = decisions.into_iter().flat_map(|decision| &decision.entries);
    entries.map(|entry| leaf_hash(&entry.leaf)).collect::<MemoryNodes>().root()
}

/// All durable decisions.
pub(crate) fn all(log: &Log) -> Vec<Decision> {
    let mut found = Vec::new();
    let mut next = 0;
    let mut take = |first, decision: Decision| {
        assert_eq!(first, next);
        next += decision.len();
        found.push(decision);
        ControlFlow::Continue(())
    };
    log.reader().decisions(0, &mut take).unwrap();
    found
}

/// Names of all segments.
pub(crate) fn segments(disk: &MemoryDisk) -> Vec<String> {
    disk.list().unwrap().into_iter().filter(|name| name.ends_with(".segment")).collect()
}
