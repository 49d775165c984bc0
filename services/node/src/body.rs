//! Bodies: the plaintext of an envelope, between the wire and the facts the engine folds.
//!
//! Owns both directions and the bounds of what may be told. It must not seal, store or log content.

use bytes::Bytes;
use jiff::Timestamp;
use prost::Message as _;
use rogatory_domain::case::{Capacity, Fact, Notice, OpeningFact};
use rogatory_domain::eaw::Warrant;
use rogatory_domain::fault::{Fault, Faults};
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::limits;
use rogatory_domain::referral::{Edition, Lane, ReferralType};
use rogatory_domain::refusal::Code;
use rogatory_engine::link::{BodyReader, Unread};
use rogatory_evidence::{Facts, Header, Roster};
use rogatory_message::{Content, Labels, Message, MessageError, Opening};
use rogatory_wire::event::lane_from_pb;
use rogatory_wire::pb::casework::v1 as casework;
use rogatory_wire::pb::casework::v1::{body, opening};
use rogatory_wire::pb::types::v1 as types;
use std::sync::Arc;

use crate::rosters::CurrentRoster;

/// The facts of an opening message.
pub(crate) fn opening_fact(
    opening: &Opening,
    referral: ReferralId,
    issuing: &AgencyId,
    declared: Timestamp,
    recorded: Timestamp,
) -> OpeningFact {
    OpeningFact {
        referral,
        referral_type: opening.instrument,
        edition: opening.edition,
        roster_version: opening.roster_version,
        issuing: issuing.clone(),
        executing: opening.executing.clone(),
        parties: opening.parties.clone(),
        jurisdiction: opening.jurisdiction,
        declared,
        recorded,
    }
}

/// Parses an opening of this agency by its roster; every fault is reported at once.
pub(crate) fn parse_opening(
    opening: casework::Opening,
    issuing: &AgencyId,
    roster: &Roster,
) -> Result<Opening, (Code, Faults)> {
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
    let form = match opening.request {
        None => {
            faults.push("warrant", "required", "", "a referral asks for something");
            Bytes::new()
        }
        Some(opening::Request::Warrant(form)) => {
            let bytes = form.encode_to_vec();
            if let Err(found) = Warrant::parse(form.into()) {
                code = Code::InvalidWarrant;
                faults.0.extend(found.0.into_iter().map(under_warrant));
            }
            bytes.into()
        }
    };
    let (true, Some(executing), Some(lane)) = (faults.is_empty(), executing, lane) else {
        return Err((code, faults));
    };
    let jurisdiction = roster.member(&executing).and_then(|member| member.country.parse().ok());
    Ok(Opening {
        instrument: ReferralType::EuropeanArrestWarrant,
        edition: Edition::CURRENT,
        jurisdiction: jurisdiction.ok_or_else(|| (Code::Internal, Faults::default()))?,
        roster_version: roster.version(),
        lane,
        executing,
        parties,
        labels: Labels::default(),
        links: Vec::new(),
        form,
    })
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
    let instrument = ReferralType::EuropeanArrestWarrant.code();
    if !member.accepts(instrument) {
        return Err(("agency", "accepts", "the agency does not take referrals of this type"));
    }
    let capacity = match types::Capacity::try_from(party.capacity) {
        Ok(types::Capacity::Executing) => Capacity::Executing,
        Ok(types::Capacity::Police) => Capacity::Police,
        Ok(types::Capacity::Copy) => Capacity::Copy,
        _ => return Err(("capacity", "value", "executing, police or copy")),
    };
    if !member.accepts_as(instrument, capacity.code()) {
        return Err((
            "capacity",
            "accepts",
            "the agency does not take referrals of this type in this capacity",
        ));
    }
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
    /// This agency.
    pub(crate) own: AgencyId,
    /// The agencies and what they take, as the roster in force says.
    pub(crate) rosters: Arc<CurrentRoster>,
}

impl BodyReader for Bodies {
    fn read(&self, header: &Header, bytes: &[u8]) -> Result<Facts, Unread> {
        let message = Message::parse(Bytes::copy_from_slice(bytes)).map_err(|error| match error {
            MessageError::Later(code, _) => Unread::NotYet(code),
            MessageError::Malformed(_) => Unread::Refused(Code::MalformedMessage),
        })?;
        // Both ends measure a declared instant by the sender's node time, so that both judge alike.
        let recorded = header.submitted;
        let declared = declared_at(message.declared.as_microsecond(), recorded).map_err(Unread::Refused)?;
        if !is_minted_in_time(header.message, recorded) {
            return Err(Unread::Refused(Code::MalformedMessage));
        }
        match message.content {
            Content::Opening(opening) => {
                self.check(&opening, header)?;
                Ok(Facts::Opening(opening_fact(
                    &opening,
                    header.referral,
                    &header.sender,
                    declared,
                    recorded,
                )))
            }
            Content::Event(notice) => {
                let (id, number) = (header.message, header.number);
                let fact = event_fact(&notice, id, &header.sender, number, message.seen, declared, recorded);
                Ok(Facts::Event(fact))
            }
        }
    }
}

impl Bodies {
    /// A recipient checks what concerns itself: that it is named, that it takes such referrals, that the form is valid by
    /// the edition it was written under. Who else takes part is the sender's to know, whose roster may be newer; whether this
    /// agency takes such referrals is then not for its own older roster to say.
    fn check(&self, opening: &Opening, header: &Header) -> Result<(), Unread> {
        let malformed = Unread::Refused(Code::MalformedMessage);
        let mut named = header.recipients.clone();
        named.sort_unstable();
        let is_urgent = opening.lane == Lane::Urgent;
        if named != opening.recipients() || is_urgent != header.urgent || named.contains(&header.sender) {
            return Err(malformed);
        }
        let roster = self.rosters.get();
        let capacity = opening.capacity_of(&self.own).ok_or(malformed)?;
        let is_accepted = roster
            .member(&self.own)
            .is_some_and(|member| member.accepts_as(opening.instrument.code(), capacity.code()));
        if !is_accepted {
            let is_behind = opening.roster_version > roster.version();
            return Err(match is_behind {
                true => Unread::NotYet(Code::RosterBehind),
                false => Unread::Refused(Code::UnsupportedReferralType),
            });
        }
        let form = types::WarrantForm::decode(opening.form.clone()).map_err(|_| malformed)?;
        Warrant::parse(form.into()).map(drop).map_err(|_| Unread::Refused(Code::InvalidWarrant))
    }
}
