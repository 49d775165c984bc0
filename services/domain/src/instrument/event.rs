//! Events of an instrument: their parameters, what they ask and answer, and whether the law demands reasons.

use super::definition::{Item, ListDef};
use super::id::{EventId, QuestionId, ValueId};
use super::symbol::Symbol;
use crate::case::{Parameter, Value};

/// Something that can happen in a case after its opening.
#[derive(Debug, Clone, Copy)]
pub struct EventDef {
    /// Stable code in snake case.
    pub code: &'static str,
    /// What happened, in one sentence.
    pub meaning: &'static str,
    /// What it tells beside its words, in the order in which it is written.
    pub parameters: &'static [ParameterDef],
    /// The article that demands reasons in words, if one does.
    pub reasons: Option<&'static str>,
    /// Whether its words are all that it tells, though nothing demands them.
    pub is_in_words: bool,
    /// What it asks, answers and leaves behind; none of it moves the case.
    pub notes: &'static [Note],
    /// Events each of which must have happened before.
    pub needs: &'static [EventId],
    /// Events that it cannot have happened before, where they have happened.
    pub after: &'static [EventId],
    /// What the form must ask for, if it belongs to one kind of request alone.
    pub only_for: Option<&'static str>,
}

impl EventDef {
    /// An event without parameters.
    #[must_use]
    pub const fn new(code: &'static str, meaning: &'static str) -> Self {
        Self {
            code,
            meaning,
            parameters: &[],
            reasons: None,
            is_in_words: false,
            notes: &[],
            needs: &[],
            after: &[],
            only_for: None,
        }
    }

    /// The same with parameters.
    #[must_use]
    pub const fn takes(self, parameters: &'static [ParameterDef]) -> Self {
        Self { parameters, ..self }
    }

    /// The same with reasons demanded by an article.
    #[must_use]
    pub const fn with_reasons(self, article: &'static str) -> Self {
        Self { reasons: Some(article), ..self }
    }

    /// The same, of which the words are all that it tells.
    #[must_use]
    pub const fn in_words(self) -> Self {
        Self { is_in_words: true, ..self }
    }

    /// The same with notes.
    #[must_use]
    pub const fn noting(self, notes: &'static [Note]) -> Self {
        Self { notes, ..self }
    }

    /// The same, only once these have happened.
    #[must_use]
    pub const fn needing(self, needs: &'static [EventId]) -> Self {
        Self { needs, ..self }
    }

    /// The same, never before one of these.
    #[must_use]
    pub const fn not_before(self, after: &'static [EventId]) -> Self {
        Self { after, ..self }
    }

    /// The same, where the form asks for one thing.
    #[must_use]
    pub const fn for_requests_of(self, trait_code: &'static str) -> Self {
        Self { only_for: Some(trait_code), ..self }
    }

    /// Its code as a value.
    #[must_use]
    pub const fn symbol(&self) -> Symbol {
        Symbol::new(self.code)
    }

    /// Whether it accepts what the other side offered.
    #[must_use]
    pub fn accepts(&self) -> Option<QuestionId> {
        self.notes.iter().find_map(|note| if let Note::Accept(id) = note { Some(*id) } else { None })
    }

    /// Whether it offers a day to the other side.
    #[must_use]
    pub fn offers(&self) -> Option<QuestionId> {
        self.notes.iter().find_map(|note| if let Note::Offer(id) = note { Some(*id) } else { None })
    }

    /// Whether it says when an earlier message of its sender really happened.
    #[must_use]
    pub fn corrects(&self) -> bool {
        self.notes.contains(&Note::Correct)
    }

    /// Whether it says that the person is held.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.notes.iter().any(|note| matches!(note, Note::Hold(_)))
    }

    /// Whether it says that the person is held no longer.
    #[must_use]
    pub fn frees(&self) -> bool {
        [Note::Free, Note::Leave, Note::Mistake].iter().any(|note| self.notes.contains(note))
    }

    /// The parameter of a code.
    #[must_use]
    pub fn parameter(&self, code: &str) -> Option<&'static ParameterDef> {
        self.parameters.iter().find(|parameter| parameter.code == code)
    }

    /// Everything in which given parameters do not fit this event.
    pub fn misfits(&self, given: &[Parameter]) -> impl Iterator<Item = Misfit> {
        let own = self.parameters.iter().filter_map(|parameter| parameter.misfit(given));
        let is_foreign = |given: &&Parameter| self.parameter(given.code.as_str()).is_none();
        let foreign = given.iter().filter(is_foreign);
        own.chain(foreign.map(|given| Misfit { parameter: given.code, why: Why::Foreign }))
    }
}

