//! Boxes (b), (c) and (d): the decisions a warrant rests on, the sentences, and trials in absence.
//! The form has no box for the purpose; it follows from what is filled in here.

use jiff::civil::Date;

use super::check::{Check, Path, blank};
use super::form::{AbsenceForm, AbsencePoint, JudgmentForm, OrderForm, TrialForm};
use super::value::{Ecli, NonEmpty, PartialDate, Term, Text};
use crate::limits;

/// What the person is wanted for (Art. 1(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Conducting a criminal prosecution.
    Prosecution,
    /// Executing a custodial sentence or detention order.
    Execution,
    /// Both, by several decisions in one warrant.
    Both,
}

/// What the warrant rests on; says its purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// For prosecution.
    Prosecution(Prosecution),
    /// For execution of these judgments.
    Execution(NonEmpty<Judgment>),
    /// For both.
    Both(Prosecution, NonEmpty<Judgment>),
}

/// Boxes (b) 1 and (c) 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prosecution {
    /// National arrest warrants or decisions of the same effect.
    pub orders: NonEmpty<Order>,
    /// Maximum penalty for all offences, unless every offence states its own.
    pub maximum: Option<Term>,
}

/// A national arrest warrant or a decision of the same effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Type of the decision.
    pub kind: Text,
    /// Date.
    pub date: Option<PartialDate>,
    /// National reference.
    pub reference: Option<Text>,
    /// Court or authority.
    pub court: Option<Text>,
}

/// An enforceable judgment with its sentence and trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgment {
    /// National reference.
    pub reference: Text,
    /// Date.
    pub date: Option<PartialDate>,
    /// Court.
    pub court: Option<Text>,
    /// European Case Law Identifier.
    pub ecli: Option<Ecli>,
    /// Sentence or detention order imposed, at least four months.
    pub imposed: Term,
    /// What remains to be served, never more than was imposed.
    pub remaining: Term,
    /// Box (d).
    pub trial: Trial,
}

/// Box (d): whether the person was at the trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trial {
    /// Point 1: appeared in person.
    Present,
    /// Point 2: did not; with `None` the ground of Art. 4a(1) stands open to the executing authority.
    Absent(Option<Absence>),
}

/// Box (d), point 3, with point 4 where the form asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Absence {
    /// 3.1a: summoned in person on this day.
    SummonedInPerson(Date),
    /// 3.1b: officially informed by other means, and how.
    InformedOtherwise(Text),
    /// 3.2: defended by a mandated counsellor, and how.
    Defended(Text),
    /// 3.3: served with the decision.
    Served {
        /// Day of service.
        on: Date,
        /// What the person did then.
        reaction: Reaction,
        /// Point 4.
        how: Text,
    },
    /// 3.4: will be served after surrender, with this many days to ask for a retrial.
    WillBeServed(u32),
}

/// What a person served with a decision did (box (d) 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Stated that the decision is not contested.
    NotContested,
    /// Did not ask for a retrial or appeal in time.
    NotRequested,
    /// Both boxes are ticked.
    Both,
}

impl Basis {
    /// What the person is wanted for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        match self {
            Self::Prosecution(_) => Purpose::Prosecution,
            Self::Execution(_) => Purpose::Execution,
            Self::Both(..) => Purpose::Both,
        }
    }

    /// The prosecution part, if any.
    #[must_use]
    pub fn prosecution(&self) -> Option<&Prosecution> {
        match self {
            Self::Prosecution(prosecution) | Self::Both(prosecution, _) => Some(prosecution),
            Self::Execution(_) => None,
        }
    }

    /// The judgments, none for a prosecution.
    #[must_use]
    pub fn judgments(&self) -> &[Judgment] {
        match self {
            Self::Prosecution(_) => &[],
            Self::Execution(judgments) | Self::Both(_, judgments) => judgments,
        }
    }
}

pub(super) fn order(check: &mut Check, at: Path<'_>, form: OrderForm, issued: Option<Date>) -> Option<Order> {
    let kind = check.line(at.field("kind"), form.kind, "Art. 8(1)(c), box (b) 1");
    let date = check.date(at.field("date"), form.date, "box (b) 1");
    check.not_after(at.field("date"), date.map(PartialDate::earliest), issued, "Art. 8(1)(c), box (b) 1");
    let reference = check.maybe_line(at.field("reference"), form.reference, "box (b) 1");
    let court = check.maybe_line(at.field("court"), form.court, "box (b) 1");
    Some(Order { kind: kind?, date, reference, court })
}

