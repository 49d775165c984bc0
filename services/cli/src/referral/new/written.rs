//! Answers as TOML with comments: each box with its heading, each field under its words. It must not change an answer.

use rogatory_forms::description::{Field, FormBox, Kind};
use serde_json::{Map, Value};

use super::answers::Answers;

/// A request as a person may go on writing it.
pub(super) fn toml(answers: &Answers) -> String {
    let (form, instrument) = (answers.form, answers.instrument);
    let mut page = Page::default();
    page.comment(&format!(
        "{} ({}), edition {}.",
        form.description().title,
        instrument.act,
        instrument.edition
    ));
    page.comment("Check it with rogatory referral check FILE, send it with rogatory referral submit FILE.");
    let Some(opening) = answers.root().get("opening") else { return page.text };
    page.header("\n[opening]");
    page.comment("urgent or routine");
    page.entry("lane", &opening["lane"]);
    if let Some(labels) = opening["labels"].as_object() {
        page.header("\n[opening.labels]");
        labels.iter().for_each(|(name, value)| page.entry(name, value));
    }
    for link in opening["links"].as_array().into_iter().flatten() {
        page.header("\n[[opening.links]]");
        page.entry("relation", &link["relation"]);
        page.entry("referral_id", &link["referral_id"]);
    }
    for party in opening["parties"].as_array().into_iter().flatten() {
        page.header("\n[[opening.parties]]");
        page.entry("agency", &party["agency"]);
        page.entry("capacity", &party["capacity"]);
    }
    let path = answers.form_path();
    page.header(&format!("\n[{path}]"));
    let fields: Vec<_> = form
        .description()
        .boxes
        .iter()
        .flat_map(|form_box| form_box.fields.iter().map(move |field| (Some(form_box), field)))
        .collect();
    let empty = Map::new();
    let form = path.strip_prefix("opening.").and_then(|field| opening[field].as_object()).unwrap_or(&empty);
    page.table(&path, &fields, form);
    page.text
}

/// A field and the box it stands in, where it stands in one itself.
type Placed = (Option<&'static FormBox>, &'static Field);

#[derive(Default)]
struct Page {
    text: String,
    /// The box whose heading was written last.
    shown: &'static str,
}

impl Page {
    fn comment(&mut self, text: &str) {
        self.header(&format!("# {text}"));
    }

    fn header(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn entry(&mut self, name: &str, value: &Value) {
        let value = toml::Value::try_from(value).map(|value| value.to_string()).unwrap_or_default();
        self.header(&format!("{name} = {value}"));
    }

    /// Values first, then what has a table of its own: after the heading of one, nothing belongs to the table before.
    fn table(&mut self, path: &str, fields: &[Placed], values: &Map<String, Value>) {
        let given =
            fields.iter().filter_map(|placed| values.get(placed.1.name).map(|value| (*placed, value)));
        let (groups, single): (Vec<_>, Vec<_>) =
            given.partition(|((_, field), _)| matches!(field.kind, Kind::Group(_)));
        for (placed, value) in single {
            self.words(placed);
            self.entry(placed.1.name, value);
        }
        for (placed, value) in groups {
            let Kind::Group(inner) = placed.1.kind else { continue };
            let inner: Vec<Placed> = inner.iter().map(|field| (None, field)).collect();
            let path = format!("{path}.{}", placed.1.name);
            self.header("");
            self.words(placed);
            let (is_list, items) = match value {
                Value::Array(items) => (true, items.as_slice()),
                one => (false, std::slice::from_ref(one)),
            };
            for item in items.iter().filter_map(Value::as_object) {
                self.header(&if is_list { format!("[[{path}]]") } else { format!("[{path}]") });
                self.table(&path, &inner, item);
            }
        }
    }

    fn words(&mut self, (form_box, field): Placed) {
        if let Some(form_box) = form_box.filter(|form_box| form_box.code != self.shown) {
            self.shown = form_box.code;
            self.comment(&format!("({}) {}", form_box.code, form_box.title));
        }
        let article = if field.article.is_empty() { String::new() } else { format!(" [{}]", field.article) };
        self.comment(&format!("{}{article}", field.label));
    }
}
