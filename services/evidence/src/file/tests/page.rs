//! The worked example of `docs/reference/evidence-format.md`: what the page prints is what the code makes.
//! `ROGATORY_BLESS=1 cargo test -p rogatory-evidence` writes it anew.

use std::fmt::Write as _;
use std::path::Path;

use super::sample::{CONTENT_KEY, Sample};

const FROM: &str = "<!-- example: begin -->\n";
const UNTIL: &str = "<!-- example: end -->\n";

#[test]
fn the_reference_page_shows_the_example_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/evidence-format.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(FROM).unwrap();
    let (stands, after) = rest.split_once(UNTIL).unwrap();
    let example = example();
    if std::env::var_os("ROGATORY_BLESS").is_some() {
        std::fs::write(&path, [before, FROM, &example, UNTIL, after].concat()).unwrap();
    } else {
        assert!(stands == example, "stale: ROGATORY_BLESS=1 cargo test -p rogatory-evidence");
    }
}

fn example() -> String {
    let sample = Sample::new();
    let report = sample.file.verify(None).unwrap();
    let sent = &sample.file.records[0];
    let mut page = String::new();
    let mut show = |name: &str, bytes: &[u8]| {
        let _ = writeln!(page, "{name} ({} bytes)", bytes.len());
        for line in bytes.chunks(32) {
            let _ = writeln!(page, "    {}", hex::encode(line));
        }
    };
    show("header", &sample.envelope.header);
    show("ciphertext", &sample.envelope.ciphertext);
    show("digest", &report.digest.0);
    show("content key", &CONTENT_KEY);
    show("key commitment", &report.header.key_commitment);
    show("shared part of SENT", &sent.opening.shared.0);
    show("its salt", &sent.opening.shared_salt.0);
    show("C(shared)", &sample.leaf.shared_commitment());
    let private = sent.private.as_ref().unwrap();
    show("private part of SENT", &private.private.0);
    show("its salt", &private.private_salt.0);
    show("C(private)", &sample.leaf.private_commitment());
    show("leaf", sample.leaf.as_bytes());
    show("leaf hash", sample.leaf.hash().as_bytes());
    format!(
        "```text\n{page}```\n\nProof of that record:\n\n```text\n{}```\n\nThe whole file:\n\n```json\n{}```\n",
        sent.proof,
        sample.file.to_json()
    )
}
