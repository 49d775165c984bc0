//! Recognition of a sentence of another Member State: Framework Decision 2008/909/JHA. It is asked for beside a warrant whose sentence the
//! executing State wants to execute itself (Framework Decision 2002/584/JHA, Art. 4(6); C-305/22), or on its own.
//!
//! The numbers of the articles and the periods are own knowledge. The link of a referral says which warrant it belongs to; that warrant ends by
//! an event of its own, `sentence_recognised`. How the days are counted is for national law, of which nothing is known here, so that the
//! earlier day counts. Withdrawing is possible until the execution begins (Art. 13).

#[cfg(test)]
mod tests;

use super::Instrument;
use super::clock::Length::National;
use super::clock::{ClockDef, Starts, Until};
use super::definition::{CapacityDef, Item, ListDef, QuestionDef, Seats, Side, StateDef};
use super::event::Count::{Maybe, One, Some};
use super::event::Note::{Accept, Answer, Ask, Correct, Offer};
use super::event::{EventDef, GOES_ON_IN, NEVER_HAPPENED, ParameterDef, Takes};
use super::id::{CapacityId, ClockId, EventId, QuestionId, StateId, StateSet};
use super::rule::ClockAct::{
    DiscontinueAll, ResumeExcluding, Start, StartFor, StartOn, Stop, SupersedeAll, Suspend, Yield,
};
use super::rule::Next::{Aside, Resume, Stay, To};
use super::rule::Rule;
use crate::limits;

/// Edition 1.
pub(super) static SENTENCE_RECOGNITION: Instrument = Instrument {
    code: "sentence_recognition",
    edition: 1,
    title: "Recognition of a sentence",
    act: "Framework Decision 2008/909/JHA",
    capacities: capacity::TABLE,
    opener: capacity::ISSUING,
    calendar: capacity::EXECUTING,
    states: state::TABLE,
    sets: &[
        (state::ANY, "any"),
        (state::LIVE, "any that has not ended"),
        (state::UNDECIDED, "any before the decision"),
        (state::BEFORE_EXECUTION, "any before the execution begins"),
    ],
    events: event::TABLE,
    clocks: clock::TABLE,
    opening: &[Start(R1)],
    rules: RULES,
    passing_on: Option::Some(event::PASSED_ON),
    closures: &[],
    notices: &[],
    questions: question::TABLE,
    values: &[],
    traits: &[],
    profiles: None,
    lists: &[&PLACES, &POSTPONEMENTS, &GROUNDS, &ENDS],
    figures: figure::TABLE,
};

const _: () = RECOGNITION_IS_WHOLE;
const RECOGNITION_IS_WHOLE: () = SENTENCE_RECOGNITION.check();

const fn item(code: &'static str, article: &'static str, meaning: &'static str) -> Item {
    Item::new(code, article, meaning)
}

/// A ground, whose code is its article.
const fn ground(article: &'static str, meaning: &'static str) -> Item {
    item(article, article, meaning)
}

const PLACES: ListDef = ListDef {
    code: "places",
    meaning: "Where the person is, which says whether there is anybody to transfer.",
    items: &[
        item("issuing_state", "15(1)", "In the issuing State: the person is transferred."),
        item("executing_state", "25", "In the executing State: the sentence is executed there at once."),
    ],
};

const POSTPONEMENTS: ListDef = ListDef {
    code: "postponements",
    meaning: "Why the recognition is postponed; the period stands.",
    items: &[
        item("certificate", "11", "The certificate is incomplete, or does not correspond to the judgment."),
        item("translation", "23(3)", "The judgment is being translated, where a translation is wanted."),
    ],
};

const GROUNDS: ListDef = ListDef {
    code: "grounds",
    meaning: "Grounds for refusing to recognise and to execute.",
    items: &[
        ground("9(1)(a)", "The certificate is incomplete, and was not completed in time."),
        ground("9(1)(b)", "The criteria of Art. 4(1) are not met."),
        ground("9(1)(c)", "Finally judged for the same acts."),
        ground("9(1)(d)", "Not an offence in the executing State."),
        ground("9(1)(e)", "Statute-barred in the executing State."),
        ground("9(1)(f)", "Immunity in the executing State."),
        ground("9(1)(g)", "Below the age of criminal responsibility."),
        ground("9(1)(h)", "Less than six months remain to be served."),
        ground("9(1)(i)", "Decision in absence without one of the conditions."),
        ground("9(1)(j)", "Consent to prosecute for another offence was asked for and not given."),
        ground("9(1)(k)", "A measure of care or detention that cannot be executed there."),
        ground("9(1)(l)", "Committed on the territory of the executing State."),
    ],
};

