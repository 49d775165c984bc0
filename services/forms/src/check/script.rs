//! Letters of several scripts in one name, where one of them may stand for another that looks the same.
//!
//! Owns the warning. Which scripts are written together is Unicode's to say (UTS 39, 5.1), as Japanese is in three.

use unicode_security::MixedScript as _;

use super::Check;
use crate::path::Path;

impl Check {
    /// A name, in letters of one script.
    pub(crate) fn one_script(&mut self, at: Path<'_>, name: &str, article: &'static str) {
        if self.since(2) && !name.is_ascii() && !name.is_single_script() {
            let text = "Letters of different scripts stand in one name; some of them look like others and are not found.";
            self.warn(at, "mixed_scripts", article, text);
        }
    }
}
