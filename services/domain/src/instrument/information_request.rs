//! Requests for information between law enforcement authorities: Directive (EU) 2023/977, Arts 4 to 6.
//!
//! Periods run from the receipt of the request, which the requested side declares when it takes it in hand and says of which
//! class it is (Art. 5(1)). They stand while a clarification is awaited (Art. 6(3)), and give way to the day that is told
//! where an authorisation takes longer (Art. 5(2)).

use super::Instrument;
use super::clock::{ClockDef, Until};
use super::definition::{CapacityDef, Item, ListDef, QuestionDef, Seats, Side, StateDef};
use super::event::Count::{Any, Maybe, One, Some};
use super::event::Note::{Answer, Ask, Correct, Presume, Settle};
use super::event::{EventDef, NEVER_HAPPENED, ParameterDef, Takes};
use super::id::{CapacityId, ClockId, EventId, QuestionId, StateId, StateSet};
use super::rule::ClockAct::{DiscontinueAll, Start, StartFor, StopAll, Yield};
use super::rule::Next::{Aside, Resume, Stay, To};
use super::rule::Rule;
use crate::limits;
use crate::mark::Mark;

/// Edition 1.
pub(super) static INFORMATION_REQUEST: Instrument = Instrument {
    code: "information_request",
    edition: 1,
    title: "Request for information",
    act: "Directive (EU) 2023/977",
    capacities: capacity::TABLE,
    opener: capacity::REQUESTING,
    calendar: capacity::REQUESTED,
    states: state::TABLE,
    sets: &[(state::ANY, "any"), (state::LIVE, "any that has not ended")],
    events: event::TABLE,
    clocks: clock::TABLE,
    opening: &[],
    rules: RULES,
    passing_on: None,
    closures: &[],
    notices: &[],
    questions: question::TABLE,
    values: &[],
    traits: &[],
    profiles: None,
    lists: &[&CLASSES, &CLARIFICATIONS, &GROUNDS],
    figures: figure::TABLE,
};

const _: () = INFORMATION_REQUEST_IS_WHOLE;
const INFORMATION_REQUEST_IS_WHOLE: () = INFORMATION_REQUEST.check();

const fn item(code: &'static str, article: &'static str, meaning: &'static str) -> Item {
    Item::new(code, article, meaning)
}

/// By which period a request is answered.
const CLASSES: ListDef = ListDef {
    code: "classes",
    meaning: "Urgency and access, which give the period of the answer.",
    items: &[
        item("urgent_direct", "5(1)(a)", "Urgent, and the information is directly accessible."),
        item("urgent_indirect", "5(1)(b)", "Urgent, and the information is indirectly accessible."),
        item("other", "5(1)(c)", "Not urgent."),
    ],
};

/// What a clarification is asked for; the periods stand meanwhile.
const CLARIFICATIONS: ListDef = ListDef {
    code: "clarifications",
    meaning: "Why a clarification is needed.",
    items: &[
        item("unclear", "6(2)", "What is asked for is not clear."),
        item("incomplete", "6(2)", "The request lacks what Art. 4(5) demands."),
    ],
};

/// Grounds for refusing to give information.
const GROUNDS: ListDef = ListDef {
    code: "refusal_grounds",
    meaning: "Grounds for refusing the information, or a part of it.",
    items: &[
        item("not_available", "6(1)(a)", "The information is not available."),
        item("not_in_order", "6(1)(b)", "The request does not meet Art. 4."),
        item("authorisation_refused", "6(1)(c)", "A judicial authority refused its authorisation."),
        item("data_not_allowed", "6(1)(d)", "Personal data outside the categories allowed."),
        item("inaccurate", "6(1)(e)", "The information is inaccurate, incomplete or out of date."),
        item(
            "security_or_investigation",
            "6(1)(f)",
            "National security, an investigation or a person's safety would be harmed.",
        ),
        item("minor_offence", "6(2)(a)", "An offence punishable by at most one year, or none."),
        item("third_party_refused", "6(2)(b)", "Whom the information comes from refused its consent."),
    ],
};

mod capacity {
    use super::{CapacityDef, CapacityId, Seats, Side};

