//! Files with faults, for every form: each fault is told with its line, and none twice.

use rogatory_forms::{FORMS, FormContext, FormDef};
use rogatory_wire::form::{field_of, form_of};

use super::*;
use crate::referral::example;

fn document(text: &str) -> Document {
    Document::of_text("request".to_owned(), text)
}

fn found(text: &str) -> Vec<Flaw> {
    submission_of(&document(text), None).err().map(|flaws| flaws.found).unwrap_or_default()
}

fn sample(form: &FormDef) -> serde_json::Value {
    serde_json::from_str(&example::of(form.instrument).unwrap()).unwrap()
}

/// An instrument beside the first, whose form has texts, subjects and codes.
fn asking() -> (&'static FormDef, &'static str) {
    (&FORMS[1], field_of(FORMS[1].instrument))
}

#[test]
fn every_sample_has_no_fault_in_any_notation() {
    for form in FORMS {
        let sample = sample(form);
        let in_json = document(&sample.to_string());
        let in_toml = document(&toml::to_string(&sample).unwrap());
        let request = submission_of(&in_json, None).unwrap();
        assert_eq!(request, submission_of(&in_toml, None).unwrap());
        let (code, bytes) = form_of(request.opening.unwrap().request.unwrap());
        assert_eq!(code, form.instrument);
        assert_eq!(bytes, (form.sample)(1), "{code}");
    }
}

#[test]
fn an_empty_form_is_told_what_it_lacks_with_labels_and_boxes() {
    for form in FORMS {
        let field = field_of(form.instrument);
        let text = format!("opening:\n  lane: urgent\n  {field}: {{}}\n");
        let flaws = found(&text);
        let of_form = format!("opening.{field}.");
        let told: Vec<_> = flaws.iter().filter(|flaw| flaw.path.starts_with(&of_form)).collect();
        let edition = Instrument::of_code(form.instrument).unwrap().edition;
        let context = FormContext::without_parties(edition, jiff::civil::date(2026, 11, 29));
        assert_eq!(told.len(), (form.check)(&[], &context).unwrap_err().0.len());
        assert!(told.iter().all(|flaw| flaw.line == 3 && !flaw.article.is_empty()), "{told:?}");
        let is_described = |flaw: &&Flaw| !flaw.label.is_empty() && !flaw.form_box.is_empty();
        assert!(form.description().boxes.is_empty() || told.iter().any(is_described), "{told:?}");
        assert!(flaws.iter().any(|flaw| flaw.path == "opening.parties"), "{flaws:?}");
    }
}

#[test]
fn names_kinds_words_codes_and_rules_are_told_at_once_each_on_its_line() {
    let (_, field) = asking();
    let text = format!(
        "[opening]\nlane = \"urgnt\"\ncolour = 1\n[[opening.parties]]\nagency = \"NL\"\ncapacity = \"requestd\"\n\
         [opening.{field}]\nlanguage = 5\ninformaton = \"who\"\npurpose = \"x\"\ngrounds = \"x\"\n\
         [[opening.{field}.subjects]]\nname = \"A\"\npart = \"suspekt\"\n"
    );
    let flaws = found(&text);
    let told: Vec<_> =
        flaws.iter().map(|flaw| (flaw.line, flaw.path.as_str(), flaw.nearest.as_deref())).collect();
    let of = |name: &str| format!("opening.{field}.{name}");
    assert_eq!(
        told,
        [
            (2, "opening.lane", Some("urgent")),
            (3, "opening.colour", None),
            (5, "opening.parties[0].agency", None),
            (6, "opening.parties[0].capacity", Some("requested")),
            (7, &of("information"), None),
            (7, &of("link"), None),
            (7, &of("contact"), None),
            (8, &of("language"), None),
            (9, &of("informaton"), Some("information")),
            (14, &of("subjects[0].part"), Some("suspect")),
        ]
    );
    let part = flaws.last().unwrap();
    assert_eq!((part.form_box.as_str(), part.rule), ("3", "value"));
    assert!(part.allowed.contains(&"witness".to_owned()), "{part:?}");
}

