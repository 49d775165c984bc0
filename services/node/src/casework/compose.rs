//! Composing messages of this agency: parse, place, seal, submit.
//!
//! Owns the way from a request to a submission, in the caller's task. A referral that moved on meanwhile makes the
//! message anew; the engine has the last word.

use std::sync::Arc;

use jiff::Timestamp;
use rogatory_domain::calendar::Calendars;
use rogatory_domain::case::{Fact, NotAllowed, Notice, OpeningFact, Remark, admit, fold};
use rogatory_domain::fault::Faults;
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::limits;
use rogatory_domain::referral::Lane;
use rogatory_domain::refusal::Code;
use rogatory_engine::author::{Message, others, seal, seen};
use rogatory_engine::engine::{Place, next_place};
use rogatory_engine::input::Listener;
use rogatory_engine::{Accepted, Draft, Refused, Submission};
use rogatory_evidence::{Facts, Kind, Private};
use rogatory_forms::Warnings;
use rogatory_index::{MessageRow, ReferralRow};
use rogatory_message as message;
use rogatory_tls::{PeerIdentity, Role};
use rogatory_wire::event::notice_from_pb;
use rogatory_wire::pb::casework::v1::{self as pb, body::Content};
use rogatory_wire::pb::types::v1 as types;

use super::passing_on::carrying;
use crate::body::{event_fact, opening_fact, parse_opening, submitted};
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;

/// Times an event is made anew because its referral moved on.
const ATTEMPTS: usize = 16;

/// Submits an opening and waits for its record, or only has it judged; tells the warnings of its form.
pub(super) async fn submit(
    desk: &Desk,
    identity: &PeerIdentity,
    request: pb::SubmitRequest,
) -> Result<(Accepted, Warnings), Rejection> {
    let is_trial = request.validate_only;
    let (opening, warnings) = match parse_submit(desk, identity, request) {
        Ok(parsed) => parsed,
        Err(unfit) => (unfit.on_record(desk).await?, Warnings::default()),
    };
    let sealed = |listener| Ok(Submission { is_trial, ..opening.seal(desk, listener)? });
    let accepted = desk.submit(sealed).await?.map_err(|refused| code_of(&refused))?;
    Ok((accepted, warnings))
}

/// An opening that is valid and waits to be sealed.
pub(super) struct Opening {
    referral: ReferralId,
    message: MessageId,
    private: Private,
    facts: Facts,
    recipients: Vec<AgencyId>,
    urgent: bool,
    body: Vec<u8>,
    submitted: [u8; 32],
    now: Timestamp,
}

/// A request to open a referral that does not fit by the roster and the editions of today.
pub(super) struct UnfitOpening {
    rejection: Rejection,
    /// What it might repeat: the referral it names, who sends it, and the digest of what was submitted.
    repeat: Option<(ReferralId, Private, [u8; 32], Timestamp)>,
}

impl From<Rejection> for Box<UnfitOpening> {
    fn from(rejection: Rejection) -> Self {
        Self::new(UnfitOpening { rejection, repeat: None })
    }
}

impl UnfitOpening {
    /// The opening as it stands on the record, if the same was submitted when it did fit: a repeat is answered with what is stored,
    /// whatever roster and editions say by now.
    ///
    /// # Errors
    /// With the rejection, where nothing like it is on the record.
    pub(super) async fn on_record(self: Box<Self>, desk: &Desk) -> Result<Opening, Rejection> {
        let Self { rejection, repeat } = *self;
        let Some((referral, private, digest, now)) = repeat else {
            return Err(rejection);
        };
        let (own, message) = (desk.own().clone(), referral.opening());
        let looked = desk.look(move |engine| {
            let known = engine.staged().message(&own, message)?;
            let is_same = known.is_some_and(|known| known.submitted == digest);
            if is_same { engine.staged().referral(referral) } else { Ok(None) }
        });
        let row = looked.await?.map_err(internal)?;
        let Some((opening, urgent)) = row.and_then(|row| Some((row.opening.clone()?, row.urgent))) else {
            return Err(rejection);
        };
        let mut recipients: Vec<AgencyId> =
            opening.parties.iter().map(|(agency, _)| agency.clone()).collect();
        recipients.sort_unstable();
        let facts = Facts::Opening(opening);
        // Nothing of it is sent again, and so it needs no body.
        let body = Vec::new();
        Ok(Opening { referral, message, private, facts, recipients, urgent, body, submitted: digest, now })
    }
}

