//! Who may be party to a referral, by the capacities of its instrument. It must not ask a roster.

use super::{CapacityDef, Instrument, Seats, Symbol};
use crate::id::AgencyId;

/// What is wrong with the parties an opening lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartyFault {
    /// The agency at this place was listed before.
    Twice(usize),
    /// The capacity at this place is none of the instrument's, or that of the agency that opens.
    Capacity(usize),
    /// The capacity at this place is taken by an agency listed before.
    Surplus(usize, &'static str),
    /// Nobody has this capacity, which somebody must have.
    Lacking(&'static str),
}

impl Instrument {
    /// The capacities that an opening may list.
    pub fn listed_capacities(&self) -> impl Iterator<Item = &'static CapacityDef> {
        let opener = self.opener.place();
        self.capacities.iter().enumerate().filter(move |(at, _)| *at != opener).map(|(_, capacity)| capacity)
    }

    /// Whether the calendar of who has this capacity is the one that counts.
    #[must_use]
    pub fn calendar_is_of(&self, capacity: Symbol) -> bool {
        self.capacities.get(self.calendar.place()).is_some_and(|known| capacity == known.code)
    }

    /// Everything that is wrong with listed parties.
    #[must_use]
    pub fn party_faults(&self, parties: &[(AgencyId, Symbol)]) -> Vec<PartyFault> {
        let mut faults = Vec::new();
        for (at, (agency, capacity)) in parties.iter().enumerate() {
            let before = &parties[..at];
            match self.listed_capacities().find(|known| *capacity == known.code) {
                _ if before.iter().any(|(known, _)| known == agency) => faults.push(PartyFault::Twice(at)),
                None => faults.push(PartyFault::Capacity(at)),
                Some(known) if known.seats == Seats::One && before.iter().any(|(_, it)| it == capacity) => {
                    faults.push(PartyFault::Surplus(at, known.code));
                }
                Some(_) => {}
            }
        }
        let needed = self.listed_capacities().filter(|capacity| capacity.seats == Seats::One);
        let lacking = needed.filter(|needed| !parties.iter().any(|(_, capacity)| *capacity == needed.code));
        faults.extend(lacking.map(|capacity| PartyFault::Lacking(capacity.code)));
        faults
    }

    /// Puts parties into the order in which they are kept: those of which there is one first.
    pub fn order_parties(&self, parties: &mut [(AgencyId, Symbol)]) {
        let has_one_seat = |code: &str| self.capacity(code).is_some_and(|known| known.seats == Seats::One);
        parties.sort_by_key(|(_, capacity)| !has_one_seat(capacity.as_str()));
    }
}
