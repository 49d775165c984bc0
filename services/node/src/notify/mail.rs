//! Alarms by mail. Owns one attempt to hand one to the relay: sealed as the operator says, within a time, and without believing the
//! relay anything but that it took the mail. It must not repeat by itself, and it knows no other relay.

mod letter;
mod starttls;
mod stream;

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as From, Quit, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use metrics::counter;
use parking_lot::Mutex;
use rogatory_keys::{NodeUser, Password};
use rogatory_tls::{CONNECT_LIMIT, Clock, ConnectError, ServiceConnector, Speech, dial};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tracing::warn;

use super::alarm::Told;
use super::roots;
use crate::config::{Mail, MailAddress, Relay, Sealing};
use crate::metrics_names::MAIL_REFUSED;
use stream::Stream;

/// Time for one attempt, from the connection to the answer that the mail is taken. Relays look into what they take before they
/// answer, and one that answers too late is handed the mail again.
const ATTEMPT_LIMIT: Duration = Duration::from_secs(60);

/// Time for taking leave, which changes nothing any more.
const LEAVE_LIMIT: Duration = Duration::from_secs(1);

/// Failed tries of one alarm after which a recipient whom the relay cannot take for now is passed over while it takes others: more
/// than a quarter of an hour of pauses, which is longer than relays put off whom they do not know yet.
const TRIES_COUNT: u32 = 12;

/// Letters of a relay's answer that go into the log.
const SAID_COUNT_MAX: usize = 200;

/// Who hands mails to a relay.
pub(super) struct Mailer {
    name: String,
    relay: Relay,
    seal: Seal,
    login: Option<(String, Password)>,
    from: MailAddress,
    to: Vec<MailAddress>,
    /// Recipients that were passed over though they may be taken later, by their places in the list. They are tried with every
    /// alarm, and not waited for again until one reaches them.
    passed_over: Mutex<BTreeSet<usize>>,
}

/// How the connection is sealed, and by whom the relay is vouched for.
enum Seal {
    FromTheFirstByte(ServiceConnector),
    OnceAsked(ServiceConnector),
    /// Nothing but this machine is reached.
    None,
}

/// A part of the dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Greeting,
    Login,
    Sender,
    Recipients,
    Text,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "greeting",
            Self::Login => "login",
            Self::Sender => "sender",
            Self::Recipients => "recipients",
            Self::Text => "text",
        })
    }
}

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// No connection.
    #[error("no connection: {0}")]
    Connect(ConnectError),
    /// The relay does not go on under TLS.
    #[error("no STARTTLS: {0}")]
    StartTls(starttls::Refused),
    /// No end of the dialogue in time.
    #[error("the relay did not take it within {} seconds", ATTEMPT_LIMIT.as_secs())]
    Late,
    /// The relay could not take it now.
    #[error("at the {0}: {1}")]
    NotNow(Part, String),
    /// The relay does not want it as it is.
    #[error("at the {0}: {1}")]
    Unwanted(Part, String),
    /// There is no mail to hand over.
    #[error("the mail cannot be written: {0}")]
    Unwritable(lettre::error::Error),
}

impl Failure {
    /// Whether it fails however often it is tried.
    pub(super) fn is_unwanted(&self) -> bool {
        matches!(self, Self::Unwanted(..) | Self::Unwritable(_))
    }

    /// What is refused before the relay knows of the mail says nothing about the mail.
    fn of(part: Part, error: &smtp::Error) -> Self {
        let is_before = matches!(part, Part::Greeting | Part::Login);
        if error.is_permanent() && !is_before {
            Self::Unwanted(part, said(error))
        } else {
            Self::NotNow(part, said(error))
        }
    }
}

impl Mailer {
    /// Reads roots and password; every error names the key and what is wrong with it.
    pub(super) fn load(
        mail: &Mail,
        user: NodeUser,
        clock: &Clock,
    ) -> Result<Self, Vec<(&'static str, String)>> {
        let mut faults = Vec::new();
        let mut tls = || {
            let connector = roots::connector(mail.roots.as_deref(), Speech::Smtp, clock);
            connector.map_err(|error| faults.push(("roots", error.to_string()))).ok()
        };
        let seal = match mail.tls {
            Sealing::Required => tls().map(Seal::FromTheFirstByte),
            Sealing::StartTls => tls().map(Seal::OnceAsked),
            Sealing::None => Some(Seal::None),
        };
        let password = mail.password.as_deref().and_then(|path| {
            Password::load(path, user).map_err(|error| faults.push(("password", error.to_string()))).ok()
        });
        match seal {
            Some(seal) if faults.is_empty() => Ok(Self {
                name: mail.name.clone(),
                relay: mail.relay.clone(),
                seal,
                login: mail.user.clone().zip(password),
                from: mail.from.clone(),
                to: mail.to.clone(),
                passed_over: Mutex::default(),
            }),
            _ => Err(faults),
        }
    }

