//! Watching: received messages one a line, and notices where they are asked for; acknowledged only when told to.

use std::process::ExitCode;

use rogatory_client::pb::casework::v1::{self as pb, OfferKind, notice::What};

use crate::connect::{ConnectArgs, WhoArgs};
use crate::output::{Output, instant, json_of, note};

/// Whose messages, and what becomes of them.
#[derive(Debug, clap::Args)]
pub(crate) struct WatchArgs {
    /// Name of the consumer, unique in the agency; 1 to 64 bytes. One name has one reader: a second one ends the first.
    #[arg(long, value_name = "NAME")]
    consumer: String,
    /// Refuse a consumer that is new, so that a misspelt name is noticed.
    #[arg(long)]
    known: bool,
    /// Acknowledge what was printed; each message is then recorded as handed over, once.
    #[arg(long)]
    acknowledge: bool,
    /// Print the content.
    #[arg(long)]
    with_content: bool,
    /// What to print, separated by commas; messages when absent.
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_enum)]
    kinds: Vec<Kind>,
    /// End after this many messages and notices.
    #[arg(long, value_name = "COUNT")]
    count: Option<u64>,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// What can be watched.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// Messages of other agencies.
    Messages,
    /// Own messages that were taken over.
    Receipts,
    /// Own messages that were refused.
    Refusals,
    /// Own messages whose delivery was given up.
    GivenUp,
    /// Clocks that are nearly due or overdue.
    Clocks,
    /// Own messages that were given up and wait again.
    Requeued,
}

impl From<Kind> for OfferKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Messages => Self::Message,
            Kind::Receipts => Self::Receipt,
            Kind::Refusals => Self::Refusal,
            Kind::GivenUp => Self::GivenUp,
            Kind::Clocks => Self::Clock,
            Kind::Requeued => Self::Requeued,
        }
    }
}

/// Prints offers until the count is reached, the person interrupts, or the node ends the watch for good.
pub(crate) async fn run(args: &WatchArgs, output: Output) -> anyhow::Result<ExitCode> {
    let start = pb::WatchStart {
        consumer: args.consumer.clone(),
        assertion: Some(args.who.assertion()),
        cursor: None,
        with_content: args.with_content,
        kinds: args.kinds.iter().map(|kind| OfferKind::from(*kind).into()).collect(),
        must_exist: args.known,
    };
    let (acknowledger, offers) = super::open(&args.connect).await?.casework().watch(start).await?;
    let mut offers = offers
        .on_lost(|problem| note(format!("the watch was interrupted ({problem}); it goes on by itself")));
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
        if let Some(started) = batch.started.as_ref().filter(|started| started.is_new) {
            note(format!(
                "consumer {} is new; {} messages wait for it",
                args.consumer, started.unacknowledged
            ));
        }
        unconfirmed = unconfirmed.saturating_sub(batch.handed_over.len() as u64);
        unconfirmed = unconfirmed.saturating_sub(u64::from(batch.noticed_through > 0));
        let mut positions = Vec::new();
        for offer in batch.offers.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            print(offer, output)?;
            positions.extend(offer.cursor.as_ref().map(|cursor| cursor.position));
        }
        left = left.saturating_sub(positions.len() as u64);
        let shown = batch.notices.iter().take(usize::try_from(left).unwrap_or(usize::MAX));
        let mut noticed = None;
        for notice in shown {
            print_notice(notice, output)?;
            noticed = notice.cursor.as_ref().map(|cursor| cursor.position);
            left -= 1;
        }
        if args.acknowledge && !positions.is_empty() {
            unconfirmed += positions.len() as u64;
            acknowledger.acknowledge(&positions).await?;
        }
        if let Some(noticed) = noticed.filter(|_| args.acknowledge) {
            unconfirmed += 1;
            acknowledger.acknowledge_notices(noticed).await?;
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
        "{position:>8}  {}  {lane}  {}  {}  from {}, referral {}",
        instant(offer.recorded_time),
        offer.message_id,
        offer.event,
        offer.sender,
        offer.referral_id
    ))?;
    if let Some(body) = &offer.body {
        output.value(&json_of("rogatory.casework.v1.Body", body)?)?;
    }
    Ok(())
}

fn print_notice(notice: &pb::Notice, output: Output) -> anyhow::Result<()> {
    if output.is_json() {
        return output.json_line(&json_of("rogatory.casework.v1.Notice", notice)?);
    }
    let position = notice.cursor.as_ref().map_or(0, |cursor| cursor.position);
    let told = match &notice.what {
        Some(What::Receipt(receipt)) if receipt.refusal.is_empty() => {
            format!("{}  taken over by {}", receipt.message_id, receipt.recipient)
        }
        Some(What::Receipt(receipt)) => {
            format!("{}  refused by {} with {}", receipt.message_id, receipt.recipient, receipt.refusal)
        }
        Some(What::GivenUp(given_up)) => {
            format!("{}  given up for {} with {}", given_up.message_id, given_up.recipient, given_up.reason)
        }
        Some(What::Requeued(requeued)) => {
            format!("{}  waits again for {}", requeued.message_id, requeued.recipient)
        }
        Some(What::Clock(clock)) => {
            let says = if clock.overdue { "overdue since" } else { "due" };
            format!("{} ({})  {says} {}", clock.name, clock.label, instant(clock.due_time))
        }
        None => "something this program does not know".to_owned(),
    };
    output.line(format!(
        "{position:>8}  {}  {told}, referral {}",
        instant(notice.recorded_time),
        notice.referral_id
    ))?;
    Ok(())
}
