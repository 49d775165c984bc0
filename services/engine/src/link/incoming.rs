//! The receiving half of a link: proves, opens and parses what comes, and writes the records that may follow from it.

use std::collections::VecDeque;

use bytes::Bytes;
use rogatory_domain::id::MessageId;
use rogatory_domain::refusal::Code;
use rogatory_evidence::{Digest, Envelope, Facts, Head, Header, Kind, Proven, pb};
use rogatory_evidence::{ProofError, proof::verify_batch};
use rogatory_index::HeldReceipt;
use rogatory_keys::{ContentKey, EpochOffer, EpochReceiver, OpenError, VaultError};
use rogatory_tlog::Hash;

use super::{Context, LinkFault, check_link};
use crate::frame::{Batch, HeadLink, Item, Receipts};
use crate::scribe::{Draft, Written};

/// Epochs kept for slots that still use them.
const EPOCHS_COUNT_MAX: usize = 4;

/// The receiving half.
pub struct LinkIn {
    context: Context,
    held: Option<Head>,
    shown: Head,
    epochs: VecDeque<([u8; 16], EpochReceiver)>,
}

/// A batch whose every envelope is proven to be sent.
pub struct Received {
    /// Record that holds the head and the proofs.
    pub held: Written,
    /// Envelopes in the sender's order.
    pub items: Vec<ReceivedItem>,
}

/// One proven envelope.
pub struct ReceivedItem {
    /// Its header.
    pub header: Header,
    /// Its parts, for a record of refusal.
    pub envelope: Envelope,
    /// Its digest.
    pub digest: Digest,
    /// Leaf hash of its SENT record.
    pub sent: Hash,
    /// The facts and the record TAKEN that may be appended, or why it can only be refused.
    pub opened: Result<(Facts, Box<Written>), Code>,
}

/// A batch of proven receipts.
pub struct ReceivedReceipts {
    /// Record that holds the head and the proofs; `None` without receipts.
    pub held: Option<Written>,
    /// The receipts.
    pub receipts: Vec<Proven>,
    /// Messages that the peer says it holds nothing of.
    pub not_held: Vec<MessageId>,
}

impl LinkIn {
    pub(super) fn new(context: Context, held: Option<Head>, shown: Head) -> Self {
        Self { context, held, shown, epochs: VecDeque::new() }
    }

    /// Checks the other side's second frame: its head must extend the newest one held. Gives it when it is newer.
    ///
    /// # Errors
    /// [`LinkFault::Forked`] when it does not: this is a fork.
    pub fn link(&mut self, consistency: Vec<Bytes>) -> Result<Option<Head>, LinkFault> {
        let link = HeadLink { note: self.shown.note.clone(), consistency };
        let held = self.held.take();
        if let Some(held) = &held {
            check_link(held, &self.shown, &link)?;
        }
        let is_news = held.is_none_or(|held| self.shown.size > held.size);
        Ok(is_news.then(|| self.shown.clone()))
    }

    /// Checks a published checkpoint of the peer. Gives it when it is newer than what the peer showed before.
    ///
    /// # Errors
    /// As for a batch.
    pub fn checkpoint(&mut self, link: &HeadLink) -> Result<Option<Head>, LinkFault> {
        let before = self.shown.size;
        let head = self.accept_head(link)?;
        Ok((head.size > before).then_some(head))
    }

    /// Checks a batch of envelopes.
    ///
    /// # Errors
    /// A batch whose head or proof is wrong is refused whole, and the link with it.
    pub fn batch(&mut self, batch: Batch) -> Result<Received, LinkFault> {
        let head = self.accept_head(&batch.head)?;
        for offer in &batch.epochs {
            self.accept_epoch(offer)?;
        }
        let mut openings: Vec<pb::Opening> =
            batch.items.iter().map(|item| item.opening.clone()).chain(batch.closed).collect();
        openings.sort_unstable_by_key(|opening| opening.index);
        let proven = verify_batch(&head, &batch.proof, &openings).map_err(refused_proof)?;
        let mut items = Vec::with_capacity(batch.items.len());
        for item in batch.items {
            let at = openings.binary_search_by_key(&item.opening.index, |o| o.index);
            let proof = &proven[at.map_err(|_| LinkFault::Refused(Code::ProofInvalid))?];
            items.push(self.item(item, proof)?);
        }
        let receipts = self.closings(&proven, &items)?;
        let held = self.write_held(Kind::HeadHeld, head, batch.proof, openings, receipts)?;
        Ok(Received { held, items })
    }

    /// Checks a batch of receipts.
    ///
    /// # Errors
    /// A batch whose head or proof is wrong is refused whole, and the link with it.
    pub fn receipts(&mut self, frame: Receipts) -> Result<ReceivedReceipts, LinkFault> {
        let head = self.accept_head(&frame.head)?;
        let not_held = frame.not_held;
        if frame.openings.is_empty() && !not_held.is_empty() {
            return Ok(ReceivedReceipts { held: None, receipts: Vec::new(), not_held });
        }
        let receipts = verify_batch(&head, &frame.proof, &frame.openings).map_err(refused_proof)?;
        if receipts.iter().any(|p| !matches!(p.shared.kind, Kind::Taken | Kind::Refused)) {
            return Err(LinkFault::Refused(Code::WrongProofKind));
        }
        let held = receipts.iter().map(held_receipt).collect();
        let held = self.write_held(Kind::Receipted, head, frame.proof, frame.openings, held)?;
        Ok(ReceivedReceipts { held: Some(held), receipts, not_held })
    }

