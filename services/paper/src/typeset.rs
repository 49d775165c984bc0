//! A sheet as PDF/A-2b. Owns how the typesetter is called: with one source of ours, the sheet as data beside it, the fonts that
//! come with it, and nothing else to read. It must not put a text of a form into the source.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value as Json;
use typst::comemo;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Dict, Duration, Smart, Str, Value};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::fonts::{FONTS, is_covered};
use crate::sheet::Sheet;

/// What draws a sheet. It reads the sheet from its inputs as strings, which the typesetter sets as they are.
static SOURCE: LazyLock<Source> = LazyLock::new(|| {
    let path = VirtualPath::new("form.typ").expect("a plain name is a path");
    let id = FileId::new(RootedPath::new(VirtualRoot::Project, path));
    Source::new(id, include_str!("form.typ").to_owned())
});

/// Why a sheet could not be set. The typesetter's own words stay out, since they may repeat a text of the form.
#[derive(Debug, thiserror::Error)]
pub enum Untypeset {
    /// The sheet is not JSON.
    #[error("the form cannot be handed to the typesetter")]
    Sheet(#[from] serde_json::Error),
    /// The typesetter refused the source or the file.
    #[error("the typesetter refused the form for {reasons} reasons")]
    Refused {
        /// How many reasons it had.
        reasons: usize,
    },
}

/// The file.
pub(crate) fn pdf(sheet: &Sheet, at: Timestamp) -> Result<Vec<u8>, Untypeset> {
    let data = data_of(sheet)?;
    let set = document(&data).and_then(|document| file(&document, &data, at));
    // What was remembered of one form is of no use for another, and must not outlive it.
    comemo::evict(0);
    set
}

/// Lines of everything on a sheet.
pub(crate) fn lines(sheet: &Sheet) -> Result<usize, Untypeset> {
    Ok(lines_of(&serde_json::to_value(sheet)?))
}

fn lines_of(value: &Json) -> usize {
    match value {
        Json::String(text) => 1 + text.matches('\n').count(),
        Json::Array(list) => list.iter().map(lines_of).sum(),
        Json::Object(fields) => fields.values().map(lines_of).sum(),
        _ => 0,
    }
}

/// What the source reads.
fn data_of(sheet: &Sheet) -> Result<Json, Untypeset> {
    let mut data = serde_json::to_value(sheet)?;
    let is_whole = covered(&mut data);
    data["is_whole"] = Json::Bool(is_whole);
    Ok(data)
}

fn document(data: &Json) -> Result<PagedDocument, Untypeset> {
    let press = Press::new(&serde_json::to_string(data)?);
    typst::compile::<PagedDocument>(&press).output.map_err(|errors| refused(&errors))
}

fn file(document: &PagedDocument, data: &Json, at: Timestamp) -> Result<Vec<u8>, Untypeset> {
    let standards = PdfStandards::new(&[PdfStandard::A_2b]);
    let standards = standards.map_err(|_| Untypeset::Refused { reasons: 1 })?;
    let options = PdfOptions {
        ident: Smart::Custom(data.to_string()),
        creator: Smart::Custom(Some("Rogatory".to_owned())),
        timestamp: instant(at),
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(document, &options).map_err(|errors| refused(&errors))
}

fn refused(errors: &[SourceDiagnostic]) -> Untypeset {
    #[cfg(test)]
    errors.iter().for_each(|error| eprintln!("typst: {}", error.message));
    Untypeset::Refused { reasons: errors.len() }
}

/// The instant as the file's date.
fn instant(at: Timestamp) -> Option<typst_pdf::Timestamp> {
    let at = at.to_zoned_datetime(TimeZone::UTC);
    let part = |number: i8| u8::try_from(number).ok();
    let (month, day) = (part(at.month())?, part(at.day())?);
    let (hour, minute, second) = (part(at.hour())?, part(at.minute())?, part(at.second())?);
    let date = Datetime::from_ymd_hms(i32::from(at.year()), month, day, hour, minute, second)?;
    Some(typst_pdf::Timestamp::new_utc(date))
}

/// Puts its number in the place of every character that no font has: a file for archives has no boxes instead. Whether there
/// was none.
fn covered(value: &mut Json) -> bool {
    match value {
        Json::String(text) if !text.chars().all(is_covered) => {
            let number =
                |c: char| if is_covered(c) { c.to_string() } else { format!("⟨U+{:04X}⟩", u32::from(c)) };
            *text = text.chars().map(number).collect();
            false
        }
        Json::Array(list) => list.iter_mut().map(covered).filter(|whole| !whole).count() == 0,
        Json::Object(fields) => fields.values_mut().map(covered).filter(|whole| !whole).count() == 0,
        _ => true,
    }
}

/// All that the typesetter sees.
struct Press {
    library: LazyHash<Library>,
}

impl Press {
    fn new(sheet: &str) -> Self {
        let mut inputs = Dict::new();
        inputs.insert(Str::from("sheet"), Value::Str(Str::from(sheet)));
        Self { library: LazyHash::new(Library::builder().with_inputs(inputs).build()) }
    }
}

impl World for Press {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        SOURCE.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == SOURCE.id() { Ok(SOURCE.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use typst::layout::{Frame, FrameItem};

    use super::*;

    /// Every text that is set, in the order of the pages.
    pub(crate) fn text(sheet: &Sheet) -> String {
        let document = document(&data_of(sheet).unwrap()).unwrap();
        let mut text = String::new();
        document.pages().iter().for_each(|page| read(&page.frame, &mut text));
        text
    }

    /// How far to the right of the page a text reaches, as a part of its width.
    pub(crate) fn reach(sheet: &Sheet) -> f64 {
        let document = document(&data_of(sheet).unwrap()).unwrap();
        let reach = document.pages().iter().map(|page| edge(&page.frame, 0.0) / page.frame.width().to_pt());
        reach.fold(0.0, f64::max)
    }

    fn edge(frame: &Frame, from: f64) -> f64 {
        let ends = frame.items().map(|(at, item)| match item {
            FrameItem::Group(group) => edge(&group.frame, from + at.x.to_pt()),
            FrameItem::Text(item) => from + at.x.to_pt() + item.width().to_pt(),
            _ => 0.0,
        });
        ends.fold(0.0, f64::max)
    }

    fn read(frame: &Frame, text: &mut String) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => read(&group.frame, text),
                FrameItem::Text(item) => text.push_str(&item.text),
                _ => {}
            }
        }
    }
}
