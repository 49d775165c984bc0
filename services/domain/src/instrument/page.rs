//! The tables as Markdown and as a diagram, for pages that are generated and therefore never wrong.

mod rows;

use std::fmt::Write as _;

pub use rows::rows_markdown;

use super::notice::beyond_markdown;
use super::{
    CapacityId, ClockAct, ClockDef, ClockId, Count, EventDef, EventId, FigureDef, Instrument, Length, Next,
    Starts, StateId, StateSet, Takes, Until, What, Whose,
};

/// The whole instrument: every table, and every code of every list.
#[must_use]
pub fn page_markdown(instrument: &Instrument) -> String {
    let Instrument { code, edition, title, act, .. } = instrument;
    let mut page = format!(
        "# {title}\n\n\
         `{code}`, edition {edition}: {act}. Generated from its tables in `services/domain/src/instrument`. `–` stands \
         where\nthe act has no article. The mark says how far a row was checked: `V` in an official text, `S` in a secondary source, `own`\nnot yet. What has no row is refused: `RG0203` where the party may never raise the event, `RG0204` \
         where the state\nits sender saw does not allow it.\n\n"
    );
    let capacities = instrument.capacities.iter();
    page += "## Capacities\n\n| capacity | side | meaning |\n|---|---|---|\n";
    page.extend(capacities.map(|it| format!("| `{}` | {} | {} |\n", it.code, it.side.code(), it.meaning)));
    page += &format!("\n## Events\n\n{}\n", table_markdown(instrument));
    page += &conditions_markdown(instrument);
    page += &format!("## Parameters\n\n{}\n", parameters_markdown(instrument));
    page += &format!(
        "## Clocks\n\nUnless its row says otherwise, a clock counts from the instant the sender declared, on the calendar of the agency\n\
         that is {}. Hours run through nights and free days. The day of the event does not count. Days, weeks and months that end on\n\
         a weekend or public holiday end with the next working day; calendar days and days of custody end where they end; days by\n\
         national law as the [profile](profiles.md) of the State says.\n\n{}\n",
        instrument.capacities[instrument.calendar.place()].code,
        clocks_markdown(instrument)
    );
    page += "## States\n\n| state | meaning |\n|---|---|\n";
    page.extend(instrument.states.iter().map(|state| format!("| `{}` | {} |\n", state.code, state.meaning)));
    page += &format!(
        "\nOverlays, which leave the state alone, are left out.\n\n```mermaid\n{}```\n",
        state_diagram(instrument)
    );
    page += &beyond_markdown(instrument);
    page += &figures_markdown(instrument);
    for list in instrument.lists {
        page += &format!(
            "\n## List `{}`\n\n{}\n\n| code | meaning | article | mark |\n|---|---|---|---|\n",
            list.code, list.meaning
        );
        page.extend(
            list.items.iter().map(|it| {
                format!("| `{}` | {} | {} | {} |\n", it.code, it.meaning, it.article, it.mark.code())
            }),
        );
    }
    page
}

/// What is counted of its cases.
fn figures_markdown(instrument: &Instrument) -> String {
    let mut page = String::from(
        "\n## Statistics\n\nWhat `rogatory statistics` counts, [by these rules](../statistics.md).\n\n\
         | figure | what is counted | broken down by | counts by the | article |\n|---|---|---|---|---|\n",
    );
    for FigureDef { code, meaning, article, what, by, .. } in instrument.figures {
        let dated = if let What::NotKnown(why) = what { why } else { what.dated_by() };
        let by = if by.code().is_empty() { "–" } else { by.code() };
        page += &format!("| `{code}` | {meaning} | {by} | {dated} | {article} |\n");
    }
    page
}

/// What events need beside a state, one line for each that needs anything; nothing where none does.
fn conditions_markdown(instrument: &Instrument) -> String {
    let codes = |ids: &[EventId]| {
        let codes: Vec<_> = ids.iter().map(|id| instrument.events[id.place()].code).collect();
        if codes.is_empty() { "–".to_owned() } else { codes.join(", ") }
    };
    let has_any =
        |event: &&EventDef| !event.needs.is_empty() || !event.after.is_empty() || event.only_for.is_some();
    let lines = instrument.events.iter().filter(has_any).map(|event| {
        let (needs, after, only) = (codes(event.needs), codes(event.after), event.only_for.unwrap_or("–"));
        format!("| {} | {needs} | {after} | {only} |\n", event.code)
    });
    let lines: String = lines.collect();
    if lines.is_empty() {
        return lines;
    }
    format!(
        "## What events need\n\nAn event that needs others is refused before they have happened, and, as one that does not come before others, where it\n\
         is declared to have happened before them.\n\n\
         | event | needs | not before | only where the form asks for |\n|---|---|---|---|\n{lines}\n"
    )
}

