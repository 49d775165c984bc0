//! Where something is posted: https to any host, plain http to this machine alone. It must not connect.

use std::net::IpAddr;

use http::Uri;
use serde::{Deserialize, Serialize};

/// Bytes of a URL.
const URL_BYTES_MAX: usize = 1_024;

/// A URL that things are posted to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Target {
    text: String,
    host: String,
    port: u16,
    is_secure: bool,
    path: String,
}

impl Target {
    /// Reads a URL: no user in it, no fragment, and nothing unsealed beyond this machine.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok().filter(|_| text.len() <= URL_BYTES_MAX && !text.contains('#'))?;
        let is_secure = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() || !(is_secure || is_this_machine(&host)) {
            return None;
        }
        let port = match authority.as_str().rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
            Some((_, port)) => port.parse().ok().filter(|port| *port != 0)?,
            None if is_secure => 443,
            None => 80,
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Some(Self { text: text.to_owned(), host, port, is_secure, path })
    }

    /// Host without brackets.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is reached under TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.is_secure
    }

    /// Path with its query.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Host as the header of a request has it.
    pub(crate) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let is_usual = self.port == if self.is_secure { 443 } else { 80 };
        if is_usual { host } else { format!("{host}:{}", self.port) }
    }
}

/// Whether a host, without brackets, is the machine of the node.
pub(super) fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl TryFrom<String> for Target {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("an https URL, or http to this machine")
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_read_into_what_a_connection_needs() {
        for (text, host, port, path, authority) in [
            ("https://alarms.example/a?b=c", "alarms.example", 443, "/a?b=c", "alarms.example"),
            ("https://alarms.example:8443", "alarms.example", 8443, "/", "alarms.example:8443"),
            ("http://127.0.0.1:9/x", "127.0.0.1", 9, "/x", "127.0.0.1:9"),
            ("http://[::1]:90/", "::1", 90, "/", "[::1]:90"),
            ("http://localhost/", "localhost", 80, "/", "localhost"),
        ] {
            let target = Target::parse(text).expect(text);
            assert_eq!((target.host(), target.port(), target.path()), (host, port, path), "{text}");
            assert_eq!(target.authority(), authority);
            assert_eq!(target.is_secure(), text.starts_with("https"));
        }
    }

    #[test]
    fn what_would_travel_unsealed_or_is_no_url_is_refused() {
        for text in [
            "http://alarms.example/",
            "http://10.0.0.1/",
            "ftp://localhost/",
            "https://",
            "https://user:secret@alarms.example/",
            "https://alarms.example:0/",
            "https://alarms.example:99999/",
            "https://alarms.example/#part",
            "alarms.example",
            "",
        ] {
            assert_eq!(Target::parse(text), None, "{text}");
        }
        assert_eq!(Target::parse(&format!("https://a.example/{}", "x".repeat(URL_BYTES_MAX))), None);
    }
}
