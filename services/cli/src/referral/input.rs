//! From files and arguments to requests: TOML or JSON in the shape of the protobuf messages.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use prost_reflect::prost::Message;
use rogatory_client::fresh_id;
use rogatory_client::pb::casework::v1::ActRequest;
use rogatory_client::pb::types::v1::Event;
use rogatory_domain::instrument::{INSTRUMENTS, events_of};
use rogatory_wire::event::parameter_to_pb;

use crate::connect::{ConnectArgs, WhoArgs, read};
use crate::failure::Misuse;
use crate::output::message_of;

/// What happened.
#[derive(Debug, clap::Args)]
#[command(
    group = clap::ArgGroup::new("what").required(true).args(["file", "event"]),
    override_usage = "rogatory referral act [OPTIONS] --person <ID> --justification <TEXT> <REFERRAL> <FILE|--event <EVENT>>"
)]
pub(crate) struct ActArgs {
    /// Referral acted in.
    #[arg(value_name = "REFERRAL")]
    referral: String,
    /// The request in TOML or JSON (by its suffix), shaped as rogatory.casework.v1.ActRequest.
    #[arg(value_name = "FILE", conflicts_with_all = ["text", "declared"])]
    file: Option<PathBuf>,
    /// The code of an event, such as registered or arrested; `rogatory instrument show` lists them.
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,
    /// What the event tells beside its words: NAME=VALUE, or NAME alone for a flag; a list is the same name again.
    #[arg(long = "set", value_name = "NAME=VALUE", requires = "event")]
    set: Vec<String>,
    /// Its words.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    text: String,
    /// When it happened (RFC 3339); now when absent.
    #[arg(long, value_name = "INSTANT")]
    declared: Option<Timestamp>,
    /// Id of the message, a UUIDv7; that of the file, or a fresh one, when absent. To repeat after a lost answer, give the id
    /// of the first time: a repeat has one effect.
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

impl ActArgs {
    /// Which node.
    pub(crate) fn connect(&self) -> &ConnectArgs {
        &self.connect
    }

    /// The request.
    pub(crate) fn request(&self) -> anyhow::Result<ActRequest> {
        let mut request = match (&self.file, &self.event) {
            (Some(file), _) => message(file, "rogatory.casework.v1.ActRequest")?,
            (None, Some(event)) => ActRequest {
                event: Some(event_of(event, &self.set, self.text.clone())?),
                declared_time: self.declared.map(rogatory_wire::instant::to_pb),
                ..ActRequest::default()
            },
            (None, None) => ActRequest::default(),
        };
        request.referral_id.clone_from(&self.referral);
        request.assertion = Some(self.who.assertion());
        request.message_id = chosen(self.id.as_deref(), request.message_id);
        Ok(request)
    }
}

/// The id that was given, or stands in the file, or is fresh; chosen here, so that a repeat after a lost answer is harmless.
pub(crate) fn chosen(given: Option<&str>, in_file: String) -> String {
    match given {
        Some(id) => id.to_owned(),
        None if in_file.is_empty() => fresh_id(),
        None => in_file,
    }
}

/// Reads a message from a file; the suffix `.json` means JSON, any other TOML.
pub(crate) fn message<T: Message + Default>(path: &Path, name: &str) -> anyhow::Result<T> {
    let text = read(path)?;
    let wrong = |error: &dyn std::fmt::Display| Misuse(format!("{}: {error}", path.display()));
    let value = if path.extension().is_some_and(|suffix| suffix == "json") {
        serde_json::from_str(&text).map_err(|error| wrong(&error))?
    } else {
        toml::from_str(&text).map_err(|error| wrong(&error))?
    };
    Ok(message_of(name, value).map_err(|error| wrong(&error))?)
}

/// An event by its code and by what is set of its parameters; everything that does not fit is named at once.
fn event_of(name: &str, set: &[String], text: String) -> Result<Event, Misuse> {
    let code = name.to_lowercase().replace('-', "_");
    let definitions: Vec<_> = events_of(&code).collect();
    if definitions.is_empty() {
        let events = INSTRUMENTS.iter().flat_map(|instrument| instrument.events);
        let known: BTreeSet<_> = events.map(|event| event.code).collect();
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Misuse(format!("there is no event {name}; there are {known}")));
    }
    let mut parameters = Vec::new();
    let mut wrong = Vec::new();
    for given in set {
        let (code, value) = given.split_once('=').unwrap_or((given, ""));
        let code = code.replace('-', "_");
        // Two instruments may have an event of one code, each with parameters of its own.
        let known: Vec<_> = definitions.iter().filter_map(|definition| definition.parameter(&code)).collect();
        match known.iter().find_map(|parameter| parameter.takes.read(value)) {
            Some(value) => parameters.push(parameter_to_pb(&code, value)),
            None => wrong.push(match known.first() {
                Some(parameter) => format!("{code}: give {}", parameter.takes.expected()),
                None => {
                    let all = definitions.iter().flat_map(|definition| definition.parameters);
                    let all: BTreeSet<_> = all.map(|parameter| parameter.code).collect();
                    let all = all.into_iter().collect::<Vec<_>>().join(", ");
                    format!("{name} has no {code}; it has {}", if all.is_empty() { "none" } else { &all })
                }
            }),
        }
    }
    if wrong.is_empty() { Ok(Event { code, text, parameters }) } else { Err(Misuse(wrong.join("; "))) }
}

