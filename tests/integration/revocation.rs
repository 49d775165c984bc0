//! Revocation on real processes: what stands ends when its certificate is revoked, and a list that cannot be used shuts out
//! its own agency and nobody else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context as _, ensure};
use jiff::{SignedDuration, Timestamp};
use rogatory_client::pb::casework::v1::submit_stream_request::Submission;
use rogatory_client::pb::casework::v1::{SubmitRequest, SubmitStreamRequest};
use rogatory_client::{Code, Outcomes, Problem, Submitter};
use rogatory_domain::ReferralId;
use rogatory_evidence::Kind;
use rogatory_support::sample::{assertion, submission, watch};
use rogatory_support::{Federation, eventually};
use rogatory_tls::{
    Authority, ClientRole, Revoked, Validity, load_authority, load_credentials, save_credentials,
};
use rogatory_wire::word::Worded as _;

const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");
const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const AGENCIES: [&str; 2] = [FR, NL];

/// A federation whose node of `nl-om` reads revocation lists.
struct Lists {
    federation: Federation,
    directory: PathBuf,
}

impl Lists {
    /// Provisioned, with a list for each agency that revokes nothing; nothing runs yet.
    fn provision() -> Self {
        let federation = Federation::provision(BINARY, &AGENCIES).unwrap();
        let directory = federation.directory().join("lists");
        fs::create_dir(&directory).unwrap();
        let config = &federation.agency(NL).unwrap().config;
        let text = fs::read_to_string(config).unwrap();
        let section = format!("[tls]\nrevocation_dir = \"{}\"\n", directory.display());
        fs::write(config, text.replace("[tls]\n", &section)).unwrap();
        let lists = Self { federation, directory };
        AGENCIES.iter().for_each(|agency| lists.revoke(agency, 1, None));
        lists
    }

    async fn start() -> Self {
        let mut lists = Self::provision();
        for agency in AGENCIES {
            lists.federation.launch(agency).unwrap();
        }
        for agency in AGENCIES {
            lists.federation.serves(agency).await.unwrap();
        }
        lists.linked().await;
        lists
    }

    fn path(&self, agency: &str) -> PathBuf {
        self.directory.join(format!("{agency}.crl"))
    }

    fn authority(&self, agency: &str) -> Authority {
        load_authority(&self.federation.directory().join("authority"), agency).unwrap()
    }

    /// Puts a list that revokes one certificate of the agency, under its directory, or none.
    fn revoke(&self, agency: &str, number: u64, certificate: Option<&str>) {
        let dir = &self.federation.agency(agency).unwrap().dir;
        let now = Timestamp::now();
        let revoked = certificate.map(|stem| {
            let (below, stem) = stem.rsplit_once('/').unwrap_or(("", stem));
            let credentials = load_credentials(&dir.join(below), stem).unwrap();
            Revoked { serial: credentials.identity().serial.clone(), at: now }
        });
        let next = now + SignedDuration::from_hours(24);
        let list = self.authority(agency).revocation_list(number, revoked.as_slice(), now, next).unwrap();
        fs::write(self.path(agency), list).unwrap();
    }

    /// Lists as a case system of `nl-om`, on a new connection.
    async fn own_people(&self) -> anyhow::Result<()> {
        self.federation.connect(NL, "cases").await?.casework().list(assertion(), 1).await?;
        Ok(())
    }

    async fn linked(&self) {
        self.finds("a link", |link| link == "connected").await;
    }

    async fn parted(&self) {
        self.finds("the end of the link", |link| link != "connected").await;
    }

    /// Waits for a state of the link; it asks over one connection, since a node takes only so many a second.
    async fn finds(&self, what: &str, is_it: impl Fn(&str) -> bool) {
        let mut admin = None;
        eventually(what, async || {
            if admin.is_none() {
                admin = Some(self.federation.connect(NL, "ops").await?.admin());
            }
            let peers = admin.as_ref().context("connected above")?.peers().await;
            let link = peers.inspect_err(|_| admin = None)?.swap_remove(0).link().word();
            ensure!(is_it(&link), "{link}");
            Ok(())
        })
        .await
        .unwrap();
    }
}

