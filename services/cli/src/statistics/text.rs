//! Statistics as a table for people: what is counted in words, and a number for each side.

use rogatory_client::pb::casework::v1 as pb;

use super::{SIDES, heading, is_one_line, one_decimal, one_row, remarks, titled};

/// Columns of the words.
const WORDS: usize = 64;

/// Columns of a number.
const NUMBER: usize = 11;

/// The table.
pub(super) fn of(counted: &pb::StatisticsResponse) -> String {
    let mut lines = vec![heading(counted), String::new()];
    lines.push(numbers("", SIDES.map(|(side, _)| side.to_uppercase())));
    for figure in &counted.figures {
        let words = titled(figure);
        if is_one_line(figure) {
            cases(&mut lines, &words, "", &one_row(figure));
        } else {
            lines.extend(wrapped(&words, ""));
            for row in &figure.rows {
                let key = if row.key.is_empty() { "not known" } else { &row.key };
                let name =
                    if row.label.is_empty() { key.to_owned() } else { format!("{key}  {}", row.label) };
                if figure.days { days(&mut lines, row) } else { cases(&mut lines, &name, "  ", row) }
            }
        }
        if figure.without > 0 {
            let text = format!("{} under an edition without this figure left out", figure.without);
            lines.extend(wrapped(&text, "  "));
        }
    }
    lines.push(String::new());
    lines.extend(remarks(counted));
    if !counted.not_counted.is_empty() {
        lines.extend([String::new(), "Not counted, since messages do not tell it:".to_owned()]);
        let line = |it: &pb::NotCounted| format!("  {} [{}] {}", it.meaning, it.article, it.why);
        lines.extend(counted.not_counted.iter().map(line));
    }
    lines.join("\n") + "\n"
}

fn cases(lines: &mut Vec<String>, words: &str, indent: &str, row: &pb::FigureRow) {
    let mut words = wrapped(words, indent);
    let last = words.pop().unwrap_or_default();
    lines.extend(words);
    lines.push(numbers(&last, SIDES.map(|(_, count)| count(row).cases.to_string())));
}

fn days(lines: &mut Vec<String>, row: &pb::FigureRow) {
    type Number = fn(&pb::DayCount) -> String;
    let of: [(&str, Number); 3] = [
        ("  mean, days", |days| one_decimal(days.mean)),
        ("  median, days", |days| one_decimal(days.median)),
        ("  longest, days", |days| days.max.to_string()),
    ];
    lines.push(numbers("  cases", SIDES.map(|(_, count)| count(row).cases.to_string())));
    for (words, number) in of {
        let number = |days: Option<pb::DayCount>| days.map_or_else(|| "–".to_owned(), |days| number(&days));
        lines.push(numbers(words, SIDES.map(|(_, count)| number(count(row).days))));
    }
}

fn numbers(words: &str, numbers: [String; 3]) -> String {
    let [asking, answering, told] = numbers;
    format!("{words:<WORDS$}{asking:>NUMBER$}{answering:>NUMBER$}{told:>NUMBER$}")
}

/// Words in lines that fit their columns; those after the first stand further in.
fn wrapped(words: &str, indent: &str) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), indent.to_owned());
    let mut is_begun = false;
    for word in words.split(' ') {
        if is_begun && line.chars().count() + 1 + word.chars().count() > WORDS - 1 {
            lines.push(std::mem::replace(&mut line, format!("{indent}  ")));
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
        }
        line.push_str(word);
        is_begun = true;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn each_number_stands_under_its_side_and_what_is_unknown_is_no_number() {
        let text = of(&sample());
        let line = |words: &str| text.lines().find(|line| line.trim_start().starts_with(words)).unwrap();
        let cells = |words: &str| line(words).split_whitespace().rev().take(3).collect::<Vec<_>>();
        assert_eq!(cells("Cases, \"opened\""), ["0", "3", "4"]);
        assert_eq!(cells("DE"), ["0", "2", "0"]);
        assert_eq!(cells("mean, days"), ["–", "65.0", "–"]);
        assert_eq!(cells("longest, days"), ["–", "107", "–"]);
        assert!(text.contains("1 referral cannot be read") && text.contains("2 under an edition"));
        assert!(line("Minors.").contains("It stands in the form."));
    }

    #[test]
    fn long_words_go_on_in_the_next_line() {
        let lines = wrapped(&"word ".repeat(40), "  ");
        assert!(lines.len() > 2 && lines.iter().all(|line| line.chars().count() < WORDS), "{lines:?}");
        assert_eq!(wrapped("short", "  "), ["  short"]);
    }
}
