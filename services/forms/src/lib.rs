//! Forms: what an instrument asks for in writing, one file each, and the list of them.
//!
//! Owns the check of every form over the bytes that its author wrote. It must not encode a form again: a field that only a
//! later release knows stays where it is. How a case goes on after its form is the table of its instrument.

pub mod case_notice;
mod category;
mod check;
mod context;
pub mod description;
pub mod eaw;
pub mod eio;
pub mod eio_interception_notice;
mod excerpt;
pub mod iceland_norway_warrant;
mod identity;
pub mod information_request;
mod office;
mod outline;
mod path;
pub mod sentence_recognition;
pub mod spontaneous;
mod subject;
pub mod tca_warrant;
mod warning;

use rogatory_domain::Faults;

pub use self::context::FormContext;
pub use self::excerpt::Excerpt;
pub use self::outline::Outline;
pub use self::warning::{WARNINGS_COUNT_MAX, Warnings};

use self::description::Description;

/// One form.
#[derive(Debug)]
pub struct FormDef {
    /// Code of the instrument it opens.
    pub instrument: &'static str,
    /// Full name of its protobuf message.
    pub message: &'static str,
    /// What it is to a person who fills it in; asked by [`FormDef::description`].
    pub describe: fn() -> &'static Description,
    /// What the machine of a case has to know of encoded bytes.
    pub outline: fn(&[u8]) -> Outline,
    /// What an agency may be told of it that is only informed; nothing of bytes that are no form.
    pub excerpt: fn(&[u8]) -> Excerpt,
    /// The newest edition of its rules, which the description is of.
    pub edition: u16,
    /// Finds everything in which encoded bytes break the rules of the form in an edition; where they break none, what somebody
    /// should look at again. Of an edition that is not known yet the newest rules are held.
    pub check: fn(&[u8], &FormContext) -> Result<Warnings, Faults>,
    /// An encoded form that keeps every rule, another one for each number. It describes nobody.
    pub sample: fn(u64) -> Vec<u8>,
    /// Agencies to which an example goes, in the order of the instrument's capacities.
    pub addressees: &'static [&'static str],
}

/// Agencies of the demonstration to which most examples go.
const DEMO: &[&str] = &["nl-om", "nl-politie"];

impl FormDef {
    /// What it is to a person who fills it in.
    #[must_use]
    pub fn description(&self) -> &'static Description {
        (self.describe)()
    }
}

/// The forms of this release.
pub const FORMS: &[FormDef] = &[
    eaw::FORM,
    information_request::FORM,
    spontaneous::FORM,
    eio::FORM,
    eio_interception_notice::FORM,
    case_notice::FORM,
    tca_warrant::FORM,
    iceland_norway_warrant::FORM,
    sentence_recognition::FORM,
];

/// The form of an instrument; `None` where this release has none.
#[must_use]
pub fn form_of(instrument: &str) -> Option<&'static FormDef> {
    FORMS.iter().find(|form| form.instrument == instrument)
}

/// What bytes that are no message of the form's type are told.
fn malformed() -> Faults {
    let mut faults = Faults::default();
    faults.push("", "malformed", "limit", "These bytes are no form of this instrument.");
    faults
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::INSTRUMENTS;

    use super::*;

    #[test]
    fn every_instrument_has_a_form_whose_samples_keep_its_rules() {
        for instrument in INSTRUMENTS {
            let form = form_of(instrument.code).expect("each has one");
            for number in 0..20 {
                for edition in 1..=form.edition {
                    let context = FormContext::without_parties(edition, jiff::civil::date(2026, 11, 29));
                    let found = (form.check)(&(form.sample)(number), &context);
                    assert_eq!(found, Ok(Warnings::default()), "{} {number} {edition}", form.instrument);
                }
            }
            assert_ne!((form.sample)(1), (form.sample)(2));
        }
        assert_eq!(
            FORMS.len(),
            INSTRUMENTS.iter().map(|one| one.code).collect::<std::collections::BTreeSet<_>>().len()
        );
    }

    #[test]
    fn bytes_that_are_no_form_have_one_fault() {
        for form in FORMS {
            let context = FormContext::without_parties(form.edition, jiff::civil::date(2026, 11, 29));
            let faults = (form.check)(&[0xff, 0xff], &context).unwrap_err();
            assert_eq!(faults.0.len(), 1);
            assert_eq!(faults.0[0].rule, "malformed");
        }
    }
}
