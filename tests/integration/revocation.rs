//! Revocation on real processes: what stands ends when its certificate is revoked, and a list that cannot be used shuts out
//! its own agency and nobody else.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::fs;
use std::path::PathBuf;

use anyhow::ensure;
use jiff::{SignedDuration, Timestamp};
use rogatory_client::Code;
use rogatory_support::sample::{assertion, submission, watch};
use rogatory_support::{Federation, eventually};
use rogatory_tls::{Authority, Revoked, load_authority, load_credentials};

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
        let federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &AGENCIES).unwrap();
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

    async fn link(&self) -> anyhow::Result<String> {
        let peers = self.federation.connect(NL, "ops").await?.admin().peers().await?;
        Ok(peers[0].link.clone())
    }

    async fn linked(&self) {
        eventually("a link", async || {
            let link = self.link().await?;
            ensure!(link == "connected", "{link}");
            Ok(())
        })
        .await
        .unwrap();
    }

    async fn parted(&self) {
        eventually("the end of the link", async || {
            let link = self.link().await?;
            ensure!(link != "connected", "{link}");
            Ok(())
        })
        .await
        .unwrap();
    }
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
