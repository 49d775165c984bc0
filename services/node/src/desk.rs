//! The desk: what every service of a node shares, and the calls into the engine as futures.
//!
//! Owns the bridge between tasks and the engine's thread. It must not decide anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use rogatory_domain::fault::Faults;
use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_engine::input::Listener;
use rogatory_engine::link::Introduction;
use rogatory_engine::{
    Draft, Engine, Handle, Input, Outcome, OutcomeSink, Refused, Scribe, Submission, Written,
};
use rogatory_evidence::{Kind, Private, Roster};
use rogatory_index::{Store, StoreError};
use rogatory_tlog::VerifierKey;
use rogatory_tls::{PeerIdentity, Role};
use tokio::sync::{oneshot, watch};
use tracing::warn;
use uuid::Uuid;

use crate::casework::Readers;
use crate::condition::Conditions;
use crate::exchange::Standings;
use crate::expiry::Endings;
use crate::reads::Reads;
use crate::revocation::Declared;
use crate::rosters::CurrentRoster;
use crate::status::ErrorId;
use crate::turns::Turns;
use crate::unrecorded::Unrecorded;

/// What the services share.
pub(crate) struct Desk {
    /// Makes records.
    pub(crate) scribe: Arc<Scribe>,
    /// The way into the engine.
    pub(crate) engine: Handle,
    /// Reads ledger and index, on threads of its own.
    pub(crate) reads: Arc<Reads>,
    /// What streams of submissions may have unrecorded.
    pub(crate) unrecorded: Unrecorded,
    /// Whose turn it is to read every referral.
    pub(crate) surveys: Turns,
    /// Turns at typesetting a form: it takes a core for a while, and some tens of megabytes.
    pub(crate) presses: Turns,
    /// Consumers that somebody watches under.
    pub(crate) consumers: Arc<Readers>,
    /// Age at which a client's connection ends, and with it its streams.
    pub(crate) connection_age: Duration,
    /// The agencies, as the roster in force names them.
    pub(crate) rosters: Arc<CurrentRoster>,
    /// The key that signs rosters.
    pub(crate) roster_key: VerifierKey,
    /// How long delivery is tried.
    pub(crate) horizon: SignedDuration,
    /// Whether streams that stay open by design must end, because the node closes.
    closing: watch::Receiver<bool>,
    /// Whether the engine is behind.
    busy: watch::Sender<bool>,
    /// How each peer stands.
    pub(crate) standings: Standings,
    /// Whether this node serves, and why not.
    pub(crate) conditions: Arc<Conditions>,
    /// When certificates and lists end.
    pub(crate) endings: Arc<Endings>,
    /// Agencies whose certificates are not checked for revocation, because they declare to publish no list.
    unchecked: Mutex<Declared>,
    /// Records that the opening of the ledger took on the word of checkpoints, and that were not read again yet.
    pub(crate) unread: Arc<AtomicU64>,
    /// When the node started.
    pub(crate) started: Timestamp,
    ids: AtomicU64,
}

/// A call that changed nothing, with its faults.
#[derive(Debug)]
pub(crate) struct Rejection {
    /// Why.
    pub(crate) code: Code,
    /// Every fault of the input.
    pub(crate) faults: Faults,
    /// Under which the log has the cause, where the answer must not.
    pub(crate) error_id: Option<ErrorId>,
}

impl Rejection {
    /// A call whose input has faults.
    pub(crate) fn faulty(code: Code, faults: Faults) -> Self {
        Self { code, faults, error_id: None }
    }
}

impl From<Code> for Rejection {
    fn from(code: Code) -> Self {
        Self::faulty(code, Faults::default())
    }
}

/// What this node could not do, for a cause that is logged here, under the id that the caller gets.
pub(crate) fn internal(cause: impl std::fmt::Display) -> Rejection {
    Rejection { error_id: Some(ErrorId::log(Code::Internal, &cause)), ..Code::Internal.into() }
}

impl Desk {
    #[expect(clippy::too_many_arguments, reason = "it is made in one place, by name")]
    pub(crate) fn new(
        scribe: Arc<Scribe>,
        engine: Handle,
        reads: Arc<Reads>,
        connection_age: Duration,
        rosters: Arc<CurrentRoster>,
        roster_key: VerifierKey,
        horizon: SignedDuration,
        closing: watch::Receiver<bool>,
        conditions: Arc<Conditions>,
        started: Timestamp,
    ) -> Self {
        let ids = AtomicU64::new(0);
        Self {
            scribe,
            engine,
            reads,
            unrecorded: Unrecorded::default(),
            surveys: Turns::default(),
            presses: Turns::default(),
            consumers: Arc::default(),
            connection_age,
            rosters,
            roster_key,
            horizon,
            closing,
            busy: watch::Sender::new(false),
            standings: Standings::default(),
            conditions,
            endings: Arc::default(),
            unchecked: Mutex::default(),
            unread: Arc::default(),
            started,
            ids,
        }
    }

    /// This agency.
    pub(crate) fn own(&self) -> &AgencyId {
        &self.scribe.origin().agency
    }

    /// The roster in force.
    pub(crate) fn roster(&self) -> Arc<Roster> {
        self.rosters.get()
    }

    /// Completes when streams that stay open by design must end.
    pub(crate) fn closed(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut closing = self.closing.clone();
        async move { drop(closing.wait_for(|closing| *closing).await) }
    }

    /// Puts a change of configuration on the record; nothing waits for it.
    pub(crate) fn note_configured(&self, note: String) {
        let mut draft = Draft::new(&self.scribe, Kind::Configured);
        draft.shared.note = note;
        match self.write(draft) {
            Ok(written) => self.engine.send(Input::Record(Box::new(written), Box::new(|| ()))),
            Err(rejection) => {
                warn!(code = rejection.code.refusal().id, "a change of configuration could not be recorded");
            }
        }
    }

