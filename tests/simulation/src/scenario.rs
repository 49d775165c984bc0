//! Small histories on the same world, told step by step instead of drawn: what becomes of deliveries that were given up.
//!
//! Owns what happens in them and what must come of it; afterwards every invariant is checked as after a drawn life.

mod quiet;

use std::sync::atomic::Ordering;

use rogatory_domain::id::{AgencyId, MessageId};
use rogatory_domain::refusal::Code;
use rogatory_engine::HoldUp;
use rogatory_engine::Input;
use rogatory_engine::engine::Requeued;
use rogatory_evidence::Private;
use rogatory_index::{Delivery, Status};

use crate::caller::{Bodies, Stage};
use crate::cast::{Edition, member};
use crate::check;
use crate::federation::Federation;
use crate::node::text;
use crate::rosters::Verdict;
use crate::{Broken, Failure, Sabotage};

pub use quiet::Quiet;

const SECONDS_PER_DAY: i64 = 86_400;

/// Microseconds beyond the horizon of these histories.
const LATE_US: i64 = 30_000_000;

/// Microseconds after which a sender looks again for what has waited too long.
const LOOK_US: i64 = 1_100_000;

/// Ticks within which a sender must have given up this many deliveries, at 256 a tick.
const fn ticks_for(deliveries: usize) -> usize {
    deliveries / 256 + 2
}

/// A sender gives up some messages that never came to their recipient, and then others that it took over while its receipts
/// were lost. Once a link stands again, both ends must agree without any later message.
///
/// # Errors
/// What did not hold.
pub fn run_lost_receipts(seed: u64, never_came: usize, messages: usize) -> Result<(), Failure> {
    told(seed, |world| {
        world.peer_goes_away();
        (0..never_came).try_for_each(|_| world.say_opening().map(drop))?;
        let ticks = world.give_up_everything()?;
        expect(ticks <= ticks_for(never_came), || format!("{never_came} were given up in {ticks} ticks"))?;
        world.take_over_without_receipts(messages)?;
        world.give_up_everything()?;
        world.connect_anew()?;
        let deliveries = world.deliveries(0);
        let agreed = |d: &&Delivery| {
            matches!((&d.status, &d.overridden), (Status::Taken(_), Some(Status::GivenUp(..))))
        };
        let agreed = deliveries.iter().filter(agreed).count();
        expect(agreed == messages, || format!("{agreed} of {messages} are known to be taken"))?;
        let open = deliveries.iter().filter(|d| matches!(d.status, Status::GivenUp(..))).count();
        expect(open == never_came, || format!("{open} of {never_came} never came"))
    })
}

/// What was given up and never came is put back by a person, the opening with all that follows it.
///
/// # Errors
/// What did not hold.
pub fn run_put_back(seed: u64) -> Result<(), Failure> {
    told(seed, |world| {
        world.peer_goes_away();
        let opening = world.say_opening()?;
        let event = world.say_event()?;
        world.give_up_everything()?;
        expect(world.requeue(event)? == Err(Code::OpeningNotDelivered), || {
            "it went without its opening".into()
        })?;
        for message in [opening, event] {
            let first = world.requeue(message)?;
            expect(matches!(first, Ok(Requeued::Now(_))), || format!("put back: {first:?}"))?;
            let again = world.requeue(message)?;
            expect(again == Ok(Requeued::Waits), || format!("put back again: {again:?}"))?;
        }
        let stranger: AgencyId = "be-fed".parse().expect("an id in code");
        let asked = world.requeue_for(event, &stranger)?;
        expect(asked == Err(Code::UnknownRecipient), || format!("put back for a stranger: {asked:?}"))?;
        let unknown = world.mint();
        expect(world.requeue(unknown)? == Err(Code::UnknownMessage), || "a message nobody sent".into())?;
        world.heal()?;
        let taken = |d: &Delivery| matches!(d.status, Status::Taken(_)) && d.requeued.is_some();
        let deliveries = world.deliveries(0);
        expect(deliveries.iter().all(taken), || format!("{deliveries:?}"))?;
        expect(world.requeue(event)? == Ok(Requeued::Taken), || "it is not known to be taken".into())
    })
}

