//! A federation as large as a roster may be: two of its nodes exchange, in as little memory as in a small one.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::process::Command;

use anyhow::ensure;
use rogatory_support::sample::{act, assertion, submission};
use rogatory_support::{Federation, eventually};

const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");
const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";

/// Agencies of one roster at most.
const AGENCIES_COUNT: usize = 3_000;

/// What a node of the largest federation may hold.
const MEMORY_BYTES_MAX: u64 = 200 << 20;

#[tokio::test]
async fn two_nodes_of_three_thousand_agencies_exchange_within_the_memory_of_a_small_machine() {
    let others: Vec<String> = (2..AGENCIES_COUNT).map(|number| format!("xx-agency-{number:04}")).collect();
    let mut agencies = vec![FR, NL];
    agencies.extend(others.iter().map(String::as_str));
    let mut federation = Federation::provision(BINARY, &agencies).unwrap();
    let config = federation.agency(FR).unwrap().config.clone();
    let checked = Command::new(BINARY).args(["config", "check", "--config"]).arg(config).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
    for agency in [FR, NL] {
        federation.launch(agency).unwrap();
        federation.serves(agency).await.unwrap();
    }

    let [asking, answering] =
        [federation.connect(FR, "cases").await.unwrap(), federation.connect(NL, "cases").await.unwrap()]
            .map(|connection| connection.casework());
    // The last of the roster never answers, and holds up nobody.
    let last = others.last().unwrap();
    let case = asking.submit(submission(1, NL, &[last])).await.unwrap().referral_id;
    eventually("the case at the other end", async || {
        answering.get(&case, assertion()).await.map_err(Into::into)
    })
    .await
    .unwrap();
    answering.act(act(&case, "registered")).await.unwrap();
    eventually("the answer", async || {
        ensure!(asking.get(&case, assertion()).await?.messages.len() == 2);
        Ok(())
    })
    .await
    .unwrap();
    let peers = federation.connect(FR, "ops").await.unwrap().admin().peers().await.unwrap();
    assert_eq!(peers.len(), AGENCIES_COUNT - 1);
    for agency in [FR, NL] {
        let memory = federation.memory_bytes(agency).unwrap();
        assert!(memory < MEMORY_BYTES_MAX, "{agency}: {memory} bytes");
    }
}
