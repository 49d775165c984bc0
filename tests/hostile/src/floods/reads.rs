//! Reads that are dear, and streams whose answers nobody reads.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use prost::Message;
use rogatory_client::pb::casework::v1::{ListRequest, WatchRequest, WatchStart, watch_request};
use rogatory_support::sample::{assertion, watch};

use super::{Attack, pace};
use crate::connection::{Face, framed};
use crate::target::{Door, Target};

const LIST: &str = "/rogatory.casework.v1.Casework/List";
const WATCH: &str = "/rogatory.casework.v1.Casework/Watch";
/// Window of a client that does not read: the smallest that HTTP/2 begins with.
const WINDOW_BYTES: u32 = 65_535;
/// Time for which an unread stream is held before it is opened anew.
const HELD: Duration = Duration::from_secs(3_600);

/// Lists what is in a state that nothing is in.
pub(super) fn list_by_state(target: Arc<Target>) -> Result<Attack> {
    let face = Face::of(&target.own_case_system("lists")?)?;
    let request = ListRequest {
        assertion: Some(assertion()),
        state: "surrendered".into(),
        page_size: 500,
        ..ListRequest::default()
    };
    let message = framed(&request.encode_to_vec());
    Ok(Box::pin(pace::at_a_time(target, 1, move |target, _| {
        let (face, message) = (face.clone(), message.clone());
        async move {
            let connection = face.greedy(&target, Door::Clients).await?;
            let lists = pace::until_broken(200, target, move || {
                let (connection, message) = (connection.clone(), message.clone());
                async move { connection.call(LIST, message).await }
            });
            lists.await
        }
    })))
}

/// Opens watches and reads none.
pub(super) fn watches_unread(target: Arc<Target>) -> Result<Attack> {
    unread(target, 300, false)
}

/// Opens watches with content and reads none.
pub(super) fn large_messages(target: Arc<Target>) -> Result<Attack> {
    unread(target, 4, true)
}

fn unread(target: Arc<Target>, count: usize, with_content: bool) -> Result<Attack> {
    let face = Face::of(&target.own_case_system("unread")?)?;
    Ok(Box::pin(pace::at_a_time(target, count, move |target, at| {
        let face = face.clone();
        async move {
            let start = WatchStart { with_content, ..watch(&format!("unread-{at}")) };
            let request = WatchRequest { kind: Some(watch_request::Kind::Start(start)) };
            let connection = face.http2(&target, Door::Clients, WINDOW_BYTES).await?;
            let held = connection.unread(WATCH, framed(&request.encode_to_vec())).await?;
            tokio::time::sleep(HELD).await;
            drop(held);
            Ok(())
        }
    })))
}
