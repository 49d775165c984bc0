//! Plays one step after the other, and compares what comes of each with what the scenario expects.
//!
//! Owns the names a story gives to messages and cases. It must not print or handle processes itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rogatory_client::Assertion;
use rogatory_client::pb::casework::v1 as pb;
use rogatory_domain::{AgencyId, Country};
use serde::Serialize;

use super::expectation::{Seen, View};
use super::post::Sent;
use super::proof;
use super::report::{Report, StepReport};
use super::stage::{FIRST_PAUSE, LONGEST_PAUSE, Stage};
use crate::scenario::{Action, Expect, Scenario, Step};

/// Name under which the desks take messages from their nodes.
const CONSUMER: &str = "played-scenario";

/// A play under way.
pub(crate) struct Player<'a> {
    /// The story.
    pub(super) scenario: &'a Scenario,
    /// Nodes and desks.
    pub(crate) stage: Stage,
    /// Where evidence is written.
    evidence: PathBuf,
    /// Messages by name.
    pub(super) sent: BTreeMap<&'a str, Sent>,
    taken: BTreeSet<(AgencyId, String)>,
    /// Every message that was sent, in order, named or not.
    pub(super) told: Vec<Told>,
    /// Whose node the story has ended.
    down: BTreeSet<AgencyId>,
    /// What happened, for the summary.
    pub(crate) tally: Tally,
}

/// A message of a case, and who sent it.
pub(super) struct Told {
    pub(super) sender: AgencyId,
    pub(super) case: String,
    pub(super) message: String,
}

/// What a play has shown so far.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Tally {
    /// Messages on the record.
    pub(crate) messages: usize,
    /// Repeats with one effect.
    pub(crate) repeats: usize,
    /// Refusals that had to come.
    pub(crate) refusals: usize,
    /// Nodes ended without warning.
    pub(crate) kills: usize,
    /// Messages handed over to case systems.
    pub(crate) handed_over: usize,
    /// Clocks whose dates were compared.
    pub(crate) clocks: usize,
    /// Crossings shown, one an agency.
    pub(crate) crossings: usize,
    /// Evidence files, with the name of the message each proves.
    #[serde(skip)]
    pub(crate) evidence: Vec<(String, PathBuf)>,
}

impl<'a> Player<'a> {
    /// Stands ready to play on these nodes; evidence goes to `evidence`.
    pub(crate) fn new(scenario: &'a Scenario, stage: Stage, evidence: &Path) -> Self {
        Self {
            scenario,
            stage,
            evidence: evidence.to_owned(),
            sent: BTreeMap::new(),
            taken: BTreeSet::new(),
            told: Vec::new(),
            down: BTreeSet::new(),
            tally: Tally::default(),
        }
    }

