//! An instrument as a description that programs read: everything by its code. Owns its shape; a client that follows it needs
//! no knowledge of a law.

use serde::Serialize;

use super::{CapacityId, Count, EventDef, Instrument, Length, ParameterDef, Rule, Seats, Takes, Until};

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
    /// What one side can ask the other.
    pub questions: Vec<Entry>,
    /// What a case remembers of its events.
    pub values: Vec<Entry>,
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
    /// Least and greatest number, if it is one.
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
    /// Hours before its end at which somebody is told; 0 where only the end is told.
    pub near_hours: u32,
    /// Its basis.
    pub article: &'static str,
}

/// A period of time.
#[derive(Debug, Serialize)]
pub struct Period {
    /// How many.
    pub count: u16,
    /// `hours`, `days` or `working_days`.
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
            clocks: self.clocks.iter().map(describe_clock).collect(),
            lists: self.lists.iter().map(of_list).collect(),
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

    fn describe_event(&self, event: &EventDef) -> Event {
        let rows: Vec<&Rule> =
            self.id_of(event.code).map(|id| self.rules_of(id).collect()).unwrap_or_default();
        let capacity = |id: &CapacityId| self.capacities[id.place()].code;
        let transition = |rule: &&Rule| Transition {
            from: self.states_of(rule.from).map(|state| state.code).collect(),
            to: self.next_word(rule.next, rule.from),
            clocks: rule.clocks.iter().map(|act| self.act_word(act)).collect(),
            article: rule.article,
        };
        Event {
            code: event.code,
            meaning: event.meaning,
            by: rows.first().map(|rule| rule.by.iter().map(capacity).collect()).unwrap_or_default(),
            parameters: event.parameters.iter().map(describe_parameter).collect(),
            reasons: event.reasons,
            transitions: rows.iter().map(transition).collect(),
        }
    }
}

fn describe_parameter(parameter: &ParameterDef) -> Parameter {
    let (takes, list, bounds) = match parameter.takes {
        Takes::Day => ("day", None, None),
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

fn describe_clock(clock: &super::ClockDef) -> Clock {
    let length = if let Until::After(length) = clock.until { Some(describe_length(length)) } else { None };
    Clock {
        code: clock.code,
        waits_for: clock.waits_for,
        counts_from: clock.counts_from,
        length,
        extension: clock.extension.map(describe_length),
        per_request: clock.per_request,
        near_hours: clock.near_hours,
        article: clock.article,
    }
}

fn describe_length(length: Length) -> Period {
    let unit = match length {
        Length::Hours(_) => "hours",
        Length::Days(_) => "days",
        Length::WorkingDays(_) => "working_days",
    };
    Period { count: length.count(), unit }
}
