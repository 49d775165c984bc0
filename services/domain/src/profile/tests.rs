//! The embedded files, what is found in them, and everything that can be wrong with one.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::fault::Wrong;
use super::*;

const MEMBERS: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";

/// A profile that says as little as one can, of a family that no release has.
const LEAST: &str = r#"
state = "NL"
name = "Netherlands"

[[profile]]
family = "writ"
edition = 1
from = "2026-01-01"
appeal = { value = "none", mark = "V", source = "s. 1" }
first_limit_from = { value = "arrest", mark = "S", source = "s. 2" }
extension = { days = 30, repeated = false, mark = "own", source = "s. 3" }
takes_effect_after = { days = 15, days_with_consent = 10, mark = "own", source = "s. 4" }
counts_first_day = { value = true, mark = "own", source = "s. 5" }
rolls = { value = "no", mark = "own", source = "s. 6" }
consent = { value = "never", mark = "own", source = "s. 7" }
accessory_offences = { value = "ask", mark = "own", source = "s. 8" }
age_of_responsibility = { value = 14, mark = "own", source = "s. 9" }
languages = { value = ["nl"], mark = "own", source = "s. 10" }
unknown = ["executing_authorities", "arrest_without_warrant"]
"#;

fn state(code: &str) -> Country {
    code.parse().unwrap()
}

/// The family that a State's first profile is of.
fn family_of(code: &str) -> &'static str {
    &STATES.iter().find(|file| file.state == state(code)).unwrap().profiles[0].family
}

fn profile(code: &str) -> &'static StateProfile {
    StateProfile::of(family_of(code), 1, state(code), date(2026, 11, 29)).unwrap()
}

fn least() -> StateProfile {
    reader::read("nl.toml", LEAST).unwrap().profiles.remove(0)
}

#[test]
fn every_file_is_read_without_a_fault() {
    for (name, text) in FILES {
        if let Err(faults) = reader::read(name, text) {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("{}", faults.join("\n"));
        }
    }
}

#[test]
fn every_state_bound_by_an_instrument_has_one_profile_of_it_on_every_day_from_july_2025() {
    let mut bound: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in STATES.iter() {
        for profile in &file.profiles {
            if !profile.is_valid(date(2026, 11, 29)) {
                continue;
            }
            bound.entry(&profile.family).or_default().push(file.state.as_str());
            for day in [date(2025, 7, 1), date(2026, 11, 29), date(2062, 1, 1)] {
                let found = StateProfile::of(&profile.family, 1, file.state, day);
                assert_eq!(found, Some(profile), "{} on {day}", file.state);
            }
        }
    }
    let mut bound: Vec<String> = bound.into_values().map(|states| states.join(" ")).collect();
    bound.sort_by_key(String::len);
    assert_eq!(bound, ["GB", "IS NO", MEMBERS]);
}

#[test]
fn a_profile_is_found_by_family_edition_state_and_day_alone() {
    let (family, netherlands) = (family_of("NL"), state("NL"));
    assert!(StateProfile::of(family, 1, netherlands, date(2025, 7, 1)).is_some());
    // What was read is in force from July 2025; before, it is own knowledge, and before the act of 2021 nothing.
    let before = StateProfile::of(family, 1, netherlands, date(2025, 6, 30)).unwrap();
    assert_eq!((before.rolls.value, before.rolls.mark), (Rolls::Yes, Mark::Own));
    assert!(StateProfile::of(family, 1, netherlands, date(2021, 3, 31)).is_none());
    assert!(StateProfile::of(family, 2, netherlands, date(2026, 1, 1)).is_none());
    assert!(StateProfile::of(family_of("GB"), 1, netherlands, date(2026, 1, 1)).is_none());
    assert!(StateProfile::of(family, 1, state("GB"), date(2026, 1, 1)).is_none());
    assert!(StateProfile::of(family, 1, state("CH"), date(2026, 1, 1)).is_none());
}

#[test]
fn the_last_day_of_a_profile_is_its_own_and_the_next_one_begins_after_it() {
    let row = LEAST.split_once("[[profile]]").unwrap().1.to_owned();
    let first = LEAST.replace("from = \"2026-01-01\"", "from = \"2026-01-01\"\nuntil = \"2026-03-31\"");
    let text = format!("{first}\n[[profile]]{}", row.replace("2026-01-01", "2026-04-01"));
    let file = reader::read("nl.toml", &text).unwrap();
    let on =
        |day: Date| file.profiles.iter().filter(|it| it.is_valid(day)).map(|it| it.from).collect::<Vec<_>>();
    assert_eq!(on(date(2025, 12, 31)), []);
    assert_eq!(on(date(2026, 3, 31)), [date(2026, 1, 1)]);
    assert_eq!(on(date(2026, 4, 1)), [date(2026, 4, 1)]);
}

