//! Contents that would be markup if they were not data, and scripts that fonts may lack.

use super::*;

/// What a typesetter or a browser would act on.
const NASTY: [&str; 9] = [
    "#import \"/etc/passwd\": *",
    "] #panic(\"out\") [",
    "#{ sys.inputs } #eval(\"1\")",
    "$ x^2 $ _under_ *bold* `raw` = Heading",
    "<script>alert(1)</script>",
    "</span></div><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "\\u{41} \\ \\\\ \\n // comment /* more */ @ref <label>",
    "-- --- ... ~ 'quoted' {offence_total} {page} http://example.org",
];

fn nasty() -> Value {
    let mut form = example();
    form["person"]["aliases"] = json!(NASTY);
    form["other_circumstances"] = json!(NASTY.join("\n"));
    form["authority"]["name"] = json!(NASTY[1]);
    form
}

#[test]
fn nasty_content_is_set_as_it_was_written_and_nothing_of_it_is_acted_upon() {
    let form = encoded(first(), nasty());
    let paper = print(&order(first(), &form, Some("en")), Format::Pdf);
    assert!(paper.is_ok(), "{paper:?}");
    let set = set_text(&sheet_of(nasty(), "en"));
    for text in NASTY {
        assert!(set.matches(&solid(text)).count() >= 2, "{text} was not set as it was written: {set}");
    }
}

#[test]
fn nasty_content_makes_no_tag_and_no_attribute_in_html() {
    let (page, plain) = (html_of(nasty(), "en"), html_of(example(), "en"));
    let tags = |page: &str| {
        page.split('<').skip(1).map(|tag| tag.split('>').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let known: std::collections::BTreeSet<String> = tags(&plain).into_iter().collect();
    for tag in tags(&page) {
        assert!(known.contains(&tag), "<{tag}>");
    }
    for text in NASTY {
        assert!(page.matches(&in_html(text)).count() >= 2, "{text}");
    }
}

#[test]
fn a_character_that_no_font_has_stands_as_its_number_with_a_note_and_html_keeps_it() {
    let mut form = example();
    form["person"]["aliases"] = json!(["王小明 ไทย"]);
    let set = set_text(&sheet_of(form.clone(), "en"));
    assert!(set.contains("⟨U+738B⟩⟨U+5C0F⟩") && set.contains("Somecharactersofthisform"), "{set}");
    assert!(!set_text(&sheet_of(example(), "en")).contains("Somecharacters"));
    assert!(html_of(form.clone(), "en").contains("王小明"));
    assert!(print(&order(first(), &encoded(first(), form), None), Format::Pdf).is_ok());
}

#[test]
fn names_in_the_scripts_of_europe_and_its_neighbours_need_no_numbers() {
    for name in [
        "Παπαδόπουλος ΰ",
        "Щёголев Їжак Ђорђе",
        "ישראל",
        "مُحَمَّد عبد الله",
        "Ģirts Łukasz Þór Ağaoğlu Ștefan",
        "e\u{301}a\u{30a}",
    ] {
        let mut form = example();
        form["person"]["aliases"] = json!([name]);
        assert!(!set_text(&sheet_of(form.clone(), "en")).contains("⟨U+"), "{name}");
        let paper = print(&order(first(), &encoded(first(), form), None), Format::Pdf);
        assert!(paper.is_ok(), "{name}: {paper:?}");
    }
}

#[test]
fn a_control_character_of_a_draft_acts_on_nobody() {
    let mut form = example();
    form["person"]["aliases"] = json!(["red \u{1b}[31m \u{9b}0m", "a\tb"]);
    let page = html_of(form.clone(), "en");
    assert!(
        !page.contains('\u{1b}') && !page.contains('\u{9b}') && page.contains("red \u{fffd}[31m"),
        "{page}"
    );
    assert!(set_text(&sheet_of(form.clone(), "en")).contains("⟨U+001B⟩"));
    assert!(print(&order(first(), &encoded(first(), form), None), Format::Pdf).is_ok());
}
