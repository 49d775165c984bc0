//! The vault's key of the next day, made while there is time: a vault that cannot be written at midnight ends the node.
//!
//! It must not decide anything; whoever writes a record makes the key of its day if it is missing.

use std::sync::Arc;
use std::time::Duration;

use rogatory_engine::Scribe;
use rogatory_keys::VaultError;
use tokio::sync::watch;
use tracing::{error, info};

/// Time between two looks. The first failure leaves as many chances as there are hours until midnight.
const PERIOD: Duration = Duration::from_secs(3_600);

/// Makes the keys until the node closes.
pub(crate) async fn keep(scribe: Arc<Scribe>, mut closing: watch::Receiver<bool>) {
    let mut was_made = true;
    loop {
        let scribe = scribe.clone();
        let Ok(made) = tokio::task::spawn_blocking(move || scribe.prepare_tomorrow()).await else { return };
        tell(&made, was_made);
        was_made = made.is_ok();
        if tokio::time::timeout(PERIOD, closing.wait_for(|closed| *closed)).await.is_ok() {
            return;
        }
    }
}

/// Says a failure each time, since somebody has to act before midnight, and once that it is over.
fn tell(made: &Result<(), VaultError>, was_made: bool) {
    match made {
        Err(cause) => {
            error!(%cause, "the vault does not take the key of tomorrow (UTC); without it the node ends then");
        }
        Ok(()) if !was_made => info!("the vault takes keys again"),
        Ok(()) => {}
    }
}
