//! The lists of the Directive: what is consulted on, and why an order waits, changes, is returned or refused.

use crate::instrument::definition::{Item, ListDef};
use crate::mark::Mark;

const fn item(code: &'static str, article: &'static str, meaning: &'static str) -> Item {
    Item::new(code, article, meaning).marked(Mark::V)
}

/// A ground, whose code is its article.
const fn ground(article: &'static str, meaning: &'static str) -> Item {
    item(article, article, meaning)
}

pub(super) const PRIORITIES: ListDef = ListDef {
    code: "priorities",
    meaning: "What has a period of its own, shorter than that of the order.",
    items: &[item("provisional", "32(2)", "A provisional measure: 24 hours, wherever practicable.")],
};

pub(super) const RETURN_CAUSES: ListDef = ListDef {
    code: "return_causes",
    meaning: "Why an order is returned.",
    items: &[
        item("not_issued", "9(3)", "It was not issued by an issuing authority of Art. 2(c)."),
        item(
            "not_validated",
            "9(3)",
            "It was not validated by a judicial authority where Art. 2(c)(ii) wants that.",
        ),
    ],
};

pub(super) const CONSULTATIONS: ListDef = ListDef {
    code: "consultations",
    meaning: "What the executing authority consults the issuing authority on.",
    items: &[
        item("necessity", "6(3)", "Whether the order is necessary and proportionate."),
        item("refusal", "11(4)", "Before a refusal on the grounds of 11(1)(a), (b), (d), (e) or (f)."),
        item("execution", "9(6)", "How it is best executed."),
        item("transfer_for_a_time", "13(4)", "Evidence that other proceedings need, transferred for a time."),
        item("costs", "21(2)", "Costs that are exceptionally high: sharing them, or changing the order."),
        item("arrangements", "22(5), 24(3), 28(2), 29(4), 30(6)", "Practical arrangements of a measure."),
        item("provisional_period", "32(5)", "How long a provisional measure is kept."),
    ],
};

pub(super) const MEASURE_CHANGES: ListDef = ListDef {
    code: "measure_changes",
    meaning: "Why another measure is used than the one asked for.",
    items: &[
        item("does_not_exist", "10(1)(a)", "The measure does not exist in the executing State."),
        item("not_available", "10(1)(b)", "It would not be available in a similar domestic case."),
        item("less_intrusive", "10(3)", "A less intrusive one has the same result."),
    ],
};

pub(super) const EVIDENCE: ListDef = ListDef {
    code: "evidence",
    meaning: "Where the evidence comes from, which says whether a period runs after the recognition.",
    items: &[
        item("measure", "12(4)", "A measure has to be carried out: 90 days."),
        item("held", "12(4)", "The executing State has it already: no period but 13(1)."),
    ],
};

pub(super) const GROUNDS: ListDef = ListDef {
    code: "grounds",
    meaning: "Grounds for refusing to recognise or execute an order, or a measure of it; each optional.",
    items: &[
        ground("11(1)(a)", "Immunity or privilege, or freedom of the press and of expression."),
        ground("11(1)(b)", "National security, the source of the information, or classified intelligence."),
        ground(
            "11(1)(c)",
            "Proceedings that are not criminal, and no such measure in a similar domestic case.",
        ),
        ground("11(1)(d)", "Contrary to ne bis in idem."),
        ground(
            "11(1)(e)",
            "Committed outside the issuing State and in the executing State, where it is no offence.",
        ),
        ground("11(1)(f)", "Incompatible with Art. 6 TEU and the Charter."),
        ground(
            "11(1)(g)",
            "No offence in the executing State, and none of the list with at least three years.",
        ),
        ground("11(1)(h)", "The measure is kept for other offences, or for higher penalties."),
        ground("22(2)(a)", "The person in custody does not consent to the transfer; also under 23(2)."),
        ground("22(2)(b)", "The transfer is liable to prolong the detention."),
        ground("24(2)(a)", "The suspected or accused person does not consent to the videoconference."),
        ground(
            "24(2)(b)",
            "The videoconference is contrary to fundamental principles of the executing State's law.",
        ),
        ground("26(6)", "Accounts outside banks, not authorised in a similar domestic case."),
        ground("27(5)", "Operations outside banks, not authorised in a similar domestic case."),
        ground("28(1)", "Evidence in real time, not authorised in a similar domestic case."),
        ground("29(3)(a)", "A covert investigation, not authorised in a similar domestic case."),
        ground("29(3)(b)", "No agreement on the arrangements of a covert investigation."),
        ground("30(5)", "An interception, not authorised in a similar domestic case."),
    ],
};

pub(super) const POSTPONEMENTS: ListDef = ListDef {
    code: "postponements",
    meaning: "Why recognition or execution is postponed; D2 and D3 stand meanwhile.",
    items: &[
        item(
            "own_investigation",
            "15(1)(a)",
            "It might prejudice an investigation or prosecution under way.",
        ),
        item("used_elsewhere", "15(1)(b)", "The objects, documents or data are used in other proceedings."),
    ],
};
