//! What holds an instrument together, checked when it is compiled: a table that names what does not exist, a state that
//! nothing leads to or out of, a clock that nothing starts, do not build.

mod figure;

use super::{
    CapacityId, ClockAct, EventDef, EventId, Instrument, Next, Note, ParameterDef, Rule, Seats, Side,
    StateSet, Takes, Until,
};

/// Fails where two rows of a table have one code.
macro_rules! assert_unique {
    ($table:expr, $text:literal) => {
        let (table, mut one) = ($table, 0);
        while one < table.len() {
            let mut other = one + 1;
            while other < table.len() {
                assert!(!same(table[one].code, table[other].code), $text);
                other += 1;
            }
            one += 1;
        }
    };
}

impl Instrument {
    /// Fails to compile where the tables do not hold together.
    pub(super) const fn check(&self) {
        assert!(!self.code.is_empty() && self.edition > 0, "an instrument has a code and an edition");
        assert!(self.states.len() <= StateSet::STATES_COUNT_MAX, "a set of states has a bit for each");
        assert!(self.events.len() <= u8::MAX as usize && self.clocks.len() <= u8::MAX as usize);
        self.check_codes();
        self.check_capacities();
        self.check_events();
        self.check_rules();
        self.check_states();
        self.check_clocks();
        self.check_closures();
        self.check_passing_on();
        self.check_figures();
    }

    /// What one of several referrals does to the others is for a case that has ended, and the opener may do it.
    const fn check_closures(&self) {
        let mut at = 0;
        while at < self.closures.len() {
            let closure = &self.closures[at];
            assert!(closure.state.place() < self.states.len(), "a closure names a state");
            assert!(self.states[closure.state.place()].is_terminal, "a closure follows the end of a case");
            assert!(closure.event.place() < self.events.len(), "a closure names an event");
            let (mut rule, mut is_the_openers) = (0, false);
            while rule < self.rules.len() {
                if self.rules[rule].event.place() == closure.event.place() {
                    is_the_openers = is_the_openers || has_capacity(self.rules[rule].by, self.opener);
                }
                rule += 1;
            }
            assert!(is_the_openers, "a closure is an event that the opener may raise");
            at += 1;
        }
    }

    /// Whoever passes a case on names the referral in which it goes on, and nothing goes on in the one that it leaves.
    const fn check_passing_on(&self) {
        let Some(event) = self.passing_on else { return };
        assert!(event.place() < self.events.len(), "a case is passed on by an event");
        let parameters = self.events[event.place()].parameters;
        assert!(parameters.len() == 1 && matches!(parameters[0].takes, Takes::Referral));
        let (mut at, mut ends) = (0, false);
        while at < self.rules.len() {
            if self.rules[at].event.place() == event.place() {
                ends = match self.rules[at].next {
                    Next::To(state) => self.states[state.place()].is_terminal,
                    _ => false,
                };
                assert!(ends, "a case that is passed on has ended here");
            }
            at += 1;
        }
        assert!(ends, "a case can be passed on");
    }

    const fn check_codes(&self) {
        assert_unique!(self.capacities, "two capacities have one code");
        assert_unique!(self.states, "two states have one code");
        assert_unique!(self.events, "two events have one code");
        assert_unique!(self.clocks, "two clocks have one code");
        assert_unique!(self.questions, "two questions have one code");
        assert_unique!(self.values, "two values have one code");
        assert_unique!(self.lists, "two lists have one code");
        assert_unique!(self.traits, "two traits have one code");
        assert_unique!(self.figures, "two figures have one code");
        let mut at = 0;
        while at < self.lists.len() {
            assert_unique!(self.lists[at].items, "two items of a list have one code");
            at += 1;
        }
    }

    const fn check_capacities(&self) {
        let (opener, calendar) = (self.opener.place(), self.calendar.place());
        assert!(opener < self.capacities.len() && calendar < self.capacities.len());
        assert!(matches!(self.capacities[opener].side, Side::Asking), "who opens a referral asks");
        assert!(matches!(self.capacities[opener].seats, Seats::One), "one agency opens a referral");
        assert!(matches!(self.capacities[calendar].seats, Seats::One), "one agency's calendar counts");
    }

    const fn check_events(&self) {
        let mut at = 0;
        while at < self.events.len() {
            let event = &self.events[at];
            assert_unique!(event.parameters, "two parameters of an event have one code");
            let mut one = 0;
            while one < event.parameters.len() {
                let parameter = &event.parameters[one];
                assert!(parameter.count.most() > 0, "a parameter can be given");
                if let Takes::Item(list) = parameter.takes {
                    assert!(self.has_list(list.code), "a parameter chooses from a list of its instrument");
                }
                one += 1;
            }
            self.check_notes(event);
            self.check_conditions(event);
            at += 1;
        }
    }

