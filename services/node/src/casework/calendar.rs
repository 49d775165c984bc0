//! The ends of clocks as a calendar that other programs show: RFC 5545, without content.
//!
//! Owns which clocks are told, and what of them: the instrument, the clock, the end of the referral's id and its state. Nothing
//! that a form or a message says, no agency on the other side, no person. How lines are written is [`ics`]'s.

mod ics;

use std::ops::ControlFlow;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rogatory_domain::Instrument;
use rogatory_domain::case::{Clock, Status};
use rogatory_domain::id::{AgencyId, ReferralId};
use rogatory_index::ReferralRow;
use rogatory_wire::pb::casework::v1 as pb;

use super::{Caller, access, survey};
use crate::answers::{Answers, Taken, answered};
use crate::desk::{Desk, Rejection, internal};
use crate::fields::Fields;
use crate::holder::Holder;
use ics::Lines;

/// Days ahead where the caller does not say.
const DAYS_AHEAD: u32 = 90;

/// Most days ahead: ten years.
const DAYS_AHEAD_MAX: u32 = 3_660;

/// Most days back.
const DAYS_BACK_MAX: u32 = 366;

/// Bytes of text after which a part is sent. What one referral adds to it is bounded by its messages.
const PART_BYTES: usize = 64 << 10;

/// Digits by which a referral is told.
const SHORT_DIGITS: usize = 8;

/// What is told.
#[derive(Clone)]
struct Wanted {
    agency: AgencyId,
    instrument: Option<&'static str>,
    from: Timestamp,
    until: Timestamp,
    now: Timestamp,
}

/// Tells the ends of clocks.
pub(super) async fn calendar(
    desk: Arc<Desk>,
    caller: Caller,
    request: pb::CalendarRequest,
) -> Result<Taken<pb::CalendarResponse>, Rejection> {
    let mut fields = Fields::default();
    let private = fields.asserted(&caller.identity, request.assertion.as_ref());
    let ahead = fields.count("days_ahead", request.days_ahead, DAYS_AHEAD, DAYS_AHEAD_MAX);
    let back = fields.count("days_back", request.days_back, 0, DAYS_BACK_MAX);
    let instrument = Instrument::of_code(&request.instrument).map(|instrument| instrument.code);
    if instrument.is_none() && !request.instrument.is_empty() {
        fields.wrong::<()>("instrument", "value", "the code of an instrument of this release");
    }
    let ((private, ahead), back) = fields.finish(private.zip(ahead).zip(back))?;
    desk.record(access(&desk, private)).await?;
    desk.reads.current().await;
    let now = desk.now();
    let days = |count: usize| SignedDuration::from_hours(24 * i64::try_from(count).unwrap_or_default());
    let wanted = Wanted {
        agency: desk.own().clone(),
        instrument,
        from: now.checked_sub(days(back)).unwrap_or(Timestamp::MIN),
        until: now.checked_add(days(ahead)).unwrap_or(Timestamp::MAX),
        now,
    };
    let share = desk.reads.share(&caller.identity, &caller.unread);
    Ok(answered(share, |answers| tell(desk, caller, wanted, answers)))
}

async fn tell(
    desk: Arc<Desk>,
    caller: Caller,
    wanted: Wanted,
    answers: Answers<pb::CalendarResponse>,
) -> Result<(), Rejection> {
    let mut below = Some(u64::MAX);
    while below.is_some() {
        let Some(room) = answers.clone().room().await else { return Ok(()) };
        let (mut lines, mut as_of) = (Lines::default(), 0);
        if below == Some(u64::MAX) {
            begin(&mut lines, &wanted.agency);
        }
        while let Some(next) = below.filter(|_| lines.len() < PART_BYTES) {
            let _turn = desk.surveys.turn(Holder::of(&caller.identity, desk.own())).await;
            let asked = wanted.clone();
            let read = desk.reads.read(caller.identity.role, move |sources| {
                let below = survey::step(sources, None, next, |id, row| {
                    if lines.len() >= PART_BYTES {
                        return ControlFlow::Break(());
                    }
                    add(&mut lines, id, row, &asked);
                    ControlFlow::Continue(())
                })?;
                Ok((lines, below, sources.as_of().map_err(internal)?))
            });
            (lines, below, as_of) = read.await?;
        }
        if below.is_none() {
            lines.put("END", "VCALENDAR");
        }
        room.send(pb::CalendarResponse { text: lines.into_text(), as_of });
    }
    Ok(())
}

