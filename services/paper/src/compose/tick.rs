//! Boxes to tick: one by one, and lists of them. Owns when a box is ticked. It must not know what a choice means.

use rogatory_forms::description::{Choice, Kind};
use serde_json::Value;

use super::{Composer, NOWHERE};
use crate::correction::mark;
use crate::form::join;
use crate::layout::{RowLayout, TickLayout, UnderLayout};
use crate::sheet::{Row, Run};
use crate::spell::{listed, plain, word_of};
use crate::words::filled;

/// A choice that somebody made.
struct Made {
    code: String,
    path: String,
}

impl Composer<'_> {
    /// A box to tick, with the rows that belong to it.
    pub(super) fn tick(&self, tick: &TickLayout, base: &str) -> Vec<Row> {
        let bases = match &tick.among {
            Some(list) => self.form.entries(&join(base, list)),
            None => vec![base.to_owned()],
        };
        let hit = bases.into_iter().find(|base| self.is_at(&join(base, &tick.path), tick.is.as_deref()));
        // Where anything ticks it, what stands there has a row of its own.
        if let (Some(base), true) = (&hit, tick.is.is_some()) {
            self.form.note_printed(&join(base, &tick.path));
        }
        // Where nothing fits, what belongs to the box has nowhere to be read from, and stays blank.
        let base_of_rows =
            hit.clone().unwrap_or_else(|| tick.among.as_ref().map_or(base, |_| NOWHERE).to_owned());
        let runs = self.runs(&tick.text, &base_of_rows);
        let path = join(base, tick.among.as_deref().unwrap_or(&tick.path));
        let row = Row::Tick {
            ticked: hit.is_some(),
            number: tick.number.clone().unwrap_or_default(),
            runs,
            of: String::new(),
            indent: tick.indent,
            corrected: mark(self.corrections, &path),
        };
        std::iter::once(row).chain(self.rows(&tick.rows, &base_of_rows)).collect()
    }

    /// Whether this code, or true or false, stands at a path; whether anything does where nothing is named.
    pub(super) fn is_at(&self, path: &str, is: Option<&str>) -> bool {
        match (self.form.at(path), is) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(Value::Bool(flag)), Some(is)) => flag.to_string() == is,
            (Some(Value::Array(_)), Some(is)) => self.made_at(path).iter().any(|one| one.code == is),
            (Some(value), Some(is)) => self.code_at(path, value) == is,
        }
    }

    /// A code as descriptions write it now.
    fn code_at(&self, path: &str, value: &Value) -> String {
        match self.chosen.def.description().at(path).map(|(_, field)| field.kind) {
            Some(Kind::Enum { prefix, .. }) => word_of(prefix, &plain(value)),
            _ => {
                let code = plain(value);
                self.chosen.layout.aliases.get(&code).cloned().unwrap_or(code)
            }
        }
    }

    /// The choices at what a pattern stands for.
    fn made_at(&self, pattern: &str) -> Vec<Made> {
        let made = |path: String| Some(Made { code: self.code_at(&path, self.form.at(&path)?), path });
        self.form.matching(pattern).into_iter().filter_map(made).collect()
    }

    /// A box to tick for each choice of a list.
    pub(super) fn list(&self, row: &RowLayout, base: &str) -> Vec<Row> {
        let RowLayout::List { text, choices, paths, name, under } = row else { return Vec::new() };
        let patterns: Vec<String> = paths.iter().map(|path| join(base, path)).collect();
        let made: Vec<Made> = patterns.iter().flat_map(|pattern| self.made_at(pattern)).collect();
        let first = paths.first().map_or("", String::as_str);
        let whole = join(base, first);
        let head = text.as_ref().map(|text| Row::Text { runs: self.runs(text, base), indent: false });
        let rows = self.choices_of(&whole, first).iter().flat_map(|choice| {
            let hits: Vec<&String> =
                made.iter().filter(|one| one.code == choice.code).map(|one| &one.path).collect();
            let of = self.entries_of(&hits, name.as_deref());
            let row = self.ticked(choices, choice, &hits, of, false);
            let below = under.iter().filter(|one| one.of.iter().any(|code| code == choice.code));
            std::iter::once(row).chain(below.flat_map(move |one| self.under(one, first, &hits)))
        });
        head.into_iter().chain(rows).collect()
    }

    /// The boxes below a choice, ticked for the entries that made it.
    fn under(&self, under: &UnderLayout, first: &str, hits: &[&String]) -> Vec<Row> {
        let beside = |path: &str| join(path.rsplit_once('.').map_or("", |(entry, _)| entry), &under.field);
        let made: Vec<Made> = hits.iter().flat_map(|path| self.made_at(&beside(path))).collect();
        let is_there =
            |choice: &&Choice| under.only.is_empty() || under.only.iter().any(|code| code == choice.code);
        let choices = self.choices_of(&beside(first), &beside(first)).iter().filter(is_there);
        choices
            .map(|choice| {
                let hits: Vec<&String> =
                    made.iter().filter(|one| one.code == choice.code).map(|one| &one.path).collect();
                self.ticked(&under.choices, choice, &hits, String::new(), true)
            })
            .collect()
    }

    /// One box of a list, ticked where something chose it.
    fn ticked(&self, list: &str, choice: &Choice, hits: &[&String], of: String, indent: bool) -> Row {
        hits.iter().for_each(|path| self.form.note_printed(path));
        let words = self.chosen.words.choice(list, choice.code).unwrap_or_default();
        Row::Tick {
            ticked: !hits.is_empty(),
            number: String::new(),
            runs: vec![Run::Fixed(words.to_owned())],
            of,
            indent,
            corrected: hits.iter().filter_map(|path| mark(self.corrections, path)).max(),
        }
    }

    /// The choices of a list in the order of the official form, which is the description's. Where nothing was filled in the
    /// path leads nowhere, and the description knows the one from the entry.
    fn choices_of(&self, path: &str, from_entry: &str) -> &'static [Choice] {
        let of =
            |path: &str| match self.chosen.def.description().at(&listed(path)).map(|(_, field)| field.kind) {
                Some(Kind::Code(choices) | Kind::Enum { choices, .. }) => Some(choices),
                _ => None,
            };
        of(path).or_else(|| of(from_entry)).unwrap_or_default()
    }

    /// For which entries of a list of several a choice was ticked; empty where it was ticked for all of them, or for the only
    /// one.
    fn entries_of(&self, paths: &[&String], name: Option<&str>) -> String {
        let Some(words) = name.and_then(|name| self.chosen.words.name.get(name)) else {
            return String::new();
        };
        let entry = |path: &&String| {
            let (list, rest) = path.split_once('[')?;
            let (number, below) = rest.split_once(']')?;
            let is_one_of_several = !below.is_empty() && self.form.entries(list).len() > 1;
            let number = number.parse::<usize>().ok()? + 1;
            is_one_of_several.then(|| filled(words, &[("number", &number.to_string())]))
        };
        paths.iter().filter_map(entry).collect::<Vec<_>>().join(", ")
    }
}
