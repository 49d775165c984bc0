//! How each peer stands: its link, why the last one did not stand, since when and how often, and the last contact.
//!
//! Owns the runs of failures and how often they are said in the log. It must not know how links work. Bounded by the
//! members of the roster: nobody else gets as far as a link.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use tracing::info;

use super::cause::{Cause, Side, Stage};

/// Time for which a link has to stand until the failures before it are over, unless it carries a receipt sooner.
const STEADY: SignedDuration = SignedDuration::from_mins(1);

/// Time between two log lines that say the same of a peer.
const REPEAT: SignedDuration = SignedDuration::from_hours(1);

/// A connection as it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    /// The agency at the other end.
    pub(crate) peer: AgencyId,
    /// Address that was dialled, or from which the peer came.
    pub(crate) address: String,
    /// Whether this side dialled.
    pub(crate) dialled: bool,
}

/// A run of failures: those since the last link that was worth its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The newest cause.
    pub(crate) cause: Cause,
    /// What one side refused the other for last, while no link stood since: who was refused often goes away afterwards, and
    /// that nobody answers any more does not say why.
    pub(crate) refusal: Option<Cause>,
    /// First failure of the run.
    pub(crate) since: Timestamp,
    /// Newest failure.
    pub(crate) last: Timestamp,
    /// Failures of the run.
    pub(crate) count: u64,
    /// Whether a link stands since that is worth its name.
    pub(crate) over: bool,
}

/// How one peer stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    /// The present or the last run of failures.
    pub(crate) failure: Option<Failure>,
    /// What somebody was turned away for in the handshake who showed a certificate of this peer's node, while no link stood since.
    /// Nobody proved to be the peer, so it says nothing of the link.
    pub(crate) shown: Option<Cause>,
    /// Since when a link stands, and by which connection.
    pub(crate) connected: Option<(Timestamp, u64)>,
    /// When a link last came to stand.
    pub(crate) last_connected: Option<Timestamp>,
    /// When a frame of the peer last came.
    pub(crate) last_contact: Option<Timestamp>,
    /// From where the peer last came by itself.
    pub(crate) last_from: Option<String>,
    /// Version of the roster that the peer said it goes by; 0 where it did not say.
    pub(crate) roster_version: u64,
    /// A run of failures that is over, which the log has not told yet.
    unsaid_end: Option<Failure>,
    /// When what was last said in the log, and how often it happened since.
    said: HashMap<Said, (Timestamp, u64)>,
}

/// What a log line can say of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Said {
    Stands,
    Ends,
    Shown(Option<Code>),
    Fails(Stage, Side, Option<Code>, Option<i32>),
}

impl Standing {
    /// Whether this is to be said now; with how often it happened, this time included, since it was said last.
    fn say(&mut self, what: Said, now: Timestamp) -> Option<u64> {
        let (at, unsaid) = self.said.entry(what).or_insert((Timestamp::MIN, 0));
        *unsaid += 1;
        // Both ways: a clock that was set back must not silence the log until it is where it was.
        let is_due = *at == Timestamp::MIN || now.duration_since(*at).abs() >= REPEAT;
        is_due.then(|| {
            *at = now;
            std::mem::take(unsaid)
        })
    }

    /// Ends a run of failures; what happens next is news.
    fn recovered(&mut self) {
        if let Some(failure) = self.failure.as_mut().filter(|failure| !failure.over) {
            failure.over = true;
            self.unsaid_end = Some(failure.clone());
            self.said.retain(|what, _| matches!(what, Said::Stands | Said::Ends));
        }
    }

    fn forget_refusal(&mut self) {
        if let Some(failure) = &mut self.failure {
            failure.refusal = None;
        }
    }

    fn settle(&mut self, now: Timestamp) {
        if self.connected.is_some_and(|(since, _)| now.duration_since(since) >= STEADY) {
            self.recovered();
        }
    }
}

/// How all peers stand.
#[derive(Debug, Default)]
pub(crate) struct Standings(Mutex<BTreeMap<AgencyId, Standing>>);

impl Standings {
    /// How a peer stands now.
    pub(crate) fn of(&self, peer: &AgencyId, now: Timestamp) -> Standing {
        let mut standings = self.0.lock();
        let Some(standing) = standings.get_mut(peer) else { return Standing::default() };
        standing.settle(now);
        standing.clone()
    }

    /// Says in the log whose run of failures is over, once each.
    pub(crate) fn tell_recovered(&self, now: Timestamp) {
        for (peer, failure) in self.recovered(now) {
            let (failures, since) = (failure.count, failure.since);
            info!(%peer, failures, %since, cause = %failure.cause.text, "the link to the peer stands again");
        }
    }

    fn recovered(&self, now: Timestamp) -> Vec<(AgencyId, Failure)> {
        let mut standings = self.0.lock();
        let over = standings.iter_mut().filter_map(|(peer, standing)| {
            standing.settle(now);
            Some((peer.clone(), standing.unsaid_end.take()?))
        });
        over.collect()
    }

