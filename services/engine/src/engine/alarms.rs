//! Alarms: a clock that is nearly due or overdue is put on the record once, so that whoever watches is told of it and
//! nobody has to ask.

use std::time::Duration;

use rogatory_domain::case::Alarm;
use rogatory_domain::id::ReferralId;
use rogatory_evidence::{Facts, Kind};
use rogatory_index::StoreError;

use super::Engine;
use crate::scribe::Draft;

/// Referrals looked at in one turn; the others follow in the next.
const REFERRALS_COUNT_MAX: usize = 64;

/// Time between two looks.
const LOOK_PERIOD: Duration = Duration::from_secs(1);

impl Engine {
    /// Records the alarms that are due. Nothing is recorded while new work is refused: they are due still when it is not.
    pub(super) fn raise_alarms(&mut self) {
        let elapsed = self.elapsed();
        if elapsed < self.alarms_at || self.refuses().is_some() {
            return;
        }
        self.alarms_at = elapsed + LOOK_PERIOD;
        let now = self.now();
        let due = match self.staged.alarms_until(now, REFERRALS_COUNT_MAX) {
            Ok(due) => due,
            Err(error) => return self.fail(error),
        };
        for key in due {
            match self.alarms_of(key.referral) {
                Ok(alarms) => alarms.into_iter().for_each(|alarm| self.raise(key.referral, alarm)),
                Err(error) => return self.fail(error),
            }
        }
    }

    fn alarms_of(&self, referral: ReferralId) -> Result<Vec<Alarm>, StoreError> {
        let now = self.now();
        let row = self.staged.referral(referral)?;
        let case = row.as_ref().and_then(|row| row.case());
        let left = row.zip(case).map(|(row, case)| row.alarms_left(&case)).unwrap_or_default();
        Ok(left.into_iter().filter(|(at, _)| *at <= now).map(|(_, alarm)| alarm).collect())
    }

    fn raise(&mut self, referral: ReferralId, alarm: Alarm) {
        let mut draft = Draft::new(&self.scribe, Kind::ClockAlarm);
        draft.shared.referral = Some(referral);
        draft.facts = Some(Facts::ClockAlarm(alarm));
        self.record(draft);
    }
}
