//! Reading: a referral's content reaches a person only after a record that names person and justification is durable.

use prost::Message as _;
use rogatory_domain::id::ReferralId;
use rogatory_domain::refusal::Code;
use rogatory_engine::reread::Stored;
use rogatory_tls::PeerIdentity;
use rogatory_wire::pb::casework::v1 as pb;

use super::{access, asserted, view};
use crate::desk::{Desk, referral_id};

/// Most referrals of one page.
const PAGE_COUNT_MAX: u32 = 500;

/// Referrals of a page when the caller names no size.
const PAGE_COUNT: u32 = 100;

/// Referrals looked at for one page when a state is asked for.
const LOOKED_AT_MAX: usize = 10_000;

/// Reads one referral with its content.
pub(super) async fn get(
    desk: &Desk,
    identity: &PeerIdentity,
    request: pb::GetRequest,
) -> Result<pb::Referral, Code> {
    let id = referral_id(&request.referral_id)?;
    let mut draft = access(desk, asserted(identity, request.assertion.as_ref())?);
    draft.shared.referral = Some(id);
    let written = desk.write(draft)?;
    let row = desk
        .look(move |engine| {
            let row = engine.staged().referral(id)?;
            if row.is_some() {
                engine.put(written);
            }
            Ok::<_, rogatory_index::StoreError>(row)
        })
        .await?
        .map_err(internal)?
        .ok_or(Code::UnknownReferral)?;
    let mut referral = view::referral(id, &row, desk.calendars, desk.now());
    for message in &mut referral.messages {
        message.body = body_at(desk, message.position)?;
    }
    Ok(referral)
}

/// The content of the envelope at a position; `None` when it was erased.
pub(super) fn body_at(desk: &Desk, position: u64) -> Result<Option<pb::Body>, Code> {
    let entry = desk.reader.entry(position).map_err(internal)?;
    let stored = Stored::decode(position, &entry).map_err(internal)?;
    content(desk, &stored)
}

/// The content of a stored envelope; `None` when it was erased or there is none.
pub(super) fn content(desk: &Desk, stored: &Stored) -> Result<Option<pb::Body>, Code> {
    let Some(opened) = stored.open(desk.scribe.vault()).map_err(internal)? else { return Ok(None) };
    let (Some(envelope), Some(header), Some(key)) =
        (stored.envelope(), stored.header().map_err(internal)?, opened.content_key)
    else {
        return Ok(None);
    };
    let plain = key.open(&header.key_commitment, &envelope.header, &envelope.ciphertext).map_err(internal)?;
    pb::Body::decode(plain.as_slice()).map(Some).map_err(internal)
}

/// Lists referrals without content. Listing is on the record too: it tells which cases there are.
pub(super) async fn list(
    desk: &Desk,
    identity: &PeerIdentity,
    request: pb::ListRequest,
) -> Result<pb::ListResponse, Code> {
    let written = desk.write(access(desk, asserted(identity, request.assertion.as_ref())?))?;
    let size = match request.page_size {
        0 => PAGE_COUNT,
        size if size <= PAGE_COUNT_MAX => size,
        _ => return Err(Code::MalformedMessage),
    } as usize;
    let before = match request.page_token.as_str() {
        "" => None,
        token => Some(token.parse::<ReferralId>().map_err(|_| Code::MalformedMessage)?),
    };
    let (state, calendars, now) = (request.state, desk.calendars, desk.now());
    let looked = desk.look(move |engine| {
        engine.put(written);
        let limit = if state.is_empty() { size + 1 } else { LOOKED_AT_MAX };
        let rows = engine.staged().referrals_before(before, limit)?;
        let all = rows.into_iter().map(|(id, row)| view::referral(id, &row, calendars, now));
        Ok::<_, rogatory_index::StoreError>(
            all.filter(|r| state.is_empty() || r.state == state).take(size + 1).collect::<Vec<_>>(),
        )
    });
    let mut referrals = looked.await?.map_err(internal)?;
    let more = referrals.len() > size;
    referrals.truncate(size);
    let next_page_token =
        referrals.last().filter(|_| more).map(|last| last.referral_id.clone()).unwrap_or_default();
    Ok(pb::ListResponse { referrals, next_page_token })
}

/// An error of this node's own, logged here and told without its cause.
pub(super) fn internal(error: impl std::fmt::Display) -> Code {
    tracing::error!(%error, "a record could not be read");
    Code::Internal
}