/// The rows of the law that were got wrong before, as the files have them now.
#[test]
fn what_states_do_their_own_way_is_what_their_acts_say() {
    let (nl, ie, gb) = (profile("NL"), profile("IE"), profile("GB"));
    assert_eq!(nl.executing_authorities.as_ref().unwrap().value, ["Rechtbank Amsterdam"]);
    assert_eq!((nl.appeal.value, nl.first_limit_from.value), (Appeal::None, LimitStart::TakenUp));
    assert_eq!(nl.extension.value, Extension { days: 60, is_repeated: true });
    assert_eq!(nl.rights_extension_days.as_ref().unwrap().value, 30);
    assert_eq!(
        nl.arrest_without_warrant.as_ref().unwrap().value,
        Custody { length: 20, unit: CustodyUnit::Days }
    );
    assert_eq!((nl.rolls.value, nl.accessory_offences.value), (Rolls::Yes, AccessoryOffences::Yes));
    assert_eq!(nl.extension.source, "Overleveringswet art. 22(4)-(6)");
    assert_eq!((ie.appeal.value, ie.consent.value), (Appeal::PointOfLaw, Revocable::UntilSurrender));
    assert_eq!(ie.takes_effect_after.value, EffectDays { days: 15, days_with_consent: 10 });
    assert_eq!(ie.extension.value, Extension { days: 0, is_repeated: false });
    assert_eq!((gb.counts_first_day.value, gb.counts_first_day.mark), (true, Mark::V));
    assert!(!profile("FR").counts_first_day.value, "only the United Kingdom counts the first day");
    for read in [&nl.appeal, &ie.appeal, &gb.appeal] {
        assert_eq!(read.mark, Mark::V, "{}", read.source);
    }
}

#[test]
fn ages_are_those_of_the_table() {
    for (age, states) in [
        (10, "GB"),
        (12, "IE NL"),
        (13, "FR"),
        (14, "AT BG CY DE EE ES HR HU IT LV MT RO SI SK"),
        (15, "CZ DK FI GR IS NO SE"),
        (16, "BE LT PT"),
        (17, "PL"),
        (18, "LU"),
    ] {
        let of_age = STATES.iter().filter(|it| it.profiles[0].age_of_responsibility.value == age);
        assert_eq!(of_age.map(|it| it.state.as_str()).collect::<Vec<_>>().join(" "), states, "{age}");
    }
    for (code, age) in [("HU", 12), ("IE", 10), ("LT", 14), ("LU", 13), ("PL", 15)] {
        assert_eq!(profile(code).age_for_some_offences.as_ref().unwrap().value, age, "{code}");
    }
}

#[test]
fn a_default_is_own_knowledge_and_is_listed_as_unknown_and_nothing_else_is() {
    for profile in STATES.iter().flat_map(|file| &file.profiles) {
        for row in profile.rows() {
            let is_default = row.source.starts_with("default");
            let is_listed = profile.unknown.iter().any(|entry| entry == row.fact);
            assert_eq!(is_default, is_listed, "{}: {}", profile.state, row.fact);
        }
    }
}

#[test]
fn what_is_read_of_a_profile_is_what_stands_there() {
    let profile = least();
    assert_eq!(profile.appeal, Marked { value: Appeal::None, mark: Mark::V, source: "s. 1".into() });
    assert_eq!(profile.first_limit_from.mark, Mark::S);
    assert_eq!(
        profile.languages,
        Marked { value: vec!["nl".into()], mark: Mark::Own, source: "s. 10".into() }
    );
    assert_eq!((profile.executing_authorities.clone(), profile.until), (None, None));
    assert_eq!((profile.state, profile.edition, profile.from), (state("NL"), 1, date(2026, 1, 1)));
    let sources: Vec<&str> = profile.rows().iter().map(|row| row.source).collect();
    assert_eq!(sources, (1..=10).map(|at| format!("s. {at}")).collect::<Vec<_>>());
}

