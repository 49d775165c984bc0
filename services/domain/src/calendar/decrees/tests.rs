//! Decree files: what they change, and everything that can be wrong with one.

use jiff::civil::date;

use super::*;
use crate::calendar::{Coverage, Covered, Jurisdiction, LearnError, jurisdictions};

const HUNGARY_2027: &str = r#"
format = "rogatory-decrees-1"
edition = 1000
follows = 2

[[decree]]
jurisdiction = "HU"
source = "Decree 1/2026"
until = 2027
add = ["2027-01-04", "2027-12-24"]

[[decree]]
jurisdiction = "HU"
source = "Decree 2/2026"
remove = ["2027-03-15"]

[[decree]]
jurisdiction = "DE-BY"
source = "GVBl. 1/2026"
remove = ["2027-01-06"]
add = ["2027-06-01"]

[[decree]]
jurisdiction = "GB"
source = "Proclamation"
add = ["2027-06-01"]

[[decree]]
jurisdiction = "ES"
source = "Resolution"
until = 2031
"#;

fn of(text: &str) -> Jurisdiction {
    text.parse().unwrap()
}

/// The file with another number, another edition that it follows, and other decrees.
fn file(edition: u16, follows: u16, decrees: &str) -> String {
    format!("format = \"{DECREES_FORMAT}\"\nedition = {edition}\nfollows = {follows}\n{decrees}")
}

fn decree(of: &str, changes: &str) -> String {
    format!("[[decree]]\njurisdiction = \"{of}\"\nsource = \"a gazette\"\n{changes}\n")
}

fn faults(text: &str) -> Vec<String> {
    let faults = Decrees::parse(text).expect_err("the file is wrong");
    faults.iter().map(|fault| format!("{}: {}", fault.field, fault.rule)).collect()
}

#[test]
fn a_decree_file_changes_its_days_and_no_others() {
    // Christmas Eve of Hungary is free by statute from 2026, so nothing need be added.
    assert_eq!(faults(HUNGARY_2027), ["decree[0].add[1]: free_already"]);
    let decrees = Decrees::parse(&HUNGARY_2027.replace(", \"2027-12-24\"", "")).unwrap();
    assert_eq!((decrees.edition(), decrees.follows()), (1000, 2));
    let base = Calendars::of(2).unwrap();
    let calendars = base.with_decrees(&decrees).unwrap();
    assert_eq!(calendars.edition(), 1000);
    let changed = [
        ("HU", date(2027, 1, 4), true),
        ("HU", date(2027, 3, 15), false),
        ("DE-BY", date(2027, 1, 6), false),
        ("DE-BY", date(2027, 6, 1), true),
        // What is decreed for a State holds for its parts.
        ("GB", date(2027, 6, 1), true),
        ("GB-SCT", date(2027, 6, 1), true),
        ("GB-NIR", date(2027, 6, 1), true),
        ("GB-EAW", date(2027, 6, 1), true),
        ("GB-ENG", date(2027, 6, 1), true),
        ("GB-WLS", date(2027, 6, 1), true),
    ];
    for jurisdiction in jurisdictions() {
        assert_eq!(calendars.zone(jurisdiction), base.zone(jurisdiction));
        let mut day = date(2026, 1, 1);
        while day.year() < 2029 {
            let decreed = changed.iter().find(|(whose, when, _)| of(whose) == jurisdiction && *when == day);
            let expected =
                decreed.map_or_else(|| base.is_free(jurisdiction, day), |(_, _, is_free)| *is_free);
            assert_eq!(calendars.is_free(jurisdiction, day), expected, "{jurisdiction} {day}");
            day = day.tomorrow().unwrap();
        }
    }
    assert_eq!(calendars.end_of_days(3, date(2027, 1, 1), of("HU")).date, date(2027, 1, 6));
    assert_eq!(base.end_of_days(3, date(2027, 1, 1), of("HU")).date, date(2027, 1, 5));
}

