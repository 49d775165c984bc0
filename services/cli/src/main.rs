//! The `rogatory` binary.

fn main() {}
