//! Generated protobuf code and its conversions to and from the domain.
//!
//! Owns everything that knows both a generated type and a domain type. It must not decide anything: what is out of
//! bounds is found by the domain's own parsers.

pub mod body;
pub mod codec;
pub mod describe;
pub mod details;
pub mod due;
pub mod event;
pub mod form;
pub mod instant;
mod shape;
pub mod word;

/// Generated code; the protobuf files carry the documentation.
#[allow(
    missing_docs,
    unused_qualifications,
    clippy::all,
    clippy::too_many_lines,
    reason = "generated; which lints it breaks is not ours to say"
)]
pub mod pb {
    /// Values shared by all services.
    pub mod types {
        /// Version 1.
        pub mod v1 {
            tonic::include_proto!("rogatory.types.v1");
        }
    }
    /// What case systems call.
    pub mod casework {
        /// Version 1.
        pub mod v1 {
            tonic::include_proto!("rogatory.casework.v1");
        }
    }
    /// Node to node.
    pub mod exchange {
        /// Version 1.
        pub mod v1 {
            tonic::include_proto!("rogatory.exchange.v1");
        }
    }
    /// What operators and auditors call.
    pub mod admin {
        /// Version 1.
        pub mod v1 {
            tonic::include_proto!("rogatory.admin.v1");
        }
    }
    /// Evidence formats, owned by the evidence crate.
    pub mod evidence {
        /// Version 1.
        pub use rogatory_evidence::pb as v1;
    }
}

/// The compiled descriptor set, for reflection and for the permission table's own check.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
