//! Private files and directories: whether anybody but the node's user reaches them. One rule for every secret.
//!
//! Owns the rule and what to do about each breach. It must not change a file.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// The superuser, who reaches everything anyway.
const SUPERUSER: u32 = 0;

/// Permissions of group and others.
const OTHERS: u32 = 0o077;

/// Whose secrets may be, beside the superuser's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeUser(Option<u32>);

impl NodeUser {
    /// The user of this process; whoever a file belongs to when that is the superuser.
    #[must_use]
    pub fn of_this_process() -> Self {
        Self(Some(rustix::process::geteuid().as_raw()).filter(|user| *user != SUPERUSER))
    }

    /// The user of this process; when that is the superuser, who may look in the node's stead, the owner of `directory`.
    #[must_use]
    pub fn owning(directory: &Path) -> Self {
        let owner = || fs::metadata(directory).ok().map(|found| found.uid());
        Self(Self::of_this_process().0.or_else(owner))
    }

    fn may_own(self, owner: u32) -> bool {
        owner == SUPERUSER || self.0.is_none_or(|user| user == owner)
    }
}

/// Why a file or directory is not private.
#[derive(Debug, thiserror::Error)]
pub enum PrivateError {
    /// It cannot be looked at.
    #[error("{} cannot be looked at: {source}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is of another type than a secret's place has.
    #[error("{} is no {expected}", path.display())]
    Type {
        /// The path.
        path: PathBuf,
        /// What it should be.
        expected: &'static str,
    },
    /// Group or others have access.
    #[error("{path} has mode {mode:04o} and is open to others than its owner: chmod {right:04o} {path}", path = path.display())]
    Exposed {
        /// The path.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// The mode it should have.
        right: u32,
    },
    /// It belongs to a user who is neither the node's nor the superuser.
    #[error("{} belongs to user {owner}, who is not the node's: chown it to the node's user", path.display())]
    Foreign {
        /// The path.
        path: PathBuf,
        /// Its owner's number.
        owner: u32,
    },
}

/// Checks that a file is regular and private to the node's user.
///
/// # Errors
/// Each names the path and what to do.
pub fn check_file(path: &Path, user: NodeUser) -> Result<(), PrivateError> {
    let found = look(path)?;
    let is_right = found.is_file();
    check(path, &found, user, is_right.then_some(0o600).ok_or("regular file"))
}

/// Checks that a directory is private to the node's user.
///
/// # Errors
/// Each names the path and what to do.
pub fn check_directory(path: &Path, user: NodeUser) -> Result<(), PrivateError> {
    let found = look(path)?;
    let is_right = found.is_dir();
    check(path, &found, user, is_right.then_some(0o700).ok_or("directory"))
}

fn look(path: &Path) -> Result<Metadata, PrivateError> {
    fs::metadata(path).map_err(|source| PrivateError::Unreadable { path: path.to_owned(), source })
}

fn check(
    path: &Path,
    found: &Metadata,
    user: NodeUser,
    right: Result<u32, &'static str>,
) -> Result<(), PrivateError> {
    let path = path.to_owned();
    let right = match right {
        Ok(right) => right,
        Err(expected) => return Err(PrivateError::Type { path, expected }),
    };
    if !user.may_own(found.uid()) {
        return Err(PrivateError::Foreign { path, owner: found.uid() });
    }
    let mode = found.mode() & 0o7777;
    if mode & OTHERS != 0 { Err(PrivateError::Exposed { path, mode, right }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn only_what_its_owner_alone_reaches_is_private_and_the_cure_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let (file, user) = (directory.path().join("secret"), NodeUser::of_this_process());
        fs::write(&file, "x").unwrap();
        for mode in [0o600, 0o400, 0o700] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            check_file(&file, user).unwrap();
        }
        for mode in [0o640, 0o604, 0o660, 0o610, 0o602] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            let said = check_file(&file, user).unwrap_err().to_string();
            assert!(said.contains(&format!("mode {mode:04o}")), "{said}");
            assert!(said.ends_with(&format!("chmod 0600 {}", file.display())), "{said}");
        }
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o750)).unwrap();
        assert!(check_directory(directory.path(), user).unwrap_err().to_string().contains("chmod 0700"));
        assert!(matches!(check_file(directory.path(), user), Err(PrivateError::Type { .. })));
        assert!(matches!(check_directory(&file, user), Err(PrivateError::Type { .. })));
    }

    #[test]
    fn a_file_of_somebody_else_is_foreign() {
        let own = NodeUser(Some(1000));
        assert!(own.may_own(1000) && own.may_own(SUPERUSER) && !own.may_own(1001));
        assert!(NodeUser(None).may_own(1001));
    }
}
