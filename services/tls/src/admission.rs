//! Who has anything to do at a listener, by agency and role alone: whoever has not is turned away in the handshake.
//!
//! It must not know which calls there are; that is the node's table.

use rogatory_domain::AgencyId;

use crate::refusal::HandshakeRefusal;
use crate::spiffe::{Role, SpiffeId};
use crate::trust::OnUnknown;

/// Who else than the own agency is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partners {
    /// Nobody.
    None,
    /// The nodes of every agency that has roots here; never their clients.
    Nodes,
}

/// Who is let in at one listener.
#[derive(Clone, Debug)]
pub(crate) struct Admission {
    pub(crate) own: AgencyId,
    pub(crate) partners: Partners,
}

impl Admission {
    /// Whether the holder of an id is let in.
    ///
    /// # Errors
    /// [`HandshakeRefusal::NotAdmitted`].
    pub(crate) fn of(&self, id: &SpiffeId) -> Result<OnUnknown, HandshakeRefusal> {
        if *id.agency() == self.own {
            let looks = id.role() == Role::Operator;
            return Ok(if looks { OnUnknown::LetLook } else { OnUnknown::Refuse });
        }
        match self.partners {
            Partners::Nodes if id.role() == Role::Node => Ok(OnUnknown::Refuse),
            _ => Err(HandshakeRefusal::NotAdmitted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners_come_as_nodes_and_only_where_nodes_are_served() {
        let id = |text: &str| text.parse::<SpiffeId>().unwrap();
        let own = "nl-om".parse::<AgencyId>().unwrap();
        let at = |partners, text| Admission { own: own.clone(), partners }.of(&id(text));
        for (partners, text, verdict) in [
            (Partners::None, "spiffe://nl-om.f/operator/x", Ok(OnUnknown::LetLook)),
            (Partners::None, "spiffe://nl-om.f/case-system/x", Ok(OnUnknown::Refuse)),
            (Partners::None, "spiffe://nl-om.f/node", Ok(OnUnknown::Refuse)),
            (Partners::None, "spiffe://fr-jirs.f/node", Err(HandshakeRefusal::NotAdmitted)),
            (Partners::None, "spiffe://fr-jirs.f/operator/x", Err(HandshakeRefusal::NotAdmitted)),
            (Partners::Nodes, "spiffe://fr-jirs.f/node", Ok(OnUnknown::Refuse)),
            (Partners::Nodes, "spiffe://fr-jirs.f/operator/x", Err(HandshakeRefusal::NotAdmitted)),
            (Partners::Nodes, "spiffe://nl-om.f/operator/x", Ok(OnUnknown::LetLook)),
        ] {
            assert_eq!(at(partners, text), verdict, "{text} where {partners:?}");
        }
    }
}
