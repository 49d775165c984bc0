//! What of a case is remarked on a message: each remark, and when it is made. It must refuse nothing, and change nothing.

use super::Remark;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::{Calendars, plus_days};
use crate::case::clock::{Clock, Run};
use crate::case::correction::{self, Counted, OFFENCE, Target, target};
use crate::case::fact::OpeningFact;
use crate::case::fold::{Case, Effect, Step};
use crate::case::parameter::{DAY, Value};
use crate::instrument::{
    ClockAct, ClockId, EventDef, Instrument, National, Next, Note, QuestionId, Rule, ValueId,
};
use crate::profile::{Appeal, Revocable};

/// Days before the opening of a case in which somebody may have been held on it, as on an alert: no State holds anybody longer without
/// the warrant.
const HELD_BEFORE_DAYS_MAX: i64 = 90;

/// Days ahead that a day may lie on which somebody who is held is to be surrendered, before it is remarked (own).
const AHEAD_DAYS_MAX: i64 = 30;

impl Instrument {
    /// Whether an event agrees the day on which another one has to happen.
    fn agrees_day_of_act(&self, event: &EventDef) -> bool {
        let is_day_of_act = |id: ValueId| self.events.iter().any(|act| act.notes.contains(&Note::OnDay(id)));
        event.notes.iter().any(|note| matches!(note, Note::Keep(value, DAY) if is_day_of_act(*value)))
    }

    /// Whether something of the case can be remarked on an event: whoever asks for a remark folds the whole case.
    #[must_use]
    pub fn may_be_remarked(&self, event: &EventDef) -> bool {
        let extends = |rule: &Rule| {
            self.events[rule.event.place()].code == event.code
                && rule
                    .clocks
                    .iter()
                    .any(|act| matches!(act, ClockAct::ExtendInTime(_) | ClockAct::Received(_)))
        };
        let moves = |rule: &Rule| self.events[rule.event.place()].code == event.code && moves_clocks(rule);
        // Of whoever should have been let go before, every act says so.
        self.rules.iter().any(|rule| extends(rule) || self.release().is_some() && moves(rule))
            || event.notes.iter().any(|note| {
                matches!(
                    note,
                    Note::Accept(_)
                        | Note::Appeal
                        | Note::Answer(_)
                        | Note::Await(..)
                        | Note::Correct
                        | Note::Depends(..)
                        | Note::CountCustody(_)
                        | Note::Divide(..)
                        | Note::Free
                        | Note::Leave
                        | Note::Grant(_)
                        | Note::Hold(_)
                        | Note::Mistake
                        | Note::Offer(_)
                        | Note::OnDay(_)
                        | Note::Presume(..)
                        | Note::Revoke
                )
            })
    }
}

