//! Edition 2 of the warrant: release as a period of its own, days that both sides agree, decisions of first instance apart from
//! final ones, judicial authorities apart from prosecutors and central authorities, and what the law of each State decides.

#[macro_use]
pub(in crate::instrument) mod agreement;
pub(in crate::instrument) mod clock;
mod event;
pub(in crate::instrument) mod figure;
pub(in crate::instrument) mod list;
pub(in crate::instrument) mod notice;
pub(in crate::instrument) mod rule;
pub(in crate::instrument) mod state;
#[cfg(test)]
mod tests;

use crate::instrument::Instrument;
use crate::instrument::definition::{CapacityDef, ClosureDef, QuestionDef, Seats, Side, TraitDef, ValueDef};
use crate::instrument::id::{CapacityId, EventId, QuestionId, StateSet, ValueId};

/// Edition 2.
pub(in crate::instrument) static EAW: Instrument = Instrument {
    code: "eaw",
    edition: 2,
    title: "European Arrest Warrant",
    act: "Framework Decision 2002/584/JHA",
    capacities: capacity::TABLE,
    opener: capacity::ISSUING,
    calendar: capacity::EXECUTING,
    states: state::TABLE,
    sets: SETS,
    events: event::TABLE,
    clocks: clock::TABLE,
    opening: &[],
    rules: rule::TABLE,
    passing_on: Some(PASSING_ON),
    closures: &closures("4(6)"),
    notices: notice::TABLE,
    questions: question::TABLE,
    values: value::TABLE,
    traits: TRAITS,
    profiles: Some(("eaw", 1)),
    lists: &[
        &list::DEFERRAL_REASONS,
        &list::GUARANTEES,
        &list::GROUNDS,
        &list::CUSTODY_KINDS,
        &list::RIGHTS,
        &list::HEARINGS,
    ],
    figures: figure::TABLE,
};

/// How a warrant comes to another agency of the executing State.
pub(in crate::instrument) const PASSING_ON: EventId = event::PASSED_ON;

/// How one of several warrants for a person ends the others. That a person died any party may say, so that it ends no case of another
/// State by itself. The sentence is taken over under this article.
pub(in crate::instrument) const fn closures(taken_over: &'static str) -> [ClosureDef; 2] {
    [
        ClosureDef::new(state::SURRENDERED, event::EXECUTED_ELSEWHERE, "–"),
        ClosureDef::new(state::TAKEN_OVER, event::EXECUTED_ELSEWHERE, taken_over),
    ]
}

pub(in crate::instrument) const SETS: &[(StateSet, &str)] = &[
    (state::ANY, "any"),
    (state::LIVE, "any that has not ended"),
    (state::HELD, "any from the arrest until the end"),
    (state::BEFORE_FINAL, "any before the final decision"),
];

pub(in crate::instrument) const TRAITS: &[TraitDef] = &[
    TraitDef { code: "prosecution", meaning: "A person is wanted for prosecution." },
    TraitDef { code: "sentence", meaning: "A person is wanted to serve a sentence." },
];

const _: () = EAW_IS_WHOLE;
const EAW_IS_WHOLE: () = EAW.check();

pub(in crate::instrument) mod capacity {
    use super::{CapacityDef, CapacityId, Seats, Side};

    table! { TABLE: CapacityDef by CapacityId {
        ISSUING = CapacityDef::new("issuing", Side::Asking, Seats::One, "Issuing judicial authority.");
        EXECUTING = CapacityDef::new("executing", Side::Answering, Seats::One,
            "Executing judicial authority: the one that the law of its State names, and no other (C-510/19).");
        POLICE = CapacityDef::new("police", Side::Answering, Seats::Any, "Police or SIRENE bureau of the executing State.");
        PROSECUTOR = CapacityDef::new("prosecutor", Side::Answering, Seats::Any,
            "Prosecutor of the executing State who is no executing judicial authority: transmits, arranges, hands over.");
        CENTRAL = CapacityDef::new("central", Side::Answering, Seats::Any,
            "Central authority of the executing State (Art. 7): transmits, and states the custody served (Art. 26(2)).");
        ISSUING_CENTRAL = CapacityDef::new("issuing_central", Side::Asking, Seats::Any,
            "Central authority of the issuing State (Art. 7): transmits, and passes on what is asked.");
    } }
}

pub(in crate::instrument) mod question {
    use super::{QuestionDef, QuestionId};

    table! { TABLE: QuestionDef by QuestionId {
        INFORMATION = QuestionDef::new("information", "Supplementary information.");
        STATUS = QuestionDef::new("status", "How the case stands.");
        GUARANTEE = QuestionDef::new("guarantee", "A guarantee.");
        HEARING = QuestionDef::new("hearing", "A hearing or a temporary transfer before the decision.");
        CERTIFICATE = QuestionDef::new("certificate", "The certificate under Framework Decision 2008/909/JHA, and consent to its use.");
        NEW_DATE = QuestionDef::new("new_date", "A new date of surrender, which is to be agreed at once.");
        SURRENDER_DATE = QuestionDef::new("surrender_date", "Whether a proposed surrender date suits.");
        TEMPORARY_SURRENDER = QuestionDef::new("temporary_surrender", "Whether the conditions of a temporary surrender suit.");
        CUSTODY_STATEMENT = QuestionDef::new("custody_statement", "The statement of the custody served.");
        RELEASE = QuestionDef::new("release", "The end of custody, where the case ended while the person was held.");
        SPECIALITY_CONSENT = QuestionDef::new("speciality_consent", "Consent to prosecute other offences.");
        ONWARD_CONSENT = QuestionDef::new("onward_consent", "Consent to onward surrender.");
        THIRD_STATE_CONSENT = QuestionDef::new("third_state_consent", "Consent to extradition to a third State.");
    } }
}

pub(in crate::instrument) mod value {
    use super::{ValueDef, ValueId};

    table! { TABLE: ValueDef by ValueId {
        SURRENDER_ON = ValueDef::new("surrender_on", "The surrender date that both sides agreed.");
        RETURN_ON = ValueDef::new("return_on", "The day of return from temporary surrender that both sides agreed.");
        OFFENCES_ORDERED = ValueDef::new("offences_ordered", "An offence for which surrender is ordered.");
        OFFENCES_REFUSED = ValueDef::new("offences_refused", "An offence for which execution is refused.");
        GUARANTEES_ORDERED = ValueDef::new("guarantees_ordered", "A guarantee on which the order depends.");
        GUARANTEES_GIVEN = ValueDef::new("guarantees_given", "A guarantee that was given.");
        CUSTODY_DAYS = ValueDef::new("custody_days", "Days of custody served on the warrant, as stated.");
        CONSENT_GIVEN = ValueDef::new("consent_given", "The person consents to surrender.");
        SPECIALITY_RENOUNCED = ValueDef::new("speciality_renounced", "The person renounced speciality.");
    } }
}
