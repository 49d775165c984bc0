//! YAML 1.2 as a tree. Owns what of it is taken: plain values in one document. It must not follow an alias, since few bytes of
//! them grow to any size.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::{Broken, DEPTH_MAX, Entry, Node, Value};

/// Reads a text.
pub(super) fn read(text: &str) -> (Node, Vec<Broken>) {
    let mut reader = Reader { parser: Parser::new_from_str(text) };
    match reader.document() {
        Ok(root) => (root, Vec::new()),
        Err(flaw) => (Node::empty(), vec![flaw]),
    }
}

struct Reader<'a> {
    parser: Parser<'a, saphyr_parser::StrInput<'a>>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, usize), Broken> {
        match self.parser.next_event() {
            Some(Ok((event, Span { start, .. }))) => Ok((event, start.line())),
            Some(Err(error)) => {
                let text = format!("this is not YAML: {}", error.info());
                Err(Broken::new(error.marker().line(), text))
            }
            None => Ok((Event::StreamEnd, 1)),
        }
    }

    fn document(&mut self) -> Result<Node, Broken> {
        let mut root = None;
        loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentEnd | Event::Nothing, _) => {}
                (Event::DocumentStart(_), line) if root.is_some() => {
                    return Err(Broken::new(line, "one file holds one request".to_owned()));
                }
                (Event::DocumentStart(_), _) => {
                    let (event, line) = self.next()?;
                    root = Some(self.node(event, line, 0)?);
                }
                _ => return Ok(root.unwrap_or_else(Node::empty)),
            }
        }
    }

    fn node(&mut self, event: Event<'a>, line: usize, depth: usize) -> Result<Node, Broken> {
        if depth > DEPTH_MAX {
            return Err(Broken::too_deep(line));
        }
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, 0, None) => Value::plain(&text),
            Event::Scalar(text, _, 0, None) => Value::Text(text.into_owned()),
            Event::SequenceStart(0, None) => self.list(depth)?,
            Event::MappingStart(0, None) => self.table(depth)?,
            _ => {
                let text = "anchors, aliases and tags of YAML are not taken; write the value out";
                return Err(Broken::new(line, text.to_owned()));
            }
        };
        Ok(Node { line, value })
    }

    fn list(&mut self, depth: usize) -> Result<Value, Broken> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::List(items)),
                (event, line) => items.push(self.node(event, line, depth + 1)?),
            }
        }
    }

    fn table(&mut self, depth: usize) -> Result<Value, Broken> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            let (name, line) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Value::Table(entries)),
                (Event::Scalar(name, _, 0, None), line) => (name.into_owned(), line),
                (_, line) => return Err(Broken::new(line, "a name is expected here".to_owned())),
            };
            let (event, _) = self.next()?;
            let node = Node { line, ..self.node(event, line, depth + 1)? };
            if entries.iter().any(|entry| entry.name == name) {
                return Err(Broken::twice(line));
            }
            entries.push(Entry { name, node });
        }
    }
}
