//! Case events between their generated and their domain type, with the few values they share.
//!
//! The generated event is flat; one that lacks what its kind needs, or has what it must not, is answered with every
//! fault at once.

use jiff::civil::Date;
use rogatory_domain::case::{Capacity, DeferralReason, Event, Ground, Guarantee, Kind, Notice};
use rogatory_domain::eaw::PartialDate;
use rogatory_domain::{Faults, Lane, MessageId, ReferralType};

use crate::pb::types::v1 as pb;

macro_rules! mirrors {
    ($($(#[$doc:meta])* $from:ident $to:ident $name:ident { $($variant:ident),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $from(wire: i32) -> Option<$name> {
                match pb::$name::try_from(wire) {
                    $(Ok(pb::$name::$variant) => Some($name::$variant),)+
                    Ok(pb::$name::Unspecified) | Err(_) => None,
                }
            }

            /// The number on the wire.
            #[must_use]
            pub fn $to(value: $name) -> i32 {
                let wire = match value {
                    $($name::$variant => pb::$name::$variant,)+
                };
                wire.into()
            }
        )+
    };
}

use pb::EventKind;

mirrors! {
    /// The lane of a number, if it is one.
    lane_from_pb lane_to_pb Lane { Urgent, Routine }
    /// The type of a number, if this release knows it.
    referral_type_from_pb referral_type_to_pb ReferralType { EuropeanArrestWarrant }
    /// The capacity of a number, if it is one.
    capacity_from_pb capacity_to_pb Capacity { Issuing, Executing, Police, Copy }
    /// The reason of a number, if it is one.
    deferral_from_pb deferral_to_pb DeferralReason {
        Immunity, ThirdStateSpeciality, CompetingRequests, FundamentalRights, PreliminaryReference
    }
    /// The guarantee of a number, if it is one.
    guarantee_from_pb guarantee_to_pb Guarantee { LifeReview, Return, DetentionConditions, Retrial }
    /// The ground of a number, if it is one.
    ground_from_pb ground_to_pb Ground {
        Amnesty, FinallyJudged, Age, NoDoubleCriminality, ProsecutedHere, NotProsecuted, StatuteBarred,
        JudgedByThirdState, NationalOrResident, CommittedHere, Extraterritorial, InAbsentia, FundamentalRights
    }
}

macro_rules! kinds {
    ($($variant:ident),+ $(,)?) => {
        /// The kind of a number, if this release knows it.
        #[must_use]
        pub fn kind_from_pb(wire: i32) -> Option<Kind> {
            match EventKind::try_from(wire) {
                $(Ok(EventKind::$variant) => Some(Kind::$variant),)+
                Ok(EventKind::Unspecified) | Err(_) => None,
            }
        }

        /// The number on the wire.
        #[must_use]
        pub fn kind_to_pb(kind: Kind) -> i32 {
            let wire = match kind {
                $(Kind::$variant => EventKind::$variant,)+
            };
            wire.into()
        }
    };
}

kinds! {
        Forwarded, ReceivedByCompetent, Registered, InformationRequested, InformationSupplied, Arrested,
        HearingArranged, ConsentRecorded, ConsentRevoked, NoConsent, DelayNotified, LimitExceeded,
        Deferred, DeferralEnded, GuaranteeRequested, GuaranteeGiven, ExecutionOrdered, DecisionFinal,
        Refused, SentenceTakenOver, SurrenderDateProposed, SurrenderDateAgreed, ForceMajeureFound,
        NewDateAgreed, SurrenderSuspended, SuspensionEnded, SurrenderPostponed, PostponementEnded,
        TemporarilySurrendered, ReturnedFromTemporary, Released, Surrendered, SurrenderConfirmed,
        Withdrawn, ExecutedElsewhere, SpecialityConsentRequested, SpecialityConsentAnswered,
        OnwardConsentRequested, OnwardConsentAnswered, FinallyDischarged, PropertyHandedOver,
        PersonNotFound, Corrected
}

