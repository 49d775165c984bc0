//! Tests with real processes about nodes that find, lose and distrust each other. A file of this directory is a module of one of these.

mod causes;
mod history;
mod joining;
mod kill;
mod lines;
mod log_reader;
mod requeue;
mod revocation;
mod roster;
