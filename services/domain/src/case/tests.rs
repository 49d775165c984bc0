//! What the tests of the machine and of each law share: parties, messages and stories, made from an instrument's tables.

pub(crate) mod agreement;
mod clocks;
mod dated_examples;
mod passing_on;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use uuid::Uuid;

use super::*;
use crate::calendar::Calendars;
use crate::id::{AgencyId, MessageId, ReferralId};
use crate::instrument::{Count, EventDef, Instrument, ParameterDef, Side, Symbol, Takes};

/// Names of agencies, in the order of an instrument's capacities.
const AGENCIES: [&str; 7] =
    ["fr-jirs-marseille", "nl-om", "nl-politie", "eu-europol", "xx-fifth", "xx-sixth", "xx-seventh"];

pub(crate) fn agency(id: &str) -> AgencyId {
    id.parse().unwrap()
}

pub(crate) fn id(n: u64) -> MessageId {
    MessageId::from_uuid(Uuid::from_u64_pair(0x0192_f0a0_0000_7000, 0x8000_0000_0000_0000 | n)).unwrap()
}

pub(crate) fn noon(day: Date) -> Timestamp {
    Calendars::current().start_of("NL".parse::<crate::id::Country>().unwrap(), day)
        + jiff::SignedDuration::from_hours(12)
}

pub(crate) fn given(code: &str, value: impl Into<Value>) -> Parameter {
    Parameter { code: Symbol::of(code).unwrap(), value: value.into() }
}

/// An item of a list, or a flag that is set.
pub(crate) fn item(code: &str) -> Value {
    Value::Item(Symbol::of(code).unwrap())
}

/// The opening of a referral in which one agency has each capacity.
pub(crate) fn opening(instrument: &'static Instrument) -> OpeningFact {
    let declared = noon(date(2021, 5, 20));
    let mut names = AGENCIES.iter().map(|name| agency(name));
    let issuing = names.next().unwrap();
    let listed = instrument.listed_capacities().map(crate::instrument::CapacityDef::symbol);
    OpeningFact {
        referral: ReferralId::from_uuid(id(0).as_uuid()).unwrap(),
        instrument,
        calendar_edition: 1,
        issuing,
        roster_version: 1,
        parties: names.zip(listed).collect(),
        jurisdiction: "NL".parse().unwrap(),
        opener_jurisdiction: Some("FR".parse().unwrap()),
        traits: instrument.traits.iter().map(crate::instrument::TraitDef::symbol).collect(),
        items: 0,
        part_of: None,
        passed_on: None,
        declared,
        recorded: declared,
    }
}

/// The agencies that take part in a referral, those that are only told left out.
pub(crate) fn cast(opening: &OpeningFact) -> Vec<AgencyId> {
    opening.everyone().filter(|agency| opening.side_of(agency) != Side::Neither).cloned().collect()
}

/// An event with a value for each parameter it must have, and for the others where asked.
pub(crate) fn sample(definition: &'static EventDef, is_full: bool, on: Date, choice: usize) -> Event {
    sample_in(definition, is_full, on, choice, &[])
}

/// The same in a case in which days are offered: what accepts one names the offer.
pub(crate) fn sample_in(
    definition: &'static EventDef,
    is_full: bool,
    on: Date,
    choice: usize,
    offers: &[Offer],
) -> Event {
    let offer = definition.accepts().and_then(|what| offers.iter().find(|offer| offer.question == what));
    let value = |parameter: &ParameterDef| match parameter.takes {
        Takes::Day => Value::Day(on),
        Takes::Message if offer.is_some() => offer.unwrap().message.into(),
        Takes::Message => id(choice as u64 % 8).into(),
        Takes::Referral => id(7).into(),
        Takes::Item(list) => Value::Item(Symbol::of(list.items[choice % list.items.len()].code).unwrap()),
        Takes::Number(least, most) => Value::Number(least.max(choice as u32 % 90).min(most)),
        Takes::Flag => Value::Set,
    };
    let is_there = |parameter: &&ParameterDef| is_full || parameter.count.is_required();
    let parameters = definition.parameters.iter().filter(is_there);
    let parameters = parameters.map(|parameter| given(parameter.code, value(parameter)));
    Event::of(definition, parameters.collect()).unwrap()
}

