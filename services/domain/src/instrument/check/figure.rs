//! What holds the figures of an instrument together, checked when it is compiled: a figure counts what the tables have, and is
//! broken down by what its events name.

use super::{Instrument, lists_item, takes};
use crate::instrument::{By, FigureDef, Only, Takes, What};
use crate::instrument::{ClockId, EventId, StateId};

impl Instrument {
    /// Fails to compile where a figure names what is not there.
    pub(super) const fn check_figures(&self) {
        let mut at = 0;
        while at < self.figures.len() {
            self.check_figure(&self.figures[at]);
            at += 1;
        }
    }

    const fn check_figure(&self, figure: &FigureDef) {
        match figure.what {
            What::Happened(events) => self.has_events(events),
            What::Reached(states) => self.has_states(states),
            What::Missed(clocks) => self.has_clocks(clocks),
            What::Days(from, to) => {
                self.has_events(from);
                self.has_events(to);
            }
            What::Opened | What::NotKnown(_) => {}
        }
        match figure.by {
            By::Kind => assert!(!self.traits.is_empty(), "a figure by kind is of a form with kinds"),
            By::Item(event, parameter) => self.has_items(event, parameter),
            By::Clock => assert!(matches!(figure.what, What::Missed(_)), "a figure by clock is of clocks"),
            By::Nothing | By::Counterpart => {}
        }
        match figure.only {
            Only::All => {}
            Only::After(some, others) | Only::NotAfter(some, others) => {
                self.has_events(some);
                self.has_events(others);
            }
            Only::Naming(event, item) => {
                assert!(event.place() < self.events.len(), "a figure counts events of its instrument");
                let parameters = self.events[event.place()].parameters;
                let (mut at, mut is_listed) = (0, false);
                while at < parameters.len() {
                    is_listed = is_listed || lists_item(parameters[at].items(), item);
                    at += 1;
                }
                assert!(is_listed, "a figure counts an item that its event can name");
            }
        }
    }

    const fn has_events(&self, events: &[EventId]) {
        let mut at = 0;
        assert!(!events.is_empty(), "a figure counts some event");
        while at < events.len() {
            assert!(events[at].place() < self.events.len(), "a figure counts events of its instrument");
            at += 1;
        }
    }

    const fn has_states(&self, states: &[StateId]) {
        let mut at = 0;
        while at < states.len() {
            assert!(states[at].place() < self.states.len(), "a figure counts states of its instrument");
            assert!(states[at].place() > 0, "every case comes to the first state");
            at += 1;
        }
    }

    const fn has_clocks(&self, clocks: &[ClockId]) {
        let mut at = 0;
        while at < clocks.len() {
            assert!(clocks[at].place() < self.clocks.len(), "a figure counts clocks of its instrument");
            at += 1;
        }
    }

    const fn has_items(&self, event: EventId, parameter: &str) {
        assert!(event.place() < self.events.len(), "a figure counts events of its instrument");
        let found = takes(&self.events[event.place()], parameter);
        let is_item = if let Some(found) = found { matches!(found.takes, Takes::Item(_)) } else { false };
        assert!(is_item, "a figure is broken down by the items of a list");
    }
}
