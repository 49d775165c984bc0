//! Instruments: the law as tables. One value says all that the case machine, the services and the pages need to know of
//! one edition of one legal instrument.
//!
//! Owns the shape of the tables, what holds them together, and the list of those this release has. It must not fold a
//! case: the machine in [`crate::case`] reads the tables, and knows no law.
//!
//! Reading order: [`Instrument`], [`EventDef`], [`Rule`], [`ClockDef`]; a whole one is written out in `instrument/eaw.rs`.

#[macro_use]
mod id;
mod case_notice;
mod check;
mod clock;
mod definition;
pub mod description;
mod drawing;
#[macro_use]
mod eaw;
mod eio;
mod eio_interception_notice;
mod event;
mod figure;
mod iceland_norway_warrant;
mod information_request;
mod notice;
mod page;
mod party;
mod rule;
mod sentence_recognition;
mod spontaneous;
mod symbol;
mod tca_warrant;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calendar::Calendars;
use crate::case::Event;

pub(crate) use check::same;
pub use clock::{ClockDef, Length, National, Starts, Until, Whose};
pub use definition::{
    CapacityDef, ClosureDef, Item, ListDef, QuestionDef, Seats, Side, StateDef, TraitDef, ValueDef,
};
pub use description::Description;
pub use drawing::state_drawing;
pub use event::{Count, EventDef, GOES_ON_IN_CODE, Misfit, Note, ParameterDef, Takes, Why};
pub use figure::{By, FigureDef, Only, What};
pub use id::{CapacityId, ClockId, EventId, QuestionId, StateId, StateSet, ValueId};
pub use notice::{Gives, NoticeDef};
pub use page::{clocks_markdown, page_markdown, rows_markdown, state_diagram, table_markdown};
pub use party::PartyFault;
pub use rule::{ClockAct, Next, Rule};
pub use symbol::Symbol;

/// Every instrument of this release, each in every edition it still judges cases by; the editions of one rise.
pub const INSTRUMENTS: &[&Instrument] = &[
    &eaw::FIRST,
    &eaw::SECOND,
    &information_request::INFORMATION_REQUEST,
    &spontaneous::SPONTANEOUS,
    &eio::EIO,
    &eio_interception_notice::EIO_INTERCEPTION_NOTICE,
    &case_notice::CASE_NOTICE,
    &tca_warrant::TCA_WARRANT,
    &iceland_norway_warrant::ICELAND_NORWAY_WARRANT,
    &sentence_recognition::SENTENCE_RECOGNITION,
];

/// One edition of one legal instrument. Ids are places in its tables and mean nothing outside; codes are stable, are what
/// travels and is kept, and are never given to anything else.
#[derive(Debug)]
pub struct Instrument {
    /// Stable code, such as those a roster lists under what an agency accepts.
    pub code: &'static str,
    /// Edition of the table and of the form's rules, from 1. A case keeps the one it was opened under.
    pub edition: u16,
    /// Its name in English.
    pub title: &'static str,
    /// The act it stands in.
    pub act: &'static str,
    /// In what capacities agencies take part.
    pub capacities: &'static [CapacityDef],
    /// The capacity of the agency that opens a referral; it is a party without being listed.
    pub opener: CapacityId,
    /// The capacity whose calendar counts; one agency has it.
    pub calendar: CapacityId,
    /// Where a case can stand; the first is where it begins.
    pub states: &'static [StateDef],
    /// Sets of states that the law speaks of by a name.
    pub sets: &'static [(StateSet, &'static str)],
    /// What can happen after the opening.
    pub events: &'static [EventDef],
    /// Its periods.
    pub clocks: &'static [ClockDef],
    /// What the opening does to clocks.
    pub opening: &'static [ClockAct],
    /// Who may raise which event in which state, and what follows.
    pub rules: &'static [Rule],
    /// The event by which a case is passed on to another agency, if it can be: it names the referral in which the case goes on.
    pub passing_on: Option<EventId>,
    /// How one of several referrals of one request ends the others.
    pub closures: &'static [ClosureDef],
    /// What agencies that are no party may be told of a case.
    pub notices: &'static [NoticeDef],
    /// What one side can ask the other.
    pub questions: &'static [QuestionDef],
    /// What a case remembers of its events.
    pub values: &'static [ValueDef],
    /// What its form can ask for, where that decides what may happen.
    pub traits: &'static [TraitDef],
    /// Family and edition of the profiles that say what the law of each State decides, if any are needed.
    pub profiles: Option<(&'static str, u16)>,
    /// The lists its parameters choose from.
    pub lists: &'static [&'static ListDef],
    /// What is counted of its cases over a period.
    pub figures: &'static [FigureDef],
}

