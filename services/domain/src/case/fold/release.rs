//! The periods after which whoever is held has to be let go. They follow from what rows did to them, in the order of the case, and from when
//! the person was held, each at its own instant and in whatever order it was told. Which row does what is the instrument's to say.

use jiff::Timestamp;

use super::{Case, Clock, MessageId, Run, Touch};
use crate::case::custody::Turn;
use crate::instrument::{ClockAct, ClockId, EventDef, Instrument, National, Next, Rule};

/// What rows did to the periods of release, in the order of the case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Release {
    acts: Vec<Act>,
    /// The latest instant of what moved the case so far: what takes a period away is not earlier, whatever its sender declared.
    moved: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Act {
    /// When it happened, as its sender declared.
    at: Timestamp,
    /// The same, and not before what moved the case before it.
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
    /// Puts one period out of force, every one that does not outlive the case, or every one.
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

impl Release {
    /// How many acts there are.
    pub(super) fn len(&self) -> usize {
        self.acts.len()
    }

    /// Notes when a row moved the case. Custody is told late, and moves nothing behind it.
    pub(super) fn follow(&mut self, rule: &Rule, event: &EventDef, declared: Timestamp) {
        if rule.next != Next::Stay && !event.holds() && !event.frees() {
            self.moved = self.moved.max(Some(declared));
        }
    }
}

impl Case {
    /// Records what an act does to a period of release; says whether it does nothing else.
    pub(super) fn touch_release(&mut self, act: ClockAct, touch: &Touch<'_>) -> bool {
        let instrument = self.instrument;
        let is_release = |id: ClockId| instrument.clocks[id.place()].while_held;
        let (what, is_of_release_alone) = match act {
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
            let follows = self.release.moved.map_or(at, |moved| moved.max(at));
            self.release.acts.push(Act { at, follows, place, by, what });
        }
        is_of_release_alone
    }

    fn is_undecided(&self) -> bool {
        let is_for_decision = |clock: &Clock| clock.definition.national == National::Decision;
        self.clocks.iter().any(|clock| is_for_decision(clock) && clock.is_open())
    }

    /// Derives the periods of release anew.
    pub(super) fn derive_release(&mut self, touch: &Touch<'_>) {
        let tenures = tenures(&self.release.acts, self.instrument);
        if tenures.is_empty() {
            return;
        }
        let mut derived: Vec<(usize, Clock)> = Vec::new();
        for tenure in tenures {
            let begun =
                Replay::of(&tenure, self.instrument, touch, &derived).through(&tenure, self.custody.turns());
            derived.extend(begun);
        }
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

/// Whether a release that was missed was owed at an instant, by how its period stands in the end.
fn was_owed(clock: &Clock, at: Timestamp) -> bool {
    let until_then = matches!(clock.run, Run::Stopped(freed) if at < freed);
    clock.has_ended_at(at) && (clock.run == Run::Running || until_then)
}

/// Where something stands among the turns of custody: what a row ends or begins comes before its own turn, and what it waits for after it.
type Place = (Timestamp, usize, u8);

fn place_of_turn(turn: &Turn) -> Place {
    (turn.telling.at, turn.telling.place, 1)
}

/// The time in which a period is in force: whoever is held anew in it has one of his own.
struct Tenure<'a> {
    id: ClockId,
    begins: &'a Act,
    ends: Option<(&'a Act, How)>,
    /// When what began it turned out not to be so.
    void: Option<Timestamp>,
}

impl Tenure<'_> {
    fn from(&self) -> Place {
        let after_custody = matches!(self.begins.what, What::Await(_));
        (self.begins.at, self.begins.place, if after_custody { 2 } else { 0 })
    }

    /// Where it ends.
    fn until(&self) -> Option<Place> {
        self.ends.map(|(end, _)| (end.follows, end.place, 0))
    }
}

/// The tenures that the acts make, in their order. What ends one is what comes after it in the case, and not what is dated after it.
fn tenures<'a>(acts: &'a [Act], instrument: &Instrument) -> Vec<Tenure<'a>> {
    let mut all: Vec<Tenure<'a>> = Vec::new();
    for act in acts {
        let is_open = |tenure: &Tenure<'a>, id: ClockId| tenure.id == id && tenure.ends.is_none();
        match &act.what {
            What::Begin(clock) => {
                for tenure in all.iter_mut().filter(|tenure| is_open(tenure, clock.id)) {
                    tenure.ends = Some((act, How::Yield));
                }
                all.push(Tenure { id: clock.id, begins: act, ends: None, void: None });
            }
            What::Await(id) if all.iter().any(|tenure| is_open(tenure, *id)) => {}
            What::Await(id) => all.push(Tenure { id: *id, begins: act, ends: None, void: None }),
            What::End(which, how) => {
                for tenure in all.iter_mut().filter(|tenure| which.names(instrument, tenure.id)) {
                    tenure.ends = tenure.ends.or(Some((act, *how)));
                    // Nothing of what it voids had a cause, however it had ended.
                    tenure.void = tenure.void.or((*how == How::Void).then_some(act.follows));
                }
            }
        }
    }
    all
}

