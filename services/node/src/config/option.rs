//! The table of every option: key, kind, unit, what stands when it is left out, and its effect.
//!
//! The one source of defaults, checks, suggestions and the reference page. It must not read anything.

/// What a value must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An agency id.
    Agency,
    /// A federation id.
    Federation,
    /// Address and port.
    Address,
    /// A path; relative ones start at the file's directory.
    Path,
    /// A verifier key.
    VerifierKey,
    /// A filter of log lines.
    Filter,
    /// A short name, unique among its like.
    Name,
    /// Where something is posted.
    Url,
    /// Host and port of a relay of mail.
    Relay,
    /// Name of the node elsewhere.
    User,
    /// An address of mail.
    MailAddress,
    /// A list of them.
    MailAddresses,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number between these, both included.
    Count(i64, i64),
}

/// What stands when an option is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// It must be given.
    Required,
    /// Nothing.
    Absent,
    /// This number.
    Number(i64),
    /// This text.
    Text(&'static str),
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Dotted path of the key; `[]` stands behind a section that may be there several times.
    pub key: &'static str,
    /// What the value must be.
    pub kind: Kind,
    /// Unit of the value, if it has one.
    pub unit: &'static str,
    /// What stands when it is left out.
    pub preset: Preset,
    /// What it does.
    pub effect: &'static str,
}

use Kind::{
    Address, Agency, Choice, Count, Federation, Filter, MailAddress, MailAddresses, Name, Path, Relay, Url,
    User, VerifierKey,
};
use Preset::{Absent, Number, Required};

const fn row(
    key: &'static str,
    kind: Kind,
    unit: &'static str,
    preset: Preset,
    effect: &'static str,
) -> Setting {
    Setting { key, kind, unit, preset, effect }
}

const MIB: i64 = 1 << 20;
const GIB: i64 = 1 << 30;

