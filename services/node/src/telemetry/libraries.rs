//! What libraries say through the `log` crate, which is sled alone: their warnings and errors become lines of this log.
//!
//! It must not pass on anything finer. Below a warning sled tells of its pages only, and with each line the place in the
//! sources of the machine that built it.

use log::{Level, LevelFilter, Log, Metadata, Record};
use tracing::{error, warn};

/// Listens from now on, unless somebody does already.
pub(super) fn listen() {
    if log::set_logger(&Libraries).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}

struct Libraries;

impl Log for Libraries {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        let (library, said) = (record.target(), record.args());
        match record.level() {
            Level::Error => error!(library, "{said}"),
            Level::Warn => warn!(library, "{said}"),
            Level::Info | Level::Debug | Level::Trace => {}
        }
    }

    fn flush(&self) {}
}
