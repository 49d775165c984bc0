//! Bodies: the plaintext of an envelope, between the wire and the facts the engine folds.
//!
//! Owns both directions and the bounds of what may be told. It must not seal, store or log content.

use bytes::Bytes;
use jiff::Timestamp;
use rogatory_domain::calendar::Jurisdiction;
use rogatory_domain::case::{Fact, Notice, OpeningFact};
use rogatory_domain::fault::Faults;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::instrument::{Instrument, PartyFault, Symbol, TraitDef};
use rogatory_domain::limits;
use rogatory_domain::referral::Lane;
use rogatory_domain::refusal::{Code, Retry};
use rogatory_engine::link::{BodyReader, Unread};
use rogatory_evidence::roster::Member;
use rogatory_evidence::{Facts, Header, Roster};
use rogatory_forms::Warnings;
use rogatory_message::{Content, Message, MessageError, Opening};
use rogatory_wire::event::lane_from_pb;
use rogatory_wire::form::form_of;
use rogatory_wire::pb::casework::v1 as casework;
use rogatory_wire::pb::casework::v1::body;
use rogatory_wire::pb::types::v1 as types;
use std::sync::Arc;

mod answering;
mod carried;
mod form;

pub(crate) use answering::warnings as warnings_of_who_answers;
pub(crate) use carried::{Carrier, facts_bytes, may_be_carried, open, opening_fact_of};
pub(crate) use form::{FormJudge, warnings_to_pb};

use crate::labels::{parse_labels, parse_links};
use crate::rosters::CurrentRoster;

/// The facts of an opening message of the agency that opens the case.
pub(crate) fn opening_fact(
    opening: &Opening,
    referral: ReferralId,
    issuing: &AgencyId,
    declared: Timestamp,
    recorded: Timestamp,
) -> OpeningFact {
    let (traits, items) = outline_of(opening);
    OpeningFact {
        referral,
        instrument: opening.instrument,
        calendar_edition: opening.calendar_edition,
        roster_version: opening.roster_version,
        issuing: issuing.clone(),
        parties: opening.parties.clone(),
        jurisdiction: opening.jurisdiction,
        opener_jurisdiction: opening.opener_jurisdiction,
        traits,
        items,
        part_of: opening.part_of(),
        passed_on: None,
        declared,
        recorded,
    }
}

/// What the form of an opening asks for and lists, as far as its instrument has to know it.
fn outline_of(opening: &Opening) -> (Vec<Symbol>, u32) {
    let form = rogatory_forms::form_of(opening.instrument.code);
    let outline = form.map(|form| (form.outline)(&opening.form)).unwrap_or_default();
    let known = |code: &str| opening.instrument.traits.iter().find(|known| known.code == code);
    let traits = outline.traits.into_iter().filter_map(|code| known(code).map(TraitDef::symbol)).collect();
    (traits, u32::try_from(outline.items).unwrap_or(u32::MAX))
}

/// Rule of a party that no roster names.
pub(crate) const IN_ROSTER: &str = "roster";

/// Rule of a party that takes no such referrals.
pub(crate) const ACCEPTS: &str = "accepts";

/// The code under which faults of the parties and of the other fields around the form are answered together.
pub(crate) fn code_of(faults: &Faults) -> Code {
    let codes = faults.iter().map(|fault| match fault.rule {
        IN_ROSTER => Code::UnknownRecipient,
        ACCEPTS => Code::UnsupportedReferralType,
        _ => Code::MalformedMessage,
    });
    codes.reduce(gravest).unwrap_or(Code::MalformedMessage)
}

/// Which of two codes an answer has that lists the faults under both. What no change elsewhere can cure stands before what a
/// newer roster may cure, so that nobody waits for a roster with a message that will never be taken; then the lower code, so
/// that the shape comes before its meaning.
pub(crate) fn gravest(one: Code, other: Code) -> Code {
    let order = |code: &Code| (code.refusal().retry == Retry::WhenChanged, *code);
    std::cmp::min_by_key(one, other, order)
}

