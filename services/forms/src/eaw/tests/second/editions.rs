//! What the first edition keeps beside the second, and what no warning says.

use super::*;

#[test]
fn the_first_edition_takes_what_it_took_and_refuses_what_it_refused() {
    let first = FormContext { edition: 1, ..context() };
    let changed = |change: fn(&mut pb::WarrantForm)| {
        let mut form = sample(1);
        change(&mut form);
        found(&form, &first)
    };
    let refused = |path: &str, rule| (expected(&[(path, rule)]), Vec::new());
    let taken = (Vec::new(), Vec::new());
    assert_eq!(
        changed(|form| unlisted(&mut form.offences[1], months(11))),
        refused("offences[1].maximum", "below_twelve_months")
    );
    assert_eq!(changed(|form| form.offences[0].maximum = Some(LIFE)), refused("life", "missing"));
    let alone = |form: &mut pb::WarrantForm| {
        person(form).forenames.clear();
        person(form).mononym = true;
    };
    assert_eq!(changed(alone), refused("person.forenames", "missing"));
    let unknown = |form: &mut pb::WarrantForm| {
        person(form).born = None;
        person(form).birth_unknown = true;
    };
    assert_eq!(changed(unknown), refused("person.born", "missing"));
    assert_eq!(
        changed(|form| form.offences[0].maximum = Some(INDEFINITE)),
        refused("offences[0].maximum", "term_zero")
    );
    assert_eq!(
        changed(
            |form| form.offences[0].categories = vec!["FacilitationOfUnauthorisedEntryAndResidence".into()]
        ),
        refused("offences[0].categories[0]", "not_a_category")
    );
    assert_eq!(changed(|form| authority(form).signature.as_mut().unwrap().date = on(2062, 1, 1)), taken);
    assert_eq!(changed(|form| person(form).born = on(2010, 1, 1)), taken);
    assert_eq!(changed(|form| form.language = "zz".into()), taken);
    assert_eq!(changed(|form| form.offences[0].ended = on(2020, 0, 0)), taken);
    assert_eq!(changed(|form| person(form).names[0].original = "Iv\u{430}nov".into()), taken);
    let british = FormContext { executing_state: Some("GB".parse().unwrap()), ..first };
    assert_eq!(found(&sample(1), &british), taken);
}

#[test]
fn decisions_that_edition_1_does_not_show_are_warned_of() {
    let mut form = sample(1);
    sentenced(&mut form);
    form.judgments[0].decisions = vec![decision("no kind", None)];
    let told = found(&form, &FormContext { edition: 1, ..context() });
    assert_eq!(told, (Vec::new(), expected(&[("judgments[0].decisions", "not_in_this_edition")])));
}

#[test]
fn no_warning_repeats_what_was_written() {
    let mut form = good();
    person(&mut form).names[0].original = "SECR\u{415}T".into();
    form.orders[0].kind = "European arrest warrant SECRET".into();
    let warnings = judged(&form, &context()).unwrap();
    assert_eq!(warnings.0.len(), 2);
    assert!(warnings.0.iter().all(|warning| !warning.text.contains("SECR") && !warning.article.is_empty()));
}
