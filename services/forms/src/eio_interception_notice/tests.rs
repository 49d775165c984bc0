//! The rules of the form, one by one: wrong inputs with exactly the faults they bring.

use super::*;

type Form = pb::InterceptionNoticeForm;

/// A change of the sample, and every fault it brings, in order.
type Case = (fn(&mut Form), &'static [(&'static str, &'static str)]);

/// By what every form here is judged: its first edition, without knowing who takes part.
const CONTEXT: FormContext = FormContext::without_parties(1, jiff::civil::date(2026, 11, 29));

fn judged(form: &Form) -> Result<Warnings, Faults> {
    super::judged(form, &CONTEXT)
}

fn faults(change: impl FnOnce(&mut Form)) -> Vec<(String, &'static str)> {
    let mut form = sample(1);
    change(&mut form);
    match judged(&form) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.0.into_iter().map(|fault| (fault.field, fault.rule)).collect(),
    }
}

fn day(month: u32, day: u32) -> Option<pb::PartialDate> {
    Some(pb::PartialDate { year: 2021, month, day })
}

#[test]
fn an_empty_form_is_told_everything_it_lacks() {
    let found = faults(|form| *form = Form::default());
    let found: Vec<_> = found.iter().map(|(field, rule)| (field.as_str(), *rule)).collect();
    let before = ["language", "authority", "issued"].map(|field| (field, "missing"));
    let during = [("stage", "value"), ("begins", "missing"), ("days", "value")];
    let after = ["targets", "persons", "purpose", "signature"].map(|field| (field, "missing"));
    assert_eq!(found, [&before[..], &during, &after].concat());
}

#[test]
fn every_rule_has_its_path() {
    let cases: [Case; 11] = [
        (|form| form.stage = "later".into(), &[("stage", "value")]),
        (|form| form.days = 3651, &[("days", "value")]),
        (|form| form.targets = vec!["two\nlines".into()], &[("targets[0]", "control_character")]),
        (|form| form.begins = day(6, 0), &[("begins", "date_incomplete")]),
        (|form| form.begins = day(6, 2), &[("begins", "after_issue")]),
        (|form| (form.begins, form.stage) = (day(6, 2), "prior".into()), &[]),
        (|form| form.persons[0].natural = None, &[("persons[0].natural", "missing")]),
        (
            |form| form.persons[0].natural = Some(pb::NaturalPerson::default()),
            &[("persons[0].natural", "nobody")],
        ),
        (
            |form| {
                form.persons[0].natural = None;
                form.persons[0].legal =
                    Some(pb::LegalPerson { seat: "Rotterdam".into(), ..Default::default() });
            },
            &[("persons[0].legal.name", "missing")],
        ),
        (|form| form.authority.as_mut().unwrap().post.clear(), &[("authority.post", "missing")]),
        (|form| form.signature.as_mut().unwrap().date = None, &[("signature.date", "missing")]),
    ];
    for (at, (change, expected)) in cases.into_iter().enumerate() {
        let found = faults(change);
        let found: Vec<_> = found.iter().map(|(path, rule)| (path.as_str(), *rule)).collect();
        assert_eq!(found, expected, "line {}", at + 1);
    }
}
