//! A made federation: its roster verifies, its configurations load, its credentials shake hands.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use jiff::Timestamp;
use rogatory_evidence::Roster;
use rogatory_keys::{LedgerKey, SealingKey, SeededRandom};
use rogatory_tls::{
    Connector, ExpectedPeer, KnownAddresses, Partners, Role, TlsServer, Trust, TrustRoots, load_credentials,
};
use tempfile::TempDir;
use tokio::io::duplex;

use super::{CLIENTS, Layout, Plan, ProvisionError, Provisioned, provision};
use crate::config::Config;

fn noon() -> Timestamp {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn made(layout: Layout) -> (TempDir, Provisioned) {
    let dir = tempfile::tempdir().unwrap();
    let made = provision(&Plan::demo(layout, 17_443), dir.path(), noon(), &SeededRandom::new(1)).unwrap();
    (dir, made)
}

#[test]
fn every_configuration_loads_and_leads_to_the_roster_and_the_keys() {
    let (dir, made) = made(Layout::Local);
    for agency in &made.agencies {
        let config = Config::load(&agency.config).unwrap();
        assert_eq!(config.agency, agency.id);
        let note = std::fs::read_to_string(&config.roster.file).unwrap();
        let roster = Roster::verify(&note, &config.roster.key.0).unwrap();
        let member = roster.member(&agency.id).unwrap();
        assert_eq!(member.ledger_key().bytes(), LedgerKey::load(&config.keys.ledger).unwrap().public());
        assert_eq!(member.sealing_key(), SealingKey::load(&config.keys.sealing).unwrap().public_bytes());
        let mode = std::fs::metadata(&config.keys.vault_dir).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
    let vkey = std::fs::read_to_string(dir.path().join("roster.vkey")).unwrap();
    assert_eq!(vkey.trim(), made.roster_key.to_string());
}

#[test]
fn containers_bind_every_address_and_keep_their_state_on_the_volume() {
    let (_dir, made) = made(Layout::Containers);
    let config = Config::load(&made.agencies[2].config).unwrap();
    assert!(config.listen.peers.ip().is_unspecified());
    assert!(config.data_dir.starts_with("/var/lib/rogatory"));
    assert!(config.keys.vault_dir.starts_with("/var/lib/rogatory"));
    assert_eq!(made.roster.members()[2].endpoint, "nl-om:17443");
}

#[test]
fn a_federation_is_never_made_over_another() {
    let (dir, made) = made(Layout::Local);
    let again = provision(&Plan::demo(Layout::Local, 1), dir.path(), noon(), &SeededRandom::new(2));
    assert!(matches!(again, Err(ProvisionError::Occupied(_))));
    let config = Config::load(&made.agencies[0].config).unwrap();
    assert_eq!(
        LedgerKey::load(&config.keys.ledger).unwrap().public(),
        made.roster.members()[0].ledger_key().bytes()
    );
}

#[test]
fn a_directory_that_holds_anything_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".remark"), "mine").unwrap();
    let outcome = provision(&Plan::demo(Layout::Local, 17_443), dir.path(), noon(), &SeededRandom::new(1));
    assert!(matches!(outcome, Err(ProvisionError::Occupied(_))));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn a_plan_is_a_file_too() {
    let plan = Plan::demo(Layout::Containers, 7443);
    let read: Plan = toml::from_str(&toml::to_string(&plan).unwrap()).unwrap();
    assert_eq!(read.agencies.len(), 6);
    assert_eq!(read.layout, Layout::Containers);
    let mut twice = plan;
    twice.agencies.push(twice.agencies[0].clone());
    let dir = tempfile::tempdir().unwrap();
    let outcome = provision(&twice, dir.path(), noon(), &SeededRandom::new(1));
    assert!(matches!(outcome, Err(ProvisionError::Twice(_))));
}

#[tokio::test]
async fn the_credentials_of_all_roles_shake_hands_with_their_node() {
    let (_dir, made) = made(Layout::Local);
    let roots = made
        .roster
        .members()
        .iter()
        .map(|member| TrustRoots::from_pem(member.id.clone(), &member.roots.concat()).unwrap());
    let trust = Trust::new(made.roster.federation().clone(), roots).unwrap();
    let clock: rogatory_tls::Clock = Arc::new(noon);
    let (own, peer) = (&made.agencies[2], &made.agencies[0]);
    let credentials = load_credentials(&own.dir, "node").unwrap();
    let known = Arc::new(KnownAddresses::default());
    let server = TlsServer::new(&credentials, &trust, Partners::Nodes, known, clock.clone()).unwrap();
    let callers = CLIENTS.iter().map(|(role, stem)| (Role::from(*role), own.clients.as_path(), *stem));
    for (role, dir, stem) in callers.chain([(Role::Node, peer.dir.as_path(), "node")]) {
        let credentials = load_credentials(dir, stem).unwrap();
        let connector = Connector::new(&credentials, &trust, clock.clone()).unwrap();
        let (near, far) = duplex(64 * 1024);
        let remote = "127.0.0.1:1".parse().unwrap();
        let expected = ExpectedPeer::node(own.id.clone()).named("127.0.0.1");
        let (dialled, accepted) = tokio::join!(
            connector.handshake(near, "127.0.0.1", remote, &expected),
            server.handshake(far, remote),
        );
        assert_eq!(dialled.unwrap().identity().agency, own.id);
        assert_eq!(accepted.unwrap().identity().role, role);
    }
}
