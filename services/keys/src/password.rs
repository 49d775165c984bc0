//! The password of the node at a service of the operator's choice, such as a relay of mail: the one line of a private file. It must
//! not know who asks for it.

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use crate::private::{self, NodeUser, PrivateError};
use crate::small_file::{self, SmallFileError};

/// Bytes of its file.
const FILE_BYTES_MAX: u64 = 1_024;

/// A password.
pub struct Password(Zeroizing<String>);

/// Why a password is not used.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Others may read it.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] SmallFileError),
    /// It is written in another way.
    #[error("the password is not one line of text")]
    Form,
}

impl Password {
    /// Reads the file of a password; an end of the line behind it is none of it.
    ///
    /// # Errors
    /// Where others may read it, or it is not one line.
    pub fn load(path: &Path, user: NodeUser) -> Result<Self, PasswordError> {
        private::check_file(path, user)?;
        let bytes = small_file::read(path, FILE_BYTES_MAX)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| PasswordError::Form)?;
        let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
        if line.is_empty() || line.chars().any(char::is_control) {
            return Err(PasswordError::Form);
        }
        Ok(Self(Zeroizing::new(line.to_owned())))
    }

    /// The password itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_password_is_one_line_that_nobody_else_may_read_and_is_not_shown() {
        let directory = tempfile::tempdir().unwrap();
        let (path, user) = (directory.path().join("password"), NodeUser::of_this_process());
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        for (text, read) in [
            ("open sesame\n", Some("open sesame")),
            (" open sesame \r\n", Some(" open sesame ")),
            ("ouvre-toi, sésame", Some("ouvre-toi, sésame")),
            ("", None),
            ("\n", None),
            ("two\nlines\n", None),
            ("a\0b", None),
        ] {
            fs::write(&path, text).unwrap();
            let password = Password::load(&path, user);
            assert_eq!(password.as_ref().ok().map(Password::expose), read, "{text:?}");
            assert!(password.is_err() || format!("{password:?}") == "Ok(Password)");
        }
        fs::write(&path, "open sesame\n").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(Password::load(&path, user), Err(PasswordError::Private(_))));
    }
}
