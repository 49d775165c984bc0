//! The step machine: state, the queue of effects that wait for durability, and the dispatch of inputs.
//!
//! Owns the order of everything. Each kind of input has a file of its own below.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rogatory_domain::id::{AgencyId, MessageId};
use rogatory_domain::refusal::Code;
use rogatory_evidence::{Facts, Head as PeerHead, Roster};
use rogatory_exchange::{Asking, Outbound, Session};
use rogatory_index::feed::kinds_of;
use rogatory_index::{FeedKey, FeedKind, Folding, Staged, StoreError, fold::fold};
use rogatory_ledger::{Decision, Entry, Head, Reader};
use tracing::{debug, error};

use crate::failure::Failure;
use crate::input::{
    Effect, Input, LinkSink, Listener, OnDurable, Outcome, OutcomeSink, Refused, RosterAnswer, ToLink,
};
use crate::link::{Introduction, Outgoing, Reply};
use crate::reread::head_of_row;
use crate::scribe::{Draft, Scribe, Written};

mod alarms;
mod ask;
mod behind;
mod deliver;
mod give_up;
mod handover;
mod links;
mod not_yet;
mod passed_on;
mod publish;
mod receipts;
mod receive;
mod requeue;
mod rosters;
mod submit;
mod unopened;
mod waiting;

pub use handover::GAPS_COUNT_MAX;
pub use links::{HoldUp, LinkState};
pub use not_yet::{NotYet, Postponed};
pub use publish::Published;
pub use requeue::{EachRequeued, Requeued};
pub use submit::{Place, next_place, settled};

/// Staged rows above which whoever brings work is asked to wait: the index is behind.
pub const STAGED_ROWS_BUSY: usize = 24_000;

/// Staged rows above which new work of this agency is refused as busy.
pub const STAGED_ROWS_MAX: usize = 100_000;

/// Effects that wait for durability above which new work of this agency is refused as busy.
pub const WAITING_EFFECTS_MAX: usize = 200_000;

/// A peer as the engine delivers to it.
struct PeerState {
    outbound: Outbound<Option<Arc<Outgoing>>>,
    session: Session,
    sink: Option<Arc<dyn LinkSink>>,
    dials: bool,
    /// Size from which the newest notice of giving up is durable, and the newest record that took one back; until then the
    /// successor would travel without it.
    closed_below: u64,
    /// What is asked about of all that was given up to it.
    asking: Asking,
    /// Where the look for what has waited too long goes on, in the urgent and the routine lane.
    looked: [u64; 2],
    offers: publish::Offers,
    /// Version of the roster that it was told this node goes by, on its newest connection.
    told_roster: u64,
    /// It goes by another roster since the last tick, so what it could not take yet is tried at the next.
    has_another_roster: bool,
}

/// What one stream is told at once.
type OutcomeBatch = (Arc<dyn OutcomeSink>, Vec<(u64, Outcome)>);

/// What an effect waits for.
struct Waiting {
    size: u64,
    what: WaitingFor,
}

enum WaitingFor {
    Run(OnDurable),
    Outcome(Listener, Outcome),
    Receipts(AgencyId, Session, Reply),
    Roster(Arc<Roster>, RosterAnswer),
}

impl PeerState {
    fn new(now: Duration, dials: bool, is_more_in_index: bool) -> Self {
        Self {
            outbound: Outbound::new(now, is_more_in_index),
            session: 0,
            sink: None,
            dials,
            closed_below: 0,
            asking: Asking::default(),
            looked: [0; 2],
            offers: publish::Offers::default(),
            told_roster: 0,
            has_another_roster: false,
        }
    }
}

