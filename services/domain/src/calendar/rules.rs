//! The tables of the first edition: time zones as POSIX rules and public holidays. They must not change: cases are counted by them.
//! Zones are rules and not names, so that no node's time zone database can disagree with another's.

use super::holidays::Holiday::{self, Easter, FirstMonday, Fixed, FixedOrEve, LastMonday, Once, Substituted};
use crate::id::Country;

const WESTERN: &str = "WET0WEST,M3.5.0/1,M10.5.0";
const BRITISH: &str = "GMT0BST,M3.5.0/1,M10.5.0";
const CENTRAL: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
const EASTERN: &str = "EET-2EEST,M3.5.0/3,M10.5.0/4";

const fn zone(code: &[u8; 2], posix: &'static str) -> (Country, &'static str) {
    (Country::new(*code), posix)
}

/// Time zone of each Member State and of the United Kingdom (its capital's).
pub(super) const ZONES: [(Country, &str); 29] = [
    zone(b"AT", CENTRAL),
    zone(b"BE", CENTRAL),
    zone(b"BG", EASTERN),
    zone(b"CY", EASTERN),
    zone(b"CZ", CENTRAL),
    zone(b"DE", CENTRAL),
    zone(b"DK", CENTRAL),
    zone(b"EE", EASTERN),
    zone(b"ES", CENTRAL),
    zone(b"EU", CENTRAL),
    zone(b"FI", EASTERN),
    zone(b"FR", CENTRAL),
    zone(b"GB", BRITISH),
    zone(b"GR", EASTERN),
    zone(b"HR", CENTRAL),
    zone(b"HU", CENTRAL),
    zone(b"IE", BRITISH),
    zone(b"IT", CENTRAL),
    zone(b"LT", EASTERN),
    zone(b"LU", CENTRAL),
    zone(b"LV", EASTERN),
    zone(b"MT", CENTRAL),
    zone(b"NL", CENTRAL),
    zone(b"PL", CENTRAL),
    zone(b"PT", WESTERN),
    zone(b"RO", EASTERN),
    zone(b"SE", CENTRAL),
    zone(b"SI", CENTRAL),
    zone(b"SK", CENTRAL),
];

const FRANCE: &[Holiday] = &[
    Fixed(1, 1),
    Easter(1),
    Fixed(5, 1),
    Fixed(5, 8),
    Easter(39),
    Easter(50),
    Fixed(7, 14),
    Fixed(8, 15),
    Fixed(11, 1),
    Fixed(11, 11),
    Fixed(12, 25),
];

/// As the general act on time limits counts them: Good Friday and 5 May included.
const NETHERLANDS: &[Holiday] = &[
    Fixed(1, 1),
    Easter(-2),
    Easter(1),
    FixedOrEve(4, 27),
    Fixed(5, 5),
    Easter(39),
    Easter(50),
    Fixed(12, 25),
    Fixed(12, 26),
];

const BELGIUM: &[Holiday] = &[
    Fixed(1, 1),
    Easter(1),
    Fixed(5, 1),
    Easter(39),
    Easter(50),
    Fixed(7, 21),
    Fixed(8, 15),
    Fixed(11, 1),
    Fixed(11, 11),
    Fixed(12, 25),
];

/// Only what is free in every Land.
const GERMANY: &[Holiday] = &[
    Fixed(1, 1),
    Easter(-2),
    Easter(1),
    Fixed(5, 1),
    Easter(39),
    Easter(50),
    Fixed(10, 3),
    Fixed(12, 25),
    Fixed(12, 26),
];

/// England and Wales, with the days moved or added by proclamation.
const UNITED_KINGDOM: &[Holiday] = &[
    Substituted(1, 1, 0),
    Easter(-2),
    Easter(1),
    FirstMonday(5, Some(2020)),
    Once(2020, 5, 8),
    LastMonday(5, Some(2022)),
    Once(2022, 6, 2),
    Once(2022, 6, 3),
    Once(2022, 9, 19),
    Once(2023, 5, 8),
    LastMonday(8, None),
    Substituted(12, 25, 0),
    Substituted(12, 26, 1),
];

/// The holiday rules of a jurisdiction, where the tables have them.
pub(super) fn holidays(jurisdiction: Country) -> Option<&'static [Holiday]> {
    match jurisdiction.as_str() {
        "FR" => Some(FRANCE),
        "NL" => Some(NETHERLANDS),
        "BE" => Some(BELGIUM),
        "DE" => Some(GERMANY),
        "GB" => Some(UNITED_KINGDOM),
        _ => None,
    }
}
