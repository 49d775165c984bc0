//! The steps of machines: each is one thing that a thread, a disk or the network does when it gets to it.

use crate::Broken;
use crate::caller::Stage;
use crate::federation::Federation;

/// What may happen next by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// A node's ledger thread writes a group.
    Commit(usize),
    /// A node's index thread applies a batch.
    Apply(usize),
    /// A node dials.
    Dial(usize),
    /// A node that is down comes back.
    Restart(usize),
    /// A node's hold on signing ends.
    Release(usize),
    /// A node's disk has space again.
    MakeRoom(usize),
    /// An end says Hello.
    Greet(usize, usize),
    /// A frame arrives.
    Deliver(usize, usize),
    /// An order becomes a frame.
    CarryOut(usize, usize),
    /// An end notices that its connection is gone.
    Notice(usize, usize),
    /// A caller seals its message.
    Seal(usize),
    /// A caller hands its message over.
    Submit(usize),
}

impl Federation {
    /// Everything that may happen next by itself. While faults are on, nodes do not hurry to come back.
    pub(crate) fn enabled(&mut self, faults: bool) -> Vec<Step> {
        let mut steps = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            match &node.running {
                None if !faults || self.dice.chance(10) => steps.push(Step::Restart(at)),
                None => {}
                Some(running) => {
                    // An operator may come to it; once faults are over, nodes must manage without one.
                    let held = running.signing_held && faults && self.dice.chance(2);
                    let ready = [
                        (!running.unwritten.is_empty(), Step::Commit(at)),
                        (running.batch.is_some(), Step::Apply(at)),
                        (!running.dials.is_empty(), Step::Dial(at)),
                        (held, Step::Release(at)),
                        (node.is_full && (!faults || self.dice.chance(20)), Step::MakeRoom(at)),
                    ];
                    steps.extend(ready.into_iter().filter(|(ready, _)| *ready).map(|(_, step)| step));
                }
            }
        }
        for (at, connection) in self.connections.iter().enumerate() {
            for (side, end) in connection.ends.iter().enumerate() {
                let ready = [
                    (end.may_greet(), Step::Greet(at, side)),
                    (end.may_receive(), Step::Deliver(at, side)),
                    (end.may_send(), Step::CarryOut(at, side)),
                    (connection.is_cut && end.is_open(), Step::Notice(at, side)),
                ];
                steps.extend(ready.into_iter().filter(|(ready, _)| *ready).map(|(_, step)| step));
            }
        }
        for (at, wish) in self.wishes.iter().enumerate() {
            let node = &self.nodes[wish.node];
            if node.running.is_none() {
                continue;
            }
            match wish.stage {
                Stage::Wanted => steps.push(Step::Seal(at)),
                Stage::Sealed(incarnation) if incarnation == node.incarnation => steps.push(Step::Submit(at)),
                // Whoever got no answer before the node went down says it again.
                Stage::Submitted(incarnation) | Stage::Sealed(incarnation)
                    if incarnation != node.incarnation =>
                {
                    steps.push(Step::Seal(at));
                }
                _ => {}
            }
        }
        steps
    }

    /// Takes one step.
    pub(crate) fn take(&mut self, step: Step, faults: bool) -> Result<(), Broken> {
        match step {
            Step::Commit(node) => self.commit(node, faults),
            Step::Apply(node) => self.nodes[node].apply(),
            Step::Dial(node) => self.dial(node),
            Step::Restart(node) => self.restart(node, faults),
            Step::MakeRoom(node) => {
                self.nodes[node].set_full(false);
                Ok(())
            }
            Step::Release(node) => self.nodes[node].release_signing(),
            Step::Greet(at, side) => {
                self.greet(at, side);
                Ok(())
            }
            Step::Deliver(at, side) => self.deliver(at, side),
            Step::CarryOut(at, side) => self.carry_out(at, side),
            Step::Notice(at, side) => self.close(at, side),
            Step::Seal(wish) => self.seal(wish),
            Step::Submit(wish) => self.submit(wish),
        }
    }
}
