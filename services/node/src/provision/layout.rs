//! Where the nodes of a made federation run, and what follows: bindings, paths, names in certificates.
//!
//! It must not write files.

use std::net::IpAddr;

use rogatory_domain::{AgencyId, FederationId};
use rogatory_tlog::VerifierKey;
use serde::{Deserialize, Serialize};

use super::{Plan, PlannedAgency, validity_days};

/// Where the nodes will run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// On this machine: bound to each agency's host, data beside the configuration.
    #[default]
    Local,
    /// In containers: bound to every address, configuration mounted read-only, data in `/var/lib/rogatory`.
    Containers,
}

/// The agencies of the demonstration; ids and hosts are those of `deploy/compose.yaml`.
const DEMO: [(&str, &str, &str); 6] = [
    ("fr-jirs-marseille", "JIRS Marseille, parquet", "FR"),
    ("fr-gendarmerie", "Gendarmerie nationale, SPOC", "FR"),
    ("nl-om", "Openbaar Ministerie, Internationaal Rechtshulpcentrum", "NL"),
    ("nl-politie", "Politie, Landelijke Eenheid", "NL"),
    ("eu-europol", "Europol", "EU"),
    ("nl-rechtbank-amsterdam", "Rechtbank Amsterdam, Internationale Rechtshulpkamer", "NL"),
];

pub(super) fn demo(layout: Layout, first_port: u16) -> Plan {
    let agencies = DEMO.iter().zip(0..).map(|((id, name, country), n): (_, u16)| {
        let id: AgencyId = id.parse().expect("a demonstration agency has a good id");
        let first = first_port + 3 * n;
        let (host, ports) = match layout {
            Layout::Local => ("127.0.0.1".to_owned(), (first, first + 1, first + 2)),
            // Every container has ports of its own.
            Layout::Containers => (id.to_string(), (first_port, first_port + 1, first_port + 2)),
        };
        PlannedAgency {
            id,
            name: (*name).to_owned(),
            country: (*country).to_owned(),
            part: None,
            host,
            peer_port: ports.0,
            client_port: ports.1,
            metrics_port: Some(ports.2),
        }
    });
    let federation: FederationId = "demo.rogatory.example".parse().expect("a good federation id");
    Plan { federation, layout, validity_days: validity_days(), agencies: agencies.collect() }
}

/// Names and addresses a node's certificate carries for its host.
pub(super) fn names_of(host: &str) -> (Vec<&str>, Vec<IpAddr>) {
    match host.parse::<IpAddr>() {
        Ok(address) => (vec!["localhost"], vec![address]),
        Err(_) => (vec![host, "localhost"], Vec::new()),
    }
}

/// `host:port`, an IPv6 host in brackets.
pub(super) fn endpoint(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

pub(super) fn config_text(plan: &Plan, agency: &PlannedAgency, roster_key: &VerifierKey) -> String {
    let (bind, state) = match plan.layout {
        // A host that is a name may resolve to anything; the demonstration stays on this machine.
        Layout::Local if agency.host.parse::<IpAddr>().is_ok() => (agency.host.as_str(), ""),
        Layout::Local => ("127.0.0.1", ""),
        Layout::Containers => ("0.0.0.0", "/var/lib/rogatory/"),
    };
    let (peers, clients) = (endpoint(bind, agency.peer_port), endpoint(bind, agency.client_port));
    let metrics = agency.metrics_port.map_or_else(String::new, |port| {
        let bind = if plan.layout == Layout::Local { "127.0.0.1" } else { bind };
        format!("metrics = \"{}\"\n", endpoint(bind, port))
    });
    format!(
        "# Node of {id}. docs/reference/config.md explains every option.\n\
         agency = \"{id}\"\nfederation = \"{federation}\"\ndata_dir = \"{state}data\"\n\n\
         [listen]\npeers = \"{peers}\"\nclients = \"{clients}\"\n{metrics}\n\
         [tls]\ncertificate = \"node.crt\"\nkey = \"node.key\"\n\n\
         [roster]\nfile = \"roster.note\"\nkey = \"{roster_key}\"\n\n\
         [keys]\nledger = \"ledger.key\"\nsealing = \"sealing.key\"\nvault_dir = \"{state}vault\"\n",
        id = agency.id,
        federation = plan.federation,
    )
}
