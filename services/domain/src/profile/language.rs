//! The two-letter codes of languages of ISO 639-1. Owns the list; must not know which State reads which.

/// Every code that the standard has, in order; codes that it took back are not among them.
const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz \
    ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja \
    jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng \
    nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw \
    ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Whether a text is a code of ISO 639-1, in lower case.
pub(super) fn is_language_code(text: &str) -> bool {
    CODES.split(' ').any(|code| code == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_code_is_one_of_the_standard_as_it_writes_it() {
        for good in ["nl", "el", "ga", "mt", "no", "is"] {
            assert!(is_language_code(good), "{good}");
        }
        for bad in ["", " ", "zz", "gr", "NL", "nld", "nl fr", "sh", "iw"] {
            assert!(!is_language_code(bad), "{bad}");
        }
        let codes: Vec<&str> = CODES.split(' ').collect();
        assert!(codes.len() == 183 && codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    }
}
