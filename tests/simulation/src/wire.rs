//! Connections of the simulated network: frames on their way, and a driver's state at each end. Must not look into a
//! frame; the ends do.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use rogatory_domain::id::AgencyId;
use rogatory_engine::frame::Frame;
use rogatory_engine::link::{Context, Introduction, LinkIn, LinkOut};
use rogatory_engine::{LinkSink, ToLink};
use rogatory_exchange::Session;

/// LinkQueue of an engine that its driver has not carried out yet.
#[derive(Default)]
pub(crate) struct LinkQueue(pub(crate) Mutex<VecDeque<ToLink>>);

impl LinkSink for LinkQueue {
    fn order(&self, order: ToLink) {
        self.0.lock().push_back(order);
    }
}

/// How far an end has come.
pub(crate) enum Phase {
    /// Waits for what to say first.
    Introducing,
    /// Has sent Hello.
    Greeting(Introduction),
    /// Has sent Link.
    Linking(Box<(LinkOut, LinkIn)>),
    /// Linked.
    Up(Box<(LinkOut, LinkIn)>),
    /// Hung up, or its node is down.
    Closed,
}

/// One end.
pub(crate) struct End {
    pub(crate) node: usize,
    pub(crate) peer: AgencyId,
    pub(crate) session: Session,
    pub(crate) context: Context,
    pub(crate) introduced: Arc<Mutex<Option<Introduction>>>,
    pub(crate) orders: Arc<LinkQueue>,
    pub(crate) phase: Phase,
    pub(crate) inbox: VecDeque<Frame>,
}

impl End {
    pub(crate) fn new(node: usize, peer: AgencyId, session: Session, context: Context) -> Self {
        Self {
            node,
            peer,
            session,
            context,
            introduced: Arc::default(),
            orders: Arc::default(),
            phase: Phase::Introducing,
            inbox: VecDeque::new(),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        !matches!(self.phase, Phase::Closed)
    }

    pub(crate) fn may_greet(&self) -> bool {
        matches!(self.phase, Phase::Introducing) && self.introduced.lock().is_some()
    }

    pub(crate) fn may_receive(&self) -> bool {
        self.is_open() && !matches!(self.phase, Phase::Introducing) && !self.inbox.is_empty()
    }

    pub(crate) fn may_send(&self) -> bool {
        matches!(self.phase, Phase::Up(_)) && !self.orders.0.lock().is_empty()
    }
}

/// A connection between two nodes.
pub(crate) struct Connection {
    pub(crate) ends: [End; 2],
    /// Whether nothing sent from now on arrives; each end notices in its own time.
    pub(crate) is_cut: bool,
}

impl Connection {
    /// Puts a frame on its way to the other end.
    pub(crate) fn send(&mut self, side: usize, frame: Frame) {
        let other = &mut self.ends[1 - side];
        if !self.is_cut && other.is_open() {
            other.inbox.push_back(frame);
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.ends.iter().all(|end| !end.is_open())
    }
}
