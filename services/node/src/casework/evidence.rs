//! placeholder until the file format lands
use rogatory_domain::refusal::Code;
use rogatory_tls::PeerIdentity;
use rogatory_wire::pb::casework::v1 as pb;
use crate::desk::Desk;
pub(super) async fn file(_: &Desk, _: &PeerIdentity, _: pb::EvidenceRequest) -> Result<Vec<u8>, Code> { Err(Code::Internal) }
