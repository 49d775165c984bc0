//! Hand-overs: one record per message and consumer, however often it is acknowledged.

use super::Engine;
use crate::input::HandOver;

impl Engine {
    pub(super) fn hand_over(
        &mut self,
        consumer: &str,
        items: Vec<HandOver>,
        then: Box<dyn FnOnce(Vec<u64>) + Send>,
    ) {
        let mut positions = Vec::with_capacity(items.len());
        let mut records = Vec::new();
        let row = match self.staged.consumer(consumer) {
            Ok(row) => row.unwrap_or_default(),
            Err(error) => return self.fail(&error.to_string()),
        };
        for item in items {
            // Two acknowledgements of one message in one call meet in `positions`.
            if !row.has(item.arrival) && !positions.contains(&item.position) {
                records.push(item.written);
            }
            positions.push(item.position);
        }
        if !records.is_empty() {
            self.append(records);
        }
        self.when_durable(Box::new(move || then(positions)));
    }
}
