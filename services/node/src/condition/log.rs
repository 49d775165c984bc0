//! What the log says of the condition: each state when it begins and when it is over, and every hour while it lasts.
//!
//! It must not judge; starting and ending a node says its own lines.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use tracing::{info, warn};

use super::{Condition, Reason, Room, State};

/// Time between two log lines that say of a state that it lasts.
const REPEAT: SignedDuration = SignedDuration::from_hours(1);

/// The states that are said here.
const SAID: [State; 3] = [State::Stuck, State::Full, State::Held];

/// The states a node is in, and when each was said last.
#[derive(Debug, Default)]
pub(super) struct Log(BTreeMap<State, Timestamp>);

/// What is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Line {
    Began(Reason),
    Lasts(Reason),
    Over(State),
}

impl Log {
    /// Says what is news.
    pub(super) fn tell(&mut self, condition: &Condition, room: Room, now: Timestamp) {
        let Room { free_bytes, reserve_bytes } = room;
        for line in self.lines(condition, now) {
            match line {
                Line::Began(reason) => {
                    let state = reason.state().label();
                    warn!(state, free_bytes, reserve_bytes, %reason, "the node does not serve");
                }
                Line::Lasts(reason) => {
                    let state = reason.state().label();
                    warn!(state, free_bytes, reserve_bytes, %reason, "the node still does not serve");
                }
                Line::Over(state) => {
                    let state = state.label();
                    info!(state, free_bytes, reserve_bytes, "the node is in this state no more");
                }
            }
        }
    }

    fn lines(&mut self, condition: &Condition, now: Timestamp) -> Vec<Line> {
        let mut lines = Vec::new();
        for state in SAID {
            let reason = condition.reasons.iter().find(|reason| reason.state() == state);
            match (reason, self.0.get(&state)) {
                (Some(reason), None) => lines.push(Line::Began(reason.clone())),
                // Both ways: a clock that was set back must not silence the log until it is where it was.
                (Some(reason), Some(said)) if now.duration_since(*said).abs() >= REPEAT => {
                    lines.push(Line::Lasts(reason.clone()));
                }
                (None, Some(_)) => {
                    self.0.remove(&state);
                    lines.push(Line::Over(state));
                    continue;
                }
                _ => continue,
            }
            self.0.insert(state, now);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_said_when_it_begins_every_hour_and_when_it_is_over() {
        let mut log = Log::default();
        let room = |free| Room { free_bytes: Some(free), reserve_bytes: 9 };
        let mut said = Vec::new();
        for second in 0..7_300 {
            let reasons =
                if (10..7_215).contains(&second) { vec![Reason::Full(room(second))] } else { vec![] };
            let now = Timestamp::from_second(second as i64).unwrap();
            said.extend(
                log.lines(&Condition::of(reasons, false), now).into_iter().map(|line| (second, line)),
            );
        }
        let lasts = |second: u64| (second, Line::Lasts(Reason::Full(room(second))));
        let began = (10, Line::Began(Reason::Full(room(10))));
        assert_eq!(said, [began, lasts(3_610), lasts(7_210), (7_215, Line::Over(State::Full))]);
    }

    #[test]
    fn each_state_is_said_by_itself_and_a_node_that_drains_says_so_elsewhere() {
        let mut log = Log::default();
        let reasons = vec![Reason::Draining, Reason::Held, Reason::NotDurable];
        let lines = log.lines(&Condition::of(reasons, false), Timestamp::UNIX_EPOCH);
        assert_eq!(lines, [Line::Began(Reason::NotDurable), Line::Began(Reason::Held)]);
    }
}
