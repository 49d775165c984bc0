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
    ends: BTreeMap<(AgencyId, Ending), End>,
    /// Ends that were said to be near, or past, and are so no more.
    renewed: Vec<(AgencyId, Ending, Timestamp)>,
    faults: BTreeMap<AgencyId, ListFault>,
}

impl Endings {
    /// A node's certificate ends then; the own one, or a peer's as seen on a link.
    pub(crate) fn node(&self, agency: &AgencyId, at: Timestamp) {
        self.lock().set(agency, Ending::Node, at);
    }

    /// Takes the ends of roots and lists of a trust that came into force.
    pub(crate) fn renew(&self, trust: &Trust) {
        self.lock().renew(trust.ends());
    }

    /// Every end that is known.
    pub(crate) fn all(&self) -> Vec<(AgencyId, Ending, Timestamp)> {
        let known = self.lock();
        known.ends.iter().map(|((agency, ending), end)| (agency.clone(), *ending, end.at)).collect()
    }

    /// Says each end that came nearer than it was when it was last said, once.
    pub(crate) fn say(&self, now: Timestamp) {
        let mut known = self.lock();
        for (agency, ending, at) in std::mem::take(&mut known.renewed) {
            info!(%agency, what = %ending, %at, "it was renewed");
        }
        for (agency, ending, at, nearness) in known.came_nearer(now) {
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

    /// Agencies whose lists are not believed, and why.
    pub(crate) fn not_believed(&self) -> Vec<(AgencyId, String)> {
        self.lock().faults.iter().map(|(agency, fault)| (agency.clone(), fault.to_string())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock()
    }
}

/// One end.
#[derive(Clone, Copy, Debug)]
struct End {
    at: Timestamp,
    /// How near it was when it was said last.
    said: Nearness,
    /// Whether anything was said of it.
    was_said: bool,
    /// Time left when it was first looked at; none before.
    at_first: Option<SignedDuration>,
}

impl End {
    fn new(at: Timestamp) -> Self {
        Self { at, said: Nearness::Far, was_said: false, at_first: None }
    }

    /// A list comes anew every few days or hours: only how near its end is compared with the time it has counts.
    fn is_news(&self, ending: Ending, nearness: Nearness) -> bool {
        match (ending, nearness, self.at_first) {
            (Ending::List, Nearness::Within(std::cmp::Reverse(days)), Some(at_first)) => {
                at_first >= SignedDuration::from_hours(2 * 24 * days)
            }
            _ => true,
        }
    }
}

impl Known {
    /// What was there before and is the same is not said again.
    fn renew<'a>(&mut self, ends: impl Iterator<Item = (&'a AgencyId, Timestamp, Option<Timestamp>)>) {
        for (agency, root, list) in ends {
            self.set(agency, Ending::Root, root);
            match list {
                Some(list) => self.set(agency, Ending::List, list),
                None => drop(self.ends.remove(&(agency.clone(), Ending::List))),
            }
        }
    }

    fn set(&mut self, agency: &AgencyId, ending: Ending, at: Timestamp) {
        #[expect(clippy::cast_precision_loss, reason = "seconds since the epoch fit a double exactly")]
        let seconds = at.as_second() as f64;
        let label = agency.to_string();
        match ending {
            Ending::Node => gauge!(CERTIFICATE_EXPIRY, "agency" => label, "kind" => "node").set(seconds),
            Ending::Root => gauge!(CERTIFICATE_EXPIRY, "agency" => label, "kind" => "root").set(seconds),
            Ending::List => gauge!(LIST_EXPIRY, "agency" => label).set(seconds),
        }
        let known = self.ends.entry((agency.clone(), ending)).or_insert(End::new(at));
        if known.at != at {
            if known.was_said {
                self.renewed.push((agency.clone(), ending, at));
            }
            *known = End::new(at);
        }
    }

    fn came_nearer(&mut self, now: Timestamp) -> Vec<(AgencyId, Ending, Timestamp, Nearness)> {
        let mut nearer = Vec::new();
        for ((agency, ending), end) in &mut self.ends {
            let nearness = nearness(end.at, now);
            end.at_first.get_or_insert(end.at.duration_since(now));
            if nearness > end.said && end.is_news(*ending, nearness) {
                end.was_said = true;
                nearer.push((agency.clone(), *ending, end.at, nearness));
            }
            end.said = nearness.max(end.said);
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
    fn that_an_end_was_put_off_is_said_if_the_end_was_said() {
        let endings = Endings::default();
        let agency: AgencyId = "nl-om".parse().unwrap();
        endings.node(&agency, day(100));
        assert!(endings.lock().came_nearer(day(10)).is_empty());
        endings.node(&agency, day(110));
        assert!(endings.lock().renewed.is_empty(), "nobody was told of its end");
        assert_eq!(endings.lock().came_nearer(day(109)).len(), 1);
        endings.node(&agency, day(200));
        assert_eq!(endings.lock().renewed, [(agency, Ending::Node, day(200))]);
    }

    /// The days on which something is said of a list that ends on day 100 and came into force on this day.
    fn said_of_a_list(from: i64) -> Vec<i64> {
        let endings = Endings::default();
        endings.lock().set(&"nl-om".parse().unwrap(), Ending::List, day(100));
        (from..105).filter(|n| !endings.lock().came_nearer(day(*n)).is_empty()).collect()
    }

    #[test]
    fn a_list_is_said_when_it_is_overdue_and_before_only_as_far_as_it_lasts() {
        assert_eq!(said_of_a_list(99), [101], "a list of a day is renewed every day");
        assert_eq!(said_of_a_list(93), [99, 101], "of a week");
        assert_eq!(said_of_a_list(10), [70, 93, 99, 101], "of three months");
    }

    #[test]
    fn a_list_that_is_read_anew_and_is_the_same_is_not_said_again() {
        let endings = Endings::default();
        let agency: AgencyId = "nl-om".parse().unwrap();
        for n in 98..105 {
            endings.lock().renew([(&agency, day(1_000), Some(day(100)))].into_iter());
            let is_said = !endings.lock().came_nearer(day(n)).is_empty();
            assert_eq!(is_said, [99, 101].contains(&n), "day {n}");
        }
    }
}
