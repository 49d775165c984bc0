//! Lists of referrals, page by page. It must not keep what its caller does not.

use rogatory_client::Casework;
use rogatory_client::pb::casework::v1 as pb;

/// Referrals asked for in one call.
const PAGE_COUNT: usize = 10_000;

/// Hands over at most so many of the referrals that a request asks for, those first recorded last first; says whether there are
/// more.
pub(crate) async fn each(
    casework: &Casework,
    asked: &pb::ListRequest,
    limit: usize,
    mut take: impl FnMut(pb::Referral) -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    let (mut left, mut page_token) = (limit, String::new());
    while left > 0 {
        let request =
            pb::ListRequest { page_size: u32::try_from(left.min(PAGE_COUNT))?, page_token, ..asked.clone() };
        let page = casework.list_page(request).await?;
        left = left.saturating_sub(page.referrals.len());
        page.referrals.into_iter().try_for_each(&mut take)?;
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(false);
        }
    }
    Ok(!page_token.is_empty())
}
