//! What is told of one referral beside what a list has: offers, what is remembered, custody, what may be done.
//! It must not read content.

use jiff::Timestamp;
use rogatory_domain::AgencyId;
use rogatory_domain::calendar::Calendars;
use rogatory_domain::case::{Case, OpeningFact, Question, Value};
use rogatory_domain::instrument::Side;
use rogatory_index::ReferralRow;
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1 as pb;

/// Adds what one referral tells and a list does not.
pub(in crate::casework) fn tell(referral: &mut pb::Referral, row: &ReferralRow, now: Timestamp) {
    let Some((case, opening)) = row.case().zip(row.opening.as_ref()) else { return };
    referral.offers = offers(&case);
    referral.remembered = remembered(&case, opening);
    // Where it was passed on from, nobody is held on it any more: that is told where it goes on.
    referral.custody = custody(&case, opening, now).filter(|_| !case.is_passed_on());
    referral.allowed = allowed(&case, opening);
    referral.traits = opening.traits.iter().map(ToString::to_string).collect();
}

/// What is open, and who has to answer.
pub(super) fn questions(case: &Case, row: &ReferralRow) -> Vec<pb::Question> {
    let Some(opening) = row.opening.as_ref() else { return Vec::new() };
    case.questions.iter().map(|one| question(one, opening, row)).collect()
}

fn question(question: &Question, opening: &OpeningFact, row: &ReferralRow) -> pb::Question {
    let asked_by =
        opening.every(&row.facts).find(|fact| fact.id == question.asked_by).map(|fact| &fact.sender);
    let known = opening.instrument.questions.iter().find(|known| question.kind == known.code);
    let may_answer = |agency: &&AgencyId| {
        let capacity = opening.capacity_of(agency).filter(|it| it.side == question.waits_for);
        capacity.is_some_and(|it| opening.instrument.may_answer(question.kind, it))
    };
    pb::Question {
        code: question.kind.to_string(),
        item: question.item.map(|item| item.to_string()).unwrap_or_default(),
        message_id: question.asked_by.to_string(),
        asked_by: asked_by.map(ToString::to_string).unwrap_or_default(),
        waits_for: question.waits_for.code().to_owned(),
        agencies: opening.everyone().filter(may_answer).map(ToString::to_string).collect(),
        meaning: known.map(|known| known.meaning.to_owned()).unwrap_or_default(),
    }
}

fn offers(case: &Case) -> Vec<pb::OfferedDay> {
    let offer = |offer: &rogatory_domain::case::Offer| pb::OfferedDay {
        message_id: offer.message.to_string(),
        by: offer.by.code().to_owned(),
        day: offer.day.to_string(),
    };
    case.offers().iter().map(offer).collect()
}

fn remembered(case: &Case, opening: &OpeningFact) -> Vec<pb::Remembered> {
    let told = opening.instrument.values.iter().flat_map(|known| {
        let values = case.all_values(known.code);
        values.map(|value| pb::Remembered {
            code: known.code.to_owned(),
            value: shown(value),
            meaning: known.meaning.to_owned(),
        })
    });
    told.collect()
}

fn shown(value: Value) -> String {
    match value {
        Value::Day(day) => day.to_string(),
        Value::Item(item) => item.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Set => "yes".to_owned(),
        value @ Value::Id(_) => value.message().map(|id| id.to_string()).unwrap_or_default(),
    }
}

fn custody(case: &Case, opening: &OpeningFact, now: Timestamp) -> Option<pb::Custody> {
    let periods = case.custody.periods();
    let calendars = Calendars::of(opening.calendar_edition).filter(|_| !periods.is_empty())?;
    let period = |period: &rogatory_domain::case::CustodyPeriod| pb::CustodyPeriod {
        from_time: Some(instant::to_pb(period.from)),
        until_time: period.until.map(instant::to_pb),
        kind: period.kind.map(|kind| kind.to_string()).unwrap_or_default(),
    };
    Some(pb::Custody {
        held: case.custody.is_held(),
        days: case.custody.days(calendars, opening.jurisdiction, now),
        periods: periods.iter().map(period).collect(),
    })
}

fn allowed(case: &Case, opening: &OpeningFact) -> Vec<pb::AllowedActs> {
    let acts =
        opening.everyone().filter(|agency| opening.side_of(agency) != Side::Neither).filter_map(|agency| {
            let capacity = opening.capacity_of(agency)?;
            let events = case.allowed(capacity).filter(|event| opening.asks_for(event.only_for));
            let events: Vec<String> = events.map(|event| event.code.to_owned()).collect();
            (!events.is_empty()).then(|| pb::AllowedActs { agency: agency.to_string(), events })
        });
    acts.collect()
}
