//! Dates as people write them, for the messages of year, month and day. It must not judge whether a day exists; the form's
//! check does.

use prost_reflect::{DynamicMessage, MessageDescriptor, Value as Read};

use crate::referral::document::Value;

/// What has to be given.
pub(super) const EXPECTED: &str =
    "a date is expected here: 1980-05-06, or 1980-05 or 1980 where no more is known";

/// The parts of a date, in the order in which they are written.
const PARTS: [&str; 3] = ["year", "month", "day"];

/// Whether a message is a date, by its fields: a name alone would bind this to one package.
pub(in crate::referral) fn is_date(kind: &MessageDescriptor) -> bool {
    kind.fields().len() == PARTS.len() && PARTS.iter().all(|part| kind.get_field_by_name(part).is_some())
}

/// A date of a text such as `1980-05`, or of a year.
pub(super) fn read(kind: &MessageDescriptor, value: &Value) -> Option<DynamicMessage> {
    let numbers = match value {
        Value::Integer(year) => vec![u32::try_from(*year).ok().filter(|year| (1..=9999).contains(year))?],
        Value::Text(text) => numbers(text.trim())?,
        _ => return None,
    };
    let mut date = DynamicMessage::new(kind.clone());
    for (part, number) in PARTS.iter().zip(numbers) {
        date.set_field_by_name(part, Read::U32(number));
    }
    Some(date)
}

/// The numbers of a date: four digits, then two and two where they are known.
pub(in crate::referral) fn numbers(text: &str) -> Option<Vec<u32>> {
    let widths = [4, 2, 2];
    let parts: Vec<&str> = text.split('-').collect();
    let is_shaped = parts.len() <= widths.len()
        && parts.iter().zip(widths).all(|(part, width)| {
            part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse() != Ok(0)
        });
    if is_shaped { parts.iter().map(|part| part.parse().ok()).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_known_to_its_day_its_month_or_its_year() {
        assert_eq!(numbers("1980-05-06"), Some(vec![1980, 5, 6]));
        assert_eq!(numbers("1980-05"), Some(vec![1980, 5]));
        assert_eq!(numbers("1980"), Some(vec![1980]));
        for wrong in ["", "80-05-06", "1980-5-6", "1980-00", "06.05.1980", "1980-05-06-07"] {
            assert_eq!(numbers(wrong), None, "{wrong}");
        }
    }
}
