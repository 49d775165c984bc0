//! Both ends agree, under every instrument: nodes that raise events at the same time and hear of them in any order reach the
//! same case.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;

use super::*;
use crate::instrument::INSTRUMENTS;

/// The nodes of a referral with a queue from each to each.
pub(crate) struct Federation {
    pub(crate) opening: OpeningFact,
    cast: Vec<AgencyId>,
    known: Vec<Vec<Fact>>,
    sent: Vec<u32>,
    wires: BTreeMap<(usize, usize), VecDeque<Fact>>,
    minted: u64,
}

impl Federation {
    pub(crate) fn under(instrument: &'static Instrument) -> Self {
        let opening = opening(instrument);
        let cast = cast(&opening);
        let (known, sent) = (vec![Vec::new(); cast.len()], vec![0; cast.len()]);
        Self { opening, cast, known, sent, wires: BTreeMap::new(), minted: 0 }
    }

    /// What a node knows.
    pub(crate) fn facts(&self, node: usize) -> &[Fact] {
        &self.known[node]
    }

    pub(crate) fn case(&self, node: usize) -> Case {
        fold(&self.opening, &self.known[node], Calendars::current())
    }

    /// A node raises one of the events its own state allows.
    pub(crate) fn raise(&mut self, node: usize, choice: usize, day: i64) {
        let node = node % self.cast.len();
        let sender = self.cast[node].clone();
        let capacity = self.opening.capacity_of(&sender).unwrap();
        let case = self.case(node);
        let events: Vec<_> = case.allowed(capacity).collect();
        let Some(definition) = events.get(choice % events.len().max(1)) else { return };
        let newest = |party: &AgencyId| {
            let heard = self.known[node].iter().filter(|fact| fact.sender == *party).map(|fact| fact.number);
            (party.clone(), heard.max().unwrap_or(u32::from(*party == self.opening.issuing)))
        };
        self.minted += 1;
        let declared = noon(date(2021, 5, 26)) + jiff::SignedDuration::from_hours(day * 24);
        let fact = Fact {
            // Ids that do not follow the order of sending, so that ties are real.
            id: id(self.minted.wrapping_mul(0x9E37_79B9) & 0xFFFF_FFFF),
            number: self.sent[node] + 1 + u32::from(sender == self.opening.issuing),
            seen: self.cast.iter().filter(|party| **party != sender).map(newest).collect(),
            event: sample_in(
                definition,
                choice.is_multiple_of(3),
                date(2021, 7, 1 + (choice % 28) as i8),
                choice,
                case.offers(),
            ),
            sender,
            declared,
            recorded: declared,
        };
        match admit(&self.opening, &self.known[node], &fact) {
            Ok(()) => self.sent[node] += 1,
            // Days are drawn at will, and so an act may be said to have come before its cause, or to name a day far away.
            Err(NotAllowed::BeforeItsCause { .. } | NotAllowed::DayOutOfBounds { .. }) => return,
            Err(other) => panic!("a node may do what it is offered: {other}"),
        }
        for other in (0..self.cast.len()).filter(|other| *other != node) {
            self.wires.entry((node, other)).or_default().push_back(fact.clone());
        }
        self.known[node].push(fact);
    }

    /// The next message of one wire arrives.
    pub(crate) fn deliver(&mut self, wire: usize) -> bool {
        let waiting: Vec<_> =
            self.wires.iter().filter(|(_, q)| !q.is_empty()).map(|(ends, _)| *ends).collect();
        let Some(ends) = waiting.get(wire % waiting.len().max(1)).copied() else { return false };
        let Some(mut fact) = self.wires.get_mut(&ends).and_then(VecDeque::pop_front) else { return false };
        // Every node records at a time of its own; the fold must not care.
        fact.recorded += jiff::SignedDuration::from_secs(ends.1 as i64 * 977);
        let admitted = admit(&self.opening, &self.known[ends.1], &fact);
        assert_eq!(admitted, Ok(()), "what was allowed when it was sent is never refused");
        self.known[ends.1].push(fact);
        true
    }
}

