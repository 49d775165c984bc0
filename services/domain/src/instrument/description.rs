//! An instrument as a description that programs read: everything by its code. Owns its shape; a client that follows it needs
//! no knowledge of a law.

use serde::Serialize;

use super::{
    CapacityId, Count, EventDef, EventId, Instrument, Length, ParameterDef, Rule, Seats, Takes, Until, Whose,
};

/// One edition of an instrument.
#[derive(Debug, Serialize)]
pub struct Description {
    /// Stable code.
    pub code: &'static str,
    /// Edition, from 1.
    pub edition: u16,
    /// Its name.
    pub title: &'static str,
    /// The act it stands in.
    pub act: &'static str,
    /// In what capacities agencies take part.
    pub capacities: Vec<Capacity>,
    /// Where a case can stand; the first is where it begins.
    pub states: Vec<State>,
    /// What can happen after the opening.
    pub events: Vec<Event>,
    /// Its periods.
    pub clocks: Vec<Clock>,
    /// The lists its parameters choose from.
    pub lists: Vec<List>,
    /// How one of several referrals of one request ends the others.
    pub closures: Vec<Closure>,
    /// What agencies that are no party may be told.
    pub notices: Vec<Notice>,
    /// What one side can ask the other.
    pub questions: Vec<Entry>,
    /// What a case remembers of its events.
    pub values: Vec<Entry>,
}

/// A state of one referral that ends the others of its request.
#[derive(Debug, Serialize)]
pub struct Closure {
    /// The state.
    pub state: &'static str,
    /// The event that the opener's node raises in the others.
    pub event: &'static str,
    /// Its basis.
    pub article: &'static str,
}

/// What one kind of agency is told of one event without being a party.
#[derive(Debug, Serialize)]
pub struct Notice {
    /// The event; empty for the opening.
    pub event: &'static str,
    /// The kind of agency.
    pub to: &'static str,
    /// What it is given beside the event and its day.
    pub gives: Vec<&'static str>,
    /// Its basis.
    pub article: &'static str,
}

/// A code and what it means.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Stable code.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// A capacity.
#[derive(Debug, Serialize)]
pub struct Capacity {
    /// Stable code.
    pub code: &'static str,
    /// Who that is.
    pub meaning: &'static str,
    /// `asking`, `answering` or `neither`.
    pub side: &'static str,
    /// `one` or `any`.
    pub seats: &'static str,
    /// Whether the agency that opens a referral has it.
    pub opens: bool,
    /// Whether its calendar counts.
    pub calendar: bool,
}

/// A state.
#[derive(Debug, Serialize)]
pub struct State {
    /// Stable code.
    pub code: &'static str,
    /// What holds then.
    pub meaning: &'static str,
    /// Whether the case has ended.
    pub terminal: bool,
}

/// An event with what it tells and where it leads.
#[derive(Debug, Serialize)]
pub struct Event {
    /// Stable code.
    pub code: &'static str,
    /// What happened.
    pub meaning: &'static str,
    /// Capacities that may raise it.
    pub by: Vec<&'static str>,
    /// What it tells beside its words.
    pub parameters: Vec<Parameter>,
    /// The article that demands reasons in words, if one does.
    pub reasons: Option<&'static str>,
    /// Events each of which must have happened before.
    pub needs: Vec<&'static str>,
    /// Events that it cannot have happened before.
    pub not_before: Vec<&'static str>,
    /// What the form must ask for, if it belongs to one kind of request alone.
    pub only_for: Option<&'static str>,
    /// Whether it passes the case on to other agencies, which have to be named with it.
    pub passes_on: bool,
    /// Where it may happen, and what follows there.
    pub transitions: Vec<Transition>,
}