    table! { TABLE: CapacityDef by CapacityId {
        REQUESTING = CapacityDef::new("requesting", Side::Asking, Seats::One,
            "Single Point of Contact, or designated authority, that asks.");
        REQUESTED = CapacityDef::new("requested", Side::Answering, Seats::One,
            "Single Point of Contact that answers.");
        COPY = CapacityDef::new("copy", Side::Neither, Seats::Any,
            "Receives a copy: a Single Point of Contact (Art. 8), or Europol where it is competent (Art. 12).");
    } }
}

mod state {
    use super::{StateDef, StateId, StateSet};

    table! {
        /// Every state in the order of a usual case.
        TABLE: StateDef by StateId {
            REQUESTED = StateDef::open("requested", "With the requested side, not taken in hand.");
            IN_HAND = StateDef::open("in_hand", "Taken in hand; the period of its class runs.");
            CLARIFYING = StateDef::open("clarifying", "A clarification is awaited; the period stands.");
            ANSWERED = StateDef::ended("answered", "The information was given.");
            REFUSED = StateDef::ended("refused", "Refused.");
            WITHDRAWN = StateDef::ended("withdrawn", "Withdrawn by the requesting side.");
        }
    }

    pub(super) const NEW: StateSet = StateSet::of(&[REQUESTED]);
    pub(super) const AT_WORK: StateSet = StateSet::of(&[IN_HAND]);
    pub(super) const WAITING: StateSet = StateSet::of(&[CLARIFYING]);
    pub(super) const DONE: StateSet = StateSet::of(&[ANSWERED]);
    pub(super) const TAKEN: StateSet = AT_WORK.and(WAITING);
    pub(super) const LIVE: StateSet = NEW.and(TAKEN);
    pub(super) const ANY: StateSet = LIVE.and(StateSet::of(&[ANSWERED, REFUSED, WITHDRAWN]));
}

mod clock {
    use super::{ClockId, clock_def as of};
    use crate::instrument::clock::ClockDef;
    use crate::instrument::clock::Length::{CalendarDays, Hours};
    use crate::instrument::clock::Until::{After, DayNamed};

    table! {
        /// Every clock in order.
        TABLE: ClockDef by ClockId {
            Q1 = of("Q1", "answer, urgent, directly accessible", "receipt", After(Hours(8)), "5(1)(a)").near(2);
            Q2 = of("Q2", "answer, urgent, indirectly accessible", "receipt", After(CalendarDays(3)), "5(1)(b)").near(24);
            Q3 = of("Q3", "answer", "receipt", After(CalendarDays(7)), "5(1)(c)").near(48);
            Q1A = of("Q1A", "answer once authorised", "day told", DayNamed, "5(2)").near(24);
        }
    }
}

/// A clock that stands while a clarification is awaited.
const fn clock_def(
    code: &'static str,
    waits_for: &'static str,
    counts_from: &'static str,
    until: Until,
    article: &'static str,
) -> ClockDef {
    ClockDef::new(code, waits_for, counts_from, until, article)
        .pausing_for(&["unclear", "incomplete"])
        .marked(Mark::V)
}

mod question {
    use super::{QuestionDef, QuestionId};

    table! { TABLE: QuestionDef by QuestionId {
        USE_AS_EVIDENCE = QuestionDef::new("use_as_evidence", "Consent to the use as evidence.");
        CLARIFICATION = QuestionDef::new("clarification", "What the request lacks, or is not clear in.");
    } }
}

mod event {
    use super::{
        Answer, Any, Ask, CLARIFICATIONS, CLASSES, Correct, EventDef, EventId, GROUNDS, Maybe,
        NEVER_HAPPENED, One, ParameterDef, Presume, Settle, Some, Takes, limits, question,
    };

    /// Most days for which an answer is put off.
    const DELAY_DAYS_MAX: u16 = 366;

    const fn of(code: &'static str, meaning: &'static str) -> EventDef {
        EventDef::new(code, meaning)
    }

    const ANSWERS: ParameterDef =
        ParameterDef::new("answers", Takes::Message, Maybe, "The request it answers.");

