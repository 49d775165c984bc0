//! Both ends agree: nodes that raise events at the same time and hear of them in any order reach the same case.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;

use super::*;

const NODES: [(&str, Capacity); 3] =
    [(ISSUER, Capacity::Issuing), (EXECUTOR, Capacity::Executing), (POLICE, Capacity::Police)];

fn event(kind: Kind, on: Date) -> Event {
    match kind {
        Kind::InformationRequested => Event::InformationRequested { by: Some(on), copy_of_judgment: false },
        Kind::InformationSupplied => Event::InformationSupplied { answers: None },
        Kind::ConsentRecorded => Event::ConsentRecorded { renounces_speciality: true },
        Kind::Deferred => Event::Deferred { reason: DeferralReason::ThirdStateSpeciality },
        Kind::GuaranteeRequested => Event::GuaranteeRequested { guarantee: Guarantee::Return },
        Kind::GuaranteeGiven => Event::GuaranteeGiven { answers: None, guarantee: Guarantee::Return },
        Kind::ExecutionOrdered => Event::ExecutionOrdered { offences: vec![1], conditions: Vec::new() },
        Kind::Refused => Event::Refused { grounds: vec![Ground::Age] },
        Kind::SurrenderDateProposed => Event::SurrenderDateProposed { on },
        Kind::SurrenderDateAgreed => Event::SurrenderDateAgreed { on },
        Kind::NewDateAgreed => Event::NewDateAgreed { on },
        Kind::SuspensionEnded => Event::SuspensionEnded { on },
        Kind::TemporarilySurrendered => Event::TemporarilySurrendered { return_on: on },
        Kind::Surrendered => Event::Surrendered { custody_days: 1 },
        Kind::Withdrawn => Event::Withdrawn { replaced_by: None },
        Kind::SpecialityConsentAnswered => Event::SpecialityConsentAnswered { answers: None, granted: true },
        Kind::OnwardConsentAnswered => Event::OnwardConsentAnswered { answers: None, granted: false },
        Kind::Corrected => Event::Corrected { message: id(0) },
        plain => Event::plain(plain).unwrap(),
    }
}

/// Three nodes with a queue from each to each.
#[derive(Default)]
struct Federation {
    known: [Vec<Fact>; 3],
    sent: [u32; 3],
    wires: BTreeMap<(usize, usize), VecDeque<Fact>>,
    minted: u64,
}

impl Federation {
    fn case(&self, node: usize) -> Case {
        fold(&opening(), &self.known[node], Calendars::current())
    }

    /// A node raises one of the events its own state allows.
    fn raise(&mut self, node: usize, choice: usize, day: i64) {
        let (name, capacity) = NODES[node];
        let kinds: Vec<Kind> = self.case(node).allowed(capacity).collect();
        // Terminal states are entered rarely, so that histories grow long.
        let kind = kinds[choice % kinds.len()];
        let sender = agency(name);
        let newest = |party: usize| {
            let name = agency(NODES[party].0);
            let heard =
                self.known[node].iter().filter(|fact| fact.sender == name).map(|fact| fact.number).max();
            (name, heard.unwrap_or(u32::from(party == 0)))
        };
        self.minted += 1;
        self.sent[node] += 1;
        let declared = noon(date(2021, 5, 26)) + jiff::SignedDuration::from_hours(day * 24);
        let fact = Fact {
            // Ids that do not follow the order of sending, so that ties are real.
            id: id(self.minted.wrapping_mul(0x9E37_79B9) & 0xFFFF_FFFF),
            sender,
            number: self.sent[node] + u32::from(node == 0),
            seen: (0..3).filter(|party| *party != node).map(newest).collect(),
            event: event(kind, date(2021, 7, 1 + (choice % 28) as i8)),
            declared,
            recorded: declared,
        };
        assert_eq!(admit(&opening(), &self.known[node], &fact), Ok(()), "a node may do what it is offered");
        for other in (0..3).filter(|other| *other != node) {
            self.wires.entry((node, other)).or_default().push_back(fact.clone());
        }
        self.known[node].push(fact);
    }

