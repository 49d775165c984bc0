//! What is counted of warrants: the questionnaire of the Commission about the practical operation of the European Arrest Warrant,
//! by own knowledge of it, as far as messages tell.

use super::clock::{T1, T2, T4, T5, T6, T7};
use super::{event, state};
use crate::instrument::figure::By::{Clock, Counterpart, Item, Kind};
use crate::instrument::figure::Only::{After, Naming};
use crate::instrument::figure::What::{Days, Happened, Missed, Opened, Reached};
use crate::instrument::figure::{FigureDef, What};
use crate::instrument::id::EventId;

const fn of(code: &'static str, meaning: &'static str, article: &'static str, what: What) -> FigureDef {
    FigureDef::new(code, meaning, article, what)
}

/// The person consents from the former on until one of the latter.
const CONSENT: &[EventId] = &[event::CONSENT_RECORDED];
const NO_CONSENT: &[EventId] = &[event::CONSENT_REVOKED, event::NO_CONSENT, event::IDENTITY_NOT_CONFIRMED];
/// The person was heard and does not consent; a case that is decided without a hearing is neither.
const HEARD: &[EventId] = &[event::CONSENT_REVOKED, event::NO_CONSENT];
const CONSENT_OR_FREE: &[EventId] = &[event::CONSENT_RECORDED, event::IDENTITY_NOT_CONFIRMED];
const ARREST: &[EventId] = &[event::ARRESTED];
const DECISION: &[EventId] = &[event::DECISION_FINAL, event::SENTENCE_RECOGNISED];