/// A parameter of an event.
#[derive(Debug, Serialize)]
pub struct Parameter {
    /// Stable code.
    pub code: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// `day`, `message`, `referral`, `item`, `number` or `flag`.
    pub takes: &'static str,
    /// Code of the list it chooses from, if it chooses.
    pub list: Option<&'static str>,
    /// Least and greatest number, if it is one; of a day, how many days before and after the declared instant it may lie.
    pub bounds: Option<(u32, u32)>,
    /// Whether it must be given.
    pub required: bool,
    /// How often it may be given.
    pub most: usize,
}

/// One row of the life cycle.
#[derive(Debug, Serialize)]
pub struct Transition {
    /// States in which it is allowed.
    pub from: Vec<&'static str>,
    /// Where it leads, in words: a state, or what becomes of it.
    pub to: String,
    /// What it does to clocks, in words.
    pub clocks: Vec<String>,
    /// Its basis.
    pub article: &'static str,
    /// How far that was checked: `V` verified, `S` secondary source, `own` knowledge.
    pub mark: &'static str,
}

/// A clock.
#[derive(Debug, Serialize)]
pub struct Clock {
    /// Stable code.
    pub code: &'static str,
    /// What it waits for.
    pub waits_for: &'static str,
    /// From what it counts.
    pub counts_from: &'static str,
    /// How long it runs, where it runs for a period.
    pub length: Option<Period>,
    /// What its one extension adds.
    pub extension: Option<Period>,
    /// Whether each request has one of its own.
    pub per_request: bool,
    /// Which instant counts: `occurred`, `received`, `informed` or `agreed`.
    pub starts: &'static str,
    /// Code of the capacity whose calendar it is counted on.
    pub calendar_of: &'static str,
    /// Whether it runs only while the person is held.
    pub while_held: bool,
    /// What its end means; empty where the act says nothing.
    pub on_expiry: &'static str,
    /// Hours before its end at which somebody is told; 0 where only the end is told.
    pub near_hours: u32,
    /// Its basis.
    pub article: &'static str,
    /// How far that was checked: `V` verified, `S` secondary source, `own` knowledge.
    pub mark: &'static str,
}

/// A period of time.
#[derive(Debug, Serialize)]
pub struct Period {
    /// How many.
    pub count: u16,
    /// Its unit, such as `hours`, `days`, `working_days` or `calendar_days`.
    pub unit: &'static str,
}

/// A list with its items.
#[derive(Debug, Serialize)]
pub struct List {
    /// Stable code.
    pub code: &'static str,
    /// What its items are.
    pub meaning: &'static str,
    /// The items.
    pub items: Vec<ListItem>,
}

/// An item of a list.
#[derive(Debug, Serialize)]
pub struct ListItem {
    /// Stable code.
    pub code: &'static str,
    /// What the law says, in short.
    pub meaning: &'static str,
    /// Its basis.
    pub article: &'static str,
    /// How far that was checked: `V` verified, `S` secondary source, `own` knowledge.
    pub mark: &'static str,
}