    /// The next message of one wire arrives.
    fn deliver(&mut self, wire: usize) -> bool {
        let waiting: Vec<_> =
            self.wires.iter().filter(|(_, q)| !q.is_empty()).map(|(ends, _)| *ends).collect();
        let Some(ends) = waiting.get(wire % waiting.len().max(1)).copied() else { return false };
        let Some(mut fact) = self.wires.get_mut(&ends).and_then(VecDeque::pop_front) else { return false };
        // Every node records at a time of its own; the fold must not care.
        fact.recorded += jiff::SignedDuration::from_secs(ends.1 as i64 * 977);
        let admitted = admit(&opening(), &self.known[ends.1], &fact);
        assert_eq!(admitted, Ok(()), "what was allowed when it was sent is never refused");
        self.known[ends.1].push(fact);
        true
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_end_reaches_the_same_case(
        acts in prop::collection::vec((0usize..8, any::<prop::sample::Index>(), 0i64..60), 1..50),
    ) {
        let mut federation = Federation::default();
        for (what, choice, day) in acts {
            if what < 3 {
                federation.raise(what, choice.index(1000), day);
            } else {
                federation.deliver(choice.index(1000));
            }
        }
        while federation.deliver(0) {}
        let cases = [0, 1, 2].map(|node| federation.case(node));
        prop_assert_eq!(&cases[0], &cases[1]);
        prop_assert_eq!(&cases[1], &cases[2]);
        prop_assert!(cases[0].steps.iter().all(|step| step.effect != Effect::Void));
        let lost = |id| cases[0].crossings.iter().any(|crossing| crossing.later == id && crossing.lost);
        for step in cases[0].steps.iter().filter(|step| step.effect == Effect::CrossedWithoutEffect) {
            prop_assert!(lost(step.id), "what lost its effect is shown");
        }
    }

    #[test]
    fn the_order_of_arrival_and_repeats_do_not_matter(
        acts in prop::collection::vec((0usize..3, any::<prop::sample::Index>(), 0i64..60), 1..30),
        shuffle in any::<u64>(),
    ) {
        let mut federation = Federation::default();
        for (node, choice, day) in acts {
            federation.raise(node, choice.index(1000), day);
            if choice.index(3) == 0 {
                federation.deliver(choice.index(1000));
            }
        }
        while federation.deliver(0) {}
        let mut facts = federation.known[0].clone();
        facts.sort_by_key(|fact| fact.number as u64 ^ shuffle.rotate_left(fact.number));
        facts.extend(federation.known[1].iter().take(3).cloned());
        prop_assert_eq!(fold(&opening(), &facts, Calendars::current()), federation.case(2));
    }

    #[test]
    fn claims_that_contradict_each_other_still_give_one_case(
        claims in prop::collection::vec((0usize..3, 0u32..6, 0u32..6, 0usize..43), 1..20),
    ) {
        let day = date(2021, 6, 1);
        let facts: Vec<Fact> = claims.iter().enumerate().map(|(at, (node, number, seen, kind))| Fact {
            id: id(at as u64 + 1),
            sender: agency(NODES[*node].0),
            number: *number,
            seen: NODES.iter().map(|(name, _)| (agency(name), *seen)).collect(),
            event: event(Kind::ALL[*kind], day),
            declared: noon(day),
            recorded: noon(day),
        }).collect();
        let backwards: Vec<Fact> = facts.iter().rev().cloned().collect();
        prop_assert_eq!(
            fold(&opening(), &facts, Calendars::current()),
            fold(&opening(), &backwards, Calendars::current())
        );
    }
}

/// For every state and every pair of events that its two sides may raise there at once.
#[test]
fn every_pair_that_can_cross_ends_the_same_at_both_ends() {
    let ways: [Story; 5] = [
        Story::begin(),
        Story::arrested(),
        Story::arrested().then(EXECUTOR, Event::NoConsent),
        Story::due_for_surrender(),
        Story::due_for_surrender().then(EXECUTOR, Event::Surrendered { custody_days: 1 }),
    ];
    let on = date(2021, 6, 21);
    let mut pairs = 0;
    for way in &ways {
        let known = way.facts.len();
        let case = way.case();
        let mine: Vec<Kind> = case.allowed(Capacity::Issuing).collect();
        for kind in case.allowed(Capacity::Executing).chain(case.allowed(Capacity::Police)) {
            for other in &mine {
                let sender = if may_raise(kind, Capacity::Executing) { EXECUTOR } else { POLICE };
                let ours = Story { facts: way.facts.clone(), day: way.day }
                    .then(sender, event(kind, on))
                    .crossing(ISSUER, event(*other, on), known);
                let mut theirs = ours.facts.clone();
                theirs.swap(known, known + 1);
                assert_eq!(
                    ours.case(),
                    fold(&opening(), &theirs, Calendars::current()),
                    "{kind} and {other}"
                );
                assert!(ours.case().steps.iter().all(|step| step.effect != Effect::Void));
                pairs += 1;
            }
        }
    }
    assert!(pairs > 100, "{pairs}");
}
