//! The files of data against each other and against the descriptions of the forms.

use std::collections::BTreeSet;

use rogatory_forms::description::{Choice, Description, Field, Kind};

use super::*;
use crate::catalogue::{COMMONS, Family};
use crate::kin::Kin;
use crate::layout::{FieldLayout, Layout, RowLayout};
use crate::words::{Mark, Piece, pieces};

/// What rows name: words, names of entries, and lists of words for codes with the choices that there must be.
#[derive(Default)]
struct Named {
    texts: BTreeSet<String>,
    names: BTreeSet<String>,
    choices: Vec<(String, &'static [Choice])>,
    paths: Vec<String>,
}

/// What a layout is read with.
#[derive(Clone, Copy)]
struct Reader<'a> {
    layout: &'a Layout,
    description: &'static Description,
}

fn named(layout: &Layout) -> Named {
    let mut found = Named::default();
    found.texts.extend([layout.title.clone(), layout.intro.clone()]);
    found.texts.extend(layout.note.clone());
    found.texts.extend(layout.section.clone());
    let description = rogatory_forms::form_of(&layout.instrument).unwrap().description();
    let reader = Reader { layout, description };
    for one in &layout.boxes {
        found.texts.extend(Some(one.title.clone()).filter(|title| !title.is_empty()));
        one.rows.iter().for_each(|row| reader.read(row, "", &mut found));
    }
    found
}

/// The same of every form of a family.
fn named_in(family: &Family) -> Named {
    let mut all = Named::default();
    for one in family.layouts.iter().map(named) {
        all.texts.extend(one.texts);
        all.names.extend(one.names);
        all.choices.extend(one.choices);
        all.paths.extend(one.paths);
    }
    all
}

impl Reader<'_> {
    fn rows(self, rows: &[RowLayout], base: &str, found: &mut Named) {
        rows.iter().for_each(|row| self.read(row, base, found));
    }

    fn read(self, row: &RowLayout, base: &str, found: &mut Named) {
        match row {
            RowLayout::Text { text, .. } => {
                found.texts.insert(text.clone());
            }
            RowLayout::Field(field) => read_field(field, base, self.description, found),
            RowLayout::Rows { of } => self.rows(&self.layout.fragments[of], base, found),
            RowLayout::Tick(tick) => {
                found.texts.insert(tick.text.clone());
                let base = form::join(base, tick.among.as_deref().unwrap_or_default());
                found.paths.push(form::join(&base, &tick.path));
                self.rows(&tick.rows, &base, found);
            }
            RowLayout::List { .. } => self.list(row, base, found),
            RowLayout::Each { path, name, rows, .. } => {
                found.names.extend(name.clone());
                self.rows(rows, &form::join(base, path), found);
            }
            RowLayout::Signature { text, stamp, stamped, rows } => {
                found.texts.extend([text.clone(), stamp.clone()]);
                found.paths.extend(stamped.clone());
                self.rows(rows, base, found);
            }
        }
    }

    fn list(self, row: &RowLayout, base: &str, found: &mut Named) {
        let RowLayout::List { text, choices, paths, name, under } = row else { return };
        found.texts.extend(text.clone());
        found.names.extend(name.clone());
        let paths: Vec<String> = paths.iter().map(|path| form::join(base, &path.replace("[]", ""))).collect();
        let beside = paths[0].rsplit_once('.').map_or("", |(entry, _)| entry).to_owned();
        let below = under.iter().map(|one| (&one.choices, form::join(&beside, &one.field)));
        for (list, path) in paths.iter().map(|path| (choices, path.clone())).chain(below) {
            match self.description.at(&path).map(|(_, field)| field.kind) {
                Some(Kind::Code(known) | Kind::Enum { choices: known, .. }) => {
                    found.choices.push((list.clone(), known));
                }
                other => panic!("{path} is no list of choices: {other:?}"),
            }
            found.paths.push(path);
        }
    }
}

