//! The condition of the node: whether it serves, and every reason why not. Probes, health, metrics and the status all tell
//! this one condition.
//!
//! Owns the words for it and who is told when it changes. It must not find anything out; the observation does.

use std::fmt;

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::watch;

mod log;

use log::Log;

/// A state a node can be in; several reasons may stand at once, and the first one here names the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum State {
    /// It is opening its ledger and its doors.
    Starting,
    /// It was told to end.
    Draining,
    /// Nothing that is decided becomes durable, or nothing is decided.
    Stuck,
    /// Free space is below the reserve.
    Full,
    /// Signing waits for a release.
    Held,
    /// All is well.
    Serving,
}

impl State {
    /// Every state.
    pub(crate) const ALL: [Self; 6] =
        [Self::Starting, Self::Draining, Self::Stuck, Self::Full, Self::Held, Self::Serving];

    /// The word for it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Draining => "draining",
            Self::Stuck => "stuck",
            Self::Full => "full",
            Self::Held => "held",
            Self::Serving => "serving",
        }
    }
}

/// Room on the volume of the ledger, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// What is free; `None` while the volume does not tell.
    pub(crate) free_bytes: Option<u64>,
    /// What is kept free.
    pub(crate) reserve_bytes: u64,
}

/// Why a node does not serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It starts.
    Starting,
    /// It ends as it was told to.
    Draining,
    /// It ends because it cannot go on.
    Stopped(String),
    /// The thread that decides gives no answer.
    NoAnswer,
    /// Records are decided, and none becomes durable.
    NotDurable,
    /// New work is refused for want of room.
    Full(Room),
    /// The ledger was cut after a reboot and signs nothing.
    Held,
}

impl Reason {
    /// The state it puts the node in.
    pub(crate) fn state(&self) -> State {
        match self {
            Self::Starting => State::Starting,
            Self::Draining => State::Draining,
            Self::Stopped(_) | Self::NoAnswer | Self::NotDurable => State::Stuck,
            Self::Full(_) => State::Full,
            Self::Held => State::Held,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Starting => f.write_str("the ledger and the listeners are being opened"),
            Self::Draining => f.write_str("the node was told to end"),
            Self::Stopped(cause) => write!(f, "the node ends because it cannot go on: {cause}"),
            Self::NoAnswer => f.write_str("the engine gives no answer"),
            Self::NotDurable => f.write_str("no record becomes durable; the disk may hang"),
            Self::Full(Room { free_bytes: Some(free), reserve_bytes: reserve }) if free < reserve => {
                write!(
                    f,
                    "RG0602 {free} bytes are free on the ledger's volume, {reserve} are kept in reserve"
                )
            }
            Self::Full(Room { free_bytes: Some(free), reserve_bytes: reserve }) => {
                let room = format!("{free} bytes are free on its volume, {reserve} are kept in reserve");
                write!(f, "RG0602 the ledger finds no room for a record, though {room}")
            }
            Self::Full(_) => f.write_str("RG0602 the ledger's volume does not tell what is free"),
            Self::Held => {
                f.write_str("RG0603 signing waits until every peer answered or a person releases it")
            }
        }
    }
}

/// Whether a node serves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Condition {
    /// Why not, at most one reason a state, the one that counts most first; empty where it serves.
    pub(crate) reasons: Vec<Reason>,
    /// Whether the node does not live: it gave no answer for so long that it should be started anew.
    pub(crate) is_dead: bool,
}

impl Condition {
    /// A condition of these reasons.
    pub(crate) fn of(mut reasons: Vec<Reason>, is_dead: bool) -> Self {
        reasons.sort_by_key(Reason::state);
        reasons.dedup_by_key(|reason| reason.state());
        Self { reasons, is_dead }
    }

    /// The state that counts most.
    pub(crate) fn state(&self) -> State {
        self.reasons.first().map_or(State::Serving, Reason::state)
    }

    /// Whether the node is in this state, whatever else it is in.
    pub(crate) fn is_in(&self, state: State) -> bool {
        if state == State::Serving { self.serves() } else { self.reasons.iter().any(|r| r.state() == state) }
    }

