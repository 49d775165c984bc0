//! Evidence: collects a message's records with their proofs into a file that verifies offline.
//!
//! Owns what goes into the file: the sender's record SENT, the recipients' receipts as held, this agency's own later
//! records. The request itself is on the record before the file leaves.

use std::ops::ControlFlow;
use std::sync::Arc;

use rogatory_domain::id::{AgencyId, MessageId};
use rogatory_domain::refusal::Code;
use rogatory_engine::reread::{Opened, Stored};
use rogatory_evidence::file::{Encoded, EvidenceFile, FileRecord};
use rogatory_evidence::proof::inclusion_of;
use rogatory_evidence::{Kind, Salt, Shared, pb as proofs};
use rogatory_index::{Delivery, MessageRow, Status};
use rogatory_tlog::{Checkpoint, Note, TlogProof, inclusion_proof};
use rogatory_tls::{PeerIdentity, Role};
use rogatory_wire::pb::casework::v1 as pb;

use super::{access, internal};
use crate::desk::{Desk, Rejection};
use crate::fields::Fields;
use crate::reads::ReadOnly;

/// Makes the evidence file of one message.
pub(super) async fn file(
    desk: Arc<Desk>,
    identity: &PeerIdentity,
    request: pb::EvidenceRequest,
) -> Result<Vec<u8>, Rejection> {
    let mut fields = Fields::default();
    let message = fields.parsed::<MessageId>("message_id", &request.message_id);
    let sender = fields.optional("sender", &request.sender);
    let private = fields.asserted(identity, request.assertion.as_ref());
    let (message, private) = fields.finish(message.zip(private))?;
    // An auditor reads who did what, and no case.
    if request.with_content && identity.role != Role::CaseSystem {
        return Err(Code::RoleNotAllowed.into());
    }
    let sender: AgencyId = sender.unwrap_or_else(|| desk.own().clone());
    let mut draft = access(&desk, private);
    draft.shared.message = Some(message);
    let written = desk.write(draft)?;
    let looked = desk.look(move |engine| look(engine, &sender, message, written));
    let (row, deliveries) = looked.await?.map_err(internal)?.ok_or(Code::UnknownMessage)?;
    let (role, with_content) = (identity.role, request.with_content);
    let reader = desk.clone();
    let read = move |_: &ReadOnly| collect(&reader, message, &row, &deliveries, role, with_content);
    Ok(desk.reads.read(role, read).await?)
}

/// Collects the records with their proofs.
fn collect(
    desk: &Desk,
    message: MessageId,
    row: &MessageRow,
    deliveries: &[Delivery],
    role: Role,
    with_content: bool,
) -> Result<Vec<u8>, Code> {
    let stored = stored_at(desk, row.position)?;
    let envelope = stored.envelope().ok_or(Code::ContentErased)?;
    let mut file = EvidenceFile::new(&desk.roster_key, &desk.roster_note, &envelope).ok_or(Code::Internal)?;
    let shared = stored.shared().map_err(internal)?;
    if shared.kind != Kind::Sent {
        file.records.push(sent_record(desk, row.position, message)?);
    }
    // An auditor's copy opens the private part of this agency's own record; a case system's does not.
    file.records.push(own_record(desk, &stored, role == Role::Auditor)?);
    for delivery in deliveries {
        // What a later record overrode stands beside it.
        for at in overridden(delivery) {
            file.records.push(own_record(desk, &stored_at(desk, at)?, false)?);
        }
        file.records.extend(receipt(desk, delivery)?);
    }
    if with_content {
        let opened = stored.open(desk.scribe.vault()).map_err(internal)?.ok_or(Code::ContentErased)?;
        let key = opened.content_key.ok_or(Code::ContentErased)?;
        file.content_key = Some(Encoded::from(key.expose().as_slice()));
    }
    Ok(file.to_json().into_bytes())
}

type Found = Option<(MessageRow, Vec<Delivery>)>;

