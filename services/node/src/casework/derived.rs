//! Ids of referrals that follow from a message: the node opens them with it, and a repeat of the request must not open them twice.
//!
//! Owns how they are made. It must not open anything.

use rogatory_domain::id::MessageId;
use rogatory_engine::Scribe;

/// The id of a referral that follows from a message, as old as that, and another one for each `what`. It is made with this node's
/// key: who could compute it would take it first, and would learn from it what else follows from the message.
pub(super) fn derived_id(scribe: &Scribe, label: &[u8], message: MessageId, what: &[u8]) -> uuid::Uuid {
    let named = [label, message.as_bytes(), what].concat();
    of_digest(message, scribe.submitted_digest(&named))
}

fn of_digest(message: MessageId, digest: [u8; 32]) -> uuid::Uuid {
    let mut random = [0; 10];
    random.copy_from_slice(&digest[..10]);
    let millis = u64::try_from(message.minted_unix_ms()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_id_is_as_old_as_its_message_and_differs_with_the_digest() {
        let message: MessageId = "0190a0a0-0000-7000-8000-000000000001".parse().unwrap();
        let first = of_digest(message, [1; 32]);
        assert_eq!(first, of_digest(message, [1; 32]));
        assert_ne!(first, of_digest(message, [2; 32]));
        assert_eq!(MessageId::try_from(first).unwrap().minted_unix_ms(), message.minted_unix_ms());
    }
}
