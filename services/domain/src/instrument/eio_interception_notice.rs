//! The notification of an interception that needs no assistance: Directive 2014/41/EU, Art. 31 and Annex C.
//!
//! Articles are those of the text consolidated on 13 March 2022, where each was read (V). That no objection within the period
//! means none is shown by the clock alone: expiry never changes a state. Replacing, withdrawing and forwarding a notification are
//! messages that Implementing Regulation (EU) 2026/101, Annex V, lists (V).

#[cfg(test)]
mod tests;

use super::Instrument;
use super::clock::Length::FullHours;
use super::clock::{ClockDef, Starts, Until};
use super::definition::{CapacityDef, Item, ListDef, QuestionDef, Seats, Side, StateDef};
use super::event::Count::{Maybe, One, Some};
use super::event::Note::{Answer, Ask, Correct};
use super::event::{EventDef, NEVER_HAPPENED, ParameterDef, Takes};
use super::id::{CapacityId, ClockId, EventId, QuestionId, StateId, StateSet};
use super::rule::ClockAct::{DiscontinueAll, Start, Stop};
use super::rule::Next::{Stay, To};
use super::rule::Rule;
use crate::limits;
use crate::mark::Mark;

/// Edition 1.
pub(super) static EIO_INTERCEPTION_NOTICE: Instrument = Instrument {
    code: "eio_interception_notice",
    edition: 1,
    title: "Notification of an interception of telecommunications",
    act: "Directive 2014/41/EU",
    capacities: capacity::TABLE,
    opener: capacity::INTERCEPTING,
    calendar: capacity::NOTIFIED,
    states: state::TABLE,
    sets: &[
        (state::ANY, "any"),
        (state::LIVE, "any that has not ended"),
        (state::UNANSWERED, "any before an answer"),
    ],
    events: event::TABLE,
    clocks: clock::TABLE,
    opening: &[Start(D6)],
    rules: RULES,
    passing_on: None,
    closures: &[],
    notices: &[],
    questions: question::TABLE,
    values: &[],
    traits: &[],
    profiles: None,
    lists: &[&OBJECTIONS],
    figures: figure::TABLE,
};

const _: () = EIO_INTERCEPTION_NOTICE_IS_WHOLE;
const EIO_INTERCEPTION_NOTICE_IS_WHOLE: () = EIO_INTERCEPTION_NOTICE.check();

const fn item(code: &'static str, article: &'static str, meaning: &'static str) -> Item {
    Item::new(code, article, meaning).marked(Mark::V)
}

/// What a notified State may say where the interception would not be authorised in a similar domestic case.
const OBJECTIONS: ListDef = ListDef {
    code: "objections",
    meaning: "What is objected, where the interception would not be authorised in a similar domestic case.",
    items: &[
        item("not_carried_out", "31(3)(a)", "The interception may not be carried out."),
        item("terminated", "31(3)(a)", "The interception shall be terminated."),
        item("not_used", "31(3)(b)", "Material already intercepted may not be used."),
        item(
            "conditions",
            "31(3)(b)",
            "Material already intercepted may be used under the conditions that the words give.",
        ),
    ],
};

mod capacity {
    use super::{CapacityDef, CapacityId, Seats, Side};

    table! { TABLE: CapacityDef by CapacityId {
        INTERCEPTING = CapacityDef::new("intercepting", Side::Asking, Seats::One,
            "Competent authority of the State that intercepts.");
        NOTIFIED = CapacityDef::new("notified", Side::Answering, Seats::One,
            "Competent authority of the State on whose territory the address is used.");
    } }
}

mod state {
    use super::{StateDef, StateId, StateSet};

    table! {
        /// Every state in the order of a usual case.
        TABLE: StateDef by StateId {
            SENT = StateDef::open("sent", "Sent; the notified State has not told its receipt.");
            RECEIVED = StateDef::open("received", "Received; an objection is possible.");
            UNOPPOSED = StateDef::open("unopposed", "The notified State does not object, or its period passed.");
            OBJECTED = StateDef::open("objected", "The notified State objects, or gives conditions.");
            CLOSED = StateDef::ended("closed", "Nothing is left to do.");
            REPLACED = StateDef::ended("replaced", "Replaced by another notification.");
            WITHDRAWN = StateDef::ended("withdrawn", "Withdrawn by the intercepting State.");
        }
    }

