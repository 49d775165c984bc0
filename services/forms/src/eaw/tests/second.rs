//! The second edition by its wrong inputs: each row is one change to a good form, with every fault or warning that it brings.

mod boxes;
mod editions;
mod parties;
mod values;

use rogatory_domain::Country;

use super::{absent, execution, years};
use crate::eaw::*;

/// What is found: paths and rules.
type Found = Vec<(String, &'static str)>;

/// A change to a good warrant, and what it brings.
struct Row {
    name: &'static str,
    change: fn(&mut pb::WarrantForm),
    faults: &'static [(&'static str, &'static str)],
    warnings: &'static [(&'static str, &'static str)],
}

const fn fault(
    name: &'static str,
    change: fn(&mut pb::WarrantForm),
    faults: &'static [(&'static str, &'static str)],
) -> Row {
    Row { name, change, faults, warnings: &[] }
}

const fn warning(
    name: &'static str,
    change: fn(&mut pb::WarrantForm),
    warnings: &'static [(&'static str, &'static str)],
) -> Row {
    Row { name, change, faults: &[], warnings }
}

const fn fine(name: &'static str, change: fn(&mut pb::WarrantForm)) -> Row {
    Row { name, change, faults: &[], warnings: &[] }
}

const FINNISH: Country = Country::new(*b"FI");
const FRENCH: Country = Country::new(*b"FR");

fn context() -> FormContext {
    FormContext {
        edition: 2,
        executing_state: Some(FINNISH),
        opener_state: Some(FRENCH),
        today: jiff::civil::date(2026, 11, 29),
    }
}

/// A good warrant for the State of the context.
fn good() -> pb::WarrantForm {
    let mut form = sample(1);
    form.translations = vec!["fi".into()];
    form
}

fn found(form: &pb::WarrantForm, context: &FormContext) -> (Found, Found) {
    let pairs = |list: Vec<rogatory_domain::Fault>| {
        list.into_iter().map(|one| (one.field, one.rule)).collect::<Found>()
    };
    match judged(form, context) {
        Ok(warnings) => (Vec::new(), pairs(warnings.0)),
        Err(faults) => (pairs(faults.0), Vec::new()),
    }
}

fn expected(list: &[(&str, &'static str)]) -> Found {
    list.iter().map(|(path, rule)| ((*path).to_owned(), *rule)).collect()
}

fn hold(rows: &[Row]) {
    let mut complaints = Vec::new();
    for row in rows {
        let mut form = good();
        (row.change)(&mut form);
        let found = found(&form, &context());
        if found != (expected(row.faults), expected(row.warnings)) {
            complaints.push(format!("{}: {found:?}", row.name));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

fn person(form: &mut pb::WarrantForm) -> &mut pb::WarrantPerson {
    form.person.as_mut().unwrap()
}

fn authority(form: &mut pb::WarrantForm) -> &mut pb::WarrantAuthority {
    form.authority.as_mut().unwrap()
}

fn months(months: u32) -> Option<pb::Term> {
    Some(pb::Term { months, ..pb::Term::default() })
}

fn on(year: u32, month: u32, day: u32) -> Option<pb::PartialDate> {
    Some(pb::PartialDate { year, month, day })
}

const LIFE: pb::Term = pb::Term { life: true, years: 0, months: 0, days: 0, indefinite: false };
const INDEFINITE: pb::Term = pb::Term { indefinite: true, life: false, years: 0, months: 0, days: 0 };

/// An offence that no list category covers, with this maximum.
fn unlisted(offence: &mut pb::WarrantOffence, maximum: Option<pb::Term>) {
    offence.categories.clear();
    offence.description = "Described in full.".into();
    offence.maximum = maximum;
}

fn present() -> pb::WarrantTrial {
    pb::WarrantTrial { appeared: Some(true), ..pb::WarrantTrial::default() }
}

/// A warrant for the execution of six years, after a trial at which the person was present.
fn sentenced(form: &mut pb::WarrantForm) {
    execution(form, present());
    form.judgments[0].date = on(2021, 4, 30);
    form.maximum = None;
}

/// The same for a prosecution beside it: the first offence was decided, the second was not.
fn both(form: &mut pb::WarrantForm) {
    let (orders, maximum) = (form.orders.clone(), form.maximum);
    sentenced(form);
    (form.orders, form.maximum) = (orders, maximum);
    form.offences[0].judgment = 1;
}

fn decision(kind: &str, trial: Option<pb::WarrantTrial>) -> pb::WarrantDecision {
    pb::WarrantDecision {
        kind: kind.into(),
        date: on(2021, 5, 10),
        court: "Cour d'appel d'Aix-en-Provence".into(),
        reference: "APPEAL-1".into(),
        trial,
    }
}

fn summoned(date: Option<pb::PartialDate>) -> pb::WarrantTrial {
    let point = pb::AbsencePoint::SummonedInPerson.into();
    absent(pb::WarrantAbsence { point, date, ..pb::WarrantAbsence::default() }, "")
}

fn served(date: Option<pb::PartialDate>) -> pb::WarrantTrial {
    let point = pb::AbsencePoint::Served.into();
    let absence = pb::WarrantAbsence { point, date, not_requested: true, ..pb::WarrantAbsence::default() };
    absent(absence, "Served at home.")
}

/// 10,000 characters of two bytes each.
fn long() -> String {
    "Д".repeat(10_000)
}
