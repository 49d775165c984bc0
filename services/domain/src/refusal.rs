//! The catalogue of refusals: stable code, who is to blame, whether to try again, what to do.
//! Owns the words a caller or a partner may see; they never contain anything of a case.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Who has to act for the refusal to go away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Blame {
    /// The client that called its own node.
    Caller,
    /// The other agency's node.
    Peer,
    /// The person who runs this node.
    Operator,
    /// This node itself.
    Node,
}

impl Blame {
    /// The word used in logs and documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Peer => "peer",
            Self::Operator => "operator",
            Self::Node => "node",
        }
    }
}

/// Whether the same request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// This request will never be accepted; correct it and send a new one.
    Never,
    /// The same request may be repeated after a pause.
    After,
    /// The same request may be accepted once what the advice names was changed.
    WhenChanged,
}

impl Retry {
    /// The word used in logs and documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::After => "after a pause",
            Self::WhenChanged => "when changed",
        }
    }
}

/// One row of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Which refusal.
    pub code: Code,
    /// Stable code, e.g. `RG0101`.
    pub id: &'static str,
    /// Stable name in snake case.
    pub name: &'static str,
    /// Who has to act.
    pub blame: Blame,
    /// Whether to try again.
    pub retry: Retry,
    /// What happened, safe to show to anybody.
    pub text: &'static str,
    /// What to do now.
    pub advice: &'static str,
}

