//! What an epoch promises.

use proptest::prelude::*;

use super::*;
use crate::random::SeededRandom;

const CONTEXT: &[u8] = b"federation, sender, recipient";

fn epoch(random: &SeededRandom) -> (SealingKey, EpochSender, EpochOffer) {
    let key = SealingKey::generate(random);
    let (sender, offer) = EpochSender::establish(key.public_bytes(), CONTEXT, random).unwrap();
    (key, sender, offer)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_slot_unwraps_for_its_envelope_only(seed: u64, digest: [u8; 32], other: [u8; 32], at in 0..SLOT, bit in 0u8..8) {
        prop_assume!(digest != other);
        let random = SeededRandom::new(seed);
        let (key, sender, offer) = epoch(&random);
        let receiver = EpochReceiver::accept(&key, CONTEXT, &offer).unwrap();
        let content_key = ContentKey::generate(&random);
        let mut slot = sender.wrap(&random, &digest, &content_key);
        let unwrapped = receiver.unwrap(&digest, &slot).unwrap();
        prop_assert_eq!(unwrapped.expose(), content_key.expose());
        prop_assert_eq!(receiver.unwrap(&other, &slot).unwrap_err(), OpenError::Damaged);
        slot[at] ^= 1u8 << bit;
        prop_assert_eq!(receiver.unwrap(&digest, &slot).unwrap_err(), OpenError::Damaged);
    }
}

#[test]
fn an_altered_offer_or_context_gives_another_key() {
    let random = SeededRandom::new(1);
    let (key, sender, offer) = epoch(&random);
    let slot = sender.wrap(&random, &[0; 32], &ContentKey::generate(&random));
    let mut other_name = offer.clone();
    other_name.epoch_id[0] ^= 1;
    let mut other_secret = offer.clone();
    other_secret.encapsulated[0] ^= 1;
    for (context, offer) in
        [(CONTEXT, &other_name), (CONTEXT, &other_secret), (b"elsewhere".as_slice(), &offer)]
    {
        let receiver = EpochReceiver::accept(&key, context, offer).unwrap();
        assert_eq!(receiver.unwrap(&[0; 32], &slot).unwrap_err(), OpenError::Damaged);
    }
}

#[test]
fn an_offer_to_another_key_is_refused() {
    let random = SeededRandom::new(2);
    let (_, _, mut offer) = epoch(&random);
    let stranger = SealingKey::generate(&random);
    assert_eq!(EpochReceiver::accept(&stranger, CONTEXT, &offer).unwrap_err(), SealingError::OtherKey);
    offer.recipient_key_id = stranger.key_id();
    offer.encapsulated.pop();
    assert_eq!(EpochReceiver::accept(&stranger, CONTEXT, &offer).unwrap_err(), SealingError::Offer);
}

#[test]
fn malformed_input_is_refused() {
    let random = SeededRandom::new(3);
    let key = SealingKey::generate(&random);
    assert_eq!(key.public_bytes().len(), PUBLIC_KEY);
    let short = EpochSender::establish(&key.public_bytes()[1..], CONTEXT, &random);
    assert_eq!(short.unwrap_err(), SealingError::PublicKey);
    let long = EpochSender::establish(key.public_bytes(), &[0; MAX_CONTEXT + 1], &random);
    assert_eq!(long.unwrap_err(), SealingError::Context);
}

#[test]
fn a_stored_key_follows_old_offers() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sealing.key");
    let random = SeededRandom::new(4);
    let (key, sender, offer) = epoch(&random);
    assert_eq!(offer.encapsulated.len(), ENCAPSULATED);
    key.store(&path).unwrap();
    let loaded = SealingKey::load(&path).unwrap();
    assert_eq!(loaded.public_bytes(), key.public_bytes());
    let receiver = EpochReceiver::accept(&loaded, CONTEXT, &offer).unwrap();
    let content_key = ContentKey::generate(&random);
    let slot = sender.wrap(&random, &[9; 32], &content_key);
    assert_eq!(receiver.unwrap(&[9; 32], &slot).unwrap().commitment(), content_key.commitment());
    assert!(crate::LedgerKey::load(&path).is_err(), "a key serves its own purpose only");
}
