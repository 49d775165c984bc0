//! An authority with all its details and a signature, as the forms of Directive 2014/41/EU ask for them, and somebody to contact, as
//! every form does: described and checked once.
//!
//! It must not decide where on a form one stands, nor ask whether an authority is on any register.

use jiff::civil::Date;
use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use crate::check::{Check, is_blank};
use crate::description::{Field, Kind, Required};
use crate::path::Path;

/// What an e-mail address looks like.
pub(crate) const EMAIL: Kind = Kind::Pattern { what: "an e-mail address", example: "office@court.example" };

/// What makes one way to reach somebody necessary.
pub(crate) const NO_OTHER_WAY: &str = "where no other way to reach them is given";

/// The fields of an authority; whether its post must be given depends on the section.
pub(crate) const fn details_fields(article: &'static str, post: Required) -> [Field; 9] {
    let post_held = Field::optional("post", "Post held (title/grade)", article, Kind::Line);
    [
        Field::required("name", "Official name", article, Kind::Line),
        Field::required("representative", "Name of its representative or contact point", article, Kind::Line),
        Field { required: post, ..post_held },
        Field::required("file_reference", "File No", article, Kind::Line),
        Field::required("address", "Address", article, Kind::Line),
        Field::required("telephone", "Tel. No (country code) (area/city code)", article, Kind::Line),
        Field::optional("fax", "Fax No (country code) (area/city code)", article, Kind::Line),
        Field::required("email", "E-mail", article, EMAIL),
        Field::required(
            "languages",
            "Languages in which it is possible to communicate with the authority",
            article,
            Kind::Language,
        )
        .list(limits::LIST_ITEMS),
    ]
}

/// Looks at an authority.
pub(crate) fn details(
    check: &mut Check,
    at: Path<'_>,
    form: &pb::AuthorityDetails,
    (article, post): (&'static str, Required),
) {
    check.line(at.field("name"), &form.name, article);
    check.line(at.field("representative"), &form.representative, article);
    match post {
        Required::Always => check.line(at.field("post"), &form.post, article),
        Required::When(_) | Required::No => check.maybe_line(at.field("post"), &form.post, article),
    }
    check.line(at.field("file_reference"), &form.file_reference, article);
    check.line(at.field("address"), &form.address, article);
    check.line(at.field("telephone"), &form.telephone, article);
    check.maybe_line(at.field("fax"), &form.fax, article);
    check.email(at.field("email"), &form.email, article);
    languages(check, at, &form.languages, article);
}

/// Looks at the languages somebody can be written to in.
pub(crate) fn languages(check: &mut Check, at: Path<'_>, tags: &[String], article: &'static str) {
    check.some(at, "languages", (tags, limits::LIST_ITEMS, article), |check, at, tag| {
        check.language(at, tag, article);
    });
}

/// The fields of somebody to contact.
pub(crate) const fn contact_fields(article: &'static str) -> [Field; 5] {
    [
        Field::required("name", "Name/Title/Organisation", article, Kind::Line),
        Field::optional("address", "Address", article, Kind::Line).when(NO_OTHER_WAY),
        Field::optional("telephone", "Tel. No (country code) (area/city code)", article, Kind::Line)
            .when(NO_OTHER_WAY),
        Field::optional("fax", "Fax No (country code) (area/city code)", article, Kind::Line)
            .when(NO_OTHER_WAY),
        Field::optional("email", "E-mail", article, EMAIL).when(NO_OTHER_WAY),
    ]
}

/// Looks at somebody to contact, who has a name and at least one way to be reached.
pub(crate) fn contact(check: &mut Check, at: Path<'_>, form: &pb::Contact, article: &'static str) {
    check.line(at.field("name"), &form.name, article);
    check.maybe_line(at.field("address"), &form.address, article);
    check.maybe_line(at.field("telephone"), &form.telephone, article);
    check.maybe_line(at.field("fax"), &form.fax, article);
    if !is_blank(&form.email) {
        check.email(at.field("email"), &form.email, article);
    }
    let ways = [&form.address, &form.telephone, &form.fax, &form.email];
    let is_reachable = ways.into_iter().any(|way| !is_blank(way));
    let text = "Give an address, a telephone number or an e-mail.";
    check.holds(is_reachable, (at, "unreachable", article, text));
}

/// The fields of a signature.
pub(crate) const fn signature_fields(article: &'static str) -> [Field; 4] {
    [
        Field::required("name", "Name", article, Kind::Line),
        Field::required("post", "Post held (title/grade)", article, Kind::Line),
        Field::required("date", "Date", article, Kind::Date { whole: true }),
        Field::optional("stamped", "Official stamp (if available)", article, Kind::Flag),
    ]
}

/// Looks at a signature that must be there.
pub(crate) fn signature(
    check: &mut Check,
    at: Path<'_>,
    form: Option<&pb::FormSignature>,
    article: &'static str,
) {
    let Some(form) = form else { return check.missing(at, article) };
    check.line(at.field("name"), &form.name, article);
    check.line(at.field("post"), &form.post, article);
    check.whole_date(at.field("date"), form.date, article);
}

/// The day of a signature as far as it can be read; what is wrong with it is told where it stands.
pub(crate) fn signed_on(form: Option<&pb::FormSignature>) -> Option<Date> {
    crate::check::date::read(form?.date?)?.full()
}
