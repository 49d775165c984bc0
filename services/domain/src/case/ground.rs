//! Why a decision waits, is refused or depends on a promise: the reasons the law names, by stable code.

use serde::{Deserialize, Serialize};

/// Why a decision is deferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DeferralReason {
    /// Privilege or immunity in the executing State (Art. 20): the clock does not run.
    Immunity,
    /// Speciality owed to a third State (Art. 21): the clock does not run.
    ThirdStateSpeciality,
    /// Competing requests (Art. 16).
    CompetingRequests,
    /// An assurance about fundamental rights is awaited (C-404/15).
    FundamentalRights,
    /// A question is before the Court of Justice.
    PreliminaryReference,
}

impl DeferralReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Immunity,
        Self::ThirdStateSpeciality,
        Self::CompetingRequests,
        Self::FundamentalRights,
        Self::PreliminaryReference,
    ];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Immunity => "immunity",
            Self::ThirdStateSpeciality => "third_state_speciality",
            Self::CompetingRequests => "competing_requests",
            Self::FundamentalRights => "fundamental_rights",
            Self::PreliminaryReference => "preliminary_reference",
        }
    }

    /// The reason of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// Whether the clock of Art. 17 stands still and starts anew afterwards.
    #[must_use]
    pub fn stops_the_clock(self) -> bool {
        matches!(self, Self::Immunity | Self::ThirdStateSpeciality)
    }
}

/// A guarantee of Art. 5 or an assurance asked for by case law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Guarantee {
    /// Review of a life sentence (Art. 5(2)).
    LifeReview,
    /// Return to serve the sentence (Art. 5(3)).
    Return,
    /// Conditions of detention.
    DetentionConditions,
    /// A retrial after a judgment in absence (Art. 4a(1)(d)).
    Retrial,
}

impl Guarantee {
    /// Every guarantee.
    pub const ALL: [Self; 4] = [Self::LifeReview, Self::Return, Self::DetentionConditions, Self::Retrial];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::LifeReview => "life_review",
            Self::Return => "return",
            Self::DetentionConditions => "detention_conditions",
            Self::Retrial => "retrial",
        }
    }

    /// The guarantee of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|guarantee| guarantee.code() == code)
    }
}

macro_rules! grounds {
    ($($name:ident $code:literal $doc:literal;)+) => {
        /// A ground for refusing to execute.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Ground {
            $(#[doc = $doc] $name,)+
        }

        impl Ground {
            /// Every ground in the order of the articles.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The article, which is also the stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What the article says, in short.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => $doc,)+ }
            }
        }
    };
}

grounds! {
    Amnesty "3(1)" "Amnesty in the executing State.";
    FinallyJudged "3(2)" "Finally judged by a Member State for the same acts.";
    Age "3(3)" "Below the age of criminal responsibility.";
    NoDoubleCriminality "4(1)" "Not an offence in the executing State.";
    ProsecutedHere "4(2)" "Prosecuted in the executing State for the same act.";
    NotProsecuted "4(3)" "Decided not to prosecute, halted, or finally judged.";
    StatuteBarred "4(4)" "Statute-barred in the executing State.";
    JudgedByThirdState "4(5)" "Finally judged by a third State.";
    NationalOrResident "4(6)" "National or resident whose sentence the executing State undertakes to execute.";
    CommittedHere "4(7)(a)" "Committed on the territory of the executing State.";
    Extraterritorial "4(7)(b)" "Committed outside, and not prosecuted by the executing State's law.";
    InAbsentia "4a" "Decision in absence without one of the conditions.";
    FundamentalRights "1(3)" "Real risk to fundamental rights.";
}

impl Ground {
    /// The ground of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|ground| ground.code() == code)
    }

    /// Whether the executing authority must refuse.
    #[must_use]
    pub fn is_mandatory(self) -> bool {
        matches!(self, Self::Amnesty | Self::FinallyJudged | Self::Age)
    }
}
