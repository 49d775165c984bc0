//! Box (i): what is asked about the issuing judicial authority, its contacts, the central authority and the signature. It must
//! not judge what was written.

use rogatory_domain::limits;

use crate::description::{Field, Kind};
use crate::office::{EMAIL, NO_OTHER_WAY};

const BOX: &str = "Art. 8(1)(b), box (i)";

/// The issuing judicial authority.
pub(super) const AUTHORITY: Field =
    Field::required("authority", "The issuing judicial authority", BOX, Kind::Group(ISSUER));

const ISSUER: &[Field] = &[
    Field::required("country", "Issuing State", "Art. 1(1)", Kind::Country),
    Field::required("name", "Official name", BOX, Kind::Line),
    Field::required("representative", "Name of its representative", "box (i)", Kind::Line),
    Field::required("post", "Post held (title/grade)", "box (i)", Kind::Line),
    Field::required("file_reference", "File reference", "box (i)", Kind::Line),
    Field::required("address", "Address", BOX, Kind::Line),
    Field::required("telephone", "Tel. No (country code) (area/city code)", BOX, Kind::Line),
    Field::optional("fax", "Fax No (country code) (area/city code)", BOX, Kind::Line),
    Field::required("email", "E-mail", BOX, EMAIL),
    Field::optional(
        "contacts",
        "Person to contact for the practical arrangements of the surrender",
        "box (i)",
        Kind::Group(CONTACT),
    )
    .list(limits::LIST_ITEMS),
    Field::optional(
        "central",
        "Central authority for transmission and administrative reception",
        "Art. 7, box (i)",
        Kind::Group(CENTRAL),
    ),
    Field::required(
        "signature",
        "Signature of the issuing judicial authority and/or its representative",
        "box (i)",
        Kind::Group(SIGNATURE),
    ),
];

/// Somebody to contact.
pub(super) const CONTACT: &[Field] = &[
    Field::required("name", "Title/grade and name", "box (i)", Kind::Line),
    Field::optional("address", "Address", "box (i)", Kind::Line).when(NO_OTHER_WAY),
    Field::optional("telephone", "Tel. No (country code) (area/city code)", "box (i)", Kind::Line)
        .when(NO_OTHER_WAY),
    Field::optional("fax", "Fax No (country code) (area/city code)", "box (i)", Kind::Line)
        .when(NO_OTHER_WAY),
    Field::optional("email", "E-mail", BOX, EMAIL).when(NO_OTHER_WAY),
];

const CENTRAL: &[Field] = &[
    Field::required("name", "Name of the central authority", "Art. 7, box (i)", Kind::Line),
    Field::optional("contact", "Contact person, if applicable", "box (i)", Kind::Group(CONTACT)),
];

const SIGNATURE: &[Field] = &[
    Field::required("name", "Name", "box (i)", Kind::Line),
    Field::required("post", "Post held (title/grade)", "box (i)", Kind::Line),
    Field::required("date", "Date", "box (i)", Kind::Date { whole: true }),
    Field::optional("stamped", "Official stamp (if available)", "box (i)", Kind::Flag),
];