fn read_field(row: &FieldLayout, base: &str, description: &Description, found: &mut Named) {
    found.texts.extend(row.text.clone());
    let path = form::join(base, &row.path);
    let parts = if row.parts.is_empty() { vec![String::new()] } else { row.parts.clone() };
    for path in parts.iter().map(|part| form::join(&path, part)) {
        if let Some(Kind::Enum { choices, .. } | Kind::Code(choices)) =
            description.at(&path).map(|(_, field)| field.kind)
        {
            found.choices.push((path.clone(), choices));
        }
        found.paths.push(path);
    }
}

/// Every field of a description that holds a value, by its path.
fn leaves(fields: &[Field], base: &str, found: &mut Vec<String>) {
    for field in fields {
        let path = form::join(base, field.name);
        match field.kind {
            Kind::Group(fields) => leaves(fields, &path, found),
            _ => found.push(path),
        }
    }
}

fn slots(words: &str) -> BTreeSet<&str> {
    pieces(words).filter_map(|piece| if let Piece::Slot(name) = piece { Some(name) } else { None }).collect()
}

#[test]
fn every_word_of_every_row_is_there_in_every_language_and_no_word_is_there_for_no_row() {
    for family in PAPERS.iter() {
        let named = named_in(family);
        let languages: Vec<&str> = family.words.iter().map(|words| words.language.as_str()).collect();
        assert_eq!(languages, LANGUAGES);
        for words in &family.words {
            let at = format!("{} {}", family.layouts[0].instrument, words.language);
            assert_eq!(words.text.keys().cloned().collect::<BTreeSet<_>>(), named.texts, "{at}");
            assert_eq!(words.name.keys().cloned().collect::<BTreeSet<_>>(), named.names, "{at}");
            let lists: BTreeSet<&String> = named.choices.iter().map(|(list, _)| list).collect();
            assert_eq!(words.choices.keys().collect::<BTreeSet<_>>(), lists, "{at}");
            for (list, known) in &named.choices {
                let codes: BTreeSet<&str> = known.iter().map(|choice| choice.code).collect();
                let worded: BTreeSet<&str> = words.choices[list].keys().map(String::as_str).collect();
                assert_eq!(worded, codes, "{at} {list}");
            }
            for (name, text) in &words.text {
                assert_eq!(slots(text), slots(family.words[0].text(name)), "{at} {name}");
            }
            let all = words
                .text
                .values()
                .chain(words.name.values())
                .chain(words.choices.values().flat_map(|list| list.values()));
            assert!(all.into_iter().all(|text| !text.trim().is_empty()), "{at}");
            assert!(words.mark.contains_key("default"), "{at} has no mark");
            assert!(words.mark.values().any(|mark| matches!(mark, Mark::V | Mark::S | Mark::Own)));
        }
    }
}

#[test]
fn every_mark_stands_for_words_that_are_there() {
    for words in PAPERS.iter().flat_map(|family| &family.words) {
        let lists = words.choices.iter().flat_map(|(list, codes)| {
            codes.keys().map(move |code| format!("{list}.{code}")).chain([list.clone()])
        });
        let names = words.name.keys().map(|name| format!("name.{name}"));
        let known: Vec<String> = words.text.keys().cloned().chain(names).chain(lists).collect();
        for mark in words.mark.keys().filter(|mark| *mark != "default") {
            let is_there = known.iter().any(|name| name.starts_with(mark.as_str()));
            assert!(is_there, "{}: the mark {mark} is for nothing", words.language);
        }
    }
}

#[test]
fn the_dutch_lines_of_a_judgment_in_absence_are_marked_as_our_own() {
    let dutch = PAPERS[0].words.iter().find(|words| words.language == "nl").unwrap();
    for line in ["d.3.1a", "d.3.1b", "d.3.2", "d.3.3", "d.3.4"] {
        assert_eq!(dutch.mark.get(line), Some(&Mark::Own), "{line}");
    }
}

/// What stands below this is told by an event, and described nowhere.
const ACT: &str = "act.";

