//! `rogatory status`, `peer` and `queue`: what operators ask a running node.

use std::process::ExitCode;

use crate::connect::ConnectArgs;
use crate::output::{Output, dash, instant, json_of};

/// The certificate that operators' calls use.
const OPERATOR: &str = "ops";

/// Which node.
#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    connect: ConnectArgs,
}

/// What can be asked about peers.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum PeerVerb {
    /// List the peers of the roster with their links.
    List(StatusArgs),
}

/// What can be asked about queues.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum QueueVerb {
    /// List messages that wait for delivery, oldest first.
    List(QueueArgs),
}

/// Which messages.
#[derive(Debug, clap::Args)]
pub(crate) struct QueueArgs {
    /// Only those for this agency.
    #[arg(long, value_name = "AGENCY")]
    recipient: Option<String>,
    /// At most this many, 1 to 1000.
    #[arg(long, value_name = "COUNT", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Shows the state of a node.
pub(crate) async fn status(args: &StatusArgs, output: Output) -> anyhow::Result<ExitCode> {
    let status = args.connect.open(OPERATOR).await?.admin().status().await?;
    let fields = [
        ("state", status.state.clone()),
        ("agency", status.agency.clone()),
        ("federation", status.federation.clone()),
        ("ledger", format!("{} records, {} indexed", status.ledger_size, status.indexed)),
        ("instance", status.instance.clone()),
        ("outbox", format!("{} waiting", status.waiting)),
        ("inbox", format!("{} not handed over", status.inbox)),
        ("since", instant(status.started_unix_us)),
        ("version", status.version.clone()),
    ];
    output.fields(&fields, &json_of("rogatory.admin.v1.StatusResponse", &status)?)?;
    Ok(ExitCode::SUCCESS)
}

/// Lists peers.
pub(crate) async fn peers(verb: PeerVerb, output: Output) -> anyhow::Result<ExitCode> {
    let PeerVerb::List(args) = verb;
    let peers = args.connect.open(OPERATOR).await?.admin().peers().await?;
    let values = peers.iter().map(|peer| json_of("rogatory.admin.v1.Peer", peer));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let rows = peers.into_iter().map(|peer| {
        vec![
            peer.agency,
            peer.link,
            peer.waiting.to_string(),
            peer.in_flight.to_string(),
            peer.held_size.to_string(),
            dash(&peer.last_error),
            peer.endpoint,
        ]
    });
    let header = ["peer", "link", "waiting", "in flight", "head held", "error", "endpoint"];
    output.table(&header, rows, &values)?;
    Ok(ExitCode::SUCCESS)
}

/// Lists waiting messages.
pub(crate) async fn queues(verb: QueueVerb, output: Output) -> anyhow::Result<ExitCode> {
    let QueueVerb::List(args) = verb;
    let admin = args.connect.open(OPERATOR).await?.admin();
    let messages = admin.queues(args.recipient.as_deref(), args.limit).await?;
    let values = messages.iter().map(|message| json_of("rogatory.admin.v1.QueuedMessage", message));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let rows = messages.into_iter().map(|message| {
        vec![
            message.recipient,
            message.message_id,
            if message.urgent { "urgent" } else { "routine" }.to_owned(),
            message.position.to_string(),
            instant(message.submitted_unix_us),
            instant(message.expires_unix_us),
        ]
    });
    output.table(&["recipient", "message", "lane", "position", "submitted", "given up at"], rows, &values)?;
    Ok(ExitCode::SUCCESS)
}