impl Case {
    /// What should be known of an event, before it is applied: the first that there is.
    pub(in crate::case) fn remark(
        &self,
        rule: &Rule,
        before: &[Counted<'_>],
        message: &Counted<'_>,
        opening: &OpeningFact,
        calendars: &Calendars,
    ) -> Option<Remark> {
        let definition = &opening.instrument.events[rule.event.place()];
        if definition.holds() && self.state().is_terminal {
            let is_free = self.custody.is_free_since(message.declared, message.placed.fact.id);
            return Some(if is_free { Remark::FreeSince } else { Remark::HeldAllTheSame });
        }
        if definition.corrects() {
            return self.corrects_oddly(before, message, opening);
        }
        let acts = moves_clocks(rule) || definition.accepts().is_some();
        if acts && !definition.frees() && self.owes_release(message.declared) {
            return Some(Remark::ReleaseOwed);
        }
        if definition.accepts().is_some() {
            return self.of_acceptance(rule, message, opening, calendars);
        }
        let ends =
            matches!(rule.next, Next::To(state) if opening.instrument.states[state.place()].is_terminal);
        self.of_offer(rule, message, opening, calendars)
            .or_else(|| self.of_period(rule, message))
            .or_else(|| self.of_notes((rule, ends), message, opening, calendars))
            .or_else(|| self.of_release((rule, ends), message, opening.instrument))
            .or_else(|| {
                let is_early =
                    !ends && self.decides(rule) && self.is_appeal_open(message, opening, calendars);
                is_early.then_some(Remark::AppealOpen)
            })
            .or_else(|| self.of_consent(definition))
    }

    /// Of a day that is accepted.
    fn of_acceptance(
        &self,
        rule: &Rule,
        message: &Counted<'_>,
        opening: &OpeningFact,
        calendars: &Calendars,
    ) -> Option<Remark> {
        let definition = &opening.instrument.events[rule.event.place()];
        let day = self.accepted_day(rule.event, message.placed.side(opening), message)?;
        let starts_anew = starts_on_day(rule);
        // Of other days that both sides agree, such as that of a return, no period for the surrender says anything.
        if !opening.instrument.agrees_day_of_act(definition) {
            return None;
        }
        if day < calendars.day_of(opening.jurisdiction, message.declared) {
            return Some(Remark::DayPassed);
        }
        if starts_anew && self.is_far_ahead(day, opening, message, calendars) {
            return Some(Remark::FarAhead);
        }
        let is_late = |clock: &Clock| clock.due.is_some_and(|due| due.date < day);
        let mut running = self.open(National::Surrender).filter(|clock| clock.run == Run::Running);
        (!starts_anew && running.any(is_late)).then_some(Remark::AgreedAfterLimit)
    }

    /// Of a day that is offered.
    fn of_offer(
        &self,
        rule: &Rule,
        message: &Counted<'_>,
        opening: &OpeningFact,
        calendars: &Calendars,
    ) -> Option<Remark> {
        let is_far = |day| self.is_far_ahead(day, opening, message, calendars);
        match self.acceptance_of(rule, opening.instrument).map(starts_on_day) {
            Some(true) if message.day().is_some_and(is_far) => Some(Remark::FarAhead),
            Some(false) if self.is_after_limit(message) => Some(Remark::ProposedAfterLimit),
            _ => None,
        }
    }

    /// Of a period that it would extend, or that it says when to count from.
    fn of_period(&self, rule: &Rule, message: &Counted<'_>) -> Option<Remark> {
        let has_run_out = |clock: &Clock| clock.has_ended_at(message.declared);
        let extends = |clock: &Clock| rule.clocks.contains(&ClockAct::ExtendInTime(clock.id));
        if self.clocks.iter().any(|clock| extends(clock) && clock.run == Run::Running && has_run_out(clock)) {
            return Some(Remark::ExtendsNothing);
        }
        let asked = message.event.answers();
        let is_of_request =
            |clock: &Clock| rule.clocks.contains(&ClockAct::Received(clock.id)) && Some(clock.cause) == asked;
        let is_late = self.clocks.iter().any(|clock| is_of_request(clock) && has_run_out(clock));
        is_late.then_some(Remark::ReceivedLate)
    }

    /// Of what it asks, answers and leaves behind.
    fn of_notes(
        &self,
        (rule, ends): (&Rule, bool),
        message: &Counted<'_>,
        opening: &OpeningFact,
        calendars: &Calendars,
    ) -> Option<Remark> {
        let instrument = opening.instrument;
        // A refusal of the whole divides nothing.
        let refuses = ends && self.decides(rule);
        // Where nobody can be held any more, no custody goes on.
        let leaves = matches!(rule.next, Next::To(state) if !instrument.may_be_held_in(state));
        let mut notes = instrument.events[rule.event.place()].notes.iter().filter(|note| match note {
            Note::Divide(..) => !refuses,
            Note::Free | Note::Leave => !leaves,
            _ => true,
        });
        notes.find_map(|note| self.differs(*note, message, opening, calendars))
    }

    /// Of the period after which the person is let go.
    fn of_release(
        &self,
        (rule, ends): (&Rule, bool),
        message: &Counted<'_>,
        instrument: &Instrument,
    ) -> Option<Remark> {
        let is_early = |clock: &Clock| {
            clock.is_open()
                && clock.definition.while_held
                && rule.clocks.contains(&ClockAct::Stop(clock.id))
                && clock.due.is_some_and(|due| message.declared < due.at)
        };
        if !ends && !self.owes_release(message.declared) && self.clocks.iter().any(is_early) {
            return Some(Remark::ReleasedEarly);
        }
        self.leaves_without_period(rule, instrument).then_some(Remark::HeldWithoutPeriod)
    }

    /// Of consent that is revoked.
    fn of_consent(&self, definition: &EventDef) -> Option<Remark> {
        let may_not = self.profile().is_some_and(|profile| match profile.consent.value {
            Revocable::Never => true,
            Revocable::UntilOrder => self.open(National::Surrender).next().is_some(),
            Revocable::UntilSurrender | Revocable::Unknown => false,
        });
        (may_not && definition.notes.contains(&Note::Revoke)).then_some(Remark::NotRevocable)
    }

    /// The open clocks of which national law decides this.
    fn open(&self, national: National) -> impl Iterator<Item = &Clock> {
        self.clocks.iter().filter(move |clock| clock.is_open() && clock.definition.national == national)
    }

    /// Whether a row takes the period of the release from somebody who is held, and begins or resumes none.
    fn leaves_without_period(&self, rule: &Rule, instrument: &Instrument) -> bool {
        let is_of_release = |id: ClockId| instrument.clocks[id.place()].while_held;
        let takes = |act: &ClockAct| matches!(act, ClockAct::Yield(id) if is_of_release(*id));
        let gives = |act: &ClockAct| {
            matches!(act, ClockAct::StartOn(id) | ClockAct::Start(id) | ClockAct::StartIfHeld(id) if is_of_release(*id))
                || matches!(act, ClockAct::ResumeExcluding(_))
        };
        let frees = instrument.events[rule.event.place()].frees();
        self.custody.is_held() && !frees && rule.clocks.iter().any(takes) && !rule.clocks.iter().any(gives)
    }

    /// Whether an appeal against the decision can be lodged still, by the days that the profile of the State gives for one.
    fn is_appeal_open(&self, message: &Counted<'_>, opening: &OpeningFact, calendars: &Calendars) -> bool {
        let days = self.profile().and_then(|profile| profile.appeal_days.as_ref()).map(|days| days.value);
        let appeals = |step: &&Step| {
            let event = opening.instrument.event(step.event.as_str());
            event.is_some_and(|event| event.notes.contains(&Note::Appeal))
        };
        let decided = self.steps.iter().rev().find(|step| step.effect == Effect::Applied).map(|step| step.at);
        let (Some(days), Some(decided)) = (days, decided) else { return false };
        let day_of = |instant| calendars.day_of(opening.jurisdiction, instant);
        !self.steps.iter().any(|step| appeals(&step))
            && day_of(message.declared) <= plus_days(day_of(decided), days.into())
    }

    /// The row by which a day of surrender that a row offers is accepted, where it can be.
    fn acceptance_of(&self, rule: &Rule, instrument: &Instrument) -> Option<&'static Rule> {
        let events = instrument.events;
        let offered = events[rule.event.place()].offers()?;
        let accepts = |rule: &&Rule| {
            let event = &events[rule.event.place()];
            event.notes.contains(&Note::Accept(offered)) && instrument.agrees_day_of_act(event)
        };
        instrument.rules_in(self.state().code).find(accepts)
    }

