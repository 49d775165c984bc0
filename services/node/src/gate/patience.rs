//! Patience: how long a caller may keep the node waiting for the rest of a message, and the deadline it gave itself.
//!
//! Only time in which the node waits for the caller counts: a node that is behind does not blame whoever waits for it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::HeaderMap;
use tokio::time::{Instant, Sleep, sleep_until};

/// Digits of a `grpc-timeout` (gRPC over HTTP/2).
const TIMEOUT_DIGITS_MAX: usize = 8;

/// By how much the node is earlier than the deadline, so that its answer has a code before the transport gives up
/// without one.
const EARLIER: Duration = Duration::from_millis(2);

/// When the caller stops waiting, if it said so.
pub(super) fn deadline(headers: &HeaderMap, now: Instant) -> Option<Instant> {
    let timeout = parse(headers.get("grpc-timeout")?.to_str().ok()?)?;
    now.checked_add(timeout.saturating_sub(EARLIER))
}

fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.is_empty() || digits.len() > TIMEOUT_DIGITS_MAX || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3_600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

/// The time a caller has left for what it is to send.
pub(super) struct Patience {
    whole: Duration,
    left: Duration,
    since: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
}

impl Patience {
    /// A caller that has all of it.
    pub(super) fn new(whole: Duration) -> Self {
        Self { whole, left: whole, since: None, alarm: Box::pin(sleep_until(Instant::now())) }
    }

    /// Something came: the time until now counts.
    pub(super) fn came(&mut self) {
        if let Some(since) = self.since.take() {
            self.left = self.left.saturating_sub(since.elapsed());
        }
    }

    /// The next message has all the time again.
    pub(super) fn renew(&mut self) {
        self.left = self.whole;
    }

    /// Nothing is here: ready once the caller has used up its time.
    pub(super) fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.since.is_none() {
            let now = Instant::now();
            self.since = Some(now);
            self.alarm.as_mut().reset(now + self.left);
        }
        self.alarm.as_mut().poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_as_grpc_writes_them() {
        let seconds = [("1H", 3_600), ("2M", 120), ("99999999S", 99_999_999), ("3000m", 3)];
        for (text, expected) in seconds {
            assert_eq!(parse(text), Some(Duration::from_secs(expected)), "{text}");
        }
        assert_eq!(parse("5u"), Some(Duration::from_micros(5)));
        assert_eq!(parse("7n"), Some(Duration::from_nanos(7)));
        for wrong in ["", "S", "1", "1s", "+1S", "-1S", "1.5S", "123456789S", "1 S", "\u{fc}"] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
