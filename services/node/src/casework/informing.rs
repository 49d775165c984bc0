//! Informing agencies that are no party: a notice to each, annexed to the case, with no more of it than the instrument's table gives.
//!
//! Owns whom a request may inform, and the order: the parties are told first, and the caller hears nothing before the notices are
//! on the record as well. Their ids follow from the message that they tell of, so that a repeat of the request opens none twice.

mod notice;

use std::collections::BTreeSet;

use rogatory_domain::case::Remark;
use rogatory_domain::fault::Faults;
use rogatory_domain::id::{AgencyId, ReferralId};
use rogatory_domain::instrument::{CapacityDef, Instrument, NoticeDef, Symbol};
use rogatory_domain::limits;
use rogatory_domain::refusal::Code;
use rogatory_engine::Accepted;
use rogatory_evidence::Roster;
use rogatory_evidence::roster::Member;
use rogatory_forms::{Excerpt, Warnings, form_of as form_def};
use rogatory_index::ReferralRow;
use rogatory_tls::PeerIdentity;
use rogatory_wire::form::form_of;
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::types::v1 as types;

use super::{case, compose};
use crate::body::{ACCEPTS, IN_ROSTER, code_of, gravest};
use crate::desk::{Desk, Rejection};
use notice::Occasion;

/// One agency that is informed, in which kind, and what it is told.
#[derive(Debug, Clone)]
pub(super) struct Told {
    agency: AgencyId,
    kind: Symbol,
    row: &'static NoticeDef,
}

/// Submits an opening, and informs whom it names.
pub(super) async fn submit(
    desk: &Desk,
    identity: &PeerIdentity,
    mut request: pb::SubmitRequest,
) -> Result<(Accepted, Warnings, Vec<pb::Informed>), Rejection> {
    let named = std::mem::take(&mut request.inform);
    // Most submissions inform nobody, and nothing of them is copied.
    let opening = if named.is_empty() { None } else { request.opening.clone() };
    let Some((opening, instrument)) = opening.and_then(|it| instrument_of(desk, &it).map(|of| (it, of)))
    else {
        let (accepted, warnings) = compose::submit(desk, identity, request).await?;
        return Ok((accepted, warnings, Vec::new()));
    };
    let others = opening.parties.iter().filter_map(|party| party.agency.parse().ok());
    let parties: Vec<AgencyId> = others.chain([desk.own().clone()]).collect();
    let told = match informed(&named, instrument, "", &parties, &desk.roster()) {
        Ok(told) => told,
        Err(found) => {
            let trial = pb::SubmitRequest { validate_only: true, ..request };
            return Err(with(compose::submit(desk, identity, trial).await.err(), found));
        }
    };
    let (assertion, declared) = (request.assertion.clone(), instant::told(request.declared_time));
    let is_trial = request.validate_only;
    let (accepted, warnings) = compose::submit(desk, identity, request).await?;
    if is_trial {
        return Ok((accepted, warnings, Vec::new()));
    }
    let row = case(desk, accepted.referral).await?;
    let form = opening.request.map(form_of).map(|(_, form)| form).unwrap_or_default();
    let occasion = Occasion {
        case: row.opening.as_ref().ok_or(Code::UnknownReferral)?,
        message: accepted.message,
        event: "",
        text: "",
        at: declared.unwrap_or(accepted.node_time),
        excerpt: form_def(instrument.code).map(|def| (def.excerpt)(&form)).unwrap_or_default(),
        labels: opening.labels,
        lane: lane_of(&row),
    };
    let informed = inform(desk, identity, &told, &occasion, assertion).await?;
    Ok((accepted, warnings, informed))
}

/// Raises an event, and informs whom it names.
pub(super) async fn act(
    desk: &Desk,
    identity: &PeerIdentity,
    mut request: pb::ActRequest,
) -> Result<(Accepted, Option<Remark>, Vec<pb::Informed>), Rejection> {
    let named = std::mem::take(&mut request.inform);
    let referral = request.referral_id.parse::<ReferralId>().ok().filter(|_| !named.is_empty());
    let (Some(referral), Some(event)) = (referral, request.event.clone()) else {
        let (accepted, remark) = compose::act(desk, identity, request).await?;
        return Ok((accepted, remark, Vec::new()));
    };
    let row = case(desk, referral).await?;
    let opening = row.opening.as_ref().ok_or(Code::UnknownReferral)?;
    let parties: Vec<AgencyId> = opening.everyone().cloned().collect();
    let told = match informed(&named, opening.instrument, &event.code, &parties, &desk.roster()) {
        Ok(told) => told,
        Err(found) => {
            let trial = pb::ActRequest { validate_only: true, ..request };
            return Err(with(compose::act(desk, identity, trial).await.err(), found));
        }
    };
    let (assertion, declared) = (request.assertion.clone(), instant::told(request.declared_time));
    let is_trial = request.validate_only;
    let (accepted, remark) = compose::act(desk, identity, request).await?;
    if is_trial {
        return Ok((accepted, remark, Vec::new()));
    }
    let occasion = Occasion {
        case: opening,
        message: accepted.message,
        event: &event.code,
        text: &event.text,
        at: declared.unwrap_or(accepted.node_time),
        excerpt: Excerpt::default(),
        labels: None,
        lane: lane_of(&row),
    };
    let informed = inform(desk, identity, &told, &occasion, assertion).await?;
    Ok((accepted, remark, informed))
}