/// The engine of one node.
pub struct Engine {
    scribe: Arc<Scribe>,
    reader: Reader,
    staged: Staged,
    durable: u64,
    head: Head,
    waiting: VecDeque<Waiting>,
    listeners: HashMap<MessageId, Vec<Listener>>,
    roster: Arc<Roster>,
    peers: BTreeMap<AgencyId, PeerState>,
    behind: behind::Behind,
    publisher: publish::Publisher,
    refusing: Option<Code>,
    closing: bool,
    disk_full: bool,
    stuck: bool,
    expires_at: Duration,
    /// The agency with which the next look for what has waited too long begins.
    expires_from: Option<AgencyId>,
    waiting_time: waiting::WaitingTime,
    /// Agencies outside the roster that something waits for, until it is given up; not known before the first look.
    left: Option<Vec<AgencyId>>,
    /// Deliveries given up, not logged yet and since the start.
    given_up: give_up::GivenUpCounts,
    given_up_totals: give_up::GivenUpCounts,
    unopened: unopened::Unopened,
    not_yets: not_yet::NotYets,
    alarms_at: Duration,
    fed: VecDeque<(FeedKey, u64)>,
    decisions: Vec<Decision>,
    effects: Vec<Effect>,
    fatal: Option<Failure>,
}

/// What the engine is made of.
pub struct EngineParts {
    /// Makes records.
    pub scribe: Arc<Scribe>,
    /// Reads the ledger.
    pub reader: Reader,
    /// Rows, folded up to the ledger's end.
    pub staged: Staged,
    /// The agencies that exchange, this one among them.
    pub roster: Arc<Roster>,
}

impl Engine {
    /// An engine over a ledger whose every record is folded.
    pub fn new(parts: EngineParts) -> Self {
        let now = parts.scribe.clock().elapsed();
        let head = parts.reader.head();
        let (waiting, next) = (parts.staged.totals().waiting > 0, parts.staged.next());
        let own = parts.scribe.origin().agency.clone();
        let others =
            || parts.roster.members().iter().map(|member| &member.id).filter(|agency| **agency != own);
        let given_up_totals = others().map(|agency| ((agency.clone(), Code::DeliveryExpired), 0)).collect();
        // Of two agencies the one whose id sorts first dials.
        let peer = |agency: &AgencyId| (agency.clone(), PeerState::new(now, own < *agency, waiting));
        let peers = others().map(peer).collect();
        Self {
            durable: parts.reader.size(),
            head,
            scribe: parts.scribe,
            reader: parts.reader,
            staged: parts.staged,
            waiting: VecDeque::new(),
            listeners: HashMap::new(),
            roster: parts.roster,
            peers,
            behind: behind::Behind::default(),
            publisher: publish::Publisher::default(),
            refusing: None,
            closing: false,
            disk_full: false,
            stuck: false,
            expires_at: now,
            expires_from: None,
            waiting_time: waiting::WaitingTime::new(now, next),
            left: None,
            given_up: give_up::GivenUpCounts::new(),
            given_up_totals,
            unopened: unopened::Unopened::default(),
            not_yets: not_yet::NotYets::default(),
            alarms_at: Duration::ZERO,
            fed: VecDeque::new(),
            decisions: Vec::new(),
            effects: Vec::new(),
            fatal: None,
        }
    }

    /// Takes one input.
    pub fn handle(&mut self, input: Input) {
        if self.stuck
            && matches!(input, Input::Record(..) | Input::HandOver(..) | Input::Greet(..) | Input::Roster(..))
        {
            // Whoever asked hears that it was dropped, and why from [`crate::Handle::is_stuck`].
            return;
        }
        match input {
            Input::Submit(submissions) => submissions.into_iter().for_each(|s| self.submit(s)),
            Input::Record(written, then) => {
                self.append(vec![*written]);
                self.when_durable(then);
            }
            Input::HandOver(hand_overs, then) => self.hand_over(*hand_overs, then),
            Input::Look(look) => look(self),
            Input::Roster(new, answer) => self.take_roster(*new, answer),
            Input::Greet(peer, session, then) => self.greet(&peer, session, then),
            Input::LinkUp(peer, session, sink, offer) => {
                self.link_up(&peer, session, sink);
                if let Some(offer) = offer {
                    self.offered(&peer, session, *offer);
                }
            }
            Input::LinkLost(peer, session) => self.link_lost(&peer, session),
            Input::Received(peer, session, received) => self.receive(&peer, session, *received),
            Input::Receipted(peer, session, receipts) => self.receipted(&peer, session, *receipts),
            Input::Unsendable(peer, session, messages) => self.unsendable(&peer, session, messages),
            Input::Asked(peer, session, messages) => self.asked(peer, session, messages),
            Input::GoesBy(peer, session) => self.goes_by(&peer, session),
            Input::ReachAnew => self.reach_anew(),
            Input::Offered(peer, session, offer) => self.offered(&peer, session, *offer),
            Input::Durable(head) => self.durable(head),
            Input::Applied(through) => self.applied(through),
            Input::Known(stored) => self.staged.knows(*stored),
            Input::Tick => self.tick(),
        }
    }

