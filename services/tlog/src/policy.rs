//! Trust policies (C2SP tlog-policy): which logs count, and whose cosignatures are enough; holds no opinion of its own.

use std::collections::BTreeMap;
use std::str::FromStr;

use thiserror::Error;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::encoding::decimal;
use crate::key::{KeyKind, VerifierKey};
use crate::note::{Note, NoteError};

#[cfg(test)]
mod tests;

/// Most logs, and most witnesses and groups together, in one policy.
pub const MAX_MEMBERS: usize = 256;

/// Why a policy could not be read or does not accept a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// A line breaks a rule of the format.
    #[error("policy line {line}: {rule}")]
    Line {
        /// Line number, from 1.
        line: usize,
        /// The rule that is broken.
        rule: &'static str,
    },
    /// Every policy says what quorum it asks for, if only `none`.
    #[error("policy has no quorum line")]
    MissingQuorum,
    /// Checkpoint or note are malformed, or a known key's signature is wrong.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// No listed log signed the checkpoint under its own name.
    #[error("no log of the policy signed the checkpoint")]
    UnknownLog,
    /// Too few of the witnesses cosigned.
    #[error("the quorum of witnesses is not reached")]
    NoQuorum,
}

/// A checkpoint the policy accepts, and the witnesses that vouch for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The verified checkpoint.
    pub checkpoint: Checkpoint,
    /// Witness names as in the policy, with the time of the cosignature in Unix seconds of the witness' clock.
    pub cosigned: Vec<(String, u64)>,
}

