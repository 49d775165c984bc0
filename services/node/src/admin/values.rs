//! Values of the operators' API for what the node knows under names of its own. It must not decide anything.

use rogatory_wire::pb::admin::v1 as pb;

use crate::condition::State;
use crate::exchange::{Side, Stage};
use crate::expiry::Ending;

/// A state of the node.
pub(super) fn state(state: State) -> pb::NodeState {
    match state {
        State::Starting => pb::NodeState::Starting,
        State::Draining => pb::NodeState::Draining,
        State::Stuck => pb::NodeState::Stuck,
        State::Full => pb::NodeState::Full,
        State::Held => pb::NodeState::Held,
        State::Serving => pb::NodeState::Serving,
    }
}

/// What ends.
pub(super) fn ending(ending: Ending) -> pb::EndKind {
    match ending {
        Ending::Node => pb::EndKind::Node,
        Ending::Root => pb::EndKind::Root,
        Ending::List => pb::EndKind::List,
    }
}

/// How far a connection came.
pub(super) fn stage(stage: Stage) -> pb::FailureStage {
    match stage {
        Stage::Resolve => pb::FailureStage::Resolve,
        Stage::Dial => pb::FailureStage::Dial,
        Stage::Tls => pb::FailureStage::Tls,
        Stage::Name => pb::FailureStage::Name,
        Stage::Greeting => pb::FailureStage::Greeting,
        Stage::Heads => pb::FailureStage::Heads,
        Stage::Proof => pb::FailureStage::Proof,
        Stage::Recipient => pb::FailureStage::Recipient,
        Stage::Link => pb::FailureStage::Link,
    }
}

/// On whose word it failed.
pub(super) fn side(side: Side) -> pb::FailureSide {
    match side {
        Side::Here => pb::FailureSide::Here,
        Side::Peer => pb::FailureSide::Peer,
    }
}
