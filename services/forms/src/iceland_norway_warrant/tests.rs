//! The form by the States that it goes between, and by the articles it names. What a box wants is the form's of the warrant.

use rogatory_wire::pb::types::v1 as pb;

use super::*;
use crate::FormContext;

fn context(executing: &str, opener: &str) -> FormContext {
    FormContext {
        edition: 1,
        executing_state: executing.parse().ok(),
        opener_state: opener.parse().ok(),
        today: jiff::civil::date(2026, 11, 29),
    }
}

fn form(issuing: &str) -> pb::WarrantForm {
    let mut form = ACT.sample(1);
    form.translations = ["no", "nb", "is", "sv", "fi"].map(str::to_owned).to_vec();
    form.authority.as_mut().unwrap().country = issuing.into();
    form
}

#[test]
fn it_goes_between_a_member_state_and_iceland_or_norway_either_way_and_between_no_others() {
    for (issuing, executing, fault, instrument) in [
        ("FI", "NO", "", ""),
        ("FI", "IS", "", ""),
        ("NO", "FI", "", ""),
        ("IS", "SE", "", ""),
        ("FI", "SE", "not_between_these_states", ": eaw."),
        ("FI", "GB", "not_between_these_states", ": tca_warrant."),
        ("IS", "NO", "not_between_these_states", ": extradition."),
        ("FI", "CH", "not_between_these_states", ": extradition."),
        ("GB", "NO", "not_bound", ""),
    ] {
        let faults = ACT.check(&form(issuing).encode_to_vec(), &context(executing, issuing)).err();
        let told = faults.map(|faults| faults.0).unwrap_or_default();
        let rules: Vec<_> = told.iter().map(|fault| fault.rule).collect();
        let expected: Vec<_> = Some(fault).filter(|rule| !rule.is_empty()).into_iter().collect();
        assert_eq!(rules, expected, "{issuing} {executing}");
        assert!(told.first().is_none_or(|fault| fault.text.contains(instrument)), "{issuing} {executing}");
    }
}

#[test]
fn what_is_wrong_in_a_box_is_told_under_the_articles_of_the_agreement() {
    let mut empty = form("FI");
    empty.person = None;
    empty.orders.clear();
    empty.offences[0].description.clear();
    empty.offences[0].categories.clear();
    empty.language.clear();
    let faults = ACT.check(&empty.encode_to_vec(), &context("NO", "FI")).unwrap_err();
    let told: Vec<_> =
        faults.0.iter().map(|fault| (fault.field.as_str(), fault.rule, fault.article)).collect();
    assert_eq!(
        told,
        [
            ("language", "missing", "Art. 11(2)"),
            ("person", "missing", "Art. 11(1)(a), box (a)"),
            ("orders", "missing", "Art. 11(1)(c), box (b)"),
            ("offences[0].description", "neither_category_nor_description", "Art. 3(2), box (e) II"),
        ]
    );
    let mut ticked = form("FI");
    ticked.offences[0].description.clear();
    let warnings = ACT.check(&ticked.encode_to_vec(), &context("NO", "FI")).unwrap();
    let told: Vec<_> = warnings.0.iter().map(|it| (it.field.as_str(), it.rule, it.article)).collect();
    assert_eq!(told, [("offences[0].description", "list_alone", "Art. 3(4), box (e) I")]);
}
