//! Bodies: the plaintext of an envelope, between the wire and the facts the engine folds.
//!
//! Owns both directions and the bounds of what may be told. It must not seal, store or log content.

use jiff::Timestamp;
use prost::Message as _;
use rogatory_domain::case::{Capacity, Fact, Notice, OpeningFact};
use rogatory_domain::eaw::Warrant;
use rogatory_domain::fault::{Fault, Faults};
use rogatory_domain::id::{AgencyId, Country, MessageId, ReferralId};
use rogatory_domain::limits;
use rogatory_domain::referral::{Edition, Lane, ReferralType};
use rogatory_domain::refusal::Code;
use rogatory_engine::link::BodyReader;
use rogatory_evidence::{Facts, Header, Roster};
use rogatory_wire::event::{lane_from_pb, notice_from_pb};
use rogatory_wire::pb::casework::v1 as casework;
use rogatory_wire::pb::casework::v1::{body, opening};
use rogatory_wire::pb::types::v1 as types;
use std::sync::Arc;

/// A referral's opening, parsed: who takes part, and a warrant that is valid.
pub(crate) struct ParsedOpening {
    /// The executing agency.
    pub(crate) executing: AgencyId,
    /// Every further party.
    pub(crate) parties: Vec<(AgencyId, Capacity)>,
    /// Calendar that counts.
    pub(crate) jurisdiction: Country,
    /// Whether it is urgent.
    pub(crate) urgent: bool,
    /// Version of the roster it was judged by.
    pub(crate) roster_version: u64,
}

impl ParsedOpening {
    /// The facts of an opening message.
    pub(crate) fn fact(
        &self,
        referral: ReferralId,
        issuing: &AgencyId,
        declared: Timestamp,
        recorded: Timestamp,
    ) -> OpeningFact {
        OpeningFact {
            referral,
            referral_type: ReferralType::EuropeanArrestWarrant,
            edition: Edition::CURRENT,
            roster_version: self.roster_version,
            issuing: issuing.clone(),
            executing: self.executing.clone(),
            parties: self.parties.clone(),
            jurisdiction: self.jurisdiction,
            declared,
            recorded,
        }
    }

    /// Who receives it: every party but the issuing one.
    pub(crate) fn recipients(&self) -> Vec<AgencyId> {
        let mut all = vec![self.executing.clone()];
        all.extend(self.parties.iter().map(|(agency, _)| agency.clone()));
        all.sort_unstable();
        all
    }
}

/// Parses an opening; every fault is reported at once.
pub(crate) fn parse_opening(
    opening: casework::Opening,
    issuing: &AgencyId,
    roster: &Roster,
) -> Result<ParsedOpening, (Code, Faults)> {
    let mut faults = Faults::default();
    let lane = lane_from_pb(opening.lane);
    if lane.is_none() {
        faults.push("lane", "value", "", "urgent or routine");
    }
    let mut executing = None;
    let mut parties: Vec<(AgencyId, Capacity)> = Vec::new();
    if opening.parties.is_empty() || opening.parties.len() > limits::RECIPIENTS {
        faults.push("parties", "count", "", "between 1 and 16 parties are named");
    }
    for (i, party) in opening.parties.iter().enumerate() {
        match parse_party(party, issuing, roster) {
            Err((field, rule, text)) => faults.push(format!("parties[{i}].{field}"), rule, "", text),
            Ok((agency, capacity)) => {
                let twice = executing.as_ref() == Some(&agency) || parties.iter().any(|(a, _)| *a == agency);
                if twice {
                    faults.push(format!("parties[{i}].agency"), "once", "", "an agency is named once");
                } else if capacity == Capacity::Executing && executing.is_none() {
                    executing = Some(agency);
                } else if capacity == Capacity::Executing {
                    faults.push(format!("parties[{i}].capacity"), "one_executing", "", "one agency executes");
                } else {
                    parties.push((agency, capacity));
                }
            }
        }
    }
    if executing.is_none() {
        faults.push("parties", "executing", "", "one party must be the executing agency");
    }
    let mut code = Code::MalformedMessage;
    match opening.request {
        None => faults.push("warrant", "required", "", "a referral asks for something"),
        Some(opening::Request::Warrant(form)) => {
            if let Err(found) = Warrant::parse(form.into()) {
                code = Code::InvalidWarrant;
                faults.0.extend(found.0.into_iter().map(under_warrant));
            }
        }
    }
    let (true, Some(executing)) = (faults.is_empty(), executing) else { return Err((code, faults)) };
    let jurisdiction = roster.member(&executing).and_then(|member| member.country.parse().ok());
    let jurisdiction = jurisdiction.ok_or_else(|| (Code::Internal, Faults::default()))?;
    let urgent = lane == Some(Lane::Urgent);
    Ok(ParsedOpening { executing, parties, jurisdiction, urgent, roster_version: roster.version })
}

