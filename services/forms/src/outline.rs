//! What the machine of a case has to know of a form, and nothing else of it.
//!
//! Owns how it is read: by counting the lists of the outermost message, since every referral is looked at and nothing within a list
//! matters here. It must not judge a form: the check does.

use prost::encoding::{DecodeContext, WireType, decode_key, skip_field};

/// The outline of a form; that of bytes that are no form is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outline {
    /// What it asks for, as codes of the instrument's traits.
    pub traits: Vec<&'static str>,
    /// How many offences or measures it lists, where events name one by its number; 0 where nothing is numbered.
    pub items: usize,
}

/// How many messages each of these fields of a message lists, by the numbers of the fields; none of bytes that are no message.
pub(crate) fn listed<const N: usize>(bytes: &[u8], fields: [u32; N]) -> [usize; N] {
    count(bytes, fields).unwrap_or([0; N])
}

fn count<const N: usize>(mut bytes: &[u8], fields: [u32; N]) -> Option<[usize; N]> {
    let mut counts = [0; N];
    while !bytes.is_empty() {
        let (field, wire_type) = decode_key(&mut bytes).ok()?;
        if wire_type == WireType::LengthDelimited
            && let Some(at) = fields.iter().position(|one| *one == field)
        {
            counts[at] += 1;
        }
        skip_field(wire_type, field, &mut bytes, DecodeContext::default()).ok()?;
    }
    Some(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_counted_by_their_fields_and_nothing_is_of_bytes_that_are_no_message() {
        // Field 1 is a number, fields 2 and 16 are lists of messages, of which the inner ones do not count.
        let bytes = [0x08, 0x05, 0x12, 0x00, 0x12, 0x02, 0x12, 0x00, 0x82, 0x01, 0x01, 0xff];
        assert_eq!(listed(&bytes, [1, 2, 16, 3]), [0, 2, 1, 0]);
        assert_eq!(listed(&[], [2]), [0]);
        for cut in [1, 3, 5, 9, 11] {
            assert_eq!(listed(&bytes[..cut], [2, 16]), [0, 0], "{cut} bytes");
        }
    }
}