/// Parses a request to open a referral, and finds the warnings of its form.
pub(super) fn parse_submit(
    desk: &Desk,
    identity: &PeerIdentity,
    request: pb::SubmitRequest,
) -> Result<(Opening, Warnings), Box<UnfitOpening>> {
    let may_repeat = !request.referral_id.is_empty();
    let mut fields = Fields::default();
    let now = desk.now();
    let chosen = fields.chosen_or("referral_id", &request.referral_id, now, || desk.mint());
    let referral = chosen.map(MessageId::as_opened);
    let private = fields.asserted(identity, request.assertion.as_ref());
    let declared = fields.declared(request.declared_time, now);
    let opening = fields.required("opening", request.opening);
    let envelope = referral.zip(private).zip(declared);
    let Some(opening) = opening else { return Ok(fields.finish(None)?) };
    let content = Content::Opening(opening);
    if content.encoded_len() > limits::BODY_BYTES {
        return Err(Rejection::from(Code::MessageTooLarge).into());
    }
    // A repeat is told from a reused id by what the caller gave, not by what this node makes of it.
    let digest = referral.zip(declared).map(|(referral, declared)| {
        desk.scribe.submitted_digest(&submitted(referral, declared.said_unix_us(), &content))
    });
    let Content::Opening(opening) = content else {
        return Err(internal("an opening became something else").into());
    };
    let parsed = parse_opening(opening, desk.own(), &desk.roster(), now);
    let parsed = parsed.map_err(|(code, faults)| fields.extend(code, faults)).ok();
    let known = envelope.as_ref().zip(digest).filter(|_| may_repeat && parsed.is_none());
    let repeat = known.map(|(((referral, private), _), digest)| (*referral, private.clone(), digest, now));
    let finished = fields.finish(envelope.zip(parsed.zip(digest)));
    let (((referral, private), declared), ((parsed, warnings), digest)) =
        finished.map_err(|rejection| Box::new(UnfitOpening { rejection, repeat }))?;
    let declared = declared.at;
    let facts = Facts::Opening(opening_fact(&parsed, referral, desk.own(), declared, now));
    let (recipients, urgent) = (parsed.recipients(desk.own()), parsed.lane == Lane::Urgent);
    let message = referral.opening();
    let body = encode(Vec::new(), declared, message::Content::Opening(parsed))?;
    let opening =
        Opening { referral, message, private, facts, recipients, urgent, body, submitted: digest, now };
    Ok((opening, warnings))
}

/// Sends an opening and waits for its record.
pub(super) async fn open(desk: &Desk, opening: Opening) -> Result<Accepted, Rejection> {
    let sealed = |listener| opening.seal(desk, listener);
    desk.submit(sealed).await?.map_err(|refused| code_of(&refused).into())
}

impl Opening {
    /// An opening that this node makes of a case that is passed on. Whatever it carries, one that is made anew repeats the first.
    pub(super) fn passing_on(
        desk: &Desk,
        private: Private,
        opening: message::Opening,
        fact: OpeningFact,
        now: Timestamp,
    ) -> Result<Self, Rejection> {
        let (referral, urgent) = (fact.referral, opening.lane == Lane::Urgent);
        let recipients = opening.recipients(desk.own());
        let body = encode(Vec::new(), fact.declared, message::Content::Opening(opening))?;
        let submitted = desk.scribe.submitted_digest(referral.as_bytes());
        let facts = Facts::Opening(fact);
        let message = referral.opening();
        Ok(Self { referral, message, private, facts, recipients, urgent, body, submitted, now })
    }

    /// Seals it.
    pub(super) fn seal(self, desk: &Desk, listener: Listener) -> Result<Submission, Rejection> {
        let message = Message {
            message: self.message,
            referral: self.referral,
            recipients: self.recipients,
            urgent: self.urgent,
            place: Place { number: 1, previous: None },
            body: self.body,
            facts: self.facts,
            private: self.private,
            submitted: self.submitted,
            now: self.now,
            horizon: desk.horizon,
        };
        seal(&desk.scribe, message, listener).map_err(internal)
    }
}

