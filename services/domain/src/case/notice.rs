//! An event with its words: what the body of a later message contains.

use super::event::Event;
use crate::fault::Faults;
use crate::instrument::events_of;
use crate::limits;
use crate::text::{is_blank, is_paragraphs};

/// An event as submitted, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    event: Event,
    text: String,
}

impl Notice {
    /// Takes an event and its text (reasons, answer, conditions; may be empty), or answers with every fault. Reasons are
    /// missed where every instrument that has such an event demands them: a body does not say which one it is told under.
    ///
    /// # Errors
    /// With every fault of the text.
    pub fn parse(event: Event, text: String) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let is_empty = is_blank(&text);
        let mut demanding = events_of(event.code().as_str()).map(|definition| definition.reasons);
        if is_empty
            && let Some(Some(article)) = demanding.next()
            && demanding.all(|other| other.is_some())
        {
            faults.push("text", "reasons_missing", article, "Reasons must be given.");
        }
        if text.len() > limits::TEXT_BYTES {
            faults.push("text", "too_long", "limit", "The text is longer than the limit.");
        }
        if !is_paragraphs(&text) {
            faults.push(
                "text",
                "control_character",
                "limit",
                "Control and invisible characters are not allowed.",
            );
        }
        if faults.is_empty() { Ok(Self { event, text }) } else { Err(faults) }
    }

    /// The event.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The words, possibly none.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The event and the words.
    #[must_use]
    pub fn into_parts(self) -> (Event, String) {
        (self.event, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_that_show_nothing_are_none() {
        let event = Event::parse("delay_notified", Vec::new()).unwrap();
        for blank in ["", " \n", "\u{2800}", "\u{a0}\u{3000}"] {
            let faults = Notice::parse(event.clone(), blank.into()).unwrap_err();
            assert!(faults.iter().any(|fault| fault.rule == "reasons_missing"), "{blank:?}");
        }
    }

    #[test]
    fn the_words_of_an_event_hold_no_hidden_controls() {
        let rules = |text: &str| {
            let event = Event::parse("registered", Vec::new()).unwrap();
            match Notice::parse(event, text.into()) {
                Ok(_) => Vec::new(),
                Err(faults) => faults.iter().map(|fault| fault.rule).collect(),
            }
        };
        assert!(rules("One.\nTwo.\tThree.").is_empty());
        for hidden in ["\u{1b}[2J", "\u{9b}2J", "\u{202e}", "\u{2066}", "\u{200b}", "\u{2028}", "\u{e0041}"] {
            assert_eq!(rules(&format!("One.{hidden}")), ["control_character"], "{hidden:?}");
        }
    }
}