#[test]
fn every_fact_that_a_file_can_have_is_on_the_pages() {
    let full = FILES.iter().flat_map(|(name, text)| reader::read(name, text).unwrap().profiles);
    let mut seen: Vec<&str> =
        full.flat_map(|it| it.rows().iter().map(|row| row.fact).collect::<Vec<_>>()).collect();
    seen.sort_unstable();
    seen.dedup();
    let mut facts = reader::FACTS;
    facts.sort_unstable();
    assert_eq!(seen, facts);
}

/// What is put in place of a text of the least profile, and every fault that comes of it.
#[test]
fn every_wrong_file_is_told_everything_that_is_wrong_with_it() {
    for (text, with, expected) in wrong_files()
        .into_iter()
        .chain(wrong_values())
        .chain(wrong_times())
        .chain(wrong_persons())
        .chain(wrong_unknown())
    {
        let changed = LEAST.replacen(text, with, 1);
        assert!(text.is_empty() || changed != LEAST, "{text} stands nowhere");
        let faults = reader::read("nl.toml", &changed).unwrap_err();
        assert!(faults.iter().all(|fault| fault.file == "nl.toml"), "{faults:?}");
        let told: Vec<(&str, Wrong)> = faults.iter().map(|it| (it.field.as_str(), it.wrong)).collect();
        assert_eq!(told, expected, "{with}");
    }
}

