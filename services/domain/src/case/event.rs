//! What can happen in a case: each kind, the few parameters clocks and questions need, and its own rules.
//! Free text stays out of the event; it belongs to the sealed body.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ground::{DeferralReason, Ground, Guarantee};
use crate::calendar::day;
use crate::fault::Faults;
use crate::id::{MessageId, ReferralId};
use crate::limits;
use crate::text::is_paragraphs;

macro_rules! kinds {
    ($($name:ident $code:literal $doc:literal;)+) => {
        /// The kinds of event that travel as messages.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind {
            $(#[doc = $doc] $name,)+
        }

        impl Kind {
            /// Every kind in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// Stable code in snake case.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What happened, in one sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => $doc,)+ }
            }
        }
    };
}

kinds! {
    Forwarded "forwarded" "Forwarded to the competent authority of the same State.";
    ReceivedByCompetent "received_by_competent" "Received by the competent authority.";
    Registered "registered" "Registered and under review.";
    InformationRequested "information_requested" "Supplementary information is requested.";
    InformationSupplied "information_supplied" "Information is supplied, asked for or not.";
    Arrested "arrested" "The person was arrested.";
    HearingArranged "hearing_arranged" "A hearing or temporary transfer before the decision is arranged.";
    ConsentRecorded "consent_recorded" "Consent to surrender is recorded.";
    ConsentRevoked "consent_revoked" "Consent is revoked, where national law allows it.";
    NoConsent "no_consent" "The person does not consent and is heard.";
    DelayNotified "delay_notified" "The time limit cannot be kept; reasons are given.";
    LimitExceeded "limit_exceeded" "The time limit was exceeded and Eurojust is told.";
    Deferred "deferred" "The decision is deferred.";
    DeferralEnded "deferral_ended" "The reason for deferring has ended.";
    GuaranteeRequested "guarantee_requested" "A guarantee is requested.";
    GuaranteeGiven "guarantee_given" "A guarantee is given.";
    ExecutionOrdered "execution_ordered" "Surrender is ordered.";
    DecisionFinal "decision_final" "The decision has become final.";
    Refused "refused" "Execution is refused.";
    SentenceTakenOver "sentence_taken_over" "The executing State takes over the sentence.";
    SurrenderDateProposed "surrender_date_proposed" "A surrender date is proposed.";
    SurrenderDateAgreed "surrender_date_agreed" "A surrender date is agreed.";
    ForceMajeureFound "force_majeure_found" "Force majeure prevents surrender.";
    NewDateAgreed "new_date_agreed" "A new surrender date is agreed after force majeure.";
    SurrenderSuspended "surrender_suspended" "Surrender is suspended on humanitarian grounds.";
    SuspensionEnded "suspension_ended" "The suspension has ended and a new date is agreed.";
    SurrenderPostponed "surrender_postponed" "Surrender is postponed for own proceedings or an own sentence.";
    PostponementEnded "postponement_ended" "The postponement has ended.";
    TemporarilySurrendered "temporarily_surrendered" "Surrendered for a time on agreed written conditions.";
    ReturnedFromTemporary "returned_from_temporary" "Returned from temporary surrender.";
    Released "released" "Released because the time limit for surrender ran out.";
    Surrendered "surrendered" "Surrendered, with the statement of custody served.";
    SurrenderConfirmed "surrender_confirmed" "The issuing side confirms that it has the person.";
    Withdrawn "withdrawn" "The warrant is withdrawn or replaced.";
    ExecutedElsewhere "executed_elsewhere" "The warrant was executed in another State.";
    SpecialityConsentRequested "speciality_consent_requested" "Consent to prosecute other offences is requested.";
    SpecialityConsentAnswered "speciality_consent_answered" "Consent to prosecute other offences is answered.";
    OnwardConsentRequested "onward_consent_requested" "Consent to onward surrender is requested.";
    OnwardConsentAnswered "onward_consent_answered" "Consent to onward surrender is answered.";
    FinallyDischarged "finally_discharged" "The person is finally discharged and free to leave.";
    PropertyHandedOver "property_handed_over" "Property is handed over.";
    PersonNotFound "person_not_found" "The person was not found; the case is closed.";
    Corrected "corrected" "An earlier message of this referral is corrected.";
}

