//! Views: rows of the index and folded cases as the service shows them. It must not read content.

pub(super) mod detail;

use jiff::Timestamp;
use rogatory_domain::calendar::{Calendars, Covered, Due};
use rogatory_domain::case::{Case, Effect, PastDue, Remark, Status as ClockStatus};
use rogatory_domain::id::{AgencyId, MessageId, ReferralId};
use rogatory_domain::instrument::Instrument;
use rogatory_engine::{Accepted, Engine, NotYet};
use rogatory_index::{Delivery, ReferralRow, Status};
use rogatory_wire::pb::casework::v1 as pb;
use rogatory_wire::pb::types::v1 as types;
use rogatory_wire::{due, instant};

use crate::desk::before;

/// The case went on with what whoever passed it on knew, and the other message is not part of it.
const CROSSED_PASSING_ON: &str = "The case was passed on by an agency that did not know of the other message: tell that one again where the case goes on.";

/// Shown to both persons when two messages crossed and the later one still counts.
const CROSSED: &str = "This message and one of another agency crossed; both count, the other one first.";

/// Shown to both persons when a crossing took a message's effect away.
const CROSSED_WITHOUT_EFFECT: &str =
    "This message crossed one of another agency and has no effect any more; the other one counts.";

/// A submission on the record.
pub(super) fn accepted(accepted: Accepted) -> pb::Accepted {
    pb::Accepted {
        message_id: accepted.message.to_string(),
        referral_id: accepted.referral.to_string(),
        position: accepted.position,
        envelope_digest: bytes::Bytes::copy_from_slice(&accepted.digest.0),
        node_time: Some(instant::to_pb(accepted.node_time)),
        repeated: accepted.repeated,
        ..pb::Accepted::default()
    }
}

/// What a person should know of an event, for whoever raises it.
pub(super) fn remarked(remark: Remark) -> pb::Warning {
    pb::Warning {
        field: "event".to_owned(),
        rule: remark.code().to_owned(),
        text: remark.text().to_owned(),
        ..pb::Warning::default()
    }
}

/// A submission as it is answered; of one that was only judged there is no record to tell of.
pub(super) fn answered(accepted: Accepted, is_trial: bool) -> pb::Accepted {
    let told = self::accepted(accepted);
    if !is_trial {
        return told;
    }
    let pb::Accepted { message_id, referral_id, repeated, .. } = told;
    pb::Accepted { message_id, referral_id, repeated, ..pb::Accepted::default() }
}

/// A referral without content.
pub(super) fn referral(id: ReferralId, row: &ReferralRow, now: Timestamp) -> pb::Referral {
    let case = row.case();
    let passed_on_by = row.opening.as_ref().and_then(|o| o.passed_on.as_ref()).map(|it| &it.by);
    let came_from = row.opening.as_ref().and_then(|o| o.earlier().last()).map(|earlier| earlier.referral);
    let passing = case.as_ref().zip(row.opening.as_ref()).and_then(|(case, o)| case.passing(o, &row.facts));
    let lane = if row.urgent { types::Lane::Urgent } else { types::Lane::Routine };
    pb::Referral {
        referral_id: id.to_string(),
        referral_type: row.opening.as_ref().map(|o| o.instrument.code.to_owned()).unwrap_or_default(),
        state: row.standing.code().to_owned(),
        lane: lane.into(),
        issuing: row.opening.as_ref().map(|o| o.issuing.to_string()).unwrap_or_default(),
        parties: parties(row),
        clocks: case.as_ref().map(|case| clocks(case, now)).unwrap_or_default(),
        messages: messages(row, case.as_ref()),
        crossings: case.as_ref().map(crossings).unwrap_or_default(),
        erased: row.erased,
        opened_time: Some(instant::to_pb(row.opened_at)),
        changed_time: Some(instant::to_pb(row.changed_at)),
        instrument_edition: row.opening.as_ref().map_or(0, |opening| opening.instrument.edition.into()),
        calendar_edition: row.opening.as_ref().map_or(0, |opening| opening.calendar_edition.into()),
        jurisdiction: row.opening.as_ref().map(|o| o.jurisdiction.to_string()).unwrap_or_default(),
        part_of: row.opening.as_ref().and_then(|o| o.part_of).map(|of| of.to_string()).unwrap_or_default(),
        roster_version: row.opening.as_ref().map_or(0, |opening| opening.roster_version),
        passed_on_by: passed_on_by.map(ToString::to_string).unwrap_or_default(),
        came_from: came_from.map(|id| id.to_string()).unwrap_or_default(),
        goes_on_in: passing.map(|(_, next)| next.to_string()).unwrap_or_default(),
        questions: case.as_ref().map(|case| detail::questions(case, row)).unwrap_or_default(),
        ..pb::Referral::default()
    }
}