    /// What an event needs exists.
    const fn check_conditions(&self, event: &EventDef) {
        let mut at = 0;
        while at < event.needs.len() {
            assert!(event.needs[at].place() < self.events.len(), "an event needs events");
            at += 1;
        }
        at = 0;
        while at < event.after.len() {
            assert!(event.after[at].place() < self.events.len(), "an event comes after events");
            at += 1;
        }
        if let Some(code) = event.only_for {
            assert!(self.has_trait(code), "an event belongs to what a form can ask for");
        }
    }

    const fn has_trait(&self, code: &str) -> bool {
        let mut at = 0;
        while at < self.traits.len() {
            if same(self.traits[at].code, code) {
                return true;
            }
            at += 1;
        }
        false
    }

    const fn check_notes(&self, event: &EventDef) {
        let mut at = 0;
        while at < event.notes.len() {
            match event.notes[at] {
                Note::Ask(question)
                | Note::Answer(question)
                | Note::Settle(question)
                | Note::Moot(question)
                | Note::AskRelease(question)
                | Note::AskCustody(question) => {
                    assert!(question.place() < self.questions.len(), "a note names a question");
                }
                Note::Keep(value, parameter)
                | Note::KeepAlso(value, parameter)
                | Note::Forget(value, parameter)
                | Note::KeepOrStand(value, parameter, _)
                | Note::KeepOrRest(value, parameter, _) => {
                    assert!(value.place() < self.values.len(), "a note names a value");
                    let is_offered = accepts(event) && same(parameter, "day");
                    assert!(
                        is_offered || takes(event, parameter).is_some(),
                        "a note keeps a parameter of its event"
                    );
                }
                Note::Offer(question) | Note::Accept(question) | Note::Owe(question) => {
                    assert!(question.place() < self.questions.len(), "a note names a question");
                }
                Note::Correct
                | Note::Revoke
                | Note::Again
                | Note::Appeal
                | Note::Hold(_)
                | Note::Free
                | Note::Leave
                | Note::Mistake => {}
                Note::Presume(one, other) => {
                    assert!(one.place() < self.events.len(), "a note names an event");
                    assert!(other.place() < self.events.len(), "a note names an event");
                }
                Note::Undo(event) => assert!(event.place() < self.events.len(), "a note names an event"),
                Note::Divide(one, other) | Note::Depends(one, other) => {
                    assert!(one.place() < self.values.len(), "a note names a value");
                    assert!(other.place() < self.values.len(), "a note names a value");
                }
                Note::Await(question, parameter) => {
                    assert!(question.place() < self.questions.len(), "a note names a question");
                    assert!(takes(event, parameter).is_some(), "a note names a parameter of its event");
                }
                Note::CountCustody(parameter) | Note::Grant(parameter) => {
                    assert!(takes(event, parameter).is_some(), "a note counts a parameter of its event");
                }
                Note::Drop(value) | Note::Remember(value) | Note::OnDay(value) => {
                    assert!(value.place() < self.values.len(), "a note names a value");
                }
            }
            at += 1;
        }
    }

    const fn check_rules(&self) {
        let mut event = 0;
        while event < self.events.len() {
            let (mut rows, mut at) = (0, 0);
            let mut from = StateSet::of(&[]);
            let mut by: &[CapacityId] = &[];
            while at < self.rules.len() {
                let rule = &self.rules[at];
                if rule.event.place() == event {
                    assert!(rows == 0 || same_capacities(by, rule.by), "an event has one kind of actor");
                    assert!(from.within(rule.from).is_empty(), "an event has one row in each state");
                    from = from.and(rule.from);
                    by = rule.by;
                    rows += 1;
                }
                at += 1;
            }
            assert!(rows > 0, "every event has a row");
            event += 1;
        }
        let mut at = 0;
        while at < self.rules.len() {
            self.check_rule(&self.rules[at]);
            at += 1;
        }
    }

