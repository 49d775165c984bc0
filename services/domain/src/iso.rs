//! The codes of ISO 3166-1 alpha-2 and ISO 639-1, as they stand.
//!
//! Owns which codes there are. It must not say who may use which. They are tables and no crate: two lines of text that change
//! once in ten years need no release of somebody else's, and a form is judged for ever by the list it was written under.

/// Officially assigned codes of ISO 3166-1 alpha-2, as of 2026.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO \
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE \
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO \
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM \
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Codes of ISO 639-1, as of 2026.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el \
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu \
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na \
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so \
    sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Kosovo in texts of the Union: a user-assigned code, since ISO 3166-1 has none.
const KOSOVO: &str = "XK";

/// Whether a code is a country or territory of ISO 3166-1, or the one the Union writes for Kosovo.
#[must_use]
pub fn is_country(code: &str) -> bool {
    code == KOSOVO || is_of(&COUNTRY_SET, b'A', code)
}

/// Whether a code is a language of ISO 639-1.
#[must_use]
pub fn is_language(code: &str) -> bool {
    is_of(&LANGUAGE_SET, b'a', code)
}

/// Codes of two letters: by the first letter, a bit for each second one. Every form is judged by them, so nothing is searched.
type Codes = [u32; 26];

const COUNTRY_SET: Codes = set_of(COUNTRIES, b'A');
const LANGUAGE_SET: Codes = set_of(LANGUAGES, b'a');

const fn set_of(list: &str, first_letter: u8) -> Codes {
    let (mut set, mut rest) = ([0; 26], list.as_bytes());
    while let [a, b, after @ ..] = rest {
        set[(*a - first_letter) as usize] |= 1 << (*b - first_letter);
        rest = match after {
            [_, next @ ..] => next,
            [] => after,
        };
    }
    set
}

fn is_of(set: &Codes, first_letter: u8, code: &str) -> bool {
    let [a, b] = *code.as_bytes() else { return false };
    let place = |letter: u8| letter.checked_sub(first_letter).filter(|place| *place < 26);
    let (Some(a), Some(b)) = (place(a), place(b)) else { return false };
    set[usize::from(a)] & (1 << b) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_have_their_length_each_code_once_and_in_order() {
        for (list, count) in [(COUNTRIES, 249), (LANGUAGES, 184)] {
            let codes: Vec<&str> = list.split(' ').collect();
            assert_eq!(codes.len(), count);
            assert!(codes.iter().all(|code| code.len() == 2) && codes.is_sorted_by(|a, b| a < b));
        }
        let letters = || b'A'..=b'z';
        let pairs = letters().flat_map(|a| letters().map(move |b| String::from_utf8(vec![a, b]).unwrap()));
        for code in pairs {
            let is_in = |list: &str| list.split(' ').any(|known| known == code);
            assert_eq!(is_country(&code), is_in(COUNTRIES) || code == KOSOVO, "{code}");
            assert_eq!(is_language(&code), is_in(LANGUAGES), "{code}");
        }
    }

    #[test]
    fn what_only_looks_like_a_code_is_none() {
        assert!(["FR", "GB", "GR", "XK"].into_iter().all(is_country));
        assert!(!["ZZ", "EU", "UK", "EL", "fr", "FRA", "F", "", "R A"].into_iter().any(is_country));
        assert!(["fr", "ga", "mt"].into_iter().all(is_language));
        assert!(!["zz", "FR", "fra", "f", "", "r a"].into_iter().any(is_language));
    }
}
