//! The recorder: puts on the record who was denied, and how often strangers were turned away.
//!
//! Owns the form of such records: the first few denials of a kind have one each, the others are one summary a minute, as
//! is everything unauthenticated by its source.

use std::sync::Arc;

use rogatory_engine::{Draft, Input};
use rogatory_evidence::Kind;
use tokio::sync::watch;
use tracing::warn;

use crate::denials::{Denials, DeniedCalls, Noted};
use crate::desk::{Desk, private_of};
use crate::gate::{Denial, DenialSink};
use crate::incoming::{SUMMARY_PERIOD, TurnedAway, Turnstile};

/// Reasons for which a partner may be refused that believes itself one: its operator learns from its TLS library alone that
/// it was, so this side says it. Bare connections and broken handshakes are left to the counters.
const OF_CERTIFICATES: [&str; 6] =
    ["stranger", "wrong_authority", "expired", "not_yet_valid", "revoked", "revocation_unknown"];

/// Records denials and summaries.
pub(crate) struct Recorder {
    desk: Arc<Desk>,
    denials: Denials,
}

impl Recorder {
    /// A recorder for a node.
    pub(crate) fn new(desk: Arc<Desk>) -> Self {
        Self { desk, denials: Denials::default() }
    }

    /// Records a turnstile's summaries, one period after the other, until the node closes; the last one is
    /// [`Recorder::collect`]'s, once nobody can knock any more.
    pub(crate) fn collect_from(
        self: &Arc<Self>,
        turnstile: Arc<Turnstile>,
        mut closing: watch::Receiver<bool>,
    ) {
        let recorder = self.clone();
        tokio::spawn(async move {
            loop {
                if tokio::time::timeout(SUMMARY_PERIOD, closing.wait_for(|closed| *closed)).await.is_ok() {
                    return;
                }
                recorder.collect(&turnstile);
            }
        });
    }

    /// Records what was counted since the last time: handshakes at a turnstile, and denied calls.
    pub(crate) fn collect(&self, turnstile: &Turnstile) {
        for summary in turnstile.collect() {
            self.turned_away(&summary);
        }
        for summary in self.denials.collect() {
            self.denied_again(&summary);
        }
    }

    fn denied_again(&self, summary: &DeniedCalls) {
        let (client, method, code) = match &summary.denied {
            Some((client, method, code)) => (client.as_str(), *method, code.refusal().id),
            None => (summary.agency.as_str(), "any", "any"),
        };
        let mut draft = Draft::new(&self.desk.scribe, Kind::TurnedAway);
        draft.shared.note = format!("{code}={}", summary.count);
        client.clone_into(&mut draft.private.client);
        method.clone_into(&mut draft.private.justification);
        self.put(draft);
        warn!(client, method, code, count = summary.count, "calls were denied again and again");
    }

    fn turned_away(&self, summary: &TurnedAway) {
        let mut draft = Draft::new(&self.desk.scribe, Kind::TurnedAway);
        let counts: Vec<String> = summary.reasons.iter().map(|(reason, n)| format!("{reason}={n}")).collect();
        let counts = counts.join(" ");
        if summary.reasons.keys().any(|reason| OF_CERTIFICATES.contains(reason)) {
            let source = summary.source.map(|source| source.to_string()).unwrap_or_default();
            warn!(source, counts, "certificates were refused; a partner among them may lack something here");
        }
        draft.shared.note = counts;
        draft.private.client = summary.source.map(|source| source.to_string()).unwrap_or_default();
        self.put(draft);
    }

    fn put(&self, draft: Draft) {
        match self.desk.write(draft) {
            Ok(written) => self.desk.engine.send(Input::Record(Box::new(written), Box::new(|| ()))),
            Err(rejection) => warn!(code = rejection.code.refusal().id, "a denial could not be recorded"),
        }
    }
}

impl DenialSink for Recorder {
    fn denied(&self, denial: Denial) {
        let noted = self.denials.note(&denial);
        if noted == Noted::Counted {
            return;
        }
        let mut draft = Draft::new(&self.desk.scribe, Kind::Denied);
        draft.shared.reason = denial.code.refusal().id.to_owned();
        draft.private = private_of(&denial.identity, "", denial.method);
        self.put(draft);
        if noted == Noted::First {
            let (client, method) = (&denial.identity.spiffe_id, denial.method);
            warn!(%client, method, code = denial.code.refusal().id, "a call was denied");
        }
    }
}
