//! Where random bytes come from, so that a simulation can replay them.
//!
//! It must not decide what the bytes are used for.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::digest;

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

/// The process-wide generator: an AES-CTR generator per thread, seeded and reseeded by the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the library aborts rather than go on without entropy");
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
        let source: &dyn Random = &SystemRandom;
        assert_ne!(source.array::<32>(), source.array::<32>());
    }
}
