//! The arrest warrant between a Member State and the United Kingdom: Trade and Cooperation Agreement, Part Three, Title VII, either way.
//!
//! The machine is that of the European Arrest Warrant; articles, grounds and words are the Agreement's. What it has alone: double
//! criminality is the rule, and the list waives it only where both States notified so; own nationals, political offences and
//! proportionality may be grounds; and in the United Kingdom an authority that is no court certifies a warrant first. How days are
//! counted there, its profile says. Where a Member State executes, no profile is known yet, and the earlier day counts.

mod article;
#[cfg(test)]
mod tests;

use super::Instrument;
use super::clock::ClockDef;
use super::definition::{CapacityDef, Item, ListDef, QuestionDef};
use super::eaw::second as machine;
use super::eaw::second::agreement::{self, Agreement};
use super::event::EventDef;
use super::event::Note::Ask;
use super::figure::FigureDef;
use super::id::{CapacityId, EventId};
use super::rule::{Next, Rule};
use crate::mark::Mark::{Own, V};

/// Edition 1.
pub(super) static TCA_WARRANT: Instrument = Instrument {
    code: "tca_warrant",
    edition: 1,
    title: "Arrest warrant of the EU–UK Trade and Cooperation Agreement",
    act: "Trade and Cooperation Agreement, Part Three, Title VII",
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
    closures: &machine::closures("601(1)(f)"),
    notices: machine::notice::UNDER_ANY_ACT,
    questions: &QUESTIONS,
    values: machine::value::TABLE,
    traits: machine::TRAITS,
    profiles: Some(("tca_warrant", 1)),
    lists: LISTS,
    figures: &FIGURES,
};

const _: () = WARRANT_IS_WHOLE;
const WARRANT_IS_WHOLE: () = TCA_WARRANT.check();

const ACT: Agreement = Agreement { articles: article::TABLE, words: WORDS };

const DECIDE: &str = "The duty to decide goes on; the issuing side is told, with reasons (Art. 615(4)).";

const WORDS: &[(&str, &str)] = &[
    (
        "executing",
        "Executing judicial authority: in the United Kingdom a court, and no authority that certifies (Art. 598).",
    ),
    (
        "central",
        "Central authority of the executing State (Art. 605); in the United Kingdom the National Crime Agency or the Crown \
         Office, which certify a warrant and decide nothing.",
    ),
    (
        "issuing_central",
        "Central authority of the issuing State (Art. 605): transmits, and passes on what is asked.",
    ),
    (
        "police",
        "Police of the executing State, or its Interpol bureau: no alert of the Schengen system reaches the United Kingdom.",
    ),
    ("certificate", "The judgment, and consent to its execution in the executing State."),
    (
        "certificate_requested",
        "The sentence might be taken over: the judgment and consent to that are requested.",
    ),
    ("certificate_sent", "The judgment is sent: the issuing State consents."),
    ("limit_exceeded", "The time limit was exceeded, and the issuing side is told."),
    ("taken_up", "The warrant is taken up after an arrest without it."),
    ("alert_deleted", "The notice or diffusion by Interpol, or the alert, is deleted."),
    ("T1", DECIDE),
    ("T2", DECIDE),
    ("guarantees", "Guarantees and assurances of Art. 604."),
    (
        "detention_conditions",
        "Treatment after the surrender, where there is a real risk to fundamental rights.",
    ),
    (
        "grounds",
        "Grounds for refusing to execute; those of Art. 600 are mandatory. Art. 601(1)(f) is no refusal: the sentence is executed here.",
    ),
    (
        "4(1)",
        "Not an offence in the executing State; the list waives this only where both States notified so (Art. 599(4)).",
    ),
    ("no_judicial_authority", "Not issued by a judicial authority, or without a national decision."),
    ("below_threshold", "No offence reaches the thresholds of Art. 599(1)."),
    ("health", "The risk to health cannot be excluded in a reasonable time."),
    ("fundamental_rights", "An assurance about fundamental rights is awaited (Art. 604(c))."),
    (
        "custody_kinds",
        "How a person is held; whether it is deducted is for the law of the issuing State (Art. 624).",
    ),
    ("hearings", "What the issuing side asks for before the decision (Art. 616)."),
];

/// Grounds that the Framework Decision does not have.
const GROUNDS_ALONE: &[Item] = &[
    Item::new("597", "597", "Surrender would not be necessary and proportionate.").marked(V),
    Item::new(
        "601(1)(h)",
        "601(1)(h)",
        "The warrant was issued to prosecute or punish the person for sex, race, religion, origin, language, opinion or orientation.",
    ),
    Item::new(
        "602(2)",
        "602(2)",
        "A political offence, where the executing State notified that it refuses for one.",
    ),
    Item::new(
        "603(2)",
        "603(2)",
        "An own national, where the executing State notified that it does not surrender its own.",
    )
    .marked(V),
    Item::new(
        "human_rights_uk",
        "Extradition Act 2003, s. 21",
        "Surrender would not be compatible with the rights of the Convention (United Kingdom).",
    ),
    Item::new(
        "disproportionate_uk",
        "Extradition Act 2003, s. 21A",
        "A person not convicted: not compatible with the rights of the Convention, or disproportionate (United Kingdom).",
    ),
];

const WARRANT_CERTIFIED: EventId = EventId::new(agreement::EVENTS as u8);
const CERTIFICATION_DECLINED: EventId = EventId::new(agreement::EVENTS as u8 + 1);

/// What only the United Kingdom does: a designated authority certifies, or says what the warrant lacks for that.
const EVENTS_ALONE: &[EventDef] = &[
    EventDef::new(
        "warrant_certified",
        "The designated authority of the United Kingdom certifies the warrant.",
    ),
    EventDef::new(
        "certification_declined",
        "The warrant is not certified as it stands: what it lacks is asked for.",
    )
    .with_reasons("Extradition Act 2003, s. 2")
    .noting(&[Ask(machine::question::INFORMATION)]),
];

const CERTIFYING: &[CapacityId] = &[machine::capacity::CENTRAL];

const fn certifying(event: EventId) -> Rule {
    Rule {
        number: 5,
        event,
        by: CERTIFYING,
        from: machine::state::BEFORE_ARREST.and(machine::state::UNDECIDED),
        next: Next::Stay,
        clocks: &[],
        article: "Extradition Act 2003, s. 2",
        mark: Own,
    }
}

const RULES_ALONE: &[Rule] = &[certifying(WARRANT_CERTIFIED), certifying(CERTIFICATION_DECLINED)];

under_agreement!(ACT, grounds GROUNDS_ALONE, events EVENTS_ALONE, rules RULES_ALONE);
