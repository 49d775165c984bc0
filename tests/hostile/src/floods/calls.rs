//! Whole calls, as many as the node takes: denied ones, cheap ones, ones of an own client that wants everything.

use std::sync::Arc;

use anyhow::Result;
use bytes::Bytes;
use prost::Message;
use rogatory_client::fresh_id;
use rogatory_client::pb::casework::v1::GetRequest;
use rogatory_support::sample::assertion;

use super::{Attack, pace};
use crate::connection::{Face, framed};
use crate::target::{Door, Target};

const GET: &str = "/rogatory.casework.v1.Casework/Get";
const STATUS: &str = "/rogatory.admin.v1.Admin/Status";
const REFLECTION: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
/// Bytes of a symbol that nobody knows.
const SYMBOL_BYTES: usize = 100_000;
/// Questions on one stream of reflection.
const QUESTIONS: usize = 200;

/// A node and four clients of another agency ask for what they may not have.
pub(super) fn denied(target: Arc<Target>) -> Result<Attack> {
    let mut faces = vec![(Face::of(&target.partner_node()?)?, Door::Peers)];
    for name in 0..4 {
        faces.push((Face::of(&target.minted(&format!("denied{name}"))?)?, Door::Clients));
    }
    Ok(Box::pin(pace::at_a_time(target, faces.len(), move |target, at| {
        let (face, door) = faces[at].clone();
        unary(target, face, door, GET, get(), 64)
    })))
}

/// Another operator of the agency asks for the state.
pub(super) fn status(target: Arc<Target>) -> Result<Attack> {
    let face = Face::of(&target.own_operator("restless")?)?;
    Ok(Box::pin(pace::at_a_time(target, 1, move |target, _| {
        unary(target, face.clone(), Door::Clients, STATUS, framed(&[]), 64)
    })))
}

/// Another case system of the agency reads what is not there.
pub(super) fn greedy(target: Arc<Target>) -> Result<Attack> {
    let face = Face::of(&target.own_case_system("greedy")?)?;
    Ok(Box::pin(pace::at_a_time(target, 1, move |target, _| {
        unary(target, face.clone(), Door::Clients, GET, get(), 256)
    })))
}

/// Asks for symbols that nobody knows, which come back in the error.
pub(super) fn reflection(target: Arc<Target>) -> Result<Attack> {
    let face = Face::of(&target.partner_node()?)?;
    // `file_containing_symbol` is field 4 of the request.
    let mut request = vec![0x22];
    prost::encoding::encode_varint(SYMBOL_BYTES as u64, &mut request);
    request.resize(request.len() + SYMBOL_BYTES, b'x');
    let request = framed(&request);
    Ok(Box::pin(pace::at_a_time(target, 16, move |target, _| {
        let (face, request) = (face.clone(), request.clone());
        async move {
            let connection = face.http2(&target, Door::Peers, 1).await?;
            let (_answers, mut body) = connection.unread(REFLECTION, request.clone()).await?;
            for _ in 0..QUESTIONS {
                body.send_data(request.clone(), false)?;
            }
            std::future::poll_fn(|context| body.poll_reset(context)).await?;
            Ok(())
        }
    })))
}

/// One connection with so many calls under way, until it breaks.
async fn unary(
    target: Arc<Target>,
    face: Face,
    door: Door,
    path: &'static str,
    message: Bytes,
    under_way: usize,
) -> Result<()> {
    let connection = face.greedy(&target, door).await?;
    let calls = pace::until_broken(under_way, target, move || {
        let (connection, message) = (connection.clone(), message.clone());
        async move { connection.call(path, message).await }
    });
    calls.await
}

fn get() -> Bytes {
    let request = GetRequest { referral_id: fresh_id(), assertion: Some(assertion()) };
    framed(&request.encode_to_vec())
}
