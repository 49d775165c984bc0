//! Box (a): the identity of the requested person.

use super::authority::Contact;
use super::check::{Check, Path, blank};
use super::form::{BiometricForm, BiometricKind, NameForm, PersonForm, Sex};
use super::value::{Language, NonEmpty, PartialDate, Text};
use crate::id::Country;
use crate::limits;

const BOX: &str = "Art. 8(1)(a), box (a)";

/// A name as written, and in Latin letters where it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// As written by the issuing authority.
    pub original: Text,
    /// In Latin letters.
    pub transliteration: Option<Text>,
}

/// A nationality, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nationality {
    /// Of this country.
    Country(Country),
    /// Of no country.
    Stateless,
    /// Not known.
    Unknown,
}

/// One attached photo, set of fingerprints or profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Biometric {
    /// What it is; never `NotGiven`.
    pub kind: BiometricKind,
    /// Name of the attachment that carries it.
    pub attachment: Text,
}

/// The requested person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Surnames.
    pub names: NonEmpty<Name>,
    /// Forenames.
    pub forenames: NonEmpty<Name>,
    /// Maiden name.
    pub maiden_name: Option<Text>,
    /// Aliases.
    pub aliases: Vec<Text>,
    /// Sex; never `NotGiven`.
    pub sex: Sex,
    /// Nationalities.
    pub nationalities: NonEmpty<Nationality>,
    /// Date of birth, partial where it must be.
    pub born: PartialDate,
    /// Place of birth.
    pub birth_place: Option<Text>,
    /// Residence or known addresses.
    pub addresses: Vec<Text>,
    /// Languages the person understands.
    pub languages: Vec<Language>,
    /// Distinctive marks, description.
    pub description: Option<Text>,
    /// Attached photo, fingerprints, profile.
    pub biometrics: Vec<Biometric>,
    /// Whom to ask for them.
    pub identification_contact: Option<Contact>,
}

impl Person {
    pub(super) fn parse(
        check: &mut Check,
        at: Path<'_>,
        form: PersonForm,
        issued: Option<jiff::civil::Date>,
    ) -> Option<Self> {
        let names = check.some(at, "names", (form.names, limits::LIST_ITEMS, BOX), name);
        let forenames = check.some(at, "forenames", (form.forenames, limits::LIST_ITEMS, BOX), name);
        let maiden_name = check.maybe_line(at.field("maiden_name"), form.maiden_name, BOX);
        let aliases = check.lines(at, "aliases", form.aliases, BOX);
        if form.sex == Sex::NotGiven {
            check.missing::<()>(at.field("sex"), "box (a)");
        }
        let nationalities = check.some(
            at,
            "nationalities",
            (form.nationalities, limits::LIST_ITEMS, BOX),
            |check, at, text: String| nationality(check, at, &text),
        );
        let born_at = at.field("born");
        let born = match form.born {
            None => check.missing(born_at, "box (a)"),
            given => check.date(born_at, given, "box (a)"),
        };
        check.not_after(born_at, born.map(PartialDate::earliest), issued, "box (a)");
        let birth_place = check.maybe_line(at.field("birth_place"), form.birth_place, BOX);
        let addresses = check.lines(at, "addresses", form.addresses, BOX);
        let languages = check.list(at, "languages", (form.languages, limits::LIST_ITEMS), |c, at, tag| {
            c.language(at, tag, BOX)
        });
        let description = check.maybe_text(at.field("description"), form.description, BOX);
        let biometrics = check.list(at, "biometrics", (form.biometrics, limits::LIST_ITEMS), biometric);
        let identification_contact = form
            .identification_contact
            .and_then(|contact| Contact::parse(check, at.field("identification_contact"), contact));
        Some(Self {
            names: names?,
            forenames: forenames?,
            maiden_name,
            aliases,
            sex: form.sex,
            nationalities: nationalities?,
            born: born?,
            birth_place,
            addresses,
            languages,
            description,
            biometrics,
            identification_contact,
        })
    }
}

fn name(check: &mut Check, at: Path<'_>, form: NameForm) -> Option<Name> {
    let original = check.line(at.field("original"), form.original, BOX);
    let transliteration = if blank(&form.transliteration) {
        None
    } else if form.transliteration.chars().all(|c| c <= '\u{24F}' || !c.is_alphabetic()) {
        check.line(at.field("transliteration"), form.transliteration, BOX)
    } else {
        check.fault(at.field("transliteration"), "not_latin", BOX, "A transliteration is in Latin letters.")
    };
    Some(Name { original: original?, transliteration })
}

fn nationality(check: &mut Check, at: Path<'_>, text: &str) -> Option<Nationality> {
    match text {
        "stateless" => Some(Nationality::Stateless),
        "unknown" => Some(Nationality::Unknown),
        code => code.parse().map(Nationality::Country).ok().or_else(|| {
            check.fault(at, "not_a_country", BOX, "Give an ISO 3166-1 code, stateless or unknown.")
        }),
    }
}

fn biometric(check: &mut Check, at: Path<'_>, form: BiometricForm) -> Option<Biometric> {
    if form.kind == BiometricKind::NotGiven {
        check.missing::<()>(at.field("kind"), "box (a)");
    }
    let attachment = check.line(at.field("attachment"), form.attachment, "box (a)");
    Some(Biometric { kind: form.kind, attachment: attachment? })
}
