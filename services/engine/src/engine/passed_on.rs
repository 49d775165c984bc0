//! A case that is passed on, against what this node knows of it: who took part in it before cannot be told another story of it.
//!
//! Owns that comparison. What an opening carries was proven before it came here; what it leaves out, only a party can see.

use rogatory_domain::case::{Earlier, Fact, OpeningFact};
use rogatory_domain::id::{AgencyId, ReferralId};
use rogatory_domain::refusal::Code;
use rogatory_evidence::{Digest, Facts};
use rogatory_index::{ReferralRow, Status, StoreError};

use super::Engine;
use crate::link::Unread;

impl Engine {
    /// Whether an opening tells of a case that was passed on what this node has of it, in every referral in which this agency was a party.
    pub(super) fn is_same_story(&self, facts: &Facts) -> Result<Result<(), Unread>, StoreError> {
        let Facts::Opening(opening) = facts else { return Ok(Ok(())) };
        for at in 0..opening.earlier().len() {
            let stage = Stage { opening, at, own: self.own() };
            let row = self.staged.referral(stage.earlier().referral)?;
            if let Err(unread) = stage.is_known_as(row.as_deref()) {
                return Ok(Err(unread));
            }
        }
        Ok(Ok(()))
    }
}

/// What is told is not what is known here.
const OTHER_STORY: Unread = Unread::Refused(Code::ProofInvalid);

/// One referral from which a case was passed on, as an opening tells it to an agency.
struct Stage<'a> {
    opening: &'a OpeningFact,
    at: usize,
    own: &'a AgencyId,
}

impl<'a> Stage<'a> {
    fn earlier(&self) -> &'a Earlier {
        &self.opening.earlier()[self.at]
    }

    /// The referral in which the case went on from this one.
    fn next(&self) -> ReferralId {
        self.opening.earlier().get(self.at + 1).map_or(self.opening.referral, |next| next.referral)
    }

    /// Who opened it: the issuing agency, or whoever passed the case on into it.
    fn opener(&self) -> Option<&'a AgencyId> {
        let Some(before) = self.at.checked_sub(1) else { return Some(&self.opening.issuing) };
        Stage { at: before, ..*self }.passing().map(|passing| &passing.sender)
    }

    /// The event by which it was passed on from here.
    fn passing(&self) -> Option<&'a Fact> {
        let next = self.next();
        self.opening.passings(&self.earlier().facts).find(|(_, into)| *into == next).map(|(fact, _)| fact)
    }

    fn is_known_as(&self, row: Option<&ReferralRow>) -> Result<(), Unread> {
        let (earlier, own) = (self.earlier(), self.own);
        let was_party =
            *own == self.opening.issuing || earlier.parties.iter().any(|(agency, _)| agency == own);
        if !was_party {
            return Ok(());
        }
        let passing = self.passing().ok_or(OTHER_STORY)?;
        // What was erased is no story any more that could be compared.
        if row.is_some_and(|row| row.erased) {
            return Ok(());
        }
        let Some((row, known)) = row.and_then(|row| Some((row, row.opening.as_ref()?))) else {
            // Its opening may be on its way; one that was refused here never comes.
            let is_it =
                |(agency, number, _): &(AgencyId, u32, Digest)| Some(agency) == self.opener() && *number == 1;
            let is_refused = row.is_some_and(|row| row.closed.iter().any(is_it));
            return Err(if is_refused { OTHER_STORY } else { Unread::NotYet(Code::SequenceGap) });
        };
        let before = &self.opening.earlier()[..self.at];
        let is_same = known.issuing == self.opening.issuing
            && known.parties == earlier.parties
            && known.instrument == self.opening.instrument
            && known.earlier() == before;
        let leaves_out = |fact: &Fact| told_of(earlier, fact).is_none() && self.had(row, passing, fact);
        if !is_same || row.facts.iter().any(leaves_out) {
            return Err(OTHER_STORY);
        }
        earlier.facts.iter().try_for_each(|told| self.is_known(row, passing, told))
    }

    /// Whether whoever passed the case on certainly had a message that is known here: its own, or one of this agency's that it took.
    fn had(&self, row: &ReferralRow, passing: &Fact, fact: &Fact) -> bool {
        if !passing.saw(fact) {
            return false;
        }
        let line = row.messages.iter().find(|line| line.message == fact.id && line.sender == fact.sender);
        let delivery =
            line.and_then(|line| line.deliveries.iter().find(|one| one.recipient == passing.sender));
        let was_taken = delivery.is_some_and(|one| {
            matches!(one.status, Status::Taken(_)) || one.status == Status::Waiting && one.requeued.is_none()
        });
        fact.sender == passing.sender || was_taken
    }

    /// Whether a message that is told is known here as it is told. Of the messages of whoever passed the case on, which that agency could
    /// have made for this occasion, one that is not known here has to come, or have its number closed; those of others are proven by them.
    fn is_known(&self, row: &ReferralRow, passing: &Fact, told: &Fact) -> Result<(), Unread> {
        let is_it = |fact: &&Fact| fact.id == told.id && fact.sender == told.sender;
        match row.facts.iter().find(is_it) {
            Some(known) if is_as_told(known, told) => Ok(()),
            Some(_) => Err(Unread::Refused(Code::ProofInvalid)),
            None if told.sender == *self.own => Err(Unread::Refused(Code::ProofInvalid)),
            None if told.sender != passing.sender => Ok(()),
            None => {
                let mut closed = row.closed.iter();
                let is_closed =
                    closed.any(|(agency, number, _)| *agency == told.sender && *number == told.number);
                if is_closed { Ok(()) } else { Err(Unread::NotYet(Code::SequenceGap)) }
            }
        }
    }
}

