//! The reference pages are written from the tables of the code, and this test fails when one is stale.
//!
//! `ROGATORY_BLESS=1 cargo test -p rogatory-node --test reference` writes them anew. It must not hold any text that a
//! table could give.

use std::fs;
use std::path::Path;

use rogatory_domain::{Instrument, instrument, refusal};
use rogatory_node::{config, metrics_names, permission};

/// Every page under `docs/reference` that is generated here.
fn pages() -> [(&'static str, String); 5] {
    [
        ("life-cycle.md", life_cycle()),
        ("errors.md", errors()),
        ("permissions.md", permission::reference_page()),
        ("config.md", config::reference_page()),
        ("metrics.md", metrics_names::reference_page()),
    ]
}

fn life_cycle() -> String {
    let warrant = Instrument::of_code("eaw").expect("the release has the warrant");
    format!(
        "# The life cycle of a European Arrest Warrant\n\n\
         Generated from the tables in `services/domain/src/instrument/eaw`. Articles are those of Framework Decision 2002/584/JHA; \
         `–` stands\nwhere the Framework Decision has no article. What has no row is refused: `RG0203` where the party may \
         never raise the\nevent, `RG0204` where the state its sender saw does not allow it.\n\n\
         ## Events\n\n{}\n\
         ## Clocks\n\n\
         A clock counts from the instant the sender declared, on the calendar of the executing side. The day of the event \
         does\nnot count; an end on a weekend or public holiday moves to the next working day.\n\n{}\n\
         ## States\n\n\
         Overlays, which leave the state alone, are left out.\n\n```mermaid\n{}```\n",
        instrument::table_markdown(warrant),
        instrument::clocks_markdown(warrant),
        instrument::state_diagram(warrant)
    )
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
        let path = directory.join(name);
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
