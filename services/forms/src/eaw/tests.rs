//! The rules of the first edition of the form, one by one, and that nothing a form can contain makes the check fail.

mod second;

use proptest::prelude::*;

use super::*;

/// By the first edition, which stays as it is.
fn judged(form: &pb::WarrantForm) -> Result<Warnings, Faults> {
    super::judged(form, &FormContext::without_parties(1, jiff::civil::date(2026, 11, 29)))
}

fn faults(change: impl FnOnce(&mut pb::WarrantForm)) -> Vec<(String, &'static str)> {
    let mut form = sample(1);
    change(&mut form);
    match judged(&form) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(|fault| (fault.field.clone(), fault.rule)).collect(),
    }
}

fn only(field: &str, rule: &'static str, change: impl FnOnce(&mut pb::WarrantForm)) {
    assert_eq!(faults(change), [(field.to_owned(), rule)]);
}

fn years(years: u32) -> Option<pb::Term> {
    Some(pb::Term { years, ..pb::Term::default() })
}

fn execution(form: &mut pb::WarrantForm, trial: pb::WarrantTrial) {
    form.orders.clear();
    form.judgments = vec![pb::WarrantJudgment {
        reference: "JUDGMENT-1".into(),
        ecli: "ECLI:FR:TJMRS:2021:1234.A".into(),
        imposed: years(6),
        remaining: years(5),
        trial: Some(trial),
        ..pb::WarrantJudgment::default()
    }];
}

fn absent(absence: pb::WarrantAbsence, how_met: &str) -> pb::WarrantTrial {
    pb::WarrantTrial { appeared: Some(false), absences: vec![absence], how_met: how_met.into() }
}

fn day(day: u32) -> Option<pb::PartialDate> {
    Some(pb::PartialDate { year: 2021, month: 2, day })
}

#[test]
fn samples_are_valid_and_differ() {
    for n in 0..100 {
        assert_eq!(judged(&sample(n)), Ok(Warnings::default()));
        assert_ne!(sample(n), sample(n + 1));
    }
    assert_eq!(judged(&sample(u64::MAX)), Ok(Warnings::default()));
}

#[test]
fn an_empty_form_names_every_box_at_once() {
    let faults = judged(&pb::WarrantForm::default()).unwrap_err();
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["language", "person", "orders", "offences", "authority"]);
}

#[test]
fn a_fault_names_its_place_in_a_list_and_never_the_content() {
    let mut form = sample(1);
    form.offences[1].circumstances = "SECRET\u{7}".into();
    let faults = judged(&form).unwrap_err();
    assert_eq!(faults.0[0].field, "offences[1].circumstances");
    assert!(!faults.to_string().contains("SECRET"));
}

#[test]
fn no_name_and_no_line_holds_what_a_reader_cannot_see() {
    for hidden in
        ["\u{1b}", "\u{9b}", "\r", "\n", "\t", "\u{202e}", "\u{2066}", "\u{200b}", "\u{2028}", "\u{e0041}"]
    {
        let text = format!("Du{hidden}pont");
        only("person.names[0].original", "control_character", |form| {
            form.person.as_mut().unwrap().names[0].original.clone_from(&text);
        });
        only("person.aliases[0]", "control_character", |form| {
            form.person.as_mut().unwrap().aliases = vec![text.clone()];
        });
        only("authority.file_reference", "control_character", |form| {
            form.authority.as_mut().unwrap().file_reference.clone_from(&text);
        });
    }
}

#[test]
fn paragraphs_have_line_breaks_and_tabs_and_nothing_else_that_is_hidden() {
    assert!(faults(|form| form.offences[1].circumstances = "One.\r\nTwo.\n\tThree.".into()).is_empty());
    for hidden in ["\u{1b}", "\u{9b}", "\u{202e}", "\u{200b}", "\u{2029}", "\u{feff}"] {
        only("offences[1].circumstances", "control_character", |form| {
            form.offences[1].circumstances = format!("One.{hidden}Two.");
        });
    }
}

#[test]
fn a_field_of_nothing_but_spaces_of_any_width_is_missing() {
    only("authority.post", "missing", |form| form.authority.as_mut().unwrap().post = "\u{a0}\u{2003}".into());
}

#[test]
fn every_fault_is_told_at_once() {
    let found = faults(|form| {
        form.offence_total = 7;
        form.offences[0].place.clear();
        form.authority.as_mut().unwrap().email = "nobody".into();
    });
    assert_eq!(found.len(), 3);
}