fn told_of<'a>(earlier: &'a Earlier, fact: &Fact) -> Option<&'a Fact> {
    earlier.facts.iter().find(|told| told.id == fact.id && told.sender == fact.sender)
}

/// Whether two facts are of one message: its own agency cannot tell two stories of it.
fn is_as_told(known: &Fact, told: &Fact) -> bool {
    known.event == told.event && known.number == told.number && known.declared == told.declared
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use rogatory_domain::case::{Event, Parameter, PassedOn};
    use rogatory_domain::id::AgencyId;
    use rogatory_domain::instrument::{INSTRUMENTS, Instrument, Symbol};
    use rogatory_index::{Delivery, Held, MessageLine};

    use super::*;

    const OLD: &str = "0190a0a0-0000-7000-8000-000000000001";
    const NEW: &str = "0190a0a0-0000-7000-8000-000000000002";

    fn agency(name: &str) -> AgencyId {
        name.parse().unwrap()
    }

    fn fact(number: u32, sender: &str, code: &str, parameters: Vec<Parameter>, saw: u32) -> Fact {
        Fact {
            id: format!("0190a0a0-0000-7000-8000-0000000001{number:02}").parse().unwrap(),
            sender: agency(sender),
            number,
            seen: vec![(agency("fr-jirs"), saw)],
            event: Event::parse(code, parameters).unwrap(),
            declared: Timestamp::UNIX_EPOCH,
            recorded: Timestamp::UNIX_EPOCH,
        }
    }

    fn opening(referral: &str, parties: &[(&str, &str)], passed_on: Option<PassedOn>) -> OpeningFact {
        let party = |(name, capacity): &(&str, &str)| (agency(name), Symbol::of(capacity).unwrap());
        OpeningFact {
            referral: referral.parse().unwrap(),
            instrument: Instrument::of_code(INSTRUMENTS[0].code).unwrap(),
            calendar_edition: 1,
            roster_version: 1,
            issuing: agency("fr-jirs"),
            parties: parties.iter().map(party).collect(),
            jurisdiction: "NL".parse().unwrap(),
            opener_jurisdiction: None,
            traits: Vec::new(),
            items: 0,
            part_of: None,
            passed_on: passed_on.map(Box::new),
            declared: Timestamp::UNIX_EPOCH,
            recorded: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_party_is_told_the_case_as_it_knows_it_and_nothing_is_left_out_or_added() {
        let old = opening(OLD, &[("nl-om", "executing")], None);
        let into_new = Parameter {
            code: Symbol::of("goes_on_in").unwrap(),
            value: NEW.parse::<ReferralId>().unwrap().into(),
        };
        let supplied = fact(2, "fr-jirs", "information_supplied", vec![], 0);
        let crossed = fact(3, "fr-jirs", "information_supplied", vec![], 0);
        let passing = fact(1, "nl-om", "passed_on", vec![into_new], 2);
        let line = |fact: &Fact, status: Option<Status>| MessageLine {
            message: fact.id,
            sender: fact.sender.clone(),
            number: fact.number,
            digest: Digest([0; 32]),
            position: 1,
            submitted: None,
            node_time: Timestamp::UNIX_EPOCH,
            deliveries: status
                .map(|status| Delivery { status, ..Delivery::new(agency("nl-om")) })
                .into_iter()
                .collect(),
        };
        let row_with = |status: Status| ReferralRow {
            opening: Some(old.clone()),
            facts: vec![supplied.clone(), crossed.clone(), passing.clone()],
            messages: vec![
                line(&supplied, Some(status)),
                line(&crossed, Some(Status::Waiting)),
                line(&passing, None),
            ],
            ..ReferralRow::default()
        };
        let held = Held { index: 1, proofs_at: 2, node_time: Timestamp::UNIX_EPOCH };
        let row = row_with(Status::Taken(held));
        let told = |parties: &[(AgencyId, Symbol)], facts: &[&Fact]| {
            let facts = facts.iter().copied().cloned().collect();
            let earlier = vec![Earlier { referral: old.referral, parties: parties.to_vec(), facts }];
            opening(NEW, &[("nl-rb", "executing")], Some(PassedOn { by: agency("nl-om"), earlier }))
        };
        let other_parties = [(agency("nl-rb"), old.parties[0].1)];
        let (issuing, court) = (agency("fr-jirs"), agency("nl-rb"));
        let judged = |opening: &OpeningFact, row: Option<&ReferralRow>| {
            Stage { opening, at: 0, own: &issuing }.is_known_as(row)
        };
        let whole = told(&old.parties, &[&supplied, &passing]);
        let other = Err(OTHER_STORY);
        assert_eq!(judged(&whole, Some(&row)), Ok(()), "what crossed it was not known");
        let left_out = told(&old.parties, &[&passing]);
        assert_eq!(judged(&left_out, Some(&row)), other, "an event is left out");
        let given_up = row_with(Status::GivenUp(9, String::new()));
        assert_eq!(judged(&left_out, Some(&given_up)), Ok(()), "it never had that event");
        assert_eq!(judged(&told(&old.parties, &[&supplied]), Some(&row)), other, "it was not passed on");
        let others = told(&other_parties, &[&supplied, &passing]);
        assert_eq!(judged(&others, Some(&row)), other, "the parties are others");
        let altered = fact(2, "fr-jirs", "withdrawn", vec![], 0);
        assert_eq!(judged(&told(&old.parties, &[&altered, &passing]), Some(&row)), other, "another event");
        let later = Fact { declared: Timestamp::from_second(9).unwrap(), ..passing.clone() };
        assert_eq!(judged(&told(&old.parties, &[&supplied, &later]), Some(&row)), other, "another instant");
        let unheard = fact(9, "nl-om", "arrested", vec![], 0);
        let more = told(&old.parties, &[&supplied, &unheard, &passing]);
        assert_eq!(judged(&more, Some(&row)), Err(Unread::NotYet(Code::SequenceGap)), "never heard of");
        let of_third = fact(9, "nl-police", "arrested", vec![], 0);
        let third = told(&old.parties, &[&supplied, &of_third, &passing]);
        assert_eq!(judged(&third, Some(&row)), Ok(()), "who sent it proves it");
        assert_eq!(judged(&whole, None), Err(Unread::NotYet(Code::SequenceGap)), "its opening may come");
        let erased = ReferralRow { opening: None, facts: Vec::new(), erased: true, ..row.clone() };
        assert_eq!(judged(&whole, Some(&erased)), Ok(()), "of what is erased nothing is known");
        let refused_of = |sender| ReferralRow {
            closed: vec![(agency(sender), 1, Digest([0; 32]))],
            ..ReferralRow::default()
        };
        assert_eq!(judged(&whole, Some(&refused_of("fr-jirs"))), other, "its opening was refused");
        let of_stranger = judged(&whole, Some(&refused_of("xx-stranger")));
        assert_eq!(
            of_stranger,
            Err(Unread::NotYet(Code::SequenceGap)),
            "what others were refused says nothing"
        );
        assert_eq!(Stage { opening: &whole, at: 0, own: &court }.is_known_as(None), Ok(()), "no party of it");
    }
}
