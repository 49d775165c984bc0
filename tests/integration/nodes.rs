//! Tests with real processes about one node and those who use it: starts, floods, files, operators, the command and the docs. A file of this directory is a module of one of these.

mod callers;
mod command;
mod demo;
mod descriptors;
mod directory;
mod docs;
mod errors;
mod first_start;
mod hidden_text;
mod index;
mod large_federation;
mod log_content;
mod malformed;
mod monitoring;
mod opening;
mod operation;
mod upgrade;
