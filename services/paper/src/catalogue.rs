//! The forms and languages of this release: the one list of the files in `data/`. It must not know what stands in them.

use std::sync::LazyLock;

use rogatory_forms::{FormDef, form_of};

use crate::NotPrinted;
use crate::kin::Kin;
use crate::layout::Layout;
use crate::words::{Common, Words};

/// The forms of one act with their words.
#[derive(Debug)]
pub(crate) struct Family {
    /// Their boxes and rows: the form that opens a referral, then those of its events and of kindred instruments.
    pub(crate) layouts: Vec<Layout>,
    /// Their words, a language each.
    pub(crate) words: Vec<Words>,
}

/// A folder of data: its forms and its languages. A further language is a file and its name here.
macro_rules! family {
    ($folder:literal: [$($form:literal),+] in [$($language:literal),+]) => {
        (
            &[$(include_str!(concat!("../data/", $folder, "/", $form, ".toml"))),+],
            &[$(include_str!(concat!("../data/", $folder, "/", $language, ".toml"))),+],
        )
    };
}

/// Files of forms, and of words.
type Texts = (&'static [&'static str], &'static [&'static str]);

const FAMILIES: &[Texts] = &[
    family!("eaw": ["form"] in ["en", "fr", "de", "nl"]),
    family!("eio": ["annex_a", "annex_b", "annex_c"] in ["en", "fr", "de", "nl"]),
    family!("information_request": ["form"] in ["en", "fr", "de", "nl"]),
];

/// Forms that are another one but for some words and boxes; one is a file of data and its name here.
const KIN: &[&str] =
    &[include_str!("../data/kin/tca_warrant.toml"), include_str!("../data/kin/iceland_norway_warrant.toml")];

const COMMON: &[&str] = &[
    include_str!("../data/common/en.toml"),
    include_str!("../data/common/fr.toml"),
    include_str!("../data/common/de.toml"),
    include_str!("../data/common/nl.toml"),
];

/// Every form on paper.
pub(crate) static PAPERS: LazyLock<Vec<Family>> = LazyLock::new(|| {
    let read = |(layouts, words): &Texts| Family {
        layouts: layouts.iter().map(|text| of_toml(text)).collect(),
        words: words.iter().map(|text| of_toml(text)).collect(),
    };
    let mut families: Vec<Family> = FAMILIES.iter().map(read).collect();
    families.iter_mut().for_each(share);
    lend(&mut families);
    for text in KIN {
        let kin: Kin = of_toml(text);
        let family = kin.family(&families).expect("a test reads each of the files, and they name a form");
        families.push(family);
    }
    families
});

/// Gives every form of a family the rows that the first one has by name.
fn share(family: &mut Family) {
    let named = family.layouts.first().map(|first| first.fragments.clone()).unwrap_or_default();
    for layout in family.layouts.iter_mut().skip(1) {
        layout.fragments.extend(named.clone());
    }
}

/// Gives each form the words that it borrows.
fn lend(families: &mut [Family]) {
    for at in 0..families.len() {
        let borrowed: Vec<_> =
            families[at].layouts.iter().filter_map(|layout| layout.borrow.clone()).collect();
        for borrow in borrowed {
            let is_it = |family: &&Family| family.layouts.iter().any(|one| one.instrument == borrow.from);
            let lent = families.iter().find(is_it).map(|family| family.words.clone()).unwrap_or_default();
            for words in &mut families[at].words {
                let other = lent.iter().find(|other| other.language == words.language);
                borrow
                    .lists
                    .iter()
                    .for_each(|list| other.into_iter().for_each(|other| words.borrow(list, other)));
            }
        }
    }
}

/// The words that every form has, a language each.
pub(crate) static COMMONS: LazyLock<Vec<Common>> =
    LazyLock::new(|| COMMON.iter().map(|text| of_toml(text)).collect());

/// Reads a file that was compiled in.
fn of_toml<T: serde::de::DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).expect("the files of data are compiled in, and a test reads each of them")
}

/// A form in a language.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen {
    /// What the form is.
    pub(crate) def: &'static FormDef,
    /// How it lies on paper.
    pub(crate) layout: &'static Layout,
    /// Its words.
    pub(crate) words: &'static Words,
    /// The words that every form has.
    pub(crate) common: &'static Common,
}

/// What is looked for: the form of an instrument, or that of one of its events.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// Code of the instrument.
    pub(crate) instrument: &'a str,
    /// Code of the event; none for the form that opens a referral.
    pub(crate) event: Option<&'a str>,
}

/// The form in a language that was asked for, or else in that of the form, or else in the first.
pub(crate) fn chosen(wanted: Wanted<'_>, asked: Option<&str>, own: &str) -> Result<Chosen, NotPrinted> {
    let none = || NotPrinted::NoForm(wanted.event.unwrap_or(wanted.instrument).to_owned());
    let (family, layout) = found(wanted).ok_or_else(none)?;
    let def = form_of(wanted.instrument).ok_or_else(none)?;
    let of = |tag: &str| family.words.iter().find(|words| is_of(&words.language, tag));
    let words = match asked {
        Some(tag) => of(tag).ok_or_else(|| NotPrinted::NoLanguage {
            asked: tag.to_owned(),
            known: languages(family).collect(),
        })?,
        None => of(own).or_else(|| family.words.first()).ok_or_else(none)?,
    };
    let common = COMMONS.iter().find(|common| common.language == words.language).ok_or_else(none)?;
    Ok(Chosen { def, layout, words, common })
}

fn found(wanted: Wanted<'_>) -> Option<(&'static Family, &'static Layout)> {
    let is_it = |layout: &&Layout| match wanted.event {
        None => layout.events.is_empty(),
        Some(event) => layout.events.iter().any(|one| one == event),
    };
    let of = |layout: &&Layout| layout.instrument == wanted.instrument && is_it(layout);
    PAPERS.iter().find_map(|family| Some((family, family.layouts.iter().find(of)?)))
}

/// Whether a tag such as `fr-BE` is of a language such as `fr`.
fn is_of(language: &str, tag: &str) -> bool {
    tag.split('-').next().is_some_and(|first| first.eq_ignore_ascii_case(language))
}

fn languages(family: &'static Family) -> impl Iterator<Item = &'static str> {
    family.words.iter().map(|words| words.language.as_str())
}

/// The languages in which the form of an instrument can be printed; none where it has no printed form.
#[must_use]
pub fn languages_of(instrument: &str) -> Vec<&'static str> {
    found(Wanted { instrument, event: None })
        .map(|(family, _)| languages(family).collect())
        .unwrap_or_default()
}

/// The codes of the events of an instrument that have a printed form of their own.
#[must_use]
pub fn events_of(instrument: &str) -> Vec<&'static str> {
    let layouts = PAPERS.iter().flat_map(|family| &family.layouts);
    layouts
        .filter(|one| one.instrument == instrument)
        .flat_map(|one| one.events.iter().map(String::as_str))
        .collect()
}
