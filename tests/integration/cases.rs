//! Tests with real processes about what agencies say to each other in a case, and what their case systems see of it. A file of this directory is a module of one of these.

mod bad_input;
mod delivery;
mod editions;
mod every_event;
mod informing;
mod mails;
mod not_yet;
mod passing_on;
mod printing;
mod several_states;
mod spontaneous;
mod statistics;
mod submissions;
mod validation;
mod watch;
mod webhooks;
mod what_is_due;