/// Parses an opening of this agency by its roster; every fault is reported at once. Only of too many parties nothing more is
/// said: the message has to become several others, and a list without a bound would make an answer without one. What is taken comes
/// with the warnings of its form.
pub(crate) fn parse_opening(
    opening: casework::Opening,
    issuing: &AgencyId,
    roster: &Roster,
    now: Timestamp,
) -> Result<(Opening, Warnings), (Code, Faults)> {
    let mut faults = Faults::default();
    let lane = lane_from_pb(opening.lane);
    if lane.is_none() {
        faults.push("lane", "value", "", "urgent or routine");
    }
    let count = format!("between 1 and {} parties are named", limits::RECIPIENTS);
    if opening.parties.len() > limits::RECIPIENTS {
        let mut alone = Faults::default();
        alone.push("parties", "count", "", &count);
        return Err((Code::TooManyRecipients, alone));
    }
    if opening.parties.is_empty() {
        faults.push("parties", "count", "", &count);
    }
    let (code_of_instrument, form) = opening.request.map(form_of).unzip();
    // The roster says under which editions new cases are opened, so that every party can read them.
    let instrument =
        code_of_instrument.and_then(|code| Instrument::of_edition(code, roster.edition_of(code)));
    if instrument.is_none() {
        faults.push("request", "required", "", "the form of an instrument");
    }
    let parties = instrument
        .map(|instrument| parse_parties(&opening.parties, instrument, issuing, roster, &mut faults));
    let labels = parse_labels(opening.labels.as_ref(), &mut faults);
    let links = parse_links(&opening.links, &mut faults);
    let mut code = code_of(&faults);
    let form = form.unwrap_or_default();
    let mut warnings = Warnings::default();
    if let Some((instrument, parties)) = instrument.zip(parties.as_ref()) {
        match FormJudge::of_submission(instrument, parties, issuing, roster, now).check(&form) {
            Ok(found) => {
                warnings = found;
                warnings.0.extend(answering::warnings(&opening.parties, parties, instrument, roster, now));
            }
            Err(found) => {
                code = Code::InvalidForm;
                faults.0.extend(found.0);
            }
        }
    }
    let (true, Some((instrument, parties)), Some(lane)) = (faults.is_empty(), instrument.zip(parties), lane)
    else {
        return Err((code, faults));
    };
    let calendar = parties.iter().find(|(_, capacity)| instrument.calendar_is_of(*capacity));
    let calendar = calendar.map_or(issuing, |(agency, _)| agency);
    let jurisdiction = roster.member(calendar).and_then(Member::jurisdiction);
    let opener =
        roster.member(issuing).and_then(Member::jurisdiction).filter(|_| instrument.counts_for_opener());
    let of_state = |of: Jurisdiction| known_to(roster.calendar_edition(), of);
    let opening = Opening {
        instrument,
        calendar_edition: roster.calendar_edition(),
        jurisdiction: jurisdiction.map(of_state).ok_or_else(|| (Code::Internal, Faults::default()))?,
        opener_jurisdiction: opener.map(of_state),
        roster_version: roster.version(),
        lane,
        parties,
        labels,
        links,
        form,
        passed_on: None,
    };
    Ok((opening, warnings))
}

/// A jurisdiction as an edition of the calendars has it: the first one knows States alone, and so do the releases that have no other.
pub(crate) fn known_to(calendar_edition: u16, of: Jurisdiction) -> Jurisdiction {
    if calendar_edition == 1 { of.state().into() } else { of }
}

