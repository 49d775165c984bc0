//! What events ask, answer, offer and leave behind; none of it moves the case.

use jiff::civil::Date;

use super::acts::only;
use super::{Case, Counted, Question};
use crate::case::custody::Holding;
use crate::case::parameter::{DAY, Value};
use crate::instrument::{Note, QuestionDef, QuestionId, Side, ValueDef, ValueId};

/// The value under which a case remembers that the person consents, in every instrument.
pub(super) const CONSENT_GIVEN: &str = "consent_given";

impl Case {
    /// Notes questions, answers, values and custody.
    pub(super) fn note(&mut self, note: Note, from: Side, message: &Counted<'_>, day: Option<Date>) {
        let (instrument, fact) = (self.instrument, message.placed.fact);
        match note {
            Note::Ask(id) => self.ask(id, from.other(), message),
            Note::Owe(_) => self.owe(note, from, message),
            Note::Answer(id) => self.answer(message, &instrument.questions[id.place()]),
            // What was told late of an earlier custody releases nobody from the present one.
            Note::Settle(id) | Note::Moot(id) if instrument.asks_release(id) && self.custody.is_held() => {}
            Note::Settle(id) | Note::Moot(id) | Note::Accept(id) => self.settle(id),
            Note::Offer(id) => {
                self.settle(id);
                self.ask(id, from.other(), message);
            }
            Note::Keep(id, DAY) => self.remember(&instrument.values[id.place()], day.map(Value::Day)),
            Note::Keep(id, parameter) => {
                self.remember(&instrument.values[id.place()], message.values(parameter));
            }
            // What confirms the decision before it names nothing, and leaves that as it is.
            Note::KeepOrStand(id, parameter, other) => {
                if message.values(parameter).chain(message.values(other)).next().is_some() {
                    self.remember(&instrument.values[id.place()], message.values(parameter));
                }
            }
            Note::KeepAlso(id, parameter) => {
                let value = &instrument.values[id.place()];
                let mut all: Vec<Value> = self.all_values(value.code).collect();
                all.extend(message.values(parameter).filter(|one| !all.contains(one)).collect::<Vec<_>>());
                self.remember(value, all);
            }
            Note::Remember(id) => self.remember(&instrument.values[id.place()], [Value::Set]),
            Note::KeepOrRest(id, parameter, other) => {
                let numbers = self.named_or_rest(id, parameter, other, message);
                self.remember(&instrument.values[id.place()], numbers.into_iter().map(Value::Number));
            }
            Note::Forget(id, parameter) => {
                let value = &instrument.values[id.place()];
                let forgotten: Vec<Value> = message.values(parameter).collect();
                let left: Vec<Value> =
                    self.all_values(value.code).filter(|one| !forgotten.contains(one)).collect();
                self.remember(value, left);
            }
            Note::Drop(id) => self.remember(&instrument.values[id.place()], []),
            Note::Hold(other_title) => {
                let kind = message.event.item();
                let is_on_case = kind.is_none_or(|kind| kind != *other_title);
                let told = instrument.event(fact.event.code().as_str());
                let is_again = told.is_some_and(|event| event.notes.contains(&Note::Again));
                self.custody.hold(self.telling(message), Holding { kind, is_on_case, is_again });
                if !self.custody.is_held()
                    && let Some((release, _)) = instrument.release()
                {
                    // Whoever is held on another title is held on the case no more.
                    self.settle(release);
                }
            }
            Note::Mistake => self.custody.mistake(self.telling(message)),
            Note::Free => self.custody.free(self.telling(message)),
            Note::Leave => self.custody.leave(self.telling(message)),
            Note::Correct
            | Note::Revoke
            | Note::Again
            | Note::Appeal
            | Note::AskRelease(_)
            | Note::AskCustody(_)
            | Note::OnDay(_)
            | Note::CountCustody(_)
            | Note::Divide(..)
            | Note::Await(..)
            | Note::Depends(..)
            | Note::Presume(..)
            | Note::Undo(_)
            | Note::Grant(_) => {}
        }
    }

    /// The numbers that a message names; those that were remembered, which it confirms, where it names none; or every other number of the
    /// form than is remembered under the other value.
    pub(in crate::case) fn named_or_rest(
        &self,
        own: ValueId,
        parameter: &str,
        other: ValueId,
        message: &Counted<'_>,
    ) -> Vec<u32> {
        let named: Vec<u32> = message.values(parameter).filter_map(Value::number).collect();
        let remembered = |id: ValueId| -> Vec<u32> {
            self.all_values(self.instrument.values[id.place()].code).filter_map(Value::number).collect()
        };
        let stands = if named.is_empty() { remembered(own) } else { named };
        if !stands.is_empty() {
            return stands;
        }
        let left = remembered(other);
        (1..=self.items).filter(|number| !left.contains(number)).collect()
    }

    /// Leaves something to do: for the side that tells of the event, or for the one that holds the person.
    pub(super) fn owe(&mut self, note: Note, from: Side, message: &Counted<'_>) {
        let (id, waits_for) = match note {
            Note::Owe(id) if self.is_offered(id) => return,
            Note::Owe(id) => (id, from),
            Note::AskRelease(id) if self.custody.is_held() => (id, Side::Answering),
            Note::AskCustody(id) if self.custody.was_ever() => (id, Side::Answering),
            _ => return,
        };
        self.settle(id);
        self.ask(id, waits_for, message);
    }

    /// Whether what would be owed has been done already by an offer that stands.
    fn is_offered(&self, owed: QuestionId) -> bool {
        let offers = self.position.offers();
        self.instrument.events.iter().any(|event| {
            event.notes.contains(&Note::Settle(owed))
                && event.offers().is_some_and(|what| offers.iter().any(|offer| offer.question == what))
        })
    }

    fn ask(&mut self, id: QuestionId, waits_for: Side, message: &Counted<'_>) {
        let (kind, item) = (self.instrument.questions[id.place()].symbol(), message.event.item());
        self.questions.push(Question { asked_by: message.placed.fact.id, waits_for, kind, item });
    }

    pub(super) fn settle(&mut self, id: QuestionId) {
        let settled = self.instrument.questions[id.place()].symbol();
        self.questions.retain(|open| open.kind != settled);
    }

    fn remember(&mut self, what: &ValueDef, values: impl IntoIterator<Item = Value>) {
        let code = what.symbol();
        self.values.retain(|(known, _)| *known != code);
        self.values.extend(values.into_iter().map(|value| (code, value)));
    }

    /// Closes the question a message answers: the one it names, or the only one of its kind.
    fn answer(&mut self, message: &Counted<'_>, question: &QuestionDef) {
        let (kind, item) = (question.symbol(), message.event.item());
        let is_of_kind = |open: &Question| open.kind == kind && open.item == item;
        let only = only(self.questions.iter().filter(|open| is_of_kind(open)).map(|open| open.asked_by));
        let asked = message.event.answers().or(only);
        self.questions.retain(|open| !(is_of_kind(open) && Some(open.asked_by) == asked));
    }
}
