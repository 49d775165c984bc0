//! A case keeps what its opening fixed: both ends count by it, whatever their own rosters say.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use rogatory_client::Casework;
use rogatory_client::pb::casework::v1::{self as pb, CalendarCoverage};
use rogatory_domain::instrument::INSTRUMENTS;
use rogatory_support::sample::{act, assertion, submission};
use rogatory_support::{Federation, eventually, put_roster};
use rogatory_wire::instant;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";

async fn casework(federation: &Federation, agency: &str) -> Casework {
    federation.connect(agency, "cases").await.unwrap().casework()
}

/// The case and its first clock as an agency shows them, once it has so many messages.
async fn shown(own: &Casework, referral: &str, messages: usize) -> (pb::Referral, pb::Clock) {
    eventually("the case", async || {
        let case = own.get(referral, assertion()).await?;
        ensure!(case.messages.len() == messages, "{} messages", case.messages.len());
        let clock = case.clocks.first().context("a clock")?.clone();
        Ok((case, clock))
    })
    .await
    .unwrap()
}

/// Opens a case between two nodes that were launched, has the person arrested, and gives it as both ends show it.
async fn arrested(federation: &mut Federation, arrest: &str) -> Vec<(pb::Referral, pb::Clock)> {
    for agency in [FR, NL] {
        federation.serves(agency).await.unwrap();
    }
    let [issuing, executing] = [casework(federation, FR).await, casework(federation, NL).await];
    let referral = issuing.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    eventually("the opening", async || executing.get(&referral, assertion()).await.map_err(Into::into))
        .await
        .unwrap();
    let arrest: Timestamp = arrest.parse().unwrap();
    let arrested =
        pb::ActRequest { declared_time: Some(instant::to_pb(arrest)), ..act(&referral, "arrested") };
    executing.act(arrested).await.unwrap();
    let mut seen = Vec::new();
    for own in [&issuing, &executing] {
        seen.push(shown(own, &referral, 2).await);
    }
    seen
}

#[tokio::test]
async fn both_ends_count_by_the_calendar_that_the_opening_fixed_though_their_rosters_differ() {
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    // By the sender's roster the executing agency counts as Belgium does, where 27 April is a working day.
    put_roster(&federation, FR, |roster| {
        let member = roster.members.iter_mut().find(|member| member.id.as_str() == NL).unwrap();
        member.country = "BE".to_owned();
    })
    .unwrap();
    for agency in [FR, NL] {
        federation.launch(agency).unwrap();
    }

    let due: Timestamp = "2026-04-27T22:00:00Z".parse().unwrap();
    for (case, clock) in arrested(&mut federation, "2026-02-26T10:00:00Z").await {
        assert_eq!(
            (case.jurisdiction.as_str(), case.instrument_edition, case.calendar_edition),
            ("BE", 2, 2)
        );
        assert_eq!(instant::told(clock.due_time), Some(due), "{clock:?}");
        assert_eq!((clock.jurisdiction.as_str(), clock.calendar_edition), ("BE", 2));
        let shown = (clock.last_day.as_str(), clock.due_local.as_str(), clock.coverage());
        assert_eq!(shown, ("2026-04-27", "2026-04-28T00:00:00+02:00", CalendarCoverage::Covered));
        assert!(clock.rule.starts_with("60 days") && clock.last_day_unmoved.is_empty(), "{clock:?}");
    }
}

/// Opens a case whose executing agency counts as its roster says, has the person arrested, and gives the clock of both ends.
async fn counted_by(country: &str, part: Option<&str>, arrest: &str) -> Vec<(pb::Referral, pb::Clock)> {
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    for agency in [FR, NL] {
        put_roster(&federation, agency, |roster| {
            let member = roster.members.iter_mut().find(|member| member.id.as_str() == NL).unwrap();
            country.clone_into(&mut member.country);
            member.part = part.map(str::to_owned);
            if country == "US" {
                let first = INSTRUMENTS[0];
                roster.editions.insert(first.code.to_owned(), first.edition);
            }
        })
        .unwrap();
        federation.launch(agency).unwrap();
    }
    arrested(&mut federation, arrest).await
}

#[tokio::test]
async fn a_court_of_a_part_of_a_state_counts_by_the_days_of_that_part_at_both_ends() {
    for (part, arrest, last_day, moved_from) in [
        // Sixty days later it is Epiphany, a Wednesday, which is free in Bavaria and works in Berlin.
        (Some("BY"), "2026-11-07T10:00:00Z", "2027-01-07", "2027-01-06"),
        (Some("BE"), "2026-11-07T10:00:00Z", "2027-01-06", ""),
        (None, "2026-11-07T10:00:00Z", "2027-01-06", ""),
    ] {
        for (case, clock) in counted_by("DE", part, arrest).await {
            let jurisdiction = part.map_or("DE".to_owned(), |part| format!("DE-{part}"));
            assert_eq!((&case.jurisdiction, &clock.jurisdiction), (&jurisdiction, &jurisdiction));
            assert_eq!((clock.last_day.as_str(), clock.last_day_unmoved.as_str()), (last_day, moved_from));
        }
    }
}

