//! One case as a row of moments, and what of it makes it count in a figure.
//! Owns which event, state or clock counts; must not add anything up.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{NO_KEY, SEVERAL};
use crate::calendar::{Calendars, Jurisdiction};
use crate::case::{Case, Effect, Fact, OpeningFact, Status, Value};
use crate::id::AgencyId;
use crate::instrument::{By, ClockId, EventId, FigureDef, Only, Side, StateId, Symbol, What};

/// Something of a case that counts.
pub(super) struct Mark {
    pub(super) day: Date,
    pub(super) key: String,
    /// Days, where days are counted.
    pub(super) days: Option<u32>,
}

/// One message that took effect.
struct Moment<'a> {
    event: EventId,
    fact: &'a Fact,
    day: Date,
    /// Code of the state after it.
    state: &'static str,
}

/// A case with its moments in causal order.
pub(super) struct Told<'a> {
    opening: &'a OpeningFact,
    case: &'a Case,
    moments: Vec<Moment<'a>>,
    opened: Date,
    now: Timestamp,
}

impl<'a> Told<'a> {
    pub(super) fn new(
        opening: &'a OpeningFact,
        facts: &'a [Fact],
        case: &'a Case,
        calendars: &Calendars,
        now: Timestamp,
    ) -> Self {
        let of: Jurisdiction = opening.jurisdiction;
        let took_effect =
            case.steps.iter().filter(|it| matches!(it.effect, Effect::Applied | Effect::Overlay));
        let moments = took_effect.filter_map(|step| {
            let fact = opening.every(facts).find(|fact| fact.id == step.id)?;
            let event = opening.instrument.id_of(step.event.as_str())?;
            Some(Moment { event, fact, day: calendars.day_of(of, step.at), state: step.state.as_str() })
        });
        let moments = moments.collect();
        Self { opening, case, moments, opened: calendars.day_of(of, opening.declared), now }
    }

    /// What counts in a figure.
    pub(super) fn marks(&self, figure: &FigureDef, own: &AgencyId) -> Vec<Mark> {
        let mark = |day, key, days| Mark { day, key, days };
        match figure.what {
            What::Opened => vec![mark(self.opened, self.key(figure.by, own), None)],
            What::Happened(events) => self.happened(figure, events, own),
            What::Reached(states) => {
                let at = self.moments.iter().position(|moment| self.is_in(moment, states));
                self.at(figure, at, own, None)
            }
            What::Missed(clocks) => self.missed(figure.by, clocks, own),
            What::Days(from, to) => {
                let end = self.position(to);
                let begin = end.and_then(|end| self.last(from, end));
                let days = begin.zip(end).and_then(|(begin, end)| self.days(begin, end));
                self.at(figure, end.filter(|_| days.is_some()), own, days)
            }
            What::NotKnown(_) => Vec::new(),
        }
    }

