//! What a value demands of itself and of others of its kind: names, codes, days, lengths.

use super::*;

#[test]
fn names_and_births_are_as_they_are_known() {
    hold(&[
        fine("one name only", |form| {
            person(form).forenames.clear();
            person(form).mononym = true;
        }),
        fault(
            "no forename, and nothing said of it",
            |form| person(form).forenames.clear(),
            &[("person.forenames", "missing")],
        ),
        fault(
            "one name only, and a forename",
            |form| person(form).mononym = true,
            &[("person.mononym", "surplus")],
        ),
        fine("an unknown birth", |form| {
            person(form).born = None;
            person(form).birth_unknown = true;
        }),
        fault(
            "no birth, and nothing said of it",
            |form| person(form).born = None,
            &[("person.born", "missing")],
        ),
        fault(
            "an unknown birth, and its year",
            |form| person(form).birth_unknown = true,
            &[("person.birth_unknown", "surplus")],
        ),
        warning(
            "Latin with Cyrillic letters that look the same",
            |form| person(form).names[0].original = "Iv\u{430}nov".into(),
            &[("person.names[0].original", "mixed_scripts")],
        ),
        warning(
            "the same in a maiden name and in an alias",
            |form| {
                person(form).maiden_name = "P\u{3bf}pescu".into();
                person(form).aliases = vec!["Sasha".into(), "S\u{430}sha".into()];
            },
            &[("person.maiden_name", "mixed_scripts"), ("person.aliases[1]", "mixed_scripts")],
        ),
        fine("names of one script each", |form| {
            for (original, latin) in [
                ("Иванов", "Ivanov"),
                ("山田 たろう", "Yamada"),
                ("O'Brien-Łukasiewicz", ""),
                ("Παπαδόπουλος", "Papadopoulos"),
            ] {
                person(form)
                    .names
                    .push(pb::PersonName { original: original.into(), transliteration: latin.into() });
            }
        }),
        fault(
            "a transliteration with a Cyrillic letter",
            |form| person(form).names[0].transliteration = "Iv\u{430}nov".into(),
            &[("person.names[0].transliteration", "not_latin")],
        ),
    ]);
}

#[test]
fn codes_of_states_and_languages_are_among_those_there_are() {
    hold(&[
        fault(
            "a language that there is not",
            |form| form.language = "zz".into(),
            &[("language", "not_a_language")],
        ),
        fault(
            "a translation into one",
            |form| form.translations = vec!["fi".into(), "xx-Latn".into()],
            &[("translations[1]", "not_a_language")],
        ),
        fine("a person who understands a language without a code of two letters", |form| {
            person(form).languages = vec!["kmr".into(), "sr-Latn".into()];
        }),
        fault(
            "a State that there is not",
            |form| person(form).nationalities = vec!["ZZ".into()],
            &[("person.nationalities[0]", "not_a_country")],
        ),
        warning(
            "codes of the Union beside those of ISO",
            |form| person(form).nationalities = vec!["EL".into(), "GR".into(), "UK".into()],
            &[
                ("person.nationalities[0]", "code_of_the_union"),
                ("person.nationalities[2]", "code_of_the_union"),
                ("person.nationalities", "once"),
            ],
        ),
        fine("stateless, unknown, of Kosovo", |form| {
            person(form).nationalities = vec!["stateless".into(), "unknown".into(), "XK".into()];
        }),
    ]);
}

#[test]
fn days_are_in_the_order_in_which_they_come() {
    hold(&[
        fault(
            "signed in 2062",
            |form| authority(form).signature.as_mut().unwrap().date = on(2062, 5, 20),
            &[("authority.signature.date", "in_future")],
        ),
        fine("signed today, where the day has begun", |form| {
            authority(form).signature.as_mut().unwrap().date = on(2026, 11, 30);
        }),
        fault(
            "signed the day after",
            |form| authority(form).signature.as_mut().unwrap().date = on(2026, 12, 1),
            &[("authority.signature.date", "in_future")],
        ),
        fault(
            "an offence in 2062",
            |form| form.offences[1].began = on(2062, 0, 0),
            &[("offences[1].began", "after_issue")],
        ),
        fault(
            "an order in 2062 and a signature without its day",
            |form| {
                form.orders[0].date = on(2062, 1, 1);
                authority(form).signature.as_mut().unwrap().date = on(2021, 5, 0);
            },
            &[("orders[0].date", "in_future"), ("authority.signature.date", "date_incomplete")],
        ),
        fault(
            "born in 2062",
            |form| person(form).born = on(2062, 1, 1),
            &[
                ("person.born", "after_issue"),
                ("offences[0].began", "before_birth"),
                ("offences[1].began", "before_birth"),
            ],
        ),
        fault(
            "an offence that ends in the year before",
            |form| form.offences[0].ended = on(2020, 0, 0),
            &[("offences[0].ended", "ends_before_start")],
        ),
        fine("an offence that ends in the year in which it began", |form| {
            form.offences[0].ended = on(2021, 0, 0);
        }),
        fault(
            "a person who was not born",
            |form| person(form).born = on(2021, 4, 1),
            &[("offences[0].began", "before_birth"), ("offences[1].began", "before_birth")],
        ),
        warning(
            "a child",
            |form| person(form).born = on(2008, 6, 0),
            &[("offences[0].began", "age_of_responsibility"), ("offences[1].began", "age_of_responsibility")],
        ),
    ]);
}

#[test]
fn ten_thousand_characters_are_for_paragraphs_and_not_for_lines() {
    hold(&[
        fine("paragraphs", |form| {
            form.offences[0].circumstances = long();
            form.other_circumstances = long();
        }),
        fault(
            "lines",
            |form| {
                person(form).names[0].original = long();
                form.orders[0].reference = long();
                form.offences[0].place = long();
                authority(form).post = long();
            },
            &[
                ("person.names[0].original", "too_long"),
                ("orders[0].reference", "too_long"),
                ("offences[0].place", "too_long"),
                ("authority.post", "too_long"),
            ],
        ),
        fault(
            "paragraphs of 70,000 bytes",
            |form| form.other_circumstances = "x".repeat(70_000),
            &[("other_circumstances", "too_long")],
        ),
    ]);
}