/// The parties in the order in which they are kept; every fault of every one is reported.
pub(crate) fn parse_parties(
    named: &[types::Party],
    instrument: &'static Instrument,
    issuing: &AgencyId,
    roster: &Roster,
    faults: &mut Faults,
) -> Vec<(AgencyId, Symbol)> {
    let before = faults.0.len();
    let mut parties = Vec::with_capacity(named.len());
    for (i, party) in named.iter().enumerate() {
        match parse_party(party, instrument, issuing, roster) {
            Err((field, rule, text)) => faults.push(format!("parties[{i}].{field}"), rule, "", text),
            Ok(party) => parties.push(party),
        }
    }
    // Places in the list are those the caller gave only if none had to be left out.
    if faults.0.len() == before {
        for fault in instrument.party_faults(&parties) {
            party_fault(fault, faults);
        }
    }
    instrument.order_parties(&mut parties);
    parties
}

fn party_fault(fault: PartyFault, faults: &mut Faults) {
    match fault {
        PartyFault::Twice(i) => {
            faults.push(format!("parties[{i}].agency"), "once", "", "an agency is named once");
        }
        PartyFault::Capacity(i) => {
            faults.push(format!("parties[{i}].capacity"), "value", "", "not a capacity of this instrument");
        }
        PartyFault::Surplus(i, capacity) => {
            let text = format!("one agency is {capacity}");
            faults.push(format!("parties[{i}].capacity"), "one", "", &text);
        }
        PartyFault::Lacking(capacity) => {
            faults.push("parties", "lacking", "", &format!("one party must be {capacity}"));
        }
    }
}

fn parse_party(
    party: &types::Party,
    instrument: &'static Instrument,
    issuing: &AgencyId,
    roster: &Roster,
) -> Result<(AgencyId, Symbol), (&'static str, &'static str, &'static str)> {
    let agency: AgencyId =
        party.agency.parse().map_err(|_| ("agency", "form", "not the form of an agency id"))?;
    if agency == *issuing {
        return Err(("agency", "not_self", "the agency that opens is a party by itself"));
    }
    let member = roster.member(&agency).ok_or(("agency", IN_ROSTER, "the roster names no such agency"))?;
    if !member.accepts(instrument.code) {
        return Err(("agency", ACCEPTS, "the agency does not take referrals of this type"));
    }
    let capacity = instrument.listed_capacities().find(|known| known.code == party.capacity);
    let capacity = capacity.ok_or(("capacity", "value", "not a capacity of this instrument"))?.symbol();
    if !member.accepts_as(instrument.code, capacity.as_str()) {
        return Err((
            "capacity",
            ACCEPTS,
            "the agency does not take referrals of this type in this capacity",
        ));
    }
    Ok((agency, capacity))
}

/// A declared instant: past ones are allowed as far as the law reaches, future ones only within the tolerance of clocks.
pub(crate) fn declared_at(declared: Timestamp, recorded: Timestamp) -> Result<Timestamp, Code> {
    if declared.as_microsecond() < limits::DECLARED_EARLIEST_UNIX_US {
        return Err(Code::MalformedMessage);
    }
    let ahead = declared.duration_since(recorded).as_secs();
    if ahead > limits::DECLARED_FUTURE_SECONDS { Err(Code::DeclaredInFuture) } else { Ok(declared) }
}