/// A message is put back in the moment in which its recipient takes a later one, with the notice that closes its number.
///
/// # Errors
/// What did not hold.
pub fn run_put_back_too_late(seed: u64) -> Result<(), Failure> {
    told(seed, |world| {
        world.say_opening()?;
        world.heal()?;
        world.peer_goes_away();
        let late = world.say_event()?;
        world.give_up_everything()?;
        let later = world.say_event()?;
        // The later message goes out with the notice, and its frame is still on the way when the person acts.
        world.until(|world| {
            let inboxes = world.connections.iter().flat_map(|connection| &connection.ends);
            inboxes.flat_map(|end| &end.inbox).any(|frame| {
                matches!(frame, rogatory_engine::frame::Frame::Batch(batch) if !batch.closed.is_empty())
            })
        })?;
        let asked = world.requeue(late)?;
        expect(matches!(asked, Ok(Requeued::Now(_))), || format!("put back: {asked:?}"))?;
        world.heal()?;
        let closed = Code::NumberClosed.refusal().id;
        let status = world.delivery_of(late).map(|delivery| delivery.status);
        expect(matches!(&status, Some(Status::Refused(_, code)) if code == closed), || {
            format!("{status:?}")
        })?;
        let taken = world.delivery_of(later).map(|delivery| delivery.status);
        expect(matches!(taken, Some(Status::Taken(_))), || format!("{taken:?}"))?;
        expect(world.requeue(late)? == Err(Code::NumberClosed), || "it was put back once more".into())
    })
}

/// A recipient whose disk is full is sent again what it has, and a sender whose ledger is stuck is told again what it has
/// sent: both answer from what is stored, and take nothing new.
///
/// # Errors
/// What did not hold.
pub fn run_repeats_at_full_nodes(seed: u64) -> Result<(), Failure> {
    told(seed, |world| {
        world.take_over_without_receipts(3)?;
        world.engine(1)?.set_disk_full(true);
        world.connect_anew()?;
        let taken = world.deliveries(0).iter().filter(|d| matches!(d.status, Status::Taken(_))).count();
        expect(taken == 3, || format!("{taken} of 3 receipts came from a full disk"))?;
        world.engine(1)?.set_disk_full(false);

        world.engine(0)?.set_stuck(true);
        world.repeat(0, false)?;
        world.hear()?;
        let again = world.attempts.last().and_then(|attempt| attempt.outcome);
        expect(again == Some(true), || format!("a repeat at a stuck node: {again:?}"))?;
        expect(world.stats.repeats == 1, || "it was no repeat".into())?;
        world.want_opening(0);
        let new = world.wishes.len() - 1;
        world.seal(new)?;
        world.submit(new)?;
        world.hear()?;
        expect(world.wishes[new].stage == Stage::Wanted, || format!("{:?}", world.wishes[new].stage))?;
        world.engine(0)?.set_stuck(false);
        world.heal()
    })
}

/// A recipient runs a release that cannot read some messages. It makes no record of them that closes anything; what comes after one
/// in its referral waits behind it, other referrals go on. Once it can read them, all come, in order, without a new link.
///
/// # Errors
/// What did not hold.
pub fn run_not_yet(seed: u64) -> Result<(), Failure> {
    let story = |world: &mut Federation| {
        world.say_opening_that(false)?;
        world.heal()?;
        world.set_behind(1, true);
        let unread = world.say_event_that(true)?;
        let behind = world.say_event_that(false)?;
        world.say_opening_that(false)?;
        world.say_opening_that(true)?;
        world.until(|world| world.taken_at(1) == 2 && world.postponed_at(0) == 2)?;
        for (message, expected) in [(unread, true), (behind, false)] {
            let hold_up = world.hold_up_of(message)?;
            let holds = match hold_up {
                HoldUp::NotYet(not_yet) => expected && not_yet.code == Code::LaterEvent,
                HoldUp::BehindNotYet => !expected,
                _ => false,
            };
            expect(holds, || format!("{message}: {hold_up:?}"))?;
        }
        // Time for many tries: each is a number and no record.
        let before = world.records_at(1)?;
        world.run_for(300)?;
        let after = world.records_at(1)?;
        expect(after <= before + 1, || format!("{} records of nothing", after - before))?;
        world.set_behind(1, false);
        // The pause has grown to minutes; that the recipient goes by another roster ends it.
        let newer = Edition { version: 2, moved: 1, ..world.edition.clone() };
        world.load_roster(1, &newer, Verdict::Taken)?;
        world.run_for(10)?;
        let taken = world.taken_at(1);
        expect(taken == 5, || format!("{taken} of 5 were taken"))?;
        world.heal()
    };
    let failed = |what| Failure { seed, what };
    let mut world = Federation::pair(seed).map_err(failed)?;
    story(&mut world).and_then(|()| check::all(&mut world)).map_err(failed)
}

