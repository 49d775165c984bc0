//! Evidence: collects a message's records with their proofs into a file that verifies offline.
//!
//! Owns what goes into the file: the sender's record SENT, the recipients' receipts as held, this agency's own later
//! records. The request itself is on the record before the file leaves.

mod carried;

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

use super::access;
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;
use crate::reads::ReadOnly;

/// Why a record is in no evidence file.
const UNFIT: &str = "a record fits no evidence file";

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
    if !request.came_with.is_empty() {
        let about = (request.came_with.as_str(), message, sender);
        return carried::file(&desk, identity.role, about, private, request.with_content).await;
    }
    let mut draft = access(&desk, private);
    draft.shared.message = Some(message);
    let written = desk.write(draft)?;
    let looked = desk.look(move |engine| look(engine, &sender, message, written));
    let (row, deliveries) = looked.await?.map_err(internal)?.ok_or(Code::UnknownMessage)?;
    let (role, with_content) = (identity.role, request.with_content);
    let reader = desk.clone();
    let read =
        move |sources: &ReadOnly| collect(&reader, sources, message, &row, &deliveries, role, with_content);
    desk.reads.read(role, read).await
}

/// Collects the records with their proofs.
fn collect(
    desk: &Desk,
    sources: &ReadOnly,
    message: MessageId,
    row: &MessageRow,
    deliveries: &[Delivery],
    role: Role,
    with_content: bool,
) -> Result<Vec<u8>, Rejection> {
    let stored = stored_at(sources, row.position)?;
    let envelope = stored.envelope().ok_or(Code::ContentErased)?;
    let file = EvidenceFile::new(&desk.roster_key, desk.roster().note(), &envelope);
    let mut file = file.ok_or_else(|| internal("the envelope fits no evidence file"))?;
    let shared = stored.shared().map_err(internal)?;
    if shared.kind != Kind::Sent {
        file.records.push(record_of_sending(sources, &stored, message)?);
    }
    // An auditor's copy opens the private part of this agency's own record; a case system's does not.
    file.records.push(own_record(sources, &stored, role == Role::Auditor)?);
    for delivery in deliveries {
        // What a later record overrode stands beside it.
        for at in overridden(delivery) {
            file.records.push(own_record(sources, &stored_at(sources, at)?, false)?);
        }
        file.records.extend(receipt(sources, delivery)?);
    }
    if with_content {
        let opened = stored.open(sources.scribe.vault()).map_err(internal)?.ok_or(Code::ContentErased)?;
        let key = opened.content_key.ok_or(Code::ContentErased)?;
        file.content_key = Some(Encoded::from(key.expose().as_slice()));
    }
    Ok(file.to_json().into_bytes())
}

/// The sender's record of a message that is stored here, with its proof.
pub(super) fn record_of_sending(
    sources: &ReadOnly,
    stored: &Stored,
    message: MessageId,
) -> Result<FileRecord, Rejection> {
    match stored.shared().map_err(internal)?.kind {
        Kind::Sent => own_record(sources, stored, false),
        _ => sent_record(sources, stored.position(), message),
    }
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

pub(super) fn stored_at(sources: &ReadOnly, position: u64) -> Result<Stored, Rejection> {
    let entry = sources.ledger.entry(position).map_err(internal)?;
    Stored::decode(position, &entry).map_err(internal)
}

fn proofs_of(stored: &Stored) -> Result<proofs::ProofBatch, Rejection> {
    stored.proofs().map_err(internal)?.ok_or_else(|| internal("a record holds no proofs"))
}

/// A record of this node's ledger, proven under its newest head.
fn own_record(sources: &ReadOnly, stored: &Stored, with_private: bool) -> Result<FileRecord, Rejection> {
    let head = sources.ledger.head();
    let note = head.note.ok_or_else(|| internal("the newest head is not signed"))?;
    let hashes = inclusion_proof(sources.ledger.nodes(), stored.position(), head.size).map_err(internal)?;
    let checkpoint: Note = std::str::from_utf8(&note).map_err(internal)?.parse().map_err(internal)?;
    let proof = TlogProof { extra: None, index: stored.position(), hashes, checkpoint };
    let opened = if with_private { stored.open(sources.scribe.vault()).map_err(internal)? } else { None };
    let salt = |opened: &Opened| opened.private_salt.as_ref().try_into().map_err(internal);
    let salt: Option<Salt> = opened.as_ref().map(salt).transpose()?;
    let private =
        opened.as_ref().zip(salt.as_ref()).map(|(opened, salt)| (opened.private_bytes.as_ref(), salt));
    FileRecord::new(&stored.opening(), private, &proof).ok_or_else(|| internal(UNFIT))
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
fn receipt(sources: &ReadOnly, delivery: &Delivery) -> Result<Option<FileRecord>, Rejection> {
    let held = match &delivery.status {
        Status::Waiting => return Ok(None),
        Status::GivenUp(at, _) => return own_record(sources, &stored_at(sources, *at)?, false).map(Some),
        Status::Taken(held) | Status::Refused(held, _) => held,
    };
    let batch = proofs_of(&stored_at(sources, held.proofs_at)?)?;
    let found = batch.openings.iter().find(|opening| opening.index == held.index);
    held_record(&batch, found.ok_or_else(|| internal("a held receipt is not where it should be"))?).map(Some)
}

/// The sender's own record of a received message: it is held, with its proof, by the first record of the decision that
/// took the message over.
fn sent_record(sources: &ReadOnly, taken_at: u64, message: MessageId) -> Result<FileRecord, Rejection> {
    let mut held = None;
    let read = sources.ledger.decisions(taken_at, &mut |first, decision| {
        held = decision.entries.first().map(|entry| Stored::decode(first, entry));
        ControlFlow::Break(())
    });
    read.map_err(internal)?;
    let stored = held.ok_or_else(|| internal("a decision has no records"))?.map_err(internal)?;
    let batch = proofs_of(&stored)?;
    let is_it = |opening: &&proofs::Opening| {
        Shared::parse(&opening.shared).is_ok_and(|s| s.kind == Kind::Sent && s.message == Some(message))
    };
    let found = batch.openings.iter().find(is_it);
    held_record(&batch, found.ok_or_else(|| internal("a sender's record is not where it should be"))?)
}

fn held_record(batch: &proofs::ProofBatch, opening: &proofs::Opening) -> Result<FileRecord, Rejection> {
    let note: Note = std::str::from_utf8(&batch.note).map_err(internal)?.parse().map_err(internal)?;
    let head: Checkpoint = note.text().parse().map_err(internal)?;
    let hashes = inclusion_of(batch, head.size, opening.index).map_err(internal)?;
    let proof = TlogProof { extra: None, index: opening.index, hashes, checkpoint: note };
    FileRecord::new(opening, None, &proof).ok_or_else(|| internal(UNFIT))
}
