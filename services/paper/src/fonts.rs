//! The fonts that come with the program, and which characters they have. Owns that no font of the machine is ever used, so
//! that paper looks alike everywhere. It must not choose how a text looks.

use std::sync::LazyLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// The fonts.
pub(crate) struct Fonts {
    /// What is known of each, in order.
    pub(crate) book: LazyHash<FontBook>,
    /// The fonts themselves.
    pub(crate) fonts: Vec<Font>,
}

/// A serif with Latin, Greek, Cyrillic and Hebrew, and a typewriter's with Arabic, too. These faces are all that a form is set
/// in; the typesetter's own store has ten megabytes more.
const FILES: [&[u8]; 4] = [
    include_bytes!("../fonts/LibertinusSerif-Regular.otf"),
    include_bytes!("../fonts/LibertinusSerif-Bold.otf"),
    include_bytes!("../fonts/LibertinusSerif-Italic.otf"),
    include_bytes!("../fonts/DejaVuSansMono.ttf"),
];

/// Read once; the bytes are in the binary.
pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let fonts: Vec<Font> = FILES.iter().flat_map(|bytes| Font::iter(Bytes::new(*bytes))).collect();
    Fonts { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
});

/// Whether some font has a character; line breaks and tabs need none.
pub(crate) fn is_covered(c: char) -> bool {
    matches!(c, '\n' | '\t') || FONTS.fonts.iter().any(|font| font.info().coverage.contains(u32::from(c)))
}
