//! What is carried of a case that is passed on: each message as its sender sealed it, with its key and the proof of who sent it.
//!
//! Owns which messages are carried, those that whoever passes the case on knew when it did, and whether they can be. It must not judge what
//! they tell.

use std::sync::Arc;

use rogatory_domain::id::{MessageId, ReferralId};
use rogatory_domain::limits;
use rogatory_domain::refusal::Code;
use rogatory_index::{MessageLine, ReferralRow};
use rogatory_message::{Carried, Content, Opening};
use rogatory_tls::Role;

use crate::body::{facts_bytes, may_be_carried, open};
use crate::casework::evidence::{record_of_sending, stored_at};
use crate::desk::{Desk, Rejection, internal};
use crate::reads::ReadOnly;

/// Bytes of a body that the event itself, its proof and what stands around them may take.
const SPARE_BYTES: usize = 80 * 1024;

/// Bytes of the facts that the event and the new parties may take.
const SPARE_FACTS_BYTES: usize = 6 * 1024;

/// What a case was told so far.
pub(super) struct Told {
    /// Every message, the opening first.
    pub(super) messages: Vec<Carried>,
    /// What the opening says.
    pub(super) opening: Opening,
}

/// Whether everything that was told of a case as its row has it fits one opening, and is proven by who sent it. An event that was placed
/// by this row sees no more than that.
pub(in crate::casework) async fn fits(
    desk: &Desk,
    referral: ReferralId,
    row: &Arc<ReferralRow>,
) -> Result<(), Rejection> {
    let opening = row.opening.as_ref().ok_or(Code::UnknownReferral)?;
    let lines = lines_of(row, referral, |_| true)?;
    if lines.len() >= limits::MESSAGES_CARRIED || opening.earlier().len() >= limits::PASSED_ON {
        return Err(Code::MessageTooLarge.into());
    }
    let (roster, federation, row) = (desk.roster(), desk.scribe.origin().federation.clone(), row.clone());
    let judged = move |sources: &ReadOnly| {
        let opening = row.opening.as_ref().ok_or(Code::UnknownReferral)?;
        if facts_bytes(opening, &row.facts) + SPARE_FACTS_BYTES > limits::FACTS_BYTES {
            return Err(Code::MessageTooLarge.into());
        }
        let Told { messages, opening } = read(sources, &lines)?;
        let bytes = messages.iter().map(weight).sum::<usize>() + opening.form.len();
        if bytes + SPARE_BYTES > limits::BODY_BYTES {
            return Err(Code::MessageTooLarge.into());
        }
        // Who left the roster proves nothing to anybody any more.
        may_be_carried(&messages, &federation, &roster).map_err(|unread| unread.code().into())
    };
    desk.reads.read(Role::CaseSystem, judged).await
}

/// What was told of a case up to the event by which it is passed on, and that event.
pub(super) async fn carried(
    desk: &Desk,
    referral: ReferralId,
    row: Arc<ReferralRow>,
    passing: MessageId,
    role: Role,
) -> Result<Told, Rejection> {
    let own = desk.own();
    let event = row.facts.iter().find(|fact| fact.id == passing && fact.sender == *own);
    let event = event.ok_or(Code::UnknownMessage)?;
    let was_known = |line: &MessageLine| {
        let fact = row.facts.iter().find(|fact| fact.id == line.message && fact.sender == line.sender);
        fact.is_some_and(|fact| fact.id == event.id || event.saw(fact))
    };
    let lines = lines_of(&row, referral, was_known)?;
    desk.reads.read(role, move |sources| read(sources, &lines)).await
}

/// The lines of the opening and of those messages that are to be carried.
fn lines_of(
    row: &ReferralRow,
    referral: ReferralId,
    is_carried: impl Fn(&MessageLine) -> bool,
) -> Result<Vec<MessageLine>, Rejection> {
    if row.erased {
        return Err(Code::ContentErased.into());
    }
    let is_opening = |line: &&MessageLine| line.message.as_bytes() == referral.as_bytes();
    let opening = row.messages.iter().find(is_opening).ok_or(Code::UnknownReferral)?;
    let others = row.messages.iter().filter(|line| !is_opening(line) && is_carried(line));
    Ok(std::iter::once(opening).chain(others).cloned().collect())
}

/// Reads what is to be carried, and no more of it than one body could hold.
fn read(sources: &ReadOnly, lines: &[MessageLine]) -> Result<Told, Rejection> {
    let (mut messages, mut bytes) = (Vec::with_capacity(lines.len()), 0);
    for line in lines {
        let message = one(sources, line)?;
        bytes += weight(&message);
        if bytes > limits::BODY_BYTES {
            return Err(Code::MessageTooLarge.into());
        }
        messages.push(message);
    }
    let opened = messages.first().map(open).ok_or(Code::UnknownReferral)?;
    let opened = opened.map_err(|_| internal("an opening on the record cannot be read"))?;
    let Content::Opening(opening) = opened.message.content else {
        return Err(internal("an opening on the record is none"));
    };
    Ok(Told { messages, opening })
}

fn one(sources: &ReadOnly, line: &MessageLine) -> Result<Carried, Rejection> {
    let stored = stored_at(sources, line.position)?;
    let envelope = stored.envelope().ok_or(Code::ContentErased)?;
    let opened = stored.open(sources.scribe.vault()).map_err(internal)?.ok_or(Code::ContentErased)?;
    let key = opened.content_key.ok_or(Code::ContentErased)?;
    let record = record_of_sending(sources, &stored, line.message)?;
    Ok(Carried {
        header: envelope.header,
        ciphertext: envelope.ciphertext,
        content_key: *key.expose(),
        sent: record.opening.to_pb(),
        proof: record.proof,
    })
}

fn weight(carried: &Carried) -> usize {
    let Carried { header, ciphertext, sent, proof, content_key } = carried;
    header.len() + ciphertext.len() + sent.shared.len() + proof.len() + content_key.len() + 128
}
