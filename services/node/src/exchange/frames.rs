//! Frames between the wire and the engine; moves of bytes, no copies. It must not judge more than shape.

use bytes::Bytes;
use rogatory_domain::id::MessageId;
use rogatory_domain::refusal::{Code, is_code};
use rogatory_engine::frame::{Batch, Frame, HeadLink, Hello, Item, NotYet, Receipts};
use rogatory_engine::link::LinkFault;
use rogatory_evidence::proof::OPENINGS_COUNT_MAX;
use rogatory_exchange::asking::QUESTION_COUNT_MAX;
use rogatory_wire::pb::exchange::v1 as pb;

use crate::status::ErrorId;

/// A frame for the wire.
pub(super) fn write(frame: Frame) -> pb::Frame {
    let kind = match frame {
        Frame::Hello(hello) => pb::frame::Kind::Hello(pb::Hello {
            protocol: hello.protocol,
            federation: hello.federation,
            agency: hello.agency,
            instance: hello.instance,
            head: hello.head,
            held: hello.held,
            roster_version: hello.roster_version,
        }),
        Frame::Link(consistency) => pb::frame::Kind::Link(pb::Link { consistency }),
        Frame::Batch(batch) => pb::frame::Kind::Batch(pb::Batch {
            head: Some(write_head(batch.head)),
            proof: batch.proof,
            epochs: batch.epochs,
            items: batch.items.into_iter().map(write_item).collect(),
            closed: batch.closed,
        }),
        Frame::Receipts(receipts) => pb::frame::Kind::Receipts(pb::Receipts {
            head: Some(write_head(receipts.head)),
            proof: receipts.proof,
            openings: receipts.openings,
            not_held: write_ids(&receipts.not_held),
            not_yet: receipts.not_yet.into_iter().map(write_not_yet).collect(),
        }),
        Frame::Question(messages) => {
            pb::frame::Kind::Question(pb::Question { message_ids: write_ids(&messages) })
        }
        Frame::GoesBy(roster_version) => pb::frame::Kind::GoesBy(pb::GoesBy { roster_version }),
        Frame::Checkpoint(head) => {
            pb::frame::Kind::Checkpoint(pb::Checkpoint { head: Some(write_head(head)) })
        }
        Frame::Fault { code, error_id } => {
            pb::frame::Kind::Fault(pb::Fault { code, text: String::new(), error_id })
        }
    };
    pb::Frame { kind: Some(kind) }
}

/// A frame that says why this side hangs up.
pub(super) fn fault(code: Code) -> pb::Frame {
    fault_frame(code, String::new())
}

/// The same for a fault of the link. What only this side can explain is logged here, under the id that the peer gets.
pub(super) fn fault_of(fault: &LinkFault) -> pb::Frame {
    match fault.code() {
        Code::Internal => fault_frame(Code::Internal, ErrorId::log(Code::Internal, fault).to_string()),
        code => self::fault(code),
    }
}

fn fault_frame(code: Code, error_id: String) -> pb::Frame {
    let refusal = code.refusal();
    let fault = pb::Fault { code: refusal.id.into(), text: refusal.text.into(), error_id };
    pb::Frame { kind: Some(pb::frame::Kind::Fault(fault)) }
}

/// A frame from the wire. `None` is one of a kind that only a later release knows: it says nothing to this one, and hinders
/// nothing that this one can read.
pub(super) fn read(frame: pb::Frame) -> Result<Option<Frame>, Code> {
    frame.kind.map(read_kind).transpose()
}

fn read_kind(kind: pb::frame::Kind) -> Result<Frame, Code> {
    Ok(match kind {
        pb::frame::Kind::Hello(hello) => Frame::Hello(Hello {
            protocol: hello.protocol,
            federation: hello.federation,
            agency: hello.agency,
            instance: hello.instance,
            head: hello.head,
            held: hello.held,
            roster_version: hello.roster_version,
        }),
        pb::frame::Kind::Link(link) => Frame::Link(link.consistency),
        pb::frame::Kind::Batch(batch) => Frame::Batch(Batch {
            head: read_head(batch.head)?,
            proof: batch.proof,
            epochs: batch.epochs,
            items: batch.items.into_iter().map(read_item).collect::<Result<_, _>>()?,
            closed: batch.closed,
        }),
        pb::frame::Kind::Receipts(receipts) => Frame::Receipts(Receipts {
            head: read_head(receipts.head)?,
            proof: receipts.proof,
            openings: receipts.openings,
            not_held: read_ids(&receipts.not_held)?,
            not_yet: read_not_yets(receipts.not_yet)?,
        }),
        pb::frame::Kind::Question(question) => Frame::Question(read_ids(&question.message_ids)?),
        pb::frame::Kind::Checkpoint(checkpoint) => Frame::Checkpoint(read_head(checkpoint.head)?),
        pb::frame::Kind::GoesBy(told) => Frame::GoesBy(told.roster_version),
        pb::frame::Kind::Fault(fault) => Frame::Fault { code: fault.code, error_id: fault.error_id },
    })
}

