//! What the log says of a panic: where it happened, and words only where they stand in the source.
//!
//! It must not pass on a formatted message, which can quote a text it could not handle, and a text can be of a case.

use std::panic::{self, PanicHookInfo};
use std::thread;

use tracing::error;

/// From now on panics are lines of the log; the standard hook writes to standard error itself, and waits for its reader.
pub(super) fn report_to_log() {
    panic::set_hook(Box::new(report));
}

fn report(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(|at| format!("{}:{}", source(at.file()), at.line())).unwrap_or_default();
    let said = panic.payload().downcast_ref::<&'static str>().copied().unwrap_or_default();
    error!(thread = thread::current().name().unwrap_or_default(), place, said, "a thread panicked");
}

/// A source file as its project names it, without the directories of the machine that built it.
fn source(file: &str) -> &str {
    let of_registry = file.split_once("/registry/src/").and_then(|(_, rest)| rest.split_once('/'));
    let of_toolchain = file.split_once("/rustc/").and_then(|(_, rest)| rest.split_once('/'));
    of_registry.or(of_toolchain).map_or(file, |(_, source)| source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_named_without_the_machine_that_built_it() {
        let sled = "/home/b/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/sled-0.34.7/src/tree.rs";
        assert_eq!(source(sled), "sled-0.34.7/src/tree.rs");
        assert_eq!(source("/rustc/4a1b/library/core/src/option.rs"), "library/core/src/option.rs");
        assert_eq!(source("services/engine/src/engine.rs"), "services/engine/src/engine.rs");
    }
}
