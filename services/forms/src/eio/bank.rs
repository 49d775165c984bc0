//! Section H 4: information on accounts and on operations, described and checked. It must not know what an account number looks
//! like: those outside banks have none of a kind.

use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use crate::check::Check;
use crate::description::{Field, Kind};
use crate::path::Path;

/// What asks for information on accounts.
pub(super) const ACCOUNTS: &str = "Art. 26(5), section H 4 (1)";
/// What asks for information on operations.
pub(super) const OPERATIONS: &str = "Art. 27(4), section H 4 (2)";

/// Section H 4.
pub(super) const FIELDS: &[Field] = &[
    Field::optional(
        "accounts",
        "(1) Information on bank and other financial accounts",
        ACCOUNTS,
        Kind::Group(&[
            Field::required("reasons", "Why it is likely to be of substantial value", ACCOUNTS, Kind::Text),
            Field::required(
                "grounds",
                "On what grounds banks in the executing State are presumed to hold the account, and which",
                ACCOUNTS,
                Kind::Text,
            ),
            Field::optional(
                "bank_accounts",
                "Bank accounts that the person holds, or has a power of attorney for",
                "Art. 26(1), section H 4 (1)",
                Kind::Flag,
            )
            .when("where no other accounts are ticked"),
            Field::optional(
                "other_accounts",
                "Other financial accounts",
                "Art. 26(6), section H 4 (1)",
                Kind::Flag,
            )
            .when("where no bank accounts are ticked"),
        ]),
    )
    .when("for information on accounts"),
    Field::optional(
        "operations",
        "(2) Information on banking and other financial operations",
        OPERATIONS,
        Kind::Group(&[
            Field::required("reasons", "Why it is relevant", OPERATIONS, Kind::Text),
            Field::optional(
                "banking_operations",
                "Banking operations",
                "Art. 27(1), section H 4 (2)",
                Kind::Flag,
            )
            .when("where no other operations are ticked"),
            Field::optional(
                "other_operations",
                "Other financial operations",
                "Art. 27(5), section H 4 (2)",
                Kind::Flag,
            )
            .when("where no banking operations are ticked"),
            Field::required("accounts", "The related accounts", OPERATIONS, Kind::Group(RELATED))
                .list(limits::LIST_ITEMS),
        ]),
    )
    .when("for information on operations"),
];

const RELATED: &[Field] = &[
    Field::required("bank", "Name of the bank or institution", OPERATIONS, Kind::Line),
    Field::required("number", "Account number", OPERATIONS, Kind::Line),
    Field::required("begins", "Relevant period: first day", OPERATIONS, Kind::Date { whole: true }),
    Field::required("ends", "Relevant period: last day", OPERATIONS, Kind::Date { whole: true }),
];

/// Looks at section H 4.
pub(super) fn information(check: &mut Check, form: &pb::InvestigationOrderForm) {
    if let Some(one) = &form.accounts {
        let at = Path::FORM.field("accounts");
        check.text(at.field("reasons"), &one.reasons, ACCOUNTS);
        check.text(at.field("grounds"), &one.grounds, ACCOUNTS);
        ticked(check, at, one.bank_accounts || one.other_accounts, ACCOUNTS);
    }
    if let Some(one) = &form.operations {
        let at = Path::FORM.field("operations");
        check.text(at.field("reasons"), &one.reasons, OPERATIONS);
        ticked(check, at, one.banking_operations || one.other_operations, OPERATIONS);
        check.some(at, "accounts", (&one.accounts, limits::LIST_ITEMS, OPERATIONS), |check, at, account| {
            related(check, at, account);
        });
    }
}

fn ticked(check: &mut Check, at: Path<'_>, is_ticked: bool, article: &'static str) {
    check.holds(is_ticked, (at, "nothing_ticked", article, "Tick at least one of the two."));
}

fn related(check: &mut Check, at: Path<'_>, form: &pb::RelatedAccount) {
    check.line(at.field("bank"), &form.bank, OPERATIONS);
    check.line(at.field("number"), &form.number, OPERATIONS);
    let begins = check.whole_date(at.field("begins"), form.begins, OPERATIONS);
    let ends = check.whole_date(at.field("ends"), form.ends, OPERATIONS);
    if let (Some(begins), Some(ends)) = (begins, ends) {
        let text = "The end lies before the start.";
        check.holds(begins <= ends, (at.field("ends"), "ends_before_start", OPERATIONS, text));
    }
}