    /// Somebody showed a certificate of a peer's node and was turned away. Gives how often, if it is time to say so.
    pub(crate) fn shown(&self, peer: &AgencyId, cause: Cause, now: Timestamp) -> Option<u64> {
        let mut standings = self.0.lock();
        let standing = standings.entry(peer.clone()).or_default();
        let said = Said::Shown(cause.code);
        standing.shown = Some(cause);
        standing.say(said, now)
    }

    /// A link ended without a cause. Gives how many did, if it is time to say so.
    pub(crate) fn ended_quietly(&self, peer: &AgencyId, now: Timestamp) -> Option<u64> {
        self.0.lock().entry(peer.clone()).or_default().say(Said::Ends, now)
    }

    /// Whether a link to a peer stands.
    pub(crate) fn is_connected(&self, peer: &AgencyId) -> bool {
        self.0.lock().get(peer).is_some_and(|standing| standing.connected.is_some())
    }

    /// When a frame of each peer last came, of those that were heard of since the start.
    pub(crate) fn last_contacts(&self) -> Vec<(AgencyId, Timestamp)> {
        let standings = self.0.lock();
        standings.iter().filter_map(|(peer, standing)| Some((peer.clone(), standing.last_contact?))).collect()
    }

    /// A peer said by which roster it goes.
    pub(crate) fn goes_by(&self, peer: &AgencyId, roster_version: u64) {
        self.0.lock().entry(peer.clone()).or_default().roster_version = roster_version;
    }

    /// A peer connected by itself, from an address.
    pub(crate) fn came(&self, way: &Way) {
        self.0.lock().entry(way.peer.clone()).or_default().last_from = Some(way.address.clone());
    }

    /// A link stands; says whether the log is to tell.
    pub(crate) fn stands(&self, way: &Way, session: u64, now: Timestamp) -> bool {
        let mut standings = self.0.lock();
        let standing = standings.entry(way.peer.clone()).or_default();
        standing.connected = Some((now, session));
        standing.forget_refusal();
        standing.shown = None;
        standing.last_connected = Some(now);
        standing.last_contact = Some(now);
        let is_news = standing.failure.as_ref().is_none_or(|failure| failure.over);
        standing.say(Said::Stands, now).is_some() || is_news
    }

    /// A frame of a peer came; `receipts` if it carried receipts, which end a run of failures.
    pub(crate) fn contact(&self, peer: &AgencyId, receipts: bool, now: Timestamp) {
        let mut standings = self.0.lock();
        let standing = standings.entry(peer.clone()).or_default();
        standing.last_contact = Some(now);
        if receipts {
            standing.recovered();
        }
    }

    /// A link ended that another one of the same peer has replaced, or without a cause.
    pub(crate) fn ended(&self, peer: &AgencyId, session: u64, now: Timestamp) {
        let mut standings = self.0.lock();
        let standing = standings.entry(peer.clone()).or_default();
        standing.settle(now);
        standing.connected.take_if(|(_, current)| *current == session);
    }

    /// Somebody has dealt with what a peer was refused for.
    pub(crate) fn dealt_with(&self, peer: &AgencyId) {
        if let Some(standing) = self.0.lock().get_mut(peer) {
            standing.forget_refusal();
        }
    }

