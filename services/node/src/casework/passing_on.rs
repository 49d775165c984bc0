//! Passing a case on to agencies that are competent: an event ends the referral here and names the one in which the case goes on, and that
//! one is opened with every message so far, its proof and the key that opens it.
//!
//! Owns the order: what has to be carried is judged with the event, by the row that the event sees; then the event is on the record,
//! then the opening, and the caller hears nothing before both are. Should the second fail, a repeat of the request makes up for it: the
//! id of the referral follows from the event's.

pub(super) mod carrying;
pub(crate) mod unfinished;

use std::sync::Arc;

use jiff::Timestamp;
use rogatory_domain::calendar::Jurisdiction;
use rogatory_domain::case::{Fact, OpeningFact};
use rogatory_domain::fault::Faults;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::instrument::{GOES_ON_IN_CODE, Instrument, Side, Symbol};
use rogatory_domain::limits;
use rogatory_domain::refusal::Code;
use rogatory_engine::Accepted;
use rogatory_evidence::Roster;
use rogatory_evidence::roster::Member;
use rogatory_forms::Warnings;
use rogatory_index::ReferralRow;
use rogatory_message::{Carried, LINKS_COUNT_MAX, Link, Opening, PassedOn, Relation};
use rogatory_tls::{PeerIdentity, Role};
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::types::v1 as types;

use super::derived::derived_id;
use super::informing;
use super::{case, compose, view};
use crate::body::{
    Carrier, code_of, known_to, opening_fact_of, parse_parties, warnings_of_who_answers, warnings_to_pb,
};
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;
use crate::reads::ReadOnly;

/// What begins the digest that the id of the referral is made of in which a case goes on.
const ID_LABEL: &[u8] = b"rogatory/passed-on/v1";

/// An event on the record, the notices of it, and the referral in which the case goes on where it passes it on.
pub(super) struct Acted {
    pub(super) accepted: Accepted,
    pub(super) informed: Vec<pb::Informed>,
    pub(super) goes_on_in: Option<ReferralId>,
    /// Who has the case no more, though nobody said so; what a person should know of the event.
    pub(super) warnings: Vec<pb::Warning>,
}

/// Raises an event, informs whom it names, and hands the case over where the event passes it on.
pub(super) async fn act(
    desk: &Arc<Desk>,
    identity: &PeerIdentity,
    mut request: pb::ActRequest,
) -> Result<Acted, Rejection> {
    let named = std::mem::take(&mut request.pass_on_to);
    let code = request.event.as_ref().map_or("", |event| event.code.as_str());
    match (Instrument::is_passing_on(code), named.is_empty()) {
        (true, false) if request.validate_only => pass_on(desk, identity, request, &named).await,
        // A caller that hangs up ends neither step.
        (true, false) => {
            let (desk, identity) = (desk.clone(), identity.clone());
            let steps = async move { pass_on(&desk, &identity, request, &named).await };
            tokio::spawn(steps).await.map_err(internal)?
        }
        (false, true) => {
            let (accepted, remark, informed) = informing::act(desk, identity, request).await?;
            let warnings = remark.map(view::remarked).into_iter().collect();
            Ok(Acted { accepted, informed, goes_on_in: None, warnings })
        }
        (passes_on, _) => {
            let mut fields = Fields::default();
            let (rule, text) = match passes_on {
                true => ("required", "the agencies that the case is passed on to, each with its capacity"),
                false => ("value", "this event passes no case on"),
            };
            fields.wrong::<()>("pass_on_to", rule, text);
            Err(fields.rejection())
        }
    }
}

