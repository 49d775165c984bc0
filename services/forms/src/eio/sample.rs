//! Sample orders for demonstrations and tests. SAMPLE DATA: no field describes a real person.

use rogatory_wire::pb::types::v1 as pb;

/// A valid order, different for each `n`: a Marseille court asks Rotterdam for photographs and papers of a laboratory.
#[must_use]
pub fn sample(n: u64) -> pb::InvestigationOrderForm {
    pb::InvestigationOrderForm {
        language: "fr".into(),
        translations: vec!["nl".into()],
        issuing_state: "FR".into(),
        executing_state: "NL".into(),
        urgency: Some(pb::OrderUrgency {
            reasons: vec!["evidence".into()],
            by: whole(6, 30),
            by_reason: "Le bâtiment doit être rendu à son propriétaire le 1er juillet 2021.".into(),
            ..pb::OrderUrgency::default()
        }),
        measures: measures(n),
        persons: vec![person(n)],
        location: format!("Entrepôt {}, quai {}, Rotterdam", 1 + n % 90, 1 + n % 12),
        proceedings: "criminal".into(),
        facts: format!(
            "Entre janvier et mars 2021, au moins {} kg de cocaïne ont été transformés dans un laboratoire aménagé \
             dans un bâtiment avec garage à Rotterdam, puis livrés à Marseille dans des véhicules munis de caches. \
             L'information judiciaire est ouverte depuis le 31 mars 2021.",
            20 + n % 200
        ),
        offences: vec![pb::OrderOffence {
            classification: "Importation et trafic illicite de stupéfiants en bande organisée".into(),
            provision: "Articles 222-34 à 222-43 du code pénal".into(),
        }],
        categories: vec!["IllicitTraffickingInNarcoticDrugs".into()],
        formalities: "Indiquer sur chaque photographie la date, le lieu et l'auteur.".into(),
        remedy_contact: Some(office_contact()),
        authority: Some(authority(n)),
        ..pb::InvestigationOrderForm::default()
    }
}

/// A day of 2021.
pub(super) fn whole(month: u32, day: u32) -> Option<pb::PartialDate> {
    Some(pb::PartialDate { year: 2021, month, day })
}

fn measures(n: u64) -> Vec<pb::OrderMeasure> {
    let measure = |description: String, kind: &str| pb::OrderMeasure {
        description,
        kind: kind.into(),
        ..pb::OrderMeasure::default()
    };
    vec![
        measure(
            format!(
                "Photographies du laboratoire prises lors de la perquisition, dossier {n}, avec les procès-verbaux"
            ),
            "held",
        ),
        measure("Saisie du contrat de location du bâtiment et des papiers qui s'y trouvent".into(), ""),
    ]
}

fn person(n: u64) -> pb::OrderPerson {
    pb::OrderPerson {
        natural: Some(pb::NaturalPerson {
            names: vec![format!("SUBJECT-{n}")],
            forenames: vec!["SAMPLE".into()],
            sex: "male".into(),
            nationalities: vec!["FR".into()],
            born: Some(pb::PartialDate { year: 1960 + (n % 40) as u32, month: 1 + (n % 12) as u32, day: 0 }),
            addresses: vec![format!("{} Keilestraat, 3029 Rotterdam, NL", 1 + n % 400)],
            languages: vec!["fr".into()],
            ..pb::NaturalPerson::default()
        }),
        position: "suspect".into(),
        ..pb::OrderPerson::default()
    }
}

fn office_contact() -> pb::Contact {
    pb::Contact {
        name: "Greffe de l'instruction".into(),
        telephone: "+33 4 00 00 00 02".into(),
        email: "greffe@marseille.example".into(),
        ..pb::Contact::default()
    }
}

fn authority(n: u64) -> pb::IssuingAuthority {
    pb::IssuingAuthority {
        kind: "judicial".into(),
        details: Some(details(n)),
        contact: None,
        signature: Some(signature()),
    }
}

/// The authority of the samples.
pub(crate) fn details(n: u64) -> pb::AuthorityDetails {
    pb::AuthorityDetails {
        name: "Tribunal judiciaire de Marseille, juridiction interrégionale spécialisée".into(),
        representative: "SAMPLE-MAGISTRATE".into(),
        post: "Juge d'instruction".into(),
        file_reference: format!("JIRS-MRS-2021-{n:08}"),
        address: "6 rue Joseph-Autran, 13006 Marseille, France".into(),
        telephone: "+33 4 00 00 00 00".into(),
        fax: "+33 4 00 00 00 01".into(),
        email: "jirs@marseille.example".into(),
        languages: vec!["fr".into(), "en".into()],
    }
}

/// The signature of the samples.
pub(crate) fn signature() -> pb::FormSignature {
    pb::FormSignature {
        name: "SAMPLE-MAGISTRATE".into(),
        post: "Juge d'instruction".into(),
        date: whole(6, 1),
        stamped: true,
    }
}
