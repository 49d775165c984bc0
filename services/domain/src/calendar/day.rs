//! How a calendar day is stored: as days since 1 January 1970, in three bytes instead of ten.

use jiff::civil::{Date, date};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const EPOCH: Date = date(1970, 1, 1);

/// Days since 1 January 1970.
#[must_use]
pub fn to_days(day: Date) -> i32 {
    (day - EPOCH).get_days()
}

/// The day of a number, if the calendar has it.
#[must_use]
pub fn from_days(days: i32) -> Option<Date> {
    EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Stores a day.
pub fn serialize<S: Serializer>(day: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    to_days(*day).serialize(serializer)
}

/// Reads a day back.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let days = i32::deserialize(deserializer)?;
    from_days(days).ok_or_else(|| serde::de::Error::custom("a day outside the calendar"))
}

/// The same for a day that may be missing.
pub mod optional {
    use super::{Date, Deserialize, Deserializer, Serialize, Serializer, from_days, to_days};

    /// Stores a day that may be missing.
    pub fn serialize<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        day.map(to_days).serialize(serializer)
    }

    /// Reads it back.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        let days = Option::<i32>::deserialize(deserializer)?;
        days.map(|days| from_days(days).ok_or_else(|| serde::de::Error::custom("a day outside the calendar")))
            .transpose()
    }
}
