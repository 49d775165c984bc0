//! What single records do to the rows.

use jiff::Timestamp;
use rogatory_evidence::{Instance, Origin, Shared};

use std::collections::BTreeMap;

use super::*;
use crate::base::Base;
use crate::known::Known;
use crate::memory::MemoryBase;
use crate::request::RequestRow;
use crate::rows::{PartnerRow, Totals};

const RECIPIENT: &str = "nl-om";

fn origin(agency: &str) -> Origin {
    let instance = Instance::from_slice(&[1; 16]).unwrap();
    Origin { federation: "demo.rogatory.example".parse().unwrap(), agency: agency.parse().unwrap(), instance }
}

fn record(agency: &str, kind: Kind, position: u64, number: u8) -> Folding {
    let id = format!("0190a0a0-0000-7000-8000-00000000000{number}");
    let mut shared = Shared::new(&origin(agency), kind, Timestamp::UNIX_EPOCH);
    shared.message = Some(id.parse().unwrap());
    shared.envelope = Some(Digest([number; 32]));
    shared.recipients = vec![RECIPIENT.parse().unwrap()];
    let header = Header {
        federation: shared.federation.clone(),
        message: id.parse().unwrap(),
        referral: id.parse().unwrap(),
        sender: shared.agency.clone(),
        recipients: shared.recipients.clone(),
        number: 1,
        previous: None,
        urgent: false,
        key_commitment: [0; 32],
        submitted: Timestamp::UNIX_EPOCH,
        expires: Timestamp::UNIX_EPOCH,
    };
    Folding {
        envelope_bytes: 0,
        position,
        shared,
        facts: None,
        erased: false,
        header: (kind == Kind::Sent).then_some(header),
        sender: None,
        submitted: [0; 32],
        receipts: Vec::new(),
        head: None,
    }
}

#[test]
fn a_delivery_leaves_the_queue_once_however_often_it_is_settled() {
    let own = "fr-jirs";
    let mut rows = Staged::over(Box::new(MemoryBase::default()), 0).unwrap();
    let mut receipted = record(own, Kind::Receipted, 3, 1);
    let taken = record(RECIPIENT, Kind::Taken, 0, 1).shared;
    receipted.receipts = vec![HeldReceipt { index: 8, shared: taken }];
    let again = Folding { position: 4, ..receipted.clone() };
    let sent = [record(own, Kind::Sent, 0, 1), record(own, Kind::Sent, 1, 2)];
    for record in sent.into_iter().chain([record(own, Kind::GivenUp, 2, 1), receipted, again]) {
        fold(&mut rows, &record).unwrap();
    }
    assert_eq!(rows.totals().waiting, 1, "the second message still waits");
    let after = QueueKey { recipient: RECIPIENT.parse().unwrap(), routine: true, position: 0 };
    assert_eq!(rows.queue_after(&after, 9).unwrap().len(), 1);
    let row = rows.referral("0190a0a0-0000-7000-8000-000000000001".parse().unwrap()).unwrap().unwrap();
    let delivery = &row.messages[0].deliveries[0];
    assert!(matches!(delivery.status, Status::Taken(_)), "the later positive wins");
    assert_eq!(delivery.overridden, Some(Status::GivenUp(2, String::new())), "the negative stands beside it");
}

#[test]
fn what_waits_and_what_was_given_up_is_counted_for_each_recipient_and_lane() {
    let own = "fr-jirs";
    let mut rows = Staged::over(Box::new(MemoryBase::default()), 0).unwrap();
    let mut urgent = record(own, Kind::Sent, 1, 2);
    urgent.header.as_mut().unwrap().urgent = true;
    for record in [record(own, Kind::Sent, 0, 1), urgent, record(own, Kind::Sent, 2, 3)] {
        fold(&mut rows, &record).unwrap();
    }
    fold(&mut rows, &record(own, Kind::GivenUp, 3, 3)).unwrap();
    let partner = rows.partners()[&RECIPIENT.parse().unwrap()].clone();
    let counted = (partner.waiting_urgent, partner.waiting_routine, partner.given_up);
    assert_eq!(counted, (1, 1, 1));
    assert_eq!(rows.take_batch().partners, [(RECIPIENT.parse().unwrap(), Some(partner))]);
}

#[test]
fn a_fork_stays_noted_with_its_first_record_until_it_is_cleared() {
    let mut rows = Staged::over(Box::new(MemoryBase::default()), 0).unwrap();
    for position in 0..2 {
        fold(&mut rows, &record("fr-jirs", Kind::ForkSeen, position, 1)).unwrap();
    }
    let noted = |rows: &Staged| rows.partners()[&RECIPIENT.parse().unwrap()].fork.clone();
    assert_eq!(noted(&rows), Some(ForkRow { position: 0, since: Timestamp::UNIX_EPOCH, count: 2 }));
    fold(&mut rows, &record("fr-jirs", Kind::ForkCleared, 2, 1)).unwrap();
    assert_eq!(noted(&rows), None);
}

