//! What the acts of a table do to the clocks of a case. How a clock is counted is the clock's to know.

use jiff::Timestamp;

use super::{Case, Clock, MessageId, Replaced, Run, Step, Symbol, Touch};
use crate::case::event::Event;
use crate::case::parameter::Value;
use crate::instrument::{ClockAct, ClockDef, ClockId, EventDef, National, Starts};

impl Case {
    /// While a case is set aside for something that a clock stands for, it stands; once that has ended, it starts anew or runs on.
    pub(super) fn stand_aside(&mut self, ended: Option<Symbol>, touch: &Touch<'_>) {
        let stands_for = |clock: &ClockDef, item: Option<Symbol>| {
            item.is_some_and(|item| clock.stands_for.iter().any(|one| item == *one))
        };
        let aside = self.position.aside();
        for clock in self.clocks.iter_mut().filter(|clock| stands_for(clock.definition, aside)) {
            match clock.run {
                // What was missed before the obstacle came is owed all the same.
                Run::Running if clock.has_ended_at(touch.declared) => {}
                Run::Running => (clock.run, clock.waits) = (Run::Suspended(touch.declared), true),
                // One that gave way may run again later, and not from before the obstacle ended.
                Run::Superseded(_) => clock.waits = true,
                _ => {}
            }
        }
        let mut anew = Vec::new();
        for clock in self.clocks.iter_mut().filter(|clock| stands_for(clock.definition, ended)) {
            match clock.run {
                Run::Suspended(since) if clock.definition.runs_on => {
                    (clock.run, clock.waits) = (Run::Running, false);
                    touch.exclude(clock, since);
                }
                Run::Suspended(_) => anew.push(clock.id),
                _ => {}
            }
        }
        for id in anew {
            self.touch(ClockAct::Start(id), None, touch);
        }
    }