    /// Shows who is not checked for revocation.
    pub(crate) fn show_unchecked(&self, declared: Declared) {
        *self.unchecked.lock() = declared;
    }

    /// Who is not checked for revocation, and since when.
    pub(crate) fn unchecked(&self) -> Declared {
        self.unchecked.lock().clone()
    }

    /// Notes whether the engine is behind.
    pub(crate) fn set_busy(&self, busy: bool) {
        self.busy.send_replace(busy);
    }

    /// Completes once the engine can take more work; for what brings it in bulk.
    pub(crate) async fn room(&self) {
        let _ = self.busy.subscribe().wait_for(|busy| !busy).await;
    }

    /// Node time.
    pub(crate) fn now(&self) -> Timestamp {
        self.scribe.clock().now()
    }

    /// A fresh UUIDv7 that rises within the node.
    pub(crate) fn mint(&self) -> Uuid {
        let now = self.now();
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        let count = self.ids.fetch_add(1, Ordering::Relaxed);
        let mut random: [u8; 10] = self.scribe.random().array();
        random[0] = u8::try_from((count >> 8) & 0xff).unwrap_or(0);
        random[1] = u8::try_from(count & 0xff).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// Looks at the engine; the answer leaves once everything it shows is durable.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> Result<T, Code> {
        let (answer, wait) = oneshot::channel();
        self.engine.look(Box::new(move |engine| {
            let seen = look(engine);
            engine.when_durable(Box::new(move || drop(answer.send(seen))));
        }));
        wait.await.map_err(|_| self.dropped())
    }

    /// Looks at counters at once. Nothing of a case may be answered from it: it waits for no record, so that an operator
    /// sees the state of a node whose disk is full.
    pub(crate) async fn glance<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> Result<T, Code> {
        let (answer, wait) = oneshot::channel();
        self.engine.look(Box::new(move |engine| {
            let _ = answer.send(look(engine));
        }));
        wait.await.map_err(|_| self.dropped())
    }

    /// Reads the index on a thread for reads.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Rejection> {
        self.reads.read(Role::Operator, move |sources| read(&sources.store).map_err(internal)).await
    }

    /// Why the engine dropped what it was asked.
    pub(crate) fn dropped(&self) -> Code {
        if self.engine.is_stuck() { Code::DiskReserve } else { Code::Draining }
    }

    /// Puts a record in the ledger and waits until it is durable.
    pub(crate) async fn record(&self, draft: Draft) -> Result<(), Rejection> {
        let written = self.write(draft)?;
        let (answer, wait) = oneshot::channel();
        self.engine.send(Input::Record(
            Box::new(written),
            Box::new(move || {
                let _ = answer.send(());
            }),
        ));
        wait.await.map_err(|_| self.dropped().into())
    }

    /// Writes a record without putting it anywhere.
    pub(crate) fn write(&self, draft: Draft) -> Result<Written, Rejection> {
        self.scribe.write(draft).map_err(internal)
    }

    /// Submits one message and waits for its record.
    pub(crate) async fn submit(
        &self,
        make: impl FnOnce(Listener) -> Result<Submission, Rejection>,
    ) -> Result<Result<rogatory_engine::Accepted, Refused>, Rejection> {
        let (sink, wait) = OneAnswer::channel();
        let submission = make(Listener { tag: 0, sink, receipts: false })?;
        self.engine.send(Input::Submit(vec![submission]));
        match wait.await {
            Ok(Outcome::Accepted(accepted)) => Ok(Ok(accepted)),
            Ok(Outcome::Refused(refused)) => Ok(Err(refused)),
            Ok(Outcome::Receipt { .. }) => Err(internal("a receipt came before its submission was recorded")),
            Err(_) => Err(self.dropped().into()),
        }
    }

    /// Announces a connection to a peer and learns what to say in Hello.
    pub(crate) async fn greet(&self, peer: &AgencyId, session: u64) -> Result<Introduction, Code> {
        let (answer, wait) = oneshot::channel();
        self.engine.send(Input::Greet(peer.clone(), session, Box::new(move |i| drop(answer.send(i)))));
        wait.await.map_err(|_| self.dropped())
    }
}

/// The instant that lies so long before another.
pub(crate) fn before(now: Timestamp, age: Duration) -> Timestamp {
    now.checked_sub(age).unwrap_or(now)
}

/// The private part of a record for a call.
pub(crate) fn private_of(identity: &PeerIdentity, person: &str, justification: &str) -> Private {
    Private {
        person: person.to_owned(),
        justification: justification.to_owned(),
        client: identity.spiffe_id.clone(),
        client_certificate: Some(identity.fingerprint),
    }
}

/// A sink that answers once.
struct OneAnswer(Mutex<Option<oneshot::Sender<Outcome>>>);

impl OneAnswer {
    fn channel() -> (Arc<dyn OutcomeSink>, oneshot::Receiver<Outcome>) {
        let (answer, wait) = oneshot::channel();
        (Arc::new(Self(Mutex::new(Some(answer)))), wait)
    }
}

impl OutcomeSink for OneAnswer {
    fn deliver(&self, outcomes: Vec<(u64, Outcome)>) {
        if let (Some(answer), Some((_, outcome))) = (self.0.lock().take(), outcomes.into_iter().next()) {
            let _ = answer.send(outcome);
        }
    }

    fn is_open(&self) -> bool {
        self.0.lock().is_some()
    }
}
