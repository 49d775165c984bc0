//! What depends on who the parties are: their States, languages, ages and accessory offences.

use super::*;

/// A path and the rule that is broken there.
type Found = (&'static str, &'static str);
/// States of the executing side, of the opener and of box (i), with the faults and the warnings.
type Row = (&'static str, &'static str, &'static str, &'static [Found], &'static [Found]);

#[test]
fn a_warrant_goes_from_one_member_state_to_another() {
    let state = |code: &str| Some(code.parse::<Country>().unwrap());
    let rows: &[Row] = &[
        ("FI", "FR", "FR", &[], &[]),
        ("FR", "FR", "FR", &[], &[("", "own_state")]),
        ("GB", "FR", "FR", &[("", "not_a_member_state")], &[]),
        ("IS", "FR", "FR", &[("", "not_a_member_state")], &[]),
        ("NO", "FR", "FR", &[("", "not_a_member_state")], &[]),
        ("CH", "FR", "FR", &[("", "not_a_member_state")], &[]),
        ("US", "FR", "FR", &[("", "not_a_member_state")], &[]),
        ("FI", "FR", "GB", &[("authority.country", "not_a_member_state")], &[]),
        ("FI", "FR", "ZZ", &[("authority.country", "not_a_country")], &[]),
        ("FI", "FR", "BE", &[], &[("authority.country", "state_of_another_agency")]),
        ("FI", "GR", "EL", &[], &[("authority.country", "code_of_the_union")]),
        ("FI", "EU", "BE", &[], &[]),
        ("FI", "GB", "FR", &[("", "sent_from_elsewhere")], &[]),
    ];
    for (executing, opener, issuing, faults, warnings) in rows {
        let mut form = good();
        authority(&mut form).country = (*issuing).into();
        let context =
            FormContext { executing_state: state(executing), opener_state: state(opener), ..context() };
        let (found_faults, found_warnings) = found(&form, &context);
        assert_eq!(found_faults, expected(faults), "{executing} {opener} {issuing}");
        assert_eq!(found_warnings, expected(warnings), "{executing} {opener} {issuing}");
    }
}

#[test]
fn whoever_is_not_in_the_union_is_asked_by_the_instrument_that_is_named() {
    for (state, instrument) in [
        ("GB", "tca_warrant"),
        ("IS", "iceland_norway_warrant"),
        ("NO", "iceland_norway_warrant"),
        ("CH", "extradition"),
    ] {
        let context = FormContext { executing_state: Some(state.parse().unwrap()), ..context() };
        let faults = judged(&sample(1), &context).unwrap_err();
        assert!(faults.0[0].text.contains(&format!(": {instrument}.")), "{faults}");
    }
}

/// What is found in a form that was changed, for a State; of no State where it is empty.
fn warned(executing: &str, change: fn(&mut pb::WarrantForm)) -> Vec<(String, &'static str)> {
    let mut form = good();
    change(&mut form);
    let context = FormContext { executing_state: executing.parse().ok(), ..context() };
    let (faults, warnings) = found(&form, &context);
    assert_eq!(faults, [], "{executing}");
    warnings
}

#[test]
fn the_form_or_a_translation_is_in_a_language_that_the_executing_state_takes() {
    let untaken = expected(&[("translations", "language_not_taken")]);
    let in_french = |form: &mut pb::WarrantForm| form.translations.clear();
    let in_swedish = |form: &mut pb::WarrantForm| form.translations = vec!["de".into(), "sv-FI".into()];
    for (executing, change, is_taken) in [
        ("FI", in_french as fn(&mut pb::WarrantForm), false),
        ("FI", in_swedish, true),
        ("BE", in_french, true),
        ("PL", in_swedish, false),
        ("", in_french, true),
    ] {
        let expected = if is_taken { Vec::new() } else { untaken.clone() };
        assert_eq!(warned(executing, change), expected, "{executing}");
    }
}

#[test]
fn the_age_is_that_of_the_executing_state_or_of_most_states() {
    // Thirteen when the first offence began, twelve on the first day of the year in which the second did.
    let thirteen = |form: &mut pb::WarrantForm| {
        form.translations = vec!["fi".into(), "en".into()];
        person(form).born = on(2007, 6, 1);
    };
    let both =
        [("offences[0].began", "age_of_responsibility"), ("offences[1].began", "age_of_responsibility")];
    for (executing, warnings) in [("FI", &both[..]), ("", &both), ("IE", &[])] {
        assert_eq!(warned(executing, thirteen), expected(warnings), "{executing}");
    }
}

#[test]
fn nothing_is_said_of_accessory_offences_to_a_state_that_surrenders_for_them() {
    let accessory = |form: &mut pb::WarrantForm| {
        form.translations = vec!["fi".into(), "nl".into()];
        unlisted(&mut form.offences[1], months(11));
    };
    let told = [("offences[1].maximum", "accessory")];
    for (executing, warnings) in [("FI", &told[..]), ("NL", &[]), ("", &told)] {
        assert_eq!(warned(executing, accessory), expected(warnings), "{executing}");
    }
}
