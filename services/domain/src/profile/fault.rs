//! What can be wrong with the file of a State. Owns the words for it; must not repeat what stood in the file.

/// One thing that is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {field}: {wrong}")]
pub(crate) struct ProfileFault {
    /// Name of the file, such as `nl.toml`.
    pub(crate) file: String,
    /// Path in the file, such as `profile[0].appeal.mark`; empty for the whole file.
    pub(crate) field: String,
    /// What is wrong there.
    pub(crate) wrong: Wrong,
}

/// What is wrong with a place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Wrong {
    #[error("from this line on the file is not TOML, or a key stands twice")]
    NotToml,
    #[error("something has to stand here")]
    Missing,
    #[error("a key is not known here")]
    UnknownKey,
    #[error("write {0}")]
    NotOfKind(&'static str),
    #[error("this is no State whose calendar is known")]
    UnknownState,
    #[error("the file is called after another State")]
    OtherState,
    #[error("a mark is V, S or own")]
    UnknownMark,
    #[error("write a day as \"2026-03-24\"")]
    BadDate,
    #[error("the last day is before the first")]
    UntilBeforeFrom,
    #[error("the profile before it with the same family and edition is valid on one of its days too")]
    Overlaps,
    #[error("editions are counted from 1")]
    EditionZero,
    #[error("there is no appeal that could be lodged within a time")]
    TimeForNoAppeal,
    #[error("a time has at most 366 days or hours, and at least 1 where it stands at all")]
    LengthOutside,
    #[error(
        "an extension that is repeated has days, and only such a one has other days for fundamental rights"
    )]
    RepeatsNothing,
    #[error("with consent it lasts longer than without")]
    LongerWithConsent,
    #[error("an age is 1 to 18 years")]
    AgeOutside,
    #[error("the age for some offences is below that for most")]
    AgeNotLower,
    #[error("a language is two letters of ISO 639-1")]
    NotALanguage,
    #[error("this stands in the list before")]
    Twice,
    #[error("begin with the name of a fact of this file; what of it is not known follows after a colon")]
    NotAFact,
    #[error("what has been read in a text is not unknown: say after a colon what of it is")]
    UnknownButRead,
    #[error("what is not known has to stand in the list of what is unknown")]
    UnknownNotListed,
}
