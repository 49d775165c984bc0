//! Lines of an iCalendar file (RFC 5545): escaped, folded, ended. It must not know what they say.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Octets of a line, its end left out (RFC 5545, 3.1).
const LINE_OCTETS_MAX: usize = 75;

/// Text that grows line by line.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    /// Adds a property whose value is written as it is.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        self.fold(&format!("{name}:{value}"));
    }

    /// Adds a property whose value is text.
    pub(super) fn put_text(&mut self, name: &str, text: &str) {
        self.put(name, &escaped(text));
    }

    /// Bytes so far.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The text.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// A line that is too long goes on after a space; no character is cut in two.
    fn fold(&mut self, line: &str) {
        let mut octets = 0;
        for char in line.chars() {
            if octets + char.len_utf8() > LINE_OCTETS_MAX {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(char);
            octets += char.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// Text as a value: what would end it, or begin another one, is escaped; other controls are left out (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\\' | ';' | ',' => escaped.extend(['\\', char]),
            '\n' => escaped.push_str("\\n"),
            _ if char.is_control() => {}
            _ => escaped.push(char),
        }
    }
    escaped
}

/// An instant in UTC, to the second.
pub(super) fn instant(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A day.
pub(super) fn day(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_75_octets_at_most_and_reads_as_before_once_it_is_unfolded() {
        for text in ["short", &"x".repeat(75), &"€".repeat(100), &"a€".repeat(333)] {
            let mut lines = Lines::default();
            lines.put("SUMMARY", text);
            let folded = lines.into_text();
            assert!(folded.ends_with("\r\n"));
            assert!(folded.split("\r\n").all(|line| line.len() <= LINE_OCTETS_MAX), "{folded}");
            assert_eq!(folded.replace("\r\n ", ""), format!("SUMMARY:{text}\r\n"));
        }
    }

    #[test]
    fn text_ends_no_value_and_begins_no_line() {
        let mut lines = Lines::default();
        lines.put_text("SUMMARY", "a;b,c\\d\r\nEND:VEVENT\u{7}");
        assert_eq!(lines.into_text(), "SUMMARY:a\\;b\\,c\\\\d\\nEND:VEVENT\r\n");
    }

    #[test]
    fn instants_are_in_utc_and_days_are_eight_digits() {
        assert_eq!(instant("2026-03-29T01:30:00.5Z".parse().unwrap()), "20260329T013000Z");
        assert_eq!(day(jiff::civil::date(2026, 3, 9)), "20260309");
    }
}
