//! What an evidence file proves, and everything that is wrong with it.
//!
//! Owns the verdict. Every part is checked, and every fault is reported, so that one reading tells all.

use bytes::Bytes;
use jiff::Timestamp;
use rogatory_domain::id::AgencyId;
use rogatory_tlog::{Hash, TlogProof, VerifierKey, verify_inclusion};

use super::{EvidenceFile, FileRecord, Summary};
use crate::commitment::commitment;
use crate::envelope::{Digest, Envelope, Header, array};
use crate::head::Head;
use crate::pb;
use crate::proof::{Proven, leaf_of};
use crate::record::{Kind, Private, Shared};
use crate::roster::{Member, Roster, RosterError, roster_key_name};

/// What a content key commits to, as the envelope's header carries it (HKDF-Expand, one block).
const KEY_COMMITMENT_LABEL: &[u8] = b"rogatory/content/v1 commitment\x01";

/// One fault of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {kind}")]
pub struct Finding {
    /// Where, such as `records[1].proof`.
    pub part: String,
    /// What.
    pub kind: FindingKind,
}

/// What is wrong with a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FindingKind {
    /// The part cannot be read.
    #[error("it is not readable")]
    Unreadable,
    /// The file's roster key is not the one the verifier trusts.
    #[error("it is not the roster key you trust")]
    OtherRosterKey,
    /// The roster is not signed by the key.
    #[error("it is not signed by the roster key")]
    RosterSignature,
    /// The roster says that whoever reads it must understand more than this release does.
    #[error("it needs a later release to be read")]
    Later,
    /// The envelope or record belongs to another federation.
    #[error("it belongs to another federation than the roster")]
    Federation,
    /// The agency is not in the roster.
    #[error("the agency is not in the roster")]
    UnknownAgency,
    /// The summary says something else than the envelope.
    #[error("it does not say what the envelope says")]
    Summary,
    /// The role is not the kind of the record.
    #[error("it is not the kind of the record")]
    Role,
    /// The head is not signed by the agency's ledger key.
    #[error("the head is not signed by the ledger key of the agency")]
    HeadSignature,
    /// The record's shared part names another ledger than the head.
    #[error("the record belongs to another ledger than the head")]
    Foreign,
    /// The proof is not for this leaf under this head.
    #[error("the record is not in the ledger that the head signs")]
    NotIncluded,
    /// The record is about something else than the envelope, or not of its sender or recipients.
    #[error("the record does not attest this for this envelope")]
    NotAbout,
    /// A receipt does not answer the record SENT in this file, or a hand-over no record TAKEN in it.
    #[error("the record that it answers is not in the file")]
    Unanswered,
    /// The private part is not the one committed to.
    #[error("it is not what the record commits to")]
    Private,
    /// The key is not the one the envelope's header commits to.
    #[error("it is not the key that the envelope's header commits to")]
    ContentKey,
    /// Nothing in the file proves that the message was sent.
    #[error("no record proves that this envelope was sent")]
    NotSent,
}

/// What a sound file proves.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Key that signed the roster.
    pub roster_key: VerifierKey,
    /// Whether the verifier gave that key; otherwise it came from the file and must be compared by a person.
    pub roster_key_given: bool,
    /// Version of the roster.
    pub roster_version: u64,
    /// The envelope's header.
    pub header: Header,
    /// The envelope, for whoever may open it.
    pub envelope: Envelope,
    /// Its digest.
    pub digest: Digest,
    /// The records in the order of the file, each once however often the file holds it.
    pub records: Vec<Verified>,
    /// The disclosed content key, checked against the header.
    pub content_key: Option<[u8; 32]>,
}

/// One record that was shown to stand in its ledger and to be about the envelope.
#[derive(Clone, Debug, PartialEq)]
pub struct Verified {
    /// What it attests.
    pub kind: Kind,
    /// Agency in whose name it stands.
    pub agency: AgencyId,
    /// Official name of the agency, as the roster has it.
    pub name: String,
    /// Node time of the record.
    pub node_time: Timestamp,
    /// Position in the agency's ledger.
    pub index: u64,
    /// Leaf hash.
    pub leaf: Hash,
    /// Size of the signed head that proves it.
    pub head_size: u64,
    /// Root of that head.
    pub head_root: Hash,
    /// Whom the record concerns: the envelope's recipients, or the one given up on.
    pub recipients: Vec<AgencyId>,
    /// Code of the reason, in negative records.
    pub reason: String,
    /// Consumer, in hand-over records.
    pub consumer: String,
    /// The private part, where it is disclosed.
    pub private: Option<Private>,
}