    /// Applies one act of the table to the clocks.
    pub(super) fn touch(&mut self, act: ClockAct, event: Option<&Event>, touch: &Touch<'_>) {
        if self.touch_release(act, touch) {
            return;
        }
        let (instrument, declared) = (self.instrument, touch.declared);
        let definition = |id: ClockId| &instrument.clocks[id.place()];
        match act {
            ClockAct::Start(id) => self.begin(touch.start(id, definition(id)), declared),
            ClockAct::StartIfHeld(id) => self.start_if_held(id, touch),
            ClockAct::StartFor(item, id) => {
                if event.and_then(Event::item).is_some_and(|named| named == item) {
                    self.begin(touch.start_by(id, definition(id)), declared);
                }
            }
            ClockAct::StartUntil(id, value) => {
                let day = self.value(instrument.values[value.place()].code).and_then(Value::day);
                self.begin(Touch { day, ..*touch }.start(id, definition(id)), declared);
            }
            ClockAct::StartOn(id) => self.begin(touch.start_on(id, definition(id)), declared),
            ClockAct::Stop(id) => self.end(|clock| clock.id == id, Run::Stopped(declared)),
            ClockAct::StopAll => self.end(|clock| !clock.definition.outlives_end, Run::Stopped(declared)),
            ClockAct::DiscontinueAll => {
                self.end(|clock| !clock.definition.outlives_end, Run::Discontinued(declared));
            }
            ClockAct::Discontinue(id) => self.end(|clock| clock.id == id, Run::Discontinued(declared)),
            ClockAct::SupersedeAll => self.end(|_| true, Run::Superseded(declared)),
            ClockAct::Supersede(id) => self.end(|clock| clock.id == id, Run::Superseded(declared)),
            ClockAct::Answer(id) => {
                let open = self.clocks.iter().filter(|clock| clock.id == id && clock.is_open());
                let only = only(open.map(|clock| clock.cause));
                let asked = event.and_then(Event::answers).or(only);
                self.end(|clock| clock.id == id && Some(clock.cause) == asked, Run::Stopped(declared));
            }
            ClockAct::Suspend(id) => {
                for clock in self.clocks.iter_mut().filter(|c| c.id == id && c.run == Run::Running) {
                    // What was missed before stays missed: nothing is left of it that could stand.
                    clock.gave_way = clock.has_ended_at(declared);
                    clock.run =
                        if clock.gave_way { Run::Stopped(declared) } else { Run::Suspended(declared) };
                }
            }
            ClockAct::ResumeExcluding(id) => self.resume_excluding(id, touch),
            ClockAct::Extend(id) => self.each_open(id, |clock| touch.extend(clock)),
            ClockAct::ExtendInTime(id) => self.each_open(id, |clock| touch.extend_in_time(clock)),
            ClockAct::Received(id) => {
                let asked = event.and_then(Event::answers);
                let is_first =
                    |clock: &&mut Clock| clock.past.iter().all(|past| past.why != Replaced::Received);
                let of_request =
                    self.clocks.iter_mut().filter(|c| c.id == id && c.is_open() && Some(c.cause) == asked);
                for clock in of_request.filter(is_first) {
                    touch.restart(clock, Replaced::Received);
                }
            }
            ClockAct::TakenUp(id) => {
                if touch.counts_from_taking_up() {
                    self.each_open(id, |clock| {
                        // It is taken up once; whoever says so again wins no time.
                        let is_first = clock.past.iter().all(|past| past.why != Replaced::TakenUp);
                        if is_first && !clock.has_ended_at(declared) {
                            touch.restart(clock, Replaced::TakenUp);
                        }
                    });
                }
            }
            ClockAct::Yield(id) => self.give_way(declared, |clock| clock.id == id),
            ClockAct::Void(id) => {
                // One that gave way meanwhile, or was missed, had no cause either.
                let of_id = self.clocks.iter_mut().filter(|clock| clock.id == id);
                let counted = of_id.filter(|clock| !matches!(clock.run, Run::Void(_)));
                counted.for_each(|clock| clock.run = Run::Void(declared));
            }
            ClockAct::Renew(id) => self.renew(id, touch),
            ClockAct::StartOnce(id) => self.start_once(id, touch),
            ClockAct::Note(id) => {
                let followed = self.followed_by(definition(id)).and_then(|clock| clock.due);
                self.clocks.extend(followed.map(|due| touch.note(id, definition(id), due)));
            }
        }
    }

    fn resume_excluding(&mut self, id: ClockId, touch: &Touch<'_>) {
        let Some(clock) = self.clocks.iter_mut().rev().find(|clock| clock.id == id) else { return };
        match clock.run {
            Run::Superseded(since) | Run::Suspended(since) => {
                clock.run = Run::Running;
                touch.exclude(clock, since);
            }
            // What was missed before it gave way is missed still, and what it waits for is owed still.
            Run::Stopped(_) if clock.gave_way => (clock.run, clock.gave_way) = (Run::Running, false),
            _ => {}
        }
    }

    /// Starts a period where the person is held, unless it is open.
    fn start_if_held(&mut self, id: ClockId, touch: &Touch<'_>) {
        let is_open = self.clocks.iter().any(|clock| clock.id == id && clock.is_open());
        if let Some(since) = self.custody.held_since().filter(|_| !is_open) {
            let declared = since.max(touch.declared);
            self.begin(Touch { declared, ..*touch }.start(id, &self.instrument.clocks[id.place()]), declared);
        }
    }

    /// What was told of custody may be of an earlier time than what was told before: a period for the decision that began with an arrest
    /// counts from when the person was held first.
    pub(super) fn follow_custody(&mut self, touch: &Touch<'_>) {
        let Some(since) = self.custody.held_first() else { return };
        let instrument = self.instrument;
        let holds = |cause: MessageId, steps: &[Step]| {
            let event = steps.iter().find(|step| step.id == cause).map(|step| step.event);
            event.and_then(|event| instrument.event(event.as_str())).is_some_and(EventDef::holds)
        };
        let steps = &self.steps;
        for clock in self.clocks.iter_mut().filter(|clock| clock.is_open()) {
            let is_for_decision = clock.definition.national == National::Decision;
            let is_its_own = clock.cause == touch.by || holds(clock.cause, steps);
            let counts_from_it =
                clock.past.iter().all(|past| matches!(past.why, Replaced::Extended | Replaced::Corrected));
            if is_for_decision && is_its_own && counts_from_it && since < clock.started {
                Touch { declared: since, ..*touch }.restart(clock, Replaced::Corrected);
            }
        }
    }

