//! The questions beside the form: how urgent it is, who is a party, what may be done with it, and to what it belongs. It must not
//! know a form.

use std::io::{BufRead, Write};

use rogatory_domain::id::AgencyId;
use rogatory_domain::instrument::{CapacityDef, Seats};
use rogatory_domain::{Handling, Lane, limits};
use rogatory_forms::description::choice;
use rogatory_message::{LINKS_COUNT_MAX, Relation};
use serde_json::{Value, json};

use super::answers::Answers;
use super::terminal::{Terminal, chosen};
use crate::failure::Misuse;

/// Asks for what stands beside the form: the lane and the parties.
pub(super) fn beside<R: BufRead, W: Write>(
    answers: &mut Answers,
    terminal: &mut Terminal<R, W>,
) -> Result<(), Misuse> {
    let title = format!("{} ({})", answers.form.description().title, answers.instrument.act);
    terminal.say(&title);
    terminal.say("An empty answer leaves out what is not required.");
    terminal.say("");
    let lanes = Lane::ALL.map(|lane| match lane {
        Lane::Urgent => choice(lane.code(), "Overtakes every routine referral"),
        Lane::Routine => choice(lane.code(), "The usual lane"),
    });
    terminal.say("Lane (required)");
    let lane = loop {
        terminal.list(&lanes);
        match chosen(&terminal.line()?, &lanes) {
            Some(lane) => break lane.to_owned(),
            None => terminal.refuse("Give one of the words or its number.")?,
        }
    };
    answers.set("opening.lane", lane.into());
    parties(answers, terminal)?;
    labels(answers, terminal)?;
    links(answers, terminal)
}

/// Asks what its recipients may do with it. How secret it is has no codes of this product.
fn labels<R: BufRead, W: Write>(answers: &mut Answers, terminal: &mut Terminal<R, W>) -> Result<(), Misuse> {
    let codes = Handling::ALL.map(|code| choice(code.as_str(), code.meaning()));
    terminal.say("Handling codes, one or several with spaces between them (may be left out)");
    loop {
        terminal.list(&codes);
        let answer = terminal.line()?;
        let read = answer.split([' ', ',']).filter(|word| !word.is_empty()).map(|word| chosen(word, &codes));
        let Some(codes) = read.collect::<Option<Vec<_>>>() else {
            terminal.refuse("Give codes of the list, or nothing.")?;
            continue;
        };
        if is_taken("opening.labels.handling", codes.into(), answers, terminal)? {
            break;
        }
    }
    for (name, words) in [("purpose", "Purpose"), ("classification", "Classification")] {
        loop {
            terminal.say(&format!("{words}: one line (may be left out)"));
            let answer = terminal.line()?;
            if answer.is_empty()
                || is_taken(&format!("opening.labels.{name}"), answer.into(), answers, terminal)?
            {
                break;
            }
        }
    }
    Ok(())
}

/// Asks to which other referrals it belongs.
fn links<R: BufRead, W: Write>(answers: &mut Answers, terminal: &mut Terminal<R, W>) -> Result<(), Misuse> {
    let relations = Relation::ALL.map(|relation| choice(relation.code(), relation.meaning()));
    let mut count = 0;
    while count < LINKS_COUNT_MAX {
        let more = if count == 0 { "Does it belong to another referral?" } else { "And to one more?" };
        if !terminal.agrees(more)? {
            break;
        }
        terminal.list(&relations);
        let answer = terminal.line()?;
        let Some(relation) = chosen(&answer, &relations) else {
            terminal.refuse("Give one of the words or its number.")?;
            continue;
        };
        terminal.say("The id of the other referral, whole");
        let link = json!({ "relation": relation, "referral_id": terminal.line()? });
        count += usize::from(is_taken(&format!("opening.links[{count}]"), link, answers, terminal)?);
    }
    Ok(())
}

/// Notes an answer, or says what is wrong with it and forgets it.
fn is_taken<R: BufRead, W: Write>(
    path: &str,
    value: Value,
    answers: &mut Answers,
    terminal: &mut Terminal<R, W>,
) -> Result<bool, Misuse> {
    if value.as_array().is_some_and(Vec::is_empty) {
        return Ok(true);
    }
    answers.set(path, value);
    let flaws = answers.flaws();
    let Some(flaw) = flaws.iter().find(|flaw| flaw.path.starts_with(path)) else { return Ok(true) };
    answers.remove(path);
    terminal.refuse(&flaw.text)?;
    Ok(false)
}

/// Asks who is a party, and in which capacity.
pub(super) fn parties<R: BufRead, W: Write>(
    answers: &mut Answers,
    terminal: &mut Terminal<R, W>,
) -> Result<(), Misuse> {
    answers.remove("opening.parties");
    let instrument = answers.instrument;
    let mut named = Vec::new();
    let last = instrument.listed_capacities().last();
    for capacity in instrument.listed_capacities() {
        while named.len() < limits::RECIPIENTS {
            // Where no capacity must be taken, somebody must be a party nevertheless.
            let is_last_chance = named.is_empty() && last.is_some_and(|last| last.code == capacity.code);
            let is_needed = capacity.seats == Seats::One || is_last_chance;
            let Some(agency) = agency(capacity, is_needed, &named, terminal)? else { break };
            let at = format!("opening.parties[{}]", named.len());
            answers.set(&format!("{at}.agency"), agency.as_str().into());
            answers.set(&format!("{at}.capacity"), capacity.code.into());
            named.push(agency);
            if capacity.seats == Seats::One {
                break;
            }
        }
    }
    Ok(())
}

/// The agency of a capacity; none where it may be left out and is.
fn agency<R: BufRead, W: Write>(
    capacity: &CapacityDef,
    is_needed: bool,
    named: &[AgencyId],
    terminal: &mut Terminal<R, W>,
) -> Result<Option<AgencyId>, Misuse> {
    loop {
        let word = if is_needed { "required" } else { "empty for no more" };
        terminal.say(&format!("Agency that is {}, such as nl-om ({word})", capacity.code));
        terminal.say(&format!("  {}", capacity.meaning));
        let answer = terminal.line()?;
        match answer.parse::<AgencyId>() {
            Ok(agency) if named.contains(&agency) => terminal.refuse("This agency was named before.")?,
            Ok(agency) => return Ok(Some(agency)),
            Err(_) if answer.is_empty() && !is_needed => return Ok(None),
            Err(_) if answer.is_empty() => terminal.refuse("This must be given.")?,
            Err(error) => terminal.refuse(&format!("This is no agency id: {}.", error.rule))?,
        }
    }
}
