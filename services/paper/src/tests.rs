//! Forms on paper, of the samples and of the hand-written example. It must not compare a look: people did that, and
//! `ROGATORY_BLESS=1` writes the golden page anew once they did it again.

mod data;
mod hostile;
mod order;

use jiff::Timestamp;
use prost_reflect::prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage};
use rogatory_forms::FORMS;
use serde_json::{Value, json};

use super::*;
use crate::catalogue::PAPERS;
use crate::sheet::Sheet;

/// Languages that every form has.
const LANGUAGES: [&str; 4] = ["en", "fr", "de", "nl"];

/// A form in which every row of the layout has something, in five scripts.
const FULL: &str = include_str!("tests/full.json");

/// The first form, which is the one that the hand-written example fills in.
fn first() -> &'static str {
    PAPERS[0].layouts[0].instrument.as_str()
}

/// The form of the hand-written example.
fn example() -> Value {
    let request: Value = serde_json::from_str(include_str!("../../../docs/examples/warrant.json")).unwrap();
    request["opening"]["warrant"].clone()
}

fn full() -> Value {
    serde_json::from_str(FULL).unwrap()
}

fn encoded(instrument: &str, form: Value) -> Vec<u8> {
    let pool = DescriptorPool::decode(rogatory_wire::DESCRIPTORS).unwrap();
    let message = rogatory_forms::form_of(instrument).unwrap().message;
    let kind = pool.get_message_by_name(message).unwrap();
    DynamicMessage::deserialize(kind, form).unwrap().encode_to_vec()
}

fn order<'a>(instrument: &'a str, form: &'a [u8], language: Option<&'a str>) -> Print<'a> {
    let at: Timestamp = "2021-05-21T08:00:00Z".parse().unwrap();
    Print {
        instrument,
        form,
        language,
        reference: "0192f0a0-0000-7000-8000-0000deadbeef",
        at,
        corrections: &[],
        act: None,
        standing: Standing::Sent,
    }
}

fn html_of(form: Value, language: &str) -> String {
    let bytes = encoded(first(), form);
    let paper = print(&order(first(), &bytes, Some(language)), Format::Html).unwrap();
    String::from_utf8(paper.bytes).unwrap()
}

fn sheet_of(form: Value, language: &str) -> Sheet {
    compose::sheet(&order(first(), &encoded(first(), form), Some(language))).unwrap()
}

/// Every text in a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// Texts that stand on paper as they were written: no codes, of which the words of the language stand there.
fn written(form: &Value) -> Vec<&str> {
    let code =
        |text: &&str| text.len() == 2 || text.contains('_') || !text.contains([' ', '.', '-', '/', ':', '+']);
    texts(form).into_iter().filter(|text| !code(text)).collect()
}