/// A message that its recipient cannot read is given up at its horizon like any other, and what waited behind it goes on with the
/// notice, while the recipient still cannot read it.
///
/// # Errors
/// What did not hold.
pub fn run_not_yet_until_given_up(seed: u64) -> Result<(), Failure> {
    told(seed, |world| {
        world.say_opening_that(false)?;
        world.heal()?;
        world.set_behind(1, true);
        let unread = world.say_event_that(true)?;
        world.run_for(15)?;
        let behind = world.say_event_that(false)?;
        world.run_for(10)?;
        let given_up = world.delivery_of(unread).map(|delivery| delivery.status);
        let code = Code::DeliveryExpired.refusal().id;
        expect(matches!(&given_up, Some(Status::GivenUp(_, reason)) if reason == code), || {
            format!("{given_up:?}")
        })?;
        let taken = world.delivery_of(behind).map(|delivery| delivery.status);
        expect(matches!(taken, Some(Status::Taken(_))), || format!("{taken:?}"))?;
        world.heal()
    })
}

/// Of what waits for a peer that is away, some is erased: its day's key is destroyed, and the index folded anew. It is given up, with
/// what follows it in its referral, and holds up nothing else.
///
/// # Errors
/// What did not hold.
pub fn run_erased(seed: u64) -> Result<(), Failure> {
    let story = |world: &mut Federation| {
        let day = world.now().as_second().div_euclid(SECONDS_PER_DAY) as u32;
        world.say_opening()?;
        world.heal()?;
        world.peer_goes_away();
        let erased = [world.say_event()?, world.say_opening()?];
        world.pass_time(SECONDS_PER_DAY * 1_000_000);
        let kept = world.say_opening()?;
        let vault = world.nodes[0].running.as_ref().map(|running| running.scribe.clone());
        world.erases = true;
        vault.ok_or("it does not run")?.vault().destroy(day).map_err(text)?;
        world.nodes[0].be_killed(false);
        world.orphan(0);
        world.heal()?;
        let code = Code::ContentErased.refusal().id;
        for message in erased {
            let status = world.delivery_of(message).map(|delivery| delivery.status);
            expect(matches!(&status, Some(Status::GivenUp(_, reason)) if reason == code), || {
                format!("erased: {status:?}")
            })?;
        }
        let taken = world.delivery_of(kept).map(|delivery| delivery.status);
        expect(matches!(taken, Some(Status::Taken(_))), || format!("kept: {taken:?}"))?;
        Ok(())
    };
    let failed = |what| Failure { seed, what };
    let mut world = Federation::pair(seed).map_err(failed)?;
    story(&mut world).and_then(|()| check::all(&mut world)).map_err(failed)
}

/// A member leaves while messages wait for it, and comes back: what waited is given up for that reason, another agency's
/// messages are not held up, what is sent to it meanwhile is given up at once, and later messages reach it again.
///
/// # Errors
/// What did not hold.
pub fn run_member_leaves(seed: u64) -> Result<(), Failure> {
    told(seed, |world| {
        world.peer_goes_away();
        let waits = world.say_opening()?;
        let reason = Code::RecipientLeft.refusal().id;
        let is_given_up = |delivery: Option<Delivery>| matches!(delivery.map(|d| d.status), Some(Status::GivenUp(_, code)) if code == reason);
        let (with, without) = (world.edition.clone(), Edition { version: 2, members: vec![0], moved: 2 });
        world.load_roster(0, &without, Verdict::Taken)?;
        world.write_all()?;
        expect(!world.engine(0)?.links().any(|_| true), || "it still has a peer".into())?;
        world.pass_time(LOOK_US);
        // The look, and then what it decided.
        (0..2).try_for_each(|_| world.write_all())?;
        expect(is_given_up(world.delivery_of(waits)), || format!("{:?}", world.delivery_of(waits)))?;
        let sent = world.say_opening()?;
        expect(is_given_up(world.delivery_of(sent)), || format!("{:?}", world.delivery_of(sent)))?;

        world.load_roster(0, &with, Verdict::Older)?;
        let again = Edition { version: 3, ..with };
        world.load_roster(0, &again, Verdict::Taken)?;
        world.write_all()?;
        let later = world.say_opening()?;
        world.restart(1, false)?;
        world.load_roster(1, &again, Verdict::Taken)?;
        world.heal()?;
        let status = world.delivery_of(later).map(|delivery| delivery.status);
        expect(matches!(status, Some(Status::Taken(_))), || format!("{status:?}"))?;
        expect(is_given_up(world.delivery_of(waits)), || "what was given up stays so".into())
    })
}