/// An event with everything it can tell, lists as long as they may be, and one with only what it must.
pub(crate) fn samples(definition: &'static EventDef) -> Vec<Event> {
    let mut full = sample(definition, true, date(2021, 6, 20), 1).parameters().to_vec();
    for parameter in
        definition.parameters.iter().filter(|one| !matches!(one.count, Count::One | Count::Maybe))
    {
        let items = parameter.items().iter().skip(2).take(parameter.count.most() - 1);
        full.extend(items.map(|one| given(parameter.code, item(one.code))));
    }
    vec![Event::of(definition, full).unwrap(), sample(definition, false, date(2021, 6, 20), 0)]
}

/// A case told by its messages, each sent by somebody who knew all before it unless told otherwise.
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) opening: OpeningFact,
    pub(crate) facts: Vec<Fact>,
    pub(crate) declared: Timestamp,
}

impl Story {
    pub(crate) fn under(instrument: &'static Instrument) -> Self {
        Self { opening: opening(instrument), facts: Vec::new(), declared: noon(date(2021, 5, 26)) }
    }

    pub(crate) fn on(self, day: Date) -> Self {
        Self { declared: noon(day), ..self }
    }

    pub(crate) fn event(&self, code: &str, parameters: &[Parameter]) -> Event {
        Event::of(self.opening.instrument.event(code).unwrap(), parameters.to_vec()).unwrap()
    }

    pub(crate) fn fact(&self, sender: &str, event: Event, known: usize) -> Fact {
        let sender = agency(sender);
        let opened = |party: &AgencyId| u32::from(*party == self.opening.issuing);
        let sent = |party: &AgencyId, known: usize| {
            self.facts[..known].iter().filter(|fact| fact.sender == *party).count() as u32 + opened(party)
        };
        let number = sent(&sender, self.facts.len()) + 1;
        let others = cast(&self.opening).into_iter().filter(|party| *party != sender);
        Fact {
            id: id(1 + self.facts.len() as u64),
            seen: others.map(|party| (party.clone(), sent(&party, known))).collect(),
            sender,
            number,
            event,
            declared: self.declared,
            recorded: self.declared,
        }
    }

    /// The next message, by somebody who knows all before it.
    pub(crate) fn then(self, sender: &str, code: &str) -> Self {
        self.telling(sender, code, &[])
    }

    /// The same with parameters.
    pub(crate) fn telling(self, sender: &str, code: &str, parameters: &[Parameter]) -> Self {
        let (event, known) = (self.event(code, parameters), self.facts.len());
        self.raising(sender, event, known)
    }

    /// A message by somebody who knows only the first ones.
    pub(crate) fn crossing(self, sender: &str, code: &str, known: usize) -> Self {
        let event = self.event(code, &[]);
        self.raising(sender, event, known)
    }

    pub(crate) fn raising(mut self, sender: &str, event: Event, known: usize) -> Self {
        let fact = self.fact(sender, event, known);
        assert_eq!(admit(&self.opening, &self.facts, &fact), Ok(()), "{:?}", fact.event);
        self.facts.push(fact);
        self
    }

    pub(crate) fn case(&self) -> Case {
        fold(&self.opening, &self.facts, Calendars::current())
    }

    pub(crate) fn refused(&self, sender: &str, code: &str) -> NotAllowed {
        let fact = self.fact(sender, self.event(code, &[]), self.facts.len());
        admit(&self.opening, &self.facts, &fact).unwrap_err()
    }
}

pub(crate) fn clock<'a>(case: &'a Case, code: &str) -> &'a Clock {
    case.clocks.iter().rev().find(|clock| clock.definition.code == code).unwrap()
}

pub(crate) fn due(case: &Case, code: &str) -> Date {
    clock(case, code).due.unwrap().date
}
