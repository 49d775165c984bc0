//! The form of spontaneous information (Directive (EU) 2023/977, Art. 7): what is told, why to this recipient, and how sure it is.

use prost::Message as _;
use rogatory_domain::Faults;
use rogatory_wire::pb::types::v1 as pb;

use crate::check::Check;
use crate::description::{Choice, Description, Field, FormBox, Kind, choice};
use crate::path::Path;
use crate::subject::{SUBJECTS, subjects};
use crate::{DEMO, Excerpt, FormContext, FormDef, Warnings, malformed};

/// The form.
pub(crate) const FORM: FormDef = FormDef {
    instrument: "spontaneous",
    message: "rogatory.types.v1.SpontaneousForm",
    describe: || &Description { title: "Spontaneous information", boxes: BOXES },
    edition: 1,
    check,
    outline: |_| crate::Outline::default(),
    excerpt: |_| Excerpt::default(),
    sample,
    addressees: DEMO,
};

/// How far the source is to be trusted, by the 4x4 system of police channels.
const SOURCES: &[Choice] = &[
    choice("A", "No doubt about the source"),
    choice("B", "Mostly reliable"),
    choice("C", "Mostly unreliable"),
    choice("X", "Reliability cannot be judged"),
];

const BOXES: &[FormBox] = &[
    FormBox {
        code: "1",
        title: "What is told",
        fields: &[
            Field::required(
                "language",
                "Language of the information",
                "language of the texts",
                Kind::Language,
            ),
            Field::required("subject", "What it is about", "Art. 7(1)", Kind::Line),
            Field::required("information", "The information", "Art. 7(1)", Kind::Text),
            Field::required("relevance", "Why it is relevant to the recipient", "Art. 7(1)", Kind::Text),
            Field::optional("serious_offence", "Given because of a serious offence", "Art. 7(2)", Kind::Flag),
            Field::optional(
                "on",
                "Day of the facts, as far as it is known",
                "Art. 7(1)",
                Kind::Date { whole: false },
            ),
        ],
    },
    FormBox {
        code: "2",
        title: "How sure it is",
        fields: &[
            Field::required("source", "Evaluation of the source", "evaluation 4x4", Kind::Code(SOURCES)),
            Field::required(
                "reliability",
                "Evaluation of the information, 1 (no doubt) to 4 (cannot be judged)",
                "evaluation 4x4",
                Kind::Number { min: 1, max: 4 },
            ),
        ],
    },
    FormBox { code: "3", title: "Whom it concerns", fields: &[SUBJECTS] },
    FormBox {
        code: "4",
        title: "Who tells it",
        fields: &[
            Field::required("contact", "Who may be asked, and how", "Art. 16(1)", Kind::Line),
            Field::optional("reference", "Own file reference", "Art. 16(1)", Kind::Line),
        ],
    },
];

fn check(bytes: &[u8], context: &FormContext) -> Result<Warnings, Faults> {
    let form = pb::SpontaneousForm::decode(bytes).map_err(|_| malformed())?;
    let (mut check, at) = (Check::under(context), Path::FORM);
    check.language(at.field("language"), &form.language, "language of the texts");
    check.line(at.field("subject"), &form.subject, "Art. 7(1)");
    check.text(at.field("information"), &form.information, "Art. 7(1)");
    check.text(at.field("relevance"), &form.relevance, "Art. 7(1)");
    check.one_of(at.field("source"), &form.source, SOURCES, "evaluation 4x4");
    let is_evaluated = (1..=4).contains(&form.reliability);
    check.holds(
        is_evaluated,
        (at.field("reliability"), "value", "evaluation 4x4", "Give a number from 1 to 4."),
    );
    subjects(&mut check, &form.subjects);
    check.maybe_date(at.field("on"), form.on, "Art. 7(1)");
    check.line(at.field("contact"), &form.contact, "Art. 16(1)");
    check.maybe_line(at.field("reference"), &form.reference, "Art. 16(1)");
    check.finish()
}

fn sample(number: u64) -> Vec<u8> {
    let subject = |name: &str, part: &str| pb::SubjectOfInformation { name: name.into(), part: part.into() };
    let form = pb::SpontaneousForm {
        language: "en".into(),
        subject: format!("SAMPLE DATA: a building with a garage, file {number}"),
        information: "SAMPLE DATA. Vehicles with hidden compartments are kept in the garage.".into(),
        relevance: "SAMPLE DATA. The building lies in the State of the recipient.".into(),
        serious_offence: true,
        source: "B".into(),
        reliability: 2,
        subjects: vec![subject(&format!("SUBJECT-{number}"), "suspect"), subject("a garage", "object")],
        on: Some(pb::PartialDate { year: 2021, month: 4, day: 0 }),
        contact: "SAMPLE-DESK, +33 4 00 00 00 00".into(),
        reference: format!("SAMPLE-{number}"),
    };
    form.encode_to_vec()
}

#[cfg(test)]
mod tests {
    use rogatory_domain::limits;

    use super::*;

    fn faults(change: impl FnOnce(&mut pb::SpontaneousForm)) -> Vec<(String, &'static str)> {
        let mut form = pb::SpontaneousForm::decode(&sample(1)[..]).unwrap();
        change(&mut form);
        let context = FormContext::without_parties(1, jiff::civil::date(2026, 11, 29));
        match check(&form.encode_to_vec(), &context) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.0.into_iter().map(|fault| (fault.field, fault.rule)).collect(),
        }
    }

    #[test]
    fn an_empty_form_is_told_everything_it_lacks() {
        let empty = faults(|form| *form = pb::SpontaneousForm::default());
        let fields: Vec<&str> = empty.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(
            fields,
            ["language", "subject", "information", "relevance", "source", "reliability", "contact"]
        );
    }

    #[test]
    fn every_rule_has_its_path() {
        let one = |field: &str, rule| vec![(field.to_owned(), rule)];
        assert_eq!(faults(|form| form.subject = "two\nlines".into()), one("subject", "control_character"));
        let long = "x".repeat(limits::LINE_BYTES + 1);
        assert_eq!(faults(|form| form.reference = long), one("reference", "too_long"));
        assert_eq!(faults(|form| form.source = "E".into()), one("source", "value"));
        assert_eq!(faults(|form| form.reliability = 5), one("reliability", "value"));
        assert_eq!(faults(|form| form.subjects[1].part = "boss".into()), one("subjects[1].part", "value"));
        let subject = pb::SubjectOfInformation { name: "x".into(), part: "object".into() };
        let many = vec![subject; limits::LIST_ITEMS + 1];
        assert_eq!(faults(|form| form.subjects = many), one("subjects", "too_many"));
        let wrong = pb::PartialDate { year: 2021, month: 13, day: 0 };
        assert_eq!(faults(|form| form.on = Some(wrong)), one("on", "not_a_date"));
        assert!(faults(|form| form.on = None).is_empty());
    }
}