    /// Notices of messages that were given up. Each must concern this agency and stand directly before an envelope of the
    /// batch: nothing else may close a number.
    fn closings(&self, proven: &[Proven], items: &[ReceivedItem]) -> Result<Vec<HeldReceipt>, LinkFault> {
        let own = &self.context.scribe.origin().agency;
        let not_sent = proven.iter().filter(|p| p.shared.kind != Kind::Sent);
        not_sent
            .map(|notice| {
                let shared = &notice.shared;
                let precedes = |item: &ReceivedItem| {
                    shared.referral == Some(item.header.referral)
                        && shared.number.checked_add(1) == Some(item.header.number)
                        && shared.envelope == item.header.previous
                };
                let closes = shared.kind == Kind::GivenUp
                    && shared.recipients.contains(own)
                    && items.iter().any(precedes);
                if closes { Ok(held_receipt(notice)) } else { Err(LinkFault::Refused(Code::WrongProofKind)) }
            })
            .collect()
    }

    fn accept_head(&mut self, link: &HeadLink) -> Result<Head, LinkFault> {
        let head = self.context.verify_head(&link.note)?;
        check_link(&self.shown, &head, link)?;
        self.shown = head.clone();
        Ok(head)
    }

    fn accept_epoch(&mut self, offer: &pb::EpochOffer) -> Result<(), LinkFault> {
        let malformed = || LinkFault::Refused(Code::MalformedMessage);
        let offer = EpochOffer {
            epoch_id: offer.epoch_id.as_ref().try_into().map_err(|_| malformed())?,
            recipient_key_id: offer.recipient_key_id.as_ref().try_into().map_err(|_| malformed())?,
            encapsulated: offer.encapsulated.to_vec(),
        };
        let own = &self.context.scribe.origin().agency;
        let binding = self.context.epoch_context(&self.context.peer.agency, own);
        let receiver = EpochReceiver::accept(&self.context.sealing, &binding, &offer)
            .map_err(|_| LinkFault::Refused(Code::KeySlotChanged))?;
        if self.epochs.len() == EPOCHS_COUNT_MAX {
            self.epochs.pop_front();
        }
        self.epochs.push_back((offer.epoch_id, receiver));
        Ok(())
    }

    fn item(&self, item: Item, proof: &Proven) -> Result<ReceivedItem, LinkFault> {
        let envelope = Envelope { header: item.header, ciphertext: item.ciphertext };
        let digest = envelope.digest();
        if proof.shared.envelope != Some(digest) {
            return Err(LinkFault::Refused(Code::DigestMismatch));
        }
        let header =
            Header::parse(&envelope.header).map_err(|_| LinkFault::Refused(Code::MalformedMessage))?;
        proof.attests_sending(&header, &digest).map_err(refused_proof)?;
        let own = &self.context.scribe.origin().agency;
        if header.sender != self.context.peer.agency || !header.recipients.contains(own) {
            return Err(LinkFault::Refused(Code::WrongProofKind));
        }
        let opened = match self.open(&header, &envelope, &digest, &item.slot) {
            Ok((key, facts)) => {
                let mut draft =
                    Draft::about(&self.context.scribe, Kind::Taken, header.clone(), envelope.clone(), digest);
                draft.shared.answers = Some(proof.leaf);
                draft.facts = Some(facts.clone());
                draft.content_key = Some(key);
                Ok((facts, Box::new(self.context.scribe.write(draft).map_err(vault)?)))
            }
            // A slot that does not open is the link's fault, not the message's: the sender makes it anew.
            Err(Code::KeySlotChanged) => return Err(LinkFault::Refused(Code::KeySlotChanged)),
            Err(code) => Err(code),
        };
        Ok(ReceivedItem { header, envelope, digest, sent: proof.leaf, opened })
    }

    fn open(
        &self,
        header: &Header,
        envelope: &Envelope,
        digest: &Digest,
        slot: &pb::KeySlot,
    ) -> Result<(ContentKey, Facts), Code> {
        let epoch = self.epochs.iter().find(|(id, _)| slot.epoch_id.as_ref() == id);
        let (_, receiver) = epoch.ok_or(Code::KeySlotChanged)?;
        let key = receiver.unwrap(&digest.0, &slot.wrapped).map_err(|_| Code::KeySlotChanged)?;
        let body = key.open(&header.key_commitment, &envelope.header, &envelope.ciphertext);
        let body = body.map_err(|error| match error {
            OpenError::KeyMismatch => Code::KeySlotChanged,
            OpenError::Damaged => Code::DigestMismatch,
        })?;
        let facts = self.context.bodies.read(header, &body)?;
        Ok((key, facts))
    }

    fn write_held(
        &self,
        kind: Kind,
        head: Head,
        proof: Vec<Bytes>,
        openings: Vec<pb::Opening>,
        receipts: Vec<HeldReceipt>,
    ) -> Result<Written, LinkFault> {
        let batch = pb::ProofBatch { note: head.note.clone(), proof, openings, contradicts: Bytes::new() };
        let mut draft = Draft::new(&self.context.scribe, kind);
        draft.proofs = Some((batch, head, receipts));
        self.context.scribe.write(draft).map_err(vault)
    }
}

fn held_receipt(proven: &Proven) -> HeldReceipt {
    HeldReceipt { index: proven.index, shared: proven.shared.clone() }
}

fn refused_proof(error: ProofError) -> LinkFault {
    LinkFault::Refused(match error {
        ProofError::Kind => Code::WrongProofKind,
        ProofError::Foreign => Code::WrongFederation,
        ProofError::Order | ProofError::Malformed | ProofError::Shared => Code::MalformedMessage,
        ProofError::Invalid => Code::ProofInvalid,
    })
}

fn vault(error: VaultError) -> LinkFault {
    LinkFault::Node(error.to_string())
}
