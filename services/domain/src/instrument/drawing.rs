//! The states of an instrument as a picture (SVG): states as rounded boxes in layers, events as arrows with their names.
//!
//! Owns what is drawn of a table, and how. Where things stand is decided in [`layers`]. It must not leave out an event: what
//! leads to no state of its own is told below the picture.

mod layers;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Instrument, Next, Rule};
use layers::{Edge, Placed, Point, Size};

/// Width of a letter of the typeface, which has one width for all.
const LETTER: f64 = 7.3;
/// Height of a line of text.
const LINE: f64 = 15.0;
/// Space around the text in a box.
const PADDING: f64 = 10.0;
/// Space around the whole.
const MARGIN: f64 = 20.0;

/// How a box is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// A dot, where a case begins.
    Begin,
    /// A state that is left again.
    Open,
    /// A state in which the case has ended.
    Ended,
    /// A set of states, or one that only the case itself knows.
    Set,
}

/// One box.
#[derive(Debug)]
struct Node {
    text: &'static str,
    meaning: String,
    look: Look,
}

/// What there is to draw.
#[derive(Debug, Default)]
struct Picture {
    nodes: Vec<Node>,
    /// Names of events by where they lead from and to.
    arrows: BTreeMap<(usize, usize), Vec<&'static str>>,
    /// Events that leave the state alone, with the states in which they may happen.
    aside: Vec<(&'static str, String)>,
}

/// The states and events of an instrument as an SVG document.
#[must_use]
pub fn state_drawing(instrument: &Instrument) -> String {
    let picture = Picture::of(instrument);
    let placed = layers::place(&picture.sizes(), &picture.edges());
    picture.draw(instrument, &placed)
}

impl Picture {
    fn of(instrument: &Instrument) -> Self {
        let mut picture = Self::default();
        for state in instrument.states {
            let look = if state.is_terminal { Look::Ended } else { Look::Open };
            picture.node(state.code, state.meaning.to_owned(), look);
        }
        let begin = picture.node("", "A case begins here.".to_owned(), Look::Begin);
        picture.arrows.insert((begin, 0), vec![""]);
        instrument.rules.iter().for_each(|rule| picture.rule(instrument, rule));
        picture
    }

    fn node(&mut self, text: &'static str, meaning: String, look: Look) -> usize {
        self.nodes.push(Node { text, meaning, look });
        self.nodes.len() - 1
    }

    /// The box of a set with a name, or of a state that only the case knows; made when it is first needed.
    fn set(&mut self, name: &'static str, meaning: &str) -> usize {
        let known = self.nodes.iter().position(|node| node.look == Look::Set && node.text == name);
        known.unwrap_or_else(|| self.node(name, meaning.to_owned(), Look::Set))
    }

    fn rule(&mut self, instrument: &Instrument, rule: &Rule) {
        let event = instrument.events[rule.event.place()].code;
        let to = match rule.next {
            Next::To(state) | Next::Aside(state) => state.place(),
            Next::Resume => {
                self.set("the state before", "The state that the case was in before it was set aside.")
            }
            Next::Stay | Next::ResumeAt(..) | Next::ResumeAtLeast(..) => {
                return self.aside.push((event, instrument.set_word(rule.from)));
            }
        };
        let from = match instrument.name_of(rule.from) {
            Some(name) => vec![self.set(name, "Several states at once.")],
            None => {
                let is_from = |code: &str| instrument.states_of(rule.from).any(|state| state.code == code);
                (0..instrument.states.len()).filter(|at| is_from(instrument.states[*at].code)).collect()
            }
        };
        for from in from {
            self.arrows.entry((from, to)).or_default().push(event);
        }
    }

    fn sizes(&self) -> Vec<Size> {
        let size = |node: &Node| match node.look {
            Look::Begin => Size { width: 14.0, height: 14.0 },
            _ => Size { width: width_of(node.text) + 2.0 * PADDING, height: LINE + 2.0 * PADDING },
        };
        self.nodes.iter().map(size).collect()
    }