/// Every figure in the order of the questionnaire.
pub(in crate::instrument) const TABLE: &[FigureDef] = &[
    of(
        "opened",
        "Warrants issued, or received for execution; one that goes to several States counts for each.",
        "1(1)",
        Opened,
    ),
    of("opened_by_kind", "The same by purpose.", "1(1)", Opened).by(Kind),
    of("opened_by_counterpart", "The same by the other State.", "1(1)", Opened).by(Counterpart),
    of(
        "arrested",
        "Persons arrested; one arrested in several States counts for each.",
        "11, 12",
        Happened(ARREST),
    ),
    of(
        "proceedings_begun",
        "Surrender proceedings begun: registered, or the person arrested.",
        "15(1)",
        Happened(&[event::REGISTERED, event::ARRESTED]),
    ),
    of("consented", "Persons who consented to surrender.", "13", Happened(CONSENT)),
    of("consent_revoked", "Consent revoked.", "13(4)", Happened(&[event::CONSENT_REVOKED])),
    of("not_consented", "Persons who did not consent.", "14", Happened(&[event::NO_CONSENT])),
    of("decided", "Final decisions, of either outcome.", "15, 17", Happened(DECISION)),
    of(
        "days_to_decision_with_consent",
        "Days from the arrest to the final decision, where the person consents.",
        "17(2)",
        Days(ARREST, DECISION),
    )
    .only(After(CONSENT, NO_CONSENT)),
    of(
        "days_to_decision_without_consent",
        "Days from the arrest to the final decision, where the person was heard and does not consent.",
        "17(3)",
        Days(ARREST, DECISION),
    )
    .only(After(HEARD, CONSENT_OR_FREE)),
    of(
        "days_to_surrender",
        "Days from the final decision to the surrender.",
        "23(2)",
        Days(&[event::DECISION_FINAL], &[event::SURRENDERED]),
    ),
    of(
        "delay_notified",
        "Limits that could not be kept, as told with reasons.",
        "17(4)",
        Happened(&[event::DELAY_NOTIFIED]),
    ),
    of("limits_exceeded", "Limits exceeded, by clock.", "17, 23", Missed(&[T1, T2, T4, T5, T6, T7]))
        .by(Clock),
    of(
        "eurojust_told",
        "Cases of which it was told that Eurojust is to be informed.",
        "17(7)",
        Happened(&[event::LIMIT_EXCEEDED]),
    ),
    of("refused", "Warrants finally refused.", "3, 4, 4a", Reached(&[state::REFUSED])),
    of(
        "refused_by_ground",
        "The same by ground; a case counts under each.",
        "3, 4, 4a",
        Reached(&[state::REFUSED]),
    )
    .by(Item(event::REFUSED, "ground")),
    of(
        "refused_in_part",
        "Cases refused for some of the offences, by ground.",
        "17(6)",
        Happened(&[event::OFFENCES_REFUSED]),
    )
    .by(Item(event::OFFENCES_REFUSED, "ground")),
    of(
        "refused_for_fundamental_rights",
        "Warrants finally refused for a risk to fundamental rights.",
        "1(3)",
        Reached(&[state::REFUSED]),
    )
    .only(Naming(event::REFUSED, "1(3)")),
    of(
        "sentence_taken_over",
        "Sentences recognised and executed here instead.",
        "4(6)",
        Reached(&[state::TAKEN_OVER]),
    ),
    of("guarantees_requested", "Guarantees requested.", "5", Happened(&[event::GUARANTEE_REQUESTED]))
        .by(Item(event::GUARANTEE_REQUESTED, "guarantee")),
    of("guarantees_given", "Guarantees given.", "5", Happened(&[event::GUARANTEE_GIVEN]))
        .by(Item(event::GUARANTEE_GIVEN, "guarantee")),
    of("guarantees_refused", "Guarantees not given.", "5", Happened(&[event::GUARANTEE_REFUSED]))
        .by(Item(event::GUARANTEE_REFUSED, "guarantee")),
    of(
        "postponed",
        "Surrenders postponed for own proceedings or an own sentence.",
        "24(1)",
        Happened(&[event::SURRENDER_POSTPONED]),
    ),
    of(
        "surrendered_for_a_time",
        "Temporary surrenders.",
        "24(2)",
        Happened(&[event::TEMPORARILY_SURRENDERED]),
    ),
    of(
        "released",
        "Persons released because the limit for the surrender ran out.",
        "23(5)",
        Happened(&[event::RELEASED]),
    ),
    of("surrendered", "Persons surrendered.", "23", Reached(&[state::SURRENDERED])),
    of("surrendered_by_kind", "The same by purpose.", "23", Reached(&[state::SURRENDERED])).by(Kind),
    of("surrendered_by_counterpart", "The same by the other State.", "23", Reached(&[state::SURRENDERED]))
        .by(Counterpart),
    of(
        "returned_to_serve",
        "Persons returned to serve the sentence, as guaranteed.",
        "5(3)",
        Happened(&[event::RETURNED_TO_SERVE]),
    ),
    of("withdrawn", "Warrants withdrawn or replaced.", "–", Happened(&[event::WITHDRAWN])),
    of(
        "executed_elsewhere",
        "Warrants executed in another State.",
        "–",
        Happened(&[event::EXECUTED_ELSEWHERE]),
    ),
    of(
        "surrendered_elsewhere",
        "Persons surrendered or extradited on a competing request.",
        "16",
        Reached(&[state::ELSEWHERE]),
    ),
    of(
        "not_found",
        "Cases closed because the person was not found.",
        "–",
        Reached(&[state::CLOSED_NOT_FOUND]),
    ),
    of("died", "Cases closed because the person died.", "–", Reached(&[state::CLOSED_DIED])),
    FigureDef::not_known("by_category_of_offence", "Warrants by category of offence.", "2(2)", SEALED),
    FigureDef::not_known("in_absence", "Warrants for a sentence imposed in absence.", "4a", SEALED),
    FigureDef::not_known("minors", "Warrants for persons who were minors.", "3(3)", SEALED),
    FigureDef::not_known(
        "nationals",
        "Persons who are nationals or residents of the executing State.",
        "4(6), 5(3)",
        SEALED,
    ),
    FigureDef::not_known(
        "information_on_fundamental_rights",
        "Requests for information on fundamental rights.",
        "1(3), 15(2)",
        "What a request is about stands in its words, which are sealed.",
    ),
    FigureDef::not_known(
        "several_warrants",
        "Persons for whom there are several warrants.",
        "16",
        "Referrals are not joined by person: who is sought stands in the form, which is sealed.",
    ),
];

/// Why something that stands in the form alone is not counted.
const SEALED: &str = "It stands in the form, which is sealed and is not read for a count.";