    pub(super) const NEW: StateSet = StateSet::of(&[SENT]);
    pub(super) const UNANSWERED: StateSet = StateSet::of(&[SENT, RECEIVED]);
    pub(super) const ANSWERED: StateSet = StateSet::of(&[UNOPPOSED, OBJECTED]);
    pub(super) const LIVE: StateSet = UNANSWERED.and(ANSWERED);
    pub(super) const ANY: StateSet = LIVE.and(StateSet::of(&[CLOSED, REPLACED, WITHDRAWN]));
}

mod clock {
    use super::{ClockDef, ClockId, FullHours, Mark, Starts, Until};

    table! {
        /// Every clock.
        TABLE: ClockDef by ClockId {
            // Until the receipt is told, it is counted from the sending, which cannot be later.
            D6 = ClockDef::new("D6", "objection to the interception", "receipt told; until then, sending",
                Until::After(FullHours(96)), "31(3)")
                .from_instant(Starts::Received).then("Silence is no objection (Art. 31(3)).").marked(Mark::V).near(24);
        }
    }
}

mod question {
    use super::{QuestionDef, QuestionId};

    table! { TABLE: QuestionDef by QuestionId {
        INFORMATION = QuestionDef::new("information", "Additional information.");
    } }
}

mod event {
    use super::{
        Answer, Ask, Correct, EventDef, EventId, Maybe, NEVER_HAPPENED, OBJECTIONS, One, ParameterDef, Some,
        Takes, limits, question,
    };

    const fn of(code: &'static str, meaning: &'static str) -> EventDef {
        EventDef::new(code, meaning)
    }

    const ANSWERS: ParameterDef =
        ParameterDef::new("answers", Takes::Message, Maybe, "The message it answers.");

    table! { TABLE: EventDef by EventId {
        NOTICE_RECEIVED = of("notice_received",
            "Received by the competent authority; the declared instant is that of the receipt.");
        NOTICE_FORWARDED = of("notice_forwarded", "Forwarded to the competent authority of the same State.")
            .with_reasons("Reg. (EU) 2026/101, Annex V");
        INFORMATION_REQUESTED = of("information_requested", "Additional information is requested.")
            .with_reasons("Reg. (EU) 2026/101, Annex V")
            .noting(&[Ask(question::INFORMATION)]);
        INFORMATION_SUPPLIED = of("information_supplied", "Information is supplied, asked for or not.")
            .takes(&[ANSWERS])
            .noting(&[Answer(question::INFORMATION)]);
        UNOPPOSED = of("interception_unopposed", "The notified State does not object.");
        PERIOD_PASSED = of("objection_period_passed", "The period passed, and nothing was objected.");
        OBJECTED = of("interception_objected", "The notified State objects, or gives conditions.")
            .takes(&[ParameterDef::new("objection", Takes::Item(&OBJECTIONS), Some(limits::LIST_ITEMS), "What.")])
            .with_reasons("Art. 31(3)(b)");
        ENDED = of("interception_ended", "The interception has ended, or does not take place.")
            .takes(&[ParameterDef::new("day", Takes::Day, Maybe, "Its last day.")]);
        CLOSED = of("notice_closed", "Nothing is left to do: what was objected is complied with, if anything was.");
        REPLACED = of("notice_replaced", "The notification is replaced by another one.")
            .takes(&[ParameterDef::new("replaced_by", Takes::Referral, One, "The notification that replaces this one.")]);
        WITHDRAWN = of("notice_withdrawn", "The notification is withdrawn.");
        FREE_MESSAGE = of("free_message", "A message in words, in any state and either way.")
            .takes(&[ANSWERS])
            .with_reasons("Reg. (EU) 2026/101, Annex V");
        CORRECTED = of("corrected", "An earlier message of this referral is corrected.")
            .takes(&[
                ParameterDef::new("corrects", Takes::Message, One, "The message that is corrected."),
                ParameterDef::flag("new_instant", "The instant declared here is when it really happened."),
                ParameterDef::new("day", Takes::Day, Maybe, "The day that it should have named."),
                NEVER_HAPPENED,
            ])
            .noting(&[Correct]);
    } }
}

