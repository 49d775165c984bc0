//! What should be looked at again in an event as somebody asked for it: words that are missing, and who is not informed.
//!
//! Owns the warnings that follow from the request and from the law of the case alone. It must not refuse anything.

use rogatory_domain::id::ReferralId;
use rogatory_domain::instrument::{EventDef, GOES_ON_IN_CODE, INSTRUMENTS, Instrument, Takes, events_of};
use rogatory_domain::text::is_blank;
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::types::v1::parameter::Value;

use super::case;
use crate::desk::Desk;

/// The warnings of a request to raise an event.
pub(super) async fn of(desk: &Desk, request: &pb::ActRequest) -> Vec<pb::Warning> {
    let code = request.event.as_ref().map_or("", |event| event.code.as_str());
    // Few events have to be told to anybody, and only for those the case is looked up.
    let may_be_due = INSTRUMENTS.iter().any(|known| known.due_notice(code).is_some());
    let referral = request.referral_id.parse::<ReferralId>().ok().filter(|_| may_be_due);
    let row = match referral {
        Some(referral) => case(desk, referral).await.ok(),
        None => None,
    };
    let instrument = row.and_then(|row| Some(row.opening.as_ref()?.instrument));
    let law = instrument.and_then(|law| not_informed(law, request));
    says_nothing(request).into_iter().chain(law).chain(not_here(desk, request).await).collect()
}

/// The referrals that an event names and this node does not have: another agency may have them, or nobody.
async fn not_here(desk: &Desk, request: &pb::ActRequest) -> Vec<pb::Warning> {
    let mut warnings = Vec::new();
    for (at, code, id) in named_referrals(request) {
        if case(desk, id).await.is_err() {
            warnings.push(pb::Warning {
                field: format!("event.parameters[{at}]"),
                rule: "not_here".to_owned(),
                text: format!("The referral that {code} names is none of this node: look at its id."),
                ..pb::Warning::default()
            });
        }
    }
    warnings
}

/// The referrals that an event names, with the place and the code of the parameter; the one in which a case goes on is given by the node.
fn named_referrals(request: &pb::ActRequest) -> Vec<(usize, &str, ReferralId)> {
    let Some(event) = &request.event else { return Vec::new() };
    let is_referral = |code: &str| {
        let mut known = events_of(&event.code).filter_map(|event| event.parameter(code));
        code != GOES_ON_IN_CODE && known.any(|parameter| matches!(parameter.takes, Takes::Referral))
    };
    let id_of = |value: &Option<Value>| match value {
        Some(Value::Id(id)) => id.parse().ok(),
        _ => None,
    };
    let numbered = event.parameters.iter().enumerate().filter(|(_, parameter)| is_referral(&parameter.code));
    numbered.filter_map(|(at, given)| Some((at, given.code.as_str(), id_of(&given.value)?))).collect()
}

fn says_nothing(request: &pb::ActRequest) -> Option<pb::Warning> {
    let event = request.event.as_ref()?;
    let is_in_words = events_of(&event.code).any(|known: &EventDef| known.is_in_words);
    // A correction that names nothing but its message says in words what was wrong.
    let corrects = events_of(&event.code).any(EventDef::corrects) && event.parameters.len() == 1;
    let text = match (is_in_words, corrects) {
        (true, _) => "It counts as an answer, and says nothing in words.",
        (false, true) => "It says neither anew nor in words what was wrong.",
        (false, false) => return None,
    };
    is_blank(&event.text).then(|| pb::Warning {
        field: "event.text".to_owned(),
        rule: "says_nothing".to_owned(),
        text: text.to_owned(),
        ..pb::Warning::default()
    })
}

fn not_informed(instrument: &Instrument, request: &pb::ActRequest) -> Option<pb::Warning> {
    let due = instrument.due_notice(&request.event.as_ref()?.code)?;
    request.inform.is_empty().then(|| pb::Warning {
        field: "inform".to_owned(),
        rule: "not_informed".to_owned(),
        article: due.article.to_owned(),
        text: format!("It informs nobody, and {} has to be informed.", due.to),
    })
}

#[cfg(test)]
mod tests {
    use rogatory_wire::pb::types::v1::{Event, Parameter};

    use super::*;

    fn request(code: &str, text: &str, inform: &[&str]) -> pb::ActRequest {
        let event = Event { code: code.to_owned(), text: text.to_owned(), ..Event::default() };
        let inform = inform.iter().map(|&agency| agency.to_owned()).collect();
        pb::ActRequest { event: Some(event), inform, ..pb::ActRequest::default() }
    }

    #[test]
    fn an_answer_without_words_is_told() {
        assert!(says_nothing(&request("information_supplied", " ", &[])).is_some());
        assert!(says_nothing(&request("information_supplied", "Here.", &[])).is_none());
        assert!(says_nothing(&request("registered", "", &[])).is_none());
        let mut corrected = request("corrected", "", &[]);
        let event = corrected.event.as_mut().unwrap();
        event.parameters.push(Parameter { code: "corrects".to_owned(), value: None });
        assert!(says_nothing(&corrected).is_some());
        corrected.event.as_mut().unwrap().text = "The name of the street.".to_owned();
        assert!(says_nothing(&corrected).is_none());
    }

    #[test]
    fn a_referral_that_an_event_names_is_looked_for_and_the_one_in_which_a_case_goes_on_is_not() {
        let id = "0192f0a0-0000-7000-8000-0000deadbeef";
        let naming = |code: &str, parameter: &str| {
            let mut request = request(code, "", &[]);
            let value = Some(Value::Id(id.to_owned()));
            request.event.as_mut().unwrap().parameters.push(Parameter { code: parameter.to_owned(), value });
            named_referrals(&request).into_iter().map(|(at, ..)| at).collect::<Vec<_>>()
        };
        assert_eq!(naming("withdrawn", "replaced_by"), [0]);
        assert!(naming("passed_on", "goes_on_in").is_empty() && naming("corrected", "corrects").is_empty());
    }

    #[test]
    fn that_nobody_is_informed_is_told_where_the_law_of_the_case_has_somebody_informed() {
        let event = "limit_exceeded";
        let (alone, informing) = (request(event, "Why.", &[]), request(event, "Why.", &["eu-eurojust"]));
        let mut warned = Vec::new();
        for law in INSTRUMENTS.iter().filter(|law| law.event(event).is_some()) {
            assert_eq!(not_informed(law, &alone).is_some(), law.due_notice(event).is_some(), "{}", law.code);
            assert!(not_informed(law, &informing).is_none());
            assert!(not_informed(law, &request("registered", "", &[])).is_none());
            warned.push(not_informed(law, &alone).is_some());
        }
        assert!(warned.contains(&true) && warned.contains(&false), "it is so in one law and not in another");
    }
}
