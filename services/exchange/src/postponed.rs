//! Messages that one recipient answered with NOT YET: kept apart from its lanes, and tried again with a pause that grows.
//!
//! Owns which referrals are held back by such a message, since when and why, and when it is tried again. Only the first
//! message of a referral that waits is tried; what comes after it waits behind it, and other referrals go on. It must not
//! give anything up: a message that is postponed ends at its horizon like any other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rogatory_domain::id::ReferralId;
use rogatory_domain::refusal::Code;

/// Shortest pause between two tries of a message.
pub const PAUSE_MIN: Duration = Duration::from_secs(1);

/// Longest pause between two tries of a message: how long after a change at the recipient, of which nothing tells, the last
/// message may still wait.
pub const PAUSE_MAX: Duration = Duration::from_secs(600);

/// Most messages that are tried again at a time.
pub const RETRIES_COUNT_MAX: usize = 64;

/// Most referrals held back per recipient and kept in memory, some 150 bytes each. The messages beyond are tried again in
/// passes over the whole queue.
pub const REFERRALS_COUNT_MAX: usize = 16_384;

/// What is to be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Position of the record SENT.
    pub position: u64,
    /// Whether it is urgent.
    pub urgent: bool,
    /// Bytes it takes on the link.
    pub bytes: usize,
    /// Its referral.
    pub referral: ReferralId,
}

/// Why and since when a message waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Code of the newest answer.
    pub code: Code,
    /// Elapsed time of the first answer in this run.
    pub since: Duration,
    /// Elapsed time at which it is due to be tried again.
    pub retry_at: Duration,
    /// Answers in this run.
    pub answers: u32,
}

/// Messages under one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many are held back by their own answer.
    pub count: u64,
    /// Elapsed time of the first answer among them.
    pub since: Duration,
}

#[derive(Debug)]
struct Kept {
    retry: Retry,
    wait: Wait,
    /// Elapsed time of the newest answer.
    answered_at: Duration,
    is_in_flight: bool,
}

impl Kept {
    /// Urgent ones first, then whichever is due first.
    fn turn(&self) -> RetryOrder {
        (!self.retry.urgent, self.wait.retry_at, self.retry.position)
    }
}

/// Place among those that wait for their next try: lane, elapsed time, position.
type RetryOrder = (bool, Duration, u64);

/// What one recipient cannot take yet.
#[derive(Debug, Default)]
pub struct Postponed {
    referrals: BTreeMap<ReferralId, Kept>,
    /// Referral of each message that is tried, by its position.
    positions: BTreeMap<u64, ReferralId>,
    /// Those that are not in flight.
    turns: BTreeSet<RetryOrder>,
    in_flight: usize,
    /// When the others of a code were last called up, because one of them was taken.
    called_up: BTreeMap<Code, Duration>,
    /// Elapsed time at which the whole queue is to be gone through again, for what is kept nowhere.
    pass_at: Option<Duration>,
}

impl Postponed {
    /// How many referrals are held back.
    #[must_use]
    pub fn len(&self) -> usize {
        self.referrals.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.referrals.is_empty()
    }

    /// Whether a message of a referral waits for one that was postponed, or is that one. One that stands before it goes its way:
    /// it may have been in flight when the later one was answered, or have been put back since.
    #[must_use]
    pub fn holds(&self, referral: ReferralId, position: u64) -> bool {
        self.referrals.get(&referral).is_some_and(|kept| kept.retry.position <= position)
    }

    /// Whether this is the message of its referral that is tried.
    #[must_use]
    pub fn is_tried(&self, position: u64) -> bool {
        self.positions.contains_key(&position)
    }

    /// How a message waits that is tried itself.
    #[must_use]
    pub fn wait(&self, position: u64) -> Option<Wait> {
        let referral = self.positions.get(&position)?;
        self.referrals.get(referral).map(|kept| kept.wait)
    }

    /// How many wait under each code, and since when.
    #[must_use]
    pub fn tallies(&self) -> BTreeMap<Code, Tally> {
        let mut tallies: BTreeMap<Code, Tally> = BTreeMap::new();
        for Kept { wait, .. } in self.referrals.values() {
            let tally = tallies.entry(wait.code).or_insert(Tally { count: 0, since: wait.since });
            tally.count += 1;
            tally.since = tally.since.min(wait.since);
        }
        tallies
    }

    /// The recipient answered that it cannot take a message yet. Says whether this is the first such answer about it.
    pub fn answered(&mut self, retry: Retry, code: Code, now: Duration) -> bool {
        let Some(mut kept) = self.take(retry.referral) else { return self.keep(retry, code, now) };
        let is_first = retry.position < kept.retry.position;
        // One that waits behind another says nothing new.
        if retry.position <= kept.retry.position {
            let answers = if is_first { 1 } else { kept.wait.answers.saturating_add(1) };
            let retry_at = now.saturating_add(pause(answers));
            let wait = Wait { code, since: kept.wait.since, retry_at, answers };
            kept = Kept { retry, wait, answered_at: now, is_in_flight: false };
        }
        self.put(kept);
        is_first
    }

