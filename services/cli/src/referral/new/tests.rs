//! Interviews that a machine answers, as the samples have it, for every form that is described.

use rogatory_domain::Instrument;
use rogatory_domain::instrument::Seats;
use rogatory_forms::description::{Field, Kind, Required};
use rogatory_forms::{FORMS, FormDef};
use rogatory_wire::form::field_of;
use serde_json::Value;

use super::*;
use crate::output::json_of_encoded;
use crate::referral::document::Document;
use crate::referral::judge::submission_of;

/// The lines that a person would answer a field with, to have this value.
fn answer(field: &Field, value: Option<&Value>, lines: &mut Vec<String>) {
    let Some(most) = field.entries_max else { return answer_one(field, value, lines) };
    let items: &[Value] = value.and_then(Value::as_array).map_or(&[], Vec::as_slice);
    if items.is_empty() {
        return answer_one(field, None, lines);
    }
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            lines.push("y".to_owned());
        }
        let required = if place > 0 { Required::Always } else { field.required };
        answer_one(&Field { required, ..*field }, Some(item), lines);
    }
    if items.len() < most {
        lines.push("n".to_owned());
    }
}

fn answer_one(field: &Field, value: Option<&Value>, lines: &mut Vec<String>) {
    if let Kind::Group(fields) = field.kind {
        if field.required != Required::Always {
            lines.push(if value.is_some() { "y" } else { "n" }.to_owned());
        }
        if value.is_some() || field.required == Required::Always {
            fields
                .iter()
                .for_each(|inner| answer(inner, value.and_then(|value| value.get(inner.name)), lines));
        }
        return;
    }
    let Some(value) = value else { return lines.push(String::new()) };
    lines.push(match (field.kind, value) {
        (Kind::Enum { prefix, .. }, Value::String(name)) => {
            name.trim_start_matches(prefix).trim_start_matches('_').to_lowercase()
        }
        (Kind::Code(choices), Value::String(code)) => {
            // By its number, where its word could not be one.
            let place = choices.iter().position(|choice| choice.code == code).unwrap() + 1;
            let is_word = choices.iter().any(|choice| choice.code == place.to_string());
            if is_word { code.clone() } else { place.to_string() }
        }
        (Kind::Date { .. }, Value::Object(date)) => {
            let part = |name: &str| date.get(name).and_then(Value::as_u64);
            let parts = [part("month"), part("day")].into_iter().flatten().map(|part| format!("-{part:02}"));
            format!("{:04}{}", part("year").unwrap(), parts.collect::<String>())
        }
        (Kind::Flag, _) => if value == &Value::Bool(true) { "y" } else { "n" }.to_owned(),
        (_, Value::String(text)) => text.clone(),
        (_, other) => other.to_string(),
    });
    if matches!(field.kind, Kind::Text) {
        lines.push(".".to_owned());
    }
}

/// Answers to the lane and to the parties: one agency for each capacity that somebody must have, and nobody for others, unless
/// there would be no party then.
fn beside(instrument: &Instrument) -> Vec<String> {
    let mut lines = vec!["soon".to_owned(), "1".to_owned()];
    let capacities: Vec<_> = instrument.listed_capacities().map(|capacity| capacity.seats).collect();
    let lacks_any = !capacities.contains(&Seats::One);
    for (place, seats) in capacities.iter().enumerate() {
        let agency = format!("xx-agency-{place}");
        match seats {
            Seats::One => lines.push(agency),
            Seats::Any if lacks_any && place + 1 == capacities.len() => lines.extend([agency, String::new()]),
            Seats::Any => lines.push(String::new()),
        }
    }
    // Labels: a code that there is not, then two; a purpose; no classification. One link, by a wrong word first.
    lines.extend(
        ["H9", "H1 3", "prevention", "", "y", "after", "y", "follows", OTHER, "n"].map(str::to_owned),
    );
    lines
}

/// Another referral.
const OTHER: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn described() -> impl Iterator<Item = (&'static FormDef, &'static Instrument)> {
    let forms = FORMS.iter().filter(|form| !form.description().boxes.is_empty());
    forms.map(|form| (form, Instrument::of_code(form.instrument).unwrap()))
}

fn interviewed(
    form: &'static FormDef,
    instrument: &'static Instrument,
    lines: &[String],
) -> (Answers, String) {
    let input = lines.join("\n") + "\n";
    let mut prompts = Vec::new();
    let mut answers = Answers::new(form, instrument);
    let mut terminal = Terminal::new(input.as_bytes(), &mut prompts, true);
    let asked = ask(&mut answers, &mut terminal);
    let prompts = String::from_utf8(prompts).unwrap();
    assert!(asked.is_ok(), "{}: {asked:?}\n{prompts}", form.instrument);
    (answers, prompts)
}

#[test]
fn answers_as_the_sample_has_them_become_a_file_in_either_notation_that_is_the_sample() {
    for (form, instrument) in described() {
        let value = json_of_encoded(form.message, &(form.sample)(3), true).unwrap();
        let mut lines = beside(instrument);
        form.description().fields().for_each(|field| answer(field, value.get(field.name), &mut lines));
        let (answers, prompts) = interviewed(form, instrument, &lines);
        for form_box in form.description().boxes {
            assert!(prompts.contains(form_box.title), "{}", form_box.title);
        }
        for name in ["request.toml", "request.json"] {
            let text = text_of(&answers, Some(Path::new(name))).unwrap();
            let request = submission_of(&Document::of_text(name.to_owned(), &text), None);
            let request = request.unwrap_or_else(|flaws| panic!("{flaws}\n{text}"));
            let opening = request.opening.unwrap();
            let labels = opening.labels.unwrap();
            assert_eq!(
                (labels.handling, labels.purpose.as_str()),
                (vec!["H1".into(), "H2".into()], "prevention")
            );
            let links: Vec<_> =
                opening.links.iter().map(|link| (&*link.relation, &*link.referral_id)).collect();
            assert_eq!(links, [("follows", OTHER)]);
            let (code, bytes) = rogatory_wire::form::form_of(opening.request.unwrap());
            let again = json_of_encoded(form.message, &bytes, true).unwrap();
            assert_eq!((code, again), (form.instrument, value.clone()));
        }
    }
}

#[test]
fn what_is_required_is_asked_for_until_it_is_given_and_a_wrong_answer_again() {
    let (form, instrument) = described().find(|(form, _)| form.instrument == FORMS[1].instrument).unwrap();
    let value = json_of_encoded(form.message, &(form.sample)(3), true).unwrap();
    let mut lines = beside(instrument);
    lines.push(String::new());
    form.description().fields().for_each(|field| answer(field, value.get(field.name), &mut lines));
    let (answers, prompts) = interviewed(form, instrument, &lines);
    assert!(prompts.contains("This must be given."), "{prompts}");
    assert!(answers.flaws().is_empty());
}

#[test]
fn what_only_the_whole_form_shows_is_asked_for_at_the_end() {
    let (form, instrument) = described().find(|(form, _)| form.instrument == FORMS[1].instrument).unwrap();
    let mut value = json_of_encoded(form.message, &(form.sample)(3), true).unwrap();
    let link = value.as_object_mut().unwrap().remove("link").unwrap();
    let mut lines = beside(instrument);
    form.description().fields().for_each(|field| answer(field, value.get(field.name), &mut lines));
    lines.extend([link.as_str().unwrap().to_owned(), ".".to_owned()]);
    let (answers, _) = interviewed(form, instrument, &lines);
    assert!(answers.flaws().is_empty());
    assert_eq!(answers.root()["opening"][field_of(form.instrument)]["link"], link);
}
