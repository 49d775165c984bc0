//! One history, and receipts that prove what they say.

use rogatory_evidence::Head;
use rogatory_evidence::proof::verify_batch;
use rogatory_index::Status;
use rogatory_tlog::root;

use super::Holding;
use crate::Broken;
use crate::cast::{federation, member, number_of};
use crate::federation::Federation;
use crate::node::{Node, text};

/// I7: every head the node ever signed is one its ledger still contains.
pub(super) fn heads_agree(node: &Node) -> Result<(), Broken> {
    let Some(running) = &node.running else { return Ok(()) };
    let reader = running.log.reader();
    for head in &node.heads {
        if head.size > reader.size() || root(reader.nodes(), head.size).map_err(text)? != head.root {
            return Err(node.broken(&format!("signed a head of size {} that its ledger denies", head.size)));
        }
    }
    Ok(())
}

/// Every receipt held verifies, from the proofs in the holder's ledger alone. Returns how many there are.
pub(super) fn receipts_verify(world: &Federation, held: &[Holding]) -> Result<u64, Broken> {
    let mut verified = 0;
    for (node, holding) in world.nodes.iter().zip(held) {
        for line in holding.rows.referrals.values().flat_map(|row| &row.messages) {
            for delivery in &line.deliveries {
                let (Status::Taken(receipt) | Status::Refused(receipt, _)) = &delivery.status else {
                    continue;
                };
                let proven = (|| {
                    let batch = holding.records.get(receipt.proofs_at as usize)?.stored.proofs().ok()??;
                    let peer = member(number_of(&delivery.recipient)?);
                    let key = peer.ledger_key.public();
                    let head = Head::verify(&batch.note, &federation(), peer.agency(), &key).ok()?;
                    let proven = verify_batch(&head, &batch.proof, &batch.openings).ok()?;
                    let proven = proven.into_iter().find(|proven| proven.index == receipt.index)?;
                    let sent = holding.records.get(line.position as usize)?;
                    proven.attests_receipt(&line.digest, &sent.stored.leaf().hash()).ok()
                })();
                if proven.is_none() {
                    return Err(
                        node.broken(&format!("holds a receipt for {} that proves nothing", line.message))
                    );
                }
                verified += 1;
            }
        }
    }
    Ok(verified)
}
