//! The list categories of Art. 2(2), with this act's words for fraud, and how edition 1 wrote them. It must not know where on the form
//! a category is ticked.

use crate::category::categories;
use crate::description::Choice;

/// Every category.
pub(super) const CATEGORIES: &[Choice] = &categories(
    "fraud, including that affecting the financial interests of the European Communities within the meaning \
         of the Convention of 26 July 1995 on the protection of the European Communities' financial interests",
);

/// A code of the list, and how edition 1 writes it; later editions read both.
const RENAMED: (&str, &str) =
    ("FacilitationOfUnauthorisedEntryAndResidence", "FacilitationOfUnauthorisedEntry");

/// Whether a code is one of the list in an edition.
pub(super) fn is_listed(code: &str, edition: u16) -> bool {
    let (official, former) = RENAMED;
    let is_official = CATEGORIES.iter().any(|category| category.code == code);
    code == former || is_official && (edition >= 2 || code != official)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn categories_have_one_code_and_one_label_each() {
        let codes: BTreeSet<_> = CATEGORIES.iter().map(|category| category.code).collect();
        let labels: BTreeSet<_> = CATEGORIES.iter().map(|category| category.label).collect();
        assert_eq!((CATEGORIES.len(), codes.len(), labels.len()), (32, 32, 32));
        assert!(codes.into_iter().all(|code| is_listed(code, 2)) && !is_listed("terrorism", 2));
    }

    #[test]
    fn the_code_that_was_renamed_is_read_in_both_spellings_and_by_edition_1_in_its_own() {
        let (official, former) = RENAMED;
        assert!(is_listed(official, 2) && is_listed(former, 2));
        assert!(!is_listed(official, 1) && is_listed(former, 1));
    }
}
