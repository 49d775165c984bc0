//! Signed notes (C2SP signed-note): a text and the lines of those who signed it; must not interpret the text.

use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use crate::cosignature;
use crate::encoding::{base64, from_base64};
use crate::key::{KeyKind, VerifierKey, is_key_name};

#[cfg(test)]
pub(crate) mod tests;

/// Longest note that is parsed where its reader names no other limit, in bytes; sixteen post-quantum signatures fit.
pub const MAX_NOTE_BYTES: usize = 128 * 1024;
/// Most signature lines a note may carry; the specification asks for at least sixteen.
pub const MAX_SIGNATURES: usize = 64;

/// Why a note or key was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoteError {
    /// More bytes than its reader takes, or more signatures than any note may carry.
    #[error("note is longer than its reader takes, or has more than {MAX_SIGNATURES} signatures")]
    TooLarge,
    /// Not a text, a blank line and signature lines.
    #[error("note is malformed")]
    Malformed,
    /// A key's name, id or point is not acceptable.
    #[error("verifier key is malformed")]
    BadKey,
    /// A key of a type this crate does not verify.
    #[error("verifier key has unsupported type {0:#04x}")]
    UnsupportedKey(u8),
    /// No known key signed.
    #[error("note carries no signature of a known key")]
    Unsigned,
    /// A line that claims a known key does not verify, so nothing in the note is believed.
    #[error("a signature that claims a known key is wrong")]
    WrongSignature,
}

/// One signature line, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    name: String,
    id: u32,
    body: Vec<u8>,
}

impl SignatureLine {
    /// The line for a log key's raw Ed25519 signature over the note text.
    ///
    /// # Errors
    /// [`NoteError::BadKey`] if `key` is a cosigner's.
    pub fn ed25519(key: &VerifierKey, signature: &[u8; 64]) -> Result<Self, NoteError> {
        Self::of(key, KeyKind::Ed25519, signature.to_vec())
    }

    /// The line for a witness' raw signature over [`cosignature::message`] at `time`, Unix seconds.
    ///
    /// # Errors
    /// [`NoteError::BadKey`] if `key` is not a cosigner's or the time exceeds 2^63 - 1.
    pub fn cosignature(key: &VerifierKey, time: u64, signature: &[u8; 64]) -> Result<Self, NoteError> {
        Self::of(key, KeyKind::Cosignature, cosignature::join(time, signature).ok_or(NoteError::BadKey)?)
    }

    fn of(key: &VerifierKey, kind: KeyKind, body: Vec<u8>) -> Result<Self, NoteError> {
        let line = Self { name: key.name().to_owned(), id: key.id(), body };
        if key.kind() == kind { Ok(line) } else { Err(NoteError::BadKey) }
    }

    /// Name the line claims.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Key id the line claims.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Bytes after the key id; their meaning follows from the key's kind.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Whether the line claims to be by `key`; name and id count together only.
    pub fn claims(&self, key: &VerifierKey) -> bool {
        self.id == key.id() && self.name == key.name()
    }
}

impl FromStr for SignatureLine {
    type Err = NoteError;

    /// Reads one line without its newline.
    fn from_str(line: &str) -> Result<Self, NoteError> {
        let rest = line.strip_prefix("— ").ok_or(NoteError::Malformed)?;
        let (name, signature) = rest.split_once(' ').ok_or(NoteError::Malformed)?;
        let mut body = from_base64(signature).ok_or(NoteError::Malformed)?;
        if !is_key_name(name) || body.len() < 5 {
            return Err(NoteError::Malformed);
        }
        let id = body.drain(..4).fold(0, |id, byte| id << 8 | u32::from(byte));
        Ok(Self { name: name.to_owned(), id, body })
    }
}

impl fmt::Display for SignatureLine {
    /// The line with its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signature = [&self.id.to_be_bytes(), &self.body[..]].concat();
        writeln!(f, "— {} {}", self.name, base64(&signature))
    }
}

/// A text with signature lines. Once it has a line, parsing and writing are exact inverses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<SignatureLine>,
}

impl Note {
    /// A note over `text`, which must end in a newline and hold no other control characters, of at most
    /// [`MAX_NOTE_BYTES`].
    ///
    /// # Errors
    /// [`NoteError`] if the text, or the number of lines, is not acceptable.
    pub fn new(text: String, signatures: Vec<SignatureLine>) -> Result<Self, NoteError> {
        Self::within(MAX_NOTE_BYTES, text, signatures)
    }

    /// As [`Note::new`], for a text of at most `bytes`.
    ///
    /// # Errors
    /// As [`Note::new`].
    pub fn within(bytes: usize, text: String, signatures: Vec<SignatureLine>) -> Result<Self, NoteError> {
        if text.len() > bytes || signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::TooLarge);
        }
        if !text.ends_with('\n') || text.bytes().any(|byte| byte < b' ' && byte != b'\n') {
            return Err(NoteError::Malformed);
        }
        Ok(Self { text, signatures })
    }

    /// What is signed, final newline included.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All lines, known and unknown.
    pub fn signatures(&self) -> &[SignatureLine] {
        &self.signatures
    }

    /// Adds a line unless the same is there.
    ///
    /// # Errors
    /// [`NoteError::TooLarge`] past [`MAX_SIGNATURES`].
    pub fn add(&mut self, line: SignatureLine) -> Result<(), NoteError> {
        if !self.signatures.contains(&line) {
            if self.signatures.len() == MAX_SIGNATURES {
                return Err(NoteError::TooLarge);
            }
            self.signatures.push(line);
        }
        Ok(())
    }

    /// Checks every line that claims `key`; lines of other keys are ignored. Says the earliest cosignature time.
    ///
    /// # Errors
    /// [`NoteError::Unsigned`] if there is no such line, [`NoteError::WrongSignature`] if any is wrong.
    pub fn verify(&self, key: &VerifierKey) -> Result<Option<u64>, NoteError> {
        let mut earliest = None;
        for line in self.signatures.iter().filter(|line| line.claims(key)) {
            let time = key.verify_line(self.text.as_bytes(), &line.body).ok_or(NoteError::WrongSignature)?;
            earliest = Some(earliest.map_or(time, |seen: Option<u64>| seen.min(time)));
        }
        earliest.ok_or(NoteError::Unsigned)
    }
}

impl Note {
    /// Reads a note of at most `bytes`.
    ///
    /// # Errors
    /// [`NoteError`] if it is longer, or not of the form.
    pub fn parse_within(bytes: usize, note: &str) -> Result<Self, NoteError> {
        if note.len() > bytes {
            return Err(NoteError::TooLarge);
        }
        // The text may hold blank lines itself; only the last one separates.
        let end = note.rfind("\n\n").ok_or(NoteError::Malformed)? + 1;
        let lines = note[end + 1..].strip_suffix('\n').ok_or(NoteError::Malformed)?;
        if lines.split('\n').nth(MAX_SIGNATURES).is_some() {
            return Err(NoteError::TooLarge);
        }
        let signatures = lines.split('\n').map(str::parse).collect::<Result<_, _>>()?;
        Self::within(bytes, note[..end].to_owned(), signatures)
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        Self::parse_within(MAX_NOTE_BYTES, note)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| write!(f, "{line}"))
    }
}