#[test]
fn no_text_of_a_case_is_repeated() {
    let (_, field) = asking();
    let secret = "Q".repeat(600);
    let text = format!(
        "{{\"opening\": {{\"lane\": \"{secret}\", \"{field}\": {{\"contact\": \"{secret}\", \"subjects\": \"{secret}\"}}}}}}"
    );
    let flaws = submission_of(&document(&text), None).unwrap_err();
    assert!(!flaws.to_string().contains("QQ"), "{flaws}");
}

#[test]
fn plain_words_and_both_spellings_of_names_are_read() {
    for form in FORMS {
        let mut value = sample(form);
        value["opening"]["lane"] = "urgent".into();
        value["referralId"] = rogatory_client::fresh_id().into();
        let request = submission_of(&document(&value.to_string()), None).unwrap();
        assert_eq!(request.opening.unwrap().lane(), rogatory_client::pb::types::v1::Lane::Urgent);
        assert_eq!(value["referralId"], request.referral_id);
    }
}

#[test]
fn dates_are_read_as_they_are_written() {
    let form = FORMS.iter().find(|form| form.description().at("on").is_some()).unwrap();
    let field = field_of(form.instrument);
    for (written, parts) in
        [("\"1980-05-06\"", [1980, 5, 6]), ("1980-05", [1980, 5, 0]), ("1980", [1980, 0, 0])]
    {
        let mut value = sample(form);
        value["opening"][field].as_object_mut().unwrap().remove("on");
        let text = serde_json::to_string_pretty(&value).unwrap();
        // YAML holds JSON, and takes a date without quotes.
        let text = text.replace(&format!("\"{field}\": {{"), &format!("\"{field}\": {{ \"on\": {written},"));
        let request = submission_of(&document(&format!("---\n{text}")), None).unwrap();
        let (_, bytes) = form_of(request.opening.unwrap().request.unwrap());
        let read = crate::output::json_of_encoded(form.message, &bytes, false).unwrap();
        assert_eq!(["year", "month", "day"].map(|part| read["on"][part].as_u64().unwrap()), parts);
    }
    let wrong = format!("opening:\n  {field}:\n    on: 06.05.1980\n");
    let flaws = found(&wrong);
    let flaw = flaws.iter().find(|flaw| flaw.path.ends_with(".on")).unwrap();
    assert_eq!((flaw.line, flaw.rule, flaw.label.is_empty()), (3, "type", false));
}

#[test]
fn the_form_of_another_instrument_is_told_where_one_is_named() {
    let (form, _) = asking();
    let other = Instrument::of_code(FORMS[2].instrument).unwrap();
    let text = sample(form).to_string();
    let flaws = submission_of(&document(&text), Some(other)).unwrap_err().found;
    assert!(flaws.iter().any(|flaw| flaw.rule == "instrument"), "{flaws:?}");
    let none = submission_of(&document("opening:\n  lane: routine\n"), Some(other)).unwrap_err().found;
    assert!(none.iter().any(|flaw| flaw.allowed == [field_of(other.code)]), "{none:?}");
}

#[test]
fn an_event_in_a_file_is_judged_by_the_tables() {
    let event = INSTRUMENTS[2].events.iter().find(|event| !event.parameters.is_empty()).unwrap();
    let wrong: String = event.code.chars().skip(1).collect();
    let flaws = act_of(&document(&format!("event:\n  code: {wrong}\n"))).unwrap_err().found;
    assert_eq!((flaws[0].line, flaws[0].nearest.as_deref()), (2, Some(event.code)));
    let flaws = act_of(&document(&format!("[event]\ncode = \"{}\"\n", event.code))).unwrap_err().found;
    assert!(flaws.iter().any(|flaw| flaw.path.starts_with("event.parameters.")), "{flaws:?}");
    assert_eq!(act_of(&document("a = 1")).unwrap_err().found.len(), 2);
}
