//! An instrument as tables for people at a terminal: the same rows as its page in the reference, without its markup.
//!
//! Owns titles and columns. It must not know an instrument by its name.

use rogatory_domain::Instrument;
use rogatory_domain::instrument::description::{Clock, Description, Event, Parameter, Period};

use crate::output::{Output, dash};

/// A table with a title.
struct Section {
    title: String,
    header: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

/// Prints everything of an instrument.
pub(super) fn print(instrument: &Instrument, output: Output) -> anyhow::Result<()> {
    let described = instrument.describe();
    let Description { code, edition, title, act, .. } = &described;
    output.line(format!("{title} ({code}, edition {edition}): {act}"))?;
    output.line("Marks: V read in an official text, S in a secondary source, own knowledge of whoever wrote the table.")?;
    for section in sections(instrument, &described) {
        output.line("")?;
        output.line(&section.title)?;
        output.table(section.header, section.rows, &())?;
    }
    Ok(())
}

/// The tables that have rows.
fn sections(instrument: &Instrument, described: &Description) -> Vec<Section> {
    let section = |title: &str, header, rows| Section { title: title.to_owned(), header, rows };
    let owned = |cells: &[&str]| cells.iter().map(|cell| dash(cell)).collect::<Vec<_>>();
    let capacities = described.capacities.iter().map(|it| owned(&[it.code, it.side, it.meaning]));
    let states = described
        .states
        .iter()
        .map(|it| owned(&[it.code, if it.terminal { "ended" } else { "open" }, it.meaning]));
    let mut all = vec![
        section("Capacities", &["capacity", "side", "meaning"], capacities.collect()),
        section("States", &["state", "kind", "meaning"], states.collect()),
        section("Events", &["event", "raised by", "reasons", "meaning"], events(&described.events)),
        section(
            "What follows an event",
            &["event", "in", "leads to", "clocks", "article", "mark"],
            transitions(instrument, &described.events),
        ),
        section(
            "What events tell",
            &["event", "parameter", "takes", "given", "meaning"],
            parameters(&described.events),
        ),
        section(
            "Clocks",
            &["clock", "runs", "extension", "counts from", "waits for", "article", "mark"],
            described.clocks.iter().map(clock).collect(),
        ),
        section(
            "What ends the other referrals of a request",
            &["state", "event in the others", "article"],
            described.closures.iter().map(|it| owned(&[it.state, it.event, it.article])).collect(),
        ),
        section(
            "Who is informed without being a party",
            &["event", "told", "gets", "article"],
            described
                .notices
                .iter()
                .map(|it| {
                    let event = if it.event.is_empty() { "the opening" } else { it.event };
                    owned(&[event, it.to, &it.gives.join(", "), it.article])
                })
                .collect(),
        ),
    ];
    all.extend(described.lists.iter().map(|list| Section {
        title: format!("List {}: {}", list.code, list.meaning),
        header: &["code", "article", "mark", "meaning"],
        rows: list.items.iter().map(|it| owned(&[it.code, it.article, it.mark, it.meaning])).collect(),
    }));
    all.retain(|section| !section.rows.is_empty());
    all
}

fn events(events: &[Event]) -> Vec<Vec<String>> {
    let row = |event: &Event| {
        let (by, reasons) = (event.by.join(", "), event.reasons.unwrap_or_default());
        vec![event.code.to_owned(), by, dash(reasons), event.meaning.to_owned()]
    };
    events.iter().map(row).collect()
}

fn transitions(instrument: &Instrument, events: &[Event]) -> Vec<Vec<String>> {
    let named = |event: &Event| {
        let rules =
            instrument.rules.iter().filter(|rule| instrument.events[rule.event.place()].code == event.code);
        // A set with a name is told by it: the names of its states would fill the screen.
        rules.map(|rule| instrument.set_word(rule.from)).collect::<Vec<_>>()
    };
    let of_event = |event: &Event| {
        let rows = event.transitions.iter().zip(named(event)).map(|(row, from)| {
            let clocks = dash(&row.clocks.join(", "));
            vec![event.code.to_owned(), from, row.to.clone(), clocks, dash(row.article), row.mark.to_owned()]
        });
        rows.collect::<Vec<_>>()
    };
    events.iter().flat_map(of_event).collect()
}

fn parameters(events: &[Event]) -> Vec<Vec<String>> {
    let row = |event: &Event, parameter: &Parameter| {
        let takes = match (parameter.list, parameter.bounds) {
            (Some(list), _) => format!("one of {list}"),
            (None, Some((least, most))) => format!("{least} to {most}"),
            (None, None) => parameter.takes.to_owned(),
        };
        let given = match (parameter.required, parameter.most) {
            (true, 1) => "once".to_owned(),
            (false, 1) => "once or not".to_owned(),
            (required, most) => format!("{} to {most}", u8::from(required)),
        };
        vec![event.code.to_owned(), parameter.code.to_owned(), takes, given, parameter.meaning.to_owned()]
    };
    events.iter().flat_map(|event| event.parameters.iter().map(move |it| row(event, it))).collect()
}

fn clock(clock: &Clock) -> Vec<String> {
    let period = |period: &Option<Period>, other: &str| {
        let words = period.as_ref().map(|it| format!("{} {}", it.count, it.unit.replace('_', " ")));
        words.unwrap_or_else(|| other.to_owned())
    };
    vec![
        clock.code.to_owned(),
        period(&clock.length, "to the day named, or at once"),
        period(&clock.extension, &dash("")),
        clock.counts_from.to_owned(),
        clock.waits_for.to_owned(),
        dash(clock.article),
        clock.mark.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::INSTRUMENTS;

    use super::*;

    #[test]
    fn the_tables_for_a_terminal_have_everything_and_no_markup() {
        for instrument in INSTRUMENTS {
            let sections = sections(instrument, &instrument.describe());
            assert!(sections.iter().all(|it| it.rows.iter().all(|row| row.len() == it.header.len())));
            let cells: Vec<_> = sections.iter().flat_map(|it| it.rows.iter().flatten()).collect();
            let codes = instrument.states.iter().map(|state| state.code);
            for code in codes.chain(instrument.events.iter().map(|event| event.code)) {
                assert!(cells.iter().any(|cell| *cell == code), "{code}");
            }
            let rows =
                |title: &str| sections.iter().find(|it| it.title == title).map_or(0, |it| it.rows.len());
            assert_eq!(rows("What follows an event"), instrument.rules.len());
            assert_eq!(rows("Who is informed without being a party"), instrument.notices.len());
            for cell in cells {
                assert!(!cell.is_empty() && !cell.contains(['`', '|', '#']), "{cell}");
            }
        }
    }
}