type Cases = Vec<(&'static str, &'static str, Vec<(&'static str, Wrong)>)>;

fn wrong_files() -> Cases {
    vec![
        ("state =", "state", vec![("line 2", Wrong::NotToml)]),
        ("edition = 1", "edition = 1\nedition = 2", vec![("line 8", Wrong::NotToml)]),
        ("state = \"NL\"", "", vec![("state", Wrong::Missing)]),
        ("\"NL\"", "\"ZZ\"", vec![("state", Wrong::UnknownState)]),
        ("\"NL\"", "\"EU\"", vec![("state", Wrong::UnknownState)]),
        ("\"NL\"", "\"nl\"", vec![("state", Wrong::UnknownState)]),
        ("\"NL\"", "\"BE\"", vec![("state", Wrong::OtherState)]),
        ("name = \"Netherlands\"", "name = \" \"", vec![("name", Wrong::Missing)]),
        ("name = ", "colour = 1\nname = ", vec![("", Wrong::UnknownKey)]),
        ("[[profile]]", "[other]", vec![("", Wrong::UnknownKey), ("profile", Wrong::Missing)]),
        ("family = \"writ\"", "family = 1", vec![("profile[0].family", Wrong::Missing)]),
        ("edition = 1", "", vec![("profile[0].edition", Wrong::NotOfKind("a number of 0 to 65535"))]),
        ("edition = 1", "edition = 0", vec![("profile[0].edition", Wrong::EditionZero)]),
        ("\"2026-01-01\"", "\"2026-02-29\"", vec![("profile[0].from", Wrong::BadDate)]),
        ("\"2026-01-01\"", "2026-01-01", vec![("profile[0].from", Wrong::BadDate)]),
        ("\"2026-01-01\"", "\"20260101\"", vec![("profile[0].from", Wrong::BadDate)]),
        ("from =", "until = 1\nfrom =", vec![("profile[0].until", Wrong::BadDate)]),
        // Nothing that a file says could move a release.
        (
            "rolls =",
            "release_rolls = { value = \"yes\", mark = \"V\", source = \"s. 6\" }\nrolls =",
            vec![("profile[0]", Wrong::UnknownKey)],
        ),
        (
            "unknown = [",
            "unknown = 1\nnotes = [",
            vec![
                ("profile[0].unknown", Wrong::NotOfKind("a list of texts")),
                ("profile[0].executing_authorities", Wrong::UnknownNotListed),
                ("profile[0].arrest_without_warrant", Wrong::UnknownNotListed),
            ],
        ),
    ]
}

fn wrong_values() -> Cases {
    let several = "days as a number and repeated as true or false";
    vec![
        (
            "appeal = { value = \"none\", mark = \"V\", source = \"s. 1\" }",
            "",
            vec![("profile[0].appeal", Wrong::Missing)],
        ),
        (
            "appeal = { value = \"none\", mark = \"V\", source = \"s. 1\" }",
            "appeal = \"none\"",
            vec![("profile[0].appeal", Wrong::NotOfKind("a table with mark, source and what is so"))],
        ),
        (
            "value = \"none\"",
            "value = \"perhaps\"",
            vec![("profile[0].appeal.value", Wrong::NotOfKind("one of none yes short point_of_law unknown"))],
        ),
        ("mark = \"V\"", "mark = \"v\"", vec![("profile[0].appeal.mark", Wrong::UnknownMark)]),
        ("mark = \"V\", ", "", vec![("profile[0].appeal.mark", Wrong::UnknownMark)]),
        ("source = \"s. 1\"", "source = \"\"", vec![("profile[0].appeal.source", Wrong::Missing)]),
        ("source = \"s. 1\"", "source = \"s. 1\", page = 1", vec![("profile[0].appeal", Wrong::UnknownKey)]),
        ("days = 30", "days = -1", vec![("profile[0].extension", Wrong::NotOfKind(several))]),
        ("days = 30", "hours = 30", vec![("profile[0].extension", Wrong::NotOfKind(several))]),
        ("days = 30", "days = 30, hours = 1", vec![("profile[0].extension", Wrong::NotOfKind(several))]),
        (
            "value = true",
            "value = \"true\"",
            vec![("profile[0].counts_first_day.value", Wrong::NotOfKind("true or false"))],
        ),
        (
            "value = 14",
            "value = 300",
            vec![("profile[0].age_of_responsibility.value", Wrong::NotOfKind("a number of 0 to 255"))],
        ),
        // All at once, in the order of the facts.
        (
            "appeal = { value = \"none\", mark = \"V\", source = \"s. 1\" }\nfirst_limit_from = { value = \"arrest\", mark = \"S\"",
            "appeal = { value = \"no\", mark = \"sure\" }\nfirst_limit_from = { value = \"dawn\", mark = \"S\"",
            vec![
                ("profile[0].appeal.source", Wrong::Missing),
                ("profile[0].appeal.mark", Wrong::UnknownMark),
                ("profile[0].appeal.value", Wrong::NotOfKind("one of none yes short point_of_law unknown")),
                ("profile[0].first_limit_from.value", Wrong::NotOfKind("one of arrest taken_up")),
            ],
        ),
    ]
}

fn wrong_times() -> Cases {
    vec![
        ("from =", "until = \"2025-12-31\"\nfrom =", vec![("profile[0].until", Wrong::UntilBeforeFrom)]),
        (
            "first_limit_from =",
            "appeal_days = { value = 3, mark = \"own\", source = \"s. 1\" }\nfirst_limit_from =",
            vec![("profile[0].appeal_days", Wrong::TimeForNoAppeal)],
        ),
        (
            "days = 30, repeated = false",
            "days = 0, repeated = true",
            vec![("profile[0].extension", Wrong::RepeatsNothing)],
        ),
        ("days = 30", "days = 367", vec![("profile[0].extension", Wrong::LengthOutside)]),
        (
            "takes_effect_after =",
            "rights_extension_days = { value = 30, mark = \"own\", source = \"s. 3\" }\ntakes_effect_after =",
            vec![("profile[0].rights_extension_days", Wrong::RepeatsNothing)],
        ),
        (
            "counts_first_day =",
            "surrender_extension_days = { value = 0, mark = \"own\", source = \"s. 3\" }\ncounts_first_day =",
            vec![("profile[0].surrender_extension_days", Wrong::LengthOutside)],
        ),
        (
            "days_with_consent = 10",
            "days_with_consent = 16",
            vec![("profile[0].takes_effect_after", Wrong::LongerWithConsent)],
        ),
        ("days = 15", "days = 367", vec![("profile[0].takes_effect_after", Wrong::LengthOutside)]),
        (
            "extension =",
            "first_instance_days = { days = 7, days_with_consent = 20, mark = \"own\", source = \"s. 3\" }\nextension =",
            vec![("profile[0].first_instance_days", Wrong::LongerWithConsent)],
        ),
    ]
}

fn wrong_persons() -> Cases {
    vec![
        ("value = 14", "value = 0", vec![("profile[0].age_of_responsibility", Wrong::AgeOutside)]),
        ("value = 14", "value = 19", vec![("profile[0].age_of_responsibility", Wrong::AgeOutside)]),
        (
            "languages =",
            "age_for_some_offences = { value = 14, mark = \"own\", source = \"s. 9\" }\nlanguages =",
            vec![("profile[0].age_for_some_offences", Wrong::AgeNotLower)],
        ),
        (
            "languages =",
            "age_for_some_offences = { value = 0, mark = \"own\", source = \"s. 9\" }\nlanguages =",
            vec![("profile[0].age_for_some_offences", Wrong::AgeOutside)],
        ),
        ("[\"nl\"]", "[\"nl\", \"gr\"]", vec![("profile[0].languages.value[1]", Wrong::NotALanguage)]),
        ("[\"nl\"]", "[\"nl\", \"nl\"]", vec![("profile[0].languages.value[1]", Wrong::Twice)]),
        ("[\"nl\"]", "[]", vec![("profile[0].languages.value", Wrong::Missing)]),
        (
            "appeal =",
            "executing_authorities = { value = [\" \"], mark = \"own\", source = \"s. 0\" }\nappeal =",
            vec![("profile[0].executing_authorities.value[0]", Wrong::Missing)],
        ),
        (
            "languages =",
            "arrest_without_warrant = { length = 0, unit = \"hours\", mark = \"own\", source = \"s. 9\" }\nlanguages =",
            vec![("profile[0].arrest_without_warrant", Wrong::LengthOutside)],
        ),
    ]
}

fn wrong_unknown() -> Cases {
    vec![
        (
            "\"executing_authorities\", ",
            "\"colour\", \"executing_authorities\", ",
            vec![("profile[0].unknown[0]", Wrong::NotAFact)],
        ),
        (
            "\"executing_authorities\", ",
            "\"executing_authorities\", \"executing_authorities\", ",
            vec![("profile[0].unknown[1]", Wrong::Twice)],
        ),
        (
            "\"executing_authorities\", ",
            "\"executing_authorities\", \"appeal\", ",
            vec![("profile[0].unknown[1]", Wrong::UnknownButRead)],
        ),
        (
            ", \"arrest_without_warrant\"]",
            "]",
            vec![("profile[0].arrest_without_warrant", Wrong::UnknownNotListed)],
        ),
        ("value = \"no\"", "value = \"unknown\"", vec![("profile[0].rolls", Wrong::UnknownNotListed)]),
    ]
}

#[test]
fn two_profiles_with_a_day_in_common_are_refused_unless_family_or_edition_differ() {
    let row = LEAST.split_once("[[profile]]").unwrap().1;
    let overlaps = |first: &str, second: &str| {
        let head = LEAST.replace("from = \"2026-01-01\"", first);
        let text = format!("{head}\n[[profile]]{}", row.replace("from = \"2026-01-01\"", second));
        let faults = reader::read("nl.toml", &text).err().unwrap_or_default();
        faults.into_iter().map(|fault| (fault.field, fault.wrong)).collect::<Vec<_>>()
    };
    let refused = [("profile[1].from".to_owned(), Wrong::Overlaps)];
    let (open, to_march, april) =
        ("from = \"2026-01-01\"", "from = \"2026-01-01\"\nuntil = \"2026-03-31\"", "from = \"2026-04-01\"");
    assert_eq!(overlaps(open, open), refused);
    assert_eq!(overlaps(open, april), refused);
    assert_eq!(overlaps(april, open), refused);
    assert_eq!(overlaps(to_march, "from = \"2026-03-31\""), refused);
    assert_eq!(overlaps(to_march, april), []);
    assert_eq!(overlaps(april, to_march), []);
    let other = |text: &str, with: &str| {
        let text = format!("{LEAST}\n[[profile]]{}", row.replace(text, with));
        reader::read("nl.toml", &text).map(|file| file.profiles.len())
    };
    assert_eq!(other("edition = 1", "edition = 2"), Ok(2));
    assert_eq!(other("\"writ\"", "\"order\""), Ok(2));
}

#[test]
fn what_is_partly_known_may_have_been_read() {
    let text =
        LEAST.replace("\"executing_authorities\"", "\"executing_authorities\", \"appeal: in which court\"");
    assert_eq!(reader::read("nl.toml", &text).unwrap().profiles[0].unknown.len(), 3);
}

#[test]
fn a_fault_names_file_and_field_and_repeats_nothing() {
    let secret = "Rotterdam";
    let text = LEAST
        .replace("\"none\"", "\"Rotterdam\"")
        .replace("\"nl\"", "\"Rotterdam\"")
        .replace("rolls", secret);
    let faults = reader::read("nl.toml", &text).unwrap_err();
    for fault in &faults {
        assert!(
            fault.to_string().starts_with(&format!("nl.toml: {}: ", fault.field))
                && !fault.to_string().contains(secret),
            "{fault}"
        );
    }
    assert_eq!(faults.len(), 3);
}
