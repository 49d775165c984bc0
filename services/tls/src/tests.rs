//! Real handshakes over loopback between named identities: who is let in, who is refused, and for what reason.

mod chains;
mod identities;
mod revocation;
mod wire;

use jiff::SignedDuration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use self::identities::{
    AGENCY_A, AGENCY_B, FEDERATION, HOST, WEEK, agency, authority, authority_in, clock_at, federation, node,
    noon, pair, roots, trust, week,
};
use self::wire::{Serving, careless, dialled, forged};
use crate::*;

fn connector(own: &Credentials, trust: &Trust) -> std::sync::Arc<Connector> {
    Connector::new(own, trust, clock_at(noon())).unwrap()
}

#[tokio::test]
async fn good_peers_know_each_other_and_agree_on_a_post_quantum_group() {
    let pair = pair();
    let mut serving = Serving::start(&node(&pair.a), &pair.trust).await;
    let own = node(&pair.b);
    let mut dialled = serving.dial(&connector(&own, &pair.trust)).await.unwrap();
    let mut served = serving.next_peer().await;

    assert_eq!(*served.identity(), *own.identity());
    assert_eq!(served.identity().spiffe_id, format!("spiffe://{AGENCY_B}.{FEDERATION}/node"));
    assert_eq!(served.identity().not_after, noon() + WEEK);
    assert_eq!((dialled.identity().agency.clone(), dialled.identity().role), (agency(AGENCY_A), Role::Node));
    assert_eq!(dialled.remote(), serving.address);
    for end in [&dialled, &served] {
        assert_eq!(end.key_exchange(), KeyExchange::X25519MlKem768);
    }
    dialled.write_all(b"ping").await.unwrap();
    dialled.flush().await.unwrap();
    let mut heard = [0; 4];
    served.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"ping");
}

#[tokio::test]
async fn a_client_of_the_own_agency_is_known_by_role_and_name() {
    let pair = pair();
    let mut serving = Serving::start(&node(&pair.a), &pair.trust).await;
    let own = pair.a.issue_client(ClientRole::CaseSystem, "bvh", week()).unwrap();
    let _dialled = serving.dial(&connector(&own, &pair.trust)).await.unwrap();
    let identity = serving.next_peer().await.identity();
    assert_eq!((identity.role, identity.name.as_str()), (Role::CaseSystem, "bvh"));
}

#[tokio::test]
async fn the_right_name_from_the_wrong_authority_is_refused() {
    let pair = pair();
    let mut serving = Serving::start(&node(&pair.a), &pair.trust).await;
    // It names B, and is issued by another authority of that name, or by A's, whose roots are in use for A.
    let impostor = forged(&authority(AGENCY_B), &[&format!("spiffe://{AGENCY_B}.{FEDERATION}/node")]);
    assert_eq!(serving.refusal_of(careless(Some(impostor))).await, HandshakeRefusal::WrongAuthority);
    let neighbour = forged(&pair.a, &[&format!("spiffe://{AGENCY_B}.{FEDERATION}/node")]);
    assert_eq!(serving.refusal_of(careless(Some(neighbour))).await, HandshakeRefusal::WrongAuthority);
}

#[tokio::test]
async fn strangers_are_refused_whatever_their_federation() {
    let pair = pair();
    let mut serving = Serving::start(&node(&pair.a), &pair.trust).await;
    let stranger = authority("xx-nobody");
    let connector_of_stranger = connector(&node(&stranger), &trust(&[&stranger, &pair.a]));
    let _dialled = serving.dial(&connector_of_stranger).await;
    assert_eq!(serving.next_refusal().await, HandshakeRefusal::Stranger);

    let elsewhere = authority_in(AGENCY_B, "other.example");
    let foreign = forged(&elsewhere, &[&format!("spiffe://{AGENCY_B}.other.example/node")]);
    assert_eq!(serving.refusal_of(careless(Some(foreign))).await, HandshakeRefusal::Stranger);
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let pair = pair();
    let mut serving = Serving::start(&node(&pair.a), &pair.trust).await;
    let hour = Validity::starting(noon() - WEEK, SignedDuration::from_hours(1)).unwrap();
    let old = pair.a.issue_client(ClientRole::Operator, "late", hour).unwrap();
    // The caller's clock stands still: it believes in its own certificate, but not that the server's has begun.
    let stopped = Connector::new(&old, &pair.trust, clock_at(noon() - WEEK)).unwrap();
    let refusal = serving.dial(&stopped).await.unwrap_err();
    assert!(matches!(refusal, ConnectError::Handshake(HandshakeRefusal::NotYetValid)), "{refusal:?}");
    assert_eq!(serving.next_refusal().await, HandshakeRefusal::Alert);

    let chain = wire::raw(&old);
    assert_eq!(serving.refusal_of(careless(Some(chain))).await, HandshakeRefusal::Expired);
}

