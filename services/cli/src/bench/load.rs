//! The load: case systems that submit warrants through streams, and others that take them.
//! Owns the clock of every submission; it must not leave any part of the product out.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use hdrhistogram::Histogram;
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::casework::v1::outcome::What;
use rogatory_client::pb::casework::v1::submit_stream_request::Submission;
use rogatory_client::pb::types::v1::{Lane, Party};
use rogatory_client::{Assertion, Casework, fresh_id};
use rogatory_domain::Instrument;
use rogatory_forms::FORMS;
use rogatory_wire::form::request_of;
use tokio::sync::{Mutex, Semaphore, mpsc};

/// Submissions sent in one batch of a stream.
const BATCH: usize = 16;

/// Shortest pause of a thread that paces submissions.
const WAKE_PAUSE: Duration = Duration::from_millis(2);

/// How submissions are paced.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace {
    /// Each stream keeps this many submissions unreceipted.
    Window(usize),
    /// So many a second over all streams, timed from when each was due.
    Rate(f64),
}

/// When a run ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Until {
    /// After a time.
    Time(Duration),
    /// When so many were submitted over all streams.
    Count(u64),
}

/// What a run submits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subjects {
    /// Different forms; the same ones come again after that.
    pub(super) forms: u64,
    /// Every so many is urgent; none where it is 0.
    pub(super) urgent_every: u64,
}

impl Subjects {
    /// Every form a different one, none urgent.
    pub(super) const DIFFERENT: Self = Self { forms: u64::MAX, urgent_every: 0 };
}

/// What one run measured.
pub(super) struct Measured {
    /// Receipts per second over the whole run.
    pub(super) per_second: f64,
    /// Receipts in each whole second.
    pub(super) by_second: Vec<u64>,
    /// The p99 of submission to receipt in each of them, microseconds.
    pub(super) p99_by_second: Vec<u64>,
    /// Submission to record, microseconds.
    pub(super) accepted: Histogram<u64>,
    /// Submission to receipt, microseconds.
    pub(super) receipted: Histogram<u64>,
}

/// An agency that sends, and those that it sends to.
#[derive(Clone)]
pub(super) struct Sender {
    /// Casework of its node, one per connection.
    pub(super) from: Vec<Casework>,
    /// The recipients, in turn.
    pub(super) to: Arc<[String]>,
}

struct Tally {
    began: Instant,
    ends: Option<Instant>,
    /// Submissions still to be sent.
    left: AtomicU64,
    subjects: Subjects,
    seconds: Mutex<Seconds>,
    failed: AtomicBool,
}

/// Receipts second by second.
struct Seconds {
    counts: Vec<u64>,
    p99: Vec<u64>,
    current: Histogram<u64>,
}

impl Seconds {
    /// Counts receipts in a second; those before it are over.
    fn count(&mut self, second: usize, micros: &[u64]) {
        while self.counts.len() <= second {
            if !self.counts.is_empty() {
                self.close();
            }
            self.counts.push(0);
        }
        self.counts[second] += micros.len() as u64;
        micros.iter().for_each(|one| self.current.saturating_record(*one));
    }

    fn close(&mut self) {
        self.p99.push(self.current.value_at_quantile(0.99));
        self.current.reset();
    }
}

/// A valid opening under the first instrument of this release, different for each number.
pub(super) fn request(number: u64, to: &str, subjects: Subjects) -> pb::SubmitRequest {
    let is_urgent = subjects.urgent_every > 0 && number.is_multiple_of(subjects.urgent_every);
    let lane = if is_urgent { Lane::Urgent } else { Lane::Routine };
    let form = &FORMS[0];
    let instrument = Instrument::of_code(form.instrument);
    let capacity = instrument.and_then(|instrument| instrument.listed_capacities().next());
    let capacity = capacity.map(|capacity| capacity.code.to_owned()).unwrap_or_default();
    pb::SubmitRequest {
        referral_id: fresh_id(),
        assertion: Some(assertion()),
        declared_time: None,
        opening: Some(pb::Opening {
            lane: lane.into(),
            parties: vec![Party { agency: to.to_owned(), capacity }],
            request: request_of(form.instrument, (form.sample)(number % subjects.forms).into()),
            ..pb::Opening::default()
        }),
        validate_only: false,
        inform: Vec::new(),
    }
}

pub(super) fn assertion() -> Assertion {
    Assertion { person: "bench".into(), justification: "measurement with sample data".into() }
}

