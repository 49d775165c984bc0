//! Export: the tree of a ledger as C2SP tlog-tiles, so that any tool of that kind can monitor it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use indicatif::ProgressBar;
use rogatory_evidence::LEAF_BYTES;
use rogatory_ledger::Guard;
use rogatory_ledger::verify::verify_entries;
use rogatory_tlog::tile::{FULL_WIDTH, entry_bundle};
use rogatory_tlog::{Checkpoint, MemoryNodes, Note, Tile, TileKind, leaf_hash};
use serde_json::json;

use super::AUDITOR;
use super::check::disks;
use crate::connect::ConnectArgs;
use crate::failure::verdict;
use crate::output::{Output, note, progress};

/// From where to where.
#[derive(Debug, clap::Args)]
pub(crate) struct ExportArgs {
    /// Directory to write; it must be empty or absent.
    #[arg(value_name = "DIR")]
    to: PathBuf,
    /// Export this ledger's directory, offline, up to the head in its guard; a running node is asked when absent.
    #[arg(long, value_name = "DIR")]
    ledger: Option<PathBuf>,
    /// Directory of the guard file, if it lies elsewhere.
    #[arg(long, value_name = "DIR", requires = "ledger")]
    guard: Option<PathBuf>,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Exports.
pub(crate) async fn run(args: &ExportArgs, output: Output) -> anyhow::Result<ExitCode> {
    let empty = fs::read_dir(&args.to).map_or(true, |mut files| files.next().is_none());
    ensure!(empty, "{} is not empty; name another directory", args.to.display());
    let (head, export) = match &args.ledger {
        Some(ledger) => stored(ledger, args.guard.as_deref(), &args.to)?,
        None => served(args).await?,
    };
    let Exported { size, sound } = export.finish(&head)?;
    let value = json!({ "directory": args.to, "size": size, "root_matches": sound });
    let fields = [
        ("directory", args.to.display().to_string()),
        ("records", size.to_string()),
        ("checkpoint", if sound { "written" } else { "NOT WRITTEN" }.to_owned()),
    ];
    output.fields(&fields, &value)?;
    if !sound {
        note("error: the records do not lead to the signed head");
    }
    Ok(verdict(sound))
}

/// From a directory, up to the head that its guard remembers.
fn stored(ledger: &Path, guard: Option<&Path>, to: &Path) -> anyhow::Result<(Head, Export)> {
    let (ledger, guard) = disks(ledger, guard)?;
    let remembered = Guard::read(&guard)?.context("there is no guard file with a signed head")?;
    let signed = remembered.head.note.context("the guarded head is not signed")?;
    let head = Head::parse(std::str::from_utf8(&signed)?)?;
    let mut export = Export::new(to, head.checkpoint.size)?;
    let mut outcome = Ok(());
    verify_entries(&ledger, &guard, &[], &mut |_| {}, &mut |_, leaf, _| {
        if outcome.is_ok() {
            outcome = export.push(leaf);
        }
    })?;
    outcome?;
    Ok((head, export))
}

/// From a running node, up to its newest published checkpoint.
async fn served(args: &ExportArgs) -> anyhow::Result<(Head, Export)> {
    let admin = args.connect.open(AUDITOR).await?.admin();
    let published = admin.checkpoint().await?;
    ensure!(
        !published.note.is_empty(),
        "the node has signed no head yet: see its state in 'rogatory status'"
    );
    let head = Head::parse(&published.note)?;
    let mut export = Export::new(&args.to, head.checkpoint.size)?;
    let mut batches = admin.ledger(0, head.checkpoint.size).await?;
    while let Some(batch) = batches.next().await? {
        for record in &batch.records {
            let leaf = record.leaf.as_ref().try_into().context("a leaf has a wrong length")?;
            export.push(&leaf)?;
        }
    }
    Ok((head, export))
}

/// A signed head and what it says.
struct Head {
    note: String,
    checkpoint: Checkpoint,
}

impl Head {
    fn parse(note: &str) -> anyhow::Result<Self> {
        let parsed: Note = note.parse().context("the head is not a signed note")?;
        let checkpoint = parsed.text().parse().context("the head is not a checkpoint")?;
        Ok(Self { note: note.to_owned(), checkpoint })
    }
}

/// A tree being written.
struct Export {
    to: PathBuf,
    size: u64,
    nodes: MemoryNodes,
    bundle: Vec<[u8; LEAF_BYTES]>,
    bar: ProgressBar,
}

/// What was written.
struct Exported {
    size: u64,
    sound: bool,
}

impl Export {
    fn new(to: &Path, size: u64) -> anyhow::Result<Self> {
        fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
        let (nodes, bar) = (MemoryNodes::new(), progress(size, "records"));
        Ok(Self { to: to.to_owned(), size, nodes, bundle: Vec::new(), bar })
    }

