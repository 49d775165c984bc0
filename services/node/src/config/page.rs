//! The reference page of the configuration, written from the table of options. It must not say more than the table.

use std::fmt::Write as _;

use super::check::expected;
use super::option::{Kind, OPTIONS, Preset};

/// The page `docs/reference/config.md`.
#[must_use]
pub fn reference_page() -> String {
    let mut page = String::from(
        "# Configuration\n\nGenerated from the table of options. A node reads one TOML file. An unknown key is an error \
         that names it; all faults are\nreported at once. Relative paths start at the directory of the file.\n\n\
         | option | value | unit | default | effect |\n|---|---|---|---|---|\n",
    );
    for setting in OPTIONS {
        let value = match setting.kind {
            Kind::Count(min, max) => format!("{min} to {max}"),
            kind => expected(kind),
        };
        let preset = match setting.preset {
            Preset::Required => "required".to_owned(),
            Preset::Absent => "none".to_owned(),
            Preset::Number(number) => format!("`{number}`"),
            Preset::Text(text) => format!("`\"{text}\"`"),
        };
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {preset} | {} |",
            setting.key,
            value.replace('<', "&lt;").replace('>', "&gt;"),
            setting.unit,
            setting.effect
        );
    }
    page
}
