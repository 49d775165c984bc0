//! The rules of the form, one by one: wrong inputs with exactly the faults they bring.

use proptest::prelude::*;

use super::sample::whole;
use super::*;

type Form = pb::InvestigationOrderForm;
type Change = fn(&mut Form);

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

/// A line for each wrong form: what is changed in the sample, and every fault it brings, in order.
fn corpus(cases: &[(Change, &[(&str, &str)])]) {
    for (at, (change, expected)) in cases.iter().enumerate() {
        let found = faults(change);
        let found: Vec<_> = found.iter().map(|(path, rule)| (path.as_str(), *rule)).collect();
        assert_eq!(found, *expected, "line {}", at + 1);
    }
}

fn measure(form: &mut Form, kind: &str) {
    form.measures[0].kind = kind.into();
}

fn natural(form: &mut Form) -> &mut pb::NaturalPerson {
    form.persons[0].natural.as_mut().unwrap()
}

fn authority(form: &mut Form) -> &mut pb::IssuingAuthority {
    form.authority.as_mut().unwrap()
}

fn account() -> pb::RelatedAccount {
    pb::RelatedAccount { bank: "A bank".into(), number: "1".into(), begins: whole(1, 1), ends: whole(3, 31) }
}

fn interception() -> pb::OrderInterception {
    pb::OrderInterception {
        reasons: "He speaks of deliveries.".into(),
        subject: "SUBJECT-A".into(),
        days: 30,
        targets: vec!["+31 6 00 00 00 00".into()],
        transmission: "immediate".into(),
        ..pb::OrderInterception::default()
    }
}

#[test]
fn samples_are_valid_and_differ() {
    for n in (0..100).chain([u64::MAX]) {
        assert_eq!(judged(&sample(n)), Ok(Warnings::default()));
        assert_ne!(sample(n), sample(n ^ 1));
    }
}

#[test]
fn an_empty_form_names_every_section_that_must_be_given_at_once() {
    let faults = judged(&Form::default()).unwrap_err();
    let found: Vec<_> = faults.iter().map(|fault| (fault.field.as_str(), fault.rule)).collect();
    let missing =
        ["language", "issuing_state", "executing_state", "measures"].map(|field| (field, "missing"));
    let rest =
        [("proceedings", "value"), ("facts", "missing"), ("offences", "missing"), ("authority", "missing")];
    assert_eq!(found, [missing, rest].concat());
}

#[test]
fn sections_a_and_b_have_their_rules() {
    corpus(&[
        (|form| form.executing_state = "DK".into(), &[("executing_state", "not_bound")]),
        (|form| form.issuing_state = "IE".into(), &[("issuing_state", "not_bound")]),
        (|form| form.executing_state = "GB".into(), &[("executing_state", "not_bound")]),
        (|form| form.executing_state = "FR".into(), &[("executing_state", "same_state")]),
        (|form| form.executing_state = "Netherlands".into(), &[("executing_state", "not_a_country")]),
        (|form| form.urgency = None, &[]),
        (
            |form| form.urgency.as_mut().unwrap().reasons = vec!["other".into(), "soon".into()],
            &[("urgency.reasons[1]", "value"), ("urgency.other", "missing")],
        ),
        (|form| form.urgency.as_mut().unwrap().by = whole(5, 31), &[("urgency.by", "before_issue")]),
        (|form| form.urgency.as_mut().unwrap().by = whole(6, 0), &[("urgency.by", "date_incomplete")]),
        (|form| form.urgency.as_mut().unwrap().by = None, &[("urgency.by", "missing")]),
        (|form| form.urgency.as_mut().unwrap().by_reason.clear(), &[("urgency.by_reason", "missing")]),
    ]);
}

#[test]
fn section_c_says_who_is_heard_and_what_is_watched_exactly_where_somebody_is() {
    corpus(&[
        (|form| form.measures.clear(), &[("measures", "missing")]),
        (|form| form.measures[1].description = " ".into(), &[("measures[1].description", "missing")]),
        (|form| measure(form, "search"), &[("measures[0].kind", "value")]),
        (|form| measure(form, "hearing"), &[("measures[0].heard", "missing")]),
        (|form| form.measures[0].heard = vec!["witness".into()], &[("measures[0].heard", "surplus")]),
        (
            |form| {
                measure(form, "telephone_conference");
                form.measures[0].heard = vec!["expert".into(), "suspect".into(), "boss".into()];
            },
            &[
                ("measures[0].heard[1]", "not_heard_so"),
                ("measures[0].heard[2]", "value"),
                ("conference", "missing"),
            ],
        ),
        (
            |form| {
                measure(form, "hearing");
                form.measures[0].heard = vec!["victim".into()];
            },
            &[],
        ),
        (
            |form| measure(form, "real_time"),
            &[("measures[0].real_time", "missing"), ("real_time_reasons", "missing")],
        ),
        (|form| form.measures[1].real_time = "other".into(), &[("measures[1].real_time", "surplus")]),
    ]);
}

