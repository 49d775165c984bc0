//! What in a profile contradicts itself, or cannot be so in any State. It must not judge whether a fact is right: that is for lawyers.

use super::{FACTS, Reader};
use crate::mark::Mark;
use crate::profile::fault::Wrong;
use crate::profile::language::is_language_code;
use crate::profile::{Appeal, EffectDays, Marked, StateProfile};

/// How many of its days or hours any time of a profile may have.
const LENGTH_MAX: u16 = 366;
/// Years of age at which everybody is responsible everywhere.
const AGE_MAX: u8 = 18;

/// Adds a fault for everything in a profile that contradicts something else in it.
pub(super) fn contradictions(reader: &mut Reader<'_>, path: &str, profile: &StateProfile) {
    let mut fault = |field: &str, wrong| reader.fault(format!("{path}.{field}"), wrong);
    if profile.edition == 0 {
        fault("edition", Wrong::EditionZero);
    }
    if profile.until.is_some_and(|until| until < profile.from) {
        fault("until", Wrong::UntilBeforeFrom);
    }
    times(&mut fault, profile);
    persons(&mut fault, profile);
    unknown(&mut fault, profile);
}

/// Times that last longer than they can, or are of something that the profile does not have.
fn times(fault: &mut impl FnMut(&str, Wrong), profile: &StateProfile) {
    if profile.appeal.value == Appeal::None && profile.appeal_days.is_some() {
        fault("appeal_days", Wrong::TimeForNoAppeal);
    }
    let extension = profile.extension.value;
    if extension.is_repeated && extension.days == 0 {
        fault("extension", Wrong::RepeatsNothing);
    }
    if extension.days > LENGTH_MAX {
        fault("extension", Wrong::LengthOutside);
    }
    if !extension.is_repeated && profile.rights_extension_days.is_some() {
        fault("rights_extension_days", Wrong::RepeatsNothing);
    }
    let plain = [
        ("appeal_days", &profile.appeal_days),
        ("rights_extension_days", &profile.rights_extension_days),
        ("surrender_extension_days", &profile.surrender_extension_days),
    ];
    for (field, _) in plain.iter().filter(|(_, days)| is_outside(days.as_ref())) {
        fault(field, Wrong::LengthOutside);
    }
    let by_consent = [
        ("first_instance_days", profile.first_instance_days.as_ref()),
        ("takes_effect_after", Some(&profile.takes_effect_after)),
    ];
    for (field, marked) in by_consent {
        let Some(&Marked { value: EffectDays { days, days_with_consent }, .. }) = marked else { continue };
        if days_with_consent > days {
            fault(field, Wrong::LongerWithConsent);
        }
        if days > LENGTH_MAX {
            fault(field, Wrong::LengthOutside);
        }
    }
    let custody = profile.arrest_without_warrant.as_ref();
    if custody.is_some_and(|custody| !(1..=LENGTH_MAX).contains(&custody.value.length)) {
        fault("arrest_without_warrant", Wrong::LengthOutside);
    }
}

fn is_outside(days: Option<&Marked<u16>>) -> bool {
    days.is_some_and(|days| !(1..=LENGTH_MAX).contains(&days.value))
}

/// Who is too young, and in what one may write.
fn persons(fault: &mut impl FnMut(&str, Wrong), profile: &StateProfile) {
    let age = profile.age_of_responsibility.value;
    if !(1..=AGE_MAX).contains(&age) {
        fault("age_of_responsibility", Wrong::AgeOutside);
    }
    if let Some(lower) = &profile.age_for_some_offences {
        if lower.value == 0 {
            fault("age_for_some_offences", Wrong::AgeOutside);
        }
        if lower.value >= age {
            fault("age_for_some_offences", Wrong::AgeNotLower);
        }
    }
    lists(fault, profile);
}

fn lists(fault: &mut impl FnMut(&str, Wrong), profile: &StateProfile) {
    let languages = &profile.languages.value;
    let authorities = profile.executing_authorities.as_ref().map(|it| it.value.as_slice());
    for (name, list) in [("executing_authorities", authorities), ("languages", Some(languages.as_slice()))] {
        let Some(list) = list else { continue };
        if list.is_empty() {
            fault(&format!("{name}.value"), Wrong::Missing);
        }
        for (at, item) in list.iter().enumerate() {
            let field = format!("{name}.value[{at}]");
            if item.trim().is_empty() {
                fault(&field, Wrong::Missing);
            } else if list[..at].contains(item) {
                fault(&field, Wrong::Twice);
            }
        }
    }
    for (at, _) in languages.iter().enumerate().filter(|(_, language)| !is_language_code(language)) {
        fault(&format!("languages.value[{at}]"), Wrong::NotALanguage);
    }
}

/// The list of what is unknown names facts, and has all that the profile itself says it does not know.
fn unknown(fault: &mut impl FnMut(&str, Wrong), profile: &StateProfile) {
    let named = |entry: &str| entry.split(':').next().unwrap_or_default().to_owned();
    let rows = profile.rows();
    for (at, entry) in profile.unknown.iter().enumerate() {
        let field = format!("unknown[{at}]");
        let fact = named(entry);
        let is_read = rows.iter().any(|row| row.fact == fact && row.mark != Mark::Own);
        if !FACTS.contains(&fact.as_str()) {
            fault(&field, Wrong::NotAFact);
        } else if profile.unknown[..at].contains(entry) {
            fault(&field, Wrong::Twice);
        } else if is_read && fact == *entry {
            fault(&field, Wrong::UnknownButRead);
        }
    }
    let says_so = rows.iter().filter(|row| row.value == "unknown").map(|row| row.fact);
    let missing = ["executing_authorities", "arrest_without_warrant"];
    let missing = missing.into_iter().filter(|name| rows.iter().all(|row| row.fact != *name));
    for name in says_so.chain(missing) {
        if !profile.unknown.iter().any(|entry| named(entry) == name) {
            fault(name, Wrong::UnknownNotListed);
        }
    }
}
