//! The opening of a referral: what it fixes for its whole life, and the form as its author wrote it.
//!
//! Owns what an opening must name to be judged alike at every end. It must not check the form or ask a roster.

use bytes::Bytes;
use rogatory_domain::calendar::{Jurisdiction, JurisdictionError};
use rogatory_domain::id::{AgencyId, ReferralId};
use rogatory_domain::instrument::{Instrument, NotKnown, Symbol};
use rogatory_domain::limits;
use rogatory_domain::referral::Lane;
use rogatory_domain::refusal::Code;

use crate::carried::Carried;
use crate::label::{LINKS_COUNT_MAX, Labels, Link, Relation};
use crate::{MessageError, pb};

/// What opens a referral.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The instrument, in the edition by which every end judges the case, whatever its release.
    pub instrument: &'static Instrument,
    /// Edition of the calendars by which every end counts.
    pub calendar_edition: u16,
    /// Whose calendar counts, as the sender's roster had it; every end counts by it.
    pub jurisdiction: Jurisdiction,
    /// That of the agency that opens it, where the instrument counts anything there.
    pub opener_jurisdiction: Option<Jurisdiction>,
    /// Version of the roster the sender's node went by.
    pub roster_version: u64,
    /// How urgent it is.
    pub lane: Lane,
    /// Every party but the one that opens it, with the code of its capacity, as the instrument allows them.
    pub parties: Vec<(AgencyId, Symbol)>,
    /// What the recipients may do with it.
    pub labels: Labels,
    /// What it stands in relation to.
    pub links: Vec<Link>,
    /// The form: an encoded message of the instrument's type, never encoded again.
    pub form: Bytes,
    /// The case as it was told before, where it is passed on.
    pub passed_on: Option<PassedOn>,
}

/// What an opening says of a case that is passed on by the agency that sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOn {
    /// The agency that opened the case.
    pub issuing: AgencyId,
    /// Every message of the referral that it is passed on from, the opening first.
    pub carried: Vec<Carried>,
}

impl Opening {
    /// Who receives it from the agency that sends it: every other party, in order of their ids.
    #[must_use]
    pub fn recipients(&self, sender: &AgencyId) -> Vec<AgencyId> {
        let issuing = self.passed_on.iter().map(|passed_on| &passed_on.issuing);
        let parties = self.parties.iter().map(|(agency, _)| agency);
        let mut all: Vec<AgencyId> = issuing.chain(parties).filter(|one| *one != sender).cloned().collect();
        all.sort_unstable();
        all
    }

    /// The referral that the case goes on from, if it names one; the first one counts.
    #[must_use]
    pub fn follows(&self) -> Option<ReferralId> {
        self.linked(Relation::Follows)
    }

    fn linked(&self, relation: Relation) -> Option<ReferralId> {
        self.links.iter().find(|link| link.relation == relation).map(|link| link.referral)
    }

    /// In which capacity an agency takes part; `None` for the issuing one and for strangers.
    #[must_use]
    pub fn capacity_of(&self, agency: &AgencyId) -> Option<Symbol> {
        self.parties.iter().find(|(party, _)| party == agency).map(|(_, capacity)| *capacity)
    }

    /// The request that it is one of several referrals of, if it names one; the first one counts.
    #[must_use]
    pub fn part_of(&self) -> Option<ReferralId> {
        self.linked(Relation::PartOf)
    }

    pub(crate) fn to_pb(&self) -> pb::Opening {
        let party = |(agency, capacity): &(AgencyId, Symbol)| pb::Party {
            agency: agency.to_string(),
            capacity: capacity.to_string(),
        };
        pb::Opening {
            instrument: self.instrument.code.to_owned(),
            instrument_edition: self.instrument.edition.into(),
            calendar_edition: self.calendar_edition.into(),
            jurisdiction: self.jurisdiction.to_string(),
            roster_version: self.roster_version,
            lane: self.lane.code().to_owned(),
            parties: self.parties.iter().map(party).collect(),
            labels: self.labels.to_pb(),
            links: self.links.iter().map(|link| link.to_pb()).collect(),
            opener_jurisdiction: self.opener_jurisdiction.map(|of| of.to_string()).unwrap_or_default(),
            issuing: self.passed_on.as_ref().map(|it| it.issuing.to_string()).unwrap_or_default(),
            carried: self.passed_on.iter().flat_map(|it| &it.carried).map(Carried::to_pb).collect(),
            form: self.form.clone(),
        }
    }