const ENDS: ListDef = ListDef {
    code: "ends",
    meaning: "How the execution ended.",
    items: &[
        item("served", "21(g)", "The sentence is served."),
        item("pardon", "19(1), 21(f)", "Amnesty or pardon."),
        item("review", "19(2), 20(1)", "The judgment was set aside by the issuing State."),
        item("escape", "21(d), 22(1)", "The person escaped: the issuing State may execute the rest."),
    ],
};

mod capacity {
    use super::{CapacityDef, CapacityId, Seats, Side};

    table! { TABLE: CapacityDef by CapacityId {
        ISSUING = CapacityDef::new("issuing", Side::Asking, Seats::One, "Competent authority of the issuing State (Art. 2(1)).");
        EXECUTING = CapacityDef::new("executing", Side::Answering, Seats::One,
            "Competent authority of the executing State (Art. 2(1)).");
        CUSTODY = CapacityDef::new("custody", Side::Answering, Seats::Any,
            "Prison or authority of the executing State that executes the sentence.");
        COPY = CapacityDef::new("copy", Side::Neither, Seats::Any, "Receives a copy and raises nothing.");
    } }
}

mod question {
    use super::{QuestionDef, QuestionId};

    table! { TABLE: QuestionDef by QuestionId {
        INFORMATION = QuestionDef::new("information", "What the certificate lacks, or a translation.");
        CONSULTATION = QuestionDef::new("consultation", "Whether execution there serves the return of the person to society.");
        TRANSFER_DATE = QuestionDef::new("transfer_date", "Whether a proposed day of transfer suits.");
        STATUS = QuestionDef::new("status", "How the case stands.");
    } }
}

mod state {
    use super::{StateDef, StateId, StateSet};

    table! {
        /// Every state in the order of a usual case.
        TABLE: StateDef by StateId {
            SENT = StateDef::open("sent", "Judgment and certificate are sent; nothing is decided.");
            POSTPONED = StateDef::open("postponed", "The recognition is postponed.");
            RECOGNISED = StateDef::open("recognised", "The sentence is finally recognised; its execution has not begun.");
            PREVENTED = StateDef::open("transfer_prevented", "The transfer is prevented; another day is to be agreed.");
            EXECUTING = StateDef::open("executing", "The sentence is executed in the executing State.");
            ENDED = StateDef::ended("execution_ended", "The execution has ended.");
            REFUSED = StateDef::ended("refused", "Recognition is refused.");
            WITHDRAWN = StateDef::ended("withdrawn", "The certificate is withdrawn.");
            PASSED_ON = StateDef::ended("passed_on", "Passed on to another agency; the case goes on in another referral.");
        }
    }

    pub(super) const NEW: StateSet = StateSet::of(&[SENT]);
    pub(super) const WAITING: StateSet = StateSet::of(&[POSTPONED]);
    pub(super) const UNDECIDED: StateSet = NEW.and(WAITING);
    pub(super) const DECIDED: StateSet = StateSet::of(&[RECOGNISED]);
    pub(super) const STOPPED: StateSet = StateSet::of(&[PREVENTED]);
    pub(super) const BEFORE_EXECUTION: StateSet = UNDECIDED.and(DECIDED).and(STOPPED);
    pub(super) const UNDER_EXECUTION: StateSet = StateSet::of(&[EXECUTING]);
    pub(super) const LIVE: StateSet = BEFORE_EXECUTION.and(UNDER_EXECUTION);
    /// Every state but the one in which the case goes on elsewhere, and nothing is told here any more.
    pub(super) const ANY: StateSet = LIVE.and(StateSet::of(&[ENDED, REFUSED, WITHDRAWN]));
}

mod clock {
    use super::{ClockDef, ClockId, National, Starts, Until};

    /// Hours of a day as warnings count them.
    const DAY: u32 = 24;

