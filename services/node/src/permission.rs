//! The one table of permissions: which role of whose agency may call which method. What has no row is denied.
//!
//! It must not look at what a call contains; what a handler shows to whom inside a method is the handler's.

use rogatory_domain::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_tls::{PeerIdentity, Role};

#[cfg(test)]
mod tests;

/// Whose certificates a row admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The node's own agency.
    Own,
    /// Every other agency of the roster.
    Others,
    /// Clients of the own agency, and nodes of every agency.
    OwnClientsAndNodes,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    /// Full method path.
    pub method: &'static str,
    /// Agencies admitted.
    pub whose: Whose,
    /// Roles admitted.
    pub roles: &'static [Role],
}

const CASES: &[Role] = &[Role::CaseSystem];
const CASES_OPERATION: &[Role] = &[Role::CaseSystem, Role::Operator];
const CASES_AUDIT: &[Role] = &[Role::CaseSystem, Role::Auditor];
const OPERATION: &[Role] = &[Role::Operator];
const OPERATION_AUDIT: &[Role] = &[Role::Operator, Role::Auditor];
const CLIENTS: &[Role] = &[Role::CaseSystem, Role::Operator, Role::Auditor];
const NODES: &[Role] = &[Role::Node];
const EVERY: &[Role] = &[Role::Node, Role::CaseSystem, Role::Operator, Role::Auditor];

const fn row(method: &'static str, whose: Whose, roles: &'static [Role]) -> Permission {
    Permission { method, whose, roles }
}

/// What counts and records name a method that has no row.
pub const UNKNOWN_METHOD: &str = "unknown";

/// Every method there is.
#[rustfmt::skip]
pub const PERMISSIONS: &[Permission] = &[
    row("/rogatory.casework.v1.Casework/Submit", Whose::Own, CASES),
    row("/rogatory.casework.v1.Casework/SubmitStream", Whose::Own, CASES),
    row("/rogatory.casework.v1.Casework/Act", Whose::Own, CASES),
    row("/rogatory.casework.v1.Casework/Get", Whose::Own, CASES),
    // Without content, so that an operator finds what a case system asks about.
    row("/rogatory.casework.v1.Casework/List", Whose::Own, CASES_OPERATION),
    // Sums over all cases, of which nobody is named: for whoever reports them.
    row("/rogatory.casework.v1.Casework/Statistics", Whose::Own, CLIENTS),
    // Without content, as the list.
    row("/rogatory.casework.v1.Casework/Calendar", Whose::Own, CASES_OPERATION),
    row("/rogatory.casework.v1.Casework/Watch", Whose::Own, CASES),
    row("/rogatory.casework.v1.Casework/Consumers", Whose::Own, CASES_OPERATION),
    row("/rogatory.casework.v1.Casework/RemoveConsumer", Whose::Own, CASES_OPERATION),
    // What the law says is no secret, and is not on the record.
    row("/rogatory.casework.v1.Casework/Describe", Whose::Own, CLIENTS),
    // Whom one can write to is no secret either: every member has the whole roster.
    row("/rogatory.casework.v1.Casework/About", Whose::Own, CLIENTS),
    row("/rogatory.casework.v1.Casework/Agencies", Whose::Own, CLIENTS),
    // The key of the content only for case systems: the handler sees the role.
    row("/rogatory.casework.v1.Casework/Evidence", Whose::Own, CASES_AUDIT),
    row("/rogatory.casework.v1.Casework/PrintReferral", Whose::Own, CASES),
    row("/rogatory.exchange.v1.Exchange/Converse", Whose::Others, NODES),
    row("/rogatory.admin.v1.Admin/Status", Whose::Own, OPERATION_AUDIT),
    row("/rogatory.admin.v1.Admin/Peers", Whose::Own, OPERATION_AUDIT),
    row("/rogatory.admin.v1.Admin/Queues", Whose::Own, OPERATION_AUDIT),
    row("/rogatory.admin.v1.Admin/Referrals", Whose::Own, OPERATION_AUDIT),
    // The private part of a record only for auditors: the handler sees the role.
    row("/rogatory.admin.v1.Admin/Ledger", Whose::Own, OPERATION_AUDIT),
    row("/rogatory.admin.v1.Admin/Prove", Whose::Own, OPERATION_AUDIT),
    row("/rogatory.admin.v1.Admin/Checkpoint", Whose::Own, OPERATION_AUDIT),
    // Leaves are commitments: a tile tells nothing of what a record says.
    row("/rogatory.admin.v1.Admin/Tile", Whose::Own, OPERATION_AUDIT),
    row("/rogatory.admin.v1.Admin/Release", Whose::Own, OPERATION),
    row("/rogatory.admin.v1.Admin/ClearForks", Whose::Own, OPERATION),
    row("/rogatory.admin.v1.Admin/Requeue", Whose::Own, OPERATION),
    row("/rogatory.admin.v1.Admin/LoadRoster", Whose::Own, OPERATION),
    row("/grpc.health.v1.Health/Check", Whose::OwnClientsAndNodes, EVERY),
    row("/grpc.health.v1.Health/Watch", Whose::OwnClientsAndNodes, EVERY),
    row("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Whose::Own, CLIENTS),
    // The older name, which many tools still ask by.
    row("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Whose::Own, CLIENTS),
];

impl Permission {
    /// The row of a method.
    #[must_use]
    pub fn of(method: &str) -> Option<&'static Self> {
        PERMISSIONS.iter().find(|row| row.method == method)
    }

    /// Whether the row admits a certificate's holder at the node of `own`.
    #[must_use]
    pub fn admits(&self, identity: &PeerIdentity, own: &AgencyId) -> bool {
        let is_own = identity.agency == *own;
        let is_whose = match self.whose {
            Whose::Own => is_own,
            Whose::Others => !is_own,
            Whose::OwnClientsAndNodes => is_own || identity.role == Role::Node,
        };
        is_whose && self.roles.contains(&identity.role)
    }
}

/// The row that admits the caller, or why none does.
///
/// # Errors
/// [`Code::UnknownMethod`] for what has no row, [`Code::ForeignClient`] for a client of another agency,
/// [`Code::ClientOnExchange`] for a client that calls what only nodes may, else [`Code::RoleNotAllowed`].
pub fn allowed(method: &str, identity: &PeerIdentity, own: &AgencyId) -> Result<&'static Permission, Code> {
    let row = Permission::of(method).ok_or(Code::UnknownMethod)?;
    if row.admits(identity, own) {
        return Ok(row);
    }
    let is_node = identity.role == Role::Node;
    Err(match row.whose {
        _ if !is_node && identity.agency != *own => Code::ForeignClient,
        Whose::Others if !is_node => Code::ClientOnExchange,
        _ => Code::RoleNotAllowed,
    })
}

/// The page `docs/reference/permissions.md`.
#[must_use]
pub fn reference_page() -> String {
    let mut page = String::from(
        "# Permissions\n\nGenerated from the table in the node. A certificate has one role. What has no row does not exist.\n\
         A client's certificate counts only at the node of its own agency. Evidence with content is for case systems only: an\n\
         auditor gets the private part of the records, and never the key of the content.\n\n| method | agency | roles |\n|---|---|---|\n",
    );
    for row in PERMISSIONS {
        let whose = match row.whose {
            Whose::Own => "own",
            Whose::Others => "every other in the roster",
            Whose::OwnClientsAndNodes => "own; nodes of every agency",
        };
        let roles: Vec<_> = row.roles.iter().map(|role| role.as_str()).collect();
        page.push_str(&format!("| `{}` | {whose} | {} |\n", &row.method[1..], roles.join(", ")));
    }
    page
}
