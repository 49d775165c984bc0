//! Remarks: what a person should know of a message that counts all the same. They follow from the facts and the State's profile,
//! so that every end makes the same; none of them refuses anything.

use jiff::Timestamp;
use jiff::civil::Date;

use super::clock::Run;
use super::correction::{self, Counted, Target, target};
use super::fact::OpeningFact;
use super::fold::Case;
use crate::calendar::{Calendars, plus_days};
use crate::case::parameter::{DAY, Value};
use crate::instrument::{ClockAct, EventDef, Instrument, National, Next, Note, QuestionId, Rule, ValueId};
use crate::profile::Revocable;

/// Something that a person should know of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remark {
    /// The day that both sides agreed lies after the end of the period for it.
    AgreedAfterLimit,
    /// The person was released before the period ran out whose end demands it.
    ReleasedEarly,
    /// Consent was revoked where the profile of the State says that it cannot be.
    NotRevocable,
    /// It happened on another day than both sides agreed.
    NotOnAgreedDay,
    /// It states another number of days in custody than the messages of the case make.
    CustodyCountsOtherwise,
    /// Something is allowed and refused.
    DecidedTwice,
    /// Something is neither allowed nor refused.
    Undecided,
    /// What was asked is not granted.
    NotGranted,
    /// It names no request, and several are open: none of them is answered.
    AnswersNone,
    /// What it answers is not open: it was answered before, or never asked.
    NotOpen,
    /// The day agreed had passed when it was accepted.
    DayPassed,
    /// The day proposed lies after the end of the period for it.
    ProposedAfterLimit,
    /// The period that it would extend had run out.
    ExtendsNothing,
    /// The person is said to have been held long before the case was opened.
    LongBefore,
    /// A question that bears on it is open still.
    StillOpen,
    /// It says anew what the message that it corrects does not tell, or names none of its sender's.
    CorrectsNothing,
    /// The day lies far ahead, and whoever is held is held until after it.
    FarAhead,
    /// It is an offer that is corrected, and an offer stands as it is.
    OfferStands,
    /// Every offence is refused, so that nothing is ordered.
    NothingOrdered,
    /// Something on which the order depends is not given.
    ConditionNotMet,
    /// It had no effect on the case, and the person is held all the same.
    HeldAllTheSame,
    /// It had no effect on the case, and the person is free all the same.
    FreeAllTheSame,
    /// It had no effect, on the case or on whether the person is held.
    TellAgain,
}

/// Days before the opening of a case in which somebody may have been held on it, as on an alert: no State holds anybody longer without
/// the warrant.
const HELD_BEFORE_DAYS_MAX: i64 = 90;

/// Days ahead that a day may lie on which somebody who is held is to be surrendered, before it is remarked (own).
const AHEAD_DAYS_MAX: i64 = 30;