    /// Decisions to append, in order, since the last call.
    pub fn take_decisions(&mut self) -> Vec<Decision> {
        std::mem::take(&mut self.decisions)
    }

    /// Effects to carry out, in order, since the last call.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Why the engine cannot go on, if so.
    pub fn fatal(&self) -> Option<&Failure> {
        self.fatal.as_ref()
    }

    /// Puts a record that decides nothing in the ledger, such as a read.
    pub fn put(&mut self, written: Written) -> u64 {
        if self.stuck {
            // Its answer will be dropped, so there is nothing to record, and a full disk must not fill memory.
            return self.staged.next();
        }
        self.append(vec![written])
    }

    /// Runs an answer once everything decided so far is durable.
    pub fn when_durable(&mut self, then: OnDurable) {
        self.wait(WaitingFor::Run(then));
    }

    /// Refuses new work of this agency with the code from now on, or takes it again.
    pub fn refuse_work(&mut self, code: Option<Code>) {
        self.refusing = code;
    }

    /// Decided state; what is answered from it must go through [`Engine::when_durable`].
    pub fn staged(&self) -> &Staged {
        &self.staged
    }

    /// This agency.
    pub fn own(&self) -> &AgencyId {
        &self.scribe.origin().agency
    }

    /// Position of the next record.
    pub fn next(&self) -> u64 {
        self.staged.next()
    }

    /// Records that are durable.
    pub fn durable_size(&self) -> u64 {
        self.durable
    }

    /// The newest durable head.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// The roster in force.
    pub fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// The newest head that is on the record of a peer.
    fn held_of(&self, peer: &AgencyId) -> Result<Option<PeerHead>, StoreError> {
        let federation = &self.scribe.origin().federation;
        let held = self.staged.peer(peer)?.and_then(|row| head_of_row(&row, federation));
        Ok(held.or_else(|| self.ended_of(peer)))
    }

    /// The last head of a ledger of a peer that had ended, where the roster names it again: nobody begins a history anew under a
    /// key and an instance of which one is known.
    fn ended_of(&self, peer: &AgencyId) -> Option<PeerHead> {
        let (member, federation) = (self.roster.member(peer)?, &self.scribe.origin().federation);
        let ended = self.staged.partners().get(peer)?.ended.iter().rev();
        ended.filter_map(|row| head_of_row(row, federation)).find(|head| member.continues(head))
    }

    /// Whether whoever brings work should wait before bringing more.
    pub fn is_busy(&self) -> bool {
        self.staged.len() > STAGED_ROWS_BUSY
    }

    /// Why new work is refused, if it is.
    pub fn refuses(&self) -> Option<Code> {
        self.refusing.or(self.disk_full.then_some(Code::DiskReserve))
    }

    /// Asks to close once everything decided is durable and the base holds it.
    pub fn ask_to_close(&mut self) {
        self.sum_up_not_yets(Duration::ZERO);
        self.closing = true;
        self.refusing = Some(Code::Draining);
    }

    /// Whether everything is done after [`Engine::ask_to_close`].
    pub fn may_close(&self) -> bool {
        let all_done = self.waiting.is_empty() && self.durable == self.staged.next() && self.is_indexed();
        // At the disk's reserve nothing more becomes durable, and nothing that is not was told to anybody.
        self.closing && (all_done || self.disk_full)
    }

