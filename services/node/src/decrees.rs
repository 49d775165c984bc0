//! Decree files of the operator: days that governments declared after this release, each file an edition of the calendars.
//!
//! Owns where the files lie, in which order they are learned, and the copies beside the ledger: an edition never changes, and cases that
//! were opened under it are counted by it for ever, whatever becomes of the operator's file. What the files may say is the domain's
//! to judge, and under which edition cases are opened is the roster's.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rogatory_domain::calendar::{Calendars, DECREES_BYTES_MAX, Decrees};
use rogatory_keys::small_file;
use tracing::info;

use crate::config::{Config, ConfigFault};

/// The option that names the directory.
const KEY: &str = "calendars.decrees_dir";

/// Mode of a copy.
const COPY_MODE: u32 = 0o600;
/// Mode of the directory of copies, and of the node's where it is not there yet.
const DIRECTORY_MODE: u32 = 0o700;

/// Whether files that are learned for the first time are copied beside the ledger; whoever only looks copies nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Copies {
    /// They are.
    Kept,
    /// They are not.
    Left,
}

/// Lets this process know the editions of every decree file and of every copy, in the order of their numbers. Saying the same again
/// changes nothing, so that files are added while a node runs.
///
/// # Errors
/// With everything that is wrong with any file; those without a fault that come before it are known by then.
pub(crate) fn learn(config: &Config, copies: Copies) -> Result<(), Vec<ConfigFault>> {
    let kept = config.data_dir.join("decrees");
    let mut found: BTreeMap<u16, PathBuf> = match files(&kept) {
        Ok(files) => files.into_iter().collect(),
        Err(_) if !kept.exists() => BTreeMap::new(),
        Err(fault) => return Err(vec![fault]),
    };
    if let Some(directory) = &config.calendars.decrees_dir {
        found.extend(files(directory).map_err(|fault| vec![fault])?);
    }
    let mut faults = Vec::new();
    for (edition, path) in found {
        // A file that follows one with faults would be told that its edition is not known.
        if !faults.is_empty() {
            break;
        }
        learn_one(edition, &path, (&kept, copies), &mut faults);
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

/// The files, by the numbers in their names.
fn files(directory: &Path) -> Result<Vec<(u16, PathBuf)>, ConfigFault> {
    let unreadable =
        |error: std::io::Error| ConfigFault::new(KEY, format!("{}: {error}", directory.display()));
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let edition = name.strip_suffix(".toml").and_then(|number| number.parse().ok());
        let edition = edition.ok_or_else(|| {
            let text =
                format!("{}: a decree file is named after its edition, such as 1000.toml", path.display());
            ConfigFault::new(KEY, text)
        })?;
        found.push((edition, path));
    }
    found.sort_unstable();
    Ok(found)
}

fn learn_one(edition: u16, path: &Path, (kept, copies): (&Path, Copies), faults: &mut Vec<ConfigFault>) {
    let mut fault = |text: String| faults.push(ConfigFault::new(KEY, format!("{}: {text}", path.display())));
    let text = match small_file::read_text(path, DECREES_BYTES_MAX as u64) {
        Ok(text) => text,
        // It names the file already.
        Err(error) => return faults.push(ConfigFault::new(KEY, error)),
    };
    let decrees = match Decrees::parse(&text) {
        Ok(decrees) => decrees,
        Err(found) => {
            return found.0.into_iter().for_each(|one| {
                let place = if one.field.is_empty() { String::new() } else { format!("{}: ", one.field) };
                fault(format!("{place}{}", one.text));
            });
        }
    };
    if decrees.edition() != edition {
        return fault(format!("edition: it is {}, and the file is named {edition}", decrees.edition()));
    }
    let is_new = Calendars::of(edition).is_none();
    let learned = Calendars::of(decrees.follows()).and_then(|before| before.with_decrees(&decrees));
    match learned.map(Calendars::learn) {
        Some(Ok(calendars)) => {
            if let Err(text) = keep(&kept.join(format!("{edition}.toml")), &decrees, &text, copies) {
                return fault(text);
            }
            if is_new {
                info!(edition = calendars.edition(), "the edition of a decree file is known");
            }
        }
        Some(Err(error)) => fault(error.to_string()),
        None => fault(format!("follows: edition {} is not known", decrees.follows())),
    }
}

/// Holds a file against the copy of its edition, and makes the copy where there is none.
fn keep(copy: &Path, decrees: &Decrees, text: &str, copies: Copies) -> Result<(), String> {
    if copy.exists() {
        let before =
            small_file::read_text(copy, DECREES_BYTES_MAX as u64).map_err(|error| error.to_string())?;
        return match Decrees::parse(&before).as_ref() {
            Ok(before) if before == decrees => Ok(()),
            _ => Err(format!(
                "edition {0} was known here with other days, and cases may be counted by them ({1}): put that file back, and give the \
                 changed one another number",
                decrees.edition(),
                copy.display()
            )),
        };
    }
    let cannot = |error: std::io::Error| format!("it cannot be copied to {}: {error}", copy.display());
    match (copies, copy.parent()) {
        (Copies::Kept, Some(directory)) => {
            // A node that was never started has no directory of its own yet.
            let made = DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(directory);
            made.and_then(|()| small_file::replace(copy, text, COPY_MODE)).map_err(cannot)
        }
        _ => Ok(()),
    }
}