#[test]
fn box_a_takes_partial_dates_and_stateless_persons() {
    assert!(
        faults(|form| form.person.as_mut().unwrap().born =
            Some(pb::PartialDate { year: 1980, month: 0, day: 0 }))
        .is_empty()
    );
    assert!(faults(|form| form.person.as_mut().unwrap().nationalities = vec!["stateless".into()]).is_empty());
    only("person.nationalities[0]", "not_a_country", |form| {
        form.person.as_mut().unwrap().nationalities = vec!["French".into()];
    });
    only("person.born", "not_a_date", |form| {
        form.person.as_mut().unwrap().born = Some(pb::PartialDate { year: 1981, month: 2, day: 29 });
    });
    only("person.names[0].transliteration", "not_latin", |form| {
        form.person.as_mut().unwrap().names[0].transliteration = "Иванов".into();
    });
}

#[test]
fn the_thresholds_of_article_two_hold() {
    only("offences[0].maximum", "below_twelve_months", |form| {
        form.offences[0].maximum = Some(pb::Term { months: 11, ..pb::Term::default() });
    });
    only("offences[0].maximum", "list_offence_below_three_years", |form| form.offences[0].maximum = years(2));
    assert!(
        faults(|form| {
            form.offences[0].maximum = years(2);
            form.offences[0].categories.clear();
            form.offences[0].description = "Described in full.".into();
        })
        .is_empty()
    );
    only("judgments[0].imposed", "below_four_months", |form| {
        execution(form, pb::WarrantTrial { appeared: Some(true), ..pb::WarrantTrial::default() });
        form.judgments[0].imposed = Some(pb::Term { months: 3, days: 29, ..pb::Term::default() });
        form.judgments[0].remaining = Some(pb::Term { months: 1, ..pb::Term::default() });
    });
}

#[test]
fn a_warrant_is_for_prosecution_for_execution_or_for_both() {
    let mut form = sample(1);
    let orders = form.orders.clone();
    execution(&mut form, pb::WarrantTrial { appeared: Some(true), ..pb::WarrantTrial::default() });
    assert_eq!(judged(&form), Ok(Warnings::default()));
    form.orders = orders;
    form.offences[0].judgment = 1;
    assert_eq!(judged(&form), Ok(Warnings::default()));
    only("offences[0].judgment", "no_such_judgment", |form| form.offences[0].judgment = 1);
}

