//! Third-party crates: bans, licences, sources, and advisories where their database is at hand. The rules themselves
//! are in `deny.toml`.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;
use cargo_metadata::Metadata;

use crate::tools::{find, run};

/// Fails on a crate that `deny.toml` does not let in.
pub(crate) fn check(workspace: &Metadata) -> Result<()> {
    let cargo_deny = find(workspace, "cargo-deny")?;
    let command = |options: &[&str]| {
        let mut command = Command::new(&cargo_deny);
        command.current_dir(&workspace.workspace_root).arg("--locked").args(options);
        command
    };
    run(&mut command(&["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))?;
    if advisories_at_hand() {
        return run(&mut command(&["--offline", "check", "--hide-inclusion-graph", "advisories"]));
    }
    println!("deny: advisories NOT checked, for want of the RustSec database (`cargo deny fetch` gets it)");
    Ok(())
}

/// Whether an earlier `cargo deny fetch` left a copy of the advisory database where cargo-deny looks for it.
fn advisories_at_hand() -> bool {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .unwrap_or_default();
    let Ok(copies) = fs::read_dir(home.join("advisory-dbs")) else { return false };
    copies.flatten().any(|copy| copy.path().is_dir())
}
