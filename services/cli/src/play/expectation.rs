//! Whether a case is as a step expects it. It must not ask a node: it compares what a node answered.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::casework::v1::body::Content;
use rogatory_client::pb::types::v1::parameter::Value;
use rogatory_domain::calendar::Calendars;
use rogatory_domain::calendar::Jurisdiction;
use rogatory_wire::instant::{PbTimestamp, told as told_at};
use rogatory_wire::word::Worded as _;

use crate::scenario::{ClockExpect, ClockStatus, Deliveries, Expect};

/// What the comparison needs beside the case.
pub(super) struct View<'a> {
    /// The instant of the step; clocks are judged by it, not by the day of the play.
    pub(super) at: Timestamp,
    /// Whose calendar counts.
    pub(super) jurisdiction: Jurisdiction,
    /// The id of a message by its name.
    pub(super) id_of: &'a dyn Fn(&str) -> String,
}

/// A clock as a step sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its name, such as `T1`.
    pub(super) name: String,
    /// What it waits for.
    pub(super) label: String,
    /// Last day of the period; none when nobody fixed one.
    pub(super) due: Option<Date>,
    /// Last days that no longer count.
    pub(super) earlier: Vec<Date>,
    /// How it stands.
    pub(super) status: Option<ClockStatus>,
}

impl View<'_> {
    /// Everything that is not as expected; nothing when all of it is.
    pub(super) fn mismatches(&self, expect: &Expect, case: &pb::Referral) -> Vec<String> {
        let mut wrong = Vec::new();
        if let Some(state) = expect.state.as_ref().filter(|state| **state != case.state) {
            wrong.push(format!("state is {}, not {state}", case.state));
        }
        if let Some(count) = expect.messages.filter(|count| *count != case.messages.len()) {
            wrong.push(format!("{} messages, not {count}", case.messages.len()));
        }
        let clocks = self.clocks(case);
        wrong.extend(expect.clocks.iter().filter_map(|expected| clock_mismatch(expected, &clocks)));
        wrong.extend(expect.deliveries.iter().flat_map(|expected| self.deliveries(expected, case)));
        if let Some(crossing) = &expect.crossing {
            let (later, earlier) = ((self.id_of)(&crossing.message), (self.id_of)(&crossing.crossed_by));
            if !case.crossings.iter().any(|it| it.message_id == later && it.crossed_by == earlier) {
                wrong
                    .push(format!("{} is not shown as crossed by {}", crossing.message, crossing.crossed_by));
            }
        }
        for (name, effect) in &expect.effects {
            match self.message(case, name) {
                None => wrong.push(format!("{name} is not there")),
                Some(found) if found.effect().word() != *effect => {
                    wrong.push(format!("{name} is {}, not {effect}", found.effect().word()));
                }
                Some(_) => {}
            }
        }
        for (code, expected) in &expect.told {
            match told(case, code) {
                Some(found) if found == *expected => {}
                found => wrong.push(format!("{code} was told as {found:?}, not {expected}")),
            }
        }
        wrong
    }

    /// The clocks as they stand at the instant of the step.
    pub(super) fn clocks(&self, case: &pb::Referral) -> Vec<Seen> {
        let seen = case.clocks.iter().map(|clock| Seen {
            name: clock.name.clone(),
            label: clock.label.clone(),
            due: self.last_day(clock.due_time),
            earlier: clock.superseded_times.iter().filter_map(|due| self.last_day(Some(*due))).collect(),
            status: self.status(clock),
        });
        seen.collect()
    }

    fn status(&self, clock: &pb::Clock) -> Option<ClockStatus> {
        Some(match clock.status() {
            // The node judges by the day of the play; the story has its own.
            pb::ClockStatus::Running | pb::ClockStatus::Overdue
                if told_at(clock.due_time).is_none_or(|due| due > self.at) =>
            {
                ClockStatus::Running
            }
            pb::ClockStatus::Running | pb::ClockStatus::Overdue => ClockStatus::Overdue,
            pb::ClockStatus::Suspended => ClockStatus::Suspended,
            pb::ClockStatus::Met => ClockStatus::Stopped,
            pb::ClockStatus::Late => ClockStatus::Late,
            pb::ClockStatus::Discontinued => ClockStatus::Discontinued,
            pb::ClockStatus::Superseded => ClockStatus::Superseded,
            pb::ClockStatus::Void => ClockStatus::Void,
            pb::ClockStatus::Unspecified => return None,
        })
    }

    /// The last day of a period that is over at this instant.
    fn last_day(&self, due: Option<PbTimestamp>) -> Option<Date> {
        let last = told_at(due)?.checked_sub(SignedDuration::from_micros(1)).ok()?;
        Some(Calendars::current().day_of(self.jurisdiction, last))
    }

    fn deliveries(&self, expected: &Deliveries, case: &pb::Referral) -> Vec<String> {
        let Some(message) = self.message(case, &expected.of) else {
            return vec![format!("{} is not there", expected.of)];
        };
        let taken = expected.taken.iter().map(|agency| (agency, pb::DeliveryStatus::Taken));
        let all = taken.chain(expected.waiting.iter().map(|agency| (agency, pb::DeliveryStatus::Waiting)));
        all.filter_map(|(agency, status)| {
            let found = message.deliveries.iter().find(|it| it.recipient == agency.as_str());
            let found = found.map_or(pb::DeliveryStatus::Unspecified, pb::Delivery::status);
            let (is, should) = (found.word(), status.word());
            (found != status).then(|| format!("{} is {is} at {agency}, not {should}", expected.of))
        })
        .collect()
    }

    fn message<'c>(&self, case: &'c pb::Referral, name: &str) -> Option<&'c pb::Message> {
        let id = (self.id_of)(name);
        case.messages.iter().find(|message| message.message_id == id)
    }
}