    fn keep(&mut self, retry: Retry, code: Code, now: Duration) -> bool {
        if self.referrals.len() >= REFERRALS_COUNT_MAX {
            self.pass_at.get_or_insert(now.saturating_add(PAUSE_MAX));
            return false;
        }
        let wait = Wait { code, since: now, retry_at: now.saturating_add(pause(1)), answers: 1 };
        self.put(Kept { retry, wait, answered_at: now, is_in_flight: false });
        true
    }

    /// The next message to be tried again, if one is due and not too many are in flight. [`Postponed::sent`] confirms.
    #[must_use]
    pub fn due(&self, now: Duration) -> Option<Retry> {
        let first = |is_routine: bool| {
            let mut turns = self.turns.range((is_routine, Duration::ZERO, 0)..=(is_routine, now, u64::MAX));
            turns.next().copied()
        };
        let (.., position) = first(false).or_else(|| first(true))?;
        let kept = self.referrals.get(self.positions.get(&position)?)?;
        (self.in_flight < RETRIES_COUNT_MAX).then_some(kept.retry)
    }

    /// A message is on its way again.
    pub fn sent(&mut self, referral: ReferralId) {
        if let Some(kept) = self.take(referral) {
            self.put(Kept { is_in_flight: true, ..kept });
        }
    }

    /// The link with a message on its way was lost.
    pub fn lost(&mut self, referral: ReferralId) {
        if let Some(kept) = self.take(referral) {
            self.put(Kept { is_in_flight: false, ..kept });
        }
    }

    /// A message needs no more delivery. Gives its referral, if others may have waited behind it. Where it was taken, those
    /// that wait under the same code are tried at once: what held it back is over, for it and perhaps for them.
    pub fn settled(&mut self, position: u64, is_receipted: bool, now: Duration) -> Option<ReferralId> {
        let referral = self.positions.get(&position).copied()?;
        let code = self.take(referral)?.wait.code;
        if is_receipted {
            self.call_up(code, now);
        }
        if self.pass_at.is_some() && self.referrals.len() < REFERRALS_COUNT_MAX / 2 {
            self.pass_at = Some(now);
        }
        Some(referral)
    }

    /// At most once in the shortest pause, so that many that are taken in a row do not go through all others each.
    fn call_up(&mut self, code: Code, now: Duration) {
        let before = self.called_up.get(&code);
        if before.is_none_or(|before| now.saturating_sub(*before) >= PAUSE_MIN) {
            self.called_up.insert(code, now);
            self.bring_forward(now, |kept| kept.wait.code == code);
        }
    }

    /// What held messages back may be over: a link stands anew, or somebody asks. None is tried sooner than the shortest pause
    /// after its last answer.
    pub fn hurry(&mut self, now: Duration) {
        self.bring_forward(now, |_| true);
        self.pass_at = self.pass_at.map(|at| at.min(now.saturating_add(PAUSE_MIN)));
    }

    fn bring_forward(&mut self, now: Duration, concerns: impl Fn(&Kept) -> bool) {
        let Self { referrals, turns, .. } = self;
        for kept in referrals.values_mut().filter(|kept| !kept.is_in_flight && concerns(kept)) {
            let soon = now.max(kept.answered_at.saturating_add(PAUSE_MIN));
            if soon < kept.wait.retry_at {
                turns.remove(&kept.turn());
                kept.wait.retry_at = soon;
                turns.insert(kept.turn());
            }
        }
    }

    /// Whether the whole queue is to be gone through now, once.
    pub fn passes(&mut self, now: Duration) -> bool {
        self.pass_at.take_if(|at| *at <= now).is_some()
    }

    fn take(&mut self, referral: ReferralId) -> Option<Kept> {
        let kept = self.referrals.remove(&referral)?;
        self.positions.remove(&kept.retry.position);
        self.turns.remove(&kept.turn());
        self.in_flight -= usize::from(kept.is_in_flight);
        Some(kept)
    }

    fn put(&mut self, kept: Kept) {
        self.positions.insert(kept.retry.position, kept.retry.referral);
        if kept.is_in_flight {
            self.in_flight += 1;
        } else {
            self.turns.insert(kept.turn());
        }
        self.referrals.insert(kept.retry.referral, kept);
    }
}

/// The pause after so many answers: it doubles, up to its end.
fn pause(answers: u32) -> Duration {
    let doublings = answers.saturating_sub(1).min(16);
    PAUSE_MIN.saturating_mul(1 << doublings).min(PAUSE_MAX)
}

#[cfg(test)]
mod tests;
