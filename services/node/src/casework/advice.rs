//! What should be looked at again in an event as somebody asked for it: words that are missing, and who is not informed.
//!
//! Owns the warnings that follow from the request alone. It must not refuse anything, nor look at the case.

use rogatory_domain::instrument::{EventDef, Instrument, events_of};
use rogatory_domain::text::is_blank;
use rogatory_wire::pb::casework::v1 as pb;

/// The warnings of a request to raise an event.
pub(super) fn of(request: &pb::ActRequest) -> Vec<pb::Warning> {
    let Some(event) = &request.event else { return Vec::new() };
    let says_nothing =
        is_blank(&event.text) && events_of(&event.code).any(|known: &EventDef| known.is_in_words);
    let words = says_nothing.then(|| pb::Warning {
        field: "event.text".to_owned(),
        rule: "says_nothing".to_owned(),
        text: "It counts as an answer, and says nothing in words.".to_owned(),
        ..pb::Warning::default()
    });
    let due = Instrument::due_of(&event.code).filter(|_| request.inform.is_empty());
    let not_informed = due.map(|row| pb::Warning {
        field: "inform".to_owned(),
        rule: "not_informed".to_owned(),
        article: row.article.to_owned(),
        text: format!("It informs nobody, and {} has to be informed.", row.to),
    });
    words.into_iter().chain(not_informed).collect()
}

#[cfg(test)]
mod tests {
    use rogatory_wire::pb::types::v1::Event;

    use super::*;

    fn rules(code: &str, text: &str, inform: &[&str]) -> Vec<String> {
        let event = Event { code: code.to_owned(), text: text.to_owned(), ..Event::default() };
        let inform = inform.iter().map(|&agency| agency.to_owned()).collect();
        let request = pb::ActRequest { event: Some(event), inform, ..pb::ActRequest::default() };
        of(&request).into_iter().map(|warning| warning.rule).collect()
    }

    #[test]
    fn an_answer_without_words_and_a_limit_of_which_nobody_is_informed_are_told() {
        assert_eq!(rules("information_supplied", " ", &[]), ["says_nothing"]);
        assert!(rules("information_supplied", "Here.", &[]).is_empty());
        assert_eq!(rules("limit_exceeded", "Why.", &[]), ["not_informed"]);
        assert!(rules("limit_exceeded", "Why.", &["eu-eurojust"]).is_empty());
        assert!(rules("registered", "", &[]).is_empty());
    }
}
