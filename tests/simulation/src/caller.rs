//! Callers: case systems that open referrals, raise events, repeat what was not answered, and now and then say
//! something else under an id they have used. Checks every answer at once. Must not touch records itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use rogatory_domain::calendar::{CURRENT_EDITION, Calendars};
use rogatory_domain::case::{Event, Fact, OpeningFact, admit};
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::instrument::{CapacityDef, INSTRUMENTS, Seats};
use rogatory_domain::refusal::Code;
use rogatory_engine::author::{self, Message};
use rogatory_engine::engine::next_place;
use rogatory_engine::input::Listener;
use rogatory_engine::link::{BodyReader, Unread};
use rogatory_engine::{Accepted, Input, Outcome, OutcomeSink, Refused, Submission};
use rogatory_evidence::{Facts, Header, Kind, Private};
use rogatory_index::ReferralRow;

use crate::cast::member;
use crate::federation::Federation;
use crate::node::text;
use crate::{Broken, event};

/// Reads bodies that are encoded facts, with what one release of a node knows.
#[derive(Default)]
pub(crate) struct Bodies {
    /// Whether the node still runs a release that cannot read some messages.
    pub(crate) is_behind: AtomicBool,
    /// How often it could not.
    pub(crate) not_yets: AtomicU64,
}

impl Bodies {
    /// What an earlier release does not know yet: one message in four, and openings among them.
    pub(crate) fn is_later(message: MessageId) -> bool {
        message.as_bytes()[14].is_multiple_of(4)
    }
}

impl BodyReader for Bodies {
    fn read(&self, header: &Header, body: &[u8]) -> Result<Facts, Unread> {
        let malformed = Unread::Refused(Code::MalformedMessage);
        let facts = Facts::parse(body).map_err(|_| malformed)?;
        let is_of_later_edition = |opening: &OpeningFact| opening.calendar_edition != CURRENT_EDITION;
        let unknown = match &facts {
            Facts::Opening(opening) if is_of_later_edition(opening) => Some(Code::LaterEdition),
            _ => Self::is_later(header.message).then_some(Code::LaterEvent),
        };
        if let Some(code) = unknown.filter(|_| self.is_behind.load(Ordering::SeqCst)) {
            self.not_yets.fetch_add(1, Ordering::SeqCst);
            return Err(Unread::NotYet(code));
        }
        let fits = match &facts {
            Facts::Opening(opening) => {
                opening.issuing == header.sender && opening.referral == header.referral
            }
            Facts::Event(fact) => {
                (fact.id, &fact.sender, fact.number) == (header.message, &header.sender, header.number)
            }
            Facts::HandedOver { .. } | Facts::Noticed { .. } | Facts::ClockAlarm(_) => false,
        };
        if fits { Ok(facts) } else { Err(malformed) }
    }
}

/// Outcomes as they come, with the tag of their attempt.
#[derive(Default)]
pub(crate) struct Answers(Mutex<Vec<(u64, Outcome)>>);

impl OutcomeSink for Answers {
    fn deliver(&self, outcomes: Vec<(u64, Outcome)>) {
        self.0.lock().extend(outcomes);
    }

    fn is_open(&self) -> bool {
        true
    }
}

/// What a caller wants to say.
pub(crate) enum Content {
    /// A new referral.
    Opening(OpeningFact),
    /// An event with its declared instant.
    Event(Event, Timestamp),
}

/// How far a message has come, as its caller knows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// To be sealed and submitted, for the first time or again.
    Wanted,
    /// Sealed, not yet handed to the engine of that incarnation.
    Sealed(u64),
    /// Handed over to the engine of that incarnation.
    Submitted(u64),
    /// On the record.
    Accepted(Accepted),
    /// No longer allowed when it was to be made again.
    Dropped,
}

/// A message and its caller.
pub(crate) struct Wish {
    pub(crate) node: usize,
    pub(crate) message: MessageId,
    pub(crate) referral: ReferralId,
    content: Content,
    pub(crate) stage: Stage,
    sealed: Option<Submission>,
}

