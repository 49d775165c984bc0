//! When certificates, roots and revocation lists end: shown as gauges, and said in the log in time.
//!
//! It must not judge anything; what ends is still judged where it is used.

use std::collections::BTreeMap;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use metrics::gauge;
use parking_lot::{Mutex, MutexGuard};
use rogatory_domain::AgencyId;
use rogatory_tls::{ListFault, Trust};
use tracing::{error, info, warn};

use crate::metrics_names::{CERTIFICATE_EXPIRY, LIST_EXPIRY, LISTS_NOT_BELIEVED};

/// How long before an end it is said, in days.
const WARNED_DAYS: [i64; 3] = [30, 7, 1];

/// What ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Ending {
    /// A node's certificate.
    Node,
    /// The newest root of an agency.
    Root,
    /// An agency's revocation list: the next one is due.
    List,
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Node => "certificate of the node",
            Self::Root => "root certificate",
            Self::List => "revocation list",
        })
    }
}

/// How near an end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Far,
    /// At most so many days; fewer are nearer.
    Within(std::cmp::Reverse<i64>),
    Over,
}

/// The ends known at a node, and how near each was when it was last said.
#[derive(Debug, Default)]
pub(crate) struct Endings(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    ends: BTreeMap<(AgencyId, Ending), (Timestamp, Nearness)>,
    faults: BTreeMap<AgencyId, ListFault>,
}

impl Endings {
    /// A node's certificate ends then; the own one, or a peer's as seen on a link.
    pub(crate) fn node(&self, agency: &AgencyId, at: Timestamp) {
        self.lock().set(agency, Ending::Node, at);
    }

    /// Takes the ends of roots and lists of a trust that came into force.
    pub(crate) fn renew(&self, trust: &Trust) {
        let mut known = self.lock();
        known.ends.retain(|(_, ending), _| *ending != Ending::List);
        for (agency, root, list) in trust.ends() {
            known.set(agency, Ending::Root, root);
            if let Some(list) = list {
                known.set(agency, Ending::List, list);
            }
        }
    }

    /// Says each end that came nearer than it was when it was last said, once.
    pub(crate) fn say(&self, now: Timestamp) {
        for (agency, ending, at, nearness) in self.lock().came_nearer(now) {
            match nearness {
                Nearness::Over => error!(%agency, what = %ending, %at, "it has ended"),
                _ => warn!(%agency, what = %ending, %at, "it ends soon"),
            }
        }
    }

    /// Says whose lists are not believed, and whose are again, when that changes.
    pub(crate) fn say_lists(&self, trust: &Trust, now: Timestamp) {
        let mut known = self.lock();
        for (agency, ..) in trust.ends() {
            let fault = trust.revocation_of(agency, now).err();
            let shut_out = if fault.is_some() { 1.0 } else { 0.0 };
            gauge!(LISTS_NOT_BELIEVED, "agency" => agency.to_string()).set(shut_out);
            if known.faults.get(agency) == fault.as_ref() {
                continue;
            }
            match fault {
                Some(fault) => {
                    error!(%agency, cause = %fault, "nobody of the agency is let in: its revocation lists are not believed");
                    known.faults.insert(agency.clone(), fault);
                }
                None => {
                    info!(%agency, "the revocation lists of the agency are believed again");
                    known.faults.remove(agency);
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock()
    }
}

impl Known {
    fn set(&mut self, agency: &AgencyId, ending: Ending, at: Timestamp) {
        #[expect(clippy::cast_precision_loss, reason = "seconds since the epoch fit a double exactly")]
        let seconds = at.as_second() as f64;
        let label = agency.to_string();
        match ending {
            Ending::Node => gauge!(CERTIFICATE_EXPIRY, "agency" => label, "kind" => "node").set(seconds),
            Ending::Root => gauge!(CERTIFICATE_EXPIRY, "agency" => label, "kind" => "root").set(seconds),
            Ending::List => gauge!(LIST_EXPIRY, "agency" => label).set(seconds),
        }
        let known = self.ends.entry((agency.clone(), ending)).or_insert((at, Nearness::Far));
        if known.0 != at {
            *known = (at, Nearness::Far);
        }
    }

    fn came_nearer(&mut self, now: Timestamp) -> Vec<(AgencyId, Ending, Timestamp, Nearness)> {
        let mut nearer = Vec::new();
        for ((agency, ending), (at, said)) in &mut self.ends {
            let nearness = nearness(*at, now);
            // A list is renewed every few days: that it ends soon says nothing, that it ended does.
            let is_news = *ending != Ending::List || nearness == Nearness::Over;
            if nearness > *said && is_news {
                nearer.push((agency.clone(), *ending, *at, nearness));
            }
            *said = nearness.max(*said);
        }
        nearer
    }
}

fn nearness(at: Timestamp, now: Timestamp) -> Nearness {
    if now > at {
        return Nearness::Over;
    }
    let left = at.duration_since(now);
    let within = WARNED_DAYS.iter().rev().find(|days| left <= SignedDuration::from_hours(24 * **days));
    within.map_or(Nearness::Far, |days| Nearness::Within(std::cmp::Reverse(*days)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(n: i64) -> Timestamp {
        Timestamp::from_second(n * 86_400).unwrap()
    }

    #[test]
    fn an_end_is_said_at_thirty_seven_and_one_days_and_when_it_came_once_each() {
        let endings = Endings::default();
        let agency: AgencyId = "nl-om".parse().unwrap();
        endings.node(&agency, day(100));
        let said: Vec<i64> = (0..110).filter(|n| !endings.lock().came_nearer(day(*n)).is_empty()).collect();
        assert_eq!(said, [70, 93, 99, 101]);
        endings.node(&agency, day(105));
        assert_eq!(endings.lock().came_nearer(day(99)).len(), 1, "a renewed one is said anew");
        assert!(endings.lock().came_nearer(day(98)).is_empty(), "a clock that is set back repeats nothing");
    }

    #[test]
    fn a_list_is_said_when_it_is_overdue_and_not_before() {
        let endings = Endings::default();
        endings.lock().set(&"nl-om".parse().unwrap(), Ending::List, day(5));
        assert!(endings.lock().came_nearer(day(5)).is_empty());
        assert_eq!(endings.lock().came_nearer(day(6)).len(), 1);
    }
}
