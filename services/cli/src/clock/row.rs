//! Clocks of several referrals as lines of one list: which count, in which order, and how they look.

use jiff::Timestamp;
use rogatory_client::pb::casework::v1::{self as pb, CalendarCoverage, ClockStatus};
use rogatory_client::pb::types::v1::Lane;
use rogatory_domain::Instrument;
use rogatory_domain::instrument::CapacityDef;
use rogatory_wire::instant::told;
use rogatory_wire::word::Worded as _;
use serde_json::{Value, json};

use crate::output::{Output, dash, json_of};
use crate::referral::{due, short};

/// One clock with the referral it runs in.
#[derive(Debug)]
pub(super) struct Row {
    referral: pb::Referral,
    clock: pb::Clock,
    due: Timestamp,
}

/// The clocks of a referral that count: running ones that are due before an instant, or those that were missed.
pub(super) fn of(referral: &pb::Referral, before: Timestamp, missed: bool) -> Vec<Row> {
    let counts = |clock: &&pb::Clock, due: Timestamp| match clock.status() {
        ClockStatus::Running => !missed && due < before,
        ClockStatus::Overdue => missed || due < before,
        ClockStatus::Late => missed,
        _ => false,
    };
    let head = pb::Referral { clocks: Vec::new(), messages: Vec::new(), ..referral.clone() };
    let clocks = referral.clocks.iter().filter_map(|clock| {
        let due = told(clock.due_time)?;
        counts(&clock, due).then(|| Row { referral: head.clone(), clock: clock.clone(), due })
    });
    clocks.collect()
}

impl Row {
    /// Urgent referrals first, then what is due first.
    pub(super) fn order(&self) -> (bool, Timestamp, String) {
        (self.referral.lane() != Lane::Urgent, self.due, self.clock.name.clone())
    }

    /// How far away its end is: in whole hours within two days, in whole days beyond, such as `in 3 days`.
    fn distance(&self, now: Timestamp) -> String {
        let hours = self.due.duration_since(now).as_hours();
        match hours {
            ..=-48 => format!("{} days ago", -hours / 24),
            -47..=-1 => format!("{} hours ago", -hours),
            0..=47 => format!("in {hours} hours"),
            _ => format!("in {} days", hours / 24),
        }
    }

    fn cells(&self, now: Timestamp) -> Vec<String> {
        let covered = if self.is_covered() { "" } else { " NOT COVERED" };
        vec![
            if self.referral.lane() == Lane::Urgent { "urgent" } else { "" }.to_owned(),
            format!("{}{covered}", due(&self.clock)),
            self.distance(now),
            self.clock.status().word(),
            self.clock.name.clone(),
            self.clock.label.clone(),
            dash(&self.by_whom()),
            self.referral.referral_type.clone(),
            self.referral.state.clone(),
            self.referral.issuing.clone(),
            self.referral.parties.first().map(|party| party.agency.clone()).unwrap_or_default(),
            short::of(&self.referral.referral_id).to_owned(),
        ]
    }

    /// The parties that tell of what it waits for; none where it ends by itself, or where this release does not know its law.
    fn by_whom(&self) -> String {
        let referral = &self.referral;
        let edition = u16::try_from(referral.instrument_edition).unwrap_or(0);
        let Some(law) = Instrument::of_edition(&referral.referral_type, edition) else {
            return String::new();
        };
        let tells = |capacity: &CapacityDef| law.may_meet(&self.clock.name, capacity);
        let opener = Some(&referral.issuing).filter(|_| tells(&law.capacities[law.opener.place()]));
        let parties = referral.parties.iter();
        let others = parties.filter(|party| law.capacity(&party.capacity).is_some_and(tells));
        let all: Vec<&str> =
            opener.into_iter().chain(others.map(|party| &party.agency)).map(String::as_str).collect();
        all.join(", ")
    }

    fn is_covered(&self) -> bool {
        !matches!(self.clock.coverage(), CalendarCoverage::StateUnknown | CalendarCoverage::YearOutside)
    }

