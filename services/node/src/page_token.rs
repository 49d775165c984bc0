//! The token of a list that goes by the positions of first records, newest first. It must not read the list.

use crate::fields::Fields;

/// Hexadecimal digits of a token.
const DIGITS: usize = 16;

/// The token of the page that goes on below a position.
pub(crate) fn of(below: u64) -> String {
    format!("{below:0DIGITS$x}")
}

/// The position of a token; the end of the ledger for none.
pub(crate) fn below(fields: &mut Fields, token: &str) -> Option<u64> {
    if token.is_empty() {
        return Some(u64::MAX);
    }
    let is_token = token.len() == DIGITS && token.bytes().all(|b| b.is_ascii_hexdigit());
    let position = is_token.then(|| u64::from_str_radix(token, 16).ok()).flatten();
    position.or_else(|| fields.wrong("page_token", "form", "a token as an answer gave it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_leads_back_to_its_position_and_any_other_text_is_refused() {
        let read = |token: &str| {
            let mut fields = Fields::default();
            let position = below(&mut fields, token);
            fields.finish(position).ok()
        };
        assert_eq!(read(&of(7)), Some(7));
        assert_eq!(read(""), Some(u64::MAX));
        for bad in ["7", "secret", "+000000000000007", "00000000000000007"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
