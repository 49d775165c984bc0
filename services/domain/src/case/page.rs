//! The tables as Markdown, for pages that are generated and therefore never wrong.

use std::fmt::Write as _;

use super::clock::CLOCKS;
use super::fact::Capacity;
use super::state::{State, States};
use super::table::{ClockAct, Next, RULES};

/// The life cycle, one line per row of the table.
#[must_use]
pub fn table_markdown() -> String {
    let mut page = String::from(
        "| # | event | meaning | raised by | from | to | clocks | article |\n|---|---|---|---|---|---|---|---|\n",
    );
    for rule in RULES {
        let by = rule.by.iter().map(|capacity: &Capacity| capacity.code()).collect::<Vec<_>>().join(", ");
        let clocks = rule.clocks.iter().map(act).collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            page,
            "| {} | {} | {} | {by} | {} | {} | {clocks} | {} |",
            rule.number,
            rule.kind,
            rule.kind.meaning(),
            from(rule.from),
            next(rule.next),
            rule.article
        );
    }
    page
}

/// The clocks, one line each.
#[must_use]
pub fn clocks_markdown() -> String {
    let mut page = String::from(
        "| clock | waits for | counts from | days | extension | told days before | article |\n|---|---|---|---|---|---|---|\n",
    );
    let days = |days: Option<u16>| days.map_or_else(|| "–".to_owned(), |days| days.to_string());
    for rule in CLOCKS {
        let (length, extension) = (days(rule.days), days(rule.extension));
        let (waits, starts) = (rule.waits_for, rule.starts);
        let _ = writeln!(
            page,
            "| {} | {waits} | {starts} | {length} | {extension} | {} | {} |",
            rule.id, rule.alarm, rule.article
        );
    }
    page
}

/// The main states as a Mermaid diagram; overlays and what can end every state are left out.
#[must_use]
pub fn state_diagram() -> String {
    let mut page = String::from("stateDiagram-v2\n    [*] --> received\n");
    for rule in RULES {
        let to = match rule.next {
            Next::To(state) => state,
            Next::Defer => State::Deferred,
            Next::Stay | Next::Resume | Next::ResumeAt(_) => continue,
        };
        if rule.from == States::LIVE || rule.from == States::BEFORE_FINAL {
            let _ = writeln!(page, "    note right of {to}: {} from {}", rule.kind, from(rule.from));
            continue;
        }
        for state in rule.from.iter() {
            let _ = writeln!(page, "    {state} --> {to}: {}", rule.kind);
        }
    }
    for state in States::TERMINAL.iter() {
        let _ = writeln!(page, "    {state} --> [*]");
    }
    page
}

fn from(states: States) -> String {
    let named = [
        (States::ANY, "any"),
        (States::LIVE, "any that has not ended"),
        (States::BEFORE_FINAL, "any before the final decision"),
    ];
    match named.iter().find(|(set, _)| *set == states) {
        Some((_, name)) => (*name).to_owned(),
        None => states.iter().map(State::code).collect::<Vec<_>>().join(", "),
    }
}

fn next(next: Next) -> String {
    match next {
        Next::To(state) => state.code().to_owned(),
        Next::Stay => "(unchanged)".to_owned(),
        Next::Defer => State::Deferred.code().to_owned(),
        Next::Resume => "the state before deferral".to_owned(),
        Next::ResumeAt(state) => format!("(deferred, then {state})"),
    }
}

fn act(act: &ClockAct) -> String {
    match act {
        ClockAct::Start(id) => format!("start {id}"),
        ClockAct::StartOn(id) => format!("start {id} on the day named"),
        ClockAct::Stop(id) => format!("stop {id}"),
        ClockAct::Answer(id) => format!("stop {id} of the request"),
        ClockAct::Supersede(id) => format!("supersede {id}"),
        ClockAct::Suspend(id) => format!("suspend {id}"),
        ClockAct::ResumeExcluding(id) => format!("resume {id} without the interval"),
        ClockAct::Extend(id) => format!("extend {id} once"),
        ClockAct::StopAll => "stop all".to_owned(),
        ClockAct::Release => "note T7".to_owned(),
    }
}