fn write_head(head: HeadLink) -> pb::Head {
    pb::Head { note: head.note, consistency: head.consistency }
}

fn read_head(head: Option<pb::Head>) -> Result<HeadLink, Code> {
    let head = head.ok_or(Code::MalformedMessage)?;
    Ok(HeadLink { note: head.note, consistency: head.consistency })
}

fn write_ids(ids: &[MessageId]) -> Vec<Bytes> {
    ids.iter().map(|id| Bytes::copy_from_slice(id.as_bytes())).collect()
}

fn read_ids(ids: &[Bytes]) -> Result<Vec<MessageId>, Code> {
    if ids.len() > QUESTION_COUNT_MAX {
        return Err(Code::MalformedMessage);
    }
    ids.iter().map(|id| MessageId::from_slice(id).map_err(|_| Code::MalformedMessage)).collect()
}

fn write_not_yet(told: NotYet) -> pb::NotYet {
    pb::NotYet { index: told.index, code: told.code }
}

fn read_not_yets(told: Vec<pb::NotYet>) -> Result<Vec<NotYet>, Code> {
    if told.len() > OPENINGS_COUNT_MAX || told.iter().any(|told| !is_code(&told.code)) {
        return Err(Code::MalformedMessage);
    }
    Ok(told.into_iter().map(|told| NotYet { index: told.index, code: told.code }).collect())
}

fn write_item(item: Item) -> pb::Item {
    pb::Item {
        opening: Some(item.opening),
        header: item.header,
        ciphertext: item.ciphertext,
        slot: Some(item.slot),
    }
}

fn read_item(item: pb::Item) -> Result<Item, Code> {
    Ok(Item {
        opening: item.opening.ok_or(Code::MalformedMessage)?,
        header: item.header,
        ciphertext: item.ciphertext,
        slot: item.slot.ok_or(Code::MalformedMessage)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_gets_the_id_of_a_cause_that_only_the_log_has_and_not_the_cause() {
        let fault = |fault: &LinkFault| match fault_of(fault).kind {
            Some(pb::frame::Kind::Fault(fault)) => fault,
            kind => panic!("{kind:?}"),
        };
        let own = fault(&LinkFault::Node("a secret cause".to_owned()));
        assert_eq!((own.code.as_str(), own.error_id.len()), (Code::Internal.refusal().id, 16));
        assert!(!format!("{own:?}").contains("secret"));
        assert_eq!(fault(&LinkFault::Refused(Code::ProofInvalid)).error_id, "");
    }

    #[test]
    fn a_frame_of_a_kind_that_only_a_later_release_knows_is_passed_over() {
        assert!(read(pb::Frame { kind: None }).unwrap().is_none());
    }

    fn question(ids: Vec<Bytes>) -> Result<Option<Frame>, Code> {
        read(pb::Frame { kind: Some(pb::frame::Kind::Question(pb::Question { message_ids: ids })) })
    }

    #[test]
    fn a_question_comes_over_as_it_was_asked_and_one_too_long_or_of_other_ids_is_refused() {
        let id: MessageId = "0190a0a0-0000-7000-8000-000000000001".parse().unwrap();
        let asked = vec![id; QUESTION_COUNT_MAX];
        let Ok(Some(Frame::Question(read))) = read(write(Frame::Question(asked.clone()))) else {
            panic!("it is no question any more")
        };
        assert_eq!(read, asked);
        let bytes = Bytes::copy_from_slice(id.as_bytes());
        for wrong in [vec![bytes.clone(); QUESTION_COUNT_MAX + 1], vec![bytes.slice(1..)], vec![Bytes::new()]]
        {
            assert_eq!(question(wrong).unwrap_err(), Code::MalformedMessage);
        }
    }
}