/// Raises an event and waits for its record, or only has it judged.
pub(super) async fn act(
    desk: &Desk,
    identity: &PeerIdentity,
    request: pb::ActRequest,
) -> Result<(Accepted, Option<Remark>), Rejection> {
    deliver(desk, &parse_act(desk, identity, request)?).await
}

/// Places an event, makes it anew while its referral moves on, and waits for its record; says what a person should know of it.
pub(super) async fn deliver(
    desk: &Desk,
    event: &EventMessage,
) -> Result<(Accepted, Option<Remark>), Rejection> {
    for _ in 0..ATTEMPTS {
        let placed = event.place(desk).await?;
        let remark = placed.remark;
        let sealed =
            |listener| Ok(Submission { is_trial: event.is_trial, ..event.seal(desk, placed, listener)? });
        match desk.submit(sealed).await? {
            Ok(accepted) => return Ok((accepted, remark)),
            Err(Refused::Stale) => {}
            Err(Refused::Code(code)) => return Err(code.into()),
        }
    }
    Err(Code::ReferralMoved.into())
}

/// An event that is well-formed and waits for its place in the referral.
pub(super) struct EventMessage {
    referral: ReferralId,
    message: MessageId,
    private: Private,
    notice: Notice,
    submitted: [u8; 32],
    declared: Timestamp,
    now: Timestamp,
    is_trial: bool,
}

/// The referral as the event's sender saw it, and an earlier submission under the same id.
pub(super) struct Placed {
    row: Arc<ReferralRow>,
    known: Option<MessageRow>,
    /// What a person should know of the event where it stands.
    remark: Option<Remark>,
}

/// Parses a request to raise an event.
pub(super) fn parse_act(
    desk: &Desk,
    identity: &PeerIdentity,
    request: pb::ActRequest,
) -> Result<EventMessage, Rejection> {
    let mut fields = Fields::default();
    let now = desk.now();
    let referral = fields.parsed::<ReferralId>("referral_id", &request.referral_id);
    let message = fields.chosen_or("message_id", &request.message_id, now, || desk.mint());
    let private = fields.asserted(identity, request.assertion.as_ref());
    let declared = fields.declared(request.declared_time, now);
    let event = fields.required("event", request.event);
    let notice = event.clone().and_then(|event| {
        notice_from_pb(event).map_err(|faults| fields.extend(Code::MalformedMessage, faults)).ok()
    });
    let ids = referral.zip(message).zip(private);
    let (((referral, message), private), (declared, (event, notice))) =
        fields.finish(ids.zip(declared.zip(event.zip(notice))))?;
    let content = Content::Event(event);
    let digest = desk.scribe.submitted_digest(&submitted(referral, declared.said_unix_us(), &content));
    Ok(EventMessage {
        referral,
        message,
        private,
        notice,
        submitted: digest,
        declared: declared.at,
        now,
        is_trial: request.validate_only,
    })
}

impl EventMessage {
    /// An event that the node raises by itself, in nobody's name: no person and no justification stand in its record.
    pub(super) fn of_node(desk: &Desk, referral: ReferralId, event: types::Event) -> Result<Self, Rejection> {
        let now = desk.now();
        let notice = notice_from_pb(event.clone()).map_err(|faults| internal(faults.0.len()))?;
        let content = Content::Event(event);
        let digest = desk.scribe.submitted_digest(&submitted(referral, 0, &content));
        Ok(Self {
            referral,
            message: MessageId::try_from(desk.mint()).map_err(internal)?,
            private: Private::default(),
            notice,
            submitted: digest,
            declared: now,
            now,
            is_trial: false,
        })
    }

