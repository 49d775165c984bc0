//! Reading: a referral's content reaches a person only after a record that names person and justification is durable.

use prost::Message as _;
use rogatory_domain::case::State;
use rogatory_domain::id::ReferralId;
use rogatory_domain::refusal::Code;
use rogatory_engine::reread::Stored;
use rogatory_tls::PeerIdentity;
use rogatory_wire::pb::casework::v1 as pb;

use super::{access, view};
use crate::desk::{Desk, Rejection};
use crate::fields::Fields;

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
) -> Result<pb::Referral, Rejection> {
    let mut fields = Fields::default();
    let id = fields.parsed::<ReferralId>("referral_id", &request.referral_id);
    let private = fields.asserted(identity, request.assertion.as_ref());
    let (id, private) = fields.finish(id.zip(private))?;
    let mut draft = access(desk, private);
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
) -> Result<pb::ListResponse, Rejection> {
    let mut fields = Fields::default();
    let private = fields.asserted(identity, request.assertion.as_ref());
    if !request.state.is_empty() && !is_state(&request.state) {
        fields.wrong::<()>("state", "value", "a state of the life cycle, awaiting_opening or erased");
    }
    let size = fields.count("page_size", request.page_size, PAGE_COUNT, PAGE_COUNT_MAX);
    let before = fields.optional::<ReferralId>("page_token", &request.page_token);
    let (private, size) = fields.finish(private.zip(size))?;
    let written = desk.write(access(desk, private))?;
    let limit = if request.state.is_empty() { size } else { LOOKED_AT_MAX };
    let looked = desk.look(move |engine| {
        engine.put(written);
        engine.staged().referrals_before(before, limit)
    });
    let rows = looked.await?.map_err(internal)?;
    // The cases are folded here, in the caller's task; the engine has other things to do.
    let exhausted = rows.len() < limit;
    let (mut referrals, mut last) = (Vec::new(), None);
    for (id, row) in rows {
        if referrals.len() == size {
            return Ok(pb::ListResponse { referrals, next_page_token: token(last) });
        }
        let referral = view::referral(id, &row, desk.calendars, desk.now());
        last = Some(id);
        if request.state.is_empty() || referral.state == request.state {
            referrals.push(referral);
        }
    }
    let next_page_token = if exhausted { String::new() } else { token(last) };
    Ok(pb::ListResponse { referrals, next_page_token })
}

/// Whether a referral can be in this state.
fn is_state(name: &str) -> bool {
    name == view::ERASED || name == view::AWAITING_OPENING || State::ALL.iter().any(|s| s.code() == name)
}

/// The last referral looked at, from which the next page goes on.
fn token(last: Option<ReferralId>) -> String {
    last.map(|id| id.to_string()).unwrap_or_default()
}

/// An error of this node's own, logged here and told without its cause.
pub(super) fn internal(error: impl std::fmt::Display) -> Code {
    tracing::error!(%error, "a record could not be read");
    Code::Internal
}
