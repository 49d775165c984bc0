//! A filled-in form laid out by its layout in the words of a language. Owns that every value that was filled in is on the sheet:
//! what no row has stands in a box of its own at the end. It must not know a law, nor how a sheet is printed.

mod tick;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::catalogue::{Chosen, Wanted, chosen};
use crate::correction::{Correction, corrections_box, mark};
use crate::form::{Form, join};
use crate::layout::{BoxLayout, FieldLayout, GroupForm, RowLayout};
use crate::rest::{faults_box, rest_box};
use crate::sheet::{Foot, Head, Row, Run, Sheet, SheetBox};
use crate::spell::{date_of, spell, term};
use crate::words::{Common, Piece, filled, pieces};
use crate::{NotPrinted, Print, Standing};

/// Lays a form out.
pub(crate) fn sheet(order: &Print<'_>) -> Result<Sheet, NotPrinted> {
    let wanted = Wanted { instrument: order.instrument, event: order.act.map(|act| act.event) };
    let first = chosen(wanted, order.language, "")?;
    let form = Form::decode(first.def.message, order.form).map_err(NotPrinted::Malformed)?;
    let form = match order.act {
        Some(act) => form.with_act(act),
        None => form,
    };
    let own = form.at("language").and_then(Value::as_str).unwrap_or_default();
    let chosen = chosen(wanted, order.language, own)?;
    let composer = Composer { chosen, form: &form, corrections: order.corrections };
    let (layout, words, common) = (chosen.layout, chosen.words, chosen.common);
    let mut boxes: Vec<SheetBox> = layout.boxes.iter().filter_map(|one| composer.laid_box(one)).collect();
    let heading = composer.heading();
    boxes.extend(rest_box(&chosen, &form));
    boxes.extend(corrections_box(order.corrections, common));
    boxes.extend(order.standing.faults().and_then(|faults| faults_box(faults, common)));
    Ok(Sheet {
        language: &words.language,
        title: words.text(&layout.title).to_owned(),
        note: layout.note.as_deref().map(|name| words.text(name).to_owned()),
        intro: words.text(&layout.intro).to_owned(),
        boxes,
        head: head(order, common, heading),
        foot: foot(order, common),
        continued: common.text("continued").to_owned(),
        uncovered: common.text("uncovered").to_owned(),
    })
}

/// What stands above the boxes.
fn head(order: &Print<'_>, common: &Common, heading: Vec<String>) -> Head {
    let (said, watermark) = match order.standing {
        Standing::Sent => (None, ""),
        Standing::Unsent => (Some(common.text("unsent_notice").to_owned()), ""),
        Standing::Draft(_) => (Some(common.text("draft_notice").to_owned()), common.text("draft")),
        Standing::Ended(ended) => {
            let date = date_of(ended.at, common);
            let state = ended.state.replace('_', " ");
            let text = filled(common.text("ended_notice"), &[("date", &date), ("state", &state)]);
            (Some(text), if ended.is_taken_back { common.text("not_in_force") } else { "" })
        }
    };
    let corrected = (!order.corrections.is_empty()).then(|| common.text("corrected_notice").to_owned());
    Head { heading, notices: said.into_iter().chain(corrected).collect(), watermark: watermark.to_owned() }
}

/// What stands on every page.
fn foot(order: &Print<'_>, common: &Common) -> Foot {
    let reference = filled(common.text("reference"), &[("reference", order.reference)]);
    let digest = hex::encode(Sha256::digest(order.form));
    Foot {
        reference: if order.reference.is_empty() { String::new() } else { reference },
        digest: if order.act.is_some() {
            String::new()
        } else {
            filled(common.text("digest"), &[("digest", &digest)])
        },
        page: common.text("page").to_owned(),
        printed: filled(common.text("printed"), &[("date", &date_of(order.at, common))]),
    }
}

/// What rows are laid out from.
struct Composer<'a> {
    chosen: Chosen,
    form: &'a Form,
    corrections: &'a [Correction],
}

