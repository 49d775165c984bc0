//! Counting the cases of an instrument over a period, on the threads of readers.
//!
//! Owns the call: what is wrong with it, its turn, and as of which record it counts. What counts is the instrument's table's to
//! say, and the counting the domain's. It must not touch the engine beyond the record that somebody counted.

use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use rogatory_domain::Instrument;
use rogatory_domain::id::ReferralId;
use rogatory_domain::instrument::INSTRUMENTS;
use rogatory_domain::statistics::{
    Count, Figure, PERIOD_DAYS_MAX, PERIOD_FUTURE_DAYS_MAX, Period, PeriodFault, Report, Row, Tally,
};
use rogatory_index::ReferralRow;
use rogatory_tls::PeerIdentity;
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1 as pb;

use super::{access, survey};
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;
use crate::holder::Holder;

/// What is counted, once nothing is wrong with the request.
struct Asked {
    instrument: &'static Instrument,
    period: Period,
}

/// Counts.
pub(super) async fn statistics(
    desk: Arc<Desk>,
    identity: &PeerIdentity,
    request: pb::StatisticsRequest,
) -> Result<pb::StatisticsResponse, Rejection> {
    let now = desk.now();
    let mut fields = Fields::default();
    let private = fields.asserted(identity, request.assertion.as_ref());
    let asked = read(&mut fields, &request, now.to_zoned_datetime(TimeZone::UTC).date());
    let (private, Asked { instrument, period }) = fields.finish(private.zip(asked))?;
    desk.record(access(&desk, private)).await?;
    desk.reads.current().await;
    let role = identity.role;
    let as_of = desk.reads.read(role, |sources| sources.as_of().map_err(internal)).await?;
    let mut tally = Tally::new(instrument, desk.own().clone(), period, now);
    let mut below = Some(as_of);
    while let Some(next) = below {
        let _turn = desk.surveys.turn(Holder::of(identity, desk.own())).await;
        let step = desk.reads.read(role, move |sources| {
            let below = survey::step(sources, None, next, |id, row| {
                count(&mut tally, id, row, as_of);
                ControlFlow::Continue(())
            })?;
            Ok((tally, below))
        });
        (tally, below) = step.await?;
    }
    let answer = pb::StatisticsResponse {
        agency: desk.own().to_string(),
        instrument: instrument.code.to_owned(),
        title: instrument.title.to_owned(),
        first_day: period.first().to_string(),
        last_day: period.last().to_string(),
        as_of,
        node_time: Some(instant::to_pb(now)),
        ..told(&tally.report())
    };
    Ok(answer)
}

/// Reads what is asked, and notes everything that is wrong with it.
fn read(fields: &mut Fields, request: &pb::StatisticsRequest, today: Date) -> Option<Asked> {
    let instrument = Instrument::of_code(&request.instrument).or_else(|| {
        let mut codes: Vec<_> = INSTRUMENTS.iter().map(|known| known.code).collect();
        codes.dedup();
        fields.wrong("instrument", "value", &format!("one of {}", codes.join(", ")))
    });
    let mut day = |field: &str, text: &str| {
        let read = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
        read.or_else(|| fields.wrong(field, "form", "a day such as 2026-01-31"))
    };
    let (first, last) = (day("first_day", &request.first_day), day("last_day", &request.last_day));
    let period = match Period::new(first?, last?, today) {
        Ok(period) => Some(period),
        Err(faults) => {
            faults.into_iter().for_each(|fault| tell(fields, fault));
            None
        }
    };
    instrument.zip(period).map(|(instrument, period)| Asked { instrument, period })
}

fn tell(fields: &mut Fields, fault: PeriodFault) {
    match fault {
        PeriodFault::TooEarly => fields.wrong::<()>("first_day", "range", "not before the year 2000"),
        PeriodFault::TooLate => {
            let text = format!("at most {PERIOD_FUTURE_DAYS_MAX} days after node time");
            fields.wrong("last_day", "range", &text)
        }
        PeriodFault::Backwards => fields.wrong("last_day", "order", "not before the first day"),
        PeriodFault::TooLong => {
            let text = format!("a period of at most {PERIOD_DAYS_MAX} days, which are ten years");
            fields.wrong("last_day", "limit", &text)
        }
    };
}

