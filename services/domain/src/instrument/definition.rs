//! The small tables of an instrument: capacities, states, lists, questions, values.

use super::id::{EventId, StateId};
use super::symbol::Symbol;
use crate::mark::Mark;

/// On which side of a case a party stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// It asked for something, or told something.
    Asking,
    /// It has to answer; where two messages cross, its own come first.
    Answering,
    /// It is only told.
    Neither,
}

impl Side {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asking => "asking",
            Self::Answering => "answering",
            Self::Neither => "neither",
        }
    }

    /// The side that answers what this one asks.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Asking => Self::Answering,
            Self::Answering | Self::Neither => Self::Asking,
        }
    }
}

/// How many agencies have a capacity in one referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seats {
    /// Exactly one.
    One,
    /// None or more, within the bound on parties.
    Any,
}

/// In what capacity an agency is party to a case.
#[derive(Debug, Clone, Copy)]
pub struct CapacityDef {
    /// Stable code.
    pub code: &'static str,
    /// Who that is, in one sentence.
    pub meaning: &'static str,
    /// On which side it stands.
    pub side: Side,
    /// How many agencies have it.
    pub seats: Seats,
}

/// Where a case can stand; delivery never implies a state.
#[derive(Debug)]
pub struct StateDef {
    /// Stable code in snake case.
    pub code: &'static str,
    /// What holds then, in one sentence.
    pub meaning: &'static str,
    /// Whether the case has ended; later messages may still concern it.
    pub is_terminal: bool,
    /// Whether it is on its way to whoever answers it.
    pub is_forwarded: bool,
}

impl StateDef {
    /// A state that is left again.
    #[must_use]
    pub const fn open(code: &'static str, meaning: &'static str) -> Self {
        Self { code, meaning, is_terminal: false, is_forwarded: false }
    }

    /// A state in which the case has ended.
    #[must_use]
    pub const fn ended(code: &'static str, meaning: &'static str) -> Self {
        Self { code, meaning, is_terminal: true, is_forwarded: false }
    }

    /// A state in which it is on its way to whoever answers it.
    #[must_use]
    pub const fn forwarded(code: &'static str, meaning: &'static str) -> Self {
        Self { is_forwarded: true, ..Self::open(code, meaning) }
    }

    /// Its code as a value.
    #[must_use]
    pub const fn symbol(&self) -> Symbol {
        Symbol::new(self.code)
    }
}

/// How one of several referrals of one request ends the others. One warrant goes to several States, and the person is
/// surrendered once.
#[derive(Debug)]
pub struct ClosureDef {
    /// Once one of them stands here,
    pub state: StateId,
    /// the node of the agency that opened them raises this event in every other one that has not ended.
    pub event: EventId,
    /// Its basis.
    pub article: &'static str,
}

impl ClosureDef {
    /// A closure.
    #[must_use]
    pub const fn new(state: StateId, event: EventId, article: &'static str) -> Self {
        Self { state, event, article }
    }
}

/// A list that parameters choose from.
#[derive(Debug, Clone, Copy)]
pub struct ListDef {
    /// Stable code in snake case.
    pub code: &'static str,
    /// What its items are, in one sentence.
    pub meaning: &'static str,
    /// The items in the order of the law.
    pub items: &'static [Item],
}

/// One item of a list.
#[derive(Debug, Clone, Copy)]
pub struct Item {
    /// Stable code; where the law numbers its items, its number.
    pub code: &'static str,
    /// What the law says, in short.
    pub meaning: &'static str,
    /// Its basis.
    pub article: &'static str,
    /// How far that was checked.
    pub mark: Mark,
    /// What the form must ask for, if the item belongs to one kind of request alone.
    pub only_for: Option<&'static str>,
}

impl Item {
    /// An item.
    #[must_use]
    pub const fn new(code: &'static str, article: &'static str, meaning: &'static str) -> Self {
        Self { code, meaning, article, mark: Mark::Own, only_for: None }
    }

    /// The same, checked so far.
    #[must_use]
    pub const fn marked(self, mark: Mark) -> Self {
        Self { mark, ..self }
    }

    /// The same, where the form asks for one thing.
    #[must_use]
    pub const fn for_requests_of(self, trait_code: &'static str) -> Self {
        Self { only_for: Some(trait_code), ..self }
    }
}

impl ListDef {
    /// The item of a code.
    #[must_use]
    pub fn item(&self, code: &str) -> Option<&'static Item> {
        self.items.iter().find(|item| item.code == code)
    }
}

/// Something one side can ask the other.
#[derive(Debug, Clone, Copy)]
pub struct QuestionDef {
    /// Stable code in snake case.
    pub code: &'static str,
    /// What is asked.
    pub meaning: &'static str,
}

/// Something a case remembers of its events.
#[derive(Debug, Clone, Copy)]
pub struct ValueDef {
    /// Stable code in snake case.
    pub code: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

impl QuestionDef {
    /// A question.
    #[must_use]
    pub const fn new(code: &'static str, meaning: &'static str) -> Self {
        Self { code, meaning }
    }

    /// Its code as a value.
    #[must_use]
    pub const fn symbol(&self) -> Symbol {
        Symbol::new(self.code)
    }
}

impl ValueDef {
    /// A value.
    #[must_use]
    pub const fn new(code: &'static str, meaning: &'static str) -> Self {
        Self { code, meaning }
    }

    /// Its code as a value.
    #[must_use]
    pub const fn symbol(&self) -> Symbol {
        Symbol::new(self.code)
    }
}

impl CapacityDef {
    /// Whether it is the one capacity that has to answer the case.
    #[must_use]
    pub fn answers_alone(&self) -> bool {
        self.side == Side::Answering && self.seats == Seats::One
    }

    /// A capacity.
    #[must_use]
    pub const fn new(code: &'static str, side: Side, seats: Seats, meaning: &'static str) -> Self {
        Self { code, meaning, side, seats }
    }

    /// Its code as a value.
    #[must_use]
    pub const fn symbol(&self) -> Symbol {
        Symbol::new(self.code)
    }
}

/// What a form can ask for, where that decides what may happen.
#[derive(Debug, Clone, Copy)]
pub struct TraitDef {
    /// Stable code in snake case.
    pub code: &'static str,
    /// What the form asks for then.
    pub meaning: &'static str,
}

impl TraitDef {
    /// Its code as a value.
    #[must_use]
    pub const fn symbol(&self) -> Symbol {
        Symbol::new(self.code)
    }
}