/// Takes fields out of a generated event as a kind asks for them; what is left over is a fault.
struct Fields {
    wire: pb::Event,
    faults: Faults,
}

impl Fields {
    fn missing<T>(&mut self, field: &str) -> Option<T> {
        self.faults.push(field, "missing", "life cycle", "This event needs this field.");
        None
    }

    fn wrong<T>(&mut self, field: &str, text: &str) -> Option<T> {
        self.faults.push(field, "not_valid", "life cycle", text);
        None
    }

    fn day(&mut self) -> Option<Date> {
        match self.maybe_day() {
            Some(day) => Some(day),
            None if self.faults.iter().any(|fault| fault.field == "day") => None,
            None => self.missing("day"),
        }
    }

    fn maybe_day(&mut self) -> Option<Date> {
        let wire = self.wire.day.take()?;
        PartialDate::new(wire.year, wire.month, wire.day)
            .and_then(PartialDate::full)
            .or_else(|| self.wrong("day", "Give a whole date of the calendar."))
    }

    fn answers(&mut self) -> Option<MessageId> {
        let text = std::mem::take(&mut self.wire.answers);
        if text.is_empty() {
            return None;
        }
        text.parse().ok().or_else(|| self.wrong("answers", "Give the id of a message."))
    }

    fn affirmed(&mut self) -> bool {
        std::mem::take(&mut self.wire.affirmed)
    }

    fn guarantees(&mut self) -> Vec<Guarantee> {
        let wire = std::mem::take(&mut self.wire.guarantees);
        let known: Vec<_> = wire.iter().filter_map(|number| guarantee_from_pb(*number)).collect();
        if known.len() < wire.len() {
            self.wrong::<()>("guarantees", "There is a guarantee this release does not know.");
        }
        known
    }

    fn guarantee(&mut self) -> Option<Guarantee> {
        match self.guarantees()[..] {
            [one] => Some(one),
            _ => self.wrong("guarantees", "Give exactly one guarantee."),
        }
    }

    fn grounds(&mut self) -> Vec<Ground> {
        let wire = std::mem::take(&mut self.wire.grounds);
        let known: Vec<_> = wire.iter().filter_map(|number| ground_from_pb(*number)).collect();
        if known.len() < wire.len() {
            self.wrong::<()>("grounds", "There is a ground this release does not know.");
        }
        known
    }

    fn offences(&mut self) -> Vec<u16> {
        let wire = std::mem::take(&mut self.wire.offences);
        let fitting: Vec<_> = wire.iter().filter_map(|number| u16::try_from(*number).ok()).collect();
        if fitting.len() < wire.len() {
            self.wrong::<()>("offences", "There is a number no warrant has.");
        }
        fitting
    }

    fn deferral_reason(&mut self) -> Option<DeferralReason> {
        let wire = std::mem::take(&mut self.wire.deferral_reason);
        deferral_from_pb(wire).or_else(|| self.missing("deferral_reason"))
    }

    fn replaced_by(&mut self) -> Option<rogatory_domain::ReferralId> {
        let text = std::mem::take(&mut self.wire.replaced_by);
        if text.is_empty() {
            return None;
        }
        text.parse().ok().or_else(|| self.wrong("replaced_by", "Give the id of a referral."))
    }

    /// What the kind did not take must not be there.
    fn nothing_left(&mut self) {
        let wire = &self.wire;
        let left = [
            ("day", wire.day.is_some()),
            ("answers", !wire.answers.is_empty()),
            ("deferral_reason", wire.deferral_reason != 0),
            ("guarantees", !wire.guarantees.is_empty()),
            ("grounds", !wire.grounds.is_empty()),
            ("offences", !wire.offences.is_empty()),
            ("custody_days", wire.custody_days != 0),
            ("replaced_by", !wire.replaced_by.is_empty()),
            ("affirmed", wire.affirmed),
        ];
        for (field, _) in left.into_iter().filter(|(_, there)| *there) {
            self.faults.push(
                field,
                "not_for_this_event",
                "life cycle",
                "This event does not have this field.",
            );
        }
    }

