//! The attacker, a process of its own, so that neither its memory nor its threads are those of what is measured. It says
//! `ready` once the flood begins, and at the end how often it did what it does.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::floods;
use crate::target::Target;

/// Time an attacker has to make its keys and chains.
const READY_LIMIT: Duration = Duration::from_secs(60);

/// What the parent tells the child; nobody else gives these.
#[derive(Debug, clap::Args)]
pub(crate) struct AttackArgs {
    #[arg(long, hide = true, requires = "federation")]
    attack: Option<String>,
    #[arg(long, hide = true, requires = "agency")]
    federation: Option<PathBuf>,
    #[arg(long, hide = true)]
    agency: Option<String>,
    #[arg(long, hide = true, default_value_t = 0)]
    attack_seconds: u64,
}

/// What is attacked, how, and for how long.
pub(crate) struct Order {
    flood: String,
    federation: PathBuf,
    agency: String,
    time: Duration,
}

impl AttackArgs {
    /// The order, if this process is an attacker.
    pub(crate) fn order(&self) -> Option<Order> {
        Some(Order {
            flood: self.attack.clone()?,
            federation: self.federation.clone()?,
            agency: self.agency.clone()?,
            time: Duration::from_secs(self.attack_seconds),
        })
    }
}

/// Attacks until the time is over.
pub(crate) async fn run(order: Order) -> Result<()> {
    let flood = floods::named(&order.flood)?;
    // A thousand connections do not fit the usual soft limit, and a flood that runs dry measures nothing.
    let descriptors = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: descriptors.maximum, ..descriptors })?;
    let target = Arc::new(Target::load(&order.federation, &order.agency)?);
    let attack = (flood.prepare)(target.clone())?;
    say("ready")?;
    match tokio::time::timeout(order.time, attack).await {
        Ok(ended) => ended?,
        Err(_) => say(&target.tries().to_string())?,
    }
    // Whatever still stands ends with the process.
    std::process::exit(0);
}

fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// An attacker that was started; it ends when this is dropped.
pub(crate) struct Attacker {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Attacker {
    /// Starts one and waits until its flood begins.
    pub(crate) async fn start(flood: &str, federation: &Path, agency: &str, time: Duration) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--attack", flood, "--agency", agency, "--federation"])
            .arg(federation)
            .args(["--attack-seconds", &time.as_secs().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let out = child.stdout.take().context("the attacker says nothing")?;
        let mut lines = BufReader::new(out).lines();
        let first = tokio::time::timeout(READY_LIMIT, lines.next_line()).await??;
        anyhow::ensure!(first.as_deref() == Some("ready"), "the attacker is not ready: {first:?}");
        Ok(Self { child, lines })
    }

    /// Waits for its end; how often it did what it does.
    pub(crate) async fn end(mut self) -> Result<u64> {
        let tries = self.lines.next_line().await?.context("the attacker ended without a word")?;
        self.child.wait().await?;
        Ok(tries.parse()?)
    }
}
