//! Statistics as a picture: a bar for each number, with the number beside it in words, so that nothing is told by a colour alone.

use std::fmt::Write as _;

use rogatory_client::pb::casework::v1 as pb;

use super::{SIDES, heading, is_one_line, one_decimal, one_row, remarks, titled};

/// Width of the picture.
const WIDTH: usize = 1_000;
/// Space around it.
const MARGIN: usize = 32;
/// Where bars begin.
const BARS: usize = 470;
/// Length of the longest bar of cases.
const LONGEST: f64 = 400.0;
/// The same of days, whose words are longer.
const LONGEST_DAYS: f64 = 190.0;
/// Height of a line of words.
const LINE: usize = 16;
/// Height of a bar with the space below it.
const BAR: usize = 13;
/// Letters of a line of words before the bars, about.
const LETTERS: usize = 64;
/// Letters of a line over the whole width, about.
const LETTERS_WIDE: usize = 140;
/// Colours of the three sides; they differ in brightness, too.
const COLOURS: [&str; 3] = ["#1b4f8a", "#e08a2c", "#8a8a8a"];

/// A picture that grows downwards.
struct Picture {
    body: String,
    y: usize,
    /// Sides that have a number anywhere; the others have no bars.
    sides: Vec<usize>,
    /// Length of a bar for one case, and for one day; the same all over the picture, so that bars can be compared.
    scales: (f64, f64),
}

/// The picture.
pub(super) fn of(counted: &pb::StatisticsResponse) -> String {
    let rows = || counted.figures.iter().flat_map(|figure| &figure.rows);
    let has_any = |side: &usize| rows().any(|row| SIDES[*side].1(row).cases > 0);
    let mut sides: Vec<usize> = (0..SIDES.len()).filter(has_any).collect();
    if sides.is_empty() {
        sides = vec![0, 1];
    }
    let scales = (scale(rows(), cases_of, LONGEST), scale(rows(), days_of, LONGEST_DAYS));
    let mut picture = Picture { body: String::new(), y: MARGIN, sides, scales };
    picture.words(MARGIN, &[heading(counted)], "title");
    picture.legend();
    let mut was_line = false;
    for figure in &counted.figures {
        let is_line = is_one_line(figure);
        if !(is_line && was_line) {
            picture.y += LINE / 2;
        }
        if is_line {
            picture.row(&titled(figure), &one_row(figure));
        } else {
            picture.chart(figure);
        }
        was_line = is_line;
    }
    picture.foot(counted);
    picture.whole(counted)
}

impl Picture {
    fn chart(&mut self, figure: &pb::Figure) {
        self.words(MARGIN, &wrapped(&titled(figure), LETTERS_WIDE), "head");
        for row in &figure.rows {
            let key = if row.key.is_empty() { "not known" } else { &row.key };
            let name = match (figure.days, row.label.is_empty()) {
                (true, _) => "mean; the line across is the median".to_owned(),
                (false, true) => key.to_owned(),
                (false, false) => format!("{key}: {}", row.label),
            };
            self.row(&name, row);
        }
        if figure.without > 0 {
            let text = format!("{} under an edition without this figure left out", figure.without);
            self.words(MARGIN, &[text], "small");
        }
    }

    /// Words on the left, a bar for each side on the right.
    fn row(&mut self, name: &str, row: &pb::FigureRow) {
        let (top, lines) = (self.y, wrapped(name, LETTERS));
        self.words(MARGIN, &lines, "label");
        let below = self.y;
        self.y = top;
        for side in self.sides.clone() {
            self.bar(side, SIDES[side].1(row));
        }
        self.y = below.max(self.y) + 4;
    }

    fn bar(&mut self, side: usize, count: pb::CaseCount) {
        let (y, colour) = (self.y + 2, COLOURS[side]);
        let length = count.days.map_or(cases_of(&count) * self.scales.0, |days| days.mean * self.scales.1);
        if length > 0.0 {
            let _ = writeln!(
                self.body,
                "<rect x=\"{BARS}\" y=\"{y}\" width=\"{length:.1}\" height=\"{}\" fill=\"{colour}\"/>",
                BAR - 3
            );
        }
        if let Some(days) = count.days {
            #[expect(clippy::cast_precision_loss, reason = "a width in pixels")]
            let x = BARS as f64 + days.median * self.scales.1;
            let _ = writeln!(
                self.body,
                "<path d=\"M{x:.1} {y}v{}\" stroke=\"#111\" stroke-width=\"2\"/>",
                BAR - 3
            );
        }
        #[expect(clippy::cast_precision_loss, reason = "a width in pixels")]
        let x = BARS as f64 + length + 6.0;
        let words = escaped(&in_words(&count));
        let _ =
            writeln!(self.body, "<text x=\"{x:.1}\" y=\"{}\" class=\"number\">{words}</text>", y + BAR - 5);
        self.y += BAR;
    }

