//! One message between two agencies with fixed keys, salts and times, so that every byte of it can be printed.

use bytes::Bytes;
use ed25519_dalek::{Signer as _, SigningKey};
use jiff::Timestamp;
use rogatory_tlog::{
    Checkpoint, Hash, KeyKind, MemoryNodes, Note, SignatureLine, TlogProof, VerifierKey, inclusion_proof,
};
use uuid::Uuid;

use super::super::{Encoded, EvidenceFile, FileRecord};
use crate::commitment::{Leaf, commitment};
use crate::envelope::{Envelope, Header};
use crate::head::{Instance, Origin};
use crate::pb;
use crate::record::{Kind, Private, Shared};
use crate::roster::{Acceptance, LedgerKeyRange, Member, RosterDraft, SealingKeyRange, roster_key_name};

pub(super) const FEDERATION: &str = "demo.rogatory.example";
pub(super) const SENDER: &str = "fr-jirs-marseille";
pub(super) const RECIPIENT: &str = "nl-om";
pub(super) const CONTENT_KEY: [u8; 32] = [7; 32];
const MESSAGE: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
/// 2023-07-01T00:00:00Z.
const EPOCH_US: i64 = 1_688_169_600_000_000;

/// A sound file and what it was made of.
pub(super) struct Sample {
    pub(super) file: EvidenceFile,
    pub(super) roster_key: VerifierKey,
    pub(super) envelope: Envelope,
    pub(super) leaf: Leaf,
}

/// The key whose seed is 32 times the byte.
pub(super) fn key_of(seed: u8, name: &str) -> (VerifierKey, SigningKey) {
    let signing = SigningKey::from_bytes(&[seed; 32]);
    let public = signing.verifying_key().to_bytes();
    (VerifierKey::new(name, KeyKind::Ed25519, &public).unwrap(), signing)
}

fn signed(text: String, seed: u8, name: &str) -> Note {
    let (key, signing) = key_of(seed, name);
    let line = SignatureLine::ed25519(&key, &signing.sign(text.as_bytes()).to_bytes()).unwrap();
    Note::new(text, vec![line]).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_microsecond(EPOCH_US + seconds * 1_000_000).unwrap()
}

fn member(id: &str, name: &str, seed: u8) -> Member {
    Member {
        id: id.parse().unwrap(),
        name: name.into(),
        country: id[..2].to_uppercase(),
        part: None,
        party_id: format!("urn:oasis:names:tc:ebcore:partyid-type:unregistered:{id}"),
        endpoint: format!("{id}.example:7443"),
        via: None,
        roots: vec!["(a certificate)".into()],
        accepts: vec![Acceptance::new("eaw", ["issuing", "executing"])],
        ledger_keys: vec![LedgerKeyRange::current(*key_of(seed, "any").0.public())],
        sealing_keys: vec![SealingKeyRange::first(&[0; 4])],
        other: toml::Table::new(),
    }
}

fn roster() -> (VerifierKey, Note) {
    let members = vec![
        member(SENDER, "Juridiction interrégionale spécialisée de Marseille", 2),
        member(RECIPIENT, "Openbaar Ministerie", 3),
    ];
    let roster = RosterDraft { members, ..RosterDraft::new(FEDERATION.parse().unwrap()) };
    let name = roster_key_name(&roster.federation);
    (key_of(1, &name).0, signed(roster.to_text(), 1, &name))
}

/// A ledger of one agency: records are appended, then all are proven under one head.
struct Ledger {
    origin: Origin,
    seed: u8,
    records: Vec<(pb::Opening, Leaf, Bytes, [u8; 32])>,
}

impl Ledger {
    fn new(agency: &str, seed: u8) -> Self {
        let instance = Instance::new(Uuid::from_bytes([seed; 16]));
        let origin =
            Origin { federation: FEDERATION.parse().unwrap(), agency: agency.parse().unwrap(), instance };
        let mut ledger = Self { origin, seed, records: Vec::new() };
        let mut genesis = ledger.shared(Kind::Genesis, 0);
        genesis.ledger_key = Some(*key_of(seed, "any").0.public());
        ledger.append(&genesis, &Private::default());
        ledger
    }

    fn shared(&self, kind: Kind, seconds: i64) -> Shared {
        Shared::new(&self.origin, kind, at(seconds))
    }

