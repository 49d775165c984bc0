//! What was measured over time as a picture: one panel below the other, each with its own scale. It must not measure anything.

use std::fmt::Write as _;

/// Width of the picture.
const WIDTH: f64 = 1_000.0;
/// Height of a panel's curve.
const HEIGHT: f64 = 200.0;
/// Space around it.
const MARGIN: f64 = 40.0;
/// Height of a panel with its words.
const PANEL: f64 = HEIGHT + 70.0;
/// Space for the numbers of a scale.
const SCALE: f64 = 80.0;
/// Lines across a panel, the lowest and the highest among them.
const STEPS: u32 = 4;

/// One quantity, second by second.
pub(super) struct Line {
    name: String,
    values: Vec<f64>,
}

impl Line {
    /// A quantity with its unit.
    pub(super) fn of(name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        Self { name: name.to_owned(), values: values.into_iter().collect() }
    }

    /// The end of its scale: the highest value, rounded up to two digits.
    fn top(&self) -> f64 {
        let highest = self.values.iter().copied().fold(0.0, f64::max);
        if highest <= 0.0 {
            return 1.0;
        }
        let step = 10_f64.powf(highest.log10().floor() - 1.0);
        (highest / step).ceil() * step
    }
}

/// The picture (SVG) of quantities that were measured in the same seconds.
pub(super) fn plot(title: &str, lines: &[Line]) -> String {
    let seconds = lines.iter().map(|line| line.values.len()).max().unwrap_or(0).max(2);
    #[expect(clippy::cast_precision_loss, reason = "a handful of panels")]
    let height = lines.len() as f64 * PANEL + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n\
         <title>{title}</title>\n\
         <style>text{{font:14px sans-serif;fill:#222}}.head{{font-weight:bold}}.n{{text-anchor:end}}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
         <text class=\"head\" x=\"{MARGIN}\" y=\"{MARGIN}\">{title}</text>\n"
    );
    for (at, line) in lines.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a handful of panels")]
        let top = MARGIN + 40.0 + at as f64 * PANEL;
        panel(&mut svg, line, top, seconds);
    }
    svg.push_str("</svg>\n");
    svg
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a run are few")]
fn panel(svg: &mut String, line: &Line, top: f64, seconds: usize) {
    let (left, right, scale) = (MARGIN + SCALE, WIDTH - MARGIN, line.top());
    let x = |second: usize| left + (right - left) * second as f64 / (seconds - 1) as f64;
    let y = |value: f64| top + HEIGHT - HEIGHT * value / scale;
    let _ = writeln!(svg, "<text class=\"head\" x=\"{left}\" y=\"{}\">{}</text>", top - 8.0, line.name);
    for step in 0..=STEPS {
        let value = scale * f64::from(step) / f64::from(STEPS);
        let at = y(value);
        let _ = writeln!(
            svg,
            "<path d=\"M{left} {at:.1}H{right}\" stroke=\"#ddd\"/><text class=\"n\" x=\"{}\" y=\"{:.1}\">{value:.1}</text>",
            left - 8.0,
            at + 4.0
        );
    }
    let points: Vec<String> =
        line.values.iter().enumerate().map(|(at, value)| format!("{:.1},{:.1}", x(at), y(*value))).collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#1b4f8a\" stroke-width=\"1.5\"/>",
        points.join(" ")
    );
    let below = top + HEIGHT + 18.0;
    let _ = writeln!(
        svg,
        "<text x=\"{left}\" y=\"{below}\">0 s</text><text class=\"n\" x=\"{right}\" y=\"{below}\">{} s</text>",
        seconds - 1
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_is_a_point_between_the_ends_of_its_own_scale() {
        let lines = [Line::of("receipts a second", [0.0, 50.0, 97.0]), Line::of("MiB", [3.0])];
        assert!((lines[0].top() - 97.0).abs() < 1e-9 && (Line::of("", [101.0]).top() - 110.0).abs() < 1e-9);
        let svg = plot("A day", &lines);
        assert!(svg.contains("points=\"120.0,280.0 540.0,176.9 960.0,80.0\""), "{svg}");
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert!(svg.contains("<text class=\"n\" x=\"112\" y=\"84.0\">97.0</text>"), "{svg}");
    }

    #[test]
    fn nothing_measured_is_an_empty_picture_and_no_division_by_zero() {
        let svg = plot("Nothing", &[Line::of("receipts", [])]);
        assert!(svg.contains("points=\"\"") && !svg.contains("NaN"));
    }
}
