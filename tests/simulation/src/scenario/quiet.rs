//! A quiet world, in which nothing fails: what the product does for one message can be counted in it, the same in every run.

use crate::federation::Federation;
use crate::{Broken, Failure, check};

/// Two agencies on a network that loses nothing. The first sends, the second takes over.
pub struct Quiet {
    world: Federation,
    seed: u64,
}

impl Quiet {
    /// Two agencies, and nothing said yet.
    ///
    /// # Errors
    /// What keeps them from starting.
    pub fn begin(seed: u64) -> Result<Self, Failure> {
        let world = Federation::pair(seed).map_err(|what| Failure { seed, what })?;
        Ok(Self { world, seed })
    }

    /// Has the first agency send so many openings, and waits until it has a receipt of each.
    ///
    /// # Errors
    /// What did not hold.
    pub fn carry(&mut self, openings: usize) -> Result<(), Failure> {
        self.send(openings).map_err(|what| Failure { seed: self.seed, what })
    }

    /// Everything that is checked at the end of a drawn life.
    ///
    /// # Errors
    /// What did not hold.
    pub fn check(&mut self) -> Result<(), Failure> {
        let end = self.world.heal().and_then(|()| check::all(&mut self.world));
        end.map_err(|what| Failure { seed: self.seed, what })
    }

    fn send(&mut self, openings: usize) -> Result<(), Broken> {
        let world = &mut self.world;
        let all = world.taken_at(1) + openings as u64;
        for _ in 0..openings {
            world.want_opening(0);
            let newest = world.wishes.len() - 1;
            world.seal(newest)?;
            world.submit(newest)?;
        }
        world.until(|world| {
            let sender = world.nodes[0].running.as_ref();
            let waiting = sender.map_or(0, |running| running.engine.staged().totals().waiting);
            world.taken_at(1) == all && waiting == 0
        })
    }
}
