//! Parameters of events as codes and flat values: the one form in which events are kept in ledgers and travel between
//! agencies. It must not know an encoding, nor which event has which; the instrument does.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::day;
use crate::id::{MessageId, ReferralId};
use crate::instrument::Symbol;

/// The day an event fixes, in every instrument.
pub(super) const DAY: &str = "day";

/// The message an event answers, in every instrument.
pub(super) const ANSWERS: &str = "answers";

/// One parameter of an event. A list is the same code more than once, in order; a flag that is not set is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Stable code, snake case.
    pub code: Symbol,
    /// Its value.
    pub value: Value,
}

/// Value of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A day of the calendar.
    Day(#[serde(with = "day")] Date),
    /// Id of a message or a referral; a UUIDv7, 16 bytes.
    Id([u8; 16]),
    /// An item of one of the instrument's lists.
    Item(Symbol),
    /// A count.
    Number(u32),
    /// The flag is set.
    Set,
}

impl Value {
    /// The day, if it is one.
    #[must_use]
    pub fn day(self) -> Option<Date> {
        if let Self::Day(day) = self { Some(day) } else { None }
    }

    /// The item, if it is one.
    #[must_use]
    pub fn item(self) -> Option<Symbol> {
        if let Self::Item(item) = self { Some(item) } else { None }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(self) -> Option<u32> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    /// The id as that of a message, if it is one.
    #[must_use]
    pub fn message(self) -> Option<MessageId> {
        let Self::Id(bytes) = self else { return None };
        MessageId::from_uuid(uuid::Uuid::from_bytes(bytes)).ok()
    }

    /// The id as that of a referral, if it is one.
    #[must_use]
    pub fn referral(self) -> Option<ReferralId> {
        self.message().map(MessageId::as_opened)
    }
}

impl From<Date> for Value {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl From<MessageId> for Value {
    fn from(id: MessageId) -> Self {
        Self::Id(*id.as_bytes())
    }
}

impl From<ReferralId> for Value {
    fn from(id: ReferralId) -> Self {
        Self::Id(*id.as_bytes())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}