fn look(
    engine: &mut rogatory_engine::Engine,
    sender: &AgencyId,
    message: MessageId,
    written: rogatory_engine::Written,
) -> Result<Found, rogatory_index::StoreError> {
    let Some(row) = engine.staged().message(sender, message)? else { return Ok(None) };
    let referral = engine.staged().referral(row.referral)?;
    let line =
        referral.iter().flat_map(|r| &r.messages).find(|l| l.message == message && l.sender == *sender);
    let deliveries = line.map(|line| line.deliveries.clone()).unwrap_or_default();
    engine.put(written);
    Ok(Some((row, deliveries)))
}

fn stored_at(desk: &Desk, position: u64) -> Result<Stored, Code> {
    let entry = desk.reader.entry(position).map_err(internal)?;
    Stored::decode(position, &entry).map_err(internal)
}

/// A record of this node's ledger, proven under its newest head.
fn own_record(desk: &Desk, stored: &Stored, with_private: bool) -> Result<FileRecord, Code> {
    let head = desk.reader.head();
    let note = head.note.ok_or(Code::Internal)?;
    let hashes = inclusion_proof(desk.reader.nodes(), stored.position(), head.size).map_err(internal)?;
    let checkpoint: Note = std::str::from_utf8(&note).map_err(internal)?.parse().map_err(internal)?;
    let proof = TlogProof { extra: None, index: stored.position(), hashes, checkpoint };
    let opened = if with_private { stored.open(desk.scribe.vault()).map_err(internal)? } else { None };
    let salt = |opened: &Opened| opened.private_salt.as_ref().try_into().map_err(internal);
    let salt: Option<Salt> = opened.as_ref().map(salt).transpose()?;
    let private =
        opened.as_ref().zip(salt.as_ref()).map(|(opened, salt)| (opened.private_bytes.as_ref(), salt));
    FileRecord::new(&stored.opening(), private, &proof).ok_or(Code::Internal)
}

/// Records of this node that a delivery was given up and put back in the queue, before what it stands at now.
fn overridden(delivery: &Delivery) -> impl Iterator<Item = u64> {
    let given_up = match delivery.overridden {
        Some(Status::GivenUp(at, _)) => Some(at),
        _ => None,
    };
    given_up.into_iter().chain(delivery.requeued)
}

/// The receipt of a delivery as it is held, or this node's own record that it gave up.
fn receipt(desk: &Desk, delivery: &Delivery) -> Result<Option<FileRecord>, Code> {
    let held = match &delivery.status {
        Status::Waiting => return Ok(None),
        Status::GivenUp(at, _) => return own_record(desk, &stored_at(desk, *at)?, false).map(Some),
        Status::Taken(held) | Status::Refused(held, _) => held,
    };
    let batch = stored_at(desk, held.proofs_at)?.proofs().map_err(internal)?.ok_or(Code::Internal)?;
    let found = batch.openings.iter().find(|opening| opening.index == held.index);
    held_record(&batch, found.ok_or(Code::Internal)?).map(Some)
}

/// The sender's own record of a received message: it is held, with its proof, by the first record of the decision that
/// took the message over.
fn sent_record(desk: &Desk, taken_at: u64, message: MessageId) -> Result<FileRecord, Code> {
    let mut held = None;
    let read = desk.reader.decisions(taken_at, &mut |first, decision| {
        held = decision.entries.first().map(|entry| Stored::decode(first, entry));
        ControlFlow::Break(())
    });
    read.map_err(internal)?;
    let stored = held.ok_or(Code::Internal)?.map_err(internal)?;
    let batch = stored.proofs().map_err(internal)?.ok_or(Code::Internal)?;
    let is_it = |opening: &&proofs::Opening| {
        Shared::parse(&opening.shared).is_ok_and(|s| s.kind == Kind::Sent && s.message == Some(message))
    };
    held_record(&batch, batch.openings.iter().find(is_it).ok_or(Code::Internal)?)
}

fn held_record(batch: &proofs::ProofBatch, opening: &proofs::Opening) -> Result<FileRecord, Code> {
    let note: Note = std::str::from_utf8(&batch.note).map_err(internal)?.parse().map_err(internal)?;
    let head: Checkpoint = note.text().parse().map_err(internal)?;
    let hashes = inclusion_of(batch, head.size, opening.index).map_err(internal)?;
    let proof = TlogProof { extra: None, index: opening.index, hashes, checkpoint: note };
    FileRecord::new(opening, None, &proof).ok_or(Code::Internal)
}
