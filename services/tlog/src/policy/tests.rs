//! Policies of nested groups, and proof files judged under them.

use crate::note::tests::TestSigner;
use crate::*;

struct Parties {
    log: TestSigner,
    witnesses: Vec<TestSigner>,
}

fn parties() -> Parties {
    let log = TestSigner::new("log.example/a", KeyKind::Ed25519, 1);
    let witness = |n| TestSigner::new(&format!("witness.example/{n}"), KeyKind::Cosignature, n);
    Parties { log, witnesses: (10..15).map(witness).collect() }
}

impl Parties {
    /// Two of the first three witnesses, and one of the last two.
    fn policy(&self) -> String {
        let mut file = format!("# Nested groups\n\n \tlog {} https://log.example/\n", self.log.1);
        for (n, witness) in self.witnesses.iter().enumerate() {
            file += &format!("witness w{n}\t{}\n", witness.1);
        }
        file + "group north 2 w0 w1 w2\ngroup south any w3 w4\ngroup both all north south\nquorum both\n"
    }

    fn note(&self, text: &str, witnesses: &[usize]) -> Note {
        let mut note = Note::new(text.to_owned(), vec![self.log.line(text, 0)]).unwrap();
        for &n in witnesses {
            note.add(self.witnesses[n].line(text, 1_000 + n as u64)).unwrap();
        }
        note
    }
}

fn head(nodes: &MemoryNodes) -> Checkpoint {
    Checkpoint { origin: "log.example/a".into(), size: nodes.size(), root: nodes.root() }
}

#[test]
fn a_quorum_of_nested_groups_counts_each_witness_once() {
    let parties = parties();
    let policy: Policy = parties.policy().parse().unwrap();
    let checkpoint = head(&MemoryNodes::new());
    let judge = |witnesses: &[usize]| policy.accept(&parties.note(&checkpoint.to_string(), witnesses));
    let accepted = judge(&[4, 2, 0]).unwrap();
    let cosigned = [("w0".to_owned(), 1_000), ("w2".to_owned(), 1_002), ("w4".to_owned(), 1_004)];
    assert_eq!(accepted, Accepted { checkpoint: checkpoint.clone(), cosigned: cosigned.into() });
    for too_few in [&[][..], &[0, 1, 2], &[0, 3, 4], &[0, 0, 3]] {
        assert_eq!(judge(too_few), Err(PolicyError::NoQuorum));
    }
    let mut forged = parties.note(&checkpoint.to_string(), &[0, 1, 3]);
    forged.add(parties.witnesses[4].line("other\n", 5)).unwrap();
    assert_eq!(policy.accept(&forged), Err(CheckpointError::Note(NoteError::WrongSignature).into()));
    let other = checkpoint.to_string().replace("/a", "/b");
    assert_eq!(policy.accept(&parties.note(&other, &[0, 1, 3])), Err(PolicyError::UnknownLog));
    assert_eq!(policy.witnesses().count() + policy.logs().len(), 6);
}

#[test]
fn broken_policy_lines_are_named() {
    let parties = parties();
    let (log, witness, policy) = (&parties.log.1, &parties.witnesses[0].1, parties.policy());
    for (bad, rule) in [
        (format!("log {log}"), "repeats a log key"),
        (format!("log {witness}"), "has a key of another kind"),
        (format!("witness again {witness}"), "repeats a witness key"),
        ("witness x log.example+00000000+AAAA".into(), "has a bad or unsupported key"),
        ("group more any w0".into(), "names a member that has a group already"),
        ("group more any w9".into(), "names an undefined member"),
        ("group more any none".into(), "names an undefined member"),
        ("group both any both".into(), "defines a name that is taken"),
        ("group none any both".into(), "defines a name that is taken"),
        ("group more 2 both".into(), "has a bad threshold"),
        ("group more 0 both".into(), "has a bad threshold"),
        ("group more 01 both".into(), "has a bad threshold"),
        ("group more any".into(), "is not a log, witness, group or quorum"),
        ("quorum more".into(), "names an undefined quorum"),
        ("quorum both".into(), "is a second quorum"),
        ("quorum both\r".into(), "holds a control character"),
    ] {
        let expected = PolicyError::Line { line: policy.lines().count() + 1, rule };
        assert_eq!(format!("{policy}{bad}\n").parse::<Policy>(), Err(expected), "{bad}");
    }
    assert_eq!("".parse::<Policy>(), Err(PolicyError::MissingQuorum));
    assert!("quorum none".parse::<Policy>().is_ok());
}

#[test]
fn a_proof_file_survives_writing_and_proves_only_its_own_leaf() {
    let parties = parties();
    let policy: Policy = parties.policy().parse().unwrap();
    let nodes: MemoryNodes = (0..21u8).map(|n| leaf_hash(&[n])).collect();
    let checkpoint = parties.note(&head(&nodes).to_string(), &[1, 2, 3]);
    let hashes = inclusion_proof(&nodes, 5, 21).unwrap();
    let proof = TlogProof { extra: Some(b"opening".to_vec()), index: 5, hashes, checkpoint };
    let file = proof.to_string();
    assert!(file.starts_with("c2sp.org/tlog-proof@v1\nextra b3BlbmluZw==\nindex 5\n"));
    assert_eq!(file.parse(), Ok(proof.clone()));
    let bare = TlogProof { extra: None, ..proof.clone() };
    assert_eq!(bare.to_string().parse(), Ok(bare));
    assert_eq!(proof.verify(leaf_hash(&[5]), &policy).unwrap().checkpoint, head(&nodes));
    assert_eq!(proof.verify(leaf_hash(&[6]), &policy), Err(TreeError::WrongRoot.into()));
    let unwitnessed = TlogProof { checkpoint: parties.note(proof.checkpoint.text(), &[]), ..proof };
    assert_eq!(unwitnessed.verify(leaf_hash(&[5]), &policy), Err(PolicyError::NoQuorum.into()));
    for bad in [
        file.replace("@v1", "@v2"),
        file.replace("extra b", "extra  b"),
        file.replace("index 5", "index 05"),
        file.replace("index 5\n", ""),
        file.replacen("\n\n", "\nAAAA\n\n", 1),
        file.replace("\n\n", "\n"),
    ] {
        assert!(bad.parse::<TlogProof>().is_err(), "{bad}");
    }
}