macro_rules! catalogue {
    ($($number:literal $code:ident $name:literal $blame:ident $retry:ident $text:literal $advice:literal;)+) => {
        /// Every reason for which the product refuses something; numbers are never reused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "u16", into = "u16")]
        #[repr(u16)]
        pub enum Code {
            $(#[doc = $text] $code = $number,)+
        }

        /// The whole catalogue in the order of its codes.
        pub const CATALOGUE: &[Refusal] = &[
            $(Refusal {
                code: Code::$code,
                id: concat!("RG0", stringify!($number)),
                name: $name,
                blame: Blame::$blame,
                retry: Retry::$retry,
                text: $text,
                advice: $advice,
            },)+
        ];
    };
}

// Numbers that were given once and are raised by nothing any more are never given again: 504 (agreement_missing) and
// 604 (index_rebuilding). Every code that is here is raised somewhere: `cargo xtask tidy` looks for it.
catalogue! {
    // 01: what was submitted.
    101 MalformedMessage "malformed_message" Caller Never "The message is not of the shape its type demands." "Correct the named field and submit a new message.";
    102 MessageTooLarge "message_too_large" Caller Never "The message is larger than the limit for messages." "Shorten it; what a body may hold is in the limits of the protocol.";
    103 InvalidForm "invalid_form" Caller Never "The form breaks rules of its instrument." "Correct every listed field and submit again; a refused submission uses up no id.";
    104 UnsupportedReferralType "unsupported_referral_type" Caller WhenChanged "This node or the recipient does not take referrals of this type." "Look in the roster for what the recipient accepts.";
    105 TooManyRecipients "too_many_recipients" Caller Never "The message names more recipients than the limit." "Send separate referrals.";
    106 MissingJustification "missing_justification" Caller Never "The person or the justification is missing or not valid." "Give the person's id and a justification with every call.";
    107 ConfigTypo "config_typo" Operator WhenChanged "The configuration, or something that it names, cannot be used." "Correct what each line names; for a mistyped key it has the nearest known one.";
    108 TooManyElements "too_many_elements" Caller Never "The message has more elements than its bytes may carry." "Send less in one message; lists have their limits in the protocol.";

    // 02: referrals, messages and the life cycle.
    201 UnknownReferral "unknown_referral" Caller Never "There is no such referral at this node for this caller." "Check the id; a caller sees only the referrals of its own agency.";
    202 UnknownMessage "unknown_message" Caller Never "There is no such message at this node for this caller." "Check the id.";
    203 WrongActor "wrong_actor" Caller Never "This party may not raise this event." "Let the competent side raise it; the life cycle table names it.";
    204 EventNotAllowed "event_not_allowed" Caller Never "The event is not allowed in the state its sender saw." "Read the referral's state and raise an event the table allows.";
    205 DeclaredInFuture "declared_in_future" Caller Never "The declared instant lies more than five minutes in the future." "Check the clock of the case system; future acts are declared when they happen.";
    206 IdReused "id_reused" Caller Never "This id was used before with other content." "Never reuse an id; a repeat must be the same bytes, anything else needs a new id.";
    207 ReferralFull "referral_full" Caller Never "The referral has as many messages as the limit allows." "Close it and open a new referral that refers to it.";
    208 NotAParty "not_a_party" Peer Never "The sender is not a party to this referral." "Only the parties named in the opening may send messages.";
    209 ContentErased "content_erased" Caller Never "The content of this message was erased under the retention rules." "The record of its exchange remains and can be proved.";
    210 ReferralMoved "referral_moved" Node After "Other messages of this referral kept coming in while this one was placed." "Repeat under the same id; nothing was kept.";
    211 RequestFull "request_full" Caller Never "The request has as many referrals as the limit allows." "Open the rest as referrals of another request; end those of this one that have no purpose any more.";

    // 03: identity and permission.
    301 NotAuthenticated "not_authenticated" Caller WhenChanged "No client certificate was presented." "Connect with a certificate issued for this federation.";
    302 StrangerCertificate "stranger_certificate" Caller WhenChanged "The certificate names no member of this federation." "Ask the operator to have the agency added to the roster.";
    303 CertificateExpired "certificate_expired" Caller WhenChanged "The certificate is not valid at this time." "See whether the clocks of both machines are right; renew it if they are.";
    304 WrongAuthority "wrong_authority" Caller WhenChanged "The certificate has a member's name but was not issued under that member's roots." "Use a certificate from the agency's own authority; if nobody made a mistake, treat it as an attack.";
    305 RoleNotAllowed "role_not_allowed" Caller WhenChanged "The role in this certificate may not make this call." "Use a certificate with the role the permission table names.";
    306 ClientOnExchange "client_on_exchange" Caller WhenChanged "Only nodes may call the Exchange service." "Case systems call the Casework service of their own node.";
    307 CertificateRevoked "certificate_revoked" Caller WhenChanged "The certificate was revoked." "Ask the agency's operator for a new one.";
    308 RateLimited "rate_limited" Caller After "This source calls more often than it may." "Wait as long as the answer says, then repeat.";
    309 UnknownMethod "unknown_method" Caller WhenChanged "There is no such method or service at this address." "Compare the releases of both ends; nodes and clients have addresses of their own.";
    310 ForeignClient "foreign_client" Caller WhenChanged "This is the certificate of a client of another agency." "Clients call the node of their own agency.";
    311 NotGrpc "not_grpc" Caller Never "The request is not of the form that gRPC has here." "Send POST, content type application/grpc, te: trailers, and no compression.";
    312 LateMessage "late_message" Caller After "The message did not arrive in time." "Send a message at once and whole; repeat it over a better line.";
    313 DeadlineExceeded "deadline_exceeded" Caller After "The time that the caller gave had passed before the answer." "Give more time; a repeat under the same id finds out what was done.";
    314 HeadersTooLarge "headers_too_large" Caller Never "The headers of the request are larger than 16 KiB." "Send the headers that gRPC has and few of your own.";
    320 RevocationUnknown "revocation_unknown" Operator WhenChanged "Whether the certificate is revoked cannot be told." "Renew the revocation list of the agency; the check of the configuration names the file and what is wrong with it.";
    321 NotAdmitted "not_admitted" Caller WhenChanged "Nobody of this agency and role is served at this address." "Case systems and people call the node of their own agency; nodes call the address that the roster names.";
    322 CertificateUnfit "certificate_unfit" Caller WhenChanged "The certificate, or a chain it came with, may not be used for this." "Have it issued anew as the page on certificates says; RFC 5280 names the rules.";

    // 04: envelopes, proofs and histories.
    401 DigestMismatch "digest_mismatch" Peer Never "The envelope is not the one its digest was made of." "It was changed on the way; have the sender's operator look for where.";
    402 KeySlotChanged "key_slot_changed" Peer WhenChanged "The content key does not match the commitment in the header." "The sender makes the key slot anew; if it repeats, look for tampering at a hub.";
    403 WrongProofKind "wrong_proof_kind" Peer Never "The proof is of another kind of record than the one claimed." "Only a record of sending proves sending; ask for the right proof.";
    404 ProofInvalid "proof_invalid" Peer Never "The proof does not lead to the signed head." "Ask the sender to prove the record again under its newest head.";
    405 HeadInconsistent "head_inconsistent" Peer WhenChanged "The sender's ledger has two histories that exclude each other." "Keep both heads, stop accepting from that ledger, and tell both operators: this is a fork.";
    406 WrongFederation "wrong_federation" Peer WhenChanged "The message belongs to another federation." "Check the federation named in both configurations.";
    407 SequenceGap "sequence_gap" Peer After "An earlier message of this referral is missing." "The sender repeats from the number that is missing.";
    408 HeadSignatureInvalid "head_signature_invalid" Peer WhenChanged "The head is not signed by the key the roster names." "Compare the ledger key in the roster with that of the peer.";
    409 CannotOpen "cannot_open" Peer WhenChanged "The sealed body cannot be opened with any key of this node." "The sender seals it anew for the key in the newest roster.";

    // 05: routing and delivery.
    501 UnknownRecipient "unknown_recipient" Caller WhenChanged "The recipient is not in the roster." "Check the agency id, or load the newest roster.";
    502 DeliveryExpired "delivery_expired" Peer Never "The message could not be delivered within its time." "Find out whether the recipient runs; an operator can put it back in the queue if it is still needed.";
    503 CursorOfAnotherInstance "cursor_of_another_instance" Caller WhenChanged "The cursor belongs to another instance of the ledger." "Begin at the start of the instance the answer names; message ids show what is known.";
    505 QueueFull "queue_full" Node After "The share of this caller (an own client by its name, another agency by its role) or the queue of the whole node is full." "Repeat after a pause; nothing was kept.";
    506 Draining "draining" Node After "The node is closing down and takes nothing new." "Repeat in a moment, or at another replica.";
    510 ConsumerTakenOver "consumer_taken_over" Caller Never "Another reader opened a watch under the name of this consumer." "One name has one reader, and the newest goes on; give each reader a name of its own.";
    511 UnknownPosition "unknown_position" Caller Never "A position was acknowledged that was never offered to this consumer." "Acknowledge positions as they were offered; nothing of this acknowledgement was recorded.";
    512 CursorBeyondEnd "cursor_beyond_end" Caller Never "The cursor lies beyond the end of the ledger." "Give the cursor of the last offer that was stored, or none.";
    513 TooManyGaps "too_many_gaps" Caller WhenChanged "The consumer has left too many older messages unacknowledged between newer ones." "Open the watch without a cursor and acknowledge the oldest offers first.";
    514 ConnectionAged "connection_aged" Node After "The connection of this stream has reached its age." "Connect again and go on after the last cursor; nothing is lost.";
    515 UnknownConsumer "unknown_consumer" Caller WhenChanged "There is no consumer of this name." "Check the name against the list of consumers.";
    516 TooManyConsumers "too_many_consumers" Operator WhenChanged "There are as many consumers as the limit allows." "Remove consumers that nobody reads under any more.";
    517 ReadTooSlowly "read_too_slowly" Caller After "An answer of this stream was left unread while others waited for the memory it held." "Read answers as they come; open the stream again after the last cursor, nothing is lost.";
    520 OpeningNotDelivered "opening_not_delivered" Caller WhenChanged "The recipient does not hold the opening of this referral." "Have an operator put the opening back in the queue, or open a new referral with this recipient; what was given up stays on the record.";
    521 RecipientLeft "recipient_left" Operator WhenChanged "The recipient is no longer in the roster." "Find out who took over its cases, and open a new referral there; should it come back, an operator can put the message back in the queue.";
    522 NumberClosed "number_closed" Caller Never "The recipient has closed the number of this message: it refused it, or holds a later one or the notice that it was given up." "Send what it said as a new message of the referral; where it was the opening, open a new referral.";
    523 PeerSilent "peer_silent" Peer After "The peer did not answer within its time." "Nothing, if it comes back; its node or the way to it is at fault, and it is dialled again.";
    524 ConnectionLost "connection_lost" Peer After "The connection to the peer ended." "Nothing, if it comes back; it is dialled again.";
    525 Unsendable "unsendable" Operator WhenChanged "The message cannot be sent: its record holds no envelope that this release can read." "Submit what it said as a new message; see whether an earlier release was started on the data of a later one.";

    // 053: not yet. The recipient cannot take the message as it is now; the sender keeps it and tries again.
    530 NotYet "not_yet" Peer WhenChanged "The recipient cannot take this message yet, for a reason that only its release knows." "Nothing; it is tried again by itself. The recipient's operator can say what it waits for.";
    531 LaterFormat "later_format" Peer WhenChanged "The message is in a format that the recipient's release does not read yet." "Nothing; it is tried again by itself, and taken once the recipient runs a later release.";
    532 LaterInstrument "later_instrument" Peer WhenChanged "The message is under an instrument that the recipient's release does not know yet." "Nothing; it is tried again by itself, and taken once the recipient runs a later release.";
    533 LaterEdition "later_edition" Peer WhenChanged "The case is judged by an edition of the law or of the calendars that the recipient's release does not know yet." "Nothing; it is tried again by itself, and taken once the recipient runs a later release.";
    534 LaterEvent "later_event" Peer WhenChanged "The message holds an event or a code that the recipient's release does not know yet." "Nothing; it is tried again by itself, and taken once the recipient runs a later release.";
    535 RosterBehind "roster_behind" Peer WhenChanged "The recipient cannot judge the message by its roster, which is older than the sender's." "Nothing; it is tried again by itself, and judged once the recipient has loaded the newest roster.";

    // 054: rosters that change.
    540 RostersDiffer "rosters_differ" Operator WhenChanged "One of the two nodes goes by a roster that does not name the other's ledger." "Load the newest roster at the node whose version is lower; the list of peers shows both.";
    541 RecipientLedgerReplaced "recipient_ledger_replaced" Caller WhenChanged "The recipient began a new ledger, which does not hold the earlier messages of this referral." "Agree with the recipient how to go on, and open a new referral; what was delivered before stays proven.";
    542 PeerChanged "peer_changed" Node After "The roster says something new of the peer, and the link to it is made anew." "Nothing; it is dialled again at once.";

    // 06: the node.
    601 LedgerDamaged "ledger_damaged" Operator WhenChanged "The ledger is damaged in the middle." "Do not edit it; follow the runbook for a damaged ledger.";
    602 DiskReserve "disk_reserve" Operator WhenChanged "The disk has reached its reserve; only reading is possible." "Free or add space; a node that runs takes messages again by itself, and one that did not start is started again.";
    603 LedgerHeld "ledger_held" Operator WhenChanged "The ledger signs nothing until its peers have confirmed its end." "Wait for the peers, or release it by name after checking.";
    605 RosterRejected "roster_rejected" Operator WhenChanged "The roster is not one that this node can go by." "See what is said of it; get the newest roster from the federation, or have this agency's entry in it put right.";
    610 LedgerMissing "ledger_missing" Operator WhenChanged "There is no ledger where one should be." "See whether the volume of data_dir is mounted; a new node is told to begin: rogatory ledger begin --config FILE.";
    611 GuardMissing "guard_missing" Operator WhenChanged "The ledger has records and no guard." "Mount the guard's volume; if it is gone for good, a named person answers for it: rogatory ledger renew-guard.";
    612 HistoryLost "history_lost" Operator WhenChanged "The ledger is not the newest one that this node had." "Do not start it again; follow the page on backup and restore.";
    613 NotPrivate "not_private" Operator WhenChanged "A secret of the node is open to others." "Set owner and mode as the message says.";
    614 TooFewDescriptors "too_few_descriptors" Operator WhenChanged "The limits of the node need more descriptors than its process may have." "Raise the hard limit of descriptors (LimitNOFILE, ulimit -Hn), or lower limits.connections.";
    615 VaultUnusable "vault_unusable" Operator WhenChanged "The vault, or a key in it, is missing, damaged or of another node." "Mount the vault's volume, or put its own copy back; do not start the node over and over.";
    620 RosterLater "roster_later" Operator WhenChanged "The roster needs a later release of this program, or a decree file that is not here." "Install the release that the federation names, or put the decree file of the edition it names into calendars.decrees_dir (a new option is read at a start); until then the roster in force stays.";

    // 063: a start that finds something in its way and changes nothing.
    630 AddressUnusable "address_unusable" Operator WhenChanged "An address of the node cannot be listened on." "Change it under [listen], or do what the cause says.";
    631 TlsUnusable "tls_unusable" Operator WhenChanged "The certificate, the key or the lists of the node cannot be used." "Put certificate and key of this node's agency in place; if the authority has a new root, get the roster that has it.";
    632 KeyFileUnusable "key_file_unusable" Operator WhenChanged "A key file of the node cannot be used." "Put the file in place that was made for this node; a key that is lost is replaced in the roster.";
    633 DataInUse "data_in_use" Operator WhenChanged "Another process has the data of this node." "Stop the node that runs on it; two never share a directory.";
    634 StorageUnusable "storage_unusable" Operator WhenChanged "A directory of the node cannot be used." "See the path and the cause: mount its volume for writing, give it to the node's user, or move away what stands in its place.";
    635 ConfigUnreadable "config_unreadable" Operator WhenChanged "The configuration cannot be read, or is not TOML." "Give the right file, readable by the node's user; the line that is named is the first that is wrong.";
    636 OtherLedger "other_ledger" Operator WhenChanged "The ledger belongs to another key, agency or federation." "Compare data_dir and keys.ledger with the node's own; nothing in the ledger was changed.";
    699 Internal "internal" Node After "The node could not finish the request." "Repeat after a pause; give the error id to the operator if it stays.";
}

impl Code {
    /// Every code in order.
    pub fn all() -> impl Iterator<Item = Self> {
        CATALOGUE.iter().map(|row| row.code)
    }

    /// The row of the catalogue.
    #[must_use]
    pub fn refusal(self) -> &'static Refusal {
        let row = CATALOGUE.binary_search_by_key(&self, |row| row.code);
        &CATALOGUE[row.expect("every code has a row, and rows are in order")]
    }

    /// The number that travels, e.g. 101.
    #[must_use]
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The code of a number, if it is known to this release.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        CATALOGUE.binary_search_by_key(&number, |row| row.code as u16).ok().map(|at| CATALOGUE[at].code)
    }
}

