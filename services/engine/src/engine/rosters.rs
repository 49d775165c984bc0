//! A new roster: on the record first, then in force. Members come, change and leave; a member whose ledger was replaced
//! begins a new history here.
//!
//! Owns what a roster does to peers and links. It must not read a file or check a signature.

use std::sync::Arc;
use std::time::Duration;

use rogatory_domain::id::AgencyId;
use rogatory_domain::refusal::Code;
use rogatory_evidence::{Kind, Roster, RosterChange, RosterRefused, pb};
use rogatory_exchange::Session;
use rogatory_index::{QueueRow, ReferralRow, Status, StoreError};
use tracing::{info, warn};

use super::give_up::status_to;
use super::{Engine, PeerState, WaitingFor};
use crate::input::{Effect, NewRoster, RosterAnswer, ToLink};
use crate::scribe::Draft;

impl Engine {
    /// Takes a roster that follows the one in force, or the very same. It comes into force when its record is durable.
    pub(super) fn take_roster(&mut self, new: NewRoster, answer: RosterAnswer) {
        let NewRoster { roster, by } = new;
        if let Err(refused) = self.check_roster(&roster) {
            return self.when_durable(Box::new(move || answer(Err(refused))));
        }
        if self.staged.totals().roster != Some(roster.in_force()) {
            let mut draft = Draft::new(&self.scribe, Kind::Configured);
            draft.shared.roster = Some(roster.in_force());
            draft.private = by;
            if self.record(draft).is_none() {
                return;
            }
        }
        self.wait(WaitingFor::Roster(roster, answer));
    }

    fn check_roster(&self, roster: &Roster) -> Result<(), RosterRefused> {
        let origin = self.scribe.origin();
        roster.own(&origin.federation, &origin.agency)?;
        // One that is on the record may not be in force yet, and one that a start went by may not be on the record yet.
        let mut known = [self.roster.in_force()].into_iter().chain(self.staged.totals().roster);
        known.try_for_each(|known| known.may_be_followed_by(roster.in_force()))
    }

    /// Goes by a roster whose record is durable.
    pub(super) fn come_into_force(&mut self, roster: Arc<Roster>) -> RosterChange {
        let change = RosterChange::between(&self.roster, &roster);
        self.roster = roster.clone();
        self.effects.push(Effect::Roster(roster));
        change.left.iter().for_each(|agency| self.leave(agency));
        change.came.iter().for_each(|agency| self.come(agency));
        for agency in &change.changed {
            self.link_anew(agency);
            self.end_replaced_history(agency);
        }
        self.reach_anew();
        let peers: Vec<AgencyId> = self.peers.keys().cloned().collect();
        peers.iter().for_each(|agency| self.tell_roster(agency));
        let (version, came, left) = (change.version, change.came.len(), change.left.len());
        info!(version, came, left, changed = change.changed.len(), "a roster is in force");
        change
    }

    /// What waits for a member that leaves is given up at the next look.
    fn leave(&mut self, agency: &AgencyId) {
        let Some(state) = self.peers.remove(agency) else { return };
        if let Some(sink) = state.sink {
            self.effects.push(Effect::Link(sink, ToLink::HangUp(Code::StrangerCertificate)));
        }
        if let Some(left) = &mut self.left {
            left.push(agency.clone());
        }
    }

    fn come(&mut self, agency: &AgencyId) {
        let dials = *self.own() < *agency;
        let state = PeerState::new(self.elapsed(), dials, true);
        self.peers.insert(agency.clone(), state);
        if let Some(left) = &mut self.left {
            left.retain(|earlier| earlier != agency);
        }
    }

    /// Every peer that is down is dialled at the next tick: what kept it down may be cured.
    pub(super) fn reach_anew(&mut self) {
        let now = self.elapsed();
        self.peers.values_mut().for_each(|state| state.outbound.dial_soon(now));
    }

    /// Tells a linked peer by which roster this node goes, where it was told of another one.
    pub(super) fn tell_roster(&mut self, agency: &AgencyId) {
        let version = self.roster.version();
        if let Some(state) = self.peers.get_mut(agency).filter(|state| state.told_roster != version)
            && let Some(sink) = &state.sink
        {
            state.told_roster = version;
            self.effects.push(Effect::Link(sink.clone(), ToLink::GoesBy(version)));
        }
    }

