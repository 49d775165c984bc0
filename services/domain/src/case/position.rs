//! Where a case stands, clocks left aside: the state, and what is remembered while it is set aside.

use super::event::Event;
use super::fact::{Fact, OpeningFact};
use super::order::causal;
use crate::instrument::{CapacityDef, EventId, Instrument, Next, Rule, StateDef, StateId, Symbol};

/// The state of the machine alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    state: StateId,
    resume: StateId,
    /// While it is set aside, the item of a list that it is set aside for.
    aside: Option<Symbol>,
}

impl Position {
    /// Where a case begins.
    pub(super) const START: Self = Self { state: StateId::new(0), resume: StateId::new(0), aside: None };

    /// The state.
    pub(super) fn state_of(self, instrument: &Instrument) -> &'static StateDef {
        &instrument.states[self.state.place()]
    }

    /// The item for which the case is set aside.
    pub(super) fn aside(self) -> Option<Symbol> {
        self.aside
    }

    /// The row that lets this event happen here, for a party of this capacity.
    pub(super) fn rule(
        self,
        instrument: &Instrument,
        event: EventId,
        capacity: Option<&CapacityDef>,
    ) -> Option<&'static Rule> {
        let rule = instrument.rule(event, self.state)?;
        let by = capacity.and_then(|capacity| instrument.capacity_id(capacity.code));
        let is_by_allowed = by.is_some_and(|by| rule.by.contains(&by));
        // What a case was past already when it was set aside does not happen to it again.
        let is_past = matches!(rule.next, Next::ResumeAt(_, from) if !from.contains(self.resume));
        (is_by_allowed && !is_past).then_some(rule)
    }

    pub(super) fn step(&mut self, next: Next, event: &Event) {
        match next {
            Next::Stay => {}
            Next::To(state) => self.state = state,
            Next::ResumeAt(state, _) => self.resume = state,
            Next::Resume => {
                self.state = self.resume;
                self.aside = None;
            }
            Next::Aside(state) => {
                self.resume = self.state;
                self.state = state;
                self.aside = event.item();
            }
        }
    }

    /// Where a set of facts leads.
    pub(super) fn after<'a>(opening: &OpeningFact, facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        let (instrument, mut position) = (opening.instrument, Self::START);
        for fact in causal(opening, facts) {
            let Some(event) = instrument.fitting(&fact.event) else { continue };
            if let Some(rule) = position.rule(instrument, event, opening.capacity_of(&fact.sender)) {
                position.step(rule.next, &fact.event);
            }
        }
        position
    }
}

impl Instrument {
    /// Place of an event in the table, if the instrument has it with such parameters.
    pub(crate) fn fitting(&self, event: &Event) -> Option<EventId> {
        let id = self.id_of(event.code().as_str())?;
        let fits = self.events[id.place()].misfits(event.parameters()).next().is_none();
        fits.then_some(id)
    }
}
