//! A request file against everything that is known without a node: the shape of its message, parties, labels, and the rules of
//! its form, every fault at once.
//!
//! Owns how the faults of those are joined under one kind of path. It must not ask a roster, which the node has.

mod opening;

use std::path::Path;

use prost_reflect::prost::Message;
use prost_reflect::{DescriptorPool, MessageDescriptor};
use rogatory_client::pb::casework::v1::{ActRequest, SubmitRequest};
use rogatory_domain::instrument::{INSTRUMENTS, Instrument, events_of};
use rogatory_domain::{Fault, Faults, MessageId};
use rogatory_forms::Warnings;
use rogatory_wire::event::notice_from_pb;

use super::document::Document;
use super::flaw::{Flaw, Flaws};
use super::shape::{Places, Shaped, shape};

/// The type of a request that opens a referral.
pub(super) const SUBMIT: &str = "rogatory.casework.v1.SubmitRequest";

/// The path of the parties of an opening.
const PARTIES: &str = "opening.parties";

/// The type of a request that raises an event.
const ACT: &str = "rogatory.casework.v1.ActRequest";

/// What is known of a file while it is judged.
#[derive(Debug, Default)]
struct Case {
    places: Places,
    flaws: Vec<Flaw>,
    warnings: Vec<Flaw>,
    /// How many of the faults say that something could not be read.
    unread: usize,
}

/// Reads a request that opens a referral.
pub(crate) fn submission(path: &Path) -> anyhow::Result<SubmitRequest> {
    let document = Document::read(path)?;
    Ok(submission_of(&document, None)?)
}

/// Reads a request that opens several referrals, whose answering parties are named beside it.
pub(crate) fn request_for_several(path: &Path) -> anyhow::Result<SubmitRequest> {
    let (request, mut flaws) = draft(path)?;
    let names_nobody = request.opening.as_ref().is_some_and(|opening| opening.parties.is_empty());
    flaws.found.retain(|flaw| !(names_nobody && flaw.path == PARTIES));
    if flaws.found.is_empty() { Ok(request) } else { Err(flaws.into()) }
}

/// Reads as much of a request that opens a referral as can be read, with everything that is wrong with it.
pub(crate) fn draft(path: &Path) -> anyhow::Result<(SubmitRequest, Flaws)> {
    let document = Document::read(path)?;
    let (request, mut case) = judged(&document, None)?;
    case.flaws.sort_by_key(|flaw| flaw.line);
    Ok((request, Flaws { file: document.name, found: case.flaws }))
}

/// The same of a document; an instrument that is named must be the one of the form.
pub(super) fn submission_of(
    document: &Document,
    wanted: Option<&'static Instrument>,
) -> Result<SubmitRequest, Flaws> {
    judged_submission(document, wanted).map(|(request, _)| request)
}

/// The same with what somebody should look at again, where nothing is at fault.
pub(super) fn judged_submission(
    document: &Document,
    wanted: Option<&'static Instrument>,
) -> Result<(SubmitRequest, Flaws), Flaws> {
    let (request, mut case) = judged(document, wanted)?;
    let mut warnings = std::mem::take(&mut case.warnings);
    warnings.sort_by_key(|warning| warning.line);
    let warnings = Flaws { file: document.name.clone(), found: warnings };
    case.end(document, request).map(|request| (request, warnings))
}

/// A request that opens a referral, with what is wrong with it.
fn judged(document: &Document, wanted: Option<&'static Instrument>) -> Result<(SubmitRequest, Case), Flaws> {
    let (request, mut case) = read::<SubmitRequest>(document, SUBMIT)?;
    case.id("referral_id", &request.referral_id);
    // Where the notation is broken something was left out, of which nobody can say that it is missing.
    if document.flaws.is_empty() {
        opening::judge(&request, wanted, &mut case);
    }
    Ok((request, case))
}

/// Reads a request that raises an event.
pub(crate) fn act(path: &Path) -> anyhow::Result<ActRequest> {
    let document = Document::read(path)?;
    Ok(act_of(&document)?)
}

/// The same of a document.
pub(super) fn act_of(document: &Document) -> Result<ActRequest, Flaws> {
    let (request, mut case) = read::<ActRequest>(document, ACT)?;
    case.id("message_id", &request.message_id);
    match &request.event {
        _ if !document.flaws.is_empty() => {}
        None => case.push(Flaw::at(0, "event", "missing", "the event is missing")),
        Some(event) => {
            let faults = notice_from_pb(event.clone()).err().unwrap_or_default();
            case.faults("event", &faults);
            if events_of(&event.code).next().is_none() {
                case.allow("event.code", event_codes());
            }
        }
    }
    case.end(document, request)
}

