//! Peers as an operator sees them: link, cause, contact, what waits, forks. Clearing forks is the one change.
//!
//! Owns the line of words that says why a peer is not connected. It must not decide anything about a link.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_engine::{Draft, Engine, LinkState, Postponed};
use rogatory_evidence::{Kind, Roster};
use rogatory_index::{PartnerRow, PeerRow, Store, StoreError};
use rogatory_tls::PeerIdentity;
use rogatory_wire::instant;
use rogatory_wire::pb::admin::v1 as pb;

use super::values;
use crate::desk::{Desk, Rejection, before};
use crate::exchange::{Cause, Failure, Side, Stage, Standing};
use crate::fields::Fields;

/// What the engine knows of one agency.
pub(super) struct Known {
    pub(super) link: Option<LinkState>,
    partner: PartnerRow,
    postponed: Vec<Postponed>,
}

impl Known {
    /// Messages that wait for it.
    pub(super) fn waiting(&self) -> u64 {
        self.partner.waiting()
    }
}

/// Every agency of the roster, and others that something is noted of.
pub(super) async fn known(desk: &Desk) -> Result<BTreeMap<AgencyId, Known>, Code> {
    desk.glance(|engine: &mut Engine| {
        let mut known: BTreeMap<AgencyId, Known> = engine
            .links()
            .map(|(agency, link)| {
                let (link, partner) = (Some(link), PartnerRow::default());
                (agency.clone(), Known { link, partner, postponed: engine.postponed(agency) })
            })
            .collect();
        for (agency, row) in engine.staged().partners() {
            if let Some(known) = known.get_mut(agency) {
                known.partner = row.clone();
            } else if row.waiting() > 0 || row.fork.is_some() {
                let (link, partner) = (None, row.clone());
                known.insert(agency.clone(), Known { link, partner, postponed: Vec::new() });
            }
        }
        known
    })
    .await
}

/// Answers Peers.
pub(super) async fn peers(desk: &Desk) -> Result<pb::PeersResponse, Rejection> {
    let known = known(desk).await?;
    desk.reads.current().await;
    let agencies: Vec<AgencyId> = known.keys().cloned().collect();
    let rows = desk.read(move |store| agencies.iter().map(|agency| stored(store, agency)).collect()).await?;
    let rows: Vec<Stored> = rows;
    let (now, roster) = (desk.now(), desk.roster());
    let peers = known.iter().zip(rows).map(|((agency, known), stored)| {
        let standing = desk.standings.of(agency, now);
        peer(&roster, agency, known, &standing, stored, now)
    });
    Ok(pb::PeersResponse { peers: peers.collect() })
}

/// What the index holds of an agency.
struct Stored {
    held: Option<PeerRow>,
    oldest: Option<Timestamp>,
}

fn stored(store: &Store, agency: &AgencyId) -> Result<Stored, StoreError> {
    use rogatory_index::Base as _;
    let oldest = store.waiting_after(std::slice::from_ref(agency), None, 1)?;
    Ok(Stored { held: store.peer(agency)?, oldest: oldest.first().map(|(_, row)| row.submitted) })
}

fn peer(
    roster: &Roster,
    agency: &AgencyId,
    known: &Known,
    standing: &Standing,
    stored: Stored,
    now: Timestamp,
) -> pb::Peer {
    let Known { link, partner, postponed } = known;
    let member = roster.member(agency);
    let via = member.and_then(|member| member.via.as_ref());
    pb::Peer {
        agency: agency.to_string(),
        link: state_of(link.as_ref(), standing).into(),
        waiting: partner.waiting(),
        in_flight: link.map_or(0, |link| link.in_flight as u64),
        held_size: stored.held.as_ref().map_or(0, |row| row.size),
        why: why(standing, known),
        endpoint: member.map(|member| member.endpoint.clone()).unwrap_or_default(),
        in_roster: link.is_some(),
        dials: link.is_some_and(|link| link.dials),
        next_try_time: next_try(link.as_ref(), now).map(instant::to_pb),
        connected_since_time: standing.connected.map(|(since, _)| instant::to_pb(since)),
        last_connected_time: standing.last_connected.map(instant::to_pb),
        last_contact_time: standing.last_contact.map(instant::to_pb),
        last_from: standing.last_from.clone().unwrap_or_default(),
        failure: standing.failure.as_ref().map(failure),
        forks: partner.fork.as_ref().map(|fork| pb::PeerForks {
            position: fork.position,
            since_time: Some(instant::to_pb(fork.since)),
            count: fork.count,
        }),
        waiting_urgent: partner.waiting_urgent,
        oldest_time: stored.oldest.map(instant::to_pb),
        given_up: partner.given_up,
        instance: stored.held.map(|row| row.instance.to_string()).unwrap_or_default(),
        roster_version: standing.roster_version,
        not_yet: postponed.iter().map(|postponed| not_yet(postponed, now)).collect(),
        roster: beside(standing.roster_version, roster.version()).into(),
        via: via.map(ToString::to_string).unwrap_or_default(),
    }
}