#[tokio::test]
async fn whose_node_was_refused_is_told_where_its_own_authority_issued_the_certificate() {
    let pair = pair();
    let mut serving = Serving::start(&node(&pair.a), &pair.trust).await;
    let hour = Validity::starting(noon() - WEEK, SignedDuration::from_hours(1)).unwrap();
    let impostors = authority(AGENCY_B);
    let client = pair.a.issue_client(ClientRole::Operator, "late", hour).unwrap();
    for (credentials, node_of) in [
        (pair.b.issue_node(&[HOST], &[], hour).unwrap(), Some(agency(AGENCY_B))),
        // Whoever makes a certificate up puts nothing beside the name of its neighbour.
        (impostors.issue_node(&[HOST], &[], hour).unwrap(), None),
        (client, None),
    ] {
        let refused = serving.refused(careless(Some(wire::raw(&credentials)))).await;
        assert_eq!(refused, Refused { reason: HandshakeRefusal::Expired, node_of });
    }
}

#[tokio::test]
async fn a_node_whose_certificate_has_ended_is_accepted_where_it_was_asked_for_and_nothing_else_is_forgiven()
{
    let pair = pair();
    let minute =
        Validity::starting(noon() - SignedDuration::from_mins(4), SignedDuration::from_mins(1)).unwrap();
    let serving = Serving::start(&pair.a.issue_node(&[HOST], &[], minute).unwrap(), &pair.trust).await;
    let (port, expected) = (serving.address.port(), ExpectedPeer::node(agency(AGENCY_A)));
    let own = node(&pair.b);
    let by = connector(&own, &pair.trust);
    let refusal = by.connect("localhost", port, &expected).await.unwrap_err();
    assert!(matches!(refusal, ConnectError::Handshake(HandshakeRefusal::Expired)), "{refusal:?}");
    let looked = by.connect("localhost", port, &expected.clone().even_ended()).await.unwrap();
    assert_eq!(looked.identity().not_after, noon() - SignedDuration::from_mins(3));

    let of_others = connector(&own, &trust(&[&authority(AGENCY_A), &pair.b]));
    let refusal = of_others.connect("localhost", port, &expected.even_ended()).await.unwrap_err();
    assert!(matches!(refusal, ConnectError::Handshake(HandshakeRefusal::WrongAuthority)), "{refusal:?}");
}

#[tokio::test]
async fn callers_without_one_good_name_are_refused() {
    let pair = pair();
    let mut serving = Serving::start(&node(&pair.a), &pair.trust).await;
    assert_eq!(serving.refusal_of(careless(None)).await, HandshakeRefusal::NoCertificate);
    let name = format!("spiffe://{AGENCY_B}.{FEDERATION}/node");
    let other = format!("spiffe://{AGENCY_B}.{FEDERATION}/auditor/x");
    for (uris, reason) in [
        (vec![], IdentityError::NoUri),
        (vec![name.as_str(), other.as_str()], IdentityError::ManyUris),
        (vec!["https://fr.example/node"], IdentityError::Spiffe(SpiffeError::NotSpiffe)),
    ] {
        let caller = careless(Some(forged(&pair.b, &uris)));
        assert_eq!(serving.refusal_of(caller).await, HandshakeRefusal::BadIdentity(reason));
    }
}

