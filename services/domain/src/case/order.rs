//! The one causal order of a set of facts: what was seen comes before who saw it; ties go to the answering side,
//! then to the smaller id. The order depends on the set alone, never on how it arrived. What was told before a case was passed on
//! comes before everything after it: whoever has the case since then was given all of it.

use super::fact::{Fact, OpeningFact};
use crate::instrument::{CapacityDef, Side};

/// A message and under which parties it was sent: those before the case was passed on count from 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) fact: &'a Fact,
    pub(super) stage: usize,
}

impl Placed<'_> {
    /// Whether its sender knew another message when it made this one.
    pub(super) fn saw(&self, other: &Self) -> bool {
        self.stage > other.stage || self.stage == other.stage && self.fact.saw(other.fact)
    }

    /// In what capacity its sender sent it, if it was a party.
    pub(super) fn capacity(&self, opening: &OpeningFact) -> Option<&'static CapacityDef> {
        opening.capacity_at(self.stage, &self.fact.sender)
    }

    /// On which side its sender stood.
    pub(super) fn side(&self, opening: &OpeningFact) -> Side {
        self.capacity(opening).map_or(Side::Neither, |capacity| capacity.side)
    }
}

/// Every message of a case in its order: those of earlier referrals, then the given ones of this referral. That the case was passed
/// on ends a referral and moves nothing in the case.
pub(super) fn whole<'a>(
    opening: &'a OpeningFact,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Vec<Placed<'a>> {
    let mut order = Vec::new();
    for (stage, earlier) in opening.earlier().iter().enumerate() {
        let of_case = earlier.facts.iter().filter(|fact| !opening.instrument.passes_on(&fact.event));
        order.extend(causal(opening, stage, of_case).into_iter().map(|fact| Placed { fact, stage }));
    }
    let stage = opening.earlier().len();
    order.extend(causal(opening, stage, facts).into_iter().map(|fact| Placed { fact, stage }));
    order
}

struct Lane<'a> {
    facts: Vec<&'a Fact>,
    next: usize,
    rank: u8,
}

impl<'a> Lane<'a> {
    fn head(&self) -> Option<&'a Fact> {
        self.facts.get(self.next).copied()
    }
}

/// Puts facts into their causal order; a fact that is there twice counts once.
///
/// A cause that is missing is not waited for, and a circle of claims is cut at its smallest member: a faulty peer
/// gets a strange order, but the same one everywhere.
fn causal<'a>(
    opening: &OpeningFact,
    stage: usize,
    facts: impl IntoIterator<Item = &'a Fact>,
) -> Vec<&'a Fact> {
    let mut sorted: Vec<&Fact> = facts.into_iter().collect();
    sorted.sort_unstable_by(|a, b| (&a.sender, a.number, a.id).cmp(&(&b.sender, b.number, b.id)));
    sorted.dedup_by_key(|fact| fact.id);
    let total = sorted.len();
    let mut lanes: Vec<Lane<'a>> = Vec::with_capacity(4);
    for fact in sorted {
        match lanes.last_mut() {
            Some(lane) if lane.facts[0].sender == fact.sender => lane.facts.push(fact),
            _ => {
                let answers = Placed { fact, stage }.side(opening) == Side::Answering;
                lanes.push(Lane { facts: vec![fact], next: 0, rank: u8::from(!answers) });
            }
        }
    }
    let mut order = Vec::with_capacity(total);
    while order.len() < total {
        let by_tie = |lane: &&Lane<'a>| lane.head().map(|fact| (lane.rank, fact.id));
        let waiting = || lanes.iter().filter(|lane| lane.head().is_some());
        let ready = waiting()
            .filter(|lane| lane.head().is_some_and(|fact| is_ready(fact, &lanes)))
            .min_by_key(by_tie);
        let chosen = ready.or_else(|| waiting().min_by_key(by_tie)).and_then(Lane::head);
        let Some(fact) = chosen else { break };
        order.push(fact);
        for lane in lanes.iter_mut().filter(|lane| lane.facts[0].sender == fact.sender) {
            lane.next += 1;
        }
    }
    order
}

/// Whether everything of other parties that a fact saw is already in order.
fn is_ready(fact: &Fact, lanes: &[Lane<'_>]) -> bool {
    lanes.iter().all(|lane| {
        lane.head()
            .is_none_or(|other| other.sender == fact.sender || other.number > fact.seen_of(&other.sender))
    })
}
