//! How a connection to a peer ends: as it should, for a fault, or for another cause, and on whose word.
//!
//! Owns the reading of a last frame and of a status. It must not decide what follows.

use rogatory_engine::link::LinkFault;
use tonic::Status;

use super::{Cause, Stage, Way};
use crate::status::{code_in, of_transport};

/// How a connection ended.
pub(super) enum End {
    /// As it should; with why.
    Quiet(&'static str),
    /// For a fault, which the peer is told unless it told it itself.
    Fault(LinkFault),
    /// For another cause that an operator has to see.
    Because(Cause),
}

impl From<LinkFault> for End {
    fn from(fault: LinkFault) -> Self {
        Self::Fault(fault)
    }
}

/// The peer hung up. Only a code of the catalogue is repeated: a peer's own text has no place in logs or answers.
pub(super) fn end_of_fault(code: &str) -> End {
    LinkFault::Told(code.parse().ok()).into()
}

/// Why no frame comes any more: a frame that could not be taken, a refusal by the peer's door, or the connection's end.
pub(super) fn lost(status: &Status, reached: Stage, way: &Way) -> End {
    // A status with a code that comes on a stream this side dialled is the peer's; on one that the peer dialled there is none
    // but what this side's own gate put in the place of a frame.
    let told = code_in(status).filter(|_| way.dialled);
    match (told, of_transport(status)) {
        (Some(code), _) => LinkFault::Told(Some(code)).into(),
        (None, Some((code, _))) => LinkFault::Refused(code).into(),
        (None, None) => End::Because(Cause::of_status(status, reached, &way.address)),
    }
}

#[cfg(test)]
mod tests {
    use rogatory_domain::refusal::Code;

    use super::*;
    use crate::status::status_of;

    #[test]
    fn a_refusal_that_ends_the_stream_of_a_peer_is_the_peers_word_and_no_fault_of_it() {
        let address = "192.0.2.1:7443".to_owned();
        let way = |dialled| Way { peer: "nl-om".parse().unwrap(), address: address.clone(), dialled };
        let status = status_of(Code::RevocationUnknown);
        for (dialled, expected) in [
            (true, LinkFault::Told(Some(Code::RevocationUnknown))),
            (false, LinkFault::Refused(Code::RevocationUnknown)),
        ] {
            let End::Fault(fault) = lost(&status, Stage::Link, &way(dialled)) else { panic!("no fault") };
            assert_eq!(fault, expected);
        }
    }
}
