//! From facts to a case: one pure function of the set of facts, in their one causal order.
//! Both ends call it with the same set and get the same state, clocks, questions and crossings.

use jiff::Timestamp;

use super::clock::{Clock, Run, Touch};
use super::event::Event;
use super::fact::{Fact, OpeningFact};
use super::order::causal;
use super::parameter::Value;
use super::position::Position;
use crate::calendar::Calendars;
use crate::id::MessageId;
use crate::instrument::{
    CapacityDef, ClockAct, ClockDef, ClockId, EventDef, Instrument, Next, Note, QuestionDef, Rule, Side,
    StateDef, Symbol, Until, ValueDef,
};

/// What became of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It moved the case.
    Applied,
    /// It belongs to the case and leaves the main state alone.
    Overlay,
    /// It was allowed when it was sent; something it could not know of took its effect away.
    CrossedWithoutEffect,
    /// It was not allowed when it was sent.
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
    /// The state after it.
    pub state: Symbol,
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
}

/// Folds the facts of a referral into its case.
#[must_use]
pub fn fold(opening: &OpeningFact, facts: &[Fact], calendars: &Calendars) -> Case {
    let order = causal(opening, facts);
    let mut case = Case {
        instrument: opening.instrument,
        position: Position::START,
        clocks: Vec::new(),
        steps: Vec::with_capacity(order.len()),
        crossings: Vec::new(),
        questions: Vec::new(),
        values: Vec::new(),
    };
    let jurisdiction = opening.jurisdiction;
    let (by, declared) = (opening.referral.opening(), opening.declared);
    let touch = Touch { calendars, jurisdiction, by, declared, day: None };
    for act in opening.instrument.opening {
        case.touch(*act, None, &touch);
    }
    for (at, fact) in order.iter().enumerate() {
        case.take(opening, &order[..at], fact, calendars);
    }
    case
}

