//! The client library of case systems and of the command line: one mutual-TLS connection to the agency's own node,
//! and typed calls over it.
//!
//! Owns the connection, the streams' halves and the reading of refusals. It must not decide anything a node decides:
//! it neither checks referrals nor repeats a call by itself; [`Problem::retry`] says what the caller may do. Only streams go
//! on by themselves when their connection is lost: a watch behind what came last, a stream of submissions with what the
//! node had not answered.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use rogatory_client::{Assertion, ClientConfig, Connection};
//! let roots = std::fs::read_to_string("ca.crt")?;
//! let credentials = ClientConfig::read_credentials("clients/cases.crt".as_ref(), "clients/cases.key".as_ref())?;
//! let connection = Connection::open(ClientConfig::new("node.example:7444", roots, credentials)).await?;
//! let who = Assertion { person: "j.jansen".into(), justification: "on duty".into() };
//! for referral in connection.casework().list(who, 10).await? {
//!     println!("{} is {}", referral.referral_id, referral.state);
//! }
//! # Ok(())
//! # }
//! ```

mod admin;
mod again;
mod batches;
mod casework;
mod connection;
mod hearing;
mod problem;
mod streams;
#[cfg(test)]
mod tests;
mod watch;

pub use admin::Admin;
pub use batches::Batches;
pub use casework::Casework;
pub use connection::{ClientConfig, Connection, Look, OpenError};
pub use problem::Problem;
pub use rogatory_domain::refusal::{Blame, Code, Retry};
pub use rogatory_wire::instant;
pub use rogatory_wire::pb;
pub use rogatory_wire::pb::casework::v1::Assertion;
pub use streams::{Closed, Outcomes, Submitter};
pub use watch::{Acknowledger, Offers};

/// A fresh UUIDv7, as ids of referrals and messages are; choose one before submitting and a repeat is harmless.
pub fn fresh_id() -> String {
    uuid::Uuid::now_v7().to_string()
}