#[test]
fn sections_d_and_e_take_what_is_known_and_nothing_that_cannot_be() {
    corpus(&[
        (
            |form| form.earlier = vec![pb::EarlierOrder { issued: whole(6, 2), ..Default::default() }],
            &[("earlier[0].issued", "after_issue"), ("earlier[0].authority", "missing")],
        ),
        (
            |form| {
                form.elsewhere = vec![pb::OrderElsewhere { state: "Spain".into(), reference: String::new() }];
            },
            &[("elsewhere[0].state", "not_a_country")],
        ),
        (|form| form.persons.clear(), &[]),
        (|form| form.persons[0].natural = None, &[("persons[0].natural", "missing")]),
        (
            |form| {
                form.persons[0].legal = Some(pb::LegalPerson { name: "A firm".into(), ..Default::default() });
            },
            &[("persons[0].legal", "natural_and_legal")],
        ),
        (|form| natural(form).names.clear(), &[("persons[0].natural", "nobody")]),
        (
            |form| {
                natural(form).names.clear();
                natural(form).identity_number = "7".into();
            },
            &[],
        ),
        (
            |form| {
                natural(form).nationalities = vec!["stateless".into(), "French".into()];
                natural(form).sex = "m".into();
                natural(form).born = Some(pb::PartialDate { year: 2022, month: 0, day: 0 });
            },
            &[
                ("persons[0].natural.sex", "value"),
                ("persons[0].natural.nationalities[1]", "not_a_country"),
                ("persons[0].natural.born", "after_issue"),
            ],
        ),
        (|form| form.persons[0].position = "other".into(), &[("persons[0].other_position", "missing")]),
        (|form| form.persons[0].position.clear(), &[("persons[0].position", "value")]),
    ]);
}

#[test]
fn sections_f_and_g_name_proceedings_facts_and_offences() {
    corpus(&[
        (|form| form.proceedings = "civil".into(), &[("proceedings", "value")]),
        (|form| form.facts.clear(), &[("facts", "missing")]),
        (|form| form.offences[0].provision.clear(), &[("offences[0].provision", "missing")]),
        (
            |form| form.categories = vec!["Terrorism".into(), "terrorism".into()],
            &[("categories[1]", "not_a_category")],
        ),
        (|form| form.categories.clear(), &[]),
    ]);
}

#[test]
fn a_part_of_section_h_is_given_exactly_where_a_measure_asks_for_it() {
    let kinds = [
        ("transfer_to_issuing", "transfer"),
        ("transfer_to_executing", "transfer"),
        ("provisional", "provisional"),
        ("accounts", "accounts"),
        ("operations", "operations"),
        ("covert", "covert_reasons"),
        ("interception", "interception"),
    ];
    for (kind, part) in kinds {
        assert_eq!(faults(|form| measure(form, kind)), [(part.to_owned(), "missing")], "{kind}");
    }
    corpus(&[
        (|form| form.transfer = Some(pb::CustodyTransfer::default()), &[("transfer", "surplus")]),
        (|form| form.covert_reasons = "He trusts nobody else.".into(), &[("covert_reasons", "surplus")]),
        (|form| form.interception = Some(interception()), &[("interception", "surplus")]),
    ]);
}

#[test]
fn parts_h1_to_h3_have_their_rules() {
    corpus(&[
        (
            |form| {
                measure(form, "transfer_to_issuing");
                form.transfer = Some(pb::CustodyTransfer::default());
            },
            &[("transfer.to_issuing", "missing")],
        ),
        (
            |form| {
                measure(form, "transfer_to_executing");
                form.transfer =
                    Some(pb::CustodyTransfer { to_executing: "sought".into(), ..Default::default() });
            },
            &[("transfer.to_executing", "value")],
        ),
        (
            |form| {
                measure(form, "videoconference");
                form.measures[0].heard = vec!["suspect".into()];
                form.conference = Some(pb::ConferenceHearing::default());
            },
            &[("conference.authority", "missing"), ("conference.reasons", "missing")],
        ),
        (
            |form| {
                measure(form, "provisional");
                form.provisional =
                    Some(pb::ProvisionalMeasure { destination: "remains".into(), ..Default::default() });
            },
            &[("provisional.lifted", "missing")],
        ),
        (
            |form| {
                measure(form, "provisional");
                form.provisional = Some(pb::ProvisionalMeasure {
                    destination: "remains".into(),
                    requested: whole(9, 0),
                    ..Default::default()
                });
            },
            &[],
        ),
    ]);
}

