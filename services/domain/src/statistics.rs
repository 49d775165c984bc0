//! Statistics: how many cases of an instrument count in each figure of its table over a period, in what roles of one agency.
//!
//! Owns the counting. It knows no law: what is counted is in the instrument's table ([`crate::instrument::FigureDef`]). It must
//! not keep anything of a case: sums, and how often each number of days occurred, are all it holds, so that its memory does
//! not grow with the cases.
//!
//! Reading order: [`Period`], [`Tally`], [`Report`].

mod moment;
mod period;
mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::calendar::Calendars;
use crate::case::{Case, Fact, OpeningFact};
use crate::id::AgencyId;
use crate::instrument::{By, FigureDef, Instrument, ParameterDef, Side, What};

use moment::Told;
pub use period::{PERIOD_DAYS_MAX, PERIOD_FUTURE_DAYS_MAX, Period, PeriodFault};
pub use report::{Count, Days, Figure, NotCounted, Report, Row};

/// The key of a figure that is not broken down, or of a case of which what it is broken down by is not known.
pub const NO_KEY: &str = "";

/// The key of a case with agencies of several States on the other side.
pub const SEVERAL: &str = "several";

/// What one figure has under one key, for each side on which the agency stands.
type Cell = [Sum; 3];

/// A sum; the numbers of days of those that have one, and how often each occurred.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Sum {
    cases: u64,
    days: BTreeMap<u32, u64>,
}

/// Sums that grow case by case.
#[derive(Debug)]
pub struct Tally {
    code: &'static str,
    own: AgencyId,
    period: Period,
    now: Timestamp,
    cells: BTreeMap<&'static str, BTreeMap<String, Cell>>,
    /// Cases by the edition they were opened under.
    editions: BTreeMap<u16, u64>,
    unreadable: u64,
    awaiting_opening: u64,
}

impl Tally {
    /// Nothing counted yet, of the instrument of a code, as an agency sees its cases at an instant.
    #[must_use]
    pub fn new(instrument: &Instrument, own: AgencyId, period: Period, now: Timestamp) -> Self {
        Self {
            code: instrument.code,
            own,
            period,
            now,
            cells: BTreeMap::new(),
            editions: BTreeMap::new(),
            unreadable: 0,
            awaiting_opening: 0,
        }
    }

    /// Counts a case. One under another instrument counts nowhere.
    pub fn add(&mut self, opening: &OpeningFact, facts: &[Fact], case: &Case) {
        let Some(calendars) = Calendars::of(opening.calendar_edition) else { return self.add_unreadable() };
        // A case that was passed on counts where it goes on.
        if opening.instrument.code != self.code || case.is_passed_on() {
            return;
        }
        *self.editions.entry(opening.instrument.edition).or_default() += 1;
        let told = Told::new(opening, facts, case, calendars, self.now);
        let side = place_of(opening.side_of(&self.own));
        for figure in opening.instrument.figures {
            for mark in told.marks(figure, &self.own) {
                if self.period.contains(mark.day) {
                    let cells = self.cells.entry(figure.code).or_default();
                    cells.entry(mark.key).or_default()[side].add(mark.days);
                }
            }
        }
    }

    /// Counts a referral of which something was erased: nobody knows what it would count under.
    pub fn add_unreadable(&mut self) {
        self.unreadable += 1;
    }

    /// Counts a referral whose opening is not here yet.
    pub fn add_awaiting_opening(&mut self) {
        self.awaiting_opening += 1;
    }

    /// What was counted.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut report = Report {
            cases: self.editions.values().sum(),
            unreadable: self.unreadable,
            awaiting_opening: self.awaiting_opening,
            ..Report::default()
        };
        for (instrument, figure) in figures_of(self.code) {
            if let What::NotKnown(why) = figure.what {
                report.not_counted.push(NotCounted { figure, why });
                continue;
            }
            let cells = self.cells.get(figure.code);
            let rows = self.rows(instrument, figure, cells);
            report.figures.push(Figure { figure, rows, without: self.without(figure.code) });
        }
        report
    }

    /// Cases under editions that do not have a figure.
    fn without(&self, code: &str) -> u64 {
        let lacks = |edition: &u16| {
            let instrument = Instrument::of_edition(self.code, *edition);
            instrument.is_none_or(|it| it.figures.iter().all(|figure| figure.code != code))
        };
        self.editions.iter().filter(|(edition, _)| lacks(edition)).map(|(_, cases)| cases).sum()
    }

    /// The rows of a figure: of lists and clocks every one in the order of the law, then what else was found.
    fn rows(
        &self,
        instrument: &'static Instrument,
        figure: &FigureDef,
        cells: Option<&BTreeMap<String, Cell>>,
    ) -> Vec<Row> {
        let mut named = labels(instrument, figure);
        for key in cells.into_iter().flat_map(BTreeMap::keys) {
            if !named.iter().any(|(known, _)| known == key) {
                named.push((key.clone(), String::new()));
            }
        }
        let sum = |key: &String| cells.and_then(|cells| cells.get(key)).cloned().unwrap_or_default();
        named.into_iter().map(|(key, label)| Row::new(sum(&key), key, label, figure.what.is_days())).collect()
    }
}

impl Sum {
    fn add(&mut self, days: Option<u32>) {
        self.cases += 1;
        if let Some(days) = days {
            *self.days.entry(days).or_default() += 1;
        }
    }
}

/// The figures of an instrument: those of its newest edition in their order, then those that only earlier ones have.
fn figures_of(code: &str) -> Vec<(&'static Instrument, &'static FigureDef)> {
    let mut found: Vec<(&'static Instrument, &'static FigureDef)> = Vec::new();
    for instrument in crate::instrument::INSTRUMENTS.iter().rev().filter(|it| it.code == code) {
        for figure in instrument.figures {
            if !found.iter().any(|(_, known)| known.code == figure.code) {
                found.push((instrument, figure));
            }
        }
    }
    found
}

/// The rows that a figure has though nothing counts in them, with their words.
fn labels(instrument: &'static Instrument, figure: &FigureDef) -> Vec<(String, String)> {
    let of = |code: &str, label: &str| (code.to_owned(), label.to_owned());
    match (figure.by, figure.what) {
        (By::Nothing, _) => vec![of(NO_KEY, "")],
        (By::Kind, _) => instrument.traits.iter().map(|one| of(one.code, one.meaning)).collect(),
        (By::Counterpart, _) => Vec::new(),
        (By::Item(event, parameter), _) => {
            let items = instrument.events[event.place()].parameter(parameter).map(ParameterDef::items);
            items.unwrap_or_default().iter().map(|item| of(item.code, item.meaning)).collect()
        }
        (By::Clock, What::Missed(clocks)) => {
            let clocks = clocks.iter().map(|id| &instrument.clocks[id.place()]);
            clocks.map(|clock| of(clock.code, clock.waits_for)).collect()
        }
        (By::Clock, _) => Vec::new(),
    }
}

/// Where the sums of a side stand.
fn place_of(side: Side) -> usize {
    match side {
        Side::Asking => 0,
        Side::Answering => 1,
        Side::Neither => 2,
    }
}