/// What an event asks, answers or leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Asks the other side; where the event names an item of a list, about that item.
    Ask(QuestionId),
    /// Answers the question it names, or the only open one of its kind and item.
    Answer(QuestionId),
    /// Settles every open question of a kind.
    Settle(QuestionId),
    /// Takes the object from every open question of a kind, and is no answer to any.
    Moot(QuestionId),
    /// Remembers every value of a parameter; where it is not given, nothing is remembered any more.
    Keep(ValueId, &'static str),
    /// Remembers every value of a parameter beside those that were remembered before.
    KeepAlso(ValueId, &'static str),
    /// Remembers every value of a parameter; where neither it nor the other one is given, what was remembered stands.
    KeepOrStand(ValueId, &'static str, &'static str),
    /// Remembers every value of a parameter, which numbers what the form lists; where it is not given, what was remembered stands, and
    /// where nothing was, every number that is not remembered under the other value.
    KeepOrRest(ValueId, &'static str, ValueId),
    /// Forgets the values of a parameter, where they were remembered.
    Forget(ValueId, &'static str),
    /// Forgets what was remembered.
    Drop(ValueId),
    /// Offers the day that it names to the other side, instead of any day offered before; asks whether it suits.
    Offer(QuestionId),
    /// Accepts the day that the other side offered in the message it answers.
    Accept(QuestionId),
    /// Remembers that it happened.
    Remember(ValueId),
    /// Leaves something for its own side to do.
    Owe(QuestionId),
    /// Where the case has ended while the person is held, asks the side that answers to tell the end of that.
    AskRelease(QuestionId),
    /// Where the case has ended and the person was ever held, asks the side that answers about that.
    AskCustody(QuestionId),
    /// Decides on what is remembered under these two, one of which names what is allowed and the other what is refused; that something
    /// is in both, or in neither, is remarked.
    Divide(ValueId, ValueId),
    /// Bears on what this asks; that it is open still is remarked, unless the parameter names the item that it is about.
    Await(QuestionId, &'static str),
    /// Depends on every item that is remembered under the first of these; that one is not under the second is remarked.
    Depends(ValueId, ValueId),
    /// Presumes, where the first of these happened, that the second did; that nobody told it is remarked.
    Presume(EventId, EventId),
    /// Takes back that this happened: what needs it cannot happen until it happens again.
    Undo(EventId),
    /// Grants what was asked where this flag is given; that it is not is remarked.
    Grant(&'static str),
    /// Says, where it has the flag `new_instant`, that the message it corrects happened at its own declared instant.
    Correct,
    /// Revokes the consent of the person.
    Revoke,
    /// Appeals against the decision; that the State's law knows no appeal is remarked.
    Appeal,
    /// Was agreed for the day remembered; that it happened on another one is remarked.
    OnDay(ValueId),
    /// States a number of days in custody; that it differs from the days of the case is remarked.
    CountCustody(&'static str),
    /// The person is held from now on; where the event names this item of a list, on another title than the case.
    Hold(&'static str),
    /// Is of after a release, though one of the same instant was told later.
    Again,
    /// The person is not held any more.
    Free,
    /// The person is beyond the reach of the case: nothing that is told of custody holds him after it.
    Leave,
    /// Whoever was held until now is somebody else, and is free: nothing of that was custody on the case.
    Mistake,
}

impl Note {
    /// Whether it tells that the person is held, or is not.
    pub(crate) fn is_of_custody(&self) -> bool {
        matches!(self, Self::Hold(_) | Self::Free | Self::Leave | Self::Mistake)
    }

    /// The question that an event with this note closes.
    pub(super) fn answered(&self) -> Option<QuestionId> {
        match self {
            Self::Answer(id) | Self::Settle(id) | Self::Accept(id) => Some(*id),
            _ => None,
        }
    }
}

/// The parameter by which an event that passes a case on names the referral in which it goes on.
pub const GOES_ON_IN_CODE: &str = "goes_on_in";

/// By which a correction says that nothing of what it corrects happened.
pub(super) const NEVER_HAPPENED: ParameterDef = ParameterDef::flag(
    "never_happened",
    "Nothing of what the message told happened: the case stands as if it had never been told. Of a correction: it does not count.",
);

/// In which referral a case goes on once it was passed on; the node of the agency that passes it on gives it.
pub(super) const GOES_ON_IN: ParameterDef = ParameterDef::new(
    GOES_ON_IN_CODE,
    Takes::Referral,
    Count::One,
    "The referral in which the case goes on.",
);

/// One parameter of an event.
#[derive(Debug, Clone, Copy)]
pub struct ParameterDef {
    /// Stable code in snake case; `day` and `answers` mean the same in every instrument.
    pub code: &'static str,
    /// What it says, in one sentence.
    pub meaning: &'static str,
    /// What kind of value it has.
    pub takes: Takes,
    /// How often it is given.
    pub count: Count,
    /// For a day: how many days before and after the declared instant it may lie.
    pub within: Option<(u16, u16)>,
    /// Whether it is the number of something that the form lists, counted from 1.
    pub is_of_form: bool,
}

/// Kind of a parameter's value.
#[derive(Debug, Clone, Copy)]
pub enum Takes {
    /// A day of the calendar.
    Day,
    /// Id of a message of the same referral.
    Message,
    /// Id of another referral.
    Referral,
    /// An item of a list.
    Item(&'static ListDef),
    /// A count within these bounds, both included.
    Number(u32, u32),
    /// A flag; one that is not set is not given.
    Flag,
}

impl Takes {
    /// What has to be given, in words.
    #[must_use]
    pub fn expected(self) -> String {
        match self {
            Self::Day => "a day such as 2021-06-20".to_owned(),
            Self::Message => "the id of a message of this referral".to_owned(),
            Self::Referral => "the id of a referral".to_owned(),
            Self::Item(list) => {
                let codes: Vec<_> = list.items.iter().map(|item| item.code).collect();
                format!("one of {}", codes.join(", "))
            }
            Self::Number(least, u32::MAX) => format!("a number from {least}"),
            Self::Number(least, most) => format!("a number from {least} to {most}"),
            Self::Flag => "nothing, or true".to_owned(),
        }
    }

    /// The value that a person wrote; `None` where it is none of this kind.
    #[must_use]
    pub fn read(self, text: &str) -> Option<Value> {
        match self {
            Self::Day => text.parse().ok().map(Value::Day),
            Self::Message | Self::Referral => text.parse::<crate::MessageId>().ok().map(Value::from),
            Self::Item(list) => list.item(text).map(|item| Value::Item(Symbol::new(item.code))),
            Self::Number(least, most) => {
                text.parse().ok().filter(|number| (least..=most).contains(number)).map(Value::Number)
            }
            Self::Flag => matches!(text, "" | "true").then_some(Value::Set),
        }
    }
}

/// How often a parameter is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// Exactly once.
    One,
    /// Once or not at all.
    Maybe,
    /// At least once and at most so often.
    Some(usize),
    /// At most so often.
    Any(usize),
}

impl Count {
    /// The most it is given.
    #[must_use]
    pub const fn most(self) -> usize {
        match self {
            Self::One | Self::Maybe => 1,
            Self::Some(most) | Self::Any(most) => most,
        }
    }

    /// Whether it must be given.
    #[must_use]
    pub const fn is_required(self) -> bool {
        matches!(self, Self::One | Self::Some(_))
    }
}

/// A parameter that does not fit its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misfit {
    /// Which.
    pub parameter: Symbol,
    /// In what.
    pub why: Why,
}

/// Why a parameter does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The event needs it.
    Missing,
    /// It is given more often than the event takes it.
    TooMany,
    /// Its value is of another kind, or not within its list or bounds.
    NotValid,
    /// The event has no such parameter.
    Foreign,
}

impl ParameterDef {
    /// A parameter.
    #[must_use]
    pub const fn new(code: &'static str, takes: Takes, count: Count, meaning: &'static str) -> Self {
        Self { code, meaning, takes, count, within: None, is_of_form: false }
    }

    /// The same, the number of something that the form lists.
    #[must_use]
    pub const fn of_form(self) -> Self {
        Self { is_of_form: true, ..self }
    }

    /// The same, a day that lies at most so many days before and after the declared instant.
    #[must_use]
    pub const fn within(self, before: u16, after: u16) -> Self {
        Self { within: Some((before, after)), ..self }
    }

    /// A flag.
    #[must_use]
    pub const fn flag(code: &'static str, meaning: &'static str) -> Self {
        Self::new(code, Takes::Flag, Count::Maybe, meaning)
    }

    /// The items it chooses from, if it does.
    #[must_use]
    pub const fn items(&self) -> &'static [Item] {
        match self.takes {
            Takes::Item(list) => list.items,
            _ => &[],
        }
    }

    fn misfit(&self, given: &[Parameter]) -> Option<Misfit> {
        let mut own = given.iter().filter(|given| given.code == self.code);
        let why = match own.clone().count() {
            0 => self.count.is_required().then_some(Why::Missing),
            count if count > self.count.most() => Some(Why::TooMany),
            _ => (!own.all(|given| self.takes(given.value))).then_some(Why::NotValid),
        };
        why.map(|why| Misfit { parameter: Symbol::new(self.code), why })
    }

    fn takes(&self, value: Value) -> bool {
        match (self.takes, value) {
            (Takes::Day, Value::Day(_))
            | (Takes::Message | Takes::Referral, Value::Id(_))
            | (Takes::Flag, Value::Set) => true,
            (Takes::Item(list), Value::Item(item)) => list.item(item.as_str()).is_some(),
            (Takes::Number(least, most), Value::Number(number)) => (least..=most).contains(&number),
            _ => false,
        }
    }
}
