//! Hand-overs: one record per message and consumer, however often it is acknowledged, and one for the notices that came
//! with it.

use std::sync::Arc;

use rogatory_domain::refusal::Code;

use super::Engine;
use crate::input::{Acknowledged, HandOvers};

/// Gaps a consumer may leave between acknowledged messages. Each costs a few bytes of one row; what would leave more is
/// refused, so that no row grows without bound.
pub const GAPS_COUNT_MAX: usize = 4_096;

impl Engine {
    pub(super) fn hand_over(
        &mut self,
        hand_overs: HandOvers,
        then: Box<dyn FnOnce(Result<Acknowledged, Code>) + Send>,
    ) {
        let HandOvers { consumer, items, notices } = hand_overs;
        let mut row = match self.staged.consumer(&consumer) {
            Ok(row) => row.unwrap_or_default(),
            Err(error) => return self.fail(error),
        };
        let edited = Arc::make_mut(&mut row);
        let (mut acknowledged, mut records) = (Acknowledged::default(), Vec::new());
        for item in items {
            // Two acknowledgements of one message, in one call or in two, meet in this row.
            if !edited.has(item.arrival) {
                edited.acknowledge(item.arrival, item.position);
                records.push(item.written);
            }
            acknowledged.positions.push(item.position);
        }
        if edited.beyond.len() > GAPS_COUNT_MAX {
            return self.when_durable(Box::new(move || then(Err(Code::TooManyGaps))));
        }
        if let Some((through, written)) = notices {
            if edited.noticed < Some(through) {
                records.push(written);
            }
            acknowledged.notices_through = Some(through);
        }
        if !records.is_empty() {
            self.append(records);
        }
        self.when_durable(Box::new(move || then(Ok(acknowledged))));
    }
}
