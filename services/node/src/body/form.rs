//! The form of an opening against the check of its instrument, by what roster and message say of the parties.
//!
//! Owns which State is whose, and under which field a fault or a warning stands. It must not judge a form: the check does.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rogatory_domain::calendar::Jurisdiction;
use rogatory_domain::case::OpeningFact;
use rogatory_domain::fault::{Fault, Faults};
use rogatory_domain::id::{AgencyId, Country};
use rogatory_domain::instrument::{Instrument, Symbol};
use rogatory_evidence::Roster;
use rogatory_evidence::roster::Member;
use rogatory_forms::{FormContext, Warnings};
use rogatory_message::Opening;
use rogatory_wire::form::field_of;
use rogatory_wire::pb::casework::v1 as casework;
use rogatory_wire::pb::casework::v1::body::Content;

/// What the form of one case is judged by.
#[derive(Clone, Copy)]
pub(crate) struct FormJudge {
    instrument: &'static Instrument,
    context: FormContext,
}

impl FormJudge {
    /// Of an opening that is about to be submitted; of parties that could not be read nothing is known.
    pub(super) fn of_submission(
        instrument: &'static Instrument,
        parties: &[(AgencyId, Symbol)],
        issuing: &AgencyId,
        roster: &Roster,
        now: Timestamp,
    ) -> Self {
        let calendar = parties.iter().find(|(_, capacity)| instrument.calendar_is_of(*capacity));
        let context = FormContext {
            edition: instrument.edition,
            executing_state: calendar.and_then(|(agency, _)| state_of(roster, agency)),
            opener_state: state_of(roster, issuing),
            today: day_of(now),
        };
        Self { instrument, context }
    }

    /// Of an opening that a peer sent, by what the message itself says: a roster may differ from the sender's, and two recipients
    /// must not judge differently.
    pub(super) fn of_message(opening: &Opening, submitted: Timestamp) -> Self {
        let context = FormContext {
            edition: opening.instrument.edition,
            executing_state: Some(opening.jurisdiction.state()),
            opener_state: None,
            today: day_of(submitted),
        };
        Self { instrument: opening.instrument, context }
    }

    /// Of an opening on the record, with what the roster says of its sender now: nothing is refused by it any more.
    pub(crate) fn of_record(opening: &OpeningFact, roster: &Roster) -> Self {
        let context = FormContext {
            edition: opening.instrument.edition,
            executing_state: Some(opening.jurisdiction.state()),
            opener_state: state_of(roster, &opening.issuing),
            today: day_of(opening.recorded),
        };
        Self { instrument: opening.instrument, context }
    }

    /// Everything in which a form breaks the rules of its instrument, or what somebody should look at again in it, under the field of
    /// the opening that holds it.
    pub(super) fn check(&self, form: &[u8]) -> Result<Warnings, Faults> {
        let Some(known) = rogatory_forms::form_of(self.instrument.code) else {
            return Ok(Warnings::default());
        };
        let field = field_of(self.instrument.code);
        let under = |fault: Fault| match fault.field.as_str() {
            "" => Fault { field: field.to_owned(), ..fault },
            path => Fault { field: format!("{field}.{path}"), ..fault },
        };
        let all = |found: Vec<Fault>| found.into_iter().map(under).collect();
        (known.check)(form, &self.context)
            .map(|warnings| Warnings(all(warnings.0)))
            .map_err(|faults| Faults(all(faults.0)))
    }

    /// What its reader is told of the content of a message: nothing, unless it is an opening. Faults are told, too, where this node
    /// knows more of the parties than the message says.
    pub(crate) fn told(&self, body: &casework::Body) -> Vec<casework::Warning> {
        let Some(Content::Opening(casework::Opening { request: Some(request), .. })) = &body.content else {
            return Vec::new();
        };
        let (_, form) = rogatory_wire::form::form_of(request.clone());
        warnings_to_pb(self.check(&form).unwrap_or_else(|faults| Warnings(faults.0)))
    }
}

/// Warnings as the service shows them.
pub(crate) fn warnings_to_pb(warnings: Warnings) -> Vec<casework::Warning> {
    let shown = |Fault { field, rule, article, text }| casework::Warning {
        field,
        rule: rule.to_owned(),
        article: article.to_owned(),
        text,
    };
    warnings.0.into_iter().map(shown).collect()
}

fn state_of(roster: &Roster, agency: &AgencyId) -> Option<Country> {
    roster.member(agency).and_then(Member::jurisdiction).map(Jurisdiction::state)
}

fn day_of(instant: Timestamp) -> Date {
    instant.to_zoned_datetime(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::INSTRUMENTS;
    use rogatory_wire::form::request_of;
    use rogatory_wire::pb::types::v1::Event;

    use super::*;

    fn judge(instrument: &'static Instrument) -> FormJudge {
        let today = jiff::civil::date(2026, 11, 29);
        FormJudge { instrument, context: FormContext::without_parties(instrument.edition, today) }
    }

    #[test]
    fn a_reader_is_told_of_the_form_of_an_opening_under_its_field_and_of_no_event() {
        for instrument in INSTRUMENTS {
            let told = |content| {
                judge(instrument).told(&casework::Body { content: Some(content), ..Default::default() })
            };
            let request = request_of(instrument.code, bytes::Bytes::from_static(&[0xff, 0xff]));
            let opening = casework::Opening { request, ..casework::Opening::default() };
            let [warning] = &told(Content::Opening(opening))[..] else {
                panic!("one fault, told as it stands")
            };
            assert_eq!(
                (warning.field.as_str(), warning.rule.as_str()),
                (field_of(instrument.code), "malformed")
            );
            assert_eq!(told(Content::Event(Event::default())), []);
        }
    }

    #[test]
    fn a_sample_is_taken_and_faults_stand_under_the_field_of_the_form() {
        for instrument in INSTRUMENTS {
            let form = rogatory_forms::form_of(instrument.code).unwrap();
            assert!(judge(instrument).check(&(form.sample)(1)).is_ok());
            let faults = judge(instrument).check(&[]).unwrap_err();
            let field = format!("{}.", field_of(instrument.code));
            assert!(faults.iter().all(|fault| fault.field.starts_with(&field)), "{faults}");
        }
    }
}
