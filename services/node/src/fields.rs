//! The fields of a request: each is read by the rules of its type, and everything that is wrong is answered at once.
//!
//! Owns the paths and the words of these faults. It must not repeat what a field said.

use std::str::FromStr;

use jiff::Timestamp;
use rogatory_domain::fault::Faults;
use rogatory_domain::id::{IdError, Justification, MessageId, PersonId};
use rogatory_domain::refusal::Code;
use rogatory_evidence::Private;
use rogatory_tls::PeerIdentity;
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1::Assertion;
use uuid::Uuid;

use crate::body::{declared_at, gravest, is_minted_in_time};
use crate::desk::{Rejection, private_of};

#[cfg(test)]
mod tests;

/// Where a declared instant stands in a request.
const DECLARED: &str = "declared_time";

/// The answer to a request that lacks a field without which nothing else can be read.
pub(crate) fn missing(field: &str) -> Rejection {
    let mut fields = Fields::default();
    fields.required::<()>(field, None);
    fields.rejection()
}

/// A declared instant as a request gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    /// The instant; node time where the caller gave none.
    pub(crate) at: Timestamp,
    /// Whether the caller gave it. A repeat is told by what was given, not by what this node made of it.
    is_said: bool,
}

impl Declared {
    /// What the caller gave, in microseconds since the Unix epoch; 0 for nothing.
    pub(crate) fn said_unix_us(self) -> i64 {
        if self.is_said { self.at.as_microsecond() } else { 0 }
    }
}

/// What was found wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    code: Option<Code>,
    faults: Faults,
}

impl Fields {
    /// Notes a fault of the message's shape.
    pub(crate) fn wrong<T>(&mut self, field: &str, rule: &'static str, text: &str) -> Option<T> {
        self.fault(Code::MalformedMessage, field, rule, text)
    }

    /// Notes what somebody else found; the answer has the [`gravest`] code.
    pub(crate) fn extend(&mut self, code: Code, faults: Faults) {
        self.code = Some(self.code.map_or(code, |noted| gravest(noted, code)));
        self.faults.0.extend(faults.0);
    }

    /// What was read, if nothing is wrong.
    pub(crate) fn finish<T>(self, read: Option<T>) -> Result<T, Rejection> {
        match read {
            Some(read) if self.code.is_none() => Ok(read),
            _ => Err(self.rejection()),
        }
    }

    /// The answer to what is wrong.
    pub(crate) fn rejection(self) -> Rejection {
        Rejection::faulty(self.code.unwrap_or(Code::MalformedMessage), self.faults)
    }

    /// A field that must be there.
    pub(crate) fn required<T>(&mut self, field: &str, value: Option<T>) -> Option<T> {
        value.or_else(|| self.wrong(field, "required", "it is missing"))
    }

    /// A field of the form of its type.
    pub(crate) fn parsed<T: FromStr<Err = IdError>>(&mut self, field: &str, text: &str) -> Option<T> {
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => self.wrong(field, "form", error.rule),
        }
    }

    /// A field of the form of its type, or an empty one.
    pub(crate) fn optional<T: FromStr<Err = IdError>>(&mut self, field: &str, text: &str) -> Option<T> {
        if text.is_empty() { None } else { self.parsed(field, text) }
    }

    /// An id of a message that the caller chose, or a fresh one.
    pub(crate) fn chosen_or(
        &mut self,
        field: &str,
        text: &str,
        now: Timestamp,
        mint: impl FnOnce() -> Uuid,
    ) -> Option<MessageId> {
        if text.is_empty() {
            return MessageId::try_from(mint()).ok();
        }
        let id = self.parsed(field, text)?;
        if is_minted_in_time(id, now) {
            return Some(id);
        }
        self.wrong(field, "not_in_future", "a UUID of version 7 minted at most a day after node time")
    }

    /// How many the caller wants: some when it does not say, and never too many.
    pub(crate) fn count(&mut self, field: &str, asked: u32, unsaid: u32, most: u32) -> Option<usize> {
        match asked {
            0 => Some(unsaid as usize),
            asked if asked <= most => Some(asked as usize),
            _ => self.wrong(field, "limit", &format!("at most {most}; {unsaid} when 0")),
        }
    }

    /// When it happened; node time when the caller does not say.
    pub(crate) fn declared(
        &mut self,
        said: Option<instant::PbTimestamp>,
        now: Timestamp,
    ) -> Option<Declared> {
        let Some(said) = said else { return Some(Declared { at: now, is_said: false }) };
        let read = match instant::from_pb(said) {
            Ok(read) => read,
            Err(error) => return self.wrong(DECLARED, "instant", &error.to_string()),
        };
        match declared_at(read, now) {
            Ok(at) => Some(Declared { at, is_said: true }),
            Err(code @ Code::DeclaredInFuture) => {
                self.fault(code, DECLARED, "not_in_future", "at most five minutes after node time")
            }
            Err(code) => {
                self.fault(code, DECLARED, "range", "not before the year 2000; node time when absent")
            }
        }
    }

    /// Person and justification as a case system asserts them.
    pub(crate) fn asserted(
        &mut self,
        identity: &PeerIdentity,
        assertion: Option<&Assertion>,
    ) -> Option<Private> {
        let (person, why) = assertion.map_or(("", ""), |a| (&a.person, &a.justification));
        self.who(identity, "assertion.", person, why)
    }

    /// Person and justification, with the certificate they came under; `under` is where they stand.
    pub(crate) fn who(
        &mut self,
        identity: &PeerIdentity,
        under: &str,
        person: &str,
        why: &str,
    ) -> Option<Private> {
        let read = [
            ("person", person.parse::<PersonId>().err()),
            ("justification", why.parse::<Justification>().err()),
        ];
        let wrong: Vec<_> = read.into_iter().filter_map(|(field, error)| Some((field, error?))).collect();
        for (field, error) in &wrong {
            let field = format!("{under}{field}");
            self.fault::<()>(Code::MissingJustification, &field, "form", error.rule);
        }
        wrong.is_empty().then(|| private_of(identity, person, why))
    }

    fn fault<T>(&mut self, code: Code, field: &str, rule: &'static str, text: &str) -> Option<T> {
        let mut faults = Faults::default();
        faults.push(field, rule, "", text);
        self.extend(code, faults);
        None
    }
}
