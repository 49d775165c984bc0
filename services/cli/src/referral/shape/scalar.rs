//! Single values: texts, numbers, flags, and the words of enums. It must not know a field.

use prost_reflect::prost::bytes::Bytes;
use prost_reflect::{EnumDescriptor, Kind, Value as Read};

use crate::referral::document::Value;

/// The words of an enum: the names of its values without what all of them begin with. The first value says that nothing was
/// given and is no word.
pub(in crate::referral) fn words(kind: &EnumDescriptor) -> impl Iterator<Item = String> {
    let prefix = prefix(kind);
    let given: Vec<_> = kind.values().filter(|value| value.number() != 0).collect();
    given.into_iter().map(move |value| word(value.name(), &prefix))
}

/// What the names of an enum's values begin with, by the first of them.
fn prefix(kind: &EnumDescriptor) -> String {
    kind.default_value().name().trim_end_matches("UNSPECIFIED").to_owned()
}

fn word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase()
}

/// The number of what was written for an enum: its word, its name in full, or the number itself.
pub(super) fn number_of(kind: &EnumDescriptor, value: &Value) -> Option<i32> {
    match value {
        Value::Integer(number) => {
            let number = i32::try_from(*number).ok()?;
            kind.get_value(number).map(|value| value.number())
        }
        Value::Text(text) => {
            let written = text.trim().to_lowercase().replace(['-', ' '], "_");
            let prefix = prefix(kind);
            let is_it = |name: &str| name.to_lowercase() == written || word(name, &prefix) == written;
            kind.values().find(|value| is_it(value.name())).map(|value| value.number())
        }
        _ => None,
    }
}

/// Reads a value of this kind; numbers of 64 bits may stand in quotes, as JSON of protobuf has them.
pub(super) fn read(kind: &Kind, value: &Value) -> Option<Read> {
    let whole = || match value {
        Value::Integer(number) => Some(*number),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    };
    let number = || if let Value::Integer(number) = value { Some(*number) } else { None };
    match kind {
        Kind::String => {
            if let Value::Text(text) = value {
                Some(Read::String(text.clone()))
            } else {
                None
            }
        }
        Kind::Bool => {
            if let Value::Bool(is_set) = value {
                Some(Read::Bool(*is_set))
            } else {
                None
            }
        }
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => i32::try_from(number()?).ok().map(Read::I32),
        Kind::Uint32 | Kind::Fixed32 => u32::try_from(number()?).ok().map(Read::U32),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => i64::try_from(whole()?).ok().map(Read::I64),
        Kind::Uint64 | Kind::Fixed64 => u64::try_from(whole()?).ok().map(Read::U64),
        Kind::Double => fraction(value).map(Read::F64),
        #[allow(clippy::cast_possible_truncation, reason = "a field of single precision holds no more")]
        Kind::Float => fraction(value).map(|number| Read::F32(number as f32)),
        Kind::Bytes => {
            let Value::Text(text) = value else { return None };
            let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).ok()?;
            Some(Read::Bytes(Bytes::from(bytes)))
        }
        Kind::Message(_) | Kind::Enum(_) => None,
    }
}

#[allow(clippy::cast_precision_loss, reason = "a whole number that is given for a fraction is small")]
fn fraction(value: &Value) -> Option<f64> {
    match value {
        Value::Float(number) => Some(*number),
        Value::Integer(number) => Some(*number as f64),
        _ => None,
    }
}

/// What a value of this kind is, in words.
pub(super) fn expected(kind: &Kind) -> &'static str {
    match kind {
        Kind::String => "a text in quotes",
        Kind::Bool => "true or false",
        Kind::Uint32 | Kind::Fixed32 | Kind::Uint64 | Kind::Fixed64 => "a whole number from 0",
        Kind::Double | Kind::Float => "a number",
        Kind::Bytes => "base64",
        _ => "a whole number",
    }
}