async fn pass_on(
    desk: &Arc<Desk>,
    identity: &PeerIdentity,
    mut request: pb::ActRequest,
    named: &[types::Party],
) -> Result<Acted, Rejection> {
    let mut fields = Fields::default();
    let now = desk.now();
    let referral = fields.parsed::<ReferralId>("referral_id", &request.referral_id);
    let message = fields.chosen_or("message_id", &request.message_id, now, || desk.mint());
    let private = fields.asserted(identity, request.assertion.as_ref());
    let ((referral, message), private) = fields.finish(referral.zip(message).zip(private))?;
    let row = case(desk, referral).await?;
    let next = next_id(desk, message, named)?;
    request.message_id = message.to_string();
    let mut faults = Faults::default();
    if let Some(event) = request.event.as_mut() {
        name(event, next, &mut faults);
    }
    let successor = Successor::of(&row, named, &desk.roster(), &mut faults);
    let Some(successor) = successor.filter(|_| faults.is_empty()) else {
        let trial = pb::ActRequest { validate_only: true, ..request };
        let found = (code_of(&faults), faults);
        return Err(informing::with(compose::act(desk, identity, trial).await.err(), found));
    };
    let mut warnings = left_out(&row, &successor.parties, desk.own());
    warnings.extend(who_answers(&row, named, &successor.parties, &desk.roster(), now));
    if request.validate_only {
        let (accepted, _, informed) = informing::act(desk, identity, request).await?;
        return Ok(Acted { accepted, informed, goes_on_in: None, warnings });
    }
    let told = informing::act(desk, identity, request).await;
    let row = case(desk, referral).await?;
    let is_it =
        |(fact, into): (&Fact, ReferralId)| fact.id == message && fact.sender == *desk.own() && into == next;
    let is_recorded = row.opening.as_ref().is_some_and(|opening| opening.passings(&row.facts).any(is_it));
    // A notice that failed keeps the case from nobody: once the event is on the record, the case goes on.
    if !is_recorded {
        return Err(told
            .err()
            .unwrap_or_else(|| internal("an event that was accepted is not on the record")));
    }
    let carried = carrying::carried(desk, referral, row.clone(), message, identity.role).await?;
    let opening = successor.opening(&row, referral, carried.messages, carried.opening)?;
    let (opening, fact) = checked(desk, opening, next, now, identity.role).await?;
    compose::open(desk, compose::Opening::passing_on(desk, private, opening, fact, now)?).await?;
    let (accepted, _, informed) = told?;
    Ok(Acted { accepted, informed, goes_on_in: Some(next), warnings })
}

/// What every recipient will check is checked here by the same rules, on a thread where it holds up nobody.
async fn checked(
    desk: &Arc<Desk>,
    opening: Opening,
    next: ReferralId,
    now: Timestamp,
    role: Role,
) -> Result<(Opening, OpeningFact), Rejection> {
    let own = desk.clone();
    let check = move |_: &ReadOnly| {
        let carrier = Carrier {
            federation: &own.scribe.origin().federation,
            referral: next,
            sender: own.own(),
            submitted: now,
        };
        let fact = opening_fact_of(&opening, carrier, now, &own.roster());
        fact.map(|fact| (opening, fact)).map_err(|unread| unread.code().into())
    };
    desk.reads.read(role, check).await
}

/// Parties that are not named again: whoever passes a case on may have forgotten them.
fn left_out(row: &ReferralRow, parties: &[(AgencyId, Symbol)], own: &AgencyId) -> Vec<pb::Warning> {
    let before = row.opening.iter().flat_map(|opening| &opening.parties);
    let is_left = |(agency, _): &&(AgencyId, Symbol)| {
        agency != own && !parties.iter().any(|(named, _)| named == agency)
    };
    let warning = |(agency, capacity): &(AgencyId, Symbol)| pb::Warning {
        field: "pass_on_to".to_owned(),
        rule: "left_out".to_owned(),
        text: format!("{agency} ({capacity}) is not named, and has the case no more."),
        ..pb::Warning::default()
    };
    before.filter(is_left).map(warning).collect()
}

/// What whoever passes a case on should look at again in those that are to answer it.
fn who_answers(
    row: &ReferralRow,
    named: &[types::Party],
    parties: &[(AgencyId, Symbol)],
    roster: &Roster,
    now: Timestamp,
) -> Vec<pb::Warning> {
    let Some(opening) = row.opening.as_ref() else { return Vec::new() };
    let mut found = Warnings(warnings_of_who_answers(named, parties, opening.instrument, roster, now));
    for fault in &mut found.0 {
        fault.field = fault.field.replacen("parties", "pass_on_to", 1);
    }
    warnings_to_pb(found)
}

/// It differs with the agencies, so that a repeat that names others is told from the first.
fn next_id(desk: &Desk, message: MessageId, named: &[types::Party]) -> Result<ReferralId, Rejection> {
    let mut parties: Vec<String> =
        named.iter().map(|party| format!("{}={}\n", party.capacity, party.agency)).collect();
    parties.sort_unstable();
    let id = derived_id(&desk.scribe, ID_LABEL, message, parties.concat().as_bytes());
    MessageId::try_from(id).map(MessageId::as_opened).map_err(internal)
}

