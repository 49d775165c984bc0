//! Cases that this agency passed on and whose second step never came, since the node was killed in between: somebody has to know.
//!
//! Owns what the log says of them at a start. It must not open anything: who the case was passed on to, only the request said.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::instrument::{INSTRUMENTS, StateDef};
use rogatory_index::{Base as _, ReferralRow, Standing};
use rogatory_tls::Role;
use tracing::warn;

use super::super::survey;
use crate::desk::{Desk, Rejection, internal};
use crate::reads::ReadOnly;

/// Cases that the log names; more of them at one start would hide each other.
const CASES_COUNT_MAX: usize = 64;

/// One of them: where it was passed on from, by which event, and where it was to go on.
type Unfinished = (ReferralId, MessageId, ReferralId);

/// Names them in the log, as the ledger stands at the start.
pub(crate) async fn tell(desk: Arc<Desk>) {
    desk.reads.current().await;
    let found = match find(&desk).await {
        Ok(found) => found,
        Err(rejection) => {
            let code = rejection.code.refusal().id;
            warn!(code, "whether every case that was passed on goes on cannot be told");
            return;
        }
    };
    for (referral, message, next) in found {
        warn!(
            %referral, %message, %next,
            "a case was passed on and does not go on yet: its request has to be repeated under the id of this message"
        );
    }
}

/// Looks through what was passed on, a bounded number of referrals at a time.
async fn find(desk: &Arc<Desk>) -> Result<Vec<Unfinished>, Rejection> {
    let states = INSTRUMENTS.iter().filter_map(|known| known.state_passed_on());
    let states: BTreeSet<_> = states.map(StateDef::symbol).collect();
    let mut found = Vec::new();
    for state in states {
        let mut below = Some(u64::MAX);
        while let Some(from) = below
            && found.len() < CASES_COUNT_MAX
        {
            let own = desk.own().clone();
            let read = move |sources: &ReadOnly| {
                let mut passings = Vec::new();
                let left = survey::step(sources, Some(Standing::In(state)), from, |id, row| {
                    passings.extend(passed_on(row, &own).map(|(event, next)| (id, event, next)));
                    ControlFlow::Continue(())
                })?;
                let mut unfinished = Vec::new();
                for (id, event, next) in passings {
                    let is_opened = sources.store.referral(next).map_err(internal)?.is_some();
                    unfinished.extend((!is_opened).then_some((id, event, next)));
                }
                Ok((unfinished, left))
            };
            let (unfinished, left) = desk.reads.read(Role::Operator, read).await?;
            found.extend(unfinished);
            below = left;
        }
    }
    found.truncate(CASES_COUNT_MAX);
    Ok(found)
}

/// The event by which this agency passed a case on, and where it was to go on.
fn passed_on(row: &ReferralRow, own: &AgencyId) -> Option<(MessageId, ReferralId)> {
    let opening = row.opening.as_ref().filter(|_| !row.is_gone)?;
    let (event, next) = opening.passings(&row.facts).find(|(event, _)| event.sender == *own)?;
    Some((event.id, next))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rogatory_domain::case::{Event, Fact, OpeningFact, Parameter};
    use rogatory_domain::instrument::{GOES_ON_IN_CODE, Instrument, Symbol};

    use super::*;

    const OLD: &str = "0190a0a0-0000-7000-8000-000000000001";
    const NEW: &str = "0190a0a0-0000-7000-8000-000000000002";

    fn row(by: &AgencyId) -> ReferralRow {
        let next: ReferralId = NEW.parse().unwrap();
        let code = Symbol::of(GOES_ON_IN_CODE).unwrap();
        let passed_on = Event::parse("passed_on", vec![Parameter { code, value: next.into() }]).unwrap();
        let instrument = Instrument::of_code(INSTRUMENTS[0].code).unwrap();
        let executing = Symbol::of("executing").unwrap();
        let opening = OpeningFact {
            referral: OLD.parse().unwrap(),
            instrument,
            calendar_edition: 1,
            roster_version: 1,
            issuing: "fr-jirs".parse().unwrap(),
            parties: vec![(by.clone(), executing)],
            jurisdiction: "NL".parse().unwrap(),
            opener_jurisdiction: None,
            traits: Vec::new(),
            items: 0,
            part_of: None,
            passed_on: None,
            declared: Timestamp::UNIX_EPOCH,
            recorded: Timestamp::UNIX_EPOCH,
        };
        let fact = Fact {
            id: "0190a0a0-0000-7000-8000-000000000003".parse().unwrap(),
            sender: by.clone(),
            number: 1,
            seen: Vec::new(),
            event: passed_on,
            declared: Timestamp::UNIX_EPOCH,
            recorded: Timestamp::UNIX_EPOCH,
        };
        ReferralRow { opening: Some(opening), facts: vec![fact], ..ReferralRow::default() }
    }

    #[test]
    fn only_a_case_that_this_agency_passed_on_is_its_own_to_finish() {
        let [own, other]: [AgencyId; 2] = ["nl-om", "nl-court"].map(|name| name.parse().unwrap());
        let event = "0190a0a0-0000-7000-8000-000000000003".parse().unwrap();
        assert_eq!(passed_on(&row(&own), &own), Some((event, NEW.parse().unwrap())));
        assert_eq!(passed_on(&row(&other), &own), None);
        assert_eq!(passed_on(&ReferralRow::default(), &own), None);
    }
}
