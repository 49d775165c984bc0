//! The order of the questions, and what becomes of an answer: box by box, each answer checked at once, and what only the whole
//! form shows asked for again at the end. It must not know a form.

use std::io::{BufRead, Write};

use rogatory_domain::Lane;
use rogatory_domain::id::AgencyId;
use rogatory_domain::instrument::{CapacityDef, Seats};
use rogatory_domain::limits;
use rogatory_forms::description::{Field, Kind, Required, choice};
use serde_json::{Map, Value};

use super::answers::Answers;
use super::question::{expected, heading, prompt, value};
use super::terminal::{Terminal, chosen};
use crate::failure::Misuse;
use crate::referral::flaw::Flaw;

/// How often one fault is asked about at the end before it is left to the file.
const MENDS_MAX: usize = 64;

/// Rules that an answer breaks by itself, whatever else is given.
const OWN_RULES: &[&str] = &["too_long", "control_character", "value", "form", "type", "date_incomplete"];

/// Asks for what stands beside the form: the lane and the parties.
pub(super) fn beside<R: BufRead, W: Write>(
    answers: &mut Answers,
    terminal: &mut Terminal<R, W>,
) -> Result<(), Misuse> {
    let title = format!("{} ({})", answers.form.description.title, answers.instrument.act);
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
            None => terminal.say("Give one of the words or its number."),
        }
    };
    answers.set("opening.lane", lane.into());
    parties(answers, terminal)
}

fn parties<R: BufRead, W: Write>(answers: &mut Answers, terminal: &mut Terminal<R, W>) -> Result<(), Misuse> {
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
            Ok(agency) if named.contains(&agency) => terminal.say("This agency was named before."),
            Ok(agency) => return Ok(Some(agency)),
            Err(_) if answer.is_empty() && !is_needed => return Ok(None),
            Err(_) if answer.is_empty() => terminal.say("This must be given."),
            Err(error) => terminal.say(&format!("This is no agency id: {}.", error.rule)),
        }
    }
}

/// Asks for every field of the form, box by box.
pub(super) fn form<R: BufRead, W: Write>(
    answers: &mut Answers,
    terminal: &mut Terminal<R, W>,
) -> Result<(), Misuse> {
    let base = answers.form_path();
    for form_box in answers.form.description.boxes {
        terminal.say("");
        terminal.say(&heading(form_box));
        for known in form_box.fields {
            field(known, &format!("{base}.{}", known.name), answers, terminal)?;
        }
    }
    Ok(())
}

/// Asks for a field, or for the entries of its list.
fn field<R: BufRead, W: Write>(
    known: &Field,
    path: &str,
    answers: &mut Answers,
    terminal: &mut Terminal<R, W>,
) -> Result<(), Misuse> {
    let Some(most) = known.entries_max else { return one(known, path, answers, terminal).map(|_| ()) };
    let mut entry = Field { entries_max: None, ..*known };
    for place in 0..most {
        if place > 0 && !terminal.agrees(&format!("{}: another one?", known.label))? {
            break;
        }
        if !one(&entry, &format!("{path}[{place}]"), answers, terminal)? {
            break;
        }
        entry.required = Required::Always;
    }
    Ok(())
}

/// Asks for one value; says whether it was given.
fn one<R: BufRead, W: Write>(
    known: &Field,
    path: &str,
    answers: &mut Answers,
    terminal: &mut Terminal<R, W>,
) -> Result<bool, Misuse> {
    let is_required = known.required == Required::Always;
    if let Kind::Group(fields) = known.kind {
        if is_required {
            terminal.say(&prompt(known));
        } else if !terminal.agrees(&prompt(known))? {
            return Ok(false);
        }
        answers.set(path, Value::Object(Map::new()));
        for known in fields {
            field(known, &format!("{path}.{}", known.name), answers, terminal)?;
        }
        return Ok(true);
    }
    loop {
        terminal.say(&prompt(known));
        if let Kind::Code(choices) | Kind::Enum { choices, .. } = known.kind {
            terminal.list(choices);
        }
        let answer = if matches!(known.kind, Kind::Text) { terminal.lines()? } else { terminal.line()? };
        if answer.is_empty() {
            if !is_required {
                return Ok(false);
            }
            terminal.say("This must be given.");
            continue;
        }
        let Some(value) = value(known.kind, &answer) else {
            terminal.say(&format!("This cannot be read: {}.", expected(known.kind)));
            continue;
        };
        answers.set(path, value);
        let own: Vec<Flaw> = answers.flaws().into_iter().filter(|flaw| is_own(flaw, path)).collect();
        if own.is_empty() {
            return Ok(true);
        }
        own.iter().for_each(|flaw| terminal.say(&flaw.text));
        answers.remove(path);
    }
}

/// Whether an answer breaks a rule by itself: others may be kept yet by what is asked for later.
fn is_own(flaw: &Flaw, path: &str) -> bool {
    flaw.path == path && (OWN_RULES.contains(&flaw.rule) || flaw.rule.starts_with("not_"))
}

/// Asks again for what the whole form shows to be wrong, until nothing is, or nothing can be asked for.
pub(super) fn mend<R: BufRead, W: Write>(
    answers: &mut Answers,
    terminal: &mut Terminal<R, W>,
) -> Result<(), Misuse> {
    for _ in 0..MENDS_MAX {
        let flaws = answers.flaws();
        let base = format!("{}.", answers.form_path());
        let mendable = flaws.iter().find_map(|flaw| {
            let path = flaw.path.strip_prefix(&base);
            let described = path.and_then(|path| answers.form.description.at(path));
            match described {
                Some((form_box, known)) => Some((flaw, Some((form_box, known)))),
                None if flaw.path.starts_with("opening.parties") => Some((flaw, None)),
                None => None,
            }
        });
        let Some((flaw, described)) = mendable else { return Ok(()) };
        terminal.say("");
        terminal.say(&format!("{}: {}", flaw.label, flaw.text));
        match described {
            None => parties(answers, terminal)?,
            Some((form_box, known)) => {
                terminal.say(&heading(form_box));
                again(known, flaw, answers, terminal)?;
            }
        }
    }
    Ok(())
}

/// Asks for the field of a fault once more; what stood there is forgotten.
fn again<R: BufRead, W: Write>(
    known: &Field,
    flaw: &Flaw,
    answers: &mut Answers,
    terminal: &mut Terminal<R, W>,
) -> Result<(), Misuse> {
    // What is missing under a condition is missing here, so that an empty answer would be asked about for ever.
    let required = if flaw.rule == "missing" { Required::Always } else { known.required };
    let known = Field { required, ..*known };
    if flaw.path.ends_with(']') {
        let entry = Field { entries_max: None, required: Required::Always, ..known };
        return one(&entry, &flaw.path, answers, terminal).map(|_| ());
    }
    answers.remove(&flaw.path);
    field(&known, &flaw.path, answers, terminal)
}