    fn append(&mut self, shared: &Shared, private: &Private) -> Leaf {
        let (bytes, private) = (shared.encode(), private.encode());
        let index = self.records.len() as u8;
        let (shared_salt, private_salt) = ([self.seed ^ 0x40 ^ index; 32], [self.seed ^ 0x80 ^ index; 32]);
        let leaf = Leaf::commit(&bytes, &shared_salt, &private, &private_salt);
        let opening = pb::Opening {
            index: index.into(),
            shared: bytes,
            shared_salt: Bytes::copy_from_slice(&shared_salt),
            private_commitment: Bytes::copy_from_slice(&leaf.private_commitment()),
        };
        self.records.push((opening, leaf, private, private_salt));
        leaf
    }

    fn prove(&self, index: usize, with_private: bool) -> FileRecord {
        let nodes: MemoryNodes = self.records.iter().map(|(_, leaf, ..)| leaf.hash()).collect();
        let origin = self.origin.to_string();
        let checkpoint = Checkpoint { origin: origin.clone(), size: nodes.size(), root: nodes.root() };
        let (opening, _, private, salt) = &self.records[index];
        let proof = TlogProof {
            extra: None,
            index: opening.index,
            hashes: inclusion_proof(&nodes, opening.index, nodes.size()).unwrap(),
            checkpoint: signed(checkpoint.to_string(), self.seed, &origin),
        };
        FileRecord::new(opening, with_private.then_some((private.as_ref(), salt)), &proof).unwrap()
    }
}

impl Sample {
    pub(super) fn new() -> Self {
        Self::made("sealed body of the example", None)
    }

    /// The same with another ciphertext.
    pub(super) fn about(ciphertext: &'static str) -> Self {
        Self::made(ciphertext, None)
    }

    /// The same with a receipt for a record of another leaf hash.
    pub(super) fn answering(leaf: [u8; 32]) -> Self {
        Self::made("sealed body of the example", Some(Hash(leaf)))
    }

    fn made(ciphertext: &'static str, answered: Option<Hash>) -> Self {
        let message: Uuid = MESSAGE.parse().unwrap();
        let header = Header {
            federation: FEDERATION.parse().unwrap(),
            message: rogatory_domain::id::MessageId::from_uuid(message).unwrap(),
            referral: rogatory_domain::id::ReferralId::from_uuid(message).unwrap(),
            sender: SENDER.parse().unwrap(),
            recipients: vec![RECIPIENT.parse().unwrap()],
            number: 1,
            previous: None,
            urgent: true,
            key_commitment: commitment(b"rogatory/content/v1 commitment\x01", &CONTENT_KEY),
            submitted: at(10),
            expires: at(10 + 72 * 3600),
        };
        let envelope =
            Envelope { header: header.encode(), ciphertext: Bytes::from_static(ciphertext.as_bytes()) };
        let about = |ledger: &Ledger, kind, seconds| {
            let mut shared = ledger.shared(kind, seconds);
            shared.message = Some(header.message);
            shared.referral = Some(header.referral);
            shared.envelope = Some(envelope.digest());
            shared.number = 1;
            shared
        };
        let (mut from, mut to) = (Ledger::new(SENDER, 2), Ledger::new(RECIPIENT, 3));
        let mut sent = about(&from, Kind::Sent, 10);
        sent.recipients.clone_from(&header.recipients);
        let who = Private {
            person: "a.durand".into(),
            justification: "European Arrest Warrant, file 23/1".into(),
            client: format!("spiffe://{SENDER}.{FEDERATION}/case-system/cases"),
            client_certificate: Some([4; 32]),
        };
        let leaf = from.append(&sent, &who);
        let mut taken = about(&to, Kind::Taken, 11);
        taken.recipients.clone_from(&header.recipients);
        taken.answers = Some(answered.unwrap_or(leaf.hash()));
        let taken = to.append(&taken, &Private::default());
        let mut handed_over = about(&to, Kind::HandedOver, 12);
        handed_over.answers = Some(taken.hash());
        handed_over.consumer = "desk".into();
        to.append(&handed_over, &Private::default());

        let (roster_key, roster) = roster();
        let mut file = EvidenceFile::new(&roster_key, &roster.to_string(), &envelope).unwrap();
        file.records = vec![from.prove(1, true), to.prove(1, false), to.prove(2, false)];
        file.content_key = Some(Encoded::from(&CONTENT_KEY[..]));
        Self { file, roster_key, envelope, leaf }
    }
}
