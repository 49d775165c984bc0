//! Pinned command-line tools that are not Rust crates of the workspace. It must not use whatever version a machine
//! happens to have: a check that passes here passes everywhere.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use cargo_metadata::{Metadata, camino::Utf8PathBuf};

/// Versions and digests of the tools, in pip's form; their packages carry prebuilt programs.
const LIST: &str = ".ci/tools.txt";

/// The path of a tool; installs the list into `tools/` of the target directory if it changed since it was installed.
pub(crate) fn find(workspace: &Metadata, name: &str) -> Result<Utf8PathBuf> {
    let list = workspace.workspace_root.join(LIST);
    let wanted = fs::read_to_string(&list).with_context(|| format!("cannot read {list}"))?;
    let home = workspace.target_directory.join("tools");
    let stamp = home.join("installed.txt");
    if fs::read_to_string(&stamp).ok().as_deref() != Some(wanted.as_str()) {
        run(Command::new("python3").args(["-m", "venv", "--clear", home.as_str()]))?;
        let options = [
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "--only-binary=:all:",
        ];
        run(Command::new(home.join("bin/pip")).arg("install").args(options).args(["-r", list.as_str()]))?;
        fs::write(&stamp, &wanted).with_context(|| format!("cannot write {stamp}"))?;
    }
    let tool = home.join("bin").join(name);
    ensure!(tool.exists(), "{LIST} does not bring `{name}`");
    Ok(tool)
}

/// Runs a command with its output shown; anything but success is an error that names the command.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed: {status}");
    Ok(())
}
