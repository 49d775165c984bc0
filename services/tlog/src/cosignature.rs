//! Ed25519 witness cosignatures (C2SP tlog-cosignature, `cosignature/v1`); knows bytes, not keys or clocks.
//!
//! A cosignature says: at this time, by the witness' own clock, this was the largest consistent tree it had seen.

/// The bytes a witness signs for a checkpoint's note text at `time`, Unix seconds.
pub fn message(time: u64, text: &[u8]) -> Vec<u8> {
    let mut message = format!("cosignature/v1\ntime {time}\n").into_bytes();
    message.extend_from_slice(text);
    message
}

/// Time and raw signature as one line body; none past 2^63 - 1, the latest time the format knows.
pub(crate) fn join(time: u64, signature: &[u8; 64]) -> Option<Vec<u8>> {
    (time <= i64::MAX as u64).then(|| [&time.to_be_bytes(), &signature[..]].concat())
}

/// Inverse of [`join`].
pub(crate) fn split(body: &[u8]) -> Option<(u64, &[u8])> {
    let (time, signature) = body.split_first_chunk::<8>()?;
    let time = u64::from_be_bytes(*time);
    (signature.len() == 64 && time <= i64::MAX as u64).then_some((time, signature))
}
