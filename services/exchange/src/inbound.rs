//! The recipient's side: what one received envelope is, given what is known of its sender and referral.
//!
//! Owns duplicates and order (one id, one effect; a gap is never skipped). It must not judge the case: whether an
//! event was allowed is the life cycle's to say.

use rogatory_domain::refusal::Code;
use rogatory_evidence::{Digest, Header};

/// What is known of the same (sender, id).
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Digest of the envelope that came under this id.
    pub digest: Digest,
}

/// One number of the sender in the referral that is taken, refused or given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// The number.
    pub number: u32,
    /// Digest of the envelope that had it.
    pub digest: Digest,
}

/// What to do with a received envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the next one: take it over, if the case allows.
    Next,
    /// It came before: answer the stored receipt.
    Duplicate,
    /// A number before it is missing: take nothing, the sender repeats in order.
    Gap,
    /// It can never be taken.
    Refuse(Code),
}

/// Judges an envelope. `settled` are the sender's settled numbers in the referral, in any order.
pub fn judge(header: &Header, digest: Digest, known: Option<Known>, settled: &[Numbered]) -> Verdict {
    if let Some(known) = known {
        return if known.digest == digest { Verdict::Duplicate } else { Verdict::Refuse(Code::IdReused) };
    }
    if let Some(same) = settled.iter().find(|s| s.number == header.number) {
        // Its own number closed by the notice that it was given up: whoever put it back in the queue was too late.
        let is_closed = same.digest == digest;
        return Verdict::Refuse(if is_closed { Code::NumberClosed } else { Code::IdReused });
    }
    if settled.iter().any(|s| s.number > header.number) {
        // A later one was taken while this one was given up; it would come out of order.
        return Verdict::Refuse(Code::NumberClosed);
    }
    if header.number == 1 {
        return Verdict::Next;
    }
    match settled.iter().find(|s| s.number == header.number - 1) {
        None => Verdict::Gap,
        Some(previous) if header.previous == Some(previous.digest) => Verdict::Next,
        Some(_) => Verdict::Refuse(Code::DigestMismatch),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn header(number: u32, previous: Option<u8>) -> Header {
        let id = "0190a0a0-0000-7000-8000-000000000001";
        Header {
            federation: "demo.rogatory.example".parse().unwrap(),
            message: id.parse().unwrap(),
            referral: id.parse().unwrap(),
            sender: "fr-jirs-marseille".parse().unwrap(),
            recipients: vec!["nl-om".parse().unwrap()],
            number,
            previous: previous.map(|b| Digest([b; 32])),
            urgent: false,
            key_commitment: [0; 32],
            submitted: Timestamp::UNIX_EPOCH,
            expires: Timestamp::UNIX_EPOCH,
        }
    }

    fn settled(number: u32) -> Numbered {
        Numbered { number, digest: Digest([u8::try_from(number).unwrap(); 32]) }
    }

    #[test]
    fn every_envelope_is_next_duplicate_gap_or_refused() {
        let digest = Digest([9; 32]);
        let closed = Numbered { number: 2, digest };
        let same = Some(Known { digest });
        let other = Some(Known { digest: Digest([8; 32]) });
        let cases = [
            (header(1, None), None, vec![], Verdict::Next),
            (header(1, None), same, vec![settled(1)], Verdict::Duplicate),
            (header(1, None), other, vec![settled(1)], Verdict::Refuse(Code::IdReused)),
            (header(2, Some(1)), None, vec![], Verdict::Gap),
            (header(2, Some(1)), None, vec![settled(1)], Verdict::Next),
            (header(3, Some(2)), None, vec![settled(1)], Verdict::Gap),
            (header(2, Some(7)), None, vec![settled(1)], Verdict::Refuse(Code::DigestMismatch)),
            (header(2, Some(1)), None, vec![settled(1), settled(2)], Verdict::Refuse(Code::IdReused)),
            (header(2, Some(1)), None, vec![settled(1), closed], Verdict::Refuse(Code::NumberClosed)),
            (header(2, Some(1)), None, vec![settled(1), settled(3)], Verdict::Refuse(Code::NumberClosed)),
            (header(1, None), None, vec![settled(2)], Verdict::Refuse(Code::NumberClosed)),
        ];
        for (header, known, settled, expected) in cases {
            assert_eq!(judge(&header, digest, known, &settled), expected, "number {}", header.number);
        }
    }
}
