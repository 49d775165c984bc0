//! From files and arguments to requests: TOML or JSON in the shape of the protobuf messages.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use prost_reflect::prost::Message;
use rogatory_client::fresh_id;
use rogatory_client::pb::casework::v1::ActRequest;
use rogatory_client::pb::types::v1::{Event, EventKind};
use rogatory_domain::instrument::INSTRUMENTS;

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
    /// An event that needs nothing but words, such as registered or arrested.
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,
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
                event: Some(Event { kind: kind(event)?.into(), text: self.text.clone(), ..Event::default() }),
                declared_unix_us: self.declared.map_or(0, Timestamp::as_microsecond),
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

/// `arrested` or `EVENT_KIND_ARRESTED`.
fn kind(name: &str) -> Result<EventKind, Misuse> {
    let stable = name.to_uppercase().replace('-', "_");
    EventKind::from_str_name(&stable)
        .or_else(|| EventKind::from_str_name(&format!("EVENT_KIND_{stable}")))
        .filter(|kind| *kind != EventKind::Unspecified)
        .ok_or_else(|| {
            let events = INSTRUMENTS.iter().flat_map(|instrument| instrument.events);
            let known: Vec<_> = events.map(|event| event.code).collect();
            Misuse(format!("there is no event {name}; there are {}", known.join(", ")))
        })
}

#[cfg(test)]
mod tests {
    use rogatory_client::pb::casework::v1::SubmitRequest;
    use rogatory_client::pb::types::v1::Lane;

    use super::*;

    #[test]
    fn events_are_named_shortly_or_as_in_the_protobuf_file() {
        assert_eq!(kind("arrested").unwrap(), EventKind::Arrested);
        assert_eq!(kind("execution-ordered").unwrap(), EventKind::ExecutionOrdered);
        assert_eq!(kind("EVENT_KIND_WITHDRAWN").unwrap(), EventKind::Withdrawn);
        assert!(kind("unspecified").is_err());
        assert!(kind("dance").unwrap_err().to_string().contains("registered, "));
    }

    #[test]
    fn a_request_is_read_from_toml_and_from_json_alike() {
        let directory = tempfile::tempdir().unwrap();
        let (toml, json) = (directory.path().join("r.toml"), directory.path().join("r.json"));
        let in_toml = "[opening]\nlane = \"LANE_URGENT\"\n[[opening.parties]]\nagency = \"nl-om\"\n\
                       capacity = \"CAPACITY_EXECUTING\"\n[opening.warrant]\noffence_total = 1\n";
        let in_json = "{\"opening\": {\"lane\": \"LANE_URGENT\", \"parties\": [{\"agency\": \"nl-om\", \
                       \"capacity\": \"CAPACITY_EXECUTING\"}], \"warrant\": {\"offence_total\": 1}}}";
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
