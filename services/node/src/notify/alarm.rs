//! Alarms as they are told: read from the ledger, without content. It must not know who is told, nor how.

use jiff::Timestamp;
use rogatory_domain::calendar::Due;
use rogatory_domain::case::{Alarm, AlarmKind, Case};
use rogatory_domain::id::{AgencyId, ReferralId};
use rogatory_engine::reread::Stored;
use rogatory_evidence::Facts;
use rogatory_index::{Base as _, FeedKind};
use rogatory_wire::due;

use crate::config::Alarms;
use crate::desk::{Rejection, internal};
use crate::reads::ReadOnly;

/// One alarm as a receiver gets it.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// The same each time it is told, and no other's.
    pub(super) id: String,
    /// Which step it is.
    pub(super) kind: AlarmKind,
    /// When it was recorded.
    pub(super) recorded: Timestamp,
    /// Whose node it is.
    pub(super) agency: AgencyId,
    /// Which ledger.
    pub(super) instance: String,
    /// Where it stands there.
    pub(super) position: u64,
    /// The referral.
    pub(super) referral: ReferralId,
    /// Code of its instrument; empty while its opening is missing.
    pub(super) instrument: &'static str,
    /// Its state now.
    pub(super) state: String,
    /// The clock.
    pub(super) clock: &'static str,
    /// What it waits for.
    pub(super) waits_for: &'static str,
    /// Its basis in the act.
    pub(super) article: &'static str,
    /// When it is due.
    pub(super) due: Timestamp,
    /// The same as people read it.
    pub(super) due_shown: String,
}

/// The next alarms from a position on; one that was erased is told to nobody, nor one that the receiver does not want.
pub(super) fn next(
    sources: &ReadOnly,
    from: u64,
    count: usize,
    wanted: Alarms,
) -> Result<Vec<(u64, Option<Told>)>, Rejection> {
    let rows = sources.feed(FeedKind::Clock, from..sources.fed_through(), count).map_err(internal)?;
    rows.into_iter().map(|(position, _)| Ok((position, at(sources, position, wanted)?))).collect()
}

fn at(sources: &ReadOnly, position: u64, wanted: Alarms) -> Result<Option<Told>, Rejection> {
    let entry = sources.ledger.entry(position).map_err(internal)?;
    let stored = Stored::decode(position, &entry).map_err(internal)?;
    let shared = stored.shared().map_err(internal)?;
    let opened = stored.open(sources.scribe.vault()).map_err(internal)?;
    let Some(Facts::ClockAlarm(alarm)) = opened.and_then(|opened| opened.facts) else { return Ok(None) };
    let is_wanted = match wanted {
        Alarms::All => true,
        Alarms::Near => alarm.kind == AlarmKind::Near,
        Alarms::Overdue => alarm.kind == AlarmKind::Overdue,
    };
    let Some(referral) = shared.referral.filter(|_| is_wanted) else { return Ok(None) };
    let row = sources.store.referral(referral).map_err(internal)?;
    let instrument = row.as_ref().and_then(|row| Some(row.opening.as_ref()?.instrument));
    let clock = instrument.and_then(|instrument| instrument.clock(alarm.clock.as_str()));
    let due = row.as_ref().and_then(|row| row.case()).and_then(|case| due_of(&case, &alarm));
    let origin = sources.scribe.origin();
    Ok(Some(Told {
        id: format!("{}-{position}", origin.instance),
        kind: alarm.kind,
        recorded: shared.node_time,
        agency: origin.agency.clone(),
        instance: origin.instance.to_string(),
        position,
        referral,
        instrument: instrument.map_or("", |it| it.code),
        state: row.as_ref().map_or("", |row| row.standing.code()).to_owned(),
        clock: alarm.clock.as_str(),
        waits_for: clock.map_or("", |it| it.waits_for),
        article: clock.map_or("", |it| it.article),
        due: alarm.due,
        due_shown: shown(due, alarm.due),
    }))
}

/// The end that an alarm is of, also where it has moved since.
fn due_of(case: &Case, alarm: &Alarm) -> Option<Due> {
    let clocks =
        case.clocks.iter().filter(|clock| (clock.symbol(), clock.cause) == (alarm.clock, alarm.cause));
    clocks
        .flat_map(|clock| clock.due.into_iter().chain(clock.past.iter().map(|past| past.due)))
        .find(|due| due.at == alarm.due)
}

/// By the calendar that counted; where no case tells it any more, in UTC.
fn shown(due: Option<Due>, at: Timestamp) -> String {
    due.map_or_else(
        || at.strftime("%a %Y-%m-%d %H:%M UTC").to_string(),
        |due| due::shown(&due.date.to_string(), &due::local(due), &due.jurisdiction.to_string()),
    )
}

#[cfg(test)]
impl Told {
    /// One alarm. SAMPLE DATA.
    pub(super) fn sample() -> Self {
        Self {
            id: "0190a0a0-0000-7000-8000-000000000001-4711".to_owned(),
            kind: AlarmKind::Near,
            recorded: "2026-03-24T05:00:00Z".parse().unwrap(),
            agency: "nl-om".parse().unwrap(),
            instance: "0190a0a0-0000-7000-8000-000000000001".to_owned(),
            position: 4711,
            referral: "0190a0a0-0000-7000-8000-0000000000aa".parse().unwrap(),
            instrument: rogatory_domain::instrument::INSTRUMENTS[0].code,
            state: "contested".to_owned(),
            clock: "T1",
            waits_for: "final decision",
            article: "17(3), 17(4)",
            due: "2026-04-03T22:00:00Z".parse().unwrap(),
            due_shown: "Fri 2026-04-03 24:00 NL".to_owned(),
        }
    }
}