    /// Starts a period for the decision where none was counted before.
    fn start_once(&mut self, id: ClockId, touch: &Touch<'_>) {
        let is_for_decision = |clock: &Clock| clock.definition.national == National::Decision;
        let counted = |clock: &Clock| is_for_decision(clock) && !matches!(clock.run, Run::Void(_));
        if !self.clocks.iter().any(counted) {
            self.begin(touch.start(id, &self.instrument.clocks[id.place()]), touch.declared);
        }
    }

    /// Lets a period begin that waited for the end of an obstacle; one that gave way meanwhile has lost nothing yet.
    fn renew(&mut self, id: ClockId, touch: &Touch<'_>) {
        let instrument = self.instrument;
        let definition = &instrument.clocks[id.place()];
        let may_resume =
            || instrument.rules.iter().any(|rule| rule.clocks.contains(&ClockAct::ResumeExcluding(id)));
        let waiting = self.clocks.iter_mut().rev().find(|clock| clock.id == id).filter(|clock| clock.waits);
        let Some(clock) = waiting else { return };
        clock.waits = false;
        match clock.run {
            Run::Suspended(_) => self.begin(touch.start(id, definition), touch.declared),
            Run::Superseded(_) if may_resume() => {
                touch.restart(clock, Replaced::IntervalExcluded);
                clock.run = Run::Superseded(touch.declared);
            }
            _ => {}
        }
    }

    /// Has clocks give way. One that was missed stays missed.
    fn give_way(&mut self, declared: Timestamp, which: impl Fn(&Clock) -> bool) {
        for clock in self.clocks.iter_mut().filter(|clock| clock.is_open() && which(clock)) {
            let until = if let Run::Suspended(since) = clock.run { since } else { declared };
            let is_missed = clock.has_ended_at(until);
            clock.gave_way = is_missed;
            clock.run = if is_missed { Run::Stopped(until) } else { Run::Superseded(declared) };
        }
    }

    fn begin(&mut self, clock: Clock, declared: Timestamp) {
        let opens = |act: &ClockAct| *act == ClockAct::Start(clock.id);
        if clock.definition.starts == Starts::Received && self.instrument.opening.iter().any(opens) {
            // Until somebody says when it was received, it runs as if that had been at once. It is received once.
            let of_id = self.clocks.iter_mut().filter(|other| other.id == clock.id);
            let before: Vec<&mut Clock> = of_id.collect();
            if before.len() > 1 {
                return;
            }
            before
                .into_iter()
                .filter(|other| other.is_open())
                .for_each(|other| other.run = Run::Superseded(declared));
        }
        if !clock.definition.per_request {
            self.give_way(declared, |other| other.id == clock.id);
        }
        self.clocks.push(clock);
    }

    fn each_open(&mut self, id: ClockId, act: impl Fn(&mut Clock)) {
        self.clocks.iter_mut().filter(|clock| clock.id == id && clock.is_open()).for_each(act);
    }

    /// Ends clocks. One that stood is judged by when it began to stand: what passed after that counts against nobody.
    fn end(&mut self, which: impl Fn(&Clock) -> bool, run: Run) {
        let is_of_case = |clock: &Clock| !clock.definition.while_held && clock.is_open();
        for clock in self.clocks.iter_mut().filter(|clock| is_of_case(clock) && which(clock)) {
            clock.run = match (clock.run, run) {
                (Run::Suspended(since), Run::Stopped(_)) => Run::Stopped(since),
                (Run::Suspended(since), Run::Discontinued(_)) => Run::Discontinued(since),
                _ => run,
            };
        }
    }
}

/// An answer that names no request belongs to the only one there is.
pub(super) fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}
