//! From a file or from arguments to a request that raises an event.
//!
//! Owns the arguments, and which id a request has. It must not know an event: the tables say which there are, and the flags
//! come from them.

mod event;
mod flags;

use std::path::PathBuf;

use jiff::Timestamp;
use rogatory_client::fresh_id;
use rogatory_client::pb::casework::v1::ActRequest;
use rogatory_client::pb::types::v1::Party;
use rogatory_domain::Instrument;

use self::event::event_of;
use self::flags::GivenFlags;
use super::judge;
use crate::connect::{ConnectArgs, WhoArgs};
use crate::failure::Misuse;

/// What happened.
#[derive(Debug, clap::Args)]
#[command(
    group = clap::ArgGroup::new("what").required(true).args(["file", "event"]),
    override_usage = "rogatory referral act [OPTIONS] --person <ID> --justification <TEXT> <REFERRAL> <FILE|--event <EVENT>>"
)]
pub(crate) struct ActArgs {
    /// Referral acted in: its id, or the last 8 digits of it or more where no other ends so.
    #[arg(value_name = "REFERRAL")]
    pub(super) referral: String,
    /// The request in TOML, JSON or YAML, shaped as rogatory.casework.v1.ActRequest; - is standard input.
    #[arg(value_name = "FILE", conflicts_with_all = ["text", "declared"])]
    file: Option<PathBuf>,
    /// The code of an event, such as registered or arrested; `rogatory instrument show` lists them.
    #[arg(long, value_name = "EVENT")]
    event: Option<String>,
    /// What the event tells beside its words, as the flags below do: NAME=VALUE, or NAME alone for a flag; a list is the same
    /// name again.
    #[arg(long = "set", value_name = "NAME=VALUE", requires = "event")]
    set: Vec<String>,
    /// Its words.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    text: String,
    /// When it happened (RFC 3339); now when absent.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    declared: Option<Timestamp>,
    /// Id of the message, a UUIDv7; that of the file, or a fresh one, when absent. To repeat after a lost answer, give the id
    /// of the first time: a repeat has one effect.
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// Agency that is informed of the event without being a party; may be given more than once.
    #[arg(long, value_name = "AGENCY[=KIND]")]
    inform: Vec<String>,
    /// Agency that the case is passed on to, with its capacity; once for each, where the event passes the case on. They take the place
    /// of all who had to answer it.
    #[arg(long, value_name = "CAPACITY=AGENCY", requires = "event")]
    to: Vec<String>,
    /// Have the node judge it as the case stands now, and record nothing.
    #[arg(long)]
    validate_only: bool,
    #[command(flatten)]
    told: GivenFlags,
    #[command(flatten)]
    pub(super) who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

impl ActArgs {
    /// Which node.
    pub(crate) fn connect(&self) -> &ConnectArgs {
        &self.connect
    }

    /// The messages of the referral that its event names, by a flag or by name.
    pub(super) fn messages(&mut self) -> impl Iterator<Item = &mut String> {
        self.told.take(std::mem::take(&mut self.set));
        self.told.messages()
    }

    /// The other referrals that its event names.
    pub(super) fn referrals(&mut self) -> impl Iterator<Item = &mut String> {
        self.told.referrals()
    }

    /// The request; the referral in it is the one that was named, and its id may have to be found out.
    pub(crate) fn request(&self) -> anyhow::Result<ActRequest> {
        let mut request = match (&self.file, &self.event) {
            (Some(file), _) => judge::act(file)?,
            (None, Some(event)) => ActRequest {
                event: Some(event_of(event, &self.told.with(&self.set), self.text.clone())?),
                declared_time: self.declared.map(rogatory_wire::instant::to_pb),
                ..ActRequest::default()
            },
            (None, None) => ActRequest::default(),
        };
        request.referral_id.clone_from(&self.referral);
        request.assertion = Some(self.who.assertion());
        request.message_id = chosen(self.id.as_deref(), request.message_id);
        request.validate_only |= self.validate_only;
        request.inform.extend(self.inform.iter().cloned());
        request.pass_on_to.extend(parties_of(&self.to)?);
        let code = request.event.as_ref().map_or("", |event| event.code.as_str());
        if Instrument::is_passing_on(code) && request.pass_on_to.is_empty() {
            let text =
                format!("{code} needs --to CAPACITY=AGENCY: who is competent, as in --to executing=nl-om");
            return Err(Misuse(text).into());
        }
        Ok(request)
    }
}

fn parties_of(to: &[String]) -> Result<Vec<Party>, Misuse> {
    let party = |text: &String| {
        let (capacity, agency) = text
            .split_once('=')
            .ok_or_else(|| Misuse(format!("--to {text}: give a capacity, as in executing={text}")))?;
        Ok(Party { agency: agency.to_owned(), capacity: capacity.to_owned() })
    };
    to.iter().map(party).collect()
}

/// The id that was given, or stands in the file, or is fresh; chosen here, so that a repeat after a lost answer is harmless.
pub(crate) fn chosen(given: Option<&str>, in_file: String) -> String {
    match given {
        Some(id) => id.to_owned(),
        None if in_file.is_empty() => fresh_id(),
        None => in_file,
    }
}
/// An instant as a person writes it; a day alone does not say when.
fn instant(written: &str) -> Result<Timestamp, String> {
    let expected = "an instant with its offset from UTC, such as 2026-03-24T14:05:00+01:00";
    written.parse().map_err(|_| format!("expected {expected}"))
}
