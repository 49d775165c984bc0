//! Both ends agree.

use rogatory_index::Status;

use super::Holding;
use crate::Broken;
use crate::cast::number_of;
use crate::federation::Federation;

/// I13: every party of a referral folds the same state, clocks, questions and crossings. A referral of which a
/// message was given up, or refused since its number was closed by then, is known in part only, and left out.
pub(super) fn both_ends_agree(world: &Federation, held: &[Holding]) -> Result<(), Broken> {
    for (at, (node, holding)) in world.nodes.iter().zip(held).enumerate() {
        for (id, row) in &holding.rows.referrals {
            let Some(opening) = &row.opening else {
                if world.gives_up() {
                    continue;
                }
                return Err(node.broken(&format!("has no opening of {id}")));
            };
            if number_of(&opening.issuing) != Some(at) || in_part(held, *id) {
                continue;
            }
            let case = row.case();
            let by_own_edition =
                case.iter().flat_map(|case| &case.clocks).filter_map(|clock| clock.due).all(|due| {
                    due.edition == opening.calendar_edition && due.jurisdiction == opening.jurisdiction
                });
            if !by_own_edition || case.is_none() {
                return Err(node.broken(&format!("counts {id} by another edition than its opening's")));
            }
            for (party, _) in &opening.parties {
                let other = number_of(party).and_then(|at| held[at].rows.referrals.get(id));
                let same = other
                    .is_some_and(|other| other.opening.as_ref() == Some(opening) && other.case() == case);
                if !same {
                    return Err(node.broken(&format!("and {party} do not agree on {id}")));
                }
            }
        }
    }
    Ok(())
}

fn in_part(held: &[Holding], id: rogatory_domain::id::ReferralId) -> bool {
    let rows = held.iter().filter_map(|holding| holding.rows.referrals.get(&id));
    let mut deliveries = rows.flat_map(|row| &row.messages).flat_map(|line| &line.deliveries);
    deliveries.any(|delivery| matches!(delivery.status, Status::GivenUp(..) | Status::Refused(..)))
}