    fn event(&mut self, kind: Kind) -> Option<Event> {
        Some(match kind {
            Kind::InformationRequested => {
                Event::InformationRequested { by: self.maybe_day(), copy_of_judgment: self.affirmed() }
            }
            Kind::InformationSupplied => Event::InformationSupplied { answers: self.answers() },
            Kind::ConsentRecorded => Event::ConsentRecorded { renounces_speciality: self.affirmed() },
            Kind::Deferred => Event::Deferred { reason: self.deferral_reason()? },
            Kind::GuaranteeRequested => Event::GuaranteeRequested { guarantee: self.guarantee()? },
            Kind::GuaranteeGiven => {
                let answers = self.answers();
                Event::GuaranteeGiven { answers, guarantee: self.guarantee()? }
            }
            Kind::ExecutionOrdered => {
                Event::ExecutionOrdered { offences: self.offences(), conditions: self.guarantees() }
            }
            Kind::Refused => Event::Refused { grounds: self.grounds() },
            Kind::SurrenderDateProposed => Event::SurrenderDateProposed { on: self.day()? },
            Kind::SurrenderDateAgreed => Event::SurrenderDateAgreed { on: self.day()? },
            Kind::NewDateAgreed => Event::NewDateAgreed { on: self.day()? },
            Kind::SuspensionEnded => Event::SuspensionEnded { on: self.day()? },
            Kind::TemporarilySurrendered => Event::TemporarilySurrendered { return_on: self.day()? },
            Kind::Surrendered => {
                Event::Surrendered { custody_days: std::mem::take(&mut self.wire.custody_days) }
            }
            Kind::Withdrawn => Event::Withdrawn { replaced_by: self.replaced_by() },
            Kind::SpecialityConsentAnswered => {
                Event::SpecialityConsentAnswered { answers: self.answers(), granted: self.affirmed() }
            }
            Kind::OnwardConsentAnswered => {
                Event::OnwardConsentAnswered { answers: self.answers(), granted: self.affirmed() }
            }
            Kind::Corrected => match self.answers() {
                Some(message) => Event::Corrected { message },
                None => return self.missing("answers"),
            },
            plain => return Event::plain(plain),
        })
    }
}

/// Parses a generated event, or answers with every fault in it.
pub fn notice_from_pb(mut wire: pb::Event) -> Result<Notice, Faults> {
    let text = std::mem::take(&mut wire.text);
    let kind = kind_from_pb(wire.kind);
    let mut fields = Fields { wire, faults: Faults::default() };
    let event = match kind {
        Some(kind) => fields.event(kind),
        None => fields.missing("kind"),
    };
    if kind.is_some() && event.is_some() {
        fields.nothing_left();
    }
    match event {
        Some(event) if fields.faults.is_empty() => Notice::parse(event, text),
        _ => Err(fields.faults),
    }
}

impl From<Notice> for pb::Event {
    fn from(notice: Notice) -> Self {
        let (event, text) = notice.into_parts();
        event_to_pb(&event, text)
    }
}

