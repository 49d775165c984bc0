//! Sample requests: what can be submitted as it is once the agencies are one's own. SAMPLE DATA: no field describes a real person.

use rogatory_domain::instrument::Instrument;
use rogatory_forms::{FORMS, FormDef, form_of};
use serde_json::json;

use super::flaw::nearest;
use crate::failure::Misuse;
use crate::output::json_of_encoded;

/// The request that is printed where no instrument is named: written by hand, since a person reads it first.
const FIRST: &str = include_str!("../../../../docs/examples/warrant.json");

/// Requests written by hand for a case that the sample of an instrument does not show, under names of their own.
const WRITTEN: &[(&str, &str)] =
    &[("eaw_in_absence", include_str!("../../../../docs/examples/warrant_in_absence.json"))];

/// Which instrument.
#[derive(Debug, clap::Args)]
pub(crate) struct ExampleArgs {
    /// Code of the instrument, as `instrument list` shows it; or `eaw_in_absence`, a warrant to serve sentences of two judgments, of
    /// which one was given in absence.
    code: Option<String>,
}

impl ExampleArgs {
    /// The request.
    pub(crate) fn text(&self) -> anyhow::Result<String> {
        let code = self.code.as_deref();
        let written = code.map_or(Some(FIRST), |code| {
            WRITTEN.iter().find(|(name, _)| *name == code).map(|(_, text)| *text)
        });
        match (written, code) {
            (Some(text), _) => Ok(text.trim_end().to_owned()),
            (None, code) => of(code.unwrap_or_default()),
        }
    }
}

/// A request under the instrument of a code.
pub(super) fn of(code: &str) -> anyhow::Result<String> {
    let (form, instrument) = found(code)?;
    Ok(serde_json::to_string_pretty(&request(form, instrument)?)?)
}

/// The form and the instrument of a code; a stranger is told those there are.
pub(super) fn found(code: &str) -> Result<(&'static FormDef, &'static Instrument), Misuse> {
    form_of(code).zip(Instrument::of_code(code)).ok_or_else(|| {
        let known: Vec<_> = FORMS.iter().map(|form| form.instrument.to_owned()).collect();
        let meant = nearest(code, &known).map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
        Misuse(format!("there is no instrument {code}; there are {}{meant}", known.join(", ")))
    })
}

fn request(form: &FormDef, instrument: &Instrument) -> anyhow::Result<serde_json::Value> {
    let capacities = instrument.listed_capacities().zip(form.addressees);
    let parties = capacities.map(|(capacity, agency)| json!({ "agency": agency, "capacity": capacity.code }));
    let mut opening = json!({ "lane": "routine", "parties": parties.collect::<Vec<_>>() });
    opening[rogatory_wire::form::field_of(form.instrument)] =
        json_of_encoded(form.message, &(form.sample)(1), true)?;
    Ok(json!({ "opening": opening }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::referral::document::Document;
    use crate::referral::judge::submission_of;

    #[test]
    fn every_example_is_a_request_whose_form_keeps_the_rules_and_a_stranger_names_those_there_are() {
        let codes = FORMS.iter().map(|form| Some(form.instrument.to_owned()));
        let written = WRITTEN.iter().map(|(name, _)| Some((*name).to_owned()));
        for code in codes.chain(written).chain([None]) {
            let text = ExampleArgs { code }.text().unwrap();
            submission_of(&Document::of_text("example".to_owned(), &text), None).unwrap();
        }
        for written in [
            include_str!("../../../../docs/examples/eio.json"),
            include_str!("../../../../docs/examples/tca_warrant.json"),
        ] {
            submission_of(&Document::of_text("written by hand".to_owned(), written), None).unwrap();
        }
        let stranger = ExampleArgs { code: Some("no_such_law".into()) }.text().unwrap_err().to_string();
        assert!(stranger.contains(FORMS[0].instrument), "{stranger}");
    }
}
