//! The lists of the Framework Decision: why a decision waits, is refused or depends on a promise.

use crate::instrument::definition::{Item, ListDef};

const fn item(code: &'static str, article: &'static str, meaning: &'static str) -> Item {
    Item::new(code, article, meaning)
}

/// A ground, whose code is its article.
const fn ground(article: &'static str, meaning: &'static str) -> Item {
    item(article, article, meaning)
}

pub(in crate::instrument) const DEFERRAL_REASONS: ListDef = ListDef {
    code: "deferral_reasons",
    meaning: "Why a decision is deferred.",
    items: &[
        item("immunity", "20", "Privilege or immunity in the executing State; the clock does not run."),
        item("third_state_speciality", "21", "Speciality owed to a third State; the clock does not run."),
        item("competing_requests", "16", "Competing requests."),
        item("fundamental_rights", "1(3)", "An assurance about fundamental rights is awaited (C-404/15)."),
        item("preliminary_reference", "–", "A question is before the Court of Justice."),
    ],
};

pub(super) const GUARANTEES: ListDef = ListDef {
    code: "guarantees",
    meaning: "Guarantees of Art. 5 and assurances that case law asks for.",
    items: &[
        item("life_review", "5(2)", "Review of a life sentence."),
        item("return", "5(3)", "Return to serve the sentence."),
        item("detention_conditions", "1(3)", "Conditions of detention."),
        item("retrial", "4a(1)(d)", "A retrial after a judgment in absence."),
    ],
};

pub(super) const GROUNDS: ListDef = ListDef {
    code: "grounds",
    meaning: "Grounds for refusing to execute; those of Art. 3 are mandatory.",
    items: &[
        ground("3(1)", "Amnesty in the executing State."),
        ground("3(2)", "Finally judged by a Member State for the same acts."),
        ground("3(3)", "Below the age of criminal responsibility."),
        ground("4(1)", "Not an offence in the executing State."),
        ground("4(2)", "Prosecuted in the executing State for the same act."),
        ground("4(3)", "Decided not to prosecute, halted, or finally judged."),
        ground("4(4)", "Statute-barred in the executing State."),
        ground("4(5)", "Finally judged by a third State."),
        ground("4(6)", "National or resident whose sentence the executing State undertakes to execute."),
        ground("4(7)(a)", "Committed on the territory of the executing State."),
        ground("4(7)(b)", "Committed outside, and not prosecuted by the executing State's law."),
        ground("4a", "Decision in absence without one of the conditions."),
        ground("1(3)", "Real risk to fundamental rights."),
    ],
};