/// Runs so many streams of each sender and waits until everything submitted is receipted.
pub(super) async fn streams(
    senders: &[Sender],
    each: usize,
    pace: Pace,
    until: Until,
    subjects: Subjects,
) -> anyhow::Result<Measured> {
    let began = Instant::now();
    let (ends, left) = match until {
        Until::Time(time) => (Some(began + time), u64::MAX),
        Until::Count(count) => (None, count),
    };
    let seconds = Seconds { counts: Vec::new(), p99: Vec::new(), current: histogram() };
    let tally = Arc::new(Tally {
        began,
        ends,
        left: AtomicU64::new(left),
        subjects,
        seconds: Mutex::new(seconds),
        failed: AtomicBool::new(false),
    });
    let streams = senders.len() * each;
    let mut tasks = Vec::new();
    for index in 0..streams {
        let sender = &senders[index % senders.len()];
        let casework = sender.from[index / senders.len() % sender.from.len()].clone();
        let pace = match pace {
            Pace::Window(window) => Pace::Window(window),
            #[expect(clippy::cast_precision_loss, reason = "a handful of streams")]
            Pace::Rate(rate) => Pace::Rate(rate / streams as f64),
        };
        tasks.push(tokio::spawn(one_stream(casework, sender.to.clone(), index as u64, pace, tally.clone())));
    }
    let mut accepted = histogram();
    let mut receipted = histogram();
    for task in tasks {
        let (a, r) = task.await??;
        accepted.add(a)?;
        receipted.add(r)?;
    }
    let mut seconds = tally.seconds.lock().await;
    seconds.close();
    let (mut by_second, p99_by_second) =
        (std::mem::take(&mut seconds.counts), std::mem::take(&mut seconds.p99));
    let time = match until {
        Until::Time(time) => {
            by_second.truncate(usize::try_from(time.as_secs())?);
            time
        }
        Until::Count(_) => began.elapsed(),
    };
    let counted: u64 = by_second.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
    let per_second = counted as f64 / time.as_secs_f64();
    Ok(Measured { per_second, by_second, p99_by_second, accepted, receipted })
}

async fn one_stream(
    casework: Casework,
    to: Arc<[String]>,
    index: u64,
    pace: Pace,
    tally: Arc<Tally>,
) -> anyhow::Result<(Histogram<u64>, Histogram<u64>)> {
    let (submitter, outcomes) = casework.submit_stream().await?;
    // A stream that goes on over another connection measures nothing.
    let (told, mut lost) = mpsc::unbounded_channel();
    let mut outcomes = outcomes.on_lost(move |problem| drop(told.send(problem.clone())));
    let due: Arc<std::sync::Mutex<Vec<Instant>>> = Arc::default();
    let window = Arc::new(Semaphore::new(match pace {
        Pace::Window(window) => window,
        Pace::Rate(_) => Semaphore::MAX_PERMITS,
    }));
    let sender = tokio::spawn(send(submitter, to, index, pace, tally.clone(), due.clone(), window.clone()));
    let (mut accepted, mut receipted) = (histogram(), histogram());
    let mut open: Option<u64> = None;
    let mut seen = 0;
    let mut sender = Some(sender);
    while open.is_none_or(|all| seen < all) {
        let batch = tokio::select! {
            sent = async { sender.as_mut().expect("polled only while it runs").await }, if sender.is_some() => {
                sender = None;
                open = Some(sent??);
                continue;
            }
            batch = outcomes.next() => batch?.context("the node closed the stream")?,
            Some(problem) = lost.recv() => return Err(problem.into()),
        };
        let now = Instant::now();
        let mut receipts = Vec::new();
        {
            let due = due.lock().expect("no task panics while it holds this lock");
            for outcome in batch.outcomes {
                let since = now.saturating_duration_since(due[usize::try_from(outcome.tag)?]);
                let micros = u64::try_from(since.as_micros())?;
                match outcome.what {
                    Some(What::Accepted(_)) => accepted.saturating_record(micros),
                    Some(What::Receipt(receipt)) if receipt.refusal.is_empty() => {
                        receipted.saturating_record(micros);
                        receipts.push(micros);
                    }
                    other => {
                        tally.failed.store(true, Ordering::Relaxed);
                        bail!("a submission of the bench was refused: {other:?}");
                    }
                }
            }
        }
        seen += receipts.len() as u64;
        if !receipts.is_empty() {
            let second = usize::try_from(now.saturating_duration_since(tally.began).as_secs())?;
            tally.seconds.lock().await.count(second, &receipts);
            if matches!(pace, Pace::Window(_)) {
                window.add_permits(receipts.len());
            }
        }
    }
    Ok((accepted, receipted))
}

impl Tally {
    /// Takes so many of the submissions that are left, or fewer.
    fn take(&self, wanted: usize) -> usize {
        let take = |left: u64| Some(left.saturating_sub(wanted as u64));
        let before = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).unwrap_or_default();
        wanted.min(usize::try_from(before).unwrap_or(usize::MAX))
    }
}