pub(super) fn judgment(
    check: &mut Check,
    at: Path<'_>,
    form: JudgmentForm,
    issued: Option<Date>,
) -> Option<Judgment> {
    let reference = check.line(at.field("reference"), form.reference, "Art. 8(1)(c), box (b) 2");
    let date = check.date(at.field("date"), form.date, "box (b) 2");
    check.not_after(at.field("date"), date.map(PartialDate::earliest), issued, "Art. 8(1)(c), box (b) 2");
    let court = check.maybe_line(at.field("court"), form.court, "box (b) 2");
    let ecli = check.ecli(at.field("ecli"), form.ecli);
    let imposed = match form.imposed {
        None => check.missing(at.field("imposed"), "Art. 8(1)(f), box (c) 2"),
        given => check.term(at.field("imposed"), given, "box (c) 2"),
    };
    if imposed.is_some_and(|term| term.months() < limits::EXECUTION_MONTHS) {
        check.fault::<()>(
            at.field("imposed"),
            "below_four_months",
            "Art. 2(1)",
            "A sentence of at least four months must have been imposed.",
        );
    }
    let remaining = match form.remaining {
        None => check.missing(at.field("remaining"), "box (c) 2"),
        given => check.term(at.field("remaining"), given, "box (c) 2"),
    };
    if let (Some(imposed), Some(remaining)) = (imposed, remaining)
        && remaining.days() > imposed.days()
    {
        check.fault::<()>(
            at.field("remaining"),
            "remaining_exceeds_imposed",
            "box (c) 2",
            "No more can remain than was imposed.",
        );
    }
    let trial = match form.trial {
        Some(form) => trial(check, at.field("trial"), form, issued),
        None => check.missing(at.field("trial"), "Art. 4a(1), box (d)"),
    };
    Some(Judgment {
        reference: reference?,
        date,
        court,
        ecli,
        imposed: imposed?,
        remaining: remaining?,
        trial: trial?,
    })
}

fn trial(check: &mut Check, at: Path<'_>, form: TrialForm, issued: Option<Date>) -> Option<Trial> {
    match form.appeared {
        None => check.missing(at.field("appeared"), "Art. 4a(1), box (d) 1 and 2"),
        Some(true) if form.absences.is_empty() && blank(&form.how_met) => Some(Trial::Present),
        Some(true) => check.fault(
            at,
            "present_and_absent",
            "box (d) 3",
            "Points 3 and 4 are only for a person who did not appear.",
        ),
        Some(false) => {
            let mut ticked = form.absences.into_iter();
            match (ticked.next(), ticked.next()) {
                (None, _) => Some(Trial::Absent(None)),
                (Some(tick), None) => absence(check, at, (tick, form.how_met), issued)
                    .map(|absence| Trial::Absent(Some(absence))),
                (Some(_), Some(_)) => check.fault(
                    at.field("absences"),
                    "one_of_point_3",
                    "box (d) 3",
                    "Tick one box of point 3.",
                ),
            }
        }
    }
}

fn absence(
    check: &mut Check,
    at: Path<'_>,
    (form, how_met): (AbsenceForm, String),
    issued: Option<Date>,
) -> Option<Absence> {
    let here = at.item("absences", 0);
    let how = at.field("how_met");
    match form.point {
        AbsencePoint::NotGiven => check.missing(here.field("point"), "box (d) 3"),
        AbsencePoint::SummonedInPerson => {
            let date = check.full_date(here.field("date"), form.date, "Art. 4a(1)(a)(i), box (d) 3.1a");
            check.not_after(here.field("date"), date, issued, "box (d) 3.1a");
            date.map(Absence::SummonedInPerson)
        }
        AbsencePoint::InformedOtherwise => {
            check.text(how, how_met, "box (d) 4 with 3.1b").map(Absence::InformedOtherwise)
        }
        AbsencePoint::Defended => check.text(how, how_met, "box (d) 4 with 3.2").map(Absence::Defended),
        AbsencePoint::Served => {
            let date = check.full_date(here.field("date"), form.date, "Art. 4a(1)(c), box (d) 3.3");
            check.not_after(here.field("date"), date, issued, "box (d) 3.3");
            let how = check.text(how, how_met, "box (d) 4 with 3.3");
            let reaction = match (form.not_contested, form.not_requested) {
                (true, false) => Some(Reaction::NotContested),
                (false, true) => Some(Reaction::NotRequested),
                (true, true) => Some(Reaction::Both),
                (false, false) => check.fault(
                    here,
                    "reaction_missing",
                    "Art. 4a(1)(c), box (d) 3.3",
                    "Tick that the decision is not contested, or that no retrial was asked for in time.",
                ),
            };
            Some(Absence::Served { on: date?, reaction: reaction?, how: how? })
        }
        AbsencePoint::WillBeServed if (1..=limits::RETRIAL_DAYS).contains(&form.days) => {
            Some(Absence::WillBeServed(form.days))
        }
        AbsencePoint::WillBeServed => check.fault(
            here.field("days"),
            "retrial_days",
            "Art. 4a(1)(d)(ii), box (d) 3.4",
            "Give the number of days in which a retrial can be asked for.",
        ),
    }
}
