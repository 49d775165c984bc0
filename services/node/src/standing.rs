//! The connections that stand, accepted and dialled: each is judged again when roots or lists change and when anything
//! that vouches for it ends, and whoever no longer stands is told a code and loses the connection.
//!
//! It must not decide whom to let in; the TLS room judges. It ends connections, so that no stream outlives its
//! certificate.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::{Mutex, MutexGuard};
use rogatory_domain::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_tls::{Clearance, Clock, PeerChain, PeerIdentity, PeerStream, Role, Trust};
use tokio::sync::watch;
use tracing::warn;

use crate::holder::Holder;
use crate::status::of_handshake;

mod layer;
mod restraint;
mod stream;

pub(crate) use layer::StandingLayer;
use restraint::{Restraint, Restraints};
pub use stream::StandingStream;

/// Time between two looks at what has ended.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Time that the streams of a connection have to say why they end, before the connection is cut.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// Whether a connection stands, and what for.
type Verdict = Result<Clearance, Code>;

/// The connections of a node.
pub struct Standing {
    own: AgencyId,
    clock: Clock,
    trust: Mutex<Trust>,
    next: AtomicU64,
    entries: Mutex<HashMap<u64, Entry>>,
    restraints: Restraints,
}

struct Entry {
    chain: PeerChain,
    identity: Arc<PeerIdentity>,
    /// The trust it was judged under.
    judged: Trust,
    /// When the verdict may change by itself.
    due: Timestamp,
    verdict: watch::Sender<Verdict>,
}

/// One connection's place in the register; it leaves on drop.
pub struct Registered {
    standing: Arc<Standing>,
    id: u64,
    verdict: watch::Receiver<Verdict>,
    restraint: Arc<Restraint>,
}

impl Standing {
    /// The register of the node of `own`, under the trust in force.
    #[must_use]
    pub fn new(own: AgencyId, trust: Trust, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            own,
            clock,
            trust: Mutex::new(trust),
            next: AtomicU64::new(0),
            entries: Mutex::default(),
            restraints: Restraints::default(),
        })
    }

    /// Takes up a connection. One that was let in under an older trust is judged at the next look.
    #[must_use]
    pub fn register(self: &Arc<Self>, stream: &PeerStream) -> Arc<Registered> {
        let (sender, verdict) = watch::channel(Ok(stream.clearance()));
        let chain = stream.peer_chain();
        let due = stream.trust().next_change(&chain, (self.clock)());
        let identity = stream.identity();
        let restraint = self.restraints.of(Holder::of(&identity, &self.own));
        let entry = Entry { chain, identity, judged: stream.trust().clone(), due, verdict: sender };
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.entries().insert(id, entry);
        Arc::new(Registered { standing: self.clone(), id, verdict, restraint })
    }

    /// Takes newer roots and lists into force and judges every connection under them. Costs a few signature checks a
    /// connection: call it where blocking is allowed.
    pub fn renew(&self, trust: Trust) {
        self.go_by(trust);
        self.look();
    }

    /// Takes newer roots and lists into force, and costs nothing: whatever stands is judged under them at the next look.
    pub(crate) fn go_by(&self, trust: Trust) {
        *self.trust.lock() = trust;
    }

    /// Judges whatever is due, until the node closes.
    pub(crate) async fn keep(self: Arc<Self>, mut closing: watch::Receiver<bool>) {
        loop {
            if tokio::time::timeout(LOOK_EVERY, closing.wait_for(|closed| *closed)).await.is_ok() {
                return;
            }
            if self.is_anything_due() {
                let standing = self.clone();
                let _ = tokio::task::spawn_blocking(move || standing.look()).await;
            }
        }
    }

    /// Every other agency's node with a connection that stands, and when its certificate ends.
    pub(crate) fn peers(&self) -> Vec<(AgencyId, Timestamp)> {
        let entries = self.entries();
        let nodes = entries.values().filter(|entry| entry.identity.role == Role::Node);
        nodes.map(|entry| (entry.identity.agency.clone(), entry.identity.not_after)).collect()
    }

    fn is_anything_due(&self) -> bool {
        let (trust, now) = (self.trust(), (self.clock)());
        self.entries().values().any(|entry| entry.is_due(&trust, now))
    }

    /// Judges whatever is due now. The register is not locked meanwhile.
    fn look(&self) {
        let (trust, now) = (self.trust(), (self.clock)());
        let due: Vec<_> = {
            let entries = self.entries();
            let due = entries.iter().filter(|(_, entry)| entry.is_due(&trust, now));
            due.map(|(id, entry)| (*id, entry.chain.clone())).collect()
        };
        for (id, chain) in due {
            let verdict = trust.judge(&chain, now).map_err(of_handshake);
            let due = trust.next_change(&chain, now);
            if let Some(entry) = self.entries().get_mut(&id) {
                entry.take(verdict, trust.clone(), due);
            }
        }
    }

    fn trust(&self) -> Trust {
        self.trust.lock().clone()
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<u64, Entry>> {
        self.entries.lock()
    }
}

impl Entry {
    fn is_due(&self, trust: &Trust, now: Timestamp) -> bool {
        // Who was turned away stays away, whatever the clock says later.
        self.verdict.borrow().is_ok() && (!self.judged.is_same(trust) || now >= self.due)
    }

    fn take(&mut self, verdict: Verdict, trust: Trust, due: Timestamp) {
        (self.judged, self.due) = (trust, due);
        if let Err(code) = verdict {
            let (who, code) = (&self.identity.spiffe_id, code.refusal().id);
            warn!(client = %who, code, "a connection is ended: its certificate does not stand any more");
        }
        let _ = self.verdict.send_replace(verdict);
    }
}

impl Registered {
    /// What the connection is good for now.
    ///
    /// # Errors
    /// Why it does not stand any more.
    pub(crate) fn verdict(&self) -> Verdict {
        *self.verdict.borrow()
    }

    /// A call of this connection was turned away: if its holder's are turned away too often, its connections are read later.
    pub(crate) fn turned_away(&self) {
        self.restraint.turned_away();
    }

    /// Completes once the connection does not stand any more, and says why.
    pub(crate) async fn ended(&self) -> Code {
        let mut verdict = self.verdict.clone();
        let ended = verdict.wait_for(Result::is_err).await.map(|verdict| *verdict);
        match ended {
            Ok(Err(code)) => code,
            // The register lives as long as its entries, and its entry as long as this.
            Ok(Ok(_)) | Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.standing.entries().remove(&self.id);
    }
}

impl std::fmt::Debug for Registered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registered").field("id", &self.id).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Standing").finish_non_exhaustive()
    }
}
