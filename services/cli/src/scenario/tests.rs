//! The format: the shipped scenarios are sound, and what is wrong in a file is named, all of it at once.

use prost_reflect::prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage};
use rogatory_domain::Faults as FormFaults;
use rogatory_forms::description::Field;
use rogatory_forms::{FormContext, Warnings};

use super::*;

const ENCROCHAT: &str = include_str!("../../../../docs/scenarios/encrochat.toml");
const FEDERATION: &str = include_str!("../../../../docs/scenarios/federation.toml");
const ORDER: &str = include_str!("../../../../docs/scenarios/eio.toml");
const FOR_LONDON: &str = include_str!("../../../../docs/scenarios/tca.toml");

const HEAD: &str = r#"
    format = 1
    title = "t"
    summary = "s"
    desk = { person = "P", justification = "J" }
    members = [
        { id = "fr-court", name = "Court", country = "FR", capacity = "issuing" },
        { id = "nl-court", name = "Court", country = "NL", capacity = "executing" },
    ]
    samples = { eaw = { plain = 1 } }
"#;

fn faults_of(steps: &str) -> Vec<String> {
    let faults = Scenario::parse(&format!("{HEAD}\n{steps}")).unwrap_err();
    faults.0.into_iter().map(|fault| format!("{}: {}", fault.path, fault.text)).collect()
}

#[test]
fn the_shipped_scenarios_have_no_fault() {
    for text in [ENCROCHAT, FEDERATION, ORDER, FOR_LONDON] {
        if let Err(faults) = Scenario::parse(text) {
            panic!("{faults}");
        }
    }
}

#[test]
fn the_shipped_warrant_is_valid_and_lacks_exactly_box_d_in_its_variant() {
    let scenario = Scenario::parse(ENCROCHAT).unwrap();
    let edition =
        rogatory_domain::Instrument::of_code(scenario.forms["laboratory"].instrument).unwrap().edition;
    let context = FormContext::without_parties(edition, jiff::civil::date(2026, 11, 29));
    let check = |name: &str| -> Result<Warnings, FormFaults> {
        let form = &scenario.forms[name];
        (rogatory_forms::form_of(form.instrument).unwrap().check)(&form.bytes, &context)
    };
    assert_eq!(check("laboratory"), Ok(Warnings::default()));
    let missing = check("laboratory-without-box-d").unwrap_err();
    let fields: Vec<_> = missing.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["judgments[0].trial"]);
}

#[test]
fn the_shipped_order_is_valid_and_lacks_exactly_the_facts_in_its_variant() {
    let scenario = Scenario::parse(ORDER).unwrap();
    let context = FormContext::without_parties(1, jiff::civil::date(2026, 11, 29));
    let check = |name: &str| -> Result<Warnings, FormFaults> {
        let form = &scenario.forms[name];
        (rogatory_forms::form_of(form.instrument).unwrap().check)(&form.bytes, &context)
    };
    assert_eq!(check("evidence"), Ok(Warnings::default()));
    let missing = check("evidence-without-facts").unwrap_err();
    assert_eq!(missing.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["facts"]);
}

#[test]
fn the_shipped_warrant_for_london_is_valid() {
    let scenario = Scenario::parse(FOR_LONDON).unwrap();
    let form = &scenario.forms["wanted"];
    let context = FormContext {
        executing_state: "GB".parse().ok(),
        opener_state: "NL".parse().ok(),
        ..FormContext::without_parties(1, jiff::civil::date(2026, 11, 29))
    };
    let found = (rogatory_forms::form_of(form.instrument).unwrap().check)(&form.bytes, &context);
    assert_eq!(found, Ok(Warnings::default()));
}

#[test]
fn every_box_of_the_form_is_filled_in_by_the_shipped_warrant() {
    let scenario = Scenario::parse(ENCROCHAT).unwrap();
    let form = &scenario.forms["laboratory"];
    let known = rogatory_forms::form_of(form.instrument).unwrap();
    let pool = DescriptorPool::decode(rogatory_wire::DESCRIPTORS).unwrap();
    let mut message = DynamicMessage::new(pool.get_message_by_name(known.message).unwrap());
    message.merge(&form.bytes[..]).unwrap();
    for form_box in known.description().boxes {
        let is_given = |field: &Field| message.has_field_by_name(field.name);
        assert!(form_box.fields.is_empty() || form_box.fields.iter().any(is_given), "{}", form_box.code);
    }
    // Box (d) stands in the judgments, which have it unless the check above says so.
    for name in ["orders", "judgments", "offences"] {
        assert!(message.has_field_by_name(name), "{name}");
    }
}

#[test]
fn only_the_federation_scenario_can_be_played_against_nodes_that_run() {
    assert!(Scenario::parse(ENCROCHAT).unwrap().handles_processes());
    assert!(!Scenario::parse(FEDERATION).unwrap().handles_processes());
}

#[test]
fn every_fault_is_named_at_once() {
    let faults = faults_of(
        r#"
        colour = "red"
        [[steps]]
        at = 2021-05-26T06:10:00+02:00
        who = "fr-court"
        do = "submit"
        as = "one"
        form = "other"
        to = ["nl-court", "be-court"]
        [[steps]]
        at = 2021-05-26T06:00:00+02:00
        who = "nl-court"
        do = "act"
        case = "two"
        event = "vanished"
        [[steps]]
        who = "nl-court"
        do = "dance"
        "#,
    );
    for expected in [
        "colour: there is no such key",
        "steps[1]: be-court is no member",
        "steps[1].form: there is no such form",
        "steps[2].event: no instrument has such an event",
        "steps[3].at: give an instant such as 2021-05-26T06:10:00+02:00",
        "steps[3].do: one of submit, act, repeat, read, take, expect, kill, stop, start, prove",
    ] {
        assert!(faults.iter().any(|fault| fault == expected), "{expected} is not in {faults:#?}");
    }
}

#[test]
fn an_unknown_key_of_a_step_is_named() {
    let faults = faults_of(
        "[[steps]]\nat = 2021-05-26T06:10:00Z\nwho = \"fr-court\"\ndo = \"read\"\ncase = \"x\"\nstat = \"y\"",
    );
    assert!(faults[0].starts_with("steps[1]: unknown field `stat`"), "{faults:?}");
}

#[test]
fn nothing_is_asked_of_a_node_that_is_down_and_no_name_is_used_before_it_is_given() {
    let faults = faults_of(
        r#"
        [[steps]]
        at = 2021-05-26T06:10:00Z
        who = "nl-court"
        do = "kill"
        [[steps]]
        at = 2021-05-26T06:20:00Z
        who = "nl-court"
        do = "read"
        case = "one"
        [[steps]]
        at = 2021-05-26T06:30:00Z
        who = "fr-court"
        do = "start"
        "#,
    );
    assert_eq!(
        faults,
        [
            "steps[2]: no step above opens the case one",
            "steps[2]: the node of nl-court is down",
            "steps[3]: the node of fr-court is up already",
        ]
    );
}

#[test]
fn a_text_that_is_no_toml_is_answered_with_its_line() {
    let faults = Scenario::parse("format = 1\ntitle = \n").unwrap_err();
    assert_eq!(faults.0[0].path, "line 2");
}
