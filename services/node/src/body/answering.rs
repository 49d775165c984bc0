//! Who answers a case, against what the roster says of their States and names: warnings, since the roster alone says who may answer.
//!
//! Owns these warnings, which are told to whoever submits, or passes a case on, by that roster. It must not refuse anything.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rogatory_domain::calendar::Jurisdiction;
use rogatory_domain::fault::Fault;
use rogatory_domain::id::AgencyId;
use rogatory_domain::instrument::{CapacityDef, Instrument, Side, Symbol};
use rogatory_domain::mark::Mark;
use rogatory_domain::profile::StateProfile;
use rogatory_evidence::Roster;
use rogatory_evidence::roster::Member;
use rogatory_wire::pb::types::v1 as types;

/// What somebody should look at again in who answers.
pub(crate) fn warnings(
    named: &[types::Party],
    parties: &[(AgencyId, Symbol)],
    instrument: &'static Instrument,
    roster: &Roster,
    now: Timestamp,
) -> Vec<Fault> {
    let mut found = of_other_states(named, parties, instrument, roster);
    found.extend(not_named_by_state(named, instrument, roster, now));
    found
}

/// What stands for the State of an agency of the Union.
const UNION: &str = "EU";

/// Warnings of who answers a case beside the authority whose calendar counts, and is of another State than it: such an agency is often a
/// mistake, as another State gets a request of its own. An agency of the Union belongs to none.
fn of_other_states(
    named: &[types::Party],
    parties: &[(AgencyId, Symbol)],
    instrument: &'static Instrument,
    roster: &Roster,
) -> Vec<Fault> {
    let state_of =
        |agency: &AgencyId| roster.member(agency).and_then(Member::jurisdiction).map(Jurisdiction::state);
    let counts = |(_, capacity): &&(AgencyId, Symbol)| {
        let known = instrument.capacity(capacity.as_str());
        instrument.calendar_is_of(*capacity) && known.is_some_and(CapacityDef::answers_alone)
    };
    let Some(state) = parties.iter().find(counts).and_then(|(agency, _)| state_of(agency)) else {
        return Vec::new();
    };
    let of_another = |(i, party): (usize, &types::Party)| {
        let answers = instrument.capacity(&party.capacity).is_some_and(|known| known.side == Side::Answering);
        let own = party.agency.parse().ok().and_then(|agency| state_of(&agency))?;
        (answers && own != state && own.as_str() != UNION).then(|| Fault {
            field: format!("parties[{i}].agency"),
            rule: "another_state",
            article: "",
            text: format!("This agency is of {own}, and {state} answers the case; another State gets a request of its own."),
        })
    };
    named.iter().enumerate().filter_map(of_another).collect()
}

/// A warning of an authority that decides and is called otherwise in the roster than any that its State's profile names, where that was
/// verified. Which agency may
/// answer in which capacity the roster says; a name is compared because that is all that a profile has.
fn not_named_by_state(
    named: &[types::Party],
    instrument: &'static Instrument,
    roster: &Roster,
    now: Timestamp,
) -> Option<Fault> {
    let (family, edition) = instrument.profiles?;
    let decides = |party: &&types::Party| {
        let known = instrument.capacity(&party.capacity);
        known.is_some_and(|known| known.answers_alone() && instrument.calendar_is_of(known.symbol()))
    };
    let (at, party) = named.iter().enumerate().find(|(_, party)| decides(party))?;
    let member = party.agency.parse().ok().and_then(|agency| roster.member(&agency))?;
    let state = member.jurisdiction()?.state();
    let today = now.to_zoned_datetime(TimeZone::UTC).date();
    let known = StateProfile::of(family, edition, state, today)?.executing_authorities.as_ref()?;
    let authorities = &known.value;
    if known.mark != Mark::V {
        return None;
    }
    let (name, plain) = (&member.name, |text: &str| text.to_lowercase());
    let is_called = |authority: &String| {
        plain(name).contains(&plain(authority)) || plain(authority).contains(&plain(name))
    };
    (!authorities.iter().any(is_called)).then(|| Fault {
        field: format!("parties[{at}].agency"),
        rule: "not_named_by_state",
        article: "",
        text: format!(
            "By its profile {state} has as executing judicial authority: {}; the roster calls this agency {name}.",
            authorities.join(", ")
        ),
    })
}
