//! The lists of the Framework Decision: why a decision waits, is refused or depends on a promise, how a person is held, and of what
//! a person has to be told.

use crate::instrument::definition::{Item, ListDef};
use crate::mark::Mark::S;

pub(in crate::instrument) use super::super::first::list::DEFERRAL_REASONS;

const fn item(code: &'static str, article: &'static str, meaning: &'static str) -> Item {
    Item::new(code, article, meaning)
}

/// A ground, whose code is its article.
const fn ground(article: &'static str, meaning: &'static str) -> Item {
    item(article, article, meaning)
}

pub(in crate::instrument) const GUARANTEES: ListDef = ListDef {
    code: "guarantees",
    meaning: "Guarantees of Art. 5 and assurances that case law asks for.",
    items: &[
        item("life_review", "5(2)", "Review of a life sentence.").marked(S),
        // Not for prosecution alone: a judgment in absence that a new trial may follow is treated as one (C-306/09).
        item("return", "5(3)", "Return to serve the sentence.").marked(S),
        item("detention_conditions", "1(3)", "Conditions of detention."),
        item("retrial", "4a(1)(d)", "A retrial after a judgment in absence.").for_requests_of("sentence"),
    ],
};

pub(in crate::instrument) const GROUNDS: ListDef = ListDef {
    code: "grounds",
    meaning: "Grounds for refusing to execute; those of Art. 3 are mandatory. Art. 4(6) is no refusal: the sentence is recognised.",
    items: &[
        ground("3(1)", "Amnesty in the executing State.").marked(S),
        ground("3(2)", "Finally judged by a Member State for the same acts.").marked(S),
        ground("3(3)", "Below the age of criminal responsibility.").marked(S),
        ground("4(1)", "Not an offence in the executing State.").marked(S),
        ground("4(2)", "Prosecuted in the executing State for the same act.").marked(S),
        ground("4(3)", "Decided not to prosecute, halted, or finally judged.").marked(S),
        ground("4(4)", "Statute-barred in the executing State.").marked(S),
        ground("4(5)", "Finally judged by a third State.").marked(S),
        ground("4(7)(a)", "Committed on the territory of the executing State.").marked(S),
        ground("4(7)(b)", "Committed outside, and not prosecuted by the executing State's law.").marked(S),
        ground("4a", "Decision in absence without one of the conditions.")
            .marked(S)
            .for_requests_of("sentence"),
        ground("1(3)", "Real risk to fundamental rights."),
        item(
            "no_judicial_authority",
            "1(1), 6(1)",
            "Not issued by a judicial authority, or without a national decision (C-508/18, C-241/15).",
        ),
        item("below_threshold", "2(1)", "No offence reaches the thresholds of Art. 2."),
        item("guarantee_not_given", "5", "A guarantee that was asked for is not given."),
        item("immunity_not_waived", "20", "Privilege or immunity is not waived."),
        item(
            "third_state_consent_withheld",
            "21, 28(4)",
            "The State to which speciality is owed does not consent.",
        ),
        item("health", "23(4)", "The risk to health cannot be excluded in a reasonable time (C-699/21).")
            .marked(S),
        item("competing_request", "16", "Another request has priority."),
        item("not_the_person", "–", "The person is not the one who is sought."),
    ],
};

pub(in crate::instrument) const CUSTODY_KINDS: ListDef = ListDef {
    code: "custody_kinds",
    meaning: "How a person is held; whether it is deducted is for the law of the issuing State (Art. 26, C-294/16 PPU).",
    items: &[
        item("police_custody", "26", "In police custody."),
        item("detention", "26", "In a prison or remand centre."),
        item("house_arrest", "26", "Under house arrest or electronic monitoring."),
        item("hospital", "26", "In a closed hospital or institution."),
        item("other_sentence", "24, 26", "For proceedings or a sentence of the executing State."),
    ],
};

pub(in crate::instrument) const RIGHTS: ListDef = ListDef {
    code: "rights",
    meaning: "What a person who is arrested on a warrant is told and given.",
    items: &[
        item("letter_of_rights", "Dir. 2012/13, Art. 5", "The letter of rights for the warrant."),
        item("copy_of_warrant", "Art. 11(1)", "The content of the warrant."),
        item("lawyer_here", "Dir. 2013/48, Art. 10(1)", "A lawyer in the executing State."),
        item("lawyer_in_issuing_state", "Dir. 2013/48, Art. 10(4)", "A lawyer in the issuing State."),
        item("interpreter", "Dir. 2010/64, Art. 2(7)", "An interpreter."),
        item("translation", "Dir. 2010/64, Art. 3(6)", "A translation of the warrant."),
        item("legal_aid", "Dir. 2016/1919, Art. 5", "Legal aid in both States."),
        item("third_person_told", "Dir. 2013/48, Art. 5", "Somebody of the person's choice is told."),
        item("consul_told", "Dir. 2013/48, Art. 7", "The consular authority is told."),
        item("parent_told", "Dir. 2016/800, Art. 17", "The holder of parental responsibility is told."),
        item("medical_examination", "Dir. 2016/800, Arts 8, 17", "A child is examined by a physician."),
    ],
};

pub(in crate::instrument) const HEARINGS: ListDef = ListDef {
    code: "hearings",
    meaning: "What the issuing side asks for before the decision (Art. 18).",
    items: &[
        item("hearing", "18(1)(a), 19", "To hear the person."),
        item("temporary_transfer", "18(1)(b)", "To transfer the person for a time."),
    ],
};
