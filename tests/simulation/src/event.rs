//! Events as callers raise them. Must not decide whether one is allowed; the life cycle does.

use jiff::civil::Date;
use rogatory_domain::case::{DeferralReason, Event, Ground, Guarantee, Kind};
use rogatory_domain::id::MessageId;

use crate::dice::Dice;

/// An event of the kind, with parameters that a caller may give; `None` for a kind this release does not know.
pub(crate) fn of_kind(kind: Kind, opening: MessageId, dice: &mut Dice) -> Option<Event> {
    let on = Date::constant(2026, 3, 1 + dice.below(28) as i8);
    let granted = dice.chance(50);
    Some(match kind {
        Kind::InformationRequested => {
            Event::InformationRequested { by: granted.then_some(on), copy_of_judgment: granted }
        }
        Kind::InformationSupplied => Event::InformationSupplied { answers: None },
        Kind::ConsentRecorded => Event::ConsentRecorded { renounces_speciality: granted },
        Kind::Deferred => Event::Deferred { reason: *dice.pick(&DeferralReason::ALL)? },
        Kind::GuaranteeRequested => Event::GuaranteeRequested { guarantee: Guarantee::Return },
        Kind::GuaranteeGiven => Event::GuaranteeGiven { answers: None, guarantee: Guarantee::Return },
        Kind::ExecutionOrdered => Event::ExecutionOrdered { offences: vec![1], conditions: Vec::new() },
        Kind::Refused => Event::Refused { grounds: vec![*dice.pick(Ground::ALL)?] },
        Kind::SurrenderDateProposed => Event::SurrenderDateProposed { on },
        Kind::SurrenderDateAgreed => Event::SurrenderDateAgreed { on },
        Kind::NewDateAgreed => Event::NewDateAgreed { on },
        Kind::SuspensionEnded => Event::SuspensionEnded { on },
        Kind::TemporarilySurrendered => Event::TemporarilySurrendered { return_on: on },
        Kind::Surrendered => Event::Surrendered { custody_days: dice.below(90) as u32 },
        Kind::Withdrawn => Event::Withdrawn { replaced_by: None },
        Kind::SpecialityConsentAnswered => Event::SpecialityConsentAnswered { answers: None, granted },
        Kind::OnwardConsentAnswered => Event::OnwardConsentAnswered { answers: None, granted },
        Kind::Corrected => Event::Corrected { message: opening },
        plain => return Event::plain(plain),
    })
}
