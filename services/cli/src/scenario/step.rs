//! One step of a scenario: when, who, what, and what must come of it.

use std::collections::BTreeMap;
use std::iter;

use jiff::Timestamp;
use jiff::civil::DateTime;
use rogatory_client::pb::types::v1::{Labels, Lane};
use rogatory_domain::AgencyId;
use rogatory_domain::instrument::{EventDef, ParameterDef, Takes, events_of};
use serde::{Deserialize, Deserializer};
use toml::{Table, Value};

use super::expect::Expect;
use super::fault::Faults;
use super::{take, typed};

/// One step.
#[derive(Debug)]
pub(crate) struct Step {
    /// The instant of the story; what is sent declares it.
    pub(crate) at: Timestamp,
    /// The same as the file has it, on the wall clock of the place.
    pub(crate) local: DateTime,
    /// Whose node or desk; at least one.
    pub(crate) who: Vec<AgencyId>,
    /// What a reader is told.
    pub(crate) note: String,
    /// What is done.
    pub(crate) action: Action,
    /// The refusal that must come; none when it must succeed.
    pub(crate) refused: Option<Refused>,
}

impl Action {
    /// Who is informed of what is sent without being a party.
    pub(crate) fn informed(&self) -> &[AgencyId] {
        match self {
            Self::Submit(submit) => &submit.inform,
            Self::Act(act) => &act.inform,
            _ => &[],
        }
    }
}

/// What is done in a step.
#[derive(Debug)]
pub(crate) enum Action {
    /// Opens a referral.
    Submit(Submit),
    /// Submits a message of an earlier step once more, byte for byte.
    Repeat { of: String },
    /// Raises an event.
    Act(Box<Act>),
    /// Reads a case with its content.
    Read { case: String },
    /// Takes messages from the own node and acknowledges them.
    Take { messages: Vec<String> },
    /// Waits until all of this holds.
    Expect(Box<Expect>),
    /// Ends the node's process without warning (SIGKILL).
    Kill,
    /// Asks the node to end, and waits until it has.
    Stop,
    /// Starts the node again.
    Start,
    /// Has evidence of a message written to a file, and verifies it offline.
    Prove { of: String },
}

/// A referral to open.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Submit {
    /// Name of the case and of its opening message.
    #[serde(rename = "as")]
    pub(crate) name: Option<String>,
    /// Name of the form.
    pub(crate) form: String,
    /// Every other party.
    pub(crate) to: Addressees,
    /// Agencies that are informed without being parties.
    #[serde(default)]
    pub(crate) inform: Vec<AgencyId>,
    /// Handling codes.
    #[serde(default)]
    pub(crate) handling: Vec<String>,
    /// The relation of this case to cases above, by their names.
    #[serde(default)]
    pub(crate) links: BTreeMap<String, String>,
    /// Urgent or routine.
    #[serde(default = "routine", deserialize_with = "lane")]
    pub(crate) lane: Lane,
}

impl Submit {
    /// Its labels, if it has any.
    pub(crate) fn labels(&self) -> Option<Labels> {
        let handling = self.handling.clone();
        (!handling.is_empty()).then(|| Labels { handling, ..Labels::default() })
    }
}

/// A party, with its capacity where that is not the one it has in the story.
#[derive(Debug)]
pub(crate) struct Addressee {
    /// Who.
    pub(crate) agency: AgencyId,
    /// Code of its capacity.
    pub(crate) capacity: Option<String>,
}

/// Parties: a list of ids, or ids with their capacities.
#[derive(Debug, Deserialize)]
#[serde(from = "RawAddressees")]
pub(crate) struct Addressees(Vec<Addressee>);

#[derive(Deserialize)]
#[serde(untagged)]
enum RawAddressees {
    Listed(Vec<AgencyId>),
    WithCapacities(BTreeMap<AgencyId, String>),
}

impl From<RawAddressees> for Addressees {
    fn from(raw: RawAddressees) -> Self {
        let plain = |agency| Addressee { agency, capacity: None };
        let given = |(agency, capacity)| Addressee { agency, capacity: Some(capacity) };
        Self(match raw {
            RawAddressees::Listed(agencies) => agencies.into_iter().map(plain).collect(),
            RawAddressees::WithCapacities(agencies) => agencies.into_iter().map(given).collect(),
        })
    }
}

impl Addressees {
    /// The parties.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Addressee> {
        self.0.iter()
    }
}

