//! What a node has before it is flooded, made by honest case systems.

use anyhow::Result;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use rogatory_client::pb::casework::v1::SubmitRequest;
use rogatory_support::eventually;
use rogatory_support::sample::{change_warrant, submission};

use crate::arena::{Arena, RECIPIENT};

/// Submissions under way.
const UNDER_WAY: usize = 64;
/// Offences of a large message, each with a text of almost the largest size.
const OFFENCES: usize = 13;
const TEXT_BYTES: usize = 65_000;

/// Referrals that the agency opened.
pub(crate) async fn referrals(arena: &Arena, agency: &str, count: u64) -> Result<()> {
    let own = arena.casework(agency).await?;
    let submitted = (0..count).map(|number| {
        let own = own.clone();
        async move { anyhow::Ok(own.submit(submission(number, RECIPIENT, &[])).await?) }
    });
    stream::iter(submitted).buffer_unordered(UNDER_WAY).try_for_each(|_| async { Ok(()) }).await
}

/// Messages that wait in the agency's inbox.
pub(crate) async fn large_messages(arena: &Arena, agency: &str, count: u64) -> Result<()> {
    let sender = arena.casework(RECIPIENT).await?;
    for number in 0..count {
        sender.submit(large(number, agency)).await?;
    }
    eventually("an inbox with all of them", async || {
        let inbox = arena.inbox(agency).await?;
        anyhow::ensure!(inbox >= count, "{inbox} of {count} are there");
        Ok(())
    })
    .await
}

fn large(number: u64, agency: &str) -> SubmitRequest {
    let mut request = submission(number, agency, &[]);
    if let Some(opening) = request.opening.as_mut() {
        change_warrant(opening, |warrant| {
            let mut offence = warrant.offences[0].clone();
            offence.circumstances = "x".repeat(TEXT_BYTES);
            warrant.offences = vec![offence; OFFENCES];
            warrant.offence_total = u32::try_from(OFFENCES).unwrap_or_default();
        });
    }
    request
}
