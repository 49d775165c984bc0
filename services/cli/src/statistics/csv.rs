//! Statistics as CSV (RFC 4180): a line for each number, with everything that it means on it.

use rogatory_client::pb::casework::v1 as pb;

use super::SIDES;

const HEAD: [&str; 17] = [
    "agency",
    "instrument",
    "first_day",
    "last_day",
    "as_of",
    "figure",
    "meaning",
    "article",
    "dated_by",
    "by",
    "key",
    "label",
    "side",
    "cases",
    "mean_days",
    "median_days",
    "max_days",
];

/// The lines. What is not counted has a line with the reason and no number.
pub(super) fn of(counted: &pb::StatisticsResponse) -> String {
    let as_of = counted.as_of.to_string();
    let about = [&counted.agency, &counted.instrument, &counted.first_day, &counted.last_day, &as_of]
        .map(String::as_str);
    let mut text = line(HEAD.iter().chain(["without", "not_counted"].iter()).copied());
    let mut put = |cells: [&str; 14]| text.push_str(&line(about.into_iter().chain(cells)));
    for figure in &counted.figures {
        let without = figure.without.to_string();
        for row in &figure.rows {
            for (side, count) in SIDES {
                let count = count(row);
                let days = count
                    .days
                    .map(|days| [days.mean.to_string(), days.median.to_string(), days.max.to_string()]);
                let [mean, median, max] = days.unwrap_or_default();
                let cases = count.cases.to_string();
                put([
                    &figure.code,
                    &figure.meaning,
                    &figure.article,
                    &figure.dated_by,
                    &figure.by,
                    &row.key,
                    &row.label,
                    side,
                    &cases,
                    &mean,
                    &median,
                    &max,
                    &without,
                    "",
                ]);
            }
        }
    }
    for (code, meaning, cases) in [
        (
            "unreadable",
            "Referrals of which something was erased, under whatever instrument.",
            counted.unreadable,
        ),
        ("awaiting_opening", "Referrals whose opening is not here yet.", counted.awaiting_opening),
    ] {
        put([code, meaning, "", "", "", "", "", "", &cases.to_string(), "", "", "", "", ""]);
    }
    for it in &counted.not_counted {
        put([&it.code, &it.meaning, &it.article, "", "", "", "", "", "", "", "", "", "", &it.why]);
    }
    text
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let cells: Vec<String> = cells.map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell; one that a spreadsheet would compute, or that holds a separator, is quoted, and the former begins with an apostrophe.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    /// Cells of a line as another program reads them.
    fn read(line: &str) -> Vec<String> {
        let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
        let mut chars = line.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '"' if is_quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => cells.push(std::mem::take(&mut cell)),
                _ => cell.push(char),
            }
        }
        cells.push(cell);
        cells
    }

    #[test]
    fn every_number_has_a_line_of_as_many_cells_as_the_head() {
        let text = of(&sample());
        let lines: Vec<Vec<String>> = text.lines().map(read).collect();
        // The head; three sides of five rows; two sums of what cannot be read; one reason.
        assert_eq!(lines.len(), 1 + 3 * 5 + 2 + 1);
        assert!(lines.iter().all(|cells| cells.len() == lines[0].len()), "{text}");
        let at = |name: &str| lines[0].iter().position(|head| head == name).unwrap();
        let refused =
            lines.iter().find(|cells| cells[at("key")] == "4(4)" && cells[at("side")] == "asking").unwrap();
        assert_eq!(
            (refused[at("cases")].as_str(), refused[at("label")].as_str()),
            ("1", "Barred, \"by\" time; <b>")
        );
        let days = lines.iter().find(|cells| cells[at("mean_days")] == "65").unwrap();
        assert_eq!((days[at("median_days")].as_str(), days[at("max_days")].as_str()), ("50", "107"));
        let minors = lines.last().unwrap();
        assert_eq!(
            (minors[at("cases")].as_str(), minors[at("not_counted")].as_str()),
            ("", "It stands in the form.")
        );
    }

    #[test]
    fn nothing_is_a_formula() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("-1, 2"), "\"'-1, 2\"");
        assert_eq!(cell("4(4)"), "4(4)");
    }
}
