//! Following the alarms for one receiver.
//!
//! Owns what is told, in which order, and how often it is tried. The ledger is the queue: a task follows the feed of alarms, holds
//! one at a time, and keeps its place in a file, so that what was not told before a restart is told after it. It must not know how
//! an alarm is delivered.

use std::path::PathBuf;
use std::time::Duration;

use metrics::{counter, gauge};
use rogatory_index::FeedKind;
use rogatory_tls::Role;
use tracing::{info, warn};

use super::alarm::{self, Told};
use super::channel::Channel;
use super::place::Place;
use super::span;
use crate::config::Alarms;
use crate::desk::{Desk, Rejection};

/// Alarms that wait for one receiver at most; the oldest are given up beyond it.
const WAITING_COUNT_MAX: usize = 1_000;

/// Alarms read at a time.
const READ_COUNT: usize = 64;

/// Time between two looks at the feed; more often nobody needs an alarm of days.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Times that one alarm is tried where the receiver says each time that it does not want it.
const UNWANTED_COUNT_MAX: u32 = 10;

/// One who is told of alarms.
pub(super) struct Follower {
    /// As the configuration calls it.
    pub(super) name: String,
    /// Which alarms.
    pub(super) alarms: Alarms,
    /// How it is told.
    pub(super) channel: Channel,
    /// The file of its place.
    pub(super) place: PathBuf,
}

impl Follower {
    /// Counters stand at 0 from the start.
    pub(super) fn begin_to_count(&self) {
        let names = self.channel.names();
        for name in [names.sent, names.failed, names.given_up].iter().chain(names.own) {
            counter!(*name, names.label => self.name.clone()).absolute(0);
        }
    }

    /// Goes through the feed of alarms. What cannot be read is tried again, as what cannot be told.
    pub(super) async fn follow(&self, desk: &Desk) {
        let mut grown = desk.reads.grown();
        let mut failures = 0;
        let Some(mut place) = Place::open(&self.place, desk).await else { return };
        loop {
            grown.borrow_and_update();
            match self.tell_next(desk, &mut place).await {
                Ok(true) => failures = 0,
                Ok(false) => {
                    failures = 0;
                    if grown.changed().await.is_err() {
                        return;
                    }
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Err(rejection) => {
                    let code = rejection.code.refusal().id;
                    warn!(
                        name = self.name,
                        code,
                        "alarms cannot be read for a {}",
                        self.channel.names().word
                    );
                    failures += 1;
                    tokio::time::sleep(span::pause(failures, random(desk))).await;
                }
            }
        }
    }

    /// Tells the next alarms; says whether there may be more.
    async fn tell_next(&self, desk: &Desk, place: &mut Place) -> Result<bool, Rejection> {
        let waiting = self.waiting(desk, place).await?;
        if waiting == 0 {
            return Ok(false);
        }
        let (from, alarms) = (place.position(), self.alarms);
        let told = desk
            .reads
            .read(Role::Operator, move |sources| alarm::next(sources, from, READ_COUNT, alarms))
            .await?;
        for (at, (position, told)) in told.into_iter().enumerate() {
            if let Some(told) = told {
                self.deliver(desk, &told).await;
            }
            place.put(position + 1).await;
            self.show_waiting(waiting.saturating_sub(at + 1));
        }
        Ok(true)
    }

    /// How many alarms wait. The oldest of too many are given up.
    async fn waiting(&self, desk: &Desk, place: &mut Place) -> Result<usize, Rejection> {
        loop {
            let from = place.position();
            let rows = desk.reads.read(Role::Operator, move |sources| {
                let through = sources.fed_through();
                let rows = sources.feed(FeedKind::Clock, from..through, 2 * WAITING_COUNT_MAX);
                rows.map_err(crate::desk::internal)
            });
            let rows = rows.await?;
            self.show_waiting(rows.len());
            if rows.len() < 2 * WAITING_COUNT_MAX {
                return Ok(rows.len());
            }
            let given_up = rows.len() - WAITING_COUNT_MAX;
            let word = self.channel.names().word;
            warn!(name = self.name, given_up, "too many alarms wait for a {word}; the oldest are given up");
            self.count(self.channel.names().given_up, given_up as u64);
            place.put(rows[given_up].0).await;
        }
    }

    /// Tries one alarm until the receiver has it, or has said often enough that it does not want it.
    async fn deliver(&self, desk: &Desk, told: &Told) {
        let names = self.channel.names();
        let (mut failures, mut unwanted) = (0, 0);
        loop {
            let failure = match self.channel.tell(told, desk.now(), failures).await {
                Ok(()) => {
                    self.count(names.sent, 1);
                    if failures > 0 {
                        info!(name = self.name, "a {} takes alarms again", names.word);
                    }
                    return;
                }
                Err(failure) => failure,
            };
            self.count(names.failed, 1);
            if failures == 0 {
                let word = names.word;
                warn!(name = self.name, cause = %failure, "a {word} does not take an alarm; it is tried again");
            }
            failures += 1;
            unwanted += u32::from(failure.is_unwanted());
            if unwanted == UNWANTED_COUNT_MAX {
                warn!(name = self.name, cause = %failure, "a {} does not want an alarm; it is given up", names.word);
                self.count(names.given_up, 1);
                return;
            }
            tokio::time::sleep(span::pause(failures, random(desk))).await;
        }
    }

    fn count(&self, name: &'static str, count: u64) {
        counter!(name, self.channel.names().label => self.name.clone()).increment(count);
    }

    #[expect(clippy::cast_precision_loss, reason = "a bounded count")]
    fn show_waiting(&self, count: usize) {
        let names = self.channel.names();
        gauge!(names.waiting, names.label => self.name.clone()).set(count as f64);
    }
}

fn random(desk: &Desk) -> u64 {
    u64::from_le_bytes(desk.scribe.random().array())
}
