//! Every event of every instrument between real nodes: each is raised through the API in the shortest case in which it can happen, is
//! accepted, arrives, and leaves the same state at every party. What no case leads to is named.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context as _, Result, ensure};
use futures_util::StreamExt as _;
use rogatory_client::pb::casework::v1::{self as pb, Effect};
use rogatory_client::pb::types::v1::{Event, Lane, Party};
use rogatory_client::{Casework, fresh_id};
use rogatory_domain::Country;
use rogatory_domain::case::{Fact, OpeningFact, Value};
use rogatory_domain::instrument::{INSTRUMENTS, Instrument, Side};
use rogatory_domain::{AgencyId, MessageId, ReferralId};
use rogatory_forms::{FormContext, FormDef, form_of};
use rogatory_support::sample::{asking_for_everything, assertion};
use rogatory_support::ways::{Cast, Way, needed, ways};
use rogatory_support::{Federation, eventually};
use rogatory_wire::event::parameter_to_pb;
use rogatory_wire::form::request_of;

const OPENER: &str = "fr-court";
/// Courts of States that different instruments ask.
const ANSWERING: [&str; 3] = ["nl-court", "gb-court", "no-court"];
const THIRD: &str = "eu-office";
/// Cases that are played at the same time.
const AT_ONCE: usize = 16;

/// The instruments under which new cases are opened.
fn newest() -> impl Iterator<Item = &'static Instrument> {
    INSTRUMENTS.iter().copied().filter(|it| Instrument::of_code(it.code) == Some(*it))
}

fn country(agency: &str) -> Country {
    agency.parse::<AgencyId>().unwrap().country()
}

/// Who takes part: the first court whose State the form may go to.
fn cast(instrument: &Instrument, form: &FormDef) -> Cast {
    let sample = asking_for_everything(form, 1);
    let may_go_to = |court: &&str| {
        let context = FormContext {
            executing_state: Some(country(court)),
            opener_state: Some(country(OPENER)),
            ..FormContext::without_parties(instrument.edition, jiff::civil::date(2026, 11, 29))
        };
        (form.check)(&sample, &context).is_ok()
    };
    let answering = ANSWERING.iter().copied().find(may_go_to).unwrap();
    let [opener, answering, third] = [OPENER, answering, THIRD].map(|id| id.parse().unwrap());
    Cast { opener, answering, third }
}

/// The case at a party once it has so many messages.
async fn shown(own: &Casework, referral: &str, messages: usize) -> Result<pb::Referral> {
    eventually("the case", async || {
        let case = own.get(referral, assertion()).await?;
        ensure!(case.messages.len() == messages, "{} of {messages} messages", case.messages.len());
        Ok(case)
    })
    .await
}

struct Stage {
    nodes: BTreeMap<&'static str, Casework>,
}

impl Stage {
    fn of(&self, agency: &AgencyId) -> &Casework {
        &self.nodes[agency.as_str()]
    }

    /// Plays a way under fresh ids, and holds every party's case against the one that was searched.
    async fn play(&self, form: &FormDef, number: u64, way: &Way) -> Result<()> {
        let opening = &way.opening;
        let referral = fresh_id();
        let party = |(agency, capacity): &(AgencyId, _)| Party {
            agency: agency.to_string(),
            capacity: ToString::to_string(capacity),
        };
        let request = request_of(form.instrument, asking_for_everything(form, number).into());
        let submitted = pb::SubmitRequest {
            referral_id: referral.clone(),
            assertion: Some(assertion()),
            opening: Some(pb::Opening {
                lane: Lane::Routine.into(),
                parties: opening.parties.iter().map(party).collect(),
                request,
                ..pb::Opening::default()
            }),
            ..pb::SubmitRequest::default()
        };
        self.of(&opening.issuing).submit(submitted).await.context("the opening")?;
        let mut ids =
            HashMap::from([(opening.referral.opening(), referral.parse::<ReferralId>()?.opening())]);
        for (before, fact) in way.facts.iter().enumerate() {
            let own = self.of(&fact.sender);
            shown(own, &referral, before + 1).await.with_context(|| format!("before {}", fact.event))?;
            let id: MessageId = fresh_id().parse()?;
            ids.insert(fact.id, id);
            own.act(raised(&referral, id, fact, &ids, opening))
                .await
                .with_context(|| fact.event.to_string())?;
        }
        let expected = way.case().state().code;
        for agency in opening.everyone() {
            let case = shown(self.of(agency), &referral, way.facts.len() + 1).await?;
            ensure!(case.state == expected, "{agency} has {} for {expected}", case.state);
            for message in &case.messages[1..] {
                let counts = matches!(message.effect(), Effect::Applied | Effect::Overlay);
                ensure!(counts, "{agency} gives {} no effect", message.event);
            }
        }
        Ok(())
    }
}