impl Kind {
    /// The kind of a stable code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Whether the law or the case demands reasons in words, and which article.
    #[must_use]
    pub fn reasons_required(self) -> Option<&'static str> {
        match self {
            Self::InformationRequested => Some("Art. 15(2)"),
            Self::DelayNotified => Some("Art. 17(4)"),
            Self::LimitExceeded => Some("Art. 17(7)"),
            Self::Deferred => Some("Arts 16, 20, 21"),
            Self::Refused => Some("Art. 17(6)"),
            Self::ForceMajeureFound => Some("Art. 23(3)"),
            Self::SurrenderSuspended => Some("Art. 23(4)"),
            Self::SurrenderPostponed => Some("Art. 24(1)"),
            Self::TemporarilySurrendered => Some("Art. 24(2)"),
            _ => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One event with what clocks and questions need to know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is documented at the kind of the same name")]
pub enum Event {
    Forwarded,
    ReceivedByCompetent,
    Registered,
    InformationRequested {
        /// The last day for the answer, if one is fixed.
        #[serde(with = "day::optional")]
        by: Option<Date>,
        /// Whether it is a request for the judgment under Art. 4a(2).
        copy_of_judgment: bool,
    },
    InformationSupplied {
        /// The request it answers; none if it comes unasked.
        answers: Option<MessageId>,
    },
    Arrested,
    HearingArranged,
    ConsentRecorded {
        /// Whether speciality is renounced, too (Art. 13(1)).
        renounces_speciality: bool,
    },
    ConsentRevoked,
    NoConsent,
    DelayNotified,
    LimitExceeded,
    Deferred {
        /// Why.
        reason: DeferralReason,
    },
    DeferralEnded,
    GuaranteeRequested {
        /// Which.
        guarantee: Guarantee,
    },
    GuaranteeGiven {
        /// The request it answers, if it was asked for.
        answers: Option<MessageId>,
        /// Which.
        guarantee: Guarantee,
    },
    ExecutionOrdered {
        /// Offences it covers, counted from 1; empty for all.
        offences: Vec<u16>,
        /// Guarantees it depends on.
        conditions: Vec<Guarantee>,
    },
    DecisionFinal,
    Refused {
        /// At least one.
        grounds: Vec<Ground>,
    },
    SentenceTakenOver,
    SurrenderDateProposed {
        /// The day.
        #[serde(with = "day")]
        on: Date,
    },
    SurrenderDateAgreed {
        /// The day.
        #[serde(with = "day")]
        on: Date,
    },
    ForceMajeureFound,
    NewDateAgreed {
        /// The day.
        #[serde(with = "day")]
        on: Date,
    },
    SurrenderSuspended,
    SuspensionEnded {
        /// The new surrender day.
        #[serde(with = "day")]
        on: Date,
    },
    SurrenderPostponed,
    PostponementEnded,
    TemporarilySurrendered {
        /// The day of return.
        #[serde(with = "day")]
        return_on: Date,
    },
    ReturnedFromTemporary,
    Released,
    Surrendered {
        /// Days of custody served on the warrant (Art. 26).
        custody_days: u32,
    },
    SurrenderConfirmed,
    Withdrawn {
        /// The warrant that replaces this one.
        replaced_by: Option<ReferralId>,
    },
    ExecutedElsewhere,
    SpecialityConsentRequested,
    SpecialityConsentAnswered {
        /// The request.
        answers: Option<MessageId>,
        /// Whether consent is given.
        granted: bool,
    },
    OnwardConsentRequested,
    OnwardConsentAnswered {
        /// The request.
        answers: Option<MessageId>,
        /// Whether consent is given.
        granted: bool,
    },
    FinallyDischarged,
    PropertyHandedOver,
    PersonNotFound,
    Corrected {
        /// The message that is corrected.
        message: MessageId,
    },
}

macro_rules! kind_of {
    ($event:expr; $($name:ident)+) => {
        match $event { $(Event::$name { .. } => Kind::$name,)+ }
    };
}

macro_rules! plain_of {
    ($kind:expr; $($name:ident)+) => {
        match $kind { $(Kind::$name => Some(Event::$name),)+ _ => None }
    };
}

impl Event {
    /// The event of a kind that has no parameters.
    #[must_use]
    pub fn plain(kind: Kind) -> Option<Self> {
        plain_of!(kind; Forwarded ReceivedByCompetent Registered Arrested HearingArranged ConsentRevoked NoConsent DelayNotified LimitExceeded DeferralEnded DecisionFinal SentenceTakenOver ForceMajeureFound SurrenderSuspended SurrenderPostponed PostponementEnded ReturnedFromTemporary Released SurrenderConfirmed ExecutedElsewhere SpecialityConsentRequested OnwardConsentRequested FinallyDischarged PropertyHandedOver PersonNotFound)
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        kind_of!(self; Forwarded ReceivedByCompetent Registered InformationRequested InformationSupplied Arrested
            HearingArranged ConsentRecorded ConsentRevoked NoConsent DelayNotified LimitExceeded Deferred
            DeferralEnded GuaranteeRequested GuaranteeGiven ExecutionOrdered DecisionFinal Refused
            SentenceTakenOver SurrenderDateProposed SurrenderDateAgreed ForceMajeureFound NewDateAgreed
            SurrenderSuspended SuspensionEnded SurrenderPostponed PostponementEnded TemporarilySurrendered
            ReturnedFromTemporary Released Surrendered SurrenderConfirmed Withdrawn ExecutedElsewhere
            SpecialityConsentRequested SpecialityConsentAnswered OnwardConsentRequested OnwardConsentAnswered
            FinallyDischarged PropertyHandedOver PersonNotFound Corrected)
    }

    /// The earlier message it answers, if it names one.
    #[must_use]
    pub fn answers(&self) -> Option<MessageId> {
        match self {
            Self::InformationSupplied { answers }
            | Self::GuaranteeGiven { answers, .. }
            | Self::SpecialityConsentAnswered { answers, .. }
            | Self::OnwardConsentAnswered { answers, .. } => *answers,
            _ => None,
        }
    }

    /// The day it fixes, if it fixes one.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        match self {
            Self::InformationRequested { by, .. } => *by,
            Self::SurrenderDateProposed { on }
            | Self::SurrenderDateAgreed { on }
            | Self::NewDateAgreed { on }
            | Self::SuspensionEnded { on }
            | Self::TemporarilySurrendered { return_on: on } => Some(*on),
            _ => None,
        }
    }
}

