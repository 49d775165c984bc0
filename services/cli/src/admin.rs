//! `rogatory status`, `peer` and `queue`: what operators ask a running node.

use std::process::ExitCode;

use jiff::Timestamp;
use rogatory_client::pb::admin::v1::{Peer, RequeueRequest, RosterAge};
use rogatory_wire::instant::PbTimestamp;
use rogatory_wire::word::Worded as _;
use serde_json::json;

use crate::connect::{ConnectArgs, WhoArgs};
use crate::failure::NOT_SERVING;
use crate::output::{Output, age, dash, instant, json_of, note};

mod state;

/// The certificate that operators' calls use.
const OPERATOR: &str = "ops";

/// Messages of one page.
const PAGE_COUNT: u32 = 1_000;

/// Which node.
#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    connect: ConnectArgs,
}

/// What can be asked about peers.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum PeerVerb {
    /// List the peers with their links, and why one is not connected.
    List(StatusArgs),
    /// Clear the forks noted of a peer, once both operators know what happened; it goes on the record.
    Clear(ClearArgs),
}

/// Whose forks, and who clears them.
#[derive(Debug, clap::Args)]
pub(crate) struct ClearArgs {
    /// The peer.
    #[arg(value_name = "AGENCY")]
    agency: String,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// What can be asked about queues.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum QueueVerb {
    /// List messages that wait for delivery, oldest first, and why each waits.
    List(QueueArgs),
    /// Put back in the queue what was given up; it goes on the record.
    Requeue(RequeueArgs),
}

/// What is put back, for whom, and who asks for it.
#[derive(Debug, clap::Args)]
pub(crate) struct RequeueArgs {
    /// The message.
    #[arg(value_name = "MESSAGE", required_unless_present = "referral")]
    message: Option<String>,
    /// Everything of this referral instead, in order.
    #[arg(long, value_name = "ID", conflicts_with = "message")]
    referral: Option<String>,
    /// The agency it is to be delivered to.
    #[arg(long, value_name = "AGENCY")]
    recipient: String,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Which messages.
#[derive(Debug, clap::Args)]
pub(crate) struct QueueArgs {
    /// Only those for this agency.
    #[arg(long, value_name = "AGENCY")]
    recipient: Option<String>,
    /// At most this many.
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Shows the state of a node; that it does not serve is an exit code of its own.
pub(crate) async fn status(args: &StatusArgs, output: Output) -> anyhow::Result<ExitCode> {
    let look = args.connect.look(OPERATOR).await?;
    let status = look.status().await?;
    let until = look.certificate_until();
    if until < Timestamp::now() {
        note(format!(
            "warning: the node's certificate ended on {until}: other nodes refuse it, and every command but status does; \
             replace it and send SIGHUP"
        ));
    }
    for shut_out in &status.shut_out_agencies {
        note(format!("warning: nobody of {} is let in: {}", shut_out.agency, shut_out.cause));
    }
    for unchecked in &status.unchecked_agencies {
        let since = instant(unchecked.since_time);
        note(format!(
            "note: {} declares to publish no revocation list: not checked since {since}",
            unchecked.agency
        ));
    }
    output.fields(&state::fields(&status), &json_of("rogatory.admin.v1.StatusResponse", &status)?)?;
    Ok(if status.reasons.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(NOT_SERVING) })
}

/// Lists peers, or clears what is noted of one.
pub(crate) async fn peers(verb: PeerVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        PeerVerb::List(args) => list_peers(&args, output).await,
        PeerVerb::Clear(args) => clear_forks(&args, output).await,
    }
}

async fn list_peers(args: &StatusArgs, output: Output) -> anyhow::Result<ExitCode> {
    let peers = args.connect.open(OPERATOR).await?.admin().peers().await?;
    let values = peers.iter().map(|peer| json_of("rogatory.admin.v1.Peer", peer));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let rows = peers.into_iter().map(|peer| {
        let since = as_it_is_since(&peer);
        vec![
            peer.agency.clone(),
            peer.link().word(),
            age(since),
            peer.waiting.to_string(),
            age(peer.oldest_time),
            peer.in_flight.to_string(),
            age(peer.last_contact_time),
            if peer.dials { "this node" } else { "the peer" }.to_owned(),
            instant(peer.next_try_time),
            dash(&peer.endpoint),
            dash(&peer.via),
            roster_of(&peer),
            dash(&peer.why),
        ]
    });
    let header = [
        "peer",
        "link",
        "for",
        "waiting",
        "oldest",
        "in flight",
        "last contact",
        "who dials",
        "next try",
        "endpoint",
        "via",
        "roster",
        "why",
    ];
    output.table(&header, rows, &values)?;
    Ok(ExitCode::SUCCESS)
}

