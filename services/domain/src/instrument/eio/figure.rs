//! What is counted of investigation orders, as States report on them, as far as messages tell (own).

use super::clock::{D1, D2, D3, D5};
use super::{event, state};
use crate::instrument::figure::By::{Clock, Counterpart, Item};
use crate::instrument::figure::What::{Days, Happened, Missed, Opened, Reached};
use crate::instrument::figure::{FigureDef, What};
use crate::instrument::id::EventId;

const fn of(code: &'static str, meaning: &'static str, article: &'static str, what: What) -> FigureDef {
    FigureDef::new(code, meaning, article, what)
}

const RECEIPT: &[EventId] = &[event::RECEIPT_CONFIRMED];
const RECOGNITION: &[EventId] = &[event::RECOGNISED];
const TRANSFER: &[EventId] = &[event::RESULTS_TRANSFERRED];

/// Every figure in the order of a usual case.
pub(super) const TABLE: &[FigureDef] = &[
    of("opened", "Orders issued, or received for execution.", "1(1)", Opened),
    of("opened_by_counterpart", "The same by the other State.", "1(1)", Opened).by(Counterpart),
    of("receipt_confirmed", "Receipts confirmed by Annex B.", "16(1)", Happened(RECEIPT)),
    of("returned", "Orders returned, by cause.", "9(3)", Happened(&[event::RETURNED]))
        .by(Item(event::RETURNED, "cause")),
    of(
        "information_requested",
        "Orders on which information was asked.",
        "11(4)",
        Happened(&[event::INFORMATION_REQUESTED]),
    ),
    of(
        "other_measure",
        "Orders for which another measure was told, by reason.",
        "10",
        Happened(&[event::OTHER_MEASURE_TOLD]),
    )
    .by(Item(event::OTHER_MEASURE_TOLD, "change")),
    of("recognised", "Orders recognised, in whole or in part.", "9(1)", Happened(RECOGNITION)),
    of("refused", "Orders refused.", "11", Reached(&[state::REFUSED])),
    of(
        "refused_by_ground",
        "The same by ground; a case counts under each.",
        "11",
        Reached(&[state::REFUSED]),
    )
    .by(Item(event::REFUSED, "ground")),
    of(
        "refused_in_part",
        "Orders recognised in part, by the ground on which the rest is refused.",
        "11",
        Happened(RECOGNITION),
    )
    .by(Item(event::RECOGNISED, "ground")),
    of("impossible", "Orders for which no assistance was possible.", "10(5)", Reached(&[state::IMPOSSIBLE])),
    of("postponed", "Orders postponed, by reason.", "15(1)", Happened(&[event::POSTPONED]))
        .by(Item(event::POSTPONED, "reason")),
    of(
        "days_to_recognition",
        "Days from the confirmation of the receipt to the recognition.",
        "12(3)",
        Days(RECEIPT, RECOGNITION),
    ),
    of(
        "days_to_transfer",
        "Days from the recognition to the transfer of the evidence.",
        "12(4), 13(1)",
        Days(RECOGNITION, TRANSFER),
    ),
    of(
        "delay_told",
        "Decisions that could not be taken in time, as told with reasons.",
        "12(5)",
        Happened(&[event::DELAY_TOLD]),
    ),
    of("limits_exceeded", "Periods exceeded, by clock.", "12, 16(1), 32(2)", Missed(&[D1, D2, D3, D5]))
        .by(Clock),
    of("transferred", "Orders whose evidence was transferred.", "13(1)", Reached(&[state::TRANSFERRED])),
    of("transferred_by_counterpart", "The same by the other State.", "13(1)", Reached(&[state::TRANSFERRED]))
        .by(Counterpart),
    of(
        "remedies_sought",
        "Orders against which a legal remedy was sought.",
        "14",
        Happened(&[event::REMEDY_TOLD]),
    ),
    of(
        "persons_transferred",
        "Transfers of a person in custody for a time.",
        "22, 23",
        Happened(&[event::PERSON_TRANSFERRED]),
    ),
    of("replaced", "Orders replaced by another one.", "–", Reached(&[state::REPLACED])),
    of("withdrawn", "Orders withdrawn.", "–", Reached(&[state::WITHDRAWN])),
    FigureDef::not_known("by_measure", "Orders by investigative measure.", "22 to 32", SEALED),
    FigureDef::not_known("by_category_of_offence", "Orders by category of offence.", "11(1)(g)", SEALED),
];

/// Why something that stands in the form alone is not counted.
const SEALED: &str = "It stands in the form, which is sealed and is not read for a count.";
