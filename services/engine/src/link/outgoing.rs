//! The sending half of a link: batches of envelopes and of receipts, each under the newest head.
//!
//! Owns the line between a message that can be sent to nobody, which concerns it alone, and a ledger or vault that fails, which
//! ends the link.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rogatory_domain::id::{MessageId, ReferralId};
use rogatory_domain::limits::MESSAGE_BYTES;
use rogatory_domain::refusal::Code;
use rogatory_evidence::envelope::HEADER_BYTES_MAX;
use rogatory_evidence::proof::hash_bytes;
use rogatory_evidence::{Digest, Envelope, Shared, pb};
use rogatory_exchange::Queued;
use rogatory_keys::{ContentKey, EpochSender};
use rogatory_ledger::Head;
use rogatory_tlog::{consistency_proof, multiproof};

use super::{Context, LinkFault};
use crate::frame::{Batch, HeadLink, Item, NotYet, Receipts};
use crate::reread::{RereadError, Stored};

/// Life of an epoch.
const EPOCH_LIFE: Duration = Duration::from_secs(3600);

/// An envelope that is ready to be sent, kept in memory while it is fresh.
#[derive(Clone)]
pub struct Outgoing {
    /// Opening of SENT.
    pub opening: pb::Opening,
    /// The envelope.
    pub envelope: Envelope,
    /// Its digest.
    pub digest: Digest,
    /// Its content key.
    pub content_key: ContentKey,
    /// Its referral.
    pub referral: ReferralId,
    /// Its number among this agency's messages in the referral.
    pub number: u32,
}

/// A receipt to send: at a position, with its opening where that is still in memory.
#[derive(Clone)]
pub struct ReceiptRef {
    /// Position of TAKEN or REFUSED in this node's ledger.
    pub position: u64,
    /// Its opening.
    pub opening: Option<pb::Opening>,
}

/// What a batch of envelopes or a question is answered with.
#[derive(Clone, Default)]
pub struct Reply {
    /// Receipts.
    pub refs: Vec<ReceiptRef>,
    /// Messages that were asked about and that nothing is held of.
    pub not_held: Vec<MessageId>,
    /// Envelopes that cannot be taken yet, by the positions of their records SENT in the peer's ledger.
    pub not_yet: Vec<(u64, Code)>,
    /// Whether it answers a question; after it the peer may ask the next.
    pub to_question: bool,
}

/// What became of a batch.
pub struct Sending {
    /// The frame; `None` where nothing of it can be sent.
    pub batch: Option<Batch>,
    /// What can be sent to nobody, now or later.
    pub unsendable: Vec<Unsendable>,
}

/// A message that cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsendable {
    /// Position of its record SENT.
    pub position: u64,
    /// Whether it is urgent.
    pub urgent: bool,
    /// Why.
    pub code: Code,
}

/// The sending half.
pub struct LinkOut {
    context: Context,
    they_hold: u64,
    sent: u64,
    epoch: Option<Epoch>,
}

struct Epoch {
    sender: EpochSender,
    id: [u8; 16],
    /// Elapsed time at which it ends.
    until: Duration,
}

impl LinkOut {
    pub(super) fn new(context: Context, they_hold: u64, shown: u64) -> Self {
        Self { context, they_hold, sent: shown, epoch: None }
    }

    /// The second frame: links the head shown in Hello to the one the peer holds.
    ///
    /// # Errors
    /// When the tree cannot be read.
    pub fn link(&self) -> Result<Vec<Bytes>, LinkFault> {
        if self.they_hold == 0 {
            return Ok(Vec::new());
        }
        let proof = consistency_proof(self.context.reader.nodes(), self.they_hold, self.sent);
        Ok(hash_bytes(&proof.map_err(node)?))
    }