    /// Whether work of the agency and of peers is taken.
    pub(crate) fn serves(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// The present condition, told to whoever follows it, and to the log when it changes.
#[derive(Debug)]
pub(crate) struct Conditions {
    present: watch::Sender<Condition>,
    room: Mutex<Option<Room>>,
    log: Mutex<Log>,
}

impl Conditions {
    /// The condition of a node that starts.
    pub(crate) fn starting() -> Self {
        let starting = Condition::of(vec![Reason::Starting], false);
        Self { present: watch::Sender::new(starting), room: Mutex::default(), log: Mutex::default() }
    }

    /// The present condition.
    pub(crate) fn now(&self) -> Condition {
        self.present.borrow().clone()
    }

    /// Room on the volume of the ledger at the newest look.
    pub(crate) fn room(&self) -> Option<Room> {
        *self.room.lock()
    }

    /// Follows the condition from now on.
    pub(crate) fn follow(&self) -> watch::Receiver<Condition> {
        self.present.subscribe()
    }

    /// These reasons were found, and this room. What ends a node stands until its end, and a node starts until it is told
    /// otherwise.
    pub(crate) fn found(&self, reasons: Vec<Reason>, is_dead: bool, room: Room, now: Timestamp) {
        let condition = self.put(|before| {
            let stays = |reason: &&Reason| matches!(reason.state(), State::Starting | State::Draining);
            let stopped = |reason: &&Reason| matches!(reason, Reason::Stopped(_));
            let staying = before.reasons.iter().filter(|reason| stays(reason) || stopped(reason));
            Condition::of(staying.cloned().chain(reasons).collect(), is_dead)
        });
        *self.room.lock() = Some(room);
        self.log.lock().tell(&condition, room, now);
    }

    /// Every listener is open.
    pub(crate) fn started(&self) {
        self.put(|before| {
            let others = before.reasons.iter().filter(|reason| **reason != Reason::Starting);
            Condition::of(others.cloned().collect(), before.is_dead)
        });
    }

    /// The node ends from now on.
    pub(crate) fn ends(&self, why: Reason) {
        self.put(|before| {
            let others = before.reasons.iter().cloned();
            Condition::of(std::iter::once(why).chain(others).collect(), before.is_dead)
        });
    }

    /// Followers hear of a change only.
    fn put(&self, make: impl FnOnce(&Condition) -> Condition) -> Condition {
        let mut now = Condition::default();
        self.present.send_if_modified(|present| {
            now = make(present);
            let has_changed = now != *present;
            present.clone_from(&now);
            has_changed
        });
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Room = Room { free_bytes: Some(7), reserve_bytes: 9 };

    #[test]
    fn a_node_serves_once_it_is_open_and_nothing_stands_against_it() {
        let conditions = Conditions::starting();
        let now = Timestamp::UNIX_EPOCH;
        conditions.found(vec![], false, ROOM, now);
        assert_eq!(conditions.now().state(), State::Starting, "an observation opens no listener");
        conditions.started();
        assert!(conditions.now().serves() && conditions.now().is_in(State::Serving));
        conditions.found(vec![Reason::Held, Reason::Full(ROOM)], false, ROOM, now);
        let found = conditions.now();
        assert_eq!((found.state(), found.is_in(State::Held), found.serves()), (State::Full, true, false));
        conditions.found(vec![], false, ROOM, now);
        assert!(conditions.now().serves());
    }

    #[test]
    fn a_node_that_ends_stays_so_whatever_is_found() {
        let stopped = Reason::Stopped("its disk".to_owned());
        for (why, state) in [(Reason::Draining, State::Draining), (stopped, State::Stuck)] {
            let conditions = Conditions::starting();
            conditions.started();
            conditions.ends(why.clone());
            conditions.found(vec![Reason::NoAnswer], false, ROOM, Timestamp::UNIX_EPOCH);
            assert_eq!(conditions.now().state(), state);
            assert!(conditions.now().reasons.contains(&why));
        }
    }

    #[test]
    fn followers_hear_of_changes_only() {
        let conditions = Conditions::starting();
        conditions.started();
        let mut follower = conditions.follow();
        follower.mark_unchanged();
        conditions.found(vec![], false, ROOM, Timestamp::UNIX_EPOCH);
        assert!(!follower.has_changed().unwrap());
        conditions.found(vec![Reason::Held], false, ROOM, Timestamp::UNIX_EPOCH);
        assert!(follower.has_changed().unwrap());
    }

    #[test]
    fn a_reason_that_a_person_reads_names_its_bytes_and_its_code() {
        let full = Reason::Full(ROOM).to_string();
        assert_eq!(full, "RG0602 7 bytes are free on the ledger's volume, 9 are kept in reserve");
        let unknown = Room { free_bytes: None, ..ROOM };
        assert!(Reason::Full(unknown).to_string().contains("does not tell"));
    }
}
