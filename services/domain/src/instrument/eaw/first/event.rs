//! What can happen in the case of a warrant, with what clocks and questions need to know of it.

use super::list::{DEFERRAL_REASONS, GROUNDS, GUARANTEES};
use super::{question, value};
use crate::instrument::event::Count::{Any, Maybe, One, Some};
use crate::instrument::event::Note::{Answer, Ask, Drop, Keep, Settle};
use crate::instrument::event::{EventDef, ParameterDef, Takes};
use crate::instrument::id::EventId;
use crate::limits;

const ANSWERS: ParameterDef = ParameterDef::new("answers", Takes::Message, Maybe, "The request it answers.");
const SURRENDER_DAY: ParameterDef = ParameterDef::new("day", Takes::Day, One, "The day of surrender.");
const GUARANTEE: ParameterDef =
    ParameterDef::new("guarantee", Takes::Item(&GUARANTEES), One, "Which guarantee.");
const GRANTED: ParameterDef = ParameterDef::flag("granted", "Consent is given.");

table! {
    /// Every event in the order of the life cycle.
    TABLE: EventDef by EventId {
        FORWARDED = EventDef::new("forwarded", "Forwarded to the competent authority of the same State.");
        RECEIVED_BY_COMPETENT = EventDef::new("received_by_competent", "Received by the competent authority.");
        REGISTERED = EventDef::new("registered", "Registered and under review.");
        INFORMATION_REQUESTED = EventDef::new("information_requested", "Supplementary information is requested.")
            .takes(&[
                ParameterDef::new("day", Takes::Day, Maybe, "The last day for the answer."),
                ParameterDef::flag("copy_of_judgment", "A request for the judgment under Art. 4a(2)."),
            ])
            .with_reasons("Art. 15(2)")
            .noting(&[Ask(question::INFORMATION)]);
        INFORMATION_SUPPLIED = EventDef::new("information_supplied", "Information is supplied, asked for or not.")
            .takes(&[ANSWERS])
            .noting(&[Answer(question::INFORMATION)]);
        ARRESTED = EventDef::new("arrested", "The person was arrested.");
        HEARING_ARRANGED =
            EventDef::new("hearing_arranged", "A hearing or temporary transfer before the decision is arranged.");
        CONSENT_RECORDED = EventDef::new("consent_recorded", "Consent to surrender is recorded.")
            .takes(&[ParameterDef::flag("renounces_speciality", "Speciality is renounced, too (Art. 13(1)).")])
            .noting(&[Keep(value::SPECIALITY_RENOUNCED, "renounces_speciality")]);
        CONSENT_REVOKED = EventDef::new("consent_revoked", "Consent is revoked, where national law allows it.")
            .noting(&[Drop(value::SPECIALITY_RENOUNCED)]);
        NO_CONSENT = EventDef::new("no_consent", "The person does not consent and is heard.");
        DELAY_NOTIFIED = EventDef::new("delay_notified", "The time limit cannot be kept; reasons are given.")
            .with_reasons("Art. 17(4)");
        LIMIT_EXCEEDED = EventDef::new("limit_exceeded", "The time limit was exceeded and Eurojust is told.")
            .with_reasons("Art. 17(7)");
        DEFERRED = EventDef::new("deferred", "The decision is deferred.")
            .takes(&[ParameterDef::new("reason", Takes::Item(&DEFERRAL_REASONS), One, "Why.")])
            .with_reasons("Arts 16, 20, 21");
        DEFERRAL_ENDED = EventDef::new("deferral_ended", "The reason for deferring has ended.");
        GUARANTEE_REQUESTED = EventDef::new("guarantee_requested", "A guarantee is requested.")
            .takes(&[GUARANTEE])
            .noting(&[Ask(question::GUARANTEE)]);
        GUARANTEE_GIVEN = EventDef::new("guarantee_given", "A guarantee is given.")
            .takes(&[ANSWERS, GUARANTEE])
            .noting(&[Answer(question::GUARANTEE)]);
        EXECUTION_ORDERED = EventDef::new("execution_ordered", "Surrender is ordered.")
            .takes(&[
                ParameterDef::new("offence", Takes::Number(1, u16::MAX as u32), Any(limits::OFFENCES),
                    "Offences covered, counted from 1; all where none is named."),
                ParameterDef::new("guarantee", Takes::Item(&GUARANTEES), Any(limits::LIST_ITEMS),
                    "Guarantees it depends on."),
            ]);
        DECISION_FINAL = EventDef::new("decision_final", "The decision has become final.");
        REFUSED = EventDef::new("refused", "Execution is refused.")
            .takes(&[ParameterDef::new("ground", Takes::Item(&GROUNDS), Some(limits::GROUNDS),
                "On which grounds.")])
            .with_reasons("Art. 17(6)");
        SENTENCE_TAKEN_OVER = EventDef::new("sentence_taken_over", "The executing State takes over the sentence.");
        SURRENDER_DATE_PROPOSED = EventDef::new("surrender_date_proposed", "A surrender date is proposed.")
            .takes(&[SURRENDER_DAY])
            .noting(&[Ask(question::SURRENDER_DATE)]);
        SURRENDER_DATE_AGREED = EventDef::new("surrender_date_agreed", "A surrender date is agreed.")
            .takes(&[SURRENDER_DAY])
            .noting(&[Keep(value::SURRENDER_ON, "day"), Settle(question::SURRENDER_DATE)]);
        FORCE_MAJEURE_FOUND = EventDef::new("force_majeure_found", "Force majeure prevents surrender.")
            .with_reasons("Art. 23(3)");
        NEW_DATE_AGREED = EventDef::new("new_date_agreed", "A new surrender date is agreed after force majeure.")
            .takes(&[SURRENDER_DAY])
            .noting(&[Keep(value::SURRENDER_ON, "day"), Settle(question::SURRENDER_DATE)]);
        SURRENDER_SUSPENDED = EventDef::new("surrender_suspended", "Surrender is suspended on humanitarian grounds.")
            .with_reasons("Art. 23(4)");
        SUSPENSION_ENDED = EventDef::new("suspension_ended", "The suspension has ended and a new date is agreed.")
            .takes(&[SURRENDER_DAY])
            .noting(&[Keep(value::SURRENDER_ON, "day"), Settle(question::SURRENDER_DATE)]);
        SURRENDER_POSTPONED =
            EventDef::new("surrender_postponed", "Surrender is postponed for own proceedings or an own sentence.")
                .with_reasons("Art. 24(1)");
        POSTPONEMENT_ENDED = EventDef::new("postponement_ended", "The postponement has ended.");
        TEMPORARILY_SURRENDERED =
            EventDef::new("temporarily_surrendered", "Surrendered for a time on agreed written conditions.")
                .takes(&[ParameterDef::new("day", Takes::Day, One, "The day of return.")])
                .with_reasons("Art. 24(2)")
                .noting(&[Keep(value::RETURN_ON, "day")]);
        RETURNED_FROM_TEMPORARY = EventDef::new("returned_from_temporary", "Returned from temporary surrender.");
        RELEASED = EventDef::new("released", "Released because the time limit for surrender ran out.");
        SURRENDERED = EventDef::new("surrendered", "Surrendered, with the statement of custody served.")
            .takes(&[ParameterDef::new("custody_days", Takes::Number(0, u32::MAX), One,
                "Days of custody served on the warrant (Art. 26).")])
            .noting(&[Keep(value::CUSTODY_DAYS, "custody_days")]);
        SURRENDER_CONFIRMED = EventDef::new("surrender_confirmed", "The issuing side confirms that it has the person.");
        WITHDRAWN = EventDef::new("withdrawn", "The warrant is withdrawn or replaced.")
            .takes(&[ParameterDef::new("replaced_by", Takes::Referral, Maybe,
                "The warrant that replaces this one.")]);
        EXECUTED_ELSEWHERE = EventDef::new("executed_elsewhere", "The warrant was executed in another State.");
        SPECIALITY_CONSENT_REQUESTED =
            EventDef::new("speciality_consent_requested", "Consent to prosecute other offences is requested.")
                .noting(&[Ask(question::SPECIALITY_CONSENT)]);
        SPECIALITY_CONSENT_ANSWERED =
            EventDef::new("speciality_consent_answered", "Consent to prosecute other offences is answered.")
                .takes(&[ANSWERS, GRANTED])
                .noting(&[Answer(question::SPECIALITY_CONSENT)]);
        ONWARD_CONSENT_REQUESTED = EventDef::new("onward_consent_requested", "Consent to onward surrender is requested.")
            .noting(&[Ask(question::ONWARD_CONSENT)]);
        ONWARD_CONSENT_ANSWERED = EventDef::new("onward_consent_answered", "Consent to onward surrender is answered.")
            .takes(&[ANSWERS, GRANTED])
            .noting(&[Answer(question::ONWARD_CONSENT)]);
        FINALLY_DISCHARGED = EventDef::new("finally_discharged", "The person is finally discharged and free to leave.");
        PROPERTY_HANDED_OVER = EventDef::new("property_handed_over", "Property is handed over.");
        PERSON_NOT_FOUND = EventDef::new("person_not_found", "The person was not found; the case is closed.");
        CORRECTED = EventDef::new("corrected", "An earlier message of this referral is corrected.")
            .takes(&[ParameterDef::new("corrects", Takes::Message, One, "The message that is corrected.")]);
    }
}