#[test]
fn a_decree_file_says_to_which_year_days_are_known() {
    let decrees = Decrees::parse(&HUNGARY_2027.replace(", \"2027-12-24\"", "")).unwrap();
    let calendars = Calendars::of(2).unwrap().with_decrees(&decrees).unwrap();
    let covered = |whose, year| calendars.covered(of(whose), date(year, 1, 1)) == Covered::Yes;
    assert!(covered("HU", 2027) && !covered("HU", 2028));
    // Spain as a whole; its regions fix days of their own, and those are not known.
    assert!(covered("ES", 2031) && !covered("ES", 2032) && !covered("ES-MD", 2027));
    assert!(covered("DE-BY", 2030) && !covered("DE-BY", 2031) && !covered("LV", 2027));

    // A part that has the years of its State has what is made known of either.
    let text = decree("GB", "until = 2031") + &decree("DE-BY", "until = 2032");
    let calendars = Calendars::of(2).unwrap().with_decrees(&Decrees::parse(&file(1002, 2, &text)).unwrap());
    let calendars = calendars.unwrap();
    let last = |whose| calendars.coverage(of(whose));
    let until = |last| Coverage::Years { first: 2020, last };
    assert_eq!((last("GB-SCT"), last("GB"), last("DE-BY")), (until(2031), until(2031), until(2032)));
    assert_eq!((last("DE"), last("DE-BE"), last("FR-75")), (until(2030), until(2030), until(2030)));
    // In the first edition a part has nothing of its own.
    let first = Decrees::parse(&file(1003, 1, &decree("NL", "until = 2029"))).unwrap();
    let first = Calendars::of(1).unwrap().with_decrees(&first).unwrap();
    assert_eq!((first.coverage(of("NL-ZH")), first.coverage(of("BE"))), (until(2029), until(2027)));
}

#[test]
fn a_later_file_wins_over_the_one_it_follows() {
    let first = file(
        1010,
        2,
        &decree("NL", "add = [\"2027-06-01\", \"2027-06-02\"]\nremove = [\"2027-05-05\"]\nuntil = 2029"),
    );
    let first =
        Calendars::of(2).unwrap().with_decrees(&Decrees::parse(&first).unwrap()).unwrap().learn().unwrap();
    let second = file(1011, 1010, &decree("NL", "add = [\"2027-05-05\"]\nremove = [\"2027-06-01\"]"));
    let second = Decrees::parse(&second).unwrap();
    assert_eq!(Calendars::of(2).unwrap().with_decrees(&second), None, "it follows another edition");
    let second = first.with_decrees(&second).unwrap();
    let free = |calendars: &Calendars| {
        [(5, 5), (6, 1), (6, 2)].map(|(month, day)| calendars.is_free(of("NL"), date(2027, month, day)))
    };
    assert_eq!((free(first), free(&second)), ([false, true, true], [true, false, true]));
    assert!(second.is_covered(of("NL"), date(2029, 1, 1)), "what was known stays known");
    // As one file would have said it, so that two ways to the same days are the same edition.
    let changes = &second.changes[&of("NL")];
    assert_eq!(changes.added, [date(2027, 5, 5), date(2027, 6, 2)].into());
    assert_eq!(changes.removed, [date(2027, 6, 1)].into());
}

#[test]
fn what_was_decreed_for_a_part_stands_before_what_was_decreed_for_its_state() {
    let text = decree("GB", "add = [\"2027-06-01\"]") + &decree("GB-SCT", "add = [\"2027-06-02\"]");
    let first = Decrees::parse(&file(1020, 2, &text)).unwrap();
    let first = Calendars::of(2).unwrap().with_decrees(&first).unwrap().learn().unwrap();
    // Scotland gives the day back, and the others keep it.
    let second = Decrees::parse(&file(1021, 1020, &decree("GB-SCT", "remove = [\"2027-06-01\"]"))).unwrap();
    let second = first.with_decrees(&second).unwrap();
    let free = |whose| second.is_free(of(whose), date(2027, 6, 1));
    assert_eq!((free("GB"), free("GB-NIR"), free("GB-SCT")), (true, true, false));
    assert!(second.is_free(of("GB-SCT"), date(2027, 6, 2)));
}

#[test]
fn an_edition_is_learned_once_and_never_with_other_days() {
    let calendars = |edition, day: &str| {
        let text = file(edition, 2, &decree("NL", &format!("add = [\"{day}\"]")));
        Calendars::of(2).unwrap().with_decrees(&Decrees::parse(&text).unwrap()).unwrap()
    };
    assert!(Calendars::of(1030).is_none());
    let learned = calendars(1030, "2027-06-01").learn().unwrap();
    assert!(std::ptr::eq(Calendars::of(1030).unwrap(), learned));
    assert!(std::ptr::eq(calendars(1030, "2027-06-01").learn().unwrap(), learned), "the same again");
    assert_eq!(calendars(1030, "2027-06-02").learn(), Err(LearnError::OtherDays(1030)));
    assert!(Calendars::of(1030).unwrap().is_free(of("NL"), date(2027, 6, 1)));
    assert_eq!(Calendars::of(2).unwrap().clone().learn(), Err(LearnError::OtherDays(2)), "a release has it");
    assert_eq!(Calendars::learn_test_edition(), Calendars::learn_test_edition());
}

