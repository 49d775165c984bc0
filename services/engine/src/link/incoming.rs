//! The receiving half of a link: proves, opens and parses what comes, and writes the records that may follow from it.
//!
//! Owns the line between what ends a link (a head or a proof that is wrong, so that nothing under it is proven) and what
//! concerns one envelope alone: it is refused where its sender's own record shows it to be at fault, and not taken yet
//! otherwise.

use std::collections::VecDeque;

use bytes::Bytes;
use rogatory_domain::id::MessageId;
use rogatory_domain::refusal::Code;
use rogatory_evidence::envelope::HeaderError;
use rogatory_evidence::proof::{Shown, verify_shown};
use rogatory_evidence::{Digest, Envelope, Facts, Head, Header, Kind, ProofError, Proven, pb};
use rogatory_index::HeldReceipt;
use rogatory_keys::{ContentKey, EpochOffer, EpochReceiver, OpenError, VaultError};
use rogatory_tlog::Hash;

use super::{Context, LinkFault, Unread, check_link};
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

/// One item of a batch.
pub struct ReceivedItem {
    /// Position of its SENT record in the sender's ledger.
    pub index: u64,
    /// The envelope, or why not even its header can be told yet.
    pub envelope: Result<ReceivedEnvelope, Code>,
}

/// One proven envelope.
pub struct ReceivedEnvelope {
    /// Its header; where that cannot be used, what the sender's record says in its place.
    pub header: Header,
    /// Its parts, for a record of refusal; none where its header cannot be used.
    pub parts: Option<Envelope>,
    /// Its digest.
    pub digest: Digest,
    /// Leaf hash of its SENT record.
    pub sent: Hash,
    /// The facts and the record TAKEN that may be appended, or why not.
    pub opened: Result<(Facts, Box<Written>), Unread>,
}

/// A batch of proven receipts.
pub struct ReceivedReceipts {
    /// Record that holds the head and the proofs; `None` without receipts that can be read.
    pub held: Option<Written>,
    /// The receipts.
    pub receipts: Vec<Proven>,
    /// Messages that the peer says it holds nothing of.
    pub not_held: Vec<MessageId>,
    /// Positions of records SENT whose envelopes the peer cannot take yet.
    pub not_yet: Vec<(u64, Code)>,
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
    /// A batch whose head or proof is wrong is refused whole, and the link with it. So is one that shows something else than
    /// envelopes sent to this agency and the notices that belong to them.
    pub fn batch(&mut self, batch: Batch) -> Result<Received, LinkFault> {
        if batch.epochs.len() > EPOCHS_COUNT_MAX {
            return Err(LinkFault::Refused(Code::TooManyElements));
        }
        let head = self.accept_head(&batch.head)?;
        let mut openings: Vec<pb::Opening> =
            batch.items.iter().map(|item| item.opening.clone()).chain(batch.closed).collect();
        openings.sort_unstable_by_key(|opening| opening.index);
        let shown = verify_shown(&head, &batch.proof, &openings).map_err(refused_proof)?;
        // An epoch costs far more than its bytes: only one that an envelope needs is opened, and only once that is proven.
        let is_named =
            |offer: &&pb::EpochOffer| batch.items.iter().any(|item| item.slot.epoch_id == offer.epoch_id);
        for offer in batch.epochs.iter().filter(is_named) {
            self.accept_epoch(offer)?;
        }
        let mut items = Vec::with_capacity(batch.items.len());
        for item in batch.items {
            let at = openings.binary_search_by_key(&item.opening.index, |o| o.index);
            let shown = &shown[at.map_err(|_| LinkFault::Refused(Code::ProofInvalid))?];
            items.push(self.item(item, shown)?);
        }
        let receipts = self.closings(&shown, &items)?;
        let held = self.write_held(Kind::HeadHeld, head, batch.proof, openings, receipts)?;
        Ok(Received { held, items })
    }

    /// Checks a batch of receipts. One that this release cannot read settles nothing and hinders no other: what it answers
    /// waits until this node can read it.
    ///
    /// # Errors
    /// A batch whose head or proof is wrong is refused whole, and the link with it.
    pub fn receipts(&mut self, frame: Receipts) -> Result<ReceivedReceipts, LinkFault> {
        let head = self.accept_head(&frame.head)?;
        let not_held = frame.not_held;
        // A code of a later release says at least that it is not yet.
        let not_yet = frame.not_yet.into_iter();
        let not_yet: Vec<_> =
            not_yet.map(|told| (told.index, told.code.parse().unwrap_or(Code::NotYet))).collect();
        if frame.openings.is_empty() && !(not_held.is_empty() && not_yet.is_empty()) {
            return Ok(ReceivedReceipts { held: None, receipts: Vec::new(), not_held, not_yet });
        }
        let shown = verify_shown(&head, &frame.proof, &frame.openings).map_err(refused_proof)?;
        let receipts: Vec<Proven> = shown.into_iter().filter_map(|shown| shown.record.ok()).collect();
        if receipts.iter().any(|p| !matches!(p.shared.kind, Kind::Taken | Kind::Refused)) {
            return Err(LinkFault::Refused(Code::WrongProofKind));
        }
        if receipts.is_empty() {
            return Ok(ReceivedReceipts { held: None, receipts, not_held, not_yet });
        }
        let held = receipts.iter().map(held_receipt).collect();
        let held = self.write_held(Kind::Receipted, head, frame.proof, frame.openings, held)?;
        Ok(ReceivedReceipts { held: Some(held), receipts, not_held, not_yet })
    }

