//! What the boxes demand of each other: thresholds, list categories, decisions, terms.

use super::*;

#[test]
fn thresholds_are_of_the_warrant_and_what_is_below_beside_them_is_accessory() {
    hold(&[
        warning(
            "an accessory offence",
            |form| unlisted(&mut form.offences[1], months(11)),
            &[("offences[1].maximum", "accessory")],
        ),
        fault(
            "no offence reaches twelve months",
            |form| form.offences.iter_mut().for_each(|offence| unlisted(offence, months(11))),
            &[("offences[0].maximum", "below_twelve_months"), ("offences[1].maximum", "below_twelve_months")],
        ),
        fault(
            "an accessory offence ticked as one of the list",
            |form| form.offences[1].maximum = months(11),
            &[("offences[1].maximum", "list_offence_below_three_years")],
        ),
        fault(
            "box (c) 1 below twelve months for all",
            |form| {
                form.offences.iter_mut().for_each(|offence| unlisted(offence, None));
                form.maximum = months(6);
            },
            &[("offences[0].maximum", "below_twelve_months"), ("offences[1].maximum", "below_twelve_months")],
        ),
        fault(
            "a sentence of three months and nothing else",
            |form| {
                sentenced(form);
                (form.judgments[0].imposed, form.judgments[0].remaining) = (months(3), months(1));
            },
            &[("judgments[0].imposed", "below_four_months")],
        ),
        warning(
            "a sentence of three months beside one of six years",
            |form| {
                sentenced(form);
                form.judgments.push(form.judgments[0].clone());
                (form.judgments[1].imposed, form.judgments[1].remaining) = (months(3), months(1));
            },
            &[
                ("judgments[1].imposed", "accessory"),
                ("offences[0].judgment", "judgment_not_named"),
                ("offences[1].judgment", "judgment_not_named"),
            ],
        ),
        warning(
            "an accessory offence beside a sentence",
            |form| {
                both(form);
                unlisted(&mut form.offences[1], months(11));
            },
            &[("offences[1].maximum", "accessory")],
        ),
    ]);
}

#[test]
fn slips_of_the_pen_that_the_law_does_not_forbid_are_told() {
    hold(&[
        warning(
            "an offence that began after its judgment",
            |form| {
                sentenced(form);
                form.offences[0].judgment = 1;
                (form.offences[0].began, form.offences[0].ended) = (on(2021, 5, 1), None);
            },
            &[("offences[0].began", "after_its_judgment")],
        ),
        warning(
            "a person of a hundred and sixty years",
            |form| person(form).born = on(1862, 3, 1),
            &[("person.born", "born_long_ago")],
        ),
    ]);
}

#[test]
fn list_categories_need_three_years_wherever_they_are_ticked() {
    hold(&[
        fault(
            "ticked for the whole warrant, two years at most",
            |form| {
                form.offences.iter_mut().for_each(|offence| unlisted(offence, years(2)));
                (form.maximum, form.categories) = (None, vec!["Corruption".into()]);
            },
            &[("categories", "list_offence_below_three_years")],
        ),
        fine("ticked for the whole warrant, one offence of ten years", |form| {
            unlisted(&mut form.offences[0], years(2));
            form.categories = vec!["Corruption".into()];
        }),
        fine("a judged list offence is not held against box (c) 1", |form| {
            both(form);
            (form.maximum, form.offences[0].maximum) = (years(2), None);
            unlisted(&mut form.offences[1], None);
        }),
        fault(
            "a judged list offence is held against its own maximum",
            |form| {
                both(form);
                form.offences[0].maximum = years(2);
            },
            &[("offences[0].maximum", "list_offence_below_three_years")],
        ),
        fine("the code as the Commission writes it", |form| {
            form.offences[0].categories = vec!["FacilitationOfUnauthorisedEntryAndResidence".into()];
        }),
        fine("the code as edition 1 writes it", |form| {
            form.offences[0].categories = vec!["FacilitationOfUnauthorisedEntry".into()];
        }),
        fault(
            "a code that there is not",
            |form| form.offences[0].categories = vec!["FacilitationOfUnauthorisedExit".into()],
            &[("offences[0].categories[0]", "not_a_category")],
        ),
    ]);
}

