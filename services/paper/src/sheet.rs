//! A form as it is printed, before anybody chose how: boxes, rows, words and what was filled in. Owns that what was filled in is
//! kept apart from fixed words up to the very end, so that each printer can show which is which. It must not hold markup.

use serde::Serialize;

/// A printed form.
#[derive(Debug, Serialize)]
pub(crate) struct Sheet {
    /// The language of the fixed words.
    pub(crate) language: &'static str,
    /// The title.
    pub(crate) title: String,
    /// The footnote to the title.
    pub(crate) note: Option<String>,
    /// What stands before the first box.
    pub(crate) intro: String,
    /// The boxes.
    pub(crate) boxes: Vec<SheetBox>,
    /// What stands above the boxes.
    pub(crate) head: Head,
    /// What stands on every page.
    pub(crate) foot: Foot,
    /// Words beside the letter of a box that goes on from the page before.
    pub(crate) continued: String,
    /// Words that say what stands for a character that the fonts lack.
    pub(crate) uncovered: String,
}

/// What stands above the boxes.
#[derive(Debug, Serialize)]
pub(crate) struct Head {
    /// The State and the authority, a line each.
    pub(crate) heading: Vec<String>,
    /// What a reader must know before the first box: that it is a draft, that it was corrected.
    pub(crate) notices: Vec<String>,
    /// A word across every page; empty where there is none.
    pub(crate) watermark: String,
}

/// What stands on every page.
#[derive(Debug, Serialize)]
pub(crate) struct Foot {
    /// What names the form.
    pub(crate) reference: String,
    /// The digest of the electronic form; empty where it is none.
    pub(crate) digest: String,
    /// Words for the number of a page, with `{page}` and `{pages}`.
    pub(crate) page: String,
    /// When it was printed, and that the original is electronic.
    pub(crate) printed: String,
}

/// One box.
#[derive(Debug, Serialize)]
pub(crate) struct SheetBox {
    /// Its letter; empty for what is not on the official form.
    pub(crate) letter: String,
    /// Its heading.
    pub(crate) title: String,
    /// Its rows.
    pub(crate) rows: Vec<Row>,
}

/// One row.
#[derive(Debug, Serialize)]
#[serde(tag = "row", rename_all = "snake_case")]
pub(crate) enum Row {
    /// Fixed words with what was filled in between them.
    Text {
        /// The pieces.
        runs: Vec<Run>,
        /// Whether they stand further in.
        indent: bool,
    },
    /// The name of an entry of a list.
    Name {
        /// Its words.
        text: String,
    },
    /// A label and what was filled in.
    Field {
        /// The label; empty where there is none.
        label: String,
        /// What was filled in, each value as its parts; empty where nothing was.
        values: Vec<Vec<String>>,
        /// Whether the values stand below the label.
        below: bool,
        /// Whether it stands further in.
        indent: bool,
        /// The number of the correction that changed it.
        corrected: Option<usize>,
    },
    /// A box to tick.
    Tick {
        /// Whether it is ticked.
        ticked: bool,
        /// Its number on the form; empty where it has none.
        number: String,
        /// The words beside it.
        runs: Vec<Run>,
        /// What says for which entry it is ticked; empty where it is for all.
        of: String,
        /// Whether it stands further in.
        indent: bool,
        /// The number of the correction that changed it.
        corrected: Option<usize>,
    },
    /// Room to sign in, and for a stamp.
    Signature {
        /// Words above it.
        text: String,
        /// Words of the stamp.
        stamp: String,
        /// Words that say that the original has one; empty where it has none.
        stamped: String,
        /// Rows beside it.
        rows: Vec<Row>,
    },
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "run", content = "text", rename_all = "snake_case")]
pub(crate) enum Run {
    /// Fixed words.
    Fixed(String),
    /// What was filled in.
    Given(String),
    /// Room where nothing was filled in.
    Blank,
}
