//! The 32 list categories of Art. 2(2): stable code, position and official label.

use std::fmt;

/// One category of Art. 2(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Category(u8);

/// Code and official English label, in the order of Art. 2(2).
pub const CATEGORIES: [(&str, &str); 32] = [
    ("ParticipationInACriminalOrganisation", "participation in a criminal organisation"),
    ("Terrorism", "terrorism"),
    ("TraffickingInHumanBeings", "trafficking in human beings"),
    ("SexualExploitationOfChildren", "sexual exploitation of children and child pornography"),
    (
        "IllicitTraffickingInNarcoticDrugs",
        "illicit trafficking in narcotic drugs and psychotropic substances",
    ),
    ("IllicitTraffickingInWeapons", "illicit trafficking in weapons, munitions and explosives"),
    ("Corruption", "corruption"),
    (
        "Fraud",
        "fraud, including that affecting the financial interests of the European Communities within the meaning \
         of the Convention of 26 July 1995 on the protection of the European Communities' financial interests",
    ),
    ("LaunderingOfTheProceedsOfCrime", "laundering of the proceeds of crime"),
    ("CounterfeitingCurrency", "counterfeiting currency, including of the euro"),
    ("ComputerRelatedCrime", "computer-related crime"),
    (
        "EnvironmentalCrime",
        "environmental crime, including illicit trafficking in endangered animal species and in endangered plant \
         species and varieties",
    ),
    ("FacilitationOfUnauthorisedEntry", "facilitation of unauthorised entry and residence"),
    ("Murder", "murder, grievous bodily injury"),
    ("IllicitTradeInHumanOrgans", "illicit trade in human organs and tissue"),
    ("Kidnapping", "kidnapping, illegal restraint and hostage-taking"),
    ("Racism", "racism and xenophobia"),
    ("OrganisedRobbery", "organised or armed robbery"),
    (
        "IllicitTraffickingInCulturalGoods",
        "illicit trafficking in cultural goods, including antiques and works of art",
    ),
    ("Swindling", "swindling"),
    ("Racketeering", "racketeering and extortion"),
    ("CounterfeitingAndPiracyOfProducts", "counterfeiting and piracy of products"),
    ("ForgeryOfAdministrativeDocuments", "forgery of administrative documents and trafficking therein"),
    ("ForgeryOfMeansOfPayment", "forgery of means of payment"),
    (
        "IllicitTraffickingInHormonalSubstances",
        "illicit trafficking in hormonal substances and other growth promoters",
    ),
    ("IllicitTraffickingInNuclearMaterials", "illicit trafficking in nuclear or radioactive materials"),
    ("TraffickingInStolenVehicles", "trafficking in stolen vehicles"),
    ("Rape", "rape"),
    ("Arson", "arson"),
    ("CrimesWithinTheJurisdiction", "crimes within the jurisdiction of the International Criminal Court"),
    ("UnlawfulSeizureOfAircraftShips", "unlawful seizure of aircraft/ships"),
    ("Sabotage", "sabotage"),
];

impl Category {
    /// The category of a stable code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        CATEGORIES.iter().position(|(known, _)| *known == code).map(|at| Self(at as u8))
    }

    /// The category at a position of Art. 2(2), 1 to 32.
    #[must_use]
    pub fn from_position(position: u8) -> Option<Self> {
        (1..=32).contains(&position).then(|| Self(position - 1))
    }

    /// Position in Art. 2(2), 1 to 32; for printing the form, never for storing.
    #[must_use]
    pub fn position(self) -> u8 {
        self.0 + 1
    }

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        CATEGORIES[usize::from(self.0)].0
    }

    /// Official English label.
    #[must_use]
    pub fn label(self) -> &'static str {
        CATEGORIES[usize::from(self.0)].1
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
