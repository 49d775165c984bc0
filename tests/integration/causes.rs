//! Causes: what an operator is told when two nodes do not come together, at both ends, for each row of the runbook.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use anyhow::{Context as _, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use rogatory_client::Code;
use rogatory_client::pb::admin::v1::{Peer, PeerFailure, QueuedMessage};
use rogatory_evidence::Kind;
use rogatory_support::rogue::{honest, is_fault, one_is_taken};
use rogatory_support::sample::submission;
use rogatory_support::{Federation, Rogue, copy_private, eventually, put_roster};
use rogatory_tls::{Authority, Validity, load_authority, save_credentials};
use rogatory_wire::instant;
use rogatory_wire::word::Worded as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

/// Dials the others: its id sorts first.
const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const BE: &str = "be-fed";

fn provisioned() -> Federation {
    Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap()
}

async fn serve(federation: &mut Federation, agency: &str) {
    federation.launch(agency).unwrap();
    federation.serves(agency).await.unwrap();
}

/// Lets one agency's node look for another somewhere else.
fn look_elsewhere(federation: &Federation, node: &str, peer: &str, endpoint: &str) {
    put_roster(federation, node, |roster| {
        let member = roster.members.iter_mut().find(|member| member.id.as_str() == peer);
        endpoint.clone_into(&mut member.unwrap().endpoint);
    })
    .unwrap();
}

async fn peer(federation: &Federation, node: &str, peer: &str) -> Result<Peer> {
    let peers = federation.connect(node, "ops").await?.admin().peers().await?;
    peers.into_iter().find(|found| found.agency == peer).context("it is not listed")
}

/// Waits until a node tells of a run of failures at this stage on this side's word.
async fn told(federation: &Federation, node: &str, of: &str, stage: &str, side: &str) -> (Peer, PeerFailure) {
    eventually("a failure that is told", async || {
        let peer = peer(federation, node, of).await?;
        let failure = peer.failure.clone().context("no failure is told")?;
        ensure!(
            !failure.over && failure.stage().word() == stage && failure.side().word() == side,
            "{failure:?}"
        );
        Ok((peer, failure))
    })
    .await
    .unwrap()
}

