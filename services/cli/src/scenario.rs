//! Scenario files: a story of a case as data, parsed whole before anything is played; every fault is named at once.
//!
//! Owns the format that docs/scenarios/README.md describes. It must not touch a node, a file or a clock.

mod expect;
mod fault;
mod form;
mod step;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use rogatory_domain::instrument::INSTRUMENTS;
use rogatory_domain::{AgencyId, Country};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

#[cfg(test)]
pub(crate) use expect::Crossing;
pub(crate) use expect::{ClockExpect, ClockStatus, Deliveries, Expect};
pub(crate) use fault::Faults;
pub(crate) use form::Form;
pub(crate) use step::{Act, Action, Addressee, Refused, Step, Submit};

/// The version of the format this release reads.
const FORMAT: i64 = 1;

/// A story: who takes part, what is asked for, and what happens step by step.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// One line.
    pub(crate) title: String,
    /// One sentence.
    pub(crate) summary: String,
    /// On whose behalf the case systems call.
    pub(crate) desk: Desk,
    /// The federation.
    pub(crate) members: Vec<Member>,
    /// Forms by name, as they are submitted.
    pub(crate) forms: BTreeMap<String, Form>,
    /// What happens, in order.
    pub(crate) steps: Vec<Step>,
}

/// Person and justification every call carries.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Desk {
    /// Person in the case system, 1 to 128 bytes.
    pub(crate) person: String,
    /// Why, 1 to 500 bytes.
    pub(crate) justification: String,
    /// Seconds after which an expectation that does not hold is a failure.
    #[serde(default = "patience")]
    pub(crate) patience_seconds: u64,
}

fn patience() -> u64 {
    20
}

/// One agency of the federation.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Its id.
    pub(crate) id: AgencyId,
    /// Its name.
    pub(crate) name: String,
    /// Whose calendar counts where it executes.
    pub(crate) country: Country,
    /// In what capacity it takes part in cases where a step names no other; none when it takes part in none.
    pub(crate) capacity: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMember {
    id: String,
    name: String,
    country: String,
    capacity: Option<String>,
}

impl Scenario {
    /// Parses a file, or answers with every fault in it.
    pub(crate) fn parse(text: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => return Err(Faults::syntax(text, &error)),
        };
        if table.remove("format").and_then(|format| format.as_integer()) != Some(FORMAT) {
            faults.push("format", "this release reads format 1");
        }
        let title = take(&mut faults, &mut table, "title").unwrap_or_default();
        let summary = take(&mut faults, &mut table, "summary").unwrap_or_default();
        let desk = take(&mut faults, &mut table, "desk");
        let members = members(&mut faults, &mut table);
        let forms = form::forms(&mut faults, &mut table);
        let mut steps = Vec::new();
        for (at, raw) in take_list(&mut faults, &mut table, "steps").into_iter().enumerate() {
            steps.extend(Step::parse(&mut faults, &format!("steps[{}]", at + 1), raw));
        }
        for key in table.keys() {
            faults.push(key, "there is no such key");
        }
        let names = Names { members: &members, forms: &forms };
        names.check(&mut faults, &steps);
        match desk {
            Some(desk) if faults.is_empty() => Ok(Self { title, summary, desk, members, forms, steps }),
            _ => Err(faults),
        }
    }

    /// Whether a step needs nodes that may be killed, stopped and started.
    pub(crate) fn handles_processes(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.action, Action::Kill | Action::Stop | Action::Start))
    }

    /// A member by its id.
    pub(crate) fn member(&self, id: &AgencyId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == *id)
    }
}

/// Takes one typed value out of a table; what is wrong with it is a fault.
fn take<T: DeserializeOwned>(faults: &mut Faults, table: &mut Table, key: &str) -> Option<T> {
    match table.remove(key) {
        None => faults.none(key, "this key is missing"),
        Some(value) => typed(faults, key, value),
    }
}

fn typed<T: DeserializeOwned>(faults: &mut Faults, path: &str, value: Value) -> Option<T> {
    value.try_into().map_err(|error: toml::de::Error| faults.push(path, error.message())).ok()
}

/// Takes a list of tables out as they are; serde would turn their instants into texts.
fn take_list(faults: &mut Faults, table: &mut Table, key: &str) -> Vec<Table> {
    let items = match table.remove(key) {
        None => return Vec::new(),
        Some(Value::Array(items)) => items,
        Some(other) => vec![other],
    };
    let tables: Option<Vec<_>> = items
        .into_iter()
        .map(|item| match item {
            Value::Table(table) => Some(table),
            _ => None,
        })
        .collect();
    tables.or_else(|| faults.none(key, "a list of tables is expected")).unwrap_or_default()
}