pub(crate) fn any_instrument() -> impl Strategy<Value = &'static Instrument> {
    prop::sample::select(INSTRUMENTS)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_end_reaches_the_same_case(
        instrument in any_instrument(),
        acts in prop::collection::vec((0usize..8, any::<prop::sample::Index>(), 0i64..60), 1..50),
    ) {
        let mut federation = Federation::under(instrument);
        for (what, choice, day) in acts {
            if what < 3 {
                federation.raise(what, choice.index(1000), day);
            } else {
                federation.deliver(choice.index(1000));
            }
        }
        while federation.deliver(0) {}
        let case = federation.case(0);
        for other in 1..federation.cast.len() {
            prop_assert_eq!(&case, &federation.case(other));
        }
        prop_assert!(case.steps.iter().all(|step| step.effect != Effect::Void));
        let lost = |id| case.crossings.iter().any(|crossing| crossing.later == id && crossing.lost);
        for step in case.steps.iter().filter(|step| step.effect == Effect::CrossedWithoutEffect) {
            prop_assert!(lost(step.id), "what lost its effect is shown");
        }
    }

    #[test]
    fn the_order_of_arrival_and_repeats_do_not_matter(
        instrument in any_instrument(),
        acts in prop::collection::vec((0usize..3, any::<prop::sample::Index>(), 0i64..60), 1..30),
        shuffle in any::<u64>(),
    ) {
        let mut federation = Federation::under(instrument);
        for (node, choice, day) in acts {
            federation.raise(node, choice.index(1000), day);
            if choice.index(3) == 0 {
                federation.deliver(choice.index(1000));
            }
        }
        while federation.deliver(0) {}
        let last = federation.cast.len() - 1;
        let mut facts = federation.known[0].clone();
        facts.sort_by_key(|fact| fact.number as u64 ^ shuffle.rotate_left(fact.number));
        facts.extend(federation.known[last / 2].iter().take(3).cloned());
        prop_assert_eq!(fold(&federation.opening, &facts, Calendars::current()), federation.case(last));
    }

    #[test]
    fn claims_that_contradict_each_other_still_give_one_case(
        instrument in any_instrument(),
        claims in prop::collection::vec((0usize..3, 0u32..6, 0u32..6, any::<prop::sample::Index>()), 1..20),
    ) {
        let (day, opening) = (date(2021, 6, 1), opening(instrument));
        let cast = cast(&opening);
        // Events of every instrument: those that the referral's own does not have must do nothing anywhere.
        let all: Vec<&'static EventDef> = INSTRUMENTS.iter().flat_map(|instrument| instrument.events).collect();
        let facts: Vec<Fact> = claims.iter().enumerate().map(|(at, (node, number, seen, event))| Fact {
            id: id(at as u64 + 1),
            sender: cast[node % cast.len()].clone(),
            number: *number,
            seen: cast.iter().map(|party| (party.clone(), *seen)).collect(),
            event: sample(event.get::<&'static EventDef>(&all), false, day, at),
            declared: noon(day),
            recorded: noon(day),
        }).collect();
        let backwards: Vec<Fact> = facts.iter().rev().cloned().collect();
        prop_assert_eq!(
            fold(&opening, &facts, Calendars::current()),
            fold(&opening, &backwards, Calendars::current())
        );
    }
}

/// A story to which everything was told that leaves the state alone, and that other events need.
fn told(way: Story) -> Story {
    let instrument = way.opening.instrument;
    let is_needed = |definition: &EventDef| {
        let mut needed = instrument.events.iter().flat_map(|event| event.needs);
        definition.offers().is_some()
            || needed.any(|id| instrument.events[id.place()].code == definition.code)
    };
    let (state, mut way) = (way.case().state().code, way);
    for sender in cast(&way.opening).into_iter().cycle().take(2 * cast(&way.opening).len()) {
        let capacity = way.opening.capacity_of(&sender).unwrap();
        let case = way.case();
        for definition in case.allowed(capacity).filter(|definition| is_needed(definition)) {
            let happened = way.facts.iter().any(|fact| fact.event.code() == definition.code);
            let offers = way.case().offers().to_vec();
            let event = sample_in(definition, false, date(2021, 6, 21), 0, &offers);
            let known = way.facts.len();
            let fact = way.fact(sender.as_str(), event.clone(), known);
            if happened || admit(&way.opening, &way.facts, &fact).is_err() {
                continue;
            }
            let next = way.clone().raising(sender.as_str(), event, known);
            if next.case().state().code == state {
                way = next;
            }
        }
    }
    way
}

/// A story into every state that can be reached by events as they are raised in turn.
pub(crate) fn ways(instrument: &'static Instrument) -> Vec<Story> {
    let mut found = vec![Story::under(instrument)];
    let mut at = 0;
    while at < found.len() {
        found[at] = told(found[at].clone());
        let (way, case) = (found[at].clone(), found[at].case());
        at += 1;
        for sender in cast(&way.opening) {
            let capacity = way.opening.capacity_of(&sender).unwrap();
            for definition in case.allowed(capacity) {
                let event = sample_in(definition, false, date(2021, 6, 21), 0, case.offers());
                let next = way.clone().raising(sender.as_str(), event, way.facts.len());
                let state = next.case().state();
                if !found.iter().any(|known| known.case().state().code == state.code) {
                    found.push(next);
                }
            }
        }
    }
    found
}

/// For every state and every pair of events that its two sides may raise there at once.
#[test]
fn every_pair_that_can_cross_ends_the_same_at_both_ends() {
    for instrument in INSTRUMENTS {
        let ways = ways(instrument);
        assert_eq!(ways.len(), instrument.states.len(), "a story leads into every state");
        let (mut pairs, on) = (0, date(2021, 6, 21));
        for way in &ways {
            let (known, case) = (way.facts.len(), way.case());
            let opener = &way.opening.issuing;
            let mine: Vec<_> = case.allowed(way.opening.capacity_of(opener).unwrap()).collect();
            for sender in cast(&way.opening).iter().filter(|sender| *sender != opener) {
                for theirs in case.allowed(way.opening.capacity_of(sender).unwrap()) {
                    for other in &mine {
                        let ours = way
                            .clone()
                            .raising(sender.as_str(), sample_in(theirs, false, on, 0, case.offers()), known)
                            .raising(opener.as_str(), sample_in(other, false, on, 0, case.offers()), known);
                        let mut turned = ours.facts.clone();
                        turned.swap(known, known + 1);
                        assert_eq!(
                            ours.case(),
                            fold(&way.opening, &turned, Calendars::current()),
                            "{} and {}",
                            theirs.code,
                            other.code
                        );
                        assert!(ours.case().steps.iter().all(|step| step.effect != Effect::Void));
                        pairs += 1;
                    }
                }
            }
        }
        println!("{instrument}: {pairs} pairs");
        assert!(pairs > 0 || cast(&opening(instrument)).len() == 1, "{instrument}");
    }
}
