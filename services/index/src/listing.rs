//! What readers beside the engine read of the store: lists, the feed, consumers. Each read is a range of keys, so
//! its cost follows from what it returns and not from what the store holds.
//!
//! It must not be called by the engine, whose decisions read staged rows.

use std::ops::ControlFlow;

use rogatory_domain::id::ReferralId;

use crate::base::{Base as _, StoreError};
use crate::block;
use crate::consumer::ConsumerRow;
use crate::feed::{Fed, FeedKind};
use crate::key::{case_prefix, feed_prefix, read_name, read_request_key, request_prefix};
use crate::request::{RequestKey, RequestRow};
use crate::standing::Standing;
use crate::store::{Store, decode, engine};

impl Store {
    /// Shows referrals, those first recorded last first: all of a standing or of every one, below a position of their
    /// first record.
    ///
    /// # Errors
    /// When the store fails or a row cannot be read.
    pub fn cases(
        &self,
        standing: Option<Standing>,
        below: u64,
        visit: &mut dyn FnMut(u64, ReferralId) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        self.damage().noted(self.newest_first(standing, below, visit))
    }

    fn newest_first(
        &self,
        standing: Option<Standing>,
        below: u64,
        visit: &mut dyn FnMut(u64, ReferralId) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let asked = Standing::all().filter(|one| standing.is_none_or(|asked| asked == *one));
        let mut lists: Vec<_> = asked
            .map(|one| {
                let rows = block::rows::<ReferralId>(&self.tree, &case_prefix(one), 0..below);
                rows.rev()
            })
            .collect();
        let mut next = Vec::with_capacity(lists.len());
        for list in &mut lists {
            next.push(list.next().transpose()?);
        }
        loop {
            let mut newest: Option<(usize, u64, ReferralId)> = None;
            for (at, entry) in next.iter().enumerate() {
                let Some((opened, id)) = *entry else { continue };
                if newest.is_none_or(|(_, newest, _)| opened > newest) {
                    newest = Some((at, opened, id));
                }
            }
            let Some((at, opened, id)) = newest else { return Ok(()) };
            next[at] = lists[at].next().transpose()?;
            if visit(opened, id)?.is_break() {
                return Ok(());
            }
        }
    }

