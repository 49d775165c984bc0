//! Sample warrants for demonstrations, benchmarks and tests. SAMPLE DATA: no field describes a real person.

use rogatory_wire::pb::types::v1 as pb;

const PLACES: [&str; 6] = ["Marseille", "Rotterdam", "Anvers", "La Haye", "Aix-en-Provence", "Toulon"];
const PARTS: [&str; 4] = ["auteur", "coauteur", "complice par aide et assistance", "organisateur"];

/// A valid warrant for prosecution, different for each `n`, about 2 KiB on the wire: sample data, issued by a
/// Marseille prosecutor on the warrant of an investigating judge against `SUBJECT-<n>` over a cocaine laboratory in Rotterdam.
#[must_use]
pub fn sample(n: u64) -> pb::WarrantForm {
    let pick = |from: &[&str], shift: u64| from[((n % 12 + shift) % from.len() as u64) as usize].to_owned();
    pb::WarrantForm {
        language: "fr".into(),
        translations: vec!["nl".into()],
        person: Some(person(n)),
        orders: vec![pb::WarrantOrder {
            kind: "Mandat d'arrêt délivré par le juge d'instruction".into(),
            date: Some(pb::PartialDate { year: 2021, month: 5, day: 1 + (n % 18) as u32 }),
            reference: format!("JIRS/{:06}/21", n % 1_000_000),
            court: "Tribunal judiciaire de Marseille, JIRS".into(),
        }],
        maximum: Some(pb::Term { years: 30, ..pb::Term::default() }),
        offence_total: 2,
        offences: vec![import(n, pick(&PARTS, 0)), conspiracy(n, pick(&PLACES, 1), pick(&PARTS, 1))],
        other_circumstances: "La prescription de l'action publique a été interrompue par l'ouverture de \
                              l'information judiciaire du 31 mars 2021."
            .into(),
        property: Some(pb::WarrantProperty {
            evidence: true,
            proceeds: n.is_multiple_of(2),
            items: vec![pb::PropertyItem {
                description: "Téléphones chiffrés, supports de données, produits précurseurs".into(),
                location: format!("Entrepôt {}, quai {}, Rotterdam", 1 + n % 90, 1 + n % 12),
            }],
        }),
        authority: Some(authority(n)),
        ..pb::WarrantForm::default()
    }
}

fn person(n: u64) -> pb::WarrantPerson {
    let plain = |text: String| pb::PersonName { original: text, transliteration: String::new() };
    pb::WarrantPerson {
        names: vec![plain(format!("SUBJECT-{n}"))],
        forenames: vec![plain("SAMPLE".into())],
        aliases: vec![format!("ALIAS-{}", n.wrapping_mul(7919) % 100_000)],
        sex: if n.is_multiple_of(5) { pb::Sex::Female } else { pb::Sex::Male }.into(),
        nationalities: vec![["FR", "NL", "BE", "GB"][(n % 4) as usize].into()],
        born: Some(pb::PartialDate {
            year: 1960 + (n % 40) as u32,
            month: 1 + (n % 12) as u32,
            day: if n.is_multiple_of(9) { 0 } else { 1 + (n % 28) as u32 },
        }),
        birth_place: "Marseille".into(),
        addresses: vec![format!("{} Keilestraat, 3029 Rotterdam, NL", 1 + n % 400)],
        languages: vec!["fr".into(), "nl".into()],
        description: format!("Taille {} cm, cicatrice à l'avant-bras gauche", 160 + n % 35),
        ..pb::WarrantPerson::default()
    }
}

fn import(n: u64, participation: String) -> pb::WarrantOffence {
    pb::WarrantOffence {
        circumstances: format!(
            "Entre janvier et mars 2021, la personne recherchée a organisé depuis Rotterdam la livraison vers \
             Marseille d'au moins {} kg de cocaïne, transformée dans un laboratoire aménagé dans un bâtiment avec \
             garage, et transportée dans des véhicules munis de caches. Les messages échangés par téléphone \
             chiffré et les saisies du 31 mars 2021 à Marseille établissent quatre livraisons.",
            20 + n % 200
        ),
        began: Some(pb::PartialDate { year: 2021, month: 1, day: 0 }),
        ended: Some(pb::PartialDate { year: 2021, month: 3, day: 31 }),
        place: "Rotterdam et Marseille".into(),
        participation,
        classification: "Importation et trafic illicite de stupéfiants en bande organisée".into(),
        provision: "Articles 222-34 à 222-43 du code pénal".into(),
        categories: vec!["IllicitTraffickingInNarcoticDrugs".into()],
        maximum: Some(pb::Term { years: 30, ..pb::Term::default() }),
        ..pb::WarrantOffence::default()
    }
}

fn conspiracy(n: u64, place: String, participation: String) -> pb::WarrantOffence {
    pb::WarrantOffence {
        circumstances: format!(
            "Depuis 2020, participation à un groupement d'au moins {} personnes formé en vue de la préparation de \
             ces infractions : location des locaux, recrutement des chauffeurs et remise des fonds.",
            3 + n % 20
        ),
        began: Some(pb::PartialDate { year: 2020, month: 0, day: 0 }),
        place,
        participation,
        classification: "Association de malfaiteurs en vue de la commission d'un crime".into(),
        provision: "Article 450-1 du code pénal".into(),
        categories: vec!["ParticipationInACriminalOrganisation".into()],
        ..pb::WarrantOffence::default()
    }
}

fn authority(n: u64) -> pb::WarrantAuthority {
    pb::WarrantAuthority {
        country: "FR".into(),
        name: "Parquet du tribunal judiciaire de Marseille, juridiction interrégionale spécialisée".into(),
        representative: "SAMPLE-MAGISTRATE".into(),
        post: "Procureur de la République".into(),
        file_reference: format!("JIRS-MRS-2021-{n:08}"),
        address: "6 rue Joseph-Autran, 13006 Marseille, France".into(),
        telephone: "+33 4 00 00 00 00".into(),
        fax: "+33 4 00 00 00 01".into(),
        email: "jirs@marseille.example".into(),
        contacts: vec![pb::Contact {
            name: "Secrétariat du parquet".into(),
            telephone: "+33 4 00 00 00 02".into(),
            email: "remise@marseille.example".into(),
            ..pb::Contact::default()
        }],
        central: Some(pb::CentralAuthority {
            name: "Bureau de l'entraide pénale internationale".into(),
            contact: None,
        }),
        signature: Some(pb::WarrantSignature {
            name: "SAMPLE-MAGISTRATE".into(),
            post: "Procureur de la République".into(),
            date: Some(pb::PartialDate { year: 2021, month: 5, day: 20 }),
            stamped: true,
        }),
    }
}
