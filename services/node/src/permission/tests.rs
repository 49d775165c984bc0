//! The table against the services as they are compiled, and against every pair of role and agency.

use std::collections::BTreeSet;

use jiff::Timestamp;
use prost::Message as _;
use prost_types::FileDescriptorSet;
use rogatory_domain::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_tls::{PeerIdentity, Role};

use super::{PERMISSIONS, allowed, reference_page};

fn agency(id: &str) -> AgencyId {
    id.parse().unwrap()
}

fn holder(id: &str, role: Role) -> PeerIdentity {
    PeerIdentity {
        agency: agency(id),
        federation: "demo.rogatory.example".parse().unwrap(),
        role,
        name: "name".to_owned(),
        spiffe_id: String::new(),
        fingerprint: [0; 32],
        serial: String::new(),
        not_after: Timestamp::UNIX_EPOCH,
    }
}

fn may(method: &str, id: &str, role: Role) -> Result<(), Code> {
    allowed(method, &holder(id, role), &agency("nl-om")).map(drop)
}

#[test]
fn every_method_has_one_row_and_every_row_a_method() {
    let descriptors = [
        rogatory_wire::DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ];
    let mut methods = BTreeSet::new();
    for bytes in descriptors {
        for file in FileDescriptorSet::decode(bytes).unwrap().file {
            for service in &file.service {
                for method in &service.method {
                    methods.insert(format!("/{}.{}/{}", file.package(), service.name(), method.name()));
                }
            }
        }
    }
    let rows: BTreeSet<_> = PERMISSIONS.iter().map(|row| row.method.to_owned()).collect();
    assert_eq!(rows, methods);
    assert_eq!(rows.len(), PERMISSIONS.len(), "no method has two rows");
}

#[test]
fn what_has_no_row_is_no_method_for_anybody() {
    for role in [Role::Node, Role::CaseSystem, Role::Operator, Role::Auditor] {
        for method in ["", "/", "/rogatory.admin.v1.Admin/Stop", "/rogatory.casework.v1.Casework/submit"] {
            assert_eq!(may(method, "nl-om", role), Err(Code::UnknownMethod));
        }
    }
}

#[test]
fn a_client_of_another_agency_may_call_nothing_at_all() {
    for row in PERMISSIONS {
        for role in [Role::CaseSystem, Role::Operator, Role::Auditor] {
            assert_eq!(
                may(row.method, "fr-gendarmerie", role),
                Err(Code::ForeignClient),
                "{} {role}",
                row.method
            );
        }
    }
}

#[test]
fn a_node_may_exchange_with_another_agency_and_ask_for_health_only() {
    for row in PERMISSIONS {
        let (exchange, health) = (row.method.contains("Exchange"), row.method.contains("Health"));
        assert_eq!(
            may(row.method, "fr-gendarmerie", Role::Node).is_ok(),
            exchange || health,
            "{}",
            row.method
        );
        assert_eq!(may(row.method, "nl-om", Role::Node).is_ok(), health, "{}", row.method);
    }
}

#[test]
fn an_operator_never_reads_a_case_and_a_case_system_never_operates() {
    let casework = |method| format!("/rogatory.casework.v1.Casework/{method}");
    for method in ["Submit", "SubmitStream", "Act", "Get", "Watch", "Evidence"] {
        assert_eq!(may(&casework(method), "nl-om", Role::Operator), Err(Code::RoleNotAllowed), "{method}");
        assert!(may(&casework(method), "nl-om", Role::CaseSystem).is_ok(), "{method}");
    }
    assert!(may(&casework("List"), "nl-om", Role::Operator).is_ok());
    assert!(may(&casework("Calendar"), "nl-om", Role::Operator).is_ok());
    for role in [Role::CaseSystem, Role::Operator, Role::Auditor] {
        assert!(may(&casework("Statistics"), "nl-om", role).is_ok(), "{role}");
    }
    assert!(may(&casework("Evidence"), "nl-om", Role::Auditor).is_ok());
    assert!(may(&casework("Get"), "nl-om", Role::Auditor).is_err());
    assert!(may("/rogatory.admin.v1.Admin/Status", "nl-om", Role::CaseSystem).is_err());
}

#[test]
fn a_client_that_tries_the_exchange_is_told_so() {
    let exchange = "/rogatory.exchange.v1.Exchange/Converse";
    assert_eq!(may(exchange, "nl-om", Role::CaseSystem), Err(Code::ClientOnExchange));
    assert_eq!(may(exchange, "nl-om", Role::Node), Err(Code::RoleNotAllowed), "nobody exchanges with itself");
}

#[test]
fn the_reference_page_has_a_row_for_every_method() {
    assert_eq!(reference_page().lines().filter(|line| line.starts_with("| `")).count(), PERMISSIONS.len());
}