    const fn check_rule(&self, rule: &Rule) {
        assert!(rule.event.place() < self.events.len(), "a rule names an event");
        assert!(!rule.from.is_empty() && !rule.from.exceeds(self.states.len()), "a rule names states");
        assert!(!rule.by.is_empty(), "somebody raises an event");
        let mut at = 0;
        while at < rule.by.len() {
            assert!(rule.by[at].place() < self.capacities.len(), "a rule names capacities");
            assert!(
                !matches!(self.capacities[rule.by[at].place()].side, Side::Neither),
                "who is only told raises nothing"
            );
            at += 1;
        }
        match rule.next {
            Next::To(to) | Next::Aside(to) | Next::ResumeAt(to, _) | Next::ResumeAtLeast(to, _) => {
                assert!(to.place() < self.states.len(), "a rule leads to a state");
            }
            Next::Stay | Next::Resume => {}
        }
        let mut act = 0;
        while act < rule.clocks.len() {
            self.check_act(rule.clocks[act], Some(rule.event));
            act += 1;
        }
    }

    const fn check_act(&self, act: ClockAct, event: Option<EventId>) {
        let clock = match act {
            ClockAct::StopAll | ClockAct::DiscontinueAll | ClockAct::SupersedeAll => return,
            ClockAct::Start(clock)
            | ClockAct::StartFor(_, clock)
            | ClockAct::StartOn(clock)
            | ClockAct::Received(clock)
            | ClockAct::TakenUp(clock)
            | ClockAct::Yield(clock)
            | ClockAct::ExtendInTime(clock)
            | ClockAct::Void(clock)
            | ClockAct::Renew(clock)
            | ClockAct::StartOnce(clock)
            | ClockAct::StartIfHeld(clock)
            | ClockAct::StartUntil(clock, _)
            | ClockAct::Discontinue(clock)
            | ClockAct::Stop(clock)
            | ClockAct::Answer(clock)
            | ClockAct::Supersede(clock)
            | ClockAct::Suspend(clock)
            | ClockAct::ResumeExcluding(clock)
            | ClockAct::Extend(clock)
            | ClockAct::Note(clock) => clock,
        };
        assert!(clock.place() < self.clocks.len(), "an act names a clock");
        let clock = &self.clocks[clock.place()];
        let names_a_day = match event {
            Some(event) => {
                let event = &self.events[event.place()];
                matches!(takes(event, "day"), Some(ParameterDef { takes: Takes::Day, .. })) || accepts(event)
            }
            None => false,
        };
        match act {
            ClockAct::StartFor(item, _) => match event {
                Some(event) => {
                    assert!(chooses(&self.events[event.place()], item), "the event can name the item");
                }
                None => assert!(event.is_some(), "an opening names no item"),
            },
            ClockAct::StartOn(_) => assert!(names_a_day, "a clock starts on a day its event names"),
            ClockAct::Start(_) => assert!(
                names_a_day || !matches!(clock.until, Until::DayNamed),
                "a clock ends with a day its event names"
            ),
            ClockAct::StartUntil(_, value) => {
                assert!(value.place() < self.values.len(), "an act names a value");
                assert!(matches!(clock.until, Until::DayNamed), "a clock ends with the day remembered");
            }
            ClockAct::Answer(_) | ClockAct::Received(_) => {
                assert!(clock.per_request, "what is answered is one of several requests");
            }
            ClockAct::Extend(_) | ClockAct::ExtendInTime(_) => match (clock.until, clock.extension) {
                (Until::After(length), Some(more)) => assert!(length.is_like(more), "lengths of one unit"),
                _ => assert!(clock.extension.is_some(), "a clock has the extension it gets"),
            },
            ClockAct::Note(_) => {
                assert!(matches!(clock.until, Until::RunOut(_)), "what is noted follows other clocks");
            }
            _ => {}
        }
    }

    /// Every state is reachable, none that is open is a trap, none that has ended is left.
    const fn check_states(&self) {
        let mut reached = StateSet::of(&[super::StateId::new(0)]);
        let mut round = 0;
        while round < self.states.len() {
            let mut at = 0;
            while at < self.rules.len() {
                let rule = &self.rules[at];
                if !rule.from.within(reached).is_empty()
                    && let Next::To(to) | Next::Aside(to) | Next::ResumeAt(to, _) | Next::ResumeAtLeast(to, _) =
                        rule.next
                {
                    reached = reached.and(StateSet::of(&[to]));
                }
                at += 1;
            }
            round += 1;
        }
        let mut state = 0;
        while state < self.states.len() {
            assert!(reached.has_place(state), "every state is reachable");
            let (mut is_left, mut takes_any, mut at) = (false, false, 0);
            while at < self.rules.len() {
                let rule = &self.rules[at];
                if rule.from.has_place(state) {
                    takes_any = true;
                    is_left = is_left || self.leads_on(rule.next, self.states[state].is_terminal);
                }
                at += 1;
            }
            let is_terminal = self.states[state].is_terminal;
            assert!(is_terminal != is_left, "a state is left exactly when the case has not ended");
            assert!(is_terminal || takes_any, "something can happen in every open state");
            state += 1;
        }
    }

