//! One flood: against the other node for the control, then against the victim, with the same honest callers of the victim.

use std::time::Duration;

use anyhow::Result;

use crate::arena::{Arena, CONTROL, VICTIM};
use crate::attacker::Attacker;
use crate::floods::{Flood, Stock};
use crate::honest::{Noticed, observe};
use crate::memory::{Watch, resident_mib, settled};

/// Time for caches and connections before anything is measured.
const WARMING: Duration = Duration::from_secs(2);

/// What one flood did.
#[derive(Clone, Debug, serde::Serialize)]
pub(crate) struct Outcome {
    /// While the other node was flooded.
    pub(crate) control: Noticed,
    /// While the victim was flooded.
    pub(crate) flooded: Noticed,
    /// What the attacker did to the victim, in numbers.
    pub(crate) tries: u64,
    /// MiB of the victim before, at its highest, and after.
    pub(crate) resident_mib: [u64; 3],
}

/// Runs it.
pub(crate) async fn run(arena: &Arena, flood: &Flood, time: Duration) -> Result<Outcome> {
    let own = arena.casework(VICTIM).await?;
    for agency in [CONTROL, VICTIM] {
        stock(arena, flood.stock, agency).await?;
    }
    observe(arena, &own, WARMING).await?;
    let (control, _) = under(arena, flood, CONTROL, time).await?;
    let process = arena.victim_process()?;
    let before = resident_mib(process)?;
    let watch = Watch::start(process);
    let (flooded, tries) = under(arena, flood, VICTIM, time).await?;
    let highest = watch.highest();
    let after = settled(process, before).await?;
    Ok(Outcome { control, flooded, tries, resident_mib: [before, highest, after] })
}

async fn stock(arena: &Arena, stock: Stock, agency: &str) -> Result<()> {
    match stock {
        Stock::Nothing => Ok(()),
        Stock::Referrals(count) => crate::floods::stock::referrals(arena, agency, count).await,
        Stock::LargeMessages(count) => crate::floods::stock::large_messages(arena, agency, count).await,
    }
}

/// What the victim's callers notice while a node is flooded, and how often the attacker did what it does.
async fn under(arena: &Arena, flood: &Flood, agency: &str, time: Duration) -> Result<(Noticed, u64)> {
    let own = arena.casework(VICTIM).await?;
    let attacker = Attacker::start(flood.name, &arena.directory(), agency, time).await?;
    let noticed = observe(arena, &own, time).await?;
    Ok((noticed, attacker.end().await?))
}