    /// Whether the day that a message names lies after the end of the period for the surrender.
    fn is_after_limit(&self, message: &Counted<'_>) -> bool {
        let mut running = self
            .clocks
            .iter()
            .filter(|clock| clock.run == Run::Running && clock.definition.national == National::Surrender);
        message.day().is_some_and(|day| running.any(|clock| clock.due.is_some_and(|due| due.date < day)))
    }

    /// Whether a day lies further ahead than one that is agreed at once, while somebody is held.
    fn is_far_ahead(
        &self,
        day: Date,
        opening: &OpeningFact,
        message: &Counted<'_>,
        calendars: &Calendars,
    ) -> bool {
        let today = calendars.day_of(opening.jurisdiction, message.declared);
        self.custody.is_held() && day > plus_days(today, AHEAD_DAYS_MAX)
    }

    /// What is told otherwise than the case has it.
    fn differs(
        &self,
        note: Note,
        message: &Counted<'_>,
        opening: &OpeningFact,
        calendars: &Calendars,
    ) -> Option<Remark> {
        let of = opening.jurisdiction;
        match note {
            Note::OnDay(agreed) => {
                let agreed = self.value(opening.instrument.values[agreed.place()].code)?.day()?;
                (calendars.day_of(of, message.declared) != agreed).then_some(Remark::NotOnAgreedDay)
            }
            Note::CountCustody(parameter) => {
                let stated = message.event.value(parameter)?.number()?;
                let counted = self.custody.days(calendars, of, message.declared);
                (stated != counted).then_some(Remark::CustodyCountsOtherwise)
            }
            Note::Divide(allowed, refused) => self.divided((allowed, refused), message, opening),
            Note::Grant(flag) => message.event.value(flag).is_none().then_some(Remark::NotGranted),
            Note::Answer(question) => self.answered(question, message, opening),
            Note::Hold(other_title) => {
                let is_on_case = message.event.item().is_none_or(|kind| kind != *other_title);
                let (at, by) = (message.declared, message.placed.fact.id);
                if is_on_case && self.custody.is_free_since(at, by) {
                    return Some(Remark::FreeSince);
                }
                is_long_before(opening, at).then_some(Remark::LongBefore)
            }
            Note::Free | Note::Leave | Note::Mistake => {
                let (at, by) = (message.declared, message.placed.fact.id);
                self.custody.held_again_since(at, by).map(|_| Remark::HeldAgainSince)
            }
            Note::Appeal => {
                let has_none = self.profile().is_some_and(|profile| profile.appeal.value == Appeal::None);
                has_none.then_some(Remark::NoAppeal)
            }
            Note::Presume(first, second) => {
                let is_open = self.has_happened(first) && !self.has_happened(second);
                is_open.then_some(Remark::NotToldBefore)
            }
            Note::Depends(needed, given) => {
                let code = |id: ValueId| opening.instrument.values[id.place()].code;
                // What the event itself tells is remembered only after it.
                let given: Vec<Value> = self.all_values(code(given)).collect();
                self.all_values(code(needed))
                    .any(|one| !given.contains(&one))
                    .then_some(Remark::ConditionNotMet)
            }
            Note::Await(question, parameter) => {
                let event = &message.event;
                let kind = opening.instrument.questions[question.place()].symbol();
                let is_named =
                    |item| event.values(parameter).filter_map(Value::item).any(|one| Some(one) == item);
                let mut open = self.questions.iter().filter(|open| open.kind == kind);
                open.any(|open| !is_named(open.item)).then_some(Remark::StillOpen)
            }
            _ => None,
        }
    }

