//! The form of a request for information (Directive (EU) 2023/977, Art. 4): what is asked, what for, and why so soon.

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
    instrument: "information_request",
    message: "rogatory.types.v1.InformationRequestForm",
    describe: || &Description { title: "Request for information", boxes: BOXES },
    edition: 1,
    check,
    outline: |_| crate::Outline::default(),
    excerpt: |_| Excerpt::default(),
    sample,
    addressees: DEMO,
};

/// Why a request is urgent.
const URGENCIES: &[Choice] = &[
    choice("threat_public_security", "An immediate and serious threat to public security"),
    choice("threat_life", "An imminent threat to life or physical integrity"),
    choice("custody", "A decision on custody or detention depends on it"),
    choice(
        "losing_worth",
        "The information is about to lose its worth for the prevention, detection or investigation",
    ),
];

const BOXES: &[FormBox] = &[
    FormBox {
        code: "1",
        title: "What is asked for",
        fields: &[
            Field::required("language", "Language of the request", "language of the texts", Kind::Language),
            Field::required("information", "Information that is requested", "Art. 4(5)(b)", Kind::Text),
            Field::required("purpose", "Purpose, facts and underlying offence", "Art. 4(5)(c)", Kind::Text),
            Field::required(
                "grounds",
                "Reasons to believe that the information is there",
                "Art. 4(5)(d)",
                Kind::Text,
            ),
        ],
    },
    FormBox {
        code: "2",
        title: "Urgency",
        fields: &[
            Field::optional("urgency", "Why it is urgent", "Art. 4(4)", Kind::Code(URGENCIES)),
            Field::optional("urgency_reasons", "Reasons for the urgency", "Art. 4(5)(a)", Kind::Text)
                .when("where an urgency is given"),
        ],
    },
    FormBox {
        code: "3",
        title: "Whom it concerns",
        fields: &[
            SUBJECTS,
            Field::optional("link", "How they are linked to the purpose", "Art. 4(5)(e)", Kind::Text)
                .when("where somebody or something is named"),
            Field::optional(
                "restrictions",
                "Restrictions on the use of this request",
                "Art. 4(5)(f)",
                Kind::Text,
            ),
        ],
    },
    FormBox {
        code: "4",
        title: "Who asks",
        fields: &[
            Field::required("contact", "Who may be asked, and how", "Art. 16(1)", Kind::Line),
            Field::optional("reference", "Own file reference", "Art. 16(1)", Kind::Line),
        ],
    },
];

fn check(bytes: &[u8], context: &FormContext) -> Result<Warnings, Faults> {
    let form = pb::InformationRequestForm::decode(bytes).map_err(|_| malformed())?;
    let (mut check, at) = (Check::under(context), Path::FORM);
    check.language(at.field("language"), &form.language, "language of the texts");
    check.text(at.field("information"), &form.information, "Art. 4(5)(b)");
    check.text(at.field("purpose"), &form.purpose, "Art. 4(5)(c)");
    check.text(at.field("grounds"), &form.grounds, "Art. 4(5)(d)");
    if form.urgency.is_empty() {
        check.absent(at.field("urgency_reasons"), &form.urgency_reasons, "Art. 4(5)(a)");
    } else {
        check.one_of(at.field("urgency"), &form.urgency, URGENCIES, "Art. 4(4)");
        check.text(at.field("urgency_reasons"), &form.urgency_reasons, "Art. 4(5)(a)");
    }
    subjects(&mut check, &form.subjects);
    if form.subjects.is_empty() {
        check.maybe_text(at.field("link"), &form.link, "Art. 4(5)(e)");
    } else {
        check.text(at.field("link"), &form.link, "Art. 4(5)(e)");
    }
    check.maybe_text(at.field("restrictions"), &form.restrictions, "Art. 4(5)(f)");
    check.line(at.field("contact"), &form.contact, "Art. 16(1)");
    check.maybe_line(at.field("reference"), &form.reference, "Art. 16(1)");
    check.finish()
}

fn sample(number: u64) -> Vec<u8> {
    let subject = pb::SubjectOfInformation { name: format!("SUBJECT-{number}"), part: "suspect".to_owned() };
    let form = pb::InformationRequestForm {
        language: "en".into(),
        information: format!("SAMPLE DATA: who owns the vehicles of file {number}."),
        purpose: "SAMPLE DATA: trafficking in narcotic drugs, a laboratory.".into(),
        grounds: "SAMPLE DATA: the vehicles are registered in the State of the recipient.".into(),
        subjects: vec![subject],
        link: "SAMPLE DATA: suspected of driving them.".into(),
        contact: "SAMPLE-DESK, +31 70 000 00 00".into(),
        reference: format!("SAMPLE-{number}"),
        ..pb::InformationRequestForm::default()
    };
    form.encode_to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(change: impl FnOnce(&mut pb::InformationRequestForm)) -> Vec<(String, &'static str)> {
        let mut form = pb::InformationRequestForm::decode(&sample(1)[..]).unwrap();
        change(&mut form);
        let context = FormContext::without_parties(1, jiff::civil::date(2026, 11, 29));
        match check(&form.encode_to_vec(), &context) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.0.into_iter().map(|fault| (fault.field, fault.rule)).collect(),
        }
    }

    #[test]
    fn an_empty_form_is_told_everything_it_lacks() {
        let empty = faults(|form| *form = pb::InformationRequestForm::default());
        let fields: Vec<&str> = empty.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["language", "information", "purpose", "grounds", "contact"]);
    }

    #[test]
    fn urgency_and_its_reasons_stand_together_and_so_do_persons_and_their_link() {
        let one = |field: &str, rule| vec![(field.to_owned(), rule)];
        assert_eq!(faults(|form| form.urgency_reasons = "x".into()), one("urgency_reasons", "surplus"));
        assert_eq!(faults(|form| form.urgency = "threat_life".into()), one("urgency_reasons", "missing"));
        let urgent = |form: &mut pb::InformationRequestForm, code: &str| {
            form.urgency = code.into();
            form.urgency_reasons = "A planned execution.".into();
        };
        assert!(faults(|form| urgent(form, "threat_life")).is_empty());
        assert_eq!(faults(|form| urgent(form, "soon")), one("urgency", "value"));
        assert_eq!(faults(|form| form.link = String::new()), one("link", "missing"));
        let nobody = |form: &mut pb::InformationRequestForm| (form.subjects, form.link) = Default::default();
        assert!(faults(nobody).is_empty());
    }
}