    pub(crate) fn from_pb(raw: pb::Opening) -> Result<Self, MessageError> {
        let later = |code, what: &str| MessageError::Later(code, what.to_owned());
        let jurisdiction = |text: &str, field: &'static str| {
            text.parse::<Jurisdiction>().map_err(|error| match error {
                JurisdictionError::NoSuchPart(_) => later(Code::LaterEdition, field),
                JurisdictionError::Malformed => MessageError::Malformed(field),
            })
        };
        let (instrument, calendar_edition) = instrument(&raw)?;
        if raw.links.len() > LINKS_COUNT_MAX {
            return Err(MessageError::Malformed("links"));
        }
        Ok(Self {
            instrument,
            calendar_edition,
            jurisdiction: jurisdiction(&raw.jurisdiction, "jurisdiction")?,
            opener_jurisdiction: (!raw.opener_jurisdiction.is_empty())
                .then(|| jurisdiction(&raw.opener_jurisdiction, "opener_jurisdiction"))
                .transpose()?,
            roster_version: raw.roster_version,
            lane: Lane::from_code(&raw.lane).ok_or_else(|| later(Code::LaterEvent, "lane"))?,
            parties: parties(instrument, &raw.parties)?,
            labels: raw.labels.map(Labels::from_pb).transpose()?.unwrap_or_default(),
            links: raw.links.iter().map(Link::from_pb).collect::<Result<_, _>>()?,
            form: raw.form,
            passed_on: passed_on(&raw.issuing, raw.carried)?,
        })
    }
}

/// The instrument that an opening names and the calendars, in the editions that it names.
fn instrument(raw: &pb::Opening) -> Result<(&'static Instrument, u16), MessageError> {
    let number = |edition: u32| u16::try_from(edition).ok().filter(|edition| *edition > 0);
    let (Some(edition), Some(calendar)) = (number(raw.instrument_edition), number(raw.calendar_edition))
    else {
        return Err(MessageError::Malformed("edition"));
    };
    let known = Instrument::known(&raw.instrument, edition, calendar).map_err(|missing| match missing {
        NotKnown::Instrument => MessageError::Later(Code::LaterInstrument, "instrument".to_owned()),
        NotKnown::Edition => {
            let what = format!("edition {edition} with calendars {calendar}");
            MessageError::Later(Code::LaterEdition, what)
        }
    })?;
    Ok((known, calendar))
}

fn passed_on(issuing: &str, carried: Vec<pb::CarriedMessage>) -> Result<Option<PassedOn>, MessageError> {
    match (issuing.is_empty(), carried.is_empty()) {
        (true, true) => Ok(None),
        (false, false) => {
            let issuing = issuing.parse().map_err(|_| MessageError::Malformed("issuing"))?;
            Ok(Some(PassedOn { issuing, carried: Carried::all_from_pb(carried)? }))
        }
        _ => Err(MessageError::Malformed("carried")),
    }
}

/// The parties, as the instrument allows them.
fn parties(instrument: &Instrument, raw: &[pb::Party]) -> Result<Vec<(AgencyId, Symbol)>, MessageError> {
    let malformed = MessageError::Malformed("parties");
    if raw.len() > limits::RECIPIENTS {
        return Err(malformed);
    }
    let later = || MessageError::Later(Code::LaterEvent, "capacity".to_owned());
    let party = |party: &pb::Party| {
        let agency = party.agency.parse().map_err(|_| malformed.clone())?;
        let capacity = instrument.capacity(&party.capacity);
        Ok((agency, capacity.ok_or_else(later)?.symbol()))
    };
    let mut parties = raw.iter().map(party).collect::<Result<Vec<_>, MessageError>>()?;
    if !instrument.party_faults(&parties).is_empty() {
        return Err(malformed);
    }
    instrument.order_parties(&mut parties);
    Ok(parties)
}