/// None when a clock of the name is as expected.
fn clock_mismatch(expected: &ClockExpect, clocks: &[Seen]) -> Option<String> {
    let fits = |seen: &&Seen| {
        expected.due.is_none_or(|due| seen.due == Some(due))
            && expected.status.is_none_or(|status| seen.status == Some(status))
            && expected.earlier.as_ref().is_none_or(|earlier| seen.earlier == *earlier)
    };
    let named: Vec<&Seen> = clocks.iter().filter(|seen| seen.name == expected.clock).collect();
    if named.iter().any(fits) {
        return None;
    }
    let found: Vec<String> = named.into_iter().map(ToString::to_string).collect();
    let found = if found.is_empty() { "not there".to_owned() } else { found.join("; ") };
    Some(format!("clock {} is {found}", expected.clock))
}

/// What an event told last of a parameter.
fn told(case: &pb::Referral, code: &str) -> Option<String> {
    case.messages.iter().rev().find_map(|message| {
        let Content::Event(event) = message.body.as_ref()?.content.as_ref()? else { return None };
        let given = event.parameters.iter().find(|given| given.code == code)?;
        Some(match given.value.as_ref()? {
            Value::Day(text) | Value::Id(text) | Value::Item(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Set(is_set) => is_set.to_string(),
        })
    })
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.name, self.label)?;
        if let Some(due) = self.due {
            write!(f, ", due {}", due.strftime("%a %d %b %Y"))?;
        }
        if let Some(status) = self.status {
            write!(f, ", {}", status.word())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rogatory_wire::instant::to_pb;

    use super::*;
    use crate::scenario::Crossing;

    const NL: &str = "NL";

    fn view(id_of: &dyn Fn(&str) -> String) -> View<'_> {
        View { at: "2021-05-27T12:05:00Z".parse().unwrap(), jurisdiction: NL.parse().unwrap(), id_of }
    }

    fn clock(name: &str, due: &str, status: pb::ClockStatus) -> pb::Clock {
        let due: Timestamp = due.parse().unwrap();
        pb::Clock {
            name: name.into(),
            due_time: Some(to_pb(due)),
            status: status.into(),
            ..pb::Clock::default()
        }
    }

    fn expected(clock: &str, due: &str, status: ClockStatus) -> ClockExpect {
        let due = Some(due.parse().unwrap());
        ClockExpect { clock: clock.into(), due, earlier: None, status: Some(status) }
    }

    #[test]
    fn a_clock_is_judged_by_the_day_of_the_story() {
        let case = pb::Referral {
            clocks: vec![
                clock("T2", "2021-06-07T22:00:00Z", pb::ClockStatus::Overdue),
                clock("T1", "2021-07-26T22:00:00Z", pb::ClockStatus::Superseded),
            ],
            ..pb::Referral::default()
        };
        let id_of = |_: &str| String::new();
        let holds = |clocks| view(&id_of).mismatches(&Expect { clocks, ..Expect::default() }, &case);
        assert!(holds(vec![expected("T2", "2021-06-07", ClockStatus::Running)]).is_empty());
        assert!(holds(vec![expected("T1", "2021-07-26", ClockStatus::Superseded)]).is_empty());
        let wrong = holds(vec![expected("T2", "2021-06-08", ClockStatus::Running)]);
        assert_eq!(wrong, ["clock T2 is T2 , due Mon 07 Jun 2021, running"]);
        assert_eq!(
            holds(vec![expected("T4", "2021-06-07", ClockStatus::Running)]),
            ["clock T4 is not there"]
        );
    }

    #[test]
    fn everything_that_differs_is_named() {
        let expect = Expect {
            state: Some("arrested".into()),
            messages: Some(2),
            crossing: Some(Crossing { message: "a".into(), crossed_by: "b".into() }),
            deliveries: Some(Deliveries {
                of: "a".into(),
                taken: vec!["nl-om".parse().unwrap()],
                waiting: Vec::new(),
            }),
            ..Expect::default()
        };
        let delivery = pb::Delivery {
            recipient: "nl-om".into(),
            status: pb::DeliveryStatus::Waiting.into(),
            ..pb::Delivery::default()
        };
        let message =
            pb::Message { message_id: "id-a".into(), deliveries: vec![delivery], ..pb::Message::default() };
        let case =
            pb::Referral { state: "received".into(), messages: vec![message], ..pb::Referral::default() };
        let wrong = view(&|name| format!("id-{name}")).mismatches(&expect, &case);
        let all = [
            "state is received, not arrested",
            "1 messages, not 2",
            "a is waiting at nl-om, not taken",
            "a is not shown as crossed by b",
        ];
        assert_eq!(wrong, all);
    }
}
