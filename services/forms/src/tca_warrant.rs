//! The form of the arrest warrant between a Member State and the United Kingdom (Trade and Cooperation Agreement, Annex 43, which the
//! signed text numbers LAW-5).
//!
//! The text of the Annex was not found: that its boxes are those of the European Arrest Warrant is own knowledge, and that Art. 601(1)(i)
//! takes the place of points 2 to 4 of box (d) was read in the Irish act (V). Owns the articles of the form. It must not repeat a rule:
//! those of the warrant hold.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use prost::Message as _;

use crate::FormDef;
use crate::description::Description;
use crate::eaw::agreement::Agreement;
use crate::eaw::state::Between;

/// The form.
pub(crate) const FORM: FormDef = FormDef {
    instrument: "tca_warrant",
    message: "rogatory.types.v1.WarrantForm",
    describe: || &DESCRIPTION,
    edition: 1,
    check: |bytes, context| ACT.check(bytes, context),
    outline: crate::eaw::outline,
    excerpt: crate::eaw::excerpt,
    sample: |number| ACT.sample(number).encode_to_vec(),
    addressees: &["uk-westminster", "uk-police"],
};

static DESCRIPTION: LazyLock<Description> = LazyLock::new(|| ACT.describe());

const ACT: Agreement = Agreement {
    title: "Arrest warrant of the EU–UK Trade and Cooperation Agreement",
    between: Between::UnitedKingdom,
    articles: ARTICLES,
    list_article: "Art. 599(4), box (e) I",
};

/// Article of the Framework Decision with its box, and the same of the Agreement.
#[rustfmt::skip]
const ARTICLES: &[(&str, &str)] = &[
    ("Art. 1(1)", "Art. 598"),
    ("Art. 2(1)", "Art. 599(1)"),
    ("Art. 2(2)", "Art. 599(4)"),
    ("Art. 2(2), box (e) I", "Art. 599(4), box (e) I"),
    ("Art. 2(4), box (e) II", "Art. 599(2), box (e) II"),
    ("Art. 3(3), box (e)", "Art. 600(c), box (e)"),
    ("Art. 4a(1), box (d)", "Art. 601(1)(i), box (d)"),
    ("Art. 4a(1), box (d) 1 and 2", "Art. 601(1)(i), box (d) 1 and 2"),
    ("Art. 4a(1), box (d) 3", "Art. 601(1)(i), box (d) 3"),
    ("Art. 4a(1)(a)(i), box (d) 3.1a", "Art. 601(1)(i)(i), box (d) 3.1a"),
    ("Art. 4a(1)(c), box (d) 3.3", "Art. 601(1)(i)(iii), box (d) 3.3"),
    ("Art. 4a(1)(d)(ii), box (d) 3.4", "Art. 601(1)(i)(iv), box (d) 3.4"),
    ("Art. 5(2), box (h)", "Art. 604(a), box (h)"),
    ("Art. 6(1), box (i)", "Art. 598, box (i)"),
    ("Art. 7, box (i)", "Art. 605, box (i)"),
    ("Art. 8(1)(a), box (a)", "Art. 606(1)(a), box (a)"),
    ("Art. 8(1)(b), box (i)", "Art. 606(1)(b), box (i)"),
    ("Art. 8(1)(c), box (b)", "Art. 606(1)(c), box (b)"),
    ("Art. 8(1)(c), box (b) 1", "Art. 606(1)(c), box (b) 1"),
    ("Art. 8(1)(c), box (b) 2", "Art. 606(1)(c), box (b) 2"),
    ("Art. 8(1)(d), box (e)", "Art. 606(1)(d), box (e)"),
    ("Art. 8(1)(e), box (e)", "Art. 606(1)(e), box (e)"),
    ("Art. 8(1)(f), box (c) 1", "Art. 606(1)(f), box (c) 1"),
    ("Art. 8(1)(f), box (c) 2", "Art. 606(1)(f), box (c) 2"),
    ("Art. 8(2)", "Art. 606(2)"),
    ("Art. 29(1), box (g)", "Art. 627(1), box (g)"),
];
