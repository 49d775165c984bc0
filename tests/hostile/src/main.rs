//! Floods against a live node: what an honest caller of it notices, and what the node's memory does, beside the same
//! flood against another node of the same machine.
//!
//! `cargo build --release -p rogatory-cli -p rogatory-hostile && target/release/rogatory-hostile`. Owns the arguments
//! and the order. It is no part of the product, and speaks to nothing but nodes it started itself.

mod arena;
mod attacker;
mod connection;
mod floods;
mod honest;
mod memory;
mod report;
mod target;
mod trial;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;

use arena::Arena;
use floods::{FLOODS, Flood};
use report::Report;

/// The attacker allocates much and on many threads; that must not be what is measured.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Floods nodes of its own and measures what an honest caller notices.
#[derive(Debug, Parser)]
#[command(name = "rogatory-hostile", version, max_term_width = 100)]
struct Arguments {
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(2..=600))]
    seconds: u64,
    /// Only these floods; all when absent.
    #[arg(value_name = "FLOOD")]
    floods: Vec<String>,
    /// Name the floods and end.
    #[arg(long)]
    list: bool,
    /// The `rogatory` under attack; the one beside this program when absent.
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    attacker: attacker::AttackArgs,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    if let Some(order) = arguments.attacker.order() {
        attacker::run(order).await?;
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = chosen(&arguments.floods)?;
    if arguments.list {
        chosen.iter().for_each(|flood| println!("{:<20} {:<9} {}", flood.name, flood.who, flood.what));
        return Ok(ExitCode::SUCCESS);
    }
    let binary = match arguments.binary {
        Some(binary) => binary,
        None => std::env::current_exe()?.with_file_name("rogatory"),
    };
    anyhow::ensure!(binary.exists(), "{} is not there: build rogatory-cli first", binary.display());
    let time = Duration::from_secs(arguments.seconds);
    let mut report = Report::new(arguments.json, time);
    report.begin();
    for flood in chosen {
        // Each has nodes of its own: what one leaves behind is not the next one's.
        let arena = Arena::start(&binary).await?;
        let outcome = trial::run(&arena, flood, time).await.context(flood.name)?;
        report.add(flood, &outcome);
    }
    report.end()?;
    Ok(if report.held() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn chosen(names: &[String]) -> anyhow::Result<Vec<&'static Flood>> {
    if names.is_empty() {
        return Ok(FLOODS.iter().collect());
    }
    names.iter().map(|name| floods::named(name)).collect()
}
