//! One step of a scenario: when, who, what, and what must come of it.

use std::iter;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use rogatory_client::pb::types::v1::{DeferralReason, Event, Guarantee, Lane, PartialDate};
use rogatory_domain::AgencyId;
use rogatory_domain::instrument::events_of;
use serde::{Deserialize, Deserializer};
use toml::{Table, Value};

use super::expect::{Expect, date};
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
    /// Name of the warrant.
    pub(crate) warrant: String,
    /// Every other party.
    pub(crate) to: Vec<AgencyId>,
    /// Urgent or routine.
    #[serde(default = "routine", deserialize_with = "lane")]
    pub(crate) lane: Lane,
}

/// An event to raise.
#[derive(Debug)]
pub(crate) struct Act {
    /// Name of the message.
    pub(crate) name: Option<String>,
    /// The case.
    pub(crate) case: String,
    /// The event; references to messages and cases are filled in when they have ids.
    pub(crate) event: Event,
    /// Message it answers or corrects.
    pub(crate) answers: Option<String>,
    /// Case that replaces this one.
    pub(crate) replaced_by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAct {
    #[serde(rename = "as")]
    name: Option<String>,
    case: String,
    event: String,
    #[serde(default)]
    text: String,
    #[serde(default, deserialize_with = "date")]
    day: Option<Date>,
    answers: Option<String>,
    replaced_by: Option<String>,
    deferral_reason: Option<String>,
    #[serde(default)]
    guarantees: Vec<String>,
    #[serde(default)]
    grounds: Vec<String>,
    #[serde(default)]
    offences: Vec<u32>,
    #[serde(default)]
    custody_days: u32,
    #[serde(default)]
    affirmed: bool,
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
        "act" => typed(faults, path, raw).and_then(|raw| act(faults, path, raw)),
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

fn act(faults: &mut Faults, path: &str, raw: RawAct) -> Option<Action> {
    let under = |key: &str| format!("{path}.{key}");
    let kind = events_of(&raw.event)
        .next()
        .map(|event| rogatory_wire::event::kind_to_pb(event.code))
        .or_else(|| faults.none(&under("event"), "no instrument has such an event"));
    let reason = raw.deferral_reason.map_or(Some(DeferralReason::Unspecified), |word| {
        DeferralReason::from_str_name(&format!("DEFERRAL_REASON_{}", word.to_uppercase()))
            .or_else(|| faults.none(&under("deferral_reason"), "there is no such reason"))
    });
    let mut guarantees = Vec::new();
    for word in &raw.guarantees {
        let known = Guarantee::from_str_name(&format!("GUARANTEE_{}", word.to_uppercase()));
        let known = known.or_else(|| faults.none(&under("guarantees"), "there is no such guarantee"));
        guarantees.extend(known.map(i32::from));
    }
    let mut grounds = Vec::new();
    for code in &raw.grounds {
        let known = Some(rogatory_wire::event::ground_to_pb(code)).filter(|number| *number > 0);
        grounds
            .extend(known.or_else(|| faults.none(&under("grounds"), "give an article such as 4a or 4(6)")));
    }
    let event = Event {
        kind: kind?,
        text: raw.text,
        day: raw.day.map(partial),
        answers: String::new(),
        deferral_reason: reason?.into(),
        guarantees,
        grounds,
        offences: raw.offences,
        custody_days: raw.custody_days,
        replaced_by: String::new(),
        affirmed: raw.affirmed,
    };
    let RawAct { name, case, answers, replaced_by, .. } = raw;
    Some(Action::Act(Box::new(Act { name, case, event, answers, replaced_by })))
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
        let (one, two) = match self {
            Self::Act(act) => (Some(&act.case), act.replaced_by.as_ref()),
            Self::Read { case } => (Some(case), None),
            Self::Expect(expect) => (expect.case.as_ref(), None),
            _ => (None, None),
        };
        one.into_iter().chain(two).map(String::as_str)
    }

    /// Messages it refers to.
    pub(super) fn messages(&self) -> Box<dyn Iterator<Item = &str> + '_> {
        match self {
            Self::Repeat { of } | Self::Prove { of } => Box::new(iter::once(of.as_str())),
            Self::Act(act) => Box::new(act.answers.iter().map(String::as_str)),
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
            Self::Submit(submit) => Box::new(submit.to.iter()),
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

fn partial(day: Date) -> PartialDate {
    let number = |value: i8| u32::from(value.unsigned_abs());
    PartialDate { year: day.year().unsigned_abs().into(), month: number(day.month()), day: number(day.day()) }
}
