//! What a mail needs: a relay, how the connection to it is sealed, addresses, and what these must say together. It must not connect.

use std::net::IpAddr;

use lettre::Address;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::target::is_this_machine;

/// The sections of mails.
pub(super) const LIST: &str = "notify.mail";

/// Addresses that one mail may be to.
pub(super) const ADDRESSES_COUNT_MAX: usize = 20;

/// Bytes of a name at a relay.
pub(super) const USER_BYTES_MAX: usize = 256;

/// Bytes of an address (RFC 5321, 4.5.3.1.3, without its brackets).
const ADDRESS_BYTES_MAX: usize = 254;

/// Bytes of the name of a host.
const HOST_BYTES_MAX: usize = 253;

/// How a connection to a relay is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sealing {
    /// Under TLS from the first byte.
    Required,
    /// Under TLS once the relay was asked for it; nothing is sent where it is not granted.
    StartTls,
    /// Not at all.
    None,
}

/// Host and port of a relay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Relay {
    host: String,
    port: u16,
}

impl Relay {
    /// Reads `host:port`; an IPv6 address stands in brackets.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port != 0)?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let is_host = match bare {
            Some(bare) => bare.parse::<IpAddr>().is_ok_and(|address| address.is_ipv6()),
            None => (1..=HOST_BYTES_MAX).contains(&host.len()) && host.bytes().all(is_of_host),
        };
        is_host.then(|| Self { host: bare.unwrap_or(host).to_owned(), port })
    }

    /// Host without brackets.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    fn is_local(&self) -> bool {
        is_this_machine(&self.host)
    }
}

fn is_of_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._".contains(&byte)
}

impl TryFrom<String> for Relay {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a host with a port")
    }
}

impl From<Relay> for String {
    fn from(relay: Relay) -> Self {
        let Relay { host, port } = relay;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

/// An address of mail that can stand in a command and in a header as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MailAddress(Address);

impl MailAddress {
    /// Reads an address in ASCII, without a name beside it, quotes or comments.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"(),:;<>[\\]".contains(&byte);
        let is_right = text.len() <= ADDRESS_BYTES_MAX && text.bytes().all(is_plain);
        is_right.then(|| text.parse().ok().map(Self)).flatten()
    }

    /// As the library has it.
    pub(crate) fn address(&self) -> &Address {
        &self.0
    }
}

impl TryFrom<String> for MailAddress {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("an address of mail")
    }
}

impl From<MailAddress> for String {
    fn from(address: MailAddress) -> Self {
        address.0.to_string()
    }
}

/// Whether a text can be a name at a relay.
pub(super) fn is_user(text: &str) -> bool {
    (1..=USER_BYTES_MAX).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// What is wrong with keys that are each right: the key and the fault.
pub(super) fn contradictions(mail: &Table) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let is_unsealed = mail.get("tls").and_then(Value::as_str) == Some("none");
    let relay = mail.get("relay").and_then(Value::as_str).and_then(Relay::parse);
    if is_unsealed && relay.is_some_and(|relay| !relay.is_local()) {
        found.push(("tls", "\"none\" is for a relay on this machine; to any other mails go under TLS"));
    }
    match (mail.contains_key("user"), mail.contains_key("password")) {
        (true, false) => found.push(("password", "missing; a user needs a file with a password")),
        (false, true) => found.push(("user", "missing; a password needs the name that it belongs to")),
        _ => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_a_host_with_a_port_and_is_written_as_it_was_read() {
        for (text, host, port, is_local) in [
            ("mail.example:465", "mail.example", 465, false),
            ("localhost:25", "localhost", 25, true),
            ("127.0.0.1:2525", "127.0.0.1", 2525, true),
            ("[::1]:25", "::1", 25, true),
            ("10.0.0.1:25", "10.0.0.1", 25, false),
        ] {
            let relay = Relay::parse(text).expect(text);
            assert_eq!((relay.host(), relay.port(), relay.is_local()), (host, port, is_local));
            assert_eq!(String::from(relay), text);
        }
        for text in [
            "",
            ":25",
            "mail.example",
            "mail.example:0",
            "mail.example:66000",
            "::1:25",
            "[mail]:25",
            "a b:25",
        ] {
            assert_eq!(Relay::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_holds_nothing_that_a_command_or_a_header_could_read_otherwise() {
        for text in
            ["duty@agency.example", "duty.desk+rogatory@mail.agency.example", "o'neill@agency.example"]
        {
            assert_eq!(String::from(MailAddress::parse(text).expect(text)), text);
        }
        for text in [
            "",
            "duty",
            "@agency.example",
            "Duty <duty@agency.example>",
            "duty@agency.example, head@agency.example",
            "duty@agency.example\r\nBcc: other@agency.example",
            "\"duty\r\n\"@agency.example",
            "\"duty desk\"@agency.example",
            "duty@[127.0.0.1]",
            "dutý@agency.example",
        ] {
            assert_eq!(MailAddress::parse(text), None, "{text:?}");
        }
        assert_eq!(MailAddress::parse(&format!("duty@{}.example", "a".repeat(ADDRESS_BYTES_MAX))), None);
    }
}
