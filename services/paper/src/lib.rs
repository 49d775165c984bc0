//! The official forms on paper: what was filled in, box by box with the fixed words of a language, as PDF/A or as HTML.
//!
//! Owns how a form looks. It must not know a law: which boxes and rows a form has, and their words, are files of `data/`, and
//! what a field holds is the form's description. It has no clock, no network and no fonts of the machine, so that the same
//! form gives the same bytes everywhere. Reading order: `layout`, `words`, `catalogue`, `form`, `compose`, `sheet`, then
//! `html` or `typeset`.

mod act;
mod catalogue;
mod compose;
mod correction;
mod fonts;
mod form;
mod html;
mod kin;
mod layout;
mod rest;
mod sheet;
mod spell;
#[cfg(test)]
mod tests;
mod typeset;
mod words;

use jiff::Timestamp;

pub use self::act::{Act, ActValue};
pub use self::catalogue::{events_of, languages_of};
pub use self::correction::Correction;
pub use self::typeset::Untypeset;

/// What is printed.
#[derive(Debug, Clone, Copy)]
pub struct Print<'a> {
    /// Code of the instrument whose form it is.
    pub instrument: &'a str,
    /// The form, encoded as its author wrote it.
    pub form: &'a [u8],
    /// Language of the fixed words, such as `fr`; where none is given that of the form, and English where we lack it.
    pub language: Option<&'a str>,
    /// What names it on every page, such as the id of its referral.
    pub reference: &'a str,
    /// When it is printed.
    pub at: Timestamp,
    /// What was corrected since, in order.
    pub corrections: &'a [Correction],
    /// The event whose form it is; none for the form itself.
    pub act: Option<&'a Act<'a>>,
    /// What has become of it.
    pub standing: Standing<'a>,
}

/// What has become of a form.
#[derive(Debug, Clone, Copy)]
pub enum Standing<'a> {
    /// It was sent, and its case goes on.
    Sent,
    /// It was sent, and its case has ended since.
    Ended(Ended<'a>),
    /// It stands in a file, and nobody has sent it yet.
    Unsent,
    /// It is not ready to be sent: its faults, a line each.
    Draft(&'a [String]),
}

impl<'a> Standing<'a> {
    /// The faults of a draft.
    fn faults(self) -> Option<&'a [String]> {
        if let Self::Draft(faults) = self { Some(faults) } else { None }
    }
}

/// How the case of a form ended.
#[derive(Debug, Clone, Copy)]
pub struct Ended<'a> {
    /// When, as was declared.
    pub at: Timestamp,
    /// The state it ended in, by its code.
    pub state: &'a str,
    /// Whether who sent it took it back: then every page says that it is not in force.
    pub is_taken_back: bool,
}

/// As what it is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PDF/A-2b, with its fonts.
    Pdf,
    /// One file of HTML, which loads nothing and runs nothing.
    Html,
}

impl Format {
    /// What HTTP calls it.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// How the name of a file of it ends.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
        }
    }
}

/// A printed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The file.
    pub bytes: Vec<u8>,
    /// The language of its fixed words.
    pub language: &'static str,
    /// A name for the file, of the instrument, the reference and the language; it tells nothing of the content.
    pub file_name: String,
}

/// Lines of all texts together that are typeset: some five hundred pages.
const LINES_COUNT_MAX: usize = 20_000;

/// Why a form was not printed.
#[derive(Debug, thiserror::Error)]
pub enum NotPrinted {
    /// No data says how the form of this instrument or event looks.
    #[error("there is no printed form for {0}")]
    NoForm(String),
    /// The form has no words in this language.
    #[error("the form is not there in the language {asked}; it is in {}", known.join(", "))]
    NoLanguage {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// The bytes are no form of the instrument.
    #[error("these bytes are no form of the instrument")]
    Malformed(#[source] form::Unread),
    /// Its texts have more lines than are typeset: each is a paragraph, and pages without end take memory without end.
    #[error("its texts have {lines} lines, and at most {most} are typeset")]
    TooLong {
        /// How many.
        lines: usize,
        /// How many there may be.
        most: usize,
    },
    /// The typesetter refused.
    #[error(transparent)]
    Untypeset(#[from] Untypeset),
}

/// Prints a form.
///
/// # Errors
/// [`NotPrinted`] says why not.
pub fn print(order: &Print<'_>, format: Format) -> Result<Paper, NotPrinted> {
    let sheet = compose::sheet(order)?;
    let bytes = match format {
        Format::Pdf => {
            let lines = typeset::lines(&sheet)?;
            if lines > LINES_COUNT_MAX {
                return Err(NotPrinted::TooLong { lines, most: LINES_COUNT_MAX });
            }
            typeset::pdf(&sheet, order.at)?
        }
        Format::Html => html::html(&sheet).into_bytes(),
    };
    let event = order.act.map_or("", |act| act.event);
    let name = [order.instrument, event, order.reference, sheet.language];
    let name = name.map(safe).into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    Ok(Paper { bytes, language: sheet.language, file_name: format!("{name}.{}", format.ending()) })
}

/// What a file's name may have on every system.
fn safe(part: &str) -> String {
    part.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').take(80).collect()
}