#[test]
fn threads_that_learn_at_once_know_one_edition() {
    let text = file(1040, 2, &decree("NL", "add = [\"2027-06-01\"]"));
    let calendars = Calendars::of(2).unwrap().with_decrees(&Decrees::parse(&text).unwrap()).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let calendars = calendars.clone();
            std::thread::spawn(move || std::ptr::from_ref(calendars.learn().unwrap()) as usize)
        })
        .collect();
    let places: BTreeSet<usize> = threads.into_iter().map(|it| it.join().unwrap()).collect();
    assert_eq!(places.len(), 1);
}

#[test]
fn two_files_that_mean_the_same_make_the_same_edition() {
    let [one, other] = [
        decree("NL", "add = [\"2027-06-01\", \"2027-06-02\"]") + &decree("BE", "add = [\"2027-06-03\"]"),
        decree("BE", "add = [\"2027-06-03\"]\nremove = []")
            + &decree("NL", "add = [\"2027-06-02\"]")
            + &decree("NL", "add = [\"2027-06-01\"]"),
    ]
    .map(|decrees| Decrees::parse(&file(1050, 2, &decrees)).unwrap());
    assert_eq!(one, other);
}

/// The file, and every fault of it in order.
#[test]
fn every_wrong_file_is_told_everything_that_is_wrong_with_it() {
    for (text, expected) in wrong_heads().into_iter().chain(wrong_decrees()).chain(wrong_days()) {
        assert_eq!(faults(&text), expected, "{}", &text[..text.len().min(400)]);
    }
}

fn with(decrees: &str) -> String {
    file(1000, 2, decrees)
}

fn days(changes: &str) -> String {
    with(&decree("NL", changes))
}

type Wrong = Vec<(String, &'static [&'static str])>;

fn wrong_heads() -> Wrong {
    vec![
        (
            String::new(),
            &["format: format", "edition: not_a_number", "follows: not_a_number", "decree: missing"],
        ),
        ("format = ".into(), &["line 1: not_toml"]),
        (with("edition = 1001\n"), &["line 4: not_toml"]),
        (with("decree = 1\n"), &["decree: not_a_list"]),
        (with("decree = [1]\n"), &["decree[0]: not_a_table"]),
        (with(""), &["decree: missing"]),
        (days("add = [\"2027-06-01\"]").replace("decrees-1", "decrees-2"), &["format: format_later"]),
        (days("add = [\"2027-06-01\"]").replace("decrees-1", "holidays"), &["format: format"]),
        (file(2, 1, &decree("NL", "add = [\"2027-06-01\"]")), &["edition: edition_taken"]),
        (file(999, 2, &decree("NL", "add = [\"2027-06-01\"]")), &["edition: edition_taken"]),
        (file(u16::MAX, 2, &decree("NL", "add = [\"2027-06-01\"]")), &["edition: edition_taken"]),
        (file(1000, 3, &decree("NL", "add = [\"2027-06-01\"]")), &["follows: follows_unknown"]),
        (file(1000, 1000, &decree("NL", "add = [\"2027-06-01\"]")), &["follows: follows_later"]),
        (file(1000, 1001, &decree("NL", "add = [\"2027-06-01\"]")), &["follows: follows_later"]),
    ]
}