/// Opens the notices, one after the other.
async fn inform(
    desk: &Desk,
    identity: &PeerIdentity,
    told: &[Told],
    occasion: &Occasion<'_>,
    assertion: Option<pb::Assertion>,
) -> Result<Vec<pb::Informed>, Rejection> {
    let (mut informed, mut failed) = (Vec::with_capacity(told.len()), None);
    for one in told {
        let request = notice::request(&desk.scribe, one, occasion, assertion.clone());
        // One that fails stops none of the others; a repeat of the request opens what is missing.
        match compose::submit(desk, identity, request).await {
            Ok((accepted, _)) => informed.push(pb::Informed {
                agency: one.agency.to_string(),
                referral_id: accepted.referral.to_string(),
            }),
            Err(rejection) => failed = failed.or(Some(rejection)),
        }
    }
    match failed {
        Some(rejection) => Err(rejection),
        None => Ok(informed),
    }
}

/// The instrument of the form of an opening, in the edition that the roster has; none where it names none.
fn instrument_of(desk: &Desk, opening: &pb::Opening) -> Option<&'static Instrument> {
    let (code, _) = opening.request.clone().map(form_of)?;
    Instrument::of_edition(code, desk.roster().edition_of(code))
}

fn lane_of(row: &ReferralRow) -> types::Lane {
    if row.urgent { types::Lane::Urgent } else { types::Lane::Routine }
}

/// What is wrong with the message itself, if anything, and with whom it informs: the caller hears of every fault at once.
pub(super) fn with(message: Option<Rejection>, (code, faults): (Code, Faults)) -> Rejection {
    let Some(mut rejection) = message else { return Rejection::faulty(code, faults) };
    rejection.code = gravest(rejection.code, code);
    rejection.faults.0.extend(faults.0);
    rejection
}

/// Whom a request informs of an event of a case, or every fault of what it names.
fn informed(
    named: &[String],
    instrument: &'static Instrument,
    event: &str,
    parties: &[AgencyId],
    roster: &Roster,
) -> Result<Vec<Told>, (Code, Faults)> {
    let mut faults = Faults::default();
    if named.len() > limits::RECIPIENTS {
        faults.push("inform", "count", "", &format!("at most {} agencies", limits::RECIPIENTS));
        return Err((Code::MalformedMessage, faults));
    }
    let (mut told, mut seen) = (Vec::with_capacity(named.len()), BTreeSet::new());
    for (at, name) in named.iter().enumerate() {
        let judged = one(name, instrument, event, parties, roster);
        let judged = judged.and_then(|one| {
            if seen.insert(one.agency.clone()) {
                Ok(one)
            } else {
                Err(("once", "an agency is named once".to_owned()))
            }
        });
        match judged {
            Ok(one) => told.push(one),
            Err((rule, text)) => faults.push(format!("inform[{at}]"), rule, "", &text),
        }
    }
    if faults.is_empty() { Ok(told) } else { Err((code_of(&faults), faults)) }
}

fn one(
    name: &str,
    instrument: &'static Instrument,
    event: &str,
    parties: &[AgencyId],
    roster: &Roster,
) -> Result<Told, (&'static str, String)> {
    let (name, wanted) = name.split_once('=').map_or((name, None), |(name, kind)| (name, Some(kind)));
    let agency: AgencyId = name.parse().map_err(|_| ("form", "not the form of an agency id".to_owned()))?;
    if parties.contains(&agency) {
        return Err(("not_a_party", "a party has the whole case already".to_owned()));
    }
    let member =
        roster.member(&agency).ok_or_else(|| (IN_ROSTER, "the roster names no such agency".to_owned()))?;
    let kinds = kinds_of(member);
    if kinds.is_empty() {
        return Err((ACCEPTS, "the agency takes no notices about cases".to_owned()));
    }
    // What one kind is told another must not read, so that nobody guesses which one is meant.
    let kind = match (&kinds[..], wanted) {
        ([kind], None) => *kind,
        (_, Some(wanted)) => {
            *kinds.iter().find(|kind| kind.as_str() == wanted).ok_or_else(|| of_kinds(&kinds))?
        }
        (_, None) => return Err(of_kinds(&kinds)),
    };
    let row = instrument.notice_of(event, kind).ok_or_else(|| ("not_told", not_told(instrument, event)))?;
    Ok(Told { agency, kind, row })
}

/// In which kinds an agency takes notices, where one has to be named or another one was.
fn of_kinds(kinds: &[Symbol]) -> (&'static str, String) {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let text =
        format!("the agency takes notices as {}: name one, as in AGENCY={}", names.join(", "), names[0]);
    ("kind", text)
}

/// The kinds of agency that a member takes notices as.
fn kinds_of(member: &Member) -> Vec<Symbol> {
    let notice = Instrument::notice();
    let kinds = notice.listed_capacities().map(CapacityDef::symbol);
    kinds.filter(|kind| member.accepts_as(notice.code, kind.as_str())).collect()
}

fn not_told(instrument: &'static Instrument, event: &str) -> String {
    let kinds: Vec<&str> = instrument.told_of(event).map(|kind| kind.code).collect();
    let what = if event.is_empty() { "the opening" } else { "this event" };
    match kinds.is_empty() {
        true => format!("under this instrument nobody who is no party is told of {what}"),
        false => format!(
            "under this instrument only these kinds of agency are told of {what}: {}",
            kinds.join(", ")
        ),
    }
}
