//! How a form lies on paper: its boxes and their rows in the order of the official form, each row with the name of its words
//! and the path of what was filled in. Owns the shape of `form.toml`. It must not hold a word that is printed.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A form on paper.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layout {
    /// Code of the instrument.
    pub(crate) instrument: String,
    /// Events of the instrument that it is the form of; none where it is the form that opens a referral.
    #[serde(default)]
    pub(crate) events: Vec<String>,
    /// Words of the title.
    pub(crate) title: String,
    /// Words of the footnote to the title.
    pub(crate) note: Option<String>,
    /// Words that stand before the first box.
    pub(crate) intro: String,
    /// Words for the letter of a box, with `{letter}`; the letter alone where there are none.
    pub(crate) section: Option<String>,
    /// What stands above the title: the State and the authority.
    #[serde(default)]
    pub(crate) heading: Vec<String>,
    /// Lists of choices whose words are those of another form.
    pub(crate) borrow: Option<Borrow>,
    /// Codes of earlier editions, with those that stand for the same choice now.
    #[serde(default)]
    pub(crate) aliases: BTreeMap<String, String>,
    /// Rows that stand in several places, by a name; further forms of the same act have those of the first, too.
    #[serde(default)]
    pub(crate) fragments: BTreeMap<String, Vec<RowLayout>>,
    /// The boxes.
    #[serde(rename = "box")]
    pub(crate) boxes: Vec<BoxLayout>,
}

/// Words for codes that are those of another form, but for what a form words otherwise.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Borrow {
    /// Code of the other instrument.
    pub(crate) from: String,
    /// The lists.
    pub(crate) lists: Vec<String>,
}

/// One box.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BoxLayout {
    /// Its letter as it is printed; empty for a box that is not on the official form.
    pub(crate) letter: String,
    /// Words of its heading; empty where it has none.
    pub(crate) title: String,
    /// Its rows.
    pub(crate) rows: Vec<RowLayout>,
}

/// One row.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum RowLayout {
    /// Fixed words, in which `{path}` stands for what was filled in.
    Text {
        /// Their name.
        text: String,
        /// Whether they stand further in.
        #[serde(default)]
        indent: bool,
    },
    /// A label and what was filled in.
    Field(FieldLayout),
    /// A box to tick.
    Tick(TickLayout),
    /// A box to tick for each choice of a list.
    List {
        /// Words above the list; none where an earlier row is their label.
        text: Option<String>,
        /// The list of choices in the words of the language.
        choices: String,
        /// Where chosen codes stand; `[]` is every entry of a list.
        paths: Vec<String>,
        /// Words for an entry that a choice belongs to.
        name: Option<String>,
        /// Further choices below some of the choices.
        #[serde(default)]
        under: Vec<UnderLayout>,
    },
    /// The rows that the form has under this name.
    Rows {
        /// The name.
        of: String,
    },
    /// Rows for each entry of a list; once with nothing filled in where it has none.
    Each {
        /// The list.
        path: String,
        /// Words for an entry, above its rows where there are several.
        name: Option<String>,
        /// A field of the entries, of which only those that have it are printed, and none where none has; empty where it is
        /// enough that there is an entry.
        when_given: Option<String>,
        /// The rows, with paths from the entry.
        rows: Vec<RowLayout>,
    },
    /// Room to sign in, and for a stamp.
    Signature {
        /// Words above the signature.
        text: String,
        /// Words of the stamp.
        stamp: String,
        /// The flag that says whether the original has one.
        stamped: Option<String>,
        /// Rows beside it.
        #[serde(default)]
        rows: Vec<RowLayout>,
    },
}

/// Choices below a choice, for the entries that chose it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnderLayout {
    /// The choices they stand below.
    pub(crate) of: Vec<String>,
    /// The list of choices in the words of the language.
    pub(crate) choices: String,
    /// Where chosen codes stand, beside the code of the choice above.
    pub(crate) field: String,
    /// Those that stand there; every one where none is named.
    #[serde(default)]
    pub(crate) only: Vec<String>,
}

/// A label and what was filled in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldLayout {
    /// Words of the label; none where an earlier row is the label.
    pub(crate) text: Option<String>,
    /// The path.
    pub(crate) path: String,
    /// Fields of a group that stand beside each other.
    #[serde(default)]
    pub(crate) parts: Vec<String>,
    /// How a group is written as a whole.
    #[serde(rename = "as")]
    pub(crate) form: Option<GroupForm>,
    /// Whether it stands below its label, as long texts do.
    #[serde(default)]
    pub(crate) below: bool,
    /// Whether it stands further in.
    #[serde(default)]
    pub(crate) indent: bool,
    /// Whether it is printed only where it was filled in.
    #[serde(default)]
    pub(crate) when_given: bool,
}

/// How a group is written as a whole.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GroupForm {
    /// Years, months and days, or life.
    Term,
}

/// A box to tick.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TickLayout {
    /// Its number on the form.
    pub(crate) number: Option<String>,
    /// Words beside it, in which `{path}` stands for what was filled in.
    pub(crate) text: String,
    /// A list, of which the first entry that fits ticks the box.
    pub(crate) among: Option<String>,
    /// The path; from the entry where there is a list.
    pub(crate) path: String,
    /// What must stand there: a code, or true or false; anything where it is not said.
    pub(crate) is: Option<String>,
    /// Whether it stands further in.
    #[serde(default)]
    pub(crate) indent: bool,
    /// Rows that belong to it, with paths from the entry.
    #[serde(default)]
    pub(crate) rows: Vec<RowLayout>,
}
