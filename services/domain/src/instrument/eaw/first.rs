//! Edition 1 of the warrant: the cases that were opened under it are judged by it for ever. It must not change.

mod clock;
mod event;
mod figure;
pub(super) mod list;
mod rule;
mod state;
#[cfg(test)]
mod tests;

use crate::instrument::Instrument;
use crate::instrument::definition::{CapacityDef, QuestionDef, Seats, Side, ValueDef};
use crate::instrument::id::{CapacityId, QuestionId, ValueId};

/// Edition 1.
pub(in crate::instrument) static EAW: Instrument = Instrument {
    code: "eaw",
    edition: 1,
    title: "European Arrest Warrant",
    act: "Framework Decision 2002/584/JHA",
    capacities: capacity::TABLE,
    opener: capacity::ISSUING,
    calendar: capacity::EXECUTING,
    states: state::TABLE,
    sets: &[
        (state::ANY, "any"),
        (state::LIVE, "any that has not ended"),
        (state::BEFORE_FINAL, "any before the final decision"),
    ],
    events: event::TABLE,
    clocks: clock::TABLE,
    opening: &[],
    rules: rule::TABLE,
    passing_on: None,
    closures: &[],
    notices: &[],
    questions: question::TABLE,
    values: value::TABLE,
    traits: &[],
    profiles: None,
    lists: &[&list::DEFERRAL_REASONS, &list::GUARANTEES, &list::GROUNDS],
    figures: figure::TABLE,
};

const _: () = EAW_IS_WHOLE;
const EAW_IS_WHOLE: () = EAW.check();

mod capacity {
    use super::{CapacityDef, CapacityId, Seats, Side};

    table! { TABLE: CapacityDef by CapacityId {
        ISSUING = CapacityDef::new("issuing", Side::Asking, Seats::One,
            "Issuing judicial authority, or the central authority that acts for it.");
        EXECUTING = CapacityDef::new("executing", Side::Answering, Seats::One,
            "Executing judicial authority, or the central authority that acts for it.");
        POLICE = CapacityDef::new("police", Side::Answering, Seats::Any, "Police or SIRENE bureau of the executing State.");
        COPY = CapacityDef::new("copy", Side::Neither, Seats::Any, "Receives a copy and raises nothing.");
    } }
}

mod question {
    use super::{QuestionDef, QuestionId};

    table! { TABLE: QuestionDef by QuestionId {
        INFORMATION = QuestionDef::new("information", "Supplementary information.");
        GUARANTEE = QuestionDef::new("guarantee", "A guarantee.");
        SURRENDER_DATE = QuestionDef::new("surrender_date", "Whether a proposed surrender date suits.");
        SPECIALITY_CONSENT = QuestionDef::new("speciality_consent", "Consent to prosecute other offences.");
        ONWARD_CONSENT = QuestionDef::new("onward_consent", "Consent to onward surrender.");
    } }
}

mod value {
    use super::{ValueDef, ValueId};

    table! { TABLE: ValueDef by ValueId {
        SURRENDER_ON = ValueDef::new("surrender_on", "The surrender date agreed.");
        RETURN_ON = ValueDef::new("return_on", "The day of return from temporary surrender.");
        CUSTODY_DAYS = ValueDef::new("custody_days", "Days of custody served on the warrant (Art. 26).");
        SPECIALITY_RENOUNCED = ValueDef::new("speciality_renounced", "The person renounced speciality (Art. 13(1)).");
    } }
}