    table! {
        /// Every clock in order.
        TABLE: ClockDef by ClockId {
            // Until the receipt is told, it is counted from the sending, which cannot be later.
            R1 = ClockDef::new("R1", "final decision on recognition", "receipt told; until then, sending", Until::After(National(90)), "12(2)")
                .from_instant(Starts::Received)
                .then("The duty to decide goes on; the issuing State is told, with reasons (Art. 12(3)).").near(14 * DAY);
            R2 = ClockDef::new("R2", "transfer", "final decision", Until::After(National(30)), "15(1)").near(7 * DAY);
            R3 = ClockDef::new("R3", "transfer after it was prevented", "day agreed by both sides", Until::After(National(10)), "15(3)")
                .from_instant(Starts::Agreed).near(3 * DAY);
        }
    }
}

mod event {
    use super::{
        Accept, Answer, Ask, Correct, ENDS, EventDef, EventId, GOES_ON_IN, GROUNDS, Maybe, NEVER_HAPPENED,
        Offer, One, PLACES, POSTPONEMENTS, ParameterDef, Some, Takes, limits, question,
    };

    const fn of(code: &'static str, meaning: &'static str) -> EventDef {
        EventDef::new(code, meaning)
    }

    const ANSWERS: ParameterDef =
        ParameterDef::new("answers", Takes::Message, Maybe, "The message it answers.");
    /// Most days between the proposal of a transfer and its day.
    const TRANSFER_DAYS_MAX: u16 = 366;

