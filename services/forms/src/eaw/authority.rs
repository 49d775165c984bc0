//! Box (i): the rules of the issuing judicial authority, its contacts, the central authority and the signature. It must not ask
//! whether an authority is on any register.

use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use super::state::{self, Between};
use crate::check::Check;
use crate::office;
use crate::path::Path;

const BOX: &str = "Art. 8(1)(b), box (i)";

/// Looks at box (i).
pub(super) fn authority(check: &mut Check, at: Path<'_>, form: &pb::WarrantAuthority, between: Between) {
    if let Some(state) = check.country(at.field("country"), &form.country, "Art. 1(1)") {
        state::issuing(check, at.field("country"), state, between);
    }
    check.line(at.field("name"), &form.name, BOX);
    check.line(at.field("representative"), &form.representative, "box (i)");
    check.line(at.field("post"), &form.post, "box (i)");
    check.line(at.field("file_reference"), &form.file_reference, "box (i)");
    check.line(at.field("address"), &form.address, BOX);
    check.line(at.field("telephone"), &form.telephone, BOX);
    check.maybe_line(at.field("fax"), &form.fax, BOX);
    check.email(at.field("email"), &form.email, BOX);
    check.each(at, "contacts", (&form.contacts, limits::LIST_ITEMS), contact);
    if let Some(central) = &form.central {
        central_authority(check, at.field("central"), central);
    }
    match &form.signature {
        Some(signed) => signature(check, at.field("signature"), signed),
        None => check.missing(at.field("signature"), "box (i)"),
    }
}

/// Looks at somebody to contact.
pub(super) fn contact(check: &mut Check, at: Path<'_>, form: &pb::Contact) {
    office::contact(check, at, form, "box (i)");
}

fn central_authority(check: &mut Check, at: Path<'_>, form: &pb::CentralAuthority) {
    check.line(at.field("name"), &form.name, "Art. 7, box (i)");
    if let Some(person) = &form.contact {
        contact(check, at.field("contact"), person);
    }
}

fn signature(check: &mut Check, at: Path<'_>, form: &pb::WarrantSignature) {
    check.line(at.field("name"), &form.name, "box (i)");
    check.line(at.field("post"), &form.post, "box (i)");
    let date = check.whole_date(at.field("date"), form.date, "box (i)");
    check.not_after(at.field("date"), date, None, "box (i)");
}
