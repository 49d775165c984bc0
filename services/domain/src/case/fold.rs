//! From facts to a case: one pure function of the set of facts, in their one causal order.
//! Both ends call it with the same set and get the same state, clocks, questions and crossings.

mod acts;
mod notes;
mod release;

use jiff::Timestamp;
use jiff::civil::Date;

use super::clock::{Clock, PastDue, Replaced, Run, Status, Touch};
use super::correction::{Correction, Counted, corrected, corrections};
use super::custody::{Custody, Telling};
use super::fact::{Fact, OpeningFact};
use super::order::{Placed, whole};
use super::parameter::Value;
use super::position::{Offer, Position};
use super::remark::Remark;
use crate::calendar::Calendars;
use crate::id::{MessageId, ReferralId};
use crate::instrument::{
    CapacityDef, ClockAct, ClockDef, ClockId, EventDef, EventId, Instrument, National, Next, Note, Rule,
    Side, StateDef, Symbol, Until, Whose,
};
use crate::profile::StateProfile;
use release::Release;

/// Corrections of one referral before each of which due dates are kept; of those before only the effect is.
const CORRECTIONS_KEPT: usize = 8;

/// What became of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It moved the case.
    Applied,
    /// It belongs to the case and leaves the main state alone.
    Overlay,
    /// It was allowed when it was sent; something it could not know of took its effect away.
    CrossedWithoutEffect,
    /// It was not allowed when it was sent, or its sender took it back.
    Void,
}

/// One message and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The message.
    pub id: MessageId,
    /// Its event.
    pub event: Symbol,
    /// What became of it.
    pub effect: Effect,
    /// When it happened, as its sender said last.
    pub at: Timestamp,
    /// The state after it.
    pub state: Symbol,
    /// What a person should know of it, though it counts.
    pub remark: Option<Remark>,
}

/// Two messages whose senders did not know of each other, and whose order changes the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crossing {
    /// The one that counts first.
    pub earlier: MessageId,
    /// The one that counts second.
    pub later: MessageId,
    /// Whether the second has lost its effect.
    pub lost: bool,
}

/// A question that is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// The message that asked.
    pub asked_by: MessageId,
    /// The side that has to answer.
    pub waits_for: Side,
    /// Code of what is asked.
    pub kind: Symbol,
    /// The item of a list it is about, if it is about one.
    pub item: Option<Symbol>,
}

/// A case as all its known messages make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    instrument: &'static Instrument,
    position: Position,
    /// Every clock ever started, oldest first.
    pub clocks: Vec<Clock>,
    /// Every message after the opening in causal order.
    pub steps: Vec<Step>,
    /// Messages that crossed and changed the outcome, to be shown to both persons.
    pub crossings: Vec<Crossing>,
    /// Questions still open, oldest first.
    pub questions: Vec<Question>,
    values: Vec<(Symbol, Value)>,
    /// When the person was held.
    pub custody: Custody,
    /// What became of the periods after which whoever is held is let go.
    release: Release,
    profile: Option<&'static StateProfile>,
    /// How many items the form lists that events number.
    items: u32,
}

/// Folds the facts of a referral into its case.
#[must_use]
pub fn fold(opening: &OpeningFact, facts: &[Fact], calendars: &Calendars) -> Case {
    let order = whole(opening, facts);
    let corrections = corrections(opening.instrument, &order);
    let mut case = fold_corrected(opening, &order, &corrections, calendars);
    let mut later = case.clone();
    for at in (0..corrections.len()).rev().take(CORRECTIONS_KEPT) {
        let before = fold_corrected(opening, &order, &corrections[..at], calendars);
        case.keep_dates(&before, &later, corrections[at].by);
        later = before;
    }
    case
}

