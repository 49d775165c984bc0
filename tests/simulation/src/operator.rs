//! An operator who puts back in the queue what was given up, one message or a whole referral, and now and then what needs no
//! putting back. Must not decide what may be put back; the engine does.

use std::sync::Arc;

use parking_lot::Mutex;
use rogatory_domain::id::{AgencyId, MessageId};
use rogatory_engine::Input;
use rogatory_engine::engine::Requeued;
use rogatory_evidence::Private;
use rogatory_index::Status;

use crate::Broken;
use crate::cast::member;
use crate::federation::Federation;

/// A requeue that an operator was told of: node, message, recipient, position of the record.
pub(crate) type Told = (usize, MessageId, AgencyId, u64);

/// Requeues told by every engine.
pub(crate) type SharedRequeues = Arc<Mutex<Vec<Told>>>;

impl Federation {
    /// An operator of a node looks for what was given up, and puts some of it back.
    pub(crate) fn put_back(&mut self, node: usize) -> Result<(), Broken> {
        if self.nodes[node].running.is_none() {
            return Ok(());
        }
        let own = member(node).agency();
        let any = self.dice.chance(10);
        let mut found = Vec::new();
        for (referral, row) in self.nodes[node].base.newest(100) {
            for line in row.messages.iter().filter(|line| line.sender == *own) {
                let asked = line.deliveries.iter().filter(|d| any || matches!(d.status, Status::GivenUp(..)));
                found.extend(asked.map(|delivery| (referral, line.message, delivery.recipient.clone())));
            }
        }
        let Some((referral, message, recipient)) = self.dice.pick(&found).cloned() else { return Ok(()) };
        let (whole, told) = (self.dice.chance(40), self.requeues.clone());
        let look = move |engine: &mut rogatory_engine::Engine| {
            let by =
                Private { person: "operator".into(), justification: "back".into(), ..Private::default() };
            let done = if whole {
                engine.requeue_referral(referral, &recipient, &by).unwrap_or_default()
            } else {
                vec![(message, engine.requeue(message, &recipient, &by))]
            };
            let put_back = done.into_iter().filter_map(|(message, how)| match how {
                Ok(Requeued::Now(position)) => Some((node, message, recipient.clone(), position)),
                _ => None,
            });
            let put_back: Vec<_> = put_back.collect();
            engine.when_durable(Box::new(move || told.lock().extend(put_back)));
        };
        self.nodes[node].handle(Input::Look(Box::new(look)))
    }
}