fn wrong_decrees() -> Wrong {
    vec![
        (with(&decree("ZZ", "until = 2027")), &["decree[0].jurisdiction: unknown_state"]),
        (with(&decree("EU", "until = 2027")), &["decree[0].jurisdiction: unknown_state"]),
        (with(&decree("DE-XX", "until = 2031")), &["decree[0].jurisdiction: not_a_jurisdiction"]),
        (with(&decree("nl", "until = 2031")), &["decree[0].jurisdiction: not_a_jurisdiction"]),
        // The first edition has holidays of five States alone.
        (file(1000, 1, &decree("HU", "until = 2031")), &["decree[0].jurisdiction: unknown_state"]),
        (
            with("[[decree]]\n"),
            &["decree[0].source: missing", "decree[0].jurisdiction: missing", "decree[0]: changes_nothing"],
        ),
        (
            with("[[decree]]\njurisdiction = 1\nsource = \" \"\nuntil = 2031\nreason = 1\n"),
            &["decree[0]: unknown_key", "decree[0].source: missing", "decree[0].jurisdiction: missing"],
        ),
        (days(""), &["decree[0]: changes_nothing"]),
        (days("until = \"2031\""), &["decree[0].until: not_a_year"]),
        (days("until = 20310"), &["decree[0].until: not_a_year"]),
        (days("until = 2027"), &["decree[0].until: until_earlier"]),
        (days("add = \"2027-06-01\""), &["decree[0].add: not_a_list"]),
        (
            days(
                "add = [\"2027-02-29\", 20270601, \"1 June 2027\", \"20270601\", \"2027-6-1\", \"1999-06-01\", 2027-06-01]",
            ),
            &[
                "decree[0].add[0]: bad_date",
                "decree[0].add[1]: bad_date",
                "decree[0].add[2]: bad_date",
                "decree[0].add[3]: bad_date",
                "decree[0].add[4]: bad_date",
                "decree[0].add[5]: bad_date",
                "decree[0].add[6]: bad_date",
            ],
        ),
    ]
}

fn wrong_days() -> Wrong {
    vec![
        (days("add = [\"2027-06-01\", \"2027-06-01\"]"), &["decree[0].add[1]: day_twice"]),
        (days("remove = [\"2027-05-05\", \"2027-05-05\"]"), &["decree[0].remove[1]: day_twice"]),
        (
            days("add = [\"2027-06-01\"]\nremove = [\"2027-06-01\"]"),
            &["decree[0].remove[0]: added_and_removed"],
        ),
        (
            with(&(decree("NL", "add = [\"2027-06-01\"]") + &decree("NL", "remove = [\"2027-06-01\"]"))),
            &["decree[1].remove[0]: added_and_removed"],
        ),
        (
            with(&(decree("NL", "add = [\"2027-06-01\"]") + &decree("NL", "add = [\"2027-06-01\"]"))),
            &["decree[1].add[0]: day_twice"],
        ),
        (
            days("add = [\"2027-06-05\"]\nremove = [\"2027-06-06\"]"),
            &["decree[0].add[0]: weekend", "decree[0].remove[0]: weekend"],
        ),
        (days("add = [\"2027-05-05\"]"), &["decree[0].add[0]: free_already"]),
        (days("remove = [\"2027-06-01\"]"), &["decree[0].remove[0]: not_free"]),
        // A day that Bavaria alone has cannot be taken from Germany.
        (with(&decree("DE", "remove = [\"2027-01-06\"]")), &["decree[0].remove[0]: not_free"]),
        // All at once, each once, in the order of the file; what hangs on days comes after what hangs on rows.
        (
            file(5, 4, &(decree("NL", "add = [\"x\", \"2027-06-05\"]\nuntil = 1") + &decree("de", "")))
                + "colour = 1\n",
            &[
                "edition: edition_taken",
                "follows: follows_unknown",
                "decree[0].until: not_a_year",
                "decree[0].add[0]: bad_date",
                "decree[1]: unknown_key",
                "decree[1].jurisdiction: not_a_jurisdiction",
                "decree[1]: changes_nothing",
                "decree[0].add[1]: weekend",
            ],
        ),
        (format!("colour = 1\n{}", days("until = 2031")), &[": unknown_key"]),
        (" ".repeat(DECREES_BYTES_MAX + 1), &[": too_large"]),
    ]
}

#[test]
fn no_fault_repeats_what_stood_in_the_file() {
    let secret = "Rotterdam";
    let text = format!(
        "format = \"{secret}\"\n{secret} = 1\nedition = \"{secret}\"\n[[decree]]\n{secret} = 1\njurisdiction = \"{secret}\"\nadd = [\"{secret}\"]\n"
    );
    for text in [text, format!("format = {secret}")] {
        let faults = Decrees::parse(&text).unwrap_err();
        assert!(!faults.is_empty() && !faults.to_string().contains(secret), "{faults}");
    }
}

#[test]
fn the_file_that_the_page_shows_is_a_decree_file() {
    let page = include_str!("../page.md");
    let shown = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let decrees = Decrees::parse(shown).unwrap_or_else(|faults| panic!("{faults}"));
    assert_eq!((decrees.edition(), decrees.follows()), (1000, 2));
}
