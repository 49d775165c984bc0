//! What can happen in the case of an investigation order, with what clocks and questions need to know of it.

use super::list::{
    CONSULTATIONS, EVIDENCE, GROUNDS, MEASURE_CHANGES, POSTPONEMENTS, PRIORITIES, RETURN_CAUSES,
};
use super::question;
use crate::instrument::event::Count::{Any, Maybe, One, Some};
use crate::instrument::event::Note::{Answer, Ask, Correct};
use crate::instrument::event::{EventDef, GOES_ON_IN, NEVER_HAPPENED, ParameterDef, Takes};
use crate::instrument::id::EventId;
use crate::limits;

const ANSWERS: ParameterDef = ParameterDef::new("answers", Takes::Message, Maybe, "The message it answers.");
const RECEIVED_ON: ParameterDef =
    ParameterDef::new("day", Takes::Day, One, "The day on which the authority received the order.");
const MEASURES: Takes = Takes::Number(1, limits::LIST_ITEMS as u32);
const MEASURE: ParameterDef =
    ParameterDef::new("measure", MEASURES, One, "Which measure of section C, counted from 1.").of_form();
const MEASURES_NAMED: ParameterDef = ParameterDef::new(
    "measure",
    MEASURES,
    Any(limits::LIST_ITEMS),
    "Which measures of section C, counted from 1; all where none is named.",
)
.of_form();
const REPLACED_BY: ParameterDef =
    ParameterDef::new("replaced_by", Takes::Referral, One, "The order that replaces this one.");
const RETURN_WISHED: ParameterDef = ParameterDef::flag(
    "return_wished",
    "The evidence is to be returned once it is no longer required (Art. 13(3)).",
);
const ABOUT: ParameterDef = ParameterDef::new("consultation", Takes::Item(&CONSULTATIONS), One, "On what.");