impl Instrument {
    /// The instrument of a code in the edition that new cases are opened under.
    #[must_use]
    pub fn of_code(code: &str) -> Option<&'static Self> {
        INSTRUMENTS.iter().copied().rev().find(|known| known.code == code)
    }

    /// The instrument of a code in one edition.
    #[must_use]
    pub fn of_edition(code: &str, edition: u16) -> Option<&'static Self> {
        INSTRUMENTS.iter().copied().find(|known| known.code == code && known.edition == edition)
    }

    /// The instrument of a code in one edition, where this release has that edition of calendars, too.
    ///
    /// # Errors
    /// With what only a later release knows.
    pub fn known(code: &str, edition: u16, calendar: u16) -> Result<&'static Self, NotKnown> {
        Self::of_code(code).ok_or(NotKnown::Instrument)?;
        let found = Self::of_edition(code, edition).filter(|_| Calendars::of(calendar).is_some());
        found.ok_or(NotKnown::Edition)
    }

    /// The event of a code.
    #[must_use]
    pub fn event(&self, code: &str) -> Option<&'static EventDef> {
        self.events.iter().find(|event| event.code == code)
    }

    /// The clock of a code.
    #[must_use]
    pub fn clock(&self, code: &str) -> Option<&'static ClockDef> {
        self.clocks.iter().find(|clock| clock.code == code)
    }

    /// The capacity of a code.
    #[must_use]
    pub fn capacity(&self, code: &str) -> Option<&'static CapacityDef> {
        self.capacities.iter().find(|capacity| capacity.code == code)
    }

    /// The state of a code.
    #[must_use]
    pub fn state(&self, code: &str) -> Option<&'static StateDef> {
        self.states.iter().find(|state| state.code == code)
    }

    /// Whether this is the code of a state in which nobody who answers has done anything yet: a case begins in it, or is on its way to them.
    #[must_use]
    pub fn is_new_in(&self, code: &str) -> bool {
        let is_first = self.states.first().is_some_and(|first| first.code == code);
        self.state(code).is_some_and(|state| !state.is_terminal && (is_first || state.is_forwarded))
    }

    /// Whether this question asks for the release of whoever is held on a case that has ended.
    pub(crate) fn asks_release(&self, question: QuestionId) -> bool {
        self.events.iter().any(|event| event.notes.contains(&Note::AskRelease(question)))
    }

    /// Whether the person can be held on a case that stands in a state: not once he was surrendered, or died.
    pub(crate) fn may_be_held_in(&self, state: StateId) -> bool {
        let holds = |rule: &Rule| rule.from.contains(state) && self.events[rule.event.place()].holds();
        !self.states[state.place()].is_terminal || self.rules.iter().any(holds)
    }

    /// The question for the release of whoever is held on a case that has ended, and the clock of that release.
    pub(crate) fn release(&self) -> Option<(QuestionId, ClockId)> {
        let asked = |note: &Note| if let Note::AskRelease(id) = note { Some(*id) } else { None };
        let outlives = |id: ClockId| self.clocks[id.place()].outlives_end;
        let started = |act: &ClockAct| match act {
            ClockAct::StartIfHeld(id) if outlives(*id) => Some(*id),
            _ => None,
        };
        let question = self.events.iter().flat_map(|event| event.notes).find_map(asked)?;
        let clock = self.rules.iter().flat_map(|rule| rule.clocks).find_map(started)?;
        Some((question, clock))
    }

    /// Whether a party of this capacity raises an event that answers a question of this kind.
    #[must_use]
    pub fn may_answer(&self, question: Symbol, capacity: &CapacityDef) -> bool {
        let Some(by) = self.capacity_id(capacity.code) else { return false };
        let is_of_kind = |id: &QuestionId| question == *self.questions[id.place()].code;
        let answers = |rule: &&Rule| {
            let notes = self.events[rule.event.place()].notes.iter();
            rule.by.contains(&by) && notes.filter_map(Note::answered).any(|id| is_of_kind(&id))
        };
        self.rules.iter().any(|rule| answers(&rule))
    }

    /// Whether a party of this capacity tells of what a clock waits for, in whatever state.
    #[must_use]
    pub fn may_meet(&self, clock: &str, capacity: &CapacityDef) -> bool {
        let by = self.capacity_id(capacity.code);
        let known = self.clocks.iter().find(|known| known.code == clock);
        let Some((by, known)) = by.zip(known) else { return false };
        let stops = |rule: &&Rule| {
            rule.clocks.iter().any(|act| match act {
                ClockAct::Stop(id) | ClockAct::Answer(id) => self.clocks[id.place()] == *known,
                ClockAct::StopAll => !known.outlives_end,
                _ => false,
            })
        };
        let mut stopping = self.rules.iter().filter(stops).peekable();
        if stopping.peek().is_none() && known.while_held {
            // It ends when the person is let go, of which the side tells that holds him.
            let tells = |rule: &Rule| {
                let event = &self.events[rule.event.place()];
                let settles = |note: &Note| matches!(note, Note::Settle(id) if self.asks_release(*id));
                event.frees() && event.notes.iter().any(settles) && rule.by.contains(&by)
            };
            return self.rules.iter().any(tells);
        }
        stopping.any(|rule| rule.by.contains(&by))
    }

    /// The states of a set, in the order of the table.
    pub fn states_of(&self, set: StateSet) -> impl Iterator<Item = &'static StateDef> {
        let numbered = self.states.iter().enumerate();
        numbered.filter(move |(at, _)| set.has_place(*at)).map(|(_, state)| state)
    }

    /// The rows that a state allows, by its code.
    pub fn rules_in<'a>(&'a self, state: &'a str) -> impl Iterator<Item = &'static Rule> + 'a {
        self.rules.iter().filter(move |rule| self.states_of(rule.from).any(|known| known.code == state))
    }

    /// Every row of an event.
    pub fn rules_of(&self, event: EventId) -> impl Iterator<Item = &'static Rule> {
        self.rules.iter().filter(move |rule| rule.event == event)
    }

    /// The row for an event in a state, if it is allowed there.
    #[must_use]
    pub fn rule(&self, event: EventId, state: StateId) -> Option<&'static Rule> {
        self.rules_of(event).find(|rule| rule.from.contains(state))
    }

    /// How the other referrals of its request end once one stands in a state, by its code.
    #[must_use]
    pub fn closure_in(&self, state: &str) -> Option<&'static ClosureDef> {
        self.closures.iter().find(|closure| self.states[closure.state.place()].code == state)
    }

    /// Whether the side that asks ended the case itself where it stands in a state, by its code: nobody else leads there.
    #[must_use]
    pub fn is_taken_back_in(&self, state: &str) -> bool {
        let leads = |rule: &&Rule| matches!(rule.next, Next::To(to) if self.states[to.place()].code == state);
        let asks = |by: &CapacityId| self.capacities[by.place()].side == Side::Asking;
        let mut rows = self.rules.iter().filter(leads).peekable();
        let is_ended = self.state(state).is_some_and(|state| state.is_terminal);
        is_ended && rows.peek().is_some() && rows.all(|rule| rule.by.iter().all(asks))
    }

    /// Whether an event passes a case on to another agency.
    #[must_use]
    pub fn passes_on(&self, event: &Event) -> bool {
        self.passing_on.is_some_and(|id| event.code() == *self.event_at(id).code)
    }

    /// Whether an event of a code passes a case on under any instrument.
    #[must_use]
    pub fn is_passing_on(code: &str) -> bool {
        let mut events = INSTRUMENTS.iter().filter_map(|known| Some(known.event_at(known.passing_on?)));
        events.any(|event| event.code == code)
    }

    /// The state in which a case stands where it was passed on from, if it can be.
    #[must_use]
    pub fn state_passed_on(&self) -> Option<&'static StateDef> {
        let mut rules = self.rules_of(self.passing_on?);
        rules.find_map(
            |rule| if let Next::To(state) = rule.next { Some(&self.states[state.place()]) } else { None },
        )
    }

    /// The event of a place of its table.
    #[must_use]
    pub fn event_at(&self, event: EventId) -> &'static EventDef {
        &self.events[event.place()]
    }

    /// Whether a capacity may raise an event in any state at all.
    #[must_use]
    pub fn may_raise(&self, event: EventId, capacity: CapacityId) -> bool {
        self.rules_of(event).any(|rule| rule.by.contains(&capacity))
    }

    /// Whether it counts anything on the calendar of the agency that opens a referral, which then names it.
    #[must_use]
    pub fn counts_for_opener(&self) -> bool {
        self.clocks.iter().any(|clock| clock.whose == Whose::Opener)
    }

    /// Place of an event of its table.
    pub(crate) fn id_of(&self, code: &str) -> Option<EventId> {
        let place = self.events.iter().position(|event| event.code == code)?;
        u8::try_from(place).ok().map(EventId::new)
    }

    /// Place of a capacity of its table.
    pub(crate) fn capacity_id(&self, code: &str) -> Option<CapacityId> {
        let place = self.capacities.iter().position(|capacity| capacity.code == code)?;
        u8::try_from(place).ok().map(CapacityId::new)
    }
}