fn told(seed: u64, story: impl FnOnce(&mut Federation) -> Result<(), Broken>) -> Result<(), Failure> {
    let failed = |what| Failure { seed, what };
    let mut world = Federation::hasty_pair(seed).map_err(failed)?;
    story(&mut world).and_then(|()| check::all(&mut world)).map_err(failed)
}

fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

impl Federation {
    /// The first agency sends openings; the second takes them over, and no receipt comes back.
    fn take_over_without_receipts(&mut self, messages: usize) -> Result<(), Broken> {
        self.sabotage = Sabotage::LostReceipts;
        (0..messages).try_for_each(|_| self.say_opening().map(drop))?;
        self.until(|world| {
            world.nodes[1].running.as_ref().is_some_and(|running| {
                running.engine.staged().totals().arrivals == messages as u64 && running.unwritten.is_empty()
            })
        })
    }

    fn peer_goes_away(&mut self) {
        self.nodes[1].be_killed(true);
        self.orphan(1);
    }

    /// Takes what was in flight off the line, and lets a new link do all there is to do.
    fn connect_anew(&mut self) -> Result<(), Broken> {
        (0..self.connections.len()).for_each(|at| self.cut(at));
        self.sabotage = Sabotage::None;
        self.heal()
    }

    /// Lets the horizon pass, and the first agency give up all that waits. Says in how many ticks.
    fn give_up_everything(&mut self) -> Result<usize, Broken> {
        // A first look, for the sender to know by when all of it was there.
        self.pass_time(LOOK_US);
        self.nodes[0].handle(Input::Tick)?;
        self.pass_time(LATE_US);
        for ticks in 1..1_000 {
            self.nodes[0].handle(Input::Tick)?;
            self.after_step()?;
            if self.engine(0)?.staged().totals().waiting == 0 {
                return self.write_all().map(|()| ticks);
            }
        }
        Err("a sender never gives up".to_owned())
    }

    /// Takes steps until something holds; time passes when nothing is left to do.
    fn until(&mut self, holds: impl Fn(&Self) -> bool) -> Result<(), Broken> {
        for _ in 0..20_000 {
            if holds(self) {
                return Ok(());
            }
            let enabled = self.enabled(false);
            match self.dice.pick(&enabled).copied() {
                Some(step) => self.take(step, false)?,
                None => {
                    self.pass_time(100_000);
                    self.nodes.iter_mut().try_for_each(|node| node.handle(Input::Tick))?;
                }
            }
            self.after_step()?;
        }
        Err("what was waited for never comes".to_owned())
    }

    /// The first agency's ledger takes all that was decided, and its index too.
    fn write_all(&mut self) -> Result<(), Broken> {
        while self.nodes[0].running.as_ref().is_some_and(|running| !running.unwritten.is_empty()) {
            self.commit(0, false)?;
            self.after_step()?;
        }
        for _ in 0..3 {
            self.nodes[0].handle(Input::Tick)?;
            self.nodes[0].apply()?;
        }
        Ok(())
    }

    fn say_opening(&mut self) -> Result<MessageId, Broken> {
        self.want_opening(0);
        self.say_last()
    }

    /// Sends an opening that an earlier release cannot read, or one that it can.
    fn say_opening_that(&mut self, is_later: bool) -> Result<MessageId, Broken> {
        loop {
            self.want_opening(0);
            if Bodies::is_later(self.wishes[self.wishes.len() - 1].message) == is_later {
                return self.say_last();
            }
            self.wishes.pop();
        }
    }

