//! What case systems say in tests: assertions, warrants, events. SAMPLE DATA: no field describes a real person.

use prost::Message as _;
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::types::v1::{
    Event, Lane, PartialDate, Party, Term, WarrantForm, WarrantJudgment, WarrantTrial,
};
use rogatory_client::{Assertion, fresh_id};
use rogatory_domain::limits::TEXT_BYTES;
use rogatory_forms::FormDef;
use rogatory_forms::eaw::sample;

/// Who asks and why.
#[must_use]
pub fn assertion() -> Assertion {
    Assertion { person: "t.tester".to_owned(), justification: "a test with sample data".to_owned() }
}

/// A warrant for `executing`, with copies to others; different for each `number`.
#[must_use]
pub fn opening(number: u64, executing: &str, copies: &[&str]) -> pb::Opening {
    let party =
        |agency: &str, capacity: &str| Party { agency: agency.to_owned(), capacity: capacity.to_owned() };
    let mut parties = vec![party(executing, "executing")];
    parties.extend(copies.iter().map(|agency| party(agency, "police")));
    let request = Some(pb::opening::Request::Warrant(sample(number).encode_to_vec().into()));
    pb::Opening { lane: Lane::Routine.into(), parties, request, ..pb::Opening::default() }
}

/// Changes the warrant of an opening.
///
/// # Panics
/// When it holds none.
#[expect(clippy::panic, reason = "a test fails where something is missing")]
pub fn change_warrant(opening: &mut pb::Opening, change: impl FnOnce(&mut WarrantForm)) {
    let Some(pb::opening::Request::Warrant(bytes)) = &mut opening.request else { panic!("a warrant") };
    let mut form = WarrantForm::decode(&bytes[..]).unwrap_or_default();
    change(&mut form);
    *bytes = form.encode_to_vec().into();
}

/// The sample of a form, and where it can ask for several things, one that asks for them all.
#[must_use]
pub fn asking_for_everything(form: &FormDef, number: u64) -> Vec<u8> {
    let bytes = (form.sample)(number);
    if !form.message.ends_with(".WarrantForm") {
        return bytes;
    }
    let mut warrant = WarrantForm::decode(&bytes[..]).unwrap_or_default();
    let term = |years| Some(Term { years, ..Term::default() });
    warrant.judgments.push(WarrantJudgment {
        reference: "TC-MRS-2019-004711".to_owned(),
        date: Some(PartialDate { year: 2019, month: 11, day: 12 }),
        imposed: term(3),
        remaining: term(2),
        trial: Some(WarrantTrial { appeared: Some(true), ..WarrantTrial::default() }),
        ..WarrantJudgment::default()
    });
    warrant.encode_to_vec()
}

/// A request to open a referral under a fresh id.
#[must_use]
pub fn submission(number: u64, executing: &str, copies: &[&str]) -> pb::SubmitRequest {
    pb::SubmitRequest {
        referral_id: fresh_id(),
        assertion: Some(assertion()),
        declared_time: None,
        opening: Some(opening(number, executing, copies)),
        validate_only: false,
        inform: Vec::new(),
    }
}

/// The same with a text of about so many bytes spread over its offences.
#[must_use]
pub fn large_submission(number: u64, executing: &str, bytes: usize) -> pb::SubmitRequest {
    let mut request = submission(number, executing, &[]);
    let texts = bytes.div_ceil(TEXT_BYTES).max(1);
    if let Some(opening) = &mut request.opening {
        change_warrant(opening, |form| {
            let offence = form.offences.swap_remove(0);
            form.offences = vec![offence; texts];
            form.offence_total = u32::try_from(texts).unwrap_or(u32::MAX);
            for offence in &mut form.offences {
                offence.circumstances = "x".repeat(bytes / texts);
            }
        });
    }
    request
}

/// A request to raise an event under a fresh id.
#[must_use]
pub fn act(referral: &str, code: &str) -> pb::ActRequest {
    pb::ActRequest {
        referral_id: referral.to_owned(),
        message_id: fresh_id(),
        assertion: Some(assertion()),
        declared_time: None,
        event: Some(event(code)),
        validate_only: false,
        inform: Vec::new(),
        pass_on_to: Vec::new(),
    }
}

/// An event with a text and nothing else.
#[must_use]
pub fn event(code: &str) -> Event {
    Event { code: code.to_owned(), text: "sample words".to_owned(), ..Event::default() }
}

/// The first frame of a watch.
#[must_use]
pub fn watch(consumer: &str) -> pb::WatchStart {
    pb::WatchStart {
        consumer: consumer.to_owned(),
        assertion: Some(assertion()),
        cursor: None,
        with_content: true,
        ..pb::WatchStart::default()
    }
}