fn parties(row: &ReferralRow) -> Vec<types::Party> {
    let Some(opening) = &row.opening else { return Vec::new() };
    let parties = opening.parties.iter();
    parties
        .map(|(agency, capacity)| types::Party { agency: agency.to_string(), capacity: capacity.to_string() })
        .collect()
}

fn clocks(case: &Case, now: Timestamp) -> Vec<pb::Clock> {
    let mut clocks: Vec<_> = case.clocks.iter().map(|clock| (clock.status(now), clock)).collect();
    clocks.sort_by_key(|(status, _)| !matches!(status, ClockStatus::Running | ClockStatus::Overdue));
    clocks
        .into_iter()
        .map(|(status, clock)| pb::Clock {
            name: clock.symbol().to_string(),
            article: clock.article().to_owned(),
            started_time: Some(instant::to_pb(clock.started)),
            due_time: clock.due.map(|due| instant::to_pb(due.at)),
            status: clock_status(status).into(),
            superseded_times: clock.past.iter().map(|past| instant::to_pb(past.due.at)).collect(),
            label: clock.definition.waits_for.to_owned(),
            calendar_edition: clock.due.map_or(0, |due| due.edition.into()),
            jurisdiction: clock.due.map(|due| due.jurisdiction.to_string()).unwrap_or_default(),
            last_day: clock.due.map(|due| due.date.to_string()).unwrap_or_default(),
            due_local: clock.due.map(due::local).unwrap_or_default(),
            rule: if clock.due.is_some() { clock.rule() } else { String::new() },
            last_day_unmoved: clock.last_day_unmoved().map(|day| day.to_string()).unwrap_or_default(),
            coverage: coverage(clock.due).into(),
            earlier: clock.past.iter().map(earlier).collect(),
            on_expiry: clock.definition.on_expiry.to_owned(),
        })
        .collect()
}

fn earlier(past: &PastDue) -> pb::EarlierDue {
    pb::EarlierDue {
        last_day: past.due.date.to_string(),
        why: past.why.code().to_owned(),
        message_id: past.by.to_string(),
    }
}

/// Whether the calendars that gave a date know what is free around it.
fn coverage(due: Option<Due>) -> pb::CalendarCoverage {
    let Some((due, calendars)) = due.and_then(|due| Some((due, Calendars::of(due.edition)?))) else {
        return pb::CalendarCoverage::Unspecified;
    };
    match calendars.covered(due.jurisdiction, due.date) {
        Covered::Yes => pb::CalendarCoverage::Covered,
        Covered::StateUnknown => pb::CalendarCoverage::StateUnknown,
        Covered::YearOutside { .. } => pb::CalendarCoverage::YearOutside,
    }
}

fn messages(row: &ReferralRow, case: Option<&Case>) -> Vec<pb::Message> {
    let mut messages: Vec<pb::Message> = row
        .messages
        .iter()
        .map(|line| {
            let fact = row.facts.iter().find(|fact| fact.id == line.message && fact.sender == line.sender);
            let step = case.and_then(|case| case.steps.iter().position(|step| step.id == line.message));
            let effect = case.zip(step).map_or(Effect::Applied, |(case, at)| case.steps[at].effect);
            let remark = case.zip(step).and_then(|(case, at)| case.steps[at].remark);
            let declared = match fact {
                Some(fact) => Some(fact.declared),
                None => row.opening.as_ref().map(|opening| opening.declared),
            };
            pb::Message {
                message_id: line.message.to_string(),
                sender: line.sender.to_string(),
                number: line.number,
                event: fact.map_or("opening", |fact| fact.event.code().as_str()).to_owned(),
                effect: effect_to_pb(effect).into(),
                declared_time: declared.map(instant::to_pb),
                position: line.position,
                deliveries: line.deliveries.iter().map(delivery).collect(),
                body: None,
                recorded_time: Some(instant::to_pb(line.node_time)),
                remark: remark.map(Remark::code).unwrap_or_default().to_owned(),
                remark_text: remark.map(Remark::text).unwrap_or_default().to_owned(),
                ..pb::Message::default()
            }
        })
        .collect();
    // Causal order is the order of the fold's steps; the opening comes first.
    let place = |message: &pb::Message| {
        let id = message.message_id.parse().ok();
        case.and_then(|case| case.steps.iter().position(|step| Some(step.id) == id)).map_or(0, |at| at + 1)
    };
    messages.sort_by_cached_key(place);
    messages
}