#[test]
fn box_d_follows_its_own_rules() {
    let point =
        |point: pb::AbsencePoint| pb::WarrantAbsence { point: point.into(), ..pb::WarrantAbsence::default() };
    let served = pb::WarrantAbsence {
        point: pb::AbsencePoint::Served.into(),
        date: day(3),
        not_requested: true,
        ..Default::default()
    };
    let cases = [
        (absent(pb::WarrantAbsence { date: day(3), ..point(pb::AbsencePoint::SummonedInPerson) }, ""), None),
        (
            absent(point(pb::AbsencePoint::SummonedInPerson), ""),
            Some(("judgments[0].trial.absences[0].date", "missing")),
        ),
        (absent(point(pb::AbsencePoint::InformedOtherwise), "By his lawyer."), None),
        (
            absent(point(pb::AbsencePoint::InformedOtherwise), ""),
            Some(("judgments[0].trial.how_met", "missing")),
        ),
        (absent(point(pb::AbsencePoint::Defended), ""), Some(("judgments[0].trial.how_met", "missing"))),
        (absent(served, "Served at home."), None),
        (
            absent(pb::WarrantAbsence { not_requested: false, ..served }, "Served at home."),
            Some(("judgments[0].trial.absences[0]", "reaction_missing")),
        ),
        (absent(pb::WarrantAbsence { days: 30, ..point(pb::AbsencePoint::WillBeServed) }, ""), None),
        (
            absent(point(pb::AbsencePoint::WillBeServed), ""),
            Some(("judgments[0].trial.absences[0].days", "retrial_days")),
        ),
        (pb::WarrantTrial { appeared: Some(false), ..pb::WarrantTrial::default() }, None),
        (pb::WarrantTrial::default(), Some(("judgments[0].trial.appeared", "missing"))),
    ];
    for (trial, expected) in cases {
        let found = faults(|form| execution(form, trial));
        let expected: Vec<_> = expected.into_iter().map(|(field, rule)| (field.to_owned(), rule)).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_judgment_without_box_d_comes_back() {
    only("judgments[0].trial", "missing", |form| {
        execution(form, pb::WarrantTrial::default());
        form.judgments[0].trial = None;
    });
}

#[test]
fn life_and_box_h_belong_together() {
    let life = Some(pb::Term { life: true, ..pb::Term::default() });
    only("life", "missing", |form| form.offences[0].maximum = life);
    only("life", "life_without_life_term", |form| {
        form.life = Some(pb::WarrantLife { review: true, clemency: false });
    });
    let mut form = sample(1);
    form.maximum = life;
    form.life = Some(pb::WarrantLife { review: true, clemency: true });
    assert_eq!(judged(&form), Ok(Warnings::default()));
}

#[test]
fn property_needs_a_reason_and_dates_precede_the_issue() {
    only("property", "property_without_reason", |form| {
        let property = form.property.as_mut().unwrap();
        (property.evidence, property.proceeds) = (false, false);
    });
    only("offences[0].ended", "after_issue", |form| {
        form.offences[0].ended = Some(pb::PartialDate { year: 2021, month: 6, day: 1 });
    });
}

#[test]
fn ticks_for_the_whole_warrant_need_no_link_to_an_offence() {
    let unlinked = |form: &mut pb::WarrantForm| form.offences[0].categories.clear();
    only("offences[0].description", "neither_category_nor_description", unlinked);
    let ticked = |form: &mut pb::WarrantForm| {
        unlinked(form);
        form.categories = vec!["Terrorism".into()];
    };
    assert!(faults(ticked).is_empty());
    only("categories[0]", "not_a_category", |form| form.categories = vec!["terrorism".into()]);
}

#[test]
fn what_was_given_wrongly_is_told_where_it_stands_and_not_missed_elsewhere_too() {
    let life = Some(pb::Term { life: true, ..pb::Term::default() });
    only("offences[0].place", "missing", |form| {
        form.offences[0].maximum = life;
        form.offences[0].place.clear();
        form.life = Some(pb::WarrantLife { review: true, clemency: false });
    });
    only("offences[0].description", "control_character", |form| {
        form.offences[0].categories.clear();
        form.offences[0].description = "a bell\u{7}".into();
    });
    only("authority.contacts[0].email", "not_an_email", |form| {
        form.authority.as_mut().unwrap().contacts =
            vec![pb::Contact { name: "Greffe".into(), email: "greffe".into(), ..pb::Contact::default() }];
    });
}

#[test]
fn a_usual_warrant_is_about_two_kibibytes() {
    let size = sample(1).encoded_len();
    assert!((1800..2400).contains(&size), "{size} bytes");
}

#[test]
fn an_enum_number_of_a_later_release_counts_as_not_given() {
    only("person.sex", "missing", |form| form.person.as_mut().unwrap().sex = 99);
}

#[test]
fn a_field_of_a_later_release_is_no_fault() {
    let mut bytes = sample(1).encode_to_vec();
    // Field 2,000, a text of one byte.
    bytes.extend([0x82, 0x7d, 1, b'x']);
    let context = FormContext::without_parties(1, jiff::civil::date(2026, 11, 29));
    assert_eq!(check(&bytes, &context), Ok(Warnings::default()));
}

proptest! {
    #[test]
    fn no_text_makes_the_check_panic_or_lose_a_field(text in any::<String>(), year in 0u32..12_000, n in any::<u64>()) {
        let mut form = sample(n);
        form.language.clone_from(&text);
        form.person.as_mut().unwrap().names[0].original.clone_from(&text);
        form.offences[0].began = Some(pb::PartialDate { year, month: year % 14, day: year % 33 });
        form.offences[0].categories.push(text.clone());
        form.authority.as_mut().unwrap().email = text;
        if let Err(faults) = judged(&form) {
            prop_assert!(faults.iter().all(|fault| !fault.field.is_empty() && !fault.article.is_empty()));
        }
    }
}

#[test]
fn what_is_written_in_point_4_of_box_d_is_looked_at_whatever_is_ticked() {
    let points =
        [pb::AbsencePoint::SummonedInPerson, pb::AbsencePoint::WillBeServed, pb::AbsencePoint::Served];
    let ticked = points.map(|point| vec![pb::WarrantAbsence { point: point.into(), ..Default::default() }]);
    for absences in ticked.into_iter().chain([Vec::new()]) {
        let trial =
            pb::WarrantTrial { appeared: Some(false), absences, how_met: "hidden\u{202e}".to_owned() };
        let found = faults(|form| execution(form, trial));
        assert!(found.contains(&("judgments[0].trial.how_met".to_owned(), "control_character")), "{found:?}");
    }
}

#[test]
fn the_outline_says_what_the_form_lists() {
    for (orders, judgments, offences) in [(0, 0, 0), (2, 0, 3), (0, 1, 2), (1, 3, 1)] {
        let mut form = sample(1);
        form.orders = vec![pb::WarrantOrder::default(); orders];
        form.judgments = vec![pb::WarrantJudgment::default(); judgments];
        form.offences = vec![pb::WarrantOffence::default(); offences];
        let outline = (FORM.outline)(&form.encode_to_vec());
        let is_so = |code| outline.traits.contains(&code);
        assert_eq!(
            (is_so("prosecution"), is_so("sentence"), outline.items),
            (orders > 0, judgments > 0, offences)
        );
    }
}