/// Submits a warrant and gives it as the queue shows it.
async fn queued(federation: &Federation) -> QueuedMessage {
    let casework = federation.connect(FR, "cases").await.unwrap().casework();
    casework.submit(submission(0, NL, &[])).await.unwrap();
    let admin = federation.connect(FR, "ops").await.unwrap().admin();
    let page = admin.queues(Some(NL), 10, "").await.unwrap();
    assert_eq!((page.total, page.messages.len(), page.next_page_token.as_str()), (1, 1, ""));
    page.messages.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_peer_that_is_off_shows_the_refused_connection_the_next_dial_and_why_its_messages_wait() {
    let mut federation = provisioned();
    serve(&mut federation, FR).await;
    let (peer, failure) = told(&federation, FR, NL, "dial", "here").await;
    assert_eq!((peer.dials, peer.in_roster, failure.os_error), (true, true, 111));
    assert!(peer.why.contains("Connection refused") && peer.why.contains(&peer.endpoint), "{}", peer.why);
    assert_eq!((peer.last_connected_time, peer.last_contact_time), (None, None));
    assert!(
        instant::told(failure.since_time) <= instant::told(failure.last_time) && failure.count >= 1,
        "{failure:?}"
    );

    let message = queued(&federation).await;
    assert_eq!(message.waits().word(), "not_connected");
    assert!(message.why.contains("Connection refused"), "{}", message.why);
    eventually("a pause between two dials", async || {
        let peer = self::peer(&federation, FR, NL).await?;
        ensure!(peer.link().word() == "down" && peer.next_try_time.is_some(), "{peer:?}");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_peer_that_waits_to_be_dialled_says_so_and_a_link_ends_the_run_of_failures_once_it_carries() {
    let mut federation = provisioned();
    serve(&mut federation, NL).await;
    let waiting = peer(&federation, NL, FR).await.unwrap();
    assert!(!waiting.dials && waiting.why.contains("waits for the peer to dial"), "{}", waiting.why);
    assert_eq!(waiting.next_try_time, None, "it is not this node that dials");

    assert!(federation.stop(NL).await.unwrap().success());
    serve(&mut federation, FR).await;
    told(&federation, FR, NL, "dial", "here").await;
    queued(&federation).await;
    serve(&mut federation, NL).await;
    eventually("a link that carries", async || {
        let peer = peer(&federation, FR, NL).await?;
        let over = peer.failure.as_ref().is_some_and(|failure| failure.over);
        ensure!(peer.link().word() == "connected" && peer.waiting == 0 && over, "{peer:?}");
        ensure!(peer.why.is_empty() && peer.connected_since_time.is_some(), "{peer:?}");
        Ok(())
    })
    .await
    .unwrap();
    let other = peer(&federation, NL, FR).await.unwrap();
    assert!(other.last_from.starts_with("127.0.0.1:"), "{}", other.last_from);
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_told_apart_from_a_peer_that_is_off() {
    let mut federation = provisioned();
    look_elsewhere(&federation, FR, NL, "nobody.invalid:7443");
    serve(&mut federation, FR).await;
    let (peer, failure) = told(&federation, FR, NL, "resolve", "here").await;
    assert!(failure.text.contains("does not resolve"), "{}", failure.text);
    assert_eq!(
        (failure.address.as_str(), peer.endpoint.as_str()),
        ("nobody.invalid:7443", "nobody.invalid:7443")
    );
}

#[tokio::test]
async fn an_address_where_something_answers_that_does_not_speak_tls_is_told_as_such() {
    let mut federation = provisioned();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    look_elsewhere(&federation, FR, NL, &listener.local_addr().unwrap().to_string());
    let answering = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"220 mail.example ESMTP\r\n").await;
        }
    });
    serve(&mut federation, FR).await;
    told(&federation, FR, NL, "tls", "here").await;
    answering.abort();
}

#[tokio::test]
async fn another_agency_at_the_address_is_told_by_its_name_at_the_side_that_dials() {
    let agencies = [FR, NL, "pl-pk"];
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &agencies).unwrap();
    let other = federation.made().roster.member(&"pl-pk".parse().unwrap()).unwrap().endpoint.clone();
    look_elsewhere(&federation, FR, NL, &other);
    serve(&mut federation, "pl-pk").await;
    serve(&mut federation, FR).await;
    let (peer, failure) = told(&federation, FR, NL, "name", "here").await;
    assert_eq!(peer.link().word(), "refused");
    assert!(peer.why.starts_with(&failure.code) && !failure.code.is_empty(), "{}", peer.why);
}

#[tokio::test]
async fn a_certificate_under_another_root_is_told_at_the_end_that_is_refused_as_the_peers_word() {
    let mut federation = provisioned();
    let stranger = {
        let validity = Validity::starting(Timestamp::now(), SignedDuration::from_hours(1)).unwrap();
        let genuine = load_authority(&federation.directory().join("authority"), FR).unwrap();
        Authority::create(genuine.agency().clone(), genuine.federation().clone(), validity).unwrap()
    };
    put_roster(&federation, NL, |roster| {
        let member = roster.members.iter_mut().find(|member| member.id.as_str() == FR);
        member.unwrap().roots = vec![stranger.certificate_pem().to_owned()];
    })
    .unwrap();
    serve(&mut federation, NL).await;
    serve(&mut federation, FR).await;
    let (peer, failure) = told(&federation, FR, NL, "tls", "peer").await;
    assert!(failure.text.starts_with("the peer refused this node's certificate"), "{}", peer.why);
}