/// A text as HTML has it.
fn in_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[test]
fn the_example_looks_as_it_did_when_a_person_looked_at_it() {
    let found = html_of(example(), "fr");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/golden/warrant.fr.html");
    if std::env::var_os("ROGATORY_BLESS").is_some() {
        std::fs::write(path, &found).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap();
    let place = golden.lines().zip(found.lines()).find(|(then, now)| then != now);
    assert!(found == golden, "the first difference, then and now: {place:?}");
}

#[test]
fn everything_that_was_filled_in_is_on_paper_in_every_language() {
    for form in [example(), full()] {
        let written = written(&form);
        assert!(written.len() > 10);
        for language in LANGUAGES {
            let page = html_of(form.clone(), language);
            let set = set_text(&sheet_of(form.clone(), language));
            for text in &written {
                assert!(page.contains(&in_html(text)), "{text} is not in the HTML in {language}");
                // What is written from right to left is shaped and ordered, and no longer the text that it was.
                let is_plain = !text.chars().any(|c| ('\u{590}'..'\u{700}').contains(&c));
                assert!(!is_plain || set.contains(&solid(text)), "{text} is not in the PDF in {language}");
            }
        }
    }
}

#[test]
fn every_value_of_a_full_warrant_has_its_own_row_and_what_has_none_stands_at_the_end() {
    let rest = |form: Value| {
        let sheet = sheet_of(form, "en");
        let at = sheet.boxes.iter().find(|one| one.title == "Other data of the electronic form:");
        at.map_or(Vec::new(), |one| one.rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect())
    };
    assert_eq!(rest(full()), Vec::<Value>::new());
    assert_eq!(rest(example()), Vec::<Value>::new());
    let mut later = example();
    later["categories"] = json!(["LaterCrime"]);
    later["judgments"] =
        json!([{ "reference": "J/1", "trial": { "absences": [{ "days": 3 }, { "point": 77 }] } }]);
    let rest: Vec<String> =
        rest(later).iter().map(|row| format!("{} {}", row["label"], row["values"])).collect();
    assert_eq!(rest.len(), 3, "{rest:?}");
    assert!(rest[0].contains("categories[0]") && rest[0].contains("LaterCrime"), "{rest:?}");
    assert!(rest.iter().any(|row| row.contains("absences[0].days") && row.contains('3')), "{rest:?}");
    assert!(rest.iter().any(|row| row.contains("absences[1].point") && row.contains("77")), "{rest:?}");
}

#[test]
fn every_sample_is_printed_in_every_language_as_an_archive_file_of_the_same_bytes_each_time() {
    let layouts = PAPERS.iter().flat_map(|family| &family.layouts);
    for layout in layouts.filter(|layout| layout.events.is_empty()) {
        let instrument = layout.instrument.as_str();
        let def = FORMS.iter().find(|form| form.instrument == instrument).unwrap();
        let form = (def.sample)(1);
        for language in LANGUAGES {
            let order = order(instrument, &form, Some(language));
            let one = print(&order, Format::Pdf).unwrap();
            assert!(one.bytes.starts_with(b"%PDF-1."), "{instrument}");
            let text = String::from_utf8_lossy(&one.bytes);
            assert!(
                text.contains("<pdfaid:part>2</pdfaid:part>")
                    && text.contains("<pdfaid:conformance>B</pdfaid:conformance>")
            );
            assert!(text.contains("2021-05-21T08:00:00"), "the date is the one that was given");
            assert_eq!(one, print(&order, Format::Pdf).unwrap());
            assert_eq!(
                one.file_name,
                format!("{instrument}-0192f0a0-0000-7000-8000-0000deadbeef-{language}.pdf")
            );
        }
    }
}

#[test]
fn the_language_is_the_one_asked_for_or_the_forms_own_or_english() {
    let form = encoded(first(), example());
    let language =
        |asked, form: &[u8]| print(&order(first(), form, asked), Format::Html).map(|paper| paper.language);
    assert_eq!(language(Some("de"), &form).unwrap(), "de");
    assert_eq!(language(Some("NL-be"), &form).unwrap(), "nl");
    assert_eq!(language(None, &form).unwrap(), "fr");
    let mut greek = example();
    greek["language"] = json!("el");
    assert_eq!(language(None, &encoded(first(), greek)).unwrap(), "en");
    let refused = language(Some("el"), &form).unwrap_err().to_string();
    assert_eq!(refused, "the form is not there in the language el; it is in en, fr, de, nl");
}

#[test]
fn a_form_of_more_lines_than_are_typeset_is_refused_as_pdf_before_it_takes_any_memory_and_printed_as_html() {
    let mut form = example();
    form["other_circumstances"] = Value::String("a\n".repeat(LINES_COUNT_MAX));
    let bytes = encoded(first(), form);
    let refused = print(&order(first(), &bytes, Some("en")), Format::Pdf).map(|paper| paper.file_name);
    assert!(matches!(refused, Err(NotPrinted::TooLong { lines, most }) if lines > most), "{refused:?}");
    assert!(print(&order(first(), &bytes, Some("en")), Format::Html).is_ok());
}

#[test]
fn what_is_no_form_and_what_has_no_paper_is_refused() {
    assert!(matches!(
        print(&order(first(), &[0xff, 0xff], None), Format::Pdf),
        Err(NotPrinted::Malformed(_))
    ));
    assert!(matches!(print(&order("no_such_law", &[], None), Format::Pdf), Err(NotPrinted::NoForm(_))));
}

#[test]
fn a_correction_marks_its_row_and_is_told_at_the_end_and_the_form_stays_as_it_was_sent() {
    let of = |path: &str, was: &str, now: &str, text: &str| Correction {
        path: path.into(),
        was: was.into(),
        now: now.into(),
        text: text.into(),
        message: "0192f0a0-0000-7000-8000-00000000c0de".into(),
        sender: "fr-jirs-marseille".into(),
        at: "2021-06-01T10:00:00Z".parse().unwrap(),
    };
    let form = encoded(first(), example());
    let corrections =
        [of("", "", "", "The file is complete."), of("person.birth_place", "Marseille", "Aubagne", "")];
    let order = Print { corrections: &corrections, ..order(first(), &form, Some("en")) };
    let page = String::from_utf8(print(&order, Format::Html).unwrap().bytes).unwrap();
    let row = page.lines().find(|line| line.contains("Place of birth:")).unwrap();
    assert!(row.contains("Marseille") && row.contains("[2]"), "{row}");
    assert_eq!(page.matches("class=\"mark\"").count(), 1);
    let (_, told) = page.split_once("Corrections:").unwrap();
    for text in
        ["[1] Corrected on 01/06/2021 by fr-jirs-marseille", "The file is complete.", "It read:", "Aubagne"]
    {
        assert!(told.contains(text), "{text}");
    }
    assert!(print(&order, Format::Pdf).is_ok());
}

#[test]
fn the_official_categories_stand_in_their_order_and_only_those_of_the_form_are_ticked() {
    let page = html_of(full(), "en");
    let ticks: Vec<&str> = page.lines().filter(|line| line.contains("class=\"tick\"")).collect();
    let drugs = ticks.iter().find(|line| line.contains("narcotic drugs and psychotropic")).unwrap();
    assert!(drugs.contains("☒") && drugs.contains("[Offence 1]"), "{drugs}");
    let place = |words: &str| page.find(words).unwrap();
    assert!(place("participation in a criminal organisation,") < place("terrorism,"));
    assert!(place("terrorism,") < place("unlawful seizure of aircraft/ships,"));
    assert!(place("unlawful seizure of aircraft/ships,") < place("sabotage."));
    // Two categories, No and 3.3 with its first line, No and 3.4, both of (g), both of (h).
    assert_eq!(ticks.iter().filter(|line| line.contains("☒")).count(), 10, "{ticks:#?}");
}

#[test]
fn a_category_by_the_code_of_an_earlier_edition_is_ticked_in_the_place_it_has_now() {
    let mut form = example();
    form["offences"][0]["categories"] = json!(["FacilitationOfUnauthorisedEntry"]);
    let page = html_of(form, "en");
    let tick = page.lines().find(|line| line.contains("facilitation of unauthorised entry")).unwrap();
    assert!(tick.contains("☒"), "{tick}");
    assert!(!page.contains("Other data of the electronic form"), "{page}");
}

#[test]
fn box_d_stands_once_where_there_is_no_judgment() {
    let page = html_of(example(), "en");
    assert_eq!(page.matches("Yes, the person appeared in person").count(), 1);
}

/// What is set on all pages, without any white space.
fn set_text(sheet: &Sheet) -> String {
    solid(&typeset::tests::text(sheet))
}

fn solid(text: &str) -> String {
    // Where a long word may be broken there is a space of no width.
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
}

#[test]
fn a_word_longer_than_a_line_and_a_text_longer_than_a_page_stay_within_the_frames() {
    let mut form = example();
    form["person"]["aliases"] = json!(["X".repeat(300), "Ж".repeat(120)]);
    form["authority"]["name"] = json!("y".repeat(200));
    form["offences"][0]["circumstances"] = json!("The suspect is said to have done so. ".repeat(270));
    let reach = typeset::tests::reach(&sheet_of(form.clone(), "de"));
    // The right margin of A4 is 20 of 210 millimetres, and the frame stands a little within it.
    assert!(reach > 0.5 && reach < 190.0 / 210.0 + 0.001, "{reach}");
    assert!(set_text(&sheet_of(form, "de")).contains(&"X".repeat(300)));
}
