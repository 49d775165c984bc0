//! The readers' threads: a queue a role, served in turns, so that no role's readers keep another's waiting.
//!
//! It must not know what is read. What waits here is bounded by the calls that wait for it: each has one read at a time.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use parking_lot::{Condvar, Mutex};
use rogatory_tls::Role;
use tracing::error;

use super::ReadOnly;

/// Fewest and most threads; between them one a core. A read waits for the disk as often as for a core.
const THREADS_COUNT: std::ops::RangeInclusive<usize> = 2..=8;

/// Roles that have a queue.
const ROLES: [Role; 4] = [Role::CaseSystem, Role::Operator, Role::Auditor, Role::Node];

/// One read.
pub(super) type Job = Box<dyn FnOnce(&ReadOnly) + Send>;

/// The threads and what waits for them; they end when it is dropped.
pub(super) struct Pool(Arc<Shared>);

#[derive(Default)]
struct Shared {
    queues: Mutex<Queues>,
    work: Condvar,
}

#[derive(Default)]
struct Queues {
    waiting: [VecDeque<Job>; ROLES.len()],
    turn: usize,
    closed: bool,
}

impl Queues {
    /// The first job of the next role that has one.
    fn next(&mut self) -> Option<Job> {
        let role = (0..ROLES.len())
            .map(|step| (self.turn + step) % ROLES.len())
            .find(|role| !self.waiting[*role].is_empty())?;
        self.turn = role + 1;
        self.waiting[role].pop_front()
    }
}

impl Pool {
    pub(super) fn start(sources: Arc<ReadOnly>) -> std::io::Result<Self> {
        let cores = thread::available_parallelism().map_or(*THREADS_COUNT.start(), usize::from);
        let pool = Self(Arc::default());
        for number in 0..cores.clamp(*THREADS_COUNT.start(), *THREADS_COUNT.end()) {
            let (shared, sources) = (pool.0.clone(), sources.clone());
            thread::Builder::new()
                .name(format!("reader-{number}"))
                .spawn(move || serve(&shared, &sources))?;
        }
        Ok(pool)
    }

    pub(super) fn push(&self, role: Role, job: Job) {
        let at = ROLES.iter().position(|one| *one == role).unwrap_or(0);
        self.0.queues.lock().waiting[at].push_back(job);
        self.0.work.notify_one();
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.0.queues.lock().closed = true;
        self.0.work.notify_all();
    }
}

fn serve(shared: &Shared, sources: &ReadOnly) {
    loop {
        let job = {
            let mut queues = shared.queues.lock();
            loop {
                match queues.next() {
                    Some(job) => break job,
                    None if queues.closed => return,
                    None => shared.work.wait(&mut queues),
                }
            }
        };
        // A read that panics, as the store may on damaged pages, fails alone: its caller hears that it was dropped.
        if catch_unwind(AssertUnwindSafe(|| job(sources))).is_err() {
            error!("a read panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_served_in_turns_however_much_one_of_them_asks() {
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut queues = Queues::default();
        let push = |queues: &mut Queues, role: usize, name: &'static str| {
            let order = order.clone();
            queues.waiting[role].push_back(Box::new(move |_| order.lock().push(name)));
        };
        (0..3).for_each(|_| push(&mut queues, 0, "case system"));
        push(&mut queues, 1, "operator");
        let lengths = |queues: &Queues| queues.waiting.iter().map(VecDeque::len).collect::<Vec<_>>();
        assert!(queues.next().is_some());
        assert!(queues.next().is_some());
        assert_eq!(lengths(&queues), [2, 0, 0, 0], "the operator came second");
        assert!(queues.next().is_some() && queues.next().is_some() && queues.next().is_none());
    }
}
