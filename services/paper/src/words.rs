//! The fixed words of one form in one language, and those that every form has. Owns the shape of their files, and that nothing
//! is looked up that is not there. It must not choose a language.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The words of a form in a language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    /// The language, BCP 47.
    pub(crate) language: String,
    /// How sure the words are, by the beginnings of their names; the longest that fits holds.
    pub(crate) mark: BTreeMap<String, Mark>,
    /// The words by their names.
    #[serde(default)]
    pub(crate) text: BTreeMap<String, String>,
    /// Words for an entry of a list, with `{number}`.
    #[serde(default)]
    pub(crate) name: BTreeMap<String, String>,
    /// Words for codes, by the list or the field they are chosen for; their order is the description's.
    #[serde(default)]
    pub(crate) choices: BTreeMap<String, BTreeMap<String, String>>,
}

/// How sure a wording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Mark {
    /// Read in an official text.
    V,
    /// Read in another source.
    S,
    /// Own knowledge.
    #[serde(rename = "own")]
    Own,
}

/// Words that every form has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Common {
    /// The language, BCP 47.
    pub(crate) language: String,
    /// The words by their names.
    pub(crate) text: BTreeMap<String, String>,
    /// How a date is written, whole and without its day.
    pub(crate) date: BTreeMap<String, String>,
    /// How a length of custody is written.
    pub(crate) term: BTreeMap<String, String>,
    /// Names of States by their codes; what has none is written as its code.
    pub(crate) country: BTreeMap<String, String>,
    /// Names of languages by their tags; likewise.
    pub(crate) tongue: BTreeMap<String, String>,
}

impl Words {
    /// The words of a name. A test holds the names of every layout against every language, so that none is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.text.get(name).map_or("", String::as_str)
    }

    /// The same words with those of another file in their place where it has its own.
    pub(crate) fn overlaid(&self, own: &Self) -> Self {
        let mut words = self.clone();
        words.mark.extend(own.mark.clone());
        words.text.extend(own.text.clone());
        words.name.extend(own.name.clone());
        for (list, codes) in &own.choices {
            words.choices.entry(list.clone()).or_default().extend(codes.clone());
        }
        words
    }

    /// Takes the words of a list of another form, but for the codes that it words itself.
    pub(crate) fn borrow(&mut self, list: &str, other: &Self) {
        let codes = self.choices.entry(list.to_owned()).or_default();
        for (code, words) in other.choices.get(list).into_iter().flatten() {
            codes.entry(code.clone()).or_insert_with(|| words.clone());
        }
    }

    /// Words for one code of a list.
    pub(crate) fn choice(&self, list: &str, code: &str) -> Option<&str> {
        self.choices.get(list)?.get(code).map(String::as_str)
    }
}

impl Common {
    /// The words of a name.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.text.get(name).map_or("", String::as_str)
    }
}

/// Words with what stands for `{name}` put in its place.
pub(crate) fn filled(words: &str, values: &[(&str, &str)]) -> String {
    pieces(words)
        .map(|piece| match piece {
            Piece::Fixed(text) => text.to_owned(),
            Piece::Slot(name) => {
                let value = values.iter().find(|(known, _)| *known == name);
                value.map_or_else(|| format!("{{{name}}}"), |(_, value)| (*value).to_owned())
            }
        })
        .collect()
}

/// A piece of words.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// As it stands.
    Fixed(&'a str),
    /// What stands for something else.
    Slot(&'a str),
}

/// The pieces of words, in order.
pub(crate) fn pieces(words: &str) -> impl Iterator<Item = Piece<'_>> {
    words
        .split('{')
        .enumerate()
        .flat_map(|(number, part)| match part.split_once('}') {
            Some((slot, rest)) if number > 0 => [Some(Piece::Slot(slot)), Some(Piece::Fixed(rest))],
            _ => [Some(Piece::Fixed(part)), None],
        })
        .flatten()
        .filter(|piece| *piece != Piece::Fixed(""))
}
