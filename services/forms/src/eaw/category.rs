//! The 32 list categories of Art. 2(2), in its order: a stable code and the official words.
//!
//! Owns the list. It must not know where on the form a category is ticked.

use crate::description::{Choice, choice};

/// Every category.
pub(super) const CATEGORIES: &[Choice] = &[
    choice("ParticipationInACriminalOrganisation", "participation in a criminal organisation"),
    choice("Terrorism", "terrorism"),
    choice("TraffickingInHumanBeings", "trafficking in human beings"),
    choice("SexualExploitationOfChildren", "sexual exploitation of children and child pornography"),
    choice(
        "IllicitTraffickingInNarcoticDrugs",
        "illicit trafficking in narcotic drugs and psychotropic substances",
    ),
    choice("IllicitTraffickingInWeapons", "illicit trafficking in weapons, munitions and explosives"),
    choice("Corruption", "corruption"),
    choice(
        "Fraud",
        "fraud, including that affecting the financial interests of the European Communities within the meaning \
         of the Convention of 26 July 1995 on the protection of the European Communities' financial interests",
    ),
    choice("LaunderingOfTheProceedsOfCrime", "laundering of the proceeds of crime"),
    choice("CounterfeitingCurrency", "counterfeiting currency, including of the euro"),
    choice("ComputerRelatedCrime", "computer-related crime"),
    choice(
        "EnvironmentalCrime",
        "environmental crime, including illicit trafficking in endangered animal species and in endangered plant \
         species and varieties",
    ),
    choice("FacilitationOfUnauthorisedEntry", "facilitation of unauthorised entry and residence"),
    choice("Murder", "murder, grievous bodily injury"),
    choice("IllicitTradeInHumanOrgans", "illicit trade in human organs and tissue"),
    choice("Kidnapping", "kidnapping, illegal restraint and hostage-taking"),
    choice("Racism", "racism and xenophobia"),
    choice("OrganisedRobbery", "organised or armed robbery"),
    choice(
        "IllicitTraffickingInCulturalGoods",
        "illicit trafficking in cultural goods, including antiques and works of art",
    ),
    choice("Swindling", "swindling"),
    choice("Racketeering", "racketeering and extortion"),
    choice("CounterfeitingAndPiracyOfProducts", "counterfeiting and piracy of products"),
    choice("ForgeryOfAdministrativeDocuments", "forgery of administrative documents and trafficking therein"),
    choice("ForgeryOfMeansOfPayment", "forgery of means of payment"),
    choice(
        "IllicitTraffickingInHormonalSubstances",
        "illicit trafficking in hormonal substances and other growth promoters",
    ),
    choice("IllicitTraffickingInNuclearMaterials", "illicit trafficking in nuclear or radioactive materials"),
    choice("TraffickingInStolenVehicles", "trafficking in stolen vehicles"),
    choice("Rape", "rape"),
    choice("Arson", "arson"),
    choice(
        "CrimesWithinTheJurisdiction",
        "crimes within the jurisdiction of the International Criminal Court",
    ),
    choice("UnlawfulSeizureOfAircraftShips", "unlawful seizure of aircraft/ships"),
    choice("Sabotage", "sabotage"),
];

/// Whether a code is one of the list.
pub(super) fn is_listed(code: &str) -> bool {
    CATEGORIES.iter().any(|category| category.code == code)
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
        assert!(codes.into_iter().all(is_listed) && !is_listed("terrorism"));
    }
}
