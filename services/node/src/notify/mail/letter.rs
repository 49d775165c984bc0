//! An alarm in the words of a mail. Owns the words: no person, no agency on the other side, no word of a form. The same alarm makes a
//! mail with the same id and date, so that a repeat is known, though the state that it shows may have moved on. It must not know how
//! mails travel.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, MessageBuilder};
use rogatory_domain::case::AlarmKind;

use super::super::alarm::Told;
use crate::config::MailAddress;

/// Days ahead that show every clock of which there can be an early warning.
const LISTED_DAYS: u32 = 30;

/// The mail as it is handed over.
pub(super) fn written(
    told: &Told,
    from: &MailAddress,
    to: &[MailAddress],
) -> Result<Vec<u8>, lettre::error::Error> {
    let mailbox = |address: &MailAddress| Mailbox::new(None, address.address().clone());
    let id = format!("<{}@{}>", told.id, from.address().domain());
    // Whoever answers automatically should not answer this (RFC 3834).
    let automatic =
        HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
    let message =
        to.iter().fold(MessageBuilder::new().from(mailbox(from)), |message, to| message.to(mailbox(to)));
    let message = message
        .date(UNIX_EPOCH + Duration::from_secs(told.recorded.as_second().max(0).unsigned_abs()))
        .message_id(Some(id))
        .subject(subject(told))
        .raw_header(automatic)
        .header(MIME_VERSION_1_0)
        .header(ContentType::TEXT_PLAIN)
        .body(body(told))?;
    Ok(message.formatted())
}

fn subject(told: &Told) -> String {
    let Told { agency, clock, instrument, referral, due_shown, .. } = told;
    let what = match told.kind {
        AlarmKind::Near => "is nearly due",
        AlarmKind::Overdue => "is overdue",
    };
    format!("{agency}: {clock} {what}, {due_shown}, {instrument} {referral}")
}

fn body(told: &Told) -> String {
    let what = match told.kind {
        AlarmKind::Near => "A clock is nearly due.",
        AlarmKind::Overdue => "A clock is overdue.",
    };
    let rows = [
        ("Agency", told.agency.to_string()),
        ("Referral", told.referral.to_string()),
        ("Instrument", told.instrument.to_owned()),
        ("Clock", told.clock.to_owned()),
        ("Waits for", told.waits_for.to_owned()),
        ("Article", told.article.to_owned()),
        ("Due", told.due_shown.clone()),
    ];
    let rows: String = rows.map(|(name, value)| format!("  {name:<12}{value}\n")).concat();
    format!(
        "{what}\n\n{rows}\nWhat is due by now, and the referral:\n\n  rogatory clock list --days {LISTED_DAYS}\n  rogatory \
         referral show {}\n\nWritten by the node of {}. It reads no answers.\n",
        told.referral, told.agency
    )
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::INSTRUMENTS;

    use super::*;

    fn text(told: &Told) -> String {
        let address = |text| MailAddress::parse(text).unwrap();
        let to = ["duty-desk@agency.example", "head-of-unit@agency.example"].map(address);
        String::from_utf8(written(told, &address("rogatory@agency.example"), &to).unwrap()).unwrap()
    }

    #[test]
    fn the_mail_of_an_alarm_is_the_one_that_the_reference_shows() {
        let page = include_str!("../../../../../docs/reference/statistics.md");
        let shown = page.split_once("```text\nFrom: ").and_then(|(_, rest)| rest.split_once("```"));
        let expected = format!("From: {}", shown.unwrap().0).replace('\n', "\r\n");
        assert_eq!(text(&Told::sample()), expected);
        let later = Told { state: "surrendered".to_owned(), ..Told::sample() };
        assert_eq!(text(&later), expected, "whatever has become of the case since");
        let overdue = text(&Told { kind: AlarmKind::Overdue, ..Told::sample() });
        assert!(
            overdue.contains("T1 is overdue") && overdue.contains("\r\nA clock is overdue.\r\n"),
            "{overdue}"
        );
    }

    #[test]
    fn no_value_makes_a_header_of_its_own_and_every_byte_is_ascii() {
        let evil = "x\r\nBcc: other@b.example\r\n\r\n.\r\nünd";
        let text = text(&Told {
            due_shown: evil.to_owned(),
            instrument: "x\r\nCc: other@b.example",
            ..Told::sample()
        });
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<_> = head
            .lines()
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| line.split_once(':'))
            .map(|(name, _)| name)
            .collect();
        let known = [
            "From",
            "To",
            "Date",
            "Message-ID",
            "Subject",
            "Auto-Submitted",
            "Content-Type",
            "MIME-Version",
            "Content-Transfer-Encoding",
        ];
        assert!(names.iter().all(|name| known.contains(name)) && names.len() == known.len(), "{head}");
        assert!(text.is_ascii(), "{text}");
    }

    #[test]
    fn the_list_that_is_named_shows_every_clock_with_an_early_warning() {
        let hours = INSTRUMENTS.iter().flat_map(|it| it.clocks.iter()).map(|clock| clock.near_hours);
        assert!(hours.max() <= Some(LISTED_DAYS * 24));
    }
}