impl Case {
    /// Where the case stands.
    #[must_use]
    pub fn state(&self) -> &'static StateDef {
        self.position.state_of(self.instrument)
    }

    /// The item of a list for which it was set aside, if it was.
    #[must_use]
    pub fn set_aside_for(&self) -> Option<Symbol> {
        self.position.aside()
    }

    /// What it remembers under a code.
    #[must_use]
    pub fn value(&self, code: &str) -> Option<Value> {
        self.values.iter().find(|(known, _)| *known == *code).map(|(_, value)| *value)
    }

    /// What a party of this capacity may raise now, in the order of the life cycle.
    pub fn allowed(&self, capacity: &CapacityDef) -> impl Iterator<Item = &'static EventDef> {
        let (instrument, position) = (self.instrument, self.position);
        let mut events: Vec<_> = instrument.rules.iter().map(|rule| rule.event).collect();
        events.dedup();
        events.retain(|event| position.rule(instrument, *event, Some(capacity)).is_some());
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

    fn take(&mut self, opening: &OpeningFact, before: &[&Fact], fact: &Fact, calendars: &Calendars) {
        let (instrument, capacity) = (self.instrument, opening.capacity_of(&fact.sender));
        let unseen: Vec<usize> = (0..before.len()).filter(|at| !fact.saw(before[*at])).collect();
        let event = instrument.fitting(&fact.event);
        let rule_at = |position: Position| event.and_then(|id| position.rule(instrument, id, capacity));
        let effect = match rule_at(self.position) {
            Some(rule) => {
                self.apply(opening, rule, fact, calendars);
                if rule.next == Next::Stay { Effect::Overlay } else { Effect::Applied }
            }
            None if unseen.is_empty() => Effect::Void,
            None => {
                let seen = before.iter().copied().filter(|other| fact.saw(other));
                let was_allowed = rule_at(Position::after(opening, seen)).is_some();
                if was_allowed { Effect::CrossedWithoutEffect } else { Effect::Void }
            }
        };
        let lost = effect == Effect::CrossedWithoutEffect;
        if lost || effect == Effect::Applied {
            let mut crossed: Vec<usize> =
                unseen.iter().copied().filter(|at| self.steps[*at].effect == Effect::Applied).collect();
            if lost && crossed.is_empty() {
                // What took the effect away lost its own to something earlier: the loss is shown all the same.
                crossed = unseen;
            }
            let crossing = |at: usize| Crossing { earlier: before[at].id, later: fact.id, lost };
            self.crossings.extend(crossed.into_iter().map(crossing));
        }
        let state = self.state().symbol();
        self.steps.push(Step { id: fact.id, event: fact.event.code(), effect, state });
    }

    fn apply(&mut self, opening: &OpeningFact, rule: &Rule, fact: &Fact, calendars: &Calendars) {
        let before = self.position.aside();
        self.position.step(rule.next, &fact.event);
        let jurisdiction = opening.jurisdiction;
        let (by, declared, day) = (fact.id, fact.declared, fact.event.day());
        let touch = Touch { calendars, jurisdiction, by, declared, day };
        for act in rule.clocks {
            self.touch(*act, Some(&fact.event), &touch);
        }
        self.stand_aside(before.filter(|_| rule.next == Next::Resume), &touch);
        let definition = &self.instrument.events[rule.event.place()];
        for note in definition.notes {
            self.note(*note, opening.side_of(&fact.sender), fact);
        }
        if self.state().is_terminal && rule.next != Next::Stay {
            self.questions.clear();
        }
    }

    /// While a case is set aside for something that a clock stands for, it stands; once that has ended, it starts anew.
    fn stand_aside(&mut self, ended: Option<Symbol>, touch: &Touch<'_>) {
        let stands_for = |clock: &ClockDef, item: Option<Symbol>| {
            item.is_some_and(|item| clock.stands_for.iter().any(|one| item == *one))
        };
        let aside = self.position.aside();
        for clock in self.clocks.iter_mut().filter(|clock| clock.run == Run::Running) {
            if stands_for(clock.definition, aside) {
                clock.run = Run::Suspended(touch.declared);
            }
        }
        let waiting = self
            .clocks
            .iter()
            .filter(|clock| matches!(clock.run, Run::Suspended(_)) && stands_for(clock.definition, ended));
        let ids: Vec<ClockId> = waiting.map(|clock| clock.id).collect();
        for id in ids {
            self.touch(ClockAct::Start(id), None, touch);
        }
    }

    /// Applies one act of the table to the clocks.
    fn touch(&mut self, act: ClockAct, event: Option<&Event>, touch: &Touch<'_>) {
        let (instrument, declared) = (self.instrument, touch.declared);
        let definition = |id: ClockId| &instrument.clocks[id.place()];
        match act {
            ClockAct::Start(id) => self.begin(touch.start(id, definition(id)), declared),
            ClockAct::StartFor(item, id) => {
                if event.and_then(Event::item).is_some_and(|named| named == item) {
                    self.begin(touch.start(id, definition(id)), declared);
                }
            }
            ClockAct::StartOn(id) => self.begin(touch.start_on(id, definition(id)), declared),
            ClockAct::Stop(id) => self.end(|clock| clock.id == id, Run::Stopped(declared)),
            ClockAct::StopAll => self.end(|_| true, Run::Stopped(declared)),
            ClockAct::Supersede(id) => self.end(|clock| clock.id == id, Run::Superseded(declared)),
            ClockAct::Answer(id) => {
                let open = self.clocks.iter().filter(|clock| clock.id == id && clock.is_open());
                let only = only(open.map(|clock| clock.cause));
                let asked = event.and_then(Event::answers).or(only);
                self.end(|clock| clock.id == id && Some(clock.cause) == asked, Run::Stopped(declared));
            }
            ClockAct::Suspend(id) => {
                for clock in self.clocks.iter_mut().filter(|c| c.id == id && c.run == Run::Running) {
                    clock.run = Run::Suspended(declared);
                }
            }
            ClockAct::ResumeExcluding(id) => {
                let last = self.clocks.iter_mut().rev().find(|clock| clock.id == id);
                if let Some(clock) = last
                    && let Run::Superseded(since) | Run::Suspended(since) = clock.run
                {
                    clock.run = Run::Running;
                    touch.exclude(clock, since);
                }
            }
            ClockAct::Extend(id) => {
                for clock in self.clocks.iter_mut().filter(|c| c.id == id && c.is_open() && !c.extended) {
                    touch.extend(clock);
                }
            }
            ClockAct::Note(id) => {
                let followed = self.followed_by(definition(id)).and_then(|clock| clock.due);
                self.clocks.extend(followed.map(|due| touch.note(id, definition(id), due)));
            }
        }
    }

    fn begin(&mut self, clock: Clock, declared: Timestamp) {
        if !clock.definition.per_request {
            self.end(|other| other.id == clock.id, Run::Superseded(declared));
        }
        self.clocks.push(clock);
    }

    fn end(&mut self, which: impl Fn(&Clock) -> bool, run: Run) {
        for clock in self.clocks.iter_mut().filter(|clock| clock.is_open() && which(clock)) {
            clock.run = run;
        }
    }

    /// Notes questions, answers and values; none of them moves the case.
    fn note(&mut self, note: Note, from: Side, fact: &Fact) {
        let instrument = self.instrument;
        let item = fact.event.item();
        match note {
            Note::Ask(id) => {
                let (kind, waits_for) = (instrument.questions[id.place()].symbol(), from.other());
                self.questions.push(Question { asked_by: fact.id, waits_for, kind, item });
            }
            Note::Answer(id) => self.answer(fact, &instrument.questions[id.place()]),
            Note::Settle(id) => {
                let settled = instrument.questions[id.place()].symbol();
                self.questions.retain(|open| open.kind != settled);
            }
            Note::Keep(id, parameter) => {
                self.remember(&instrument.values[id.place()], fact.event.value(parameter));
            }
            Note::Drop(id) => self.remember(&instrument.values[id.place()], None),
        }
    }

    fn remember(&mut self, what: &ValueDef, value: Option<Value>) {
        let code = what.symbol();
        self.values.retain(|(known, _)| *known != code);
        self.values.extend(value.map(|value| (code, value)));
    }

    /// Closes the question a message answers: the one it names, or the only one of its kind.
    fn answer(&mut self, fact: &Fact, question: &QuestionDef) {
        let (kind, item) = (question.symbol(), fact.event.item());
        let is_of_kind = |open: &Question| open.kind == kind && open.item == item;
        let only = only(self.questions.iter().filter(|open| is_of_kind(open)).map(|open| open.asked_by));
        let asked = fact.event.answers().or(only);
        self.questions.retain(|open| !(is_of_kind(open) && Some(open.asked_by) == asked));
    }
}

/// An answer that names no request belongs to the only one there is.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}
