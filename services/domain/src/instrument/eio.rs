//! The European Investigation Order: Directive 2014/41/EU, one order to one executing State.
//!
//! Articles are those of the text consolidated on 13 March 2022, where each was read (V). What carries no article, a dash
//! instead, is our own: that messages can be corrected and orders withdrawn. Messages about the state of execution, free
//! messages and replacements are those that Implementing Regulation (EU) 2026/101, Annex V, lists (V).

mod clock;
mod event;
mod figure;
mod list;
mod rule;
mod state;
#[cfg(test)]
mod tests;

use super::definition::{CapacityDef, QuestionDef, Seats, Side};
use super::id::{CapacityId, QuestionId};
use super::rule::ClockAct::Start;
use super::{Gives, Instrument, NoticeDef};

/// Edition 1.
pub(super) static EIO: Instrument = Instrument {
    code: "eio",
    edition: 1,
    title: "European Investigation Order",
    act: "Directive 2014/41/EU",
    capacities: capacity::TABLE,
    opener: capacity::ISSUING,
    calendar: capacity::EXECUTING,
    states: state::TABLE,
    sets: &[
        (state::ANY, "any"),
        (state::LIVE, "any that has not ended"),
        (state::UNDECIDED, "any before the decision"),
        (state::WITH_COMPETENT, "any that has not ended, with the competent authority"),
        (state::UNDER_EXECUTION, "any under execution, or done"),
    ],
    events: event::TABLE,
    clocks: clock::TABLE,
    opening: &[Start(clock::D1)],
    rules: rule::TABLE,
    passing_on: Some(event::PASSED_ON),
    closures: &[],
    notices: &[
        NoticeDef::of_opening("eurojust", &[Gives::Parties], "Reg. 2018/1727, 21"),
        NoticeDef::of_opening("europol", &[Gives::Parties], "Reg. 2016/794, 7(6)"),
        NoticeDef::of_opening("police", &[Gives::Parties, Gives::Reference], "–"),
    ],
    questions: question::TABLE,
    values: &[],
    traits: &[],
    profiles: None,
    lists: &[
        &list::PRIORITIES,
        &list::RETURN_CAUSES,
        &list::CONSULTATIONS,
        &list::MEASURE_CHANGES,
        &list::EVIDENCE,
        &list::GROUNDS,
        &list::POSTPONEMENTS,
    ],
    figures: figure::TABLE,
};

const _: () = EIO_IS_WHOLE;
const EIO_IS_WHOLE: () = EIO.check();

mod capacity {
    use super::{CapacityDef, CapacityId, Seats, Side};

    table! { TABLE: CapacityDef by CapacityId {
        ISSUING = CapacityDef::new("issuing", Side::Asking, Seats::One,
            "Issuing authority (Art. 2(c)), or the central authority that acts for it.");
        EXECUTING = CapacityDef::new("executing", Side::Answering, Seats::One,
            "Executing authority (Art. 2(d)): it recognises the order and has it executed.");
        POLICE = CapacityDef::new("police", Side::Answering, Seats::Any,
            "Police of the executing State, or another authority that carries out measures.");
        CENTRAL = CapacityDef::new("central", Side::Answering, Seats::Any,
            "Central authority of the executing State (Art. 7(3)), or one that received the order and forwards it (Art. 7(6)).");
        VALIDATING = CapacityDef::new("validating", Side::Asking, Seats::Any,
            "Judicial authority of the issuing State that validated the order (Art. 2(c)(ii)).");
    } }
}

mod question {
    use super::{QuestionDef, QuestionId};

    table! { TABLE: QuestionDef by QuestionId {
        INFORMATION = QuestionDef::new("information", "What the form lacks, or other information that is needed.");
        FURTHER_MEASURES = QuestionDef::new("further_measures", "Whether measures that were not foreseen are wished.");
        FORMALITIES = QuestionDef::new("formalities", "What is to be done where a formality cannot be kept.");
        CONSULTATION = QuestionDef::new("consultation", "The view of the issuing authority.");
        OTHER_MEASURE = QuestionDef::new("other_measure", "Whether the order stands where another measure is used.");
        TIMING = QuestionDef::new("timing", "When a measure that is late is to be carried out.");
        LIFTING = QuestionDef::new("lifting", "Comments before a provisional measure is lifted.");
        STATUS = QuestionDef::new("status", "How the execution stands.");
    } }
}
