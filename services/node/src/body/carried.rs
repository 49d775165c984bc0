//! Messages that an opening carries because the case is passed on: each is opened with the key beside it, and believed because its
//! sender's ledger proves it.
//!
//! Owns what makes a case that is passed on the same case: the form, the instrument and its editions, the State, and an event by which a
//! party that may do so passed it on into this very referral. It must not judge a form, or whether a party takes such cases.

use jiff::Timestamp;
use rogatory_domain::calendar::Calendars;
use rogatory_domain::case::{Earlier, Fact, OpeningFact, PassedOn, fold, may_be_raised};
use rogatory_domain::id::{AgencyId, FederationId, ReferralId};
use rogatory_domain::instrument::{Instrument, Side, Symbol};
use rogatory_domain::limits;
use rogatory_domain::refusal::Code;
use rogatory_engine::link::Unread;
use rogatory_evidence::file::{FindingKind, attests_sending};
use rogatory_evidence::{Envelope, Facts, Header, Roster};
use rogatory_keys::ContentKey;
use rogatory_message::{Carried, Content, Message, Opening};

use super::{declared_at, event_fact, opening_fact};

/// The message that carries others.
#[derive(Clone, Copy)]
pub(crate) struct Carrier<'a> {
    /// Federation.
    pub(crate) federation: &'a FederationId,
    /// The referral that it opens.
    pub(crate) referral: ReferralId,
    /// Who sends it.
    pub(crate) sender: &'a AgencyId,
    /// Its sender's node time at submission.
    pub(crate) submitted: Timestamp,
}

impl<'a> Carrier<'a> {
    /// The message of a header.
    pub(crate) fn of(header: &'a Header) -> Self {
        let Header { federation, referral, sender, submitted, .. } = header;
        Self { federation, referral: *referral, sender, submitted: *submitted }
    }
}

/// A carried message as its sender sealed it.
pub(crate) struct Opened {
    /// Its header.
    pub(crate) header: Header,
    /// Its envelope.
    pub(crate) envelope: Envelope,
    /// What it tells.
    pub(crate) message: Message,
    /// Its plaintext.
    pub(crate) plain: bytes::Bytes,
}

const MALFORMED: Unread = Unread::Refused(Code::MalformedMessage);
const TOO_LARGE: Unread = Unread::Refused(Code::MessageTooLarge);

/// The facts of an opening, those of the case before it was passed on among them.
pub(crate) fn opening_fact_of(
    opening: &Opening,
    carrier: Carrier<'_>,
    declared: Timestamp,
    roster: &Roster,
) -> Result<OpeningFact, Unread> {
    let fact = fact_at(opening, carrier, declared, roster, 0)?;
    let is_large = fact.passed_on.is_some() && facts_bytes(&fact, &[]) > limits::FACTS_BYTES;
    if is_large { Err(TOO_LARGE) } else { Ok(fact) }
}

/// Bytes of the facts of a case, about, as a record holds them.
pub(crate) fn facts_bytes(opening: &OpeningFact, facts: &[Fact]) -> usize {
    let events = facts.iter().map(|fact| Facts::Event(fact.clone()).encode().len());
    events.sum::<usize>() + Facts::Opening(opening.clone()).encode().len()
}

/// An opening that carries messages may carry one that carries messages itself, as often as a case may be passed on.
fn fact_at(
    opening: &Opening,
    carrier: Carrier<'_>,
    declared: Timestamp,
    roster: &Roster,
    depth: usize,
) -> Result<OpeningFact, Unread> {
    let own = opening_fact(opening, carrier.referral, carrier.sender, declared, carrier.submitted);
    let Some(passed_on) = &opening.passed_on else { return Ok(own) };
    let told = told_by(&passed_on.carried, carrier.federation, opening.roster_version, roster, depth)?;
    let is_it = opening.follows() == Some(told.before.referral) && is_same_case(opening, &told);
    if !is_it {
        return Err(MALFORMED);
    }
    let is_passed_on = passes_on(&told.before, &told.facts, carrier)?;
    let Told { before, facts, .. } = told;
    if !is_passed_on || passed_on.issuing != before.issuing {
        return Err(Unread::Refused(Code::WrongActor));
    }
    let mut earlier = before.earlier().to_vec();
    earlier.push(Earlier { referral: before.referral, parties: before.parties, facts });
    Ok(OpeningFact {
        issuing: before.issuing,
        passed_on: Some(Box::new(PassedOn { by: carrier.sender.clone(), earlier })),
        // The clocks that the opening of the case started run on.
        declared: before.declared,
        ..own
    })
}

/// What carried messages tell of a case.
struct Told {
    /// Its opening as it was sent.
    opening: Opening,
    /// The facts of that.
    before: OpeningFact,
    /// Its events.
    facts: Vec<Fact>,
}

/// Whether messages may be carried: proven, of one case, and within the bounds of its facts.
pub(crate) fn may_be_carried(
    carried: &[Carried],
    federation: &FederationId,
    roster: &Roster,
) -> Result<(), Unread> {
    told_by(carried, federation, roster.version(), roster, 0).map(drop)
}