/// Writes an event and its words.
#[must_use]
pub fn event_to_pb(event: &Event, text: String) -> pb::Event {
    let mut wire = pb::Event { kind: kind_to_pb(event.kind()), text, ..pb::Event::default() };
    wire.day = event.day().map(|day| pb::PartialDate {
        year: u32::try_from(day.year()).unwrap_or(0),
        month: u32::try_from(day.month()).unwrap_or(0),
        day: u32::try_from(day.day()).unwrap_or(0),
    });
    wire.answers = event.answers().map(|id| id.to_string()).unwrap_or_default();
    match event {
        Event::InformationRequested { copy_of_judgment: yes, .. }
        | Event::ConsentRecorded { renounces_speciality: yes }
        | Event::SpecialityConsentAnswered { granted: yes, .. }
        | Event::OnwardConsentAnswered { granted: yes, .. } => wire.affirmed = *yes,
        Event::Deferred { reason } => wire.deferral_reason = deferral_to_pb(*reason),
        Event::GuaranteeRequested { guarantee } | Event::GuaranteeGiven { guarantee, .. } => {
            wire.guarantees = vec![guarantee_to_pb(*guarantee)];
        }
        Event::ExecutionOrdered { offences, conditions } => {
            wire.offences = offences.iter().map(|number| u32::from(*number)).collect();
            wire.guarantees = conditions.iter().map(|one| guarantee_to_pb(*one)).collect();
        }
        Event::Refused { grounds } => wire.grounds = grounds.iter().map(|one| ground_to_pb(*one)).collect(),
        Event::Surrendered { custody_days } => wire.custody_days = *custody_days,
        Event::Withdrawn { replaced_by } => {
            wire.replaced_by = replaced_by.map(|id| id.to_string()).unwrap_or_default();
        }
        Event::Corrected { message } => wire.answers = message.to_string(),
        _ => {}
    }
    wire
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> MessageId {
        "0192f0a0-0000-7000-8000-000000000001".parse().unwrap()
    }

    fn there_and_back(event: &Event) {
        let wire = event_to_pb(event, "Reasons.".into());
        assert_eq!(*notice_from_pb(wire).unwrap().event(), *event);
    }

    #[test]
    fn every_kind_has_a_number_and_survives_the_wire() {
        for kind in Kind::ALL {
            assert_eq!(kind_from_pb(kind_to_pb(*kind)), Some(*kind));
            if let Some(event) = Event::plain(*kind) {
                there_and_back(&event);
            }
        }
    }

    #[test]
    fn events_with_parameters_survive_the_wire() {
        let on = jiff::civil::date(2021, 6, 20);
        for event in [
            Event::InformationRequested { by: Some(on), copy_of_judgment: true },
            Event::InformationSupplied { answers: Some(message()) },
            Event::ConsentRecorded { renounces_speciality: true },
            Event::Deferred { reason: DeferralReason::Immunity },
            Event::GuaranteeGiven { answers: Some(message()), guarantee: Guarantee::Return },
            Event::ExecutionOrdered { offences: vec![1, 2], conditions: vec![Guarantee::LifeReview] },
            Event::Refused { grounds: Ground::ALL.to_vec() },
            Event::NewDateAgreed { on },
            Event::TemporarilySurrendered { return_on: on },
            Event::Surrendered { custody_days: 25 },
            Event::Withdrawn { replaced_by: Some(message().as_opened()) },
            Event::OnwardConsentAnswered { answers: None, granted: true },
            Event::Corrected { message: message() },
        ] {
            there_and_back(&event);
        }
    }

    #[test]
    fn what_is_missing_or_does_not_belong_is_a_fault() {
        let faults =
            |wire| notice_from_pb(wire).unwrap_err().0.into_iter().map(|f| (f.field, f.rule)).collect();
        let found: Vec<(String, &str)> = faults(pb::Event::default());
        assert_eq!(found, [("kind".to_owned(), "missing")]);
        let wire = pb::Event { kind: kind_to_pb(Kind::NewDateAgreed), ..pb::Event::default() };
        assert_eq!(faults(wire), [("day".to_owned(), "missing")]);
        let wire = pb::Event { kind: kind_to_pb(Kind::Arrested), grounds: vec![1], ..pb::Event::default() };
        assert_eq!(faults(wire), [("grounds".to_owned(), "not_for_this_event")]);
        let wire = pb::Event { kind: kind_to_pb(Kind::Refused), grounds: vec![1], ..pb::Event::default() };
        assert_eq!(faults(wire), [("text".to_owned(), "reasons_missing")]);
    }
}
