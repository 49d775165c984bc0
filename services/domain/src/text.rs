//! What a text may hold that others will read on a screen or on paper, and how any text is shown safely.
//!
//! Owns which characters are hidden controls, what is blank, the rules for lines and paragraphs, and the escapes. It must not know
//! where a text came from or where it is shown.

use std::fmt;

/// Whether a character shows nothing, moves what is shown, or changes the order in which it is read.
///
/// These are the controls of ISO/IEC 6429 (C0 with tab and line breaks, DEL, C1), what Unicode calls default ignorable
/// (zero-width characters, joiners, bidirectional controls, variation selectors, fillers, tags), its line and paragraph
/// separators, interlinear annotations, and the noncharacters. Private-use characters are among them: what they show is an
/// agreement that no two agencies have, so a reader sees a box or somebody else's sign. A name with one of them is not the
/// name that is seen.
#[must_use]
pub fn hidden_control(c: char) -> bool {
    // Almost every text is decided here.
    if (' '..='~').contains(&c) {
        return false;
    }
    c.is_control()
        || HIDDEN.binary_search_by(|(first, last)| order(*first, *last, c)).is_ok()
        || u32::from(c) & 0xFFFE == 0xFFFE
        || u32::from(c) >= FIRST_PRIVATE_PLANE
}

/// Where a range lies, seen from a character.
fn order(first: char, last: char, c: char) -> std::cmp::Ordering {
    if last < c {
        std::cmp::Ordering::Less
    } else if first > c {
        std::cmp::Ordering::Greater
    } else {
        std::cmp::Ordering::Equal
    }
}

/// The last two planes are for private use, all of them.
const FIRST_PRIVATE_PLANE: u32 = 0xF_0000;

/// Default_Ignorable_Code_Point of Unicode 17, with the separators, the annotations, and the private-use characters and
/// noncharacters of the BMP, in order; what `char::is_control` knows and the last two of each plane are left out.
const HIDDEN: &[(char, char)] = &[
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2028}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{E000}', '\u{F8FF}'),
    ('\u{FDD0}', '\u{FDEF}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// Whether a text shows nothing at all, so that it is as good as none: nothing but spaces of any width, hidden controls, and
/// the blank pattern of Braille.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == BRAILLE_BLANK || hidden_control(c))
}

/// A cell of Braille with no dot: a symbol to Unicode, nothing to the eye.
const BRAILLE_BLANK: char = '\u{2800}';

/// Whether a text is nothing but printable ASCII, as nearly every one is; no character of it needs a look of its own.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Whether a text can stand on one line: a name, a reference, a justification. It may be empty.
#[must_use]
pub fn is_line(text: &str) -> bool {
    is_plain(text) || !text.chars().any(hidden_control)
}

/// Whether a text can stand in a record that exists: a line, or what was taken as one before private-use characters were
/// refused. What a ledger took once has to be read for ever.
#[must_use]
pub fn was_line(text: &str) -> bool {
    !text.chars().any(|c| hidden_control(c) && !is_private_use(c))
}

fn is_private_use(c: char) -> bool {
    ('\u{E000}'..='\u{F8FF}').contains(&c) || u32::from(c) >= FIRST_PRIVATE_PLANE
}

/// Whether a text can be printed as paragraphs: besides what a line may hold, line feeds (after a carriage return, as
/// some editors write them, too) and tabs. It may be empty.
#[must_use]
pub fn is_paragraphs(text: &str) -> bool {
    if is_plain(text) {
        return true;
    }
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let layout = match c {
            '\n' | '\t' => true,
            '\r' => chars.peek() == Some(&'\n'),
            _ => false,
        };
        if hidden_control(c) && !layout {
            return false;
        }
    }
    true
}

/// A text for one line of a terminal or a log: every hidden control stands as `\u{…}`, all else as it is.
pub fn escaped(text: &str) -> impl fmt::Display {
    Escaped { text, escape: |c, f| write!(f, "\\u{{{:x}}}", u32::from(c)) }
}

/// A text that is JSON already, the same JSON with every hidden control outside of its layout as `\uXXXX` (RFC 8259
/// section 7): JSON libraries leave all but C0 as it is.
pub fn escaped_json(json: &str) -> impl fmt::Display {
    Escaped {
        text: json,
        escape: |c, f| match c {
            // Within strings JSON has these as escapes; outside they are layout.
            '\n' | '\r' | '\t' => f.write_str(c.encode_utf8(&mut [0; 4])),
            _ => c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(f, "\\u{unit:04x}")),
        },
    }
}