fn parse_party(
    party: &types::Party,
    issuing: &AgencyId,
    roster: &Roster,
) -> Result<(AgencyId, Capacity), (&'static str, &'static str, &'static str)> {
    let agency: AgencyId =
        party.agency.parse().map_err(|_| ("agency", "form", "not the form of an agency id"))?;
    if agency == *issuing {
        return Err(("agency", "not_self", "the issuing agency is a party by itself"));
    }
    let member = roster.member(&agency).ok_or(("agency", "roster", "the roster names no such agency"))?;
    if !member.accepts.iter().any(|kind| kind == ReferralType::EuropeanArrestWarrant.code()) {
        return Err(("agency", "accepts", "the agency does not take referrals of this type"));
    }
    let capacity = match types::Capacity::try_from(party.capacity) {
        Ok(types::Capacity::Executing) => Capacity::Executing,
        Ok(types::Capacity::Police) => Capacity::Police,
        Ok(types::Capacity::Copy) => Capacity::Copy,
        _ => return Err(("capacity", "value", "executing, police or copy")),
    };
    Ok((agency, capacity))
}

/// A declared instant: past ones are allowed as far as the law reaches, future ones only within the tolerance of clocks.
pub(crate) fn declared_at(unix_us: i64, recorded: Timestamp) -> Result<Timestamp, Code> {
    if unix_us < limits::DECLARED_EARLIEST_UNIX_US {
        return Err(Code::MalformedMessage);
    }
    let declared = Timestamp::from_microsecond(unix_us).map_err(|_| Code::MalformedMessage)?;
    let ahead = declared.duration_since(recorded).as_secs();
    if ahead > limits::DECLARED_FUTURE_SECONDS { Err(Code::DeclaredInFuture) } else { Ok(declared) }
}

/// Whether an id was minted before its message was recorded, give or take what the limit gives clocks.
pub(crate) fn is_minted_in_time(id: MessageId, recorded: Timestamp) -> bool {
    id.minted_unix_ms() <= recorded.as_millisecond() + limits::MINTED_FUTURE_SECONDS * 1_000
}

fn under_warrant(fault: Fault) -> Fault {
    Fault { field: format!("warrant.{}", fault.field), ..fault }
}

/// Encodes a body.
pub(crate) fn encode(seen: &[(AgencyId, u32)], declared: Timestamp, content: body::Content) -> Vec<u8> {
    let seen = seen
        .iter()
        .map(|(agency, number)| casework::Seen { agency: agency.to_string(), number: *number })
        .collect();
    casework::Body { seen, declared_unix_us: declared.as_microsecond(), content: Some(content) }
        .encode_to_vec()
}

/// The bytes whose keyed digest tells a repeat from an id that is used twice.
pub(crate) fn submitted(referral: ReferralId, declared_unix_us: i64, content: &body::Content) -> Vec<u8> {
    let mut bytes = referral.as_bytes().to_vec();
    bytes.extend(declared_unix_us.to_be_bytes());
    content.encode(&mut bytes);
    bytes
}

/// An event as facts.
pub(crate) fn event_fact(
    notice: &Notice,
    id: MessageId,
    sender: &AgencyId,
    number: u32,
    seen: Vec<(AgencyId, u32)>,
    declared: Timestamp,
    recorded: Timestamp,
) -> Fact {
    Fact { id, sender: sender.clone(), number, seen, event: notice.event().clone(), declared, recorded }
}

/// Reads bodies that peers sealed.
pub(crate) struct Bodies {
    /// The agencies and what they take.
    pub(crate) roster: Arc<Roster>,
}

impl BodyReader for Bodies {
    fn read(&self, header: &Header, bytes: &[u8]) -> Result<Facts, Code> {
        let body = casework::Body::decode(bytes).map_err(|_| Code::MalformedMessage)?;
        // Both ends measure a declared instant by the sender's node time, so that both judge alike.
        let recorded = header.submitted;
        let declared = declared_at(body.declared_unix_us, recorded)?;
        if !is_minted_in_time(header.message, recorded) {
            return Err(Code::MalformedMessage);
        }
        match body.content.ok_or(Code::MalformedMessage)? {
            body::Content::Opening(opening) => {
                let parsed =
                    parse_opening(opening, &header.sender, &self.roster).map_err(|(code, _)| code)?;
                let mut named = header.recipients.clone();
                named.sort_unstable();
                if named != parsed.recipients() || parsed.urgent != header.urgent {
                    return Err(Code::MalformedMessage);
                }
                Ok(Facts::Opening(parsed.fact(header.referral, &header.sender, declared, recorded)))
            }
            body::Content::Event(event) => {
                let notice = notice_from_pb(event).map_err(|_| Code::MalformedMessage)?;
                let seen = parse_seen(&body.seen).ok_or(Code::MalformedMessage)?;
                let (id, number) = (header.message, header.number);
                Ok(Facts::Event(event_fact(&notice, id, &header.sender, number, seen, declared, recorded)))
            }
        }
    }
}

fn parse_seen(seen: &[casework::Seen]) -> Option<Vec<(AgencyId, u32)>> {
    if seen.len() > limits::RECIPIENTS + 1 {
        return None;
    }
    seen.iter().map(|entry| Some((entry.agency.parse().ok()?, entry.number))).collect()
}
