//! The opening of a referral: what it fixes for its whole life, and the form as its author wrote it.
//!
//! Owns what an opening must name to be judged alike at every end. It must not check the form or ask a roster.

use bytes::Bytes;
use rogatory_domain::case::Capacity;
use rogatory_domain::id::{AgencyId, Country};
use rogatory_domain::limits;
use rogatory_domain::referral::{Edition, Lane, ReferralType};
use rogatory_domain::refusal::Code;

use crate::label::{LINKS_COUNT_MAX, Labels, Link};
use crate::{MessageError, pb};

/// What opens a referral.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Under which instrument.
    pub instrument: ReferralType,
    /// Editions by which every end judges the case, whatever its release.
    pub edition: Edition,
    /// Whose calendar counts, as the sender's roster had it; every end counts by it.
    pub jurisdiction: Country,
    /// Version of the roster the sender's node went by.
    pub roster_version: u64,
    /// How urgent it is.
    pub lane: Lane,
    /// The executing agency.
    pub executing: AgencyId,
    /// Every further party and its capacity; never executing, each agency once.
    pub parties: Vec<(AgencyId, Capacity)>,
    /// What the recipients may do with it.
    pub labels: Labels,
    /// What it stands in relation to.
    pub links: Vec<Link>,
    /// The form: an encoded message of the instrument's type, never encoded again.
    pub form: Bytes,
}

impl Opening {
    /// Who receives it: every party but the issuing one, in order of their ids.
    #[must_use]
    pub fn recipients(&self) -> Vec<AgencyId> {
        let others = self.parties.iter().map(|(agency, _)| agency.clone());
        let mut all: Vec<AgencyId> = std::iter::once(self.executing.clone()).chain(others).collect();
        all.sort_unstable();
        all
    }

    /// In which capacity an agency takes part; `None` for the issuing one and for strangers.
    #[must_use]
    pub fn capacity_of(&self, agency: &AgencyId) -> Option<Capacity> {
        let executing = (*agency == self.executing).then_some(Capacity::Executing);
        let party = || self.parties.iter().find(|(party, _)| party == agency).map(|(_, capacity)| *capacity);
        executing.or_else(party)
    }

    pub(crate) fn to_pb(&self) -> pb::Opening {
        let party = |agency: &AgencyId, capacity: Capacity| pb::Party {
            agency: agency.to_string(),
            capacity: capacity.code().to_owned(),
        };
        let executing = party(&self.executing, Capacity::Executing);
        let others = self.parties.iter().map(|(agency, capacity)| party(agency, *capacity));
        pb::Opening {
            instrument: self.instrument.code().to_owned(),
            instrument_edition: self.edition.instrument.into(),
            calendar_edition: self.edition.calendar.into(),
            jurisdiction: self.jurisdiction.to_string(),
            roster_version: self.roster_version,
            lane: self.lane.code().to_owned(),
            parties: std::iter::once(executing).chain(others).collect(),
            labels: self.labels.to_pb(),
            links: self.links.iter().map(|link| link.to_pb()).collect(),
            form: self.form.clone(),
        }
    }

    pub(crate) fn from_pb(raw: pb::Opening) -> Result<Self, MessageError> {
        let later = |code, what: &str| MessageError::Later(code, what.to_owned());
        let instrument = ReferralType::from_code(&raw.instrument)
            .ok_or_else(|| later(Code::LaterInstrument, "instrument"))?;
        let edition = edition(raw.instrument_edition, raw.calendar_edition)?;
        if raw.links.len() > LINKS_COUNT_MAX {
            return Err(MessageError::Malformed("links"));
        }
        let (executing, parties) = parties(&raw.parties)?;
        Ok(Self {
            instrument,
            edition,
            jurisdiction: raw.jurisdiction.parse().map_err(|_| MessageError::Malformed("jurisdiction"))?,
            roster_version: raw.roster_version,
            lane: Lane::from_code(&raw.lane).ok_or_else(|| later(Code::LaterEvent, "lane"))?,
            executing,
            parties,
            labels: raw.labels.map(Labels::from_pb).transpose()?.unwrap_or_default(),
            links: raw.links.iter().map(Link::from_pb).collect::<Result<_, _>>()?,
            form: raw.form,
        })
    }
}

fn edition(instrument: u32, calendar: u32) -> Result<Edition, MessageError> {
    let number = |edition: u32| u16::try_from(edition).ok().filter(|edition| *edition > 0);
    let (Some(instrument), Some(calendar)) = (number(instrument), number(calendar)) else {
        return Err(MessageError::Malformed("edition"));
    };
    let edition = Edition { instrument, calendar };
    if edition.is_known() {
        return Ok(edition);
    }
    Err(MessageError::Later(Code::LaterEdition, format!("edition {instrument} with calendars {calendar}")))
}

type Parties = Vec<(AgencyId, Capacity)>;

/// The executing agency, and the others: each agency once, one of them executing, none of them issuing.
fn parties(raw: &[pb::Party]) -> Result<(AgencyId, Parties), MessageError> {
    let malformed = MessageError::Malformed("parties");
    if raw.len() > limits::RECIPIENTS {
        return Err(malformed);
    }
    let mut executing = None;
    let mut others = Parties::with_capacity(raw.len());
    for party in raw {
        let agency: AgencyId = party.agency.parse().map_err(|_| malformed.clone())?;
        let capacity = Capacity::from_code(&party.capacity);
        let capacity =
            capacity.ok_or_else(|| MessageError::Later(Code::LaterEvent, "capacity".to_owned()))?;
        let is_twice =
            executing.as_ref() == Some(&agency) || others.iter().any(|(known, _)| *known == agency);
        match capacity {
            _ if is_twice => return Err(malformed),
            Capacity::Issuing => return Err(malformed),
            Capacity::Executing if executing.is_none() => executing = Some(agency),
            Capacity::Executing => return Err(malformed),
            Capacity::Police | Capacity::Copy => others.push((agency, capacity)),
        }
    }
    Ok((executing.ok_or(malformed)?, others))
}
