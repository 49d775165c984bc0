//! JSON as a tree: the signs between values are read here, for the lines; what a string or a number says is left to
//! `serde_json`. It must not take what is no JSON.

use super::{Broken, DEPTH_MAX, Entry, Node, Value};

/// Reads a text.
pub(super) fn read(text: &str) -> (Node, Vec<Broken>) {
    let mut reader = Reader { text, at: 0, line: 1 };
    match reader.whole() {
        Ok(root) => (root, Vec::new()),
        Err(flaw) => (Node::empty(), vec![flaw]),
    }
}

struct Reader<'a> {
    text: &'a str,
    /// Bytes that were read.
    at: usize,
    /// Line of the next one.
    line: usize,
}

impl<'a> Reader<'a> {
    fn whole(&mut self) -> Result<Node, Broken> {
        let root = self.node(0)?;
        match self.peek() {
            None => Ok(root),
            Some(_) => Err(self.wrong("nothing is expected after the last bracket")),
        }
    }

    fn wrong(&self, expected: &str) -> Broken {
        Broken::new(self.line, format!("this is not JSON: {expected}"))
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let next = *self.text.as_bytes().get(self.at)?;
            match next {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                _ => return Some(next),
            }
            self.at += 1;
        }
    }

    /// Whether the next sign is this one, which is read then.
    fn takes(&mut self, sign: u8) -> bool {
        let is_next = self.peek() == Some(sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn node(&mut self, depth: usize) -> Result<Node, Broken> {
        let next = self.peek();
        let line = self.line;
        if depth > DEPTH_MAX {
            return Err(Broken::too_deep(line));
        }
        let value = match next {
            Some(b'{') => self.table(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(_) => self.bare()?,
            None => return Err(self.wrong("the text ends before its last bracket")),
        };
        Ok(Node { line, value })
    }

    fn table(&mut self, depth: usize) -> Result<Value, Broken> {
        self.at += 1;
        let mut entries: Vec<Entry> = Vec::new();
        if self.takes(b'}') {
            return Ok(Value::Table(entries));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.wrong("a name in double quotes is expected"));
            }
            let line = self.line;
            let name = self.string()?;
            if !self.takes(b':') {
                return Err(self.wrong("a colon is expected after a name"));
            }
            let node = Node { line, ..self.node(depth + 1)? };
            if entries.iter().any(|entry| entry.name == name) {
                return Err(Broken::twice(line));
            }
            entries.push(Entry { name, node });
            if !self.goes_on(b'}')? {
                return Ok(Value::Table(entries));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, Broken> {
        self.at += 1;
        let mut items = Vec::new();
        if self.takes(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.node(depth + 1)?);
            if !self.goes_on(b']')? {
                return Ok(Value::List(items));
            }
        }
    }

    /// Whether a comma comes, and not the end.
    fn goes_on(&mut self, end: u8) -> Result<bool, Broken> {
        if self.takes(b',') {
            return Ok(true);
        }
        if self.takes(end) {
            Ok(false)
        } else {
            Err(self.wrong("a comma or the closing bracket is expected"))
        }
    }

    fn string(&mut self) -> Result<String, Broken> {
        let rest = &self.text[self.at..];
        let mut is_escaped = false;
        let end = rest.bytes().skip(1).position(|byte| {
            let is_end = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            is_end || byte == b'\n'
        });
        let written = end.map_or(rest, |end| &rest[..end + 2]);
        let text = serde_json::from_str(written);
        self.at += written.len();
        text.map_err(|_| {
            self.wrong("a text ends with double quotes on its line, and line breaks in it are \\n")
        })
    }

    /// A number, or one of the three words.
    fn bare(&mut self) -> Result<Value, Broken> {
        let rest: &'a str = &self.text[self.at..];
        let end = rest.find(|sign: char| sign.is_whitespace() || ",:]}\"[{".contains(sign));
        let written = &rest[..end.unwrap_or(rest.len())];
        let read = serde_json::from_str::<serde_json::Value>(written);
        if read.is_err() || written.is_empty() {
            return Err(self.wrong("a value is expected; texts stand in double quotes"));
        }
        self.at += written.len();
        Ok(Value::plain(written))
    }
}
