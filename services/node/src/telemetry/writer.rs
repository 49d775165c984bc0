//! The way of log lines to standard error, which may be closed, full, or a pipe that nobody reads any more.
//!
//! Owns the lines that wait and the one thread that writes them. Whoever logs neither waits nor fails: a line for which
//! there is no room, or which cannot be written, is lost and counted.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use metrics::counter;
use parking_lot::{Condvar, Mutex};
use rogatory_domain::text::{escaped, escaped_json};
use tracing::warn;

use crate::metrics_names::LOG_LINES_LOST;

/// Bytes of lines that wait to be written.
const WAITING_BYTES_MAX: usize = 1024 * 1024;

/// How lines look, and so how what must not be seen in them is escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// An object a line.
    Json,
    /// Words.
    Plain,
    /// Words, with the colours of a terminal; the formatter has escaped the escapes of others.
    Coloured,
}

impl Shape {
    /// One formatted event as one line, in which texts of others can hide nothing.
    fn line(self, formatted: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(formatted);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let line = match self {
            Self::Json => format!("{}\n", escaped_json(text)),
            Self::Plain => format!("{}\n", escaped(text)),
            Self::Coloured => {
                let parts: Vec<_> = text.split('\u{1b}').map(|part| escaped(part).to_string()).collect();
                format!("{}\n", parts.join("\u{1b}"))
            }
        };
        line.into_bytes()
    }
}

/// Takes formatted events, each in one `write`.
#[derive(Clone)]
pub(super) struct LogWriter {
    shape: Shape,
    queue: Arc<Queue>,
}

impl fmt::Debug for LogWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogWriter").field("shape", &self.shape).finish_non_exhaustive()
    }
}

impl LogWriter {
    /// Starts the thread that writes to `output`, for as long as the process lives.
    pub(super) fn start(shape: Shape, mut output: impl Write + Send + 'static) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let lines = queue.clone();
        let write = move || {
            loop {
                let line = lines.next();
                let written = output.write_all(&line).and_then(|()| output.flush()).is_ok();
                let lost = lines.done(written);
                if lost > 0 {
                    warn!(lines = lost, "log lines were lost, because standard error did not take them");
                }
            }
        };
        thread::Builder::new().name("log".into()).spawn(write)?;
        Ok(Self { shape, queue })
    }

    /// Waits until every line was written or lost, but no longer than `limit`.
    pub(super) fn wait_until_written(&self, limit: Duration) {
        self.queue.wait_until_written(limit);
    }
}

impl Write for LogWriter {
    fn write(&mut self, formatted: &[u8]) -> io::Result<usize> {
        self.queue.put(self.shape.line(formatted));
        Ok(formatted.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines that wait, in bytes.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    more: Condvar,
    fewer: Condvar,
}

#[derive(Default)]
struct Waiting {
    lines: VecDeque<Vec<u8>>,
    bytes: usize,
    /// Whether the thread has a line in hand.
    writing: bool,
    /// Lines lost since the last one that was written.
    lost: u64,
}

impl Queue {
    fn put(&self, line: Vec<u8>) {
        let mut waiting = self.waiting.lock();
        if waiting.bytes + line.len() > WAITING_BYTES_MAX {
            waiting.lost += 1;
            counter!(LOG_LINES_LOST).increment(1);
            return;
        }
        waiting.bytes += line.len();
        waiting.lines.push_back(line);
        self.more.notify_one();
    }

    /// The next line, waited for.
    fn next(&self) -> Vec<u8> {
        let mut waiting = self.waiting.lock();
        loop {
            if let Some(line) = waiting.lines.pop_front() {
                waiting.bytes -= line.len();
                waiting.writing = true;
                return line;
            }
            self.more.wait(&mut waiting);
        }
    }

    /// The line in hand was written or lost; how many were lost before one was written at last.
    fn done(&self, written: bool) -> u64 {
        let mut waiting = self.waiting.lock();
        waiting.writing = false;
        self.fewer.notify_all();
        if written {
            return std::mem::take(&mut waiting.lost);
        }
        waiting.lost += 1;
        counter!(LOG_LINES_LOST).increment(1);
        0
    }

    fn wait_until_written(&self, limit: Duration) {
        let until = Instant::now() + limit;
        let mut waiting = self.waiting.lock();
        while waiting.writing || !waiting.lines.is_empty() {
            if self.fewer.wait_until(&mut waiting, until).timed_out() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Takes what it is given, or fails as a pipe does whose reader has gone.
    struct Output {
        taken: mpsc::Sender<String>,
        breaks_at: &'static str,
    }

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let line = String::from_utf8(bytes.to_vec()).unwrap();
            if line.contains(self.breaks_at) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.taken.send(line).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_that_cannot_be_written_is_lost_and_the_next_one_is_tried() {
        let (taken, lines) = mpsc::channel();
        let mut log = LogWriter::start(Shape::Plain, Output { taken, breaks_at: "bad" }).unwrap();
        for line in ["one\n", "bad\n", "two\n"] {
            log.write_all(line.as_bytes()).unwrap();
        }
        log.wait_until_written(Duration::from_secs(60));
        assert_eq!(lines.try_iter().collect::<Vec<_>>(), ["one\n", "two\n"]);
    }

    #[test]
    fn lines_without_room_are_counted_and_whoever_logs_never_waits() {
        let queue = Queue::default();
        let line = || vec![b'x'; WAITING_BYTES_MAX / 4];
        (0..6).for_each(|_| queue.put(line()));
        assert_eq!(queue.waiting.lock().lines.len(), 4);
        queue.next();
        assert_eq!((queue.done(true), queue.done(true)), (2, 0));
        queue.put(line());
        assert_eq!(queue.waiting.lock().lines.len(), 4);
    }

    #[test]
    fn an_event_is_one_line_whatever_others_wrote_into_it() {
        let text = "peer \u{9b}2J said\nWARN \u{202e}\n".as_bytes();
        assert_eq!(Shape::Plain.line(text), b"peer \\u{9b}2J said\\u{a}WARN \\u{202e}\n");
        assert_eq!(Shape::Coloured.line("\u{1b}[2mx\u{200b}\n".as_bytes()), b"\x1b[2mx\\u{200b}\n");
        assert_eq!(Shape::Json.line("{\"a\":\"\u{202e}\"}\n".as_bytes()), b"{\"a\":\"\\u202e\"}\n");
    }
}