/// A parsed policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<VerifierKey>,
    members: Vec<Member>,
    /// Position among `members`; none means that no cosignature is needed.
    quorum: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Member {
    name: String,
    rule: Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Rule {
    Witness(Box<VerifierKey>),
    /// At least `threshold` of the earlier members at these positions.
    Group {
        threshold: usize,
        of: Vec<usize>,
    },
}

impl Policy {
    /// Keys of the logs whose checkpoints count.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// Names and keys of all witnesses.
    pub fn witnesses(&self) -> impl Iterator<Item = (&str, &VerifierKey)> {
        self.members.iter().filter_map(|member| match &member.rule {
            Rule::Witness(key) => Some((member.name.as_str(), &**key)),
            Rule::Group { .. } => None,
        })
    }

    /// Checks that a listed log signed `note` under its own name and that the quorum cosigned it.
    ///
    /// # Errors
    /// [`PolicyError::UnknownLog`], [`PolicyError::NoQuorum`], or what is wrong with the note.
    pub fn accept(&self, note: &Note) -> Result<Accepted, PolicyError> {
        let checkpoint: Checkpoint = note.text().parse()?;
        let mut signed = false;
        for log in self.logs.iter().filter(|log| log.name() == checkpoint.origin) {
            signed |= verified(note, log)?.is_some();
        }
        if !signed {
            return Err(PolicyError::UnknownLog);
        }
        let mut cosigned = Vec::new();
        // Groups refer to earlier members only, so one pass settles all of them.
        let mut met: Vec<bool> = Vec::with_capacity(self.members.len());
        for member in &self.members {
            let holds = match &member.rule {
                Rule::Witness(key) => {
                    let time = verified(note, key)?.flatten();
                    cosigned.extend(time.map(|time| (member.name.clone(), time)));
                    time.is_some()
                }
                Rule::Group { threshold, of } => of.iter().filter(|&&at| met[at]).count() >= *threshold,
            };
            met.push(holds);
        }
        if self.quorum.is_none_or(|at| met[at]) {
            Ok(Accepted { checkpoint, cosigned })
        } else {
            Err(PolicyError::NoQuorum)
        }
    }
}

/// Verification in which a missing signature is no error.
fn verified(note: &Note, key: &VerifierKey) -> Result<Option<Option<u64>>, CheckpointError> {
    match note.verify(key) {
        Ok(time) => Ok(Some(time)),
        Err(NoteError::Unsigned) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A policy as far as it is read.
#[derive(Default)]
struct Draft {
    logs: Vec<VerifierKey>,
    members: Vec<Member>,
    /// Position of each member, and whether a group has it already.
    names: BTreeMap<String, (usize, bool)>,
    quorum: Option<Option<usize>>,
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(file: &str) -> Result<Self, PolicyError> {
        let mut draft = Draft::default();
        for (number, line) in file.split('\n').enumerate() {
            draft.line(line).map_err(|rule| PolicyError::Line { line: number + 1, rule })?;
        }
        let Draft { logs, members, quorum, .. } = draft;
        let quorum = quorum.ok_or(PolicyError::MissingQuorum)?;
        Ok(Self { logs, members, quorum })
    }
}

impl Draft {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        if line.bytes().any(|byte| byte < b' ' && byte != b'\t' || byte == 0x7f) {
            return Err("holds a control character");
        }
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match words[..] {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", key] | ["log", key, _] => self.log(key),
            ["witness", name, key] | ["witness", name, key, _] => self.witness(name, key),
            ["group", name, threshold, ref of @ ..] if !of.is_empty() => self.group(name, threshold, of),
            ["quorum", name] => self.quorum(name),
            _ => Err("is not a log, witness, group or quorum"),
        }
    }

    fn log(&mut self, key: &str) -> Result<(), &'static str> {
        let key = parse_key(key, KeyKind::Ed25519)?;
        if self.logs.iter().any(|log| log.public() == key.public()) {
            return Err("repeats a log key");
        }
        if self.logs.len() == MAX_MEMBERS {
            return Err("is one log too many");
        }
        self.logs.push(key);
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str) -> Result<(), &'static str> {
        let key = parse_key(key, KeyKind::Cosignature)?;
        let same = |member: &Member| matches!(&member.rule, Rule::Witness(k) if k.public() == key.public());
        if self.members.iter().any(same) {
            return Err("repeats a witness key");
        }
        self.define(name, Rule::Witness(Box::new(key)))
    }

    fn group(&mut self, name: &str, threshold: &str, names: &[&str]) -> Result<(), &'static str> {
        let threshold = match threshold {
            "any" => 1,
            "all" => names.len(),
            count => decimal(count).and_then(|count| count.try_into().ok()).ok_or("has a bad threshold")?,
        };
        if threshold == 0 || threshold > names.len() {
            return Err("has a bad threshold");
        }
        let mut of = Vec::with_capacity(names.len());
        for member in names {
            let (at, taken) = self.names.get_mut(*member).ok_or("names an undefined member")?;
            // A member of two groups could count twice towards the quorum.
            if std::mem::replace(taken, true) {
                return Err("names a member that has a group already");
            }
            of.push(*at);
        }
        self.define(name, Rule::Group { threshold, of })
    }

    fn quorum(&mut self, name: &str) -> Result<(), &'static str> {
        let at = match (name, self.names.get(name)) {
            ("none", _) => None,
            (_, Some((at, _))) => Some(*at),
            (_, None) => return Err("names an undefined quorum"),
        };
        if self.quorum.replace(at).is_some() { Err("is a second quorum") } else { Ok(()) }
    }

    fn define(&mut self, name: &str, rule: Rule) -> Result<(), &'static str> {
        let at = self.members.len();
        if name == "none" || self.names.insert(name.to_owned(), (at, false)).is_some() {
            return Err("defines a name that is taken");
        }
        if at == MAX_MEMBERS {
            return Err("is one witness or group too many");
        }
        self.members.push(Member { name: name.to_owned(), rule });
        Ok(())
    }
}

fn parse_key(vkey: &str, kind: KeyKind) -> Result<VerifierKey, &'static str> {
    let key: VerifierKey = vkey.parse().map_err(|_| "has a bad or unsupported key")?;
    if key.kind() == kind { Ok(key) } else { Err("has a key of another kind") }
}