fn begin(lines: &mut Lines, agency: &AgencyId) {
    lines.put("BEGIN", "VCALENDAR");
    lines.put("VERSION", "2.0");
    lines.put("PRODID", "-//Rogatory//Clocks//EN");
    lines.put("CALSCALE", "GREGORIAN");
    lines.put_text("NAME", &format!("Clocks of {agency}"));
    lines.put_text("X-WR-CALNAME", &format!("Clocks of {agency}"));
}

/// Adds the clocks of a referral that are told.
fn add(lines: &mut Lines, id: ReferralId, row: &ReferralRow, wanted: &Wanted) {
    let Some(opening) = row.opening.as_ref().filter(|_| !row.erased) else { return };
    if wanted.instrument.is_some_and(|code| code != opening.instrument.code) {
        return;
    }
    let Some(case) = row.case() else { return };
    let state = case.state().code;
    for clock in &case.clocks {
        event(lines, id, (opening.instrument, state), (clock, row.changed_at), wanted);
    }
}

fn event(
    lines: &mut Lines,
    id: ReferralId,
    (instrument, state): (&Instrument, &str),
    (clock, changed): (&Clock, Timestamp),
    wanted: &Wanted,
) {
    let Some(due) = clock.due.filter(|due| (wanted.from..wanted.until).contains(&due.at)) else { return };
    let status = clock.status(wanted.now);
    let short = short(id);
    lines.put("BEGIN", "VEVENT");
    // One clock of one referral that one message started, whatever becomes of its end.
    lines.put_text("UID", &format!("{id}-{}-{}@{}", clock.symbol(), clock.cause, wanted.agency));
    lines.put("DTSTAMP", &ics::instant(changed));
    lines.put("LAST-MODIFIED", &ics::instant(changed));
    lines.put("SEQUENCE", &clock.past.len().to_string());
    if clock.ends_within_a_day() {
        lines.put("DTSTART", &ics::instant(due.at));
    } else {
        lines.put("DTSTART;VALUE=DATE", &ics::day(due.date));
        lines.put("DTEND;VALUE=DATE", &ics::day(due.date.tomorrow().unwrap_or(due.date)));
    }
    let (standing, mark) = standing(status);
    lines.put("STATUS", standing);
    lines.put("TRANSP", "TRANSPARENT");
    lines.put_text("CATEGORIES", instrument.code);
    let waits_for = clock.definition.waits_for;
    lines
        .put_text("SUMMARY", &format!("{mark}{} {}: {waits_for} ({short})", instrument.code, clock.symbol()));
    lines.put_text("DESCRIPTION", &description(clock, state, status, due.jurisdiction.to_string()));
    let near = SignedDuration::from_hours(clock.definition.near_hours.into());
    if status == Status::Running
        && !near.is_zero()
        && let Ok(at) = due.at.checked_sub(near)
    {
        lines.put("BEGIN", "VALARM");
        lines.put("ACTION", "DISPLAY");
        lines.put("TRIGGER;VALUE=DATE-TIME", &ics::instant(at));
        lines.put_text(
            "DESCRIPTION",
            &format!("{} {} is nearly due ({short})", instrument.code, clock.symbol()),
        );
        lines.put("END", "VALARM");
    }
    lines.put("END", "VEVENT");
}

/// How a clock stands, as a calendar has it, and what is put before its name.
fn standing(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Running => ("CONFIRMED", ""),
        Status::Overdue => ("CONFIRMED", "MISSED: "),
        Status::Suspended => ("TENTATIVE", "suspended: "),
        Status::Late => ("CANCELLED", "missed: "),
        Status::Discontinued => ("CANCELLED", "discontinued: "),
        Status::Met => ("CANCELLED", "done: "),
        Status::Superseded | Status::Void => ("CANCELLED", ""),
    }
}

fn description(clock: &Clock, state: &str, status: Status, jurisdiction: String) -> String {
    // A period that no article gives has a dash for one.
    let article = Some(clock.article()).filter(|article| *article != "–");
    let article = article.map(|article| format!("Art. {article}. ")).unwrap_or_default();
    let mut text = format!(
        "{article}Counted by: {}. Calendar of {jurisdiction}. Clock: {}. State of the case: {state}.",
        clock.rule(),
        status.code(),
    );
    if !clock.definition.on_expiry.is_empty() {
        text.push_str(&format!(" At its end: {}", clock.definition.on_expiry));
    }
    text
}

/// The end of an id, by which the command finds the referral.
fn short(id: ReferralId) -> String {
    let text = id.to_string();
    text.get(text.len().saturating_sub(SHORT_DIGITS)..).unwrap_or_default().to_owned()
}