#[test]
fn what_was_given_up_waits_again_from_its_requeue_on_as_long_as_at_first_and_the_giving_up_stands_beside_it()
{
    let own = "fr-jirs";
    let recipient: AgencyId = RECIPIENT.parse().unwrap();
    let mut rows = Staged::over(Box::new(MemoryBase::default()), 0).unwrap();
    let at = |seconds| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(seconds);
    let mut sent = record(own, Kind::Sent, 1, 1);
    sent.header.as_mut().unwrap().expires = at(60);
    let requeued = |position, seconds| {
        let mut record = record(own, Kind::Requeued, position, 1);
        record.shared.node_time = at(seconds);
        record
    };
    let given_up = |position| GivenUpKey { recipient: RECIPIENT.parse().unwrap(), position };
    let key = QueueKey { recipient: recipient.clone(), routine: true, position: 1 };
    let delivery = |rows: &Staged| {
        let id = "0190a0a0-0000-7000-8000-000000000001".parse().unwrap();
        rows.referral(id).unwrap().unwrap().messages[0].deliveries[0].clone()
    };
    for record in [&sent, &requeued(2, 5)] {
        fold(&mut rows, record).unwrap();
    }
    assert_eq!(delivery(&rows).requeued, None, "what waits is not put back");
    let waited = rows.queued(&key).unwrap().unwrap();

    fold(&mut rows, &record(own, Kind::GivenUp, 3, 1)).unwrap();
    assert_eq!((rows.queued(&key).unwrap(), rows.totals().waiting), (None, 0));
    assert_eq!(rows.given_up(&given_up(3)).unwrap(), Some(waited.clone()));
    // Once more, since a repeat of it changes nothing.
    for record in [&requeued(4, 100), &requeued(5, 200)] {
        fold(&mut rows, record).unwrap();
    }
    let again = QueueRow { waits_since: at(100), expires: at(160), waits_from: 4, ..waited };
    assert_eq!((rows.queued(&key).unwrap(), rows.totals().waiting), (Some(again), 1));
    assert_eq!(rows.given_up(&given_up(3)).unwrap(), None);
    assert_eq!(rows.partners()[&recipient].waiting(), 1);
    let now = delivery(&rows);
    assert_eq!((now.status, now.requeued), (Status::Waiting, Some(4)));
    assert_eq!(now.overridden, Some(Status::GivenUp(3, String::new())));

    fold(&mut rows, &record(own, Kind::GivenUp, 6, 1)).unwrap();
    let mut receipted = record(own, Kind::Receipted, 7, 1);
    receipted.receipts = vec![HeldReceipt { index: 8, shared: record(RECIPIENT, Kind::Taken, 0, 1).shared }];
    for record in [&receipted, &requeued(8, 300)] {
        fold(&mut rows, record).unwrap();
    }
    let now = delivery(&rows);
    assert!(matches!(now.status, Status::Taken(_)), "the later positive wins for good");
    assert_eq!(now.overridden, Some(Status::GivenUp(6, String::new())));
    assert!(rows.given_up_after(&given_up(0), 9).unwrap().is_empty());
    assert_eq!((rows.totals().waiting, rows.partners()[&recipient].given_up), (0, 2));
}

/// A base that cannot be asked for a referral or a message.
struct Mute;

impl Base for Mute {
    fn referral(&self, _: ReferralId) -> Result<Option<Arc<ReferralRow>>, StoreError> {
        Err(StoreError::Damaged)
    }
    fn message(&self, _: &AgencyId, _: MessageId) -> Result<Option<MessageRow>, StoreError> {
        Err(StoreError::Damaged)
    }
    fn peer(&self, _: &AgencyId) -> Result<Option<PeerRow>, StoreError> {
        Ok(None)
    }
    fn request(&self, _: &RequestKey) -> Result<Option<RequestRow>, StoreError> {
        Ok(None)
    }
    fn consumer(&self, _: &str) -> Result<Option<Arc<ConsumerRow>>, StoreError> {
        Ok(None)
    }
    fn totals(&self) -> Result<Totals, StoreError> {
        Ok(Totals::default())
    }
    fn partners(&self) -> Result<BTreeMap<AgencyId, PartnerRow>, StoreError> {
        Ok(BTreeMap::new())
    }
    fn queue_after(&self, _: &QueueKey, _: usize) -> Result<Vec<(QueueKey, QueueRow)>, StoreError> {
        Ok(Vec::new())
    }
    fn given_up_after(&self, _: &GivenUpKey, _: usize) -> Result<Vec<(GivenUpKey, QueueRow)>, StoreError> {
        Ok(Vec::new())
    }
    fn recipients(&self) -> Result<Vec<AgencyId>, StoreError> {
        Ok(Vec::new())
    }
    fn alarms_until(&self, _: Timestamp, _: usize) -> Result<Vec<AlarmKey>, StoreError> {
        Ok(Vec::new())
    }
}

#[test]
fn a_base_is_not_asked_for_what_it_cannot_hold_and_is_asked_for_everything_while_nobody_knows_what_it_holds()
{
    let own: AgencyId = "fr-jirs".parse().unwrap();
    let sent = record("fr-jirs", Kind::Sent, 7, 1);
    let id = sent.header.as_ref().unwrap().message;
    let mut rows = Staged::over(Box::new(Mute), 7).unwrap();
    assert!(rows.message(&own, id).is_err() && fold(&mut rows, &sent).is_err());
    rows.knows(Known::nothing());
    assert_eq!(rows.message(&own, id).unwrap(), None);
    fold(&mut rows, &sent).unwrap();
    assert!(rows.message(&own, id).unwrap().is_some());
    // Once the base has taken it over, it is asked.
    rows.take_batch();
    rows.applied(8);
    assert!(rows.message(&own, id).is_err());
}