#[tokio::test]
async fn a_node_whose_own_certificate_has_expired_starts_and_says_so_loudly() {
    let mut federation = provisioned();
    let authority = load_authority(&federation.directory().join("authority"), FR).unwrap();
    let yesterday = Timestamp::now() - SignedDuration::from_hours(24);
    let validity = Validity::starting(yesterday, SignedDuration::from_hours(23)).unwrap();
    let expired = authority.issue_node(&["localhost"], &["127.0.0.1".parse().unwrap()], validity).unwrap();
    save_credentials(&federation.agency(FR).unwrap().dir, "node", &expired).unwrap();
    federation.launch(FR).unwrap();
    let log = federation.agency(FR).unwrap().dir.join("node.log");
    eventually("a node that serves and says what is wrong", async || {
        let log = std::fs::read_to_string(&log)?;
        let told = ["the certificate has expired", "until its certificate is replaced", "the node serves"];
        anyhow::ensure!(told.iter().all(|part| log.contains(part)), "{log}");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn what_a_peer_says_when_it_hangs_up_is_told_as_its_word_with_its_code() {
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[NL, FR]).unwrap();
    serve(&mut federation, NL).await;
    let rogue = Rogue::new(&federation, FR, NL, None).unwrap();
    for (code, stage) in [(Code::DiskReserve, "recipient"), (Code::ProofInvalid, "proof")] {
        rogue.hang_up_first(code).await.unwrap();
        let (peer, failure) = told(&federation, NL, FR, stage, "peer").await;
        assert_eq!(failure.code, code.refusal().id, "{}", peer.why);
        assert!(failure.address.starts_with("127.0.0.1:") && peer.last_from == failure.address, "{peer:?}");
    }
}

#[tokio::test]
async fn a_fork_stays_in_the_list_over_restarts_until_a_named_person_clears_it_on_the_record() {
    let mut federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &[NL, FR], 1).await.unwrap();
    let other = federation.directory().join("other-history");
    drop(Rogue::new(&federation, FR, NL, None).unwrap());
    copy_private(&federation.data(FR).unwrap(), &other).unwrap();
    let mut first = Rogue::new(&federation, FR, NL, None).unwrap();
    one_is_taken(&mut first).await;
    let mut second = Rogue::new(&federation, FR, NL, Some(&other)).unwrap();
    honest(&mut second);
    honest(&mut second);
    is_fault(&second.talk().await.unwrap().answer().await.unwrap(), Code::HeadInconsistent);
    let (peer, failure) = told(&federation, NL, FR, "heads", "here").await;
    assert_eq!((failure.code.as_str(), peer.link().word().as_str()), ("RG0405", "refused"));

    for _ in 0..2 {
        let forked = eventually("a fork that is noted", async || {
            let peer = self::peer(&federation, NL, FR).await?;
            ensure!(peer.forks.as_ref().is_some_and(|forks| forks.count == 1), "{peer:?}");
            Ok(peer)
        });
        let peer = forked.await.unwrap();
        assert!(peer.why.starts_with("RG0405 a fork"), "{}", peer.why);
        assert!(federation.stop(NL).await.unwrap().success());
        serve(&mut federation, NL).await;
    }
    let admin = federation.connect(NL, "ops").await.unwrap().admin();
    assert!(admin.clear_forks(BE, "officer-7", "a reason").await.is_err(), "nobody knows that agency");
    for were_noted in [true, false] {
        let cleared =
            admin.clear_forks(FR, "officer-7", "their disk was restored; agreed by telephone").await;
        assert_eq!(cleared.unwrap(), were_noted);
    }
    assert_eq!(self::peer(&federation, NL, FR).await.unwrap().forks, None);
    assert!(federation.stop(NL).await.unwrap().success());
    let books = federation.books(NL).unwrap();
    let cleared: Vec<_> = books.of(Kind::ForkCleared).collect();
    assert_eq!(cleared.len(), 1, "the second call had nothing to clear");
    assert_eq!(cleared[0].shared.recipients, [FR.parse().unwrap()]);
}
