//! Short ids: the end of an id stands for all of it where no other ends so. It must not guess between two.

use std::collections::BTreeSet;

use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::{Assertion, Casework};

use super::pages;
use crate::failure::Misuse;

/// Digits that a short id has at least: among a million referrals, one in some four thousand ends like another.
const DIGITS_MIN: usize = 8;

/// Digits of a whole id.
const DIGITS: usize = 32;

/// Ids that are named where several end alike.
const NAMED_COUNT: usize = 5;

/// The short form of an id.
pub(crate) fn of(id: &str) -> &str {
    id.len().checked_sub(DIGITS_MIN).and_then(|from| id.get(from..)).unwrap_or(id)
}

/// Whether this is the end of an id, and not all of it.
pub(super) fn is_short(written: &str) -> bool {
    digits(written).is_some()
}

/// The whole id of what a person wrote. What is no short id is left as it is, for the node to judge.
pub(super) async fn whole(
    casework: &Casework,
    written: &str,
    assertion: Assertion,
) -> anyhow::Result<String> {
    long_enough(written)?;
    let Some(end) = digits(written) else { return Ok(written.to_owned()) };
    let ids = ending(casework, &end, assertion, |referral| referral.referral_id).await?;
    Ok(only("referral of this node", written, ids)?)
}

/// The whole id of a request whose referrals went to several States.
pub(super) async fn whole_request(
    casework: &Casework,
    written: &str,
    assertion: Assertion,
) -> anyhow::Result<String> {
    if !written.is_empty() {
        long_enough(written)?;
    }
    let Some(end) = digits(written) else { return Ok(written.to_owned()) };
    let ids = ending(casework, &end, assertion, |referral| referral.part_of).await?;
    Ok(only("request of this node", written, ids)?)
}

/// The ids of referrals, or of what they are part of, that end so; each once.
async fn ending(
    casework: &Casework,
    end: &str,
    assertion: Assertion,
    id_of: fn(pb::Referral) -> String,
) -> anyhow::Result<Vec<String>> {
    let mut ids = BTreeSet::new();
    let asked = pb::ListRequest { assertion: Some(assertion), ..pb::ListRequest::default() };
    pages::each(casework, &asked, usize::MAX, |referral| {
        ids.extend(Some(id_of(referral)).filter(|id| digits_of(id).ends_with(end)));
        Ok(())
    })
    .await?;
    Ok(ids.into_iter().collect())
}

/// The whole ids of messages of one referral; reading which it has is on the record, and happens only where one is short.
pub(super) async fn whole_messages<'a>(
    casework: &Casework,
    referral: &str,
    written: impl Iterator<Item = &'a mut String>,
    assertion: Assertion,
) -> anyhow::Result<()> {
    let mut known: Option<Vec<String>> = None;
    for one in written {
        long_enough(one)?;
        let Some(end) = digits(one) else { continue };
        let ids = match known.take() {
            Some(ids) => ids,
            None => {
                let messages = casework.get(referral, assertion.clone()).await?.messages;
                messages.into_iter().map(|message| message.message_id).collect()
            }
        };
        let ending = ids.iter().filter(|id| digits_of(id).ends_with(&end)).cloned().collect();
        *one = only("message of this referral", one, ending)?;
        known = Some(ids);
    }
    Ok(())
}

/// Refuses the end of an id that is too short to be looked for.
fn long_enough(written: &str) -> Result<(), Misuse> {
    let digits = digits_of(written);
    if digits.len() >= DIGITS_MIN || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(Misuse(format!("{written} is too short: give the last {DIGITS_MIN} digits of the id, or more")))
}

/// The digits of a short id; none where this is a whole id, or none at all.
fn digits(written: &str) -> Option<String> {
    let digits = digits_of(written);
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    (is_hex && (DIGITS_MIN..DIGITS).contains(&digits.len())).then_some(digits)
}

fn digits_of(id: &str) -> String {
    id.replace('-', "").to_lowercase()
}

fn only(what: &str, written: &str, mut ids: Vec<String>) -> Result<String, Misuse> {
    match ids.len() {
        1 => Ok(ids.remove(0)),
        0 => Err(Misuse(format!("the id of no {what} ends in {written}"))),
        count => {
            ids.truncate(NAMED_COUNT);
            let some = if count > NAMED_COUNT { ", and others" } else { "" };
            Err(Misuse(format!("more than one {what} ends in {written}: {}{some}", ids.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0192f0a0-0000-7000-8000-0000deadbeef";

    #[test]
    fn the_end_of_an_id_is_short_and_a_whole_one_or_a_word_is_not() {
        assert_eq!(of(ID), "deadbeef");
        assert_eq!(digits("DEADBEEF").as_deref(), Some("deadbeef"));
        assert_eq!(digits("8000-0000deadbeef").as_deref(), Some("80000000deadbeef"));
        for other in [ID, "beef", "registered", "id"] {
            assert_eq!(digits(other), None, "{other}");
        }
        for (written, is_enough) in [("1eadbee", false), ("deadbeef", true), ("registered", true), (ID, true)]
        {
            assert_eq!(long_enough(written).is_ok(), is_enough, "{written}");
        }
    }

    #[test]
    fn an_end_that_none_or_several_have_is_refused() {
        let two = vec![ID.to_owned(), ID.replace('2', "3")];
        assert_eq!(only("referral", "deadbeef", vec![ID.to_owned()]).unwrap(), ID);
        assert!(
            only("referral", "deadbeef", two)
                .unwrap_err()
                .to_string()
                .starts_with("more than one referral ends in deadbeef: ")
        );
        assert!(only("referral", "deadbeef", Vec::new()).unwrap_err().to_string().contains("of no referral"));
    }
}