mod figure {
    use super::clock::D6;
    use super::{event, state};
    use crate::instrument::figure::By::{Counterpart, Item};
    use crate::instrument::figure::FigureDef;
    use crate::instrument::figure::What::{Days, Happened, Missed, Opened, Reached};
    use crate::instrument::id::EventId;

    const ANSWER: &[EventId] = &[event::UNOPPOSED, event::OBJECTED];

    /// What is counted of notifications (own).
    pub(super) const TABLE: &[FigureDef] = &[
        FigureDef::new("opened", "Notifications sent, or received.", "31(1)", Opened),
        FigureDef::new("opened_by_counterpart", "The same by the other State.", "31(1)", Opened)
            .by(Counterpart),
        FigureDef::new(
            "unopposed",
            "Notifications to which nothing was objected.",
            "31(3)",
            Reached(&[state::UNOPPOSED]),
        ),
        FigureDef::new(
            "objected",
            "Notifications to which something was objected; a case counts under each.",
            "31(3)",
            Happened(&[event::OBJECTED]),
        )
        .by(Item(event::OBJECTED, "objection")),
        FigureDef::new(
            "days_to_answer",
            "Days from the receipt to the answer.",
            "31(3)",
            Days(&[event::NOTICE_RECEIVED], ANSWER),
        ),
        FigureDef::new(
            "limits_exceeded",
            "Periods for an objection that ran out before an answer.",
            "31(3)",
            Missed(&[D6]),
        ),
        FigureDef::new("ended", "Interceptions that ended, as told.", "31(1)(b)", Happened(&[event::ENDED])),
        FigureDef::new(
            "replaced",
            "Notifications replaced by another one.",
            "–",
            Reached(&[state::REPLACED]),
        ),
        FigureDef::new("withdrawn", "Notifications withdrawn.", "–", Reached(&[state::WITHDRAWN])),
    ];
}

const INTERCEPTING: &[CapacityId] = &[capacity::INTERCEPTING];
const NOTIFIED: &[CapacityId] = &[capacity::NOTIFIED];
const BOTH: &[CapacityId] = &[capacity::INTERCEPTING, capacity::NOTIFIED];

use clock::D6;

rules! {
    /// Every row, in the order of a usual case.
    RULES from event marked V {
        1 NOTICE_RECEIVED NOTIFIED state::NEW => To(state::RECEIVED), [Start(D6)], "31(3)";
        2 NOTICE_FORWARDED NOTIFIED state::UNANSWERED => Stay, [], "–";
        3 INFORMATION_REQUESTED NOTIFIED state::ANY => Stay, [], "–";
        3 INFORMATION_SUPPLIED INTERCEPTING state::ANY => Stay, [], "–";
        4 UNOPPOSED NOTIFIED state::UNANSWERED => To(state::UNOPPOSED), [Stop(D6)], "31(3)";
        4 PERIOD_PASSED INTERCEPTING state::UNANSWERED => To(state::UNOPPOSED), [Stop(D6)], "31(3)";
        5 OBJECTED NOTIFIED state::LIVE => To(state::OBJECTED), [Stop(D6)], "31(3)";
        6 ENDED INTERCEPTING state::LIVE => Stay, [], "31(1)(b), 31(3)(a)";
        7 CLOSED INTERCEPTING state::ANSWERED => To(state::CLOSED), [], "–";
        8 REPLACED INTERCEPTING state::LIVE => To(state::REPLACED), [DiscontinueAll], "–";
        9 WITHDRAWN INTERCEPTING state::LIVE => To(state::WITHDRAWN), [DiscontinueAll], "–";
        10 FREE_MESSAGE BOTH state::ANY => Stay, [], "–";
        11 CORRECTED BOTH state::ANY => Stay, [], "–";
    }
}
