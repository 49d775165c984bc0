//! Proofs: openings that a multiproof ties to one verified head, and what each may be taken to attest.
//!
//! Owns the rule "A sent E only by a record SENT of A's own ledger, for E's own digest, recipients and federation".
//! It must not decide whether a head is the newest; the holder of the newer one does.

use bytes::Bytes;
use rogatory_tlog::{Hash, single_from_multiproof, verify_multiproof};

use crate::envelope::{Digest, Header, array};
use crate::pb;
use crate::record::{Kind, Shared, SharedError};
use crate::{Head, Leaf};

/// Most openings of one batch.
pub const OPENINGS_COUNT_MAX: usize = 512;

/// A record that was shown to stand in its agency's ledger. Only [`verify_batch`] and [`verify_shown`] make one.
#[derive(Clone, Debug)]
pub struct Proven {
    /// Position in the ledger.
    pub index: u64,
    /// Leaf hash.
    pub leaf: Hash,
    /// The shared part.
    pub shared: Shared,
}

/// Openings of one origin under one head: what is stored, and what is sent.
pub type ProofBatch = pb::ProofBatch;

/// Why a batch of openings proves nothing.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ProofError {
    /// No opening, too many, or not in rising order.
    #[error("the openings are not between 1 and {OPENINGS_COUNT_MAX} in rising order")]
    Order,
    /// A salt, commitment or hash has another length.
    #[error("an opening or proof has a field of the wrong length")]
    Malformed,
    /// A shared part cannot be read.
    #[error("the shared part of an opening is not readable")]
    Shared,
    /// A shared part names another ledger than the head.
    #[error("an opening belongs to another ledger than the head")]
    Foreign,
    /// The hashes do not lead to the head's root.
    #[error("the proof does not lead to the signed head")]
    Invalid,
    /// The record is of another kind, or about something else, than it is used for.
    #[error("the record is no proof of what it is used for")]
    Kind,
}

/// A record that was shown to stand in its agency's ledger, as far as this release can read it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Position in the ledger.
    pub index: u64,
    /// The record, or why it cannot be read: a later release may know fields and kinds that this one does not.
    pub record: Result<Proven, SharedError>,
}

/// Checks that every opening stands under the head and can be read.
///
/// # Errors
/// The whole batch is refused when any part of it is wrong.
pub fn verify_batch(
    head: &Head,
    proof: &[Bytes],
    openings: &[pb::Opening],
) -> Result<Vec<Proven>, ProofError> {
    let shown = verify_shown(head, proof, openings)?;
    shown.into_iter().map(|shown| shown.record.map_err(|_| ProofError::Shared)).collect()
}

/// Checks that every opening stands under the head. One that this release cannot read hinders no other.
///
/// # Errors
/// The whole batch is refused when any part of it is proven wrongly.
pub fn verify_shown(
    head: &Head,
    proof: &[Bytes],
    openings: &[pb::Opening],
) -> Result<Vec<Shown>, ProofError> {
    if openings.is_empty() || openings.len() > OPENINGS_COUNT_MAX {
        return Err(ProofError::Order);
    }
    if openings.windows(2).any(|pair| pair[0].index >= pair[1].index) {
        return Err(ProofError::Order);
    }
    let leaf = |opening: &pb::Opening| Ok((opening.index, leaf_of(opening)?.hash()));
    let leaves = openings.iter().map(leaf).collect::<Result<Vec<_>, ProofError>>()?;
    verify_multiproof(&leaves, head.size, &hashes(proof)?, head.root).map_err(|_| ProofError::Invalid)?;
    openings.iter().zip(leaves).map(|(opening, (_, leaf))| show(head, opening, leaf)).collect()
}

fn show(head: &Head, opening: &pb::Opening, leaf: Hash) -> Result<Shown, ProofError> {
    let index = opening.index;
    let shared = match Shared::parse(&opening.shared) {
        Ok(shared) => shared,
        Err(error) => return Ok(Shown { index, record: Err(error) }),
    };
    let origin = &head.origin;
    if shared.federation != origin.federation
        || shared.agency != origin.agency
        || shared.instance != origin.instance
    {
        return Err(ProofError::Foreign);
    }
    Ok(Shown { index, record: Ok(Proven { index, leaf, shared }) })
}

/// The leaf an opening leads to.
///
/// # Errors
/// When a salt or commitment is not 32 bytes long.
pub fn leaf_of(opening: &pb::Opening) -> Result<Leaf, ProofError> {
    let salt = array(&opening.shared_salt).ok_or(ProofError::Malformed)?;
    let private = array(&opening.private_commitment).ok_or(ProofError::Malformed)?;
    Ok(Leaf::reopen(&opening.shared, &salt, &private))
}

/// Hashes as they travel.
///
/// # Errors
/// When one is not 32 bytes long.
pub fn hashes(bytes: &[Bytes]) -> Result<Vec<Hash>, ProofError> {
    bytes.iter().map(|hash| array(hash).map(Hash).ok_or(ProofError::Malformed)).collect()
}

/// Hashes as they travel.
pub fn hash_bytes(hashes: &[Hash]) -> Vec<Bytes> {
    hashes.iter().map(|hash| Bytes::copy_from_slice(hash.as_bytes())).collect()
}

/// The inclusion proof of one record of a stored batch, under the batch's head of the given size.
///
/// # Errors
/// When the batch is damaged or does not hold the record.
pub fn inclusion_of(batch: &ProofBatch, size: u64, index: u64) -> Result<Vec<Hash>, ProofError> {
    let leaves = batch
        .openings
        .iter()
        .map(|opening| Ok((opening.index, leaf_of(opening)?.hash())))
        .collect::<Result<Vec<_>, ProofError>>()?;
    single_from_multiproof(&leaves, size, &hashes(&batch.proof)?, index).map_err(|_| ProofError::Invalid)
}

impl Proven {
    /// Whether this is the sender's own record that it sent exactly this envelope.
    ///
    /// # Errors
    /// [`ProofError::Kind`] when it is anything else.
    pub fn attests_sending(&self, header: &Header, digest: &Digest) -> Result<(), ProofError> {
        let shared = &self.shared;
        let exact = shared.kind == Kind::Sent
            && shared.agency == header.sender
            && shared.federation == header.federation
            && shared.message == Some(header.message)
            && shared.referral == Some(header.referral)
            && shared.number == header.number
            && shared.envelope == Some(*digest)
            && shared.recipients == header.recipients;
        if exact { Ok(()) } else { Err(ProofError::Kind) }
    }

    /// Whether this answers the record of the given leaf hash about the given envelope: TAKEN or REFUSED.
    ///
    /// # Errors
    /// [`ProofError::Kind`] when it is anything else.
    pub fn attests_receipt(&self, digest: &Digest, answered: &Hash) -> Result<(), ProofError> {
        let shared = &self.shared;
        let exact = matches!(shared.kind, Kind::Taken | Kind::Refused)
            && shared.envelope == Some(*digest)
            && shared.answers == Some(*answered);
        if exact { Ok(()) } else { Err(ProofError::Kind) }
    }
}