fn told_by(
    carried: &[Carried],
    federation: &FederationId,
    roster_version: u64,
    roster: &Roster,
    depth: usize,
) -> Result<Told, Unread> {
    if depth >= limits::PASSED_ON {
        return Err(MALFORMED);
    }
    let opened = |one| proven(one, federation, roster_version, roster);
    let (first, events) = carried.split_first().ok_or(MALFORMED)?;
    let first = opened(first)?;
    let Content::Opening(opening) = first.message.content else { return Err(MALFORMED) };
    let before = fact_at(&opening, Carrier::of(&first.header), first.message.declared, roster, depth + 1)?;
    if first.header.number != 1 || first.header.message.as_bytes() != before.referral.as_bytes() {
        return Err(MALFORMED);
    }
    let events = events.iter().map(|one| event_of(opened(one)?, &before));
    let facts = events.collect::<Result<Vec<_>, _>>()?;
    // Before they are folded, which costs more the more they are.
    if facts_bytes(&before, &facts) > limits::FACTS_BYTES {
        return Err(TOO_LARGE);
    }
    Ok(Told { opening, before, facts })
}

/// Whether an opening is of the case that another one opened: only the parties, and within the State whose calendar counts, may differ.
fn is_same_case(opening: &Opening, told: &Told) -> bool {
    let Told { opening: first, before, .. } = told;
    opening.instrument == before.instrument
        && opening.calendar_edition == before.calendar_edition
        && opening.jurisdiction.state() == before.jurisdiction.state()
        && opening.opener_jurisdiction == before.opener_jurisdiction
        && opening.part_of() == before.part_of
        && opening.form == first.form
        && opening.labels == first.labels
        && opening.lane == first.lane
        && others(opening.instrument, &opening.parties).eq(others(before.instrument, &before.parties))
}

/// The parties that do not answer: whoever asks stays as it is.
fn others<'a>(
    instrument: &'static Instrument,
    parties: &'a [(AgencyId, Symbol)],
) -> impl Iterator<Item = &'a (AgencyId, Symbol)> {
    let answers = move |capacity: &Symbol| {
        instrument.capacity(capacity.as_str()).is_some_and(|known| known.side == Side::Answering)
    };
    let mut others: Vec<_> = parties.iter().filter(|(_, capacity)| !answers(capacity)).collect();
    others.sort_unstable();
    others.into_iter()
}

/// Whether the sender of an opening passed the case on into its referral, and might do so.
fn passes_on(before: &OpeningFact, facts: &[Fact], carrier: Carrier<'_>) -> Result<bool, Unread> {
    let calendars = Calendars::of(before.calendar_edition).ok_or(Unread::NotYet(Code::LaterEdition))?;
    let is_it =
        |(fact, into): (&Fact, ReferralId)| fact.sender == *carrier.sender && into == carrier.referral;
    let is_told = before.passings(facts).any(is_it);
    Ok(is_told && fold(before, facts, calendars).passing(before, facts).is_some_and(is_it))
}

/// The event that a carried message tells, if a recipient would have taken it over; what its sender had seen is judged by the fold.
fn event_of(opened: Opened, before: &OpeningFact) -> Result<Fact, Unread> {
    let Opened { header, message, .. } = opened;
    let Content::Event(notice) = message.content else { return Err(MALFORMED) };
    if header.referral != before.referral {
        return Err(MALFORMED);
    }
    let (id, number, recorded) = (header.message, header.number, header.submitted);
    let declared = declared_at(message.declared, recorded).map_err(Unread::Refused)?;
    let fact = event_fact(&notice, id, &header.sender, number, message.seen, declared, recorded);
    may_be_raised(before, &fact).map_err(|not_allowed| Unread::Refused(not_allowed.code()))?;
    Ok(fact)
}

/// A carried message whose sender's ledger proves that it was sent.
fn proven(
    one: &Carried,
    federation: &FederationId,
    roster_version: u64,
    roster: &Roster,
) -> Result<Opened, Unread> {
    let opened = open(one)?;
    if opened.header.federation != *federation {
        return Err(Unread::Refused(Code::WrongFederation));
    }
    let digest = opened.envelope.digest();
    attests_sending(roster, &one.sent, &one.proof, &opened.header, &digest).map_err(|kind| {
        // A sender's newer roster may name an agency or a ledger that this one does not yet.
        let may_be_behind = matches!(kind, FindingKind::UnknownAgency | FindingKind::HeadSignature);
        match may_be_behind && roster_version > roster.version() {
            true => Unread::NotYet(Code::RosterBehind),
            false => Unread::Refused(Code::ProofInvalid),
        }
    })?;
    Ok(opened)
}

/// Opens a carried message.
pub(crate) fn open(one: &Carried) -> Result<Opened, Unread> {
    let header = Header::parse(&one.header).map_err(|_| MALFORMED)?;
    let key = ContentKey::from_bytes(one.content_key);
    let plain = key.open(&header.key_commitment, &one.header, &one.ciphertext);
    let plain = bytes::Bytes::from(plain.map_err(|_| Unread::Refused(Code::DigestMismatch))?);
    let message = Message::parse(plain.clone()).map_err(super::unread)?;
    let envelope = Envelope { header: one.header.clone(), ciphertext: one.ciphertext.clone() };
    Ok(Opened { header, envelope, message, plain })
}