impl Composer<'_> {
    /// A box; none where it is not on the official form and has nothing to say.
    fn laid_box(&self, layout: &BoxLayout) -> Option<SheetBox> {
        let rows = self.rows(&layout.rows, "");
        let is_empty = layout.letter.is_empty() && rows.is_empty();
        let title = self.chosen.words.text(&layout.title).to_owned();
        (!is_empty).then(|| SheetBox { letter: self.letter(&layout.letter), title, rows })
    }

    /// The letter of a box as its form writes it.
    fn letter(&self, letter: &str) -> String {
        match &self.chosen.layout.section {
            Some(name) if !letter.is_empty() => filled(self.chosen.words.text(name), &[("letter", letter)]),
            _ => letter.to_owned(),
        }
    }

    /// The State and the authority, as far as they are there. They have their rows below, too.
    fn heading(&self) -> Vec<String> {
        let text = |path: &String| Some(spell(&self.chosen, path, self.form.at(path)?));
        let lines = self.chosen.layout.heading.iter().filter_map(text);
        lines.filter(|line| !line.is_empty()).collect()
    }

    fn rows(&self, rows: &[RowLayout], base: &str) -> Vec<Row> {
        rows.iter().flat_map(|row| self.row(row, base)).collect()
    }

    fn row(&self, row: &RowLayout, base: &str) -> Vec<Row> {
        match row {
            RowLayout::Text { text, indent } => {
                vec![Row::Text { runs: self.runs(text, base), indent: *indent }]
            }
            RowLayout::Field(field) => self.field(field, base).into_iter().collect(),
            RowLayout::Tick(tick) => self.tick(tick, base),
            RowLayout::List { .. } => self.list(row, base),
            RowLayout::Rows { of } => {
                let rows = self.chosen.layout.fragments.get(of).map_or(&[][..], Vec::as_slice);
                self.rows(rows, base)
            }
            RowLayout::Each { path, name, when_given, rows } => {
                self.each(&join(base, path), name.as_deref(), when_given.as_deref(), rows)
            }
            RowLayout::Signature { text, stamp, stamped, rows } => {
                vec![self.signature(text, stamp, stamped.as_deref(), self.rows(rows, base))]
            }
        }
    }

    /// Fixed words with what was filled in.
    fn runs(&self, text: &str, base: &str) -> Vec<Run> {
        let run = |piece: Piece<'_>| match piece {
            Piece::Fixed(text) => Run::Fixed(text.to_owned()),
            Piece::Slot(path) => {
                let value = self.values(&join(base, path), &[], None).into_iter().flatten().next();
                value.map_or(Run::Blank, Run::Given)
            }
        };
        pieces(self.chosen.words.text(text)).map(run).collect()
    }

    fn field(&self, field: &FieldLayout, base: &str) -> Option<Row> {
        let path = join(base, &field.path);
        let values = self.values(&path, &field.parts, field.form);
        let label = field.text.as_deref().map_or("", |name| self.chosen.words.text(name)).to_owned();
        let corrected = mark(self.corrections, &path);
        let (below, indent) = (field.below, field.indent);
        let is_left_out = field.when_given && values.is_empty();
        (!is_left_out).then_some(Row::Field { label, values, below, indent, corrected })
    }

    /// What stands at a path, each entry of a list as its parts.
    fn values(&self, path: &str, parts: &[String], form: Option<GroupForm>) -> Vec<Vec<String>> {
        let whole = |entry: &String| {
            let value = self.form.at(entry)?;
            let text = match form {
                Some(GroupForm::Term) => term(value, self.chosen.common),
                None => spell(&self.chosen, entry, value),
            };
            self.form.note_printed(entry);
            Some(vec![text])
        };
        let in_parts = |entry: &String| {
            let each = parts.iter().flat_map(|part| self.values(&join(entry, part), &[], None)).flatten();
            Some(each.collect())
        };
        let entries = self.form.entries(path);
        let values =
            entries.iter().filter_map(|one| if parts.is_empty() { whole(one) } else { in_parts(one) });
        values.filter(|parts: &Vec<String>| parts.iter().any(|part| !part.is_empty())).collect()
    }

    fn each(&self, path: &str, name: Option<&str>, when_given: Option<&str>, rows: &[RowLayout]) -> Vec<Row> {
        let entries = self.form.entries(path);
        // Where there is nobody at all, the lines for whoever there might be stand blank.
        let is_blank = when_given.is_none() || (when_given == Some("") && path.starts_with(NOWHERE));
        if entries.is_empty() && is_blank {
            return self.rows(rows, NOWHERE);
        }
        let has = |entry: &String| when_given.is_none_or(|field| self.form.at(&join(entry, field)).is_some());
        let words = name.filter(|_| entries.len() > 1).and_then(|name| self.chosen.words.name.get(name));
        let laid = entries.iter().enumerate().filter(|(_, entry)| has(entry)).flat_map(|(at, entry)| {
            let number = (at + 1).to_string();
            let name = words.map(|words| Row::Name { text: filled(words, &[("number", &number)]) });
            name.into_iter().chain(self.rows(rows, entry))
        });
        laid.collect()
    }

    fn signature(&self, text: &str, stamp: &str, stamped: Option<&str>, rows: Vec<Row>) -> Row {
        let is_stamped = stamped.is_some_and(|path| self.is_at(path, Some("true")));
        if let (true, Some(path)) = (is_stamped, stamped) {
            self.form.note_printed(path);
        }
        let words = self.chosen.words;
        Row::Signature {
            text: words.text(text).to_owned(),
            stamp: words.text(stamp).to_owned(),
            stamped: if is_stamped { self.chosen.common.text("stamped").to_owned() } else { String::new() },
            rows,
        }
    }
}

/// A path at which no form has anything.
const NOWHERE: &str = "-";
