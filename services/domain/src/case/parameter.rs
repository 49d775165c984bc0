//! Parameters of events as codes and flat values: the one form in which events are kept in ledgers and travel between
//! agencies. Owns the codes of parameters, which are never reused; it must not know an encoding.

use jiff::civil::Date;

use super::event::{Event, Kind};
use super::ground::{DeferralReason, Ground, Guarantee};
use crate::id::{MessageId, ReferralId};

const DAY: &str = "day";
const ANSWERS: &str = "answers";
const COPY_OF_JUDGMENT: &str = "copy_of_judgment";
const RENOUNCES_SPECIALITY: &str = "renounces_speciality";
const GRANTED: &str = "granted";
const REASON: &str = "reason";
const GUARANTEE: &str = "guarantee";
const GROUND: &str = "ground";
const OFFENCE: &str = "offence";
const CUSTODY_DAYS: &str = "custody_days";
const REPLACED_BY: &str = "replaced_by";
const CORRECTS: &str = "corrects";

/// One parameter of an event. A list is the same code more than once, in order; a flag that is not set is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Stable code, snake case.
    pub code: String,
    /// Its value.
    pub value: Value,
}

/// Value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A day of the calendar.
    Day(Date),
    /// Id of a message or a referral; a UUIDv7, 16 bytes.
    Id([u8; 16]),
    /// A code of one of the instrument's lists.
    Code(String),
    /// A count.
    Number(u32),
    /// The flag is set.
    Set,
}

/// A parameter that does not fit its event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnfitParameter {
    /// The event needs it.
    #[error("the event lacks its parameter {0}")]
    Missing(&'static str),
    /// The event has no such parameter, or it has another kind of value, or this release does not know the code it gives.
    #[error("the event's parameter {0} is not one this release knows")]
    Unknown(String),
}

impl Event {
    /// The parameters, in a fixed order.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut out = Out(Vec::new());
        out.extend(DAY, self.day().map(Value::Day));
        out.extend(ANSWERS, self.answers().map(|id| Value::Id(*id.as_bytes())));
        match self {
            Self::InformationRequested { copy_of_judgment, .. } => {
                out.flag(COPY_OF_JUDGMENT, *copy_of_judgment);
            }
            Self::ConsentRecorded { renounces_speciality } => {
                out.flag(RENOUNCES_SPECIALITY, *renounces_speciality);
            }
            Self::SpecialityConsentAnswered { granted, .. } | Self::OnwardConsentAnswered { granted, .. } => {
                out.flag(GRANTED, *granted);
            }
            Self::Deferred { reason } => out.extend(REASON, [Value::Code(reason.code().into())]),
            Self::GuaranteeRequested { guarantee } | Self::GuaranteeGiven { guarantee, .. } => {
                out.extend(GUARANTEE, [Value::Code(guarantee.code().into())]);
            }
            Self::ExecutionOrdered { offences, conditions } => {
                out.extend(OFFENCE, offences.iter().map(|number| Value::Number((*number).into())));
                out.extend(GUARANTEE, conditions.iter().map(|one| Value::Code(one.code().into())));
            }
            Self::Refused { grounds } => {
                out.extend(GROUND, grounds.iter().map(|ground| Value::Code(ground.code().into())));
            }
            Self::Surrendered { custody_days } => out.extend(CUSTODY_DAYS, [Value::Number(*custody_days)]),
            Self::Withdrawn { replaced_by } => {
                out.extend(REPLACED_BY, replaced_by.map(|id| Value::Id(*id.as_bytes())));
            }
            Self::Corrected { message } => out.extend(CORRECTS, [Value::Id(*message.as_bytes())]),
            _ => {}
        }
        out.0
    }

    /// The event of a kind with these parameters.
    ///
    /// # Errors
    /// When one is missing, or one is there that the kind does not have or this release does not know.
    pub fn from_parameters(kind: Kind, parameters: Vec<Parameter>) -> Result<Self, UnfitParameter> {
        let mut given = Given(parameters);
        let event = match kind {
            Kind::InformationRequested => Self::InformationRequested {
                by: given.maybe(DAY, day)?,
                copy_of_judgment: given.flag(COPY_OF_JUDGMENT)?,
            },
            Kind::InformationSupplied => {
                Self::InformationSupplied { answers: given.maybe(ANSWERS, message)? }
            }
            Kind::ConsentRecorded => {
                Self::ConsentRecorded { renounces_speciality: given.flag(RENOUNCES_SPECIALITY)? }
            }
            Kind::Deferred => Self::Deferred { reason: given.one(REASON, reason)? },
            Kind::GuaranteeRequested => {
                Self::GuaranteeRequested { guarantee: given.one(GUARANTEE, guarantee)? }
            }
            Kind::GuaranteeGiven => Self::GuaranteeGiven {
                answers: given.maybe(ANSWERS, message)?,
                guarantee: given.one(GUARANTEE, guarantee)?,
            },
            Kind::ExecutionOrdered => Self::ExecutionOrdered {
                offences: given.all(OFFENCE, offence)?,
                conditions: given.all(GUARANTEE, guarantee)?,
            },
            Kind::Refused => Self::Refused { grounds: given.all(GROUND, ground)? },
            Kind::SurrenderDateProposed => Self::SurrenderDateProposed { on: given.one(DAY, day)? },
            Kind::SurrenderDateAgreed => Self::SurrenderDateAgreed { on: given.one(DAY, day)? },
            Kind::NewDateAgreed => Self::NewDateAgreed { on: given.one(DAY, day)? },
            Kind::SuspensionEnded => Self::SuspensionEnded { on: given.one(DAY, day)? },
            Kind::TemporarilySurrendered => Self::TemporarilySurrendered { return_on: given.one(DAY, day)? },
            Kind::Surrendered => Self::Surrendered { custody_days: given.one(CUSTODY_DAYS, number)? },
            Kind::Withdrawn => Self::Withdrawn { replaced_by: given.maybe(REPLACED_BY, referral)? },
            Kind::SpecialityConsentAnswered => Self::SpecialityConsentAnswered {
                answers: given.maybe(ANSWERS, message)?,
                granted: given.flag(GRANTED)?,
            },
            Kind::OnwardConsentAnswered => Self::OnwardConsentAnswered {
                answers: given.maybe(ANSWERS, message)?,
                granted: given.flag(GRANTED)?,
            },
            Kind::Corrected => Self::Corrected { message: given.one(CORRECTS, message)? },
            plain => Self::plain(plain).ok_or(UnfitParameter::Missing("kind"))?,
        };
        given.nothing_left()?;
        Ok(event)
    }
}

