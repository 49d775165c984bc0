//! The node: gRPC services, peer links, permissions, composition.
//!
//! Owns everything between the network and the engine. It must not decide anything about a case.

pub mod config;
pub mod metrics_names;
pub mod permission;
pub mod status;
pub mod telemetry;
