//! Streams at a node whose engine takes nothing, so that nothing they bring is ever recorded.

use std::sync::Arc;

use jiff::Timestamp;
use prost::Message as _;
use rogatory_domain::limits::TEXT_BYTES;
use rogatory_engine::Outcome;
use rogatory_forms::eaw::sample;
use rogatory_keys::SeededRandom;
use rogatory_tls::{PeerIdentity, Role};
use rogatory_wire::pb::types::v1::{Lane, Party};
use tempfile::TempDir;
use tokio::time::Instant;

use super::*;
use crate::condition::Conditions;
use crate::config::Config;
use crate::node::Core;
use crate::provision::{Layout, Plan, provision};

const FR: &str = "fr-jirs-marseille";

/// A node that is open and whose engine does not run.
fn still() -> (TempDir, Core) {
    let dir = tempfile::tempdir().unwrap();
    let plan = Plan::demo(Layout::Local, 17_443);
    let made = provision(&plan, dir.path(), Timestamp::now(), &SeededRandom::new(1)).unwrap();
    let agency = made.agencies.iter().find(|agency| agency.id.as_str() == FR).unwrap();
    let core = Core::open(&Config::load(&agency.config).unwrap(), Arc::new(Conditions::starting())).unwrap();
    (dir, core)
}

fn caller() -> Caller {
    let identity = PeerIdentity {
        agency: FR.parse().unwrap(),
        federation: "demo.rogatory.example".parse().unwrap(),
        role: Role::CaseSystem,
        name: "cases".to_owned(),
        spiffe_id: "spiffe://cases".to_owned(),
        fingerprint: [0; 32],
        serial: String::new(),
        not_after: Timestamp::MAX,
    };
    Caller { identity: Arc::new(identity), ends: Instant::now(), unread: Arc::default() }
}

/// A warrant of about 100 KiB.
fn warrant(tag: u64) -> pb::SubmitStreamRequest {
    let mut form = sample(tag);
    form.offences.iter_mut().for_each(|offence| offence.circumstances = "x".repeat(TEXT_BYTES - 1_024));
    let party = Party { agency: "nl-om".to_owned(), capacity: "executing".to_owned() };
    let opening = pb::Opening {
        lane: Lane::Routine.into(),
        parties: vec![party],
        request: Some(pb::opening::Request::Warrant(form.encode_to_vec().into())),
        ..pb::Opening::default()
    };
    let who = pb::Assertion { person: "t.tester".to_owned(), justification: "sample data".to_owned() };
    let submit =
        pb::SubmitRequest { assertion: Some(who), opening: Some(opening), ..pb::SubmitRequest::default() };
    pb::SubmitStreamRequest { tag, submission: Some(Asked::Submit(submit)) }
}

#[tokio::test]
async fn streams_of_one_holder_bring_no_more_than_their_share_until_something_is_recorded() {
    let (_dir, core) = still();
    let (desk, caller) = (&*core.desk, caller());
    let sinks = [StreamSink::new(), StreamSink::new()];
    let mut streams = sinks.each_ref().map(|(sink, ..)| {
        let share = desk.unrecorded.share(&caller.identity.spiffe_id);
        WayIn { desk, caller: &caller, sink, share, ready: Vec::new() }
    });
    let (mut tag, mut taken) = (0, [0, 0]);
    for (stream, taken) in streams.iter_mut().zip(&mut taken) {
        while stream.take(warrant(tag)).now_or_never().is_some() {
            (tag, *taken) = (tag + 1, *taken + 1);
            assert!(tag < 200, "more than the share holds");
        }
    }
    assert!(taken[0] > 10 && taken[1] < 2, "the first one has used up the share of both: {taken:?}");
    sinks[0].0.deliver(vec![(0, Outcome::Refused(Code::QueueFull.into()))]);
    assert!(streams[1].take(warrant(tag)).now_or_never().is_some(), "and then the other one goes on");
}