/// How the roster of a peer stands to this node's own.
fn beside(theirs: u64, own: u64) -> pb::RosterAge {
    match theirs.cmp(&own) {
        _ if theirs == 0 => pb::RosterAge::Unspecified,
        Ordering::Less => pb::RosterAge::Older,
        Ordering::Equal => pb::RosterAge::Same,
        Ordering::Greater => pb::RosterAge::Newer,
    }
}

fn not_yet(postponed: &Postponed, now: Timestamp) -> pb::PeerNotYet {
    pb::PeerNotYet {
        code: postponed.code.refusal().id.to_owned(),
        count: postponed.count,
        since_time: Some(instant::to_pb(before(now, postponed.age))),
    }
}

fn failure(failure: &Failure) -> pb::PeerFailure {
    let cause = &failure.cause;
    pb::PeerFailure {
        stage: values::stage(cause.stage).into(),
        side: values::side(cause.side).into(),
        code: cause.code.map(|code| code.refusal().id.to_owned()).unwrap_or_default(),
        text: cause.text.clone(),
        os_error: cause.os_error.unwrap_or_default(),
        address: cause.address.clone(),
        since_time: Some(instant::to_pb(failure.since)),
        last_time: Some(instant::to_pb(failure.last)),
        count: failure.count,
        over: failure.over,
    }
}

/// Instant of the next dial; none while none is waited for.
pub(super) fn next_try(link: Option<&LinkState>, now: Timestamp) -> Option<Timestamp> {
    link.and_then(|link| link.retry_in).and_then(|pause| now.checked_add(pause).ok())
}

/// How a link stands. A refusal stays one while the peer is dialled again, and when nobody answers there any more: waiting
/// will not help.
fn state_of(link: Option<&LinkState>, standing: &Standing) -> pb::LinkState {
    let refused = |failure: &Failure| !failure.over && failure.refusal.is_some();
    match link.map(|link| link.label) {
        Some("connected") => pb::LinkState::Connected,
        Some(_) if standing.failure.as_ref().is_some_and(refused) => pb::LinkState::Refused,
        Some("connecting") => pb::LinkState::Connecting,
        Some(_) | None => pb::LinkState::Down,
    }
}

/// Why a peer is not connected, or what else an operator has to know of it, on one line.
fn why(standing: &Standing, known: &Known) -> String {
    let postponed = known.postponed.iter().map(|postponed| {
        let (id, count) = (postponed.code.refusal().id, postponed.count);
        format!("{id} it cannot take {count} {} yet", if count == 1 { "message" } else { "messages" })
    });
    let fork = known.partner.fork.as_ref().map(|fork| {
        let code = Code::HeadInconsistent.refusal().id;
        format!("{code} a fork of its ledger was seen; the first record is {}", fork.position)
    });
    let shown = standing.shown.as_ref().map(|cause| {
        format!("{} (whoever showed it did not prove to be the peer)", told_cause(cause, false))
    });
    let reasons =
        fork.into_iter().chain(not_connected(known.link.as_ref(), standing)).chain(shown).chain(postponed);
    reasons.collect::<Vec<_>>().join("; ")
}

/// Why a peer is not connected, or keeps losing its link; `None` where it is well connected.
pub(super) fn not_connected(link: Option<&LinkState>, standing: &Standing) -> Option<String> {
    let Some(link) = link else {
        return Some("it is not in the roster, so nothing can be sent to it".to_owned());
    };
    let failure = standing.failure.as_ref().filter(|failure| !failure.over);
    match failure {
        // One that was lost a moment ago may be lost again.
        Some(failure) if link.label == "connected" => {
            Some(format!("before this link: {}", told(failure, link.dials)))
        }
        Some(failure) => Some(told(failure, link.dials)),
        None if link.label == "connected" => None,
        None if link.dials => Some("it is being dialled for the first time".to_owned()),
        None => Some("this node waits for the peer to dial, which did not happen since the start".to_owned()),
    }
}