    /// Notices of messages that were given up. Each must concern this agency and stand directly before an envelope of the
    /// batch: nothing else may close a number. What belongs to an envelope that cannot be told yet comes again with it.
    fn closings(&self, shown: &[Shown], items: &[ReceivedItem]) -> Result<Vec<HeldReceipt>, LinkFault> {
        let own = &self.context.scribe.origin().agency;
        let told: Vec<&Header> =
            items.iter().filter_map(|item| Some(&item.envelope.as_ref().ok()?.header)).collect();
        let is_all_told = told.len() == items.len();
        let records = shown.iter().filter_map(|shown| shown.record.as_ref().ok());
        let mut closings = Vec::new();
        for notice in records.filter(|record| record.shared.kind != Kind::Sent) {
            let shared = &notice.shared;
            let precedes = |header: &&Header| {
                shared.referral == Some(header.referral)
                    && shared.number.checked_add(1) == Some(header.number)
                    && shared.envelope == header.previous
            };
            let concerns = shared.kind == Kind::GivenUp && shared.recipients.contains(own);
            match told.iter().any(precedes) {
                true if concerns => closings.push(held_receipt(notice)),
                false if concerns && !is_all_told => {}
                _ => return Err(LinkFault::Refused(Code::WrongProofKind)),
            }
        }
        Ok(closings)
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
        // One for a key that this node does not hold (the sender's roster may be newer) leaves its slots unopened.
        let Ok(receiver) = EpochReceiver::accept(&self.context.sealing, &binding, &offer) else {
            return Ok(());
        };
        if self.epochs.len() == EPOCHS_COUNT_MAX {
            self.epochs.pop_front();
        }
        self.epochs.push_back((offer.epoch_id, receiver));
        Ok(())
    }

    fn item(&self, item: Item, shown: &Shown) -> Result<ReceivedItem, LinkFault> {
        let index = shown.index;
        let not_yet = |code| Ok(ReceivedItem { index, envelope: Err(code) });
        let Ok(proof) = &shown.record else { return not_yet(Code::LaterFormat) };
        let own = &self.context.scribe.origin().agency;
        if proof.shared.kind != Kind::Sent || !proof.shared.recipients.contains(own) {
            return Err(LinkFault::Refused(Code::WrongProofKind));
        }
        let parts = Envelope { header: item.header, ciphertext: item.ciphertext };
        let digest = parts.digest();
        // Nothing proves who changed what came: the record speaks of other bytes, which may come yet.
        if proof.shared.envelope != Some(digest) {
            return not_yet(Code::DigestMismatch);
        }
        let header = match Header::parse(&parts.header) {
            Err(HeaderError::Later(_)) => return not_yet(Code::LaterFormat),
            Ok(header) if proof.attests_sending(&header, &digest).is_ok() => Ok(header),
            Ok(_) => Err(Code::WrongProofKind),
            Err(_) => Err(Code::MalformedMessage),
        };
        let envelope = match header {
            Ok(header) => self.envelope(header, parts, digest, &item.slot, proof.leaf)?,
            Err(code) => headless(proof, digest, code).ok_or(LinkFault::Refused(Code::WrongProofKind))?,
        };
        Ok(ReceivedItem { index, envelope: Ok(envelope) })
    }

    fn envelope(
        &self,
        header: Header,
        parts: Envelope,
        digest: Digest,
        slot: &pb::KeySlot,
        sent: Hash,
    ) -> Result<ReceivedEnvelope, LinkFault> {
        let opened = match self.open(&header, &parts, &digest, slot) {
            Ok((key, facts)) => {
                let mut draft =
                    Draft::about(&self.context.scribe, Kind::Taken, header.clone(), parts.clone(), digest);
                draft.shared.answers = Some(sent);
                draft.facts = Some(facts.clone());
                draft.content_key = Some(key);
                Ok((facts, Box::new(self.context.scribe.write(draft).map_err(vault)?)))
            }
            Err(unread) => Err(unread),
        };
        Ok(ReceivedEnvelope { header, parts: Some(parts), digest, sent, opened })
    }

    /// A slot is frozen nowhere and made anew for each try, so one that does not open says nothing of the message. The body
    /// is: under the key that the header commits to it is what its sender sealed.
    fn open(
        &self,
        header: &Header,
        envelope: &Envelope,
        digest: &Digest,
        slot: &pb::KeySlot,
    ) -> Result<(ContentKey, Facts), Unread> {
        let epoch = self.epochs.iter().find(|(id, _)| slot.epoch_id.as_ref() == id);
        let (_, receiver) = epoch.ok_or(Unread::NotYet(Code::CannotOpen))?;
        let key = receiver.unwrap(&digest.0, &slot.wrapped);
        let key = key.map_err(|_| Unread::NotYet(Code::KeySlotChanged))?;
        let body = key.open(&header.key_commitment, &envelope.header, &envelope.ciphertext);
        let body = body.map_err(|error| match error {
            OpenError::KeyMismatch => Unread::NotYet(Code::KeySlotChanged),
            OpenError::Damaged => Unread::Refused(Code::DigestMismatch),
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

/// An envelope whose header, frozen and proven, cannot be used, by what its sender's record says of it; `None` where that is
/// no record of sending a message either.
fn headless(proof: &Proven, digest: Digest, code: Code) -> Option<ReceivedEnvelope> {
    let shared = &proof.shared;
    let header = Header {
        federation: shared.federation.clone(),
        message: shared.message?,
        referral: shared.referral?,
        sender: shared.agency.clone(),
        recipients: shared.recipients.clone(),
        number: Some(shared.number).filter(|number| *number > 0)?,
        previous: None,
        urgent: false,
        key_commitment: [0; 32],
        submitted: shared.node_time,
        expires: shared.node_time,
    };
    let opened = Err(Unread::Refused(code));
    Some(ReceivedEnvelope { header, parts: None, digest, sent: proof.leaf, opened })
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
