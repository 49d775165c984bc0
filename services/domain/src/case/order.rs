//! The one causal order of a set of facts: what was seen comes before who saw it; ties go to the answering side,
//! then to the smaller id. The order depends on the set alone, never on how it arrived.

use super::fact::{Fact, OpeningFact};
use crate::instrument::Side;

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
pub(super) fn causal<'a>(opening: &OpeningFact, facts: impl IntoIterator<Item = &'a Fact>) -> Vec<&'a Fact> {
    let mut sorted: Vec<&Fact> = facts.into_iter().collect();
    sorted.sort_unstable_by(|a, b| (&a.sender, a.number, a.id).cmp(&(&b.sender, b.number, b.id)));
    sorted.dedup_by_key(|fact| fact.id);
    let total = sorted.len();
    let mut lanes: Vec<Lane<'a>> = Vec::with_capacity(4);
    for fact in sorted {
        match lanes.last_mut() {
            Some(lane) if lane.facts[0].sender == fact.sender => lane.facts.push(fact),
            _ => {
                let answers = opening.side_of(&fact.sender) == Side::Answering;
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