    /// A batch of envelopes under a head that contains them, without those that cannot be sent. `closed` are positions of
    /// GIVEN_UP records.
    ///
    /// # Errors
    /// When the ledger, the vault or the peer's key fails.
    pub fn batch(
        &mut self,
        queued: &[Queued<Option<Arc<Outgoing>>>],
        closed: &[u64],
        head: &Head,
    ) -> Result<Sending, LinkFault> {
        let (mut ready, mut unsendable) = (Vec::with_capacity(queued.len()), Vec::new());
        for entry in queued {
            match self.outgoing(entry) {
                Ok(outgoing) => ready.push(outgoing),
                Err(Unsent::Message(code)) => {
                    unsendable.push(Unsendable { position: entry.position, urgent: entry.urgent, code });
                }
                Err(Unsent::Link(fault)) => return Err(fault),
            }
        }
        if ready.is_empty() {
            return Ok(Sending { batch: None, unsendable });
        }
        let mut epochs = Vec::new();
        self.renew_epoch(&mut epochs)?;
        let mut items = ready.iter().map(|outgoing| self.item(outgoing)).collect::<Result<Vec<_>, _>>()?;
        items.sort_unstable_by_key(|item| item.opening.index);
        let mut closed = closed.iter().map(|at| self.reread_opening(*at)).collect::<Result<Vec<_>, _>>()?;
        if !unsendable.is_empty() {
            closed.retain(|notice| ready.iter().any(|outgoing| is_before(notice, outgoing)));
        }
        let mut indices: Vec<u64> =
            items.iter().map(|item| &item.opening).chain(&closed).map(|o| o.index).collect();
        indices.sort_unstable();
        let proof = multiproof(self.context.reader.nodes(), &indices, head.size).map_err(node)?;
        let batch = Batch { head: self.head(head)?, proof: hash_bytes(&proof), epochs, items, closed };
        Ok(Sending { batch: Some(batch), unsendable })
    }

    /// Receipts under a head that contains them, and what nothing is held of or cannot be taken yet.
    ///
    /// # Errors
    /// When the ledger fails.
    pub fn receipts(&mut self, reply: Reply, head: &Head) -> Result<Receipts, LinkFault> {
        let mut openings = reply
            .refs
            .iter()
            .map(|receipt| match &receipt.opening {
                Some(opening) => Ok(opening.clone()),
                None => self.reread_opening(receipt.position),
            })
            .collect::<Result<Vec<_>, _>>()?;
        openings.sort_unstable_by_key(|opening| opening.index);
        openings.dedup_by_key(|opening| opening.index);
        let indices: Vec<u64> = openings.iter().map(|opening| opening.index).collect();
        let proof = if indices.is_empty() {
            Vec::new()
        } else {
            multiproof(self.context.reader.nodes(), &indices, head.size).map_err(node)?
        };
        let code = |code: Code| code.refusal().id.to_owned();
        let not_yet = reply.not_yet.into_iter().map(|(index, told)| NotYet { index, code: code(told) });
        Ok(Receipts {
            head: self.head(head)?,
            proof: hash_bytes(&proof),
            openings,
            not_held: reply.not_held,
            not_yet: not_yet.collect(),
        })
    }

    /// A published checkpoint, linked to the head sent before it; `None` when a newer one was sent.
    ///
    /// # Errors
    /// When the tree cannot be read.
    pub fn checkpoint(&mut self, head: &Head) -> Result<Option<HeadLink>, LinkFault> {
        if head.size <= self.sent { Ok(None) } else { self.head(head).map(Some) }
    }

    fn head(&mut self, head: &Head) -> Result<HeadLink, LinkFault> {
        let note = head.note.clone().ok_or(LinkFault::Held)?;
        let proof = consistency_proof(self.context.reader.nodes(), self.sent, head.size).map_err(node)?;
        self.sent = head.size;
        Ok(HeadLink { note, consistency: hash_bytes(&proof) })
    }

    fn outgoing(&self, queued: &Queued<Option<Arc<Outgoing>>>) -> Result<Arc<Outgoing>, Unsent> {
        let outgoing = match &queued.load {
            Some(outgoing) => outgoing.clone(),
            None => Arc::new(self.reread(queued.position)?),
        };
        let Envelope { header, ciphertext } = &outgoing.envelope;
        if header.len() > HEADER_BYTES_MAX || ciphertext.len() > MESSAGE_BYTES {
            return Err(Unsent::Message(Code::MessageTooLarge));
        }
        Ok(outgoing)
    }

