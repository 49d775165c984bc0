//! Codes of languages and States: of the right shape, and from edition 2 of a form among those there are.
//!
//! Owns how far the lists of ISO are held. It must not say which State speaks which language.

use rogatory_domain::{Country, iso, notation};

use super::Check;
use crate::path::Path;

/// The primary language of a tag.
pub(crate) fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

impl Check {
    /// A language tag that must be there.
    pub(crate) fn language(&mut self, at: Path<'_>, value: &str, article: &'static str) {
        if value.is_empty() {
            self.missing(at, article);
        } else if !notation::is_language(value) || !self.is_language_there(primary(value)) {
            self.fault(at, "not_a_language", article, "Give a language tag such as fr or sr-Latn (BCP 47).");
        }
    }

    /// The lists of three letters are long and grow, so that only codes of two letters are looked up.
    fn is_language_there(&self, primary: &str) -> bool {
        !self.since(2) || primary.len() > 2 || iso::is_language(primary)
    }

    /// A State that must be there, as ISO 3166-1 writes it.
    pub(crate) fn country(&mut self, at: Path<'_>, value: &str, article: &'static str) -> Option<Country> {
        if value.is_empty() {
            self.missing(at, article);
            return None;
        }
        let state = self.country_of(at, value, article);
        if state.is_none() {
            self.fault(at, "not_a_country", article, "Give an ISO 3166-1 code.");
        }
        state
    }

    /// The State of a code. Greece and the United Kingdom are known by the codes that texts of the Union have for them, too; others
    /// count them by those of ISO.
    pub(crate) fn country_of(&mut self, at: Path<'_>, code: &str, article: &'static str) -> Option<Country> {
        let state = code.parse::<Country>().ok()?;
        if !self.since(2) {
            return Some(state);
        }
        if state.as_str() != code {
            let text = format!("It is read as {state}, the code of ISO 3166-1; write that.");
            self.warn(at, "code_of_the_union", article, &text);
        }
        iso::is_country(state.as_str()).then_some(state)
    }
}
