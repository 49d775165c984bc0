//! Which node this is, and which agencies the roster in force names: what a case system asks before it does anything.
//!
//! Owns both answers. They tell nothing of a case, and neither addresses nor keys, which nodes alone need.

use std::collections::BTreeSet;

use prost::Message as _;
use rogatory_domain::id::AgencyId;
use rogatory_domain::limits;
use rogatory_evidence::Roster;
use rogatory_evidence::roster::Member;
use rogatory_wire::instant;
use rogatory_wire::pb::casework::v1 as pb;

use crate::answers::{ANSWER_BYTES_MAX, LARGEST_ANSWER_BYTES};
use crate::desk::{Desk, Rejection};
use crate::fields::Fields;
use crate::gate::SMALL_MESSAGE_BYTES;
use crate::permission::{PERMISSIONS, Whose};

/// Agencies of a page that names no number.
const AGENCIES_COUNT: u32 = 100;

/// Most agencies of a page.
const AGENCIES_COUNT_MAX: u32 = 1_000;

/// Answers About; a submission may have so many bytes.
pub(super) fn about(desk: &Desk, submission_bytes: usize) -> pb::AboutResponse {
    let origin = desk.scribe.origin();
    pb::AboutResponse {
        agency: origin.agency.to_string(),
        federation: origin.federation.to_string(),
        instance: origin.instance.to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        roster_version: desk.roster().version(),
        node_time: Some(instant::to_pb(desk.now())),
        packages: packages().into_iter().map(str::to_owned).collect(),
        limits: Some(pb::SizeLimits {
            submission_bytes: submission_bytes as u64,
            request_bytes: SMALL_MESSAGE_BYTES as u64,
            body_bytes: limits::BODY_BYTES as u64,
            text_bytes: limits::TEXT_BYTES as u64,
            answer_bytes: LARGEST_ANSWER_BYTES as u64,
        }),
    }
}

/// This product's packages that own clients may call anything of, by name.
fn packages() -> BTreeSet<&'static str> {
    let own = PERMISSIONS.iter().filter(|row| row.whose == Whose::Own);
    let services = own.filter_map(|row| row.method.strip_prefix('/')?.split_once('/'));
    let packages = services.filter_map(|(service, _)| Some(service.rsplit_once('.')?.0));
    packages.filter(|package| package.starts_with("rogatory.")).collect()
}

/// Answers Agencies.
pub(super) fn agencies(
    desk: &Desk,
    request: &pb::AgenciesRequest,
) -> Result<pb::AgenciesResponse, Rejection> {
    let mut fields = Fields::default();
    let count = fields.count("page_size", request.page_size, AGENCIES_COUNT, AGENCIES_COUNT_MAX);
    // The token is the id of the last agency before the page: ids keep their order whatever roster comes into force.
    let after = fields.optional::<AgencyId>("page_token", &request.page_token);
    let count = fields.finish(count)?;
    Ok(page(&desk.roster(), desk.own(), after.as_ref(), count))
}

fn page(roster: &Roster, own: &AgencyId, after: Option<&AgencyId>, count: usize) -> pb::AgenciesResponse {
    let mut members: Vec<&Member> =
        roster.members().iter().filter(|member| after.is_none_or(|after| member.id > *after)).collect();
    members.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let mut page = pb::AgenciesResponse { roster_version: roster.version(), ..Default::default() };
    let mut spare = ANSWER_BYTES_MAX;
    for member in &members {
        let agency = agency(member, own);
        let bytes = agency.encoded_len();
        if page.agencies.len() == count || (bytes > spare && !page.agencies.is_empty()) {
            page.next_page_token = page.agencies.last().map(|last| last.agency.clone()).unwrap_or_default();
            break;
        }
        spare = spare.saturating_sub(bytes);
        page.agencies.push(agency);
    }
    page
}

fn agency(member: &Member, own: &AgencyId) -> pb::Agency {
    let accepts = member.accepts.iter().map(|accepted| pb::Acceptance {
        instrument: accepted.instrument.clone(),
        capacities: accepted.capacities.clone(),
    });
    pb::Agency {
        agency: member.id.to_string(),
        name: member.name.clone(),
        country: member.country.clone(),
        jurisdiction: member.jurisdiction().map(|of| of.to_string()).unwrap_or_default(),
        own: member.id == *own,
        via: member.via.as_ref().map(ToString::to_string).unwrap_or_default(),
        accepts: accepts.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_clients_find_the_services_for_cases_and_for_operation() {
        let packages: Vec<_> = packages().into_iter().collect();
        assert_eq!(packages, ["rogatory.admin.v1", "rogatory.casework.v1"]);
    }
}
