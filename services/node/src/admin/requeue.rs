//! A person puts messages back in the queue that were given up.
//!
//! Owns the shape of the request and of the answer, which leaves once the records are durable. It must not decide what can be
//! put back; the engine does.

use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_engine::engine::Requeued;
use rogatory_tls::PeerIdentity;
use rogatory_wire::pb::admin::v1 as pb;

use crate::desk::{Desk, Rejection};
use crate::fields::Fields;

/// Answers Requeue, once what it did is durable.
pub(super) async fn requeue(
    desk: &Desk,
    identity: &PeerIdentity,
    request: &pb::RequeueRequest,
) -> Result<pb::RequeueResponse, Rejection> {
    let mut fields = Fields::default();
    let what = match (request.message_id.is_empty(), request.referral_id.is_empty()) {
        (false, true) => fields.parsed::<MessageId>("message_id", &request.message_id).map(What::Message),
        (true, false) => fields.parsed::<ReferralId>("referral_id", &request.referral_id).map(What::Referral),
        _ => fields.wrong("message_id", "value", "a message or a referral, and not both"),
    };
    let recipient = fields.parsed::<AgencyId>("recipient", &request.recipient);
    let private = fields.who(identity, "", &request.person, &request.justification);
    let ((what, recipient), private) = fields.finish(what.zip(recipient).zip(private))?;
    let asked = desk.look(move |engine| match what {
        What::Message(message) => {
            engine.requeue(message, &recipient, &private).map(|how| vec![(message, Ok(how))])
        }
        What::Referral(referral) => engine.requeue_referral(referral, &recipient, &private),
    });
    let messages = asked.await??.into_iter().map(|(message, how)| {
        let (outcome, code, position) = match how {
            Ok(Requeued::Now(position)) => (pb::RequeueOutcome::Requeued, "", position),
            Ok(Requeued::Waits) => (pb::RequeueOutcome::Waits, "", 0),
            Ok(Requeued::Taken) => (pb::RequeueOutcome::Taken, "", 0),
            Err(code) => (pb::RequeueOutcome::Refused, code.refusal().id, 0),
        };
        let (message_id, outcome) = (message.to_string(), outcome.into());
        pb::RequeuedMessage { message_id, outcome, code: code.to_owned(), position }
    });
    Ok(pb::RequeueResponse { messages: messages.collect() })
}

/// What is put back.
enum What {
    Message(MessageId),
    Referral(ReferralId),
}
