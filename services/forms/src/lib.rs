//! Forms: what an instrument asks for in writing, one file each, and the list of them.
//!
//! Owns the check of every form over the bytes that its author wrote. It must not encode a form again: a field that only a
//! later release knows stays where it is. How a case goes on after its form is the table of its instrument.

mod check;
pub mod description;
pub mod eaw;
pub mod information_request;
mod path;
pub mod spontaneous;
mod subject;

use rogatory_domain::Faults;

use self::description::Description;

/// One form.
#[derive(Debug)]
pub struct FormDef {
    /// Code of the instrument it opens.
    pub instrument: &'static str,
    /// Full name of its protobuf message.
    pub message: &'static str,
    /// What it is to a person who fills it in.
    pub description: &'static Description,
    /// Finds everything in which encoded bytes break the rules of the form.
    pub check: fn(&[u8]) -> Result<(), Faults>,
    /// An encoded form that keeps every rule, another one for each number. It describes nobody.
    pub sample: fn(u64) -> Vec<u8>,
}

/// The forms of this release.
pub const FORMS: &[FormDef] = &[eaw::FORM, information_request::FORM, spontaneous::FORM];

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
                assert_eq!((form.check)(&(form.sample)(number)), Ok(()), "{} {number}", form.instrument);
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
            let faults = (form.check)(&[0xff, 0xff]).unwrap_err();
            assert_eq!(faults.0.len(), 1);
            assert_eq!(faults.0[0].rule, "malformed");
        }
    }
}
