//! Forms on paper, by the command from a file and by a node from a referral: what leaves, and what is on the record.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::path::Path;
use std::process::{Command, Output};

use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::types::v1::{Parameter, parameter::Value};
use rogatory_evidence::Kind;
use rogatory_support::sample::{act, assertion, submission};
use rogatory_support::{Federation, eventually};

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const BINARY: &str = env!("CARGO_BIN_EXE_rogatory");

fn print(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(BINARY);
    command.env_remove("ROGATORY_PERSON").env_remove("ROGATORY_JUSTIFICATION").env_remove("ROGATORY_CONFIG");
    command.current_dir(directory).args(["referral", "print"]).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_file_is_printed_without_a_node_and_nothing_is_replaced_unasked() {
    let directory = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/warrant.json");
    std::fs::copy(example, directory.path().join("warrant.json")).unwrap();
    let pdf = ["warrant.json", "--language", "fr", "--to", "warrant.pdf"];
    let printed = print(directory.path(), &pdf);
    assert!(printed.status.success(), "{}", said(&printed));
    assert!(std::fs::read(directory.path().join("warrant.pdf")).unwrap().starts_with(b"%PDF-"));
    let again = print(directory.path(), &pdf);
    assert_eq!(again.status.code(), Some(64));
    assert!(said(&again).contains("warrant.pdf exists"), "{}", said(&again));

    let page = print(directory.path(), &["warrant.json", "--format", "html", "--to", "-"]);
    let text = String::from_utf8(page.stdout).unwrap();
    assert!(text.contains("Mandat d&#39;arrêt européen") && text.contains("SUBJECT-0"), "{text}");
    let strange = print(directory.path(), &["warrant.json", "--language", "el"]);
    assert!(said(&strange).contains("it is in en, fr, de, nl"), "{}", said(&strange));
    let nobody = print(directory.path(), &["deadbeef"]);
    assert!(said(&nobody).contains("--person and --justification"), "{}", said(&nobody));
}

/// The example without its box (a).
fn faulty(directory: &Path) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples/warrant.json");
    let mut request: serde_json::Value = serde_json::from_slice(&std::fs::read(example).unwrap()).unwrap();
    request["opening"]["warrant"].as_object_mut().unwrap().remove("person");
    request["opening"]["warrant"]["not_a_field"] = "x".into();
    std::fs::write(directory.join("faulty.json"), request.to_string()).unwrap();
}

#[test]
fn a_file_that_breaks_a_rule_is_printed_as_a_draft_alone_and_names_its_faults() {
    let directory = tempfile::tempdir().unwrap();
    faulty(directory.path());
    let refused = print(directory.path(), &["faulty.json", "--to", "paper.html", "--format", "html"]);
    assert!(!refused.status.success());
    assert!(said(&refused).contains("opening.warrant.person"), "{}", said(&refused));
    assert!(said(&refused).contains("not_a_field"), "{}", said(&refused));
    assert!(!directory.path().join("paper.html").exists());

    let draft = ["faulty.json", "--draft", "--to", "paper.html", "--format", "html", "--language", "en"];
    let drafted = print(directory.path(), &draft);
    assert!(drafted.status.success(), "{}", said(&drafted));
    assert!(said(&drafted).contains("it is printed as a draft"), "{}", said(&drafted));
    let page = std::fs::read_to_string(directory.path().join("paper.html")).unwrap();
    assert!(page.contains("DRAFT") && page.contains("opening.warrant.person"), "{page}");
    let sent = print(directory.path(), &["deadbeef", "--draft", "--person", "p", "--justification", "j"]);
    assert!(said(&sent).contains("--draft is for a file"), "{}", said(&sent));
}

