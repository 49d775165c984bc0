//! Small histories on the same world, told step by step instead of drawn: what becomes of deliveries that were given up.
//!
//! Owns what happens in them and what must come of it; afterwards every invariant is checked as after a drawn life.

use rogatory_domain::id::{AgencyId, MessageId};
use rogatory_domain::refusal::Code;
use rogatory_engine::Input;
use rogatory_engine::engine::Requeued;
use rogatory_evidence::Private;
use rogatory_index::{Delivery, Status};

use crate::caller::Stage;
use crate::cast::member;
use crate::check;
use crate::federation::Federation;
use crate::node::text;
use crate::{Broken, Failure, Sabotage};

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