    fn legend(&mut self) {
        let names = ["this agency asks", "this agency answers", "this agency is only told"];
        let y = self.y + 4;
        for (place, side) in self.sides.iter().enumerate() {
            let x = MARGIN + place * 190;
            let _ = writeln!(
                self.body,
                "<rect x=\"{x}\" y=\"{y}\" width=\"12\" height=\"12\" fill=\"{}\"/><text x=\"{}\" y=\"{}\" class=\"label\">{}</text>",
                COLOURS[*side],
                x + 18,
                y + 11,
                names[*side]
            );
        }
        self.y += 2 * LINE;
    }

    fn foot(&mut self, counted: &pb::StatisticsResponse) {
        self.y += LINE;
        self.words(MARGIN, &remarks(counted), "small");
        if counted.not_counted.is_empty() {
            return;
        }
        self.y += LINE / 2;
        self.words(MARGIN, &["Not counted, since messages do not tell it:".to_owned()], "head");
        for it in &counted.not_counted {
            let text = format!("{} [{}] {}", it.meaning, it.article, it.why);
            self.words(MARGIN, &wrapped(&text, LETTERS_WIDE), "small");
        }
    }

    /// Lines of words, one below the other.
    fn words(&mut self, x: usize, lines: &[String], class: &str) {
        for line in lines {
            let y = self.y + LINE - 5;
            let _ =
                writeln!(self.body, "<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>", escaped(line));
            self.y += LINE;
        }
    }

    fn whole(&self, counted: &pb::StatisticsResponse) -> String {
        let (height, title) = (self.y + MARGIN, escaped(&heading(counted)));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
             role=\"img\">\n<title>{title}</title>\n<style>text{{font-family:sans-serif;font-size:12px;fill:#222}}\
             .title{{font-size:16px;font-weight:bold}}.head{{font-weight:bold}}.small{{font-size:11px;fill:#444}}\
             .number{{font-size:11px}}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n",
            self.body
        )
    }
}

/// Cases as a length before it is scaled; those of which days are told have a bar of days.
#[expect(clippy::cast_precision_loss, reason = "a count of cases is far below 2^52")]
fn cases_of(count: &pb::CaseCount) -> f64 {
    if count.days.is_some() { 0.0 } else { count.cases as f64 }
}

/// Days as a length before it is scaled.
fn days_of(count: &pb::CaseCount) -> f64 {
    count.days.map_or(0.0, |days| days.mean.max(days.median))
}

/// Length of a bar for one, so that the longest fits.
fn scale<'a>(
    rows: impl Iterator<Item = &'a pb::FigureRow>,
    size: fn(&pb::CaseCount) -> f64,
    longest: f64,
) -> f64 {
    let sizes = rows.flat_map(|row| SIDES.map(|(_, count)| size(&count(row))));
    longest / sizes.fold(1.0, f64::max)
}

fn in_words(count: &pb::CaseCount) -> String {
    match count.days {
        Some(days) => format!(
            "mean {}, median {}, longest {} days ({})",
            one_decimal(days.mean),
            one_decimal(days.median),
            days.max,
            if count.cases == 1 { "1 case".to_owned() } else { format!("{} cases", count.cases) }
        ),
        None => count.cases.to_string(),
    }
}

/// Words in lines of so many letters; a word that is longer stands alone.
fn wrapped(words: &str, letters: usize) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in words.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > letters {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// Text as XML holds it; controls, which XML cannot hold, are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ if char.is_control() => {}
            _ => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample;
    use super::*;

    #[test]
    fn every_number_is_written_beside_its_bar_and_no_text_is_markup() {
        let text = of(&sample());
        assert!(!text.contains("<others>") && !text.contains("<b>") && text.contains("&lt;others&gt;"));
        assert!(text.contains("mean 65.0, median 50.0, longest 107 days (3 cases)"));
        assert!(text.contains("Minors. [3(3)] It stands in the form."));
        // Two sides have numbers, and the third has none anywhere: its name is not in the legend.
        assert!(text.contains("this agency answers") && !text.contains("only told"));
        // What is opened is quoted: no tag is left open.
        let count = |what: &str| text.matches(what).count();
        assert_eq!(count("<text "), count("</text>"));
    }

    #[test]
    fn no_bar_is_longer_than_there_is_room() {
        let mut counted = sample();
        counted.figures[0].rows[0].asking = Some(pb::CaseCount { cases: u64::MAX, days: None });
        let longest = of(&counted)
            .lines()
            .filter_map(|line| line.split("width=\"").nth(1)?.split('"').next()?.parse::<f64>().ok())
            .filter(|width| (*width - 12.0).abs() > 0.01)
            .skip(1)
            .fold(0.0, f64::max);
        assert!(longest <= LONGEST, "{longest}");
    }
}