table! {
    /// Every event in the order of the life cycle.
    TABLE: EventDef by EventId {
        RECEIPT_CONFIRMED = EventDef::new("receipt_confirmed", "The competent authority confirms the receipt by Annex B.")
            .takes(&[
                RECEIVED_ON,
                ParameterDef::new("priority", Takes::Item(&PRIORITIES), Maybe, "What is decided before the rest."),
            ]);
        CENTRAL_RECEIPT_CONFIRMED =
            EventDef::new("central_receipt_confirmed", "A central authority confirms its own receipt by an Annex B of its own.")
                .takes(&[RECEIVED_ON]);
        FORWARDED_TO_COMPETENT =
            EventDef::new("forwarded_to_competent", "Forwarded to the competent authority, which Annex B names in part C.")
                .takes(&[RECEIVED_ON])
                .with_reasons("Art. 7(6)");
        PASSED_ON = EventDef::new("passed_on", "Passed on to another agency that is competent; the case goes on in another referral.")
            .takes(&[GOES_ON_IN]);
        RETURNED = EventDef::new("returned", "Returned to the issuing State.")
            .takes(&[ParameterDef::new("cause", Takes::Item(&RETURN_CAUSES), One, "Why.")])
            .with_reasons("Art. 9(3)");
        INCOMPLETE_TOLD =
            EventDef::new("incomplete_told", "No decision is possible: Annex A is incomplete or manifestly incorrect.")
                .with_reasons("Art. 16(2)(a)")
                .noting(&[Ask(question::INFORMATION)]);
        FURTHER_MEASURES_TOLD =
            EventDef::new("further_measures_told", "Measures that were not foreseen may be appropriate.")
                .with_reasons("Art. 16(2)(b)")
                .noting(&[Ask(question::FURTHER_MEASURES)]);
        FURTHER_MEASURES_ANSWERED = EventDef::new("further_measures_answered", "Whether they are wished.")
            .needing(&[FURTHER_MEASURES_TOLD])
            .takes(&[ANSWERS, ParameterDef::flag("wished", "They are wished.")])
            .noting(&[Answer(question::FURTHER_MEASURES)]);
        FORMALITIES_IMPOSSIBLE =
            EventDef::new("formalities_impossible", "A formality or procedure that was asked for cannot be kept.")
                .with_reasons("Art. 16(2)(c)")
                .noting(&[Ask(question::FORMALITIES)]);
        FORMALITIES_ANSWERED = EventDef::new("formalities_answered", "What is to be done without it.")
            .needing(&[FORMALITIES_IMPOSSIBLE])
            .takes(&[ANSWERS])
            .with_reasons("Art. 9(6)")
            .noting(&[Answer(question::FORMALITIES)]);
        INFORMATION_REQUESTED = EventDef::new("information_requested", "Additional information is requested.")
            .with_reasons("Art. 11(4)")
            .noting(&[Ask(question::INFORMATION)]);
        INFORMATION_SUPPLIED = EventDef::new("information_supplied", "Information is supplied, asked for or not.")
            .in_words()
            .takes(&[ANSWERS])
            .noting(&[Answer(question::INFORMATION)]);
        CONSULTED = EventDef::new("consulted", "The issuing authority is consulted.")
            .takes(&[ABOUT])
            .with_reasons("Art. 9(6)")
            .noting(&[Ask(question::CONSULTATION)]);
        CONSULTATION_ANSWERED = EventDef::new("consultation_answered", "The consultation is answered.")
            .needing(&[CONSULTED])
            .takes(&[ANSWERS, ABOUT])
            .with_reasons("Art. 9(6)")
            .noting(&[Answer(question::CONSULTATION)]);
        OTHER_MEASURE_TOLD =
            EventDef::new("other_measure_told", "Another measure is to be used; the order may be withdrawn or supplemented.")
                .takes(&[ParameterDef::new("change", Takes::Item(&MEASURE_CHANGES), One, "Why."), MEASURE])
                .with_reasons("Art. 10(4)")
                .noting(&[Ask(question::OTHER_MEASURE)]);
        OTHER_MEASURE_ANSWERED = EventDef::new("other_measure_answered", "The other measure is agreed to, or is not wished.")
            .needing(&[OTHER_MEASURE_TOLD])
            .takes(&[
                ANSWERS,
                ParameterDef::new("change", Takes::Item(&MEASURE_CHANGES), One, "The reason that was told."),
                ParameterDef::flag("granted", "It is agreed to."),
            ])
            .noting(&[Answer(question::OTHER_MEASURE)]);
        DELAY_TOLD = EventDef::new("delay_told", "The decision cannot be taken in time; reasons and an estimate are given.")
            .takes(&[ParameterDef::new("day", Takes::Day, One, "The last day of the decision as expected.")])
            .with_reasons("Art. 12(5)");
        RECOGNISED = EventDef::new("recognised", "The order is recognised, in whole or in part.")
            .not_before(&[RECEIPT_CONFIRMED])
            .takes(&[
                ParameterDef::new("evidence", Takes::Item(&EVIDENCE), One, "Where the evidence comes from."),
                MEASURES_NAMED,
                ParameterDef::new("ground", Takes::Item(&GROUNDS), Any(limits::GROUNDS),
                    "On which grounds the other measures are refused."),
            ]);
        REFUSED = EventDef::new("execution_refused", "Recognition or execution is refused.")
            .takes(&[ParameterDef::new("ground", Takes::Item(&GROUNDS), Some(limits::GROUNDS), "On which grounds.")])
            .with_reasons("Art. 16(3)(a)");
        ASSISTANCE_IMPOSSIBLE =
            EventDef::new("assistance_impossible", "The measure does not exist, nor another one with the same result.")
                .with_reasons("Art. 10(5)");
        POSTPONED = EventDef::new("postponed", "Recognition or execution is postponed.")
            .takes(&[
                ParameterDef::new("reason", Takes::Item(&POSTPONEMENTS), One, "Why."),
                ParameterDef::new("day", Takes::Day, Maybe, "Its end as expected."),
            ])
            .with_reasons("Art. 16(3)(b)");
        POSTPONEMENT_ENDED = EventDef::new("postponement_ended", "The ground for postponing has ceased to exist.")
            .not_before(&[POSTPONED]);
        DATE_ASKED = EventDef::new("date_asked", "A shorter period, or a measure on a certain day, is asked for.")
            .takes(&[ParameterDef::new("day", Takes::Day, One, "The day, or the last day.")])
            .with_reasons("Art. 12(2)");
        DATE_IMPOSSIBLE = EventDef::new("date_impossible", "The day that was asked for cannot be kept.")
            .takes(&[ParameterDef::new("day", Takes::Day, Maybe, "The day as expected.")])
            .with_reasons("Art. 12(5)");
        MEASURE_DELAY_TOLD =
            EventDef::new("measure_delay_told", "A measure cannot be carried out in time; its timing is consulted on.")
                .with_reasons("Art. 12(6)")
                .noting(&[Ask(question::TIMING)]);
        TIMING_ANSWERED = EventDef::new("timing_answered", "The view of the issuing authority on the timing.")
            .needing(&[MEASURE_DELAY_TOLD])
            .takes(&[ANSWERS])
            .with_reasons("Art. 12(6)")
            .noting(&[Answer(question::TIMING)]);
        MEASURE_CARRIED_OUT = EventDef::new("measure_carried_out", "One measure of several is carried out.").takes(&[MEASURE]);
        CARRIED_OUT = EventDef::new("carried_out", "Every measure is carried out.")
            .not_before(&[RECOGNISED])
            .takes(&[ParameterDef::new("day", Takes::Day, Maybe, "The last day of the transfer as expected.")]);
        RESULTS_IN_PART = EventDef::new("results_in_part", "A part of the evidence is transferred; what, the words say.")
            .not_before(&[RECOGNISED])
            .takes(&[RETURN_WISHED])
            .with_reasons("Art. 13(1)");
        RESULTS_TRANSFERRED = EventDef::new("results_transferred", "The evidence is transferred; what, the words say.")
            .not_before(&[RECOGNISED])
            .takes(&[RETURN_WISHED])
            .with_reasons("Art. 13(1)");
        TRANSFER_SUSPENDED = EventDef::new("transfer_suspended", "The transfer waits for a decision on a legal remedy.")
            .with_reasons("Art. 13(2)");
        TRANSFER_RESUMED = EventDef::new("transfer_resumed", "The transfer no longer waits.")
            .needing(&[TRANSFER_SUSPENDED]);
        EVIDENCE_RETURNED = EventDef::new("evidence_returned", "Evidence is returned to the executing State.")
            .not_before(&[RESULTS_IN_PART]);
        REMEDY_TOLD =
            EventDef::new("remedy_told", "A legal remedy is sought against the issuing, the recognition or the execution.")
                .with_reasons("Art. 14(5)");
        REMEDY_DECIDED = EventDef::new("remedy_decided", "A legal remedy is decided.")
            .not_before(&[REMEDY_TOLD]).with_reasons("Art. 14(7)");
        CONFIDENTIALITY_IMPOSSIBLE =
            EventDef::new("confidentiality_impossible", "Confidentiality cannot be kept.").with_reasons("Art. 19(2)");
        PROVISIONAL_DECIDED = EventDef::new("provisional_decided", "The provisional measure is decided on.")
            .takes(&[ParameterDef::flag("granted", "It is taken.")])
            .with_reasons("Art. 32(2)");
        LIFTING_INTENDED = EventDef::new("lifting_intended", "The provisional measure is to be lifted; comments are awaited.")
            .takes(&[ParameterDef::new("day", Takes::Day, Maybe, "The day on which it is to be lifted.")])
            .with_reasons("Art. 32(5)")
            .noting(&[Ask(question::LIFTING)]);
        LIFTING_COMMENTED = EventDef::new("lifting_commented", "Comments on the lifting.")
            .needing(&[LIFTING_INTENDED])
            .takes(&[ANSWERS])
            .with_reasons("Art. 32(5)")
            .noting(&[Answer(question::LIFTING)]);
        PROVISIONAL_LIFTED = EventDef::new("provisional_lifted", "The provisional measure is lifted.");
        PERSON_TRANSFERRED = EventDef::new("person_transferred", "A person in custody is transferred for a time.")
            .takes(&[ParameterDef::new("day", Takes::Day, One, "The last day of the return.")]);
        PERSON_RETURNED = EventDef::new("person_returned", "The person is back.")
            .needing(&[PERSON_TRANSFERRED]);
        PRESENCE_ENDED =
            EventDef::new("presence_ended", "The presence of a transferred person who is free to leave is no longer required.");
        STATUS_ASKED = EventDef::new("status_asked", "How the execution stands is asked.").noting(&[Ask(question::STATUS)]);
        STATUS_TOLD = EventDef::new("status_told", "How the execution stands, asked for or not.")
            .takes(&[ANSWERS])
            .with_reasons("Reg. (EU) 2026/101, Annex V")
            .noting(&[Answer(question::STATUS)]);
        FREE_MESSAGE = EventDef::new("free_message", "A message in words, in any state and either way.")
            .takes(&[ANSWERS])
            .with_reasons("Reg. (EU) 2026/101, Annex V");
        SUPPLEMENTED = EventDef::new("order_supplemented", "Another order supplements this one.")
            .takes(&[ParameterDef::new("supplemented_by", Takes::Referral, One, "The order that does.")]);
        REPLACED = EventDef::new("order_replaced", "The order is replaced by another one.").takes(&[REPLACED_BY]);
        WITHDRAWN = EventDef::new("order_withdrawn", "The order is withdrawn in whole.");
        CORRECTED = EventDef::new("corrected", "An earlier message of this referral is corrected.")
            .takes(&[
                ParameterDef::new("corrects", Takes::Message, One, "The message that is corrected."),
                ParameterDef::flag("new_instant", "The instant declared here is when it really happened."),
                ParameterDef::new("day", Takes::Day, Maybe, "The day that it should have named."),
                NEVER_HAPPENED,
            ])
            .noting(&[Correct]);
    }
}