/// An event to raise.
#[derive(Debug)]
pub(crate) struct Act {
    /// Name of the message.
    pub(crate) name: Option<String>,
    /// The case.
    pub(crate) case: String,
    /// Code of the event.
    pub(crate) event: &'static str,
    /// Its words.
    pub(crate) text: String,
    /// Agencies that are informed without being parties.
    pub(crate) inform: Vec<AgencyId>,
    /// What it tells: parameters with values as written; messages and cases by their names.
    pub(crate) given: Vec<(&'static ParameterDef, String)>,
}

impl Act {
    /// The names given of what is of one kind.
    fn named(&self, is_kind: fn(Takes) -> bool) -> impl Iterator<Item = &str> {
        let of_kind = self.given.iter().filter(move |(parameter, _)| is_kind(parameter.takes));
        of_kind.map(|(_, name)| name.as_str())
    }
}

#[derive(Deserialize)]
struct RawAct {
    #[serde(rename = "as")]
    name: Option<String>,
    case: String,
    event: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    inform: Vec<AgencyId>,
}

/// A refusal that must come.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refused {
    /// Stable code.
    pub(crate) code: String,
    /// Paths of the fields at fault, exactly these.
    #[serde(default)]
    pub(crate) faults: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(AgencyId),
    More(Vec<AgencyId>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Of {
    of: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfCase {
    case: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfMessages {
    messages: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl Step {
    /// Parses a step; what every step has is taken out first, the rest belongs to its action.
    pub(super) fn parse(faults: &mut Faults, path: &str, mut raw: Table) -> Option<Self> {
        let under = |key: &str| format!("{path}.{key}");
        let at = raw.remove("at").and_then(|at| instant(&at));
        let at =
            at.or_else(|| faults.none(&under("at"), "give an instant such as 2021-05-26T06:10:00+02:00"));
        let who = raw.remove("who").and_then(|who| match who.try_into() {
            Ok(OneOrMore::One(agency)) => Some(vec![agency]),
            Ok(OneOrMore::More(agencies)) if !agencies.is_empty() => Some(agencies),
            _ => None,
        });
        let who = who.or_else(|| faults.none(&under("who"), "give the id of a member, or a list of ids"));
        let note = raw.remove("note").and_then(|note| Some(note.as_str()?.to_owned())).unwrap_or_default();
        let refused = raw.remove("refused").map(|refused| typed(faults, &under("refused"), refused));
        let action =
            take::<String>(faults, &mut raw, "do").and_then(|verb| action(faults, path, &verb, raw))?;
        let ((at, local), who) = (at?, who?);
        if who.len() > 1 && matches!(action, Action::Submit(_) | Action::Act(_) | Action::Repeat { .. }) {
            faults.push(&under("who"), "one agency sends a message");
        }
        let may_be_refused = matches!(action, Action::Submit(_) | Action::Act(_) | Action::Read { .. });
        if refused.is_some() && !may_be_refused {
            faults.push(&under("refused"), "only submit, act and read are refused");
        }
        Some(Self { at, local, who, note, action, refused: refused.flatten() })
    }
}

/// An instant with its offset, and what the wall clock shows there.
fn instant(value: &Value) -> Option<(Timestamp, DateTime)> {
    let text = value.as_datetime()?.to_string();
    let clock = text.get(..19)?;
    Some((text.parse().ok()?, clock.parse().ok()?))
}

fn action(faults: &mut Faults, path: &str, verb: &str, raw: Table) -> Option<Action> {
    let raw = Value::Table(raw);
    match verb {
        "submit" => typed(faults, path, raw).map(Action::Submit),
        "act" => act(faults, path, raw),
        "repeat" => typed(faults, path, raw).map(|Of { of }| Action::Repeat { of }),
        "read" => typed(faults, path, raw).map(|OfCase { case }| Action::Read { case }),
        "take" => typed(faults, path, raw).map(|OfMessages { messages }| Action::Take { messages }),
        "prove" => typed(faults, path, raw).map(|Of { of }| Action::Prove { of }),
        "kill" => typed(faults, path, raw).map(|Nothing {}| Action::Kill),
        "stop" => typed(faults, path, raw).map(|Nothing {}| Action::Stop),
        "start" => typed(faults, path, raw).map(|Nothing {}| Action::Start),
        "expect" => typed::<Expect>(faults, path, raw).map(|expect| {
            expect.check(faults, path);
            Action::Expect(Box::new(expect))
        }),
        _ => faults.none(
            &format!("{path}.do"),
            "one of submit, act, repeat, read, take, expect, kill, stop, start, prove",
        ),
    }
}

fn act(faults: &mut Faults, path: &str, raw: Value) -> Option<Action> {
    let Value::Table(mut parameters) = raw.clone() else { return None };
    for key in ["as", "case", "event", "text", "inform"] {
        parameters.remove(key);
    }
    let RawAct { name, case, event, text, inform } = typed(faults, path, raw)?;
    let has_all = |one: &&EventDef| parameters.keys().all(|code| one.parameter(code).is_some());
    // Of several instruments with an event of this code, the one that has what is given.
    let definition = events_of(&event).find(has_all).or_else(|| events_of(&event).next());
    let definition =
        definition.or_else(|| faults.none(&format!("{path}.event"), "no instrument has such an event"))?;
    let mut given = Vec::new();
    for (code, value) in &parameters {
        let under = format!("{path}.{code}");
        let Some(parameter) = definition.parameter(code) else {
            faults.push(&under, "the event has no such parameter");
            continue;
        };
        for value in written(value) {
            // Names of messages and cases are looked up when they have ids.
            let is_name = matches!(parameter.takes, Takes::Message | Takes::Referral);
            if is_name || parameter.takes.read(&value).is_some() {
                given.push((parameter, value));
            } else {
                faults.push(&under, &format!("give {}", parameter.takes.expected()));
            }
        }
    }
    Some(Action::Act(Box::new(Act { name, case, event: definition.code, text, inform, given })))
}

/// What a key says, each item of a list by itself; a flag that is false says nothing.
fn written(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(written).collect(),
        Value::String(text) => vec![text.clone()],
        Value::Boolean(false) => Vec::new(),
        other => vec![other.to_string()],
    }
}

impl Action {
    /// The name of the message this sends.
    pub(super) fn sends(&self) -> Option<&str> {
        match self {
            Self::Submit(submit) => submit.name.as_deref(),
            Self::Act(act) => act.name.as_deref(),
            _ => None,
        }
    }

    /// Cases it refers to.
    pub(super) fn case(&self) -> impl Iterator<Item = &str> {
        let (one, others): (Option<&String>, Box<dyn Iterator<Item = &str>>) = match self {
            Self::Submit(submit) => (None, Box::new(submit.links.keys().map(String::as_str))),
            Self::Act(act) => {
                (Some(&act.case), Box::new(act.named(|takes| matches!(takes, Takes::Referral))))
            }
            Self::Read { case } => (Some(case), Box::new(iter::empty())),
            Self::Expect(expect) => (expect.case.as_ref(), Box::new(iter::empty())),
            _ => (None, Box::new(iter::empty())),
        };
        one.into_iter().map(String::as_str).chain(others)
    }

    /// Messages it refers to.
    pub(super) fn messages(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::Repeat { of } | Self::Prove { of } => Box::new(iter::once(of.as_str())),
            Self::Act(act) => Box::new(act.named(|takes| matches!(takes, Takes::Message))),
            Self::Take { messages } => Box::new(messages.iter().map(String::as_str)),
            Self::Expect(expect) => {
                let crossing = expect.crossing.iter().flat_map(|it| [&it.message, &it.crossed_by]);
                let deliveries = expect.deliveries.iter().map(|deliveries| &deliveries.of);
                Box::new(crossing.chain(deliveries).chain(expect.effects.keys()).map(String::as_str))
            }
            _ => Box::new(iter::empty()),
        }
    }

    /// Agencies it names beside the one that acts.
    pub(super) fn agencies(&self) -> Box<dyn Iterator<Item = &AgencyId> + '_> {
        match self {
            Self::Submit(submit) => Box::new(submit.to.iter().map(|party| &party.agency)),
            Self::Expect(expect) => {
                let deliveries = expect.deliveries.iter();
                let deliveries = deliveries.flat_map(|it| it.taken.iter().chain(&it.waiting));
                Box::new(deliveries.chain(expect.waiting.keys()))
            }
            _ => Box::new(iter::empty()),
        }
    }

    /// The word of the format.
    pub(crate) fn verb(&self) -> &'static str {
        match self {
            Self::Submit(_) => "submit",
            Self::Repeat { .. } => "repeat",
            Self::Act(_) => "act",
            Self::Read { .. } => "read",
            Self::Take { .. } => "take",
            Self::Expect(_) => "expect",
            Self::Kill => "kill",
            Self::Stop => "stop",
            Self::Start => "start",
            Self::Prove { .. } => "prove",
        }
    }
}

fn routine() -> Lane {
    Lane::Routine
}

fn lane<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Lane, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "urgent" => Ok(Lane::Urgent),
        "routine" => Ok(Lane::Routine),
        _ => Err(serde::de::Error::custom("a lane is urgent or routine")),
    }
}
