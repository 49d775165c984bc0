//! What a peer sends: duplicates are answered with the stored receipt, order is kept, and refusal is a receipt too.

use rogatory_domain::case::admit;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_evidence::Kind;
use rogatory_exchange::{Known, Session, Verdict, judge};
use rogatory_index::{Facts, ReferralRow};

use super::submit::settled;
use super::{Engine, WaitingFor};
use crate::link::{ReceiptRef, Received, ReceivedItem};
use crate::scribe::{Draft, Written};

impl Engine {
    /// Takes a batch as one decision: the head with its proofs, then a record for each new envelope. The records are
    /// staged one by one, so that two envelopes of one batch meet in order.
    pub(super) fn receive(&mut self, peer: &AgencyId, session: Session, received: Received) {
        if !self.is_current(peer, session) {
            return;
        }
        let mut refs = Vec::with_capacity(received.items.len());
        let mut batch = BatchDecision { held: Some(received.held), entries: Vec::new() };
        let mut gap = false;
        for item in received.items {
            match self.take(item, &mut batch) {
                Ok(receipt) => refs.push(receipt),
                Err(Skipped::Gap) => gap = true,
                Err(Skipped::Failed) => return,
            }
        }
        if !batch.entries.is_empty() {
            self.decisions.push(rogatory_ledger::Decision { entries: batch.entries });
        }
        if !refs.is_empty() {
            self.wait(WaitingFor::Receipts(peer.clone(), session, refs));
        }
        if gap {
            self.hang_up(peer, session, Code::SequenceGap);
        }
    }

    fn take(&mut self, item: ReceivedItem, batch: &mut BatchDecision) -> Result<ReceiptRef, Skipped> {
        let header = &item.header;
        let known = self.read(|engine| engine.staged.message(&header.sender, header.message))?;
        let row = self.read(|engine| engine.staged.referral(header.referral))?;
        let numbers = row.as_ref().map(|row| settled(row, &header.sender)).unwrap_or_default();
        let known_digest = known.as_ref().map(|known| Known { digest: known.digest });
        match judge(header, item.digest, known_digest, &numbers) {
            Verdict::Duplicate => {
                let position = known.map_or(0, |known| known.position);
                Ok(ReceiptRef { position, opening: None })
            }
            Verdict::Gap => Err(Skipped::Gap),
            Verdict::Refuse(code) => self.refuse_item(item, code, batch),
            Verdict::Next => match admission(&item, row.as_deref()) {
                Err(code) => self.refuse_item(item, code, batch),
                Ok(()) => match item.opened {
                    Ok((_, written)) => self.stage(*written, batch),
                    Err(code) => self.refuse_item(item, code, batch),
                },
            },
        }
    }

    fn refuse_item(
        &mut self,
        item: ReceivedItem,
        code: Code,
        batch: &mut BatchDecision,
    ) -> Result<ReceiptRef, Skipped> {
        let mut draft = Draft::about(&self.scribe, Kind::Refused, item.header, item.envelope, item.digest);
        draft.shared.answers = Some(item.sent);
        draft.shared.reason = code.refusal().id.to_owned();
        match self.scribe.write(draft) {
            Ok(written) => self.stage(written, batch),
            Err(error) => {
                self.fail(&error.to_string());
                Err(Skipped::Failed)
            }
        }
    }

    /// Folds a record of the batch at once; the batch goes to the ledger as one decision when it is complete.
    fn stage(&mut self, written: Written, batch: &mut BatchDecision) -> Result<ReceiptRef, Skipped> {
        if let Some(held) = batch.held.take() {
            self.fold_into(held, batch)?;
        }
        let mut opening = written.opening.clone();
        let position = self.fold_into(written, batch)?;
        opening.index = position;
        Ok(ReceiptRef { position, opening: Some(opening) })
    }

    fn fold_into(&mut self, mut written: Written, batch: &mut BatchDecision) -> Result<u64, Skipped> {
        let position = self.staged.next();
        written.folding.position = position;
        self.read(|engine| rogatory_index::fold::fold(&mut engine.staged, &written.folding))?;
        batch.entries.push(written.entry);
        Ok(position)
    }

    fn read<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, rogatory_index::StoreError>,
    ) -> Result<T, Skipped> {
        read(self).map_err(|error| {
            self.fail(&error.to_string());
            Skipped::Failed
        })
    }
}

struct BatchDecision {
    held: Option<Written>,
    entries: Vec<rogatory_ledger::Entry>,
}

enum Skipped {
    Gap,
    Failed,
}

/// An event that was allowed in the state its sender saw is never refused for state.
fn admission(item: &ReceivedItem, row: Option<&ReferralRow>) -> Result<(), Code> {
    let Ok((facts, _)) = &item.opened else { return Ok(()) };
    match facts {
        Facts::Opening(opening) => {
            let own_opening = opening.issuing == item.header.sender
                && opening.referral == item.header.referral
                && item.header.number == 1
                && item.header.message.as_bytes() == item.header.referral.as_bytes();
            let opened_before = row.is_some_and(|row| row.opening.is_some());
            match (own_opening, opened_before) {
                (false, _) => Err(Code::WrongActor),
                (true, true) => Err(Code::IdReused),
                (true, false) => Ok(()),
            }
        }
        Facts::Event(fact) => {
            let parts = row.and_then(|row| row.opening.as_ref().map(|opening| (opening, &row.facts)));
            // An event may overtake the opening when both come from different agencies: it is kept, and folded once
            // the opening is here.
            let Some((opening, facts)) = parts else { return Ok(()) };
            admit(opening, facts, fact).map_err(|not_allowed| not_allowed.code())
        }
        Facts::HandedOver { .. } => Err(Code::MalformedMessage),
    }
}
