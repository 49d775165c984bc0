//! NOT YET at both ends: what this node cannot take yet is counted and summed up on the record; what a peer cannot take yet is
//! kept, said once in the log, and shown.
//!
//! Owns the counts of both and what is told of them, and which answers mean never. When a message is tried again is decided in
//! `rogatory_exchange`.

use std::collections::BTreeMap;
use std::time::Duration;

use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_evidence::Kind;
use rogatory_exchange::{Queued, Wait};
use rogatory_index::{QueueKey, Status};
use tracing::{info, warn};

use super::Engine;
use super::give_up::status_to;
use crate::scribe::Draft;

/// Time between two records that sum up what one peer was told under one code.
const SUMMARY_PERIOD: Duration = Duration::from_secs(3_600);

/// What one peer was told under one code.
#[derive(Clone, Copy, Debug, Default)]
struct LastReported {
    total: u64,
    recorded: u64,
    /// Elapsed time of the newest record.
    recorded_at: Option<Duration>,
}

/// Counts of both ends.
#[derive(Debug, Default)]
pub(super) struct NotYets {
    told: BTreeMap<(AgencyId, Code), LastReported>,
    /// First answers of peers about messages of this agency that the log has not told yet.
    heard: BTreeMap<(AgencyId, Code), u64>,
}

/// Why a message of this agency is not taken yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotYet {
    /// Code of the newest answer.
    pub code: Code,
    /// Time since the first answer that this run of the node knows of.
    pub age: Duration,
    /// Time until it is due to be tried again.
    pub retry_in: Duration,
    /// Answers in this run.
    pub answers: u32,
}

/// How many messages a peer cannot take yet under one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Postponed {
    /// Code of the answers.
    pub code: Code,
    /// Messages that were answered so themselves; those that wait behind them are not counted.
    pub count: u64,
    /// Time since the first answer among them.
    pub age: Duration,
}

impl Engine {
    /// Counts what a peer is told, and records that it is told anything.
    pub(super) fn note_not_yet(&mut self, peer: &AgencyId, answers: &[(u64, Code)]) {
        for (_, code) in answers {
            self.not_yets.told.entry((peer.clone(), *code)).or_default().total += 1;
        }
        if !answers.is_empty() {
            self.sum_up_not_yets(SUMMARY_PERIOD);
        }
    }

    /// A peer cannot take messages yet. One whose referral is full there can never be taken, and has no record there that says
    /// so: it is given up now, not at its horizon.
    pub(super) fn postpone(&mut self, peer: &AgencyId, answers: Vec<(u64, Code)>) {
        let now = self.elapsed();
        let Some(state) = self.peers.get_mut(peer) else { return };
        let mut never = Vec::new();
        for (position, code) in answers {
            if state.outbound.not_yet(position, code, now) {
                *self.not_yets.heard.entry((peer.clone(), code)).or_default() += 1;
            }
            let wait = state.outbound.postponed().wait(position);
            if wait.is_some_and(|wait| wait.code == Code::ReferralFull) {
                never.push(position);
            }
        }
        if !never.is_empty() {
            self.never_taken(peer, never, Code::ReferralFull);
        }
    }

    /// Puts back what waits of referrals that nothing holds back any more.
    pub(super) fn put_back_released(&mut self, agency: &AgencyId) {
        let released = self.peers.get_mut(agency).map(|state| state.outbound.take_released());
        for referral in released.unwrap_or_default() {
            let row = match self.staged.referral(referral) {
                Ok(Some(row)) => row,
                Ok(None) => continue,
                Err(error) => return self.fail(error),
            };
            let waits = row.messages.iter().filter(|line| status_to(line, agency) == Some(&Status::Waiting));
            let positions: Vec<u64> = waits.map(|line| line.position).collect();
            for position in positions {
                let key = QueueKey { recipient: agency.clone(), routine: !row.urgent, position };
                let waiting = match self.staged.queued(&key) {
                    Ok(waiting) => waiting,
                    Err(error) => return self.fail(error),
                };
                let (Some(waiting), Some(state)) = (waiting, self.peers.get_mut(agency)) else { continue };
                let bytes = usize::try_from(waiting.bytes).unwrap_or(usize::MAX);
                state.outbound.requeue(Queued { position, urgent: row.urgent, bytes, referral, load: None });
            }
        }
    }

    /// Says in the log what was heard, and sums up on the record what was told.
    pub(super) fn tell_not_yets(&mut self) {
        for ((peer, code), count) in std::mem::take(&mut self.not_yets.heard) {
            warn!(%peer, code = code.refusal().id, count, "messages are kept, since the peer cannot take them yet");
        }
        self.sum_up_not_yets(SUMMARY_PERIOD);
    }

    /// Records what peers were told and has no record yet: the first of a peer and code at once, what follows once a period.
    pub(super) fn sum_up_not_yets(&mut self, period: Duration) {
        if self.disk_full || self.stuck {
            return;
        }
        let now = self.elapsed();
        let mut due = Vec::new();
        for ((peer, code), told) in &mut self.not_yets.told {
            let is_due = told.recorded_at.is_none_or(|at| now.saturating_sub(at) >= period);
            if is_due && told.total > told.recorded {
                due.push((peer.clone(), *code, told.total - told.recorded));
                (told.recorded, told.recorded_at) = (told.total, Some(now));
            }
        }
        for (peer, code, count) in due {
            info!(%peer, code = code.refusal().id, count, "messages of the peer cannot be taken yet");
            let mut draft = Draft::new(&self.scribe, Kind::TurnedAway);
            draft.shared.recipients = vec![peer];
            draft.shared.reason = code.refusal().id.to_owned();
            draft.shared.note = format!("not_yet={count}");
            self.record(draft);
        }
    }

    /// Why a message is not taken yet, where its recipient has said so.
    pub fn not_yet(&self, recipient: &AgencyId, position: u64) -> Option<NotYet> {
        let wait = self.peers.get(recipient)?.outbound.postponed().wait(position)?;
        Some(self.told_of(wait))
    }

    pub(super) fn told_of(&self, wait: Wait) -> NotYet {
        let now = self.elapsed();
        let Wait { code, since, retry_at, answers } = wait;
        NotYet { code, age: now.saturating_sub(since), retry_in: retry_at.saturating_sub(now), answers }
    }

    /// What a peer cannot take yet, by code.
    pub fn postponed(&self, peer: &AgencyId) -> Vec<Postponed> {
        let now = self.elapsed();
        let tallies = self.peers.get(peer).map(|state| state.outbound.postponed().tallies());
        let tallies = tallies.unwrap_or_default().into_iter();
        tallies
            .map(|(code, tally)| Postponed { code, count: tally.count, age: now.saturating_sub(tally.since) })
            .collect()
    }

    /// How many messages each peer cannot take yet.
    pub fn postponed_counts(&self) -> impl Iterator<Item = (&AgencyId, usize)> {
        self.peers.iter().map(|(agency, state)| (agency, state.outbound.postponed().len()))
    }

    /// Answers NOT YET that peers were given since the start, by peer and code.
    pub fn not_yets_told(&self) -> impl Iterator<Item = (&AgencyId, Code, u64)> {
        self.not_yets.told.iter().map(|((peer, code), told)| (peer, *code, told.total))
    }
}
