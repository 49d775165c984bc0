//! Notes, keys, checkpoints and cosignatures against the published Go example and own signers.

use ed25519_dalek::{Signer, SigningKey};

use crate::*;

/// A deterministic signer for tests of this crate.
pub(crate) struct TestSigner(SigningKey, pub(crate) VerifierKey);

impl TestSigner {
    pub(crate) fn new(name: &str, kind: KeyKind, seed: u8) -> Self {
        let secret = SigningKey::from_bytes(&[seed; 32]);
        let key = VerifierKey::new(name, kind, secret.verifying_key().as_bytes()).unwrap();
        Self(secret, key)
    }

    pub(crate) fn line(&self, text: &str, time: u64) -> SignatureLine {
        let sign = |message: &[u8]| self.0.sign(message).to_bytes();
        match self.1.kind() {
            KeyKind::Ed25519 => SignatureLine::ed25519(&self.1, &sign(text.as_bytes())).unwrap(),
            KeyKind::Cosignature => {
                let signature = sign(&cosignature::message(time, text.as_bytes()));
                SignatureLine::cosignature(&self.1, time, &signature).unwrap()
            }
        }
    }
}

const GO_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n— PeterNeumann \
    x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const TEXT: &str = "log.example/a\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

fn log() -> TestSigner {
    TestSigner::new("log.example/a", KeyKind::Ed25519, 1)
}

fn witness() -> TestSigner {
    TestSigner::new("witness.example/w", KeyKind::Cosignature, 2)
}

fn signed(signers: &[&TestSigner]) -> Note {
    let lines = signers.iter().map(|signer| signer.line(TEXT, 1_700_000_000)).collect();
    Note::new(TEXT.to_owned(), lines).unwrap()
}

#[test]
fn the_published_go_note_verifies_and_is_written_back_unchanged() {
    let (key, note): (VerifierKey, Note) = (GO_KEY.parse().unwrap(), GO_NOTE.parse().unwrap());
    assert_eq!(note.verify(&key), Ok(None));
    assert_eq!((key.to_string(), note.to_string()), (GO_KEY.to_owned(), GO_NOTE.to_owned()));
    let line = &note.signatures()[0];
    assert!(key.verify(note.text().as_bytes(), line.body()));
    let altered: Note = GO_NOTE.replace("answer", "Answer").parse().unwrap();
    assert_eq!(altered.verify(&key), Err(NoteError::WrongSignature));
}

#[test]
fn unknown_signatures_are_ignored_and_a_wrong_known_one_spoils_the_note() {
    let (log, witness) = (log(), witness());
    let mut note = signed(&[&witness, &log]);
    assert_eq!(note.verify(&log.1), Ok(None));
    assert_eq!(note.verify(&witness.1), Ok(Some(1_700_000_000)));
    let namesake = TestSigner::new("log.example/a", KeyKind::Ed25519, 3);
    assert_eq!(note.verify(&namesake.1), Err(NoteError::Unsigned));
    note.add(log.line("another text\n", 0)).unwrap();
    assert_eq!(note.verify(&log.1), Err(NoteError::WrongSignature));
    assert_eq!(note.verify(&witness.1), Ok(Some(1_700_000_000)));
}

#[test]
fn a_cosignature_covers_its_time_and_is_no_log_signature() {
    let witness = witness();
    let line = witness.line(TEXT, 1_700_000_000);
    let mut moved = line.to_string();
    let place = moved.rfind(' ').unwrap() + 1 + 12;
    moved.replace_range(place..=place, if &moved[place..=place] == "A" { "B" } else { "A" });
    let moved: SignatureLine = moved.trim_end().parse().unwrap();
    assert_ne!(moved.body()[..8], line.body()[..8]);
    let note = Note::new(TEXT.to_owned(), vec![moved]).unwrap();
    assert_eq!(note.verify(&witness.1), Err(NoteError::WrongSignature));
    assert_eq!(SignatureLine::ed25519(&witness.1, &[0; 64]), Err(NoteError::BadKey));
    assert_eq!(SignatureLine::cosignature(&log().1, 0, &[0; 64]), Err(NoteError::BadKey));
    assert_eq!(SignatureLine::cosignature(&witness.1, 1 << 63, &[0; 64]), Err(NoteError::BadKey));
    assert!(!witness.1.verify(TEXT.as_bytes(), &line.body()[8..]));
}