/// The request that raises what was searched, under ids of its own.
fn raised(
    referral: &str,
    id: MessageId,
    fact: &Fact,
    ids: &HashMap<MessageId, MessageId>,
    opening: &OpeningFact,
) -> pb::ActRequest {
    let renamed =
        |value: Value| value.message().and_then(|old| ids.get(&old)).map_or(value, |new| (*new).into());
    let passes_on = opening.instrument.passes_on(&fact.event);
    // In which referral a case goes on, the node says; it is passed on to those who have it.
    let parameters = fact.event.parameters().iter().filter(|_| !passes_on);
    let answering = opening.parties.iter().filter(|(agency, _)| opening.side_of(agency) == Side::Answering);
    let pass_on_to = answering.filter(|_| passes_on).map(|(agency, capacity)| Party {
        agency: agency.to_string(),
        capacity: ToString::to_string(capacity),
    });
    pb::ActRequest {
        referral_id: referral.to_owned(),
        message_id: id.to_string(),
        assertion: Some(assertion()),
        event: Some(Event {
            code: fact.event.code().to_string(),
            text: "sample words".to_owned(),
            parameters: parameters.map(|it| parameter_to_pb(it.code.as_str(), renamed(it.value))).collect(),
        }),
        pass_on_to: pass_on_to.collect(),
        ..pb::ActRequest::default()
    }
}

#[tokio::test]
async fn every_event_of_every_instrument_is_raised_accepted_and_leaves_one_state_at_every_party() {
    let agencies: Vec<&'static str> = [OPENER, THIRD].into_iter().chain(ANSWERING).collect();
    let federation =
        Federation::start(env!("CARGO_BIN_EXE_rogatory"), &agencies, agencies.len()).await.unwrap();
    let mut nodes = BTreeMap::new();
    for agency in agencies {
        nodes.insert(agency, federation.connect(agency, "cases").await.unwrap().casework());
    }
    let stage = Stage { nodes };
    let (mut plays, mut complaints) = (Vec::new(), Vec::new());
    for instrument in newest() {
        let form = form_of(instrument.code).unwrap();
        let (found, lost) = ways(instrument, &cast(instrument, form)).unwrap();
        complaints.extend(lost.iter().map(|event| format!("{instrument}: nothing leads to {event}")));
        let found = needed(found);
        let played: BTreeSet<_> = found.iter().flat_map(Way::events).collect();
        let left = instrument.events.iter().filter(|event| !played.contains(event.code));
        complaints
            .extend(left.filter(|event| !lost.contains(&event.code)).map(|event| event.code.to_owned()));
        plays.extend(found.into_iter().map(|way| (form, way)));
    }
    let stage = &stage;
    let outcomes = futures_util::stream::iter(plays.iter().zip(1..)).map(async |((form, way), number)| {
        let last = way.events().last().unwrap_or_default();
        stage.play(form, number, way).await.map_err(|error| format!("{} {last}: {error:#}", form.instrument))
    });
    let failed: Vec<_> = outcomes.buffer_unordered(AT_ONCE).filter_map(async |it| it.err()).collect().await;
    complaints.extend(failed);
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}