async fn send(
    submitter: rogatory_client::Submitter,
    to: Arc<[String]>,
    index: u64,
    pace: Pace,
    tally: Arc<Tally>,
    due: Arc<std::sync::Mutex<Vec<Instant>>>,
    window: Arc<Semaphore>,
) -> anyhow::Result<u64> {
    let mut sent = 0u64;
    let mut ticks = metronome(pace, &tally);
    while tally.ends.is_none_or(|ends| Instant::now() < ends) && !tally.failed.load(Ordering::Relaxed) {
        let size = match pace {
            Pace::Window(window_size) => {
                let size = BATCH.min(window_size);
                window.acquire_many(u32::try_from(size)?).await?.forget();
                size
            }
            Pace::Rate(_) => {
                let Some(due) = ticks.recv().await else { break };
                due
            }
        };
        let size = tally.take(size);
        if size == 0 {
            break;
        }
        let mut batch = Vec::with_capacity(size);
        for _ in 0..size {
            let intended = match pace {
                Pace::Window(_) => Instant::now(),
                #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
                Pace::Rate(rate) => tally.began + Duration::from_secs_f64(sent as f64 / rate),
            };
            due.lock().expect("no task panics while it holds this lock").push(intended);
            let number = (index << 40) | sent;
            let submission =
                Submission::Submit(request(number, &to[usize::try_from(sent)? % to.len()], tally.subjects));
            batch.push(pb::SubmitStreamRequest { tag: sent, submission: Some(submission) });
            sent += 1;
        }
        submitter.send(batch).await?;
    }
    // The stream stays open until every receipt has come: the caller reads on with the clone it has dropped last.
    drop(submitter);
    Ok(sent)
}

/// How many submissions are due, each time some are. The runtime's timer is only good to a millisecond, which would be most
/// of what is measured; a thread of its own wakes in time, and at most once in two milliseconds: what falls due
/// meanwhile is sent late, and its delay counts, since each is timed from when it was due.
fn metronome(pace: Pace, tally: &Tally) -> mpsc::Receiver<usize> {
    let (tick, ticks) = mpsc::channel(1024);
    let Pace::Rate(rate) = pace else { return ticks };
    let (began, ends) = (tally.began, tally.ends.unwrap_or(tally.began));
    std::thread::spawn(move || {
        let mut count = 0u32;
        loop {
            let next = began + Duration::from_secs_f64(f64::from(count) / rate);
            if next >= ends {
                return;
            }
            std::thread::sleep(
                next.max(Instant::now() + WAKE_PAUSE).saturating_duration_since(Instant::now()),
            );
            let elapsed = began.elapsed().min(ends.duration_since(began)).as_secs_f64();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "counts of a bench are small"
            )]
            let due = ((elapsed * rate) as u32 + 1).saturating_sub(count);
            count += due;
            if due > 0 && tick.blocking_send(due as usize).is_err() {
                return;
            }
        }
    });
    ticks
}

/// Unary calls with so many in flight; gives recorded submissions per second.
pub(super) async fn unary(sender: &Sender, in_flight: usize, time: Duration) -> anyhow::Result<f64> {
    let began = Instant::now();
    let ends = began + time;
    let mut tasks = Vec::new();
    for index in 0..in_flight {
        let casework = sender.from[index % sender.from.len()].clone();
        let to = sender.to[0].clone();
        tasks.push(tokio::spawn(async move {
            let mut done = 0u64;
            while Instant::now() < ends {
                let number = (1 << 62) | ((index as u64) << 32) | done;
                casework.submit(request(number, &to, Subjects::DIFFERENT)).await?;
                done += 1;
            }
            Ok::<_, rogatory_client::Problem>(done)
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await??;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
    Ok(done as f64 / began.elapsed().as_secs_f64())
}

/// A case system of the recipient: takes every offer with its content and acknowledges it, until told to stop.
pub(super) async fn consume(casework: Casework, handed_over: Arc<AtomicU64>) -> anyhow::Result<()> {
    let start = pb::WatchStart {
        consumer: "bench".into(),
        assertion: Some(assertion()),
        cursor: None,
        with_content: true,
        ..pb::WatchStart::default()
    };
    let (acknowledger, mut offers) = casework.watch(start).await?;
    while let Some(batch) = offers.next().await? {
        handed_over.fetch_add(batch.handed_over.len() as u64, Ordering::Relaxed);
        let positions: Vec<u64> =
            batch.offers.iter().filter_map(|o| o.cursor.as_ref()).map(|c| c.position).collect();
        if !positions.is_empty() {
            acknowledger.acknowledge(&positions).await?;
        }
    }
    Ok(())
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 120_000_000, 3).expect("the bounds are in order")
}