/// What only a later release knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotKnown {
    /// The instrument.
    Instrument,
    /// Its edition, or that of the calendars.
    Edition,
}

impl PartialEq for Instrument {
    fn eq(&self, other: &Self) -> bool {
        (self.code, self.edition) == (other.code, other.edition)
    }
}

impl Eq for Instrument {}

impl fmt::Display for Instrument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl Serialize for Instrument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.code, self.edition).serialize(serializer)
    }
}

/// Reads an instrument of this release back.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<&'static Instrument, D::Error> {
    let (code, edition) = <(String, u16)>::deserialize(deserializer)?;
    Instrument::of_edition(&code, edition)
        .ok_or_else(|| serde::de::Error::custom("an instrument this release does not have"))
}

/// The definitions that instruments of this release have of an event's code.
pub fn events_of(code: &str) -> impl Iterator<Item = &'static EventDef> {
    INSTRUMENTS.iter().filter_map(move |instrument| instrument.event(code))
}

/// The state code of a text, if an instrument of this release has such a state.
#[must_use]
pub fn state_code(text: &str) -> Option<Symbol> {
    INSTRUMENTS.iter().find_map(|instrument| instrument.state(text)).map(StateDef::symbol)
}

/// The codes of every state of every instrument, each once.
pub fn state_codes() -> impl Iterator<Item = Symbol> {
    let of = |instrument: &&'static Instrument| instrument.states.iter().map(StateDef::symbol);
    let all: std::collections::BTreeSet<Symbol> = INSTRUMENTS.iter().flat_map(of).collect();
    all.into_iter()
}

#[cfg(test)]
mod tests;
