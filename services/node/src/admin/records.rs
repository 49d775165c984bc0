//! Records of the ledger as operators and auditors read them, and the proof that one is in it.
//!
//! Owns the answers of Ledger and Prove. All of it is read on the readers' threads, as much as one answer holds at a time.

use std::ops::ControlFlow;
use std::sync::Arc;

use prost::Message as _;
use rogatory_domain::refusal::Code;
use rogatory_engine::Draft;
use rogatory_engine::reread::Stored;
use rogatory_evidence::Kind;
use rogatory_evidence::record::LEDGER_READ;
use rogatory_ledger::Entry;
use rogatory_tlog::{TlogProof, inclusion_proof};
use rogatory_tls::{PeerIdentity, Role};
use rogatory_wire::pb::admin::v1 as pb;

use crate::answers::{ANSWER_BYTES_MAX, Answers, Taken, Unread, answered};
use crate::desk::{Desk, Rejection, internal, private_of};
use crate::reads::ReadOnly;

/// Records in one answer.
const RECORDS_COUNT_MAX: usize = 256;

/// Answers Ledger. Reading the log is on the record before the first line leaves.
pub(super) async fn list(
    desk: Arc<Desk>,
    identity: &PeerIdentity,
    unread: &Arc<Unread>,
    request: pb::LedgerRequest,
) -> Result<Taken<pb::LedgerResponse>, Rejection> {
    let mut draft = Draft::new(&desk.scribe, Kind::Accessed);
    draft.shared.purpose = LEDGER_READ.to_owned();
    draft.private = private_of(identity, "", LEDGER_READ);
    desk.record(draft).await?;
    let (share, role) = (desk.reads.share(identity, unread), identity.role);
    Ok(answered(share, move |answers| tell(desk, role, request, answers)))
}

async fn tell(
    desk: Arc<Desk>,
    role: Role,
    request: pb::LedgerRequest,
    answers: Answers<pb::LedgerResponse>,
) -> Result<(), Rejection> {
    let size = desk.reads.size();
    let first = request.first_position;
    let end =
        if request.max_records == 0 { size } else { first.saturating_add(request.max_records).min(size) };
    let mut next = first;
    while next < end {
        let Some(room) = answers.clone().room().await else { return Ok(()) };
        let records = desk.reads.read(role, move |sources| lines(sources, next, end, role)).await?;
        if records.is_empty() {
            return Ok(());
        }
        next += records.len() as u64;
        room.send(pb::LedgerResponse { records });
    }
    Ok(())
}

/// The lines from a position on and below another, as many as one answer holds, and at least one.
fn lines(sources: &ReadOnly, from: u64, end: u64, role: Role) -> Result<Vec<pb::LedgerLine>, Rejection> {
    let (mut lines, mut spare, mut failed) = (Vec::new(), ANSWER_BYTES_MAX, None);
    let scanned = sources.ledger.scan(from, &mut |position, entry| {
        if position >= end || lines.len() == RECORDS_COUNT_MAX {
            return ControlFlow::Break(());
        }
        match line(sources, position, &entry, role) {
            Ok(line) if lines.is_empty() || line.encoded_len() <= spare => {
                spare = spare.saturating_sub(line.encoded_len());
                lines.push(line);
                ControlFlow::Continue(())
            }
            Ok(_) => ControlFlow::Break(()),
            Err(rejection) => {
                failed = Some(rejection);
                ControlFlow::Break(())
            }
        }
    });
    scanned.map_err(internal)?;
    failed.map_or(Ok(lines), Err)
}

/// One line; the private part of a record is an auditor's alone.
fn line(sources: &ReadOnly, position: u64, entry: &Entry, role: Role) -> Result<pb::LedgerLine, Rejection> {
    let stored = Stored::decode(position, entry).map_err(internal)?;
    let opening = stored.opening();
    let private = if role == Role::Auditor {
        let opened = stored.open(sources.scribe.vault()).map_err(internal)?;
        opened.map(|opened| opened.private_bytes).unwrap_or_default()
    } else {
        bytes::Bytes::new()
    };
    Ok(pb::LedgerLine {
        position,
        leaf: bytes::Bytes::copy_from_slice(&entry.leaf),
        shared_part: opening.shared,
        private_part: private,
        shared_salt: opening.shared_salt,
    })
}

/// Inclusion of one record under the newest head, in the C2SP tlog-proof format.
pub(super) fn prove(sources: &ReadOnly, position: u64) -> Result<pb::ProveResponse, Rejection> {
    let head = sources.ledger.head();
    if position >= head.size {
        return Err(Code::UnknownMessage.into());
    }
    let entry = sources.ledger.entry(position).map_err(internal)?;
    let stored = Stored::decode(position, &entry).map_err(internal)?;
    let hashes = inclusion_proof(sources.ledger.nodes(), position, head.size).map_err(internal)?;
    let note = head.note.ok_or_else(|| internal("the newest head is not signed"))?;
    let checkpoint = std::str::from_utf8(&note).map_err(internal)?.parse().map_err(internal)?;
    let proof = TlogProof { extra: None, index: position, hashes, checkpoint };
    Ok(pb::ProveResponse { proof: proof.to_string(), opening: stored.opening().encode_to_vec().into() })
}
