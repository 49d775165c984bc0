//! A case whose time has run out before it was told, so that every alarm of its clock comes at once.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use rogatory_client::pb::casework::v1 as pb;
use rogatory_wire::instant::to_pb;

use crate::sample::{act, submission};
use crate::{Federation, eventually};

/// Days since the arrest: more than any period for a decision.
const DAYS: i64 = 120;

/// Opens a case and tells of an arrest so long ago that the time for the decision has run out; gives its id.
///
/// # Errors
/// When one of the two nodes does not take it.
pub async fn overdue_case(federation: &Federation, issuing: &str, executing: &str) -> Result<String> {
    let own = federation.connect(issuing, "cases").await?.casework();
    let other = federation.connect(executing, "cases").await?.casework();
    let referral = own.submit(submission(1, executing, &[])).await?.referral_id;
    let arrest = to_pb(Timestamp::now() - SignedDuration::from_hours(DAYS * 24));
    eventually("the arrest", async || {
        let arrested = act(&referral, "arrested");
        other.act(pb::ActRequest { declared_time: Some(arrest), ..arrested }).await?;
        Ok(())
    })
    .await?;
    Ok(referral)
}
