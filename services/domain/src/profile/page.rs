//! The profiles as Markdown, for the pages that are generated from their files and therefore never differ from them. It must not leave a mark out.

use std::fmt::Write as _;

use super::fact::Row;
use super::{STATES, StateFile, StateProfile};
use crate::instrument::{INSTRUMENTS, Instrument};
use crate::mark::Mark;

const INTRODUCTION: &str = include_str!("page.md");
const UNVERIFIED: &str = include_str!("unverified.md");

/// The facts that every State is compared by, in tables that fit a page; the others stand in the lists of the States that have them.
const TABLES: [(&str, &[&str]); 3] = [
    (
        "Who decides, and what becomes final",
        &["executing_authorities", "appeal", "consent", "accessory_offences"],
    ),
    ("Limits", &["first_limit_from", "extension", "takes_effect_after", "counts_first_day", "rolls"]),
    ("The person and the form", &["age_of_responsibility", "arrest_without_warrant", "languages"]),
];

/// How a source begins that stands for no rule of the State.
const DEFAULT: &str = "default";

/// Every State as a row of a table, then each one's facts with their sources, then what is unknown.
#[must_use]
pub fn page_markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (title, facts) in TABLES {
        table(&mut page, title, facts);
    }
    page += "\n## Sources\n";
    for (file, profile) in profiles() {
        sources(&mut page, file, profile);
    }
    page += "\n## What is unknown\n\nThe name of a fact alone: nothing is known, and a default stands where there is one.\n\n";
    for (file, profile) in profiles() {
        let unknown: Vec<String> = profile.unknown.iter().map(|entry| named(entry)).collect();
        let _ = writeln!(page, "- **{}**: {}", file.name, unknown.join("; "));
    }
    page
}

/// Every fact whose mark is not `V`, grouped by State.
#[must_use]
pub fn unverified_markdown() -> String {
    let mut page = UNVERIFIED.to_owned();
    for (file, profile) in profiles() {
        let rows: Vec<Row<'_>> = profile.rows().into_iter().filter(|row| row.mark != Mark::V).collect();
        if rows.is_empty() {
            continue;
        }
        heading(&mut page, "##", file, profile);
        page += "\n| fact | value | mark | source |\n|---|---|---|---|\n";
        for Row { fact, value, mark, source } in rows {
            let _ = writeln!(page, "| `{fact}` | {value} | `{}` | {source} |", mark.code());
        }
    }
    page + &tables_markdown()
}

/// How far the tables of the instruments were checked: how many rows, items and clocks have which mark, and each clock that is not `V`.
fn tables_markdown() -> String {
    let mut page = String::from(
        "\n## Tables of the instruments\n\nThe mark of each row stands on the page of its instrument. Here is how many rows of the life cycle, items of lists and\n\
         clocks have which, and which clocks nobody has read in an official text yet.\n\n\
         | instrument | edition | V | S | own | clocks that are not V |\n|---|---|---|---|---|---|\n",
    );
    for instrument in INSTRUMENTS {
        let items = instrument.lists.iter().flat_map(|list| list.items).map(|item| item.mark);
        let clocks = instrument.clocks.iter().map(|clock| clock.mark);
        let marks: Vec<Mark> =
            instrument.rules.iter().map(|rule| rule.mark).chain(items).chain(clocks).collect();
        let count = |mark: Mark| marks.iter().filter(|one| **one == mark).count();
        let open = instrument.clocks.iter().filter(|clock| clock.mark != Mark::V);
        let open: Vec<_> = open.map(|clock| format!("{} {}", clock.code, clock.mark.code())).collect();
        let is_newest = Instrument::of_code(instrument.code).is_some_and(|newest| newest == *instrument);
        let page_of = match is_newest {
            true => instrument.code.to_owned(),
            false => format!("{}-{}", instrument.code, instrument.edition),
        };
        let _ = writeln!(
            page,
            "| [`{}`]({page_of}.md) | {} | {} | {} | {} | {} |",
            instrument.code,
            instrument.edition,
            count(Mark::V),
            count(Mark::S),
            count(Mark::Own),
            if open.is_empty() { "–".to_owned() } else { open.join(", ") }
        );
    }
    page
}

