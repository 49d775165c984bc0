//! What can happen in the case of a warrant, with what clocks and questions need to know of it.

use super::list::{CUSTODY_KINDS, DEFERRAL_REASONS, GROUNDS, GUARANTEES, HEARINGS, RIGHTS};
use super::{question, value};
use crate::instrument::event::Count::{Any, Maybe, One, Some};
use crate::instrument::event::Note::{
    Accept, Again, Answer, Appeal, Ask, AskCustody, AskRelease, Await, Correct, CountCustody, Depends,
    Divide, Drop, Forget, Free, Grant, Hold, Keep, KeepAlso, KeepOrRest, KeepOrStand, Leave, Mistake, Moot,
    Offer, OnDay, Owe, Remember, Revoke, Settle, Undo,
};
use crate::instrument::event::{EventDef, GOES_ON_IN, NEVER_HAPPENED, Note, ParameterDef, Takes};
use crate::instrument::id::EventId;
use crate::limits;

/// Most days between the telling of an agreed surrender and its day: no period of the law reaches as far.
const SURRENDER_DAYS_MAX: u16 = 366;
/// Most days for which a person may be surrendered for a time, and for an answer that was asked: ten years.
const LONG_DAYS_MAX: u16 = 3_660;

const ANSWERS: ParameterDef = ParameterDef::new(
    "answers",
    Takes::Message,
    Maybe,
    "The request it answers; the only one that is open where none is named.",
);
const REPLIES: ParameterDef = ParameterDef::new("answers", Takes::Message, Maybe, "The message it answers.");
const OFFER: ParameterDef =
    ParameterDef::new("answers", Takes::Message, One, "The message that proposed it.");
const SURRENDER_DAY: ParameterDef =
    ParameterDef::new("day", Takes::Day, One, "The day of surrender.").within(1, SURRENDER_DAYS_MAX);
const GUARANTEE: ParameterDef =
    ParameterDef::new("guarantee", Takes::Item(&GUARANTEES), One, "Which guarantee.");
const GRANTED: ParameterDef = ParameterDef::flag("granted", "Consent is given.");
const KIND: ParameterDef =
    ParameterDef::new("kind", Takes::Item(&CUSTODY_KINDS), Maybe, "How; where is said in words.");
/// The kind of custody that is none on the warrant.
const OTHER_TITLE: &str = "other_sentence";
const HEARING: ParameterDef = ParameterDef::new("hearing", Takes::Item(&HEARINGS), One, "Which of the two.");
const DIVISION: Note = Divide(value::OFFENCES_ORDERED, value::OFFENCES_REFUSED);
const CONDITION: Note = Depends(value::GUARANTEES_ORDERED, value::GUARANTEES_GIVEN);
/// Whoever is taken to another State, or died, is held no more: nothing of this comes after it.
const HOLDING: &[EventId] = &[ARRESTED, CUSTODY_ORDERED, REARRESTED, RETURNED_FROM_TEMPORARY];
/// A day that is agreed after one of these is agreed for the time after it, and begins periods anew.
const HINDRANCES: &[EventId] = &[FORCE_MAJEURE_FOUND, SURRENDER_SUSPENDED];
const OFFENCE: Takes = Takes::Number(1, u16::MAX as u32);

