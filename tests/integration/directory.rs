//! What a case system asks before it does anything: which node this is, whom it can write to, and lists in pages.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::process::Command;

use rogatory_client::pb::casework::v1::{AgenciesRequest, ListRequest};
use rogatory_domain::limits;
use rogatory_support::Federation;
use rogatory_support::sample::{assertion, submission};
use rogatory_wire::instant;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";

#[tokio::test]
async fn a_node_tells_what_it_is_and_every_agency_that_its_roster_names_with_what_it_takes() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let own = federation.connect(FR, "cases").await.unwrap().casework();
    let roster = &federation.made().roster;

    let about = own.about().await.unwrap();
    assert_eq!((about.agency.as_str(), about.federation.as_str()), (FR, roster.federation().as_str()));
    assert_eq!((about.roster_version, about.version.as_str()), (roster.version(), env!("CARGO_PKG_VERSION")));
    assert_eq!(about.packages, ["rogatory.admin.v1", "rogatory.casework.v1"]);
    let status = federation.connect(FR, "ops").await.unwrap().admin().status().await.unwrap();
    assert_eq!(about.instance, status.instance);
    assert!(instant::told(about.node_time) > instant::told(status.started_time));
    let told = about.limits.unwrap();
    assert_eq!((told.body_bytes, told.text_bytes), (limits::BODY_BYTES as u64, limits::TEXT_BYTES as u64));
    assert!(told.submission_bytes > told.body_bytes && told.answer_bytes < 4 << 20, "{told:?}");

    let agencies = own.agencies().await.unwrap();
    let mut ids: Vec<_> = roster.members().iter().map(|member| member.id.to_string()).collect();
    ids.sort();
    assert_eq!(agencies.iter().map(|found| found.agency.clone()).collect::<Vec<_>>(), ids);
    for found in &agencies {
        let member = roster.member(&found.agency.parse().unwrap()).unwrap();
        assert_eq!((&found.name, &found.country), (&member.name, &member.country));
        assert_eq!(found.own, found.agency == FR);
        let takes = found.accepts.iter().map(|it| (it.instrument.clone(), it.capacities.clone()));
        let accepts = member.accepts.iter().map(|it| (it.instrument.clone(), it.capacities.clone()));
        assert!(takes.eq(accepts) && !found.accepts.is_empty(), "{found:?}");
    }
}

#[tokio::test]
async fn the_command_lists_the_agencies_of_the_roster() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rogatory"));
    command.env("ROGATORY_CONFIG", &federation.agency(FR).unwrap().config);
    let listed = command.args(["agency", "list"]).output().unwrap();
    let said = String::from_utf8_lossy(&listed.stdout);
    assert!(listed.status.success() && said.contains(FR) && said.contains(NL), "{listed:?}");
}

#[tokio::test]
async fn agencies_and_referrals_come_in_pages_that_meet_without_a_gap() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let own = federation.connect(FR, "cases").await.unwrap().casework();
    let (mut found, mut page_token) = (Vec::new(), String::new());
    loop {
        let page = own.agencies_page(AgenciesRequest { page_size: 1, page_token }).await.unwrap();
        found.extend(page.agencies);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(found, own.agencies().await.unwrap());
    let astray = AgenciesRequest { page_size: 1_001, page_token: "NOBODY".to_owned() };
    let problem = own.agencies_page(astray).await.unwrap_err();
    let fields: Vec<_> = problem.faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!((problem.code.as_str(), fields), ("RG0101", vec!["page_size", "page_token"]));

    let mut sent = Vec::new();
    for number in 0..3 {
        sent.insert(0, own.submit(submission(number, NL, &[])).await.unwrap().referral_id);
    }
    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    let first = admin.referrals(2, "").await.unwrap();
    let second = admin.referrals(2, &first.next_page_token).await.unwrap();
    let lines = first.referrals.iter().chain(&second.referrals).map(|line| line.referral_id.clone());
    assert_eq!((lines.collect::<Vec<_>>(), second.next_page_token.as_str()), (sent, ""));
}

#[tokio::test]
async fn a_list_of_one_instrument_has_its_referrals_and_no_others() {
    let federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL], 1).await.unwrap();
    let own = federation.connect(FR, "cases").await.unwrap().casework();
    let sent = own.submit(submission(1, NL, &[])).await.unwrap().referral_id;
    let of = async |instrument: &str| {
        let request = ListRequest {
            assertion: Some(assertion()),
            instrument: instrument.to_owned(),
            ..ListRequest::default()
        };
        let page = own.list_page(request).await.unwrap();
        assert_eq!(page.next_page_token, "");
        page.referrals.into_iter().map(|case| (case.referral_id, case.referral_type)).collect::<Vec<_>>()
    };
    let everything = of("").await;
    let (_, code) = everything[0].clone();
    assert_eq!((everything.len(), &everything[0].0), (1, &sent));
    assert_eq!(of(&code).await, everything);
    for other in rogatory_domain::instrument::INSTRUMENTS.iter().filter(|known| known.code != code) {
        assert_eq!(of(other.code).await, []);
    }
}