#[cfg(test)]
mod tests {
    use rogatory_client::pb::casework::v1::SubmitRequest;
    use rogatory_client::pb::types::v1::Lane;
    use rogatory_domain::case::Value;

    use super::*;

    fn event(name: &str, set: &[&str]) -> Result<Event, Misuse> {
        event_of(name, &set.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>(), String::new())
    }

    #[test]
    fn an_event_is_named_by_its_code_and_set_by_its_parameters() {
        assert_eq!(event("Execution-ordered", &[]).unwrap().code, "execution_ordered");
        let refused = event("refused", &["ground=4(6)", "ground=4a"]).unwrap();
        assert_eq!(refused.parameters.len(), 2);
        let consent = event("consent_recorded", &["renounces-speciality"]).unwrap();
        assert_eq!(consent.parameters[0], parameter_to_pb("renounces_speciality", Value::Set));
        assert!(event("dance", &[]).unwrap_err().to_string().contains("registered, "));
    }

    #[test]
    fn everything_that_is_set_wrongly_is_named_at_once() {
        let wrong = event("new_date_agreed", &["day=31 June", "colour=red"]).unwrap_err().to_string();
        assert_eq!(wrong, "day: give a day such as 2021-06-20; new_date_agreed has no colour; it has day");
    }

    #[test]
    fn a_request_is_read_from_toml_and_from_json_alike() {
        let directory = tempfile::tempdir().unwrap();
        let (toml, json) = (directory.path().join("r.toml"), directory.path().join("r.json"));
        let in_toml = "[opening]\nlane = \"LANE_URGENT\"\n[[opening.parties]]\nagency = \"nl-om\"\n\
                       capacity = \"executing\"\n[opening.warrant]\noffence_total = 1\n";
        let in_json = "{\"opening\": {\"lane\": \"LANE_URGENT\", \"parties\": [{\"agency\": \"nl-om\", \
                       \"capacity\": \"executing\"}], \"warrant\": {\"offence_total\": 1}}}";
        std::fs::write(&toml, in_toml).unwrap();
        std::fs::write(&json, in_json).unwrap();
        let name = "rogatory.casework.v1.SubmitRequest";
        let request: SubmitRequest = message(&toml, name).unwrap();
        assert_eq!(request, message(&json, name).unwrap());
        let opening = request.opening.unwrap();
        assert_eq!((opening.lane(), opening.parties[0].agency.as_str()), (Lane::Urgent, "nl-om"));
    }

    #[test]
    fn an_unknown_field_is_named_and_nothing_is_sent() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("r.toml");
        std::fs::write(&path, "refferal_id = \"x\"\n").unwrap();
        let error = message::<SubmitRequest>(&path, "rogatory.casework.v1.SubmitRequest").unwrap_err();
        assert!(error.to_string().contains("refferal_id"), "{error}");
    }
}
