//! Ways through an instrument: for each of its events the shortest case in which it happens, found by searching the case machine.
//!
//! Owns the search alone, which knows no law: what may happen where is the instrument's table to say. It must not talk to a node.

use std::collections::{BTreeSet, HashSet, VecDeque};

use anyhow::{Context as _, Result};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use rogatory_client::fresh_id;
use rogatory_domain::calendar::Calendars;
use rogatory_domain::case::{Case, Event, Fact, OpeningFact, Parameter, Value, admit, fold};
use rogatory_domain::instrument::{
    CapacityDef, CapacityId, EventDef, EventId, Instrument, Next, ParameterDef, Symbol, Takes,
};
use rogatory_domain::{AgencyId, MessageId};

/// Cases that are looked at on the way to one event, at most; the longest way needs a few hundred.
const CASES_MAX: usize = 20_000;

/// Who is party to a case that is searched: who opens it, who answers or is told, and somebody in a capacity that neither of them has.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Opens the case.
    pub opener: AgencyId,
    /// Has the capacity whose calendar counts.
    pub answering: AgencyId,
    /// Takes part where an event needs another capacity.
    pub third: AgencyId,
}

/// A case in which an event happens last, by the messages that lead there.
#[derive(Clone, Debug)]
pub struct Way {
    /// The opening.
    pub opening: OpeningFact,
    /// Every message after it, each sent by somebody who knew all before it.
    pub facts: Vec<Fact>,
}

impl Way {
    /// Codes of the events on it.
    pub fn events(&self) -> impl Iterator<Item = &'static str> {
        self.facts.iter().map(|fact| fact.event.code().as_str())
    }

    /// The case in the end.
    #[must_use]
    pub fn case(&self) -> Case {
        fold(&self.opening, &self.facts, Calendars::current())
    }
}

/// The shortest way to every event of an instrument, and the codes of those to which there is none.
///
/// # Errors
/// When an agency cannot be party to a case of the instrument.
pub fn ways(instrument: &'static Instrument, cast: &Cast) -> Result<(Vec<Way>, Vec<&'static str>)> {
    let (mut found, mut lost) = (Vec::new(), Vec::new());
    for definition in instrument.events {
        match way_to(instrument, definition, cast)? {
            Some(way) => found.push(way),
            None => lost.push(definition.code),
        }
    }
    Ok((found, lost))
}

/// Those of the ways that are needed for every event to happen, longest first.
#[must_use]
pub fn needed(mut ways: Vec<Way>) -> Vec<Way> {
    ways.sort_by_key(|way| std::cmp::Reverse(way.facts.len()));
    let mut covered: HashSet<&'static str> = HashSet::new();
    ways.retain(|way| way.events().filter(|event| covered.insert(event)).count() > 0);
    ways
}

fn way_to(instrument: &'static Instrument, target: &'static EventDef, cast: &Cast) -> Result<Option<Way>> {
    let search = Search { instrument, target, wanted: wanted(instrument, target) };
    let opening = opening(instrument, target, cast)?;
    let mut seen = HashSet::new();
    let mut waiting = VecDeque::from([(Way { opening, facts: Vec::new() }, "")]);
    while let Some((way, came_from)) = waiting.pop_front() {
        let case = way.case();
        if seen.len() > CASES_MAX || !seen.insert(search.key(&way, &case, came_from)) {
            continue;
        }
        for (sender, definition) in search.moves(&way, &case) {
            let Some(next) = search.told(&way, &case, sender, definition) else { continue };
            if std::ptr::eq(definition, target) && search.has_what_it_answers(&way) {
                return Ok(Some(next));
            }
            let state = case.state().code;
            let came_from = if next.case().state().code == state { came_from } else { state };
            waiting.push_back((next, came_from));
        }
    }
    Ok(None)
}

/// Codes of the events without which the target cannot happen: those that it needs, and the offers of what it accepts.
fn wanted(instrument: &'static Instrument, target: &'static EventDef) -> BTreeSet<&'static str> {
    let (mut found, mut waiting) = (BTreeSet::new(), vec![target]);
    while let Some(event) = waiting.pop() {
        if !found.insert(event.code) {
            continue;
        }
        let of = |ids: &'static [EventId]| ids.iter().map(|id| &instrument.events[id.place()]);
        waiting.extend(of(event.needs));
        if needs_message(event) {
            waiting.extend(of(event.after));
        }
        if let Some(question) = event.accepts() {
            waiting.extend(instrument.events.iter().filter(|other| other.offers() == Some(question)));
        }
    }
    found
}

/// Whether an event has to name a message.
fn needs_message(event: &EventDef) -> bool {
    event.parameters.iter().any(|it| matches!(it.takes, Takes::Message) && it.count.is_required())
}