    fn edges(&self) -> Vec<Edge> {
        let edge = |(ends, events): (&(usize, usize), &Vec<&str>)| {
            let width = events.iter().map(|event| width_of(event)).fold(0.0, f64::max);
            let lines = events.iter().filter(|event| !event.is_empty()).count();
            Edge { from: ends.0, to: ends.1, label: Size { width: width + 8.0, height: LINE * count(lines) } }
        };
        self.arrows.iter().map(edge).collect()
    }

    fn draw(&self, instrument: &Instrument, placed: &Placed) -> String {
        let legend = self.legend();
        let text_width = legend.iter().map(|line| width_of(line)).fold(0.0, f64::max);
        let width = placed.size.width.max(text_width) + 2.0 * MARGIN;
        let height = placed.size.height + LINE * count(legend.len()) + 3.0 * MARGIN;
        let Instrument { title, edition, .. } = instrument;
        let name = escaped(&format!("{title}, edition {edition}: states and events"));
        let mut page = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n<title>{name}</title>\n{STYLE}\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
             <g transform=\"translate({MARGIN:.0} {MARGIN:.0})\">\n"
        );
        for line in &placed.lines {
            let _ = writeln!(page, "<path class=\"arrow\" marker-end=\"url(#tip)\" d=\"{}\"/>", curve(line));
        }
        for (events, at) in self.arrows.values().zip(&placed.labels) {
            label(&mut page, events, *at);
        }
        for (node, at) in self.nodes.iter().zip(&placed.nodes) {
            boxed(&mut page, node, *at);
        }
        for (at, line) in legend.iter().enumerate() {
            let y = placed.size.height + MARGIN + LINE * count(at + 1);
            let _ = writeln!(page, "<text x=\"0\" y=\"{y:.1}\">{}</text>", escaped(line));
        }
        page + "</g>\n</svg>\n"
    }

    fn legend(&self) -> Vec<String> {
        let told = self.aside.iter().map(|(event, from)| format!("{event}: in {from}"));
        let head = (!self.aside.is_empty()).then(|| "Events that leave the state as it is:".to_owned());
        head.into_iter().chain(told).collect()
    }
}

/// The looks of all, and the tip of an arrow.
const STYLE: &str = "<style>\n\
    text { font: 12px 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace; fill: #1a1a1a; }\n\
    .middle { text-anchor: middle; }\n\
    .arrow { fill: none; stroke: #667; stroke-width: 1.2; }\n\
    .state { fill: #eef3fb; stroke: #2b4a7a; stroke-width: 1.4; }\n\
    .ended { fill: #e4e4e4; stroke: #333; stroke-width: 2.4; }\n\
    .set { fill: #fff; stroke: #2b4a7a; stroke-dasharray: 5 3; }\n\
    .under { fill: #fff; fill-opacity: 0.85; }\n\
    </style>\n\
    <defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" \
    orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#667\"/></marker></defs>\n";

/// A box with its text, in the middle of a place.
fn boxed(page: &mut String, node: &Node, at: Point) {
    let (width, height) = (width_of(node.text) + 2.0 * PADDING, LINE + 2.0 * PADDING);
    let (x, y) = (at.x - width / 2.0, at.y - height / 2.0);
    let class = match node.look {
        Look::Begin => {
            let _ = writeln!(page, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"7\"/>", at.x, at.y);
            return;
        }
        Look::Open => "state",
        Look::Ended => "ended",
        Look::Set => "set",
    };
    let _ = writeln!(
        page,
        "<g><title>{}</title><rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" \
         height=\"{height:.1}\" rx=\"10\"/><text class=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
        escaped(&node.meaning),
        at.x,
        at.y + 4.0,
        escaped(node.text),
    );
}

/// The names of the events of one arrow, one below the other, around the middle of a place.
fn label(page: &mut String, events: &[&str], at: Point) {
    let events: Vec<_> = events.iter().filter(|event| !event.is_empty()).collect();
    let top = at.y - LINE * count(events.len()) / 2.0;
    for (line, event) in events.iter().enumerate() {
        let (width, y) = (width_of(event) + 4.0, top + LINE * count(line));
        let _ = writeln!(
            page,
            "<rect class=\"under\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{LINE:.1}\"/>\
             <text class=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            at.x - width / 2.0,
            at.x,
            y + 11.0,
            escaped(event),
        );
    }
}

