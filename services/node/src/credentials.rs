//! The node's own certificate, and the roots and lists of every agency: read at the start and at SIGHUP, and put into
//! force at every listener, in dialling and for the connections that stand.
//!
//! It must not judge a certificate or a list; it says loudly what was found wrong, and starts all the same when only its
//! own people are concerned.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;
use rogatory_domain::AgencyId;
use rogatory_engine::{Clock as _, Input, SystemClock};
use rogatory_evidence::{Roster, RosterInForce};
use rogatory_keys::small_file::{self, SMALL_BYTES_MAX};
use rogatory_tls::{
    Clock, ConfigError, Connector, Credentials, HandshakeRefusal, KnownAddresses, Partners, TlsServer, Trust,
};
use tokio::signal::unix::Signal;
use tokio::sync::{Notify, watch};
use tracing::{error, info, warn};

use crate::channel::host_and_port;
use crate::config::Config;
use crate::desk::Desk;
use crate::expiry::Endings;
use crate::node::NodeError;
use crate::revocation::{AgencyLists, Declared, Numbers, read_lists, remember, roots_of, unchecked};
use crate::rosters::{CurrentRoster, RosterLoader};
use crate::server::Door;
use crate::standing::Standing;

/// Time between two looks at what ends.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Time between two look-ups of the roster's names, whose addresses have places in the handshake.
const RESOLVE_EVERY: Duration = Duration::from_secs(300);

/// Everything that decides whom this node believes, and as whom it speaks.
pub(crate) struct Tls {
    pub(crate) connector: Arc<Connector>,
    pub(crate) standing: Arc<Standing>,
    pub(crate) clock: Clock,
    config: Config,
    rosters: Arc<CurrentRoster>,
    /// Looked-up addresses are those of an older roster.
    renamed: Notify,
    /// The trust that a roster makes which is not in force yet.
    prepared: Mutex<Option<Prepared>>,
    servers: Vec<(Door, Arc<TlsServer>)>,
    known: Arc<KnownAddresses>,
    endings: Arc<Endings>,
    in_force: Mutex<InForce>,
}

/// What a roster makes, read while the one before it is in force.
struct Prepared {
    roster: RosterInForce,
    trust: Trust,
    unchecked: BTreeSet<AgencyId>,
}

struct InForce {
    credentials: Credentials,
    trust: Trust,
    numbers: Numbers,
    unchecked: BTreeSet<AgencyId>,
    declared: Declared,
}

impl Tls {
    /// Reads the files. A certificate that has ended, or whose revocation cannot be told, starts the node all the same:
    /// others refuse it, and its own people have to be able to look.
    ///
    /// # Errors
    /// Names the file, or says why certificate, key and roster do not belong together.
    pub(crate) fn load(
        config: &Config,
        rosters: &Arc<CurrentRoster>,
        endings: Arc<Endings>,
        doors: &[Door],
    ) -> Result<Arc<Self>, NodeError> {
        let clock: Clock = Arc::new(|| SystemClock.now());
        let mut numbers = Numbers::load(config).map_err(|error| unusable(&error))?;
        let credentials = read_credentials(config)?;
        let declared = Declared::load(config).map_err(|error| unusable(&error))?;
        let (trust, unchecked) = read_trust(config, &rosters.get(), &mut numbers)?;
        if let Some(fault) = check_as_node(config, &credentials, &trust, clock())? {
            error!(cause = %fault, "other nodes refuse this one until its certificate is replaced, or the list that it is checked against");
        }
        let known = Arc::new(KnownAddresses::default());
        let server = |door: &Door| {
            let partners = if *door == Door::Clients { Partners::None } else { Partners::Nodes };
            TlsServer::new(&credentials, &trust, partners, known.clone(), clock.clone())
                .map(|server| (*door, server))
                .map_err(|e| unusable(&e))
        };
        let servers = doors.iter().map(server).collect::<Result<_, _>>()?;
        let connector = Connector::new(&credentials, &trust, clock.clone()).map_err(|e| unusable(&e))?;
        let tls = Self {
            connector,
            standing: Standing::new(credentials.identity().agency.clone(), trust.clone(), clock.clone()),
            clock,
            config: config.clone(),
            rosters: rosters.clone(),
            renamed: Notify::new(),
            prepared: Mutex::default(),
            servers,
            known,
            endings,
            in_force: Mutex::new(InForce { credentials, trust, numbers, unchecked, declared }),
        };
        tls.tell_ends();
        Ok(Arc::new(tls))
    }

    /// The TLS side of a listener.
    pub(crate) fn server(&self, door: Door) -> Option<&Arc<TlsServer>> {
        self.servers.iter().find(|(of, _)| *of == door).map(|(_, server)| server)
    }

