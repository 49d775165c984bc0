//! The reference pages are written from the tables of the code, and this test fails when one is stale.
//!
//! `ROGATORY_BLESS=1 cargo test -p rogatory-node --test reference` writes them anew. It must not hold any text that a
//! table could give.

#[path = "reference/tests_of.rs"]
mod tests_of;

use std::fs;
use std::path::Path;

use rogatory_domain::instrument::{INSTRUMENTS, page_markdown, rows_markdown};
use rogatory_domain::{Instrument, refusal};
use rogatory_node::{config, metrics_names, permission};

use self::tests_of::Tests;

/// Every page under `docs/reference` that is generated here.
fn pages() -> Vec<(String, String)> {
    let pages = [
        ("errors.md", errors()),
        ("permissions.md", permission::reference_page()),
        ("config.md", config::reference_page()),
        ("metrics.md", metrics_names::reference_page()),
    ];
    let pages = pages.map(|(name, page)| (name.to_owned(), page)).into_iter();
    let newest = INSTRUMENTS.iter().filter(|it| Instrument::of_code(it.code) == Some(**it));
    pages.chain(INSTRUMENTS.iter().map(instrument)).chain(newest.map(rows)).collect()
}

/// The page of an instrument; an edition that is not the newest has its number in the name.
fn instrument(instrument: &&'static Instrument) -> (String, String) {
    let is_newest = Instrument::of_code(instrument.code) == Some(*instrument);
    let edition = if is_newest { String::new() } else { format!("-{}", instrument.edition) };
    (format!("instruments/{}{edition}.md", instrument.code), page_markdown(instrument))
}

/// Every event of an instrument in every state, with the tests that raise it.
fn rows(instrument: &&'static Instrument) -> (String, String) {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let tests = Tests::of(&repository, instrument.code);
    let page = rows_markdown(instrument, |event| tests.raising(event));
    (format!("instruments/table/{}.md", instrument.code), page)
}

fn errors() -> String {
    format!(
        "# Refusals\n\n\
         Generated from the catalogue in `services/domain/src/refusal.rs`. A code is stable. On gRPC it stands in the \
         metadata\n`rogatory-code`, and the details of the status are a `rogatory.casework.v1.Problem`. No text holds \
         anything of a case.\n\n{}",
        refusal::table_markdown()
    )
}

#[test]
fn the_reference_pages_say_what_the_tables_say() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    let bless = std::env::var_os("ROGATORY_BLESS").is_some();
    let mut stale = Vec::new();
    for (name, page) in pages() {
        let path = directory.join(&name);
        if fs::read_to_string(&path).is_ok_and(|written| written == page) {
            continue;
        }
        if bless {
            fs::write(&path, page).unwrap();
        } else {
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "stale pages: {stale:?}; write them anew with ROGATORY_BLESS=1 cargo test -p rogatory-node --test reference"
    );
}

#[test]
fn the_page_of_an_instrument_has_every_code_of_every_table_and_list() {
    for instrument in INSTRUMENTS {
        let page = page_markdown(instrument);
        let items = instrument.lists.iter().flat_map(|list| list.items).map(|item| item.code);
        let states = instrument.states.iter().map(|state| state.code);
        let capacities = instrument.capacities.iter().map(|capacity| capacity.code);
        for code in items.chain(states).chain(capacities) {
            assert!(page.contains(&format!("| `{code}` |")), "{code}");
        }
        let events = instrument.events.iter().map(|event| event.code);
        for code in events.chain(instrument.clocks.iter().map(|clock| clock.code)) {
            assert!(page.contains(&format!("| {code} |")), "{code}");
        }
    }
}
