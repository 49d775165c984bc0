//! What the vault promises.

use std::os::unix::fs::PermissionsExt as _;
use std::{fs, thread};

use proptest::prelude::*;

use super::*;
use crate::random::SeededRandom;

fn open(store: &Arc<dyn VaultStore>, seed: u64) -> Vault {
    Vault::open(Arc::clone(store), Arc::new(SeededRandom::new(seed))).unwrap()
}

fn memory() -> Arc<dyn VaultStore> {
    Arc::new(MemoryVault::default())
}

fn record_key() -> RecordKey {
    RecordKey::from_bytes([5; 32])
}

proptest! {
    #[test]
    fn a_wrapped_key_unwraps_unless_a_bit_flips(secret: [u8; 32], day: u32, at in 0..WRAPPED, bit in 0u8..8) {
        let vault = open(&memory(), 1);
        let mut wrapped = vault.wrap(day, &RecordKey::from_bytes(secret)).unwrap();
        let unwrapped = vault.unwrap(&wrapped).unwrap();
        prop_assert_eq!(unwrapped.expose(), &secret);
        wrapped.bytes[at] ^= 1u8 << bit;
        prop_assert!(matches!(vault.unwrap(&wrapped), Err(VaultError::Damaged)));
    }
}

#[test]
fn keys_survive_a_restart() {
    let store = memory();
    let wrapped = open(&store, 1).wrap(20_000, &record_key()).unwrap();
    let vault = open(&store, 2);
    assert_eq!(vault.unwrap(&wrapped).unwrap().expose(), record_key().expose());
    let later = vault.wrap(20_000, &record_key()).unwrap();
    assert_ne!(later.bytes, wrapped.bytes, "nonces are random");
}

#[test]
fn a_key_does_not_move_to_another_day() {
    let vault = open(&memory(), 1);
    let mut wrapped = vault.wrap(1, &record_key()).unwrap();
    vault.wrap(2, &record_key()).unwrap();
    wrapped.day = 2;
    assert!(matches!(vault.unwrap(&wrapped), Err(VaultError::Damaged)));
}

#[test]
fn a_destroyed_day_is_erased_and_others_are_not() {
    let store = memory();
    let vault = open(&store, 1);
    let (gone, kept) = (vault.wrap(1, &record_key()).unwrap(), vault.wrap(2, &record_key()).unwrap());
    vault.destroy(1).unwrap();
    vault.destroy(1).unwrap();
    for vault in [vault, open(&store, 2)] {
        assert!(matches!(vault.unwrap(&gone), Err(VaultError::Erased)));
        assert!(matches!(vault.wrap(1, &record_key()), Err(VaultError::Erased)));
        assert!(vault.unwrap(&kept).is_ok());
    }
}

#[test]
fn a_key_file_copied_back_does_not_revive_its_day() {
    let store = memory();
    let vault = open(&store, 1);
    let wrapped = vault.wrap(1, &record_key()).unwrap();
    let copy = store.read(&file(1)).unwrap();
    vault.destroy(1).unwrap();
    store.write(&file(1), &copy).unwrap();
    assert!(matches!(open(&store, 2).unwrap(&wrapped), Err(VaultError::Erased)));
    assert_eq!(store.list().unwrap(), [tombstone(1)], "opening finished the destruction");
}

#[test]
fn a_damaged_key_file_refuses_to_open() {
    let store = memory();
    store.write(&file(1), b"rogatory-vault-key/v1 beef\n").unwrap();
    assert!(matches!(Vault::open(store, Arc::new(SeededRandom::new(1))), Err(VaultError::KeyFile(1))));
}

#[test]
fn many_threads_begin_a_day_once() {
    let store = memory();
    let vault = open(&store, 1);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let wrapped = vault.wrap(7, &record_key()).unwrap();
                assert_eq!(vault.unwrap(&wrapped).unwrap().expose(), record_key().expose());
            });
        }
    });
    assert_eq!(store.list().unwrap(), [file(7)]);
}

#[test]
fn a_directory_is_a_private_vault() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("vault");
    let store: Arc<dyn VaultStore> = Arc::new(DirVault::create(&path).unwrap());
    let wrapped = open(&store, 1).wrap(1, &record_key()).unwrap();
    assert_eq!(fs::metadata(path.join(file(1))).unwrap().permissions().mode() & 0o777, 0o600);
    let vault = open(&store, 2);
    assert!(vault.unwrap(&wrapped).is_ok());
    vault.destroy(1).unwrap();
    assert_eq!(store.list().unwrap(), [tombstone(1)]);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_vault_that_is_not_there_is_named_and_not_made() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("vault");
    assert!(DirVault::open(&path).unwrap_err().to_string().starts_with(&path.display().to_string()));
    assert!(!path.exists());
}

#[test]
fn a_key_made_ahead_is_the_one_that_wraps_later() {
    let store = memory();
    let vault = open(&store, 1);
    vault.prepare(8).unwrap();
    let made = store.read(&file(8)).unwrap();
    let wrapped = vault.wrap(8, &record_key()).unwrap();
    vault.prepare(8).unwrap();
    assert_eq!(store.read(&file(8)).unwrap(), made);
    assert!(open(&store, 2).unwrap(&wrapped).is_ok());
    vault.destroy(8).unwrap();
    vault.prepare(8).unwrap();
    assert_eq!(store.list().unwrap(), [tombstone(8)], "what was destroyed stays so");
}

#[test]
fn a_check_finds_an_altered_key_and_finishes_no_destruction() {
    let store = memory();
    open(&store, 1).prepare(1).unwrap();
    store.write(&tombstone(2), b"").unwrap();
    store.write(&file(2), b"left over").unwrap();
    assert_eq!(Vault::check(&*store).unwrap(), 1);
    assert!(store.list().unwrap().contains(&file(2)));
    store.write(&file(3), b"altered").unwrap();
    assert!(matches!(Vault::check(&*store), Err(VaultError::KeyFile(3))));
}

#[test]
fn an_altered_or_exchanged_key_file_is_noticed_at_open() {
    let store = memory();
    open(&store, 1).wrap(1, &record_key()).unwrap();
    let text = store.read(&file(1)).unwrap();
    for at in 0..text.len() {
        let mut altered = text.to_vec();
        altered[at] ^= 1;
        let store = memory();
        store.write(&file(1), &altered).unwrap();
        let opened = Vault::open(store, Arc::new(SeededRandom::new(2)));
        assert!(matches!(opened, Err(VaultError::KeyFile(1))), "byte {at}");
    }
    let exchanged = memory();
    exchanged.write(&file(2), &text).unwrap();
    let opened = Vault::open(exchanged, Arc::new(SeededRandom::new(2)));
    assert!(matches!(opened, Err(VaultError::KeyFile(2))));
}
