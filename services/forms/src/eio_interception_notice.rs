//! The form of the notification of an interception (Directive 2014/41/EU, Art. 31 and Annex C): described and checked.
//!
//! It must not know when an objection is due: that is the table of its instrument.

#[cfg(test)]
mod tests;

use prost::Message as _;
use rogatory_domain::{Faults, limits};
use rogatory_wire::pb::types::v1 as pb;

use crate::check::Check;
use crate::description::{Choice, Description, Field, FormBox, Kind, Required, choice};
use crate::identity::{Identity, identity, legal_fields, natural_fields};
use crate::office::{details, details_fields, signature, signature_fields};
use crate::path::Path;
use crate::{DEMO, Excerpt, FormContext, FormDef, Warnings, eio, malformed};

/// The form.
pub(crate) const FORM: FormDef = FormDef {
    instrument: "eio_interception_notice",
    message: "rogatory.types.v1.InterceptionNoticeForm",
    describe: || &Description {
        title: "Notification of an interception of telecommunications without technical assistance",
        boxes: BOXES,
    },
    edition: 1,
    check,
    outline: |_| crate::Outline::default(),
    excerpt: |_| Excerpt::default(),
    sample: |number| sample(number).encode_to_vec(),
    addressees: DEMO,
};

const A: &str = "Art. 31(1), part A";
const B: &str = "Art. 31(1), part B";
const C: &str = "part C";

const STAGES: &[Choice] = &[
    choice("prior", "This notification takes place prior to the interception"),
    choice("during", "This notification takes place during the interception"),
    choice("after", "This notification takes place after the interception"),
];

const BOXES: &[FormBox] = &[
    FormBox {
        code: "",
        title: "Languages of the notification",
        fields: &[
            Field::required("language", "Language of the notification", "Art. 31(4)", Kind::Language),
            Field::optional(
                "translations",
                "Languages of attached translations",
                "Art. 31(4)",
                Kind::Language,
            )
            .list(limits::TRANSLATIONS),
        ],
    },
    FormBox {
        code: "A",
        title: "The competent authority",
        fields: &[
            Field::required(
                "authority",
                "The competent authority",
                A,
                Kind::Group(&details_fields(A, Required::Always)),
            ),
            Field::required("issued", "Date of issuing", A, Kind::Date { whole: true }),
        ],
    },
    FormBox {
        code: "B",
        title: "Information concerning the interception",
        fields: &[
            Field::required("stage", "(I) Information about state of play", B, Kind::Code(STAGES)),
            Field::required("begins", "(II) Duration, starting from", B, Kind::Date { whole: true }),
            Field::required(
                "days",
                "(II) (Anticipated) duration of the interception, in days",
                B,
                Kind::Number { min: 1, max: limits::INTERCEPTION_DAYS },
            ),
            Field::required(
                "targets",
                "(III) Target of the interception (telephone number, IP number or e-mail)",
                B,
                Kind::Line,
            )
            .list(limits::LIST_ITEMS),
            Field::required("persons", "(IV) Identity of the persons concerned", B, Kind::Group(PERSON))
                .list(limits::LIST_ITEMS),
            Field::required("purpose", "(V) Purpose of the interception", B, Kind::Text),
        ],
    },
    FormBox {
        code: "C",
        title: "Signature and date",
        fields: &[Field::required("signature", "Signature", C, Kind::Group(&signature_fields(C)))],
    },
];

const PERSON: &[Field] = &[
    Field::optional("natural", "Natural person", B, Kind::Group(&natural_fields(B)))
        .when("where no legal person is given"),
    Field::optional("legal", "Legal person", B, Kind::Group(&legal_fields(B)))
        .when("where no natural person is given"),
];

fn check(bytes: &[u8], context: &FormContext) -> Result<Warnings, Faults> {
    judged(&pb::InterceptionNoticeForm::decode(bytes).map_err(|_| malformed())?, context)
}

/// Everything that is wrong with a notification, part by part.
fn judged(form: &pb::InterceptionNoticeForm, context: &FormContext) -> Result<Warnings, Faults> {
    let (mut check, at) = (Check::under(context), Path::FORM);
    check.language(at.field("language"), &form.language, "Art. 31(4)");
    check.each(at, "translations", (&form.translations, limits::TRANSLATIONS), |check, at, tag| {
        check.language(at, tag, "Art. 31(4)");
    });
    match &form.authority {
        Some(one) => details(&mut check, at.field("authority"), one, (A, Required::Always)),
        None => check.missing(at.field("authority"), A),
    }
    let issued = check.whole_date(at.field("issued"), form.issued, A);
    check.one_of(at.field("stage"), &form.stage, STAGES, B);
    let begins = check.whole_date(at.field("begins"), form.begins, B);
    if form.stage != "prior" {
        check.not_after(at.field("begins"), begins, issued, B);
    }
    let text = format!("Give a number of days from 1 to {}.", limits::INTERCEPTION_DAYS);
    let is_duration = (1..=limits::INTERCEPTION_DAYS).contains(&form.days);
    check.holds(is_duration, (at.field("days"), "value", B, &text));
    check.some(at, "targets", (&form.targets, limits::LIST_ITEMS, B), |check, at, target| {
        check.line(at, target, B);
    });
    check.some(at, "persons", (&form.persons, limits::LIST_ITEMS, B), |check, at, person| {
        let who = Identity { natural: person.natural.as_ref(), legal: person.legal.as_ref() };
        identity(check, at, who, (issued, B));
    });
    check.text(at.field("purpose"), &form.purpose, B);
    signature(&mut check, at.field("signature"), form.signature.as_ref(), C);
    check.finish()
}

/// A valid notification, different for each number. SAMPLE DATA: it describes nobody.
fn sample(number: u64) -> pb::InterceptionNoticeForm {
    pb::InterceptionNoticeForm {
        language: "en".into(),
        authority: Some(eio::sample_details(number)),
        issued: Some(pb::PartialDate { year: 2021, month: 6, day: 1 }),
        stage: "during".into(),
        begins: Some(pb::PartialDate { year: 2021, month: 5, day: 28 }),
        days: 30,
        targets: vec![format!("+33 6 00 00 {:02} {:02}", number / 100 % 100, number % 100)],
        persons: vec![pb::NoticePerson {
            natural: Some(pb::NaturalPerson {
                names: vec![format!("SUBJECT-{number}")],
                ..pb::NaturalPerson::default()
            }),
            legal: None,
        }],
        purpose: "SAMPLE DATA: trafficking in narcotic drugs, a laboratory; the phone is used in Rotterdam."
            .into(),
        signature: Some(eio::sample_signature()),
        ..pb::InterceptionNoticeForm::default()
    }
}