/// Counts a referral as it stood at a size of the ledger.
fn count(tally: &mut Tally, id: ReferralId, row: &ReferralRow, as_of: u64) {
    // A case that goes on without this agency counts where it goes on.
    if row.is_gone {
        return;
    }
    if row.erased {
        return tally.add_unreadable();
    }
    let is_old = |position: u64| position < as_of;
    let before;
    let row = if row.messages.iter().all(|line| is_old(line.position)) {
        row
    } else {
        before = as_it_stood(id, row, as_of);
        &before
    };
    match row.opening.as_ref().zip(row.case()) {
        Some((opening, case)) => tally.add(opening, &row.facts, &case),
        None if row.opening.is_some() => tally.add_unreadable(),
        None => tally.add_awaiting_opening(),
    }
}

/// A referral without what was recorded from a position on.
fn as_it_stood(id: ReferralId, row: &ReferralRow, as_of: u64) -> ReferralRow {
    let mut row = row.clone();
    row.messages.retain(|line| line.position < as_of);
    let lines = &row.messages;
    row.facts.retain(|fact| lines.iter().any(|line| line.message == fact.id && line.sender == fact.sender));
    if !lines.iter().any(|line| line.message.as_bytes() == id.as_bytes()) {
        row.opening = None;
    }
    row
}

fn told(report: &Report) -> pb::StatisticsResponse {
    let not_counted = report.not_counted.iter().map(|it| pb::NotCounted {
        code: it.figure.code.to_owned(),
        meaning: it.figure.meaning.to_owned(),
        article: it.figure.article.to_owned(),
        why: it.why.to_owned(),
    });
    pb::StatisticsResponse {
        referrals: report.cases,
        unreadable: report.unreadable,
        awaiting_opening: report.awaiting_opening,
        figures: report.figures.iter().map(figure).collect(),
        not_counted: not_counted.collect(),
        ..pb::StatisticsResponse::default()
    }
}

fn figure(it: &Figure) -> pb::Figure {
    pb::Figure {
        code: it.figure.code.to_owned(),
        meaning: it.figure.meaning.to_owned(),
        article: it.figure.article.to_owned(),
        dated_by: it.figure.what.dated_by().to_owned(),
        by: it.figure.by.code().to_owned(),
        days: it.figure.what.is_days(),
        rows: it.rows.iter().map(row).collect(),
        without: it.without,
    }
}

