//! An event by its code and by what is told of it; everything that does not fit is named at once, with the flag to use.

use rogatory_client::pb::types::v1::Event;
use rogatory_domain::Instrument;
use rogatory_domain::case::Parameter;
use rogatory_domain::instrument::{
    EventDef, GOES_ON_IN_CODE, INSTRUMENTS, Misfit, ParameterDef, Symbol, Why, events_of,
};
use rogatory_domain::text::is_blank;
use rogatory_wire::event::parameter_to_pb;

use super::flags::flag_of;
use crate::failure::Misuse;
use crate::referral::flaw::nearest;
use crate::referral::judge::event_codes;

/// Reads an event.
pub(super) fn event_of(name: &str, told: &[(String, String)], text: String) -> Result<Event, Misuse> {
    let code = name.to_lowercase().replace('-', "_");
    // Several tables may have an event of one code, each with parameters of its own; the one that knows what was given, and then
    // the one that fits best, is meant; of two, that of the first instrument that has it, in its newest edition: others are derived
    // from it.
    let mut definitions: Vec<_> = events_of(&code).collect();
    let newest = |definition: &&EventDef| {
        let first = INSTRUMENTS.iter().find(|known| known.event(&code).is_some());
        let newest = first.and_then(|first| Instrument::of_code(first.code));
        newest.and_then(|known| known.event(&code)).is_some_and(|known| std::ptr::eq(known, *definition))
    };
    definitions.sort_by_key(|definition| !newest(definition));
    let tried = definitions.into_iter().map(|definition| {
        let unknown = told.iter().filter(|(given, _)| definition.parameter(given).is_none()).count();
        (unknown, definition, fit(definition, told, &text))
    });
    let best = tried.min_by_key(|(unknown, _, (_, wrong))| (*unknown, wrong.len()));
    let Some((_, definition, (parameters, wrong))) = best else {
        let known = event_codes();
        let meant = nearest(&code, &known).map(|meant| format!("; did you mean {meant}?"));
        // Every event of every instrument would say nothing of the case.
        let listed = "; rogatory referral show REFERRAL ends with what may be done".to_owned();
        return Err(Misuse(format!("there is no event {name}{}", meant.unwrap_or(listed))));
    };
    if !wrong.is_empty() {
        // What an older edition has besides is of no help to whoever writes for a case of today.
        let newest = newest_of(definition);
        let wrong = if std::ptr::eq(newest, definition) { wrong } else { fit(newest, told, &text).1 };
        return Err(Misuse(wrong.join("; ")));
    }
    let write = |one: &Parameter| parameter_to_pb(one.code.as_str(), one.value);
    Ok(Event { code, text, parameters: parameters.iter().map(write).collect() })
}

