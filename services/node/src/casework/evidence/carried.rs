//! The evidence of a message that came with the opening of a referral in which a case goes on: the proof is the one that came with it.
//!
//! It must not prove more: what became of such a message is on the records of the agencies that had the case.

use std::sync::Arc;

use bytes::Bytes;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::refusal::Code;
use rogatory_evidence::file::{Encoded, EvidenceFile, FileRecord};
use rogatory_evidence::{Header, Private};
use rogatory_message::{Carried, Content, Message};
use rogatory_tls::Role;

use super::super::access;
use super::super::read::{plain, recorded};
use super::{UNFIT, stored_at};
use crate::body::open;
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;

/// Makes the evidence file of one message: the referral it came with, its id and its sender.
pub(super) async fn file(
    desk: &Arc<Desk>,
    role: Role,
    (came_with, message, sender): (&str, MessageId, AgencyId),
    private: Private,
    with_content: bool,
) -> Result<Vec<u8>, Rejection> {
    let mut fields = Fields::default();
    let referral = fields.parsed::<ReferralId>("came_with", came_with);
    let referral = fields.finish(referral)?;
    let mut draft = access(desk, private);
    draft.shared.message = Some(message);
    let row = recorded(desk, referral, draft).await?.row;
    let opening = row.messages.iter().find(|line| line.message.as_bytes() == referral.as_bytes());
    let position = opening.ok_or(Code::UnknownMessage)?.position;
    let reader = desk.clone();
    let found = desk.reads.read(role, move |sources| {
        let plain = plain(sources, &stored_at(sources, position)?)?.ok_or(Code::ContentErased)?;
        let carried = find(&plain, message, &sender)?.ok_or(Code::UnknownMessage)?;
        let envelope = open(&carried).map_err(|_| internal(UNFIT))?.envelope;
        let file = EvidenceFile::new(&reader.roster_key, reader.roster().note(), &envelope);
        let mut file = file.ok_or_else(|| internal(UNFIT))?;
        let proof = carried.proof.parse().map_err(internal)?;
        file.records.push(FileRecord::new(&carried.sent, None, &proof).ok_or_else(|| internal(UNFIT))?);
        file.content_key = with_content.then(|| Encoded::from(carried.content_key.as_slice()));
        Ok(file.to_json().into_bytes())
    });
    found.await
}

/// A message that an opening carries, or an opening among those that it carries.
fn find(plain: &Bytes, message: MessageId, sender: &AgencyId) -> Result<Option<Carried>, Rejection> {
    let Content::Opening(opening) = Message::parse(plain.clone()).map_err(internal)?.content else {
        return Ok(None);
    };
    let Some(passed_on) = opening.passed_on else { return Ok(None) };
    for carried in passed_on.carried {
        let header = Header::parse(&carried.header).map_err(internal)?;
        if header.message == message && header.sender == *sender {
            return Ok(Some(carried));
        }
        if header.message.as_bytes() == header.referral.as_bytes() {
            let opened = open(&carried).map_err(|_| internal(UNFIT))?;
            if let Some(found) = find(&opened.plain, message, sender)? {
                return Ok(Some(found));
            }
        }
    }
    Ok(None)
}
