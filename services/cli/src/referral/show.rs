//! How referrals look to a person.

use rogatory_client::pb::casework::v1::{self as pb, ClockStatus};
use rogatory_client::pb::types::v1::Lane;
use rogatory_wire::instant::{to_pb, told};
use rogatory_wire::word::Worded as _;

use crate::output::{Output, dash, instant, json_of};

/// A list of referrals.
pub(crate) fn list(referrals: &[pb::Referral], output: Output) -> anyhow::Result<()> {
    let values = referrals.iter().map(|referral| json_of("rogatory.casework.v1.Referral", referral));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let rows = referrals.iter().map(|referral| {
        let runs =
            |clock: &&pb::Clock| [ClockStatus::Running, ClockStatus::Overdue].contains(&clock.status());
        let running = referral.clocks.iter().filter(runs);
        let due = running.filter_map(|clock| told(clock.due_time)).min();
        vec![
            referral.referral_id.clone(),
            referral.state.clone(),
            lane(referral.lane()).to_owned(),
            referral.issuing.clone(),
            parties(referral),
            referral.messages.len().to_string(),
            instant(due.map(to_pb)),
        ]
    });
    output.table(&["referral", "state", "lane", "issuing", "parties", "messages", "next due"], rows, &values)
}

/// One referral with clocks, messages and crossings.
pub(crate) fn referral(referral: &pb::Referral, output: Output) -> anyhow::Result<()> {
    let value = json_of("rogatory.casework.v1.Referral", referral)?;
    if output.is_json() {
        return output.value(&value);
    }
    let fields = [
        ("referral", referral.referral_id.clone()),
        ("type", referral.referral_type.clone()),
        ("law", law(referral)),
        ("state", referral.state.clone()),
        ("lane", lane(referral.lane()).to_owned()),
        ("issuing", referral.issuing.clone()),
        ("parties", parties(referral)),
        ("opened", instant(referral.opened_time)),
        ("changed", instant(referral.changed_time)),
        ("content", if referral.erased { "erased" } else { "held" }.to_owned()),
    ];
    output.fields(&fields, &value)?;
    if !referral.clocks.is_empty() {
        output.line("")?;
        let rows = referral.clocks.iter().map(|clock| {
            vec![
                clock.name.clone(),
                clock.status().word(),
                instant(clock.due_time),
                instant(clock.started_time),
                clock.article.clone(),
                clock.label.clone(),
            ]
        });
        output.table(&["clock", "status", "due", "started", "article", "about"], rows, &value)?;
    }
    output.line("")?;
    let rows = referral.messages.iter().map(|message| {
        vec![
            message.message_id.clone(),
            message.event.clone(),
            message.sender.clone(),
            message.effect().word(),
            instant(message.declared_time),
            instant(message.recorded_time),
            deliveries(message),
        ]
    });
    output.table(
        &["message", "event", "sender", "effect", "declared", "recorded", "delivery"],
        rows,
        &value,
    )?;
    for crossing in &referral.crossings {
        output.line(format!(
            "crossed: {} by {}: {}",
            crossing.message_id, crossing.crossed_by, crossing.text
        ))?;
    }
    for message in &referral.messages {
        if let Some(body) = &message.body {
            output.line("")?;
            output.line(format!("{} {}", message.event, message.message_id))?;
            output.value(&json_of("rogatory.casework.v1.Body", body)?)?;
        }
    }
    Ok(())
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