/// Names in an event the referral in which the case goes on.
fn name(event: &mut types::Event, next: ReferralId, faults: &mut Faults) {
    if !event.parameters.is_empty() {
        faults.push("event.parameters", "value", "", "the node names the referral in which the case goes on");
    }
    event.parameters = vec![types::Parameter {
        code: GOES_ON_IN_CODE.to_owned(),
        value: Some(types::parameter::Value::Id(next.to_string())),
    }];
}

/// The case as it goes on, but for what was told of it.
struct Successor {
    parties: Vec<(AgencyId, Symbol)>,
    jurisdiction: Jurisdiction,
    roster_version: u64,
}

impl Successor {
    /// Whom a case is passed on to: the named agencies instead of those that had to answer it, within the same State.
    fn of(row: &ReferralRow, named: &[types::Party], roster: &Roster, faults: &mut Faults) -> Option<Self> {
        let opening = row.opening.as_ref()?;
        let instrument = opening.instrument;
        if named.len() > limits::RECIPIENTS {
            faults.push("pass_on_to", "count", "", &format!("at most {} agencies", limits::RECIPIENTS));
            return None;
        }
        let stays = |capacity: &Symbol| {
            let known = instrument.capacity(capacity.as_str());
            known.is_some_and(|known| known.side != Side::Answering)
        };
        let staying = opening.parties.iter().filter(|(_, capacity)| stays(capacity));
        let staying = staying.map(|(agency, capacity)| types::Party {
            agency: agency.to_string(),
            capacity: capacity.to_string(),
        });
        // Those that are named come first, so that a fault stands at the place that the caller gave it.
        let all: Vec<types::Party> = named.iter().cloned().chain(staying).collect();
        let mut found = Faults::default();
        let parties = parse_parties(&all, instrument, &opening.issuing, roster, &mut found);
        faults.0.extend(found.0.into_iter().map(|mut fault| {
            fault.field = fault.field.replacen("parties", "pass_on_to", 1);
            fault
        }));
        for (at, party) in named.iter().enumerate() {
            let answers =
                instrument.capacity(&party.capacity).is_some_and(|known| known.side == Side::Answering);
            if instrument.capacity(&party.capacity).is_some() && !answers {
                let text = "whoever asks stays as it is; a case is passed on to those that answer it";
                faults.push(format!("pass_on_to[{at}].capacity"), "side", "", text);
            }
        }
        let counting = parties.iter().find(|(_, capacity)| instrument.calendar_is_of(*capacity));
        let jurisdiction =
            counting.and_then(|(agency, _)| roster.member(agency)).and_then(Member::jurisdiction);
        let jurisdiction = jurisdiction.map(|of| known_to(opening.calendar_edition, of));
        let is_same_state = jurisdiction.is_some_and(|of| of.state() == opening.jurisdiction.state());
        if counting.is_some() && !is_same_state {
            let text = "a case is passed on within its State; one for another State is a request of its own";
            faults.push("pass_on_to", "state", "", text);
        }
        Some(Self { parties, jurisdiction: jurisdiction?, roster_version: roster.version() })
    }

    /// The opening of the referral in which the case goes on: that of the case itself, with other parties and what was told so far.
    fn opening(
        self,
        row: &ReferralRow,
        follows: ReferralId,
        carried: Vec<Carried>,
        of_case: Opening,
    ) -> Result<Opening, Rejection> {
        let before = row.opening.as_ref().ok_or(Code::UnknownReferral)?;
        let mut links = of_case.links;
        links.retain(|link| link.relation != Relation::Follows);
        // Where there are too many, what says which request it is of stays.
        links.sort_by_key(|link| link.relation != Relation::PartOf);
        links.insert(0, Link { relation: Relation::Follows, referral: follows });
        links.truncate(LINKS_COUNT_MAX);
        Ok(Opening {
            instrument: before.instrument,
            calendar_edition: before.calendar_edition,
            jurisdiction: self.jurisdiction,
            opener_jurisdiction: before.opener_jurisdiction,
            roster_version: self.roster_version,
            parties: self.parties,
            links,
            passed_on: Some(PassedOn { issuing: before.issuing.clone(), carried }),
            ..of_case
        })
    }
}