    /// A connection to a peer failed. Gives the failures to tell of in the log, if it is time to.
    pub(crate) fn failed(&self, peer: &AgencyId, cause: Cause, now: Timestamp) -> Option<u64> {
        let mut standings = self.0.lock();
        let standing = standings.entry(peer.clone()).or_default();
        standing.settle(now);
        let (stage, side, code, os_error) = cause.key();
        let refusal = cause.is_refusal().then(|| cause.clone());
        match standing.failure.as_mut().filter(|failure| !failure.over) {
            Some(failure) => {
                failure.cause = cause;
                failure.refusal = refusal.or(failure.refusal.take());
                failure.last = now;
                failure.count += 1;
            }
            None => {
                let (since, last) = (now, now);
                standing.failure = Some(Failure { cause, refusal, since, last, count: 1, over: false });
            }
        }
        standing.say(Said::Fails(stage, side, code, os_error), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    fn way() -> Way {
        Way { peer: "nl-om".parse().unwrap(), address: "192.0.2.1:7443".to_owned(), dialled: true }
    }

    fn cause(os_error: i32) -> Cause {
        Cause { os_error: Some(os_error), ..Cause::found(Stage::Dial, "192.0.2.1:7443", "no way") }
    }

    #[test]
    fn a_run_of_failures_keeps_its_first_instant_its_newest_cause_and_its_count() {
        let standings = Standings::default();
        for (second, os_error) in [(0, 111), (5, 111), (9, 113)] {
            standings.failed(&way().peer, cause(os_error), at(second));
        }
        let failure = standings.of(&way().peer, at(10)).failure.unwrap();
        assert_eq!((failure.since, failure.last, failure.count), (at(0), at(9), 3));
        assert_eq!((failure.cause.os_error, failure.over), (Some(113), false));
    }

    #[test]
    fn what_a_peer_was_refused_for_stays_until_a_link_stands_or_somebody_has_dealt_with_it() {
        let refused = Cause::refused(Side::Peer, Stage::Greeting, Code::HeadInconsistent, "192.0.2.1:7443");
        for is_linked in [true, false] {
            let standings = Standings::default();
            standings.failed(&way().peer, refused.clone(), at(0));
            standings.failed(&way().peer, cause(111), at(1));
            standings.failed(&way().peer, cause(111), at(2));
            let failure = standings.of(&way().peer, at(3)).failure.unwrap();
            assert_eq!((failure.cause.os_error, failure.refusal.as_ref()), (Some(111), Some(&refused)));
            if is_linked {
                standings.stands(&way(), 1, at(4));
            } else {
                standings.dealt_with(&way().peer);
            }
            assert_eq!(standings.of(&way().peer, at(5)).failure.unwrap().refusal, None);
        }
    }

    #[test]
    fn a_certificate_that_somebody_showed_is_no_failure_of_the_peer_and_goes_with_the_next_link() {
        let standings = Standings::default();
        standings.failed(&way().peer, cause(111), at(0));
        let shown = Cause::refused(Side::Here, Stage::Tls, Code::CertificateExpired, "192.0.2.66");
        let said = (1..3_700).filter_map(|second| standings.shown(&way().peer, shown.clone(), at(second)));
        assert_eq!(said.collect::<Vec<_>>(), [1, 3_600]);
        let seen = standings.of(&way().peer, at(3_701));
        let failure = seen.failure.unwrap();
        assert_eq!((failure.cause.os_error, failure.refusal, failure.count), (Some(111), None, 1));
        assert_eq!(seen.shown, Some(shown));
        standings.stands(&way(), 1, at(3_702));
        assert_eq!(standings.of(&way().peer, at(3_703)).shown, None);
    }

    #[test]
    fn a_failure_is_said_once_and_then_every_hour_with_its_count() {
        let standings = Standings::default();
        let said = (0..3_700).filter_map(|second| standings.failed(&way().peer, cause(111), at(second)));
        assert_eq!(said.collect::<Vec<_>>(), [1, 3_600]);
        assert_eq!(standings.failed(&way().peer, cause(113), at(3_700)), Some(1), "another cause is news");
    }

    #[test]
    fn a_link_that_falls_at_once_ends_no_run_and_is_said_once() {
        let standings = Standings::default();
        let mut said = 0;
        for second in 0..50 {
            said += u32::from(standings.stands(&way(), 1, at(second)));
            said += u32::from(standings.failed(&way().peer, cause(104), at(second)).is_some());
            standings.ended(&way().peer, 1, at(second));
        }
        assert_eq!(said, 2);
        assert_eq!(standings.of(&way().peer, at(50)).failure.unwrap().count, 50);
    }

    #[test]
    fn a_link_that_stood_for_a_minute_or_carried_a_receipt_ends_the_run() {
        for receipt in [false, true] {
            let standings = Standings::default();
            standings.failed(&way().peer, cause(111), at(0));
            standings.stands(&way(), 1, at(1));
            standings.contact(&way().peer, receipt, at(2));
            standings.ended(&way().peer, 1, at(if receipt { 3 } else { 61 }));
            assert!(standings.of(&way().peer, at(62)).failure.unwrap().over);
            assert_eq!(standings.failed(&way().peer, cause(111), at(63)), Some(1), "it is news again");
            assert_eq!(standings.of(&way().peer, at(64)).failure.unwrap().since, at(63));
        }
    }

    #[test]
    fn that_a_run_of_failures_is_over_is_said_once_and_not_before_it_is() {
        let standings = Standings::default();
        standings.failed(&way().peer, cause(111), at(0));
        standings.failed(&way().peer, cause(111), at(9));
        standings.stands(&way(), 1, at(10));
        assert!(standings.recovered(at(11)).is_empty(), "it may fall again at once");
        let over = standings.recovered(at(70));
        assert_eq!(over.iter().map(|(_, f)| (f.since, f.count)).collect::<Vec<_>>(), [(at(0), 2)]);
        assert!(standings.recovered(at(71)).is_empty());
    }

    #[test]
    fn a_connection_that_was_replaced_does_not_take_the_newer_one_down() {
        let standings = Standings::default();
        standings.stands(&way(), 1, at(0));
        standings.stands(&way(), 2, at(1));
        standings.ended(&way().peer, 1, at(2));
        assert_eq!(standings.of(&way().peer, at(3)).connected, Some((at(1), 2)));
    }
}
