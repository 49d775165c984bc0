//! The certificate of a sentence (Framework Decision 2008/909/JHA, Annex I): its essential boxes, described and checked.
//!
//! The Annex was not read: letters and order of the boxes are own knowledge. It must not know when a decision is due: that is the table of
//! its instrument.

#[cfg(test)]
mod tests;

use prost::Message as _;
use rogatory_domain::{Faults, limits};
use rogatory_wire::pb::types::v1 as pb;

use crate::category::{CATEGORY_COUNT, categories};
use crate::check::Check;
use crate::description::{Choice, Description, Field, FormBox, Kind, Required, choice};
use crate::identity::{natural, natural_fields};
use crate::office::{details, details_fields, signature, signature_fields};
use crate::path::Path;
use crate::{DEMO, Excerpt, FormContext, FormDef, Warnings, eio, malformed};

/// The form.
pub(crate) const FORM: FormDef = FormDef {
    instrument: "sentence_recognition",
    message: "rogatory.types.v1.SentenceCertificateForm",
    describe: || &Description { title: "Certificate of a sentence", boxes: BOXES },
    edition: 1,
    check,
    outline: |_| crate::Outline::default(),
    excerpt: |_| Excerpt::default(),
    sample: |number| sample(number).encode_to_vec(),
    addressees: DEMO,
};

const A: &str = "Art. 5(1), box (a)";
const B: &str = "Art. 5(1), box (b)";
const C: &str = "box (c)";
const D: &str = "box (d)";
const F: &str = "box (f)";
const G: &str = "Art. 4(1), box (g)";
const H: &str = "Art. 7, box (h)";
const I: &str = "Arts 8, 9(1)(i), box (i)";
const K: &str = "Art. 6(3), box (k)";
const L: &str = "box (l)";
const M: &str = "box (m)";
const LANGUAGES: &str = "Art. 23(1)";

/// Days of a hundred years: longer ones are for life.
const DAYS_MAX: u32 = 36_525;

const CATEGORIES: &[Choice] = &categories(
    "fraud, including that affecting the financial interests of the European Communities within the meaning \
     of the Convention of 26 July 1995 on the protection of the European Communities' financial interests",
);

const BASES: &[Choice] = &[
    choice("lives_there", "a national of the executing State, who lives there"),
    choice("deported_there", "a national of the executing State, to which the person will be deported"),
    choice("consent", "another State, whose competent authority consents"),
];

const TRIALS: &[Choice] = &[
    choice("appeared", "the person appeared in person"),
    choice("absent_with_condition", "the person did not appear, and a condition of Art. 9(1)(i) is met"),
    choice("absent", "the person did not appear"),
];

const OPINIONS: &[Choice] = &[
    choice("given", "the person was asked, and the opinion is stated here"),
    choice("not_given", "the person was asked and stated none"),
    choice("not_asked", "the person could not be asked"),
];

