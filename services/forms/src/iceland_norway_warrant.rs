//! The form of the arrest warrant between a Member State and Iceland or Norway (Agreement of 28 June 2006, Annex).
//!
//! The text of the Annex was not read: that its boxes are those of the European Arrest Warrant, and the numbers of the articles, are own
//! knowledge. Owns the articles of the form. It must not repeat a rule: those of the warrant hold.

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
    instrument: "iceland_norway_warrant",
    message: "rogatory.types.v1.WarrantForm",
    describe: || &DESCRIPTION,
    edition: 1,
    check: |bytes, context| ACT.check(bytes, context),
    outline: crate::eaw::outline,
    excerpt: crate::eaw::excerpt,
    sample: |number| ACT.sample(number).encode_to_vec(),
    addressees: &["no-oslo-tingrett", "no-kripos"],
};

static DESCRIPTION: LazyLock<Description> = LazyLock::new(|| ACT.describe());

const ACT: Agreement = Agreement {
    title: "Arrest warrant of the Agreement with Iceland and Norway",
    between: Between::IcelandNorway,
    articles: ARTICLES,
    list_article: "Art. 3(4), box (e) I",
};

/// Article of the Framework Decision with its box, and the same of the Agreement.
#[rustfmt::skip]
const ARTICLES: &[(&str, &str)] = &[
    ("Art. 1(1)", "Art. 2"),
    ("Art. 2(1)", "Art. 3(1)"),
    ("Art. 2(2)", "Art. 3(4)"),
    ("Art. 2(2), box (e) I", "Art. 3(4), box (e) I"),
    ("Art. 2(4), box (e) II", "Art. 3(2), box (e) II"),
    ("Art. 3(3), box (e)", "Art. 4(3), box (e)"),
    ("Art. 4a(1), box (d)", "Art. 8(1), box (d)"),
    ("Art. 4a(1), box (d) 1 and 2", "Art. 8(1), box (d) 1 and 2"),
    ("Art. 4a(1), box (d) 3", "Art. 8(1), box (d) 3"),
    ("Art. 4a(1)(a)(i), box (d) 3.1a", "Art. 8(1), box (d) 3.1a"),
    ("Art. 4a(1)(c), box (d) 3.3", "Art. 8(1), box (d) 3.3"),
    ("Art. 4a(1)(d)(ii), box (d) 3.4", "Art. 8(1), box (d) 3.4"),
    ("Art. 5(2), box (h)", "Art. 8(2), box (h)"),
    ("Art. 6(1), box (i)", "Art. 2, box (i)"),
    ("Art. 7, box (i)", "Art. 10, box (i)"),
    ("Art. 8(1)(a), box (a)", "Art. 11(1)(a), box (a)"),
    ("Art. 8(1)(b), box (i)", "Art. 11(1)(b), box (i)"),
    ("Art. 8(1)(c), box (b)", "Art. 11(1)(c), box (b)"),
    ("Art. 8(1)(c), box (b) 1", "Art. 11(1)(c), box (b) 1"),
    ("Art. 8(1)(c), box (b) 2", "Art. 11(1)(c), box (b) 2"),
    ("Art. 8(1)(d), box (e)", "Art. 11(1)(d), box (e)"),
    ("Art. 8(1)(e), box (e)", "Art. 11(1)(e), box (e)"),
    ("Art. 8(1)(f), box (c) 1", "Art. 11(1)(f), box (c) 1"),
    ("Art. 8(1)(f), box (c) 2", "Art. 11(1)(f), box (c) 2"),
    ("Art. 8(2)", "Art. 11(2)"),
    ("Art. 29(1), box (g)", "Art. 32(1), box (g)"),
];