    /// Refuses new work, of this agency and of peers, while the ledger's disk is at its reserve.
    pub fn set_disk_full(&mut self, full: bool) {
        self.disk_full = full;
    }

    /// Notes whether the ledger can write nothing more. What would have to wait for a record is then dropped at once: its
    /// asker must not wait for a disk.
    pub fn set_stuck(&mut self, stuck: bool) {
        let was_stuck = std::mem::replace(&mut self.stuck, stuck);
        if stuck && !was_stuck {
            std::mem::take(&mut self.waiting).into_iter().for_each(|waiting| self.keep_or_drop(waiting));
        }
    }

    /// What was decided goes on waiting, since it may yet be on the record; a refusal leaves, a read is dropped.
    fn keep_or_drop(&mut self, waiting: Waiting) {
        match waiting.what {
            WaitingFor::Run(_) => {}
            WaitingFor::Outcome(listener, outcome @ Outcome::Refused(_)) => {
                self.effects.push(Effect::Outcomes(listener.sink, vec![(listener.tag, outcome)]));
            }
            what => self.waiting.push_back(Waiting { what, ..waiting }),
        }
    }

    fn now(&self) -> Timestamp {
        self.scribe.clock().now()
    }

    fn elapsed(&self) -> Duration {
        self.scribe.clock().elapsed()
    }

    /// Hands records to the ledger as one decision and folds them, so that the next decision reads them.
    fn append(&mut self, records: Vec<Written>) -> u64 {
        let first = self.staged.next();
        let mut entries: Vec<Entry> = Vec::with_capacity(records.len());
        for mut written in records {
            if let Err(error) = self.take_in(&mut written.folding) {
                self.fail(error);
            }
            entries.push(written.entry);
        }
        self.decisions.push(Decision { entries });
        first
    }

    /// Gives a record its position and folds it; what it adds to the feed is kept until it is durable.
    fn take_in(&mut self, folding: &mut Folding) -> Result<u64, StoreError> {
        folding.position = self.staged.next();
        self.publisher.saw(&folding.shared, folding.position);
        if let (Some(Facts::Opening(_)), Some(referral)) = (&folding.facts, folding.shared.referral) {
            self.unopened.opened(referral);
        }
        fold(&mut self.staged, folding)?;
        let arrival = self.staged.totals().arrivals;
        self.fed.extend(kinds_of(folding).map(|kind| {
            let key = FeedKey { kind, position: folding.position };
            (key, if kind == FeedKind::Message { arrival } else { 0 })
        }));
        Ok(folding.position)
    }

    /// Writes and appends a record of the engine's own.
    fn record(&mut self, draft: Draft) -> Option<u64> {
        match self.scribe.write(draft) {
            Ok(written) => Some(self.append(vec![written])),
            Err(error) => {
                self.fail(Failure::other(error));
                None
            }
        }
    }

    /// Ends the engine with a cause.
    pub(crate) fn fail(&mut self, cause: impl Into<Failure>) {
        if self.fatal.is_none() {
            let cause = cause.into();
            error!(%cause, "the engine cannot go on");
            self.fatal = Some(cause);
        }
    }

    fn wait(&mut self, what: WaitingFor) {
        self.wait_for(self.staged.next(), what);
    }

    /// As [`Engine::wait`], for what says nothing of records at or after a size: what is durable leaves at once, before what
    /// waits for a disk.
    fn wait_for(&mut self, size: u64, what: WaitingFor) {
        if size <= self.durable {
            return self.let_go(vec![what]);
        }
        // Behind what waits already, so that sizes rise.
        let waiting = Waiting { size: self.staged.next(), what };
        if self.stuck {
            return self.keep_or_drop(waiting);
        }
        self.waiting.push_back(waiting);
    }

    fn durable(&mut self, head: Head) {
        if self.head.note.is_none() && head.note.is_some() {
            let now = self.elapsed();
            self.peers.values_mut().for_each(|peer| peer.outbound.retry(now));
        }
        self.durable = head.size;
        self.head = head;
        let fed = self.fed.iter().take_while(|(key, _)| key.position < self.durable).count();
        if fed > 0 {
            // Before any batch goes to the index: readers then find every durable row here or there.
            self.effects.push(Effect::Fed(self.fed.drain(..fed).collect()));
        }
        self.release();
        self.behind_durable();
        self.pump();
    }

