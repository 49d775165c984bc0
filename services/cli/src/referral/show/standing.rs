//! How a referral stands beside its state: open questions and who has to answer, days offered, what both sides agreed, custody.
//! It must not compute any of it; the node does.

use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::types::v1::Party;
use rogatory_domain::Instrument;
use rogatory_domain::instrument::CapacityDef;

use super::heading;
use crate::output::{Output, dash, instant_there};

/// Prints what there is of it.
pub(super) fn print(referral: &pb::Referral, output: Output) -> anyhow::Result<()> {
    questions(referral, output)?;
    remembered(referral, output)?;
    custody(referral, output)
}

/// What the referral waits for, and whom: its open questions, and where nothing was done yet, whoever answers.
pub(super) fn awaited(referral: &pb::Referral, instrument: Option<&Instrument>) -> String {
    let asked = referral
        .questions
        .iter()
        .map(|question| format!("{} ({})", question.code, question.agencies.join(", ")));
    let is_new = instrument.filter(|known| known.is_new_in(&referral.state));
    let answers = |party: &&Party| {
        let capacity = is_new.and_then(|known| known.capacity(&party.capacity));
        capacity.is_some_and(CapacityDef::answers_alone)
    };
    let first = referral.parties.iter().filter(answers).map(|party| format!("first act ({})", party.agency));
    first.chain(asked).collect::<Vec<_>>().join(", ")
}

fn questions(referral: &pb::Referral, output: Output) -> anyhow::Result<()> {
    if referral.questions.is_empty() {
        return Ok(());
    }
    heading("Open questions", output)?;
    let rows = referral.questions.iter().map(|question| {
        let item = if question.item.is_empty() { String::new() } else { format!(" ({})", question.item) };
        let day = referral.offers.iter().find(|offer| offer.message_id == question.message_id);
        let day = day.map(|offer| format!(": {}", offer.day)).unwrap_or_default();
        vec![
            format!("{}{item}{day}", question.code),
            dash(&question.agencies.join(", ")),
            question.asked_by.clone(),
            question.message_id.clone(),
            question.meaning.clone(),
        ]
    });
    output.table(&["question", "waits for", "from", "message", "about"], rows, &())
}

fn remembered(referral: &pb::Referral, output: Output) -> anyhow::Result<()> {
    if referral.remembered.is_empty() {
        return Ok(());
    }
    heading("On the record", output)?;
    let rows =
        referral.remembered.iter().map(|it| vec![it.code.clone(), it.value.clone(), it.meaning.clone()]);
    output.table(&["what", "is", "about"], rows, &())
}

fn custody(referral: &pb::Referral, output: Output) -> anyhow::Result<()> {
    let Some(custody) = &referral.custody else { return Ok(()) };
    let now = if custody.held { "held" } else { "not held" };
    let days = if custody.days == 1 { "1 day".to_owned() } else { format!("{} days", custody.days) };
    heading(&format!("Custody: {now}; {days}, the first and the last of each time counted both"), output)?;
    let there = |at| instant_there(at, referral);
    let rows = custody
        .periods
        .iter()
        .map(|period| vec![there(period.from_time), there(period.until_time), dash(&period.kind)]);
    output.table(&["from", "until", "kind"], rows, &())
}