/// One handing-over to an engine.
pub(crate) struct Attempt {
    pub(crate) wish: usize,
    pub(crate) incarnation: u64,
    /// Whether it said something else under a known id.
    pub(crate) is_other: bool,
    pub(crate) outcome: Option<bool>,
    pub(crate) receipts: Vec<(AgencyId, u64, bool)>,
}

impl Federation {
    /// A new UUIDv7 of the present.
    pub(crate) fn mint(&mut self) -> MessageId {
        let millis = (self.now_us / 1000) as u64;
        let random = [self.dice.word().to_le_bytes(), self.dice.word().to_le_bytes()].concat();
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&random[..10]);
        let id = uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid();
        MessageId::from_uuid(id).expect("the builder makes version 7")
    }

    /// A caller of a node wants to open a referral.
    pub(crate) fn want_opening(&mut self, node: usize) {
        let message = self.mint();
        let referral = message.as_opened();
        let mut others: Vec<usize> = (0..self.nodes.len()).filter(|other| *other != node).collect();
        // The id decides, and no throw of the dice, so that another instrument changes no history of a seed by that.
        let instrument = INSTRUMENTS[usize::from(message.as_bytes()[13]) % INSTRUMENTS.len()];
        let (needed, free): (Vec<&CapacityDef>, Vec<_>) =
            instrument.listed_capacities().partition(|capacity| capacity.seats == Seats::One);
        let mut parties = Vec::new();
        for capacity in needed {
            let seated = others.swap_remove(self.dice.below(others.len()));
            parties.push((member(seated).agency().clone(), capacity.symbol()));
        }
        // Where nobody must take part, somebody is told all the same.
        let first = parties.is_empty().then(|| others.swap_remove(self.dice.below(others.len())));
        others.retain(|_| !free.is_empty() && self.dice.chance(70));
        others.extend(first);
        for other in others {
            let capacity = free[self.dice.below(free.len())];
            parties.push((member(other).agency().clone(), capacity.symbol()));
        }
        let calendar = parties.iter().find(|(_, capacity)| instrument.calendar_is_of(*capacity));
        let calendar = calendar.map_or(member(node).agency(), |(agency, _)| agency);
        let jurisdiction = calendar.country().into();
        // A node of the later release opens half of its cases by the calendars that only that one knows.
        let is_later = self.is_upgrading && !self.nodes[node].is_behind() && self.dice.chance(50);
        let calendar_edition = if is_later { Calendars::learn_test_edition() } else { CURRENT_EDITION };
        let now = self.now();
        let opening = OpeningFact {
            referral,
            instrument,
            calendar_edition,
            issuing: member(node).agency().clone(),
            roster_version: 1,
            jurisdiction,
            opener_jurisdiction: None,
            traits: instrument.traits.iter().map(rogatory_domain::instrument::TraitDef::symbol).collect(),
            items: 0,
            part_of: None,
            passed_on: None,
            parties,
            declared: now,
            recorded: now,
        };
        self.want(node, message, referral, Content::Opening(opening));
    }

    /// A caller of a node wants to raise an event that is allowed as the node sees the case.
    pub(crate) fn want_event(&mut self, node: usize) -> Result<(), Broken> {
        if self.nodes[node].running.is_none() {
            return Ok(());
        }
        let rows = self.nodes[node].base.newest(100);
        let Some((referral, row)) = self.dice.pick(&rows) else { return Ok(()) };
        let Some(opening) = &row.opening else { return Ok(()) };
        let Some(capacity) = opening.capacity_of(member(node).agency()) else { return Ok(()) };
        let Some(case) = row.case() else { return Ok(()) };
        let events: Vec<_> = case.allowed(capacity).collect();
        let Some(definition) = self.dice.pick(&events) else { return Ok(()) };
        let Some(event) = event::of(definition, referral.opening(), case.offers(), &mut self.dice) else {
            return Ok(());
        };
        let referral = *referral;
        let declared = self.now() - SignedDuration::from_secs(self.dice.below(100_000) as i64);
        let message = self.mint();
        self.want(node, message, referral, Content::Event(event, declared));
        Ok(())
    }

    fn want(&mut self, node: usize, message: MessageId, referral: ReferralId, content: Content) {
        let wish = Wish { node, message, referral, content, stage: Stage::Wanted, sealed: None };
        self.wishes.push(wish);
    }

    /// Seals a wish as things stand now; it may be handed over later.
    pub(crate) fn seal(&mut self, at: usize) -> Result<(), Broken> {
        let incarnation = self.nodes[self.wishes[at].node].incarnation;
        let (sealed, stage) = match self.make(at, false)? {
            Some(submission) => (Some(submission), Stage::Sealed(incarnation)),
            None => (None, Stage::Dropped),
        };
        let wish = &mut self.wishes[at];
        (wish.sealed, wish.stage) = (sealed, stage);
        Ok(())
    }

    /// Hands a sealed wish to the engine.
    pub(crate) fn submit(&mut self, at: usize) -> Result<(), Broken> {
        let wish = &mut self.wishes[at];
        let (node, incarnation) = (wish.node, self.nodes[wish.node].incarnation);
        let Some(submission) = wish.sealed.take() else { return Ok(()) };
        wish.stage = Stage::Submitted(incarnation);
        self.hand_over_to_engine(at, node, submission, false)
    }

    /// Says an accepted message again, or something else under its id.
    pub(crate) fn repeat(&mut self, at: usize, is_other: bool) -> Result<(), Broken> {
        let node = self.wishes[at].node;
        match self.make(at, is_other)? {
            Some(submission) => self.hand_over_to_engine(at, node, submission, is_other),
            None => Ok(()),
        }
    }

    fn hand_over_to_engine(
        &mut self,
        wish: usize,
        node: usize,
        mut submission: Submission,
        is_other: bool,
    ) -> Result<(), Broken> {
        let incarnation = self.nodes[node].incarnation;
        submission.listener.tag = self.attempts.len() as u64;
        self.attempts.push(Attempt { wish, incarnation, is_other, outcome: None, receipts: Vec::new() });
        self.nodes[node].handle(Input::Submit(vec![submission]))
    }

    /// Seals a message; `None` when its sender's own view does not allow it and it is not on the record.
    fn make(&mut self, at: usize, is_other: bool) -> Result<Option<Submission>, Broken> {
        let horizon = self.horizon;
        let listener = Listener { tag: 0, sink: self.answers.clone(), receipts: true };
        let wish = &self.wishes[at];
        let Some(running) = &self.nodes[wish.node].running else { return Ok(None) };
        let (staged, scribe) = (running.engine.staged(), &running.scribe);
        let own = member(wish.node).agency();
        let row = staged.referral(wish.referral).map_err(text)?;
        let is_known = staged.message(own, wish.message).map_err(text)?.is_some();
        let place = next_place(row.as_deref(), own);
        let (facts, recipients) = match (&wish.content, row.as_deref()) {
            (Content::Opening(opening), _) => {
                (Facts::Opening(opening.clone()), author::others(&opened(opening), own))
            }
            (Content::Event(event, declared), Some(row)) => {
                let fact = Fact {
                    id: wish.message,
                    sender: own.clone(),
                    number: place.number,
                    seen: author::seen(row, own),
                    event: event.clone(),
                    declared: *declared,
                    recorded: scribe.clock().now(),
                };
                let allowed = row.opening.as_ref().is_some_and(|o| admit(o, &row.facts, &fact).is_ok());
                if !allowed && !is_known {
                    return Ok(None);
                }
                (Facts::Event(fact), author::others(row, own))
            }
            (Content::Event(..), None) => return Ok(None),
        };
        let said = match &wish.content {
            Content::Opening(_) => b"opening".to_vec(),
            Content::Event(event, declared) => format!("{event:?} {declared}").into_bytes(),
        };
        let said = if is_other { [said, b"!".to_vec()].concat() } else { said };
        let message = Message {
            message: wish.message,
            referral: wish.referral,
            recipients,
            urgent: row.as_ref().map_or(wish.message.as_bytes()[15].is_multiple_of(3), |row| row.urgent),
            place,
            body: facts.encode(),
            facts,
            private: Private {
                person: "sim".into(),
                justification: "simulation".into(),
                ..Private::default()
            },
            submitted: scribe.submitted_digest(&said),
            now: scribe.clock().now(),
            horizon,
        };
        author::seal(scribe, message, listener).map(Some).map_err(text)
    }

    /// Takes the answers that have come, and checks each against the ledgers.
    pub(crate) fn hear(&mut self) -> Result<(), Broken> {
        let answers = std::mem::take(&mut *self.answers.0.lock());
        for (tag, outcome) in answers {
            let at = tag as usize;
            match outcome {
                Outcome::Accepted(accepted) => self.accepted(at, &accepted)?,
                Outcome::Refused(refused) => self.refused(at, &refused)?,
                Outcome::Receipt { message, recipient, position, refusal, .. } => {
                    let attempt = &mut self.attempts[at];
                    if self.wishes[attempt.wish].message != message
                        || attempt.receipts.iter().any(|(known, ..)| *known == recipient)
                    {
                        return Err(format!(
                            "a caller was told twice of the receipt of {recipient} for {message}"
                        ));
                    }
                    attempt.receipts.push((recipient, position, refusal.is_some()));
                }
            }
        }
        Ok(())
    }

    fn accepted(&mut self, at: usize, accepted: &Accepted) -> Result<(), Broken> {
        let attempt = &mut self.attempts[at];
        let wish = &mut self.wishes[attempt.wish];
        if attempt.outcome.replace(true).is_some() || attempt.is_other || accepted.message != wish.message {
            return Err(format!("a wrong answer came to the submission of {}", wish.message));
        }
        if let Stage::Accepted(before) = &wish.stage {
            self.stats.repeats += 1;
            let same = Accepted { repeated: before.repeated, ..accepted.clone() } == *before;
            if !same || !accepted.repeated {
                return Err(format!("a repeat of {} got another answer than before", wish.message));
            }
        } else {
            self.stats.accepted += 1;
            wish.stage = Stage::Accepted(accepted.clone());
        }
        let (node, message) = (wish.node, wish.message);
        self.is_recorded(node, accepted.position, Kind::Sent, message)
    }

    /// Whether a node that runs holds a durable record of the kind at the position.
    fn is_recorded(&self, node: usize, position: u64, kind: Kind, message: MessageId) -> Result<(), Broken> {
        let node = &self.nodes[node];
        let Some(running) = &node.running else { return Ok(()) };
        let entry = running.log.reader().entry(position);
        let shared = entry.ok().and_then(|entry| {
            rogatory_engine::reread::Stored::decode(position, &entry)
                .ok()
                .and_then(|stored| stored.shared().ok())
        });
        match shared {
            Some(shared) if shared.kind == kind && shared.message == Some(message) => Ok(()),
            _ => Err(node.broken(&format!("acknowledged {message} at {position} without a durable record"))),
        }
    }

    fn refused(&mut self, at: usize, refused: &Refused) -> Result<(), Broken> {
        let attempt = &mut self.attempts[at];
        let wish = &mut self.wishes[attempt.wish];
        if attempt.outcome.replace(false).is_some() {
            return Err(format!("two answers came to one submission of {}", wish.message));
        }
        match refused {
            Refused::Code(Code::IdReused) if attempt.is_other => Ok(()),
            // Refused for a time; the same is said again.
            Refused::Stale | Refused::Code(Code::DiskReserve) if !attempt.is_other => {
                if matches!(wish.stage, Stage::Submitted(_)) {
                    wish.stage = Stage::Wanted;
                }
                Ok(())
            }
            _ => Err(format!("the submission of {} was refused: {refused:?}", wish.message)),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.now_us).expect("simulated time stays within this century")
    }
}

/// A row that holds nothing but an opening, for asking who its parties are.
fn opened(opening: &OpeningFact) -> ReferralRow {
    ReferralRow { opening: Some(opening.clone()), ..ReferralRow::default() }
}

/// Answers shared by every engine.
pub(crate) type SharedAnswers = Arc<Answers>;
