//! Files that prove, files that must not, and the worked example of the reference page.

mod page;
mod sample;

use proptest::prelude::*;

use self::sample::{Sample, key_of};
use super::*;
use crate::Kind;

fn kinds(file: &EvidenceFile) -> Vec<FindingKind> {
    file.verify(None).unwrap_err().into_iter().map(|found| found.kind).collect()
}

#[test]
fn a_sound_file_proves_sending_taking_and_handing_over() {
    let sample = Sample::new();
    let file = EvidenceFile::parse(sample.file.to_json().as_bytes()).unwrap();
    assert_eq!(file, sample.file);
    let report = file.verify(Some(&sample.roster_key)).unwrap();
    assert!(report.roster_key_given);
    assert_eq!(report.sent().unwrap().agency.as_str(), sample::SENDER);
    let receipt = report.receipt_of(&sample::RECIPIENT.parse().unwrap()).unwrap();
    assert_eq!((receipt.kind, receipt.name.as_str()), (Kind::Taken, "Openbaar Ministerie"));
    assert_eq!(report.records[2].consumer, "desk");
    assert_eq!(report.records[0].private.as_ref().unwrap().person, "a.durand");
    assert_eq!(report.content_key, Some(sample::CONTENT_KEY));
}

#[test]
fn without_a_trusted_key_the_files_own_is_shown_for_comparison() {
    let sample = Sample::new();
    let report = sample.file.verify(None).unwrap();
    assert!(!report.roster_key_given);
    assert_eq!(report.roster_key, sample.roster_key);
}

#[test]
fn another_roster_key_than_the_trusted_one_proves_nothing() {
    let other = key_of(9, &format!("{}/roster", sample::FEDERATION)).0;
    let found = Sample::new().file.verify(Some(&other)).unwrap_err();
    assert_eq!(found[0].kind, FindingKind::OtherRosterKey);
}

#[test]
fn a_record_that_the_file_holds_twice_counts_once_and_keeps_what_either_discloses() {
    let mut file = Sample::new().file;
    let once = file.verify(None).unwrap().records;
    let mut again = file.records[0].clone();
    again.private = None;
    file.records.insert(0, again);
    file.records.push(file.records[2].clone());
    assert_eq!(file.verify(None).unwrap().records, once);
}

#[test]
fn a_record_of_taking_does_not_prove_sending() {
    let mut file = Sample::new().file;
    file.records.remove(0);
    assert_eq!(kinds(&file), [FindingKind::NotSent]);
}

#[test]
fn a_hand_over_without_the_taking_it_answers_is_refused() {
    let mut file = Sample::new().file;
    file.records.remove(1);
    assert_eq!(kinds(&file), [FindingKind::Unanswered]);
}

#[test]
fn records_about_another_envelope_are_refused_though_they_are_proven() {
    let (mut file, other) = (Sample::new().file, Sample::about("another body").file);
    file.records[1] = other.records[1].clone();
    assert_eq!(kinds(&file), [FindingKind::NotAbout, FindingKind::Unanswered]);
    file.records = other.records;
    assert_eq!(kinds(&file)[0], FindingKind::NotSent);
}

#[test]
fn a_receipt_that_answers_another_record_is_refused() {
    let sample = Sample::answering([9; 32]);
    assert_eq!(kinds(&sample.file), [FindingKind::Unanswered]);
}

#[test]
fn every_fault_is_reported_with_its_place() {
    let mut file = Sample::new().file;
    file.summary.sender = "xx-nobody".into();
    file.records[0].role = "taken".into();
    file.content_key = Some(Encoded::from(&[8; 32][..]));
    let found = file.verify(None).unwrap_err();
    let found: Vec<_> = found.iter().map(|f| (f.part.as_str(), f.kind)).collect();
    let expected = [
        ("summary", FindingKind::Summary),
        ("records[0].role", FindingKind::Role),
        ("records", FindingKind::NotSent),
        ("content_key", FindingKind::ContentKey),
    ];
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever byte of the text is changed, the file is unreadable, unsound, or means exactly the same.
    #[test]
    fn no_byte_of_a_file_can_be_changed_unnoticed(at: prop::sample::Index, to in 0x20u8..0x7f) {
        let sample = Sample::new();
        let mut text = sample.file.to_json().into_bytes();
        let at = at.index(text.len());
        text[at] = to;
        if let Ok(file) = EvidenceFile::parse(&text) {
            let proven = file.verify(Some(&sample.roster_key)).is_ok();
            prop_assert!(!proven || file == sample.file, "changed at byte {at}");
        }
    }

    #[test]
    fn no_text_makes_the_reader_fail_otherwise_than_by_an_error(text: Vec<u8>) {
        let _ = EvidenceFile::parse(&text);
    }
}
