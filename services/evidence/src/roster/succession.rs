//! Which roster may follow the one in force, and what changes with it.
//!
//! Owns the rule and the difference. It must not carry anything out.

use rogatory_domain::id::{AgencyId, FederationId};

use super::member::Member;
use super::{Roster, RosterError};
use crate::record::RosterInForce;

/// Why a roster does not come into force.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterRefused {
    /// It cannot be read, or nobody who may has signed it.
    #[error(transparent)]
    Unusable(#[from] RosterError),
    /// It is older than one that was in force.
    #[error("the roster of version {given} is older than version {known}, which was in force before")]
    Older {
        /// Its version.
        given: u64,
        /// The newest version that was in force.
        known: u64,
    },
    /// Another roster of this version was in force.
    #[error("this roster of version {0} is not the one of the same version that was in force before")]
    Changed(u64),
    /// It is of another federation.
    #[error("the roster is of another federation: {0}")]
    OtherFederation(FederationId),
    /// It does not name the agency that is to use it. A node whose agency leaves is stopped, not told by a roster.
    #[error("the roster does not name {0}, whose node this is")]
    NotAMember(AgencyId),
    /// Cases are opened under an edition of the calendars that a decree file makes, and this node has read no such file.
    #[error(
        "the roster opens cases under edition {0} of the calendars, and no decree file that was read here makes it"
    )]
    NoDecree(u16),
    /// It names another ledger key for the agency than its node signs with.
    #[error("the roster names another ledger key than this node signs with")]
    OtherLedgerKey,
    /// It names another sealing key for the agency than its node opens with.
    #[error("the roster names another sealing key than this node opens with")]
    OtherSealingKey,
}

impl RosterInForce {
    /// Refuses a roster that is older than this one, or another one of the same version.
    ///
    /// # Errors
    /// [`RosterRefused::Older`], [`RosterRefused::Changed`].
    pub fn may_be_followed_by(self, given: Self) -> Result<(), RosterRefused> {
        if given.version < self.version {
            Err(RosterRefused::Older { given: given.version, known: self.version })
        } else if given.version == self.version && given.digest != self.digest {
            Err(RosterRefused::Changed(given.version))
        } else {
            Ok(())
        }
    }
}

impl Roster {
    /// The agency's own part, if this is a roster of its federation that names it.
    ///
    /// # Errors
    /// [`RosterRefused::OtherFederation`], [`RosterRefused::NotAMember`].
    pub fn own<'a>(&'a self, federation: &FederationId, own: &AgencyId) -> Result<&'a Member, RosterRefused> {
        if self.federation() != federation {
            return Err(RosterRefused::OtherFederation(self.federation().clone()));
        }
        self.member(own).ok_or_else(|| RosterRefused::NotAMember(own.clone()))
    }
}

/// What a roster changes for those who exchange under it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterChange {
    /// Version of the new one.
    pub version: u64,
    /// Agencies that it names for the first time.
    pub came: Vec<AgencyId>,
    /// Agencies that it names no more.
    pub left: Vec<AgencyId>,
    /// Agencies that are reached, believed or sealed to in another way, so that a link to them has to be made anew.
    pub changed: Vec<AgencyId>,
}

impl RosterChange {
    /// From one roster to the next, each list in the order of the roster that names the agencies.
    #[must_use]
    pub fn between(before: &Roster, after: &Roster) -> Self {
        let names = |roster: &Roster, keep: &dyn Fn(&Member) -> bool| {
            roster.members().iter().filter(|member| keep(member)).map(|member| member.id.clone()).collect()
        };
        let changed = |member: &Member| {
            before.member(&member.id).is_some_and(|earlier| {
                earlier.endpoint != member.endpoint
                    || earlier.roots != member.roots
                    || earlier.ledger_key() != member.ledger_key()
                    || earlier.sealing_key() != member.sealing_key()
            })
        };
        Self {
            version: after.version(),
            came: names(after, &|member| before.member(&member.id).is_none()),
            left: names(before, &|member| after.member(&member.id).is_none()),
            changed: names(after, &changed),
        }
    }
}