impl EvidenceFile {
    /// Checks every part under the roster key the verifier trusts, or under the file's own when none is given.
    ///
    /// # Errors
    /// Every fault found; a file with any proves nothing.
    pub fn verify(&self, trusted: Option<&VerifierKey>) -> Result<Report, Vec<Finding>> {
        let mut findings = Vec::new();
        let roster = keep(self.roster(trusted), &mut findings);
        let envelope = Envelope {
            header: self.envelope.header.0.clone(),
            ciphertext: self.envelope.ciphertext.0.clone(),
        };
        let digest = envelope.digest();
        let header = Header::parse(&envelope.header);
        let header = header.map_err(|_| finding("envelope.header", FindingKind::Unreadable));
        let header = keep(header, &mut findings);
        // Without these two nothing else has a meaning.
        let (Some((roster_key, roster)), Some(header)) = (roster, header) else { return Err(findings) };
        if header.federation != *roster.federation() {
            findings.push(finding("envelope.header", FindingKind::Federation));
        }
        if self.summary != Summary::of(&header, &digest) {
            findings.push(finding("summary", FindingKind::Summary));
        }
        let subject = Subject { roster: &roster, header: &header, digest: &digest };
        let records = subject.records(&self.records, &mut findings);
        let content_key = keep(self.content_key(&header), &mut findings).flatten();
        if !findings.is_empty() {
            return Err(findings);
        }
        Ok(Report {
            roster_key,
            roster_key_given: trusted.is_some(),
            roster_version: roster.version(),
            header,
            envelope,
            digest,
            records,
            content_key,
        })
    }

    fn roster(&self, trusted: Option<&VerifierKey>) -> Result<(VerifierKey, Roster), Finding> {
        let own: VerifierKey =
            self.roster_key.parse().map_err(|_| finding("roster_key", FindingKind::Unreadable))?;
        if trusted.is_some_and(|trusted| *trusted != own) {
            return Err(finding("roster_key", FindingKind::OtherRosterKey));
        }
        let roster = Roster::verify(&self.roster, &own).map_err(|error| {
            let kind = match error {
                RosterError::Signature | RosterError::Note => FindingKind::RosterSignature,
                RosterError::Text(_) | RosterError::Fields(_) => FindingKind::Unreadable,
                RosterError::Later(_) => FindingKind::Later,
            };
            finding("roster", kind)
        })?;
        if own.name() != roster_key_name(roster.federation()) {
            return Err(finding("roster_key", FindingKind::Federation));
        }
        Ok((own, roster))
    }

    fn content_key(&self, header: &Header) -> Result<Option<[u8; 32]>, Finding> {
        let Some(encoded) = &self.content_key else { return Ok(None) };
        let key =
            array(&encoded.0).filter(|key| commitment(KEY_COMMITMENT_LABEL, key) == header.key_commitment);
        key.map(Some).ok_or_else(|| finding("content_key", FindingKind::ContentKey))
    }
}

/// Whether a record, with its proof, shows that the sender in a header sent that envelope, by the keys of a roster.
///
/// # Errors
/// Why it shows nothing of the kind.
pub fn attests_sending(
    roster: &Roster,
    opening: &pb::Opening,
    proof: &str,
    header: &Header,
    digest: &Digest,
) -> Result<(), FindingKind> {
    let (proven, ..) = shown(roster, opening, proof).map_err(|(_, kind)| kind)?;
    proven.attests_sending(header, digest).map_err(|_| FindingKind::NotAbout)
}

/// Shows that a record stands in the ledger of the agency that it names; with the part of it that is at fault otherwise.
fn shown<'a>(
    roster: &'a Roster,
    opening: &pb::Opening,
    proof: &str,
) -> Result<(Proven, Head, &'a Member), (&'static str, FindingKind)> {
    let unreadable = |part| (part, FindingKind::Unreadable);
    let leaf = leaf_of(opening).map_err(|_| unreadable(".opening"))?.hash();
    let shared = Shared::parse(&opening.shared).map_err(|_| unreadable(".opening.shared"))?;
    let member = roster.member(&shared.agency).ok_or((".opening", FindingKind::UnknownAgency))?;
    let proof: TlogProof = proof.parse().map_err(|_| unreadable(".proof"))?;
    if proof.extra.is_some() || proof.index != opening.index {
        return Err((".proof", FindingKind::NotIncluded));
    }
    let note = Bytes::from(proof.checkpoint.to_string());
    let head = Head::verify_under(&note, roster.federation(), &shared.agency, &member.ledger_keys)
        .map_err(|_| (".proof", FindingKind::HeadSignature))?;
    if shared.federation != head.origin.federation || shared.instance != head.origin.instance {
        return Err((".opening", FindingKind::Foreign));
    }
    verify_inclusion(leaf, proof.index, head.size, &proof.hashes, head.root)
        .map_err(|_| (".proof", FindingKind::NotIncluded))?;
    Ok((Proven { index: opening.index, leaf, shared }, head, member))
}

/// What every record must be about.
struct Subject<'a> {
    roster: &'a Roster,
    header: &'a Header,
    digest: &'a Digest,
}

