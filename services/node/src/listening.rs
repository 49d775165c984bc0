//! The node's addresses: taken before anything is opened, so that a start whose address somebody else has writes nothing and
//! dials nobody, and listened on once there is something to serve.
//!
//! Owns how an address is taken and what is said when it cannot be. It must not know what is served where.

use std::fmt;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpSocket};

use crate::config::{Config, Listen};

/// Connections that may wait in the system's queue to be accepted.
const BACKLOG_COUNT_MAX: u32 = 1_024;

const PEERS: &str = "listen.peers";
const CLIENTS: &str = "listen.clients";
const METRICS: &str = "listen.metrics";

/// An address that cannot be listened on.
#[derive(Debug)]
pub struct Unlistenable {
    option: &'static str,
    address: SocketAddr,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    /// Another option of the same configuration has it.
    Taken(&'static str),
    /// The system refused.
    System(io::Error),
}

impl Unlistenable {
    /// Which option names it.
    pub(crate) fn option(&self) -> &'static str {
        self.option
    }

    /// Whether it stays so until somebody changes the configuration or the node's rights. Another process may end, and an
    /// address may come with its network.
    pub(crate) fn lasts(&self) -> bool {
        match &self.cause {
            Cause::Taken(_) => true,
            Cause::System(error) => error.kind() == ErrorKind::PermissionDenied,
        }
    }

    /// What is said after the option.
    pub(crate) fn told(&self) -> String {
        let (address, port) = (self.address, self.address.port());
        match &self.cause {
            Cause::Taken(option) => format!("{address} cannot be listened on: it is taken by {option}"),
            Cause::System(error) => {
                let advice = match error.kind() {
                    ErrorKind::AddrInUse => {
                        format!("; ss -ltnp 'sport = :{port}' names the process that has it")
                    }
                    ErrorKind::PermissionDenied if port < 1_024 => {
                        "; a port below 1024 needs CAP_NET_BIND_SERVICE (AmbientCapabilities of the unit), or \
                         take a higher one"
                            .to_owned()
                    }
                    ErrorKind::AddrNotAvailable => "; it is no address of this machine (ip address)".to_owned(),
                    _ => String::new(),
                };
                format!("{address} cannot be listened on: {error}{advice}")
            }
        }
    }
}

impl fmt::Display for Unlistenable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.option, self.told())
    }
}

impl std::error::Error for Unlistenable {}

/// An address that is this node's. Nobody who connects to it is kept waiting before it is listened on.
#[derive(Debug)]
pub(crate) struct Taken {
    option: &'static str,
    address: SocketAddr,
    socket: TcpSocket,
}

/// Every address of a configuration.
#[derive(Debug)]
pub(crate) struct Addresses {
    /// For peers; for clients too where they share it.
    pub(crate) peers: Taken,
    /// For clients, if they have their own.
    pub(crate) clients: Option<Taken>,
    /// For collectors and probes.
    pub(crate) metrics: Option<Taken>,
}

impl Addresses {
    /// Takes all of them, or none.
    ///
    /// # Errors
    /// The first one that cannot be listened on.
    pub(crate) fn take(config: &Config) -> Result<Self, Unlistenable> {
        let Listen { peers, clients, metrics } = config.listen;
        let clients = (!config.shares_listener()).then_some(clients);
        let take = |option, address| Taken::of(config, option, address);
        Ok(Self {
            peers: take(PEERS, peers)?,
            clients: clients.map(|address| take(CLIENTS, address)).transpose()?,
            metrics: metrics.map(|address| take(METRICS, address)).transpose()?,
        })
    }
}

/// Everything that would refuse to listen now.
pub(crate) fn refusals(config: &Config) -> Vec<Unlistenable> {
    // Held until the last one was tried, as a start holds them.
    let tried: Vec<_> =
        options(config).into_iter().map(|(option, address)| Taken::of(config, option, address)).collect();
    tried.into_iter().filter_map(Result::err).collect()
}

/// Addresses that a configuration gives away twice.
pub(crate) fn taken_twice(config: &Config) -> Vec<Unlistenable> {
    options(config).into_iter().filter_map(|(option, address)| twice(config, option, address)).collect()
}

fn options(config: &Config) -> Vec<(&'static str, SocketAddr)> {
    let Listen { peers, clients, metrics } = config.listen;
    let clients = (!config.shares_listener()).then_some(clients);
    let all = [(PEERS, Some(peers)), (CLIENTS, clients), (METRICS, metrics)];
    all.into_iter().filter_map(|(option, address)| Some((option, address?))).collect()
}

/// Whether an option before this one has the address already.
fn twice(config: &Config, option: &'static str, address: SocketAddr) -> Option<Unlistenable> {
    let overlaps = |other: SocketAddr| {
        let is_any = other.ip().is_unspecified() || address.ip().is_unspecified();
        other.port() == address.port() && (other.ip() == address.ip() || is_any)
    };
    let before = options(config).into_iter().take_while(|(other, _)| *other != option);
    let taker = before.into_iter().find(|(_, other)| overlaps(*other));
    taker.map(|(taker, _)| Unlistenable { option, address, cause: Cause::Taken(taker) })
}

impl Taken {
    fn of(config: &Config, option: &'static str, address: SocketAddr) -> Result<Self, Unlistenable> {
        if let Some(refused) = twice(config, option, address) {
            return Err(refused);
        }
        match bound(address) {
            Ok(socket) => Ok(Self { option, address, socket }),
            Err(error) => Err(Unlistenable { option, address, cause: Cause::System(error) }),
        }
    }

    /// Listens on it.
    ///
    /// # Errors
    /// Somebody else has taken it at the same moment and listens on it.
    pub(crate) fn listen(self) -> Result<TcpListener, Unlistenable> {
        let Self { option, address, socket } = self;
        let listening = socket.listen(BACKLOG_COUNT_MAX);
        listening.map_err(|error| Unlistenable { option, address, cause: Cause::System(error) })
    }
}

fn bound(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Connections of the run before, which the system remembers for a while, do not keep the address from this one.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: ErrorKind, port: u16) -> String {
        let cause = Cause::System(kind.into());
        Unlistenable { option: PEERS, address: ([192, 0, 2, 1], port).into(), cause }.to_string()
    }

    #[test]
    fn each_cause_has_its_advice_and_stands_once() {
        for (kind, port, advice) in [
            (ErrorKind::AddrInUse, 7443, "; ss -ltnp 'sport = :7443' names the process that has it"),
            (ErrorKind::PermissionDenied, 443, "CAP_NET_BIND_SERVICE"),
            (ErrorKind::AddrNotAvailable, 7443, "no address of this machine"),
        ] {
            let said = said(kind, port);
            assert!(
                said.starts_with(&format!("listen.peers: 192.0.2.1:{port} cannot be listened on: {kind}"))
            );
            assert!(said.contains(advice) && said.matches(&kind.to_string()).count() == 1, "{said}");
        }
    }

    #[test]
    fn what_another_process_or_the_network_may_change_does_not_last() {
        let of = |kind: ErrorKind| {
            let cause = Cause::System(kind.into());
            Unlistenable { option: PEERS, address: ([192, 0, 2, 1], 443).into(), cause }.lasts()
        };
        assert!(of(ErrorKind::PermissionDenied));
        assert!(!of(ErrorKind::AddrInUse) && !of(ErrorKind::AddrNotAvailable));
    }
}
