//! Golden bytes of records: header, shared and private parts as they are hashed, and what a ledger stores around them.
//!
//! Owns nothing but these tests. A line that changes is a format under which no earlier digest or proof comes out again;
//! the reference page of formats says when that may be.

use jiff::Timestamp;
use prost::Message as _;
use rogatory_tlog::Hash;

use crate::record::{LEDGER_READ, RosterInForce};
use crate::{Digest, Header, Instance, Kind, Origin, Private, Shared, pb};

fn at(unix_us: i64) -> Timestamp {
    Timestamp::from_microsecond(unix_us).unwrap()
}

fn header(number: u32) -> Header {
    Header {
        federation: "demo.rogatory.example".parse().unwrap(),
        message: "0192f0a0-0000-7000-8000-000000000002".parse().unwrap(),
        referral: "0192f0a0-0000-7000-8000-000000000001".parse().unwrap(),
        sender: "fr-jirs-marseille".parse().unwrap(),
        recipients: vec!["nl-om".parse().unwrap(), "nl-politie".parse().unwrap()],
        number,
        previous: (number > 1).then_some(Digest([3; 32])),
        urgent: number > 1,
        key_commitment: [4; 32],
        submitted: at(1_621_504_800_000_001),
        expires: at(1_621_764_000_000_001),
    }
}

fn shared(kind: Kind) -> Shared {
    let origin = Origin {
        federation: "demo.rogatory.example".parse().unwrap(),
        agency: "nl-om".parse().unwrap(),
        instance: Instance::new(uuid::Uuid::from_bytes([7; 16])),
    };
    Shared::new(&origin, kind, at(1_621_504_860_000_002))
}

fn shared_parts() -> Vec<Shared> {
    let header = header(2);
    let about = |kind| Shared {
        message: Some(header.message),
        referral: Some(header.referral),
        envelope: Some(Digest([5; 32])),
        recipients: header.recipients.clone(),
        number: header.number,
        ..shared(kind)
    };
    let roster = Some(RosterInForce { version: 3, digest: [6; 32] });
    vec![
        Shared { ledger_key: Some([1; 32]), ..shared(Kind::Genesis) },
        about(Kind::Sent),
        Shared { answers: Some(Hash([2; 32])), ..about(Kind::Taken) },
        Shared { answers: Some(Hash([2; 32])), reason: "RG0204".into(), ..about(Kind::Refused) },
        Shared { answers: Some(Hash([2; 32])), consumer: "desk".into(), ..about(Kind::HandedOver) },
        Shared { purpose: LEDGER_READ.into(), ..shared(Kind::Accessed) },
        Shared { note: "signing released".into(), roster, ..shared(Kind::Configured) },
    ]
}

fn private() -> Private {
    Private {
        person: "a.durand".into(),
        justification: "file 23/1".into(),
        client: "spiffe://fr-jirs-marseille.demo.rogatory.example/case-system/cases".into(),
        client_certificate: Some([8; 32]),
    }
}

#[test]
fn what_is_hashed_is_the_same_bytes_in_every_release() {
    let headers = [header(1), header(2)];
    let written: Vec<String> = headers
        .iter()
        .map(Header::encode)
        .chain(shared_parts().iter().map(Shared::encode))
        .chain([private().encode()])
        .map(|bytes| hex::encode(&bytes))
        .collect();
    let golden = include_str!("golden/hashed.txt");
    let kept: Vec<&str> = golden.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(written, kept, "\n{}", written.join("\n"));

    let mut bytes = kept.into_iter().map(|line| bytes::Bytes::from(hex::decode(line).unwrap()));
    for header in headers {
        assert_eq!(Header::parse(&bytes.next().unwrap()), Ok(header));
    }
    for shared in shared_parts() {
        assert_eq!(Shared::parse(&bytes.next().unwrap()), Ok(shared));
    }
    assert_eq!(Private::parse(&bytes.next().unwrap()), Some(private()));
}

/// What surrounds the hashed bytes in a ledger, every field given.
fn stored() -> (pb::StoredRecord, pb::Secret, pb::ProofBatch) {
    let opening = pb::Opening {
        index: 9,
        shared: vec![1; 3].into(),
        shared_salt: vec![2; 32].into(),
        private_commitment: vec![3; 32].into(),
    };
    let proofs = pb::ProofBatch {
        note: vec![4; 5].into(),
        proof: vec![vec![5; 32].into(), vec![6; 32].into()],
        openings: vec![opening],
        contradicts: vec![7; 5].into(),
    };
    let record = pb::StoredRecord {
        shared: vec![1; 3].into(),
        shared_salt: vec![2; 32].into(),
        vault_day: 20_600,
        wrapped_key: vec![8; 60].into(),
        sealed: vec![9; 7].into(),
        header: header(1).encode(),
        ciphertext: vec![10; 7].into(),
        proofs: proofs.encode_to_vec().into(),
        sender: "fr-jirs-marseille".into(),
    };
    let secret = pb::Secret {
        private: private().encode(),
        private_salt: vec![11; 32].into(),
        facts: vec![12; 3].into(),
        content_key: vec![13; 32].into(),
        submitted_digest: vec![14; 32].into(),
        submitted_generation: 2,
    };
    (record, secret, proofs)
}

#[test]
fn what_is_stored_around_it_is_the_same_bytes_in_every_release() {
    let (record, secret, proofs) = stored();
    let written = [record.encode_to_vec(), secret.encode_to_vec(), proofs.encode_to_vec()].map(hex::encode);
    let golden = include_str!("golden/stored.txt");
    let kept: Vec<&str> = golden.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(written.as_slice(), kept, "\n{}", written.join("\n"));
    let read = |at: usize| bytes::Bytes::from(hex::decode(kept[at]).unwrap());
    assert_eq!(pb::StoredRecord::decode(read(0)), Ok(record));
    assert_eq!(pb::Secret::decode(read(1)), Ok(secret));
    assert_eq!(pb::ProofBatch::decode(read(2)), Ok(proofs));
}

/// Fields that only a later release knows are no fault: the bytes are hashed as they came, and what is known is read.
#[test]
fn fields_of_a_later_release_are_left_as_they_are() {
    // Field 1000, a string.
    let later = [0xc2, 0x3e, 0x03, b'n', b'e', b'w'];
    let extended = |bytes: bytes::Bytes| bytes::Bytes::from([bytes.as_ref(), &later].concat());
    assert_eq!(Header::parse(&extended(header(2).encode())), Ok(header(2)));
    let sent = shared_parts().remove(1);
    assert_eq!(Shared::parse(&extended(sent.encode())), Ok(sent));
}
