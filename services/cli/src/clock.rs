//! `rogatory clock`: what is due, over all referrals of a node. It must not compute a date; the node does.

mod row;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use rogatory_client::pb::casework::v1 as pb;
use rogatory_wire::instant::to_pb;

use crate::connect::{ConnectArgs, WhoArgs};
use crate::failure::Misuse;
use crate::output::{Output, note, raw};
use crate::referral::{nearest, pages};
use row::Row;

/// The certificate that case systems' calls use.
const CASE_SYSTEM: &str = "cases";

/// What can be done with clocks.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ClockVerb {
    /// List the clocks that are overdue or fall due within some days, urgent referrals first, then the nearest first.
    ///
    /// A question for which nobody fixed a day has no clock that falls due; `referral list --awaiting AGENCY` shows it.
    List(ListArgs),
    /// Write the ends of clocks as a calendar that other programs show (iCalendar, RFC 5545); it has no content.
    Calendar(CalendarArgs),
}

/// Which clocks.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Within how many days they fall due.
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    days: u16,
    /// Those that were missed, whatever came of them, instead of those that run.
    #[arg(long)]
    missed: bool,
    /// Only in referrals to which this agency is party.
    #[arg(long, value_name = "AGENCY")]
    agency: Option<String>,
    /// Only under this instrument, by its code; `rogatory instrument list` names them.
    #[arg(long, value_name = "CODE", default_value = "", hide_default_value = true)]
    instrument: String,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Which ends of clocks, and where to.
#[derive(Debug, clap::Args)]
pub(crate) struct CalendarArgs {
    /// How many days ahead.
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3_660))]
    days: u32,
    /// How many days back, so that what is done or was missed is told, too.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(0..=366))]
    back: u32,
    /// Only under this instrument, by its code; `rogatory instrument list` names them.
    #[arg(long, value_name = "CODE", default_value = "", hide_default_value = true)]
    instrument: String,
    /// File to write; one that exists is replaced. Standard output when absent.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Does it.
pub(crate) async fn run(verb: ClockVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        ClockVerb::List(args) => list(&args, output).await,
        ClockVerb::Calendar(args) => calendar(&args).await,
    }
}

async fn calendar(args: &CalendarArgs) -> anyhow::Result<ExitCode> {
    let request = pb::CalendarRequest {
        assertion: Some(args.who.assertion()),
        days_ahead: args.days,
        days_back: args.back,
        instrument: args.instrument.clone(),
    };
    let text = args.connect.open(CASE_SYSTEM).await?.casework().calendar(request).await?;
    match &args.out {
        Some(path) => {
            std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))?;
            note(format!("written: {}", path.display()));
        }
        // As it is: its lines end in CR LF.
        None => raw(text.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses an agency that the roster does not name, with the one that may be meant.
fn known(agencies: &[pb::Agency], written: &str) -> Result<(), Misuse> {
    let ids: Vec<String> = agencies.iter().map(|agency| agency.agency.clone()).collect();
    if ids.iter().any(|id| id == written) {
        return Ok(());
    }
    let meant = nearest(written, &ids).map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
    Err(Misuse(format!("the roster has no agency {written}{meant}")))
}

async fn list(args: &ListArgs, output: Output) -> anyhow::Result<ExitCode> {
    let casework = args.connect.open(CASE_SYSTEM).await?.casework();
    let now = Timestamp::now();
    // What is said to be due in so many days is among them until that day is over.
    let before = now + SignedDuration::from_hours(24 * (i64::from(args.days) + 1));
    let asked = pb::ListRequest {
        assertion: Some(args.who.assertion()),
        instrument: args.instrument.clone(),
        due_before_time: (!args.missed).then(|| to_pb(before)),
        ..pb::ListRequest::default()
    };
    let mut rows: Vec<Row> = Vec::new();
    let is_party = |referral: &pb::Referral, agency: &str| {
        referral.issuing == agency || referral.parties.iter().any(|party| party.agency == agency)
    };
    pages::each(&casework, &asked, usize::MAX, |referral| {
        if args.agency.as_ref().is_none_or(|agency| is_party(&referral, agency)) {
            rows.extend(row::of(&referral, before, args.missed));
        }
        Ok(())
    })
    .await?;
    if let Some(agency) = args.agency.as_ref().filter(|_| rows.is_empty()) {
        // A name that nobody has would answer as if nothing were due.
        known(&casework.agencies().await?, agency)?;
    }
    rows.sort_by_key(Row::order);
    row::print(&rows, now, output)?;
    if rows.is_empty() && !output.is_json() {
        let what = if args.missed {
            "no clock was missed".to_owned()
        } else {
            format!("nothing is due within {} days", args.days)
        };
        note(what);
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agency_that_nobody_is_is_refused_with_the_one_that_is_nearly_called_so() {
        let agencies = [pb::Agency { agency: "be-fgp".to_owned(), ..pb::Agency::default() }];
        assert!(known(&agencies, "be-fgp").is_ok());
        let refused = known(&agencies, "be-fpg").unwrap_err().to_string();
        assert_eq!(refused, "the roster has no agency be-fpg; did you mean be-fgp?");
    }
}
