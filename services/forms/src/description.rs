//! What a form is to a person who fills it in: its boxes, the words beside its fields, what each may hold and when it must.
//!
//! Owns the shape of a description. It must not judge a form: the check does, and a test holds the two against each other.
//! From a description come the interview in the terminal, the schema that an editor completes by, and what is said of a fault.

#[cfg(test)]
mod tests;

use rogatory_domain::limits;

/// A form as its fields, box by box, in the order of the official form.
#[derive(Debug, Clone, Copy)]
pub struct Description {
    /// The name of the form as people know it.
    pub title: &'static str,
    /// Its boxes.
    pub boxes: &'static [FormBox],
}

/// One box of a form.
#[derive(Debug, Clone, Copy)]
pub struct FormBox {
    /// Its letter or number on the official form; empty for what stands outside every box.
    pub code: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// Its fields, by the names of the protobuf message.
    pub fields: &'static [Field],
}

/// One field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in the protobuf message, which begins the paths of faults in it.
    pub name: &'static str,
    /// The words beside it.
    pub label: &'static str,
    /// The article or box that asks for it.
    pub article: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// When it must be given.
    pub required: Required,
    /// Entries at most where it is a list; `None` where it stands once.
    pub entries_max: Option<usize>,
}

/// When a field must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    /// Whenever what it stands in is given.
    Always,
    /// Under a condition, said in words that complete "required …".
    When(&'static str),
    /// Never.
    No,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A text on one line, at most [`limits::LINE_BYTES`].
    Line,
    /// A text of paragraphs, at most [`limits::TEXT_BYTES`].
    Text,
    /// A language tag, BCP 47, such as `fr`.
    Language,
    /// A State, ISO 3166-1 alpha-2, such as `FR`.
    Country,
    /// A text of another pattern, with a word for it and an example.
    Pattern {
        /// What it is.
        what: &'static str,
        /// One that is right.
        example: &'static str,
    },
    /// A date; where `whole`, with its month and day.
    Date {
        /// Whether month and day must be known.
        whole: bool,
    },
    /// A whole number within bounds.
    Number {
        /// The least.
        min: u32,
        /// The greatest.
        max: u32,
    },
    /// A box to tick; where it must be given, a yes or a no.
    Flag,
    /// One of a list of codes, which a string field holds as it is.
    Code(&'static [Choice]),
    /// One of the values of a protobuf enum, written as a word; the value's name is `prefix`, an underscore and the word in
    /// capitals.
    Enum {
        /// What the names of the enum's values begin with, such as `SEX`.
        prefix: &'static str,
        /// Its values.
        choices: &'static [Choice],
    },
    /// Fields of its own.
    Group(&'static [Field]),
}

/// One thing to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// What is written.
    pub code: &'static str,
    /// What it means, as the official form words it.
    pub label: &'static str,
}

/// A choice in one line of a table.
#[must_use]
pub const fn choice(code: &'static str, label: &'static str) -> Choice {
    Choice { code, label }
}

impl Field {
    /// A field that must be given, once.
    #[must_use]
    pub const fn required(
        name: &'static str,
        label: &'static str,
        article: &'static str,
        kind: Kind,
    ) -> Self {
        Self { name, label, article, kind, required: Required::Always, entries_max: None }
    }

    /// A field that may be left out.
    #[must_use]
    pub const fn optional(
        name: &'static str,
        label: &'static str,
        article: &'static str,
        kind: Kind,
    ) -> Self {
        Self { required: Required::No, ..Self::required(name, label, article, kind) }
    }

    /// The same, required under a condition.
    #[must_use]
    pub const fn when(self, condition: &'static str) -> Self {
        Self { required: Required::When(condition), ..self }
    }

    /// The same as a list of at most so many entries.
    #[must_use]
    pub const fn list(self, entries_max: usize) -> Self {
        Self { entries_max: Some(entries_max), ..self }
    }

    /// Bytes its text holds at most; `None` where it is no free text.
    #[must_use]
    pub const fn bytes_max(&self) -> Option<usize> {
        match self.kind {
            Kind::Line => Some(limits::LINE_BYTES),
            Kind::Text => Some(limits::TEXT_BYTES),
            _ => None,
        }
    }
}

impl Description {
    /// The field at a path such as `subjects[0].part`, and the box it stands in.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<(&'static FormBox, &'static Field)> {
        let mut names = path.split('.').map(|segment| segment.split('[').next().unwrap_or(segment));
        let first = names.next()?;
        let (form_box, mut field) = self.boxes.iter().find_map(|form_box| {
            form_box.fields.iter().find(|field| field.name == first).map(|field| (form_box, field))
        })?;
        for name in names {
            let Kind::Group(fields) = field.kind else { return None };
            field = fields.iter().find(|field| field.name == name)?;
        }
        Some((form_box, field))
    }

    /// Every field of the form itself, in order.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.boxes.iter().flat_map(|form_box| form_box.fields)
    }
}
