//! Sending: openings, events and repeats as case systems submit them, and refusals that had to come.

use anyhow::Context;
use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::types::v1::{Event, Link, Party};
use rogatory_client::{Problem, fresh_id};
use rogatory_domain::AgencyId;
use rogatory_domain::instrument::{ParameterDef, Takes};
use rogatory_wire::event::parameter_to_pb;
use rogatory_wire::form::request_of;
use rogatory_wire::instant::to_pb;

use super::player::{Player, Told};
use super::report::StepReport;
use crate::scenario::{Act, Addressee, Refused, Step, Submit};

/// A message of the story.
pub(super) struct Sent {
    /// Who sent it.
    pub(super) sender: AgencyId,
    request: Request,
    /// The answer.
    pub(super) accepted: pb::Accepted,
}

#[derive(Clone)]
enum Request {
    Submit(Box<pb::SubmitRequest>),
    Act(Box<pb::ActRequest>),
}

impl<'a> Player<'a> {
    pub(super) async fn submit(
        &mut self,
        step: &Step,
        who: &AgencyId,
        submit: &'a Submit,
    ) -> anyhow::Result<StepReport> {
        let party = |Addressee { agency, capacity }: &Addressee| {
            let of_member = || self.scenario.member(agency).and_then(|member| member.capacity.clone());
            let capacity = capacity.clone().or_else(of_member).unwrap_or_default();
            Party { agency: agency.to_string(), capacity }
        };
        let link = |(case, relation): (&String, &String)| Link {
            relation: relation.clone(),
            referral_id: self.case_id(case),
        };
        let form = self.scenario.forms.get(&submit.form).cloned();
        let opening = pb::Opening {
            lane: submit.lane.into(),
            parties: submit.to.iter().map(party).collect(),
            request: form.and_then(|form| request_of(form.instrument, form.bytes.into())),
            labels: submit.labels(),
            links: submit.links.iter().map(link).collect(),
        };
        let request = Request::Submit(Box::new(pb::SubmitRequest {
            referral_id: fresh_id(),
            assertion: Some(self.assertion()),
            declared_time: Some(to_pb(step.at)),
            opening: Some(opening),
            validate_only: false,
            inform: submit.inform.iter().map(ToString::to_string).collect(),
        }));
        self.send(step, who, submit.name.as_deref(), request).await
    }

    pub(super) async fn act(
        &mut self,
        step: &Step,
        who: &AgencyId,
        act: &'a Act,
    ) -> anyhow::Result<StepReport> {
        let case = self.case_id(&act.case);
        if step.refused.is_none() {
            self.caught_up(who, &case).await?;
        }
        let given = |(parameter, text): &(&ParameterDef, String)| {
            let text = match parameter.takes {
                Takes::Message => self.message_id(text),
                Takes::Referral => self.case_id(text),
                _ => text.clone(),
            };
            parameter.takes.read(&text).map(|value| parameter_to_pb(parameter.code, value))
        };
        let parameters = act.given.iter().filter_map(given).collect();
        let event = Event { code: act.event.to_owned(), text: act.text.clone(), parameters };
        let request = Request::Act(Box::new(pb::ActRequest {
            referral_id: case,
            message_id: fresh_id(),
            assertion: Some(self.assertion()),
            declared_time: Some(to_pb(step.at)),
            event: Some(event),
            validate_only: false,
            inform: act.inform.iter().map(ToString::to_string).collect(),
            pass_on_to: Vec::new(),
        }));
        self.send(step, who, act.name.as_deref(), request).await
    }

    async fn send(
        &mut self,
        step: &Step,
        who: &AgencyId,
        name: Option<&'a str>,
        request: Request,
    ) -> anyhow::Result<StepReport> {
        let answer = self.call(who, request.clone()).await?;
        let accepted = match (answer, &step.refused) {
            (Ok(accepted), None) => accepted,
            (Ok(_), Some(expected)) => {
                return Ok(StepReport::wrong(format!("not refused as {}", expected.code)));
            }
            (Err(problem), expected) => return self.refused(expected.as_ref(), &problem),
        };
        self.tally.messages += 1;
        self.told.push(Told {
            sender: who.clone(),
            case: accepted.referral_id.clone(),
            message: accepted.message_id.clone(),
        });
        let result = format!("on the record of {who}, position {}", accepted.position);
        if let Some(name) = name {
            self.sent.insert(name, Sent { sender: who.clone(), request, accepted });
        }
        Ok(StepReport::well(result))
    }

    async fn call(
        &mut self,
        who: &AgencyId,
        request: Request,
    ) -> anyhow::Result<Result<pb::Accepted, Problem>> {
        let casework = self.stage.casework(who).await?;
        let answer = match request {
            Request::Submit(request) => casework.submit(*request).await,
            Request::Act(request) => casework.act(*request).await,
        };
        // Without a code no node has answered, so nothing can be said about the story.
        match answer {
            Err(problem) if problem.code.is_empty() => Err(problem.into()),
            answer => Ok(answer),
        }
    }

    pub(super) fn refused(
        &mut self,
        expected: Option<&Refused>,
        problem: &Problem,
    ) -> anyhow::Result<StepReport> {
        let fields: Vec<&str> = problem.faults.iter().map(|fault| fault.field.as_str()).collect();
        let faults = problem.faults.iter().map(|it| format!("{} {} ({})", it.field, it.rule, it.article));
        let faults = faults.collect::<Vec<_>>().join("; ");
        let name = problem.refusal().map_or(problem.text.as_str(), |row| row.name);
        let result = format!("refused, {} {name} {faults}", problem.code).trim_end().to_owned();
        let Some(expected) = expected else { return Ok(StepReport::wrong(result)) };
        let mut told = StepReport::well(result);
        if problem.code != expected.code {
            told.wrong.push(format!("the code is {}, not {}", problem.code, expected.code));
        }
        if !expected.faults.is_empty() && fields != expected.faults {
            told.wrong.push(format!("the faults are {fields:?}, not {:?}", expected.faults));
        }
        self.tally.refusals += 1;
        Ok(told)
    }

    pub(super) async fn repeat(&mut self, of: &str) -> anyhow::Result<StepReport> {
        let sent = self.sent.get(of).context("a message is sent before it is repeated")?;
        let (sender, request, first) = (sent.sender.clone(), sent.request.clone(), sent.accepted.clone());
        let again = match self.call(&sender, request).await? {
            Ok(again) => again,
            Err(problem) => return Ok(StepReport::wrong(problem.to_string())),
        };
        if again != (pb::Accepted { repeated: true, ..first }) {
            return Ok(StepReport::wrong(format!("another answer: position {}", again.position)));
        }
        self.tally.repeats += 1;
        Ok(StepReport::well(format!("one effect: the same position {} and digest as before", again.position)))
    }
}