const BOXES: &[FormBox] = &[
    FormBox {
        code: "",
        title: "Languages of the certificate",
        fields: &[
            Field::required("language", "Language of the certificate", LANGUAGES, Kind::Language),
            Field::optional("translations", "Languages of attached translations", LANGUAGES, Kind::Language)
                .list(limits::TRANSLATIONS),
        ],
    },
    FormBox {
        code: "a",
        title: "Issuing and executing State",
        fields: &[
            Field::required("issuing_state", "Issuing State", A, Kind::Country),
            Field::required("executing_state", "Executing State", A, Kind::Country),
        ],
    },
    FormBox {
        code: "b",
        title: "The court which delivered the judgment",
        fields: &[
            Field::required("court", "Official name of the court", B, Kind::Line),
            Field::required("judgment_reference", "Reference of the judgment", B, Kind::Line),
            Field::required("judged", "Date of the judgment", B, Kind::Date { whole: true }),
            Field::required("became_final", "Date on which it became final", B, Kind::Date { whole: true }),
        ],
    },
    FormBox {
        code: "c",
        title: "The authority which may be contacted",
        fields: &[Field::required(
            "authority",
            "The authority",
            C,
            Kind::Group(&details_fields(C, Required::Always)),
        )],
    },
    FormBox {
        code: "d",
        title: "The person on whom the sentence has been imposed",
        fields: &[Field::required("person", "The sentenced person", D, Kind::Group(&natural_fields(D)))],
    },
    FormBox {
        code: "f",
        title: "Relation with an earlier warrant",
        fields: &[Field::optional("warrant_reference", "Reference of the warrant", F, Kind::Line)],
    },
    FormBox {
        code: "g",
        title: "Reasons for forwarding the judgment",
        fields: &[Field::required("basis", "Why it goes to that State", G, Kind::Code(BASES))],
    },
    FormBox {
        code: "h",
        title: "The offences",
        fields: &[
            Field::required("facts", "Summary of the facts, with time and place", H, Kind::Text),
            Field::required("classification", "Nature and legal classification", H, Kind::Text),
            Field::required("provision", "The statutory provision", H, Kind::Text),
            Field::optional("categories", "Categories of the list", H, Kind::Code(CATEGORIES))
                .list(CATEGORY_COUNT),
        ],
    },
    FormBox {
        code: "i",
        title: "The judgment and the sentence",
        fields: &[
            Field::required("trial", "Whether the person appeared at the trial", I, Kind::Code(TRIALS)),
            Field::required(
                "imposed_days",
                "Total length of the sentence, in days",
                I,
                Kind::Number { min: 1, max: DAYS_MAX },
            ),
            Field::optional(
                "served_days",
                "Already served, in days",
                I,
                Kind::Number { min: 0, max: DAYS_MAX },
            ),
        ],
    },
    FormBox {
        code: "k",
        title: "The opinion of the person",
        fields: &[
            Field::required("opinion", "Whether it was asked for and given", K, Kind::Code(OPINIONS)),
            Field::optional("opinion_text", "The opinion", K, Kind::Text).when("where one was given"),
        ],
    },
    FormBox {
        code: "l",
        title: "Other circumstances relevant to the case",
        fields: &[Field::optional("other_circumstances", "Other circumstances", L, Kind::Text)],
    },
    FormBox {
        code: "m",
        title: "Signature",
        fields: &[Field::required("signature", "Signature", M, Kind::Group(&signature_fields(M)))],
    },
];

fn check(bytes: &[u8], context: &FormContext) -> Result<Warnings, Faults> {
    judged(&pb::SentenceCertificateForm::decode(bytes).map_err(|_| malformed())?, context)
}

/// Everything that is wrong with a certificate, box by box.
fn judged(form: &pb::SentenceCertificateForm, context: &FormContext) -> Result<Warnings, Faults> {
    let (mut check, at) = (Check::under(context), Path::FORM);
    check.language(at.field("language"), &form.language, LANGUAGES);
    check.each(at, "translations", (&form.translations, limits::TRANSLATIONS), |check, at, tag| {
        check.language(at, tag, LANGUAGES);
    });
    states(&mut check, at, form);
    check.line(at.field("court"), &form.court, B);
    check.line(at.field("judgment_reference"), &form.judgment_reference, B);
    let judged = check.whole_date(at.field("judged"), form.judged, B);
    let last = check.whole_date(at.field("became_final"), form.became_final, B);
    let text = "A judgment does not become final before it is given.";
    let is_in_order = judged.zip(last).is_none_or(|(judged, last)| judged <= last);
    check.holds(is_in_order, (at.field("became_final"), "ends_before_start", B, text));
    match &form.authority {
        Some(one) => details(&mut check, at.field("authority"), one, (C, Required::Always)),
        None => check.missing(at.field("authority"), C),
    }
    match &form.person {
        Some(one) => natural(&mut check, at.field("person"), one, (judged, D)),
        None => check.missing(at.field("person"), D),
    }
    check.maybe_line(at.field("warrant_reference"), &form.warrant_reference, F);
    check.one_of(at.field("basis"), &form.basis, BASES, G);
    check.text(at.field("facts"), &form.facts, H);
    check.text(at.field("classification"), &form.classification, H);
    check.text(at.field("provision"), &form.provision, H);
    check.each(at, "categories", (&form.categories, CATEGORY_COUNT), |check, at, code| {
        check.one_of(at, code, CATEGORIES, H);
    });
    sentence(&mut check, at, form);
    check.maybe_text(at.field("other_circumstances"), &form.other_circumstances, L);
    signature(&mut check, at.field("signature"), form.signature.as_ref(), M);
    check.finish()
}

