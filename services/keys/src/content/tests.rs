//! What a sealed body promises.

use proptest::prelude::*;

use super::*;
use crate::random::SeededRandom;

fn key(seed: u64) -> ContentKey {
    ContentKey::generate(&SeededRandom::new(seed))
}

proptest! {
    #[test]
    fn a_sealed_text_opens_to_itself(seed: u64, aad: Vec<u8>, text in prop::collection::vec(any::<u8>(), 0..600)) {
        let key = key(seed);
        let sealed = key.seal(&aad, &text);
        prop_assert_eq!((sealed.len() - TAG) % BUCKET, 0);
        prop_assert_eq!(key.open(&key.commitment(), &aad, &sealed), Ok(text));
    }

    #[test]
    fn a_flipped_bit_anywhere_is_noticed(seed: u64, text in prop::collection::vec(any::<u8>(), 0..200), at: prop::sample::Index, bit in 0u8..8) {
        let key = key(seed);
        let mut sealed = key.seal(b"header", &text);
        let at = at.index(sealed.len());
        sealed[at] ^= 1u8 << bit;
        prop_assert_eq!(key.open(&key.commitment(), b"header", &sealed), Err(OpenError::Damaged));
    }

    #[test]
    fn no_other_key_opens_a_ciphertext(seed: u64, other: u64) {
        prop_assume!(seed != other);
        let (key, other) = (key(seed), key(other));
        let sealed = key.seal(b"header", b"text");
        prop_assert_eq!(other.open(&key.commitment(), b"header", &sealed), Err(OpenError::KeyMismatch));
        prop_assert_eq!(other.open(&other.commitment(), b"header", &sealed), Err(OpenError::Damaged));
    }
}

#[test]
fn another_header_does_not_open_the_body() {
    let key = key(1);
    let sealed = key.seal(b"header", b"text");
    assert_eq!(key.open(&key.commitment(), b"headed", &sealed), Err(OpenError::Damaged));
}

#[test]
fn a_cut_ciphertext_is_damaged_at_every_length() {
    let key = key(2);
    let sealed = key.seal(b"", b"text");
    for length in 0..sealed.len() {
        assert_eq!(key.open(&key.commitment(), b"", &sealed[..length]), Err(OpenError::Damaged));
    }
}

#[test]
fn texts_of_one_bucket_have_one_sealed_length() {
    let lengths = [0, 1, 55, 56].map(|length| key(3).seal(b"", &vec![1; length]).len());
    assert_eq!(lengths, [BUCKET + TAG; 4]);
    assert_eq!(key(3).seal(b"", &[1; 57]).len(), 2 * BUCKET + TAG);
}

#[test]
fn only_the_one_padding_is_accepted() {
    let padded = |length: u64, bytes: usize, last: u8| {
        let mut padded = length.to_be_bytes().to_vec();
        padded.resize(bytes, 0);
        *padded.last_mut().unwrap() = last;
        unpad(padded)
    };
    assert_eq!(padded(3, 64, 0), Some(vec![0; 3]));
    assert_eq!(padded(3, 64, 1), None, "padding is zero");
    assert_eq!(padded(3, 128, 0), None, "padding is shorter than a bucket");
    assert_eq!(padded(3, 63, 0), None, "buckets are whole");
    assert_eq!(padded(57, 64, 0), None, "the length lies within");
    assert_eq!(padded(u64::MAX, 64, 0), None);
}

#[test]
fn a_key_does_not_print_itself() {
    assert_eq!(format!("{:?}", key(4)), "ContentKey(..)");
}
