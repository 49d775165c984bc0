//! How referrals look to a person. It must not know a law: titles, states and what may be done come from the tables, the words
//! of a form from its description.

mod clock;
mod form;
mod next;
mod standing;

use rogatory_client::pb::casework::v1::body::Content;
use rogatory_client::pb::casework::v1::{self as pb, ClockStatus, Effect};
use rogatory_client::pb::types::v1::parameter::Value;
use rogatory_client::pb::types::v1::{Event, Lane};
use rogatory_domain::Instrument;
use rogatory_wire::instant::told;
use rogatory_wire::word::Worded as _;

pub(crate) use clock::due;

use super::{short, warning};

use crate::output::{Output, dash, instant, instant_there, json_of};

/// The heads of a list of referrals.
pub(super) const LIST_HEADS: [&str; 9] =
    ["referral", "type", "state", "lane", "issuing", "parties", "messages", "next due", "waits for"];

/// A referral as a row of a list.
pub(super) fn list_row(referral: &pb::Referral) -> Vec<String> {
    let runs = |clock: &&pb::Clock| [ClockStatus::Running, ClockStatus::Overdue].contains(&clock.status());
    let running = referral.clocks.iter().filter(runs);
    let next = running.filter_map(|clock| Some((told(clock.due_time)?, clock))).min_by_key(|(at, _)| *at);
    vec![
        referral.referral_id.clone(),
        referral.referral_type.clone(),
        referral.state.clone(),
        lane(referral.lane()).to_owned(),
        referral.issuing.clone(),
        parties(referral),
        referral.messages.len().to_string(),
        next.map_or_else(|| dash(""), |(_, clock)| due_or_over(clock)),
        dash(&standing::awaited(referral, instrument_of(referral))),
    ]
}

/// When a clock is due, and whether that has passed.
fn due_or_over(clock: &pb::Clock) -> String {
    let over = if clock.status() == ClockStatus::Overdue { "overdue: " } else { "" };
    format!("{over}{}", due(clock))
}

fn instrument_of(referral: &pb::Referral) -> Option<&'static Instrument> {
    let edition = u16::try_from(referral.instrument_edition).unwrap_or(0);
    Instrument::of_edition(&referral.referral_type, edition)
}

/// One referral as a page: what it is, where it stands, what runs, what was said, and what may be done now.
pub(crate) fn referral(referral: &pb::Referral, output: Output) -> anyhow::Result<()> {
    let value = json_of("rogatory.casework.v1.Referral", referral)?;
    if output.is_json() {
        return output.value(&value);
    }
    let instrument = instrument_of(referral);
    head(referral, instrument, output)?;
    clock::print(referral, output)?;
    standing::print(referral, output)?;
    messages(referral, output)?;
    for message in &referral.messages {
        match content(message) {
            Some(Content::Event(event)) => said(message, event, output)?,
            // The form of a case that was passed on is printed with the opening of the referral in which it goes on.
            Some(Content::Opening(opening)) if message.told_in.is_empty() => {
                form::print(opening, output)?;
                warnings(message, output)?;
            }
            Some(Content::Opening(_)) | None => {}
        }
    }
    match instrument {
        Some(instrument) => next::print(referral, instrument, output),
        None => {
            heading(
                "This release does not know the instrument, so that it cannot say what may be done.",
                output,
            )?;
            Ok(())
        }
    }
}

fn head(referral: &pb::Referral, instrument: Option<&Instrument>, output: Output) -> anyhow::Result<()> {
    let title = instrument.map_or("Referral", |instrument| instrument.title);
    output.line(title)?;
    output.line("")?;
    let state = instrument.and_then(|instrument| instrument.state(&referral.state));
    let state = state.map_or(referral.state.clone(), |known| format!("{}: {}", known.code, known.meaning));
    let opener = instrument.map(|instrument| instrument.capacities[instrument.opener.place()].code);
    let opener = opener.map(|capacity| format!(" ({capacity})")).unwrap_or_default();
    let fields = [
        ("referral", format!("{} (in short {})", referral.referral_id, short::of(&referral.referral_id))),
        ("type", referral.referral_type.clone()),
        ("law", law(referral)),
        ("state", state),
        ("lane", lane(referral.lane()).to_owned()),
        ("issuing", format!("{}{opener}", dash(&referral.issuing))),
        ("parties", parties(referral)),
        ("part of", dash(&referral.part_of).to_owned()),
        ("passed on by", dash(&referral.passed_on_by).to_owned()),
        ("came from", dash(&referral.came_from).to_owned()),
        ("goes on in", dash(&referral.goes_on_in).to_owned()),
        ("opened", instant(referral.opened_time)),
        ("changed", instant(referral.changed_time)),
        ("content", if referral.erased { "erased" } else { "held" }.to_owned()),
    ];
    output.fields(&fields, &())
}

fn messages(referral: &pb::Referral, output: Output) -> anyhow::Result<()> {
    heading("Messages", output)?;
    let corrections = corrections(referral);
    let rows = referral.messages.iter().map(|message| {
        let by = corrections
            .iter()
            .rev()
            .find(|(sender, of, _)| (*sender, *of) == (&*message.sender, &*message.message_id));
        vec![
            message.message_id.clone(),
            format!("{}{}", event(message), by.map_or(String::new(), |(.., said)| said.clone())),
            message.sender.clone(),
            message.effect().word(),
            instant_there(message.declared_time, referral),
            instant_there(message.recorded_time, referral),
            deliveries(message),
        ]
    });
    output.table(&["message", "event", "sender", "effect", "declared", "recorded", "delivery"], rows, &())?;
    for message in referral.messages.iter().filter(|message| !message.remark.is_empty()) {
        output.line(format!("note: {} {}: {}", message.event, message.message_id, message.remark_text))?;
    }
    if !referral.came_from.is_empty() {
        let id = &referral.referral_id;
        output.line(format!(
            "what was told before is proven by: rogatory referral evidence MESSAGE --sender AGENCY --came-with {id}"
        ))?;
    }
    for crossing in &referral.crossings {
        output.line(format!(
            "crossed: {} by {}: {}",
            crossing.message_id, crossing.crossed_by, crossing.text
        ))?;
    }
    Ok(())
}

