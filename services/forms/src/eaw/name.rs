//! What a European arrest warrant is called in the languages of the Union.
//!
//! Owns whether box (b) 1 names the warrant itself where it must name a national one (S: C-241/15, Bob-Dogi). It must not be sure:
//! a court may call its own decision what it likes, so that this is a warning.

use rogatory_wire::pb::types::v1 as pb;

/// In small letters, without what is declined at the end; `'` is any apostrophe. All own.
const NAMES: &[&str] = &[
    "европейска заповед за арест",
    "orden europea de detención",
    "euroorden",
    "evropský zatýkací rozkaz",
    "evropského zatýkacího rozkazu",
    "europæisk arrestordre",
    "europäischer haftbefehl",
    "europäischen haftbefehl",
    "euroopa vahistamismäärus",
    "ευρωπαϊκό ένταλμα σύλληψης",
    "european arrest warrant",
    "mandat d'arrêt européen",
    "barántas gabhála eorpach",
    "europski uhidbeni nalog",
    "europskog uhidbenog naloga",
    "mandato d'arresto europeo",
    "mandato di arresto europeo",
    "eiropas apcietināšanas orderis",
    "europos arešto orderis",
    "európai elfogatóparancs",
    "mandat ta' arrest ewropew",
    "europees aanhoudingsbevel",
    "europejski nakaz aresztowania",
    "europejskiego nakazu aresztowania",
    "mandado de detenção europeu",
    "mandat european de arestare",
    "európsky zatýkací rozkaz",
    "európsky zatykací rozkaz",
    "evropski nalog za prijetje",
    "eurooppalainen pidätysmääräys",
    "europeisk arresteringsorder",
    "europeiska arresteringsorder",
];

/// Whether the decision is called a European arrest warrant, or has the file reference of this one.
pub(super) fn names_this_warrant(order: &pb::WarrantOrder, form: &pb::WarrantForm) -> bool {
    let kind = order.kind.to_lowercase().replace('\u{2019}', "'");
    let own = form.authority.as_ref().map_or("", |authority| authority.file_reference.trim());
    NAMES.iter().any(|name| kind.contains(name)) || !own.is_empty() && order.reference.trim() == own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_they_are_compared() {
        assert!(NAMES.iter().all(|name| *name == name.to_lowercase()));
        let named = |kind: &str| {
            let order = pb::WarrantOrder { kind: kind.to_owned(), ..pb::WarrantOrder::default() };
            names_this_warrant(&order, &pb::WarrantForm::default())
        };
        assert!(named("Mandat d\u{2019}ARRÊT Européen") && named("Europäischer Haftbefehl des Amtsgerichts"));
        assert!(!named("Mandat d'arrêt") && !named("Haftbefehl"));
    }
}
