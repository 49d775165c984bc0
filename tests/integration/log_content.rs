//! What a log never holds, however much it says: content of a case, and who looked at it and why.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::process::Command;

use anyhow::ensure;
use rogatory_client::Assertion;
use rogatory_support::probe::get;
use rogatory_support::sample::{act, change_warrant, submission};
use rogatory_support::{Federation, eventually};

const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");
const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";

/// What no log may hold: one mark in each kind of text.
const MARKS: [&str; 5] =
    ["PLANTED-SUBJECT", "PLANTED-FACTS", "PLANTED-WORDS", "planted.person", "PLANTED-REASON"];

fn assertion() -> Option<Assertion> {
    Some(Assertion { person: MARKS[3].to_owned(), justification: MARKS[4].to_owned() })
}

fn holds_no_mark(what: &str, text: &str) {
    for mark in MARKS {
        assert!(!text.contains(mark), "{what} holds {mark}");
    }
}

#[tokio::test]
async fn nothing_that_a_case_contains_is_in_a_log_that_says_everything_or_in_the_metrics() {
    let mut federation = Federation::provision(BINARY, &[FR, NL]).unwrap();
    let metrics = federation.expose_metrics(NL).unwrap();
    for agency in [FR, NL] {
        federation.launch_with(agency, &[("ROGATORY_LOG", "trace")]).unwrap();
        federation.serves(agency).await.unwrap();
    }
    let [own, other] = [FR, NL].map(|agency| federation.connect(agency, "cases"));
    let (own, other) = (own.await.unwrap().casework(), other.await.unwrap().casework());

    let mut request = submission(1, NL, &[]);
    request.assertion = assertion();
    change_warrant(request.opening.as_mut().unwrap(), |form| {
        form.person.as_mut().unwrap().names[0].original = MARKS[0].to_owned();
        form.offences[0].circumstances = MARKS[1].to_owned();
    });
    let case = own.submit(request.clone()).await.unwrap().referral_id;
    // The same with a fault beside every mark.
    change_warrant(request.opening.as_mut().unwrap(), |form| {
        form.person.as_mut().unwrap().names[0].original.push('\u{202e}');
        form.offences[0].circumstances.push('\u{202e}');
    });
    request.referral_id = rogatory_client::fresh_id();
    let problem = own.submit(request).await.unwrap_err();
    holds_no_mark("a refusal", &format!("{problem:?}"));

    eventually("the case", async || other.get(&case, assertion().unwrap()).await.map_err(Into::into))
        .await
        .unwrap();
    for event in ["registered", "surrender_confirmed"] {
        let mut act = act(&case, event);
        act.assertion = assertion();
        act.event.as_mut().unwrap().text = MARKS[2].to_owned();
        let _ = other.act(act).await;
    }
    eventually("the answer", async || {
        ensure!(own.get(&case, assertion().unwrap()).await?.messages.len() == 2);
        Ok(())
    })
    .await
    .unwrap();

    holds_no_mark("the metrics", &get(metrics, "/metrics").await.unwrap().1);
    for agency in [FR, NL] {
        assert!(federation.stop(agency).await.unwrap().success());
        let log = federation.log(agency).unwrap();
        assert!(
            log.contains("\"TRACE\"") || log.contains("\"DEBUG\""),
            "the log of {agency} says everything"
        );
        holds_no_mark(&format!("the log of {agency}"), &log);
    }
    let home = federation.agency(FR).unwrap().dir.clone();
    let checked =
        Command::new(BINARY).args(["audit", "verify", "data/ledger"]).current_dir(home).output().unwrap();
    assert!(checked.status.success());
    holds_no_mark("an offline check", &String::from_utf8_lossy(&checked.stdout));
}
