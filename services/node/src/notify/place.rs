//! How far a receiver has been told, in a file that survives the process. It must not hold anything else.

use std::path::{Path, PathBuf};

use rogatory_keys::small_file;
use tracing::warn;

use crate::desk::Desk;

/// Bytes of the file at most.
const FILE_BYTES_MAX: u64 = 256;

/// The place, and the file of it.
pub(super) struct Place {
    path: PathBuf,
    /// The ledger to which the position belongs.
    instance: String,
    position: u64,
}

impl Place {
    /// The place of a file. Where there is none, or it belongs to another ledger, it is the end of this one: a new receiver is told
    /// what comes, and not what was. `None` where the file cannot be kept.
    pub(super) async fn open(path: &Path, desk: &Desk) -> Option<Self> {
        let instance = desk.scribe.origin().instance.to_string();
        let end = desk.reads.size();
        let path = path.to_owned();
        let opened = tokio::task::spawn_blocking(move || {
            let text = match std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))) {
                Ok(()) => small_file::read_text(&path, FILE_BYTES_MAX).unwrap_or_default(),
                Err(cause) => {
                    warn!(%cause, path = %path.display(), "the place of a receiver of alarms cannot be kept; it is not told");
                    return None;
                }
            };
            let position = parse(&text, &instance).unwrap_or(end);
            Some(Self { path, instance, position })
        });
        let mut place = opened.await.ok()??;
        // From now on a restart goes on here, also where nothing has been told yet.
        place.put(place.position).await;
        Some(place)
    }

    /// Position from which alarms are to be told.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Goes on at a position. Where the file cannot be written the same alarms are told again after a restart, under the same ids.
    pub(super) async fn put(&mut self, position: u64) {
        self.position = position;
        let (path, text) = (self.path.clone(), format!("{} {position}\n", self.instance));
        let written = tokio::task::spawn_blocking(move || small_file::replace(&path, &text, 0o600)).await;
        if let Ok(Err(cause)) = written {
            warn!(%cause, path = %self.path.display(), "the place of a receiver of alarms cannot be written");
        }
    }
}

fn parse(text: &str, instance: &str) -> Option<u64> {
    let (of, position) = text.trim_end().split_once(' ')?;
    if of == instance { position.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_for_its_own_ledger_alone() {
        assert_eq!(parse("one 17\n", "one"), Some(17));
        for text in ["", "17", "two 17\n", "one", "one x\n", "one 17 18\n"] {
            assert_eq!(parse(text, "one"), None, "{text}");
        }
    }
}