    /// Whether a rule leaves a state; from one end of a case to another it goes on as ended.
    const fn leads_on(&self, next: Next, from_end: bool) -> bool {
        match next {
            Next::To(to) | Next::Aside(to) => !from_end || !self.states[to.place()].is_terminal,
            Next::Resume => true,
            Next::Stay | Next::ResumeAt(..) | Next::ResumeAtLeast(..) => false,
        }
    }

    /// Every clock is started, and what it stands for or follows exists.
    const fn check_clocks(&self) {
        let mut at = 0;
        while at < self.opening.len() {
            self.check_act(self.opening[at], None);
            at += 1;
        }
        let mut clock = 0;
        while clock < self.clocks.len() {
            let (mut is_started, mut rule) = (begins(self.opening, clock), 0);
            while rule < self.rules.len() {
                is_started = is_started || begins(self.rules[rule].clocks, clock);
                rule += 1;
            }
            assert!(is_started, "every clock is started");
            if let Until::RunOut(others) = self.clocks[clock].until {
                at = 0;
                while at < others.len() {
                    assert!(others[at].place() < self.clocks.len(), "a clock follows clocks");
                    at += 1;
                }
            }
            at = 0;
            while at < self.clocks[clock].stands_for.len() {
                assert!(
                    self.has_item(self.clocks[clock].stands_for[at]),
                    "a clock stands for an item of a list"
                );
                at += 1;
            }
            clock += 1;
        }
    }

    const fn has_list(&self, code: &str) -> bool {
        let mut at = 0;
        while at < self.lists.len() {
            if same(self.lists[at].code, code) {
                return true;
            }
            at += 1;
        }
        false
    }

    const fn has_item(&self, code: &str) -> bool {
        let mut at = 0;
        while at < self.lists.len() {
            if lists_item(self.lists[at].items, code) {
                return true;
            }
            at += 1;
        }
        false
    }
}

const fn begins(acts: &[ClockAct], clock: usize) -> bool {
    let mut at = 0;
    while at < acts.len() {
        let begun = match acts[at] {
            ClockAct::Start(id)
            | ClockAct::StartFor(_, id)
            | ClockAct::StartOn(id)
            | ClockAct::StartOnce(id)
            | ClockAct::StartIfHeld(id)
            | ClockAct::StartUntil(id, _)
            | ClockAct::Note(id) => id.place() == clock,
            _ => false,
        };
        if begun {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether an event accepts a day that was offered, and so names it.
const fn accepts(event: &EventDef) -> bool {
    let mut at = 0;
    while at < event.notes.len() {
        if matches!(event.notes[at], Note::Accept(_)) {
            return true;
        }
        at += 1;
    }
    false
}

const fn takes(event: &EventDef, code: &str) -> Option<&'static ParameterDef> {
    let mut at = 0;
    while at < event.parameters.len() {
        if same(event.parameters[at].code, code) {
            return Some(&event.parameters[at]);
        }
        at += 1;
    }
    None
}

const fn chooses(event: &EventDef, item: &str) -> bool {
    let mut at = 0;
    while at < event.parameters.len() {
        if lists_item(event.parameters[at].items(), item) {
            return true;
        }
        at += 1;
    }
    false
}

const fn lists_item(items: &[super::Item], code: &str) -> bool {
    let mut at = 0;
    while at < items.len() {
        if same(items[at].code, code) {
            return true;
        }
        at += 1;
    }
    false
}

const fn has_capacity(some: &[CapacityId], one: CapacityId) -> bool {
    let mut at = 0;
    while at < some.len() {
        if some[at].place() == one.place() {
            return true;
        }
        at += 1;
    }
    false
}

const fn same_capacities(some: &[CapacityId], others: &[CapacityId]) -> bool {
    if some.len() != others.len() {
        return false;
    }
    let mut at = 0;
    while at < some.len() {
        if some[at].place() != others[at].place() {
            return false;
        }
        at += 1;
    }
    true
}

pub(crate) const fn same(some: &str, other: &str) -> bool {
    let (some, other) = (some.as_bytes(), other.as_bytes());
    if some.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < some.len() {
        if some[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}