    /// Reads everything anew, the roster among it, at each of `hangups`, ends what no longer stands, looks at what
    /// ends, and keeps the addresses of the roster, until the node closes.
    pub(crate) fn keep(
        self: &Arc<Self>,
        desk: Arc<Desk>,
        loader: Arc<RosterLoader>,
        mut hangups: Signal,
        closing: &watch::Receiver<bool>,
    ) {
        let tls = self.clone();
        tls.declare(&desk);
        tokio::spawn(async move {
            while hangups.recv().await.is_some() {
                let (tls, desk) = (tls.clone(), desk.clone());
                // The roster first, so that certificates are judged under the roots that the agencies have now.
                let reload = move || {
                    tls.reload();
                    tls.declare(&desk);
                    // Whoever hung the node up has cured something, and must not wait for the end of a pause to see it.
                    desk.engine.send(Input::ReachAnew);
                };
                loader.load_file(reload).await;
            }
        });
        tokio::spawn(self.standing.clone().keep(closing.clone()));
        tokio::spawn(self.clone().tell_ends_until(closing.clone()));
        tokio::spawn(self.clone().resolve_until(closing.clone()));
    }

    /// Lists count in any case, since what they say is safe to believe; own certificate and key only if they are usable.
    fn reload(&self) {
        let mut in_force = self.in_force.lock();
        let mut is_whole = true;
        match read_trust(&self.config, &self.rosters.get(), &mut in_force.numbers) {
            Ok((trust, unchecked)) => (in_force.trust, in_force.unchecked) = (trust, unchecked),
            Err(error) => {
                is_whole = false;
                error!(%error, "roots and revocation lists were not read anew; the old ones stay in force");
            }
        }
        match self.renewed_credentials(&in_force) {
            Ok(credentials) => in_force.credentials = credentials,
            Err(error) => {
                is_whole = false;
                error!(%error, "the own certificate was not read anew; the old one stays in force");
            }
        }
        is_whole &= self.renew(&in_force);
        self.standing.renew(in_force.trust.clone());
        drop(in_force);
        self.tell_ends();
        if is_whole {
            info!("certificates and revocation lists were read anew");
        }
    }

    /// Judges new connections by what is in force.
    fn renew(&self, in_force: &InForce) -> bool {
        let InForce { credentials, trust, .. } = in_force;
        let renewed = self
            .servers
            .iter()
            .try_for_each(|(_, server)| server.reload(credentials, trust))
            .and_then(|()| self.connector.reload(credentials, trust));
        if let Err(error) = &renewed {
            error!(%error, "new connections are judged by the old certificates");
        }
        renewed.is_ok()
    }

    /// Makes the trust of a roster that is to come into force, and keeps it until then.
    ///
    /// # Errors
    /// When its roots cannot be read, or this node's own certificate would not stand under them.
    pub(crate) fn prepare(&self, roster: &Roster) -> Result<(), NodeError> {
        let mut in_force = self.in_force.lock();
        let (trust, unchecked) = read_trust(&self.config, roster, &mut in_force.numbers)?;
        let own = &in_force.credentials;
        if let Err(fault) = own.check_as_node(&trust, (self.clock)())
            && !is_a_matter_of_time(&fault)
        {
            return Err(unusable(&fault));
        }
        *self.prepared.lock() = Some(Prepared { roster: roster.in_force(), trust, unchecked });
        Ok(())
    }

    /// Puts the trust in force that was prepared for a roster. The engine waits for it, so it reads no file and checks no
    /// certificate: what stands is judged at the next look.
    pub(crate) fn take_over(&self, roster: &Roster) {
        let prepared = self.prepared.lock().take().filter(|prepared| prepared.roster == roster.in_force());
        let Some(prepared) = prepared else { return };
        let mut in_force = self.in_force.lock();
        (in_force.trust, in_force.unchecked) = (prepared.trust, prepared.unchecked);
        self.renew(&in_force);
        self.standing.go_by(in_force.trust.clone());
        self.renamed.notify_one();
    }

    /// Shows what ends under a roster that came into force, and who is not checked.
    pub(crate) fn tell_of_roster(&self, desk: &Desk) {
        self.tell_ends();
        self.declare(desk);
    }

    /// Puts on the record who is not checked for revocation any more, and who is again, and shows who is not.
    fn declare(&self, desk: &Desk) {
        let mut in_force = self.in_force.lock();
        if self.config.tls.revocation_dir.is_none() {
            return;
        }
        let InForce { declared, unchecked, .. } = &mut *in_force;
        let changes = declared.renew(unchecked, (self.clock)());
        for change in &changes {
            desk.note_configured(change.reason());
            warn!(agency = %change.agency, is_checked = change.is_checked, "it is declared whether the agency's certificates are checked for revocation");
        }
        if !changes.is_empty()
            && let Err(error) = declared.store(&self.config)
        {
            warn!(%error, "whose revocation is not checked cannot be kept beyond this run");
        }
        desk.show_unchecked(declared.clone());
    }

    /// The files' certificate and key, unless the ones in force are better.
    fn renewed_credentials(&self, in_force: &InForce) -> Result<Credentials, NodeError> {
        let renewed = read_credentials(&self.config)?;
        let now = (self.clock)();
        match renewed.check_as_node(&in_force.trust, now) {
            Ok(()) => Ok(renewed),
            Err(fault) => {
                let old_stands = in_force.credentials.check_as_node(&in_force.trust, now).is_ok();
                let is_no_worse = is_a_matter_of_time(&fault) && !old_stands;
                if is_no_worse { Ok(renewed) } else { Err(unusable(&fault)) }
            }
        }
    }