fn take_map(faults: &mut Faults, table: &mut Table, key: &str) -> Vec<(String, Value)> {
    match table.remove(key) {
        None => Vec::new(),
        Some(Value::Table(map)) => map.into_iter().collect(),
        Some(_) => {
            faults.push(key, "a table is expected");
            Vec::new()
        }
    }
}

fn members(faults: &mut Faults, table: &mut Table) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    for (at, raw) in take_list(faults, table, "members").into_iter().enumerate() {
        let path = format!("members[{}]", at + 1);
        let Some(raw) = typed::<RawMember>(faults, &path, Value::Table(raw)) else { continue };
        let id =
            raw.id.parse().map_err(|_| faults.push(&format!("{path}.id"), "not the form of an agency id"));
        let country = raw.country.parse().map_err(|_| {
            faults.push(&format!("{path}.country"), "two capital letters are expected, such as NL");
        });
        if raw.capacity.as_deref().is_some_and(|code| !is_capacity(code)) {
            faults.push(&format!("{path}.capacity"), "no instrument has such a capacity");
        }
        let (Ok(id), Ok(country), capacity) = (id, country, raw.capacity) else { continue };
        if members.iter().any(|member| member.id == id) {
            faults.push(&format!("{path}.id"), "this member is named twice");
        }
        members.push(Member { id, name: raw.name, country, capacity });
    }
    if members.len() < 2 {
        faults.push("members", "at least two members are needed");
    }
    members
}

/// Whether some instrument lists a capacity of this code, or opens in it.
fn is_capacity(code: &str) -> bool {
    INSTRUMENTS.iter().any(|instrument| instrument.capacity(code).is_some())
}

/// What steps may refer to.
struct Names<'a> {
    members: &'a [Member],
    forms: &'a BTreeMap<String, Form>,
}

impl Names<'_> {
    /// Every name is known, and every message is sent before something refers to it.
    fn check(&self, faults: &mut Faults, steps: &[Step]) {
        let (mut cases, mut messages, mut down) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut before = None;
        for (at, step) in steps.iter().enumerate() {
            let path = format!("steps[{}]", at + 1);
            if before.is_some_and(|before| before > step.at) {
                faults.push(&format!("{path}.at"), "the step lies before the one above it");
            }
            before = Some(step.at);
            for agency in step.who.iter().chain(step.action.agencies()) {
                if !self.members.iter().any(|member| member.id == *agency) {
                    faults.push(&path, &format!("{agency} is no member"));
                }
            }
            for case in step.action.case().filter(|case| !cases.contains(*case)) {
                faults.push(&path, &format!("no step above opens the case {case}"));
            }
            for message in step.action.messages().filter(|message| !messages.contains(*message)) {
                faults.push(&path, &format!("no step above sends the message {message}"));
            }
            self.check_action(faults, &path, step);
            check_process(faults, &path, step, &mut down);
            if let Some(name) = step.action.sends().filter(|_| step.refused.is_none()) {
                if !messages.insert(name) {
                    faults.push(&path, &format!("a message above has the name {name} already"));
                }
                if matches!(step.action, Action::Submit(_)) {
                    cases.insert(name.to_owned());
                }
                cases.extend(step.action.informed().iter().map(|agency| format!("{name}@{agency}")));
            }
        }
    }

    fn check_action(&self, faults: &mut Faults, path: &str, step: &Step) {
        for agency in
            step.action.informed().iter().filter(|agency| !self.members.iter().any(|it| it.id == **agency))
        {
            faults.push(&format!("{path}.inform"), &format!("{agency} is no member"));
        }
        let Action::Submit(submit) = &step.action else { return };
        if !self.forms.contains_key(&submit.form) {
            faults.push(&format!("{path}.form"), "there is no such form");
        }
        for Addressee { agency, capacity } in submit.to.iter() {
            let is_of_member = self.members.iter().any(|m| m.id == *agency && m.capacity.is_some());
            match capacity {
                None if !is_of_member => {
                    faults.push(&format!("{path}.to"), &format!("{agency} has no capacity"));
                }
                Some(code) if !is_capacity(code) => {
                    faults.push(&format!("{path}.to"), "no instrument has such a capacity");
                }
                _ => {}
            }
        }
    }
}

/// A node is started only when it is down, and asked for something only when it is up.
fn check_process<'a>(faults: &mut Faults, path: &str, step: &'a Step, down: &mut BTreeSet<&'a AgencyId>) {
    for agency in &step.who {
        match step.action {
            Action::Kill | Action::Stop if !down.insert(agency) => {
                faults.push(path, &format!("the node of {agency} is down already"));
            }
            Action::Kill | Action::Stop => {}
            Action::Start if !down.remove(agency) => {
                faults.push(path, &format!("the node of {agency} is up already"));
            }
            Action::Start => {}
            _ if down.contains(agency) => faults.push(path, &format!("the node of {agency} is down")),
            _ => {}
        }
    }
}
