//! The count against the types as they are compiled, and against messages made to be small on the wire only.

use prost::{Message, Name};

use super::{Cost, ELEMENTS_COUNT_MAX, Root, SHAPES, Types, collect};
use crate::pb::{admin::v1 as admin, casework::v1 as casework, exchange::v1 as exchange, types::v1 as types};

fn cost<M: Name>(message: &M) -> (Cost, usize) {
    let bytes = message.encode_to_vec();
    (Root::of(&M::full_name()).unwrap().cost(&bytes), bytes.len())
}

fn is_fair<M: Name>(message: &M) -> bool {
    let (cost, length) = cost(message);
    cost.is_fair(length)
}

fn estimated<M: Name>() -> usize {
    let files = prost_types::FileDescriptorSet::decode(crate::DESCRIPTORS).unwrap().file;
    let mut found = Vec::new();
    for file in &files {
        collect(&mut found, &format!(".{}", file.package()), &file.message_type);
    }
    let all: Vec<_> = found.into_iter().map(|(_, message)| message).collect();
    let types = Types { by_name: &SHAPES.by_name, all: &all };
    types.size_of_message(all[SHAPES.by_name[&format!(".{}", M::full_name())]], 0)
}

#[test]
fn the_size_of_a_decoded_message_is_estimated_from_above_and_closely() {
    macro_rules! close {
        ($($of:ty),+) => {$(
            let (size, estimate) = (size_of::<$of>(), estimated::<$of>());
            assert!(estimate >= size && estimate <= size * 3 / 2, "{}: {size}, {estimate}", stringify!($of));
        )+};
    }
    close!(
        exchange::Item,
        exchange::Batch,
        // An opening holds its form as bytes, and is estimated with what its check decodes.
        casework::ActRequest,
        casework::Referral,
        casework::Acknowledge,
        types::WarrantForm,
        types::WarrantOffence,
        types::Party,
        admin::LedgerLine
    );
}

#[test]
fn millions_of_empty_items_are_not_decoded() {
    let batch = exchange::Batch { items: vec![exchange::Item::default(); 100_000], ..Default::default() };
    let kind = Some(exchange::frame::Kind::Batch(batch));
    let request = exchange::ConverseRequest { frame: Some(exchange::Frame { kind }) };
    assert!(!is_fair(&request));
    let warrant = types::WarrantForm {
        offences: vec![types::WarrantOffence::default(); 100_000],
        ..Default::default()
    };
    let opening = casework::Opening {
        request: Some(casework::opening::Request::Warrant(warrant.encode_to_vec().into())),
        ..Default::default()
    };
    assert!(!is_fair(&casework::SubmitRequest { opening: Some(opening), ..Default::default() }));
    assert!(!is_fair(&casework::Acknowledge { positions: vec![1; 200_000], ..Default::default() }));
}

#[test]
fn fields_that_no_type_has_and_numbers_that_are_overwritten_are_counted() {
    let root = Root::of("rogatory.casework.v1.GetRequest").unwrap();
    let unknown = [0x98, 0x06, 0x01].repeat(ELEMENTS_COUNT_MAX + 1);
    assert!(!root.cost(&unknown).is_fair(unknown.len()));
    // Groups within an unknown group are skipped at once, as the decoder does.
    let groups = [0x9b, 0x06, 0x9c, 0x06].repeat(ELEMENTS_COUNT_MAX + 1);
    assert!(!root.cost(&groups).is_fair(groups.len()));
}

#[test]
fn what_lies_beyond_the_end_of_its_message_is_counted_as_the_decoder_reads_it() {
    // A frame of two bytes whose batch claims the megabyte of empty items behind it.
    let items = [0x22, 0x00].repeat(500_000);
    let mut bytes = vec![0x0a, 0x05, 0x1a];
    prost::encoding::encode_varint(items.len() as u64, &mut bytes);
    bytes.extend(&items);
    let root = Root::of(&exchange::ConverseRequest::full_name()).unwrap();
    assert!(!root.cost(&bytes).is_fair(bytes.len()));
}

#[test]
fn honest_messages_are_far_from_the_limits() {
    let item = exchange::Item {
        header: vec![1; 300].into(),
        ciphertext: vec![2; 600].into(),
        opening: Some(rogatory_evidence::pb::Opening {
            shared: vec![3; 200].into(),
            shared_salt: vec![4; 32].into(),
            private_commitment: vec![5; 32].into(),
            index: 7,
        }),
        ..Default::default()
    };
    let batch = exchange::Batch { items: vec![item; 512], ..Default::default() };
    let kind = Some(exchange::frame::Kind::Batch(batch));
    let (cost, length) = cost(&exchange::ConverseRequest { frame: Some(exchange::Frame { kind }) });
    assert!(cost.bytes < 2 * length && cost.elements < ELEMENTS_COUNT_MAX / 4, "{cost:?} {length}");
    assert!(is_fair(&casework::Acknowledge { positions: vec![1; 512], ..Default::default() }));
    assert!(is_fair(&casework::GetRequest::default()));
}