/// How long a certificate lasts that ends in the middle of what goes on; long enough to begin it on a busy machine.
const SHORT: SignedDuration = SignedDuration::from_secs(20);

fn authority(federation: &Federation, agency: &str) -> Authority {
    load_authority(&federation.directory().join("authority"), agency).unwrap()
}

/// Gives a node a certificate that ends so long after now, or ended before it.
fn certify_node(federation: &Federation, agency: &str, from: Timestamp, lasting: SignedDuration) {
    let validity = Validity::starting(from, lasting).unwrap();
    let local = "127.0.0.1".parse().unwrap();
    let issued = authority(federation, agency).issue_node(&["localhost"], &[local], validity).unwrap();
    save_credentials(&federation.agency(agency).unwrap().dir, "node", &issued).unwrap();
}

/// The operator's command at a node.
fn rogatory(federation: &Federation, agency: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.args(arguments).env("ROGATORY_CONFIG", &federation.agency(agency).unwrap().config);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A stream of submissions whose own end is awaited: one is sent whenever one was answered.
struct Stream {
    submitter: Submitter,
    outcomes: Outcomes,
    sent: u64,
}

impl Stream {
    async fn open(federation: &Federation) -> Self {
        let cases = federation.connect(NL, "cases").await.unwrap().casework();
        let (submitter, outcomes) = cases.submit_stream().await.unwrap();
        Self { submitter, outcomes, sent: 0 }
    }

    /// Sends one more and gives its request; `None` once the stream takes nothing.
    async fn send(&mut self) -> Option<SubmitRequest> {
        self.sent += 1;
        let request = submission(self.sent, FR, &[]);
        let submission = Some(Submission::Submit(request.clone()));
        let sent = self.submitter.send(vec![SubmitStreamRequest { tag: self.sent, submission }]).await;
        sent.ok().map(|()| request)
    }

    /// Goes on until the node ends the stream, and says why it did.
    async fn ended(&mut self) -> Problem {
        loop {
            self.send().await;
            match self.outcomes.next().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the stream ended without a word"),
                Err(problem) => return problem,
            }
        }
    }
}

#[tokio::test]
async fn a_client_that_is_revoked_loses_its_open_stream_of_submissions_and_nothing_later_is_on_the_record() {
    let mut lists = Lists::start().await;
    let mut stream = Stream::open(&lists.federation).await;
    let first = stream.send().await.unwrap();
    assert!(stream.outcomes.next().await.unwrap().is_some(), "the stream stands");
    lists.revoke(NL, 2, Some("clients/cases"));
    lists.federation.hang_up(NL).unwrap();
    let problem = stream.ended().await;
    assert_eq!(problem.code, Code::CertificateRevoked.refusal().id, "{problem:?}");
    let mut later = Vec::new();
    for _ in 0..20 {
        later.extend(stream.send().await.map(|request| request.referral_id));
    }
    assert!(lists.federation.stop(NL).await.unwrap().success());
    let books = lists.federation.books(NL).unwrap();
    let on_record = |id: &str| {
        let id: ReferralId = id.parse().unwrap();
        books.records.iter().any(|record| record.shared.referral == Some(id))
    };
    assert!(on_record(&first.referral_id));
    assert!(!later.iter().any(|id| on_record(id)), "nothing that came after the end is on the record");
}

#[tokio::test]
async fn open_streams_of_a_client_end_with_its_certificate() {
    let federation = Federation::start(BINARY, &AGENCIES, 2).await.unwrap();
    let validity = Validity::starting(Timestamp::now(), SHORT).unwrap();
    let issued = authority(&federation, NL).issue_client(ClientRole::CaseSystem, "cases", validity).unwrap();
    save_credentials(&federation.agency(NL).unwrap().clients, "cases", &issued).unwrap();
    let desk = federation.connect(NL, "cases").await.unwrap().casework();
    let (_acknowledger, mut offers) = desk.watch(watch("desk")).await.unwrap();
    assert!(offers.next().await.unwrap().is_some(), "the watch stands");
    let mut stream = Stream::open(&federation).await;
    stream.send().await.unwrap();
    assert!(stream.outcomes.next().await.unwrap().is_some(), "the stream stands");
    let watched = async {
        loop {
            match offers.next().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the watch ended without a word"),
                Err(problem) => return problem,
            }
        }
    };
    let (of_watch, of_stream) = tokio::join!(watched, stream.ended());
    for problem in [of_watch, of_stream] {
        assert_eq!(problem.code, Code::CertificateExpired.refusal().id, "{problem:?}");
    }
}