    fn value(&self) -> anyhow::Result<Value> {
        Ok(json!({
            "referral": json_of("rogatory.casework.v1.Referral", &self.referral)?,
            "clock": json_of("rogatory.casework.v1.Clock", &self.clock)?,
        }))
    }
}

/// Prints the clocks.
pub(super) fn print(rows: &[Row], now: Timestamp, output: Output) -> anyhow::Result<()> {
    let values = rows.iter().map(Row::value).collect::<Result<Vec<_>, _>>()?;
    let heads = [
        "lane",
        "due",
        "that is",
        "status",
        "clock",
        "waits for",
        "told by",
        "type",
        "state",
        "issuing",
        "to",
        "referral",
    ];
    output.table(&heads, rows.iter().map(|row| row.cells(now)), &values)
}

#[cfg(test)]
mod tests {
    use rogatory_client::pb::types::v1::Party;
    use rogatory_domain::instrument::INSTRUMENTS;
    use rogatory_wire::instant::to_pb;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn referral(lane: Lane, clocks: &[(&str, &str, ClockStatus)]) -> pb::Referral {
        let clock = |(name, due, status): &(&str, &str, ClockStatus)| pb::Clock {
            name: (*name).to_owned(),
            due_time: Some(to_pb(at(due))),
            status: (*status).into(),
            ..pb::Clock::default()
        };
        let clocks = clocks.iter().map(clock).collect();
        pb::Referral { lane: lane.into(), clocks, ..pb::Referral::default() }
    }

    #[test]
    fn whoever_tells_of_what_a_clock_waits_for_is_named_and_nobody_where_it_ends_by_itself() {
        let party =
            |agency: &str, capacity: &str| Party { agency: agency.to_owned(), capacity: capacity.to_owned() };
        let law = INSTRUMENTS.iter().find(|law| law.profiles.is_some()).unwrap();
        let of_warrant = |clock: &str| Row {
            referral: pb::Referral {
                referral_type: law.code.to_owned(),
                instrument_edition: law.edition.into(),
                issuing: "fr-court".to_owned(),
                parties: vec![party("nl-court", "executing"), party("nl-police", "police")],
                ..pb::Referral::default()
            },
            clock: pb::Clock { name: clock.to_owned(), ..pb::Clock::default() },
            due: at("2026-03-01T12:00:00Z"),
        };
        let named = ["T1", "T3", "T4", "T7", "T10", "T11", "T12"].map(|clock| of_warrant(clock).by_whom());
        let (holding, both) = ("nl-court, nl-police", "fr-court, nl-court");
        assert_eq!(named, ["nl-court", "fr-court", holding, holding, "", both, "nl-court"]);
    }

    #[test]
    fn what_is_due_comes_with_the_urgent_first_and_what_was_missed_stands_apart() {
        let (now, before) = (at("2026-03-01T12:00:00Z"), at("2026-03-08T12:00:00Z"));
        let routine = referral(
            Lane::Routine,
            &[
                ("T1", "2026-02-20T23:00:00Z", ClockStatus::Overdue),
                ("T4", "2026-03-20T23:00:00Z", ClockStatus::Running),
                ("T2", "2026-02-10T23:00:00Z", ClockStatus::Late),
                ("T3", "2026-02-10T23:00:00Z", ClockStatus::Met),
            ],
        );
        let urgent = referral(Lane::Urgent, &[("Q1", "2026-03-01T20:00:00Z", ClockStatus::Running)]);
        let names = |missed| {
            let mut rows: Vec<_> = [&routine, &urgent].iter().flat_map(|it| of(it, before, missed)).collect();
            rows.sort_by_key(Row::order);
            rows.iter().map(|row| format!("{} {}", row.clock.name, row.distance(now))).collect::<Vec<_>>()
        };
        assert_eq!(names(false), ["Q1 in 8 hours", "T1 8 days ago"]);
        assert_eq!(names(true), ["T2 18 days ago", "T1 8 days ago"]);
    }
}
