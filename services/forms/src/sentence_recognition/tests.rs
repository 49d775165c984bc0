//! The certificate by its wrong inputs: each row is one change to a good one, with every fault that it brings.

use super::*;

type Change = fn(&mut pb::SentenceCertificateForm);
/// What it is called, the change, and its faults.
type Row = (&'static str, Change, &'static [(&'static str, &'static str)]);

fn found(form: &pb::SentenceCertificateForm, executing: &str) -> Vec<(String, &'static str)> {
    let context = FormContext {
        executing_state: executing.parse().ok(),
        ..FormContext::without_parties(1, jiff::civil::date(2026, 11, 29))
    };
    let faults = judged(form, &context).err().unwrap_or_default();
    faults.0.into_iter().map(|fault| (fault.field, fault.rule)).collect()
}

#[test]
fn each_wrong_input_has_exactly_its_faults() {
    let rows: &[Row] = &[
        ("good", |_| {}, &[]),
        ("to itself", |form| form.issuing_state = "NL".into(), &[("executing_state", "same_state")]),
        ("no court", |form| form.court.clear(), &[("court", "missing")]),
        (
            "final before it was given",
            |form| form.became_final = Some(pb::PartialDate { year: 2019, month: 1, day: 1 }),
            &[("became_final", "ends_before_start")],
        ),
        ("no person", |form| form.person = None, &[("person", "missing")]),
        ("no reason", |form| form.basis = "kindness".into(), &[("basis", "value")]),
        ("no facts", |form| form.facts = " ".into(), &[("facts", "missing")]),
        ("no category", |form| form.categories = vec!["Speeding".into()], &[("categories[0]", "value")]),
        ("no length", |form| form.imposed_days = 0, &[("imposed_days", "value")]),
        ("a thousand years", |form| form.imposed_days = 365_250, &[("imposed_days", "value")]),
        (
            "more served than imposed",
            |form| form.served_days = 2_000,
            &[("served_days", "served_exceeds_imposed")],
        ),
        ("an opinion without words", |form| form.opinion_text.clear(), &[("opinion_text", "missing")]),
        ("words of nobody", |form| form.opinion = "not_given".into(), &[("opinion_text", "surplus")]),
        ("not signed", |form| form.signature = None, &[("signature", "missing")]),
        ("text without end", |form| form.facts = "x".repeat(200_000), &[("facts", "too_long")]),
    ];
    let mut complaints = Vec::new();
    for (name, change, faults) in rows {
        let mut form = sample(1);
        change(&mut form);
        let expected: Vec<_> = faults.iter().map(|(path, rule)| ((*path).to_owned(), *rule)).collect();
        let found = found(&form, "NL");
        if found != expected {
            complaints.push(format!("{name}: {found:?}"));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
    assert_eq!(found(&sample(1), "BE"), [("executing_state".to_owned(), "other_state")]);
}
