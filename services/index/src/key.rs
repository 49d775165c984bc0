//! Keys of rows on disk, and reading them back. A byte says which kind of row it is; what sorts next to each other is read together.
//! It must not know what a row holds.

use jiff::Timestamp;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};

use crate::base::StoreError;
use crate::feed::FeedKind;
use crate::request::RequestKey;
use crate::rows::{GivenUpKey, QueueKey};
use crate::standing::{AlarmKey, Standing};

pub(crate) fn referral_key(id: ReferralId) -> Vec<u8> {
    [b"r", id.as_bytes().as_slice()].concat()
}

pub(crate) fn message_key(sender: &AgencyId, id: MessageId) -> Vec<u8> {
    // The id comes first: ids rise with time, so neighbours in time stay neighbours on disk.
    [b"m", id.as_bytes().as_slice(), sender.as_str().as_bytes()].concat()
}

pub(crate) fn named_key(kind: u8, name: &str) -> Vec<u8> {
    [&[kind], name.as_bytes()].concat()
}

pub(crate) fn queue_prefix(key: &QueueKey) -> Vec<u8> {
    [b"q", key.recipient.as_str().as_bytes(), &[0, u8::from(key.routine)]].concat()
}

pub(crate) fn given_up_key(key: &GivenUpKey) -> Vec<u8> {
    [b"u", key.recipient.as_str().as_bytes(), &[0], key.position.to_be_bytes().as_slice()].concat()
}

/// What every referral of a standing has at the beginning of its key in lists.
pub(crate) fn case_prefix(standing: Standing) -> Vec<u8> {
    // No code holds a zero, so none is the beginning of another's.
    [b"l", standing.code().as_bytes(), &[0]].concat()
}

pub(crate) fn request_key(kind: u8, key: &RequestKey) -> Vec<u8> {
    [request_prefix(kind, key.request).as_slice(), key.opener.as_str().as_bytes()].concat()
}

/// What the rows of a request have at the beginning of their keys, whoever opened its referrals.
pub(crate) fn request_prefix(kind: u8, request: ReferralId) -> Vec<u8> {
    [&[kind], request.as_bytes().as_slice()].concat()
}

pub(crate) fn alarm_key(key: AlarmKey) -> Vec<u8> {
    // The sign is turned, so that instants before the epoch sort before those after it.
    let at = key.at.as_microsecond() ^ i64::MIN;
    [b"a", at.to_be_bytes().as_slice(), key.referral.as_bytes()].concat()
}

/// What the feed of a kind has at the beginning of its keys.
pub(crate) fn feed_prefix(kind: FeedKind) -> Vec<u8> {
    vec![b'f', kind.byte()]
}

pub(crate) fn read_standing(key: &[u8]) -> Result<Standing, StoreError> {
    let rest = key.get(1..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == 0).ok_or(StoreError::Damaged)?;
    let code = std::str::from_utf8(&rest[..end]).map_err(|_| StoreError::Damaged)?;
    Standing::of_code(code).ok_or(StoreError::Damaged)
}

pub(crate) fn read_request_key(key: &[u8]) -> Result<RequestKey, StoreError> {
    let (request, opener) =
        key.get(1..).and_then(|rest| rest.split_at_checked(16)).ok_or(StoreError::Damaged)?;
    let opener = std::str::from_utf8(opener).ok().and_then(|opener| opener.parse().ok());
    Ok(RequestKey { request: read_id(request)?, opener: opener.ok_or(StoreError::Damaged)? })
}

pub(crate) fn read_alarm_key(key: &[u8]) -> Result<AlarmKey, StoreError> {
    let (at, referral) = key.get(1..).and_then(|rest| rest.split_at_checked(8)).ok_or(StoreError::Damaged)?;
    let at = i64::from_be_bytes(at.try_into().map_err(|_| StoreError::Damaged)?) ^ i64::MIN;
    let at = Timestamp::from_microsecond(at).map_err(|_| StoreError::Damaged)?;
    Ok(AlarmKey { at, referral: read_id(referral)? })
}

pub(crate) fn read_feed_kind(key: &[u8]) -> Result<FeedKind, StoreError> {
    key.get(1).and_then(|kind| FeedKind::of_byte(*kind)).ok_or(StoreError::Damaged)
}

pub(crate) fn read_position(bytes: &[u8]) -> Result<u64, StoreError> {
    bytes.try_into().map(u64::from_be_bytes).map_err(|_| StoreError::Damaged)
}

pub(crate) fn read_id(bytes: &[u8]) -> Result<ReferralId, StoreError> {
    ReferralId::from_slice(bytes).map_err(|_| StoreError::Damaged)
}

pub(crate) fn read_referral_key(key: &[u8]) -> Result<ReferralId, StoreError> {
    ReferralId::from_slice(&uuid_at(key)?).map_err(|_| StoreError::Damaged)
}

pub(crate) fn read_message_key(key: &[u8]) -> Result<(AgencyId, MessageId), StoreError> {
    let sender = key.get(17..).and_then(|name| std::str::from_utf8(name).ok()).ok_or(StoreError::Damaged)?;
    let id = MessageId::from_slice(&uuid_at(key)?).map_err(|_| StoreError::Damaged)?;
    Ok((sender.parse().map_err(|_| StoreError::Damaged)?, id))
}

pub(crate) fn read_name(key: &[u8]) -> Result<&str, StoreError> {
    std::str::from_utf8(&key[1..]).map_err(|_| StoreError::Damaged)
}

pub(crate) fn read_agency(key: &[u8]) -> Result<AgencyId, StoreError> {
    read_name(key)?.parse().map_err(|_| StoreError::Damaged)
}

/// Recipient and lane of a block of the queue, before its first position.
pub(crate) fn read_queue_prefix(key: &[u8]) -> Result<QueueKey, StoreError> {
    let split = key.len().checked_sub(10).filter(|at| *at > 1).ok_or(StoreError::Damaged)?;
    let name = std::str::from_utf8(&key[1..split]).map_err(|_| StoreError::Damaged)?;
    let recipient = name.parse().map_err(|_| StoreError::Damaged)?;
    Ok(QueueKey { recipient, routine: key[split + 1] == 1, position: 0 })
}

pub(crate) fn read_given_up_key(key: &[u8]) -> Result<GivenUpKey, StoreError> {
    let split = key.len().checked_sub(9).filter(|at| *at > 1).ok_or(StoreError::Damaged)?;
    let name = std::str::from_utf8(&key[1..split]).map_err(|_| StoreError::Damaged)?;
    Ok(GivenUpKey {
        recipient: name.parse().map_err(|_| StoreError::Damaged)?,
        position: read_position(&key[split + 1..])?,
    })
}

pub(crate) fn uuid_at(key: &[u8]) -> Result<[u8; 16], StoreError> {
    key.get(1..17).and_then(|bytes| bytes.try_into().ok()).ok_or(StoreError::Damaged)
}
