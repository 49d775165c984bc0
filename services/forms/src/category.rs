//! The 32 categories of offences that the acts of mutual recognition list, in their order: a stable code and the official words.
//!
//! The codes are those of the Commission's schema for the same list (V: EIO Annex D in XML). The acts differ in the words of the
//! eighth, which each brings. Owns the list. It must not know where on a form a category is ticked.

use crate::description::{Choice, choice};

/// How many there are.
pub(crate) const CATEGORY_COUNT: usize = 32;

/// Every category, with the words of an act for fraud.
pub(crate) const fn categories(fraud: &'static str) -> [Choice; CATEGORY_COUNT] {
    [
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
        choice("Fraud", fraud),
        choice("LaunderingOfTheProceedsOfCrime", "laundering of the proceeds of crime"),
        choice("CounterfeitingCurrency", "counterfeiting currency, including of the euro"),
        choice("ComputerRelatedCrime", "computer-related crime"),
        choice(
            "EnvironmentalCrime",
            "environmental crime, including illicit trafficking in endangered animal species and in endangered plant \
             species and varieties",
        ),
        choice(
            "FacilitationOfUnauthorisedEntryAndResidence",
            "facilitation of unauthorised entry and residence",
        ),
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
        choice(
            "ForgeryOfAdministrativeDocuments",
            "forgery of administrative documents and trafficking therein",
        ),
        choice("ForgeryOfMeansOfPayment", "forgery of means of payment"),
        choice(
            "IllicitTraffickingInHormonalSubstances",
            "illicit trafficking in hormonal substances and other growth promoters",
        ),
        choice(
            "IllicitTraffickingInNuclearMaterials",
            "illicit trafficking in nuclear or radioactive materials",
        ),
        choice("TraffickingInStolenVehicles", "trafficking in stolen vehicles"),
        choice("Rape", "rape"),
        choice("Arson", "arson"),
        choice(
            "CrimesWithinTheJurisdiction",
            "crimes within the jurisdiction of the International Criminal Court",
        ),
        choice("UnlawfulSeizureOfAircraftShips", "unlawful seizure of aircraft/ships"),
        choice("Sabotage", "sabotage"),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn categories_have_one_code_and_one_label_each_and_the_eighth_has_the_words_of_the_act() {
        let all = categories("fraud as an act has it");
        let codes: BTreeSet<_> = all.iter().map(|category| category.code).collect();
        let labels: BTreeSet<_> = all.iter().map(|category| category.label).collect();
        assert_eq!((codes.len(), labels.len()), (CATEGORY_COUNT, CATEGORY_COUNT));
        assert_eq!((all[7].code, all[7].label), ("Fraud", "fraud as an act has it"));
    }
}
