//! The investigation order with its three annexes: what its form has and the warrant's has not.

use super::*;

const ORDER: &str = "eio";

fn full_order() -> Value {
    serde_json::from_str(include_str!("order.json")).unwrap()
}

fn sheet(form: Value, language: &str) -> Sheet {
    compose::sheet(&order(ORDER, &encoded(ORDER, form), Some(language))).unwrap()
}

/// The words of every box that is ticked, with what stands in brackets behind them.
fn ticked(sheet: &Sheet) -> Vec<String> {
    let rows = sheet.boxes.iter().flat_map(|one| &one.rows);
    let words = rows.filter_map(|row| match serde_json::to_value(row).unwrap() {
        row if row["ticked"] == json!(true) => {
            Some(format!("{} {}", row["runs"][0]["text"].as_str().unwrap(), row["of"].as_str().unwrap()))
        }
        _ => None,
    });
    words.map(|words| words.trim().to_owned()).collect()
}

#[test]
fn every_value_of_a_full_order_stands_in_its_section_in_every_language() {
    let form = full_order();
    for language in LANGUAGES {
        let sheet = sheet(form.clone(), language);
        let letters: Vec<&str> = sheet.boxes.iter().filter_map(|one| one.letter.rsplit(' ').next()).collect();
        let sections =
            "A B C D E F G H H1 H2 H3 H4 H5 H6 H7 I J K L".split(' ').chain([""]).collect::<Vec<_>>();
        assert_eq!(letters, sections, "{language}: a box of what has no row would be one more");
        let set = set_text(&sheet);
        for text in written(&form) {
            assert!(set.contains(&solid(text)), "{text} is not in the PDF in {language}");
        }
    }
}

#[test]
fn whoever_is_heard_is_ticked_below_the_measure_that_hears_them() {
    let ticked = ticked(&sheet(full_order(), "en"));
    let at = |words: &str| {
        ticked.iter().position(|one| one == words).unwrap_or_else(|| panic!("{words}: {ticked:#?}"))
    };
    let hearing = at("Hearing Measure 1, Measure 4");
    assert_eq!(ticked[hearing + 1..hearing + 4], ["witness", "suspected or accused person", "victim"]);
    let video = at("Hearing by videoconference or other audiovisual transmission Measure 2");
    assert_eq!(ticked[video + 1], "suspected or accused person");
    assert_eq!(ticked[video + 3], "expert", "one row for the telephone stands between");
    assert!(ticked.contains(&"(b) hearing by telephone conference".to_owned()));
    assert!(ticked.iter().any(|one| one.starts_with("fraud, including that affecting")));
    assert!(ticked.iter().any(|one| one.starts_with("It is requested that the executing authority")));
}

#[test]
fn an_order_that_says_nothing_has_every_section_with_its_lines_blank() {
    let sheet = sheet(json!({}), "en");
    assert!(sheet.boxes.iter().all(|one| !one.rows.is_empty()));
    assert_eq!(ticked(&sheet), Vec::<String>::new());
    let set = set_text(&sheet);
    for label in ["(i)Inthecaseofnaturalperson(s)", "(ii)Inthecaseoflegalperson(s)", "Registeredseat:"] {
        assert!(set.contains(label), "{label}");
    }
    assert!(!set.contains("Otherdata"), "{set}");
}

#[test]
fn a_receipt_is_printed_by_annex_b_with_what_the_order_says_of_itself() {
    let form = encoded(ORDER, full_order());
    let day = ("day".to_owned(), ActValue::Day(jiff::civil::date(2021, 6, 4)));
    let later = ("later".to_owned(), ActValue::Flag(true));
    let values = [day, later];
    let text = "The search is planned for Monday.";
    let act = Act { event: "receipt_confirmed", values: &values, text, sender: "Parket Rotterdam" };
    let order = Print { act: Some(&act), ..order(ORDER, &form, Some("en")) };
    let paper = print(&order, Format::Html).unwrap();
    assert_eq!(paper.file_name, "eio-receipt_confirmed-0192f0a0-0000-7000-8000-0000deadbeef-en.html");
    let page = String::from_utf8(paper.bytes).unwrap();
    for told in ["Customs of SAMPLE", "DNRED-2021-0001", "01/06/2021", "04/06/2021", "Parket Rotterdam", text]
    {
        assert!(page.contains(told), "{told}");
    }
    assert!(
        page.contains("act.later:"),
        "what the event tells and the form has no row for stands at the end"
    );
    assert!(!page.contains("Between January and March"), "the order itself is not printed again");
    assert!(!page.contains("SHA-256"), "the digest is that of another form");
    assert!(print(&order, Format::Pdf).unwrap().bytes.starts_with(b"%PDF-"));
    let other = Act { event: "recognised", ..act };
    let other = Print { act: Some(&other), ..order };
    assert!(matches!(print(&other, Format::Pdf), Err(NotPrinted::NoForm(event)) if event == "recognised"));
}

#[test]
fn a_draft_says_so_on_every_page_and_names_its_faults_at_the_end() {
    let form = encoded(ORDER, json!({ "issuing_state": "FR" }));
    let faults = ["executing_state: missing".to_owned(), "<b>facts</b>: missing".to_owned()];
    let order = Print { standing: Standing::Draft(&faults), ..order(ORDER, &form, Some("de")) };
    let page = String::from_utf8(print(&order, Format::Html).unwrap().bytes).unwrap();
    assert!(page.contains("ENTWURF") && page.contains("Fehler dieses Entwurfs:"));
    assert!(page.contains("executing_state: missing") && page.contains("&lt;b&gt;facts"));
    let set = set_text(&compose::sheet(&order).unwrap());
    assert!(set.matches("ENTWURF").count() > 2, "{set}");
    assert!(print(&order, Format::Pdf).is_ok());
}

#[test]
fn a_form_whose_case_ended_says_so_and_one_that_was_taken_back_on_every_page() {
    let form = encoded(ORDER, json!({ "issuing_state": "FR" }));
    let at = "2021-06-11T08:00:00Z".parse().unwrap();
    let standing = |is_taken_back| Standing::Ended(Ended { at, state: "taken_back", is_taken_back });
    for language in ["en", "fr", "de", "nl"] {
        let printed = |standing| {
            let order = Print { standing, ..order(ORDER, &form, Some(language)) };
            let page = String::from_utf8(print(&order, Format::Html).unwrap().bytes).unwrap();
            (page, set_text(&compose::sheet(&order).unwrap()))
        };
        let (plain, _) = printed(Standing::Sent);
        let (ended, _) = printed(standing(false));
        assert!(ended.contains("(taken back)") && ended.contains("2021") && !plain.contains("(taken back)"));
        let (withdrawn, set) = printed(standing(true));
        assert_ne!(withdrawn, ended, "{language}: it has a watermark");
        assert!(set.contains("(takenback)"), "{set}");
        assert_ne!(printed(Standing::Unsent).0, plain, "{language}");
    }
}