    /// The same with an event.
    fn say_event_that(&mut self, is_later: bool) -> Result<MessageId, Broken> {
        for _ in 0..10_000 {
            let before = self.wishes.len();
            self.want_event(0)?;
            match self.wishes.last().filter(|_| self.wishes.len() > before) {
                Some(wish) if Bodies::is_later(wish.message) == is_later => return self.say_last(),
                Some(_) => drop(self.wishes.pop()),
                None => {}
            }
        }
        Err("no event is allowed".to_owned())
    }

    /// Exchanges the release that a node runs, without a restart.
    fn set_behind(&self, node: usize, is_behind: bool) {
        self.nodes[node].bodies.is_behind.store(is_behind, Ordering::SeqCst);
    }

    /// Lets so many seconds pass, and all that happens in them.
    fn run_for(&mut self, seconds: u64) -> Result<(), Broken> {
        for _ in 0..seconds * 2 {
            let mut steps = 0;
            while let Some(step) = {
                let enabled = self.enabled(false);
                self.dice.pick(&enabled).copied()
            } {
                self.take(step, false)?;
                self.after_step()?;
                steps += 1;
                expect(steps < 10_000, || "the nodes keep each other busy".to_owned())?;
            }
            self.pass_time(500_000);
            self.nodes.iter_mut().try_for_each(|node| node.handle(Input::Tick))?;
        }
        Ok(())
    }

    fn taken_at(&self, node: usize) -> u64 {
        self.nodes[node].running.as_ref().map_or(0, |running| running.engine.staged().totals().arrivals)
    }

    fn postponed_at(&self, node: usize) -> usize {
        let running = self.nodes[node].running.as_ref();
        running.map_or(0, |running| running.engine.postponed_counts().map(|(_, count)| count).sum())
    }

    fn records_at(&mut self, node: usize) -> Result<u64, Broken> {
        Ok(self.engine(node)?.next())
    }

    fn hold_up_of(&mut self, message: MessageId) -> Result<HoldUp, Broken> {
        let own = member(0).agency();
        let engine = self.engine(0)?;
        let sent = engine.staged().message(own, message).map_err(text)?.ok_or("nobody sent it")?;
        let row = engine.staged().referral(sent.referral).map_err(text)?.ok_or("it has no referral")?;
        Ok(engine.hold_up(member(1).agency(), sent.position, row.urgent, sent.referral))
    }

    fn say_event(&mut self) -> Result<MessageId, Broken> {
        let before = self.wishes.len();
        for _ in 0..100 {
            if self.wishes.len() == before {
                self.want_event(0)?;
            }
        }
        self.say_last()
    }

    /// Submits the newest wish, until it is on the record.
    fn say_last(&mut self) -> Result<MessageId, Broken> {
        let at = self.wishes.len() - 1;
        self.seal(at)?;
        self.submit(at)?;
        self.write_all()?;
        let wish = &self.wishes[at];
        expect(matches!(wish.stage, Stage::Accepted(_)), || format!("{:?}", wish.stage))?;
        Ok(wish.message)
    }

    fn requeue(&mut self, message: MessageId) -> Result<Result<Requeued, Code>, Broken> {
        self.requeue_for(message, member(1).agency())
    }

    fn requeue_for(
        &mut self,
        message: MessageId,
        recipient: &AgencyId,
    ) -> Result<Result<Requeued, Code>, Broken> {
        let by = Private { person: "operator".into(), ..Private::default() };
        let asked = self.engine(0)?.requeue(message, recipient, &by);
        // Carries out what came of it.
        self.nodes[0].handle(Input::Tick)?;
        Ok(asked)
    }

    fn engine(&mut self, node: usize) -> Result<&mut rogatory_engine::Engine, Broken> {
        let running = self.nodes[node].running.as_mut();
        running.map(|running| &mut running.engine).ok_or_else(|| text("it does not run"))
    }

    fn deliveries(&self, node: usize) -> Vec<Delivery> {
        let rows = self.nodes[node].base.rows();
        let lines = rows.referrals.values().flat_map(|row| &row.messages);
        lines.flat_map(|line| line.deliveries.clone()).collect()
    }

    fn delivery_of(&self, message: MessageId) -> Option<Delivery> {
        let rows = self.nodes[0].base.rows();
        let mut lines = rows.referrals.values().flat_map(|row| &row.messages);
        lines.find(|line| line.message == message)?.deliveries.first().cloned()
    }
}
