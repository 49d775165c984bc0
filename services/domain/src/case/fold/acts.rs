//! What the acts of a table do to the clocks of a case. How a clock is counted is the clock's to know.

use jiff::Timestamp;

use super::{Case, Clock, MessageId, Replaced, Rule, Run, Step, Symbol, Touch};
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
        let (instrument, declared) = (self.instrument, touch.declared);
        let definition = |id: ClockId| &instrument.clocks[id.place()];
        match act {
            ClockAct::Start(id) => self.begin(touch.start(id, definition(id)), declared),
            ClockAct::StartIfHeld(id) => self.start_if_held(id, event, touch),
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
            ClockAct::StartOnce(id) => self.start_once(id, event, touch),
            ClockAct::StartAgain(id) => self.start_again(id, event, touch),
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

    /// Starts a period where the person is held once the event has happened, unless it is open.
    fn start_if_held(&mut self, id: ClockId, event: Option<&Event>, touch: &Touch<'_>) {
        let frees =
            event.and_then(|event| self.instrument.event(event.code().as_str())).is_some_and(EventDef::frees);
        let since = match frees {
            true => self.custody.held_again_since(touch.declared),
            false => self.custody.held_since(),
        };
        let is_open = self.clocks.iter().any(|clock| clock.id == id && clock.is_open());
        let Some(since) = since.filter(|_| !is_open) else { return };
        if self.owes_release(touch.declared) {
            // Whoever had to be let go before has no day more.
            return;
        }
        let definition = &self.instrument.clocks[id.place()];
        // Nobody has to be released before he was held.
        let declared = self.not_before_end(definition, since.max(touch.declared));
        self.begin(Touch { declared, ..*touch }.start(id, definition), declared);
    }

    /// Whether the person is held though a release has fallen due by an instant.
    pub(in crate::case) fn owes_release(&self, now: Timestamp) -> bool {
        let is_owed = |clock: &Clock| clock.definition.while_held && clock.run == Run::Running;
        self.custody.is_held() && self.clocks.iter().any(|clock| is_owed(clock) && clock.has_ended_at(now))
    }

    /// What is owed once a case has ended is not owed from before its end, however early what was told after that happened.
    fn not_before_end(&self, definition: &ClockDef, declared: Timestamp) -> Timestamp {
        self.ended.filter(|_| definition.outlives_end).map_or(declared, |ended| ended.max(declared))
    }

    /// A period that ran out while nobody was held was met: whoever is held after it is held anew.
    fn close_run_out(&mut self, held: Timestamp) {
        for clock in self.clocks.iter_mut().filter(|clock| clock.definition.while_held) {
            if let Run::Suspended(freed) = clock.run
                && clock.has_ended_at(held)
            {
                clock.run = Run::Stopped(freed);
            }
        }
    }

    /// What was told of custody may be of an earlier time than what was told before. A period that began with an arrest counts from when
    /// the custody began that goes on, and one that ran out while nobody was held was met, where the person is held anew.
    pub(super) fn follow_custody(&mut self, touch: &Touch<'_>) {
        let Some(since) = self.custody.held_since() else { return };
        let instrument = self.instrument;
        let holds = |cause: MessageId, steps: &[Step]| {
            let event = steps.iter().find(|step| step.id == cause).map(|step| step.event);
            event.and_then(|event| instrument.event(event.as_str())).is_some_and(EventDef::holds)
        };
        let (ended, steps) = (self.ended, &self.steps);
        for clock in self.clocks.iter_mut().filter(|clock| clock.is_open()) {
            let begins = ended.filter(|_| clock.definition.outlives_end).map_or(since, |end| end.max(since));
            let is_its_own = clock.cause == touch.by || holds(clock.cause, steps);
            let counts_from_it =
                clock.past.iter().all(|past| matches!(past.why, Replaced::Extended | Replaced::Corrected));
            let is_of_custody =
                clock.definition.while_held || clock.definition.national == National::Decision;
            if is_of_custody && is_its_own && counts_from_it && begins < clock.started {
                Touch { declared: begins, ..*touch }.restart(clock, Replaced::Corrected);
            }
        }
    }

    /// Whoever was let go at an instant, as is told late, and is held again since is held anew: what ran out between was met.
    pub(super) fn free_between(&mut self, freed: Timestamp, touch: &Touch<'_>) {
        let Some(since) = self.custody.held_since().filter(|since| freed < *since) else { return };
        let (instrument, code) = (self.instrument, self.state().code);
        let mut anew = Vec::new();
        for clock in self.clocks.iter_mut().filter(|clock| clock.definition.while_held) {
            if clock.run == Run::Running && clock.started < freed && clock.has_ended_at(since) {
                clock.run = Run::Stopped(freed);
                anew.push(clock.id);
            }
        }
        for id in anew {
            // Whether this State of the case begins one for whoever is held again.
            let begins = |rule: &Rule| rule.clocks.contains(&ClockAct::StartAgain(id));
            if instrument.rules_in(code).any(begins) {
                self.start_again(id, None, &Touch { declared: since, ..*touch });
            }
        }
    }

    /// Starts a period that ran before, or would have once the decision was final, unless it or one for the decision is open.
    fn start_again(&mut self, id: ClockId, event: Option<&Event>, touch: &Touch<'_>) {
        let is_final = |clock: &Clock| {
            clock.definition.national == National::Decision && matches!(clock.run, Run::Stopped(_))
        };
        let mut counted = self.clocks.iter().filter(|clock| !matches!(clock.run, Run::Void(_)));
        let ran = counted.any(|clock| clock.id == id || is_final(clock));
        let is_undecided = |clock: &Clock| clock.definition.national == National::Decision && clock.is_open();
        self.close_run_out(touch.declared);
        if ran && !self.clocks.iter().any(is_undecided) {
            self.start_once(id, event, touch);
        }
    }

    /// Starts a period unless it is open; one for the decision only where there was none yet, and one that runs only while the person is
    /// held not by custody on another title.
    fn start_once(&mut self, id: ClockId, event: Option<&Event>, touch: &Touch<'_>) {
        let instrument = self.instrument;
        let definition = &instrument.clocks[id.place()];
        let decides = definition.national == National::Decision;
        let is_for_decision = |clock: &Clock| {
            clock.definition.national == National::Decision && !matches!(clock.run, Run::Void(_))
        };
        let has_period = match decides {
            true => self.clocks.iter().any(is_for_decision),
            false => self.clocks.iter().any(|clock| clock.id == id && clock.is_open()),
        };
        let is_owed = definition.outlives_end && self.owes_release(touch.declared);
        let is_elsewhere =
            definition.while_held && event.is_some_and(|event| instrument.holds_elsewhere(event));
        if !has_period && !is_elsewhere && !is_owed {
            let declared = self.not_before_end(definition, touch.declared);
            self.begin(Touch { declared, ..*touch }.start(id, definition), declared);
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

    /// Has clocks give way. One that was missed stays missed; a release that was is owed until the person is let go, whatever is decided
    /// meanwhile.
    fn give_way(&mut self, declared: Timestamp, which: impl Fn(&Clock) -> bool) {
        let is_held = self.custody.is_held();
        for clock in self.clocks.iter_mut().filter(|clock| clock.is_open() && which(clock)) {
            let until = if let Run::Suspended(since) = clock.run { since } else { declared };
            let is_missed = clock.has_ended_at(until);
            if is_missed && clock.definition.while_held && is_held {
                continue;
            }
            clock.gave_way = is_missed;
            clock.run = if is_missed { Run::Stopped(until) } else { Run::Superseded(declared) };
        }
    }

    fn begin(&mut self, mut clock: Clock, declared: Timestamp) {
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
        if clock.definition.while_held && !self.custody.is_held() {
            clock.run = Run::Suspended(declared);
        }
        self.clocks.push(clock);
    }

    fn each_open(&mut self, id: ClockId, act: impl Fn(&mut Clock)) {
        self.clocks.iter_mut().filter(|clock| clock.id == id && clock.is_open()).for_each(act);
    }

    /// A clock that runs only while the person is held stands while nobody holds it; its end stays where it is. Once the case has
    /// ended, what it waits for has happened when the person is let go.
    pub(super) fn hold_clocks(&mut self, declared: Timestamp) {
        let (is_held, has_ended) = (self.custody.is_held(), self.state().is_terminal);
        let freed = self.custody.ended().filter(|_| !is_held).unwrap_or(declared);
        if let Some(held) = self.custody.held_since() {
            self.close_run_out(held);
        }
        for clock in self.clocks.iter_mut().filter(|clock| clock.definition.while_held) {
            clock.run = match clock.run {
                Run::Suspended(_) if is_held => Run::Running,
                // Told late: nobody was held any more when the case ended.
                Run::Running | Run::Suspended(_) if !is_held && has_ended && freed < clock.started => {
                    Run::Void(freed)
                }
                Run::Running | Run::Suspended(_) if !is_held && has_ended => Run::Stopped(freed),
                // Once it was missed and has happened, whoever is held again is held anew.
                Run::Running if !is_held && clock.has_ended_at(freed) => Run::Stopped(freed),
                Run::Running if !is_held => Run::Suspended(freed),
                // Told late: the person was free before the case ended.
                Run::Discontinued(then) if !is_held && freed <= then => Run::Stopped(freed),
                other => other,
            };
        }
    }

    /// Ends clocks. One that stood is judged by when it began to stand: what passed after that counts against nobody, and what a clock
    /// waits for that runs only while the person is held happened then.
    fn end(&mut self, which: impl Fn(&Clock) -> bool, run: Run) {
        let is_held = self.custody.is_held();
        for clock in self.clocks.iter_mut().filter(|clock| clock.is_open() && which(clock)) {
            clock.run = match (clock.run, run) {
                // A release that was missed is owed until the person is let go, however the case ends.
                (Run::Running, Run::Discontinued(then))
                    if is_held && clock.definition.while_held && clock.has_ended_at(then) =>
                {
                    Run::Running
                }
                (Run::Suspended(since), Run::Stopped(_)) => Run::Stopped(since),
                (Run::Suspended(freed), Run::Discontinued(_)) if clock.definition.while_held => {
                    Run::Stopped(freed)
                }
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