struct Escaped<'a> {
    text: &'a str,
    escape: fn(char, &mut fmt::Formatter<'_>) -> fmt::Result,
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.text;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| hidden_control(*c)) {
            f.write_str(&rest[..at])?;
            (self.escape)(c, f)?;
            rest = &rest[at + c.len_utf8()..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One or more of each kind that was ever used to deceive a reader.
    const DECEPTIVE: &[char] = &[
        '\0',
        '\u{7}',
        '\u{8}',
        '\t',
        '\n',
        '\r',
        '\u{1b}',
        '\u{7f}',
        '\u{80}',
        '\u{85}',
        '\u{9b}',
        '\u{9f}',
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{180e}',
        '\u{200b}',
        '\u{200d}',
        '\u{200e}',
        '\u{200f}',
        '\u{2028}',
        '\u{2029}',
        '\u{202a}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{2069}',
        '\u{206f}',
        '\u{3164}',
        '\u{e000}',
        '\u{f8ff}',
        '\u{fdd0}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{ffa0}',
        '\u{fff9}',
        '\u{ffff}',
        '\u{1d173}',
        '\u{1ffff}',
        '\u{e0001}',
        '\u{e0041}',
        '\u{e007f}',
        '\u{e0100}',
        '\u{f0000}',
        '\u{10fffd}',
        '\u{10ffff}',
    ];

    /// Names and words as people of the Union and beyond write them, combining marks and wide spaces included.
    const HONEST: &[&str] = &[
        "",
        " ",
        "O'Brien-Łukasiewicz",
        "Đorđević",
        "Παπαδόπουλος",
        "Ђоковић",
        "محمد بن عبد الله",
        "שרה כהן",
        "Nguye\u{302}\u{303}n",
        "王小明",
        "山田\u{3000}太郎",
        "김철수",
        "§ 211 StGB: «lebenslang» – 15 000 €",
        "😀",
        "no\u{a0}break",
    ];

    #[test]
    fn the_ranges_are_in_order_and_do_not_touch() {
        assert!(HIDDEN.iter().all(|(first, last)| first <= last));
        assert!(HIDDEN.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn no_line_holds_what_deceives_its_reader() {
        for c in DECEPTIVE {
            assert!(hidden_control(*c) && !is_line(&format!("a{c}b")), "U+{:04X}", u32::from(*c));
        }
    }

    #[test]
    fn a_record_that_holds_a_private_use_character_is_still_read_and_nobody_writes_another() {
        for c in ['\u{e000}', '\u{f8ff}', '\u{f0000}', '\u{10fffd}'] {
            assert!(was_line(&c.to_string()) && !is_line(&c.to_string()), "U+{:04X}", u32::from(c));
        }
        assert!(!was_line("\u{202e}"));
    }

    #[test]
    fn a_text_that_shows_nothing_is_blank_whatever_it_is_made_of() {
        let spaces = "\t\n \u{A0}\u{1680}\u{2000}\u{2003}\u{200A}\u{202F}\u{205F}\u{3000}";
        let fillers = "\u{2800}\u{3164}\u{FFA0}\u{115F}\u{1160}\u{AD}\u{200B}\u{FEFF}\u{FE0F}";
        assert!(is_blank("") && is_blank(spaces) && is_blank(fillers));
        for c in spaces.chars().chain(fillers.chars()) {
            assert!(is_blank(&format!("{c}{c}")), "U+{:04X}", u32::from(c));
        }
        assert!(!is_blank(" \u{2800}. ") && !is_blank("\u{2801}"), "one visible character is enough");
        assert!(HONEST.iter().all(|text| is_blank(text) == text.trim().is_empty()));
    }

    #[test]
    fn names_of_every_script_are_lines_and_are_shown_as_they_are() {
        for text in HONEST {
            assert!(is_line(text) && is_paragraphs(text), "{text}");
            assert_eq!(escaped(text).to_string(), *text);
        }
    }

    #[test]
    fn paragraphs_have_line_feeds_and_tabs_and_nothing_else_that_is_hidden() {
        assert!(is_paragraphs("one\r\ntwo\n\tthree"));
        for c in DECEPTIVE.iter().filter(|c| !"\n\t".contains(**c)) {
            assert!(!is_paragraphs(&format!("a{c}b")), "U+{:04X}", u32::from(*c));
        }
        assert!(!is_paragraphs("over\rwritten") && !is_paragraphs("at the end\r"));
    }

    #[test]
    fn json_says_the_same_once_it_is_escaped() {
        let value = serde_json::json!({ "name": DECEPTIVE.iter().collect::<String>(), "honest": HONEST });
        let json = escaped_json(&serde_json::to_string_pretty(&value).unwrap()).to_string();
        assert!(is_paragraphs(&json), "{json}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), value);
    }

    proptest! {
        #[test]
        fn whatever_is_escaped_is_one_line(text in any::<String>()) {
            prop_assert!(is_line(&escaped(&text).to_string()));
        }
    }
}
