//! Spontaneous information: Directive (EU) 2023/977, Art. 7. What an authority tells others of its own motion; nobody answers.

use super::Instrument;
use super::definition::{CapacityDef, Item, ListDef, Seats, Side, StateDef};
use super::event::Count::{Maybe, One, Some};
use super::event::{EventDef, ParameterDef, Takes};
use super::id::{CapacityId, EventId, StateId, StateSet};
use super::rule::Next::{Stay, To};
use super::rule::Rule;
use crate::limits;

/// Edition 1.
pub(super) static SPONTANEOUS: Instrument = Instrument {
    code: "spontaneous",
    edition: 1,
    title: "Spontaneous information",
    act: "Directive (EU) 2023/977",
    capacities: capacity::TABLE,
    opener: capacity::PROVIDING,
    calendar: capacity::PROVIDING,
    states: state::TABLE,
    sets: &[(state::ANY, "any")],
    events: event::TABLE,
    clocks: &[],
    opening: &[],
    rules: RULES,
    passing_on: None,
    closures: &[],
    notices: &[],
    questions: &[],
    values: &[],
    traits: &[],
    profiles: None,
    lists: &[&USES],
    figures: figure::TABLE,
};

const _: () = SPONTANEOUS_IS_WHOLE;
const SPONTANEOUS_IS_WHOLE: () = SPONTANEOUS.check();

/// For what a provider may give its consent later.
const USES: ListDef = ListDef {
    code: "uses",
    meaning: "What the recipients may do with the information beside what its handling codes allow.",
    items: &[
        Item::new("evidence", "1(4)", "Use it as evidence in judicial proceedings."),
        Item::new("pass_on", "10", "Pass it on to another authority."),
        Item::new("other_purpose", "10", "Use it for another purpose than it was given for."),
    ],
};

mod capacity {
    use super::{CapacityDef, CapacityId, Seats, Side};

    table! { TABLE: CapacityDef by CapacityId {
        PROVIDING = CapacityDef::new("providing", Side::Asking, Seats::One,
            "Single Point of Contact or law enforcement authority that gives the information.");
        RECEIVING = CapacityDef::new("receiving", Side::Neither, Seats::Any,
            "Single Point of Contact or law enforcement authority that is told.");
        COPY = CapacityDef::new("copy", Side::Neither, Seats::Any,
            "Receives a copy: the own Single Point of Contact, or Europol where it is competent (Art. 12).");
    } }
}

mod state {
    use super::{StateDef, StateId, StateSet};

    table! {
        /// Told, until it is taken back.
        TABLE: StateDef by StateId {
            TOLD = StateDef::open("told", "The information stands.");
            RETRACTED = StateDef::ended("retracted", "The information is taken back and must be deleted.");
        }
    }

    pub(super) const OPEN: StateSet = StateSet::of(&[TOLD]);
    pub(super) const ANY: StateSet = StateSet::of(&[TOLD, RETRACTED]);
}

mod event {
    use super::{EventDef, EventId, Maybe, One, ParameterDef, Some, Takes, USES, limits};

    const fn of(code: &'static str, meaning: &'static str) -> EventDef {
        EventDef::new(code, meaning)
    }

    table! { TABLE: EventDef by EventId {
        SUPPLEMENTED = of("supplemented", "More is told about the same matter.").with_reasons("Art. 7(1)");
        USE_PERMITTED = of("use_permitted", "A further use is permitted.")
            .takes(&[
                ParameterDef::new("use", Takes::Item(&USES), Some(limits::LIST_ITEMS), "Which use."),
                ParameterDef::new("until", Takes::Day, Maybe, "The last day of the permission."),
            ]);
        CORRECTED = of("corrected", "An earlier message of this referral is corrected.")
            .takes(&[ParameterDef::new("corrects", Takes::Message, One, "The message that is corrected.")]);
        RETRACTED = of("retracted", "The information is taken back: it was wrong, or must not be kept.")
            .with_reasons("Art. 6(1)(e)");
    } }
}

mod figure {
    use super::{event, state};
    use crate::instrument::figure::By::{Counterpart, Item};
    use crate::instrument::figure::FigureDef;
    use crate::instrument::figure::What::{Happened, Opened, Reached};

    /// What Art. 18 has Member States count, as far as messages tell (own).
    pub(super) const TABLE: &[FigureDef] = &[
        FigureDef::new("opened", "Information given, or received.", "7(1)", Opened),
        FigureDef::new("opened_by_counterpart", "The same by the other State.", "7(1)", Opened)
            .by(Counterpart),
        FigureDef::new(
            "supplemented",
            "Information that was supplemented.",
            "7(1)",
            Happened(&[event::SUPPLEMENTED]),
        ),
        FigureDef::new(
            "use_permitted",
            "Further uses permitted.",
            "1(4), 10",
            Happened(&[event::USE_PERMITTED]),
        )
        .by(Item(event::USE_PERMITTED, "use")),
        FigureDef::new("retracted", "Information taken back.", "6(1)(e)", Reached(&[state::RETRACTED])),
    ];
}

const PROVIDING: &[CapacityId] = &[capacity::PROVIDING];

rules! {
    /// Every row.
    RULES from event marked Own {
        1 SUPPLEMENTED PROVIDING state::OPEN => Stay, [], "7(1)";
        2 USE_PERMITTED PROVIDING state::OPEN => Stay, [], "1(4), 10";
        3 CORRECTED PROVIDING state::ANY => Stay, [], "–";
        4 RETRACTED PROVIDING state::OPEN => To(state::RETRACTED), [], "6(1)(e)";
    }
}