    /// A peer goes by another roster: what it could not take under the one before is tried again, but never sooner than at the
    /// next tick, so that a peer which says so without end costs no more than that.
    pub(super) fn goes_by(&mut self, agency: &AgencyId, session: Session) {
        if let Some(state) = self.peers.get_mut(agency).filter(|state| state.session == session) {
            state.has_another_roster = true;
        }
    }

    pub(super) fn try_under_other_rosters(&mut self, now: Duration) {
        for state in self.peers.values_mut().filter(|state| state.has_another_roster) {
            state.has_another_roster = false;
            state.outbound.retry(now);
        }
    }

    /// Ends the link of a member that is reached, believed or sealed to in another way from now on; it is dialled at once.
    fn link_anew(&mut self, agency: &AgencyId) {
        let (now, random) = (self.elapsed(), u64::from_le_bytes(self.scribe.random().array()));
        let Some(state) = self.peers.get_mut(agency) else { return };
        if let Some(sink) = state.sink.take() {
            self.effects.push(Effect::Link(sink, ToLink::HangUp(Code::PeerChanged)));
        }
        state.outbound.lost(Some(state.session), now, random);
        state.outbound.retry(now);
        state.asking.lost();
        // What is being greeted now goes by what the roster said before.
        state.session = 0;
    }

    /// Ends the history of a peer's ledger that the roster says another one has replaced: its last head stands in the
    /// record, and the next ledger begins with nothing held of it.
    pub(super) fn end_replaced_history(&mut self, agency: &AgencyId) {
        let held = match self.held_of(agency) {
            Ok(held) => held,
            Err(error) => return self.fail(error),
        };
        let (Some(held), Some(member)) = (held, self.roster.member(agency)) else { return };
        if member.continues(&held) {
            return;
        }
        warn!(peer = %agency, size = held.size, "the roster names another ledger of the peer; the history of the one before ends");
        let batch = pb::ProofBatch { note: held.note.clone(), ..pb::ProofBatch::default() };
        let mut draft = Draft::new(&self.scribe, Kind::LedgerReplaced);
        draft.shared.recipients = vec![agency.clone()];
        draft.proofs = Some((batch, held, Vec::new()));
        if self.record(draft).is_none() {
            return;
        }
        if let Some(state) = self.peers.get_mut(agency) {
            state.offers = super::publish::Offers::default();
        }
        self.expire_all_of(agency);
    }

    /// Why a message that waits can never be taken over, if the ledger that holds what came before it was replaced.
    pub(super) fn lost_with_its_ledger(
        &self,
        agency: &AgencyId,
        row: &QueueRow,
    ) -> Result<Option<Code>, StoreError> {
        if self.replaced(agency).is_none() {
            return Ok(None);
        }
        let referral = self.staged.referral(row.referral)?;
        Ok(referral.and_then(|referral| self.is_before_its_ledger(agency, &referral)))
    }

    /// Whether an agency took over, or refused, earlier messages of a referral in a ledger that was replaced: the ledger it
    /// has now waits for their numbers, and would for ever.
    pub(super) fn is_before_its_ledger(&self, agency: &AgencyId, row: &ReferralRow) -> Option<Code> {
        let replaced = self.replaced(agency)?;
        let is_before = |status: &Status| match status {
            Status::Taken(held) | Status::Refused(held, _) => held.proofs_at < replaced,
            Status::Waiting | Status::GivenUp(..) => false,
        };
        let mut sent = row.messages.iter().filter(|line| line.sender == *self.own());
        let settled_before = sent.any(|line| status_to(line, agency).is_some_and(is_before));
        settled_before.then_some(Code::RecipientLedgerReplaced)
    }

    /// Position of the newest record that says that the ledger of an agency was replaced.
    fn replaced(&self, agency: &AgencyId) -> Option<u64> {
        self.staged.partners().get(agency).and_then(|partner| partner.ledger_replaced)
    }
}
