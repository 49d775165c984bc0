//! What may be done in a referral now, and by whom: the node says which acts, the table of the instrument what they are. It must not
//! judge an act.

use rogatory_client::pb::casework::v1 as pb;
use rogatory_domain::Instrument;
use rogatory_domain::instrument::{CapacityId, EventDef, GOES_ON_IN_CODE, Rule, Takes};

use super::heading;
use crate::output::{Output, dash};

/// Prints a line for each event that the state allows.
pub(super) fn print(referral: &pb::Referral, instrument: &Instrument, output: Output) -> anyhow::Result<()> {
    let is_allowed = |rule: &&Rule| {
        let code = instrument.events[rule.event.place()].code;
        referral.allowed.iter().any(|acts| acts.events.iter().any(|event| event == code))
    };
    let rules = instrument.rules_in(&referral.state).filter(is_allowed);
    let rows: Vec<_> = rules.map(|rule| row(referral, instrument, rule)).collect();
    if rows.is_empty() {
        return Ok(());
    }
    heading("What may be done now: rogatory referral act REFERRAL --event EVENT", output)?;
    output.table(&["event", "by", "leads to", "give", "article", "meaning"], rows, &())
}

fn row(referral: &pb::Referral, instrument: &Instrument, rule: &Rule) -> Vec<String> {
    let event = &instrument.events[rule.event.place()];
    vec![
        event.code.to_owned(),
        rule.by.iter().map(|by| agencies(referral, instrument, *by)).collect::<Vec<_>>().join(", "),
        instrument.next_word(rule.next, rule.from),
        dash(&flags(event)),
        rule.article.to_owned(),
        event.meaning.to_owned(),
    ]
}

/// The agencies of a capacity, and the capacity alone where nobody has it.
fn agencies(referral: &pb::Referral, instrument: &Instrument, by: CapacityId) -> String {
    let capacity = instrument.capacities[by.place()].code;
    let listed =
        referral.parties.iter().filter(|party| party.capacity == capacity).map(|party| &party.agency);
    let opener = Some(&referral.issuing).filter(|_| by == instrument.opener);
    let agencies: Vec<&str> = opener.into_iter().chain(listed).map(String::as_str).collect();
    if agencies.is_empty() { capacity.to_owned() } else { format!("{} ({capacity})", agencies.join(", ")) }
}

/// What has to be given with an event, and in brackets what may be.
fn flags(event: &EventDef) -> String {
    let parameters = event.parameters.iter().map(|parameter| {
        let value = match parameter.takes {
            Takes::Day => " DAY",
            Takes::Message | Takes::Referral => " ID",
            Takes::Item(_) => " CODE",
            Takes::Number(..) => " NUMBER",
            Takes::Flag => "",
        };
        let flag = match parameter.code {
            GOES_ON_IN_CODE => "--to CAPACITY=AGENCY".to_owned(),
            code => format!("--{}{value}", code.replace('_', "-")),
        };
        if parameter.count.is_required() { flag } else { format!("[{flag}]") }
    });
    let text = event.reasons.map(|_| "--text TEXT".to_owned());
    parameters.chain(text).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::INSTRUMENTS;

    use super::*;

    #[test]
    fn in_the_first_state_of_every_instrument_something_may_be_done_by_a_party_that_is_named() {
        for instrument in INSTRUMENTS {
            let party =
                |capacity: &rogatory_domain::instrument::CapacityDef| rogatory_client::pb::types::v1::Party {
                    agency: "xx-party".into(),
                    capacity: capacity.code.into(),
                };
            let referral = pb::Referral {
                state: instrument.states[0].code.to_owned(),
                issuing: "xx-opener".to_owned(),
                parties: instrument.listed_capacities().map(party).collect(),
                ..pb::Referral::default()
            };
            let rows: Vec<_> =
                instrument.rules_in(&referral.state).map(|rule| row(&referral, instrument, rule)).collect();
            assert!(!rows.is_empty(), "{}", instrument.code);
            assert!(rows.iter().all(|row| row[1].contains("xx-")), "{rows:?}");
        }
    }
}