/// The case as it is under some of the corrections.
fn fold_corrected(
    opening: &OpeningFact,
    order: &[Placed<'_>],
    corrections: &[Correction],
    calendars: &Calendars,
) -> Case {
    let order = corrected(opening.instrument, order, corrections);
    let mut case = Case::begun(opening, order.len());
    let (by, declared) = (opening.referral.opening(), opening.declared);
    let touch = Touch { by, declared, day: None, ..case.surroundings(opening, calendars) };
    for act in opening.instrument.opening {
        case.touch(*act, None, &touch);
    }
    for at in 0..order.len() {
        case.take(opening, &order[..at], &order[at], calendars);
    }
    case
}

impl Case {
    fn begun(opening: &OpeningFact, messages: usize) -> Self {
        let instrument = opening.instrument;
        let profile = instrument.profiles.and_then(|(family, edition)| {
            let day = Calendars::of(opening.calendar_edition)?.day_of(opening.jurisdiction, opening.declared);
            StateProfile::of(family, edition, opening.jurisdiction.state(), day)
        });
        Self {
            instrument,
            position: Position::START,
            clocks: Vec::new(),
            steps: Vec::with_capacity(messages),
            crossings: Vec::new(),
            questions: Vec::new(),
            values: Vec::new(),
            custody: Custody::default(),
            profile,
            release: Release::default(),
            items: opening.items,
        }
    }

    /// What every event finds around it; the instant and the day are its own.
    fn surroundings<'a>(&self, opening: &OpeningFact, calendars: &'a Calendars) -> Touch<'a> {
        Touch {
            calendars,
            jurisdiction: opening.jurisdiction,
            opener: opening.opener_jurisdiction.unwrap_or(opening.jurisdiction),
            profile: self.profile,
            has_consented: self.value(notes::CONSENT_GIVEN).is_some(),
            decides: false,
            by: opening.referral.opening(),
            declared: opening.declared,
            day: None,
        }
    }

    /// Keeps the due dates that a correction replaced.
    fn keep_dates(&mut self, before: &Self, after: &Self, by: MessageId) {
        let same = |clock: &Clock, other: &Clock| clock.id == other.id && clock.cause == other.cause;
        for old in &before.clocks {
            let new = after.clocks.iter().find(|clock| same(clock, old));
            if new.is_some_and(|new| new.due == old.due) {
                continue;
            }
            let replaced = old.due.map(|due| PastDue { due, why: Replaced::Corrected, by });
            if let Some(kept) = self.clocks.iter_mut().find(|clock| same(clock, old)) {
                kept.past.splice(0..0, replaced);
            }
        }
    }

    /// Where the case stands.
    #[must_use]
    pub fn state(&self) -> &'static StateDef {
        self.position.state_of(self.instrument)
    }

    /// Whether it was passed on, and goes on in another referral.
    #[must_use]
    pub fn is_passed_on(&self) -> bool {
        self.instrument.state_passed_on().is_some_and(|state| state.code == self.state().code)
    }

    /// The event that passed it on, with the referral in which it goes on: of several that crossed, the one that counts. The facts are those
    /// that it was folded from.
    #[must_use]
    pub fn passing<'a>(&self, opening: &'a OpeningFact, facts: &'a [Fact]) -> Option<(&'a Fact, ReferralId)> {
        let counts =
            |fact: &Fact| self.steps.iter().any(|step| step.id == fact.id && step.effect == Effect::Applied);
        opening.passings(facts).find(|(fact, _)| counts(fact))
    }

    /// Whether it waits for a party of this capacity: with an open question that it may answer, or, for the one that answers the case,
    /// since nothing was done in it yet, or nothing since it was forwarded; or since something is overdue, for whoever may tell of it too.
    #[must_use]
    pub fn waits_for(&self, capacity: &CapacityDef, now: Timestamp) -> bool {
        let may_answer = |question: &Question| {
            question.waits_for == capacity.side && self.instrument.may_answer(question.kind, capacity)
        };
        let is_new = self.instrument.is_new_in(self.state().code);
        // What runs for each request is of its question.
        let is_overdue =
            |clock: &Clock| !clock.definition.per_request && clock.status(now) == Status::Overdue;
        // The calendar of the opener counts what is not for the one that answers alone.
        let is_for_who_answers =
            |clock: &Clock| capacity.answers_alone() && clock.definition.whose == Whose::Calendar;
        let mut overdue = self.clocks.iter().filter(|clock| is_overdue(clock));
        self.questions.iter().any(may_answer)
            || capacity.answers_alone() && is_new
            || overdue.any(|clock| is_for_who_answers(clock) || self.may_stop(clock.id, capacity))
    }

    /// Whether a party of this capacity may tell now of what a clock waits for.
    fn may_stop(&self, clock: ClockId, capacity: &CapacityDef) -> bool {
        let instrument = self.instrument;
        let Some(by) = instrument.capacity_id(capacity.code) else { return false };
        let stops =
            |rule: &'static Rule| rule.clocks.contains(&ClockAct::Stop(clock)) && rule.by.contains(&by);
        instrument.rules_in(self.state().code).any(stops)
    }

    /// The item of a list for which it was set aside, if it was.
    #[must_use]
    pub fn set_aside_for(&self) -> Option<Symbol> {
        self.position.aside()
    }

    /// The days that one side offered and the other has not accepted.
    #[must_use]
    pub fn offers(&self) -> &[Offer] {
        self.position.offers()
    }

    /// What the law of the State decides whose calendar counts, where the instrument leaves anything to it.
    #[must_use]
    pub fn profile(&self) -> Option<&'static StateProfile> {
        self.profile
    }

    /// Whether an event happened in it, and was not taken back.
    pub(super) fn has_happened(&self, event: EventId) -> bool {
        self.position.has_happened(event)
    }

    /// What it remembers under a code.
    #[must_use]
    pub fn value(&self, code: &str) -> Option<Value> {
        self.all_values(code).next()
    }

    /// Everything that it remembers under a code, in the order in which it was told.
    pub fn all_values(&self, code: &str) -> impl Iterator<Item = Value> {
        self.values.iter().filter(move |(known, _)| *known == *code).map(|(_, value)| *value)
    }

    /// What a party of this capacity may raise now, in the order of the life cycle.
    pub fn allowed(&self, capacity: &CapacityDef) -> impl Iterator<Item = &'static EventDef> {
        let (instrument, position) = (self.instrument, &self.position);
        let mut events: Vec<EventId> = Vec::new();
        for rule in instrument.rules {
            // An event has rows apart from each other, and is named once.
            let is_new = !events.contains(&rule.event);
            if is_new && position.rule(instrument, rule.event, Some(capacity), None).is_some() {
                events.push(rule.event);
            }
        }
        events.into_iter().map(|event| &instrument.events[event.place()])
    }

    /// The open clock with the nearest due date.
    #[must_use]
    pub fn next_due(&self) -> Option<&Clock> {
        let running = self.clocks.iter().filter(|clock| clock.run == Run::Running && clock.due.is_some());
        running.min_by_key(|clock| clock.due.map(|due| due.at))
    }

    /// What has fallen due because another clock ran out, with the instant since when.
    pub fn fallen_due(&self, now: Timestamp) -> impl Iterator<Item = (&'static ClockDef, Timestamp)> {
        self.instrument.clocks.iter().filter_map(move |clock| {
            let since = self.followed_by(clock)?.due?.at;
            (since <= now).then_some((clock, since))
        })
    }

    /// The running clock that another one follows.
    fn followed_by(&self, clock: &ClockDef) -> Option<&Clock> {
        let Until::RunOut(followed) = clock.until else { return None };
        self.clocks.iter().rev().find(|open| followed.contains(&open.id) && open.run == Run::Running)
    }

    fn take(
        &mut self,
        opening: &OpeningFact,
        before: &[Counted<'_>],
        message: &Counted<'_>,
        calendars: &Calendars,
    ) {
        let (instrument, placed) = (self.instrument, message.placed);
        let fact = placed.fact;
        if message.is_taken_back {
            // Its sender said that nothing of it happened.
            let (event, at, state) = (fact.event.code(), message.declared, self.state().symbol());
            let remark = Some(Remark::TakenBack);
            return self.steps.push(Step { id: fact.id, event, effect: Effect::Void, at, state, remark });
        }
        let (capacity, answers) = (placed.capacity(opening), fact.event.answers());
        let unseen: Vec<usize> = (0..before.len()).filter(|at| !placed.saw(&before[*at].placed)).collect();
        let event = instrument.fitting(&fact.event);
        let rule_at = |position: &Position| position.rule(instrument, event?, capacity, answers);
        let mut remark = None;
        let effect = match rule_at(&self.position) {
            Some(rule) => {
                remark = self.remark(rule, before, message, opening, calendars);
                self.apply(opening, rule, message, calendars);
                if rule.next == Next::Stay { Effect::Overlay } else { Effect::Applied }
            }
            None if unseen.is_empty() => Effect::Void,
            None => {
                // In the order that its sender knew: a message which that one had not seen may have moved others since.
                let seen = before.iter().filter(|other| placed.saw(&other.placed));
                let was_allowed =
                    rule_at(&Position::after(opening, seen.map(|other| other.placed.fact))).is_some();
                if was_allowed { Effect::CrossedWithoutEffect } else { Effect::Void }
            }
        };
        if effect == Effect::CrossedWithoutEffect {
            let holds = |at: &usize| {
                let told = instrument.event(before[*at].placed.fact.event.code().as_str());
                told.is_some_and(EventDef::holds)
            };
            let is_held_since = unseen.iter().any(holds);
            remark = self.of_the_person_all_the_same((event, is_held_since), message, opening, calendars);
        }
        self.cross(before, unseen, fact.id, effect);
        let state = self.state().symbol();
        let at = message.declared;
        self.steps.push(Step { id: fact.id, event: fact.event.code(), effect, at, state, remark });
    }

    /// What is true of the person though the message had no effect on the case, or what has to be told again.
    fn of_the_person_all_the_same(
        &mut self,
        (event, is_held_since): (Option<EventId>, bool),
        message: &Counted<'_>,
        opening: &OpeningFact,
        calendars: &Calendars,
    ) -> Option<Remark> {
        let definition = &self.instrument.events[event?.place()];
        if definition.frees() && is_held_since && !self.state().is_terminal {
            // Somebody was arrested again, of which whoever let him go did not know either.
            return Some(Remark::TellAgain);
        }
        if definition.frees() {
            return self.free_all_the_same(definition, message, opening, calendars);
        }
        if !definition.holds() || !self.may_be_held() {
            // Whoever was surrendered, or died, is in nobody's custody on the case, and nothing of it can be told again.
            return None;
        }
        if self.state().is_terminal {
            let is_told = self.hold_after_end(event?, message, opening, calendars);
            return Some(if is_told { Remark::HeldAllTheSame } else { Remark::TellAgain });
        }
        let (by, declared) = (message.placed.fact.id, message.declared);
        if !self.custody.is_held() && !self.custody.is_free_since(declared, by) {
            return Some(Remark::TellAgain);
        }
        // Two told of one arrest: the person was held since the earlier one.
        let touch = Touch { by, declared, day: None, ..self.surroundings(opening, calendars) };
        for note in definition.notes.iter().filter(|note| matches!(note, Note::Hold(_))) {
            self.note(*note, Side::Answering, message, None);
        }
        self.derive_release(&touch);
        self.follow_custody(&touch);
        None
    }

    /// Who was arrested by somebody that did not know of the end is held all the same, and has to be released.
    fn hold_after_end(
        &mut self,
        event: EventId,
        message: &Counted<'_>,
        opening: &OpeningFact,
        calendars: &Calendars,
    ) -> bool {
        let Some((question, _)) = self.instrument.release() else { return false };
        if !self.may_be_held() {
            return false;
        }
        self.position.hold_after_end(self.instrument, event, message);
        let (by, declared) = (message.placed.fact.id, message.declared);
        let touch = Touch { by, declared, day: None, ..self.surroundings(opening, calendars) };
        for note in self.instrument.events[event.place()].notes {
            self.note(*note, Side::Answering, message, None);
        }
        self.owe(Note::AskRelease(question), Side::Answering, message);
        self.derive_release(&touch);
        true
    }

    /// Whether the person can be held on the case as it stands: not once he was surrendered, or died.
    pub(super) fn may_be_held(&self) -> bool {
        self.position.may_be_held(self.instrument)
    }

    /// Whoever was let go, or surrendered, by somebody who did not know what crossed it is held no longer, unless somebody is held since.
    fn free_all_the_same(
        &mut self,
        definition: &EventDef,
        message: &Counted<'_>,
        opening: &OpeningFact,
        calendars: &Calendars,
    ) -> Option<Remark> {
        if !self.may_be_held() {
            return None;
        }
        let (by, declared) = (message.placed.fact.id, message.declared);
        let touch = Touch { by, declared, day: None, ..self.surroundings(opening, calendars) };
        // Only where it moves the case is whoever was taken for the person somebody else.
        let leaves = definition.notes.contains(&Note::Leave);
        self.note(if leaves { Note::Leave } else { Note::Free }, Side::Answering, message, None);
        self.derive_release(&touch);
        if let Some((question, _)) = self.instrument.release() {
            self.note(Note::Settle(question), Side::Answering, message, None);
        }
        Some(if self.custody.is_held() { Remark::HeldAgainSince } else { Remark::FreeAllTheSame })
    }

    /// What a message tells of custody, in its place.
    fn telling(&self, message: &Counted<'_>) -> Telling {
        Telling { at: message.declared, place: self.steps.len(), by: message.placed.fact.id }
    }

    /// Notes which messages crossed this one, where that changes the outcome.
    fn cross(&mut self, before: &[Counted<'_>], unseen: Vec<usize>, later: MessageId, effect: Effect) {
        let lost = effect == Effect::CrossedWithoutEffect;
        if !lost && effect != Effect::Applied {
            return;
        }
        let mut crossed: Vec<usize> =
            unseen.iter().copied().filter(|at| self.steps[*at].effect == Effect::Applied).collect();
        if lost && crossed.is_empty() {
            // What took the effect away lost its own to something earlier: the loss is shown all the same.
            crossed = unseen;
        }
        let crossing = |at: usize| Crossing { earlier: before[at].placed.fact.id, later, lost };
        self.crossings.extend(crossed.into_iter().map(crossing));
    }

    fn apply(&mut self, opening: &OpeningFact, rule: &Rule, message: &Counted<'_>, calendars: &Calendars) {
        let (before, side) = (self.position.aside(), message.placed.side(opening));
        let day = message.day().or_else(|| self.accepted_day(rule.event, side, message));
        let offered = self.position.offers().to_vec();
        self.position.step(self.instrument, rule, side, message);
        for lapsed in offered {
            if !self.position.offers().contains(&lapsed) {
                self.settle(lapsed.question);
            }
        }
        let fact = message.placed.fact;
        let (by, declared, decides) = (fact.id, message.declared, self.decides(rule));
        let touch = Touch { by, declared, decides, day, ..self.surroundings(opening, calendars) };
        let definition = &self.instrument.events[rule.event.place()];
        // Who is held, and until when, follows from what is told of custody, and comes first.
        let (of_custody, others): (Vec<Note>, Vec<Note>) =
            definition.notes.iter().partition(|note| note.is_of_custody());
        for note in of_custody {
            self.note(note, side, message, day);
        }
        let acts = self.release.len();
        for act in rule.clocks {
            self.touch(*act, Some(&message.event), &touch);
        }
        self.stand_aside(before.filter(|_| rule.next == Next::Resume), &touch);
        for note in others {
            self.note(note, side, message, day);
        }
        self.release.follow(rule, definition, message.declared);
        let (ends, holds) = (rule.next != Next::Stay, definition.holds());
        if holds || definition.frees() || acts < self.release.len() {
            self.derive_release(&touch);
        }
        if holds {
            self.follow_custody(&touch);
        }
        if self.state().is_terminal && (ends || holds) {
            if ends {
                self.questions.clear();
            }
            for note in definition.notes {
                // What an end leaves to be done is asked from then on, and so is the release of whoever is held after it.
                self.owe(*note, side, message);
            }
        }
    }

    /// Whether a row ends the periods for the decision, which is then final.
    pub(super) fn decides(&self, rule: &Rule) -> bool {
        let is_for_decision = |id: ClockId| self.instrument.clocks[id.place()].national == National::Decision;
        rule.clocks.iter().any(|act| matches!(act, ClockAct::Stop(id) if is_for_decision(*id)))
    }

    /// The day that an event accepts, if it accepts one.
    pub(super) fn accepted_day(&self, event: EventId, side: Side, message: &Counted<'_>) -> Option<Date> {
        let what = self.instrument.events[event.place()].accepts()?;
        Some(self.position.offered(what, side, message.placed.fact.event.answers())?.day)
    }
}