    table! { TABLE: EventDef by EventId {
        TAKEN_IN_HAND = of("taken_in_hand", "Received by a person; the declared instant is that of the receipt.")
            .takes(&[ParameterDef::new("class", Takes::Item(&CLASSES), One, "By which period it is answered.")]);
        CLARIFICATION_REQUESTED = of("clarification_requested", "A clarification is needed.")
            .takes(&[ParameterDef::new("clarification", Takes::Item(&CLARIFICATIONS), One, "Why.")])
            .with_reasons("Art. 6(2)")
            .noting(&[Ask(question::CLARIFICATION)]);
        CLARIFIED = of("clarified", "The clarification is given.").with_reasons("Art. 6(3)")
            .not_before(&[CLARIFICATION_REQUESTED])
            .noting(&[Settle(question::CLARIFICATION)]);
        AUTHORISATION_SOUGHT = of("authorisation_sought", "A judicial authorisation is sought.");
        AUTHORISATION_GRANTED = of("authorisation_granted", "The authorisation is granted.").not_before(&[AUTHORISATION_SOUGHT]);
        DELAY_TOLD = of("delay_told", "The period cannot be kept, since an authorisation is awaited.")
            .takes(&[ParameterDef::new("day", Takes::Day, One, "The last day of the answer as expected.")
                .within(0, DELAY_DAYS_MAX)])
            .with_reasons("Art. 5(2)")
            .needing(&[AUTHORISATION_SOUGHT]);
        PROVIDED_IN_PART = of("provided_in_part", "A part of the information is given; more follows.")
            .not_before(&[TAKEN_IN_HAND]).with_reasons("Art. 5(1)");
        PROVIDED = of("provided", "The information is given.")
            .takes(&[ParameterDef::new("ground", Takes::Item(&GROUNDS), Any(limits::GROUNDS),
                "On which grounds a part is refused.")])
            .not_before(&[TAKEN_IN_HAND]).with_reasons("Art. 5(1)")
            .noting(&[Presume(AUTHORISATION_SOUGHT, AUTHORISATION_GRANTED)]);
        INFORMATION_REFUSED = of("information_refused", "The information is refused.")
            .takes(&[ParameterDef::new("ground", Takes::Item(&GROUNDS), Some(limits::GROUNDS), "On which grounds.")])
            .with_reasons("Art. 6(1)");
        REQUEST_WITHDRAWN = of("request_withdrawn", "The request is withdrawn.");
        EVIDENCE_USE_REQUESTED =
            of("evidence_use_requested", "Consent to use the information as evidence is requested.")
                .with_reasons("Art. 1(4)")
                .noting(&[Ask(question::USE_AS_EVIDENCE)]);
        EVIDENCE_USE_ANSWERED =
            of("evidence_use_answered", "Consent to use the information as evidence is answered.")
                .takes(&[ANSWERS, ParameterDef::flag("granted", "Consent is given.")])
                .noting(&[Answer(question::USE_AS_EVIDENCE)]);
        CORRECTED = of("corrected", "An earlier message of this referral is corrected.")
            .takes(&[
                ParameterDef::new("corrects", Takes::Message, One, "The message that is corrected."),
                ParameterDef::flag("new_instant",
                    "The instant declared here is when it really happened; clocks are counted anew and keep their old dates."),
                ParameterDef::new("day", Takes::Day, Maybe, "The day that it should have named.").within(DELAY_DAYS_MAX, DELAY_DAYS_MAX),
                NEVER_HAPPENED,
            ])
            .noting(&[Correct]);
    } }
}

mod figure {
    use super::clock::{Q1, Q1A, Q2, Q3};
    use super::{event, state};
    use crate::instrument::figure::By::{Clock, Counterpart, Item};
    use crate::instrument::figure::What::{Days, Happened, Missed, Opened, Reached};
    use crate::instrument::figure::{FigureDef, What};
    use crate::instrument::id::EventId;

    const fn of(code: &'static str, meaning: &'static str, article: &'static str, what: What) -> FigureDef {
        FigureDef::new(code, meaning, article, what)
    }

    const IN_HAND: &[EventId] = &[event::TAKEN_IN_HAND];
    const PROVIDED: &[EventId] = &[event::PROVIDED];