/// Box (a): two States, the executing one that of the authority it goes to, where that is known.
fn states(check: &mut Check, at: Path<'_>, form: &pb::SentenceCertificateForm) {
    let issuing = check.country(at.field("issuing_state"), &form.issuing_state, A);
    let executing = check.country(at.field("executing_state"), &form.executing_state, A);
    let is_abroad = issuing.zip(executing).is_none_or(|(own, other)| own != other);
    let text = "A sentence is recognised by another State than the one that passed it.";
    check.holds(is_abroad, (at.field("executing_state"), "same_state", A, text));
    let asked = check.context().executing_state;
    if executing.zip(asked).is_some_and(|(named, asked)| named != asked) {
        let text = "The agency that is asked is in another State than the one named here.";
        check.fault(at.field("executing_state"), "other_state", A, text);
    }
}

/// Boxes (i) and (k): a sentence of which no more is served than was passed, and what the person says.
fn sentence(check: &mut Check, at: Path<'_>, form: &pb::SentenceCertificateForm) {
    check.one_of(at.field("trial"), &form.trial, TRIALS, I);
    let text = format!("Give a number of days from 1 to {DAYS_MAX}.");
    let is_length = (1..=DAYS_MAX).contains(&form.imposed_days);
    check.holds(is_length, (at.field("imposed_days"), "value", I, &text));
    if form.served_days > DAYS_MAX {
        check.fault(at.field("served_days"), "value", I, &text);
    } else if is_length && form.served_days > form.imposed_days {
        let text = "No more is served than was imposed.";
        check.fault(at.field("served_days"), "served_exceeds_imposed", I, text);
    }
    check.one_of(at.field("opinion"), &form.opinion, OPINIONS, K);
    if form.opinion == "given" {
        check.text(at.field("opinion_text"), &form.opinion_text, K);
    } else {
        check.absent(at.field("opinion_text"), &form.opinion_text, K);
    }
}

/// A valid certificate, different for each number. SAMPLE DATA: it describes nobody.
fn sample(number: u64) -> pb::SentenceCertificateForm {
    pb::SentenceCertificateForm {
        language: "fr".into(),
        translations: vec!["nl".into()],
        issuing_state: "FR".into(),
        executing_state: "NL".into(),
        court: "Tribunal correctionnel de Marseille".into(),
        judgment_reference: format!("TC-MRS-2019-{:06}", number % 1_000_000),
        judged: Some(pb::PartialDate { year: 2019, month: 11, day: 12 }),
        became_final: Some(pb::PartialDate { year: 2019, month: 11, day: 23 }),
        authority: Some(eio::sample_details(number)),
        person: Some(pb::NaturalPerson {
            names: vec![format!("SUBJECT-{number}")],
            ..pb::NaturalPerson::default()
        }),
        basis: "lives_there".into(),
        facts: "SAMPLE DATA: in 2018, transport of money that came from the sale of narcotic drugs.".into(),
        classification: "Blanchiment aggravé".into(),
        provision: "Articles 324-1 et 324-2 du code pénal".into(),
        categories: vec!["LaunderingOfTheProceedsOfCrime".into()],
        trial: "appeared".into(),
        imposed_days: 1_096,
        served_days: 62,
        opinion: "given".into(),
        opinion_text: "SAMPLE DATA: wishes to be near the family.".into(),
        signature: Some(eio::sample_signature()),
        ..pb::SentenceCertificateForm::default()
    }
}
