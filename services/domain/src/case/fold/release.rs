//! The periods after which whoever is held has to be let go. They follow from what rows did to them, in the order of the case, and from when
//! the person was held, each at its own instant and in whatever order it was told. Which row does what is the instrument's to say.

use jiff::Timestamp;

use super::{Case, Clock, MessageId, Run, Touch};
use crate::case::custody::Turn;
use crate::instrument::{ClockAct, ClockId, Instrument, National};

/// What rows did to the periods of release, in the order of the case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Release(Vec<Act>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Act {
    /// When it happened, as its sender declared: by this it is judged what was missed.
    at: Timestamp,
    /// The same, and not before what comes before it in the order of the case.
    follows: Timestamp,
    /// How many messages of the case come before its own.
    place: usize,
    by: MessageId,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// Puts a period in force, which begins.
    Begin(Clock),
    /// Puts a period in force, which begins where the person is held.
    Await(ClockId),
    /// Puts one period out of force, or every one that does not outlive the case.
    End(Which, How),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    One(ClockId),
    OfCase,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Stop,
    Discontinue,
    Supersede,
    Yield,
    Void,
}

impl Which {
    fn names(self, instrument: &Instrument, id: ClockId) -> bool {
        match self {
            Self::One(named) => named == id,
            Self::OfCase => !instrument.clocks[id.place()].outlives_end,
            Self::All => true,
        }
    }
}

impl Act {
    /// Custody turns between what an act ends or begins and what it waits for: whoever is let go by it is not held after it.
    fn order(&self) -> (Timestamp, usize, u8) {
        let after_custody = matches!(self.what, What::Await(_));
        (self.follows, self.place, if after_custody { 2 } else { 0 })
    }
}

impl Case {
    /// Records what an act does to a period of release; says whether it does nothing else.
    pub(super) fn touch_release(&mut self, act: ClockAct, touch: &Touch<'_>) -> bool {
        let instrument = self.instrument;
        let is_release = |id: ClockId| instrument.clocks[id.place()].while_held;
        let (what, is_all) = match act {
            ClockAct::StopAll => (What::End(Which::OfCase, How::Stop), false),
            ClockAct::DiscontinueAll => (What::End(Which::OfCase, How::Discontinue), false),
            ClockAct::SupersedeAll => (What::End(Which::All, How::Supersede), false),
            ClockAct::Start(id) if is_release(id) => {
                (What::Begin(touch.start(id, &instrument.clocks[id.place()])), true)
            }
            ClockAct::StartOn(id) if is_release(id) => {
                (What::Begin(touch.start_on(id, &instrument.clocks[id.place()])), true)
            }
            // As long as the decision is open, its period is the one that counts.
            ClockAct::StartIfHeld(id) if is_release(id) && self.is_undecided() => return true,
            ClockAct::StartIfHeld(id) if is_release(id) => (What::Await(id), true),
            ClockAct::Stop(id) if is_release(id) => (What::End(Which::One(id), How::Stop), true),
            ClockAct::Discontinue(id) if is_release(id) => {
                (What::End(Which::One(id), How::Discontinue), true)
            }
            ClockAct::Supersede(id) if is_release(id) => (What::End(Which::One(id), How::Supersede), true),
            ClockAct::Yield(id) if is_release(id) => (What::End(Which::One(id), How::Yield), true),
            ClockAct::Void(id) if is_release(id) => (What::End(Which::One(id), How::Void), true),
            _ => return false,
        };
        if instrument.release().is_some() {
            let (at, place, by) = (touch.declared, self.steps.len(), touch.by);
            let follows = self.release.0.last().map_or(at, |last| last.follows.max(at));
            self.release.0.push(Act { at, follows, place, by, what });
        }
        is_all
    }

    fn is_undecided(&self) -> bool {
        let is_for_decision = |clock: &Clock| clock.definition.national == National::Decision;
        self.clocks.iter().any(|clock| is_for_decision(clock) && clock.is_open())
    }

    /// Derives the periods of release anew.
    pub(super) fn derive_release(&mut self, touch: &Touch<'_>) {
        if self.release.0.is_empty() {
            return;
        }
        let mut replay = Replay {
            instrument: self.instrument,
            touch,
            in_force: Vec::new(),
            held_since: None,
            clocks: Vec::new(),
        };
        let (mut acts, mut turns) = (self.release.0.clone(), self.custody.turns().iter().peekable());
        acts.sort_by_key(Act::order);
        for act in acts {
            let order = act.order();
            while let Some(turn) = turns.next_if(|turn| (turn.telling.at, turn.telling.place, 1) < order) {
                replay.turn(turn);
            }
            replay.act(act);
        }
        turns.for_each(|turn| replay.turn(turn));
        let derived = replay.clocks;
        self.clocks.retain(|clock| !clock.definition.while_held);
        let mut least = 0;
        for (place, clock) in derived {
            // They stay in the order in which they began, whatever was told first.
            least = place.max(least);
            let own = (least, clock.id.place());
            let is_after = |other: &Clock| (self.place_of(other.cause, touch), other.id.place()) > own;
            let at = self.clocks.iter().position(is_after).unwrap_or(self.clocks.len());
            self.clocks.insert(at, clock);
        }
    }

