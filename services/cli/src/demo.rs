//! `rogatory demo`: nine agencies on this machine, what one tells another unasked, one warrant from issue to surrender, and the
//! proofs at the end.
//!
//! Owns what is checked after the play: ledgers and evidence, offline, with every node stopped.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use serde::Serialize;

use crate::failure::verdict;
use crate::output::{Output, note};
use crate::play::{Place, Player, Report, Stage, Tally, until_interrupted};
use crate::scenario::Scenario;

mod court;

use court::{Ledger, Proof};

/// The story that is played.
const STORY: &str = include_str!("../../../docs/scenarios/encrochat.toml");

/// Plays one European Arrest Warrant from issue to surrender, between nine nodes on this machine.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// Keep every file in this directory, which must be empty: keys, ledgers, logs, evidence.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// What the demo has shown.
#[derive(Serialize)]
struct Summary<'a> {
    ok: bool,
    seconds: f64,
    #[serde(flatten)]
    tally: &'a Tally,
    ledgers: Vec<Ledger>,
    evidence: Vec<Proof>,
}

/// Plays the demo.
///
/// # Errors
/// What kept it from being played; a step or proof that does not hold is an exit code.
pub(crate) async fn run(args: DemoArgs, output: Output) -> anyhow::Result<ExitCode> {
    let scenario = Scenario::parse(STORY)?;
    let report = Report::new(output.is_json(), &scenario);
    let place = Place::new(args.keep.as_deref(), None)?;
    let began = Instant::now();
    report.begin(&scenario)?;
    let outcome = until_interrupted(async {
        if !report.is_json() {
            report.section("Six nodes start, each with its own directory, keys and ports", &[])?;
        }
        let stage = Stage::start_all(&place.nodes, &scenario).await?;
        let mut player = Player::new(&scenario, stage, &place.evidence);
        let held = player.play(&report).await?;
        player.stage.processes()?.stop_all().await.context("a node did not end in order")?;
        if !held {
            return Ok(ExitCode::FAILURE);
        }
        let ledgers = court::ledgers(&mut player.stage, &place.nodes, &scenario)?;
        let evidence = court::proofs(&place.nodes, &player.tally.evidence)?;
        let ok = ledgers.iter().all(|ledger| ledger.sound) && evidence.iter().all(|proof| proof.holds);
        let seconds = began.elapsed().as_secs_f64();
        tell(&report, output, &Summary { ok, seconds, tally: &player.tally, ledgers, evidence })?;
        Ok(verdict(ok))
    })
    .await;
    if let Some(kept) = &args.keep {
        note(format!("keys, ledgers, logs and evidence are in {}", kept.display()));
    }
    outcome
}

fn tell(report: &Report, output: Output, summary: &Summary<'_>) -> anyhow::Result<()> {
    if output.is_json() {
        return output.json_line(&serde_json::json!({ "summary": summary }));
    }
    let Summary { ok, seconds, tally, ledgers, evidence } = summary;
    report.section(
        "What was shown",
        &[
            format!("{} messages, each in the ledger of its sender before anybody was told", tally.messages),
            format!("{} of them submitted twice, with one effect", tally.repeats),
            format!("{} calls refused with the expected code; they changed nothing", tally.refusals),
            format!("{} nodes killed (SIGKILL); all came back and caught up", tally.kills),
            format!("{} due dates compared with the calendar, at every party", tally.clocks),
            format!("1 withdrawal crossed an arrest; {} agencies ended in the same state", tally.crossings),
        ],
    )?;
    let checked: Vec<_> = ledgers.iter().map(Ledger::to_string).collect();
    report.section("Ledgers, checked offline with every node stopped", &checked)?;
    let proofs: Vec<_> = evidence.iter().flat_map(Proof::lines).collect();
    report.section("Evidence, checked offline under the roster key alone", &proofs)?;
    let verdict = if *ok { "Every assertion held" } else { "A proof does not hold" };
    report.section(&format!("{verdict} ({seconds:.1} s)"), &[])?;
    Ok(())
}

/// Where the ledger of an agency lies, from its configuration.
fn ledger_directory(agency: &Path) -> anyhow::Result<PathBuf> {
    Ok(rogatory_node::config::Config::load(&agency.join("node.toml"))?.data_dir.join("ledger"))
}
