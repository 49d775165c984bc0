//! A case keeps what its opening fixed: both ends count by it, whatever their own rosters say.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use rogatory_client::Casework;
use rogatory_client::pb::casework::v1 as pb;
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
    for agency in [FR, NL] {
        federation.serves(agency).await.unwrap();
    }
    let [issuing, executing] = [casework(&federation, FR).await, casework(&federation, NL).await];
    let referral = issuing.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    eventually("the opening", async || executing.get(&referral, assertion()).await.map_err(Into::into))
        .await
        .unwrap();
    let arrest: Timestamp = "2026-02-26T10:00:00Z".parse().unwrap();
    let arrested =
        pb::ActRequest { declared_time: Some(instant::to_pb(arrest)), ..act(&referral, "arrested") };
    executing.act(arrested).await.unwrap();

    let due: Timestamp = "2026-04-27T22:00:00Z".parse().unwrap();
    for own in [&issuing, &executing] {
        let (case, clock) = shown(own, &referral, 2).await;
        assert_eq!(
            (case.jurisdiction.as_str(), case.instrument_edition, case.calendar_edition),
            ("BE", 1, 2)
        );
        assert_eq!(instant::told(clock.due_time), Some(due), "{clock:?}");
        assert_eq!((clock.jurisdiction.as_str(), clock.calendar_edition), ("BE", 2));
    }
}
