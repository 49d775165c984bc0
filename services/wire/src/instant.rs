//! Instants of the client API: `google.protobuf.Timestamp` on the wire, absent where there is none, and microseconds
//! everywhere else.
//!
//! Owns both directions. An instant is never rounded on its way in: what a record could not hold is refused. It must not
//! judge when something may have happened.

use jiff::Timestamp;
/// An instant as the client API writes it.
pub use prost_types::Timestamp as PbTimestamp;

/// Microseconds of a second.
const SECOND_US: i64 = 1_000_000;

/// Nanoseconds of a microsecond, below which no record goes.
const MICROSECOND_NS: i32 = 1_000;

/// Seconds to the beginning of the year 1, before which protobuf knows no instant.
const EARLIEST_SECONDS: i64 = -62_135_596_800;

/// Why an instant cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InstantError {
    /// Protobuf allows no such instant, or the calendar ends before it.
    #[error("an instant of the years 1 to 9999, with nanoseconds from 0 to 999,999,999")]
    OutOfRange,
    /// It tells parts of a microsecond.
    #[error("an instant in whole microseconds")]
    TooFine,
}

/// Writes an instant; parts of a microsecond, which no record has, are left out.
pub fn to_pb(at: Timestamp) -> PbTimestamp {
    let us = at.as_microsecond();
    // The remainder is below a second and not negative, so that it always fits.
    let nanos = i32::try_from(us.rem_euclid(SECOND_US)).unwrap_or_default() * MICROSECOND_NS;
    PbTimestamp { seconds: us.div_euclid(SECOND_US), nanos }
}

/// Reads an instant exactly.
///
/// # Errors
/// [`InstantError`], when it is none or tells parts of a microsecond.
pub fn from_pb(at: PbTimestamp) -> Result<Timestamp, InstantError> {
    let is_proper = (0..1_000_000_000).contains(&at.nanos) && at.seconds >= EARLIEST_SECONDS;
    if !is_proper {
        return Err(InstantError::OutOfRange);
    }
    let read = Timestamp::new(at.seconds, at.nanos).map_err(|_| InstantError::OutOfRange)?;
    if at.nanos % MICROSECOND_NS == 0 { Ok(read) } else { Err(InstantError::TooFine) }
}

/// An instant of an answer; none where there is none, or none that can be read.
pub fn told(at: Option<PbTimestamp>) -> Option<Timestamp> {
    at.and_then(|at| from_pb(at).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pb(seconds: i64, nanos: i32) -> PbTimestamp {
        PbTimestamp { seconds, nanos }
    }

    #[test]
    fn an_instant_comes_back_to_the_microsecond_before_the_epoch_too() {
        for us in [0, 1, -1, 1_621_502_000_000_001, -62_135_596_800_000_000, 253_402_000_000_000_001] {
            let at = Timestamp::from_microsecond(us).unwrap();
            assert_eq!(from_pb(to_pb(at)), Ok(at), "{us}");
        }
        assert_eq!(to_pb("1969-12-31T23:59:59.999999Z".parse().unwrap()), pb(-1, 999_999_000));
    }

    #[test]
    fn what_is_no_instant_or_too_fine_is_not_read() {
        for (seconds, nanos) in
            [(i64::MAX, 0), (i64::MIN, 0), (EARLIEST_SECONDS - 1, 0), (0, -1), (0, 1_000_000_000)]
        {
            assert_eq!(from_pb(pb(seconds, nanos)), Err(InstantError::OutOfRange), "{seconds} {nanos}");
        }
        assert_eq!(from_pb(pb(1_621_502_000, 1_500)), Err(InstantError::TooFine));
        assert_eq!(told(Some(pb(0, 1))), None);
        assert_eq!(told(None), None);
    }
}