#[test]
fn malformed_notes_are_refused() {
    let good = signed(&[&log()]).to_string();
    assert!(good.parse::<Note>().is_ok());
    let bad = [
        good.trim_end().to_owned(),
        good.replace("— ", "- "),
        good.replace("\n\n", "\n"),
        good.replace("— log.example/a ", "—  "),
        good.replace("— log.example/a ", "— log+example/a "),
        good.replace("— log.example/a ", "— log\u{2003}example/a "),
        good.replace('7', "\t7"),
        good.replace("=\n\n", "=\r\n\n"),
        format!("{good}\n"),
        format!("{good}— log.example/a AAAAAA==\n"),
        String::new(),
    ];
    for note in bad {
        assert_eq!(note.parse::<Note>(), Err(NoteError::Malformed), "{note:?}");
    }
    let line = log().line(TEXT, 0).to_string();
    let full = format!("{TEXT}\n{}", line.repeat(note::MAX_SIGNATURES));
    assert!(full.parse::<Note>().is_ok());
    assert_eq!(format!("{full}{line}").parse::<Note>(), Err(NoteError::TooLarge));
    assert_eq!("\n".repeat(note::MAX_NOTE_BYTES + 1).parse::<Note>(), Err(NoteError::TooLarge));
}

#[test]
fn malformed_keys_are_refused() {
    let key = log().1;
    assert_eq!(key.to_string().parse(), Ok(key.clone()));
    for bad in [
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("c74f20a3", "C74F20A3"),
        GO_KEY.replace("PeterNeumann", "Peter Neumann"),
        GO_KEY.replace("PeterNeumann", ""),
        GO_KEY.replace("10TW", "10"),
        "PeterNeumann".to_owned(),
    ] {
        assert_eq!(bad.parse::<VerifierKey>(), Err(NoteError::BadKey), "{bad}");
    }
    assert_eq!(GO_KEY.replace("+ARpc", "+Bhpc").parse::<VerifierKey>(), Err(NoteError::UnsupportedKey(6)));
    let mut identity = [0; 32];
    identity[0] = 1;
    assert_eq!(VerifierKey::new("weak", KeyKind::Ed25519, &identity), Err(NoteError::BadKey));
}

#[test]
fn checkpoints_have_one_spelling_and_open_only_under_their_own_log() {
    let (log, other) = (log(), TestSigner::new("log.example/b", KeyKind::Ed25519, 4));
    let checkpoint: Checkpoint = TEXT.parse().unwrap();
    assert_eq!((checkpoint.size, checkpoint.to_string()), (7, TEXT.to_owned()));
    let note = signed(&[&log, &other]);
    assert_eq!(Checkpoint::open(&note, &log.1), Ok(checkpoint.clone()));
    assert_eq!(Checkpoint::open(&note, &other.1), Err(CheckpointError::OtherOrigin));
    assert_eq!(format!("{TEXT}extension\n").parse(), Ok(checkpoint));
    for bad in [
        TEXT.replace('7', "07"),
        TEXT.replace('7', "+7"),
        TEXT.replace('7', "18446744073709551616"),
        TEXT.replace("q2I=", "q2J="),
        TEXT.replace("q2I=", ""),
        TEXT.replace("log.example/a", ""),
        TEXT.trim_end().to_owned(),
        format!("{TEXT}\nextension\n"),
        "log.example/a\n7\n".to_owned(),
    ] {
        assert_eq!(bad.parse::<Checkpoint>(), Err(CheckpointError::Malformed), "{bad:?}");
    }
}