#[tokio::test]
async fn a_link_ends_with_the_certificate_of_the_peer() {
    let mut lists = Lists::provision();
    lists.federation.launch(NL).unwrap();
    lists.federation.serves(NL).await.unwrap();
    certify_node(&lists.federation, FR, Timestamp::now(), SHORT);
    lists.federation.launch(FR).unwrap();
    lists.linked().await;
    lists.parted().await;
}

#[tokio::test]
async fn a_node_whose_certificate_has_ended_starts_and_tells_its_operator_and_nobody_else() {
    let mut federation = Federation::provision(BINARY, &AGENCIES).unwrap();
    // Its root, which has to have stood then, is backdated by five minutes.
    let a_while_ago = Timestamp::now() - SignedDuration::from_mins(4);
    certify_node(&federation, NL, a_while_ago, SignedDuration::from_mins(1));
    federation.launch(NL).unwrap();
    let told = eventually("the state of the node", async || {
        let status = rogatory(&federation, NL, &["status"]);
        ensure!(status.status.success(), "{}", said(&status));
        Ok(said(&status))
    });
    let told = told.await.unwrap();
    for part in ["serving", "the node's certificate ended on", "replace it"] {
        assert!(told.contains(part), "{part} is not in: {told}");
    }
    for verb in [["peer", "list"], ["queue", "list"]] {
        let refused = rogatory(&federation, NL, &verb);
        assert!(
            !refused.status.success() && said(&refused).contains("rogatory status"),
            "{}",
            said(&refused)
        );
    }
    assert!(federation.connect(NL, "cases").await.is_err(), "no case system works with it");
    certify_node(&federation, NL, Timestamp::now(), SignedDuration::from_hours(1));
    federation.hang_up(NL).unwrap();
    federation.serves(NL).await.unwrap();
    assert!(!said(&rogatory(&federation, NL, &["status"])).contains("ended on"));
}

#[tokio::test]
async fn a_peer_whose_certificate_has_ended_is_named_with_its_cause_whoever_dials() {
    let (ended, code) = ("the certificate has expired", "RG0303");
    for (late, partner) in [(FR, NL), (NL, FR)] {
        let mut federation = Federation::provision(BINARY, &AGENCIES).unwrap();
        let a_while_ago = Timestamp::now() - SignedDuration::from_mins(4);
        certify_node(&federation, late, a_while_ago, SignedDuration::from_mins(1));
        for agency in AGENCIES {
            federation.launch(agency).unwrap();
        }
        federation.serves(partner).await.unwrap();
        let told = eventually("the cause", async || {
            let peers = said(&rogatory(&federation, partner, &["peer", "list"]));
            ensure!(peers.contains(code) && peers.contains(ended), "{peers}");
            Ok(())
        });
        told.await.unwrap();
        let log = federation.log(partner).unwrap();
        let line =
            log.lines().find(|line| line.contains("no link to the peer") && line.contains(code)).unwrap();
        assert!(line.contains(late) && line.contains(code), "{line}");
    }
}