/// A code of another release or of nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known refusal code")]
pub struct UnknownCode;

impl TryFrom<u16> for Code {
    type Error = UnknownCode;
    fn try_from(number: u16) -> Result<Self, UnknownCode> {
        Self::from_number(number).ok_or(UnknownCode)
    }
}

impl From<Code> for u16 {
    fn from(code: Code) -> u16 {
        code as u16
    }
}

impl FromStr for Code {
    type Err = UnknownCode;
    fn from_str(id: &str) -> Result<Self, UnknownCode> {
        CATALOGUE.iter().find(|row| row.id == id).map(|row| row.code).ok_or(UnknownCode)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = self.refusal();
        write!(f, "{} {}: {}", row.id, row.name, row.text)
    }
}

impl std::error::Error for Code {}

/// Whether a text has the form of a code, `RG` and four digits: one of this catalogue, or of a later release's.
#[must_use]
pub fn is_code(id: &str) -> bool {
    id.strip_prefix("RG")
        .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The catalogue as a Markdown table, for the reference pages.
#[must_use]
pub fn table_markdown() -> String {
    let mut page = String::from(
        "| code | name | who acts | try again | what happened | what to do |\n|---|---|---|---|---|---|\n",
    );
    for Refusal { id, name, blame, retry, text, advice, .. } in CATALOGUE {
        let (blame, retry) = (blame.as_str(), retry.as_str());
        page.push_str(&format!("| {id} | {name} | {blame} | {retry} | {text} | {advice} |\n"));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_ordered_and_lead_back_to_themselves() {
        assert!(CATALOGUE.is_sorted_by(|a, b| a.code < b.code));
        for row in CATALOGUE {
            assert_eq!(row.id, format!("RG{:04}", row.code.number()));
            assert_eq!(row.id.parse::<Code>(), Ok(row.code));
            assert_eq!(Code::from_number(row.code.number()), Some(row.code));
            assert_eq!(row.code.refusal(), row);
            assert!(row.text.ends_with('.') && row.advice.ends_with('.'), "{}", row.id);
            assert_eq!(CATALOGUE.iter().filter(|other| other.name == row.name).count(), 1);
        }
    }

    #[test]
    fn a_fault_of_the_request_never_looks_retryable() {
        for row in CATALOGUE.iter().filter(|row| row.blame == Blame::Caller && row.id.starts_with("RG01")) {
            assert_ne!(row.retry, Retry::After, "{}", row.id);
        }
    }

    #[test]
    fn a_code_of_a_later_release_has_the_form_of_one_and_words_have_not() {
        assert!(CATALOGUE.iter().all(|row| is_code(row.id)));
        assert!(is_code("RG0999"));
        for words in ["", "RG", "RG01", "RG01011", "rg0101", "RG010\u{661}", "RG0101 and more", "PROVEN"] {
            assert!(!is_code(words), "{words}");
        }
    }

    #[test]
    fn the_table_has_one_line_per_code() {
        assert_eq!(table_markdown().lines().count(), CATALOGUE.len() + 2);
    }
}