    /// What Art. 18 has Member States count, as far as messages tell (own).
    pub(super) const TABLE: &[FigureDef] = &[
        of("opened", "Requests made, or received.", "4", Opened),
        of("opened_by_counterpart", "The same by the other State.", "4", Opened).by(Counterpart),
        of("taken_in_hand", "Requests taken in hand, by class.", "5(1)", Happened(IN_HAND))
            .by(Item(event::TAKEN_IN_HAND, "class")),
        of(
            "clarification_requested",
            "Requests that had to be clarified.",
            "6(2)",
            Happened(&[event::CLARIFICATION_REQUESTED]),
        )
        .by(Item(event::CLARIFICATION_REQUESTED, "clarification")),
        of(
            "authorisation_sought",
            "Requests for which a judicial authorisation was sought.",
            "5(2)",
            Happened(&[event::AUTHORISATION_SOUGHT]),
        ),
        of("provided", "Requests answered.", "5(1)", Happened(PROVIDED)),
        of("provided_by_counterpart", "The same by the other State.", "5(1)", Happened(PROVIDED))
            .by(Counterpart),
        of("refused", "Requests refused.", "6(1)", Reached(&[state::REFUSED])),
        of(
            "refused_by_ground",
            "The same by ground; a case counts under each.",
            "6(1)",
            Reached(&[state::REFUSED]),
        )
        .by(Item(event::INFORMATION_REFUSED, "ground")),
        of(
            "refused_in_part",
            "Requests answered in part, by the ground on which the rest is refused.",
            "6(1)",
            Happened(PROVIDED),
        )
        .by(Item(event::PROVIDED, "ground")),
        of("days_to_answer", "Days from the receipt to the answer.", "5(1)", Days(IN_HAND, PROVIDED)),
        of(
            "delay_told",
            "Periods that could not be kept, as told with reasons.",
            "5(2)",
            Happened(&[event::DELAY_TOLD]),
        ),
        of("limits_exceeded", "Periods exceeded, by clock.", "5(1), 5(2)", Missed(&[Q1, Q2, Q3, Q1A]))
            .by(Clock),
        of("withdrawn", "Requests withdrawn.", "–", Reached(&[state::WITHDRAWN])),
        of(
            "evidence_use_requested",
            "Requests to use the information as evidence.",
            "1(4)",
            Happened(&[event::EVIDENCE_USE_REQUESTED]),
        ),
    ];
}

const ASKING: &[CapacityId] = &[capacity::REQUESTING];
const ANSWERING: &[CapacityId] = &[capacity::REQUESTED];
const BOTH: &[CapacityId] = &[capacity::REQUESTING, capacity::REQUESTED];

use clock::{Q1, Q1A, Q2, Q3};

rules! {
    /// Every row, in the order of a usual case.
    RULES from event marked Own {
        1 TAKEN_IN_HAND ANSWERING state::NEW => To(state::IN_HAND),
            [StartFor("urgent_direct", Q1), StartFor("urgent_indirect", Q2), StartFor("other", Q3)], "5(1)";
        2 CLARIFICATION_REQUESTED ANSWERING state::AT_WORK => Aside(state::CLARIFYING), [], "6(2)";
        3 CLARIFIED ASKING state::WAITING => Resume, [], "6(3)";
        4 AUTHORISATION_SOUGHT ANSWERING state::TAKEN => Stay, [], "5(2)";
        5 AUTHORISATION_GRANTED ANSWERING state::TAKEN => Stay, [], "5(2)";
        6 DELAY_TOLD ANSWERING state::AT_WORK => Stay,
            [Yield(Q1), Yield(Q2), Yield(Q3), Yield(Q1A), Start(Q1A)], "5(2)";
        7 PROVIDED_IN_PART ANSWERING state::TAKEN => Stay, [], "5(1)";
        8 PROVIDED ANSWERING state::TAKEN => To(state::ANSWERED), [StopAll], "5(1)";
        9 INFORMATION_REFUSED ANSWERING state::LIVE => To(state::REFUSED), [StopAll], "6(1)";
        10 REQUEST_WITHDRAWN ASKING state::LIVE => To(state::WITHDRAWN), [DiscontinueAll], "–";
        11 EVIDENCE_USE_REQUESTED ASKING state::DONE => Stay, [], "1(4)";
        12 EVIDENCE_USE_ANSWERED ANSWERING state::DONE => Stay, [], "1(4)";
        13 CORRECTED BOTH state::ANY => Stay, [], "–";
    }
}

#[cfg(test)]
mod tests;
