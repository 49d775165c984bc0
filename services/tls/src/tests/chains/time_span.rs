//! From when until when each certificate of a chain is valid.

use time::Duration;
use time::macros::datetime;

use super::made::at;
use super::{GOOD, Row, UNFIT, Verdict};
use crate::{HandshakeRefusal, IdentityError};

const EXPIRED: Verdict = Some(HandshakeRefusal::Expired);
const NOT_YET: Verdict = Some(HandshakeRefusal::NotYetValid);

/// Writes the end of the validity anew, with this tag and these digits.
fn until(parts: &mut [(u8, Vec<u8>)], tag: u8, digits: &str) {
    let validity = &mut parts[4].1;
    let from = super::super::wire::der::elements(validity).remove(0);
    let element = super::super::wire::der::element;
    *validity = [element(from.0, &from.1), element(tag, digits.as_bytes())].concat();
}

const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    ("a leaf in its first second", GOOD, |c| c.leaf.from = at(Duration::ZERO)),
    ("a leaf in its last second", GOOD, |c| c.leaf.until = at(Duration::ZERO)),
    ("a leaf that ended a second ago", EXPIRED, |c| c.leaf.until = at(Duration::seconds(-1))),
    ("a leaf that begins in a second", NOT_YET, |c| c.leaf.from = at(Duration::seconds(1))),
    ("a leaf that ended before it began", UNFIT, |c| c.leaf.until = at(Duration::days(-60))),
    ("an intermediate that ended", EXPIRED, |c| { c.via(1); c.between[0].until = at(Duration::days(-1)); }),
    ("an intermediate that begins tomorrow", NOT_YET, |c| { c.via(1); c.between[0].from = at(Duration::days(1)); }),
    ("a root that ended yesterday", EXPIRED, |c| c.root.until = at(Duration::days(-1))),
    ("a root that ended, above an intermediate", EXPIRED, |c| { c.via(1); c.root.until = at(Duration::days(-1)); }),
    ("a root that begins tomorrow", NOT_YET, |c| c.root.from = at(Duration::days(1))),
    ("a root in its last second", GOOD, |c| c.root.until = at(Duration::ZERO)),
    ("a leaf without an end", GOOD, |c| c.leaf.until = datetime!(9999-12-31 23:59:59 UTC)),
    ("an intermediate without an end", GOOD, |c| { c.via(1); c.between[0].until = datetime!(9999-12-31 23:59:59 UTC); }),
    ("a root without an end", GOOD, |c| c.root.until = datetime!(9999-12-31 23:59:59 UTC)),
    ("a leaf that ends after 2050", GOOD, |c| c.leaf.until = datetime!(2060-01-01 0:00 UTC)),
    ("a leaf that outlives its root", GOOD, |c| { c.leaf.until = at(Duration::days(9_000)); c.root.until = at(Duration::days(1)); }),
    ("an end without seconds", UNFIT, |c| c.leaf.edit = Some(|parts| until(parts, UTC_TIME, "3001010000Z"))),
    ("an end with an offset", UNFIT, |c| c.leaf.edit = Some(|parts| until(parts, UTC_TIME, "300101000000+0100"))),
    ("an end with parts of seconds", UNFIT, |c| c.leaf.edit = Some(|parts| until(parts, GENERALIZED_TIME, "20600101000000.5Z"))),
    ("an end on the 30th of February", BAD_DATE, |c| c.leaf.edit = Some(|parts| until(parts, UTC_TIME, "300230000000Z"))),
];

/// A date that no reader of certificates takes.
const BAD_DATE: Verdict = Some(HandshakeRefusal::BadIdentity(IdentityError::Malformed));
