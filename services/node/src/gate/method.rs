//! What the gate must know of a method before a byte of its message is read: whether streams go either way, how large
//! a message may be, and which lane it takes.
//!
//! Owns the limits by method. It must not decide who may call.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost::Message as _;
use prost_types::FileDescriptorSet;

use super::share::Lane;

/// Bytes of a message that only asks for something, and of every frame of a link before both sides have greeted.
pub(crate) const SMALL_MESSAGE_BYTES: usize = 64 << 10;

/// Bytes of a question about the services; the answer to an unknown name repeats it.
const REFLECTION_BYTES: usize = 1 << 10;

/// The methods that are compiled in, by their path, and whether requests and answers are streams.
static STREAMS: LazyLock<HashMap<String, (bool, bool)>> = LazyLock::new(|| {
    let descriptors = [
        rogatory_wire::DESCRIPTORS,
        tonic_health::pb::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
        tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
    ];
    let files =
        descriptors.iter().flat_map(|bytes| FileDescriptorSet::decode(*bytes).unwrap_or_default().file);
    let mut streams = HashMap::new();
    for file in files {
        for service in &file.service {
            for method in &service.method {
                let path = format!("/{}.{}/{}", file.package(), service.name(), method.name());
                streams.insert(path, (method.client_streaming(), method.server_streaming()));
            }
        }
    }
    streams
});

/// What the gate must know of one method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Method {
    /// Whether requests are a stream.
    pub(super) requests_stream: bool,
    /// Whether answers are a stream.
    pub(super) answers_stream: bool,
    /// Whether a stream of requests may rest between two messages.
    pub(super) may_rest: bool,
    /// Bytes of a message, before anything raises the limit.
    pub(super) message_bytes: usize,
    /// Where it is counted.
    pub(super) lane: Lane,
}

impl Method {
    /// The method of a path; `message_bytes` is the limit for messages that carry content.
    pub(super) fn of(path: &str, message_bytes: usize) -> Self {
        let (requests_stream, answers_stream) = STREAMS.get(path).copied().unwrap_or_default();
        let is_reflection = path.starts_with("/grpc.reflection.");
        let message_bytes = match path {
            "/rogatory.casework.v1.Casework/Submit"
            | "/rogatory.casework.v1.Casework/SubmitStream"
            | "/rogatory.casework.v1.Casework/Act" => message_bytes,
            _ if is_reflection => REFLECTION_BYTES,
            _ => SMALL_MESSAGE_BYTES,
        };
        let lane = match path {
            "/grpc.health.v1.Health/Check"
            | "/rogatory.admin.v1.Admin/Status"
            | "/rogatory.admin.v1.Admin/Peers" => Lane::Vital,
            _ => Lane::Ordinary,
        };
        Self { requests_stream, answers_stream, may_rest: !is_reflection, message_bytes, lane }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::PERMISSIONS;

    #[test]
    fn every_method_of_the_table_is_one_of_the_descriptors() {
        for row in PERMISSIONS {
            assert!(STREAMS.contains_key(row.method), "{}", row.method);
        }
    }

    #[test]
    fn streams_are_known_and_only_content_is_large() {
        let of = |path| Method::of(path, 2 << 20);
        let converse = of("/rogatory.exchange.v1.Exchange/Converse");
        assert!(converse.requests_stream && converse.answers_stream && converse.may_rest);
        assert_eq!(converse.message_bytes, SMALL_MESSAGE_BYTES);
        let submit = of("/rogatory.casework.v1.Casework/Submit");
        assert_eq!((submit.requests_stream, submit.message_bytes), (false, 2 << 20));
        assert_eq!(of("/grpc.health.v1.Health/Check").lane, Lane::Vital);
        assert!(!of("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo").may_rest);
    }
}
