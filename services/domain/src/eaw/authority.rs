//! Box (i): the issuing judicial authority, its contacts, the central authority and the signature.

use super::check::{Check, Path, blank};
use super::form::{AuthorityForm, CentralAuthorityForm, ContactForm, SignatureForm};
use super::value::Text;
use crate::id::Country;
use crate::limits;

const BOX: &str = "Art. 8(1)(b), box (i)";

/// Somebody to contact; has a name and at least one way to be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Name or title.
    pub name: Text,
    /// Address.
    pub address: Option<Text>,
    /// Telephone with country code.
    pub telephone: Option<Text>,
    /// Fax with country code.
    pub fax: Option<Text>,
    /// E-mail address.
    pub email: Option<Text>,
}

/// The central authority that transmits or receives warrants (Art. 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CentralAuthority {
    /// Name.
    pub name: Text,
    /// Whom to contact there.
    pub contact: Option<Contact>,
}

/// Who signed the warrant, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Name.
    pub name: Text,
    /// Post held.
    pub post: Text,
    /// Date of issue, the only one on the form.
    pub date: jiff::civil::Date,
    /// Whether the official stamp was set.
    pub stamped: bool,
}

/// The judicial authority that issued the warrant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// Issuing State.
    pub country: Country,
    /// Official name.
    pub name: Text,
    /// Name of its representative.
    pub representative: Text,
    /// Post held.
    pub post: Text,
    /// File reference: the warrant's national reference.
    pub file_reference: Text,
    /// Address.
    pub address: Text,
    /// Telephone with country code.
    pub telephone: Text,
    /// Fax with country code.
    pub fax: Option<Text>,
    /// E-mail address.
    pub email: Text,
    /// Whom to contact for the surrender.
    pub contacts: Vec<Contact>,
    /// Central authority, where one is responsible.
    pub central: Option<CentralAuthority>,
    /// Signature.
    pub signature: Signature,
}

impl Contact {
    pub(super) fn parse(check: &mut Check, at: Path<'_>, form: ContactForm) -> Option<Self> {
        let name = check.line(at.field("name"), form.name, "box (i)");
        let address = check.maybe_line(at.field("address"), form.address, "box (i)");
        let telephone = check.maybe_line(at.field("telephone"), form.telephone, "box (i)");
        let fax = check.maybe_line(at.field("fax"), form.fax, "box (i)");
        let email = if blank(&form.email) { None } else { email(check, at, form.email) };
        if address.is_none() && telephone.is_none() && fax.is_none() && email.is_none() {
            return check.fault(
                at,
                "unreachable",
                "box (i)",
                "Give an address, a telephone number or an e-mail.",
            );
        }
        Some(Self { name: name?, address, telephone, fax, email })
    }
}

fn email(check: &mut Check, at: Path<'_>, value: String) -> Option<Text> {
    let at = at.field("email");
    let shaped = value.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && host.contains('.') && !host.contains('@') && !value.contains(char::is_whitespace)
    });
    if blank(&value) || shaped {
        check.line(at, value, BOX)
    } else {
        check.fault(at, "not_an_email", BOX, "This is not an e-mail address.")
    }
}

impl Issuer {
    pub(super) fn parse(check: &mut Check, at: Path<'_>, form: AuthorityForm) -> Option<Self> {
        let country = if form.country.is_empty() {
            check.missing(at.field("country"), "Art. 1(1)")
        } else {
            form.country.parse().ok().or_else(|| {
                check.fault(at.field("country"), "not_a_country", "Art. 1(1)", "Give an ISO 3166-1 code.")
            })
        };
        let name = check.line(at.field("name"), form.name, BOX);
        let representative = check.line(at.field("representative"), form.representative, "box (i)");
        let post = check.line(at.field("post"), form.post, "box (i)");
        let file_reference = check.line(at.field("file_reference"), form.file_reference, "box (i)");
        let address = check.line(at.field("address"), form.address, BOX);
        let telephone = check.line(at.field("telephone"), form.telephone, BOX);
        let fax = check.maybe_line(at.field("fax"), form.fax, BOX);
        let email = email(check, at, form.email);
        let contacts = check.list(at, "contacts", (form.contacts, limits::LIST_ITEMS), Contact::parse);
        let central = form.central.and_then(|central| central_authority(check, at.field("central"), central));
        let signature = match form.signature {
            Some(signed) => signature(check, at.field("signature"), signed),
            None => check.missing(at.field("signature"), "box (i)"),
        };
        Some(Self {
            country: country?,
            name: name?,
            representative: representative?,
            post: post?,
            file_reference: file_reference?,
            address: address?,
            telephone: telephone?,
            fax,
            email: email?,
            contacts,
            central,
            signature: signature?,
        })
    }
}

fn central_authority(
    check: &mut Check,
    at: Path<'_>,
    form: CentralAuthorityForm,
) -> Option<CentralAuthority> {
    let name = check.line(at.field("name"), form.name, "Art. 7, box (i)");
    let contact = form.contact.and_then(|contact| Contact::parse(check, at.field("contact"), contact));
    Some(CentralAuthority { name: name?, contact })
}

fn signature(check: &mut Check, at: Path<'_>, form: SignatureForm) -> Option<Signature> {
    let name = check.line(at.field("name"), form.name, "box (i)");
    let post = check.line(at.field("post"), form.post, "box (i)");
    let date = check.full_date(at.field("date"), form.date, "box (i)");
    Some(Signature { name: name?, post: post?, date: date?, stamped: form.stamped })
}