    /// Each item that one of the events names counts by the first event that names it; else the first event counts.
    fn happened(&self, figure: &FigureDef, events: &[EventId], own: &AgencyId) -> Vec<Mark> {
        let By::Item(event, parameter) = figure.by else {
            return self.at(figure, self.position(events), own, None);
        };
        let mut found: Vec<Mark> = Vec::new();
        let of = |(_, moment): &(usize, &Moment<'_>)| events.contains(&moment.event) && moment.event == event;
        for (at, moment) in self.moments.iter().enumerate().filter(of) {
            for key in items(moment.fact, parameter) {
                if self.counts(figure.only, at) && !found.iter().any(|mark| mark.key == key) {
                    found.push(Mark { day: moment.day, key: key.to_owned(), days: None });
                }
            }
        }
        found
    }

    /// What a moment counts under.
    fn at(&self, figure: &FigureDef, at: Option<usize>, own: &AgencyId, days: Option<u32>) -> Vec<Mark> {
        let Some(at) = at.filter(|at| self.counts(figure.only, *at)) else { return Vec::new() };
        let day = self.moments[at].day;
        let By::Item(event, parameter) = figure.by else {
            return vec![Mark { day, key: self.key(figure.by, own), days }];
        };
        let mut keys: Vec<&str> = self
            .last(&[event], at)
            .map_or_else(Vec::new, |named| items(self.moments[named].fact, parameter).collect());
        keys.sort_unstable();
        keys.dedup();
        if keys.is_empty() {
            keys.push(NO_KEY);
        }
        keys.into_iter().map(|key| Mark { day, key: key.to_owned(), days }).collect()
    }

    /// Each clock that ran out counts once, whatever started it anew.
    fn missed(&self, by: By, clocks: &[ClockId], own: &AgencyId) -> Vec<Mark> {
        let mut found: Vec<(ClockId, Date)> = Vec::new();
        for clock in &self.case.clocks {
            let is_missed = matches!(clock.status(self.now), Status::Late | Status::Overdue);
            let counts =
                clocks.iter().find(|id| clock.symbol() == self.opening.instrument.clocks[id.place()].code);
            let (Some(id), Some(due)) = (counts.filter(|_| is_missed), clock.due) else { continue };
            if !found.iter().any(|(known, _)| known == id) {
                found.push((*id, due.date));
            }
        }
        if !matches!(by, By::Clock) {
            let first = found.into_iter().map(|(_, day)| day).min();
            return first.map(|day| Mark { day, key: self.key(by, own), days: None }).into_iter().collect();
        }
        let code = |id: ClockId| self.opening.instrument.clocks[id.place()].code.to_owned();
        found.into_iter().map(|(id, day)| Mark { day, key: code(id), days: None }).collect()
    }

    fn position(&self, events: &[EventId]) -> Option<usize> {
        self.moments.iter().position(|moment| events.contains(&moment.event))
    }

    /// The last of some events at a moment or before.
    fn last(&self, events: &[EventId], at: usize) -> Option<usize> {
        self.moments[..=at].iter().rposition(|moment| events.contains(&moment.event))
    }

    /// Days between two moments; none where the later one is said to have been earlier.
    fn days(&self, begin: usize, end: usize) -> Option<u32> {
        u32::try_from((self.moments[end].day - self.moments[begin].day).get_days()).ok()
    }

    fn is_in(&self, moment: &Moment<'_>, states: &[StateId]) -> bool {
        states.iter().any(|state| self.opening.instrument.states[state.place()].code == moment.state)
    }

    fn counts(&self, only: Only, at: usize) -> bool {
        let comes_last = |some: &[EventId], others: &[EventId]| {
            let last = |events| self.last(events, at);
            last(some).is_some_and(|some| last(others).is_none_or(|other| other < some))
        };
        match only {
            Only::All => true,
            Only::After(some, others) => comes_last(some, others),
            Only::NotAfter(some, others) => !comes_last(some, others),
            Only::Naming(event, item) => self.last(&[event], at).is_some_and(|named| {
                let parameters = self.moments[named].fact.event.parameters();
                parameters.iter().any(|given| given.value.item().is_some_and(|named| named == *item))
            }),
        }
    }

    /// What the case is broken down by, as a whole.
    fn key(&self, by: By, own: &AgencyId) -> String {
        match by {
            By::Kind => {
                let mut traits: Vec<_> = self.opening.traits.iter().map(|one| one.as_str()).collect();
                traits.sort_unstable();
                traits.dedup();
                traits.join("+")
            }
            By::Counterpart => self.counterpart(own),
            By::Nothing | By::Item(..) | By::Clock => NO_KEY.to_owned(),
        }
    }

    /// The State on the other side: whoever opened the case, or, for the side that did, whoever answers or is told.
    fn counterpart(&self, own: &AgencyId) -> String {
        if self.opening.side_of(own) != Side::Asking {
            return self.opening.issuing.country().to_string();
        }
        if let Some(answering) = self.opening.answering() {
            return answering.country().to_string();
        }
        let mut states: Vec<_> =
            self.opening.parties.iter().map(|(agency, _)| agency.country().to_string()).collect();
        states.sort_unstable();
        states.dedup();
        match states.as_slice() {
            [] => NO_KEY.to_owned(),
            [one] => one.clone(),
            _ => SEVERAL.to_owned(),
        }
    }
}

/// The items that a message names in a parameter.
fn items<'a>(fact: &'a Fact, parameter: &'a str) -> impl Iterator<Item = &'static str> + 'a {
    fact.event.values(parameter).filter_map(Value::item).map(Symbol::as_str)
}