/// What events tell beside their words, one line for each parameter.
fn parameters_markdown(instrument: &Instrument) -> String {
    let mut page =
        String::from("| event | parameter | takes | how often | meaning |\n|---|---|---|---|---|\n");
    for event in instrument.events {
        for parameter in event.parameters {
            let takes = match parameter.takes {
                Takes::Day => "a day".to_owned(),
                Takes::Message => "a message".to_owned(),
                Takes::Referral => "a referral".to_owned(),
                Takes::Item(list) => format!("one of `{}`", list.code),
                Takes::Number(least, most) => format!("{least} to {most}"),
                Takes::Flag => "a flag".to_owned(),
            };
            let count = match parameter.count {
                Count::One => "once".to_owned(),
                Count::Maybe => "once or not".to_owned(),
                Count::Some(most) => format!("1 to {most}"),
                Count::Any(most) => format!("0 to {most}"),
            };
            let (event, code, meaning) = (event.code, parameter.code, parameter.meaning);
            let _ = writeln!(page, "| {event} | {code} | {takes} | {count} | {meaning} |");
        }
    }
    page
}

/// The life cycle, one line per row of the table.
#[must_use]
pub fn table_markdown(instrument: &Instrument) -> String {
    let mut page = String::from(
        "| # | event | meaning | raised by | from | to | clocks | article | mark |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    for rule in instrument.rules {
        let event = &instrument.events[rule.event.place()];
        let capacity = |id: &CapacityId| instrument.capacities[id.place()].code;
        let by = rule.by.iter().map(capacity).collect::<Vec<_>>().join(", ");
        let clocks = rule.clocks.iter().map(|act| instrument.act_word(act)).collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            page,
            "| {} | {} | {} | {by} | {} | {} | {clocks} | {} | {} |",
            rule.number,
            event.code,
            event.meaning,
            instrument.set_word(rule.from),
            instrument.next_word(rule.next, rule.from),
            rule.article,
            rule.mark.code()
        );
    }
    page
}

/// The clocks, one line each.
#[must_use]
pub fn clocks_markdown(instrument: &Instrument) -> String {
    let mut page = String::from(
        "| clock | waits for | counts from | runs | extension | told before | its end means | article | mark |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    for clock in instrument.clocks {
        let until = match clock.until {
            Until::After(length) => length.words(),
            Until::DayNamed => "to the day named".to_owned(),
            Until::RunOut(_) => "at once".to_owned(),
        };
        let extension = clock.extension.map_or_else(|| "–".to_owned(), Length::words);
        let near = match clock.near_hours {
            0 => "–".to_owned(),
            hours if hours % 24 == 0 => Length::Days((hours / 24) as u16).words(),
            hours => Length::Hours(hours as u16).words(),
        };
        let _ = writeln!(
            page,
            "| {} | {} | {} | {until} | {extension} | {near} | {} | {} | {} |",
            clock.code,
            clock.waits_for,
            instrument.count_word(clock),
            if clock.on_expiry.is_empty() { "–" } else { clock.on_expiry },
            clock.article,
            clock.mark.code()
        );
    }
    page
}

/// The main states as a Mermaid diagram; overlays are left out, and what leads out of a set with a name is a note.
#[must_use]
pub fn state_diagram(instrument: &Instrument) -> String {
    let begin = instrument.states.first().map_or("", |state| state.code);
    let mut page = format!("stateDiagram-v2\n    [*] --> {begin}\n");
    for rule in instrument.rules {
        let (Next::To(to) | Next::Aside(to)) = rule.next else { continue };
        let (event, to) = (instrument.events[rule.event.place()].code, instrument.state_word(to));
        if let Some(name) = instrument.name_of(rule.from) {
            let _ = writeln!(page, "    note right of {to}: {event} from {name}");
            continue;
        }
        for state in instrument.states_of(rule.from) {
            let _ = writeln!(page, "    {} --> {to}: {event}", state.code);
        }
    }
    for state in instrument.states.iter().filter(|state| state.is_terminal) {
        let _ = writeln!(page, "    {} --> [*]", state.code);
    }
    page
}