table! {
    /// Every event in the order of the life cycle.
    TABLE: EventDef by EventId {
        FORWARDED = EventDef::new("forwarded", "Forwarded to the competent authority of the same State.");
        RECEIVED_BY_COMPETENT = EventDef::new("received_by_competent", "Received by the competent authority.");
        PASSED_ON = EventDef::new("passed_on", "Passed on to another agency that is competent; the case goes on in another referral.")
            .takes(&[GOES_ON_IN]);
        REGISTERED = EventDef::new("registered", "Registered and under review.");
        FREE_MESSAGE = EventDef::new("free_message", "A message in words, in any state and either way.")
            .takes(&[REPLIES]).with_reasons("–");
        STATUS_ASKED = EventDef::new("status_asked", "How the case stands is asked.").noting(&[Ask(question::STATUS)]);
        STATUS_TOLD = EventDef::new("status_told", "How the case stands is told.")
            .takes(&[ANSWERS]).with_reasons("–").noting(&[Answer(question::STATUS)]);
        INFORMATION_REQUESTED = EventDef::new("information_requested", "Supplementary information is requested.")
            .takes(&[
                ParameterDef::new("day", Takes::Day, Maybe, "The last day for the answer.").within(1, LONG_DAYS_MAX),
                ParameterDef::flag("copy_of_judgment", "A copy of a judgment given in absence is requested."),
            ])
            .with_reasons("Art. 15(2)")
            .noting(&[Ask(question::INFORMATION)]);
        INFORMATION_SUPPLIED = EventDef::new("information_supplied", "Information is supplied, asked for or not.")
            .in_words()
            .takes(&[ANSWERS])
            .noting(&[Answer(question::INFORMATION)]);
        ARRESTED = EventDef::new("arrested", "The person was arrested.").takes(&[KIND])
            .not_before(&[IDENTITY_NOT_CONFIRMED])
            .noting(&[
                Hold(OTHER_TITLE),
                AskRelease(question::RELEASE),
                AskCustody(question::CUSTODY_STATEMENT),
            ]);
        TAKEN_UP = EventDef::new("taken_up", "The warrant is taken up after an arrest on an alert.").needing(&[ARRESTED]);
        IDENTITY_NOT_CONFIRMED =
            EventDef::new("identity_not_confirmed", "The person arrested is not the one sought, and is free.")
                .needing(&[ARRESTED]).with_reasons("Art. 15")
                .noting(&[
                    Mistake,
                    Undo(DECISION_FINAL),
                    Moot(question::NEW_DATE),
                    Drop(value::SURRENDER_ON),
                    Drop(value::CONSENT_GIVEN),
                    Drop(value::SPECIALITY_RENOUNCED),
                    Drop(value::OFFENCES_ORDERED),
                    Drop(value::OFFENCES_REFUSED),
                    Drop(value::GUARANTEES_ORDERED),
                ]);
        RIGHTS_TOLD = EventDef::new("rights_told", "The person was told of rights, or given what they demand.")
            .takes(&[ParameterDef::new("right", Takes::Item(&RIGHTS), Some(limits::LIST_ITEMS), "Which.")])
            .not_before(&[ARRESTED]);
        CUSTODY_ORDERED = EventDef::new("custody_ordered", "The person is to be held, or held in another way.")
            .takes(&[KIND]).needing(&[ARRESTED]).not_before(&[IDENTITY_NOT_CONFIRMED]).noting(&[Hold(OTHER_TITLE)]);
        CUSTODY_ENDED = EventDef::new("custody_ended", "Custody on the warrant ended: release, with or without conditions, another title, or death; the case stays where it is.")
            .needing(&[ARRESTED]).noting(&[Free, Settle(question::RELEASE)]);
        ABSCONDED = EventDef::new("absconded", "The person has absconded.")
            .needing(&[ARRESTED]).noting(&[Free, Moot(question::RELEASE)]);
        REARRESTED = EventDef::new("rearrested", "The person was arrested again.")
            .takes(&[KIND]).needing(&[ARRESTED]).not_before(&[IDENTITY_NOT_CONFIRMED]).noting(&[Hold(OTHER_TITLE), Again]);
        DIED = EventDef::new("died", "The person died.").not_before(HOLDING).noting(&[Leave, Moot(question::RELEASE)]);
        HEARING_REQUESTED = EventDef::new("hearing_requested", "A hearing or temporary transfer before the decision is requested.")
            .takes(&[HEARING]).noting(&[Ask(question::HEARING)]);
        HEARING_ARRANGED =
            EventDef::new("hearing_arranged", "A hearing or temporary transfer before the decision is arranged.")
                .takes(&[ANSWERS, HEARING]).noting(&[Answer(question::HEARING)]);
        CONSENT_RECORDED = EventDef::new("consent_recorded", "Consent to surrender is recorded.")
            .takes(&[ParameterDef::flag("renounces_speciality", "Speciality is renounced, too.")])
            .needing(&[ARRESTED])
            .noting(&[
                Remember(value::CONSENT_GIVEN),
                Keep(value::SPECIALITY_RENOUNCED, "renounces_speciality"),
            ]);
        CONSENT_REVOKED = EventDef::new("consent_revoked", "Consent is revoked, where national law allows it; an order falls.")
            .needing(&[CONSENT_RECORDED])
            .noting(&[
                Revoke,
                Undo(DECISION_FINAL),
                Drop(value::CONSENT_GIVEN),
                Drop(value::SPECIALITY_RENOUNCED),
                Drop(value::OFFENCES_ORDERED),
                Drop(value::GUARANTEES_ORDERED),
                Drop(value::SURRENDER_ON),
                Moot(question::NEW_DATE),
            ]);
        NO_CONSENT = EventDef::new("no_consent", "The person does not consent and is heard.").needing(&[ARRESTED]);
        DELAY_NOTIFIED = EventDef::new("delay_notified", "The time limit cannot be kept; reasons are given.")
            .needing(&[ARRESTED]).with_reasons("Art. 17(4)");
        LIMIT_EXCEEDED = EventDef::new("limit_exceeded", "The time limit was exceeded, of which Eurojust is to be informed.")
            .needing(&[ARRESTED]).with_reasons("Art. 17(7)");
        DEFERRED = EventDef::new("deferred", "The decision is deferred.")
            .takes(&[ParameterDef::new("reason", Takes::Item(&DEFERRAL_REASONS), One, "Why.")])
            .with_reasons("Arts 16, 20, 21");
        DEFERRAL_ENDED = EventDef::new("deferral_ended", "The reason for deferring has ended.").not_before(&[DEFERRED]);
        GUARANTEE_REQUESTED = EventDef::new("guarantee_requested", "A guarantee is requested.")
            .takes(&[GUARANTEE])
            .noting(&[Ask(question::GUARANTEE)]);
        GUARANTEE_GIVEN = EventDef::new("guarantee_given", "A guarantee is given.")
            .takes(&[ANSWERS, GUARANTEE])
            .noting(&[Answer(question::GUARANTEE), KeepAlso(value::GUARANTEES_GIVEN, "guarantee")]);
        GUARANTEE_REFUSED = EventDef::new("guarantee_refused", "A guarantee is not given.")
            .takes(&[ANSWERS, GUARANTEE]).with_reasons("Art. 5")
            .noting(&[
                CONDITION,
                Answer(question::GUARANTEE),
                Forget(value::GUARANTEES_GIVEN, "guarantee"),
            ]);
        COMPETING_REQUEST_TOLD = EventDef::new("competing_request_told", "There is another request for the same person.");
        PRIORITY_DECIDED = EventDef::new("priority_decided", "Which of several requests has priority is decided.")
            .with_reasons("Art. 16");
        SURRENDERED_ELSEWHERE =
            EventDef::new("surrendered_elsewhere", "The person was surrendered or extradited on a competing request.")
                .needing(&[PRIORITY_DECIDED]).not_before(HOLDING).noting(&[Free, AskRelease(question::RELEASE)]);
        EXECUTION_ORDERED = EventDef::new("execution_ordered", "Surrender is ordered.")
            .takes(&[
                ParameterDef::new("offence", OFFENCE, Any(limits::OFFENCES),
                    "Offences covered, counted from 1; where none is named those of the order that it confirms, or all that are not refused.").of_form(),
                ParameterDef::new("guarantee", Takes::Item(&GUARANTEES), Any(limits::LIST_ITEMS),
                    "Guarantees it depends on; where neither offences nor guarantees are named those of the order that it confirms."),
            ])
            .needing(&[ARRESTED])
            .not_before(&[CONSENT_RECORDED, NO_CONSENT])
            .noting(&[
                KeepOrRest(value::OFFENCES_ORDERED, "offence", value::OFFENCES_REFUSED),
                DIVISION,
                Await(question::GUARANTEE, "guarantee"),
                KeepOrStand(value::GUARANTEES_ORDERED, "guarantee", "offence"),
                Moot(question::HEARING),
            ]);
        OFFENCES_REFUSED = EventDef::new("offences_refused", "Execution is refused for some of the offences, on these grounds.")
            .takes(&[
                ParameterDef::new("offence", OFFENCE, Some(limits::OFFENCES), "Which offences, counted from 1.").of_form(),
                ParameterDef::new("ground", Takes::Item(&GROUNDS), Some(limits::GROUNDS), "On which grounds."),
            ])
            .with_reasons("Art. 17(6)")
            .noting(&[KeepAlso(value::OFFENCES_REFUSED, "offence"), DIVISION]);
        REFUSED = EventDef::new("refused", "Execution is refused.")
            .takes(&[ParameterDef::new("ground", Takes::Item(&GROUNDS), Some(limits::GROUNDS),
                "On which grounds.")])
            .with_reasons("Art. 17(6)")
            .noting(&[
                Undo(DECISION_FINAL),
                Moot(question::HEARING),
                Drop(value::OFFENCES_ORDERED),
                Drop(value::GUARANTEES_ORDERED),
                Drop(value::SURRENDER_ON),
                Moot(question::NEW_DATE),
            ]);
        APPEAL_LODGED = EventDef::new("appeal_lodged", "An appeal against the decision is lodged.")
            .not_before(&[EXECUTION_ORDERED, REFUSED])
            .noting(&[Appeal]);
        APPEAL_WITHDRAWN = EventDef::new("appeal_withdrawn", "The appeal is withdrawn or not admitted.")
            .needing(&[APPEAL_LODGED])
            .noting(&[Undo(APPEAL_LODGED)]);
        DECISION_FINAL = EventDef::new("decision_final", "The decision has become final.")
            .not_before(&[EXECUTION_ORDERED, REFUSED, APPEAL_LODGED])
            .noting(&[CONDITION, AskRelease(question::RELEASE), DIVISION, Moot(question::CERTIFICATE)]);
        CERTIFICATE_REQUESTED =
            EventDef::new("certificate_requested", "The sentence might be taken over: its certificate and consent are requested.")
                .for_requests_of("sentence").noting(&[Ask(question::CERTIFICATE)]);
        CERTIFICATE_SENT = EventDef::new("certificate_sent", "The judgment and the certificate are sent: the issuing State consents.")
            .takes(&[ANSWERS]).for_requests_of("sentence").noting(&[Answer(question::CERTIFICATE)]);
        CERTIFICATE_REFUSED =
            EventDef::new("certificate_refused", "The issuing State does not consent; the warrant is maintained.")
                .takes(&[ANSWERS]).for_requests_of("sentence").with_reasons("Art. 4(6)")
                .noting(&[Answer(question::CERTIFICATE)]);
        SENTENCE_RECOGNISED = EventDef::new("sentence_recognised", "The sentence is recognised and is executed here.")
            .needing(&[CERTIFICATE_SENT]).for_requests_of("sentence").noting(&[Free, AskRelease(question::RELEASE)]);
        SURRENDER_DATE_PROPOSED = EventDef::new("surrender_date_proposed", "A surrender date is proposed.")
            .takes(&[SURRENDER_DAY])
            .not_before(HINDRANCES)
            .noting(&[Settle(question::NEW_DATE), Offer(question::SURRENDER_DATE)]);
        SURRENDER_DATE_ACCEPTED = EventDef::new("surrender_date_accepted", "The date that the other side proposed is accepted.")
            .takes(&[OFFER])
            .not_before(HINDRANCES)
            .noting(&[Accept(question::SURRENDER_DATE), Keep(value::SURRENDER_ON, "day")]);
        FORCE_MAJEURE_FOUND = EventDef::new("force_majeure_found", "Force majeure prevents surrender.")
            .needing(&[DECISION_FINAL]).with_reasons("Art. 23(3)")
                .noting(&[Drop(value::SURRENDER_ON), Owe(question::NEW_DATE)]);
        SURRENDER_SUSPENDED = EventDef::new("surrender_suspended", "Surrender is suspended on humanitarian grounds.")
            .needing(&[DECISION_FINAL]).with_reasons("Art. 23(4)")
                .noting(&[Drop(value::SURRENDER_ON), Moot(question::NEW_DATE)]);
        SUSPENSION_ENDED = EventDef::new("suspension_ended", "The humanitarian grounds have ended; a date is to be agreed.")
            .needing(&[SURRENDER_SUSPENDED]).noting(&[Owe(question::NEW_DATE)]);
        SURRENDER_POSTPONED =
            EventDef::new("surrender_postponed", "Surrender is postponed for own proceedings or an own sentence.")
                .needing(&[EXECUTION_ORDERED]).with_reasons("Art. 24(1)")
                .noting(&[Drop(value::SURRENDER_ON), Moot(question::NEW_DATE)]);
        POSTPONEMENT_ENDED = EventDef::new("postponement_ended", "The postponement has ended.")
            .needing(&[DECISION_FINAL]).not_before(&[SURRENDER_POSTPONED, RETURNED_FROM_TEMPORARY]);
        TEMPORARY_SURRENDER_PROPOSED =
            EventDef::new("temporary_surrender_proposed", "Conditions of a temporary surrender are proposed in writing.")
                .takes(&[ParameterDef::new("day", Takes::Day, One, "The day of return.").within(1, LONG_DAYS_MAX)])
                .with_reasons("Art. 24(2)")
                .noting(&[Offer(question::TEMPORARY_SURRENDER)]);
        TEMPORARY_SURRENDER_ACCEPTED =
            EventDef::new("temporary_surrender_accepted", "The conditions that the other side proposed are accepted.")
                .takes(&[OFFER])
                .noting(&[Accept(question::TEMPORARY_SURRENDER), Keep(value::RETURN_ON, "day")]);
        TEMPORARILY_SURRENDERED = EventDef::new("temporarily_surrendered", "Surrendered for a time on the conditions agreed.")
            .needing(&[TEMPORARY_SURRENDER_ACCEPTED]).not_before(HOLDING).noting(&[Free]);
        RETURNED_FROM_TEMPORARY = EventDef::new("returned_from_temporary", "Returned from temporary surrender.")
            .takes(&[KIND]).needing(&[TEMPORARILY_SURRENDERED])
            .noting(&[
                Hold(OTHER_TITLE),
                AskRelease(question::RELEASE),
                Undo(TEMPORARY_SURRENDER_ACCEPTED),
                Undo(TEMPORARILY_SURRENDERED),
                Drop(value::RETURN_ON),
            ]);
        RELEASED = EventDef::new("released", "Released because the time limit for surrender ran out.")
            .needing(&[DECISION_FINAL]).noting(&[Free, Moot(question::NEW_DATE)]);
        SURRENDERED = EventDef::new("surrendered", "Surrendered.")
            .needing(&[DECISION_FINAL])
            .not_before(HOLDING)
            .noting(&[CONDITION, OnDay(value::SURRENDER_ON), DIVISION, Leave, Owe(question::CUSTODY_STATEMENT)]);
        CUSTODY_STATED = EventDef::new("custody_stated", "The custody served on the warrant is stated.")
            .takes(&[ParameterDef::new("custody_days", Takes::Number(0, u32::MAX), One,
                "Days of custody served on the warrant; periods, places and kinds are told in words.")])
            .needing(&[ARRESTED])
            .noting(&[
                CountCustody("custody_days"),
                Keep(value::CUSTODY_DAYS, "custody_days"),
                Answer(question::CUSTODY_STATEMENT),
            ]);
        SURRENDER_CONFIRMED = EventDef::new("surrender_confirmed", "The issuing side confirms that it has the person.")
            .needing(&[SURRENDERED]);
        WITHDRAWN = EventDef::new("withdrawn", "The warrant is withdrawn or replaced.")
            .takes(&[ParameterDef::new("replaced_by", Takes::Referral, Maybe,
                "The warrant that replaces this one.")])
            .noting(&[AskRelease(question::RELEASE), AskCustody(question::CUSTODY_STATEMENT)]);
        EXECUTED_ELSEWHERE = EventDef::new("executed_elsewhere", "The warrant was executed in another State.")
            .noting(&[AskRelease(question::RELEASE), AskCustody(question::CUSTODY_STATEMENT)]);
        REQUEST_RECEIVED = EventDef::new("request_received", "The executing judicial authority received a request for consent.")
            .takes(&[ParameterDef::new("answers", Takes::Message, One, "The request.")])
            .not_before(&[SPECIALITY_CONSENT_REQUESTED, ONWARD_CONSENT_REQUESTED]);
        SPECIALITY_CONSENT_REQUESTED =
            EventDef::new("speciality_consent_requested", "Consent to prosecute other offences is requested.")
                .needing(&[SURRENDERED]).noting(&[Ask(question::SPECIALITY_CONSENT)]);
        SPECIALITY_CONSENT_ANSWERED =
            EventDef::new("speciality_consent_answered", "Consent to prosecute other offences is answered.")
                .takes(&[ANSWERS, GRANTED]).needing(&[SPECIALITY_CONSENT_REQUESTED])
                .noting(&[Grant("granted"), Answer(question::SPECIALITY_CONSENT)]);
        ONWARD_CONSENT_REQUESTED = EventDef::new("onward_consent_requested", "Consent to onward surrender is requested.")
            .needing(&[SURRENDERED]).noting(&[Ask(question::ONWARD_CONSENT)]);
        ONWARD_CONSENT_ANSWERED = EventDef::new("onward_consent_answered", "Consent to onward surrender is answered.")
            .takes(&[ANSWERS, GRANTED]).needing(&[ONWARD_CONSENT_REQUESTED])
            .noting(&[Grant("granted"), Answer(question::ONWARD_CONSENT)]);
        THIRD_STATE_CONSENT_REQUESTED =
            EventDef::new("third_state_consent_requested", "Consent to extradition to a third State is requested.")
                .needing(&[SURRENDERED]).noting(&[Ask(question::THIRD_STATE_CONSENT)]);
        THIRD_STATE_CONSENT_ANSWERED =
            EventDef::new("third_state_consent_answered", "Consent to extradition to a third State is answered.")
                .takes(&[ANSWERS, GRANTED]).needing(&[THIRD_STATE_CONSENT_REQUESTED])
                .noting(&[Grant("granted"), Answer(question::THIRD_STATE_CONSENT)]);
        FINALLY_DISCHARGED = EventDef::new("finally_discharged", "The person is finally discharged and free to leave.")
            .needing(&[SURRENDERED]);
        RETURNED_TO_SERVE = EventDef::new("returned_to_serve", "The person was returned to serve the sentence, as guaranteed.")
            .needing(&[SURRENDERED]);
        TRANSIT_ARRANGED = EventDef::new("transit_arranged", "Transit through another State is arranged, or refused.")
            .with_reasons("Art. 25");
        PROPERTY_HANDED_OVER = EventDef::new("property_handed_over", "Property is handed over.");
        ALERT_DELETED = EventDef::new("alert_deleted", "The alert in the Schengen Information System is deleted.");
        PERSON_NOT_FOUND = EventDef::new("person_not_found", "The person was not found; the case is closed.")
            .noting(&[AskRelease(question::RELEASE)]);
        CORRECTED = EventDef::new("corrected", "An earlier message of the same sender is corrected.")
            .takes(&[
                ParameterDef::new("corrects", Takes::Message, One, "The message that is corrected."),
                ParameterDef::flag("new_instant",
                    "The instant declared here is when it really happened; clocks are counted anew and keep their old dates."),
                ParameterDef::new("day", Takes::Day, Maybe, "The day that it should have named.").within(LONG_DAYS_MAX, LONG_DAYS_MAX),
                ParameterDef::new("offence", OFFENCE, Any(limits::OFFENCES),
                    "The offences that it should have named, all of them.").of_form(),
                ParameterDef::new("guarantee", Takes::Item(&GUARANTEES), Any(limits::LIST_ITEMS),
                    "The guarantees that it should have named, all of them."),
                ParameterDef::new("ground", Takes::Item(&GROUNDS), Any(limits::GROUNDS),
                    "The grounds that it should have named, all of them."),
                ParameterDef::new("right", Takes::Item(&RIGHTS), Any(limits::LIST_ITEMS),
                    "The rights that it should have named, all of them."),
                ParameterDef::new("kind", Takes::Item(&CUSTODY_KINDS), Maybe, "The kind of custody that it should have named."),
                ParameterDef::new("reason", Takes::Item(&DEFERRAL_REASONS), Maybe, "The reason that it should have named."),
                ParameterDef::new("custody_days", Takes::Number(0, u32::MAX), Maybe, "The days of custody that it should have stated."),
                NEVER_HAPPENED,
            ])
            .noting(&[Correct]);
    }
}