impl Subject<'_> {
    fn records(&self, records: &[FileRecord], findings: &mut Vec<Finding>) -> Vec<Verified> {
        let mut verified = Vec::with_capacity(records.len());
        let mut proven = Vec::with_capacity(records.len());
        for (at, record) in records.iter().enumerate() {
            match self.record(record) {
                Ok((shown, proof)) => {
                    add(&mut verified, shown);
                    proven.push((at, proof));
                }
                Err((part, kind)) => findings.push(finding(&format!("records[{at}]{part}"), kind)),
            }
        }
        let sent = proven.iter().find(|(_, p)| p.attests_sending(self.header, self.digest).is_ok());
        let Some(sent) = sent.map(|(_, sent)| sent.leaf) else {
            findings.push(finding("records", FindingKind::NotSent));
            return verified;
        };
        for (at, proof) in &proven {
            if let Err(kind) = self.attests(proof, &sent, &proven) {
                findings.push(finding(&format!("records[{at}]"), kind));
            }
        }
        verified
    }

    /// Shows that one record stands in its agency's ledger.
    fn record(&self, record: &FileRecord) -> Result<(Verified, Proven), (&'static str, FindingKind)> {
        let (proven, head, member) = shown(self.roster, &record.opening.to_pb(), &record.proof)?;
        let shared = &proven.shared;
        if record.role != shared.kind.label() {
            return Err((".role", FindingKind::Role));
        }
        let verified = Verified {
            kind: shared.kind,
            agency: shared.agency.clone(),
            name: member.name.clone(),
            node_time: shared.node_time,
            index: proven.index,
            leaf: proven.leaf,
            head_size: head.size,
            head_root: head.root,
            recipients: shared.recipients.clone(),
            reason: shared.reason.clone(),
            consumer: shared.consumer.clone(),
            private: private(record)?,
        };
        Ok((verified, proven))
    }

    /// Whether a proven record is evidence about this envelope, in its own role.
    fn attests(&self, proof: &Proven, sent: &Hash, proven: &[(usize, Proven)]) -> Result<(), FindingKind> {
        let shared = &proof.shared;
        let by_sender = shared.agency == self.header.sender;
        let by_recipient = self.header.recipients.contains(&shared.agency);
        // A person reads a referral as a whole, so a record of access may leave the message open.
        let whole = shared.kind == Kind::Accessed && shared.message.is_none() && shared.envelope.is_none();
        let exact = shared.message == Some(self.header.message) && shared.envelope == Some(*self.digest);
        let about = shared.referral == Some(self.header.referral) && (exact || whole);
        let (right_party, answers) = match shared.kind {
            Kind::Sent => {
                return proof.attests_sending(self.header, self.digest).map_err(|_| FindingKind::NotAbout);
            }
            Kind::Taken | Kind::Refused => (by_recipient, shared.answers == Some(*sent)),
            Kind::HandedOver => (by_recipient, proven.iter().any(|(_, taken)| is_taken(taken, shared))),
            Kind::GivenUp | Kind::Requeued | Kind::Receipted => (by_sender, true),
            Kind::Accessed => (by_sender || by_recipient, true),
            _ => (false, true),
        };
        match (about && right_party, answers) {
            (false, _) => Err(FindingKind::NotAbout),
            (true, false) => Err(FindingKind::Unanswered),
            (true, true) => Ok(()),
        }
    }
}

/// Whether this is the record TAKEN that a hand-over answers.
fn is_taken(taken: &Proven, handed_over: &Shared) -> bool {
    taken.shared.kind == Kind::Taken
        && taken.shared.agency == handed_over.agency
        && handed_over.answers == Some(taken.leaf)
}

/// Adds a record, unless it stands there already: a record proven twice, be it under two heads, is one record.
fn add(verified: &mut Vec<Verified>, shown: Verified) {
    let is_same = |held: &&mut Verified| {
        (&held.agency, held.index, held.leaf) == (&shown.agency, shown.index, shown.leaf)
    };
    match verified.iter_mut().find(is_same) {
        Some(held) => held.private = held.private.take().or(shown.private),
        None => verified.push(shown),
    }
}

fn private(record: &FileRecord) -> Result<Option<Private>, (&'static str, FindingKind)> {
    let Some(opened) = &record.private else { return Ok(None) };
    let wrong = (".private", FindingKind::Private);
    let salt = array(&opened.private_salt.0).ok_or(wrong)?;
    if commitment(&opened.private.0, &salt)[..] != record.opening.private_commitment.0[..] {
        return Err(wrong);
    }
    Private::parse(&opened.private.0).map(Some).ok_or((".private", FindingKind::Unreadable))
}

fn keep<T>(result: Result<T, Finding>, findings: &mut Vec<Finding>) -> Option<T> {
    result.map_err(|found| findings.push(found)).ok()
}

fn finding(part: &str, kind: FindingKind) -> Finding {
    Finding { part: part.to_owned(), kind }
}

impl Report {
    /// The sender's own record.
    pub fn sent(&self) -> Option<&Verified> {
        self.records.iter().find(|record| record.kind == Kind::Sent)
    }

    /// What a recipient's ledger says of the message: taken over or refused; a later positive wins.
    pub fn receipt_of(&self, recipient: &AgencyId) -> Option<&Verified> {
        let own = || self.records.iter().filter(|record| record.agency == *recipient);
        own()
            .find(|record| record.kind == Kind::Taken)
            .or_else(|| own().find(|record| record.kind == Kind::Refused))
    }
}
