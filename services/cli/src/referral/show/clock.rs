//! Clocks as a person reads them: the last day and its last hour where the calendar is that counts, the rule that gave it, and
//! whether that calendar is known. It must not compute a date; the node does.

use std::collections::BTreeSet;

use rogatory_client::pb::casework::v1::{self as pb, CalendarCoverage, ClockStatus};
use rogatory_wire::due;
use rogatory_wire::word::Worded as _;

use super::heading;
use crate::output::{Output, dash, instant_there};

/// Prints every clock, and under them how they were counted.
pub(super) fn print(referral: &pb::Referral, output: Output) -> anyhow::Result<()> {
    if referral.clocks.is_empty() {
        return Ok(());
    }
    heading("Clocks", output)?;
    let rows = referral.clocks.iter().map(|clock| {
        vec![
            clock.name.clone(),
            clock.status().word(),
            due(clock),
            instant_there(clock.started_time, referral),
            clock.article.clone(),
            clock.label.clone(),
        ]
    });
    output.table(&["clock", "status", "due", "started", "article", "about"], rows, &())?;
    // Two clocks that are counted alike need it said once.
    let notes: BTreeSet<String> = referral.clocks.iter().flat_map(counted).collect();
    Ok(notes.into_iter().try_for_each(|note| output.line(format!("  {note}")))?)
}

/// The last day of a clock, and its last hour by the clocks of the State that counts.
pub(crate) fn due(clock: &pb::Clock) -> String {
    dash(&due::shown(&clock.last_day, &clock.due_local, &clock.jurisdiction))
}

/// How a due date came about, and what to make of it.
fn counted(clock: &pb::Clock) -> Vec<String> {
    let name = &clock.name;
    let mut notes = vec![format!("{name}: {}", clock.rule)];
    if !clock.last_day_unmoved.is_empty() {
        notes.push(format!("{name}: moved from {}, which is a free day", clock.last_day_unmoved));
    }
    for earlier in &clock.earlier {
        notes.push(format!("{name}: was {} ({})", earlier.last_day, earlier.why.replace('_', " ")));
    }
    if !clock.on_expiry.is_empty() && [ClockStatus::Running, ClockStatus::Overdue].contains(&clock.status()) {
        notes.push(format!("{name}: at its end: {}", clock.on_expiry));
    }
    let (of, edition) = (&clock.jurisdiction, clock.calendar_edition);
    match clock.coverage() {
        CalendarCoverage::StateUnknown => notes.push(format!(
            "{name}: NOT COVERED: calendars edition {edition} know no holidays of {of}; only weekends were counted"
        )),
        CalendarCoverage::YearOutside => notes.push(format!(
            "{name}: NOT COVERED: calendars edition {edition} do not know what {of} orders for that year; only yearly rules were counted"
        )),
        CalendarCoverage::Covered => {}
        CalendarCoverage::Unspecified => notes.clear(),
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock() -> pb::Clock {
        pb::Clock {
            name: "T4".to_owned(),
            last_day: "2026-12-23".to_owned(),
            due_local: "2026-12-24T00:00:00+00:00".to_owned(),
            jurisdiction: "PT".to_owned(),
            rule: "10 days".to_owned(),
            calendar_edition: 2,
            coverage: CalendarCoverage::Covered.into(),
            ..pb::Clock::default()
        }
    }

    #[test]
    fn a_clock_is_shown_with_its_last_hour_and_without_a_day_as_a_dash() {
        assert_eq!(due(&clock()), "Wed 2026-12-23 24:00 PT");
        assert_eq!(due(&pb::Clock::default()), "-");
    }

    #[test]
    fn a_date_that_moved_or_is_not_covered_says_so() {
        assert_eq!(counted(&clock()), ["T4: 10 days"]);
        let moved = pb::Clock { last_day_unmoved: "2026-12-20".to_owned(), ..clock() };
        assert!(counted(&moved)[1].contains("moved from 2026-12-20"));
        for coverage in [CalendarCoverage::StateUnknown, CalendarCoverage::YearOutside] {
            let uncovered = pb::Clock { coverage: coverage.into(), ..clock() };
            assert!(counted(&uncovered)[1].contains("NOT COVERED"), "{uncovered:?}");
        }
        assert!(counted(&pb::Clock::default()).is_empty());
    }
}
