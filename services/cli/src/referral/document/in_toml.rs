//! TOML as a tree, with every place where it breaks its own rules. It must not know what the tree is for.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Broken, DEPTH_MAX, Entry, Node, Value};

/// Reads a text.
pub(super) fn read(text: &str) -> (Node, Vec<Broken>) {
    let breaks = text.match_indices('\n').map(|(at, _)| at).collect();
    let mut reader = Reader { breaks, flaws: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        // The message alone: its long form shows the line, which may hold what a case is about.
        let line = reader.line(at);
        // What the reader says of the rest of a line is that it lost its way there.
        if reader.flaws.last().is_some_and(|before| before.line == line) {
            continue;
        }
        reader.flaws.push(Broken::new(line, format!("this is not TOML: {}", error.message())));
    }
    let root = Node { line: 1, value: reader.table(table.get_ref(), 0) };
    (root, reader.flaws)
}

struct Reader {
    /// Where lines end.
    breaks: Vec<usize>,
    flaws: Vec<Broken>,
}

impl Reader {
    fn line(&self, at: usize) -> usize {
        self.breaks.partition_point(|end| *end < at) + 1
    }

    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Value {
        let mut entries: Vec<Entry> = Vec::with_capacity(table.len());
        for (name, value) in table {
            let line = self.line(name.span().start);
            let value = self.value(value.get_ref(), line, depth + 1);
            entries.push(Entry { name: name.get_ref().to_string(), node: Node { line, value } });
        }
        entries.sort_by_key(|entry| entry.node.line);
        Value::Table(entries)
    }

    fn value(&mut self, value: &DeValue<'_>, line: usize, depth: usize) -> Value {
        if depth > DEPTH_MAX {
            self.flaws.push(Broken::too_deep(line));
            return Value::Null;
        }
        match value {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(is_set) => Value::Bool(*is_set),
            DeValue::Datetime(at) => Value::Text(at.to_string()),
            DeValue::Integer(number) => {
                let read = i128::from_str_radix(number.as_str(), number.radix());
                self.number(read.ok().map(Value::Integer), line)
            }
            DeValue::Float(number) => {
                let read = number.as_str().parse().ok().map(Value::Float);
                self.number(read, line)
            }
            DeValue::Array(items) => {
                Value::List(items.iter().map(|item| self.item(item, line, depth)).collect())
            }
            DeValue::Table(table) => self.table(table, depth),
        }
    }

    fn item(&mut self, item: &Spanned<DeValue<'_>>, list: usize, depth: usize) -> Node {
        let line = self.line(item.span().start).max(list);
        Node { line, value: self.value(item.get_ref(), line, depth + 1) }
    }

    fn number(&mut self, read: Option<Value>, line: usize) -> Value {
        read.unwrap_or_else(|| {
            self.flaws.push(Broken::new(line, "this number cannot be read".to_owned()));
            Value::Null
        })
    }
}
