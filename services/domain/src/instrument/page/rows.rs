//! The life cycle with one line for each state and event, for whoever looks one up: what it does, by which article, how far that was
//! checked, and which tests raise it. It must not find the tests: they are given.

use std::fmt::Write as _;

use super::super::Instrument;

/// The page of one instrument; `tests` names the tests that raise an event of a code.
#[must_use]
pub fn rows_markdown(instrument: &Instrument, tests: impl Fn(&str) -> String) -> String {
    let Instrument { code, edition, title, .. } = instrument;
    let mut page = format!(
        "# {title}: event by event\n\n\
         `{code}`, edition {edition}. Generated from its [tables](../{code}.md): one line for each state and each event that may happen\n\
         there; search for `state event`. What the marks say stands on the page of the instrument. The last column names the tests\n\
         that raise the event: between real nodes through the API, and in stories of the machine.\n\n\
         | state event | leads to | clocks | article | mark | tests |\n|---|---|---|---|---|---|\n"
    );
    for state in instrument.states {
        for rule in instrument.rules_in(state.code) {
            let event = instrument.events[rule.event.place()].code;
            let clocks: Vec<_> = rule.clocks.iter().map(|act| instrument.act_word(act)).collect();
            let _ = writeln!(
                page,
                "| {} {event} | {} | {} | {} | {} | {} |",
                state.code,
                instrument.next_word(rule.next, rule.from),
                if clocks.is_empty() { "–".to_owned() } else { clocks.join(", ") },
                rule.article,
                rule.mark.code(),
                tests(event)
            );
        }
    }
    page
}
