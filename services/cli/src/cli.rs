//! The tree of verbs. It must not run any of them.

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::output::{Format, Output};
use crate::{
    admin, agency, audit, bench, cert, clock, config, consumer, demo, federation, index, instrument, key,
    ledger, node, play, provision, referral, roster, statistics, verify,
};

/// Case referrals between agencies that need not trust each other's machines.
///
/// Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 refused or failed, 2 a proof
/// does not hold, 3 evidence is consistent but nobody vouches for its key, 4 a person must look at the ledger before the node
/// is started again, 5 the node answers and does not serve, 64 wrong usage or configuration, files it names included, 141 whoever read standard output has gone.
#[derive(Debug, Parser)]
#[command(name = "rogatory", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// Format of results.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    output: Format,
    /// The same as --output json.
    #[arg(long, global = true)]
    json: bool,
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

impl Cli {
    /// Where results go.
    pub(crate) fn output(&self) -> Output {
        Output::new(if self.json { Format::Json } else { self.output })
    }
}

/// What the command can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run a node.
    #[command(subcommand)]
    Node(node::NodeVerb),
    /// Make a federation for a demonstration or a test: keys, certificates, roster, configurations.
    Provision(provision::ProvisionArgs),
    /// Make the home of one agency, and the card by which it joins a federation; list the agencies of the roster.
    #[command(subcommand)]
    Agency(agency::AgencyVerb),
    /// Make keys, and show their public halves.
    #[command(subcommand)]
    Key(key::KeyVerb),
    /// Request and issue certificates.
    #[command(subcommand)]
    Cert(cert::CertVerb),
    /// Make, sign and compare lists of agencies, and load them into a node.
    #[command(subcommand)]
    Roster(roster::RosterVerb),
    /// Run a provisioned federation in one terminal.
    #[command(subcommand)]
    Federation(federation::FederationVerb),
    /// Check a node's configuration.
    #[command(subcommand)]
    Config(config::ConfigVerb),
    /// Show the state of a node; the exit code is 5 where it answers and does not serve.
    Status(admin::StatusArgs),
    /// Show the peers of a node.
    #[command(subcommand)]
    Peer(admin::PeerVerb),
    /// Show messages that wait for delivery.
    #[command(subcommand)]
    Queue(admin::QueueVerb),
    /// Submit, act in, read, watch and prove referrals.
    #[command(subcommand)]
    Referral(referral::ReferralVerb),
    /// Show which clocks run, are overdue or were missed.
    #[command(subcommand)]
    Clock(clock::ClockVerb),
    /// Count the cases under an instrument over a period, as questionnaires ask for it; no content is read.
    Statistics(statistics::StatisticsArgs),
    /// Show the instruments of this release: capacities, states, events, clocks, lists. No node is needed.
    #[command(subcommand)]
    Instrument(instrument::InstrumentVerb),
    /// List and remove the consumers under whose names messages are watched.
    #[command(subcommand)]
    Consumer(consumer::ConsumerVerb),
    /// Check an evidence file, offline.
    Verify(verify::VerifyArgs),
    /// Read, check, prove and export a ledger.
    #[command(subcommand)]
    Audit(audit::AuditVerb),
    /// Begin a ledger, answer for its guard, or release one whose signing is held.
    #[command(subcommand)]
    Ledger(ledger::LedgerVerb),
    /// Rebuild or check the index of a node that is stopped.
    #[command(subcommand)]
    Index(index::IndexVerb),
    /// Play a whole case between nine agencies on this machine.
    Demo(demo::DemoArgs),
    /// Play a scenario file.
    Play(play::PlayArgs),
    /// Measure this machine.
    Bench(bench::BenchArgs),
    /// Write completions for a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
}
