//! Typed identifiers, each valid by construction; owns their grammar and must not know what they are used for.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::limits;
use crate::text::{is_blank, is_line};

/// A text that is not the identifier it was offered as; the text itself is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {what}: {rule}")]
pub struct IdError {
    /// The identifier that was expected.
    pub what: &'static str,
    /// The rule the text broke.
    pub rule: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident($inner:ty), $what:literal, $rule:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// The identifier as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self(text.into())) } else { Err(IdError { what: $what, rule: $rule }) }
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str($what)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}

text_id!(
    /// One member of a federation, e.g. `nl-politie`: `^[a-z]{2}-[a-z0-9-]{1,60}$`.
    AgencyId(Arc<str>),
    "agency id",
    "two lower-case letters, a hyphen, then 1 to 60 of a-z, 0-9 and hyphen",
    |text| {
        let bytes = text.as_bytes();
        (4..=limits::AGENCY_ID_BYTES).contains(&bytes.len())
            && bytes[..2].iter().all(u8::is_ascii_lowercase)
            && bytes[2] == b'-'
            && bytes[3..].iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
    }
);

text_id!(
    /// The name of a federation, shaped like a DNS name of at most 100 bytes.
    FederationId(Arc<str>),
    "federation id",
    "a lower-case DNS name of at most 100 bytes, labels of 1 to 63",
    |text| {
        text.len() <= limits::FEDERATION_ID_BYTES
            && text.split('.').all(|label| {
                (1..=63).contains(&label.len())
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            })
    }
);

text_id!(
    /// The person in whose name something is done or read, 1 to 128 bytes.
    PersonId(String),
    "person id",
    "1 to 128 bytes on one line, without control or invisible characters",
    |text| printable(text, limits::PERSON_ID_BYTES)
);

text_id!(
    /// Why a person reads or sends, 1 to 500 bytes (Directive (EU) 2016/680 Art. 25).
    Justification(String),
    "justification",
    "1 to 500 bytes on one line, without control or invisible characters",
    |text| printable(text, limits::JUSTIFICATION_BYTES)
);

fn printable(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len()) && is_line(text) && !is_blank(text)
}

