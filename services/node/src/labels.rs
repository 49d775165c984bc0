//! Labels and links of an opening as a case system gives them. It must not enforce a label; whoever acts on a referral does.

use rogatory_domain::fault::Faults;
use rogatory_domain::text::is_line;
use rogatory_domain::{Handling, ReferralId};
use rogatory_message::{HANDLING_COUNT_MAX, LABEL_BYTES_MAX, LINKS_COUNT_MAX, Labels, Link, Relation};
use rogatory_wire::pb::types::v1 as types;

/// What the recipients may do with a referral; every fault is reported.
pub(crate) fn parse_labels(given: Option<&types::Labels>, faults: &mut Faults) -> Labels {
    let Some(given) = given else { return Labels::default() };
    for (field, text) in [("classification", &given.classification), ("purpose", &given.purpose)] {
        if text.len() > LABEL_BYTES_MAX || !is_line(text) {
            let text = format!("at most {LABEL_BYTES_MAX} bytes on one line");
            faults.push(format!("labels.{field}"), "value", "", &text);
        }
    }
    let mut handling = Vec::new();
    for (at, code) in given.handling.iter().take(HANDLING_COUNT_MAX + 1).enumerate() {
        let known = Handling::ALL.into_iter().find(|known| known.as_str() == code);
        match known {
            None => {
                let codes = Handling::ALL.map(Handling::as_str).join(", ");
                faults.push(format!("labels.handling[{at}]"), "value", "", &format!("one of {codes}"));
            }
            Some(known) if handling.contains(&known) => {
                faults.push(format!("labels.handling[{at}]"), "once", "", "a handling code is given once");
            }
            Some(known) => handling.push(known),
        }
    }
    if given.handling.len() > HANDLING_COUNT_MAX {
        faults.push("labels.handling", "count", "", &format!("at most {HANDLING_COUNT_MAX} handling codes"));
    }
    Labels { handling, classification: given.classification.clone(), purpose: given.purpose.clone() }
}

/// What a referral stands in relation to; every fault is reported. Whether this node knows the other referral is not asked: it
/// may be another agency's.
pub(crate) fn parse_links(given: &[types::Link], faults: &mut Faults) -> Vec<Link> {
    if given.len() > LINKS_COUNT_MAX {
        faults.push("links", "count", "", &format!("at most {LINKS_COUNT_MAX} links"));
        return Vec::new();
    }
    let mut links = Vec::with_capacity(given.len());
    for (at, link) in given.iter().enumerate() {
        let relation = Relation::from_code(&link.relation);
        if relation.is_none() {
            let codes = Relation::ALL.map(Relation::code).join(", ");
            faults.push(format!("links[{at}].relation"), "value", "", &format!("one of {codes}"));
        }
        let referral = link.referral_id.parse::<ReferralId>().ok();
        if referral.is_none() {
            faults.push(format!("links[{at}].referral_id"), "form", "", "not the form of a referral id");
        }
        links.extend(relation.zip(referral).map(|(relation, referral)| Link { relation, referral }));
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(faults: &Faults) -> Vec<&str> {
        faults.iter().map(|fault| fault.field.as_str()).collect()
    }

    #[test]
    fn every_label_that_is_wrong_is_named() {
        let mut faults = Faults::default();
        let handling = ["H1", "H1", "H9"].map(str::to_owned).to_vec();
        let given = types::Labels { handling, classification: "a\nb".into(), purpose: "x".repeat(65) };
        parse_labels(Some(&given), &mut faults);
        let expected =
            ["labels.classification", "labels.purpose", "labels.handling[1]", "labels.handling[2]"];
        assert_eq!(fields(&faults), expected);
        let mut faults = Faults::default();
        let given = types::Labels { handling: vec!["H1".into(), "H3".into()], ..types::Labels::default() };
        let labels = parse_labels(Some(&given), &mut faults);
        assert_eq!((labels.handling, faults.is_empty()), (vec![Handling::H1, Handling::H3], true));
    }

    #[test]
    fn every_link_that_is_wrong_is_named() {
        let link =
            |relation: &str, id: &str| types::Link { relation: relation.into(), referral_id: id.into() };
        let id = "0192f0a0-0000-7000-8000-000000000001";
        let mut faults = Faults::default();
        let links = parse_links(&[link("follows", id), link("near", id), link("part_of", "x")], &mut faults);
        assert_eq!(links.len(), 1);
        assert_eq!(fields(&faults), ["links[1].relation", "links[2].referral_id"]);
        let mut faults = Faults::default();
        parse_links(&vec![link("follows", id); LINKS_COUNT_MAX + 1], &mut faults);
        assert_eq!(fields(&faults), ["links"]);
    }
}
