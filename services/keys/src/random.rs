//! Where random bytes come from, so that a simulation can replay them.
//!
//! It must not decide what the bytes are used for.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest;
use zeroize::{Zeroize as _, Zeroizing};

/// A source of random bytes, shared between threads.
pub trait Random: Send + Sync {
    /// Overwrites all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Random + '_ {
    /// `N` fresh bytes.
    #[must_use]
    pub fn array<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

/// The cryptographic library's generator, drawn through a small pool per thread: a call into it costs as much
/// for a pool as for a nonce. Forking without exec would share a pool; the node never does.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

/// Small, so that a machine restored twice from one snapshot repeats little.
const POOL: usize = 256;
/// Longer requests bypass the pool.
const POOLED: usize = 64;

struct Pool {
    bytes: Zeroizing<[u8; POOL]>,
    used: usize,
}

thread_local! {
    static THREAD_POOL: RefCell<Pool> = RefCell::new(Pool { bytes: Zeroizing::new([0; POOL]), used: POOL });
}

impl Pool {
    /// Hands every byte out once, and keeps no copy of what it handed out.
    fn draw(&mut self, bytes: &mut [u8]) {
        if self.used + bytes.len() > POOL {
            generate(self.bytes.as_mut_slice());
            self.used = 0;
        }
        let drawn = &mut self.bytes[self.used..self.used + bytes.len()];
        bytes.copy_from_slice(drawn);
        drawn.zeroize();
        self.used += bytes.len();
    }
}

fn generate(bytes: &mut [u8]) {
    aws_lc_rs::rand::fill(bytes).expect("the library aborts rather than go on without entropy");
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        let pooled =
            bytes.len() <= POOLED && THREAD_POOL.try_with(|pool| pool.borrow_mut().draw(bytes)).is_ok();
        if !pooled {
            generate(bytes);
        }
    }
}

/// A reproducible stream for simulations and tests; whoever knows the seed knows every key, so never in production.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    blocks: AtomicU64,
}

impl SeededRandom {
    /// The stream of `seed`, from its beginning.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, blocks: AtomicU64::new(0) }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(digest::SHA256_OUTPUT_LEN) {
            let block = self.blocks.fetch_add(1, Ordering::Relaxed);
            let mut input = [0; 16];
            input[..8].copy_from_slice(&self.seed.to_be_bytes());
            input[8..].copy_from_slice(&block.to_be_bytes());
            let output = digest::digest(&digest::SHA256, &input);
            chunk.copy_from_slice(&output.as_ref()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_stream() {
        let (a, b, c) = (SeededRandom::new(7), SeededRandom::new(7), SeededRandom::new(8));
        let (a, b, c): (&dyn Random, &dyn Random, &dyn Random) = (&a, &b, &c);
        let first = a.array::<70>();
        assert_eq!(first, b.array::<70>());
        assert_ne!(first, c.array::<70>());
        assert_ne!(first, a.array::<70>(), "the stream moves on");
    }

    #[test]
    fn the_system_source_does_not_repeat_itself() {
        let mut drawn = std::collections::HashSet::new();
        let source: &dyn Random = &SystemRandom;
        assert!((0..1000).all(|_| drawn.insert(source.array::<12>())), "across refills");
        assert_ne!(source.array::<300>(), source.array::<300>(), "past the pool");
        assert!(!source.array::<300>().ends_with(&[0; 16]), "all bytes are filled");
    }
}