    table! { TABLE: EventDef by EventId {
        RECEIPT_TOLD = of("receipt_told", "Judgment and certificate are received; the declared instant is that of the receipt.");
        FORWARDED = of("forwarded", "Forwarded to the competent authority of the same State.");
        PASSED_ON = of("passed_on", "Passed on to another agency that is competent; the case goes on in another referral.")
            .takes(&[GOES_ON_IN]);
        OPINION_TOLD = of("opinion_told", "The opinion of the person on the execution abroad is told.").with_reasons("Art. 6(3)");
        PERSON_NOTIFIED = of("person_notified", "The person is told by the form of Annex II.");
        CONSULTED = of("consulted", "The other side is consulted on where the person returns to society.")
            .with_reasons("Art. 4(3)").noting(&[Ask(question::CONSULTATION)]);
        CONSULTATION_ANSWERED = of("consultation_answered", "The consultation is answered.")
            .needing(&[CONSULTED]).takes(&[ANSWERS]).with_reasons("Art. 4(3)")
            .noting(&[Answer(question::CONSULTATION)]);
        INFORMATION_REQUESTED = of("information_requested", "What the certificate lacks, or a translation, is requested.")
            .with_reasons("Arts 9(1)(a), 23(2)").noting(&[Ask(question::INFORMATION)]);
        INFORMATION_SUPPLIED = of("information_supplied", "Information is supplied, asked for or not.")
            .takes(&[ANSWERS]).noting(&[Answer(question::INFORMATION)]);
        RECOGNITION_POSTPONED = of("recognition_postponed", "The recognition is postponed.")
            .takes(&[ParameterDef::new("reason", Takes::Item(&POSTPONEMENTS), One, "Why.")]);
        POSTPONEMENT_ENDED = of("postponement_ended", "What the recognition waited for is there.").not_before(&[RECOGNITION_POSTPONED]);
        DELAY_TOLD = of("delay_told", "The period cannot be kept; reasons and an estimate are given.").with_reasons("Art. 12(3)");
        RECOGNISED = of("sentence_recognised", "The sentence is finally recognised, adapted where that is needed.")
            .not_before(&[RECEIPT_TOLD])
            .takes(&[
                ParameterDef::new("place", Takes::Item(&PLACES), One, "Where the person is."),
                ParameterDef::flag("adapted", "The sentence is adapted (Art. 8)."),
                ParameterDef::flag("in_part", "It is recognised in part (Art. 10)."),
            ]);
        REFUSED = of("recognition_refused", "Recognition is refused.")
            .not_before(&[RECEIPT_TOLD])
            .takes(&[ParameterDef::new("ground", Takes::Item(&GROUNDS), Some(limits::GROUNDS), "On which grounds.")])
            .with_reasons("Art. 21(b)");
        TRANSFER_PREVENTED = of("transfer_prevented", "Circumstances that were not foreseen prevent the transfer.")
            .needing(&[RECOGNISED]).with_reasons("Art. 15(3)");
        TRANSFER_DATE_PROPOSED = of("transfer_date_proposed", "A day of transfer is proposed.")
            .takes(&[ParameterDef::new("day", Takes::Day, One, "The day.").within(1, TRANSFER_DAYS_MAX)])
            .noting(&[Offer(question::TRANSFER_DATE)]);
        TRANSFER_DATE_ACCEPTED = of("transfer_date_accepted", "The day that the other side proposed is accepted.")
            .takes(&[ParameterDef::new("answers", Takes::Message, One, "The message that proposed it.")])
            .noting(&[Accept(question::TRANSFER_DATE)]);
        TRANSFERRED = of("transferred", "The person is transferred.").needing(&[RECOGNISED]);
        EXECUTION_BEGUN = of("execution_begun", "The execution begins without a transfer.").needing(&[RECOGNISED]);
        EXECUTION_TOLD = of("execution_told", "Something of the execution is told, such as conditional release.").with_reasons("Art. 21");
        EXECUTION_ENDED = of("execution_ended", "The execution has ended.")
            .takes(&[ParameterDef::new("end", Takes::Item(&ENDS), One, "How.")]);
        WITHDRAWN = of("certificate_withdrawn", "The certificate is withdrawn.").with_reasons("Art. 13");
        STATUS_ASKED = of("status_asked", "How the case stands is asked.").noting(&[Ask(question::STATUS)]);
        STATUS_TOLD = of("status_told", "How the case stands is told.")
            .takes(&[ANSWERS]).with_reasons("–").noting(&[Answer(question::STATUS)]);
        FREE_MESSAGE = of("free_message", "A message in words, in any state and either way.").takes(&[ANSWERS]).with_reasons("–");
        CORRECTED = of("corrected", "An earlier message of the same sender is corrected.")
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
    use super::clock::{R1, R2, R3};
    use super::{event, state};
    use crate::instrument::figure::By::{Clock, Counterpart, Item};
    use crate::instrument::figure::What::{Days, Happened, Missed, Opened, Reached};
    use crate::instrument::figure::{FigureDef, What};
    use crate::instrument::id::EventId;

    const fn of(code: &'static str, meaning: &'static str, article: &'static str, what: What) -> FigureDef {
        FigureDef::new(code, meaning, article, what)
    }

    const RECEIPT: &[EventId] = &[event::RECEIPT_TOLD];
    const RECOGNITION: &[EventId] = &[event::RECOGNISED];
    const TRANSFER: &[EventId] = &[event::TRANSFERRED];

    /// What is counted of certificates (own).
    pub(super) const TABLE: &[FigureDef] = &[
        of("opened", "Certificates sent, or received.", "4(1)", Opened),
        of("opened_by_counterpart", "The same by the other State.", "4(1)", Opened).by(Counterpart),
        of("receipt_told", "Certificates whose receipt was told.", "12(2)", Happened(RECEIPT)),
        of(
            "postponed",
            "Recognitions postponed, by reason.",
            "11, 23(3)",
            Happened(&[event::RECOGNITION_POSTPONED]),
        )
        .by(Item(event::RECOGNITION_POSTPONED, "reason")),
        of(
            "recognised",
            "Sentences finally recognised, by where the person is.",
            "8, 12",
            Happened(RECOGNITION),
        )
        .by(Item(event::RECOGNISED, "place")),
        of("refused", "Recognitions refused.", "9", Reached(&[state::REFUSED])),
        of(
            "refused_by_ground",
            "The same by ground; a case counts under each.",
            "9",
            Reached(&[state::REFUSED]),
        )
        .by(Item(event::REFUSED, "ground")),
        of(
            "days_to_recognition",
            "Days from the receipt to the final decision that recognises.",
            "12(2)",
            Days(RECEIPT, RECOGNITION),
        ),
        of(
            "days_to_transfer",
            "Days from the final decision to the transfer.",
            "15(1)",
            Days(RECOGNITION, TRANSFER),
        ),
        of(
            "delay_told",
            "Periods that could not be kept, as told with reasons.",
            "12(3)",
            Happened(&[event::DELAY_TOLD]),
        ),
        of("limits_exceeded", "Periods exceeded, by clock.", "12(2), 15", Missed(&[R1, R2, R3])).by(Clock),
        of("transferred", "Persons transferred.", "15", Happened(TRANSFER)),
        of(
            "execution_ended",
            "Executions that ended, by how.",
            "19 to 21",
            Happened(&[event::EXECUTION_ENDED]),
        )
        .by(Item(event::EXECUTION_ENDED, "end")),
        of("withdrawn", "Certificates withdrawn.", "13", Reached(&[state::WITHDRAWN])),
    ];
}

const ISSUING: &[CapacityId] = &[capacity::ISSUING];
const EXECUTING: &[CapacityId] = &[capacity::EXECUTING];
const AT_THE_PLACE: &[CapacityId] = &[capacity::EXECUTING, capacity::CUSTODY];
const BOTH: &[CapacityId] = &[capacity::ISSUING, capacity::EXECUTING];
const ANY_PARTY: &[CapacityId] = &[capacity::ISSUING, capacity::EXECUTING, capacity::CUSTODY];

use clock::{R1, R2, R3};

rules! {
    /// Every row, in the order of a usual case.
    RULES from event marked Own {
        1 RECEIPT_TOLD EXECUTING state::NEW => Stay, [Start(R1)], "12(2)";
        2 FORWARDED EXECUTING state::NEW => Stay, [], "5(5)";
        2 PASSED_ON EXECUTING state::LIVE => To(state::PASSED_ON), [SupersedeAll], "5(5)";
        3 OPINION_TOLD BOTH state::UNDECIDED => Stay, [], "6(3)";
        3 PERSON_NOTIFIED BOTH state::BEFORE_EXECUTION => Stay, [], "6(4)";
        4 CONSULTED BOTH state::UNDECIDED => Stay, [], "4(3), 10(1)";
        4 CONSULTATION_ANSWERED BOTH state::UNDECIDED => Stay, [], "4(3), 10(1)";
        5 INFORMATION_REQUESTED EXECUTING state::BEFORE_EXECUTION => Stay, [], "9(1)(a), 9(3), 23(2)";
        5 INFORMATION_SUPPLIED ISSUING state::LIVE => Stay, [], "9(3), 23(2)";
        6 RECOGNITION_POSTPONED EXECUTING state::NEW => Aside(state::POSTPONED), [Suspend(R1)], "11, 23(3)";
        6 POSTPONEMENT_ENDED EXECUTING state::WAITING => Resume, [ResumeExcluding(R1)], "11, 23(3)";
        7 DELAY_TOLD EXECUTING state::UNDECIDED => Stay, [], "12(3)";
        8 RECOGNISED EXECUTING state::NEW => To(state::RECOGNISED), [Stop(R1), StartFor("issuing_state", R2)], "8, 12(1), 12(2)";
        9 REFUSED EXECUTING state::UNDECIDED => To(state::REFUSED), [Stop(R1), DiscontinueAll], "9, 21(b)";
        10 TRANSFER_DATE_PROPOSED BOTH state::DECIDED.and(state::STOPPED) => Stay, [], "15(1), 15(3)";
        10 TRANSFER_DATE_ACCEPTED BOTH state::DECIDED => Stay, [], "15(1)";
        10 TRANSFER_PREVENTED BOTH state::DECIDED => To(state::PREVENTED), [], "15(3)";
        10 TRANSFER_DATE_ACCEPTED BOTH state::STOPPED => To(state::RECOGNISED), [Yield(R2), StartOn(R3)], "15(3)";
        11 TRANSFERRED BOTH state::DECIDED.and(state::STOPPED) => To(state::EXECUTING), [Stop(R2), Stop(R3)], "15";
        12 EXECUTION_BEGUN AT_THE_PLACE state::DECIDED => To(state::EXECUTING), [Stop(R2), Stop(R3)], "17(1), 25";
        13 EXECUTION_TOLD AT_THE_PLACE state::UNDER_EXECUTION => Stay, [], "21";
        14 EXECUTION_ENDED BOTH state::UNDER_EXECUTION => To(state::ENDED), [DiscontinueAll], "19, 20, 21";
        15 WITHDRAWN ISSUING state::BEFORE_EXECUTION => To(state::WITHDRAWN), [DiscontinueAll], "13";
        16 STATUS_ASKED ANY_PARTY state::ANY => Stay, [], "–";
        16 STATUS_TOLD ANY_PARTY state::ANY => Stay, [], "–";
        17 FREE_MESSAGE ANY_PARTY state::ANY => Stay, [], "–";
        18 CORRECTED ANY_PARTY state::ANY => Stay, [], "–";
    }
}
