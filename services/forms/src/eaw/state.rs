//! Which States a warrant goes between, and in which languages.
//!
//! Owns what depends on who the parties are; without them nothing is said. It must not know a roster.

use rogatory_domain::Country;
use rogatory_domain::profile::StateProfile;
use rogatory_wire::pb::types::v1 as pb;

use crate::FormContext;
use crate::check::Check;
use crate::check::code::primary;
use crate::path::Path;

/// Edition of the profiles that say what States do. Warnings alone are made of them: a fault must not change with a profile.
const PROFILE_EDITION: u16 = 1;

/// The Member States, which all apply the Framework Decision.
const MEMBER_STATES: &str =
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";

/// How a roster codes the country of an agency of the Union.
const UNION: &str = "EU";

const PARTIES: &str = "Art. 1(1)";

/// Between which States a warrant goes, which says under which act it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Between {
    /// Two Member States.
    MemberStates,
    /// A Member State and the United Kingdom, either way.
    UnitedKingdom,
    /// A Member State and Iceland or Norway, either way.
    IcelandNorway,
}

impl Between {
    /// Family of the profiles that say what States do under it.
    pub(super) fn family(self) -> &'static str {
        match self {
            Self::MemberStates => "eaw",
            Self::UnitedKingdom => "tca_warrant",
            Self::IcelandNorway => "iceland_norway_warrant",
        }
    }

    /// Whether a State issues and executes under it.
    fn binds(self, state: Country) -> bool {
        is_member(state)
            || match self {
                Self::MemberStates => false,
                Self::UnitedKingdom => state.as_str() == "GB",
                Self::IcelandNorway => matches!(state.as_str(), "IS" | "NO"),
            }
    }

    /// Under which act one State asks another one; none where it asks for extradition.
    fn of(issuing: Country, executing: Country) -> Option<Self> {
        let (own, other) = (is_member(issuing), is_member(executing));
        let acts = [Self::MemberStates, Self::UnitedKingdom, Self::IcelandNorway];
        let is_pair = |act: &Self| match act {
            Self::MemberStates => own && other,
            act => own != other && act.binds(issuing) && act.binds(executing),
        };
        acts.into_iter().find(is_pair)
    }
}

/// Whether a State is a Member State of the Union.
pub(super) fn is_member(state: Country) -> bool {
    MEMBER_STATES.split(' ').any(|member| member == state.as_str())
}

/// The two States: what goes between others is another instrument, with other grounds and periods.
pub(super) fn parties(check: &mut Check, between: Between, form: &pb::WarrantForm) {
    if between == Between::MemberStates {
        executing(check);
        return;
    }
    let Some(executing) = check.context().executing_state else { return };
    let named = form.authority.as_ref().and_then(|authority| authority.country.parse::<Country>().ok());
    // A State that cannot issue under the act is told where it is named.
    let issuing = named.or(check.context().opener_state).filter(|state| between.binds(*state));
    let Some(issuing) = issuing else { return };
    let text = match Between::of(issuing, executing) {
        Some(right) if right == between => return,
        Some(Between::MemberStates) => "One Member State asks another by a European Arrest Warrant: eaw.",
        Some(Between::UnitedKingdom) => {
            "A Member State and the United Kingdom ask each other by a warrant of their Agreement: tca_warrant."
        }
        Some(Between::IcelandNorway) => {
            "A Member State and Iceland or Norway ask each other by a warrant of their Agreement: iceland_norway_warrant."
        }
        None => {
            "Between these two States no such warrant goes; one asks the other for extradition: extradition."
        }
    };
    check.fault(Path::FORM, "not_between_these_states", PARTIES, text);
}

/// The State that a European Arrest Warrant asks: another Member State.
fn executing(check: &mut Check) {
    let FormContext { executing_state, opener_state, .. } = *check.context();
    if check.since(2) && executing_state.is_some() && executing_state == opener_state {
        let text = "The agency that opens this case and the authority that answers it are of one State.";
        check.warn(Path::FORM, "own_state", PARTIES, text);
    }
    let Some(state) = check.context().executing_state.filter(|state| !is_member(*state)) else { return };
    if !check.since(2) {
        return;
    }
    let text = match state.as_str() {
        // V: Extradition Act 2003, ss. 35 and 36.
        "GB" => {
            "The United Kingdom is asked by a warrant of the Trade and Cooperation Agreement: tca_warrant."
        }
        // own: Agreement of 28 June 2006, OJ L 292.
        "IS" | "NO" => {
            "Iceland and Norway are asked by an arrest warrant of their own: iceland_norway_warrant."
        }
        // own: European Convention on Extradition, 13 December 1957.
        "CH" => "Switzerland is asked for extradition: extradition.",
        _ => "This warrant goes to a Member State; another State is asked for extradition: extradition.",
    };
    check.fault(Path::FORM, "not_a_member_state", PARTIES, text);
}

/// The State that issues: one that the act binds, and the one that the agency of the sender is in. An agency of the Union acts for
/// them all.
pub(super) fn issuing(check: &mut Check, at: Path<'_>, state: Country, between: Between) {
    if !check.since(2) {
        return;
    }
    let opener = check.context().opener_state;
    // An agency of the Union acts for the authorities of all its States.
    let opener = opener.filter(|opener| opener.as_str() != UNION);
    if !between.binds(state) {
        let (rule, text) = match between {
            Between::MemberStates => {
                ("not_a_member_state", "Only an authority of a Member State issues this warrant.")
            }
            Between::UnitedKingdom => (
                "not_bound",
                "Only an authority of a Member State or of the United Kingdom issues this warrant.",
            ),
            Between::IcelandNorway => (
                "not_bound",
                "Only an authority of a Member State, of Iceland or of Norway issues this warrant.",
            ),
        };
        check.fault(at, rule, PARTIES, text);
    } else if opener.is_some_and(|opener| !between.binds(opener)) {
        let text = "The agency that sends this warrant is in a State that does not issue such warrants.";
        check.fault(Path::FORM, "sent_from_elsewhere", PARTIES, text);
    } else if opener.is_some_and(|opener| opener != state) {
        let text =
            "The agency that sends this warrant is in another State than the authority that issued it.";
        check.warn(at, "state_of_another_agency", "Art. 6(1), box (i)", text);
    }
}

/// The form, or a translation of it, is in a language that the executing State takes. A translation may follow, so that nothing is
/// refused for it.
pub(super) fn language(check: &mut Check, form: &pb::WarrantForm) {
    let (true, Some(profile)) = (check.since(2), profile(check)) else { return };
    let mut given = std::iter::once(&form.language).chain(&form.translations);
    let is_taken = |tag: &String| profile.languages.value.iter().any(|taken| taken == primary(tag));
    if !given.any(is_taken) {
        let text = format!(
            "The executing State takes {}; attach a translation.",
            profile.languages.value.join(", ")
        );
        check.warn(Path::FORM.field("translations"), "language_not_taken", "Art. 8(2)", &text);
    }
}

/// What the executing State does its own way, where it is known.
pub(super) fn profile(check: &Check) -> Option<&'static StateProfile> {
    let FormContext { executing_state, today, .. } = *check.context();
    StateProfile::of(check.family(), PROFILE_EDITION, executing_state?, today)
}