/// Every profile with its State, by the State's code and then as the file has them.
fn profiles() -> impl Iterator<Item = (&'static StateFile, &'static StateProfile)> {
    STATES.iter().flat_map(|file| file.profiles.iter().map(move |profile| (file, profile)))
}

fn table(page: &mut String, title: &str, facts: &[&str]) {
    let heads: Vec<String> = facts.iter().map(|fact| format!("`{fact}`")).collect();
    let _ = write!(page, "\n## {title}\n\n| State | family | {} |\n", heads.join(" | "));
    let _ = writeln!(page, "|---|---|{}", "---|".repeat(facts.len()));
    for (file, profile) in profiles() {
        let rows = profile.rows();
        let cells: Vec<String> = facts.iter().map(|fact| cell(&rows, fact)).collect();
        let StateProfile { family, state, .. } = profile;
        let _ = writeln!(page, "| `{state}` {} | `{family}` | {} |", file.name, cells.join(" | "));
    }
}

/// A fact with its mark, and a star if it is a default.
fn cell(rows: &[Row<'_>], fact: &str) -> String {
    let Some(row) = rows.iter().find(|row| row.fact == fact) else { return "not known".into() };
    let star = if row.source.starts_with(DEFAULT) { " \\*" } else { "" };
    format!("{} `{}`{star}", row.value, row.mark.code())
}

fn sources(page: &mut String, file: &StateFile, profile: &StateProfile) {
    heading(page, "###", file, profile);
    page.push('\n');
    for Row { fact, value, mark, source } in profile.rows() {
        let _ = writeln!(page, "- `{fact}`: {value} – `{}` {source}", mark.code());
    }
    if !profile.notes.is_empty() {
        page.push('\n');
        page.extend(profile.notes.iter().map(|note| format!("> {note}\n>\n")));
        page.truncate(page.trim_end_matches("\n>\n").len());
        page.push('\n');
    }
}

fn heading(page: &mut String, level: &str, file: &StateFile, profile: &StateProfile) {
    let StateProfile { family, edition, state, from, until, .. } = profile;
    let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
    let _ = write!(
        page,
        "\n{level} {}\n\n`{state}`, `{family}`, edition {edition}, from {from}{until}.\n",
        file.name
    );
}

/// An entry of the list of what is unknown, the fact that it begins with marked as a name of the files.
fn named(entry: &str) -> String {
    match entry.split_once(':') {
        Some((fact, what)) => format!("`{fact}`:{what}"),
        None => format!("`{entry}`"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_reference_pages_are_the_files() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/instruments");
        for (name, page) in [("profiles.md", page_markdown()), ("unverified.md", unverified_markdown())] {
            let path = pages.join(name);
            if std::env::var_os("ROGATORY_BLESS").is_some() {
                std::fs::write(&path, &page).unwrap();
            }
            let stands = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                stands == page,
                "{name} is stale: ROGATORY_BLESS=1 cargo test -p rogatory-domain reference_page"
            );
        }
    }

    #[test]
    fn the_page_of_what_is_not_verified_has_every_such_fact_and_no_other() {
        let page = unverified_markdown();
        let marks = |mark: Mark| {
            let all = profiles().flat_map(|(_, profile)| profile.rows());
            all.filter(|row| row.mark == mark).count()
        };
        assert_eq!(page.matches("| `own` |").count(), marks(Mark::Own));
        assert_eq!(page.matches("| `S` |").count(), marks(Mark::S));
        assert!(marks(Mark::V) > 0 && !page.contains("| `V` |"), "what is verified stands there");
    }

    #[test]
    fn every_fact_stands_on_the_page_with_its_mark_and_source() {
        let page = page_markdown();
        for (_, profile) in profiles() {
            for Row { fact, value, mark, source } in profile.rows() {
                let line = format!("- `{fact}`: {value} – `{}` {source}\n", mark.code());
                assert!(page.contains(&line), "{}: {line}", profile.state);
                assert!(
                    page.contains(&format!("| `{fact}`")) || page.contains(&format!(", `{fact}`")),
                    "{fact} is not explained"
                );
            }
        }
    }
}