    /// Plays every step until one does not hold; answers whether all held.
    ///
    /// # Errors
    /// What could not even be tried.
    pub(crate) async fn play(&mut self, report: &Report) -> anyhow::Result<bool> {
        for (at, step) in self.scenario.steps.iter().enumerate() {
            let began = Instant::now();
            let told = self.step(step).await;
            let told = told.with_context(|| format!("step {} cannot be played: {}", at + 1, step.note))?;
            report.step(at + 1, step, &told, began.elapsed().as_millis())?;
            if !told.wrong.is_empty() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn step(&mut self, step: &'a Step) -> anyhow::Result<StepReport> {
        let who = step.who.first().context("a step has at least one agency")?;
        match &step.action {
            Action::Submit(submit) => self.submit(step, who, submit).await,
            Action::Act(act) => self.act(step, who, act).await,
            Action::Repeat { of } => self.repeat(of).await,
            Action::Read { case } => self.read(step, who, case).await,
            Action::Take { messages } => self.take(&step.who, messages).await,
            Action::Expect(expect) => self.expect(step, expect).await,
            Action::Prove { of } => self.prove(who, of).await,
            Action::Kill | Action::Stop | Action::Start => self.process(step).await,
        }
    }

    async fn read(&mut self, step: &Step, who: &AgencyId, case: &str) -> anyhow::Result<StepReport> {
        let id = self.case_id(case);
        let answer = self.stage.casework(who).await?.get(&id, self.assertion()).await;
        match (answer, &step.refused) {
            (Ok(case), None) => {
                Ok(StepReport::well(format!("state {}, {} messages", case.state, case.messages.len())))
            }
            (Ok(_), Some(expected)) => Ok(StepReport::wrong(format!("not refused as {}", expected.code))),
            (Err(problem), expected) => self.refused(expected.as_ref(), &problem),
        }
    }

    async fn take(&mut self, who: &[AgencyId], names: &[String]) -> anyhow::Result<StepReport> {
        let wanted: BTreeSet<String> = names.iter().map(|name| self.message_id(name)).collect();
        let (mut told, patience) = (StepReport::default(), self.scenario.patience());
        for agency in who {
            let taking = self.take_at(agency, wanted.clone());
            match tokio::time::timeout(patience, taking).await {
                Ok(wrong) => told.wrong.extend(wrong?),
                Err(_) => bail!("{agency} was not offered what it waits for"),
            }
        }
        self.tally.handed_over += wanted.len() * who.len();
        let (what, where_) = (count(wanted.len(), "message"), who.len());
        told.result = format!("{what} handed over once at each of {where_}, on the record");
        Ok(told)
    }

    /// Takes what the node offers until everything wanted is handed over; answers what was offered twice.
    async fn take_at(
        &mut self,
        agency: &AgencyId,
        mut wanted: BTreeSet<String>,
    ) -> anyhow::Result<Vec<String>> {
        let casework = self.stage.casework(agency).await?;
        let start = pb::WatchStart {
            consumer: CONSUMER.to_owned(),
            assertion: Some(self.assertion()),
            cursor: None,
            with_content: true,
            ..pb::WatchStart::default()
        };
        let (acknowledger, mut offers) = casework.watch(start).await?;
        let (mut offered, mut wrong) = (BTreeMap::new(), Vec::new());
        while !wanted.is_empty() {
            let Some(batch) = offers.next().await? else { bail!("{agency} closed the watch") };
            let mut positions = Vec::new();
            for offer in batch.offers {
                if !self.taken.insert((agency.clone(), offer.message_id.clone())) {
                    wrong.push(format!("{agency} was offered a message again that it had taken"));
                }
                let cursor = offer.cursor.context("an offer has a cursor")?;
                positions.push(cursor.position);
                offered.insert(cursor.position, offer.message_id);
            }
            acknowledger.acknowledge(&positions).await?;
            for message in batch.handed_over.iter().filter_map(|position| offered.get(position)) {
                wanted.remove(message);
            }
        }
        Ok(wrong)
    }

    async fn expect(&mut self, step: &Step, expect: &Expect) -> anyhow::Result<StepReport> {
        let mut told = StepReport::default();
        let mut state = None;
        for agency in &step.who {
            let deadline = Instant::now() + self.scenario.patience();
            let mut pause = FIRST_PAUSE;
            let (wrong, clocks) = loop {
                let looked = self.look(agency, step, expect, &mut state).await?;
                if looked.0.is_empty() || Instant::now() > deadline {
                    break looked;
                }
                rest(&mut pause).await;
            };
            told.wrong.extend(wrong.into_iter().map(|wrong| format!("{agency}: {wrong}")));
            if !expect.clocks.is_empty() {
                told.clocks = clocks;
            }
        }
        self.tally.clocks += expect.clocks.len() * step.who.len();
        self.tally.crossings += expect.crossing.iter().count() * step.who.len();
        told.result = state.unwrap_or_default();
        Ok(told)
    }

    /// Looks once: what is not as expected, and the clocks.
    async fn look(
        &mut self,
        agency: &AgencyId,
        step: &Step,
        expect: &Expect,
        state: &mut Option<String>,
    ) -> anyhow::Result<(Vec<String>, Vec<Seen>)> {
        let mut wrong = Vec::new();
        if !expect.waiting.is_empty() {
            let admin = self.stage.admin(agency).await?;
            for (recipient, expected) in &expect.waiting {
                let waiting = admin.queues(Some(recipient.as_str()), 1, "").await?.total;
                if usize::try_from(waiting) != Ok(*expected) {
                    wrong.push(format!("{waiting} messages wait for {recipient}, not {expected}"));
                }
            }
        }
        let Some(name) = &expect.case else { return Ok((wrong, Vec::new())) };
        let id = self.case_id(name);
        let case = match self.stage.casework(agency).await?.get(&id, self.assertion()).await {
            Ok(case) => case,
            Err(problem) => {
                wrong.push(problem.to_string());
                return Ok((wrong, Vec::new()));
            }
        };
        let jurisdiction = case.jurisdiction.parse().unwrap_or_else(|_| Country::new(*b"EU").into());
        let view = View { at: step.at, jurisdiction, id_of: &|name| self.message_id(name) };
        wrong.extend(view.mismatches(expect, &case));
        *state = Some(format!("{}, {}", case.state, count(case.messages.len(), "message")));
        let clocks = view.clocks(&case);
        let named = |seen: &Seen| expect.clocks.iter().any(|expected| expected.clock == seen.name);
        Ok((wrong, clocks.into_iter().filter(named).collect()))
    }

    /// Waits until an agency has what was told before in a case by those whose nodes run: whoever acts in a story has read it.
    pub(super) async fn caught_up(&mut self, who: &AgencyId, case: &str) -> anyhow::Result<()> {
        let of_others =
            |told: &&Told| told.case == case && told.sender != *who && !self.down.contains(&told.sender);
        let wanted: Vec<String> =
            self.told.iter().filter(of_others).map(|told| told.message.clone()).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let (deadline, mut pause) = (Instant::now() + self.scenario.patience(), FIRST_PAUSE);
        loop {
            let seen = self.stage.casework(who).await?.get(case, self.assertion()).await;
            let has = |case: &pb::Referral, wanted: &String| {
                case.messages.iter().any(|message| message.message_id == *wanted)
            };
            if seen.as_ref().is_ok_and(|case| wanted.iter().all(|wanted| has(case, wanted))) {
                return Ok(());
            }
            if Instant::now() > deadline {
                let why = seen.err().map(|problem| format!(": {problem}")).unwrap_or_default();
                bail!("{who} has not heard what it would act upon{why}");
            }
            rest(&mut pause).await;
        }
    }

    async fn prove(&mut self, who: &AgencyId, of: &str) -> anyhow::Result<StepReport> {
        let sent = self.sent.get(of).context("a message is sent before it is proven")?;
        let request = pb::EvidenceRequest {
            message_id: sent.accepted.message_id.clone(),
            sender: sent.sender.to_string(),
            assertion: Some(self.assertion()),
            with_content: true,
            ..pb::EvidenceRequest::default()
        };
        let file = self.stage.casework(who).await?.evidence(request).await?;
        std::fs::create_dir_all(&self.evidence)
            .with_context(|| format!("{} cannot be made", self.evidence.display()))?;
        let path = self.evidence.join(format!("{of}.evidence"));
        std::fs::write(&path, &file).with_context(|| format!("{} cannot be written", path.display()))?;
        self.tally.evidence.push((of.to_owned(), path));
        match proof::check(&file, self.stage.roster_key()) {
            Ok(proven) => Ok(StepReport::well(proof::in_words(&proven))),
            Err(error) => Ok(StepReport::wrong(error.to_string())),
        }
    }

    async fn process(&mut self, step: &Step) -> anyhow::Result<StepReport> {
        let mut results = Vec::new();
        for agency in &step.who {
            results.push(match step.action {
                Action::Start => {
                    self.down.remove(agency);
                    let took = self.stage.start(agency).await?;
                    format!("serves again after {} ms", took.as_millis())
                }
                Action::Stop => {
                    self.down.insert(agency.clone());
                    self.stage.stop(agency).await?;
                    "ended in order".to_owned()
                }
                _ => {
                    self.down.insert(agency.clone());
                    self.stage.kill(agency).await?;
                    self.tally.kills += 1;
                    "gone".to_owned()
                }
            });
        }
        Ok(StepReport::well(results.join(", ")))
    }

    pub(super) fn assertion(&self) -> Assertion {
        let desk = &self.scenario.desk;
        Assertion { person: desk.person.clone(), justification: desk.justification.clone() }
    }

    /// The parser has seen to it that every name is known; an unknown one has no id.
    pub(super) fn message_id(&self, name: &str) -> String {
        self.sent.get(name).map(|sent| sent.accepted.message_id.clone()).unwrap_or_default()
    }

    /// The referral of a case, or of the notice to an agency that was informed with a message: `warrant@eu-europol`.
    pub(super) fn case_id(&self, name: &str) -> String {
        let (name, informed) =
            name.split_once('@').map_or((name, None), |(name, agency)| (name, Some(agency)));
        let Some(sent) = self.sent.get(name) else { return String::new() };
        let notice = |agency: &str| sent.accepted.informed.iter().find(|one| one.agency == agency);
        match informed {
            Some(agency) => notice(agency).map(|one| one.referral_id.clone()).unwrap_or_default(),
            None => sent.accepted.referral_id.clone(),
        }
    }
}

impl StepReport {
    pub(super) fn well(result: String) -> Self {
        Self { result, ..Self::default() }
    }

    pub(super) fn wrong(wrong: String) -> Self {
        Self { wrong: vec![wrong], ..Self::default() }
    }
}

impl Scenario {
    fn patience(&self) -> Duration {
        Duration::from_secs(self.desk.patience_seconds)
    }
}

async fn rest(pause: &mut Duration) {
    tokio::time::sleep(*pause).await;
    *pause = LONGEST_PAUSE.min(*pause * 2);
}

fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