#[test]
fn parts_h4_and_h7_have_their_rules() {
    corpus(&[
        (
            |form| {
                measure(form, "accounts");
                form.accounts =
                    Some(pb::AccountInformation { reasons: "Rent.".into(), ..Default::default() });
            },
            &[("accounts.grounds", "missing"), ("accounts", "nothing_ticked")],
        ),
        (
            |form| {
                measure(form, "operations");
                let turned = pb::RelatedAccount { begins: whole(4, 1), ..account() };
                form.operations = Some(pb::OperationInformation {
                    reasons: "Rent.".into(),
                    banking_operations: true,
                    accounts: vec![account(), turned],
                    ..Default::default()
                });
            },
            &[("operations.accounts[1].ends", "ends_before_start")],
        ),
        (
            |form| {
                measure(form, "interception");
                form.interception = Some(pb::OrderInterception {
                    days: 3651,
                    targets: Vec::new(),
                    transmission: "later".into(),
                    ..interception()
                });
            },
            &[
                ("interception.days", "value"),
                ("interception.targets", "missing"),
                ("interception.transmission", "value"),
            ],
        ),
        (
            |form| {
                measure(form, "interception");
                form.interception = Some(interception());
            },
            &[],
        ),
    ]);
}

#[test]
fn sections_i_to_l_have_their_rules() {
    corpus(&[
        (
            |form| form.officials = vec![pb::AssistingOfficial { name: "X".into(), ..Default::default() }],
            &[("officials[0].contact", "missing"), ("officials[0].languages", "missing")],
        ),
        (
            |form| form.remedy_contact = Some(pb::Contact { name: "X".into(), ..Default::default() }),
            &[("remedy_contact", "unreachable")],
        ),
        (|form| authority(form).kind = "other".into(), &[("validation", "missing")]),
        (|form| authority(form).kind.clear(), &[("authority.kind", "value")]),
        (|form| authority(form).details = None, &[("authority.details", "missing")]),
        (|form| authority(form).details.as_mut().unwrap().post.clear(), &[]),
        (
            |form| authority(form).details.as_mut().unwrap().languages = vec!["French".into()],
            &[("authority.details.languages[0]", "not_a_language")],
        ),
        (|form| authority(form).signature = None, &[("authority.signature", "missing")]),
        (
            |form| authority(form).signature.as_mut().unwrap().date = whole(6, 31),
            &[("authority.signature.date", "not_a_date")],
        ),
        (
            |form| {
                authority(form).kind = "other".into();
                let mut details = sample_details(1);
                details.post.clear();
                form.validation = Some(pb::ValidatingAuthority {
                    kind: "prosecutor".into(),
                    details: Some(details),
                    main_contact: "validating".into(),
                    signature: Some(sample_signature()),
                });
            },
            &[("validation.kind", "value"), ("validation.details.post", "missing")],
        ),
    ]);
}

#[test]
fn a_fault_names_its_place_and_never_the_content() {
    let mut form = sample(1);
    form.measures[1].description = "SECRET\u{7}".into();
    let faults = judged(&form).unwrap_err();
    assert_eq!(
        (faults.0[0].field.as_str(), faults.0[0].rule),
        ("measures[1].description", "control_character")
    );
    assert!(!faults.to_string().contains("SECRET"));
}

#[test]
fn long_texts_and_mixed_scripts_are_taken_up_to_the_bound() {
    let long = "Ω".repeat(limits::TEXT_BYTES / 2);
    assert!(faults(|form| form.facts.clone_from(&long)).is_empty());
    assert_eq!(faults(|form| form.facts = long + "x"), [("facts".to_owned(), "too_long")]);
    assert!(faults(|form| natural(form).names = vec!["Ивано́в Ελένη أمين".into()]).is_empty());
}

#[test]
fn a_field_of_a_later_release_is_no_fault() {
    let mut bytes = sample(1).encode_to_vec();
    // Field 2,000, a text of one byte.
    bytes.extend([0x82, 0x7d, 1, b'x']);
    assert_eq!(check(&bytes, &CONTEXT), Ok(Warnings::default()));
}

proptest! {
    #[test]
    fn no_text_makes_the_check_panic_or_lose_a_field(text in any::<String>(), year in 0u32..12_000, n in any::<u64>()) {
        let mut form = sample(n);
        form.language.clone_from(&text);
        form.measures[0].kind.clone_from(&text);
        form.measures[0].heard.push(text.clone());
        natural(&mut form).born = Some(pb::PartialDate { year, month: year % 14, day: year % 33 });
        form.categories.push(text.clone());
        authority(&mut form).kind = text;
        if let Err(faults) = judged(&form) {
            prop_assert!(faults.iter().all(|fault| !fault.field.is_empty() && !fault.article.is_empty()));
        }
    }
}

#[test]
fn the_outline_says_how_many_measures_the_form_lists() {
    let bytes = (FORM.sample)(1);
    let form = pb::InvestigationOrderForm::decode(bytes.as_slice()).unwrap();
    assert!(!form.measures.is_empty());
    assert_eq!((FORM.outline)(&bytes).items, form.measures.len());
}