    fn item(&self, outgoing: &Outgoing) -> Result<Item, LinkFault> {
        let epoch = self.epoch.as_ref().ok_or_else(|| LinkFault::Node("no epoch stands".into()))?;
        let random = self.context.scribe.random();
        let wrapped = epoch.sender.wrap(random, &outgoing.digest.0, &outgoing.content_key);
        Ok(Item {
            opening: outgoing.opening.clone(),
            header: outgoing.envelope.header.clone(),
            ciphertext: outgoing.envelope.ciphertext.clone(),
            slot: pb::KeySlot {
                epoch_id: Bytes::copy_from_slice(&epoch.id),
                wrapped: Bytes::copy_from_slice(&wrapped),
            },
        })
    }

    /// What a record holds and this release can read does not change, so a message without it is never sent; a ledger or a
    /// vault that fails may come back.
    fn reread(&self, position: u64) -> Result<Outgoing, Unsent> {
        let entry = self.context.reader.entry(position).map_err(|error| Unsent::Link(node(error)))?;
        let unreadable = || Unsent::Message(Code::Unsendable);
        let of_record = |error: RereadError| match error {
            RereadError::Vault(..) => Unsent::Link(node(error)),
            RereadError::Malformed(_) | RereadError::Facts(..) => unreadable(),
        };
        let stored = Stored::decode(position, &entry).map_err(of_record)?;
        let envelope = stored.envelope().ok_or_else(unreadable)?;
        let opened = stored.open(self.context.scribe.vault()).map_err(of_record)?;
        let opened = opened.ok_or(Unsent::Message(Code::ContentErased))?;
        let content_key = opened.content_key.ok_or_else(unreadable)?;
        let header = stored.header().map_err(of_record)?.ok_or_else(unreadable)?;
        Ok(Outgoing {
            opening: stored.opening(),
            digest: envelope.digest(),
            envelope,
            content_key,
            referral: header.referral,
            number: header.number,
        })
    }

    fn reread_opening(&self, position: u64) -> Result<pb::Opening, LinkFault> {
        let entry = self.context.reader.entry(position).map_err(node)?;
        Ok(Stored::decode(position, &entry).map_err(node)?.opening())
    }

    /// An epoch lives an hour; the offer travels once, before the first slot that uses it.
    fn renew_epoch(&mut self, offers: &mut Vec<pb::EpochOffer>) -> Result<(), LinkFault> {
        let now = self.context.scribe.clock().elapsed();
        if self.epoch.as_ref().is_some_and(|epoch| now < epoch.until) {
            return Ok(());
        }
        let own = &self.context.scribe.origin().agency;
        let binding = self.context.epoch_context(own, &self.context.peer.agency);
        let (sender, offer) =
            EpochSender::establish(&self.context.peer.sealing_key, &binding, self.context.scribe.random())
                .map_err(node)?;
        offers.push(pb::EpochOffer {
            epoch_id: Bytes::copy_from_slice(&offer.epoch_id),
            recipient_key_id: Bytes::copy_from_slice(&offer.recipient_key_id),
            encapsulated: offer.encapsulated.clone().into(),
        });
        self.epoch = Some(Epoch { sender, id: offer.epoch_id, until: now + EPOCH_LIFE });
        Ok(())
    }
}

/// Why an envelope is not sent.
enum Unsent {
    /// It never can be.
    Message(Code),
    /// Nothing can be on this link.
    Link(LinkFault),
}

/// Whether a notice closes the number before an envelope: it travels with that one alone.
fn is_before(notice: &pb::Opening, outgoing: &Outgoing) -> bool {
    Shared::parse(&notice.shared).is_ok_and(|shared| {
        shared.referral == Some(outgoing.referral) && shared.number.checked_add(1) == Some(outgoing.number)
    })
}

fn node(error: impl std::fmt::Display) -> LinkFault {
    LinkFault::Node(error.to_string())
}
