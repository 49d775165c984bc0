//! The European Arrest Warrant: Framework Decision 2002/584/JHA as amended by 2009/299/JHA.

mod clock;
mod event;
mod list;
mod rule;
mod state;
#[cfg(test)]
mod tests;

use super::Instrument;
use super::definition::{CapacityDef, QuestionDef, Seats, Side, ValueDef};
use super::id::{CapacityId, QuestionId, ValueId};

/// Edition 1.
pub(super) static EAW: Instrument = Instrument {
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
    questions: question::TABLE,
    values: value::TABLE,
    lists: &[&list::DEFERRAL_REASONS, &list::GUARANTEES, &list::GROUNDS],
};

const _: () = EAW_IS_WHOLE;
const EAW_IS_WHOLE: () = EAW.check();

mod capacity {
    use super::{CapacityDef, CapacityId, Seats, Side};

    const fn of(code: &'static str, side: Side, seats: Seats, meaning: &'static str) -> CapacityDef {
        CapacityDef { code, meaning, side, seats }
    }

    table! { TABLE: CapacityDef by CapacityId {
        ISSUING = of("issuing", Side::Asking, Seats::One,
            "Issuing judicial authority, or the central authority that acts for it.");
        EXECUTING = of("executing", Side::Answering, Seats::One,
            "Executing judicial authority, or the central authority that acts for it.");
        POLICE = of("police", Side::Answering, Seats::Any, "Police or SIRENE bureau of the executing State.");
        COPY = of("copy", Side::Neither, Seats::Any, "Receives a copy and raises nothing.");
    } }
}

mod question {
    use super::{QuestionDef, QuestionId};

    const fn of(code: &'static str, meaning: &'static str) -> QuestionDef {
        QuestionDef { code, meaning }
    }

    table! { TABLE: QuestionDef by QuestionId {
        INFORMATION = of("information", "Supplementary information.");
        GUARANTEE = of("guarantee", "A guarantee.");
        SURRENDER_DATE = of("surrender_date", "Whether a proposed surrender date suits.");
        SPECIALITY_CONSENT = of("speciality_consent", "Consent to prosecute other offences.");
        ONWARD_CONSENT = of("onward_consent", "Consent to onward surrender.");
    } }
}

mod value {
    use super::{ValueDef, ValueId};

    const fn of(code: &'static str, meaning: &'static str) -> ValueDef {
        ValueDef { code, meaning }
    }

    table! { TABLE: ValueDef by ValueId {
        SURRENDER_ON = of("surrender_on", "The surrender date agreed.");
        RETURN_ON = of("return_on", "The day of return from temporary surrender.");
        CUSTODY_DAYS = of("custody_days", "Days of custody served on the warrant (Art. 26).");
        SPECIALITY_RENOUNCED = of("speciality_renounced", "The person renounced speciality (Art. 13(1)).");
    } }
}
