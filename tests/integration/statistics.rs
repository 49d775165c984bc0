//! What two nodes count of their cases, and which ends of clocks they tell as a calendar.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::path::Path;
use std::process::Command;

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::{Casework, Problem};
use rogatory_support::sample::{act, assertion, submission};
use rogatory_support::{Federation, eventually};
use rogatory_wire::instant::to_pb;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";

async fn casework(federation: &Federation, agency: &str, client: &str) -> Casework {
    federation.connect(agency, client).await.unwrap().casework()
}

/// The year around today.
fn asked(instrument: &str) -> pb::StatisticsRequest {
    let day =
        |days: i64| (Timestamp::now() + SignedDuration::from_hours(24 * days)).to_string()[..10].to_owned();
    pb::StatisticsRequest {
        assertion: Some(assertion()),
        instrument: instrument.to_owned(),
        first_day: day(-180),
        last_day: day(180),
    }
}

fn of<'a>(counted: &'a pb::StatisticsResponse, figure: &str, key: &str) -> &'a pb::FigureRow {
    let figure = counted.figures.iter().find(|it| it.code == figure).unwrap();
    figure.rows.iter().find(|row| row.key == key).unwrap()
}

fn faults(problem: &Problem) -> Vec<&str> {
    problem.faults.iter().map(|fault| fault.field.as_str()).collect()
}

/// The instrument of the samples, by its own word.
async fn instrument(own: &Casework, referral: &str) -> String {
    own.get(referral, assertion()).await.unwrap().referral_type
}

fn ends() -> pb::CalendarRequest {
    pb::CalendarRequest { assertion: Some(assertion()), days_back: 30, ..Default::default() }
}

async fn calendar(own: &Casework) -> String {
    own.calendar(ends()).await.unwrap()
}

/// The events of an unfolded calendar, read as RFC 5545 has it: components nest, every line is a property, and an event has what it
/// must have.
fn events(unfolded: &str) -> Vec<String> {
    let (mut open, mut events, mut event) = (Vec::new(), Vec::new(), String::new());
    for line in unfolded.strip_suffix("\r\n").unwrap().split("\r\n") {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no property: {line}"));
        let name = name.split(';').next().unwrap();
        assert!(name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-'), "{line}");
        match name {
            "BEGIN" => open.push(value.to_owned()),
            "END" => assert_eq!(open.pop().as_deref(), Some(value)),
            _ => {}
        }
        if open.iter().any(|component| component == "VEVENT") {
            event.push_str(&format!("{line}\r\n"));
        } else if value == "VEVENT" {
            for needed in ["UID", "DTSTAMP", "DTSTART", "STATUS", "SUMMARY"] {
                assert!(event.contains(&format!("\r\n{needed}")), "{needed} in {event}");
            }
            events.push(std::mem::take(&mut event));
        }
    }
    assert!(open.is_empty(), "{open:?}");
    events
}

fn value<'a>(event: &'a str, name: &str) -> &'a str {
    event.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}:"))).unwrap()
}

#[tokio::test]
async fn both_ends_count_their_cases_and_tell_what_is_due_without_a_word_of_content() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 2).await.unwrap();
    let [issuing, executing] =
        [casework(&federation, FR, "cases").await, casework(&federation, NL, "cases").await];
    let quiet = issuing.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    let decided = issuing.submit(submission(2, NL, &[])).await.unwrap().referral_id;
    let code = instrument(&issuing, &quiet).await;
    eventually("both warrants", async || {
        let counted = executing.statistics(asked(&code)).await?;
        ensure!(counted.referrals == 2, "{} referrals", counted.referrals);
        Ok(())
    })
    .await
    .unwrap();
    let arrest = Timestamp::now() - SignedDuration::from_hours(20 * 24);
    let declared = |at: Timestamp, request| pb::ActRequest { declared_time: Some(to_pb(at)), ..request };
    executing.act(declared(arrest, act(&decided, "arrested"))).await.unwrap();
    executing.act(declared(arrest, act(&decided, "no_consent"))).await.unwrap();
    let order = arrest + SignedDuration::from_hours(12 * 24);
    executing.act(declared(order, act(&decided, "execution_ordered"))).await.unwrap();
    executing.act(declared(order, act(&decided, "decision_final"))).await.unwrap();

    for (own, counts) in [(&executing, [0, 1]), (&issuing, [1, 0])] {
        let counted = eventually("the decision", async || {
            let counted = own.statistics(asked(&code)).await?;
            let row = of(&counted, "days_to_decision_without_consent", "");
            ensure!(row.asking.unwrap().cases + row.answering.unwrap().cases == 1, "{row:?}");
            Ok(counted)
        })
        .await
        .unwrap();
        let sides = |figure: &str, key: &str| {
            let row = of(&counted, figure, key);
            [row.asking.unwrap().cases, row.answering.unwrap().cases]
        };
        assert_eq!(sides("opened", ""), counts.map(|one| 2 * one));
        assert_eq!(sides("arrested", ""), counts);
        assert_eq!(sides("surrendered", ""), [0, 0]);
        let days = of(&counted, "days_to_decision_without_consent", "");
        let days = [days.asking, days.answering].into_iter().find_map(|count| count.unwrap().days).unwrap();
        assert_eq!((days.mean, days.median, days.max), (12.0, 12.0, 12));
        assert!(counted.as_of > 0 && counted.unreadable == 0 && counted.awaiting_opening == 0);
        assert!(counted.not_counted.iter().all(|it| !it.why.is_empty()) && !counted.not_counted.is_empty());
    }
    let others =
        of(&executing.statistics(asked(&code)).await.unwrap(), "opened_by_counterpart", "FR").answering;
    assert_eq!(others.unwrap().cases, 2);

    // An auditor reads numbers, too; nobody reads a calendar of another agency's.
    let auditor = casework(&federation, NL, "audit").await;
    assert_eq!(auditor.statistics(asked(&code)).await.unwrap().referrals, 2);
    assert_eq!(auditor.calendar(ends()).await.unwrap_err().code, "RG0305");

    let text = calendar(&executing).await;
    let unfolded = text.replace("\r\n ", "");
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"), "{text}");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let events = events(&unfolded);
    let uids: std::collections::BTreeSet<_> = events.iter().map(|event| value(event, "UID")).collect();
    assert_eq!(uids.len(), events.len(), "each event has a UID of its own");
    let again = calendar(&executing).await.replace("\r\n ", "");
    assert!(uids.iter().all(|uid| again.contains(&format!("UID:{uid}\r\n"))), "and keeps it");
    let short = &decided[decided.len() - 8..];
    let event = |clock: &str| {
        let of_clock =
            |event: &&String| event.contains(&format!("{code} {clock}: ")) && event.contains(short);
        events.iter().find(of_clock).unwrap_or_else(|| panic!("{clock} in {unfolded}"))
    };
    assert!(event("T1").contains("STATUS:CANCELLED") && !event("T1").contains("VALARM"));
    assert!(event("T4").contains("STATUS:CONFIRMED") && event("T4").contains("BEGIN:VALARM"));
    assert!(event("T4").contains("DTSTART;VALUE=DATE:") && event("T4").contains("surrender_due"));
    // Whom it is about and who asked for it is nobody's who sees the calendar.
    for content in [FR, "Marseille", assertion().person.as_str(), "sample"] {
        assert!(!unfolded.contains(content), "{content}");
    }
}