/// A smooth line through points, upright where it passes each.
fn curve(points: &[Point]) -> String {
    let mut path = String::new();
    for (at, point) in points.iter().enumerate() {
        let Some(before) = at.checked_sub(1).map(|before| points[before]) else {
            let _ = write!(path, "M{:.1} {:.1}", point.x, point.y);
            continue;
        };
        let middle = f64::midpoint(before.y, point.y);
        let _ = write!(
            path,
            "C{:.1} {middle:.1} {:.1} {middle:.1} {:.1} {:.1}",
            before.x, point.x, point.x, point.y
        );
    }
    path
}

fn width_of(text: &str) -> f64 {
    LETTER * count(text.chars().count())
}

/// A count as a length; no picture has so many of anything that it would not be exact.
fn count(of: usize) -> f64 {
    u32::try_from(of).map_or(f64::MAX, f64::from)
}

/// A text for XML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::INSTRUMENTS;
    use super::*;

    #[test]
    fn every_state_and_every_event_is_in_the_picture() {
        for instrument in INSTRUMENTS {
            let drawing = state_drawing(instrument);
            for state in instrument.states {
                assert!(drawing.contains(&format!(">{}</text>", state.code)), "{}", state.code);
            }
            for event in instrument.events {
                let (arrow, aside) = (format!(">{}</text>", event.code), format!(">{}: in ", event.code));
                assert!(drawing.contains(&arrow) || drawing.contains(&aside), "{}", event.code);
            }
        }
    }

    #[test]
    fn a_picture_is_well_formed_xml() {
        for instrument in INSTRUMENTS {
            well_formed(&state_drawing(instrument));
        }
    }

    /// Reads a document as far as this module writes any: elements that close in order, quoted attributes, and no bare
    /// markup in texts.
    fn well_formed(document: &str) {
        let (mut open, mut roots) = (Vec::new(), 0);
        let mut rest = document;
        while let Some((text, tail)) = rest.split_once('<') {
            assert!(!open.is_empty() || text.trim().is_empty(), "text outside of the root: {text}");
            text.split('&').skip(1).for_each(|entity| {
                assert!(["amp;", "lt;", "gt;"].iter().any(|known| entity.starts_with(known)), "{entity}");
            });
            assert!(!text.contains('>'), "{text}");
            let (tag, after) = tail.split_once('>').unwrap();
            rest = after;
            assert!(!tag.contains('<') && tag.matches('"').count() % 2 == 0, "{tag}");
            if let Some(closing) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(closing));
                continue;
            }
            roots += usize::from(open.is_empty());
            let name = tag.split(|c: char| c.is_whitespace() || c == '/').next().unwrap();
            assert!(name.chars().all(|c| c.is_ascii_alphanumeric()) && !name.is_empty(), "{tag}");
            tag.split('"').step_by(2).skip_while(|part| part.ends_with('/')).for_each(|part| {
                let between = part.trim().trim_start_matches(name).trim_matches(['/', ' ']);
                assert!(between.is_empty() || between.ends_with('='), "{tag}");
            });
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(rest.trim().is_empty() && open.is_empty() && roots == 1, "{rest}, {open:?}, {roots} roots");
    }

    #[test]
    fn no_two_boxes_and_no_two_names_of_events_lie_upon_each_other() {
        for instrument in INSTRUMENTS {
            let picture = Picture::of(instrument);
            let (sizes, edges) = (picture.sizes(), picture.edges());
            let placed = layers::place(&sizes, &edges);
            let boxes = placed.nodes.iter().copied().zip(sizes);
            let labels = placed.labels.iter().copied().zip(edges.iter().map(|edge| edge.label));
            let all: Vec<(Point, Size)> = boxes.chain(labels.filter(|(_, size)| size.height > 0.0)).collect();
            for (at, (one, size)) in all.iter().enumerate() {
                for (other, other_size) in &all[at + 1..] {
                    let beside = (one.x - other.x).abs() >= (size.width + other_size.width) / 2.0 - 0.01;
                    let above = (one.y - other.y).abs() >= (size.height + other_size.height) / 2.0 - 0.01;
                    assert!(beside || above, "{one:?} {other:?}");
                }
            }
        }
    }
}
