//! Remarks: what a person should know of a message that counts all the same. They follow from the facts and the State's profile,
//! so that every end makes the same; none of them refuses anything.

mod found;

/// Something that a person should know of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remark {
    /// The day that both sides agreed lies after the end of the period for it.
    AgreedAfterLimit,
    /// The person was released before the period ran out whose end demands it.
    ReleasedEarly,
    /// Consent was revoked where the profile of the State says that it cannot be.
    NotRevocable,
    /// It happened on another day than both sides agreed.
    NotOnAgreedDay,
    /// It states another number of days in custody than the messages of the case make.
    CustodyCountsOtherwise,
    /// Something is allowed and refused.
    DecidedTwice,
    /// Something is neither allowed nor refused.
    Undecided,
    /// What was asked is not granted.
    NotGranted,
    /// It names no request, and several are open: none of them is answered.
    AnswersNone,
    /// What it answers is not open: it was answered before, or never asked.
    NotOpen,
    /// The day agreed had passed when it was accepted.
    DayPassed,
    /// The day proposed lies after the end of the period for it.
    ProposedAfterLimit,
    /// The period that it would extend had run out.
    ExtendsNothing,
    /// The person is said to have been held long before the case was opened.
    LongBefore,
    /// A question that bears on it is open still.
    StillOpen,
    /// It says anew what the message that it corrects does not tell, or names none of its sender's.
    CorrectsNothing,
    /// The day lies far ahead, and whoever is held is held until after it.
    FarAhead,
    /// It is an offer that is corrected, and an offer stands as it is.
    OfferStands,
    /// Every offence is refused, so that nothing is ordered.
    NothingOrdered,
    /// Something on which the order depends is not given.
    ConditionNotMet,
    /// It had no effect on the case, and the person is held all the same.
    HeldAllTheSame,
    /// It had no effect on the case, and the person is free all the same.
    FreeAllTheSame,
    /// It tells an end of custody, and the person was held again after it.
    HeldAgainSince,
    /// It tells of custody from before an end of custody that was told.
    FreeSince,
    /// By a correction it happened after what followed from it.
    OutOfOrder,
    /// It presumes something that nobody told.
    NotToldBefore,
    /// It was received only after the period that counts from its receipt had run out.
    ReceivedLate,
    /// By the profile of the State there is no appeal.
    NoAppeal,
    /// By the profile of the State an appeal can be lodged still.
    AppealOpen,
    /// The person is held though the release has fallen due, and it lets nobody go.
    ReleaseOwed,
    /// The person is held, and no period runs meanwhile.
    HeldWithoutPeriod,
    /// It changes what a final decision orders or refuses.
    FinalDecisionChanged,
    /// It had no effect, on the case or on whether the person is held.
    TellAgain,
    /// It takes an earlier message back.
    TakesBack,
    /// Its sender took it back.
    TakenBack,
}

/// Of [`Remark::HeldAllTheSame`].
const HELD_ALL_THE_SAME: &str = "It moves the case no more, but the person is held, and has to be released.";

/// Of [`Remark::HeldAgainSince`].
const HELD_AGAIN_SINCE: &str = "The person was held again after that, as was told before: this custody goes on, and what it begins counts from then.";

/// Of [`Remark::FreeSince`].
const FREE_SINCE: &str = "An end of custody was told that came after it: the person counts as free since then, until an arrest after that is told.";

/// Of [`Remark::ReleaseOwed`].
const RELEASE_OWED: &str = "The release had fallen due before, and the person is held: the person is to be let go, whatever is told here.";

/// Of [`Remark::HeldWithoutPeriod`].
const HELD_WITHOUT_PERIOD: &str = "The person is held, and no period of the case says until when: tell the end of the custody, or the title on which it goes on.";

/// Of [`Remark::TellAgain`].
const TELL_AGAIN: &str =
    "Nothing of it counts: if the person is held, or free, as it says, that has to be told again.";

/// Of [`Remark::TakesBack`].
const TAKES_BACK: &str = "The case stands as if that had never been told. What was done on it elsewhere, such as the end of other States' cases, is not undone.";

/// Of [`Remark::TakenBack`].
const TAKEN_BACK: &str =
    "Its sender said that nothing of it happened: the case stands as if it had never been told.";

/// Of [`Remark::CustodyCountsOtherwise`].
const CUSTODY_COUNTS_OTHERWISE: &str = "The days stated differ from those that the messages of the case make, first and last day of each period counted.";