    /// Takes the next leaf; those beyond the head are left out.
    fn push(&mut self, leaf: &[u8; LEAF_BYTES]) -> anyhow::Result<()> {
        if self.nodes.size() == self.size {
            return Ok(());
        }
        self.nodes.push(leaf_hash(leaf));
        self.bundle.push(*leaf);
        if self.bundle.len() == usize::from(FULL_WIDTH) {
            self.write_bundle()?;
        }
        Ok(())
    }

    fn write_bundle(&mut self) -> anyhow::Result<()> {
        let Ok(width) = u16::try_from(self.bundle.len()) else { return Ok(()) };
        if width == 0 {
            return Ok(());
        }
        let index = (self.nodes.size() - u64::from(width)) / u64::from(FULL_WIDTH);
        let tile = Tile::new(TileKind::Entries, index, width)?;
        let bundle = entry_bundle(self.bundle.iter().map(<[u8; LEAF_BYTES]>::as_slice))?;
        self.write(&tile.to_string(), &bundle)?;
        self.bundle.clear();
        self.bar.set_position(self.nodes.size());
        Ok(())
    }

    /// Writes the hash tiles, and the checkpoint last and only if it signs exactly this tree.
    fn finish(mut self, head: &Head) -> anyhow::Result<Exported> {
        self.write_bundle()?;
        let size = self.nodes.size();
        let mut level = 0;
        let mut width = size;
        while width > 0 {
            for index in 0..width.div_ceil(u64::from(FULL_WIDTH)) {
                let rest = width - index * u64::from(FULL_WIDTH);
                let tile_width = u16::try_from(rest).unwrap_or(FULL_WIDTH).min(FULL_WIDTH);
                let tile = Tile::new(TileKind::Hashes(level), index, tile_width)?;
                self.write(&tile.to_string(), &tile.contents(&self.nodes)?)?;
            }
            width /= u64::from(FULL_WIDTH);
            level += 1;
        }
        self.bar.finish_and_clear();
        let sound = size == head.checkpoint.size && self.nodes.root() == head.checkpoint.root;
        if sound {
            self.write("checkpoint", head.note.as_bytes())?;
        }
        Ok(Exported { size, sound })
    }

    fn write(&self, name: &str, contents: &[u8]) -> anyhow::Result<()> {
        let path = self.to.join(name);
        let directory = path.parent().unwrap_or(&self.to);
        fs::create_dir_all(directory)
            .and_then(|()| fs::write(&path, contents))
            .with_context(|| format!("{} cannot be written", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exported(leaves: u64, root_of: u64) -> (tempfile::TempDir, Exported) {
        let directory = tempfile::tempdir().unwrap();
        let leaf = |at: u64| {
            let mut leaf = [1; LEAF_BYTES];
            leaf[1..9].copy_from_slice(&at.to_be_bytes());
            leaf
        };
        let nodes: MemoryNodes = (0..root_of).map(|at| leaf_hash(&leaf(at))).collect();
        let checkpoint = Checkpoint { origin: "log".into(), size: root_of, root: nodes.root() };
        let head = Head { note: "the note\n".into(), checkpoint };
        let mut export = Export::new(directory.path(), root_of).unwrap();
        (0..leaves).for_each(|at| export.push(&leaf(at)).unwrap());
        let done = export.finish(&head).unwrap();
        (directory, done)
    }

    #[test]
    fn the_layout_is_that_of_tlog_tiles() {
        let (directory, done) = exported(70_000, 66_000);
        assert!(done.sound && done.size == 66_000);
        let size_of = |name: &str| fs::metadata(directory.path().join(name)).map_or(0, |file| file.len());
        assert_eq!(size_of("tile/0/000"), 256 * 32);
        assert_eq!(size_of("tile/0/257.p/208"), 208 * 32);
        assert_eq!(size_of("tile/1/000"), 256 * 32);
        assert_eq!(size_of("tile/1/001.p/1"), 32);
        assert_eq!(size_of("tile/2/000.p/1"), 32);
        assert_eq!(size_of("tile/entries/000"), 256 * (2 + LEAF_BYTES as u64));
        assert_eq!(size_of("tile/entries/257.p/208"), 208 * (2 + LEAF_BYTES as u64));
        assert_eq!(size_of("checkpoint"), 9);
    }

    #[test]
    fn a_head_over_records_that_are_missing_is_not_published() {
        let (directory, done) = exported(10, 11);
        assert!(!done.sound);
        assert!(!directory.path().join("checkpoint").exists());
    }
}
