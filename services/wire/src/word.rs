//! Values of the client API's enums as words for people: the name of the value without its prefix, in small letters.
//!
//! Owns the words and the way back from them. It must not say what a value means; the protobuf files do.

use crate::pb::admin::v1 as admin;
use crate::pb::casework::v1 as casework;
use crate::pb::types::v1 as types;

/// How the name of the value ends that says nothing.
const UNSAID: &str = "UNSPECIFIED";

/// An enum whose values are told in words.
pub trait Worded: Copy + Default {
    /// The name in the protobuf files, such as `RETRY_WHEN_CHANGED`.
    fn name(self) -> &'static str;

    /// The value of a name.
    fn of_name(name: &str) -> Option<Self>;

    /// The word, such as `when_changed`; empty for the value that says nothing.
    fn word(self) -> String {
        let (name, prefix) = (self.name(), prefix::<Self>());
        let word = name.strip_prefix(prefix).filter(|word| *word != UNSAID);
        word.unwrap_or_default().to_lowercase()
    }

    /// The value of a word.
    fn of_word(word: &str) -> Option<Self> {
        Self::of_name(&format!("{}{}", prefix::<Self>(), word.to_uppercase()))
    }
}

/// What the names of all values begin with.
fn prefix<E: Worded>() -> &'static str {
    E::default().name().strip_suffix(UNSAID).unwrap_or_default()
}

macro_rules! worded {
    ($($of:ty),+ $(,)?) => {$(
        impl Worded for $of {
            fn name(self) -> &'static str {
                self.as_str_name()
            }

            fn of_name(name: &str) -> Option<Self> {
                Self::from_str_name(name)
            }
        }
    )+};
}

worded!(
    admin::EndKind,
    admin::FailureSide,
    admin::FailureStage,
    admin::LinkState,
    admin::NodeState,
    admin::RequeueOutcome,
    admin::RosterAge,
    admin::WaitReason,
    casework::Blame,
    casework::CalendarCoverage,
    casework::ClockStatus,
    casework::DeliveryStatus,
    casework::Effect,
    casework::Retry,
    types::CapacitySeats,
    types::CapacitySide,
    types::Lane,
    types::ParameterKind,
    types::PeriodUnit,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_by_its_name_without_the_prefix_and_found_by_it_again() {
        assert_eq!(casework::Retry::WhenChanged.word(), "when_changed");
        assert_eq!(casework::Retry::of_word("when_changed"), Some(casework::Retry::WhenChanged));
        assert_eq!(admin::WaitReason::BehindNotYet.word(), "behind_not_yet");
        assert_eq!(casework::Blame::Unspecified.word(), "");
        assert_eq!(casework::Blame::of_word("nobody"), None);
    }
}
