//! What agencies that are no party may be told of a case, and how little of it: one row for each event and each kind of agency.
//!
//! Owns the shape of these rows and the instrument that such a notice travels under. It must not make a notice.

use super::id::EventId;
use super::symbol::Symbol;
use super::{CapacityDef, Instrument, case_notice};

/// What a notice gives of a case beside the event, its day and its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    /// Who opened the case and who has to answer it.
    Parties,
    /// The words of the event.
    Reasons,
    /// The file reference of the party that opened it.
    Reference,
    /// The categories of the offences.
    Offences,
    /// The names under which persons are sought.
    Persons,
}

impl Gives {
    /// What it is, in a few words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Parties => "the parties",
            Self::Reasons => "the words of the event",
            Self::Reference => "the file reference",
            Self::Offences => "the categories of the offences",
            Self::Persons => "the names of the persons",
        }
    }
}

/// What one kind of agency is told of one event.
#[derive(Debug, Clone, Copy)]
pub struct NoticeDef {
    /// The event; `None` is the opening.
    pub event: Option<EventId>,
    /// The kind of agency: its capacity in [`Instrument::notice`].
    pub to: &'static str,
    /// What it is given (Directive (EU) 2016/680, Art. 4(1)(c): not more than what it needs).
    pub gives: &'static [Gives],
    /// Under which article.
    pub article: &'static str,
    /// Whether that article has it told, and does not only allow it.
    pub is_due: bool,
}

impl NoticeDef {
    /// What is told of an event.
    #[must_use]
    pub const fn of(
        event: EventId,
        to: &'static str,
        gives: &'static [Gives],
        article: &'static str,
    ) -> Self {
        Self { event: Some(event), to, gives, article, is_due: false }
    }

    /// What is told of the opening.
    #[must_use]
    pub const fn of_opening(to: &'static str, gives: &'static [Gives], article: &'static str) -> Self {
        Self { event: None, to, gives, article, is_due: false }
    }

    /// The same, which the law has told.
    #[must_use]
    pub const fn due(self) -> Self {
        Self { is_due: true, ..self }
    }
}

impl Instrument {
    /// The instrument under which a notice about a case travels.
    #[must_use]
    pub fn notice() -> &'static Self {
        &case_notice::CASE_NOTICE
    }

    /// What a kind of agency is told of an event, by their codes; an empty event is the opening.
    #[must_use]
    pub fn notice_of(&self, event: &str, to: Symbol) -> Option<&'static NoticeDef> {
        let is_it = |row: &&NoticeDef| {
            row.to == to.as_str() && row.event.map_or("", |event| self.event_at(event).code) == event
        };
        self.notices.iter().find(is_it)
    }

    /// Who has to be told of an event, by its code.
    #[must_use]
    pub fn due_notice(&self, event: &str) -> Option<&'static NoticeDef> {
        self.notices.iter().find(|row| row.is_due && self.told_as(row) == event)
    }

    /// The code of the event that a row is about; empty for the opening.
    #[must_use]
    pub fn told_as(&self, row: &NoticeDef) -> &'static str {
        row.event.map_or("", |event| self.event_at(event).code)
    }

    /// The kinds of agency that are told anything of an event, by its code.
    pub fn told_of<'a>(&'a self, event: &'a str) -> impl Iterator<Item = &'static CapacityDef> + 'a {
        let kinds = Self::notice().listed_capacities();
        kinds.filter(move |kind| self.notice_of(event, kind.symbol()).is_some())
    }
}

/// What ends the other referrals of one request, and who is told without being a party, for the page of an instrument; nothing
/// where there is neither.
pub(super) fn beyond_markdown(instrument: &Instrument) -> String {
    let mut page = String::new();
    if !instrument.closures.is_empty() {
        page += "\n## Several States\n\nOf several referrals that one agency opened as parts of one request, one that comes to stand here \
                 ends the others: the\nnode that opened them raises the event.\n\n| state | event in the others | article |\n|---|---|---|\n";
        page.extend(instrument.closures.iter().map(|closure| {
            let (state, event) =
                (&instrument.states[closure.state.place()], instrument.event_at(closure.event));
            format!("| `{}` | `{}` | {} |\n", state.code, event.code, closure.article)
        }));
    }
    if !instrument.notices.is_empty() {
        page += "\n## Who is informed\n\nWho is no party is told of these events and of no others, by a [notice](case_notice.md), where \
                 whoever raises the event\nnames the agency, and gets this of the case beside the event and its day.\n\n\
                 | event | told | gets | article |\n|---|---|---|---|\n";
        page.extend(instrument.notices.iter().map(|row| {
            let event = row.event.map_or("the opening", |event| instrument.event_at(event).code);
            let gets: Vec<&str> = row.gives.iter().map(|gives| gives.meaning()).collect();
            format!("| {event} | {} | {} | {} |\n", row.to, gets.join(", "), row.article)
        }));
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::INSTRUMENTS;
    use super::*;

    #[test]
    fn a_row_tells_a_kind_of_agency_there_is_once_of_an_event_and_nothing_of_the_form_later() {
        for instrument in INSTRUMENTS {
            let mut seen = BTreeSet::new();
            for row in instrument.notices {
                let event = row.event.map_or("", |event| instrument.event_at(event).code);
                assert!(seen.insert((event, row.to)), "{instrument} {event} {} stands twice", row.to);
                let kind = Instrument::notice().listed_capacities().find(|kind| kind.code == row.to);
                let kind = kind.expect("a kind of agency that takes notices");
                assert!(instrument.notice_of(event, kind.symbol()).is_some());
                let of_form = [Gives::Reference, Gives::Offences, Gives::Persons];
                let has_any = row.gives.iter().any(|gives| of_form.contains(gives));
                assert!(event.is_empty() || !has_any, "{instrument} {event}: only the opening has a form");
            }
        }
    }
}
