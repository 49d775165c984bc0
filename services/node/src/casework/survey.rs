//! Reading every referral once, those first recorded last first, a bounded number and weight at a time.
//!
//! Owns what one read looks at, and that nothing is left out because it moved to another list meanwhile. It must not keep what it
//! shows.

use std::ops::ControlFlow;

use rogatory_domain::id::ReferralId;
use rogatory_index::{Base as _, ReferralRow, Standing};

use crate::desk::{Rejection, internal};
use crate::reads::ReadOnly;

/// Referrals that one read looks at; a reader's thread is not taken for longer.
const LOOKED_COUNT: usize = 500;

/// Bytes of the rows that one read looks at, about.
const LOOKED_BYTES: usize = 8 << 20;

/// Times that the keys of one read are looked up while rows move between lists; a batch of them comes every twentieth of a second at most,
/// and the keys of one read are there in a fraction of that.
const TRIES_COUNT: usize = 32;

/// Shows the next referrals, all of them or those of one standing, whose first record lies below a position, until the visitor has
/// enough; says below which position the survey goes on, if there are more.
pub(super) fn step(
    sources: &ReadOnly,
    standing: Option<Standing>,
    below: u64,
    mut visit: impl FnMut(ReferralId, &ReferralRow) -> ControlFlow<()>,
) -> Result<Option<u64>, Rejection> {
    let keys = keys(sources, standing, below)?;
    let is_full = keys.len() == LOOKED_COUNT;
    let (mut weight, mut last) = (0, below);
    for (opened, id) in keys {
        if weight > LOOKED_BYTES {
            return Ok(Some(last));
        }
        if let Some(row) = sources.store.referral(id).map_err(internal)? {
            weight += row.weight();
            if visit(id, &row).is_break() {
                return Ok(Some(last));
            }
        }
        last = opened;
    }
    Ok(is_full.then_some(last))
}

/// The next referrals, of which none is missing because it stood in another list a moment before.
fn keys(
    sources: &ReadOnly,
    standing: Option<Standing>,
    below: u64,
) -> Result<Vec<(u64, ReferralId)>, Rejection> {
    for _ in 0..TRIES_COUNT {
        let before = sources.as_of().map_err(internal)?;
        let mut keys = Vec::with_capacity(LOOKED_COUNT);
        let shown = sources.store.cases(standing, below, &mut |opened, id| {
            keys.push((opened, id));
            Ok(if keys.len() == LOOKED_COUNT { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        });
        shown.map_err(internal)?;
        if sources.as_of().map_err(internal)? == before {
            return Ok(keys);
        }
    }
    Err(internal("rows moved whenever they were looked at"))
}