    /// Hands an alarm to the relay once, after so many failed tries.
    pub(super) async fn send(&self, told: &Told, failures: u32) -> Result<(), Failure> {
        let text = letter::written(told, &self.from, &self.to).map_err(Failure::Unwritable)?;
        timeout(ATTEMPT_LIMIT, self.hand_over(&text, failures)).await.unwrap_or(Err(Failure::Late))
    }

    async fn hand_over(&self, text: &[u8], failures: u32) -> Result<(), Failure> {
        let (stream, hello) = self.connect().await?;
        self.talk(stream, &hello, text, failures).await
    }

    async fn talk(
        &self,
        stream: Stream,
        hello: &ClientId,
        text: &[u8],
        failures: u32,
    ) -> Result<(), Failure> {
        let failed = |part| move |error: smtp::Error| Failure::of(part, &error);
        let connection = AsyncSmtpConnection::connect_with_transport(Box::new(stream), hello);
        let mut relay = connection.await.map_err(failed(Part::Greeting))?;
        if let Some((user, password)) = &self.login {
            // The library takes a copy of its own, which it does not overwrite; it is dropped with this connection.
            let login = Credentials::new(user.clone(), password.expose().to_owned());
            relay.auth(DEFAULT_MECHANISMS, &login).await.map_err(failed(Part::Login))?;
        }
        let from = From::new(Some(self.from.address().clone()), Vec::new());
        relay.command(from).await.map_err(failed(Part::Sender))?;
        let refused = self.name_recipients(&mut relay, failures >= TRIES_COUNT).await?;
        relay.command(Data).await.map_err(failed(Part::Text))?;
        relay.message(text).await.map_err(failed(Part::Text))?;
        for (at, said) in refused {
            warn!(
                name = self.name,
                recipient = at,
                said,
                "a mail relay does not take one recipient of an alarm, which goes to the others"
            );
            counter!(MAIL_REFUSED, "mail" => self.name.clone()).increment(1);
        }
        // It is taken, whatever comes now.
        let _ = timeout(LEAVE_LIMIT, relay.command(Quit)).await;
        Ok(())
    }

    /// Names the recipients; gives those whom the relay does not take while it takes others, by their places in the list. Who
    /// left the house, and whose mailbox is full for a week, must not keep the rest from being told.
    async fn name_recipients(
        &self,
        relay: &mut AsyncSmtpConnection,
        is_enough: bool,
    ) -> Result<Vec<(usize, String)>, Failure> {
        let mut refused = Vec::new();
        for (at, to) in self.to.iter().enumerate() {
            let Err(error) = relay.command(Rcpt::new(to.address().clone(), Vec::new())).await else {
                self.passed_over.lock().remove(&at);
                continue;
            };
            let is_passed_over = error.is_transient() && (is_enough || self.passed_over.lock().contains(&at));
            let is_last = refused.len() + 1 == self.to.len();
            if is_last || !(error.is_permanent() || is_passed_over) {
                return Err(Failure::of(Part::Recipients, &error));
            }
            if is_passed_over {
                self.passed_over.lock().insert(at);
            }
            refused.push((at, said(&error)));
        }
        Ok(refused)
    }

    /// A connection on which the relay greets, and as what the node greets it.
    async fn connect(&self) -> Result<(Stream, ClientId), Failure> {
        let (host, port) = (self.relay.host(), self.relay.port());
        let mut tcp = dial(host, port).await.map_err(Failure::Connect)?;
        let hello = hello(&tcp);
        let stream = match &self.seal {
            Seal::None => Stream::new(tcp),
            Seal::FromTheFirstByte(tls) => {
                Stream::new(tls.secure(host, tcp).await.map_err(Failure::Connect)?)
            }
            Seal::OnceAsked(tls) => {
                let asked = timeout(CONNECT_LIMIT, starttls::ask(&mut tcp, &hello)).await;
                asked.unwrap_or(Err(starttls::Refused::Late)).map_err(Failure::StartTls)?;
                Stream::greeted(tls.secure(host, tcp).await.map_err(Failure::Connect)?)
            }
        };
        Ok((stream, hello))
    }
}

/// The node under its address on the way to the relay: a name that is its own it does not know.
fn hello(tcp: &TcpStream) -> ClientId {
    match tcp.local_addr().map(|address| address.ip().to_canonical()) {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::default(),
    }
}

/// An error with what the relay said, of which the log is given no more than some plain letters.
fn said(error: &smtp::Error) -> String {
    let plain = |letter: &char| letter.is_ascii_graphic() || *letter == ' ';
    error.to_string().chars().filter(plain).take(SAID_COUNT_MAX).collect()
}

#[cfg(test)]
mod tests;