    /// How many messages come before the one that started a clock; none before the opening's.
    fn place_of(&self, cause: MessageId, touch: &Touch<'_>) -> usize {
        let told = self.steps.iter().position(|step| step.id == cause);
        told.unwrap_or(if cause == touch.by { self.steps.len() } else { 0 })
    }

    /// Whether the person is held though a release has fallen due by an instant.
    pub(in crate::case) fn owes_release(&self, now: Timestamp) -> bool {
        self.custody.is_held() && self.clocks.iter().any(|clock| is_owed(clock, now))
    }
}

fn is_owed(clock: &Clock, now: Timestamp) -> bool {
    clock.definition.while_held && clock.run == Run::Running && clock.has_ended_at(now)
}

/// The periods as they stand after some of the acts and some of the custody.
struct Replay<'a> {
    instrument: &'static Instrument,
    touch: &'a Touch<'a>,
    /// The periods of which whoever is held anew has one of his own.
    in_force: Vec<ClockId>,
    held_since: Option<Timestamp>,
    /// Each with the number of messages before the one that started it.
    clocks: Vec<(usize, Clock)>,
}

impl Replay<'_> {
    fn act(&mut self, act: Act) {
        let (at, place) = (act.at, act.place);
        match act.what {
            What::Begin(mut clock) => {
                self.end(Which::One(clock.id), How::Yield, at);
                self.put_in_force(clock.id);
                clock.run = if self.held_since.is_some() { Run::Running } else { Run::Suspended(at) };
                self.clocks.push((place, clock));
            }
            What::Await(id) => {
                self.put_in_force(id);
                // Nobody has to be released before he was held, and whoever had to be let go before has no day more.
                if let Some(since) = self.held_since
                    && !self.clocks.iter().any(|(_, clock)| is_owed(clock, at))
                {
                    self.begin(id, (since.max(at), place, act.by));
                }
            }
            What::End(which, how) => {
                self.in_force.retain(|id| !which.names(self.instrument, *id));
                self.end(which, how, at);
            }
        }
    }

    fn put_in_force(&mut self, id: ClockId) {
        if !self.in_force.contains(&id) {
            self.in_force.push(id);
        }
    }

    fn begin(&mut self, id: ClockId, (declared, place, by): (Timestamp, usize, MessageId)) {
        if self.clocks.iter().any(|(_, clock)| clock.id == id && clock.is_open()) {
            return;
        }
        let touch = Touch { by, declared, decides: false, day: None, ..*self.touch };
        self.clocks.push((place, touch.start(id, &self.instrument.clocks[id.place()])));
    }

    fn turn(&mut self, turn: &Turn) {
        let at = turn.telling.at;
        self.held_since = turn.is_held.then_some(at);
        for (_, clock) in &mut self.clocks {
            clock.run = match clock.run {
                // What ran out while nobody was held was met, and whoever is held after it is held anew.
                Run::Suspended(freed) if turn.is_held && clock.has_ended_at(at) => Run::Stopped(freed),
                Run::Suspended(_) if turn.is_held => Run::Running,
                // What was missed has happened at last, and so has what is owed once a case has ended.
                Run::Running if clock.definition.outlives_end || clock.has_ended_at(at) => Run::Stopped(at),
                Run::Running => Run::Suspended(at),
                other => other,
            };
        }
        if turn.is_held {
            for id in self.in_force.clone() {
                self.begin(id, (at, turn.telling.place, turn.telling.by));
            }
        }
    }

    /// Ends periods. One that was missed while the person was held is owed until he is let go, whatever is decided meanwhile and however the
    /// case ends; one that stood was met when he was let go.
    fn end(&mut self, which: Which, how: How, at: Timestamp) {
        let instrument = self.instrument;
        for (_, clock) in self.clocks.iter_mut().filter(|(_, clock)| which.names(instrument, clock.id)) {
            clock.run = match (clock.run, how) {
                (Run::Running, How::Yield | How::Discontinue) if clock.has_ended_at(at) => Run::Running,
                (Run::Suspended(freed), How::Yield) if clock.has_ended_at(at) => Run::Stopped(freed),
                (Run::Suspended(freed), How::Stop | How::Discontinue) => Run::Stopped(freed),
                (Run::Running, How::Stop) => Run::Stopped(at),
                (Run::Running, How::Discontinue) => Run::Discontinued(at),
                (Run::Running | Run::Suspended(_), How::Supersede | How::Yield) => Run::Superseded(at),
                (Run::Void(then), How::Void) => Run::Void(then),
                (_, How::Void) => Run::Void(at),
                (other, _) => other,
            };
        }
    }
}
