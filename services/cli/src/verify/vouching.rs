//! Who vouches for a roster key: whoever checks, by naming the key, or a file of keys that was compared before.
//!
//! Owns where trust in a key may come from. It must not take a key from the file that is checked.

use std::env;
use std::path::{Path, PathBuf};

use rogatory_tlog::VerifierKey;

use crate::connect::read;
use crate::failure::Misuse;

/// Keys that whoever checks has compared already, below the user's configuration directory.
const KNOWN_KEYS: &str = "rogatory/known-roster-keys";

/// Which roster keys are trusted.
#[derive(Debug, clap::Args)]
pub(super) struct Vouching {
    /// The roster key you trust, or a file that holds it (roster.vkey).
    #[arg(long, value_name = "KEY|FILE", conflicts_with = "known_keys")]
    roster_key: Option<String>,
    /// A file of roster keys you trust, one a line; ~/.config/rogatory/known-roster-keys, if it is there, when absent. A
    /// file whose key nobody vouches for is at most CONSISTENT, and the exit code is 3.
    #[arg(long, value_name = "FILE")]
    known_keys: Option<PathBuf>,
}

impl Vouching {
    /// The trusted key that a file naming `claimed` is checked under: the one that was given, or of the known keys the one
    /// of the same federation. `None` when nobody vouches.
    pub(super) fn key_for(&self, claimed: &str) -> anyhow::Result<Option<VerifierKey>> {
        if let Some(text) = &self.roster_key {
            return given(text).map(Some);
        }
        let path = match &self.known_keys {
            Some(path) => path.clone(),
            None => match usual_place().filter(|path| path.exists()) {
                Some(path) => path,
                None => return Ok(None),
            },
        };
        Ok(chosen(&known(&path)?, claimed))
    }
}

/// A key as given, or the one in the named file.
fn given(text: &str) -> anyhow::Result<VerifierKey> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let key = read(Path::new(text))?;
    Ok(key.trim().parse().map_err(|_| Misuse(format!("{text} holds no roster key")))?)
}

fn usual_place() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let below = set("XDG_CONFIG_HOME").or_else(|| Some(set("HOME")?.join(".config")))?;
    Some(below.join(KNOWN_KEYS))
}

fn known(path: &Path) -> anyhow::Result<Vec<VerifierKey>> {
    let text = read(path)?;
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let keys = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(|(at, line)| {
        line.parse().map_err(|_| Misuse(format!("{}: line {at} holds no roster key", path.display())).into())
    });
    keys.collect()
}

/// The claimed key if it is known; else a known key of the same name, which the file then fails under: somebody else's key
/// in the name of a federation that is known is a forgery and not merely unknown.
fn chosen(known: &[VerifierKey], claimed: &str) -> Option<VerifierKey> {
    let claimed: VerifierKey = claimed.parse().ok()?;
    let same = known.iter().find(|key| **key == claimed);
    same.or_else(|| known.iter().find(|key| key.name() == claimed.name())).cloned()
}

#[cfg(test)]
mod tests {
    use rogatory_keys::{LedgerKey, SeededRandom};
    use rogatory_tlog::KeyKind;

    use super::*;

    fn key(name: &str, seed: u64) -> VerifierKey {
        let public = LedgerKey::generate(&SeededRandom::new(seed)).public();
        VerifierKey::new(name, KeyKind::Ed25519, &public).unwrap()
    }

    #[test]
    fn a_known_federation_is_never_vouched_for_by_another_key() {
        let known = [key("a.example/roster", 1), key("b.example/roster", 2), key("b.example/roster", 3)];
        let choose = |key: VerifierKey| chosen(&known, &key.to_string());
        assert_eq!(choose(key("b.example/roster", 3)), Some(known[2].clone()));
        assert_eq!(choose(key("a.example/roster", 9)), Some(known[0].clone()));
        assert_eq!(choose(key("c.example/roster", 1)), None);
        assert_eq!(chosen(&known, "no key"), None);
    }

    #[test]
    fn known_keys_stand_one_a_line_between_remarks() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("known");
        let key = key("a.example/roster", 1);
        std::fs::write(&path, format!("# compared by telephone\n\n  {key}\n")).unwrap();
        assert_eq!(known(&path).unwrap(), [key]);
        std::fs::write(&path, "# one\nno key\n").unwrap();
        assert!(known(&path).unwrap_err().to_string().contains("line 2"));
    }
}
