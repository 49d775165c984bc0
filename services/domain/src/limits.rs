//! Every limit of the domain, named, with its unit; owns the numbers and how they relate, enforces nothing.

/// Bytes of an agency id: two letters, a hyphen and at most 60 more.
pub const AGENCY_ID_BYTES: usize = 63;
/// Bytes of a federation id.
pub const FEDERATION_ID_BYTES: usize = 100;
/// Bytes of a person id.
pub const PERSON_ID_BYTES: usize = 128;
/// Bytes of a justification.
pub const JUSTIFICATION_BYTES: usize = 500;

/// Bytes of a message body as submitted, before sealing.
pub const BODY_BYTES: usize = 1024 * 1024;
/// Bytes that header, facts and framing may add to a body.
pub const MESSAGE_OVERHEAD_BYTES: usize = 64 * 1024;
/// Bytes of a whole message on any stream.
pub const MESSAGE_BYTES: usize = BODY_BYTES + MESSAGE_OVERHEAD_BYTES;

/// How often one case may be passed on to other agencies.
pub const PASSED_ON: usize = 8;
/// Messages of earlier referrals that the opening of a case that was passed on carries.
pub const MESSAGES_CARRIED: usize = 200;
/// Bytes of the facts of an opening that carries those of earlier referrals, which a record holds beside the body.
pub const FACTS_BYTES: usize = 48 * 1024;

/// Recipients of one message, agencies.
pub const RECIPIENTS: usize = 16;
/// Parties of one referral, agencies: the sender and every recipient.
pub const PARTIES: usize = RECIPIENTS + 1;
/// Messages of the parties of one referral, its opening included.
pub const EVENTS_PER_REFERRAL: usize = 1000;
/// How many of those each party may send whatever the others sent: however much one of them tells, the others can still move the
/// case and end it.
pub const EVENTS_OF_EACH_PARTY: usize = 40;
/// Messages that are kept of one agency for a referral whose opening is not here yet.
pub const EVENTS_BEFORE_OPENING: usize = 16;
/// Referrals whose opening is not here yet that the events of one peer may make known to a running node.
pub const UNOPENED_OF_EACH_PEER: usize = 256;
/// Refused messages of one party in a referral; more are not taken yet, and leave no record.
pub const REFUSALS_OF_EACH_PARTY: usize = 200;
/// The same of an agency that is no party.
pub const REFUSALS_OF_OTHERS: usize = 4;
/// Seconds a declared instant may lie in the future (clocks of two agencies are never equal).
pub const DECLARED_FUTURE_SECONDS: i64 = 5 * 60;
/// Seconds an id may be ahead of the record of its message: what orders by ids would show one of another century first for
/// ever. It is wider than for instants, since a repeat must find its record after a clock was set back by hours.
pub const MINTED_FUTURE_SECONDS: i64 = 24 * 60 * 60;
/// Microseconds from the Unix epoch to the earliest instant that can be declared, the beginning of the year 2000: older
/// than the law, and later than an instant of today that was given in seconds or milliseconds.
pub const DECLARED_EARLIEST_UNIX_US: i64 = 946_684_800_000_000;

/// Offences of one warrant.
pub const OFFENCES: usize = 200;
/// National arrest warrants or judgments one warrant rests on, each.
pub const DECISIONS: usize = 50;
/// Items of any other list of the form (names, aliases, nationalities, addresses, property, contacts).
pub const LIST_ITEMS: usize = 64;
/// Translations of one warrant.
pub const TRANSLATIONS: usize = 32;
/// Bytes of a one-line field: a name, a place, a reference.
pub const LINE_BYTES: usize = 512;
/// Bytes of a free text field: circumstances, description, reasons.
pub const TEXT_BYTES: usize = 64 * 1024;
/// Grounds of one refusal.
pub const GROUNDS: usize = 16;
/// Years of a prison term that is not for life.
pub const TERM_YEARS: u32 = 1000;
/// Days in which a retrial may be asked for, box (d) 3.4.
pub const RETRIAL_DAYS: u32 = 3650;

/// Days that an interception may be asked for, or lasts.
pub const INTERCEPTION_DAYS: u32 = 3650;

/// Months of custody an offence must carry at most, at the least (Art. 2(1)).
pub const PROSECUTION_MONTHS: u32 = 12;
/// Months of custody that must have been imposed (Art. 2(1)).
pub const EXECUTION_MONTHS: u32 = 4;
/// Months of custody a list offence must carry at most, at the least (Art. 2(2)).
pub const LIST_OFFENCE_MONTHS: u32 = 36;

const _: () = {
    assert!(MESSAGE_BYTES < 4 * 1024 * 1024, "a message fits the default limit of gRPC peers");
    assert!(TEXT_BYTES < BODY_BYTES, "one text cannot fill a body");
    assert!(PARTIES > RECIPIENTS, "the sender is a party");
    assert!(OFFENCES <= u16::MAX as usize, "offence positions travel as 16 bits");
    assert!(JUSTIFICATION_BYTES <= LINE_BYTES && PERSON_ID_BYTES <= LINE_BYTES);
    assert!(EXECUTION_MONTHS < PROSECUTION_MONTHS && PROSECUTION_MONTHS < LIST_OFFENCE_MONTHS);
    assert!(GROUNDS >= 12, "every ground of Arts 3, 4 and 4a fits one refusal");
    assert!(EVENTS_PER_REFERRAL >= 100, "a warrant with several postponements fits");
    assert!(EVENTS_OF_EACH_PARTY * PARTIES <= EVENTS_PER_REFERRAL, "every party has its own");
    assert!(DECLARED_FUTURE_SECONDS < 86_400, "a future day is never an honest clock difference");
};
