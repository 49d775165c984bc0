//! `rogatory referral circulate`: one request to several States, as a referral each. The node that opened them ends the others once
//! one of them has ended such that they have to.
//!
//! Owns who is told to whom. It must not send to anybody before every node's faults are known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;

use rogatory_client::pb::casework::v1 as pb;
use rogatory_client::pb::types::v1::{Link, Party};
use rogatory_client::{Casework, fresh_id};
use rogatory_domain::instrument::{CapacityDef, Seats, Side};
use rogatory_domain::{AgencyId, Instrument};
use rogatory_wire::form::form_of;
use serde_json::json;

use super::{judge, open, pages, short, warning};
use crate::connect::{ConnectArgs, WhoArgs};
use crate::failure::Misuse;
use crate::output::{Output, json_of, note};

/// The relation of one of several referrals of a request.
const PART_OF: &str = "part_of";

/// What to circulate.
#[derive(Debug, clap::Args)]
pub(crate) struct CirculateArgs {
    /// The request, as for `submit`; parties of the side that answers are taken from --to instead.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Who answers in one State, and beside it others of that State with their capacity, such as
    /// be-parquet-antwerpen,police=be-fgp; once for each State.
    #[arg(long, value_name = "AGENCY[,CAPACITY=AGENCY]", required = true)]
    to: Vec<String>,
    /// Id of the request, or the last 8 digits of it or more, where some of its referrals are sent already; a fresh one when absent. Whoever answers one of those is
    /// left out, so that a repeat sends what is missing.
    #[arg(long, value_name = "ID")]
    part_of: Option<String>,
    /// Agency that is informed of each opening without being a party; may be given more than once.
    #[arg(long, value_name = "AGENCY[=KIND]")]
    inform: Vec<String>,
    /// Have the node judge every one of them as it stands now, and record nothing.
    #[arg(long)]
    validate_only: bool,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    connect: ConnectArgs,
}

/// Does it.
pub(super) async fn run(args: &CirculateArgs, output: Output) -> anyhow::Result<ExitCode> {
    let request = judge::request_for_several(&args.file)?;
    let instrument = instrument_of(&request)?;
    let states = states_of(&args.to, instrument)?;
    let casework = open(&args.connect).await?.casework();
    let part_of = match &args.part_of {
        Some(written) => short::whole_request(&casework, written, args.who.assertion()).await?,
        None => fresh_id(),
    };
    let (sent, ended) = sent_before(args, &casework, &part_of, instrument).await?;
    let left: Vec<_> = states.iter().filter(|parties| !sent.contains_key(&parties[0].agency)).collect();
    if let Some(ended) = ended.filter(|_| !left.is_empty()) {
        let text = "nobody else is sent it; what is still wanted is a request of its own, without --part-of";
        return Err(Misuse(format!("the request has ended, {ended}: {text}")).into());
    }
    let requests: Vec<_> =
        left.iter().map(|parties| addressed(&request, parties, instrument, &part_of, args)).collect();
    let judged = judge_all(&casework, &requests).await?;
    if args.validate_only {
        return would_be_accepted(&left, &judged, output);
    }
    let mut accepted = Vec::with_capacity(requests.len());
    for (request, parties) in requests.into_iter().zip(left) {
        let answer = casework.submit(request).await.map_err(|problem| {
            let repeat = format!("repeat it with --part-of {part_of}, which sends what is missing");
            anyhow::Error::new(problem)
                .context(format!("the referral to {} may not be sent; {repeat}", parties[0].agency))
        })?;
        accepted.push((parties[0].agency.clone(), answer));
    }
    shown(&part_of, &sent, &accepted, output)
}

fn instrument_of(request: &pb::SubmitRequest) -> Result<&'static Instrument, Misuse> {
    let form = request.opening.as_ref().and_then(|opening| opening.request.clone());
    let code = form.map(|form| form_of(form).0);
    code.and_then(Instrument::of_code)
        .ok_or_else(|| Misuse("the file has no form of an instrument".to_owned()))
}

