//! Names of fields in what clients call: none is a word that a client's language keeps for itself, because its generated code
//! then has another name, or none that can be written. It must not read more of a protobuf file than its fields.

use std::fmt;
use std::fs;

use anyhow::{Context as _, Result, bail};
use cargo_metadata::camino::Utf8Path;

#[cfg(test)]
mod tests;

/// Packages that clients are generated from. What lies in ledgers and goes between nodes is read by nodes alone.
const PACKAGES: [&str; 3] = ["admin", "casework", "types"];

/// Reserved words by language. `event` is left out of those of C#: it is the word of the matter, and C# writes a field with
/// a capital letter, as Go does.
const RESERVED: [(&str, &str); 6] = [
    (
        "Python",
        "and as assert async await break class continue def del elif else except finally for from global if import in is \
         lambda nonlocal not or pass raise return try while with yield",
    ),
    (
        "Java",
        "abstract assert boolean break byte case catch char class const continue default do double else enum extends false \
         final finally float for goto if implements import instanceof int interface long native new null package private \
         protected public return short static strictfp super switch synchronized this throw throws transient true try void \
         volatile while",
    ),
    (
        "C#",
        "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double \
         else enum explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock \
         long namespace new null object operator out override params private protected public readonly ref return sbyte \
         sealed short sizeof stackalloc static string struct switch this throw true try typeof uint ulong unchecked unsafe \
         ushort using virtual void volatile while",
    ),
    (
        "Go",
        "break case chan const continue default defer else fallthrough for func go goto if import interface map package \
         range return select struct switch type var",
    ),
    (
        "TypeScript",
        "await break case catch class const continue debugger default delete do else enum export extends false finally for \
         function if implements import in instanceof interface let new null package private protected public return static \
         super switch this throw true try typeof var void while with yield",
    ),
    (
        "Rust",
        "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if impl \
         in let loop macro match mod move mut override priv pub ref return self static struct super trait true try type \
         typeof unsafe unsized use virtual where while yield",
    ),
];

/// A field with a reserved name.
#[derive(Debug, PartialEq, Eq)]
struct Reserved {
    /// Line of the file, from 1.
    line: usize,
    /// Message and field.
    field: String,
    /// The first language that reserves it.
    language: &'static str,
}

impl fmt::Display for Reserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} is a reserved word of {}", self.line, self.field, self.language)
    }
}

/// Fails on a field whose name some client's language reserves.
pub(super) fn check(proto: &Utf8Path) -> Result<()> {
    let mut found = Vec::new();
    for package in PACKAGES {
        let directory = proto.join("rogatory").join(package).join("v1");
        for entry in directory.read_dir_utf8().with_context(|| directory.to_string())? {
            let path = entry?.into_path();
            let text = fs::read_to_string(&path).with_context(|| path.to_string())?;
            found.extend(reserved(&text).iter().map(|field| format!("{path}:{field}")));
        }
    }
    if found.is_empty() { Ok(()) } else { bail!("{}", found.join("\n")) }
}

/// The fields of one file that are named so.
fn reserved(text: &str) -> Vec<Reserved> {
    let (mut messages, mut found) = (Vec::new(), Vec::new());
    for (line, code) in (1..).zip(text.lines().map(str::trim)) {
        if code.starts_with("//") {
            continue;
        }
        if let Some((opened, _)) = code.split_once('{').filter(|_| !code.ends_with('}')) {
            messages.push(opened.trim().to_owned());
        } else if code == "}" {
            messages.pop();
        } else if let Some(name) = field_of(code) {
            let message = messages.iter().rev().find_map(|opened| opened.strip_prefix("message "));
            let field = format!("{}.{name}", message.unwrap_or_default());
            if let Some(language) = language_of(name) {
                found.push(Reserved { line, field, language });
            }
        }
    }
    found
}

/// The name in a line that declares a field: a type, the name, and a number.
fn field_of(code: &str) -> Option<&str> {
    let (declared, number) = code.strip_suffix(';')?.split_once(" = ")?;
    let is_numbered = number.split(' ').next()?.bytes().all(|b| b.is_ascii_digit());
    let (_, name) = declared.rsplit_once(' ').filter(|_| is_numbered)?;
    Some(name)
}

fn language_of(name: &str) -> Option<&'static str> {
    let reserves = |words: &str| words.split_whitespace().any(|word| word == name);
    RESERVED.iter().find(|(_, words)| reserves(words)).map(|(language, _)| *language)
}