    /// Whether what it answers is open, and which of several.
    fn answered(&self, question: QuestionId, message: &Counted<'_>, opening: &OpeningFact) -> Option<Remark> {
        let event = &message.event;
        let (kind, item) = (opening.instrument.questions[question.place()].symbol(), event.item());
        let mut open = self.questions.iter().filter(|open| open.kind == kind && open.item == item);
        match event.answers() {
            Some(asked) => (!open.any(|one| one.asked_by == asked)).then_some(Remark::NotOpen),
            None => (open.count() > 1).then_some(Remark::AnswersNone),
        }
    }

    /// Whether numbers of the form that one event allows are refused by another one, or left out by both.
    fn divided(
        &self,
        (allowed, refused): (ValueId, ValueId),
        message: &Counted<'_>,
        opening: &OpeningFact,
    ) -> Option<Remark> {
        let event = opening.instrument.fitting(&message.event)?;
        let notes = opening.instrument.events[event.place()].notes;
        // What this event itself tells replaces or joins what was told before.
        let told = |id: ValueId| {
            let rest = notes.iter().find_map(|note| match note {
                Note::KeepOrRest(of, parameter, other) if *of == id => Some((*parameter, *other)),
                _ => None,
            });
            if let Some((parameter, other)) = rest {
                return self.named_or_rest(id, parameter, other, message);
            }
            let before =
                self.all_values(opening.instrument.values[id.place()].code).filter_map(Value::number);
            let keeps = notes.iter().find_map(|note| match note {
                Note::Keep(of, parameter) if *of == id => Some((*parameter, false)),
                Note::KeepAlso(of, parameter) if *of == id => Some((*parameter, true)),
                _ => None,
            });
            let Some((parameter, joins)) = keeps else { return before.collect::<Vec<_>>() };
            let own = message.values(parameter).filter_map(Value::number);
            before.filter(|_| joins).chain(own).collect()
        };
        let (allowed, refused) = (told(allowed), told(refused));
        if allowed.iter().any(|one| refused.contains(one)) {
            return Some(Remark::DecidedTwice);
        }
        if opening.items > 0 && (1..=opening.items).all(|one| refused.contains(&one)) {
            return Some(Remark::NothingOrdered);
        }
        let is_left = |one: &u32| !allowed.contains(one) && !refused.contains(one);
        let is_partial = !allowed.is_empty() && opening.items > 0;
        let is_final = opening.instrument.events[event.place()].notes.iter().all(|note| {
            !matches!(
                note,
                Note::Keep(..) | Note::KeepAlso(..) | Note::KeepOrRest(..) | Note::KeepOrStand(..)
            )
        });
        (is_partial && is_final && (1..=opening.items).any(|one| is_left(&one))).then_some(Remark::Undecided)
    }

