//! Transparency-log algorithms.
