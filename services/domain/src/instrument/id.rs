//! Places in an instrument's tables, and the macro that writes a table with a name for each of its places. They hold
//! inside one instrument and one build; they must not be kept or sent.

/// Writes one table and a constant for the place of each row, so that rules name rows and the compiler knows the names.
macro_rules! table {
    ($(#[$doc:meta])* $table:ident: $row:ident by $id:ident { $($name:ident = $value:expr;)+ }) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "names of constants")]
        #[allow(dead_code, reason = "no rule needs to name every row")]
        enum Place { $($name),+ }
        $(
            #[allow(dead_code, reason = "no rule needs to name every row")]
            pub(crate) const $name: $id = $id::new(Place::$name as u8);
        )+
        $(#[$doc])*
        pub(crate) const $table: &[$row] = &[$($value),+];
    };
}

/// Writes the rows of a life cycle; the events are named as in the module given. A row without a mark has that of the table.
macro_rules! rules {
    (
        $(#[$doc:meta])* $table:ident from $events:ident marked $all:ident {
            $($number:literal $event:ident $by:ident $from:expr => $next:expr, [$($act:expr),*], $article:literal $($mark:ident)?;)+
        }
    ) => {
        $(#[$doc])*
        pub(crate) const $table: &[Rule] = &[
            $(Rule {
                number: $number,
                event: $events::$event,
                by: $by,
                from: $from,
                next: $next,
                clocks: &[$($act),*],
                article: $article,
                mark: $crate::mark::Mark::of_row($article, &[$($crate::mark::Mark::$mark)?], $crate::mark::Mark::$all),
            },)+
        ];
    };
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            pub struct $name(u8);

            impl $name {
                pub(crate) const fn new(place: u8) -> Self {
                    Self(place)
                }

                /// Its place in the table.
                #[must_use]
                pub const fn place(self) -> usize {
                    self.0 as usize
                }
            }
        )+
    };
}

ids! {
    /// Place of a capacity.
    CapacityId;
    /// Place of a state.
    StateId;
    /// Place of an event.
    EventId;
    /// Place of a clock.
    ClockId;
    /// Place of a question.
    QuestionId;
    /// Place of a remembered value.
    ValueId;
}

/// A set of states of one instrument, which has at most 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateSet(u64);

impl StateSet {
    /// Most states of one instrument.
    pub const STATES_COUNT_MAX: usize = u64::BITS as usize;

    /// The set of these states.
    #[must_use]
    pub const fn of(states: &[StateId]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < states.len() {
            bits |= 1 << states[at].0;
            at += 1;
        }
        Self(bits)
    }

    /// The states of both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The states of both sets and no others.
    #[must_use]
    pub const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether the set has this state.
    #[must_use]
    pub const fn contains(self, state: StateId) -> bool {
        self.has_place(state.place())
    }

    /// Whether the set has the state of a place.
    #[must_use]
    pub const fn has_place(self, place: usize) -> bool {
        place < Self::STATES_COUNT_MAX && self.0 & (1 << place) != 0
    }

    /// Whether the set names a place beyond a table of this length.
    pub(crate) const fn exceeds(self, length: usize) -> bool {
        length < Self::STATES_COUNT_MAX && self.0 >> length != 0
    }
}