/// Whether an id was minted before its message was recorded, give or take what the limit gives clocks.
pub(crate) fn is_minted_in_time(id: MessageId, recorded: Timestamp) -> bool {
    id.minted_unix_ms() <= recorded.as_millisecond() + limits::MINTED_FUTURE_SECONDS * 1_000
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

/// Why a body that cannot be read is not taken over.
fn unread(error: MessageError) -> Unread {
    match error {
        MessageError::Later(code, _) => Unread::NotYet(code),
        MessageError::Malformed(_) => Unread::Refused(Code::MalformedMessage),
    }
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
        let message = Message::parse(Bytes::copy_from_slice(bytes)).map_err(unread)?;
        // Both ends measure a declared instant by the sender's node time, so that both judge alike.
        let recorded = header.submitted;
        let declared = declared_at(message.declared, recorded).map_err(Unread::Refused)?;
        if !is_minted_in_time(header.message, recorded) {
            return Err(Unread::Refused(Code::MalformedMessage));
        }
        match message.content {
            Content::Opening(opening) => {
                self.check(&opening, header)?;
                let roster = self.rosters.get();
                let fact = opening_fact_of(&opening, Carrier::of(header), declared, &roster)?;
                Ok(Facts::Opening(fact))
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
    /// Whether the calendar that counts, where it is this agency's, is that of its State: a case is passed on within a State.
    fn is_own_state(&self, opening: &Opening, roster: &Roster) -> bool {
        let counts = opening.capacity_of(&self.own).is_some_and(|own| opening.instrument.calendar_is_of(own));
        let own = roster.member(&self.own).and_then(Member::jurisdiction);
        !counts || own.is_none_or(|own| own.state() == opening.jurisdiction.state())
    }

    /// A recipient checks what concerns itself: that it is named, that it takes such referrals, that the form is valid by
    /// the edition it was written under. Who else takes part is the sender's to know, whose roster may be newer; whether this
    /// agency takes such referrals is then not for its own older roster to say.
    fn check(&self, opening: &Opening, header: &Header) -> Result<(), Unread> {
        let malformed = Unread::Refused(Code::MalformedMessage);
        let mut named = header.recipients.clone();
        named.sort_unstable();
        let is_urgent = opening.lane == Lane::Urgent;
        // Whose case it is is a party without being listed.
        let opener = opening.passed_on.as_ref().map_or(&header.sender, |passed_on| &passed_on.issuing);
        let is_listed = opening.capacity_of(opener).is_some();
        if is_listed
            || named != opening.recipients(&header.sender)
            || is_urgent != header.urgent
            || named.contains(&header.sender)
        {
            return Err(malformed);
        }
        let roster = self.rosters.get();
        // Who opened a case has it already, whoever passes it on.
        let is_issuing = opening.passed_on.as_ref().is_some_and(|passed_on| passed_on.issuing == self.own);
        let is_accepted = is_issuing || {
            let capacity = opening.capacity_of(&self.own).ok_or(malformed)?;
            let member = roster.member(&self.own);
            member.is_some_and(|member| member.accepts_as(opening.instrument.code, capacity.as_str()))
        };
        if opening.passed_on.is_some() && !is_issuing && !self.is_own_state(opening, &roster) {
            return Err(Unread::Refused(Code::WrongActor));
        }
        if !is_accepted {
            let is_behind = opening.roster_version > roster.version();
            return Err(match is_behind {
                true => Unread::NotYet(Code::RosterBehind),
                false => Unread::Refused(Code::UnsupportedReferralType),
            });
        }
        let found = FormJudge::of_message(opening, header.submitted).check(&opening.form);
        found.map(drop).map_err(|_| Unread::Refused(Code::InvalidForm))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(rules: &[&'static str]) -> Faults {
        let mut faults = Faults::default();
        for rule in rules {
            faults.push("parties[0].agency", rule, "", "");
        }
        faults
    }

    #[test]
    fn a_recipient_that_is_unknown_may_become_known_and_a_message_of_wrong_shape_stays_wrong() {
        for (rules, code) in [
            (&[IN_ROSTER][..], Code::UnknownRecipient),
            (&[ACCEPTS], Code::UnsupportedReferralType),
            (&[IN_ROSTER, ACCEPTS], Code::UnsupportedReferralType),
            (&[IN_ROSTER, "once"], Code::MalformedMessage),
            (&["form", ACCEPTS], Code::MalformedMessage),
        ] {
            assert_eq!(code_of(&faults(rules)), code, "{rules:?}");
        }
        assert_eq!(
            gravest(Code::UnsupportedReferralType, Code::MissingJustification),
            Code::MissingJustification
        );
    }
}
