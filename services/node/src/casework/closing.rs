//! Ending what is left of a request: once one of its referrals has ended such that the others have to, this node ends those, in
//! nobody's name. One warrant goes to several States, and the person is surrendered once.
//!
//! Owns when that is looked for and what is said. Which requests wait for it is a row of the index, folded from the ledger, so
//! that nothing is forgotten over a restart and nothing is raised twice. It must not know any instrument.

use std::collections::BTreeSet;
use std::sync::Arc;

use rogatory_domain::id::{Country, ReferralId};
use rogatory_domain::refusal::Retry;
use rogatory_index::request::Stage;
use rogatory_index::{Base as _, RequestKey, RequestRow, Standing};
use rogatory_tls::Role;
use rogatory_wire::pb::types::v1 as types;
use tokio::sync::watch;
use tracing::{info, warn};

use super::compose::{EventMessage, deliver};
use crate::desk::{Desk, Rejection, internal};
use crate::reads::ReadOnly;

/// Requests that one look ends referrals of; the next look finds the others.
const REQUESTS_COUNT_MAX: usize = 64;

/// What the other parties read beside the event.
fn text_of(state: Country) -> String {
    format!(
        "Raised by the node of the agency that opened this referral: the referral of the same request to {state} has ended it."
    )
}

/// What has to be raised, and where.
struct Ending {
    event: &'static str,
    text: String,
    open: Vec<ReferralId>,
}

/// Ends referrals until the node closes.
pub(crate) async fn keep(desk: Arc<Desk>, mut closing: watch::Receiver<bool>) {
    let mut applied = desk.reads.applied();
    // What the life cycle did not allow is not tried again by this process; a person can end it.
    let mut refused = BTreeSet::new();
    loop {
        let tried: BTreeSet<ReferralId> = refused.clone();
        let found = desk.reads.read(Role::Operator, move |sources| {
            let has_untried = |row: &RequestRow| row.open().any(|referral| !tried.contains(&referral));
            let requests = sources.store.closures(REQUESTS_COUNT_MAX, has_untried).map_err(internal)?;
            requests.iter().filter_map(|request| ending(sources, request).transpose()).collect()
        });
        let known_count = refused.len();
        for Ending { event, text, open } in found.await.unwrap_or_else(|_: Rejection| Vec::new()) {
            for referral in open {
                if !refused.contains(&referral) && !end(&desk, referral, event, &text).await {
                    refused.insert(referral);
                }
            }
        }
        // A refusal records nothing, so no change of the ledger would call the next look, and what stood behind it would wait.
        if refused.len() > known_count && !*closing.borrow() {
            continue;
        }
        tokio::select! {
            changed = applied.changed() => if changed.is_err() { return },
            _ = closing.wait_for(|closing| *closing) => return,
        }
    }
}

/// What ends the open referrals of a request.
fn ending(sources: &ReadOnly, request: &RequestKey) -> Result<Option<Ending>, Rejection> {
    let Some(row) = sources.store.request(request).map_err(internal)? else { return Ok(None) };
    let Some(ended) = row.ends_others() else { return Ok(None) };
    let Some(case) = sources.store.referral(ended).map_err(internal)? else { return Ok(None) };
    let (Some(opening), Standing::In(state)) = (&case.opening, case.standing) else { return Ok(None) };
    let closure = opening.instrument.closure_in(state.as_str());
    let event = closure.map(|closure| opening.instrument.event_at(closure.event).code);
    let text = text_of(opening.jurisdiction.state());
    Ok(event.map(|event| Ending { event, text, open: row.open().collect() }))
}

/// Raises the event, unless the referral has ended since the index was read; answers whether that is done.
async fn end(desk: &Desk, referral: ReferralId, event: &'static str, text: &str) -> bool {
    let looked = desk.look(move |engine| engine.staged().referral(referral)).await;
    let row = match looked {
        Ok(Ok(Some(row))) => row,
        // The node closes, or its index failed and it says so.
        _ => return true,
    };
    if row.part(referral).is_none_or(|(_, part)| part.stage != Stage::Open) {
        return true;
    }
    let told = types::Event { code: event.to_owned(), text: text.to_owned(), ..Default::default() };
    let message = EventMessage::of_node(desk, referral, told);
    let delivered = match message {
        Ok(message) => deliver(desk, &message).await,
        Err(rejection) => Err(rejection),
    };
    match delivered {
        Ok((accepted, _)) => {
            info!(%referral, event, message = %accepted.message, "another referral of its request has ended it");
            true
        }
        Err(rejection) => {
            let code = rejection.code.refusal().id;
            warn!(%referral, event, code, "another referral of its request has ended it, and the life cycle does not let it end");
            rejection.code.refusal().retry != Retry::Never
        }
    }
}
