//! What a step expects of a case and of queues. It must not compare; the play does.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rogatory_domain::AgencyId;
use rogatory_domain::instrument::{INSTRUMENTS, state_code};
use serde::{Deserialize, Deserializer};
use toml::value::Datetime;

use super::fault::Faults;

/// What must hold at a node, at once or soon.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    /// The case that is looked at.
    pub(crate) case: Option<String>,
    /// Its state.
    pub(crate) state: Option<String>,
    /// How many messages it has.
    pub(crate) messages: Option<usize>,
    /// Its clocks, those that are named.
    #[serde(default)]
    pub(crate) clocks: Vec<ClockExpect>,
    /// Receipts of one message that this agency sent.
    pub(crate) deliveries: Option<Deliveries>,
    /// A crossing that is shown.
    pub(crate) crossing: Option<Crossing>,
    /// What became of messages.
    #[serde(default)]
    pub(crate) effects: BTreeMap<String, String>,
    /// What was told last of these parameters, in any event of the case.
    #[serde(default)]
    pub(crate) told: BTreeMap<String, String>,
    /// How many messages wait for these recipients.
    #[serde(default)]
    pub(crate) waiting: BTreeMap<AgencyId, usize>,
}

/// What must hold of one clock.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockExpect {
    /// Its name, such as `T1`.
    pub(crate) clock: String,
    /// Last day of the period, on the calendar of the executing side.
    #[serde(default, deserialize_with = "date")]
    pub(crate) due: Option<Date>,
    /// Earlier last days that no longer count, oldest first.
    #[serde(default, deserialize_with = "dates")]
    pub(crate) earlier: Option<Vec<Date>>,
    /// How it stands on the day of the step.
    pub(crate) status: Option<ClockStatus>,
}

/// How a clock stands on the day of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ClockStatus {
    /// Runs and is not yet due.
    Running,
    /// Runs and was due before.
    Overdue,
    /// Stands still.
    Suspended,
    /// What it waited for happened in time.
    Stopped,
    /// It was missed: what it waited for happened too late, or the case ended after it had fallen due.
    Late,
    /// It was not yet due when the case ended without what it waited for.
    Discontinued,
    /// Gave way to another clock.
    Superseded,
    /// Never ran, since what had started it was not so.
    Void,
}

impl ClockStatus {
    /// The word of the format.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Overdue => "overdue",
            Self::Suspended => "suspended",
            Self::Stopped => "stopped",
            Self::Late => "late",
            Self::Discontinued => "discontinued",
            Self::Superseded => "superseded",
            Self::Void => "void",
        }
    }
}

/// Receipts of one message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deliveries {
    /// The message.
    pub(crate) of: String,
    /// Recipients that have taken it over.
    #[serde(default)]
    pub(crate) taken: Vec<AgencyId>,
    /// Recipients for which it waits.
    #[serde(default)]
    pub(crate) waiting: Vec<AgencyId>,
}

/// Two messages that crossed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Crossing {
    /// The one that counts second.
    pub(crate) message: String,
    /// The one that counts first.
    pub(crate) crossed_by: String,
}

impl Expect {
    /// Checks the names of states and clocks, and that the case is named where it is needed.
    pub(super) fn check(&self, faults: &mut Faults, path: &str) {
        if let Some(state) = &self.state
            && state_code(state).is_none()
        {
            faults.push(&format!("{path}.state"), "no instrument has such a state");
        }
        for ClockExpect { clock, .. } in &self.clocks {
            if !INSTRUMENTS.iter().any(|known| known.clock(clock).is_some()) {
                faults.push(&format!("{path}.clocks"), "there is no such clock");
            }
        }
        if self.case.is_none() && (self.looks_at_case() || self.waiting.is_empty()) {
            faults.push(path, "name the case that is looked at");
        }
    }

    fn looks_at_case(&self) -> bool {
        self.state.is_some()
            || self.messages.is_some()
            || !self.clocks.is_empty()
            || self.deliveries.is_some()
            || self.crossing.is_some()
            || !self.effects.is_empty()
            || !self.told.is_empty()
    }
}

fn day_of<E: serde::de::Error>(value: &Datetime) -> Result<Date, E> {
    value.to_string().parse().map_err(|_| E::custom("a day such as 2021-05-28 is expected"))
}

pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    day_of(&Datetime::deserialize(deserializer)?).map(Some)
}

fn dates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<Date>>, D::Error> {
    Vec::<Datetime>::deserialize(deserializer)?.iter().map(day_of).collect::<Result<_, _>>().map(Some)
}