/// Whether a document raises an event, and opens nothing.
pub(super) fn is_act(document: &Document) -> bool {
    document.root.at("event").is_some() && document.root.at("opening").is_none()
}

/// The codes of every event of this release, each once.
pub(super) fn event_codes() -> Vec<String> {
    let events = INSTRUMENTS.iter().flat_map(|instrument| instrument.events);
    let codes: std::collections::BTreeSet<_> = events.map(|event| event.code).collect();
    codes.into_iter().map(str::to_owned).collect()
}

/// The descriptor of a message of the interface.
pub(super) fn descriptor(name: &str) -> anyhow::Result<MessageDescriptor> {
    let pool = DescriptorPool::decode(rogatory_wire::DESCRIPTORS)?;
    pool.get_message_by_name(name).ok_or_else(|| anyhow::anyhow!("no message {name}"))
}

fn read<T: Message + Default>(document: &Document, name: &str) -> Result<(T, Case), Flaws> {
    let broken = |error: &dyn std::fmt::Display| {
        let found = vec![Flaw::syntax(1, error.to_string())];
        Flaws { file: document.name.clone(), found }
    };
    let kind = descriptor(name).map_err(|error| broken(&error))?;
    let Shaped { message, places, flaws } = shape(kind, &document.root);
    let request = message.transcode_to().map_err(|error| broken(&error))?;
    let flaws: Vec<_> = document.flaws.iter().cloned().chain(flaws).collect();
    let unread = flaws.len();
    Ok((request, Case { places, flaws, warnings: Vec::new(), unread }))
}

impl Case {
    /// Notes a fault on the line of its path.
    fn push(&mut self, flaw: Flaw) {
        let line = self.places.line(&flaw.path);
        // What could not be read is empty in the message; that it is missing then says nothing new.
        let is_told = |known: &Flaw| {
            !known.path.is_empty()
                && flaw
                    .path
                    .strip_prefix(&known.path)
                    .is_some_and(|rest| matches!(rest.chars().next(), None | Some('.' | '[')))
        };
        if !self.flaws[..self.unread].iter().any(is_told) {
            self.flaws.push(Flaw { line, ..flaw });
        }
    }

    /// Notes faults whose paths begin below this field.
    fn faults(&mut self, field: &str, faults: &Faults) {
        faults.iter().for_each(|fault| self.push(below(field, fault)));
    }

    /// Notes warnings whose paths begin below this field.
    fn warnings(&mut self, field: &str, warnings: &Warnings) {
        for warning in &warnings.0 {
            let flaw = below(field, warning);
            let line = self.places.line(&flaw.path);
            self.warnings.push(Flaw { line, is_warning: true, ..flaw });
        }
    }

    /// Says of the faults at a path what is allowed there, and what is near to what was written.
    fn allow(&mut self, path: &str, allowed: Vec<String>) {
        let written = self.places.code(path).to_owned();
        for flaw in self.flaws.iter_mut().filter(|flaw| flaw.path == path && flaw.allowed.is_empty()) {
            *flaw = std::mem::take(flaw).allowing(allowed.clone(), &written);
        }
    }

    fn id(&mut self, field: &str, id: &str) {
        if !id.is_empty() && id.parse::<MessageId>().is_err() {
            self.push(Flaw::at(0, field, "form", "this is no UUIDv7; leave it out for a fresh one"));
        }
    }

    fn end<T>(mut self, document: &Document, request: T) -> Result<T, Flaws> {
        self.flaws.sort_by_key(|flaw| flaw.line);
        let file = document.name.clone();
        if self.flaws.is_empty() { Ok(request) } else { Err(Flaws { file, found: self.flaws }) }
    }
}

/// A fault or a warning whose path begins below a field.
fn below(field: &str, fault: &Fault) -> Flaw {
    let path = match fault.field.as_str() {
        "" => field.to_owned(),
        path => format!("{field}.{path}"),
    };
    let flaw = Flaw::at(0, &path, fault.rule, fault.text.clone());
    Flaw { article: fault.article.to_owned(), ..flaw }
}

#[cfg(test)]
mod tests;
