//! What requests are refused for, field by field.

use jiff::{SignedDuration, Timestamp};
use rogatory_domain::id::{AgencyId, ReferralId};
use rogatory_domain::limits;
use rogatory_domain::refusal::Code;
use rogatory_wire::instant;

use super::{Fields, missing};
use crate::desk::Rejection;

fn found(rejection: &Rejection) -> Vec<(&str, &str)> {
    rejection.faults.iter().map(|fault| (fault.field.as_str(), fault.rule)).collect()
}

#[test]
fn every_fault_is_listed_and_none_repeats_what_a_field_said() {
    let mut fields = Fields::default();
    let id = fields.parsed::<ReferralId>("referral_id", "secret");
    let recipient = fields.optional::<AgencyId>("recipient", "secret");
    let limit = fields.count("limit", 1001, 100, 1000);
    let rejection = fields.finish(id.zip(recipient).zip(limit)).unwrap_err();
    assert_eq!(rejection.code, Code::MalformedMessage);
    assert_eq!(found(&rejection), [("referral_id", "form"), ("recipient", "form"), ("limit", "limit")]);
    assert!(!rejection.faults.to_string().contains("secret"));
}

#[test]
fn what_is_sound_passes_and_what_may_be_empty_is_none() {
    let mut fields = Fields::default();
    assert_eq!(fields.optional::<AgencyId>("recipient", ""), None);
    let limits = [0, 1, 1000].map(|asked| fields.count("limit", asked, 100, 1000).unwrap());
    assert_eq!(fields.finish(Some(limits)).unwrap(), [100, 1, 1000]);
    assert_eq!(found(&missing("opening")), [("opening", "required")]);
}

#[test]
fn an_instant_is_declared_between_the_law_and_the_tolerance_of_clocks() {
    let now: Timestamp = "2021-05-20T09:12:00Z".parse().unwrap();
    let declared = |at: Timestamp| {
        let mut fields = Fields::default();
        let read = fields.declared(Some(instant::to_pb(at)), now);
        fields.finish(read).map(|declared| declared.at).map_err(|rejection| rejection.code)
    };
    let unsaid = Fields::default().declared(None, now).unwrap();
    assert_eq!((unsaid.at, unsaid.said_unix_us()), (now, 0));
    let earliest = Timestamp::from_microsecond(limits::DECLARED_EARLIEST_UNIX_US).unwrap();
    assert_eq!(declared(earliest).unwrap().to_string(), "2000-01-01T00:00:00Z");
    let microsecond = SignedDuration::from_micros(1);
    for wrong in [earliest - microsecond, Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH - microsecond] {
        assert_eq!(declared(wrong), Err(Code::MalformedMessage), "{wrong}");
    }
    let ahead = now + SignedDuration::from_secs(limits::DECLARED_FUTURE_SECONDS);
    assert_eq!(declared(ahead), Ok(ahead));
    assert_eq!(declared(ahead + SignedDuration::from_secs(1)), Err(Code::DeclaredInFuture));
}

#[test]
fn an_instant_that_cannot_be_read_is_refused_with_its_path() {
    let now: Timestamp = "2021-05-20T09:12:00Z".parse().unwrap();
    for (seconds, nanos) in [(i64::MAX, 0), (i64::MIN, 0), (now.as_second(), -1), (now.as_second(), 1)] {
        let mut fields = Fields::default();
        let read = fields.declared(Some(instant::PbTimestamp { seconds, nanos }), now);
        let rejection = fields.finish(read).unwrap_err();
        assert_eq!(rejection.code, Code::MalformedMessage, "{seconds} {nanos}");
        assert_eq!(found(&rejection), [("declared_time", "instant")]);
    }
}