#[tokio::test]
async fn a_due_date_that_the_calendars_do_not_cover_is_marked_as_such_at_both_ends() {
    for (country, arrest, coverage) in [
        // Outside the Union only the first edition of the warrant goes.
        ("US", "2026-02-26T10:00:00Z", CalendarCoverage::StateUnknown),
        ("HU", "2018-02-26T10:00:00Z", CalendarCoverage::YearOutside),
        ("HU", "2026-02-26T10:00:00Z", CalendarCoverage::Covered),
    ] {
        for (_, clock) in counted_by(country, None, arrest).await {
            assert_eq!(clock.coverage(), coverage, "{clock:?}");
        }
    }
}

/// Gives a node a directory of decree files with one in it, named after edition 1000.
fn decree(federation: &Federation, agency: &str, text: &str) {
    let agency = federation.agency(agency).unwrap();
    let directory = agency.dir.join("decrees");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("1000.toml"), text).unwrap();
    let config = std::fs::read_to_string(&agency.config).unwrap();
    if !config.contains("decrees_dir") {
        let directory = directory.display();
        std::fs::write(&agency.config, format!("{config}\n[calendars]\ndecrees_dir = \"{directory}\"\n"))
            .unwrap();
    }
}

const DECREE: &str = "format = \"rogatory-decrees-1\"\nedition = 1000\nfollows = 2\n\n[[decree]]\njurisdiction = \"BE\"\n\
                      source = \"a sample decree\"\nadd = [\"2026-04-27\"]\nremove = []\n";

/// Two nodes that start under the decree, which is of the State that the executing one belongs to.
fn under_the_decree() -> Federation {
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    for agency in [FR, NL] {
        decree(&federation, agency, DECREE);
        put_roster(&federation, agency, |roster| {
            let member = roster.members.iter_mut().find(|member| member.id.as_str() == NL).unwrap();
            member.country = "BE".to_owned();
            roster.editions.insert("calendars".to_owned(), 1_000);
        })
        .unwrap();
        federation.launch(agency).unwrap();
    }
    federation
}

#[tokio::test]
async fn a_day_that_a_government_declares_is_added_by_a_file_and_counts_at_both_ends_without_a_release() {
    let mut federation = under_the_decree();
    for (case, clock) in arrested(&mut federation, "2026-02-26T10:00:00Z").await {
        assert_eq!((case.calendar_edition, clock.calendar_edition), (1_000, 1_000));
        let days = (clock.last_day.as_str(), clock.last_day_unmoved.as_str());
        assert_eq!(days, ("2026-04-28", "2026-04-27"), "{clock:?}");
    }
}

#[tokio::test]
async fn an_edition_stays_what_it_was_though_its_file_is_changed_or_taken_away() {
    let mut federation = under_the_decree();
    let before = arrested(&mut federation, "2026-02-26T10:00:00Z").await;
    federation.stop(NL).await.unwrap();
    decree(&federation, NL, &DECREE.replace("2026-04-27", "2026-04-28"));
    let (status, said) = federation.refuses_to_start(NL).await.unwrap();
    assert!(!status.success() && said.contains("1000.toml") && said.contains("other days"), "{said}");
    std::fs::remove_file(federation.agency(NL).unwrap().dir.join("decrees/1000.toml")).unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let own = casework(&federation, NL).await;
    let (_, clock) = shown(&own, &before[0].0.referral_id, 2).await;
    assert_eq!(clock.last_day, before[0].1.last_day);
}

#[tokio::test]
async fn a_decree_file_with_faults_or_a_roster_of_an_edition_nobody_brought_starts_no_node() {
    let federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    decree(&federation, FR, &DECREE.replace("2026-04-27", "2026-04-26").replace("BE", "XX"));
    let (status, said) = federation.refuses_to_start(FR).await.unwrap();
    assert!(!status.success() && said.contains("1000.toml") && said.contains("decree[0]"), "{said}");
    put_roster(&federation, NL, |roster| {
        roster.editions.insert("calendars".to_owned(), 1_000);
    })
    .unwrap();
    let (status, said) = federation.refuses_to_start(NL).await.unwrap();
    assert!(!status.success() && said.contains("RG0620"), "{said}");
}
