//! Where a case stands, clocks left aside: the state, what happened on the way, what is offered and not accepted, and what is
//! remembered while it is set aside.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::correction::{Counted, counted};
use super::event::Event;
use super::fact::{Fact, OpeningFact};
use super::order::whole;
use crate::id::MessageId;
use crate::instrument::{
    CapacityDef, EventDef, EventId, Instrument, Next, Note, QuestionId, Rule, Side, StateDef, StateId,
    Symbol, ValueId,
};

/// A day that one side offered and the other has neither accepted nor answered with another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// The message that offers it.
    pub message: MessageId,
    /// The side that offers it.
    pub by: Side,
    /// The day.
    pub day: Date,
    /// When it was offered.
    pub(super) told: Timestamp,
    pub(super) question: QuestionId,
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Happened {
    event: EventId,
    message: MessageId,
    at: Timestamp,
}

/// The state of the machine alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    state: StateId,
    resume: StateId,
    /// While it is set aside, the item of a list that it is set aside for.
    aside: Option<Symbol>,
    /// What happened and was not taken back, in order: which message told it, and the instant that its sender declared.
    happened: Vec<Happened>,
    offers: Vec<Offer>,
}

impl Position {
    /// Where a case begins.
    pub(super) const START: Self = Self {
        state: StateId::new(0),
        resume: StateId::new(0),
        aside: None,
        happened: Vec::new(),
        offers: Vec::new(),
    };