/// Every option, in the order of the file.
#[rustfmt::skip]
pub const OPTIONS: &[Setting] = &[
    row("agency", Agency, "", Required, "The agency this node speaks for; it must be in the roster and in the node's certificate."),
    row("federation", Federation, "", Required, "The federation; it must be the one of the roster."),
    row("data_dir", Path, "", Required, "Directory of the ledger and the index; made with mode 0700 if missing. Only the ledger needs a backup."),
    row("listen.peers", Address, "", Required, "Where other nodes connect (service Exchange)."),
    row("listen.clients", Address, "", Required, "Where the agency's own clients connect (Casework, Admin). May equal `listen.peers`; one listener then serves both."),
    row("listen.metrics", Address, "", Absent, "Where Prometheus reads `/metrics`, and probes ask `/livez` and `/readyz`, over plain HTTP; keep it off foreign networks. None when left out."),
    row("tls.certificate", Path, "", Required, "The node's certificate chain, PEM, leaf first. Read anew on SIGHUP."),
    row("tls.key", Path, "", Required, "Its private key, PEM; mode 0600. Read anew on SIGHUP."),
    row("tls.revocation_dir", Path, "", Absent, "Directory of revocation lists, one `<agency>.crl` (PEM) an agency; an agency without a good one is shut out. An empty file `<agency>.none` in its place declares that the agency publishes none; that goes on the record. Read anew on SIGHUP."),
    row("roster.file", Path, "", Required, "The signed list of agencies. Read at start and on SIGHUP; `rogatory roster load` replaces it."),
    row("roster.key", VerifierKey, "", Required, "Key that must have signed the roster, as one line `<name>+<id>+<base64>`."),
    row("keys.ledger", Path, "", Required, "Private key that signs heads of the ledger; mode 0600."),
    row("keys.sealing", Path, "", Required, "Private key that opens what peers seal; mode 0600."),
    row("keys.vault_dir", Path, "", Required, "Directory of day keys; mode 0700. Erasing destroys a day key: keep this directory out of backups and off volumes with snapshots."),
    row("keys.guard_dir", Path, "", Absent, "Directory of the guard file, which notices a ledger that was put back. Give it a volume of its own; beside the data it guards against nothing that restores the volume. The ledger's own directory when left out."),
    row("limits.message_bytes", Count(MIB, 4 * MIB), "bytes", Number(2 * MIB), "Largest message of a client. The peers' limit of 8 MiB is part of the protocol."),
    row("limits.in_flight_calls", Count(1, 65_536), "calls", Number(1_024), "Calls, streams among them, that one share has under way at once; another is refused as `queue_full`. Each own client by its name has a share, and each role of every other agency, whatever certificates it issues."),
    row("limits.in_flight_bytes", Count(16 * MIB, GIB), "bytes", Number(16 * MIB), "Bytes of messages that one share may have on their way in; more has to wait. As many of answers that it has not read; another is refused as `queue_full`."),
    row("limits.connections", Count(1, 65_536), "connections", Number(1_024), "Connections that stand at once on one listener; another is closed and counted."),
    row("limits.connections_per_identity", Count(1, 65_536), "connections", Number(64), "Connections that the holder of one name has at once, so that no partner takes them all."),
    row("limits.calls_per_second", Count(1, 1_000_000), "calls per second", Number(5_000), "Calls that one share may make, sustained; another is refused as `rate_limited`. A stream is one call. Health, status and peers are counted apart."),
    row("limits.calls_burst", Count(1, 1_000_000), "calls", Number(10_000), "Calls that one share may make at once after a pause."),
    row("limits.client_connection_seconds", Count(5, 86_400), "seconds", Number(3_600), "Age at which a client has to connect again. Links of peers are not cut by age."),
    row("limits.disk_reserve_bytes", Count(16 * MIB, 1 << 50), "bytes", Number(256 * MIB), "Space kept free on the volume of the ledger; below it new work is refused (`disk_reserve`), and half of it is left for the records of reads and of what goes on."),
    row("limits.segment_bytes", Count(32 * MIB, 4 * GIB - 1), "bytes", Number(64 * MIB), "Length of one segment file of the ledger."),
    row("limits.drain_seconds", Count(0, 600), "seconds", Number(10), "Time that calls under way have to end when the node closes."),
    row("delivery.retry_hours", Count(1, 8_760), "hours", Number(72), "Time after submission at which delivery to a recipient is given up, on the record. Retired sealing keys are kept as long."),
    row("calendars.decrees_dir", Path, "", Absent, "Directory of decree files, one `<edition>.toml` for each edition of the calendars beside those of the release, and nothing else. Its files are read at start, on SIGHUP and before a roster is judged; the option itself at start. None are known when left out."),
    row("log.format", Choice(&["json", "text"]), "", Preset::Text("json"), "How log lines are written to standard error."),
    row("log.filter", Filter, "", Preset::Text("info"), "Which lines are written, in the syntax of `tracing`; the variable `ROGATORY_LOG` goes before it."),
    row("notify.webhook[].name", Name, "", Required, "Name of the webhook, unique: under it the node keeps how far it has told, and counts."),
    row("notify.webhook[].url", Url, "", Required, "Where alarms of clocks are posted ([how](statistics.md#webhooks)). None are where there is no `[[notify.webhook]]`."),
    row("notify.webhook[].secret", Path, "", Required, "File with the secret that signs what is posted, `whsec_` and base64 of 24 to 64 bytes; mode 0600. Read at start."),
    row("notify.webhook[].roots", Path, "", Absent, "Root certificates by which the receiver is judged, PEM, such as `/etc/ssl/certs/ca-certificates.crt`; needed for https. Read at start."),
    row("notify.webhook[].alarms", Choice(&["all", "near", "overdue"]), "", Preset::Text("all"), "Which alarms: that a clock is nearly due, that it ran out, or both."),
    row("notify.mail[].name", Name, "", Required, "Name of the mail, unique: under it the node keeps how far it has told, and counts."),
    row("notify.mail[].relay", Relay, "", Required, "The relay that is handed mails of alarms of clocks ([how](statistics.md#mail)). None are written where there is no `[[notify.mail]]`."),
    row("notify.mail[].tls", Choice(&["required", "starttls", "none"]), "", Preset::Text("required"), "How the connection to the relay is sealed: under TLS from its first byte, as relays do on port 465; under TLS after STARTTLS, without which nothing is sent, as on port 587; or not at all, to this machine alone."),
    row("notify.mail[].roots", Path, "", Absent, "Root certificates by which the relay is judged, PEM, such as `/etc/ssl/certs/ca-certificates.crt` or those of an authority of your own; needed unless `tls` is `none`. Read at start."),
    row("notify.mail[].user", User, "", Absent, "Name under which the node logs in at the relay. It does not log in when left out."),
    row("notify.mail[].password", Path, "", Absent, "File with the password of that name, one line; mode 0600. Read at start."),
    row("notify.mail[].from", MailAddress, "", Required, "Address that the mails are from; what the relay cannot deliver comes back to it."),
    row("notify.mail[].to", MailAddresses, "", Required, "Addresses that the mails are to; each sees the others."),
    row("notify.mail[].alarms", Choice(&["all", "near", "overdue"]), "", Preset::Text("all"), "Which alarms: that a clock is nearly due, that it ran out, or both."),
];

/// What stands behind a section that may be there several times.
pub(super) const LIST: &str = "[]";
