//! The form as it arrives: plain fields, everything optional, nothing checked.
//! An empty string, an empty list and a zero mean "not given".

/// The whole form, boxes (a) to (i).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// Language this text is written in, BCP 47.
    pub language: String,
    /// Languages of attached translations, BCP 47 (Art. 8(2)).
    pub translations: Vec<String>,
    /// Box (a): the requested person.
    pub person: Option<PersonForm>,
    /// Box (b) 1: arrest warrants or decisions of the same effect.
    pub orders: Vec<OrderForm>,
    /// Boxes (b) 2, (c) 2 and (d): enforceable judgments.
    pub judgments: Vec<JudgmentForm>,
    /// Box (c) 1: maximum penalty for the offences, unless an offence states its own.
    pub maximum: Option<TermForm>,
    /// Box (e): the number of offences as written on the form.
    pub offence_total: u32,
    /// Box (e): the offences.
    pub offences: Vec<OffenceForm>,
    /// Box (e) I as ticked for the whole warrant, for forms without a link per offence.
    pub categories: Vec<String>,
    /// Box (f): other circumstances.
    pub other_circumstances: String,
    /// Box (g): seizure and handing over of property.
    pub property: Option<PropertyForm>,
    /// Box (h): life sentence guarantees.
    pub life: Option<LifeForm>,
    /// Box (i): the issuing judicial authority.
    pub authority: Option<AuthorityForm>,
}

/// A name in its original script, with a transliteration where that is not Latin.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameForm {
    /// As written by the issuing authority.
    pub original: String,
    /// In Latin letters, if the original is not.
    pub transliteration: String,
}

/// Sex as the form has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sex {
    /// Nothing was written.
    #[default]
    NotGiven,
    /// Male.
    Male,
    /// Female.
    Female,
    /// Neither, as the issuing State registers it.
    Other,
    /// Written as not known.
    Unknown,
}

/// A date of which month and day may be unknown (zero).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateForm {
    /// Year, 1 to 9999.
    pub year: u32,
    /// Month, 1 to 12, or 0.
    pub month: u32,
    /// Day, 1 to 31, or 0.
    pub day: u32,
}

/// Box (a).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonForm {
    /// Surnames.
    pub names: Vec<NameForm>,
    /// Forenames.
    pub forenames: Vec<NameForm>,
    /// Maiden name.
    pub maiden_name: String,
    /// Aliases.
    pub aliases: Vec<String>,
    /// Sex.
    pub sex: Sex,
    /// ISO 3166-1 alpha-2 codes, `stateless` or `unknown`.
    pub nationalities: Vec<String>,
    /// Date of birth, partial where it must be.
    pub born: Option<DateForm>,
    /// Place of birth.
    pub birth_place: String,
    /// Residence or known addresses.
    pub addresses: Vec<String>,
    /// Languages the person understands, BCP 47.
    pub languages: Vec<String>,
    /// Distinctive marks, description.
    pub description: String,
    /// Photo, fingerprints, DNA profile that are attached.
    pub biometrics: Vec<BiometricForm>,
    /// Whom to ask for photo, fingerprints or DNA profile.
    pub identification_contact: Option<ContactForm>,
}

/// What an attachment shows of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BiometricKind {
    /// Nothing was written.
    #[default]
    NotGiven,
    /// A photograph.
    Photo,
    /// Fingerprints.
    Fingerprints,
    /// A DNA profile.
    DnaProfile,
}

/// One attached photo, set of fingerprints or profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BiometricForm {
    /// What it is.
    pub kind: BiometricKind,
    /// Name of the attachment that carries it.
    pub attachment: String,
}

/// Somebody to contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactForm {
    /// Name or title.
    pub name: String,
    /// Address.
    pub address: String,
    /// Telephone with country code.
    pub telephone: String,
    /// Fax with country code.
    pub fax: String,
    /// E-mail address.
    pub email: String,
}

/// Box (b) 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderForm {
    /// Type of the decision.
    pub kind: String,
    /// Date of the decision.
    pub date: Option<DateForm>,
    /// National reference.
    pub reference: String,
    /// Court or authority.
    pub court: String,
}

