//! From facts to a case: one pure function of the set of facts, in their one causal order.
//! Both ends call it with the same set and get the same state, clocks, questions and crossings.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::clock::{Clock, ClockId, Replaced, Run, Touch};
use super::event::{Event, Kind};
use super::fact::{Capacity, Fact, OpeningFact};
use super::ground::{DeferralReason, Guarantee};
use super::order::causal;
use super::state::{State, States};
use super::table::{ClockAct, Next, RULES, Rule, rule};
use crate::calendar::Calendars;
use crate::id::MessageId;

/// What became of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The message.
    pub id: MessageId,
    /// Its event.
    pub kind: Kind,
    /// What became of it.
    pub effect: Effect,
    /// The state after it.
    pub state: State,
}

/// Two messages whose senders did not know of each other, and whose order changes the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossing {
    /// The one that counts first.
    pub earlier: MessageId,
    /// The one that counts second.
    pub later: MessageId,
    /// Whether the second has lost its effect.
    pub lost: bool,
}

/// What kind of answer is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum QuestionKind {
    /// Supplementary information.
    Information,
    /// A guarantee.
    Guarantee(Guarantee),
    /// Whether a proposed surrender date suits.
    SurrenderDate,
    /// Consent to prosecute other offences.
    SpecialityConsent,
    /// Consent to onward surrender.
    OnwardConsent,
}

/// A question that is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The message that asked.
    pub asked_by: MessageId,
    /// The side that has to answer.
    pub waits_for: Capacity,
    /// What is asked.
    pub kind: QuestionKind,
}

/// The state of the machine alone, without clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    pub(super) state: State,
    resume: State,
    deferral: Option<DeferralReason>,
}

impl Position {
    pub(super) const START: Self = Self { state: State::Received, resume: State::Received, deferral: None };

    /// The row that lets this event happen here, for a party of this capacity.
    pub(super) fn rule(self, kind: Kind, capacity: Option<Capacity>) -> Option<&'static Rule> {
        let rule = rule(kind, self.state)?;
        let by_allowed = capacity.is_some_and(|capacity| rule.by.contains(&capacity));
        // A person who was arrested before the deferral cannot be arrested in it.
        let arrested = matches!(rule.next, Next::ResumeAt(_)) && !States::BEFORE_ARREST.contains(self.resume);
        (by_allowed && !arrested).then_some(rule)
    }

    fn step(&mut self, next: Next, event: &Event) {
        match next {
            Next::Stay => {}
            Next::To(state) => self.state = state,
            Next::ResumeAt(state) => self.resume = state,
            Next::Resume => {
                self.state = self.resume;
                self.deferral = None;
            }
            Next::Defer => {
                self.resume = self.state;
                self.state = State::Deferred;
                if let Event::Deferred { reason } = event {
                    self.deferral = Some(*reason);
                }
            }
        }
    }

    /// Where a set of facts leads, clocks left aside.
    pub(super) fn after<'a>(opening: &OpeningFact, facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        let mut position = Self::START;
        for fact in causal(opening, facts) {
            if let Some(rule) = position.rule(fact.event.kind(), opening.capacity_of(&fact.sender)) {
                position.step(rule.next, &fact.event);
            }
        }
        position
    }
}

/// A case as all its known messages make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    position: Position,
    /// Every clock ever started, oldest first.
    pub clocks: Vec<Clock>,
    /// Every message after the opening in causal order.
    pub steps: Vec<Step>,
    /// Messages that crossed and changed the outcome, to be shown to both persons.
    pub crossings: Vec<Crossing>,
    /// Questions still open, oldest first.
    pub questions: Vec<Question>,
    /// The surrender date agreed, if any.
    #[serde(with = "crate::calendar::day::optional")]
    pub surrender_on: Option<Date>,
    /// The day of return from temporary surrender, if one is agreed.
    #[serde(with = "crate::calendar::day::optional")]
    pub return_on: Option<Date>,
    /// Days of custody served on the warrant, once stated (Art. 26).
    pub custody_days: Option<u32>,
    /// Whether the person renounced speciality (Art. 13(1)).
    pub speciality_renounced: bool,
}

/// Folds the facts of a referral into its case.
#[must_use]
pub fn fold(opening: &OpeningFact, facts: &[Fact], calendars: &Calendars) -> Case {
    let order = causal(opening, facts);
    let mut case = Case {
        position: Position::START,
        clocks: Vec::new(),
        steps: Vec::with_capacity(order.len()),
        crossings: Vec::new(),
        questions: Vec::new(),
        surrender_on: None,
        return_on: None,
        custody_days: None,
        speciality_renounced: false,
    };
    for (at, fact) in order.iter().enumerate() {
        case.take(opening, &order[..at], fact, calendars);
    }
    case
}

