//! Revocation lists as agencies and accidents make them, each with what becomes of it.

use jiff::Timestamp;

use super::identities::{AGENCY_A, AGENCY_B, WEEK, authority, noon};
use super::wire::der::{element, sequence_body};
use crate::{Authority, ListFault, ListNumber, Revocation, RevocationLists};

fn roots_of(authority: &Authority) -> Vec<Vec<u8>> {
    super::identities::roots(authority).roots
}

fn list(authority: &Authority, number: u64, next: Timestamp) -> String {
    authority.revocation_list(number, &[], noon() - WEEK * 3, next).unwrap()
}

/// The DER in a PEM text.
fn der_of(pem: &str) -> Vec<u8> {
    use rustls::pki_types::CertificateRevocationListDer;
    use rustls::pki_types::pem::PemObject;
    CertificateRevocationListDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
}

#[test]
fn what_is_no_list_of_the_agency_is_not_believed() {
    let (own, other) = (authority(AGENCY_A), authority(AGENCY_B));
    let good = list(&own, 7, noon() + WEEK);
    let half = good.len() / 2;
    let rows: Vec<(&str, Vec<u8>, ListFault)> = vec![
        ("an empty file", Vec::new(), ListFault::NoList),
        ("a text", b"revoked: none\n".to_vec(), ListFault::NoList),
        ("PEM of another type", own.certificate_pem().as_bytes().to_vec(), ListFault::NoList),
        ("a list that is cut", good.as_bytes()[..half].to_vec(), ListFault::Unreadable),
        (
            "a list with a cut one behind it",
            format!("{good}{}", &good[..half]).into_bytes(),
            ListFault::Unreadable,
        ),
        ("DER that is cut", der_of(&good)[..200].to_vec(), ListFault::Unreadable),
        ("bytes after the DER", [der_of(&good), vec![0]].concat(), ListFault::Unreadable),
        ("another agency's list", list(&other, 7, noon() + WEEK).into_bytes(), ListFault::ForeignSigner),
        (
            "a list of another authority of that name",
            list(&authority(AGENCY_A), 7, noon() + WEEK).into_bytes(),
            ListFault::ForeignSigner,
        ),
        ("a signature that is broken", broken(der_of(&good)), ListFault::ForeignSigner),
    ];
    for (name, bytes, fault) in rows {
        assert_eq!(RevocationLists::read(&bytes, &roots_of(&own)).unwrap_err(), fault, "{name}");
    }
}

fn broken(mut der: Vec<u8>) -> Vec<u8> {
    let last = der.len() - 1;
    der[last] ^= 1;
    der
}

#[test]
fn lists_that_say_too_little_or_cover_only_a_part_are_not_believed() {
    let own = authority(AGENCY_A);
    let good = der_of(&list(&own, 7, noon() + WEEK));
    // Extensions are looked at before the signature, so a list need not be signed anew to be refused for them.
    let with = |oid: &[u8], critical: bool, value: &[u8]| with_extension(&good, oid, critical, value);
    let idp = [0x30, 0x03, 0x84, 0x01, 0xff];
    let rows: Vec<(&str, Vec<u8>, ListFault)> = vec![
        ("an indirect list", with(&[0x55, 0x1d, 0x1c], true, &idp), ListFault::Partial),
        ("a delta list", with(&[0x55, 0x1d, 0x1b], true, &[2, 1, 1]), ListFault::Partial),
        ("an unknown critical extension", with(&[0x2a, 3, 4], true, &[5, 0]), ListFault::Partial),
        ("no number", without_extensions(&good), ListFault::NoNumber),
        ("no next update", without_next_update(&good), ListFault::NoNextUpdate),
    ];
    for (name, bytes, fault) in rows {
        assert_eq!(RevocationLists::read(&bytes, &roots_of(&own)).unwrap_err(), fault, "{name}");
    }
}

#[test]
fn the_newest_of_several_lists_counts_and_none_older_than_one_before() {
    let own = authority(AGENCY_A);
    let (old, new) = (list(&own, 3, noon() + WEEK), list(&own, 5, noon() + WEEK * 2));
    for text in [format!("{old}{new}"), format!("{new}{old}")] {
        let lists = RevocationLists::read(text.as_bytes(), &roots_of(&own)).unwrap();
        assert_eq!(lists.next_update(), Some(noon() + WEEK * 2));
        let number = |n| ListNumber::from_hex(n).unwrap();
        lists.check_newer_than(|_| Some(number("05"))).unwrap();
        let fault = lists.check_newer_than(|_| Some(number("0100"))).unwrap_err();
        assert_eq!(fault, ListFault::Older { found: number("05"), held: number("0100") });
    }
}

#[test]
fn a_list_in_der_counts_and_is_overdue_when_the_next_one_was_due() {
    let own = authority(AGENCY_A);
    let lists = RevocationLists::read(&der_of(&list(&own, 0, noon())), &roots_of(&own)).unwrap();
    let revocation = Revocation::Lists(lists);
    let second = jiff::SignedDuration::from_secs(1);
    assert_eq!(revocation.current(noon() - second), Ok(()));
    assert_eq!(revocation.current(noon()), Err(ListFault::Overdue(noon())));
}

#[test]
fn numbers_come_back_from_their_text_in_their_order() {
    for (text, other) in [("00", "01"), ("ff", "0100"), ("01", "02")] {
        let (number, higher) = (ListNumber::from_hex(text).unwrap(), ListNumber::from_hex(other).unwrap());
        assert!(number < higher, "{text} {other}");
    }
    let read = ListNumber::from_hex("7f00").unwrap();
    assert_eq!(ListNumber::from_hex(&read.to_string()), Some(read));
    assert_eq!(ListNumber::from_hex(&"11".repeat(21)), None);
}

/// The list with one more extension.
fn with_extension(der: &[u8], oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let mut extension = element(0x06, oid);
    if critical {
        extension.extend(element(0x01, &[0xff]));
    }
    extension.extend(element(0x04, value));
    edit(der, |parts| {
        let (_, wrapped) = parts.last_mut().unwrap();
        let mut extensions = sequence_body(wrapped);
        extensions.extend(element(0x30, &extension));
        *wrapped = element(0x30, &extensions);
    })
}

fn without_extensions(der: &[u8]) -> Vec<u8> {
    edit(der, |parts| drop(parts.pop()))
}

fn without_next_update(der: &[u8]) -> Vec<u8> {
    // version, signature, issuer, thisUpdate, nextUpdate
    edit(der, |parts| drop(parts.remove(4)))
}

/// Takes the signed part of a list apart, changes its parts and puts it together again.
fn edit(der: &[u8], change: impl FnOnce(&mut Vec<(u8, Vec<u8>)>)) -> Vec<u8> {
    super::wire::der::edit(der, &[0], change)
}
