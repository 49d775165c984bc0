//! The warrant: a form that keeps every rule, and cannot be made in any other way than by parsing one.

use super::authority::Issuer;
use super::basis::{Basis, Prosecution, Purpose, judgment, order};
use super::category::Category;
use super::check::{Check, Path};
use super::form::{Form, LifeForm, PropertyForm, PropertyItemForm};
use super::offence::{Offence, Surroundings, category};
use super::person::Person;
use super::value::{Language, NonEmpty, PartialDate, Term, Text};
use crate::fault::Faults;
use crate::limits;

/// A valid European Arrest Warrant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warrant {
    language: Language,
    translations: Vec<Language>,
    person: Person,
    basis: Basis,
    offences: NonEmpty<Offence>,
    categories: Vec<Category>,
    other_circumstances: Option<Text>,
    property: Option<Property>,
    life: Option<LifeGuarantee>,
    issuer: Issuer,
}

/// Box (g): what property the warrant is also for; at least one flag holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// As evidence.
    pub evidence: bool,
    /// As proceeds of the offence.
    pub proceeds: bool,
    /// What and where, if known.
    pub items: Vec<PropertyItem>,
}

/// One piece of property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyItem {
    /// Description.
    pub description: Text,
    /// Location.
    pub location: Option<Text>,
}

/// Box (h): what the issuing State's law holds for a life sentence (Art. 5(2)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LifeGuarantee {
    /// A review on request or at least after 20 years.
    Review,
    /// Clemency.
    Clemency,
    /// Both.
    ReviewAndClemency,
}

impl Warrant {
    /// Parses a form, or answers with every fault in it.
    pub fn parse(form: Form) -> Result<Self, Faults> {
        let mut check = Check::default();
        let warrant = parse(&mut check, form);
        match warrant {
            Some(warrant) if check.faults.is_empty() => Ok(warrant),
            _ => Err(check.faults),
        }
    }

    /// Language of the text.
    #[must_use]
    pub fn language(&self) -> &Language {
        &self.language
    }

    /// Languages of attached translations.
    #[must_use]
    pub fn translations(&self) -> &[Language] {
        &self.translations
    }

    /// Box (a).
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Boxes (b), (c) and (d).
    #[must_use]
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// What the person is wanted for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.basis.purpose()
    }

    /// Box (e).
    #[must_use]
    pub fn offences(&self) -> &NonEmpty<Offence> {
        &self.offences
    }

    /// Box (e) I: every category ticked, for the whole warrant or an offence, in official order.
    #[must_use]
    pub fn categories(&self) -> Vec<Category> {
        let per_offence = self.offences.iter().flat_map(|offence| &offence.categories);
        let mut all: Vec<_> = self.categories.iter().chain(per_offence).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Box (f).
    #[must_use]
    pub fn other_circumstances(&self) -> Option<&Text> {
        self.other_circumstances.as_ref()
    }

    /// Box (g).
    #[must_use]
    pub fn property(&self) -> Option<&Property> {
        self.property.as_ref()
    }

    /// Box (h), present exactly when a life term is involved.
    #[must_use]
    pub fn life(&self) -> Option<LifeGuarantee> {
        self.life
    }

    /// Box (i).
    #[must_use]
    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }
}