    /// Looks up where the event would stand, and refuses it if the referral does not allow it.
    pub(super) async fn place(&self, desk: &Desk) -> Result<Placed, Rejection> {
        let (referral, message, own) = (self.referral, self.message, desk.own().clone());
        let looked = desk.look(move |engine| {
            let known = engine.staged().message(&own, message);
            known.and_then(|known| Ok((engine.staged().referral(referral)?, known)))
        });
        let (row, known) = looked.await?.map_err(internal)?;
        let row = row.ok_or(Code::UnknownReferral)?;
        let mut placed = Placed { row, known, remark: None };
        // A repeat is answered with its stored record whatever the referral allows by now.
        if placed.known.is_none() {
            let (fact, row) = (self.fact(desk, &placed.row), placed.row.clone());
            // A referral may have a thousand messages, and all of them are folded for it.
            let judged = desk.reads.read(Role::CaseSystem, move |_| {
                let opening = row.opening.as_ref().ok_or(Code::UnknownReferral)?;
                let judged = admit(opening, &row.facts, &fact);
                let judged = judged.map_err(|error| (error.code(), faults_of(error, opening, &row, &fact)));
                Ok(judged.map(|()| remark_of(opening, &row, fact)))
            });
            match judged.await? {
                Ok(remark) => placed.remark = remark,
                Err((code, faults)) => {
                    return Err(self.refuse(desk, Rejection::faulty(code, faults)).await);
                }
            }
            // A case that does not fit where it would go on must not be left between two agencies.
            let instrument = placed.row.opening.as_ref().map(|opening| opening.instrument);
            if instrument.is_some_and(|known| known.passes_on(self.notice.event())) {
                carrying::fits(desk, referral, &placed.row).await?;
            }
        }
        Ok(placed)
    }

    /// What a person tried and may not is on the record before it is answered; a trial tried nothing, and a node is no person.
    async fn refuse(&self, desk: &Desk, rejection: Rejection) -> Rejection {
        if self.is_trial || self.private.person.is_empty() {
            return rejection;
        }
        let mut draft = Draft::new(&desk.scribe, Kind::NotSent);
        draft.private = self.private.clone();
        draft.shared.message = Some(self.message);
        draft.shared.referral = Some(self.referral);
        draft.shared.reason = rejection.code.refusal().id.to_owned();
        desk.record(draft).await.err().unwrap_or(rejection)
    }

    fn fact(&self, desk: &Desk, row: &ReferralRow) -> Fact {
        let place = next_place(Some(row), desk.own());
        let seen = seen(row, desk.own());
        event_fact(&self.notice, self.message, desk.own(), place.number, seen, self.declared, self.now)
    }

    /// Seals it for its place.
    pub(super) fn seal(
        &self,
        desk: &Desk,
        placed: Placed,
        listener: Listener,
    ) -> Result<Submission, Rejection> {
        let row = &placed.row;
        let fact = self.fact(desk, row);
        let message = Message {
            message: self.message,
            referral: self.referral,
            recipients: others(row, desk.own()),
            urgent: row.urgent,
            place: next_place(Some(row), desk.own()),
            body: encode(fact.seen.clone(), self.declared, message::Content::Event(self.notice.clone()))?,
            facts: Facts::Event(fact),
            private: self.private.clone(),
            submitted: self.submitted,
            now: self.now,
            horizon: desk.horizon,
        };
        seal(&desk.scribe, message, listener).map_err(internal)
    }
}

/// What a person should know of an event that is allowed.
fn remark_of(opening: &OpeningFact, row: &ReferralRow, fact: Fact) -> Option<Remark> {
    let event = opening.instrument.event(fact.event.code().as_str());
    let calendars = Calendars::of(opening.calendar_edition)
        .filter(|_| event.is_some_and(|event| opening.instrument.may_be_remarked(event)))?;
    let id = fact.id;
    let facts: Vec<Fact> = row.facts.iter().cloned().chain([fact]).collect();
    let case = fold(opening, &facts, calendars);
    case.steps.iter().find(|step| step.id == id)?.remark
}

/// What is wrong with an event; in a case that was passed on, with the referral in which it goes on.
fn faults_of(error: NotAllowed, opening: &OpeningFact, row: &ReferralRow, fact: &Fact) -> Faults {
    let mut faults = error.faults(opening, &fact.sender);
    if !matches!(error, NotAllowed::NotInState { .. }) {
        return faults;
    }
    if let Some((_, next)) = row.case().and_then(|case| case.passing(opening, &row.facts)) {
        let text = format!("The case was passed on, and goes on in {next}.");
        faults.push("referral_id", "passed_on", "life cycle", &text);
    }
    faults
}

/// The plaintext of a body.
fn encode(
    seen: Vec<(AgencyId, u32)>,
    declared: Timestamp,
    content: message::Content,
) -> Result<Vec<u8>, Rejection> {
    let body = message::Message { seen, declared, content }.encode();
    if body.len() > limits::BODY_BYTES { Err(Code::MessageTooLarge.into()) } else { Ok(body) }
}

fn code_of(refused: &Refused) -> Code {
    match refused {
        Refused::Code(code) => *code,
        Refused::Stale => Code::IdReused,
    }
}