/// Referrals of which more than one read is needed.
const MANY: u64 = 1_100;

#[tokio::test]
async fn each_of_many_referrals_is_counted_once() {
    // The other node does not run: nothing but these referrals is recorded.
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let own = casework(&federation, FR, "cases").await;
    let (submitter, mut outcomes) = own.submit_stream().await.unwrap();
    let request = |tag| pb::SubmitStreamRequest {
        tag,
        submission: Some(pb::submit_stream_request::Submission::Submit(submission(tag, NL, &[]))),
    };
    let (mut accepted, mut referral) = (0, String::new());
    let sending = async { submitter.send((0..MANY).map(request).collect()).await };
    let taking = async {
        while accepted < MANY {
            for outcome in outcomes.next().await.unwrap().unwrap().outcomes {
                let Some(pb::outcome::What::Accepted(it)) = outcome.what else { panic!("{outcome:?}") };
                (accepted, referral) = (accepted + 1, it.referral_id);
            }
        }
    };
    let (sent, ()) = tokio::join!(sending, taking);
    sent.unwrap();
    let counted = own.statistics(asked(&instrument(&own, &referral).await)).await.unwrap();
    assert_eq!((counted.referrals, of(&counted, "opened", "").asking.unwrap().cases), (MANY, MANY));
    assert_eq!(of(&counted, "opened_by_counterpart", "NL").asking.unwrap().cases, MANY);
    // No clock of any runs, and the calendar ends all the same.
    assert!(calendar(&own).await.ends_with("END:VCALENDAR\r\n"));
}

#[tokio::test]
async fn a_count_that_cannot_be_made_is_refused_with_everything_that_is_wrong_with_it() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 2).await.unwrap();
    let own = casework(&federation, NL, "cases").await;
    let request = pb::StatisticsRequest {
        assertion: None,
        instrument: "extradition".to_owned(),
        first_day: "2062-01-01".to_owned(),
        last_day: "2026-02-30".to_owned(),
    };
    let problem = own.statistics(request).await.unwrap_err();
    let expected = ["assertion.person", "assertion.justification", "instrument", "last_day"];
    assert_eq!(faults(&problem), expected, "{problem:?}");
    let calendar = pb::CalendarRequest {
        assertion: Some(assertion()),
        days_ahead: 4_000,
        days_back: 400,
        instrument: "extradition".to_owned(),
    };
    let problem = own.calendar(calendar).await.unwrap_err();
    assert_eq!(faults(&problem), ["days_ahead", "days_back", "instrument"], "{problem:?}");

    // By the command, in each format; what is wrong is said there, too, and no file is left or replaced.
    let submitted = casework(&federation, FR, "cases").await.submit(submission(1, NL, &[])).await.unwrap();
    let code = instrument(&casework(&federation, FR, "cases").await, &submitted.referral_id).await;
    let home = tempfile::tempdir().unwrap();
    let run = |format: &str, to: &str, path: &Path| {
        Command::new(env!("CARGO_BIN_EXE_rogatory"))
            .args([
                "statistics",
                "--instrument",
                &code,
                "--from",
                "2026-01-01",
                "--to",
                to,
                "--format",
                format,
            ])
            .args(["--person", "t.tester", "--justification", "a test"])
            .arg("--config")
            .arg(&federation.agency(FR).unwrap().config)
            .arg("--out")
            .arg(path)
            .output()
            .unwrap()
    };
    let year = Timestamp::now().to_string()[..4].to_owned() + "-12-31";
    for (format, begins) in [("table", "European"), ("csv", "agency,"), ("json", "{"), ("svg", "<svg")] {
        let path = home.path().join(format);
        let output = run(format, &year, &path);
        assert!(output.status.success(), "{output:?}");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with(begins), "{format}: {text}");
        assert!(!run(format, &year, &path).status.success(), "what exists is not replaced");
    }
    let output = run("csv", "2062-12-31", &home.path().join("late"));
    assert!(
        !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("last_day"),
        "{output:?}"
    );
    assert!(!home.path().join("late").exists());
}