    /// What should be known of a correction: that it says anew what nobody told, puts an arrest long before the case, or what it corrects
    /// behind what followed from that.
    fn corrects_oddly(
        &self,
        before: &[Counted<'_>],
        message: &Counted<'_>,
        opening: &OpeningFact,
    ) -> Option<Remark> {
        let (fact, order) =
            (message.placed.fact, before.iter().map(|other| other.placed).collect::<Vec<_>>());
        if correction::corrected_message(fact) == Some(opening.referral.opening()) {
            // A form is corrected in words, by whoever sent it.
            let is_in_words = fact.sender == opening.issuing && !correction::says_more_than_words(fact);
            return (!is_in_words).then_some(Remark::CorrectsNothing);
        }
        let Some(Target { told, of }) = target(opening.instrument, &order, fact) else {
            return Some(Remark::CorrectsNothing);
        };
        if correction::takes_back(fact) {
            let is_in_vain = opening.instrument.passing_on == Some(told);
            return Some(if is_in_vain { Remark::CorrectsNothing } else { Remark::TakesBack });
        }
        let told = &opening.instrument.events[told.place()];
        if told.offers().is_some() && fact.event.day().is_some() {
            return Some(Remark::OfferStands);
        }
        if correction::says_in_vain(told, fact) {
            return Some(Remark::CorrectsNothing);
        }
        let mut deciding = opening.instrument.rules.iter().filter(|rule| self.decides(rule));
        let is_final = deciding.any(|rule| self.has_happened(rule.event));
        if fact.event.value(OFFENCE).is_some() && is_final {
            return Some(Remark::FinalDecisionChanged);
        }
        if !correction::declares_anew(fact) {
            return None;
        }
        if told.holds() && is_long_before(opening, fact.declared) {
            return Some(Remark::LongBefore);
        }
        let corrected = before.iter().position(|other| other.placed.fact.id == of)?;
        let said = before[corrected].placed.fact.declared;
        let mut after = (corrected + 1..before.len()).filter(|at| self.steps[*at].effect == Effect::Applied);
        after
            .any(|at| before[at].declared >= said && before[at].declared < fact.declared)
            .then_some(Remark::OutOfOrder)
    }
}

/// Whether a row moves the case, and periods with it.
fn moves_clocks(rule: &Rule) -> bool {
    rule.next != Next::Stay && !rule.clocks.is_empty()
}

/// Whether a row has a period begin with the day that it names.
fn starts_on_day(rule: &Rule) -> bool {
    rule.clocks.iter().any(|act| matches!(act, ClockAct::StartOn(_)))
}

/// Whether an instant lies long before the case was opened. A case that was passed on is older than the referral in which it goes on.
fn is_long_before(opening: &OpeningFact, declared: Timestamp) -> bool {
    let days = opening.declared.duration_since(declared).as_hours() / 24;
    opening.passed_on.is_none() && days > HELD_BEFORE_DAYS_MAX
}
