//! Chains of certificates with the verdict each must have, by RFC 5280 and by the bounds of this product. Every row is
//! an honest chain of which one thing was changed.

mod bound;
mod extension;
mod made;
mod name;
mod path;
mod time_span;

use self::made::Chain;
use super::identities::{AGENCY_A, agency, federation, noon};
use crate::config::unix_time;
use crate::revocation::Revocation;
use crate::trust::OnUnknown;
use crate::{Clearance, HandshakeRefusal, Trust, TrustRoots};

/// Why a chain is refused; none for one that is let in.
type Verdict = Option<HandshakeRefusal>;

/// A chain that is let in.
const GOOD: Verdict = None;
/// A chain that is refused because a certificate may not be used like this.
const UNFIT: Verdict = Some(HandshakeRefusal::Unfit);
/// A chain that is refused before anybody looks for a path in it.
const OVERSIZED: Verdict = Some(HandshakeRefusal::Oversized);
/// A chain that leads to no root of the agency.
const WRONG_AUTHORITY: Verdict = Some(HandshakeRefusal::WrongAuthority);

/// Name, verdict, and what is changed.
type Row = (&'static str, Verdict, fn(&mut Chain));

const TABLES: [&[Row]; 5] = [path::ROWS, name::ROWS, time_span::ROWS, extension::ROWS, bound::ROWS];

fn judged(chain: &Chain) -> Verdict {
    let (root, shown) = chain.make();
    let roots =
        TrustRoots { agency: agency(AGENCY_A), roots: vec![root], revocation: Revocation::NotChecked };
    // A root that cannot be read at all is refused with the roster, before anybody comes.
    let Ok(trust) = Trust::new(federation(), [roots]) else { return UNFIT };
    let (leaf, rest) = shown.split_first().unwrap();
    let now = unix_time(noon()).unwrap();
    let verdict = trust.verify(leaf, rest, chain.purpose, now, |_| Ok(OnUnknown::Refuse));
    match verdict {
        Ok(clearance) => {
            assert_eq!(clearance, Clearance::Full);
            None
        }
        Err(refusal) => Some(refusal),
    }
}

#[test]
fn every_chain_has_the_verdict_it_must_have() {
    let rows = || TABLES.iter().copied().flatten();
    assert!(rows().count() >= 120, "{} rows", rows().count());
    let wrong: Vec<String> = rows()
        .filter_map(|(name, verdict, change)| {
            let mut chain = Chain::honest();
            change(&mut chain);
            let found = judged(&chain);
            (found != *verdict).then(|| format!("{name}: {found:?} instead of {verdict:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_two_rows_have_one_name() {
    let mut names: Vec<_> = TABLES.iter().copied().flatten().map(|(name, ..)| name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
}
