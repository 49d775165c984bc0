//! Whether a store holds as many rows as were counted when it was written.
//!
//! sled drops a page whose checksum is wrong when it opens files that were not closed, without a word. Owns the counting of the rows of
//! such files, but for those of referrals and messages, of which there may be millions: they are counted where their ids are read
//! anyhow. It must not mend anything, and it does not notice a page that came back as it was before.

use crate::base::{Base as _, StoreError};
use crate::block;
use crate::feed::FeedKind;
use crate::key::feed_prefix;
use crate::store::{Store, engine};

/// An error where rows are missing.
pub(crate) fn has(found: u64, counted: u64) -> Result<(), StoreError> {
    if found < counted { Err(StoreError::Damaged) } else { Ok(()) }
}

/// Counts the rows of a store that nobody writes to.
///
/// # Errors
/// When sled fails, a row cannot be read, or there are fewer than were counted.
pub(crate) fn check(store: &Store) -> Result<(), StoreError> {
    let totals = store.totals()?;
    let rows = totals.rows;
    for (kind, counted) in [
        (b"u", rows.given_up),
        (b"p", rows.peers),
        (b"w", rows.requests),
        (b"a", rows.alarms),
        (b"c", totals.consumers),
    ] {
        let mut keys = store.tree.scan_prefix(kind).keys();
        has(keys.try_fold(0, |count, key| key.map(|_| count + 1)).map_err(engine)?, counted)?;
    }
    let arrivals = feed_prefix(FeedKind::Message);
    for (prefix, counted) in
        [(b"q".as_slice(), totals.waiting), (b"l", rows.referrals), (&arrivals, totals.arrivals)]
    {
        has(block::count(&store.tree, prefix)?, counted)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use rogatory_domain::id::ReferralId;
    use rogatory_tlog::Hash;

    use super::*;
    use crate::base::Batch;
    use crate::consumer::ConsumerRow;
    use crate::feed::FeedKey;
    use crate::rows::{GivenUpKey, QueueKey, QueueRow};
    use crate::standing::{AlarmKey, CaseKey, Standing};

    fn referral(number: u64) -> ReferralId {
        format!("0190a0a0-0000-7000-8000-{number:012}").parse().unwrap()
    }

    /// One row of every kind that is counted.
    fn batch() -> Batch {
        let agency = || "nl-om".parse().unwrap();
        let (at, standing) = (Timestamp::UNIX_EPOCH, Standing::AwaitingOpening);
        let row = QueueRow {
            message: referral(1).opening(),
            referral: referral(1),
            submitted: at,
            waits_since: at,
            expires: at,
            bytes: 0,
            waits_from: 1,
        };
        let queued = QueueKey { recipient: agency(), routine: true, position: 1 };
        let mut batch = Batch {
            through: 9,
            referrals: vec![(referral(1), Some(Arc::default()))],
            queue: vec![(queued, Some(row.clone()))],
            given_up: vec![(GivenUpKey { recipient: agency(), position: 1 }, Some(row))],
            consumers: vec![("registry".to_owned(), Some(Arc::new(ConsumerRow::new(at))))],
            cases: vec![(CaseKey { standing, opened: 1 }, Some(referral(1)))],
            alarms: vec![(AlarmKey { at, referral: referral(1) }, Some(()))],
            feed: vec![(FeedKey { kind: FeedKind::Message, position: 1 }, Some(1))],
            ..Batch::default()
        };
        batch.totals.arrivals = 1;
        batch.totals.waiting = 1;
        batch.totals.consumers = 1;
        batch.totals.rows.referrals = 1;
        batch.totals.rows.given_up = 1;
        batch.totals.rows.alarms = 1;
        batch
    }

    #[test]
    fn a_store_that_lacks_a_row_of_any_kind_that_is_counted_is_found_out() {
        let missing: [fn(&mut Batch); 9] = [
            |batch| batch.totals.arrivals += 1,
            |batch| batch.totals.waiting += 1,
            |batch| batch.totals.consumers += 1,
            |batch| batch.totals.rows.referrals += 1,
            |batch| batch.totals.rows.given_up += 1,
            |batch| batch.totals.rows.alarms += 1,
            |batch| batch.totals.rows.peers += 1,
            |batch| batch.totals.rows.requests += 1,
            |_| {},
        ];
        for (case, miss) in missing.iter().enumerate() {
            let home = tempfile::tempdir().unwrap();
            let store = Store::open(home.path()).unwrap();
            let mut batch = batch();
            miss(&mut batch);
            store.apply(&batch, Hash([0; 32])).unwrap();
            assert_eq!(check(&store).is_ok(), case == missing.len() - 1, "{case}");
        }
    }

    #[test]
    fn ids_that_are_missing_are_found_out_where_ids_are_read_whatever_was_added_meanwhile() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        let mut batch = batch();
        store.apply(&batch, Hash([0; 32])).unwrap();
        assert!(store.ids(|| true).unwrap().is_some() && !store.damage().is_seen());
        batch.totals.rows.messages = 1;
        store.apply(&batch, Hash([0; 32])).unwrap();
        let adds = || {
            let more = Batch {
                referrals: vec![(referral(2), Some(Arc::default()))],
                totals: batch.totals,
                ..Batch::default()
            };
            store.apply(&more, Hash([0; 32])).is_ok()
        };
        assert!(store.ids(adds).is_err() && store.damage().is_seen());
        batch.totals.rows.messages = 0;
        batch.totals.rows.referrals = 3;
        store.apply(&batch, Hash([0; 32])).unwrap();
        assert!(store.ids(|| true).is_err());
    }
}