/// The capacity of the one agency that answers.
fn answering(instrument: &'static Instrument) -> Result<&'static CapacityDef, Misuse> {
    let one = |capacity: &&CapacityDef| capacity.side == Side::Answering && capacity.seats == Seats::One;
    let found = instrument.listed_capacities().find(one);
    found.ok_or_else(|| {
        Misuse(format!("nobody answers under {}: submit it to all its parties", instrument.code))
    })
}

/// Whoever each `--to` names; no agency answers twice.
fn states_of(to: &[String], instrument: &'static Instrument) -> Result<Vec<Vec<Party>>, Misuse> {
    let states = to.iter().map(|to| parties_of(to, instrument)).collect::<Result<Vec<_>, _>>()?;
    let mut answers = BTreeSet::new();
    // Of what is no agency's id the node says so.
    let state = |agency: &str| agency.parse::<AgencyId>().ok().map(|id| id.country());
    let is_again = |parties: &&Vec<Party>| state(&parties[0].agency).is_some_and(|of| !answers.insert(of));
    match states.iter().find(is_again) {
        Some(twice) => {
            let again = &twice[0].agency;
            Err(Misuse(format!(
                "--to names a second authority of one State, {again}: one referral goes to each State"
            )))
        }
        None => Ok(states),
    }
}

/// Whoever one `--to` names, the agency that answers first.
fn parties_of(to: &str, instrument: &'static Instrument) -> Result<Vec<Party>, Misuse> {
    let mut named = to.split(',').map(str::trim);
    let first = named.next().filter(|agency| !agency.is_empty() && !agency.contains('='));
    let first = first.ok_or_else(|| Misuse(format!("--to {to}: name the agency that answers first")))?;
    let party =
        |agency: &str, capacity: &str| Party { agency: agency.to_owned(), capacity: capacity.to_owned() };
    let mut parties = vec![party(first, answering(instrument)?.code)];
    for other in named {
        let (capacity, agency) = other
            .split_once('=')
            .ok_or_else(|| Misuse(format!("--to {to}: give {other} a capacity, as in police={other}")))?;
        parties.push(party(agency, capacity));
    }
    Ok(parties)
}

/// The request as it goes to one State: with an id of its own, and whoever answers there.
fn addressed(
    request: &pb::SubmitRequest,
    parties: &[Party],
    instrument: &'static Instrument,
    part_of: &str,
    args: &CirculateArgs,
) -> pb::SubmitRequest {
    let mut request = request.clone();
    request.referral_id = fresh_id();
    request.assertion = Some(args.who.assertion());
    request.inform.extend(args.inform.iter().cloned());
    if let Some(opening) = &mut request.opening {
        let answers = |party: &Party| {
            instrument.capacity(&party.capacity).is_some_and(|capacity| capacity.side == Side::Answering)
        };
        opening.parties.retain(|party| !answers(party));
        opening.parties.extend_from_slice(parties);
        opening.links.retain(|link| link.relation != PART_OF);
        opening.links.push(Link { relation: PART_OF.to_owned(), referral_id: part_of.to_owned() });
    }
    request
}

/// What was sent of the request before, by who answers it, and by which of them the request has ended.
async fn sent_before(
    args: &CirculateArgs,
    casework: &Casework,
    part_of: &str,
    instrument: &'static Instrument,
) -> anyhow::Result<(BTreeMap<String, String>, Option<String>)> {
    let (mut sent, mut ended) = (BTreeMap::new(), None);
    if args.part_of.is_none() {
        return Ok((sent, ended));
    }
    let capacity = answering(instrument)?.code;
    let asked = pb::ListRequest {
        assertion: Some(args.who.assertion()),
        part_of: part_of.to_owned(),
        ..pb::ListRequest::default()
    };
    let mut is_wanted = false;
    pages::each(casework, &asked, usize::MAX, |referral| {
        is_wanted |= !instrument.is_taken_back_in(&referral.state);
        if instrument.closure_in(&referral.state).is_some() {
            ended = Some(format!("{} in {}", referral.state, short::of(&referral.referral_id)));
        }
        let answers = referral.parties.iter().find(|party| party.capacity == capacity);
        if let Some(party) = answers {
            sent.insert(party.agency.clone(), referral.referral_id.clone());
        }
        Ok(())
    })
    .await?;
    if !is_wanted && !sent.is_empty() {
        ended = ended.or_else(|| Some("taken back from everybody to whom it was sent".to_owned()));
    }
    Ok((sent, ended))
}

/// Has the node judge every one before any is sent: what one State cannot be sent, a person decides on before the others have it.
/// Answers the warnings of each.
async fn judge_all(
    casework: &Casework,
    requests: &[pb::SubmitRequest],
) -> anyhow::Result<Vec<Vec<pb::Warning>>> {
    let (mut warnings, mut wrong) = (Vec::with_capacity(requests.len()), None);
    for request in requests {
        let trial = pb::SubmitRequest { validate_only: true, ..request.clone() };
        let judged = casework.submit(trial).await;
        if let Ok(accepted) = &judged {
            warnings.push(accepted.warnings.clone());
        }
        if let Err(problem) = judged {
            let parties =
                request.opening.as_ref().map(|opening| opening.parties.as_slice()).unwrap_or_default();
            let agencies: Vec<&str> = parties.iter().map(|party| party.agency.as_str()).collect();
            let not_valid = format!("not valid for {}", agencies.join(", "));
            if let Some((problem, not_valid)) = wrong.replace((problem, not_valid)) {
                note(format!("{not_valid}: {problem}"));
            }
        }
    }
    match wrong {
        Some((problem, not_valid)) => {
            Err(anyhow::Error::new(problem).context(not_valid).context("nothing was sent"))
        }
        None => Ok(warnings),
    }
}

fn would_be_accepted(
    states: &[&Vec<Party>],
    judged: &[Vec<pb::Warning>],
    output: Output,
) -> anyhow::Result<ExitCode> {
    let of_each = || states.iter().map(|parties| parties[0].agency.as_str()).zip(judged);
    let told = |(agency, warnings): (&str, &Vec<pb::Warning>)| {
        let of = |one: &pb::Warning| json_of("rogatory.casework.v1.Warning", one);
        Ok(
            json!({ "agency": agency, "warnings": warnings.iter().map(of).collect::<anyhow::Result<Vec<_>>>()? }),
        )
    };
    let referrals = of_each().map(told).collect::<anyhow::Result<Vec<_>>>()?;
    let fields = [("valid", format!("yes, {} of them; nothing was recorded", judged.len()))];
    output.fields(&fields, &json!({ "valid": judged.len(), "referrals": referrals }))?;
    for (agency, warnings) in of_each() {
        warning::print_of(agency, warnings, output)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(
    part_of: &str,
    sent: &BTreeMap<String, String>,
    accepted: &[(String, pb::Accepted)],
    output: Output,
) -> anyhow::Result<ExitCode> {
    let before =
        sent.iter().map(|(agency, referral)| vec![agency.clone(), referral.clone(), "before".to_owned()]);
    let now =
        accepted.iter().map(|(agency, one)| vec![agency.clone(), one.referral_id.clone(), "now".to_owned()]);
    let of = |(agency, one): &(String, pb::Accepted)| {
        Ok(json!({ "agency": agency, "accepted": json_of("rogatory.casework.v1.Accepted", one)? }))
    };
    let referrals = accepted.iter().map(of).collect::<anyhow::Result<Vec<_>>>()?;
    let value = json!({ "part_of": part_of, "sent_before": sent, "referrals": referrals });
    // On standard output, too: whoever sends what is missing later needs it.
    output.line(format!("request {part_of}"))?;
    output.line("")?;
    output.table(&["answers", "referral", "sent"], before.chain(now), &value)?;
    for (agency, one) in accepted {
        for informed in &one.informed {
            output.line(format!(
                "informed of the one to {agency}: {} by {}",
                informed.agency, informed.referral_id
            ))?;
        }
    }
    if !output.is_json() {
        note(format!("next: rogatory referral list --part-of {part_of}"));
    }
    for (agency, one) in accepted {
        warning::print_of(agency, &one.warnings, output)?;
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::INSTRUMENTS;

    use super::*;

    fn answered() -> &'static Instrument {
        INSTRUMENTS.iter().find(|known| answering(known).is_ok()).unwrap()
    }

    #[test]
    fn who_answers_comes_first_and_the_others_have_a_capacity() {
        let parties = parties_of("be-court, police=be-fgp", answered()).unwrap();
        assert_eq!(parties[0].capacity, answering(answered()).unwrap().code);
        assert_eq!((parties[1].agency.as_str(), parties[1].capacity.as_str()), ("be-fgp", "police"));
        for wrong in ["", "police=be-fgp", "be-court,be-fgp", ",be-court"] {
            assert!(parties_of(wrong, answered()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_agency_of_a_state_answers_one_referral_of_a_request() {
        let to = |agencies: &[&str]| agencies.iter().map(|agency| (*agency).to_owned()).collect::<Vec<_>>();
        assert_eq!(states_of(&to(&["be-court", "de-court,police=de-bka"]), answered()).unwrap().len(), 2);
        for second in ["be-court,police=be-fgp", "be-other"] {
            assert!(states_of(&to(&["be-court", second]), answered()).is_err(), "{second}");
        }
    }
}
