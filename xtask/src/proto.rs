//! The protobuf files: their lints, and the promise that nothing released breaks. It must not generate code.

use std::process::Command;

use anyhow::{Result, ensure};
use cargo_metadata::{Metadata, camino::Utf8PathBuf};

use crate::tools::{find, run};

mod words;

/// The released files, compiled, with which today's must agree.
const BASELINE: &str = "baseline.binpb";

/// Fails on a lint and on a change that breaks what was released.
pub(crate) fn check(workspace: &Metadata) -> Result<()> {
    run(buf(workspace)?.arg("lint"))?;
    words::check(&home(workspace))?;
    if home(workspace).join(BASELINE).exists() {
        run(buf(workspace)?.args(["breaking", "--against", BASELINE]))?;
        println!("proto: lint is clean, nothing released is broken");
        return Ok(());
    }
    let releases = Command::new("git").args(["tag", "--list", "v*"]).current_dir(home(workspace)).output()?;
    ensure!(
        releases.status.success() && releases.stdout.is_empty(),
        "there is a release, but no proto/{BASELINE}: `cargo xtask proto baseline` at the release makes it"
    );
    println!("proto: lint is clean; nothing is released yet, so nothing can be broken");
    Ok(())
}

/// Compiles today's files into the baseline; done at a release, and then reviewed like any other change.
pub(crate) fn take_baseline(workspace: &Metadata) -> Result<()> {
    run(buf(workspace)?.args(["build", "--exclude-source-info", "--output", BASELINE]))?;
    println!("proto: proto/{BASELINE} written");
    Ok(())
}

fn home(workspace: &Metadata) -> Utf8PathBuf {
    workspace.workspace_root.join("proto")
}

fn buf(workspace: &Metadata) -> Result<Command> {
    let mut command = Command::new(find(workspace, "buf")?);
    command.current_dir(home(workspace));
    Ok(command)
}
