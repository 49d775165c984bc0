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
    use prost::Message as _;
    use rogatory_wire::pb::types::v1 as pb;

    use crate::eaw::FORM;

    #[test]
    fn an_outline_counts_what_a_form_lists_and_nothing_of_bytes_that_are_no_form() {
        for number in 0..8 {
            let bytes = (FORM.sample)(number);
            let form = pb::WarrantForm::decode(bytes.as_slice()).unwrap();
            let outline = (FORM.outline)(&bytes);
            assert_eq!(outline.items, form.offences.len());
            assert_eq!(outline.traits.contains(&"prosecution"), !form.orders.is_empty());
            assert_eq!(outline.traits.contains(&"sentence"), !form.judgments.is_empty());
            let cut = &bytes[..bytes.len() - 1];
            assert_eq!((FORM.outline)(cut), super::Outline::default());
        }
        let order = crate::eio::FORM;
        let bytes = (order.sample)(1);
        let form = pb::InvestigationOrderForm::decode(bytes.as_slice()).unwrap();
        assert!(!form.measures.is_empty());
        assert_eq!((order.outline)(&bytes).items, form.measures.len());
    }
}