/// Parameters as they are written.
struct Out(Vec<Parameter>);

impl Out {
    fn extend(&mut self, code: &str, values: impl IntoIterator<Item = Value>) {
        self.0.extend(values.into_iter().map(|value| Parameter { code: code.to_owned(), value }));
    }

    fn flag(&mut self, code: &str, is_set: bool) {
        self.extend(code, is_set.then_some(Value::Set));
    }
}

/// Parameters as they are read: what a kind asks for is taken out, and what is left over does not belong to it.
struct Given(Vec<Parameter>);

impl Given {
    fn all<T>(
        &mut self,
        code: &'static str,
        read: impl Fn(Value) -> Option<T>,
    ) -> Result<Vec<T>, UnfitParameter> {
        let (taken, left) = std::mem::take(&mut self.0).into_iter().partition(|given| given.code == code);
        self.0 = left;
        let values: Vec<Parameter> = taken;
        values
            .into_iter()
            .map(|given| read(given.value).ok_or_else(|| UnfitParameter::Unknown(code.to_owned())))
            .collect()
    }

    fn maybe<T>(
        &mut self,
        code: &'static str,
        read: impl Fn(Value) -> Option<T>,
    ) -> Result<Option<T>, UnfitParameter> {
        let mut all = self.all(code, read)?;
        if all.len() > 1 {
            return Err(UnfitParameter::Unknown(code.to_owned()));
        }
        Ok(all.pop())
    }

    fn one<T>(&mut self, code: &'static str, read: impl Fn(Value) -> Option<T>) -> Result<T, UnfitParameter> {
        self.maybe(code, read)?.ok_or(UnfitParameter::Missing(code))
    }

    fn flag(&mut self, code: &'static str) -> Result<bool, UnfitParameter> {
        Ok(self.maybe(code, |value| (value == Value::Set).then_some(()))?.is_some())
    }

    fn nothing_left(self) -> Result<(), UnfitParameter> {
        match self.0.into_iter().next() {
            Some(left) => Err(UnfitParameter::Unknown(left.code)),
            None => Ok(()),
        }
    }
}

fn day(value: Value) -> Option<Date> {
    if let Value::Day(day) = value { Some(day) } else { None }
}

fn message(value: Value) -> Option<MessageId> {
    let Value::Id(bytes) = value else { return None };
    MessageId::from_uuid(uuid::Uuid::from_bytes(bytes)).ok()
}

fn referral(value: Value) -> Option<ReferralId> {
    let Value::Id(bytes) = value else { return None };
    ReferralId::from_uuid(uuid::Uuid::from_bytes(bytes)).ok()
}

fn number(value: Value) -> Option<u32> {
    if let Value::Number(number) = value { Some(number) } else { None }
}

fn offence(value: Value) -> Option<u16> {
    number(value).and_then(|number| number.try_into().ok())
}

fn code<T>(value: Value, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    if let Value::Code(code) = value { read(&code) } else { None }
}

fn reason(value: Value) -> Option<DeferralReason> {
    code(value, DeferralReason::from_code)
}

fn guarantee(value: Value) -> Option<Guarantee> {
    code(value, Guarantee::from_code)
}

fn ground(value: Value) -> Option<Ground> {
    code(value, Ground::from_code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::tests::one_event_of_each_kind;

    #[test]
    fn an_event_of_each_kind_is_the_same_after_its_parameters_were_written_and_read() {
        for event in one_event_of_each_kind() {
            let read = Event::from_parameters(event.kind(), event.parameters());
            assert_eq!(read.as_ref(), Ok(&event));
        }
    }

    #[test]
    fn what_an_event_does_not_have_or_this_release_does_not_know_is_named() {
        let with = |kind, code: &str, value| {
            Event::from_parameters(kind, vec![Parameter { code: code.into(), value }]).unwrap_err()
        };
        assert_eq!(with(Kind::Arrested, "day", Value::Set), UnfitParameter::Unknown("day".into()));
        assert_eq!(with(Kind::Arrested, "mood", Value::Set), UnfitParameter::Unknown("mood".into()));
        assert_eq!(with(Kind::NewDateAgreed, "day", Value::Number(3)), UnfitParameter::Unknown("day".into()));
        let later = Value::Code("9(9)".into());
        assert_eq!(with(Kind::Refused, "ground", later), UnfitParameter::Unknown("ground".into()));
        assert_eq!(Event::from_parameters(Kind::NewDateAgreed, vec![]), Err(UnfitParameter::Missing("day")));
        let twice = vec![Parameter { code: "granted".into(), value: Value::Set }; 2];
        let answered = Event::from_parameters(Kind::OnwardConsentAnswered, twice);
        assert_eq!(answered, Err(UnfitParameter::Unknown("granted".into())));
    }
}