fn parse(check: &mut Check, form: Form) -> Option<Warrant> {
    let root = Path::ROOT;
    let issued = issue_date(&form);
    let language = check.language(root.field("language"), form.language, "Art. 8(2)");
    let translations =
        check.list(root, "translations", (form.translations, limits::TRANSLATIONS), |check, at, tag| {
            check.language(at, tag, "Art. 8(2)")
        });
    let person = match form.person {
        Some(person) => Person::parse(check, root.field("person"), person, issued),
        None => check.missing(root.field("person"), "Art. 8(1)(a), box (a)"),
    };
    let (has_orders, judgment_count) = (!form.orders.is_empty(), form.judgments.len());
    let orders = check.list(root, "orders", (form.orders, limits::DECISIONS), |check, at, item| {
        order(check, at, item, issued)
    });
    let judgments = check.list(root, "judgments", (form.judgments, limits::DECISIONS), |check, at, item| {
        judgment(check, at, item, issued)
    });
    if !has_orders && judgment_count == 0 {
        check.missing::<()>(root.field("orders"), "Art. 8(1)(c), box (b)");
    }
    let maximum = check.term(root.field("maximum"), form.maximum, "Art. 8(1)(f), box (c) 1");
    let categories = check.list(root, "categories", (form.categories, 32), |check, at, code: String| {
        category(check, at, &code)
    });
    let around = Surroundings {
        issued,
        judgments: judgment_count,
        prosecution: has_orders,
        maximum_given: form.maximum.is_some(),
        maximum,
        ticked_for_all: !categories.is_empty(),
    };
    let total = form.offences.len();
    if form.offence_total as usize != total {
        check.fault::<()>(
            root.field("offence_total"),
            "offence_count",
            "box (e)",
            "The total must be the number of offences described.",
        );
    }
    let offences = check.some(
        root,
        "offences",
        (form.offences, limits::OFFENCES, "Art. 8(1)(d), box (e)"),
        |check, at, item| Offence::parse(check, at, item, around),
    );
    let other_circumstances =
        check.maybe_text(root.field("other_circumstances"), form.other_circumstances, "box (f)");
    let property = form.property.and_then(|form| property(check, root.field("property"), form));
    let prosecution = NonEmpty::new(orders).map(|orders| Prosecution { orders, maximum });
    let basis = match (prosecution, NonEmpty::new(judgments)) {
        (Some(prosecution), None) => Some(Basis::Prosecution(prosecution)),
        (None, Some(judgments)) => Some(Basis::Execution(judgments)),
        (Some(prosecution), Some(judgments)) => Some(Basis::Both(prosecution, judgments)),
        (None, None) => None,
    };
    let lifelong = maximum.is_some_and(Term::is_life)
        || offences.iter().flat_map(|all| all.iter()).any(|one| one.maximum.is_some_and(Term::is_life))
        || basis.iter().flat_map(Basis::judgments).any(|one| one.imposed.is_life());
    let life = life(check, root.field("life"), form.life, lifelong);
    let issuer = match form.authority {
        Some(authority) => Issuer::parse(check, root.field("authority"), authority),
        None => check.missing(root.field("authority"), "Art. 8(1)(b), box (i)"),
    };
    Some(Warrant {
        language: language?,
        translations,
        person: person?,
        basis: basis?,
        offences: offences?,
        categories,
        other_circumstances,
        property,
        life,
        issuer: issuer?,
    })
}

/// The date of issue as far as it can be read; what is wrong with it is told where it stands.
fn issue_date(form: &Form) -> Option<jiff::civil::Date> {
    let date = form.authority.as_ref()?.signature.as_ref()?.date?;
    PartialDate::new(date.year, date.month, date.day)?.full()
}

fn property(check: &mut Check, at: Path<'_>, form: PropertyForm) -> Option<Property> {
    let PropertyForm { evidence, proceeds, items } = form;
    if !evidence && !proceeds {
        if !items.is_empty() {
            let text = "Tick whether the property is evidence or proceeds.";
            check.fault::<()>(at, "property_without_reason", "Art. 29(1), box (g)", text);
        }
        return None;
    }
    let items = check.list(at, "items", (items, limits::LIST_ITEMS), |check, at, item: PropertyItemForm| {
        let description = check.text(at.field("description"), item.description, "box (g)");
        let location = check.maybe_line(at.field("location"), item.location, "box (g)");
        Some(PropertyItem { description: description?, location })
    });
    Some(Property { evidence, proceeds, items })
}

fn life(check: &mut Check, at: Path<'_>, form: Option<LifeForm>, lifelong: bool) -> Option<LifeGuarantee> {
    let ticked = form.map_or((false, false), |form| (form.review, form.clemency));
    match (lifelong, ticked) {
        (true, (true, false)) => Some(LifeGuarantee::Review),
        (true, (false, true)) => Some(LifeGuarantee::Clemency),
        (true, (true, true)) => Some(LifeGuarantee::ReviewAndClemency),
        (true, (false, false)) => check.missing(at, "Art. 5(2), box (h)"),
        (false, (false, false)) => None,
        (false, _) => check.fault(
            at,
            "life_without_life_term",
            "Art. 5(2), box (h)",
            "Box (h) is only for an offence or a sentence that carries life.",
        ),
    }
}