#[test]
fn every_field_of_every_form_has_a_row_and_every_row_a_field() {
    for family in PAPERS.iter() {
        for layout in &family.layouts {
            let description = rogatory_forms::form_of(&layout.instrument).unwrap().description();
            let mut fields = Vec::new();
            description.boxes.iter().for_each(|one| leaves(one.fields, "", &mut fields));
            let mut rows = named(layout).paths;
            for path in rows.iter().chain(&layout.heading).filter(|path| !path.starts_with(ACT)) {
                assert!(description.at(path).is_some(), "{}: no field {path}", layout.instrument);
            }
            if !layout.events.is_empty() {
                continue;
            }
            let words = family.words[0].text.values();
            let slots: Vec<String> = words.flat_map(|text| slots(text)).map(str::to_owned).collect();
            let is_slot = |path: &&String| slots.iter().any(|slot| path.ends_with(slot.as_str()));
            rows.extend(fields.iter().filter(is_slot).cloned());
            for field in fields {
                let has_row = |row: &String| {
                    *row == field
                        || field.strip_prefix(row.as_str()).is_some_and(|rest| rest.starts_with('.'))
                };
                assert!(rows.iter().any(has_row), "{}: no row for {field}", layout.instrument);
            }
        }
    }
}

#[test]
fn every_event_with_a_form_of_its_own_is_an_event_of_its_instrument() {
    for layout in PAPERS.iter().flat_map(|family| &family.layouts) {
        let instrument = rogatory_domain::Instrument::of_code(&layout.instrument).unwrap();
        for event in &layout.events {
            assert!(instrument.event(event).is_some(), "{}: no event {event}", layout.instrument);
        }
    }
    assert_eq!(events_of("eio").len(), 3);
}

#[test]
fn an_instrument_that_shares_the_form_of_another_is_one_file_with_its_own_title() {
    let text = r#"
        instrument = "another_warrant"
        like = "eaw"

        [[box]]
        letter = "(f)"
        title = "f"
        rows = [{ row = "field", text = "f.new", path = "other_circumstances", below = true }]

        [[words]]
        language = "en"
        mark = { title = "own" }
        text = { title = "Another warrant", note = "Another note.", "f.new" = "Further:" }
    "#;
    let kin: Kin = toml::from_str(text).unwrap();
    let family = kin.family(&PAPERS).unwrap();
    let (layout, english) = (&family.layouts[0], &family.words[0]);
    assert_eq!(layout.instrument, "another_warrant");
    assert_eq!((english.text("title"), english.text("note")), ("Another warrant", "Another note."));
    assert_eq!(english.text("a.name"), PAPERS[0].words[0].text("a.name"));
    assert_eq!(family.words[1].text("title"), PAPERS[0].words[1].text("title"));
    assert_eq!(layout.boxes.len(), PAPERS[0].layouts[0].boxes.len());
    let replaced = layout.boxes.iter().find(|one| one.letter == "(f)").unwrap();
    assert_eq!(replaced.rows.len(), 1);
    let nobody = Kin { like: "no_such_law".to_owned(), ..kin };
    assert!(nobody.family(&PAPERS).is_none());
}

#[test]
fn the_words_of_every_form_are_the_same_in_every_language() {
    let first = &COMMONS[0];
    assert_eq!(COMMONS.iter().map(|one| one.language.as_str()).collect::<Vec<_>>(), LANGUAGES);
    for one in COMMONS.iter() {
        for (ours, theirs) in [
            (&one.text, &first.text),
            (&one.date, &first.date),
            (&one.term, &first.term),
            (&one.country, &first.country),
            (&one.tongue, &first.tongue),
        ] {
            assert_eq!(
                ours.keys().collect::<Vec<_>>(),
                theirs.keys().collect::<Vec<_>>(),
                "{}",
                one.language
            );
            for (name, words) in ours {
                assert_eq!(slots(words), slots(&theirs[name]), "{} {name}", one.language);
            }
        }
    }
}

#[test]
fn every_word_can_be_set_with_our_fonts() {
    let words = PAPERS.iter().flat_map(|family| &family.words).flat_map(|words| {
        words
            .text
            .values()
            .chain(words.name.values())
            .chain(words.choices.values().flat_map(|list| list.values()))
    });
    let common = COMMONS
        .iter()
        .flat_map(|one| one.text.values().chain(one.country.values()).chain(one.tongue.values()));
    for text in words.chain(common) {
        assert!(text.chars().all(fonts::is_covered), "{text}");
    }
}
