//! The form of the European Arrest Warrant, between its generated and its domain type: moves only, nothing is checked here.
//!
//! An enum number this release does not know becomes "not given", which the domain's parser then reports.

mod description;

use prost::Message as _;
use rogatory_domain::Faults;
use rogatory_domain::eaw::{self, Warrant};
use rogatory_wire::pb::types::v1 as pb;

use crate::{FormDef, malformed};

/// The form.
pub(crate) const FORM: FormDef = FormDef {
    instrument: "eaw",
    message: "rogatory.types.v1.WarrantForm",
    description: &description::DESCRIPTION,
    check,
    sample,
};

fn check(bytes: &[u8]) -> Result<(), Faults> {
    let form = pb::WarrantForm::decode(bytes).map_err(|_| malformed())?;
    Warrant::parse(form.mirror()).map(drop)
}

fn sample(number: u64) -> Vec<u8> {
    encoded(eaw::sample(number))
}

/// The bytes of a form.
#[must_use]
pub fn encoded(form: eaw::Form) -> Vec<u8> {
    let form: pb::WarrantForm = form.mirror();
    form.encode_to_vec()
}

/// Reads a form for whoever looks into it; `None` where the bytes are none.
#[must_use]
pub fn decoded(bytes: &[u8]) -> Option<eaw::Form> {
    pb::WarrantForm::decode(bytes).ok().map(Mirror::mirror)
}

/// A value moved to its mirror image.
trait Mirror<T> {
    fn mirror(self) -> T;
}

macro_rules! same {
    ($($plain:ty),+) => { $(impl Mirror<$plain> for $plain { fn mirror(self) -> $plain { self } })+ };
}

same!(String, u32, bool);

impl<A: Mirror<B>, B> Mirror<Vec<B>> for Vec<A> {
    fn mirror(self) -> Vec<B> {
        self.into_iter().map(Mirror::mirror).collect()
    }
}

impl<A: Mirror<B>, B> Mirror<Option<B>> for Option<A> {
    fn mirror(self) -> Option<B> {
        self.map(Mirror::mirror)
    }
}

macro_rules! structs {
    ($($wire:ident = $form:ident { $($field:ident),+ })+) => {
        $(
            impl Mirror<eaw::$form> for pb::$wire {
                fn mirror(self) -> eaw::$form {
                    eaw::$form { $($field: self.$field.mirror(),)+ }
                }
            }
            impl Mirror<pb::$wire> for eaw::$form {
                fn mirror(self) -> pb::$wire {
                    pb::$wire { $($field: self.$field.mirror(),)+ }
                }
            }
        )+
    };
}

macro_rules! enums {
    ($($name:ident { $($variant:ident),+ })+) => {
        $(
            impl Mirror<eaw::$name> for i32 {
                fn mirror(self) -> eaw::$name {
                    match pb::$name::try_from(self) {
                        $(Ok(pb::$name::$variant) => eaw::$name::$variant,)+
                        Ok(pb::$name::Unspecified) | Err(_) => eaw::$name::NotGiven,
                    }
                }
            }
            impl Mirror<i32> for eaw::$name {
                fn mirror(self) -> i32 {
                    let wire = match self {
                        eaw::$name::NotGiven => pb::$name::Unspecified,
                        $(eaw::$name::$variant => pb::$name::$variant,)+
                    };
                    wire.into()
                }
            }
        )+
    };
}

enums! {
    Sex { Male, Female, Other, Unknown }
    BiometricKind { Photo, Fingerprints, DnaProfile }
    AbsencePoint { SummonedInPerson, InformedOtherwise, Defended, Served, WillBeServed }
}

structs! {
    WarrantForm = Form {
        language, translations, person, orders, judgments, maximum, offence_total, offences, categories,
        other_circumstances, property, life, authority
    }
    PersonName = NameForm { original, transliteration }
    PartialDate = DateForm { year, month, day }
    WarrantPerson = PersonForm {
        names, forenames, maiden_name, aliases, sex, nationalities, born, birth_place, addresses, languages,
        description, biometrics, identification_contact
    }
    Biometric = BiometricForm { kind, attachment }
    Contact = ContactForm { name, address, telephone, fax, email }
    WarrantOrder = OrderForm { kind, date, reference, court }
    WarrantJudgment = JudgmentForm { reference, date, court, ecli, imposed, remaining, trial }
    Term = TermForm { life, years, months, days }
    WarrantTrial = TrialForm { appeared, absences, how_met }
    WarrantAbsence = AbsenceForm { point, date, not_contested, not_requested, days }
    WarrantOffence = OffenceForm {
        circumstances, from, until, place, participation, classification, provision, categories, description,
        maximum, judgment
    }
    WarrantProperty = PropertyForm { evidence, proceeds, items }
    PropertyItem = PropertyItemForm { description, location }
    WarrantLife = LifeForm { review, clemency }
    WarrantAuthority = AuthorityForm {
        country, name, representative, post, file_reference, address, telephone, fax, email, contacts, central,
        signature
    }
    CentralAuthority = CentralAuthorityForm { name, contact }
    WarrantSignature = SignatureForm { name, post, date, stamped }
}

#[cfg(test)]
mod tests {
    use rogatory_domain::eaw::sample;

    use super::*;

    #[test]
    fn a_form_survives_the_wire_unchanged() {
        for n in 0..50 {
            let form = decoded(&encoded(sample(n))).unwrap();
            assert_eq!(form, sample(n));
            assert!(Warrant::parse(form).is_ok());
        }
    }

    #[test]
    fn a_usual_warrant_is_about_two_kibibytes() {
        let size = encoded(sample(1)).len();
        assert!((1800..2400).contains(&size), "{size} bytes");
    }

    #[test]
    fn an_unknown_enum_number_is_reported_by_the_parser() {
        let mut wire: pb::WarrantForm = sample(1).mirror();
        if let Some(person) = &mut wire.person {
            person.sex = 99;
        }
        let faults = check(&wire.encode_to_vec()).unwrap_err();
        assert_eq!(faults.0[0].field, "person.sex");
    }

    #[test]
    fn a_field_of_a_later_release_is_no_fault() {
        let mut bytes = encoded(sample(1));
        // Field 2,000, a text of one byte.
        bytes.extend([0x82, 0x7d, 1, b'x']);
        assert_eq!(check(&bytes), Ok(()));
    }
}