/// Since when a peer's link is as the list shows it: while one stands, since it came to stand, whatever failed before.
fn as_it_is_since(peer: &Peer) -> Option<PbTimestamp> {
    let failing = peer.failure.as_ref().filter(|failure| !failure.over);
    peer.connected_since_time.or_else(|| failing.and_then(|failure| failure.since_time))
}

/// The version of the roster that a peer goes by, with a word where it is not this node's own.
fn roster_of(peer: &Peer) -> String {
    match (peer.roster_version, peer.roster()) {
        (0, _) => dash(""),
        (version, RosterAge::Same) => version.to_string(),
        (version, beside) => format!("{version}, {}", beside.word()),
    }
}

async fn clear_forks(args: &ClearArgs, output: Output) -> anyhow::Result<ExitCode> {
    let who = args.who.assertion();
    let admin = args.connect.open(OPERATOR).await?.admin();
    let were_noted = admin.clear_forks(&args.agency, &who.person, &who.justification).await?;
    let told = if were_noted { "cleared, on the record" } else { "none were noted" };
    output.fields(&[("forks", told.to_owned())], &json!({ "were_noted": were_noted }))?;
    Ok(ExitCode::SUCCESS)
}

/// Lists what waits, or puts back what was given up.
pub(crate) async fn queues(verb: QueueVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        QueueVerb::List(args) => list_queues(&args, output).await,
        QueueVerb::Requeue(args) => requeue(args, output).await,
    }
}

/// Puts back what was given up. Fails where nothing of it can be delivered any more.
async fn requeue(args: RequeueArgs, output: Output) -> anyhow::Result<ExitCode> {
    let who = args.who.assertion();
    let request = RequeueRequest {
        message_id: args.message.unwrap_or_default(),
        referral_id: args.referral.unwrap_or_default(),
        recipient: args.recipient,
        person: who.person,
        justification: who.justification,
    };
    let messages = args.connect.open(OPERATOR).await?.admin().requeue(request).await?;
    let values = messages.iter().map(|message| json_of("rogatory.admin.v1.RequeuedMessage", message));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let is_refused = messages.iter().any(|message| !message.code.is_empty());
    let rows = messages.into_iter().map(|message| {
        let position = if message.position == 0 { String::new() } else { message.position.to_string() };
        vec![message.message_id.clone(), message.outcome().word(), dash(&message.code), dash(&position)]
    });
    output.table(&["message", "outcome", "code", "record"], rows, &values)?;
    Ok(if is_refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Lists waiting messages, page by page up to the limit.
async fn list_queues(args: &QueueArgs, output: Output) -> anyhow::Result<ExitCode> {
    let admin = args.connect.open(OPERATOR).await?.admin();
    let (mut messages, mut token) = (Vec::new(), String::new());
    let total = loop {
        let left = args.limit - u32::try_from(messages.len()).unwrap_or(args.limit);
        let page = admin.queues(args.recipient.as_deref(), left.min(PAGE_COUNT), &token).await?;
        messages.extend(page.messages);
        token = page.next_page_token;
        if token.is_empty() || messages.len() >= args.limit as usize {
            break page.total;
        }
    };
    let values = messages.iter().map(|message| json_of("rogatory.admin.v1.QueuedMessage", message));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let shown = messages.len();
    let rows = messages.into_iter().map(|message| {
        vec![
            message.recipient,
            message.message_id,
            if message.urgent { "urgent" } else { "routine" }.to_owned(),
            message.position.to_string(),
            age(message.submitted_time),
            instant(message.requeued_time),
            instant(message.expire_time),
            instant(message.next_try_time),
            message.why,
        ]
    });
    let header =
        ["recipient", "message", "lane", "position", "age", "requeued", "given up at", "next try", "why"];
    output.table(&header, rows, &values)?;
    if !token.is_empty() {
        note(format!("{shown} of {total} shown; more with --limit"));
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use rogatory_client::pb::admin::v1::PeerFailure;

    use super::*;

    #[test]
    fn a_link_that_stands_does_so_since_it_came_to_stand_and_not_since_it_failed() {
        let at = |seconds| Some(PbTimestamp { seconds, nanos: 0 });
        for (over, stands, since) in
            [(false, at(9), at(9)), (true, at(9), at(9)), (false, None, at(1)), (true, None, None)]
        {
            let failure = PeerFailure { since_time: at(1), over, ..PeerFailure::default() };
            let peer = Peer { failure: Some(failure), connected_since_time: stands, ..Peer::default() };
            assert_eq!(as_it_is_since(&peer), since, "over: {over}, stands: {stands:?}");
        }
    }
}
