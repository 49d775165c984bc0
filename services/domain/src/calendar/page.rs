//! The calendars as Markdown, for the page that is generated from their files and therefore never differs from them.

use std::fmt::Write as _;

use super::CURRENT_EDITION;
use super::states;
use super::table::{DecreeRow, Row, StateFile};
use crate::mark::Mark;

/// The current edition: years, rules, decrees, parts, with their marks.
#[must_use]
pub fn page_markdown() -> String {
    let mut page =
        format!("{}\n\n", INTRODUCTION.trim_end().replace("{edition}", &CURRENT_EDITION.to_string()));
    page += "## Covered\n\n| State | years | parts with days of their own |\n|---|---|---|\n";
    for file in states::files() {
        let parts: Vec<String> = file
            .part
            .iter()
            .map(|part| {
                let years = part.years.map(|[first, last]| format!(" ({first}–{last})")).unwrap_or_default();
                format!("{}{years}", part.codes.join(" = "))
            })
            .collect();
        let years =
            file.years.map_or("none: weekends only".into(), |[first, last]| format!("{first}–{last}"));
        let _ = writeln!(page, "| `{}` {} | {years} | {} |", file.state, file.name, parts.join(", "));
    }
    for file in states::files() {
        section(&mut page, file);
    }
    page.truncate(page.trim_end().len());
    page + "\n"
}

const INTRODUCTION: &str = include_str!("page.md");

fn section(page: &mut String, file: &StateFile) {
    let _ = write!(page, "\n## {}\n\n`{}`. {}. Zone `{}`.", file.name, file.state, file.law, file.zone);
    let _ = writeln!(page, " Rows without a mark: `{}`, {}.", file.mark.code(), file.source);
    if !file.notes.is_empty() {
        page.push('\n');
        page.extend(file.notes.iter().map(|note| format!("- {note}\n")));
    }
    rows(page, "", &file.holidays, &file.decrees);
    for part in &file.part {
        let zone = part.zone.as_ref().map(|zone| format!(" Zone `{zone}`.")).unwrap_or_default();
        let codes: Vec<String> = part.codes.iter().map(|code| format!("`{}-{code}`", file.state)).collect();
        let _ = write!(page, "\n**{}**, {}.{zone}", part.name, codes.join(" or "));
        if !part.without.is_empty() {
            let without: Vec<String> = part.without.iter().map(ToString::to_string).collect();
            let _ = write!(page, " Not: {}.", without.join(", "));
        }
        page.push('\n');
        rows(page, "also ", &part.holidays, &part.decrees);
    }
}

fn rows(page: &mut String, also: &str, holidays: &[Row], decrees: &[DecreeRow]) {
    if holidays.is_empty() && decrees.is_empty() {
        return;
    }
    let _ = write!(page, "\n| {also}free | what | years | on a weekend | mark |\n|---|---|---|---|---|\n");
    for row in holidays {
        let years = match (row.from, row.until) {
            (None, None) => String::new(),
            (Some(from), None) => format!("from {from}"),
            (None, Some(until)) => format!("until {until}"),
            (Some(from), Some(until)) => format!("{from}–{until}"),
        };
        let weekend = row.weekend.map(super::table::Weekend::code).unwrap_or_default();
        let mark = mark(row.mark, row.source.as_ref());
        let _ = writeln!(page, "| {} | {} | {years} | {weekend} | {mark} |", row.when, row.name);
    }
    for row in decrees {
        let day = match (row.add, row.remove) {
            (Some(day), _) => day.to_string(),
            (None, Some(day)) => format!("not {day}"),
            (None, None) => continue,
        };
        let _ = writeln!(page, "| {day} | {} | | | {} |", row.name, mark(row.mark, row.source.as_ref()));
    }
}

fn mark(mark: Option<Mark>, source: Option<&String>) -> String {
    let parts = [mark.map(|mark| format!("`{}`", mark.code())), source.cloned()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_reference_page_is_the_files() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/calendars.md");
        let page = page_markdown();
        if std::env::var_os("ROGATORY_BLESS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let stands = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(stands == page, "stale: ROGATORY_BLESS=1 cargo test -p rogatory-domain reference_page");
    }
}
