//! The form of the European Arrest Warrant box by box, in the words of the Annex to Framework Decision 2002/584/JHA.
//!
//! Owns the order of the boxes and the fields that stand in them on their own; what has fields of its own has a file. It must not
//! judge a form.

mod authority;
mod decision;
mod offence;
mod person;

use rogatory_domain::limits;

use crate::description::{Description, Field, FormBox, Kind};

/// The whole form.
pub(super) const DESCRIPTION: Description = Description { title: "European Arrest Warrant", boxes: BOXES };

const BOXES: &[FormBox] = &[
    FormBox {
        code: "",
        title: "Languages of the warrant",
        fields: &[
            Field::required("language", "Language of the warrant", "Art. 8(2)", Kind::Language),
            Field::optional(
                "translations",
                "Languages of attached translations",
                "Art. 8(2)",
                Kind::Language,
            )
            .list(limits::TRANSLATIONS),
        ],
    },
    FormBox {
        code: "a",
        title: "Information regarding the identity of the requested person",
        fields: &[Field::required(
            "person",
            "The requested person",
            "Art. 8(1)(a), box (a)",
            Kind::Group(person::PERSON),
        )],
    },
    FormBox {
        code: "b",
        title: "Decision on which the warrant is based",
        fields: &[decision::ORDERS, decision::JUDGMENTS],
    },
    FormBox {
        code: "c",
        title: "Indications on the length of the sentence",
        fields: &[Field::optional(
            "maximum",
            "Maximum length of the custodial sentence or detention order for the offence(s)",
            "Art. 8(1)(f), box (c) 1",
            Kind::Group(decision::TERM),
        )
        .when("for a prosecution in which an offence states no maximum of its own")],
    },
    FormBox {
        code: "d",
        title: "Whether the person appeared at the trial; asked with each judgment of box (b) 2",
        fields: &[],
    },
    FormBox {
        code: "e",
        title: "Offences",
        fields: &[offence::TOTAL, offence::OFFENCES, offence::CATEGORIES],
    },
    FormBox {
        code: "f",
        title: "Other circumstances relevant to the case",
        fields: &[Field::optional(
            "other_circumstances",
            "Extraterritoriality, interruption of time limitation, other consequences of the offence",
            "box (f)",
            Kind::Text,
        )],
    },
    FormBox {
        code: "g",
        title: "Seizure and handing over of property",
        fields: &[Field::optional(
            "property",
            "Property this warrant pertains to",
            "Art. 29(1), box (g)",
            Kind::Group(PROPERTY),
        )],
    },
    FormBox {
        code: "h",
        title: "Custodial life sentence or lifetime detention order",
        fields: &[Field::optional(
            "life",
            "What the legal system of the issuing State allows for, where a term is for life",
            "Art. 5(2), box (h)",
            Kind::Group(LIFE),
        )],
    },
    FormBox {
        code: "i",
        title: "The judicial authority which issued the warrant",
        fields: &[authority::AUTHORITY],
    },
];

const PROPERTY: &[Field] = &[
    Field::optional(
        "evidence",
        "Property which may be required as evidence",
        "Art. 29(1), box (g)",
        Kind::Flag,
    )
    .when("where property is described that is no proceeds"),
    Field::optional(
        "proceeds",
        "Property acquired as a result of the offence",
        "Art. 29(1), box (g)",
        Kind::Flag,
    )
    .when("where property is described that is no evidence"),
    Field::optional(
        "items",
        "Description and location of the property, if known",
        "box (g)",
        Kind::Group(ITEM),
    )
    .list(limits::LIST_ITEMS),
];

const ITEM: &[Field] = &[
    Field::required("description", "Description of the property", "box (g)", Kind::Text),
    Field::optional("location", "Location", "box (g)", Kind::Line),
];

const LIFE: &[Field] = &[
    Field::optional(
        "review",
        "Review of the penalty or measure, on request or at least after 20 years",
        "Art. 5(2), box (h)",
        Kind::Flag,
    )
    .when("where no measures of clemency are ticked"),
    Field::optional(
        "clemency",
        "Measures of clemency to which the person is entitled by law or practice",
        "Art. 5(2), box (h)",
        Kind::Flag,
    )
    .when("where no review is ticked"),
];