#[tokio::test]
async fn an_agency_that_declares_to_publish_no_list_is_on_the_record_and_shown() {
    let mut lists = Lists::provision();
    fs::remove_file(lists.path(FR)).unwrap();
    fs::write(lists.directory.join(format!("{FR}.none")), "").unwrap();
    for agency in AGENCIES {
        lists.federation.launch(agency).unwrap();
    }
    lists.federation.serves(NL).await.unwrap();
    lists.linked().await;
    let not_checked = format!("{FR} declares to publish no revocation list: not checked since 20");
    let status = said(&rogatory(&lists.federation, NL, &["status"]));
    assert!(status.contains(&not_checked), "{status}");
    let checked = rogatory(&lists.federation, NL, &["config", "check"]);
    let told = said(&checked);
    assert!(checked.status.success() && told.contains("it is not checked since 20"), "{told}");

    assert!(lists.federation.stop(NL).await.unwrap().success());
    lists.federation.launch(NL).unwrap();
    lists.federation.serves(NL).await.unwrap();
    fs::remove_file(lists.directory.join(format!("{FR}.none"))).unwrap();
    lists.revoke(FR, 1, None);
    lists.federation.hang_up(NL).unwrap();
    eventually("an agency that is checked", async || {
        let status = lists.federation.connect(NL, "ops").await?.admin().status().await?;
        status.unchecked_agencies.is_empty().then_some(()).context("it is not checked yet")
    })
    .await
    .unwrap();
    assert!(lists.federation.stop(NL).await.unwrap().success());
    let books = lists.federation.books(NL).unwrap();
    let reasons = books.of(Kind::Configured).map(|record| record.shared.note.clone());
    let said: Vec<_> = reasons.filter(|reason| reason.starts_with("revocation")).collect();
    assert_eq!(said, [format!("revocation not checked: {FR}"), format!("revocation checked: {FR}")]);
}

#[tokio::test]
async fn a_client_that_is_revoked_loses_its_open_watch_with_a_code_and_cannot_come_back() {
    let lists = Lists::start().await;
    let desk = lists.federation.connect(NL, "cases").await.unwrap().casework();
    let (_acknowledger, mut offers) = desk.watch(watch("desk")).await.unwrap();
    assert!(offers.next().await.unwrap().is_some(), "the watch stands");
    lists.revoke(NL, 2, Some("clients/cases"));
    lists.federation.hang_up(NL).unwrap();
    let problem = loop {
        match offers.next().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the watch ended without a word"),
            Err(problem) => break problem,
        }
    };
    assert_eq!(problem.code, Code::CertificateRevoked.refusal().id, "{problem:?}");
    assert!(lists.own_people().await.is_err(), "a new connection is refused");
    lists.linked().await;
}

#[tokio::test]
async fn a_peer_that_is_revoked_loses_its_standing_link_and_messages_wait() {
    let lists = Lists::start().await;
    lists.revoke(FR, 2, Some("node"));
    lists.federation.hang_up(NL).unwrap();
    lists.parted().await;
    let sender = lists.federation.connect(FR, "cases").await.unwrap().casework();
    sender.submit(submission(1, NL, &[])).await.unwrap();
    let status = lists.federation.connect(FR, "ops").await.unwrap().admin().status().await.unwrap();
    assert_eq!(status.waiting, 1, "nothing is given to whoever is revoked, and nothing of it is lost");
}

#[tokio::test]
async fn a_list_that_cannot_be_used_shuts_out_its_own_agency_and_nobody_else() {
    let lists = Lists::start().await;
    lists.revoke(FR, 5, None);
    lists.federation.hang_up(NL).unwrap();
    lists.linked().await;
    let good = fs::read_to_string(lists.path(FR)).unwrap();
    lists.revoke(FR, 4, None);
    let older = fs::read_to_string(lists.path(FR)).unwrap();
    let foreign = fs::read_to_string(lists.path(NL)).unwrap();
    let cut = good[..good.len() / 2].to_owned();
    for bad in [Some(String::new()), Some("no list".to_owned()), Some(older), Some(foreign), Some(cut), None]
    {
        match &bad {
            Some(text) => fs::write(lists.path(FR), text).unwrap(),
            None => fs::remove_file(lists.path(FR)).unwrap(),
        }
        lists.federation.hang_up(NL).unwrap();
        lists.parted().await;
        lists.own_people().await.unwrap();
        let said = said(&rogatory(&lists.federation, NL, &["status"]));
        assert!(said.contains(&format!("nobody of {FR} is let in")), "{said}");
        fs::write(lists.path(FR), &good).unwrap();
        lists.federation.hang_up(NL).unwrap();
        lists.linked().await;
    }
}

#[tokio::test]
async fn a_node_whose_own_list_is_gone_starts_and_its_operator_sees_its_state() {
    let mut lists = Lists::provision();
    fs::remove_file(lists.path(NL)).unwrap();
    lists.federation.launch(NL).unwrap();
    lists.federation.serves(NL).await.unwrap();
}