impl AgencyId {
    /// The country the agency's id begins with; EU bodies (`eu-…`) give `EU`.
    #[must_use]
    pub fn country(&self) -> Country {
        let bytes = self.0.as_bytes();
        Country([bytes[0].to_ascii_uppercase(), bytes[1].to_ascii_uppercase()]).normal()
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "Uuid", into = "Uuid")]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID that must be of version 7.
            pub fn from_uuid(uuid: Uuid) -> Result<Self, IdError> {
                if uuid.get_version_num() == 7 && uuid.get_variant() == uuid::Variant::RFC4122 {
                    Ok(Self(uuid))
                } else {
                    Err(IdError { what: $what, rule: "a UUID of version 7 (RFC 9562)" })
                }
            }

            /// Takes 16 bytes that must be a UUID of version 7.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, IdError> {
                Uuid::from_slice(bytes)
                    .map_err(|_| IdError { what: $what, rule: "16 bytes" })
                    .and_then(Self::from_uuid)
            }

            /// The UUID.
            #[must_use]
            pub fn as_uuid(&self) -> Uuid {
                self.0
            }

            /// When it says it was minted, milliseconds since the Unix epoch (RFC 9562, 5.7).
            #[must_use]
            pub fn minted_unix_ms(&self) -> i64 {
                // 48 bits, so never negative.
                i64::from_be_bytes(self.0.as_bytes()[..8].try_into().unwrap_or_default()) >> 16 & 0xFFFF_FFFF_FFFF
            }

            /// The 16 bytes, most significant first.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl TryFrom<Uuid> for $name {
            type Error = IdError;
            fn try_from(uuid: Uuid) -> Result<Self, IdError> {
                Self::from_uuid(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                // One spelling, apart from capitals: the library would take braces, a URN and no hyphens as well.
                Some(text)
                    .filter(|text| text.len() == uuid::fmt::Hyphenated::LENGTH)
                    .and_then(|text| Uuid::try_parse(text).ok())
                    .ok_or(IdError { what: $what, rule: "a hyphenated UUID" })
                    .and_then(Self::from_uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id!(
    /// One case request, a UUID of version 7 that never changes.
    ReferralId,
    "referral id"
);
uuid_id!(
    /// One step in a referral, a UUID of version 7 that never changes; a repeat keeps its id.
    MessageId,
    "message id"
);

impl ReferralId {
    /// The id of the message that opens this referral: the same UUID.
    #[must_use]
    pub fn opening(self) -> MessageId {
        MessageId(self.0)
    }
}

impl MessageId {
    /// The referral this message would open: the same UUID.
    #[must_use]
    pub fn as_opened(self) -> ReferralId {
        ReferralId(self.0)
    }
}

/// A country, ISO 3166-1 alpha-2 (or `EU`); `EL` and `UK` of EU texts are stored as `GR` and `GB`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// Names a country in code; the two letters must be upper case.
    #[must_use]
    pub const fn new(code: [u8; 2]) -> Self {
        assert!(code[0].is_ascii_uppercase() && code[1].is_ascii_uppercase());
        Self(code).normal()
    }

    const fn normal(self) -> Self {
        match &self.0 {
            b"EL" => Self(*b"GR"),
            b"UK" => Self(*b"GB"),
            _ => self,
        }
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Country {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([*a, *b]).normal()),
            _ => Err(IdError { what: "country", rule: "two upper-case letters (ISO 3166-1)" }),
        }
    }
}

impl TryFrom<String> for Country {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> String {
        country.as_str().to_owned()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agency_id_is_a_country_and_a_name() {
        for good in ["nl-om", "fr-jirs-marseille", "eu-europol"] {
            assert_eq!(good.parse::<AgencyId>().unwrap().to_string(), good);
        }
        for bad in ["", "nl", "nl-", "NL-om", "nl_om", "nl-Om", &format!("nl-{}", "a".repeat(61))] {
            assert!(bad.parse::<AgencyId>().is_err(), "{bad}");
        }
        assert_eq!("uk-nca".parse::<AgencyId>().unwrap().country().as_str(), "GB");
    }

    #[test]
    fn a_federation_id_looks_like_a_dns_name() {
        assert!("demo.rogatory.example".parse::<FederationId>().is_ok());
        for bad in ["", ".", "a..b", "-a", "Demo", "a/b"] {
            assert!(bad.parse::<FederationId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_version_seven_is_a_message_id() {
        let seven = Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, 1_622_000_000, 0));
        let id = MessageId::from_uuid(seven).unwrap();
        assert_eq!(id.as_opened().opening(), id);
        assert_eq!(id.to_string().parse::<MessageId>().unwrap(), id);
        assert_eq!(id.minted_unix_ms(), 1_622_000_000_000);
        assert!(MessageId::from_uuid(Uuid::nil()).is_err());
        assert_eq!(id.to_string().to_uppercase().parse::<MessageId>().unwrap(), id);
        for spelling in [seven.braced().to_string(), seven.simple().to_string(), seven.urn().to_string()] {
            assert!(spelling.parse::<MessageId>().is_err(), "{spelling}");
        }
        assert!(ReferralId::from_slice(&[1, 2, 3]).is_err());
    }

    #[test]
    fn ids_are_checked_when_they_are_read_back() {
        let agency: AgencyId = "nl-om".parse().unwrap();
        let bytes = postcard::to_stdvec(&agency).unwrap();
        assert_eq!(postcard::from_bytes::<AgencyId>(&bytes).unwrap(), agency);
        assert!(serde_json::from_str::<AgencyId>("\"Bad\"").is_err());
        assert!(serde_json::from_str::<PersonId>("\"a\\u0000b\"").is_err());
    }

    #[test]
    fn who_and_why_stand_on_one_line_and_are_what_they_seem() {
        assert!("Łucja Đorđević".parse::<PersonId>().is_ok());
        for hidden in ["\n", "\u{9b}", "\u{202e}", "\u{2066}", "\u{2028}", "\u{200b}", "\u{e0041}"] {
            let text = format!("a{hidden}b");
            assert!(text.parse::<PersonId>().is_err(), "{text:?}");
            assert!(text.parse::<Justification>().is_err(), "{text:?}");
        }
    }
}
