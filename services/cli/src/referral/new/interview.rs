//! The order of the questions, and what becomes of an answer: box by box, each answer checked at once, and what only the whole
//! form shows asked for again at the end. It must not know a form.

use std::io::{BufRead, Write};

use rogatory_forms::description::{Field, Kind, Required};
use serde_json::{Map, Value};

use super::answers::Answers;
use super::beside::parties;
use super::question::{expected, heading, prompt, value};
use super::terminal::Terminal;
use crate::failure::Misuse;
use crate::referral::flaw::Flaw;

/// How often one fault is asked about at the end before it is left to the file.
const MENDS_MAX: usize = 64;

/// Rules that an answer breaks by itself, whatever else is given.
const OWN_RULES: &[&str] = &["too_long", "control_character", "value", "form", "type", "date_incomplete"];

/// Asks for every field of the form, box by box.
pub(super) fn form<R: BufRead, W: Write>(
    answers: &mut Answers,
    terminal: &mut Terminal<R, W>,
) -> Result<(), Misuse> {
    let base = answers.form_path();
    for form_box in answers.form.description().boxes {
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
            terminal.refuse("This must be given.")?;
            continue;
        }
        let Some(value) = value(known.kind, &answer) else {
            terminal.refuse(&format!("This cannot be read: {}.", expected(known.kind)))?;
            continue;
        };
        answers.set(path, value);
        let own: Vec<Flaw> = answers.flaws().into_iter().filter(|flaw| is_own(flaw, path)).collect();
        if own.is_empty() {
            return Ok(true);
        }
        let texts: Vec<&str> = own.iter().map(|flaw| flaw.text.as_str()).collect();
        terminal.refuse(&texts.join(" "))?;
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
            let described = path.and_then(|path| answers.form.description().at(path));
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
