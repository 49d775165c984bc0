//! What the operating system answered to a failed call: its number, name and words, since the number is what one looks
//! for. It must not judge what follows from it.

use std::{fmt, io};

use rustix::io::Errno;

/// The errors that a disk gives in practice, by the names under which they are looked up.
const NAMES: &[(Errno, &str)] = &[
    (Errno::ACCESS, "EACCES"),
    (Errno::BADF, "EBADF"),
    (Errno::BUSY, "EBUSY"),
    (Errno::DQUOT, "EDQUOT"),
    (Errno::EXIST, "EEXIST"),
    (Errno::FBIG, "EFBIG"),
    (Errno::INVAL, "EINVAL"),
    (Errno::IO, "EIO"),
    (Errno::ISDIR, "EISDIR"),
    (Errno::LOOP, "ELOOP"),
    (Errno::MFILE, "EMFILE"),
    (Errno::NAMETOOLONG, "ENAMETOOLONG"),
    (Errno::NFILE, "ENFILE"),
    (Errno::NODEV, "ENODEV"),
    (Errno::NOENT, "ENOENT"),
    (Errno::NOMEM, "ENOMEM"),
    (Errno::NOSPC, "ENOSPC"),
    (Errno::NOTDIR, "ENOTDIR"),
    (Errno::NXIO, "ENXIO"),
    (Errno::OPNOTSUPP, "EOPNOTSUPP"),
    (Errno::PERM, "EPERM"),
    (Errno::ROFS, "EROFS"),
    (Errno::STALE, "ESTALE"),
    (Errno::TIMEDOUT, "ETIMEDOUT"),
];

/// The operating system's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    kind: io::ErrorKind,
    number: Option<i32>,
}

impl Cause {
    /// Its kind.
    pub fn kind(self) -> io::ErrorKind {
        self.kind
    }

    /// Whether no file descriptor was free, in this process or on the machine.
    pub fn is_want_of_descriptors(self) -> bool {
        [Errno::MFILE, Errno::NFILE].iter().any(|errno| self.number == Some(errno.raw_os_error()))
    }
}

impl From<&io::Error> for Cause {
    fn from(error: &io::Error) -> Self {
        Self { kind: error.kind(), number: error.raw_os_error() }
    }
}

impl From<io::ErrorKind> for Cause {
    fn from(kind: io::ErrorKind) -> Self {
        Self { kind, number: None }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(number) = self.number else { return write!(f, "{}", self.kind) };
        if let Some((_, name)) = NAMES.iter().find(|(errno, _)| errno.raw_os_error() == number) {
            write!(f, "{name}: ")?;
        }
        // The standard library's words end with the number.
        write!(f, "{}", io::Error::from_raw_os_error(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_and_the_name_of_an_error_stand_in_its_text() {
        for (errno, name) in NAMES {
            let said = Cause::from(&io::Error::from(*errno)).to_string();
            assert!(said.starts_with(&format!("{name}: ")), "{said}");
            assert!(said.ends_with(&format!("(os error {})", errno.raw_os_error())), "{said}");
        }
        assert!(Cause::from(&io::Error::from_raw_os_error(127)).to_string().contains("127"));
    }
}