#[tokio::test]
async fn a_receipt_is_printed_by_annex_b_with_its_day_its_text_and_its_sender() {
    let federation = Federation::start(BINARY, &[FR, NL], 2).await.unwrap();
    let asking = federation.connect(FR, "cases").await.unwrap().casework();
    let mut order = submission(1, NL, &[]);
    let form = rogatory_forms::form_of("eio").unwrap();
    order.opening.as_mut().unwrap().request =
        Some(pb::opening::Request::InvestigationOrder((form.sample)(1).into()));
    let sent = asking.submit(order).await.unwrap();

    let answering = federation.connect(NL, "cases").await.unwrap().casework();
    let mut receipt = act(&sent.referral_id, "receipt_confirmed");
    let event = receipt.event.as_mut().unwrap();
    let today = jiff::Timestamp::now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date().to_string();
    event.parameters = vec![Parameter { code: "day".into(), value: Some(Value::Day(today.clone())) }];
    event.text = "The search is planned.".into();
    let message = receipt.message_id.clone();
    eventually("the order at the other node", async || Ok(answering.act(receipt.clone()).await?))
        .await
        .unwrap();

    let request = pb::PrintReferralRequest {
        referral_id: sent.referral_id.clone(),
        assertion: Some(assertion()),
        language: "en".into(),
        format: pb::PrintFormat::Html.into(),
        message_id: message.clone(),
    };
    let page = answering.print(request.clone()).await.unwrap();
    let text = String::from_utf8(page.file.to_vec()).unwrap();
    let [year, month, day] = today.split('-').collect::<Vec<_>>()[..] else { panic!("{today}") };
    let day = format!("{day}/{month}/{year}");
    for told in [
        "Confirmation of the receipt of an EIO",
        &message,
        &day,
        "The search is planned.",
        "Tribunal judiciaire",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    // The roster of a test names an agency by its id.
    assert!(text.contains("<bdi>nl-om</bdi>"), "{text}");
    let whole = pb::PrintReferralRequest { message_id: String::new(), ..request.clone() };
    let text = String::from_utf8(answering.print(whole).await.unwrap().file.to_vec()).unwrap();
    assert!(text.contains("SECTION A"), "{text}");
    let unknown = pb::PrintReferralRequest { message_id: rogatory_client::fresh_id(), ..request.clone() };
    let fault = answering.print(unknown).await.unwrap_err().faults.into_iter().next().unwrap();
    assert_eq!((fault.field.as_str(), fault.rule.as_str()), ("message_id", "unknown"));
}

#[tokio::test]
async fn a_node_prints_what_was_sent_with_its_corrections_and_that_it_was_read_is_on_the_record() {
    let mut federation = Federation::start(BINARY, &[FR, NL], 1).await.unwrap();
    let own = federation.connect(FR, "cases").await.unwrap().casework();
    let sent = own.submit(submission(1, NL, &[])).await.unwrap();
    let mut corrected = act(&sent.referral_id, "corrected");
    let event = corrected.event.as_mut().unwrap();
    let corrects = Some(Value::Id(sent.referral_id.clone()));
    event.parameters = vec![Parameter { code: "corrects".into(), value: corrects }];
    event.text = "The place of birth is another one.".into();
    own.act(corrected).await.unwrap();

    let request = pb::PrintReferralRequest {
        referral_id: sent.referral_id.clone(),
        assertion: Some(assertion()),
        language: "nl".into(),
        format: pb::PrintFormat::Html.into(),
        message_id: String::new(),
    };
    let page = own.print(request.clone()).await.unwrap();
    assert_eq!((page.media_type.as_str(), page.language.as_str()), ("text/html; charset=utf-8", "nl"));
    assert!(page.file_name.contains(&sent.referral_id) && page.file_name.ends_with("-nl.html"));
    let text = String::from_utf8(page.file.to_vec()).unwrap();
    assert!(text.contains("Europees aanhoudingsbevel") && text.contains("SUBJECT-1"), "{text}");
    assert!(text.contains("The place of birth is another one."), "{text}");
    let pdf = own.print(pb::PrintReferralRequest { format: 0, ..request.clone() }).await.unwrap();
    assert!(pdf.file.starts_with(b"%PDF-") && pdf.media_type == "application/pdf");

    let fields = |problem: rogatory_client::Problem| {
        problem.faults.into_iter().map(|fault| fault.field).collect::<Vec<_>>()
    };
    let nobody = pb::PrintReferralRequest { assertion: None, format: 77, ..request.clone() };
    assert_eq!(
        fields(own.print(nobody).await.unwrap_err()),
        ["assertion.person", "assertion.justification", "format"]
    );
    let strange = pb::PrintReferralRequest { language: "el".into(), ..request.clone() };
    assert_eq!(fields(own.print(strange).await.unwrap_err()), ["language"]);
    let operator = federation.connect(FR, "ops").await.unwrap().casework();
    assert!(operator.print(request).await.is_err(), "an operator reads no case");

    assert!(federation.stop(FR).await.unwrap().success());
    let books = federation.books(FR).unwrap();
    // Two that were printed, and one whose language was asked for in vain after the form had been read.
    assert_eq!(books.of(Kind::Accessed).count(), 3, "{:?}", books.since(0));
}