/// Box (b) 2 with its (c) 2 and (d).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JudgmentForm {
    /// National reference.
    pub reference: String,
    /// Date of the judgment.
    pub date: Option<DateForm>,
    /// Court.
    pub court: String,
    /// European Case Law Identifier.
    pub ecli: String,
    /// Sentence or detention order imposed.
    pub imposed: Option<TermForm>,
    /// What remains to be served.
    pub remaining: Option<TermForm>,
    /// Box (d).
    pub trial: Option<TrialForm>,
}

/// A length of custody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TermForm {
    /// For life; the numbers are then zero.
    pub life: bool,
    /// Years.
    pub years: u32,
    /// Months.
    pub months: u32,
    /// Days.
    pub days: u32,
}

/// Box (d) for one judgment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrialForm {
    /// Points 1 and 2: whether the person appeared in person.
    pub appeared: Option<bool>,
    /// Point 3: what was ticked.
    pub absences: Vec<AbsenceForm>,
    /// Point 4: how the condition was met.
    pub how_met: String,
}

/// The boxes of point 3.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AbsencePoint {
    /// Nothing was ticked.
    #[default]
    NotGiven,
    /// 3.1a: summoned in person.
    SummonedInPerson,
    /// 3.1b: informed by other means.
    InformedOtherwise,
    /// 3.2: defended by a mandated counsellor.
    Defended,
    /// 3.3: served with the decision and told of a retrial.
    Served,
    /// 3.4: will be served after surrender.
    WillBeServed,
}

/// One ticked box of point 3.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AbsenceForm {
    /// Which box.
    pub point: AbsencePoint,
    /// Date of the summons (3.1a) or of service (3.3).
    pub date: Option<DateForm>,
    /// 3.3: the person stated that the decision is not contested.
    pub not_contested: bool,
    /// 3.3: no retrial or appeal was requested in time.
    pub not_requested: bool,
    /// 3.4: days to request a retrial or appeal.
    pub days: u32,
}

/// One offence of box (e).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OffenceForm {
    /// Circumstances.
    pub circumstances: String,
    /// When it was committed, or began.
    pub from: Option<DateForm>,
    /// When it ended.
    pub until: Option<DateForm>,
    /// Where it was committed.
    pub place: String,
    /// Degree of participation.
    pub participation: String,
    /// Nature and legal classification.
    pub classification: String,
    /// Statutory provision or code.
    pub provision: String,
    /// Section I: stable codes of the list categories.
    pub categories: Vec<String>,
    /// Section II: full description where no category covers it.
    pub description: String,
    /// Maximum penalty of this offence, box (c) 1.
    pub maximum: Option<TermForm>,
    /// The judgment this offence was decided in, counted from 1; 0 where none is named.
    pub judgment: u32,
}

/// Box (g).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PropertyForm {
    /// Property which may be required as evidence.
    pub evidence: bool,
    /// Property acquired as a result of the offence.
    pub proceeds: bool,
    /// What and where, if known.
    pub items: Vec<PropertyItemForm>,
}

/// One piece of property.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PropertyItemForm {
    /// Description.
    pub description: String,
    /// Location.
    pub location: String,
}

/// Box (h).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LifeForm {
    /// A review is possible, on request or at least after 20 years.
    pub review: bool,
    /// Clemency is possible.
    pub clemency: bool,
}

/// Box (i).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthorityForm {
    /// Issuing State, ISO 3166-1 alpha-2.
    pub country: String,
    /// Official name.
    pub name: String,
    /// Name of its representative.
    pub representative: String,
    /// Post held.
    pub post: String,
    /// File reference.
    pub file_reference: String,
    /// Address.
    pub address: String,
    /// Telephone with country code.
    pub telephone: String,
    /// Fax with country code.
    pub fax: String,
    /// E-mail address.
    pub email: String,
    /// Whom to contact for the surrender.
    pub contacts: Vec<ContactForm>,
    /// Central authority, where one is responsible.
    pub central: Option<CentralAuthorityForm>,
    /// Signature.
    pub signature: Option<SignatureForm>,
}

/// Box (i), central authority.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CentralAuthorityForm {
    /// Name of the central authority.
    pub name: String,
    /// Contact person and address.
    pub contact: Option<ContactForm>,
}

/// Box (i), signature.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignatureForm {
    /// Name.
    pub name: String,
    /// Post held.
    pub post: String,
    /// Date of issue.
    pub date: Option<DateForm>,
    /// Whether the official stamp was set.
    pub stamped: bool,
}
