//! Instants as people and programs write them, RFC 3339, for the message that protobuf has for them. It must not guess an
//! offset.

use jiff::Timestamp;
use prost_reflect::{DynamicMessage, MessageDescriptor, Value as Read};

use crate::referral::document::Value;

/// What has to be given.
pub(super) const EXPECTED: &str = "an instant is expected here, such as 2021-06-20T09:30:00Z";

/// Whether a message is an instant.
pub(in crate::referral) fn is_instant(kind: &MessageDescriptor) -> bool {
    kind.full_name() == "google.protobuf.Timestamp"
}

/// An instant of a text.
pub(super) fn read(kind: &MessageDescriptor, value: &Value) -> Option<DynamicMessage> {
    let Value::Text(text) = value else { return None };
    let at = parse(text)?;
    let mut instant = DynamicMessage::new(kind.clone());
    // Parts of a second count forwards, also before 1970.
    let (seconds, nanos) = (at.as_second(), at.subsec_nanosecond());
    let (seconds, nanos) = if nanos < 0 { (seconds - 1, nanos + 1_000_000_000) } else { (seconds, nanos) };
    instant.try_set_field_by_name("seconds", Read::I64(seconds)).ok()?;
    instant.try_set_field_by_name("nanos", Read::I32(nanos)).ok()?;
    Some(instant)
}

fn parse(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_an_offset() {
        assert!(parse("2021-06-20T09:30:00Z").is_some());
        assert_eq!(parse("2021-06-20T09:30:00+02:00"), parse("2021-06-20T07:30:00Z"));
        for wrong in ["2021-06-20", "2021-06-20T09:30:00", "now"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
