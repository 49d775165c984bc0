//! The arrest warrant between a Member State and Iceland or Norway: Agreement of 28 June 2006 (OJ L 292), in force since 1 November 2019.
//!
//! The machine is that of the European Arrest Warrant; articles, grounds and words are the Agreement's. What it has alone: own
//! nationals and political offences may be grounds where a State declared so, and the list waives double criminality only where both
//! declared it. The Agreement is older than the rules on judgments in absence: they are a guarantee in it and no ground. How days are
//! counted in Iceland and Norway, their profiles say. Where a Member State executes, no profile is known yet, and the earlier day counts.

mod article;
#[cfg(test)]
mod tests;

use super::Instrument;
use super::clock::ClockDef;
use super::definition::{CapacityDef, Item, ListDef, QuestionDef};
use super::eaw::second as machine;
use super::eaw::second::agreement::{self, Agreement};
use super::event::EventDef;
use super::figure::FigureDef;
use super::rule::Rule;

/// Edition 1.
pub(super) static ICELAND_NORWAY_WARRANT: Instrument = Instrument {
    code: "iceland_norway_warrant",
    edition: 1,
    title: "Arrest warrant of the Agreement with Iceland and Norway",
    act: "Agreement of 28 June 2006 on the surrender procedure with Iceland and Norway",
    capacities: &CAPACITIES,
    opener: machine::capacity::ISSUING,
    calendar: machine::capacity::EXECUTING,
    states: machine::state::TABLE,
    sets: machine::SETS,
    events: &EVENTS,
    clocks: &CLOCKS,
    opening: &[],
    rules: &RULES,
    passing_on: Some(machine::PASSING_ON),
    closures: &machine::closures("5(1)(f)"),
    notices: machine::notice::UNDER_ANY_ACT,
    questions: &QUESTIONS,
    values: machine::value::TABLE,
    traits: machine::TRAITS,
    profiles: Some(("iceland_norway_warrant", 1)),
    lists: LISTS,
    figures: &FIGURES,
};

const _: () = WARRANT_IS_WHOLE;
const WARRANT_IS_WHOLE: () = ICELAND_NORWAY_WARRANT.check();

const ACT: Agreement = Agreement { articles: article::TABLE, words: WORDS };

const DECIDE: &str = "The duty to decide goes on; the issuing side is told, with reasons (Art. 20(4)).";

const WORDS: &[(&str, &str)] = &[
    ("executing", "Executing judicial authority: the one that the law of its State names."),
    (
        "central",
        "Central authority of the executing State (Art. 10): transmits, and states the custody served (Art. 29(2)).",
    ),
    (
        "issuing_central",
        "Central authority of the issuing State (Art. 10): transmits, and passes on what is asked.",
    ),
    ("certificate", "The judgment, and consent to its execution in the executing State."),
    (
        "certificate_requested",
        "The sentence might be taken over: the judgment and consent to that are requested.",
    ),
    ("certificate_sent", "The judgment is sent: the issuing State consents."),
    ("limit_exceeded", "The time limit was exceeded, and the issuing side is told."),
    ("T1", DECIDE),
    ("T2", DECIDE),
    ("guarantees", "Guarantees of Art. 8 and assurances about fundamental rights."),
    (
        "grounds",
        "Grounds for refusing to execute; those of Art. 4 are mandatory. Art. 5(1)(f) is no refusal: the sentence is executed here.",
    ),
    (
        "4(1)",
        "Not an offence in the executing State; the list waives this only where both States declared so (Art. 3(4)).",
    ),
    ("no_judicial_authority", "Not issued by a judicial authority, or without a national decision."),
    ("below_threshold", "No offence reaches the thresholds of Art. 3(1)."),
    ("health", "The risk to health cannot be excluded in a reasonable time."),
    ("fundamental_rights", "An assurance about fundamental rights is awaited."),
    (
        "custody_kinds",
        "How a person is held; whether it is deducted is for the law of the issuing State (Art. 29).",
    ),
    ("hearings", "What the issuing side asks for before the decision (Art. 21)."),
];

/// Grounds that the Framework Decision does not have.
const GROUNDS_ALONE: &[Item] = &[
    Item::new(
        "6(2)",
        "6(2)",
        "A political offence, where the executing State declared that it refuses for one.",
    ),
    Item::new(
        "7(2)",
        "7(2)",
        "An own national, where the executing State declared that it does not surrender its own.",
    ),
];

const EVENTS_ALONE: &[EventDef] = &[];
const RULES_ALONE: &[Rule] = &[];

under_agreement!(ACT, grounds GROUNDS_ALONE, events EVENTS_ALONE, rules RULES_ALONE);