fn capacity(instrument: &'static Instrument, id: CapacityId) -> &'static CapacityDef {
    &instrument.capacities[id.place()]
}

fn opening(instrument: &'static Instrument, target: &EventDef, cast: &Cast) -> Result<OpeningFact> {
    let event = instrument.events.iter().position(|event| event.code == target.code).context("an event")?;
    let by = instrument.rules.iter().find(|rule| rule.event.place() == event).context("a row")?.by;
    // Where nobody has to answer, the other one is told.
    let other = if instrument.calendar == instrument.opener {
        instrument.listed_capacities().last().context("a capacity beside the opener's")?
    } else {
        capacity(instrument, instrument.calendar)
    };
    let mut parties = vec![(cast.answering.clone(), other.symbol())];
    if !by.contains(&instrument.opener) && !by.contains(&instrument.calendar) {
        parties.push((cast.third.clone(), capacity(instrument, by[0]).symbol()));
    }
    let now = Timestamp::now();
    Ok(OpeningFact {
        referral: fresh_id().parse()?,
        instrument,
        calendar_edition: 1,
        issuing: cast.opener.clone(),
        roster_version: 1,
        parties,
        jurisdiction: cast.answering.country().as_str().parse()?,
        opener_jurisdiction: Some(cast.opener.country().as_str().parse()?),
        traits: instrument.traits.iter().map(rogatory_domain::instrument::TraitDef::symbol).collect(),
        items: 0,
        part_of: None,
        passed_on: None,
        declared: now,
        recorded: now,
    })
}

struct Search {
    instrument: &'static Instrument,
    target: &'static EventDef,
    wanted: BTreeSet<&'static str>,
}

impl Search {
    /// What two cases have in common that lead on in the same ways.
    fn key(&self, way: &Way, case: &Case, came_from: &'static str) -> String {
        let happened: BTreeSet<_> = way.events().filter(|event| self.wanted.contains(event)).collect();
        let offers: Vec<_> = case.offers().iter().map(|offer| offer.by).collect();
        format!("{} {came_from} {:?} {offers:?} {happened:?}", case.state().code, case.set_aside_for())
    }

    /// What parties may do that leads on: what moves the case, and what the target wants.
    fn moves(&self, way: &Way, case: &Case) -> Vec<(AgencyId, &'static EventDef)> {
        let leads_on = |event: &EventDef| {
            let rules = self.instrument.rules.iter();
            let mut rows = rules.filter(|rule| self.instrument.events[rule.event.place()].code == event.code);
            self.wanted.contains(event.code) || rows.any(|rule| rule.next != Next::Stay)
        };
        let mut moves: Vec<(AgencyId, &'static EventDef)> = Vec::new();
        for sender in way.opening.everyone() {
            let Some(capacity) = way.opening.capacity_of(sender) else { continue };
            moves.extend(
                case.allowed(capacity).filter(|event| leads_on(event)).map(|it| (sender.clone(), it)),
            );
        }
        // The target first: nothing shorter leads there.
        moves.sort_by_key(|(_, event)| event.code != self.target.code);
        moves
    }

    /// Whether what the target answers has been asked, where it has to say what it answers.
    fn has_what_it_answers(&self, way: &Way) -> bool {
        let causes = self.target.after;
        let is_cause = |code: &str| causes.iter().any(|id| self.instrument.events[id.place()].code == code);
        !needs_message(self.target) || causes.is_empty() || way.events().any(is_cause)
    }

    /// The way with one more message, if it may be raised.
    fn told(&self, way: &Way, case: &Case, sender: AgencyId, definition: &'static EventDef) -> Option<Way> {
        let declared = way.opening.declared + SignedDuration::from_secs(1 + way.facts.len() as i64);
        let sent = |party: &AgencyId| {
            let opened = u32::from(*party == way.opening.issuing);
            opened + way.facts.iter().filter(|fact| fact.sender == *party).count() as u32
        };
        let others = way.opening.everyone().filter(|party| **party != sender);
        let fact = Fact {
            id: fresh_id().parse().ok()?,
            number: sent(&sender) + 1,
            seen: others.map(|party| (party.clone(), sent(party))).collect(),
            event: self.event(way, case, &sender, definition, declared)?,
            sender,
            declared,
            recorded: declared,
        };
        admit(&way.opening, &way.facts, &fact).ok()?;
        let mut next = way.clone();
        next.facts.push(fact);
        Some(next)
    }

    /// The event with what it must tell.
    fn event(
        &self,
        way: &Way,
        case: &Case,
        sender: &AgencyId,
        definition: &'static EventDef,
        declared: Timestamp,
    ) -> Option<Event> {
        let today = declared.to_zoned_datetime(TimeZone::UTC).date();
        let message = self.answered(way, case, sender, definition);
        let required = definition.parameters.iter().filter(|parameter| parameter.count.is_required());
        let told = required.map(|parameter| {
            let value = value(way, parameter, today, message)?;
            Some(Parameter { code: Symbol::of(parameter.code)?, value })
        });
        Event::of(definition, told.collect::<Option<_>>()?).ok()
    }

    /// The message that an event names: the offer that it accepts, what it comes after, or what its sender told last.
    fn answered(&self, way: &Way, case: &Case, sender: &AgencyId, definition: &EventDef) -> MessageId {
        let side = way.opening.side_of(sender);
        let offered = definition.accepts().and_then(|_| case.offers().iter().find(|offer| offer.by != side));
        let is_cause = |fact: &&Fact| {
            let code = fact.event.code();
            definition.after.iter().any(|id| self.instrument.events[id.place()].symbol() == code)
        };
        let newest = || way.facts.iter().rev();
        let cause = newest().find(is_cause).or_else(|| newest().find(|fact| fact.sender == *sender));
        let other = cause.map_or(way.opening.referral.opening(), |fact| fact.id);
        offered.map_or(other, |offer| offer.message)
    }
}

/// A referral that is not the one of any way.
const ANOTHER_REFERRAL: &str = "0192f0a0-0000-7000-8000-0000000000ff";

fn value(way: &Way, parameter: &ParameterDef, today: Date, message: MessageId) -> Option<Value> {
    Some(match parameter.takes {
        Takes::Day => Value::Day(today.saturating_add(Span::new().days(3))),
        Takes::Message => message.into(),
        Takes::Referral => ANOTHER_REFERRAL.parse::<MessageId>().ok()?.into(),
        Takes::Item(list) => {
            let item = list.items.iter().find(|item| way.opening.asks_for(item.only_for))?;
            Value::Item(Symbol::of(item.code)?)
        }
        Takes::Number(least, _) => Value::Number(least),
        Takes::Flag => Value::Set,
    })
}