impl Remark {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AgreedAfterLimit => "agreed_after_limit",
            Self::ReleasedEarly => "released_early",
            Self::NotRevocable => "not_revocable",
            Self::NotOnAgreedDay => "not_on_agreed_day",
            Self::CustodyCountsOtherwise => "custody_counts_otherwise",
            Self::DecidedTwice => "decided_twice",
            Self::Undecided => "undecided",
            Self::NotGranted => "not_granted",
            Self::AnswersNone => "answers_none",
            Self::NotOpen => "not_open",
            Self::DayPassed => "day_passed",
            Self::ProposedAfterLimit => "proposed_after_limit",
            Self::ExtendsNothing => "extends_nothing",
            Self::LongBefore => "long_before",
            Self::StillOpen => "still_open",
            Self::CorrectsNothing => "corrects_nothing",
            Self::FarAhead => "far_ahead",
            Self::OfferStands => "offer_stands",
            Self::NothingOrdered => "nothing_ordered",
            Self::ConditionNotMet => "condition_not_met",
            Self::HeldAllTheSame => "held_all_the_same",
            Self::FreeAllTheSame => "free_all_the_same",
            Self::TellAgain => "tell_again",
        }
    }

    /// What it says.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::AgreedAfterLimit => {
                "The day agreed lies after the end of the period; it moves neither that nor the release."
            }
            Self::ReleasedEarly => "The person was released before the period for surrender ran out.",
            Self::NotRevocable => {
                "By the profile of the State, consent cannot be revoked there at this point."
            }
            Self::NotOnAgreedDay => "It happened on another day than both sides agreed.",
            Self::CustodyCountsOtherwise => {
                "The days stated differ from those that the messages of the case make, first and last day of each period counted."
            }
            Self::DecidedTwice => {
                "An offence is among those that are ordered and among those that are refused."
            }
            Self::Undecided => "An offence of the warrant is neither ordered nor refused.",
            Self::NotGranted => "What was asked is refused: it would be granted by the flag of the event.",
            Self::AnswersNone => "It names no request, and several are open: it answers none of them.",
            Self::NotOpen => "What it answers is not open: it was answered before, or never asked.",
            Self::DayPassed => "The day agreed had passed when it was accepted.",
            Self::ProposedAfterLimit => {
                "The day proposed lies after the end of the period for the surrender."
            }
            Self::ExtendsNothing => "The period had run out before, and is not extended: it stays missed.",
            Self::LongBefore => {
                "It is said to have happened more than 90 days before the case was opened: periods of the law are counted from then."
            }
            Self::StillOpen => "A question that bears on it is not answered yet.",
            Self::CorrectsNothing => {
                "It says anew what the message that it corrects does not tell, or names no message of its sender: nothing is counted otherwise."
            }
            Self::FarAhead => {
                "The day lies more than 30 days ahead, and the period that begins with it moves the day of release: whoever is held is held longer."
            }
            Self::OfferStands => {
                "A day that was proposed stands as it is, since the other side may accept it: propose another one instead."
            }
            Self::NothingOrdered => {
                "Every offence is refused, and surrender is ordered for none. A refusal of all is told as the refusal of the whole."
            }
            Self::ConditionNotMet => "A guarantee on which the order depends is not given.",
            Self::HeldAllTheSame => {
                "It moves the case no more, but the person is held, and has to be released."
            }
            Self::FreeAllTheSame => "It moves the case no more, but the person counts as free.",
            Self::TellAgain => {
                "Nothing of it counts: if the person is held, or free, as it says, that has to be told again."
            }
        }
    }
}

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
                && rule.clocks.iter().any(|act| matches!(act, ClockAct::ExtendInTime(_)))
        };
        self.rules.iter().any(extends)
            || event.notes.iter().any(|note| {
                matches!(
                    note,
                    Note::Accept(_)
                        | Note::Answer(_)
                        | Note::Await(..)
                        | Note::Correct
                        | Note::Depends(..)
                        | Note::CountCustody(_)
                        | Note::Divide(..)
                        | Note::Free
                        | Note::Grant(_)
                        | Note::Hold(_)
                        | Note::Offer(_)
                        | Note::OnDay(_)
                        | Note::Revoke
                )
            })
    }
}

