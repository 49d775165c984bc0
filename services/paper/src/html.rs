//! A sheet as one file of HTML that loads nothing and runs nothing. Owns that every text is escaped and isolated from the
//! direction of its neighbours. It must not put a text anywhere but between tags.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::sheet::{Head, Row, Run, Sheet, SheetBox};

/// How it looks; nothing in it comes from a form.
const STYLE: &str = include_str!("form.css");

/// The file.
pub(crate) fn html(sheet: &Sheet) -> String {
    let mut page = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut page, sheet);
    page
}

/// A text between tags.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            // A draft may hold what no form that is sent does, and a page may be shown on a terminal.
            c if c.is_control() && !matches!(c, '\n' | '\t') => f.write_char(char::REPLACEMENT_CHARACTER),
            c => f.write_char(c),
        })
    }
}

fn write(page: &mut String, sheet: &Sheet) -> fmt::Result {
    let title = Escaped(&sheet.title);
    writeln!(
        page,
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">",
        Escaped(sheet.language)
    )?;
    // Nothing but the style below counts, whatever a text might hold.
    writeln!(
        page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )?;
    writeln!(page, "<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>")?;
    write_head(page, &sheet.head)?;
    let mark = if sheet.note.is_some() { "<sup>1</sup>" } else { "" };
    writeln!(page, "<h1>{title}{mark}</h1>")?;
    for notice in &sheet.head.notices {
        writeln!(page, "<p class=\"notice\">{}</p>", Escaped(notice))?;
    }
    writeln!(page, "<p class=\"intro\">{}</p>", Escaped(&sheet.intro))?;
    sheet.boxes.iter().try_for_each(|one| write_box(page, one))?;
    writeln!(page, "<footer>")?;
    if let Some(note) = &sheet.note {
        writeln!(page, "<p><sup>1</sup> {}</p>", Escaped(note))?;
    }
    for line in [&sheet.foot.reference, &sheet.foot.digest, &sheet.foot.printed] {
        if !line.is_empty() {
            writeln!(page, "<p><bdi>{}</bdi></p>", Escaped(line))?;
        }
    }
    writeln!(page, "</footer>\n</body>\n</html>")
}

fn write_head(page: &mut String, head: &Head) -> fmt::Result {
    if !head.watermark.is_empty() {
        writeln!(page, "<div class=\"watermark\">{}</div>", Escaped(&head.watermark))?;
    }
    writeln!(page, "<header>")?;
    for line in &head.heading {
        writeln!(page, "<p><bdi>{}</bdi></p>", Escaped(line))?;
    }
    writeln!(page, "</header>")
}

fn write_box(page: &mut String, one: &SheetBox) -> fmt::Result {
    writeln!(page, "<section>")?;
    let (letter, title) = (Escaped(&one.letter), Escaped(&one.title));
    if one.letter.is_empty() || one.title.is_empty() {
        writeln!(page, "<h2>{letter}{title}</h2>")?;
    } else {
        writeln!(page, "<h2>{letter} {title}</h2>")?;
    }
    one.rows.iter().try_for_each(|row| write_row(page, row))?;
    writeln!(page, "</section>")
}

fn class(indent: bool, name: &str) -> String {
    if indent { format!("{name} in") } else { name.to_owned() }
}

fn write_row(page: &mut String, row: &Row) -> fmt::Result {
    match row {
        Row::Text { runs, indent } => {
            write!(page, "<p class=\"{}\">", class(*indent, "text"))?;
            write_runs(page, runs)?;
            writeln!(page, "</p>")
        }
        Row::Name { text } => writeln!(page, "<h3>{}</h3>", Escaped(text)),
        Row::Field { label, values, below, indent, corrected } => {
            write!(page, "<div class=\"{}\">", class(*indent, if *below { "field below" } else { "field" }))?;
            write!(page, "<span class=\"label\">{}</span>", Escaped(label))?;
            write!(page, "<span class=\"values\">")?;
            values.iter().try_for_each(|parts| write_value(page, parts))?;
            if values.is_empty() {
                write!(page, "<span class=\"blank\"></span>")?;
            }
            write!(page, "</span>")?;
            write_mark(page, *corrected)?;
            writeln!(page, "</div>")
        }
        Row::Tick { ticked, number, runs, of, indent, corrected } => {
            write!(page, "<div class=\"{}\">", class(*indent, "tick"))?;
            write!(page, "<span class=\"box\">{}</span>", if *ticked { "☒" } else { "☐" })?;
            if !number.is_empty() {
                write!(page, "<span class=\"number\">{}</span>", Escaped(number))?;
            }
            write!(page, "<span>")?;
            write_runs(page, runs)?;
            if !of.is_empty() {
                write!(page, " <b>[{}]</b>", Escaped(of))?;
            }
            write!(page, "</span>")?;
            write_mark(page, *corrected)?;
            writeln!(page, "</div>")
        }
        Row::Signature { text, stamp, stamped, rows } => {
            writeln!(page, "<div class=\"signature\"><div><p class=\"text\">{}</p>", Escaped(text))?;
            writeln!(page, "<div class=\"sign\"></div>")?;
            rows.iter().try_for_each(|row| write_row(page, row))?;
            let (stamp, stamped) = (Escaped(stamp), Escaped(stamped));
            writeln!(
                page,
                "</div><div class=\"stamp\"><p>{stamp}</p><p class=\"value\">{stamped}</p></div></div>"
            )
        }
    }
}

fn write_runs(page: &mut String, runs: &[Run]) -> fmt::Result {
    runs.iter().try_for_each(|run| match run {
        Run::Fixed(text) => write!(page, "{}", Escaped(text)),
        Run::Given(text) => write!(page, "<bdi class=\"value\">{}</bdi>", Escaped(text)),
        Run::Blank => write!(page, "<span class=\"slot\"></span>"),
    })
}

fn write_value(page: &mut String, parts: &[String]) -> fmt::Result {
    write!(page, "<span class=\"value\">")?;
    for (at, part) in parts.iter().enumerate() {
        write!(page, "{}<bdi>{}</bdi>", if at == 0 { "" } else { ", " }, Escaped(part))?;
    }
    write!(page, "</span>")
}

fn write_mark(page: &mut String, corrected: Option<usize>) -> fmt::Result {
    corrected.map_or(Ok(()), |number| write!(page, "<b class=\"mark\">[{number}]</b>"))
}