    /// Lets go of what waited for positions that are durable by now.
    fn release(&mut self) {
        let ready = self.waiting.partition_point(|waiting| waiting.size <= self.durable);
        let ready: Vec<_> = self.waiting.drain(..ready).map(|waiting| waiting.what).collect();
        self.let_go(ready);
    }

    fn let_go(&mut self, ready: Vec<WaitingFor>) {
        let mut outcomes: Vec<OutcomeBatch> = Vec::new();
        for what in ready {
            match what {
                WaitingFor::Run(then) => self.effects.push(Effect::Run(then)),
                WaitingFor::Outcome(listener, outcome) => {
                    let told = (listener.tag, outcome);
                    match outcomes.iter_mut().find(|(sink, _)| Arc::ptr_eq(sink, &listener.sink)) {
                        Some((_, batch)) => batch.push(told),
                        None => outcomes.push((listener.sink, vec![told])),
                    }
                }
                WaitingFor::Receipts(peer, session, reply) => {
                    let head = self.head.clone();
                    self.tell(&peer, session, ToLink::Receipts { reply, head });
                }
                WaitingFor::Roster(roster, answer) => {
                    let change = self.come_into_force(roster);
                    self.effects.push(Effect::Run(Box::new(move || answer(Ok(change)))));
                }
            }
        }
        self.effects.extend(outcomes.into_iter().map(|(sink, batch)| Effect::Outcomes(sink, batch)));
    }

    fn greet(&mut self, peer: &AgencyId, session: Session, then: Box<dyn FnOnce(Introduction) + Send>) {
        self.end_replaced_history(peer);
        let held = match self.held_of(peer) {
            Ok(held) => held,
            Err(error) => return self.fail(error),
        };
        let (now, random) = (self.elapsed(), u64::from_le_bytes(self.scribe.random().array()));
        let Some(state) = self.peers.get_mut(peer) else { return };
        let held = state.offers.newest_held(held);
        // The link before it is over: what was in flight goes back, and its driver hangs up.
        if let Some(sink) = state.sink.take() {
            debug!(%peer, "another connection of the peer takes the place of one that stands");
            self.effects.push(Effect::Link(sink, ToLink::Replaced));
        }
        if state.outbound.session().is_some() {
            state.outbound.lost(Some(state.session), now, random);
        }
        // From here on nothing that comes on an older connection is taken: it could not be linked to the head shown.
        state.session = session;
        state.told_roster = self.roster.version();
        state.asking.lost();
        let (own, own_size) = (self.head.note.clone().unwrap_or_default(), self.head.size);
        let introduction = Introduction { own, own_size, held, roster_version: self.roster.version() };
        self.when_durable(Box::new(move || then(introduction)));
    }

    fn tell(&mut self, peer: &AgencyId, session: Session, order: ToLink) {
        if let Some(state) = self.peers.get(peer)
            && state.session == session
            && let Some(sink) = &state.sink
        {
            self.effects.push(Effect::Link(sink.clone(), order));
        }
    }

    /// Whether input of a connection is still that of the newest one.
    fn is_current(&self, peer: &AgencyId, session: Session) -> bool {
        self.peers.get(peer).is_some_and(|state| state.session == session)
    }

    /// Hangs up on a peer for cause.
    fn hang_up(&mut self, peer: &AgencyId, session: Session, code: Code) {
        self.tell(peer, session, ToLink::HangUp(code));
    }

    /// Whether new work of this agency is refused now, and why.
    fn refusal(&self) -> Option<Refused> {
        let busy = self.staged.len() > STAGED_ROWS_MAX || self.waiting.len() > WAITING_EFFECTS_MAX;
        self.refuses().or(busy.then_some(Code::QueueFull)).map(Refused::Code)
    }
}