    fn tell_ends(&self) {
        let in_force = self.in_force.lock();
        let own = in_force.credentials.identity();
        self.endings.node(&own.agency, own.not_after);
        for (peer, not_after) in self.standing.peers() {
            self.endings.node(&peer, not_after);
        }
        self.endings.renew(&in_force.trust);
        let now = (self.clock)();
        self.endings.say(now);
        self.endings.say_lists(&in_force.trust, now);
    }

    async fn tell_ends_until(self: Arc<Self>, mut closing: watch::Receiver<bool>) {
        while tokio::time::timeout(LOOK_EVERY, closing.wait_for(|closed| *closed)).await.is_err() {
            self.tell_ends();
        }
    }

    /// Names that cannot be looked up keep no places; their peers come as strangers do.
    async fn resolve_until(self: Arc<Self>, mut closing: watch::Receiver<bool>) {
        loop {
            let mut addresses = BTreeSet::<IpAddr>::new();
            let roster = self.rosters.get();
            for member in roster.members().iter().filter(|member| member.id != self.config.agency) {
                let Some((host, port)) = host_and_port(&member.endpoint) else { continue };
                if let Ok(found) = tokio::net::lookup_host((host, port)).await {
                    addresses.extend(found.map(|address| address.ip()));
                }
            }
            self.known.name(addresses);
            tokio::select! {
                _ = closing.wait_for(|closed| *closed) => return,
                () = self.renamed.notified() => {}
                () = tokio::time::sleep(RESOLVE_EVERY) => {}
            }
        }
    }
}

fn read_credentials(config: &Config) -> Result<Credentials, NodeError> {
    let (certificate, key) = (read(&config.tls.certificate)?, read(&config.tls.key)?);
    let credentials = Credentials::from_pem(&certificate, &key).map_err(|e| unusable(&named(config, &e)))?;
    let agency = &credentials.identity().agency;
    if *agency != config.agency {
        return Err(unusable(&named(config, &format!("they are of {agency}"))));
    }
    Ok(credentials)
}

/// Refuses a start with files that certificate, key and trust cannot be made of, before anything is written or opened.
///
/// # Errors
/// As [`Tls::load`].
pub(crate) fn check(config: &Config, roster: &Roster) -> Result<(), NodeError> {
    let numbers = Numbers::load(config).map_err(|error| unusable(&error))?;
    Declared::load(config).map_err(|error| unusable(&error))?;
    let own = read_credentials(config)?;
    let trust = trust_of(config, roster, read_lists(config, roster, &numbers))?;
    check_as_node(config, &own, &trust, SystemClock.now()).map(drop)
}

/// Why others refuse the node for now, if they do.
///
/// # Errors
/// When that will not change.
fn check_as_node(
    config: &Config,
    own: &Credentials,
    trust: &Trust,
    now: Timestamp,
) -> Result<Option<ConfigError>, NodeError> {
    match own.check_as_node(trust, now) {
        Err(fault) if is_a_matter_of_time(&fault) => Ok(Some(fault)),
        Err(fault) => Err(unusable(&named(config, &fault))),
        Ok(()) => Ok(None),
    }
}

/// A fault of certificate and key, with their files.
pub(crate) fn named(config: &Config, fault: &dyn std::fmt::Display) -> String {
    format!("{} and {}: {fault}", config.tls.certificate.display(), config.tls.key.display())
}

/// The trust that the files make, and the agencies in it that declare to publish no list.
fn read_trust(
    config: &Config,
    roster: &Roster,
    numbers: &mut Numbers,
) -> Result<(Trust, BTreeSet<AgencyId>), NodeError> {
    let lists = read_lists(config, roster, numbers);
    let unchecked = unchecked(config, &lists);
    if let Err(error) = remember(config, &lists, numbers) {
        warn!(%error, "the numbers of the revocation lists cannot be kept beyond this run");
    }
    Ok((trust_of(config, roster, lists)?, unchecked))
}

fn trust_of(config: &Config, roster: &Roster, lists: Vec<AgencyLists>) -> Result<Trust, NodeError> {
    let roots = roots_of(roster, lists).map_err(|e| unusable(&e))?;
    Trust::new(config.federation.clone(), roots).map_err(|e| unusable(&e))
}

/// Whether a certificate is right as it is, and only now, or only under these lists, does not stand.
pub(crate) fn is_a_matter_of_time(fault: &ConfigError) -> bool {
    use HandshakeRefusal::{Expired, NotYetValid, RevocationUnknown, Revoked};
    matches!(fault, ConfigError::OwnCertificate(Expired | NotYetValid | RevocationUnknown | Revoked))
}

fn unusable(error: &dyn std::fmt::Display) -> NodeError {
    NodeError::Tls(error.to_string())
}

fn read(path: &std::path::Path) -> Result<String, NodeError> {
    small_file::read_text(path, SMALL_BYTES_MAX).map_err(|error| unusable(&error))
}
