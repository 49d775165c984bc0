//! Sample requests: what can be submitted as it is once the agencies are one's own. SAMPLE DATA: no field describes a real person.

use rogatory_domain::instrument::Instrument;
use rogatory_forms::{FORMS, FormDef, form_of};
use serde_json::json;

use crate::failure::Misuse;
use crate::output::json_of_encoded;

/// The request that is printed where no instrument is named: written by hand, since a person reads it first.
const FIRST: &str = include_str!("../../../../docs/examples/warrant.json");

/// Agencies that take part, in the federation that `rogatory provision` makes.
const AGENCIES: [&str; 2] = ["nl-om", "nl-politie"];

/// Which instrument.
#[derive(Debug, clap::Args)]
pub(crate) struct ExampleArgs {
    /// Code of the instrument, as `instrument list` shows it.
    code: Option<String>,
}

impl ExampleArgs {
    /// The request.
    pub(crate) fn text(&self) -> anyhow::Result<String> {
        let Some(code) = &self.code else { return Ok(FIRST.trim_end().to_owned()) };
        let (Some(form), Some(instrument)) = (form_of(code), Instrument::of_code(code)) else {
            let known: Vec<_> = FORMS.iter().map(|form| form.instrument).collect();
            return Err(
                Misuse(format!("there is no instrument {code}; there are {}", known.join(", "))).into()
            );
        };
        Ok(serde_json::to_string_pretty(&request(form, instrument)?)?)
    }
}

fn request(form: &FormDef, instrument: &Instrument) -> anyhow::Result<serde_json::Value> {
    let capacities = instrument.listed_capacities().zip(AGENCIES);
    let parties = capacities.map(|(capacity, agency)| json!({ "agency": agency, "capacity": capacity.code }));
    let mut opening = json!({ "lane": "LANE_ROUTINE", "parties": parties.collect::<Vec<_>>() });
    opening[rogatory_wire::form::field_of(form.instrument)] =
        json_of_encoded(form.message, &(form.sample)(1), true)?;
    Ok(json!({ "opening": opening }))
}

#[cfg(test)]
mod tests {
    use rogatory_client::pb::casework::v1::SubmitRequest;

    use super::*;
    use crate::output::message_of;

    #[test]
    fn every_example_is_a_request_whose_form_keeps_the_rules_and_a_stranger_names_those_there_are() {
        let codes = FORMS.iter().map(|form| Some(form.instrument.to_owned()));
        for code in codes.chain([None]) {
            let text = ExampleArgs { code }.text().unwrap();
            let value = serde_json::from_str(&text).unwrap();
            let request: SubmitRequest = message_of("rogatory.casework.v1.SubmitRequest", value).unwrap();
            let (instrument, bytes) = rogatory_wire::form::form_of(request.opening.unwrap().request.unwrap());
            assert_eq!((form_of(instrument).unwrap().check)(&bytes), Ok(()), "{instrument}");
        }
        let stranger = ExampleArgs { code: Some("no_such_law".into()) }.text().unwrap_err().to_string();
        assert!(stranger.contains(FORMS[0].instrument), "{stranger}");
    }
}
