//! Instruments as the client API describes them. Moves only: what is described is the domain's to say.

use rogatory_domain::Instrument;
use rogatory_domain::instrument::description as table;

use crate::form::field_of;
use crate::pb::types::v1 as pb;
use crate::word::Worded;

/// The tables of an instrument; `form` is the full name of the protobuf message of its form.
#[must_use]
pub fn described(instrument: &Instrument, form: &str) -> pb::Instrument {
    let table::Description {
        code,
        edition,
        title,
        act,
        capacities,
        states,
        events,
        clocks,
        lists,
        questions,
        values,
        closures,
        notices,
    } = instrument.describe();
    pb::Instrument {
        code: code.into(),
        edition: edition.into(),
        title: title.into(),
        act: act.into(),
        capacities: capacities.into_iter().map(capacity).collect(),
        states: states.into_iter().map(state).collect(),
        events: events.into_iter().map(event).collect(),
        clocks: clocks.into_iter().map(clock).collect(),
        lists: lists.into_iter().map(list).collect(),
        questions: questions.into_iter().map(entry).collect(),
        values: values.into_iter().map(entry).collect(),
        form: form.into(),
        form_field: field_of(code).into(),
        closures: closures.into_iter().map(closure).collect(),
        notices: notices.into_iter().map(notice).collect(),
        newest: Instrument::of_code(code).is_some_and(|newest| newest.edition == edition),
    }
}

fn entry(it: table::Entry) -> pb::Entry {
    pb::Entry { code: it.code.into(), meaning: it.meaning.into() }
}

fn closure(it: table::Closure) -> pb::ClosureTable {
    pb::ClosureTable { state: it.state.into(), event: it.event.into(), article: it.article.into() }
}

fn notice(it: table::Notice) -> pb::NoticeTable {
    pb::NoticeTable {
        event: it.event.into(),
        to: it.to.into(),
        gives: texts(it.gives),
        article: it.article.into(),
    }
}

fn capacity(it: table::Capacity) -> pb::CapacityTable {
    pb::CapacityTable {
        code: it.code.into(),
        meaning: it.meaning.into(),
        side: value_of::<pb::CapacitySide>(it.side).into(),
        seats: value_of::<pb::CapacitySeats>(it.seats).into(),
        opens: it.opens,
        calendar: it.calendar,
    }
}

fn state(it: table::State) -> pb::StateTable {
    pb::StateTable { code: it.code.into(), meaning: it.meaning.into(), terminal: it.terminal }
}

fn event(it: table::Event) -> pb::EventTable {
    pb::EventTable {
        code: it.code.into(),
        meaning: it.meaning.into(),
        by: texts(it.by),
        parameters: it.parameters.into_iter().map(parameter).collect(),
        reasons: it.reasons.unwrap_or_default().into(),
        transitions: it.transitions.into_iter().map(transition).collect(),
        needs: texts(it.needs),
        not_before: texts(it.not_before),
        only_for: it.only_for.unwrap_or_default().into(),
        passes_on: it.passes_on,
    }
}

fn parameter(it: table::Parameter) -> pb::ParameterTable {
    let (least, greatest) = it.bounds.unwrap_or_default();
    pb::ParameterTable {
        code: it.code.into(),
        meaning: it.meaning.into(),
        takes: value_of::<pb::ParameterKind>(it.takes).into(),
        list: it.list.unwrap_or_default().into(),
        least,
        greatest,
        required: it.required,
        most: u32::try_from(it.most).unwrap_or(u32::MAX),
    }
}

fn transition(it: table::Transition) -> pb::TransitionTable {
    pb::TransitionTable {
        from_states: texts(it.from),
        to: it.to,
        clocks: it.clocks,
        article: it.article.into(),
        mark: it.mark.into(),
    }
}

fn clock(it: table::Clock) -> pb::ClockTable {
    let period = |it: table::Period| pb::Period {
        count: it.count.into(),
        unit: value_of::<pb::PeriodUnit>(it.unit).into(),
    };
    pb::ClockTable {
        code: it.code.into(),
        waits_for: it.waits_for.into(),
        counts_from: it.counts_from.into(),
        length: it.length.map(period),
        extension: it.extension.map(period),
        per_request: it.per_request,
        near_hours: it.near_hours,
        article: it.article.into(),
        mark: it.mark.into(),
        starts: it.starts.into(),
        calendar_of: it.calendar_of.into(),
        while_held: it.while_held,
        on_expiry: it.on_expiry.into(),
    }
}

fn list(it: table::List) -> pb::ListTable {
    let item = |it: table::ListItem| pb::ListItem {
        code: it.code.into(),
        meaning: it.meaning.into(),
        article: it.article.into(),
        mark: it.mark.into(),
    };
    pb::ListTable {
        code: it.code.into(),
        meaning: it.meaning.into(),
        items: it.items.into_iter().map(item).collect(),
    }
}

/// The value for a word of the description; a test looks at every word of every instrument.
fn value_of<E: Worded>(word: &str) -> E {
    E::of_word(word).unwrap_or_default()
}

fn texts(all: Vec<&'static str>) -> Vec<String> {
    all.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::INSTRUMENTS;

    use super::*;

    #[test]
    fn every_code_of_every_instrument_is_described() {
        for instrument in INSTRUMENTS {
            let told = described(instrument, "a.form");
            let codes = |all: &[pb::EventTable]| all.iter().map(|it| it.code.clone()).collect::<Vec<_>>();
            let known: Vec<_> = instrument.events.iter().map(|event| event.code.to_owned()).collect();
            assert_eq!(codes(&told.events), known);
            assert_eq!(
                (told.states.len(), told.clocks.len(), told.lists.len(), told.capacities.len()),
                (
                    instrument.states.len(),
                    instrument.clocks.len(),
                    instrument.lists.len(),
                    instrument.capacities.len()
                )
            );
            assert!(told.events.iter().all(|event| !event.by.is_empty() && !event.transitions.is_empty()));
            let is_newest = Instrument::of_code(instrument.code) == Some(*instrument);
            assert!(told.newest == is_newest && !told.form_field.is_empty());
        }
    }

    #[test]
    fn every_word_of_every_description_has_a_value() {
        for told in INSTRUMENTS.iter().map(|instrument| described(instrument, "a.form")) {
            let capacities = told.capacities.iter().flat_map(|it| [it.side, it.seats]);
            let parameters = told.events.iter().flat_map(|it| &it.parameters).map(|it| it.takes);
            let periods = told.clocks.iter().flat_map(|it| [&it.length, &it.extension]).flatten();
            let mut values = capacities.chain(parameters).chain(periods.map(|it| it.unit));
            assert!(values.all(|value| value != 0), "{}", told.code);
        }
    }
}
