//! Watching: received messages one a line, acknowledged only when asked for.

use std::process::ExitCode;

use rogatory_client::pb::casework::v1 as pb;

use crate::connect::{ConnectArgs, WhoArgs};
use crate::output::{Output, json_of, note};

/// Whose messages, and what becomes of them.
#[derive(Debug, clap::Args)]
pub(crate) struct WatchArgs {
    /// Name of the consumer, unique in the agency; 1 to 64 bytes.
    #[arg(long, value_name = "NAME")]
    consumer: String,
    /// Acknowledge what was printed; each message is then recorded as handed over, once.
    #[arg(long)]
    acknowledge: bool,
    /// Print the content.
    #[arg(long)]
    with_content: bool,
    /// End after this many messages.
    #[arg(long, value_name = "COUNT")]
    count: Option<u64>,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Prints offers until the count is reached, the person interrupts, or the node ends the watch.
pub(crate) async fn run(args: &WatchArgs, output: Output) -> anyhow::Result<ExitCode> {
    let start = pb::WatchStart {
        consumer: args.consumer.clone(),
        assertion: Some(args.who.assertion()),
        cursor: None,
        with_content: args.with_content,
    };
    let (acknowledger, mut offers) = super::open(&args.connect).await?.casework().watch(start).await?;
    let (mut left, mut unconfirmed) = (args.count.unwrap_or(u64::MAX), 0u64);
    loop {
        if left == 0 && unconfirmed == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        let batch = tokio::select! {
            batch = offers.next() => batch?,
            interrupted = tokio::signal::ctrl_c() => {
                interrupted?;
                return Ok(ExitCode::SUCCESS);
            }
        };
        let Some(batch) = batch else {
            note("the node ended the watch");
            return Ok(ExitCode::SUCCESS);
        };
        unconfirmed = unconfirmed.saturating_sub(batch.handed_over.len() as u64);
        let mut positions = Vec::new();
        for offer in batch.offers.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            print(offer, output)?;
            positions.extend(offer.cursor.as_ref().map(|cursor| cursor.position));
        }
        left = left.saturating_sub(positions.len() as u64);
        if args.acknowledge && !positions.is_empty() {
            unconfirmed += positions.len() as u64;
            acknowledger.acknowledge(&positions).await?;
        }
    }
}

fn print(offer: &pb::Offer, output: Output) -> anyhow::Result<()> {
    if output.is_json() {
        return output.json_line(&json_of("rogatory.casework.v1.Offer", offer)?);
    }
    let position = offer.cursor.as_ref().map_or(0, |cursor| cursor.position);
    let lane = if offer.urgent { "urgent " } else { "routine" };
    output.line(format!(
        "{position:>8}  {lane}  {}  {}  from {}, referral {}",
        offer.message_id, offer.event, offer.sender, offer.referral_id
    ))?;
    if let Some(body) = &offer.body {
        output.value(&json_of("rogatory.casework.v1.Body", body)?)?;
    }
    Ok(())
}
