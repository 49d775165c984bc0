//! The node: gRPC services, peer links, permissions, composition.
//!
//! Owns everything between the network and the engine. It must not decide anything about a case.

mod admin;
mod answers;
pub mod beginning;
mod body;
mod casework;
pub mod channel;
mod condition;
pub mod config;
mod credentials;
mod day_keys;
mod decrees;
mod denials;
mod desk;
mod exchange;
mod expiry;
mod fields;
pub mod gate;
mod gauges;
mod health;
mod holder;
pub mod incoming;
mod labels;
mod ledger_check;
mod listening;
pub mod maintenance;
pub mod metrics_names;
pub mod node;
mod notify;
mod observation;
mod page_token;
pub mod permission;
pub mod preflight;
mod probes;
pub mod process;
pub mod provision;
mod reads;
mod recorder;
pub mod revocation;
mod roster_age;
mod roster_file;
pub mod roster_signing;
mod rosters;
mod run;
pub mod server;
pub mod standing;
pub mod status;
mod supervisor;
pub mod telemetry;
mod turns;
mod unrecorded;

pub use listening::Unlistenable;
pub use node::{NodeError, Stop};
pub use rogatory_keys::SystemRandom;
pub use run::run;
