//! The tree that every notation is read into. It must not know which one it came from.

/// One value with the line on which it, or the name it has, begins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// Line, from 1.
    pub(crate) line: usize,
    /// What stands there.
    pub(crate) value: Value,
}

/// What can stand in a file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Nothing was given.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A number with a fraction.
    Float(f64),
    /// A text; a date without quotes, too.
    Text(String),
    /// Values in order.
    List(Vec<Node>),
    /// Values by names, in the order of the file where its notation has one.
    Table(Vec<Entry>),
}

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: String,
    /// The value.
    pub(crate) node: Node,
}

impl Node {
    /// A table without anything, for a file that could not be read.
    pub(super) fn empty() -> Self {
        Self { line: 1, value: Value::Table(Vec::new()) }
    }

    /// The entries, if it is a table.
    pub(crate) fn entries(&self) -> &[Entry] {
        if let Value::Table(entries) = &self.value { entries } else { &[] }
    }

    /// The value of a name, if it is a table and has it.
    pub(crate) fn at(&self, name: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.name == name).map(|entry| &entry.node)
    }

    /// The value at a place, if it is a list and has it.
    #[cfg(test)]
    pub(crate) fn item(&self, place: usize) -> Option<&Self> {
        if let Value::List(items) = &self.value { items.get(place) } else { None }
    }
}

impl Value {
    /// A scalar that has no quotes, by the rules that JSON and YAML 1.2 share: no word but these is anything but a text, so
    /// that the code of Norway stays a code.
    pub(super) fn plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" => return Self::Null,
            "true" => return Self::Bool(true),
            "false" => return Self::Bool(false),
            _ => {}
        }
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if !digits.starts_with(|first: char| first.is_ascii_digit()) {
            return Self::Text(text.to_owned());
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit())
            && let Ok(number) = text.parse()
        {
            return Self::Integer(number);
        }
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
        match text.parse() {
            Ok(number) if is_number => Self::Float(number),
            _ => Self::Text(text.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_codes_without_quotes_are_texts_and_numbers_are_numbers() {
        for text in ["NO", "1980-05-06", "4(6)", "+31 70 000", "yes"] {
            assert_eq!(Value::plain(text), Value::Text(text.to_owned()));
        }
        assert_eq!(Value::plain("1980"), Value::Integer(1980));
        assert_eq!(Value::plain("-1.5e3"), Value::Float(-1500.0));
    }
}