/// The definition of the same event in the newest edition of its instrument.
fn newest_of(definition: &'static EventDef) -> &'static EventDef {
    let has =
        |instrument: &&&Instrument| instrument.events.iter().any(|known| std::ptr::eq(known, definition));
    let newest = INSTRUMENTS.iter().find(has).and_then(|of| Instrument::of_code(of.code));
    newest.and_then(|newest| newest.event(definition.code)).unwrap_or(definition)
}

/// The parameters of one definition, and everything in which what was told does not fit it.
fn fit(definition: &EventDef, told: &[(String, String)], text: &str) -> (Vec<Parameter>, Vec<String>) {
    let (mut parameters, mut unread, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for (code, value) in told {
        let Some((known, symbol)) = definition.parameter(code).zip(Symbol::of(code)) else {
            wrong.push(foreign(definition, code));
            continue;
        };
        match known.takes.read(value) {
            Some(value) => parameters.push(Parameter { code: symbol, value }),
            None => {
                unread.push(known.code);
                let expected = known.takes.expected();
                let others = if has_other_lists(definition.code, known) { OTHER_LISTS } else { "" };
                wrong.push(format!("{}: give {expected}{others}", flag_of(code)));
            }
        }
    }
    // In which referral a case goes on, the node says.
    let is_told = |misfit: &Misfit| misfit.parameter == *GOES_ON_IN_CODE && misfit.why == Why::Missing;
    let misfits = definition.misfits(&parameters).filter(|misfit| !is_told(misfit));
    let new = misfits.filter(|misfit| !unread.contains(&misfit.parameter.as_str()));
    wrong.extend(new.map(|misfit| misfitting(definition, misfit)));
    if let Some(article) = definition.reasons.filter(|_| is_blank(text)) {
        let why = match article {
            "–" => "its words are all that it tells".to_owned(),
            article => format!("{article} demands reasons"),
        };
        wrong.push(format!("{} needs --text TEXT: {why}", definition.code));
    }
    (parameters, wrong)
}

/// Said behind the items of a list that another instrument has otherwise.
const OTHER_LISTS: &str = "; another instrument has others: rogatory instrument show CODE";

/// Whether instruments differ in the list that a parameter of an event chooses from.
fn has_other_lists(event: &str, parameter: &ParameterDef) -> bool {
    let codes = |one: &ParameterDef| one.items().iter().map(|item| item.code).collect::<Vec<_>>();
    let mut others = events_of(event).filter_map(|other| other.parameter(parameter.code));
    !parameter.items().is_empty() && others.any(|other| codes(other) != codes(parameter))
}

fn foreign(definition: &EventDef, code: &str) -> String {
    let flags: Vec<_> = definition.parameters.iter().map(|known| flag_of(known.code)).collect();
    let all = if flags.is_empty() { "none".to_owned() } else { flags.join(", ") };
    format!("{} has no {}; it has {all}", definition.code, flag_of(code))
}

fn misfitting(definition: &EventDef, misfit: Misfit) -> String {
    let code = misfit.parameter.as_str();
    let known = definition.parameter(code);
    match (misfit.why, known) {
        (Why::Missing, Some(known)) => {
            let meaning = known.meaning.trim_end_matches('.');
            format!("{} needs {}: {} ({meaning})", definition.code, flag_of(code), known.takes.expected())
        }
        (Why::TooMany, Some(known)) => match known.count.most() {
            1 => format!("{} is given once", flag_of(code)),
            most => format!("{} is given at most {most} times", flag_of(code)),
        },
        _ => format!("{} does not fit {}", flag_of(code), definition.code),
    }
}

#[cfg(test)]
mod tests {
    use rogatory_domain::case::Value;

    use super::*;

    fn event(name: &str, told: &[(&str, &str)]) -> Result<Event, String> {
        let told: Vec<_> =
            told.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect();
        event_of(name, &told, "Reasons.".to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_does_not_fit_is_told_of_the_newest_edition() {
        let error = event("temporarily_surrendered", &[("day", "2027-01-03"), ("ground", "x")]).unwrap_err();
        assert!(error.starts_with("temporarily_surrendered has no --day"), "{error}");
        let silent = event_of("free_message", &[], String::new()).map_err(|error| error.to_string());
        assert!(silent.unwrap_err().ends_with("its words are all that it tells"));
    }

    #[test]
    fn an_event_is_named_by_its_code_and_told_by_its_parameters() {
        assert_eq!(event("Taken-in-hand", &[("class", "other")]).unwrap().code, "taken_in_hand");
        let refused = event("refused", &[("ground", "4(6)"), ("ground", "4a")]).unwrap();
        assert_eq!(refused.parameters.len(), 2);
        let consent = event("consent_recorded", &[("renounces_speciality", "")]).unwrap();
        assert_eq!(consent.parameters[0], parameter_to_pb("renounces_speciality", Value::Set));
        assert_eq!(
            event("regstered", &[]).unwrap_err(),
            "there is no event regstered; did you mean registered?"
        );
        assert!(event("qwxz", &[]).unwrap_err().contains("referral show"));
        // The first edition of the warrant has no kind; the value is what is wrong, and what would be right is told.
        assert!(event("arrested", &[("kind", "prison")]).unwrap_err().starts_with("--kind: give one of "));
    }

    #[test]
    fn everything_that_is_told_wrongly_is_named_at_once_with_its_flag() {
        let wrong = event("new_date_agreed", &[("day", "31 June"), ("some_colour", "red")]).unwrap_err();
        let expected =
            "--day: give a day such as 2021-06-20; new_date_agreed has no --some-colour; it has --day";
        assert_eq!(wrong, expected);
        let wrong = event_of("new_date_agreed", &[], String::new()).unwrap_err().to_string();
        assert!(wrong.starts_with("new_date_agreed needs --day: a day such as 2021-06-20 ("), "{wrong}");
        let wrong = event("new_date_agreed", &[("day", "2021-06-20"); 2]).unwrap_err();
        assert_eq!(wrong, "--day is given once");
        let wrong = event_of("refused", &[], String::new()).unwrap_err().to_string();
        assert!(
            wrong.contains("needs --ground: one of ") && wrong.contains("needs --text TEXT: "),
            "{wrong}"
        );
    }
}