/// A run of failures in words: what one side refused the other for, and the newest failure where it is another one.
fn told(failure: &Failure, dials: bool) -> String {
    let newest = told_cause(&failure.cause, dials);
    let refusal = failure.refusal.as_ref().filter(|refusal| refusal.key() != failure.cause.key());
    match refusal {
        Some(refusal) => format!("{}; since then {newest}", told_cause(refusal, dials)),
        None => newest,
    }
}

/// A cause in words: code, stage, what happened, place.
fn told_cause(cause: &Cause, dials: bool) -> String {
    let code = cause.code.map(|code| format!("{} ", code.refusal().id)).unwrap_or_default();
    let place = match (cause.side, dials) {
        _ if cause.address.is_empty() => String::new(),
        (_, true) => format!(", at {}", cause.address),
        (_, false) => format!(", from {}", cause.address),
    };
    let dials =
        if dials || cause.stage == Stage::Link && cause.side == Side::Here { "" } else { "; the peer dials" };
    format!("{code}{}: {}{place}{dials}", cause.stage.label(), cause.text.trim_end_matches('.'))
}

/// Clears the forks of a peer. The clearing is on the record before they disappear.
pub(super) async fn clear_forks(
    desk: &Desk,
    identity: &PeerIdentity,
    request: &pb::ClearForksRequest,
) -> Result<pb::ClearForksResponse, Rejection> {
    let mut fields = Fields::default();
    let agency = fields.parsed::<AgencyId>("agency", &request.agency);
    let private = fields.who(identity, "", &request.person, &request.justification);
    let (agency, private) = fields.finish(agency.zip(private))?;
    let known = known(desk).await?;
    let cleared = agency.clone();
    let were_noted = known.get(&agency).ok_or(Code::UnknownRecipient)?.partner.fork.is_some();
    if were_noted {
        let mut draft = Draft::new(&desk.scribe, Kind::ForkCleared);
        draft.shared.recipients = vec![agency];
        draft.private = private;
        desk.record(draft).await?;
    }
    desk.standings.dealt_with(&cleared);
    Ok(pb::ClearForksResponse { were_noted })
}

#[cfg(test)]
mod tests {
    use rogatory_wire::word::Worded as _;

    use super::*;

    #[test]
    fn a_peer_that_is_refused_is_shown_so_between_two_dials_and_while_it_is_dialled() {
        let failing = |over| {
            let cause = Cause::refused(Side::Here, Stage::Tls, Code::WrongAuthority, "nl-om:7443");
            let (since, last) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
            let mut standing = Standing::default();
            let refusal = Some(cause.clone());
            standing.failure = Some(Failure { cause, refusal, since, last, count: 1, over });
            standing
        };
        let shown = |of_engine, over| {
            let link = LinkState { label: of_engine, in_flight: 0, dials: true, retry_in: None };
            state_of(Some(&link), &failing(over)).word()
        };
        for (of_engine, over, expected) in [
            ("down", false, "refused"),
            ("connecting", false, "refused"),
            ("connected", false, "connected"),
            ("connecting", true, "connecting"),
        ] {
            assert_eq!(shown(of_engine, over), expected, "{of_engine}, over: {over}");
        }
        assert_eq!(state_of(None, &Standing::default()), pb::LinkState::Down);
    }

    #[test]
    fn why_a_peer_refused_is_told_beside_that_nobody_answers_there_any_more() {
        let at = "nl-om:7443";
        let refusal = Some(Cause::refused(Side::Peer, Stage::Greeting, Code::HistoryLost, at));
        let cause = Cause::found(Stage::Dial, at, "Connection refused");
        let (since, last) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        let told = told(&Failure { cause, refusal, since, last, count: 2, over: false }, true);
        assert!(told.starts_with("RG0612 heads: the peer refused: "), "{told}");
        assert!(told.ends_with("; since then dial: Connection refused, at nl-om:7443"), "{told}");
    }

    #[test]
    fn a_peer_says_by_which_roster_it_goes_or_nothing_is_told() {
        for (theirs, told) in [(0, ""), (3, "older"), (4, "same"), (5, "newer")] {
            assert_eq!(beside(theirs, 4).word(), told);
        }
    }
}