/// The periods of one tenure as they stand after some of the custody.
struct Replay<'a> {
    id: ClockId,
    instrument: &'static Instrument,
    touch: &'a Touch<'a>,
    /// The periods of the tenures before.
    before: &'a [(usize, Clock)],
    held_since: Option<Timestamp>,
    is_in_force: bool,
    /// Each with the number of messages before the one that started it.
    clocks: Vec<(usize, Clock)>,
}

impl<'a> Replay<'a> {
    fn of(
        tenure: &Tenure<'_>,
        instrument: &'static Instrument,
        touch: &'a Touch<'a>,
        before: &'a [(usize, Clock)],
    ) -> Self {
        Self {
            id: tenure.id,
            instrument,
            touch,
            before,
            held_since: None,
            is_in_force: false,
            clocks: Vec::new(),
        }
    }

    /// The turns before it say whether the person is held when it begins; those after it matter while a release is owed.
    fn through(mut self, tenure: &Tenure<'_>, turns: &[Turn]) -> Vec<(usize, Clock)> {
        let (before, turns) =
            turns.split_at(turns.partition_point(|turn| place_of_turn(turn) < tenure.from()));
        self.held_since = before.last().filter(|turn| turn.is_held).map(|turn| turn.telling.at);
        self.enter(tenure.begins);
        let (mut turns, until) = (turns.iter().peekable(), tenure.until());
        while let Some(turn) = turns.next_if(|turn| until.is_none_or(|until| place_of_turn(turn) < until)) {
            self.turn(turn);
        }
        if let Some(((_, how), until)) = tenure.ends.zip(until) {
            self.is_in_force = false;
            self.clocks.iter_mut().for_each(|(_, clock)| end(clock, how, until.0));
        }
        while self.clocks.iter().any(|(_, clock)| clock.run == Run::Running)
            && let Some(turn) = turns.next()
        {
            self.turn(turn);
        }
        if let Some(void) = tenure.void {
            self.clocks.iter_mut().for_each(|(_, clock)| clock.run = Run::Void(void));
        }
        self.clocks
    }

    fn enter(&mut self, act: &Act) {
        self.is_in_force = true;
        match &act.what {
            What::Begin(clock) => {
                let run = if self.held_since.is_some() { Run::Running } else { Run::Suspended(act.at) };
                self.clocks.push((act.place, Clock { run, ..clock.clone() }));
            }
            // Nobody has to be released before he was held.
            What::Await(_) => {
                if let Some(since) = self.held_since {
                    self.begin(since.max(act.at), act.place, act.by);
                }
            }
            What::End(..) => {}
        }
    }

    /// Begins a period, unless one runs, or the person had to be let go before.
    fn begin(&mut self, declared: Timestamp, place: usize, by: MessageId) {
        let is_open = self.clocks.iter().any(|(_, clock)| clock.is_open());
        if is_open || self.before.iter().any(|(_, clock)| was_owed(clock, declared)) {
            return;
        }
        let touch = Touch { by, declared, decides: false, day: None, ..*self.touch };
        self.clocks.push((place, touch.start(self.id, &self.instrument.clocks[self.id.place()])));
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
        if turn.is_held && self.is_in_force {
            self.begin(at, turn.telling.place, turn.telling.by);
        }
    }
}

/// Ends a period. One that was missed while the person was held is owed until he is let go, whatever is decided meanwhile and however the
/// case ends; one that stood was met when he was let go.
fn end(clock: &mut Clock, how: How, at: Timestamp) {
    clock.run = match (clock.run, how) {
        (Run::Running, How::Yield | How::Discontinue) if clock.has_ended_at(at) => Run::Running,
        (Run::Suspended(freed), How::Yield) if clock.has_ended_at(at) => Run::Stopped(freed),
        (Run::Suspended(freed), How::Stop | How::Discontinue) => Run::Stopped(freed),
        (Run::Running, How::Stop) => Run::Stopped(at),
        (Run::Running, How::Discontinue) => Run::Discontinued(at),
        (Run::Running | Run::Suspended(_), How::Supersede | How::Yield) => Run::Superseded(at),
        (other, _) => other,
    };
}