fn delivery(delivery: &Delivery) -> pb::Delivery {
    let (status, reason, position) = match &delivery.status {
        Status::Waiting => (pb::DeliveryStatus::Waiting, String::new(), 0),
        Status::Taken(held) => (pb::DeliveryStatus::Taken, String::new(), held.index),
        Status::Refused(held, code) => (pb::DeliveryStatus::Refused, code.clone(), held.index),
        Status::GivenUp(_, code) => (pb::DeliveryStatus::GivenUp, code.clone(), 0),
    };
    let given_up = match &delivery.overridden {
        Some(Status::GivenUp(_, code)) => code.clone(),
        _ => String::new(),
    };
    let (recipient, status) = (delivery.recipient.to_string(), status.into());
    pb::Delivery { recipient, status, reason, position, given_up, ..pb::Delivery::default() }
}

/// A message that its recipient cannot take yet.
pub(super) struct Postponed {
    /// Position of SENT.
    position: u64,
    recipient: AgencyId,
    not_yet: NotYet,
}

/// What the recipients of a referral's messages cannot take yet.
pub(super) fn postponed(engine: &Engine, row: &ReferralRow) -> Vec<Postponed> {
    let mut found = Vec::new();
    for line in &row.messages {
        let waiting = line.deliveries.iter().filter(|delivery| delivery.status == Status::Waiting);
        found.extend(waiting.filter_map(|delivery| {
            let not_yet = engine.not_yet(&delivery.recipient, line.position)?;
            Some(Postponed { position: line.position, recipient: delivery.recipient.clone(), not_yet })
        }));
    }
    found
}

/// Adds to a referral what its recipients cannot take yet.
pub(super) fn tell_postponed(referral: &mut pb::Referral, postponed: &[Postponed], now: Timestamp) {
    for Postponed { position, recipient, not_yet } in postponed {
        // Of messages of this agency: others have no deliveries.
        let messages = referral.messages.iter_mut().filter(|message| message.position == *position);
        let mut deliveries = messages.flat_map(|message| &mut message.deliveries);
        if let Some(delivery) = deliveries.find(|delivery| delivery.recipient == recipient.as_str()) {
            not_yet.code.refusal().id.clone_into(&mut delivery.not_yet);
            delivery.not_yet_since_time = Some(instant::to_pb(before(now, not_yet.age)));
        }
    }
}

fn crossings(case: &Case) -> Vec<pb::Crossing> {
    let passes_on = |id: MessageId| {
        case.steps.iter().any(|step| step.id == id && Instrument::is_passing_on(step.event.as_str()))
    };
    case.crossings
        .iter()
        .map(|crossing| pb::Crossing {
            message_id: crossing.later.to_string(),
            crossed_by: crossing.earlier.to_string(),
            text: match crossing.lost {
                _ if passes_on(crossing.earlier) || passes_on(crossing.later) => CROSSED_PASSING_ON,
                true => CROSSED_WITHOUT_EFFECT,
                false => CROSSED,
            }
            .to_owned(),
        })
        .collect()
}

pub(super) fn effect_to_pb(effect: Effect) -> pb::Effect {
    match effect {
        Effect::Applied => pb::Effect::Applied,
        Effect::Overlay => pb::Effect::Overlay,
        Effect::CrossedWithoutEffect => pb::Effect::Crossed,
        Effect::Void => pb::Effect::Void,
    }
}

fn clock_status(status: ClockStatus) -> pb::ClockStatus {
    match status {
        ClockStatus::Running => pb::ClockStatus::Running,
        ClockStatus::Overdue => pb::ClockStatus::Overdue,
        ClockStatus::Suspended => pb::ClockStatus::Suspended,
        ClockStatus::Met => pb::ClockStatus::Met,
        ClockStatus::Late => pb::ClockStatus::Late,
        ClockStatus::Discontinued => pb::ClockStatus::Discontinued,
        ClockStatus::Superseded => pb::ClockStatus::Superseded,
        ClockStatus::Void => pb::ClockStatus::Void,
    }
}