#[test]
fn box_d_has_an_answer_for_each_decision_that_counts() {
    hold(&[
        fine("a first instance in presence and an appeal in absence, summoned in person", |form| {
            sentenced(form);
            form.judgments[0].decisions = vec![decision("appeal", Some(summoned(on(2021, 5, 2))))];
        }),
        fine("three decisions of one sentence, and none of the judgment itself", |form| {
            sentenced(form);
            form.judgments[0].trial = None;
            let kinds = ["aggregate_sentence", "new_conviction", "suspension_revoked"];
            form.judgments[0].decisions = kinds.map(|kind| decision(kind, Some(present()))).to_vec();
        }),
        fault(
            "no answer at all",
            |form| {
                sentenced(form);
                form.judgments[0].trial = None;
            },
            &[("judgments[0].trial", "missing")],
        ),
        fault(
            "a decision without its kind and its trial",
            |form| {
                sentenced(form);
                form.judgments[0].decisions = vec![decision("", None)];
            },
            &[("judgments[0].decisions[0].kind", "value"), ("judgments[0].decisions[0].trial", "missing")],
        ),
        fault(
            "two ticks in a further decision, which lies after the issue",
            |form| {
                sentenced(form);
                let mut trial = summoned(on(2021, 5, 2));
                trial.absences.push(trial.absences[0]);
                form.judgments[0].decisions =
                    vec![pb::WarrantDecision { date: on(2021, 6, 1), ..decision("appeal", Some(trial)) }];
            },
            &[
                ("judgments[0].decisions[0].date", "after_issue"),
                ("judgments[0].decisions[0].trial.absences", "one_of_point_3"),
            ],
        ),
        fault(
            "more decisions than a list holds",
            |form| {
                sentenced(form);
                form.judgments[0].decisions = vec![decision("appeal", Some(present())); 65];
            },
            &[("judgments[0].decisions", "too_many")],
        ),
        warning(
            "absent, and nothing ticked",
            |form| {
                sentenced(form);
                form.judgments[0].trial =
                    Some(pb::WarrantTrial { appeared: Some(false), ..pb::WarrantTrial::default() });
            },
            &[("judgments[0].trial.absences", "absence_unexplained")],
        ),
        warning(
            "summoned after the decision",
            |form| {
                sentenced(form);
                form.judgments[0].trial = Some(summoned(on(2021, 5, 1)));
            },
            &[("judgments[0].trial.absences[0].date", "summoned_after_decision")],
        ),
        warning(
            "served before the decision",
            |form| {
                sentenced(form);
                form.judgments[0].trial = Some(served(on(2021, 4, 29)));
            },
            &[("judgments[0].trial.absences[0].date", "served_before_decision")],
        ),
    ]);
}

#[test]
fn a_term_is_limited_for_life_or_without_a_fixed_end() {
    hold(&[
        fine("a detention order without a fixed end", |form| {
            sentenced(form);
            (form.judgments[0].imposed, form.judgments[0].remaining) = (Some(INDEFINITE), Some(INDEFINITE));
        }),
        fine("the same with box (h) ticked", |form| {
            sentenced(form);
            (form.judgments[0].imposed, form.judgments[0].remaining) = (Some(INDEFINITE), Some(INDEFINITE));
            form.life = Some(pb::WarrantLife { review: true, clemency: false });
        }),
        fault(
            "without a fixed end, and three years",
            |form| form.offences[0].maximum = Some(pb::Term { years: 3, ..INDEFINITE }),
            &[("offences[0].maximum", "indefinite_with_length")],
        ),
        fault(
            "without a fixed end, and for life",
            |form| form.offences[0].maximum = Some(pb::Term { life: true, ..INDEFINITE }),
            &[("offences[0].maximum", "indefinite_with_length")],
        ),
        fault(
            "what remains has no end, and what was imposed has",
            |form| {
                sentenced(form);
                form.judgments[0].remaining = Some(INDEFINITE);
            },
            &[("judgments[0].remaining", "remaining_exceeds_imposed")],
        ),
        warning(
            "life, and box (h) empty",
            |form| (form.maximum, form.offences[0].maximum) = (Some(LIFE), Some(LIFE)),
            &[("life", "life_without_review")],
        ),
        warning(
            "an offence with a longer term than the whole warrant",
            |form| form.maximum = Some(pb::Term { years: 10, ..pb::Term::default() }),
            &[("offences[0].maximum", "above_maximum_of_warrant")],
        ),
        fault(
            "box (h) ticked, and no life",
            |form| form.life = Some(pb::WarrantLife { review: true, clemency: false }),
            &[("life", "life_without_life_term")],
        ),
    ]);
}

#[test]
fn box_b_names_a_national_decision() {
    const ITSELF: &[(&str, &str)] = &[("orders[0].kind", "no_national_decision")];
    hold(&[
        warning("its name", |form| form.orders[0].kind = "European Arrest Warrant of 20 May".into(), ITSELF),
        warning(
            "its name in French",
            |form| form.orders[0].kind = "Mandat d\u{2019}arrêt européen".into(),
            ITSELF,
        ),
        warning(
            "its own reference",
            |form| form.orders[0].reference = form.authority.as_ref().unwrap().file_reference.clone(),
            ITSELF,
        ),
    ]);
}
