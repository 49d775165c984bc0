//! The form by its wrong inputs: each row is one change to a good one, with every fault or warning that it brings, and the articles are
//! those of the Agreement.

use rogatory_wire::pb::types::v1 as pb;

use super::*;
use crate::FormContext;
use crate::description::{Field, Kind};

type Found = Vec<(String, &'static str)>;
type Change = fn(&mut pb::WarrantForm);

fn context(executing: &str, opener: &str) -> FormContext {
    FormContext {
        edition: 1,
        executing_state: executing.parse().ok(),
        opener_state: opener.parse().ok(),
        today: jiff::civil::date(2026, 11, 29),
    }
}

/// A good warrant of the Netherlands for the United Kingdom.
fn good() -> pb::WarrantForm {
    let mut form = ACT.sample(1);
    form.translations = vec!["en".into()];
    form.authority.as_mut().unwrap().country = "NL".into();
    form
}

fn found(form: &pb::WarrantForm, context: &FormContext) -> (Found, Found) {
    let pairs =
        |list: Vec<rogatory_domain::Fault>| list.into_iter().map(|one| (one.field, one.rule)).collect();
    match ACT.check(&form.encode_to_vec(), context) {
        Ok(warnings) => (Vec::new(), pairs(warnings.0)),
        Err(faults) => (pairs(faults.0), Vec::new()),
    }
}

fn expected(list: &[(&str, &'static str)]) -> Found {
    list.iter().map(|(path, rule)| ((*path).to_owned(), *rule)).collect()
}

/// What it is called, the change, its faults and its warnings.
type Row =
    (&'static str, Change, &'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

const ROWS: &[Row] = &[
    ("good", |_| {}, &[], &[]),
    ("no person", |form| form.person = None, &[("person", "missing")], &[]),
    ("nothing decided", |form| form.orders.clear(), &[("orders", "missing")], &[]),
    (
        "no offence",
        |form| form.offences.clear(),
        &[("offence_total", "offence_count"), ("offences", "missing")],
        &[],
    ),
    ("a wrong total", |form| form.offence_total = 7, &[("offence_total", "offence_count")], &[]),
    (
        "neither ticked nor described",
        |form| {
            form.offences[0].categories.clear();
            form.offences[0].description.clear();
        },
        &[("offences[0].description", "neither_category_nor_description")],
        &[],
    ),
    (
        "ticked alone",
        |form| form.offences[1].description = " ".into(),
        &[],
        &[("offences[1].description", "list_alone")],
    ),
    (
        "a category of no list",
        |form| form.offences[0].categories = vec!["Speeding".into()],
        &[("offences[0].categories[0]", "not_a_category")],
        &[],
    ),
    ("no authority", |form| form.authority = None, &[("authority", "missing")], &[]),
    (
        "no signature",
        |form| form.authority.as_mut().unwrap().signature = None,
        &[("authority.signature", "missing")],
        &[],
    ),
    (
        "a State that the Agreement does not bind",
        |form| form.authority.as_mut().unwrap().country = "NO".into(),
        &[("authority.country", "not_bound")],
        &[],
    ),
    (
        "no country",
        |form| form.authority.as_mut().unwrap().country = "Z".into(),
        &[("authority.country", "not_a_country")],
        &[],
    ),
    ("no language", |form| form.language.clear(), &[("language", "missing")], &[]),
    ("not in English", |form| form.translations.clear(), &[], &[("translations", "language_not_taken")]),
    (
        "signed ahead of now",
        |form| {
            let signature = form.authority.as_mut().unwrap().signature.as_mut().unwrap();
            signature.date = Some(pb::PartialDate { year: 2062, month: 1, day: 1 });
        },
        &[("authority.signature.date", "in_future")],
        &[],
    ),
    (
        "text without end",
        |form| form.other_circumstances = "x".repeat(200_000),
        &[("other_circumstances", "too_long")],
        &[],
    ),
];

#[test]
fn each_wrong_input_has_exactly_its_faults_and_each_doubtful_one_its_warnings() {
    let mut complaints = Vec::new();
    for (name, change, faults, warnings) in ROWS {
        let mut form = good();
        change(&mut form);
        let found = found(&form, &context("GB", "NL"));
        if found != (expected(faults), expected(warnings)) {
            complaints.push(format!("{name}: {found:?}"));
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn a_prosecution_below_twelve_months_is_refused_for_every_offence() {
    let months = |months| Some(pb::Term { months, ..pb::Term::default() });
    let mut below = good();
    below.maximum = months(6);
    below.offences.iter_mut().for_each(|offence| {
        offence.categories.clear();
        offence.maximum = months(6);
    });
    let rules = found(&below, &context("GB", "NL")).0;
    let too_low =
        [("offences[0].maximum", "below_twelve_months"), ("offences[1].maximum", "below_twelve_months")];
    assert_eq!(rules, expected(&too_low));
}

#[test]
fn it_goes_between_a_member_state_and_the_united_kingdom_either_way_and_between_no_others() {
    let wrong: &[(&str, &'static str)] = &[("", "not_between_these_states")];
    let unbound: &[(&str, &'static str)] = &[("authority.country", "not_bound")];
    for (issuing, executing, faults, instrument) in [
        ("NL", "GB", &[][..], ""),
        ("GB", "NL", &[], ""),
        ("FR", "NL", wrong, ": eaw."),
        ("NL", "NO", wrong, ": iceland_norway_warrant."),
        ("NL", "CH", wrong, ": extradition."),
        ("GB", "GB", wrong, ": extradition."),
        ("GB", "IS", wrong, ": extradition."),
        ("NO", "GB", unbound, ""),
        ("US", "GB", unbound, ""),
    ] {
        let mut form = good();
        form.translations = vec!["en".into(), "nl".into()];
        form.authority.as_mut().unwrap().country = issuing.into();
        let context = context(executing, issuing);
        assert_eq!(found(&form, &context).0, expected(faults), "{issuing} {executing}");
        let told = ACT.check(&form.encode_to_vec(), &context).err().map(|faults| faults.0[0].text.clone());
        assert!(told.unwrap_or_default().contains(instrument), "{issuing} {executing}");
    }
}

#[test]
fn a_european_arrest_warrant_to_the_united_kingdom_and_this_one_to_a_member_state_name_each_other() {
    let form = good().encode_to_vec();
    let eaw = crate::form_of("eaw").unwrap();
    let european =
        (eaw.check)(&form, &FormContext { edition: eaw.edition, ..context("GB", "NL") }).unwrap_err();
    assert!(european.0[0].text.contains(FORM.instrument), "{european}");
    let this = (FORM.check)(&form, &context("FR", "NL")).unwrap_err();
    assert!(this.0[0].text.contains(eaw.instrument), "{this}");
    assert_eq!(this.0[0].article, "Art. 598");
}

/// Articles of every described field.
fn articles(fields: &'static [Field], found: &mut Vec<&'static str>) {
    for field in fields {
        found.push(field.article);
        if let Kind::Group(fields) = field.kind {
            articles(fields, found);
        }
    }
}

#[test]
fn every_article_of_the_form_is_one_of_the_agreement_with_the_box_it_stands_in() {
    let mut all = Vec::new();
    let described = FORM.description();
    described.boxes.iter().for_each(|one| articles(one.fields, &mut all));
    for mut form in [good(), pb::WarrantForm::default()] {
        form.offence_total = 9;
        form.language = "pt".into();
        form.translations.clear();
        let faults = ACT.check(&form.encode_to_vec(), &context("FR", "NL")).unwrap_err();
        all.extend(faults.0.into_iter().map(|fault| fault.article));
    }
    let own = |article: &str| {
        let number = article.strip_prefix("Art. ").map(|after| after.chars().take(3).collect::<String>());
        number.is_none_or(|number| number.parse::<u32>().is_ok_and(|number| (596..=632).contains(&number)))
    };
    let strange: Vec<_> = all.iter().filter(|article| !own(article)).collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert!(all.contains(&"Art. 606(1)(a), box (a)") && all.contains(&"box (i)"));
    assert_eq!(described.boxes.len(), crate::form_of("eaw").unwrap().description().boxes.len());
    assert_eq!(described.title, ACT.title);
}