impl Remark {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::AgreedAfterLimit => "agreed_after_limit",
            Self::ReleasedEarly => "released_early",
            Self::NotRevocable => "not_revocable",
            Self::NotOnAgreedDay => "not_on_agreed_day",
            Self::CustodyCountsOtherwise => "custody_counts_otherwise",
            Self::DecidedTwice => "decided_twice",
            Self::Undecided => "undecided",
            Self::NotGranted => "not_granted",
            Self::AnswersNone => "answers_none",
            Self::NotOpen => "not_open",
            Self::DayPassed => "day_passed",
            Self::ProposedAfterLimit => "proposed_after_limit",
            Self::ExtendsNothing => "extends_nothing",
            Self::LongBefore => "long_before",
            Self::StillOpen => "still_open",
            Self::CorrectsNothing => "corrects_nothing",
            Self::FarAhead => "far_ahead",
            Self::OfferStands => "offer_stands",
            Self::NothingOrdered => "nothing_ordered",
            Self::ConditionNotMet => "condition_not_met",
            Self::HeldAllTheSame => "held_all_the_same",
            Self::FreeAllTheSame => "free_all_the_same",
            Self::HeldAgainSince => "held_again_since",
            Self::FreeSince => "free_since",
            Self::OutOfOrder => "out_of_order",
            Self::NotToldBefore => "not_told_before",
            Self::ReceivedLate => "received_late",
            Self::NoAppeal => "no_appeal",
            Self::AppealOpen => "appeal_open",
            Self::ReleaseOwed => "release_owed",
            Self::HeldWithoutPeriod => "held_without_period",
            Self::FinalDecisionChanged => "final_decision_changed",
            Self::TellAgain => "tell_again",
            Self::TakesBack => "takes_back",
            Self::TakenBack => "taken_back",
        }
    }

    /// What it says.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::AgreedAfterLimit => {
                "The day agreed lies after the end of the period; it moves neither that nor the release."
            }
            Self::ReleasedEarly => "The person was released before the period for surrender ran out.",
            Self::NotRevocable => {
                "By the profile of the State, consent cannot be revoked there at this point."
            }
            Self::NotOnAgreedDay => "It happened on another day than both sides agreed.",
            Self::CustodyCountsOtherwise => CUSTODY_COUNTS_OTHERWISE,
            Self::DecidedTwice => {
                "An offence is among those that are ordered and among those that are refused."
            }
            Self::Undecided => "An offence of the warrant is neither ordered nor refused.",
            Self::NotGranted => "What was asked is refused: it would be granted by the flag of the event.",
            Self::AnswersNone => "It names no request, and several are open: it answers none of them.",
            Self::NotOpen => "What it answers is not open: it was answered before, or never asked.",
            Self::DayPassed => "The day agreed had passed when it was accepted.",
            Self::ProposedAfterLimit => {
                "The day proposed lies after the end of the period for the surrender."
            }
            Self::ExtendsNothing => "The period had run out before, and is not extended: it stays missed.",
            Self::LongBefore => {
                "It is said to have happened more than 90 days before the case was opened: periods of the law are counted from then."
            }
            Self::StillOpen => "A question that bears on it is not answered yet.",
            Self::CorrectsNothing => {
                "It says anew what the message that it corrects does not tell, or names no message of its sender: nothing is counted otherwise."
            }
            Self::FarAhead => {
                "The day lies more than 30 days ahead, and the period that begins with it moves the day of release: whoever is held is held longer."
            }
            Self::OfferStands => {
                "A day that was proposed stands as it is, since the other side may accept it: propose another one instead."
            }
            Self::NothingOrdered => {
                "Every offence is refused, and surrender is ordered for none. A refusal of all is told as the refusal of the whole."
            }
            Self::ConditionNotMet => "A guarantee on which the order depends is not given.",
            Self::HeldAllTheSame => HELD_ALL_THE_SAME,
            Self::FreeAllTheSame => "It moves the case no more, but the person counts as free.",
            Self::HeldAgainSince => HELD_AGAIN_SINCE,
            Self::FreeSince => FREE_SINCE,
            Self::OutOfOrder => {
                "By this it happened after something that was told to follow it: the days of both have to fit."
            }
            Self::NotToldBefore => "It presumes something that nobody has told: that has to be told, too.",
            Self::ReceivedLate => {
                "The request is said to have come after the period would have run out, counted from its sending: the period begins only then."
            }
            Self::AppealOpen => {
                "By the profile of the State the time for an appeal has not run out: the decision may not be final."
            }
            Self::ReleaseOwed => RELEASE_OWED,
            Self::HeldWithoutPeriod => HELD_WITHOUT_PERIOD,
            Self::FinalDecisionChanged => {
                "The decision is final: for what offences the person is surrendered is changed by a new decision, and not by a correction."
            }
            Self::NoAppeal => "By the profile of the State there is no appeal against the decision.",
            Self::TellAgain => TELL_AGAIN,
            Self::TakesBack => TAKES_BACK,
            Self::TakenBack => TAKEN_BACK,
        }
    }
}