fn row(it: &Row) -> pb::FigureRow {
    let count = |count: Count| {
        let days =
            count.days.map(|days| pb::DayCount { mean: days.mean, median: days.median, max: days.max });
        Some(pb::CaseCount { cases: count.cases, days })
    };
    pb::FigureRow {
        key: it.key.clone(),
        label: it.label.clone(),
        asking: count(it.asking),
        answering: count(it.answering),
        told: count(it.told),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rogatory_domain::case::{Event, Fact, OpeningFact};
    use rogatory_domain::id::AgencyId;
    use rogatory_domain::instrument::Seats;
    use rogatory_evidence::Digest;
    use rogatory_index::MessageLine;

    use super::*;

    fn faults(instrument: &str, first_day: &str, last_day: &str) -> Vec<(String, &'static str)> {
        let request = pb::StatisticsRequest {
            instrument: instrument.to_owned(),
            first_day: first_day.to_owned(),
            last_day: last_day.to_owned(),
            ..pb::StatisticsRequest::default()
        };
        let mut fields = Fields::default();
        let asked = read(&mut fields, &request, jiff::civil::date(2026, 11, 29));
        let Err(rejection) = fields.finish(asked) else { return Vec::new() };
        rejection.faults.0.into_iter().map(|fault| (fault.field, fault.rule)).collect()
    }

    #[test]
    fn everything_that_is_wrong_with_a_request_is_told_at_once() {
        let of = |field: &str, rule| (field.to_owned(), rule);
        let known = INSTRUMENTS[0].code;
        assert_eq!(faults(known, "2026-01-01", "2026-12-31"), []);
        for (instrument, first, last, expected) in [
            ("extradition", "2026-01-01", "2026-12-31", vec![of("instrument", "value")]),
            ("", "", "", vec![of("instrument", "value"), of("first_day", "form"), of("last_day", "form")]),
            (known, "2026-13-01", "20261231", vec![of("first_day", "form"), of("last_day", "form")]),
            (known, "2026-12-31", "2026-01-01", vec![of("last_day", "order")]),
            (known, "2062-01-01", "2062-12-31", vec![of("last_day", "range")]),
            (
                "extradition",
                "1999-01-01",
                "2062-12-31",
                vec![
                    of("instrument", "value"),
                    of("first_day", "range"),
                    of("last_day", "range"),
                    of("last_day", "limit"),
                ],
            ),
        ] {
            assert_eq!(faults(instrument, first, last), expected, "{instrument} {first} {last}");
        }
    }

    /// A referral that was opened at position 3 and moved at position 9.
    fn moved() -> (ReferralId, ReferralRow) {
        let instrument = INSTRUMENTS[0];
        let ids = ["0190a0a0-0000-7000-8000-000000000001", "0190a0a0-0000-7000-8000-000000000002"];
        let at: Timestamp = "2026-02-26T12:00:00Z".parse().unwrap();
        let [issuing, answering]: [AgencyId; 2] = ["fr-jirs", "nl-om"].map(|agency| agency.parse().unwrap());
        let seat = instrument.listed_capacities().find(|capacity| capacity.seats == Seats::One);
        let opening = OpeningFact {
            referral: ids[0].parse().unwrap(),
            instrument,
            calendar_edition: 1,
            roster_version: 1,
            issuing: issuing.clone(),
            parties: vec![(answering.clone(), seat.unwrap().symbol())],
            jurisdiction: "NL".parse().unwrap(),
            opener_jurisdiction: None,
            traits: Vec::new(),
            items: 0,
            part_of: None,
            passed_on: None,
            declared: at,
            recorded: at,
        };
        let fact = Fact {
            id: ids[1].parse().unwrap(),
            sender: answering.clone(),
            number: 1,
            seen: vec![(issuing.clone(), 1)],
            event: Event::parse("arrested", Vec::new()).unwrap(),
            declared: at,
            recorded: at,
        };
        let line = |id: &str, sender: AgencyId, position| MessageLine {
            message: id.parse().unwrap(),
            sender,
            number: 1,
            digest: Digest([0; 32]),
            position,
            submitted: None,
            node_time: at,
            deliveries: Vec::new(),
        };
        let messages = vec![line(ids[0], issuing, 3), line(ids[1], answering, 9)];
        let row =
            ReferralRow { opening: Some(opening), facts: vec![fact], messages, ..ReferralRow::default() };
        (ids[0].parse().unwrap(), row)
    }

    #[test]
    fn what_was_recorded_after_the_beginning_of_the_count_does_not_count() {
        let (id, row) = moved();
        let day = jiff::civil::date;
        let period = Period::new(day(2026, 1, 1), day(2026, 12, 31), day(2026, 11, 29)).unwrap();
        let counted = |row: &ReferralRow, as_of| {
            let own = "nl-om".parse().unwrap();
            let mut tally = Tally::new(INSTRUMENTS[0], own, period, "2026-11-29T12:00:00Z".parse().unwrap());
            count(&mut tally, id, row, as_of);
            let report = tally.report();
            let arrested = report.figures.iter().find(|it| it.figure.code == "arrested").unwrap();
            (report.cases, report.awaiting_opening, report.unreadable, arrested.rows[0].answering.cases)
        };
        assert_eq!(counted(&row, 10), (1, 0, 0, 1));
        assert_eq!(counted(&row, 9), (1, 0, 0, 0));
        assert_eq!(counted(&row, 3), (0, 1, 0, 0));
        assert_eq!(counted(&ReferralRow { erased: true, ..row }, 10), (0, 0, 1, 0));
    }
}
