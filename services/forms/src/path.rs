//! Where in a form a check stands: a chain of names on the stack, written out only where a rule breaks.
//!
//! Owns how a path reads, such as `offences[0].description`. It must not allocate before something is wrong: a check runs for
//! every form that is submitted, and almost every form is right.

use std::fmt::Write as _;

/// A place in a form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    name: &'static str,
    index: Option<usize>,
}

impl<'a> Path<'a> {
    /// The form itself.
    pub(crate) const FORM: Path<'static> = Path { parent: None, name: "", index: None };

    /// A field of what stands here.
    pub(crate) const fn field(&'a self, name: &'static str) -> Path<'a> {
        Path { parent: Some(self), name, index: None }
    }

    /// An entry of a list of what stands here.
    pub(crate) const fn entry(&'a self, name: &'static str, index: usize) -> Path<'a> {
        Path { parent: Some(self), name, index: Some(index) }
    }

    /// The path as faults give it.
    pub(crate) fn written(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        if let Some(parent) = self.parent {
            parent.write(out);
        }
        if !out.is_empty() {
            out.push('.');
        }
        out.push_str(self.name);
        if let Some(index) = self.index {
            let _ = write!(out, "[{index}]");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_from_the_form_inwards() {
        let offence = Path::FORM.entry("offences", 12);
        assert_eq!(offence.field("maximum").written(), "offences[12].maximum");
        assert_eq!(offence.entry("categories", 0).written(), "offences[12].categories[0]");
        assert_eq!(Path::FORM.written(), "");
    }
}