    /// The state.
    pub(super) fn state_of(&self, instrument: &Instrument) -> &'static StateDef {
        &instrument.states[self.state.place()]
    }

    /// Whether the person can be held on the case as it stands.
    pub(super) fn may_be_held(&self, instrument: &Instrument) -> bool {
        instrument.may_be_held_in(self.state)
    }

    /// The item for which the case is set aside.
    pub(super) fn aside(&self) -> Option<Symbol> {
        self.aside
    }

    /// What is offered and not accepted.
    pub(super) fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// The row that lets this event happen here, for a party of this capacity. What it answers is asked only where it is known.
    pub(super) fn rule(
        &self,
        instrument: &Instrument,
        event: EventId,
        capacity: Option<&CapacityDef>,
        answers: Option<MessageId>,
    ) -> Option<&'static Rule> {
        let rule = instrument.rule(event, self.state)?;
        let capacity = capacity?;
        let is_by_allowed = instrument.capacity_id(capacity.code).is_some_and(|by| rule.by.contains(&by));
        // What a case was past already when it was set aside does not happen to it again.
        let is_past = matches!(rule.next, Next::ResumeAt(_, from) if !from.contains(self.resume));
        let definition = &instrument.events[event.place()];
        let has_cause = definition.needs.iter().all(|needed| self.last(*needed).is_some());
        let is_offered =
            definition.accepts().is_none_or(|what| self.offered(what, capacity.side, answers).is_some());
        let stands = !definition.notes.contains(&Note::Revoke) || self.stands(instrument, definition);
        (is_by_allowed && !is_past && has_cause && is_offered && stands).then_some(rule)
    }

    /// Whether what an event takes back was given, and not taken back since.
    fn stands(&self, instrument: &Instrument, revoking: &EventDef) -> bool {
        // What falls with it is dropped for other reasons, too.
        let is_given = |id: &ValueId| {
            let mut notes = instrument.events.iter().flat_map(|event| event.notes);
            notes.any(|note| *note == Note::Remember(*id))
        };
        let drops = |id: &ValueId| revoking.notes.contains(&Note::Drop(*id)) && is_given(id);
        let gives = |note: &Note| match note {
            Note::Remember(id) if drops(id) => Some(true),
            Note::Drop(id) if drops(id) => Some(false),
            _ => None,
        };
        let mut newest_first = self.happened.iter().rev();
        let notes = |event: &EventId| instrument.events[event.place()].notes.iter().find_map(gives);
        newest_first.find_map(|one| notes(&one.event)).unwrap_or(false)
    }

    /// What the other side offered, in the message that is answered where one is named.
    pub(super) fn offered(&self, what: QuestionId, to: Side, answers: Option<MessageId>) -> Option<Offer> {
        let of_other = |offer: &&Offer| offer.question == what && offer.by != to;
        let is_answered = |offer: &&Offer| answers.is_none_or(|id| id == offer.message);
        self.offers.iter().filter(of_other).find(is_answered).copied()
    }

    /// An event that happened only after an instant at which another one, which cannot come before it, is said to have happened: a
    /// cause of its own, or the offer that it accepts.
    pub(super) fn later_cause(
        &self,
        instrument: &Instrument,
        event: EventId,
        latest: Timestamp,
        (to, answers): (Side, Option<MessageId>),
    ) -> Option<Symbol> {
        let definition = &instrument.events[event.place()];
        let offer = definition.accepts().and_then(|what| self.offered(what, to, answers));
        if let Some(offer) = offer.filter(|offer| offer.told > latest) {
            let mut events = instrument.events.iter();
            return events.find(|event| event.offers() == Some(offer.question)).map(EventDef::symbol);
        }
        let is_cause = |event: &EventId| definition.needs.contains(event) || definition.after.contains(event);
        let answered = self.happened.iter().find(|one| Some(one.message) == answers && is_cause(&one.event));
        let late = match answered {
            // Of several requests it is the one that is answered.
            Some(asked) => (asked.at > latest).then_some(asked.event)?,
            None => {
                // What is told late of custody is of the time after the first arrest, and somebody may have been arrested again since.
                let is_of_custody = definition.frees() || definition.holds();
                let of_custody = |cause: EventId| is_of_custody && instrument.events[cause.place()].holds();
                let then =
                    |cause: EventId| if of_custody(cause) { self.first(cause) } else { self.last(cause) };
                let needed =
                    definition.needs.iter().find(|cause| then(**cause).is_some_and(|at| at > latest));
                let before =
                    || definition.after.iter().find(|cause| self.last(**cause).is_some_and(|at| at > latest));
                *needed.or_else(before)?
            }
        };
        Some(instrument.events[late.place()].symbol())
    }

    /// Every act among messages that is said to have happened before a cause of its own, with that cause.
    pub(super) fn before_their_causes(
        opening: &OpeningFact,
        order: &[Counted<'_>],
        tolerance: SignedDuration,
    ) -> Vec<(Symbol, Symbol)> {
        let (instrument, mut position, mut found) = (opening.instrument, Self::START, Vec::new());
        for message in order {
            let Some(event) = instrument.fitting(&message.event).filter(|_| !message.is_taken_back) else {
                continue;
            };
            let latest = message.declared.checked_add(tolerance).unwrap_or(message.declared);
            let answering = (message.placed.side(opening), message.placed.fact.event.answers());
            let cause = position.later_cause(instrument, event, latest, answering);
            if position.take(opening, event, message) {
                found.extend(cause.map(|cause| (message.placed.fact.event.code(), cause)));
            }
        }
        found
    }

    /// Whether an event happened, and was not taken back.
    pub(super) fn has_happened(&self, event: EventId) -> bool {
        self.last(event).is_some()
    }

    /// When an event happened first, whichever was told first.
    fn first(&self, event: EventId) -> Option<Timestamp> {
        self.happened.iter().filter(|one| one.event == event).map(|one| one.at).min()
    }

    fn last(&self, event: EventId) -> Option<Timestamp> {
        self.happened.iter().rev().find(|one| one.event == event).map(|one| one.at)
    }

    /// Takes an event that a rule allows, raised by one side.
    pub(super) fn step(&mut self, instrument: &Instrument, rule: &Rule, by: Side, message: &Counted<'_>) {
        self.tell(rule.event, message);
        let undone =
            |event: &EventId| instrument.events[rule.event.place()].notes.contains(&Note::Undo(*event));
        self.happened.retain(|one| !undone(&one.event));
        let definition = &instrument.events[rule.event.place()];
        if let Some(question) = definition.accepts() {
            self.offers.retain(|offer| offer.question != question);
        }
        if let Some((question, day)) = definition.offers().zip(message.day()) {
            self.offers.retain(|offer| offer.question != question);
            self.offers.push(Offer {
                message: message.placed.fact.id,
                by,
                day,
                told: message.declared,
                question,
            });
        }
        let before = self.state;
        self.go(rule.next, &message.event);
        if self.state != before {
            // A day was offered for the case as it stood: once it has moved, that day means something else.
            self.offers.clear();
        }
    }

    fn go(&mut self, next: Next, event: &Event) {
        match next {
            Next::Stay => {}
            Next::To(state) => (self.state, self.aside) = (state, None),
            Next::ResumeAt(state, _) => self.resume = state,
            Next::ResumeAtLeast(state, before) if before.contains(self.resume) => self.resume = state,
            Next::ResumeAtLeast(..) => {}
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

    /// Who was arrested by somebody that did not know of the end was arrested all the same.
    pub(super) fn hold_after_end(&mut self, instrument: &Instrument, event: EventId, message: &Counted<'_>) {
        let holds = instrument.events[event.place()].notes.iter().any(|note| matches!(note, Note::Hold(_)));
        if holds && self.state_of(instrument).is_terminal {
            self.tell(event, message);
        }
    }

    fn tell(&mut self, event: EventId, message: &Counted<'_>) {
        self.happened.push(Happened { event, message: message.placed.fact.id, at: message.declared });
    }

    /// Where a set of facts leads.
    pub(super) fn after<'a>(opening: &'a OpeningFact, facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        Self::through(opening, &counted(opening.instrument, &whole(opening, facts)))
    }

    /// Where messages in their order lead.
    pub(super) fn through(opening: &OpeningFact, order: &[Counted<'_>]) -> Self {
        let mut position = Self::START;
        position.take_all(opening, order);
        position
    }

    /// The messages among others in their order that a rule allows.
    pub(super) fn allowed(opening: &OpeningFact, order: &[Counted<'_>]) -> Vec<(MessageId, Symbol)> {
        Self::START.clone().take_all(opening, order)
    }

    fn take_all(&mut self, opening: &OpeningFact, order: &[Counted<'_>]) -> Vec<(MessageId, Symbol)> {
        let mut allowed = Vec::new();
        for message in order.iter().filter(|message| !message.is_taken_back) {
            let event = opening.instrument.fitting(&message.event);
            if event.is_some_and(|event| self.take(opening, event, message)) {
                allowed.push((message.placed.fact.id, message.event.code()));
            }
        }
        allowed
    }

    /// Takes a message where a rule allows it; says whether one did.
    fn take(&mut self, opening: &OpeningFact, event: EventId, message: &Counted<'_>) -> bool {
        let capacity = message.placed.capacity(opening);
        let answers = message.placed.fact.event.answers();
        let rule = self.rule(opening.instrument, event, capacity, answers).zip(capacity);
        if let Some((rule, capacity)) = rule {
            self.step(opening.instrument, rule, capacity.side, message);
        } else {
            self.hold_after_end(opening.instrument, event, message);
        }
        rule.is_some()
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