impl Instrument {
    /// From what a clock counts, and where that is not as of most clocks, by which instant, whose calendar, and while what holds.
    fn count_word(&self, clock: &ClockDef) -> String {
        let instant =
            Some(format!("instant {}", clock.starts.code())).filter(|_| clock.starts != Starts::Occurred);
        let opener = self.capacities[self.opener.place()].code;
        let whose = Some(format!("calendar of {opener}")).filter(|_| clock.whose == Whose::Opener);
        let held = Some("while the person is held, anew for whoever is held again after it ended".to_owned())
            .filter(|_| clock.while_held);
        let parts = [Some(clock.counts_from.to_owned()), instant, whose, held];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn state_word(&self, id: StateId) -> &'static str {
        self.states[id.place()].code
    }

    pub(super) fn name_of(&self, set: StateSet) -> Option<&'static str> {
        self.sets.iter().find(|(named, _)| *named == set).map(|(_, name)| *name)
    }

    /// A set of states by its name, or by the codes of its states.
    #[must_use]
    pub fn set_word(&self, set: StateSet) -> String {
        let codes = || self.states_of(set).map(|state| state.code).collect::<Vec<_>>().join(", ");
        self.name_of(set).map_or_else(codes, str::to_owned)
    }

    /// Where a rule leads, in words.
    #[must_use]
    pub fn next_word(&self, next: Next, from: StateSet) -> String {
        match next {
            Next::To(state) | Next::Aside(state) => self.state_word(state).to_owned(),
            Next::Stay => "(unchanged)".to_owned(),
            Next::Resume => format!("the state before {}", self.set_word(from)),
            Next::ResumeAt(state, _) => format!("({}, then {})", self.set_word(from), self.state_word(state)),
            Next::ResumeAtLeast(state, _) => {
                format!("({}, then {} at least)", self.set_word(from), self.state_word(state))
            }
        }
    }

    /// What a rule does to a clock, in words.
    #[must_use]
    pub fn act_word(&self, act: &ClockAct) -> String {
        let code = |id: &ClockId| self.clocks[id.place()].code;
        match act {
            ClockAct::Start(id) => format!("start {}", code(id)),
            ClockAct::StartFor(item, id) => format!("start {} for {item}", code(id)),
            ClockAct::StartOn(id) => format!("start {} on the day named", code(id)),
            ClockAct::StartUntil(id, value) => {
                format!("start {} until {}", code(id), self.values[value.place()].code)
            }
            ClockAct::Stop(id) => format!("stop {}", code(id)),
            ClockAct::Answer(id) => format!("stop {} of the request", code(id)),
            ClockAct::Supersede(id) => format!("supersede {}", code(id)),
            ClockAct::Suspend(id) => format!("suspend {}", code(id)),
            ClockAct::ResumeExcluding(id) => format!("resume {} without the interval", code(id)),
            ClockAct::Extend(id) => format!("extend {} once", code(id)),
            ClockAct::Received(id) => format!("count {} of the request anew", code(id)),
            ClockAct::TakenUp(id) => format!("count {} anew where the State's law says so", code(id)),
            ClockAct::Yield(id) => format!("supersede {} if not missed", code(id)),
            ClockAct::ExtendInTime(id) => format!("extend {} if not missed", code(id)),
            ClockAct::Void(id) => format!("void {}", code(id)),
            ClockAct::Renew(id) => format!("count {} anew if it waited", code(id)),
            ClockAct::StartOnce(id) => format!("start {} unless the decision had a period before", code(id)),
            ClockAct::StartIfHeld(id) => format!("start {} if the person is held", code(id)),
            ClockAct::StopAll => "stop all".to_owned(),
            ClockAct::DiscontinueAll => "discontinue the rest".to_owned(),
            ClockAct::Discontinue(id) => format!("discontinue {}", code(id)),
            ClockAct::SupersedeAll => "all run on elsewhere".to_owned(),
            ClockAct::Note(id) => format!("note {}", code(id)),
        }
    }
}