impl Case {
    /// Where the case stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.position.state
    }

    /// Why the decision is deferred, while it is.
    #[must_use]
    pub fn deferral(&self) -> Option<DeferralReason> {
        self.position.deferral
    }

    /// What a party of this capacity may raise now.
    pub fn allowed(&self, capacity: Capacity) -> impl Iterator<Item = Kind> {
        let position = self.position;
        let mut kinds: Vec<Kind> = RULES.iter().map(|rule| rule.kind).collect();
        kinds.dedup();
        kinds.into_iter().filter(move |kind| position.rule(*kind, Some(capacity)).is_some())
    }

    /// The open clock with the nearest due date.
    #[must_use]
    pub fn next_due(&self) -> Option<&Clock> {
        let running = self.clocks.iter().filter(|clock| clock.run == Run::Running && clock.due.is_some());
        running.min_by_key(|clock| clock.due.map(|due| due.at))
    }

    /// Since when the person must be released if still held, because surrender ran out of time (Art. 23(5)).
    #[must_use]
    pub fn release_due(&self, now: Timestamp) -> Option<Timestamp> {
        let due = self.surrender_clock()?.due?.at;
        (due <= now).then_some(due)
    }

    fn surrender_clock(&self) -> Option<&Clock> {
        self.clocks.iter().rev().find(|clock| {
            matches!(clock.id, ClockId::T4 | ClockId::T5 | ClockId::T6) && clock.run == Run::Running
        })
    }

    fn take(&mut self, opening: &OpeningFact, before: &[&Fact], fact: &Fact, calendars: &Calendars) {
        let capacity = opening.capacity_of(&fact.sender);
        let kind = fact.event.kind();
        let unseen: Vec<usize> = (0..before.len()).filter(|at| !fact.saw(before[*at])).collect();
        let effect = match self.position.rule(kind, capacity) {
            Some(rule) => {
                self.apply(opening, rule, fact, calendars);
                if rule.next == Next::Stay { Effect::Overlay } else { Effect::Applied }
            }
            None if unseen.is_empty() => Effect::Void,
            None => {
                let seen = before.iter().copied().filter(|other| fact.saw(other));
                let allowed = Position::after(opening, seen).rule(kind, capacity).is_some();
                if allowed { Effect::CrossedWithoutEffect } else { Effect::Void }
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
        self.steps.push(Step { id: fact.id, kind, effect, state: self.position.state });
    }

    fn apply(&mut self, opening: &OpeningFact, rule: &Rule, fact: &Fact, calendars: &Calendars) {
        let ended = self.position.deferral;
        self.position.step(rule.next, &fact.event);
        let touch =
            Touch { calendars, jurisdiction: opening.jurisdiction, by: fact.id, declared: fact.declared };
        for act in rule.clocks {
            self.touch(*act, fact, &touch);
        }
        // While a deferral of Arts 20 or 21 lasts the clock of Art. 17 stands, and starts anew when it ends.
        if self.position.deferral.is_some_and(DeferralReason::stops_the_clock) {
            self.touch(ClockAct::Suspend(ClockId::T1), fact, &touch);
            self.touch(ClockAct::Suspend(ClockId::T2), fact, &touch);
        } else if rule.next == Next::Resume && ended.is_some_and(DeferralReason::stops_the_clock) {
            let waiting = |clock: &&Clock| {
                matches!(clock.id, ClockId::T1 | ClockId::T2) && matches!(clock.run, Run::Suspended(_))
            };
            let ids: Vec<ClockId> = self.clocks.iter().filter(waiting).map(|clock| clock.id).collect();
            for id in ids {
                self.touch(ClockAct::Start(id), fact, &touch);
            }
        }
        self.note(opening, fact);
        if self.state().is_terminal() && rule.next != Next::Stay {
            self.questions.clear();
        }
    }

    /// Applies one act of the table to the clocks.
    fn touch(&mut self, act: ClockAct, fact: &Fact, touch: &Touch<'_>) {
        let declared = fact.declared;
        match act {
            ClockAct::Start(id) => {
                let mut clock = touch.start(id);
                if id == ClockId::T3 {
                    clock.due = fact.event.day().map(|day| touch.fixed(day));
                }
                self.begin(clock, declared);
            }
            ClockAct::StartOn(id) => {
                let clock = fact.event.day().map_or_else(|| touch.start(id), |day| touch.start_on(id, day));
                self.begin(clock, declared);
            }
            ClockAct::Stop(id) => self.end(|clock| clock.id == id, Run::Stopped(declared)),
            ClockAct::StopAll => self.end(|_| true, Run::Stopped(declared)),
            ClockAct::Supersede(id) => self.end(|clock| clock.id == id, Run::Superseded(declared)),
            ClockAct::Answer(id) => {
                let open = self.clocks.iter().filter(|clock| clock.id == id && clock.is_open());
                let asked = fact.event.answers().or_else(|| match open.collect::<Vec<_>>()[..] {
                    // An answer that names no request belongs to the only one there is.
                    [only] => Some(only.cause),
                    _ => None,
                });
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
                    && let Run::Superseded(since) = clock.run
                {
                    clock.run = Run::Running;
                    touch.lengthen(clock, touch.days_since(since), Replaced::IntervalExcluded);
                }
            }
            ClockAct::Extend(id) => {
                for clock in self.clocks.iter_mut().filter(|c| c.id == id && c.is_open() && !c.extended) {
                    clock.extended = true;
                    touch.lengthen(clock, id.rule().extension.unwrap_or(0), Replaced::Extended);
                }
            }
            ClockAct::Release => {
                if let Some(due) = self.surrender_clock().and_then(|clock| clock.due) {
                    let mut clock = touch.start(ClockId::T7);
                    (clock.started, clock.start_day, clock.due) = (due.at, due.date, Some(due));
                    clock.run = Run::Stopped(declared);
                    self.clocks.push(clock);
                }
            }
        }
    }

    fn begin(&mut self, clock: Clock, declared: Timestamp) {
        if !clock.id.is_per_request() {
            self.end(|other| other.id == clock.id, Run::Superseded(declared));
        }
        self.clocks.push(clock);
    }

    fn end(&mut self, which: impl Fn(&Clock) -> bool, run: Run) {
        for clock in self.clocks.iter_mut().filter(|clock| clock.is_open() && which(clock)) {
            clock.run = run;
        }
    }

    /// Notes questions, answers and dates; none of them moves the case.
    fn note(&mut self, opening: &OpeningFact, fact: &Fact) {
        let from_issuing = opening.capacity_of(&fact.sender) == Some(Capacity::Issuing);
        let other_side = if from_issuing { Capacity::Executing } else { Capacity::Issuing };
        let mut ask = |waits_for, kind| self.questions.push(Question { asked_by: fact.id, waits_for, kind });
        match &fact.event {
            Event::InformationRequested { .. } => ask(Capacity::Issuing, QuestionKind::Information),
            Event::GuaranteeRequested { guarantee } => {
                ask(Capacity::Issuing, QuestionKind::Guarantee(*guarantee));
            }
            Event::SpecialityConsentRequested => ask(Capacity::Executing, QuestionKind::SpecialityConsent),
            Event::OnwardConsentRequested => ask(Capacity::Executing, QuestionKind::OnwardConsent),
            Event::SurrenderDateProposed { .. } => ask(other_side, QuestionKind::SurrenderDate),
            Event::InformationSupplied { .. } => self.answer(fact, QuestionKind::Information),
            Event::GuaranteeGiven { guarantee, .. } => self.answer(fact, QuestionKind::Guarantee(*guarantee)),
            Event::SpecialityConsentAnswered { .. } => self.answer(fact, QuestionKind::SpecialityConsent),
            Event::OnwardConsentAnswered { .. } => self.answer(fact, QuestionKind::OnwardConsent),
            Event::SurrenderDateAgreed { on }
            | Event::NewDateAgreed { on }
            | Event::SuspensionEnded { on } => {
                self.surrender_on = Some(*on);
                self.questions.retain(|open| open.kind != QuestionKind::SurrenderDate);
            }
            Event::TemporarilySurrendered { return_on } => self.return_on = Some(*return_on),
            Event::Surrendered { custody_days } => self.custody_days = Some(*custody_days),
            Event::ConsentRecorded { renounces_speciality } => {
                self.speciality_renounced = *renounces_speciality;
            }
            Event::ConsentRevoked => self.speciality_renounced = false,
            _ => {}
        }
    }

    /// Closes the question a message answers: the one it names, or the only one of its kind.
    fn answer(&mut self, fact: &Fact, kind: QuestionKind) {
        let only = match self.questions.iter().filter(|open| open.kind == kind).collect::<Vec<_>>()[..] {
            [only] => Some(only.asked_by),
            _ => None,
        };
        let asked = fact.event.answers().or(only);
        self.questions.retain(|open| !(open.kind == kind && Some(open.asked_by) == asked));
    }
}
