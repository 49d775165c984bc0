//! How a roster is signed: by the key of the federation, under the key's name.
//!
//! It must not decide what a roster says, nor where it is written.

use rogatory_domain::FederationId;
use rogatory_evidence::roster::roster_key_name;
use rogatory_evidence::{Roster, RosterDraft, RosterError};
use rogatory_keys::RosterKey;
use rogatory_tlog::{KeyKind, SignatureLine, VerifierKey};

/// The line by which every node of a federation knows the key.
///
/// # Errors
/// [`RosterError::Signature`] where the federation's name makes no key name.
pub fn verifier_key(federation: &FederationId, key: &RosterKey) -> Result<VerifierKey, RosterError> {
    VerifierKey::new(&roster_key_name(federation), KeyKind::Ed25519, &key.public())
        .map_err(|_| RosterError::Signature)
}

/// Signs a roster.
///
/// # Errors
/// Names every field of the draft at fault, or says that it is larger than a roster may be.
pub fn sign(draft: &RosterDraft, key: &RosterKey) -> Result<Roster, RosterError> {
    let public = verifier_key(&draft.federation, key)?;
    let signature = key.sign(draft.to_text().as_bytes());
    let line = SignatureLine::ed25519(&public, &signature).map_err(|_| RosterError::Signature)?;
    Roster::signed(draft, line)
}