#[tokio::test]
async fn callers_without_http2_tls13_or_tls_at_all_are_refused() {
    let pair = pair();
    let mut serving = Serving::start(&node(&pair.a), &pair.trust).await;
    let mut mute = careless(Some(wire::raw(&node(&pair.b))));
    mute.alpn_protocols.clear();
    assert_eq!(serving.refusal_of(mute).await, HandshakeRefusal::Protocol);

    let mut old = TcpStream::connect(serving.address).await.unwrap();
    old.write_all(&wire::client_hello_of_tls12()).await.unwrap();
    assert_eq!(serving.next_refusal().await, HandshakeRefusal::Protocol);
    let mut alert = [0; 7];
    old.read_exact(&mut alert).await.unwrap();
    assert_eq!((alert[0], alert[5], alert[6]), (21, 2, 70), "a fatal alert, protocol_version");

    let mut plain = TcpStream::connect(serving.address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    assert_eq!(serving.next_refusal().await, HandshakeRefusal::Protocol);
}

#[tokio::test]
async fn only_the_expected_agencys_own_node_is_accepted_when_dialling() {
    let pair = pair();
    let by = connector(&node(&pair.b), &pair.trust);
    let operator = pair.a.issue_client(ClientRole::Operator, "x", week()).unwrap();
    assert_eq!(dialled(wire::raw(&operator), &by).await, HandshakeRefusal::WrongPeer);
    assert_eq!(dialled(wire::raw(&node(&pair.b)), &by).await, HandshakeRefusal::WrongPeer);
    let node_of_a = format!("spiffe://{AGENCY_A}.{FEDERATION}/node");
    // Neither names the host; that alone may be forgiven, a wrong authority never.
    assert_eq!(
        dialled(forged(&authority(AGENCY_A), &[&node_of_a]), &by).await,
        HandshakeRefusal::WrongAuthority
    );
    assert_eq!(dialled(forged(&pair.b, &[&node_of_a]), &by).await, HandshakeRefusal::WrongAuthority);
}

#[tokio::test]
async fn a_host_name_is_demanded_only_where_it_was_asked_for() {
    let pair = pair();
    let serving = Serving::start(&node(&pair.a), &pair.trust).await;
    let by = connector(&node(&pair.b), &pair.trust);
    let expected = ExpectedPeer::node(agency(AGENCY_A));
    let port = serving.address.port();
    by.connect("localhost", port, &expected).await.unwrap();
    by.connect("localhost", port, &expected.clone().named(HOST)).await.unwrap();
    by.connect("127.0.0.1", port, &expected.clone().named("127.0.0.1")).await.unwrap();
    let refusal = by.connect("127.0.0.1", port, &expected.named("other.example")).await.unwrap_err();
    assert!(matches!(refusal, ConnectError::Handshake(HandshakeRefusal::WrongHost)), "{refusal:?}");
    let unknown = by.connect("127.0.0.1", port, &ExpectedPeer::node(agency("de-bka"))).await;
    assert!(matches!(unknown, Err(ConnectError::UnknownAgency(_))));
}

#[tokio::test]
async fn a_reload_counts_for_new_connections_and_a_bad_one_changes_nothing() {
    let pair = pair();
    let own = node(&pair.a);
    let mut serving = Serving::start(&own, &trust(&[&pair.a])).await;
    let by = connector(&node(&pair.b), &pair.trust);
    let _early = serving.dial(&by).await;
    assert_eq!(serving.next_refusal().await, HandshakeRefusal::Stranger);

    serving.server.reload(&own, &pair.trust).unwrap();
    let mut dialled = serving.dial(&by).await.unwrap();
    let mut served = serving.next_peer().await;

    let crossed = Credentials::from_pem(own.certificate_pem(), node(&pair.a).key_pem()).unwrap();
    assert_eq!(serving.server.reload(&crossed, &pair.trust).unwrap_err(), ConfigError::Mismatch);
    let _still = serving.dial(&by).await.unwrap();
    serving.next_peer().await;

    serving.server.reload(&own, &trust(&[&pair.a])).unwrap();
    let _late = serving.dial(&by).await;
    assert_eq!(serving.next_refusal().await, HandshakeRefusal::Stranger);
    let chain = served.peer_chain();
    assert_eq!(pair.trust.judge(&chain, noon()), Ok(Clearance::Full));
    assert_eq!(pair.trust.next_change(&chain, noon()), noon() + WEEK, "the end of its certificate");
    let last = noon() + WEEK;
    let over = last + SignedDuration::from_secs(1);
    assert_eq!(pair.trust.next_change(&chain, last), over, "it is valid with its last second");
    assert_eq!(pair.trust.judge(&chain, last + SignedDuration::from_millis(999)), Ok(Clearance::Full));
    assert_eq!(pair.trust.judge(&chain, over), Err(HandshakeRefusal::Expired));
    assert_eq!(pair.trust.judge(&chain, noon() + WEEK * 2), Err(HandshakeRefusal::Expired));
    assert_eq!(trust(&[&pair.a]).judge(&chain, noon()), Err(HandshakeRefusal::Stranger));
    let node_dialled = dialled.peer_chain();
    assert_eq!(pair.trust.judge(&node_dialled, noon()), Ok(Clearance::Full));
    assert_eq!(trust(&[&pair.b]).judge(&node_dialled, noon()), Err(HandshakeRefusal::Stranger));
    served.write_all(b"on").await.unwrap();
    served.flush().await.unwrap();
    let mut heard = [0; 2];
    dialled.read_exact(&mut heard).await.unwrap();
    assert_eq!(&heard, b"on", "the standing connection goes on until somebody asks");
}

#[tokio::test]
async fn revoked_certificates_and_overdue_lists_are_refused() {
    let pair = pair();
    let (good, bad) = (node(&pair.b), node(&pair.b));
    let revoked = Revoked { serial: bad.identity().serial.clone(), at: noon() };
    let with_list = |next| {
        let list = pair.b.revocation_list(1, std::slice::from_ref(&revoked), noon() - WEEK, next).unwrap();
        let b = roots(&pair.b);
        let lists = RevocationLists::read(list.as_bytes(), &b.roots).unwrap();
        Trust::new(federation(), [roots(&pair.a), b.with_revocation(Revocation::Lists(lists))]).unwrap()
    };
    let own = node(&pair.a);
    let mut serving = Serving::start(&own, &with_list(noon() + WEEK)).await;
    let _dialled = serving.dial(&connector(&good, &pair.trust)).await.unwrap();
    serving.next_peer().await;
    assert_eq!(serving.refusal_of(careless(Some(wire::raw(&bad)))).await, HandshakeRefusal::Revoked);

    serving.server.reload(&own, &with_list(noon() - WEEK / 2)).unwrap();
    assert_eq!(
        serving.refusal_of(careless(Some(wire::raw(&good)))).await,
        HandshakeRefusal::RevocationUnknown
    );
    // The same lists hold for those we dial, and for what we show.
    let fault = bad.check_as_node(&with_list(noon() + WEEK), noon()).unwrap_err();
    assert_eq!(fault, ConfigError::OwnCertificate(HandshakeRefusal::Revoked));
    let serving = Serving::start(&bad, &pair.trust).await;
    let by = connector(&own, &with_list(noon() + WEEK));
    let expected = ExpectedPeer::node(agency(AGENCY_B));
    let refusal = by.connect("127.0.0.1", serving.address.port(), &expected).await.unwrap_err();
    assert!(matches!(refusal, ConnectError::Handshake(HandshakeRefusal::Revoked)), "{refusal:?}");
}

#[tokio::test]
async fn own_operators_may_look_while_the_own_lists_are_not_believed_and_nobody_else_gets_in() {
    let pair = pair();
    let own = node(&pair.a);
    let client = |role, name| pair.a.issue_client(role, name, week()).unwrap();
    let (operator, fired) = (client(ClientRole::Operator, "x"), client(ClientRole::Operator, "fired"));
    let cases = client(ClientRole::CaseSystem, "bvh");
    let revoked = Revoked { serial: fired.identity().serial.clone(), at: noon() };
    let list = pair.a.revocation_list(1, &[revoked], noon() - WEEK * 2, noon() - WEEK).unwrap();
    let lists = RevocationLists::read(list.as_bytes(), &roots(&pair.a).roots).unwrap();
    for revocation in [
        Revocation::Lists(lists.clone()),
        Revocation::ShutOut(ListFault::Missing, RevocationLists::default()),
    ] {
        let trust =
            Trust::new(federation(), [roots(&pair.a).with_revocation(revocation.clone()), roots(&pair.b)]);
        let trust = trust.unwrap();
        let mut serving = Serving::start(&own, &trust).await;
        let _dialled = serving.dial(&connector(&operator, &pair.trust)).await.unwrap();
        let looking = serving.next_peer().await;
        assert_eq!(looking.clearance(), Clearance::StateOnly);
        assert_eq!(trust.judge(&looking.peer_chain(), noon()), Ok(Clearance::StateOnly));
        assert_eq!(pair.trust.judge(&looking.peer_chain(), noon()), Ok(Clearance::Full));
        let refused = serving.refusal_of(careless(Some(wire::raw(&cases)))).await;
        assert_eq!(refused, HandshakeRefusal::RevocationUnknown);
        let _peer = serving.dial(&connector(&node(&pair.b), &pair.trust)).await.unwrap();
        assert_eq!(serving.next_peer().await.clearance(), Clearance::Full, "another agency does not feel it");
        if matches!(revocation, Revocation::Lists(_)) {
            let refused = serving.refusal_of(careless(Some(wire::raw(&fired)))).await;
            assert_eq!(refused, HandshakeRefusal::Revoked, "an overdue list still names whom it names");
        }
    }
}

#[tokio::test]
async fn clients_of_other_agencies_have_nothing_to_do_here() {
    let pair = pair();
    let mut serving = Serving::start(&node(&pair.a), &pair.trust).await;
    let foreign = pair.b.issue_client(ClientRole::Operator, "x", week()).unwrap();
    let refused = serving.refusal_of(careless(Some(wire::raw(&foreign)))).await;
    assert_eq!(refused, HandshakeRefusal::NotAdmitted);
}

#[tokio::test]
async fn whoever_is_refused_hears_why_though_its_own_handshake_was_done() {
    let pair = pair();
    let (own, revoked) = (node(&pair.a), node(&pair.b));
    let list = Revoked { serial: revoked.identity().serial.clone(), at: noon() };
    let list = pair.b.revocation_list(1, &[list], noon() - WEEK, noon() + WEEK).unwrap();
    let lists = RevocationLists::read(list.as_bytes(), &roots(&pair.b).roots).unwrap();
    let shut_out = Revocation::ShutOut(ListFault::Missing, RevocationLists::default());
    let foreign = pair.b.issue_client(ClientRole::Operator, "x", week()).unwrap();
    for (caller, revocation, refusal) in [
        (&revoked, Revocation::Lists(lists), HandshakeRefusal::Revoked),
        (&revoked, shut_out, HandshakeRefusal::RevocationUnknown),
        (&foreign, Revocation::NotChecked, HandshakeRefusal::NotAdmitted),
    ] {
        let trust = [roots(&pair.a), roots(&pair.b).with_revocation(revocation)];
        let mut serving = Serving::start(&own, &Trust::new(federation(), trust).unwrap()).await;
        let mut dialled = serving.dial(&connector(caller, &pair.trust)).await.unwrap();
        // The runtime is kept from noticing the alert, and then written first, as HTTP/2 does: the connection is closed at
        // the other end already, and nobody knows yet that there is something to read.
        assert_eq!(serving.refusal_unnoticed(), refusal);
        while dialled.write_all(b"PRI * HTTP/2.0").await.is_ok() {}
        assert_eq!(dialled.alert().heard(), Some(refusal));
    }
}

#[tokio::test]
async fn a_silent_caller_is_given_up() {
    let pair = pair();
    let server = wire::server(&node(&pair.a), &pair.trust).unwrap();
    let (_silent, io) = tokio::io::duplex(64);
    let refusal = server.handshake(io, "192.0.2.1:1".parse().unwrap()).await.unwrap_err();
    assert_eq!(refusal, HandshakeRefusal::TimedOut);
}

#[tokio::test]
async fn silent_callers_make_room_for_newer_ones_and_an_honest_one_gets_in() {
    let pair = pair();
    let mut serving = Serving::start(&node(&pair.a), &pair.trust).await;
    let mut silent = Vec::new();
    loop {
        for _ in 0..HANDSHAKES_COUNT_MAX {
            silent.push(TcpStream::connect(serving.address).await.unwrap());
        }
        let _honest = serving.dial(&connector(&node(&pair.b), &pair.trust)).await.unwrap();
        // On a slow machine some were given up for their silence first.
        if serving.refusals_until_peer().await.contains(&HandshakeRefusal::Crowded) {
            return;
        }
    }
}

#[tokio::test]
async fn dropping_the_stream_ends_the_listener_and_open_handshakes() {
    let pair = pair();
    let serving = Serving::start(&node(&pair.a), &pair.trust).await;
    let _silent = TcpStream::connect(serving.address).await.unwrap();
    let address = serving.address;
    serving.ended().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[test]
fn unusable_configurations_are_refused_before_use() {
    let pair = pair();
    let own = node(&pair.a);
    let other = node(&pair.a);
    let server = |own: &Credentials| wire::server(own, &pair.trust).unwrap_err();
    let crossed = Credentials::from_pem(own.certificate_pem(), other.key_pem()).unwrap();
    assert_eq!(server(&crossed), ConfigError::Mismatch);
    let client = pair.a.issue_client(ClientRole::Auditor, "x", week()).unwrap();
    assert_eq!(server(&client), ConfigError::NotANode(Role::Auditor));
    let late = own.check_as_node(&pair.trust, noon() + WEEK * 2).unwrap_err();
    assert_eq!(late, ConfigError::OwnCertificate(HandshakeRefusal::Expired));
    assert_eq!(Credentials::from_pem("", own.key_pem()).unwrap_err(), ConfigError::Certificate);
    assert_eq!(Credentials::from_pem(own.certificate_pem(), "").unwrap_err(), ConfigError::Key);

    let shared = TrustRoots { agency: agency(AGENCY_B), ..roots(&pair.a) };
    let fault = Trust::new(federation(), [roots(&pair.a), shared]).unwrap_err();
    assert_eq!(fault, TrustError::SharedRoot(agency(AGENCY_B)));
    let bare = TrustRoots { roots: Vec::new(), ..roots(&pair.a) };
    assert_eq!(Trust::new(federation(), [bare]).unwrap_err(), TrustError::NoRoot(agency(AGENCY_A)));
}

#[test]
fn an_authority_and_its_credentials_come_back_from_files_only_their_owner_reads() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let pair = pair();
    save_authority(dir.path(), "authority", &pair.a).unwrap();
    let read = load_authority(dir.path(), "authority").unwrap();
    assert_eq!((read.agency(), read.federation()), (pair.a.agency(), pair.a.federation()));
    let own = node(&read);
    save_credentials(dir.path(), "node", &node(&pair.a)).unwrap();
    save_credentials(dir.path(), "node", &own).unwrap();
    let loaded = load_credentials(dir.path(), "node").unwrap();
    assert_eq!(loaded.identity(), own.identity());
    wire::server(&loaded, &pair.trust).unwrap();
    for key in ["authority.key", "node.key"] {
        let mode = std::fs::metadata(dir.path().join(key)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let crossed = Authority::from_pem(pair.a.certificate_pem(), pair.b.key_pem()).unwrap_err();
    assert_eq!(crossed, AuthorityError::Key);
    let leaf = Authority::from_pem(own.certificate_pem(), own.key_pem()).unwrap_err();
    assert_eq!(leaf, AuthorityError::Certificate);
}
