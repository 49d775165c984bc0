//! The words of one question, and what an answer to it says. It must not look at any other.

use rogatory_forms::description::{Field, FormBox, Kind, Required};
use serde_json::Value;

use super::terminal::chosen;
use crate::referral::shape::numbers;

/// The heading of a box.
pub(super) fn heading(form_box: &FormBox) -> String {
    if form_box.code.is_empty() {
        form_box.title.to_owned()
    } else {
        format!("({}) {}", form_box.code, form_box.title)
    }
}

/// What an answer says; `None` where it cannot be read as this kind.
pub(super) fn value(kind: Kind, answer: &str) -> Option<Value> {
    Some(match kind {
        Kind::Number { min, max } => {
            answer.parse::<u32>().ok().filter(|number| (min..=max).contains(number))?.into()
        }
        Kind::Flag => match answer.to_lowercase().as_str() {
            "y" | "yes" | "true" => true.into(),
            "n" | "no" | "false" => false.into(),
            _ => return None,
        },
        Kind::Code(choices) | Kind::Enum { choices, .. } => chosen(answer, choices)?.into(),
        Kind::Date { whole } => {
            let known = numbers(answer)?.len();
            (known == 3 || !whole).then(|| answer.into())?
        }
        _ => answer.into(),
    })
}

/// What has to be given, in words.
pub(super) fn expected(kind: Kind) -> String {
    match kind {
        Kind::Line => "one line".to_owned(),
        Kind::Text => "a text; a line with a single dot ends it".to_owned(),
        Kind::Language => "a language tag such as fr".to_owned(),
        Kind::Country => "a State such as FR".to_owned(),
        Kind::Pattern { what, example } => format!("{what} such as {example}"),
        Kind::Date { whole: true } => "a date such as 1980-05-06".to_owned(),
        Kind::Date { whole: false } => "a date such as 1980-05-06, or 1980-05, or 1980".to_owned(),
        Kind::Number { min, max } => format!("a number from {min} to {max}"),
        Kind::Flag => "y or n".to_owned(),
        Kind::Code(_) | Kind::Enum { .. } => "one of these, or its number".to_owned(),
        Kind::Group(_) => "its parts".to_owned(),
    }
}

/// What is asked, by what words, and whether it may be left out.
pub(super) fn prompt(known: &Field) -> String {
    let needed = match known.required {
        Required::Always => "required".to_owned(),
        Required::When(condition) => format!("required {condition}"),
        Required::No => "may be left out".to_owned(),
    };
    let article = if known.article.is_empty() { String::new() } else { format!(" [{}]", known.article) };
    match known.kind {
        Kind::Group(_) => format!("{}{article} ({needed})", known.label),
        kind => format!("{}{article}: {} ({needed})", known.label, expected(kind)),
    }
}
