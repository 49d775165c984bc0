//! Texts that follow a notation the world agreed on: language tags, case-law identifiers, e-mail addresses.
//!
//! Owns what they look like. It must not ask whether what one names exists, nor say what a form does with it.

/// Bytes of a language tag (RFC 5646 section 4.4.1 asks for room for 35).
const LANGUAGE_BYTES: usize = 35;

/// Whether a text has the shape of a language tag (BCP 47): 2 to 3 letters, then subtags of 1 to 8 letters or digits.
#[must_use]
pub fn is_language(text: &str) -> bool {
    let mut subtags = text.split('-');
    text.len() <= LANGUAGE_BYTES
        && subtags
            .next()
            .is_some_and(|tag| (2..=3).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_lowercase()))
        && subtags.all(|tag| (1..=8).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether a text is a European Case Law Identifier by its grammar: `ECLI:<country>:<court>:<year>:<ordinal>`.
#[must_use]
pub fn is_ecli(text: &str) -> bool {
    let mut parts = text.split(':');
    let mut part = || parts.next().unwrap_or_default();
    let (prefix, country, court, year, ordinal) = (part(), part(), part(), part(), part());
    let is_upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    parts.next().is_none()
        && prefix == "ECLI"
        && country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=7).contains(&court.len())
        && court.bytes().all(is_upper)
        && year.len() == 4
        && year.bytes().all(|b| b.is_ascii_digit())
        && (1..=25).contains(&ordinal.len())
        && ordinal.bytes().all(|b| is_upper(b) || b == b'.')
}

/// Whether a text has the shape of an e-mail address: a user, one `@`, a host with a dot, and no space.
#[must_use]
pub fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_a_tag() {
        for good in ["fr", "sr-Latn", "ast", "de-1996"] {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "f", "French", "FR", "fr-", "fr_BE", "fr-toolongsubtag"] {
            assert!(!is_language(bad), "{bad}");
        }
    }

    #[test]
    fn a_case_law_identifier_has_five_parts() {
        for good in ["ECLI:EU:C:2022:307", "ECLI:FR:TJMRS:2021:1234.A"] {
            assert!(is_ecli(good), "{good}");
        }
        for bad in [
            "",
            "EU:C:2022:307",
            "ECLI:EU:C:2022",
            "ECLI:EU:C:22:307",
            "ECLI:eu:C:2022:307",
            "ECLI:EU:C:2022:3:7",
        ] {
            assert!(!is_ecli(bad), "{bad}");
        }
    }

    #[test]
    fn an_address_has_a_user_and_a_host() {
        assert!(is_email("jirs@marseille.example"));
        for bad in ["", "nobody", "@host.example", "a@b@host.example", "a b@host.example", "user@host"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
