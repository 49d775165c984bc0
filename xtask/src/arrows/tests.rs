//! The table of arrows, shown to refuse; a check that never fails checks nothing.

use super::*;

fn said(edges: &[(&str, &str)]) -> Vec<String> {
    judge(edges).iter().map(ToString::to_string).collect()
}

#[test]
fn an_arrow_downwards_is_named_with_both_ends() {
    let edges = [("rogatory-engine", "rogatory-domain"), ("rogatory-domain", "rogatory-engine")];
    assert_eq!(said(&edges), ["rogatory-domain -> rogatory-engine: no such arrow between rooms"]);
}

#[test]
fn an_arrow_upwards_that_nobody_drew_is_refused_too() {
    let edge = Forbidden::Arrow { from: "rogatory-ledger".into(), to: "rogatory-domain".into() };
    assert_eq!(judge(&[("rogatory-ledger", "rogatory-domain")]), [edge]);
    assert_eq!(said(&[("rogatory-engine", "rogatory-tls"), ("rogatory-client", "rogatory-engine")]).len(), 2);
}

#[test]
fn what_a_named_room_names_may_be_named() {
    assert_eq!(judge(&[("rogatory-client", "rogatory-domain"), ("rogatory-cli", "rogatory-tlog")]), []);
}

#[test]
fn a_room_may_not_name_the_test_support() {
    assert_eq!(said(&[("rogatory-node", "rogatory-support")]).len(), 1);
}

#[test]
fn the_store_the_transport_and_tls_are_each_kept_to_their_rooms() {
    assert_eq!(
        judge(&[("rogatory-index", "sled"), ("rogatory-tls", "rustls"), ("rogatory-node", "tonic-health")]),
        []
    );
    for edge in
        [("rogatory-engine", "sled"), ("rogatory-node", "rustls"), ("rogatory-client", "tokio-rustls")]
    {
        assert!(matches!(judge_edge(edge.0, edge.1), Some(Forbidden::Kept { .. })), "{edge:?}");
    }
    assert_eq!(
        said(&[("rogatory-engine", "tonic")]),
        ["rogatory-engine -> tonic: the core does not know the transport"]
    );
}

#[test]
fn a_pure_room_names_neither_runtime_nor_randomness() {
    for named in ["tokio", "tokio-stream", "tonic", "sled", "rustls", "getrandom", "rand", "rand_core"] {
        let edge = Forbidden::Impure { from: "rogatory-exchange".into(), to: named.into() };
        assert_eq!(judge(&[("rogatory-exchange", named)]), [edge]);
    }
    assert_eq!(judge(&[("rogatory-exchange", "thiserror"), ("rogatory-keys", "getrandom")]), []);
}

#[test]
fn an_arrow_that_nothing_needs_is_named() {
    let all: Vec<(String, String)> = ROOMS
        .iter()
        .flat_map(|(from, named)| {
            named.iter().map(move |to| (format!("rogatory-{from}"), format!("rogatory-{to}")))
        })
        .collect();
    let edges: Vec<(&str, &str)> = all.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect();
    assert_eq!(unused(&edges), []);
    let without: Vec<_> =
        edges.iter().copied().filter(|edge| *edge != ("rogatory-forms", "rogatory-wire")).collect();
    assert_eq!(unused(&without), [Forbidden::Unused { from: "forms", to: "wire" }]);
}

#[test]
fn a_crate_without_a_room_is_refused() {
    assert_eq!(
        strangers(&["rogatory-domain", "rogatory-utils"]),
        [Forbidden::NoRoom { krate: "rogatory-utils".into() }]
    );
}

#[test]
fn every_arrow_of_the_table_points_upwards() {
    for (position, (name, named)) in ROOMS.iter().enumerate() {
        for other in *named {
            let above =
                ROOMS.iter().position(|(room, _)| room == other).expect("the table names its own rooms");
            assert!(above < position, "{name} -> {other}");
        }
    }
}