    /// Shows the referrals of a request, whoever opened them, those first recorded last first, below a position of their first
    /// record. There are few: each agency may open a bounded number.
    ///
    /// # Errors
    /// When the store fails or a row cannot be read.
    pub fn parts(
        &self,
        request: ReferralId,
        below: u64,
        visit: &mut dyn FnMut(u64, ReferralId) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        for (opened, referral) in self.damage().noted(self.parts_below(request, below))? {
            if visit(opened, referral)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn parts_below(&self, request: ReferralId, below: u64) -> Result<Vec<(u64, ReferralId)>, StoreError> {
        let mut found = Vec::new();
        for row in self.tree.scan_prefix(request_prefix(b'w', request)).values() {
            let row: RequestRow = decode(&row.map_err(engine)?)?;
            for part in row.parts {
                let opened = self.referral(part.referral)?.map(|row| row.opened);
                found.extend(opened.filter(|opened| *opened < below).map(|opened| (opened, part.referral)));
            }
        }
        found.sort_unstable_by_key(|(opened, _)| std::cmp::Reverse(*opened));
        Ok(found)
    }

    /// Requests of this agency one of whose referrals ends the others, while one of those is open: at most so many of those that are
    /// wanted. What is not wanted hides none behind it.
    ///
    /// # Errors
    /// When the store fails or a row cannot be read.
    pub fn closures(
        &self,
        limit: usize,
        mut is_wanted: impl FnMut(&RequestRow) -> bool,
    ) -> Result<Vec<RequestKey>, StoreError> {
        let mut found = Vec::new();
        for key in self.tree.scan_prefix(b"y").keys() {
            if found.len() == limit {
                break;
            }
            let key = self.damage().noted(key.map_err(engine).and_then(|key| read_request_key(&key)))?;
            if self.request(&key)?.is_some_and(|row| is_wanted(&row)) {
                found.push(key);
            }
        }
        Ok(found)
    }

    /// Rows of the feed of one kind, at or after a position and below another.
    ///
    /// # Errors
    /// When the store fails or a row cannot be read.
    pub fn feed(&self, kind: FeedKind, from: u64, below: u64, limit: usize) -> Result<Vec<Fed>, StoreError> {
        self.damage().noted(block::rows(&self.tree, &feed_prefix(kind), from..below).take(limit).collect())
    }

    /// Every consumer by name.
    ///
    /// # Errors
    /// When the store fails or a row cannot be read.
    pub fn consumers(&self) -> Result<Vec<(String, ConsumerRow)>, StoreError> {
        let entries = self.tree.scan_prefix(b"c").map(|entry| {
            let (key, row) = entry.map_err(engine)?;
            Ok((read_name(&key)?.to_owned(), decode(&row)?))
        });
        self.damage().noted(entries.collect())
    }
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::Symbol;
    use rogatory_tlog::Hash;

    use super::*;
    use crate::base::Batch;
    use crate::feed::FeedKey;
    use crate::request::{Part, Stage};
    use crate::standing::CaseKey;

    fn id(number: u8) -> ReferralId {
        let mut bytes = *uuid_of_version_seven();
        bytes[15] = number;
        ReferralId::from_slice(&bytes).unwrap()
    }

    fn uuid_of_version_seven() -> &'static [u8; 16] {
        &[1, 2, 3, 4, 5, 6, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]
    }

    fn store(batch: &Batch) -> (tempfile::TempDir, Store) {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(home.path()).unwrap();
        store.apply(batch, Hash([0; 32])).unwrap();
        (home, store)
    }

    fn listed(store: &Store, standing: Option<Standing>, below: u64, limit: usize) -> Vec<u64> {
        let mut found = Vec::new();
        let mut visit = |opened, _| {
            found.push(opened);
            Ok(if found.len() == limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        };
        store.cases(standing, below, &mut visit).unwrap();
        found
    }

    #[test]
    fn referrals_are_listed_by_their_first_record_whatever_their_state_and_id() {
        let standing = |code| Standing::In(Symbol::of(code).unwrap());
        let (arrested, refused) = (standing("arrested"), standing("refused"));
        let case = |standing, opened, number| (CaseKey { standing, opened }, Some(id(number)));
        let cases =
            vec![case(arrested, 5, 255), case(refused, 7, 1), case(arrested, 300, 2), case(refused, 9, 0)];
        let (_home, store) = store(&Batch { cases, ..Batch::default() });
        assert_eq!(listed(&store, None, u64::MAX, 10), [300, 9, 7, 5]);
        assert_eq!(listed(&store, None, 9, 1), [7], "the next page begins below the last one");
        assert_eq!(listed(&store, Some(arrested), u64::MAX, 10), [300, 5]);
        assert_eq!(listed(&store, Some(Standing::Erased), u64::MAX, 10), [0_u64; 0]);
    }

    #[test]
    fn a_request_that_is_not_wanted_hides_none_behind_it() {
        let key = |number| RequestKey { request: id(number), opener: "fr-pm".parse().unwrap() };
        let row = |number| {
            let part = |number, stage| Part { referral: id(number), stage };
            RequestRow { parts: vec![part(number, Stage::EndsOthers), part(number + 100, Stage::Open)] }
        };
        let requests = (0..5).map(|number| (key(number), Some(row(number)))).collect();
        let closures = (0..5).map(|number| (key(number), Some(()))).collect();
        let (_home, store) = store(&Batch { requests, closures, ..Batch::default() });
        assert_eq!(store.closures(2, |_| true).unwrap(), [key(0), key(1)]);
        let refused: Vec<_> = (100..103).map(id).collect();
        let is_wanted = |row: &RequestRow| row.open().any(|referral| !refused.contains(&referral));
        assert_eq!(store.closures(2, is_wanted).unwrap(), [key(3), key(4)]);
        assert_eq!(store.closures(2, |_| false).unwrap(), []);
    }

    #[test]
    fn the_feed_of_a_kind_is_read_between_two_positions() {
        let row = |kind, position, arrival| (FeedKey { kind, position }, Some(arrival));
        let feed = vec![
            row(FeedKind::Message, 3, 1),
            row(FeedKind::Receipt, 4, 0),
            row(FeedKind::Message, 700, 2),
            row(FeedKind::Message, 701, 3),
        ];
        let (_home, store) = store(&Batch { feed, ..Batch::default() });
        assert_eq!(store.feed(FeedKind::Message, 0, u64::MAX, 10).unwrap(), [(3, 1), (700, 2), (701, 3)]);
        assert_eq!(store.feed(FeedKind::Message, 4, 701, 10).unwrap(), [(700, 2)]);
        assert_eq!(store.feed(FeedKind::Message, 0, u64::MAX, 1).unwrap(), [(3, 1)]);
        assert_eq!(store.feed(FeedKind::Clock, 0, u64::MAX, 10).unwrap(), []);
    }
}