impl Instrument {
    /// All of it, by codes.
    #[must_use]
    pub fn describe(&self) -> Description {
        let of_list = |list: &&'static super::ListDef| {
            let item = |item: &super::Item| ListItem {
                code: item.code,
                meaning: item.meaning,
                article: item.article,
                mark: item.mark.code(),
            };
            List { code: list.code, meaning: list.meaning, items: list.items.iter().map(item).collect() }
        };
        Description {
            code: self.code,
            edition: self.edition,
            title: self.title,
            act: self.act,
            capacities: (0..self.capacities.len()).map(|place| self.describe_capacity(place)).collect(),
            states: self
                .states
                .iter()
                .map(|state| State { code: state.code, meaning: state.meaning, terminal: state.is_terminal })
                .collect(),
            events: self.events.iter().map(|event| self.describe_event(event)).collect(),
            clocks: self.clocks.iter().map(|clock| self.describe_clock(clock)).collect(),
            lists: self.lists.iter().map(of_list).collect(),
            closures: self.closures.iter().map(|closure| self.describe_closure(closure)).collect(),
            notices: self.notices.iter().map(|row| self.describe_notice(row)).collect(),
            questions: self.questions.iter().map(|it| Entry { code: it.code, meaning: it.meaning }).collect(),
            values: self.values.iter().map(|it| Entry { code: it.code, meaning: it.meaning }).collect(),
        }
    }

    fn describe_capacity(&self, place: usize) -> Capacity {
        let capacity = &self.capacities[place];
        Capacity {
            code: capacity.code,
            meaning: capacity.meaning,
            side: capacity.side.code(),
            seats: if capacity.seats == Seats::One { "one" } else { "any" },
            opens: self.opener.place() == place,
            calendar: self.calendar.place() == place,
        }
    }

    fn describe_closure(&self, closure: &super::ClosureDef) -> Closure {
        Closure {
            state: self.states[closure.state.place()].code,
            event: self.events[closure.event.place()].code,
            article: closure.article,
        }
    }

    fn describe_notice(&self, row: &super::NoticeDef) -> Notice {
        Notice {
            event: row.event.map_or("", |event| self.events[event.place()].code),
            to: row.to,
            gives: row.gives.iter().map(|gives| gives.meaning()).collect(),
            article: row.article,
        }
    }

    fn describe_event(&self, event: &EventDef) -> Event {
        let rows: Vec<&Rule> =
            self.id_of(event.code).map(|id| self.rules_of(id).collect()).unwrap_or_default();
        let capacity = |id: &CapacityId| self.capacities[id.place()].code;
        let transition = |rule: &&Rule| Transition {
            from: self.states_of(rule.from).map(|state| state.code).collect(),
            to: self.next_word(rule.next, rule.from),
            clocks: rule.clocks.iter().map(|act| self.act_word(act)).collect(),
            article: rule.article,
            mark: rule.mark.code(),
        };
        let codes = |ids: &[EventId]| ids.iter().map(|id| self.events[id.place()].code).collect();
        Event {
            code: event.code,
            meaning: event.meaning,
            needs: codes(event.needs),
            not_before: codes(event.after),
            only_for: event.only_for,
            passes_on: self.passing_on.is_some_and(|id| self.event_at(id).code == event.code),
            by: rows.first().map(|rule| rule.by.iter().map(capacity).collect()).unwrap_or_default(),
            parameters: event.parameters.iter().map(describe_parameter).collect(),
            reasons: event.reasons,
            transitions: rows.iter().map(transition).collect(),
        }
    }

    fn describe_clock(&self, clock: &super::ClockDef) -> Clock {
        let length =
            if let Until::After(length) = clock.until { Some(describe_length(length)) } else { None };
        let whose = if clock.whose == Whose::Opener { self.opener } else { self.calendar };
        Clock {
            code: clock.code,
            waits_for: clock.waits_for,
            counts_from: clock.counts_from,
            length,
            extension: clock.extension.map(describe_length),
            per_request: clock.per_request,
            starts: clock.starts.code(),
            calendar_of: self.capacities[whose.place()].code,
            while_held: clock.while_held,
            on_expiry: clock.on_expiry,
            near_hours: clock.near_hours,
            article: clock.article,
            mark: clock.mark.code(),
        }
    }
}

fn describe_parameter(parameter: &ParameterDef) -> Parameter {
    let (takes, list, bounds) = match parameter.takes {
        Takes::Day => {
            ("day", None, parameter.within.map(|(before, after)| (u32::from(before), u32::from(after))))
        }
        Takes::Message => ("message", None, None),
        Takes::Referral => ("referral", None, None),
        Takes::Item(list) => ("item", Some(list.code), None),
        Takes::Number(least, most) => ("number", None, Some((least, most))),
        Takes::Flag => ("flag", None, None),
    };
    let required = matches!(parameter.count, Count::One | Count::Some(_));
    let (code, meaning, most) = (parameter.code, parameter.meaning, parameter.count.most());
    Parameter { code, meaning, takes, list, bounds, required, most }
}

fn describe_length(length: Length) -> Period {
    Period { count: length.count(), unit: length.unit() }
}
