//! A notice about a case: what a party tells an agency that is only informed of it. Nobody answers, and nothing of the case follows.
//!
//! It must not know under which instruments cases are told of: their tables say to whom, of what, and how little.

use super::Instrument;
use super::definition::{CapacityDef, Seats, Side, StateDef};
use super::event::EventDef;
use super::id::{CapacityId, EventId, StateId, StateSet};
use super::rule::Next::To;
use super::rule::Rule;

/// Edition 1.
pub(super) static CASE_NOTICE: Instrument = Instrument {
    code: "case_notice",
    edition: 1,
    title: "Notice about a case",
    act: "Directive (EU) 2016/680",
    capacities: capacity::TABLE,
    opener: capacity::INFORMING,
    calendar: capacity::INFORMING,
    states: state::TABLE,
    sets: &[],
    events: event::TABLE,
    clocks: &[],
    opening: &[],
    rules: RULES,
    passing_on: None,
    closures: &[],
    notices: &[],
    questions: &[],
    values: &[],
    traits: &[],
    profiles: None,
    lists: &[],
    figures: &[],
};

const _: () = CASE_NOTICE_IS_WHOLE;
const CASE_NOTICE_IS_WHOLE: () = CASE_NOTICE.check();

mod capacity {
    use super::{CapacityDef, CapacityId, Seats, Side};

    table! { TABLE: CapacityDef by CapacityId {
        INFORMING = CapacityDef::new("informing", Side::Asking, Seats::One, "Party to the case that tells of it.");
        EUROJUST = CapacityDef::new("eurojust", Side::Neither, Seats::Any,
            "Eurojust or a national member of it.");
        EUROPOL = CapacityDef::new("europol", Side::Neither, Seats::Any, "Europol or a national unit of it.");
        POLICE = CapacityDef::new("police", Side::Neither, Seats::Any,
            "Police or SIRENE bureau that has to know that there is a case.");
    } }
}

mod state {
    use super::{StateDef, StateId, StateSet};

    table! {
        /// Told, until it is taken back.
        TABLE: StateDef by StateId {
            TOLD = StateDef::open("told", "The notice stands.");
            RETRACTED = StateDef::ended("retracted", "The notice is taken back and must be deleted.");
        }
    }

    pub(super) const OPEN: StateSet = StateSet::of(&[TOLD]);
}

mod event {
    use super::{EventDef, EventId};

    table! { TABLE: EventDef by EventId {
        RETRACTED = EventDef::new("retracted", "The notice is taken back: it was wrong, or must not be kept.")
            .with_reasons("Art. 7(3)");
    } }
}

const INFORMING: &[CapacityId] = &[capacity::INFORMING];

rules! {
    /// Every row.
    RULES from event marked Own {
        1 RETRACTED INFORMING state::OPEN => To(state::RETRACTED), [], "7(3)";
    }
}