/// An event as submitted, with its words: what a message body of a later step contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    event: Event,
    text: String,
}

impl Notice {
    /// Takes an event and its text (reasons, answer, conditions; may be empty), or answers with every fault.
    pub fn parse(event: Event, text: String) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        if let (Some(article), true) = (event.kind().reasons_required(), text.trim().is_empty()) {
            faults.push("text", "reasons_missing", article, "Reasons must be given.");
        }
        if text.len() > limits::TEXT_BYTES {
            faults.push("text", "too_long", "limit", "The text is longer than the limit.");
        }
        if !is_paragraphs(&text) {
            faults.push(
                "text",
                "control_character",
                "limit",
                "Control and invisible characters are not allowed.",
            );
        }
        match &event {
            Event::Refused { grounds } if grounds.is_empty() => {
                faults.push("grounds", "missing", "Art. 17(6)", "At least one ground must be named.");
            }
            Event::Refused { grounds } if grounds.len() > limits::GROUNDS => {
                faults.push("grounds", "too_many", "limit", "There are more grounds than the limit.");
            }
            Event::ExecutionOrdered { offences, conditions } => {
                if offences.len() > limits::OFFENCES || conditions.len() > limits::LIST_ITEMS {
                    faults.push("offences", "too_many", "limit", "There are more entries than the limit.");
                }
                if offences.contains(&0) {
                    faults.push("offences", "counts_from_one", "box (e)", "Offences are counted from 1.");
                }
            }
            _ => {}
        }
        if faults.is_empty() { Ok(Self { event, text }) } else { Err(faults) }
    }

    /// The event.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The words, possibly none.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The event and the words.
    #[must_use]
    pub fn into_parts(self) -> (Event, String) {
        (self.event, self.text)
    }
}