impl Case {
    /// What should be known of an event, before it is applied.
    pub(super) fn remark(
        &self,
        rule: &Rule,
        before: &[Counted<'_>],
        message: &Counted<'_>,
        opening: &OpeningFact,
        calendars: &Calendars,
    ) -> Option<Remark> {
        let definition = &opening.instrument.events[rule.event.place()];
        let is_running = |national: National| {
            self.clocks.iter().filter(move |clock| clock.is_open() && clock.definition.national == national)
        };
        if definition.corrects() {
            return corrects_oddly(before, message, opening);
        }
        if definition.accepts().is_some() {
            let side = message.placed.side(opening);
            let day = self.accepted_day(rule.event, side, message)?;
            let starts_anew = starts_on_day(rule);
            let is_late = |clock: &super::Clock| clock.due.is_some_and(|due| due.date < day);
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
            let runs = |clock: &&super::Clock| clock.run == Run::Running;
            return (!starts_anew && is_running(National::Surrender).filter(runs).any(is_late))
                .then_some(Remark::AgreedAfterLimit);
        }
        let is_far = |day| self.is_far_ahead(day, opening, message, calendars);
        match self.acceptance_of(rule, opening.instrument).map(starts_on_day) {
            Some(true) if message.day.is_some_and(is_far) => return Some(Remark::FarAhead),
            Some(false) if self.is_after_limit(message) => return Some(Remark::ProposedAfterLimit),
            _ => {}
        }
        let has_run_out = |act: &ClockAct| {
            let ClockAct::ExtendInTime(id) = act else { return false };
            self.clocks.iter().any(|clock| {
                clock.id == *id && clock.run == Run::Running && clock.has_ended_at(message.declared)
            })
        };
        if rule.clocks.iter().any(has_run_out) {
            return Some(Remark::ExtendsNothing);
        }
        let ends =
            matches!(rule.next, Next::To(state) if opening.instrument.states[state.place()].is_terminal);
        // A refusal of the whole divides nothing.
        let mut notes = definition.notes.iter().filter(|note| !ends || !matches!(note, Note::Divide(..)));
        if let Some(remark) = notes.find_map(|note| self.differs(*note, message, opening, calendars)) {
            return Some(remark);
        }
        let stops = |id| !ends && rule.clocks.contains(&ClockAct::Stop(id));
        let is_early = |clock: &&super::Clock| {
            clock.definition.while_held
                && stops(clock.id)
                && clock.due.is_some_and(|due| message.declared < due.at)
        };
        if self.clocks.iter().filter(|clock| clock.is_open()).any(|clock| is_early(&clock)) {
            return Some(Remark::ReleasedEarly);
        }
        let revokes = definition.notes.contains(&Note::Revoke);
        let may_not = self.profile().is_some_and(|profile| match profile.consent.value {
            Revocable::Never => true,
            Revocable::UntilOrder => is_running(National::Surrender).next().is_some(),
            Revocable::UntilSurrender | Revocable::Unknown => false,
        });
        (revokes && may_not).then_some(Remark::NotRevocable)
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
        message.day.is_some_and(|day| running.any(|clock| clock.due.is_some_and(|due| due.date < day)))
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
                let stated = message.placed.fact.event.value(parameter)?.number()?;
                let counted = self.custody.days(calendars, of, message.declared);
                (stated != counted).then_some(Remark::CustodyCountsOtherwise)
            }
            Note::Divide(allowed, refused) => self.divided((allowed, refused), message, opening),
            Note::Grant(flag) => {
                message.placed.fact.event.value(flag).is_none().then_some(Remark::NotGranted)
            }
            Note::Answer(question) => self.answered(question, message, opening),
            Note::Hold(_) => is_long_before(opening, message.declared).then_some(Remark::LongBefore),
            Note::Depends(needed, given) => {
                let code = |id: ValueId| opening.instrument.values[id.place()].code;
                // What the event itself tells is remembered only after it.
                let given: Vec<Value> = self.all_values(code(given)).collect();
                self.all_values(code(needed))
                    .any(|one| !given.contains(&one))
                    .then_some(Remark::ConditionNotMet)
            }
            Note::Await(question, parameter) => {
                let event = &message.placed.fact.event;
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
        let event = &message.placed.fact.event;
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
        let event = opening.instrument.fitting(&message.placed.fact.event)?;
        let notes = opening.instrument.events[event.place()].notes;
        // What this event itself tells replaces or joins what was told before.
        let told = |id: ValueId| {
            let rest = notes.iter().find_map(|note| match note {
                Note::KeepOrRest(of, parameter, other) if *of == id => Some((*parameter, *other)),
                _ => None,
            });
            if let Some((parameter, other)) = rest {
                return self.named_or_rest(parameter, other, message);
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
        let is_final = opening.instrument.events[event.place()]
            .notes
            .iter()
            .all(|note| !matches!(note, Note::Keep(..) | Note::KeepAlso(..) | Note::KeepOrRest(..)));
        (is_partial && is_final && (1..=opening.items).any(|one| is_left(&one))).then_some(Remark::Undecided)
    }
}

/// What should be known of a correction: that it says anew what nobody told, or puts an arrest long before the case.
fn corrects_oddly(before: &[Counted<'_>], message: &Counted<'_>, opening: &OpeningFact) -> Option<Remark> {
    let (fact, order) = (message.placed.fact, before.iter().map(|other| other.placed).collect::<Vec<_>>());
    let Some(Target { told, .. }) = target(opening.instrument, &order, fact) else {
        return Some(Remark::CorrectsNothing);
    };
    let told = &opening.instrument.events[told.place()];
    if told.offers().is_some() && fact.event.day().is_some() {
        return Some(Remark::OfferStands);
    }
    if correction::says_in_vain(told, fact) {
        return Some(Remark::CorrectsNothing);
    }
    let is_anew = correction::declares_anew(fact);
    (told.holds() && is_anew && is_long_before(opening, fact.declared)).then_some(Remark::LongBefore)
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
