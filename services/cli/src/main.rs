//! The `rogatory` binary: one command for a node, its clients, its auditors, and for checking without any of them.
//!
//! Owns the dispatch and the exit code. Every verb has a file of its own.

mod admin;
mod agency;
mod audit;
mod bench;
mod cert;
mod cli;
mod clock;
mod config;
mod connect;
mod consumer;
mod demo;
mod failure;
mod federation;
mod index;
mod instrument;
mod key;
mod ledger;
mod node;
mod output;
mod play;
mod processes;
mod provision;
#[cfg(test)]
mod reference;
mod referral;
mod roster;
mod scenario;
mod statistics;
mod verify;

/// A node allocates on some threads what others free, which the system's allocator pays for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use cli::{Cli, Verb};
use output::Output;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let misused = error.use_stderr();
            let _ = error.print();
            return if misused { ExitCode::from(failure::MISUSE) } else { ExitCode::SUCCESS };
        }
    };
    let output = cli.output();
    // Boxed: the verbs' state machines differ much in size.
    match Box::pin(dispatch(cli.verb, output)).await {
        Ok(code) => code,
        Err(error) => failure::report(&error, output),
    }
}

async fn dispatch(verb: Verb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        Verb::Node(args) => node::run(args).await,
        Verb::Provision(args) => provision::run(&args, output),
        Verb::Agency(args) => agency::run(args, output).await,
        Verb::Key(args) => key::run(args, output),
        Verb::Cert(args) => cert::run(args, output),
        Verb::Roster(args) => roster::run(args, output).await,
        Verb::Federation(args) => federation::run(args, output).await,
        Verb::Config(args) => config::run(&args, output),
        Verb::Status(args) => admin::status(&args, output).await,
        Verb::Peer(args) => admin::peers(args, output).await,
        Verb::Queue(args) => admin::queues(args, output).await,
        Verb::Referral(args) => referral::run(args, output).await,
        Verb::Clock(args) => clock::run(args, output).await,
        Verb::Statistics(args) => statistics::run(&args, output).await,
        Verb::Instrument(args) => instrument::run(&args, output),
        Verb::Consumer(args) => consumer::run(args, output).await,
        Verb::Verify(args) => verify::run(&args, output),
        Verb::Audit(args) => audit::run(args, output).await,
        Verb::Ledger(args) => ledger::run(args, output).await,
        Verb::Index(args) => index::run(&args, output),
        Verb::Demo(args) => demo::run(args, output).await,
        Verb::Play(args) => play::run(args, output).await,
        Verb::Bench(args) => bench::run(args, output).await,
        Verb::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "rogatory", &mut script);
            output::raw(&script)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}