/// The parameter by which a correction names the message that it corrects, in every instrument.
const CORRECTS: &str = "corrects";

/// The flag by which a correction says that its own instant is when what it corrects happened.
const NEW_INSTANT: &str = "new_instant";

/// The flag by which a correction says that nothing of what it corrects happened.
const NEVER_HAPPENED: &str = "never_happened";

/// What is said of messages that their own senders corrected later, by sender and id.
fn corrections(referral: &pb::Referral) -> Vec<(&str, &str, String)> {
    let counts = |message: &&pb::Message| [Effect::Applied, Effect::Overlay].contains(&message.effect());
    let names = |message| {
        let Some(Content::Event(event)) = content(message) else { return None };
        let named = event.parameters.iter().find(|parameter| parameter.code == CORRECTS)?;
        let has = |flag: &str| event.parameters.iter().any(|parameter| parameter.code == flag);
        let said = match (has(NEVER_HAPPENED), has(NEW_INSTANT)) {
            (true, _) => " (taken back: it never happened)".to_owned(),
            (_, true) => {
                format!(" (corrected: it happened {})", instant_there(message.declared_time, referral))
            }
            _ => " (corrected)".to_owned(),
        };
        match &named.value {
            Some(Value::Id(of)) => Some((message.sender.as_str(), of.as_str(), said)),
            _ => None,
        }
    };
    referral.messages.iter().filter(counts).filter_map(names).collect()
}

fn content(message: &pb::Message) -> Option<&Content> {
    message.body.as_ref()?.content.as_ref()
}

/// Longest time between what is declared and its record that is not pointed out.
const LATE_AFTER_SECONDS: i64 = 24 * 3_600;

/// The event, with what a person should know of it though it counts.
fn event(message: &pb::Message) -> String {
    let late = told(message.recorded_time).zip(told(message.declared_time)).map(|(recorded, declared)| {
        let seconds = recorded.duration_since(declared).as_secs();
        if seconds > LATE_AFTER_SECONDS {
            format!(" (recorded {} days late)", seconds / LATE_AFTER_SECONDS)
        } else {
            String::new()
        }
    });
    let before = if message.told_in.is_empty() { "" } else { " (before it was passed on)" };
    format!("{}{}{before}", message.event, late.unwrap_or_default())
}

/// What an event tells, in its own words.
fn said(message: &pb::Message, event: &Event, output: Output) -> anyhow::Result<()> {
    if event.text.is_empty() && event.parameters.is_empty() {
        return Ok(());
    }
    heading(&format!("{}, {} on {}", event.code, message.sender, instant(message.declared_time)), output)?;
    for parameter in &event.parameters {
        output.line(format!("  {}: {}", parameter.code, value_of(parameter.value.as_ref())))?;
    }
    Ok(event.text.lines().try_for_each(|line| output.line(format!("  {line}")))?)
}

/// What somebody should look at again in the form.
fn warnings(message: &pb::Message, output: Output) -> anyhow::Result<()> {
    if !message.warnings.is_empty() {
        heading("Warnings of the form", output)?;
    }
    Ok(warning::print(&message.warnings, output)?)
}

fn value_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::Day(text) | Value::Id(text) | Value::Item(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Set(_)) => "yes".to_owned(),
        None => dash(""),
    }
}

/// A heading with an empty line above it.
fn heading(text: &str, output: Output) -> std::io::Result<()> {
    output.line("")?;
    output.line(text)
}

/// By what the case is judged and counted for its whole life.
fn law(referral: &pb::Referral) -> String {
    let (edition, calendar) = (referral.instrument_edition, referral.calendar_edition);
    match referral.jurisdiction.as_str() {
        "" => dash(""),
        counted => {
            format!("edition {edition}; days are counted by {counted}, calendars of edition {calendar}")
        }
    }
}

fn deliveries(message: &pb::Message) -> String {
    let shown = message.deliveries.iter().map(|delivery| {
        let reason = if delivery.reason.is_empty() { String::new() } else { format!(" {}", delivery.reason) };
        let before = match delivery.given_up.as_str() {
            "" => String::new(),
            code => format!(" (given up before, {code})"),
        };
        let not_yet = match delivery.not_yet.as_str() {
            "" => String::new(),
            code => format!(", not yet {code} since {}", instant(delivery.not_yet_since_time)),
        };
        format!("{} {}{reason}{not_yet}{before}", delivery.recipient, delivery.status().word())
    });
    dash(&shown.collect::<Vec<_>>().join(", "))
}

fn parties(referral: &pb::Referral) -> String {
    let shown = referral.parties.iter().map(|party| format!("{} ({})", party.agency, party.capacity));
    shown.collect::<Vec<_>>().join(", ")
}

fn lane(lane: Lane) -> &'static str {
    if lane == Lane::Urgent { "urgent" } else { "routine" }
}
