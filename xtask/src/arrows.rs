//! Which crate may name which: the architecture's table and the check against it. It must not know how cargo is asked;
//! the check is a function of pairs of names.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use anyhow::{Result, bail};
use cargo_metadata::{DependencyKind, Metadata, Package};

/// A room and the rooms it may name. Arrows point up: a room names only rooms above it. What a named room may name
/// may be named too, since it is linked anyway.
const ROOMS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("tlog", &[]),
    ("evidence", &["domain", "tlog"]),
    ("message", &["domain", "evidence"]),
    ("exchange", &["domain", "evidence"]),
    ("ledger", &["tlog"]),
    ("index", &["domain", "evidence"]),
    ("keys", &[]),
    ("tls", &["domain"]),
    ("engine", &["domain", "tlog", "evidence", "exchange", "ledger", "index", "keys"]),
    ("wire", &["domain", "evidence", "message"]),
    ("forms", &["domain", "wire"]),
    ("paper", &["wire", "forms"]),
    ("node", &["engine", "message", "wire", "forms", "paper", "tls", "keys"]),
    ("client", &["wire", "tls"]),
    ("cli", &["client", "node", "forms", "paper", "evidence", "ledger"]),
];

/// Third-party crates that only some rooms may name.
const KEPT: &[(&str, &[&str], &str)] = &[
    ("sled", &["index"], "the store is a fold of the ledger, and only its projection knows the store"),
    ("rustls", &["tls"], "peer identity is decided in one room"),
    ("rustls-webpki", &["tls"], "peer identity is decided in one room"),
    ("tokio-rustls", &["tls"], "peer identity is decided in one room"),
    ("rcgen", &["tls"], "certificates are made in one room"),
    ("typst", &["paper"], "forms are typeset in one room"),
    ("typst-*", &["paper"], "forms are typeset in one room"),
    ("tonic", TRANSPORT, "the core does not know the transport"),
    ("tonic-*", TRANSPORT, "the core does not know the transport"),
];
const TRANSPORT: &[&str] = &["wire", "node", "client", "cli"];

/// Rooms without clock, disk, network, threads or randomness of their own.
pub(crate) const PURE: &[&str] = &["domain", "tlog", "evidence", "message", "exchange"];
const IMPURE: &[&str] = &[
    "crossbeam-channel",
    "getrandom",
    "hyper",
    "hyper-*",
    "object_store",
    "parking_lot",
    "rand",
    "rand_*",
    "rustix",
    "rustls",
    "sled",
    "tempfile",
    "tokio",
    "tokio-*",
    "tonic",
    "tonic-*",
];

/// Reasons why an edge is not allowed; each names both ends.
#[derive(Debug, PartialEq, Eq)]
enum Forbidden {
    /// The crate is in `services/`, but not in the table.
    NoRoom { krate: String },
    /// An arrow between rooms that the table does not have.
    Arrow { from: String, to: String },
    /// An arrow of the table that no manifest names.
    Unused { from: &'static str, to: &'static str },
    /// A third-party crate that is kept to other rooms.
    Kept { from: String, to: String, why: &'static str },
    /// A third-party crate that would make a pure room impure.
    Impure { from: String, to: String },
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoom { krate } => write!(f, "{krate}: no room of that name in the table of arrows"),
            Self::Arrow { from, to } => write!(f, "{from} -> {to}: no such arrow between rooms"),
            Self::Unused { from, to } => {
                write!(f, "{from} -> {to}: the table has an arrow that nothing needs")
            }
            Self::Kept { from, to, why } => write!(f, "{from} -> {to}: {why}"),
            Self::Impure { from, to } => write!(f, "{from} -> {to}: {from} is pure"),
        }
    }
}

/// Fails if a crate under `services/` names something it may not. Development dependencies are free: they reach no
/// binary. So are `tests/` and this program.
pub(crate) fn check(workspace: &Metadata) -> Result<()> {
    let services = workspace.workspace_root.join("services");
    let rooms: Vec<&Package> =
        workspace.packages.iter().filter(|package| package.manifest_path.starts_with(&services)).collect();
    let edges: Vec<(&str, &str)> = rooms
        .iter()
        .flat_map(|package| {
            let named = package.dependencies.iter().filter(|named| named.kind != DependencyKind::Development);
            named.map(|named| (package.name.as_str(), named.name.as_str()))
        })
        .collect();
    let names: Vec<&str> = rooms.iter().map(|package| package.name.as_str()).collect();
    let mut forbidden = strangers(&names);
    forbidden.extend(judge(&edges));
    forbidden.extend(unused(&edges));
    for edge in &forbidden {
        eprintln!("arrows: {edge}");
    }
    if !forbidden.is_empty() {
        bail!(
            "{} forbidden; the table is in xtask/src/arrows.rs, its reasons in docs/ARCHITECTURE.md",
            forbidden.len()
        );
    }
    println!("arrows: {} rooms, {} edges, all allowed", rooms.len(), edges.len());
    Ok(())
}

/// Crates that the table does not know.
fn strangers(crates: &[&str]) -> Vec<Forbidden> {
    let known = |krate: &str| room(krate).is_some_and(|name| ROOMS.iter().any(|(room, _)| *room == name));
    crates
        .iter()
        .filter(|krate| !known(krate))
        .map(|krate| Forbidden::NoRoom { krate: (*krate).into() })
        .collect()
}

/// Arrows that the table has and no crate needs.
fn unused(edges: &[(&str, &str)]) -> Vec<Forbidden> {
    let arrows = ROOMS.iter().flat_map(|(from, named)| named.iter().map(|to| (*from, *to)));
    let is_named = |(from, to): &(&str, &str)| {
        edges.iter().any(|(here, there)| room(here) == Some(*from) && room(there) == Some(*to))
    };
    arrows.filter(|arrow| !is_named(arrow)).map(|(from, to)| Forbidden::Unused { from, to }).collect()
}

/// Everything that is wrong with the edges, each a pair (crate, what it names).
fn judge(edges: &[(&str, &str)]) -> Vec<Forbidden> {
    edges.iter().filter_map(|(from, to)| judge_edge(from, to)).collect()
}

fn judge_edge(from: &str, to: &str) -> Option<Forbidden> {
    let here = room(from)?;
    let (owned_from, owned_to) = (from.to_owned(), to.to_owned());
    if let Some(there) = room(to) {
        let allowed = reachable(here).contains(there);
        return (!allowed).then_some(Forbidden::Arrow { from: owned_from, to: owned_to });
    }
    if PURE.contains(&here) && IMPURE.iter().any(|pattern| matches(pattern, to)) {
        return Some(Forbidden::Impure { from: owned_from, to: owned_to });
    }
    let (_, _, why) =
        KEPT.iter().find(|(pattern, rooms, _)| matches(pattern, to) && !rooms.contains(&here))?;
    Some(Forbidden::Kept { from: owned_from, to: owned_to, why })
}

/// The room of one of our crates; `None` for a third-party crate.
fn room(krate: &str) -> Option<&str> {
    krate.strip_prefix("rogatory-")
}

/// Every room that the arrows lead to from `room`.
fn reachable(room: &str) -> BTreeSet<&'static str> {
    let named =
        |room: &str| ROOMS.iter().find(|(name, _)| *name == room).map_or(&[][..], |(_, named)| *named);
    let mut found = BTreeSet::new();
    let mut open = named(room).to_vec();
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(named(next));
        }
    }
    found
}

/// A pattern is a crate's name, or its beginning followed by `*`.
fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |beginning| name.starts_with(beginning))
}
