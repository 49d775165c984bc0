//! The European Arrest Warrant: the raw form (boxes a to i) and the warrant parsed from it.
//! Owns the rules of the form (FD 2002/584/JHA, Annex); must not know how a form travels or is stored.

mod authority;
mod basis;
mod category;
mod check;
mod form;
mod offence;
mod person;
mod sample;
#[cfg(test)]
mod tests;
mod value;
mod warrant;

pub use authority::{CentralAuthority, Contact, Issuer, Signature};
pub use basis::{Absence, Basis, Judgment, Order, Prosecution, Purpose, Reaction, Trial};
pub use category::{CATEGORIES, Category};
pub use form::{
    AbsenceForm, AbsencePoint, AuthorityForm, BiometricForm, BiometricKind, CentralAuthorityForm,
    ContactForm, DateForm, Form, JudgmentForm, LifeForm, NameForm, OffenceForm, OrderForm, PersonForm,
    PropertyForm, PropertyItemForm, Sex, SignatureForm, TermForm, TrialForm,
};
pub use offence::Offence;
pub use person::{Biometric, Name, Nationality, Person};
pub use sample::sample;
pub use value::{Ecli, Language, NonEmpty, PartialDate, Term, Text};
pub use warrant::{LifeGuarantee, Property, PropertyItem, Warrant};
