//! A deterministic disk for tests and the simulator: it forgets, tears and fails as a real one may. Never a product's.

mod sparse;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::ErrorKind,
    sync::Arc,
};

use parking_lot::Mutex;

use self::sparse::{Change, Sparse, sectors};
use super::{Cause, Disk, DiskError};

/// A directory in memory; clones share it.
#[derive(Clone, Debug, Default)]
pub struct MemoryDisk {
    state: Arc<Mutex<State>>,
}

#[derive(Clone, Debug, Default)]
struct State {
    files: BTreeMap<u64, Inode>,
    names: BTreeMap<String, u64>,
    /// Directories after each operation not yet synced, oldest first; what is durable comes first.
    durable_names: BTreeMap<String, u64>,
    unsynced_names: Vec<BTreeMap<String, u64>>,
    next_inode: u64,
    boot: u64,
    capacity: Option<u64>,
    /// Changing calls until the power goes.
    calls_left: Option<u64>,
    stopped: bool,
    failing_syncs: u32,
    failing_creates: bool,
    changes: u64,
}

#[derive(Clone, Debug, Default)]
struct Inode {
    seen: Sparse,
    durable: Sparse,
    unsynced: Vec<Change>,
}

impl MemoryDisk {
    /// An empty disk without limits or faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// An independent copy: a backup that may be restored later.
    pub fn copy(&self) -> Self {
        Self { state: Arc::new(Mutex::new(self.state.lock().clone())) }
    }

    /// Limits the sum of file lengths, in bytes.
    pub fn set_capacity(&self, bytes: u64) {
        self.state.lock().capacity = Some(bytes);
    }

    /// The power goes during the changing call after `calls` more; every call fails then, until [`Self::crash`].
    pub fn stop_after(&self, calls: u64) {
        self.state.lock().calls_left = Some(calls);
    }

    /// Changing calls so far, failed ones included.
    pub fn changes(&self) -> u64 {
        self.state.lock().changes
    }

    /// The next `count` syncs of data fail, and forget what they should have made durable, as Linux does.
    pub fn fail_syncs(&self, count: u32) {
        self.state.lock().failing_syncs = count;
    }

    /// From now on, or no longer, no file can be created for want of a descriptor.
    pub fn fail_creates(&self, fail: bool) {
        self.state.lock().failing_creates = fail;
    }

    /// Flips one bit of a file, on the medium and in what is seen.
    pub fn flip_bit(&self, name: &str, offset: u64, bit: u8) {
        let mut state = self.state.lock();
        if let Ok(inode) = state.inode(name) {
            for bytes in [&mut inode.seen, &mut inode.durable] {
                let mut byte = [0];
                bytes.read(offset, &mut byte);
                bytes.write(offset, &[byte[0] ^ 1 << (bit % 8)]);
            }
        }
    }

    /// The process ends and the machine goes on: what was written stays, durable or not.
    pub fn kill(&self) {
        let mut state = self.state.lock();
        (state.stopped, state.calls_left, state.failing_syncs) = (false, None, 0);
    }

    /// The power goes and comes back: of everything unsynced, sectors of 512 or 4096 bytes survive one by one, and
    /// directory changes up to some point. The same seed gives the same disk.
    pub fn crash(&self, seed: u64) {
        let mut random = Random(seed);
        let mut state = self.state.lock();
        let sector = if random.below(2) == 0 { 512 } else { 4096 };
        for inode in state.files.values_mut() {
            let drop_all = random.below(4) == 0;
            for change in std::mem::take(&mut inode.unsynced) {
                match change {
                    Change::Length(len) if !drop_all && random.below(2) == 0 => inode.durable.resize(len),
                    Change::Write(offset, bytes) if !drop_all => {
                        for (at, part) in sectors(offset, &bytes, sector) {
                            if random.below(2) == 0 {
                                inode.durable.write(at, part);
                            }
                        }
                    }
                    Change::Length(_) | Change::Write(..) => {}
                }
            }
            inode.seen = inode.durable.clone();
        }
        let kept = random.below(state.unsynced_names.len() as u64 + 1) as usize;
        if let Some(names) = kept.checked_sub(1).and_then(|kept| state.unsynced_names.get(kept).cloned()) {
            state.durable_names = names;
        }
        state.unsynced_names.clear();
        state.names = state.durable_names.clone();
        state.collect();
        state.boot += 1;
        (state.stopped, state.calls_left, state.failing_syncs) = (false, None, 0);
    }
}

impl State {
    /// Counts a changing call; an error says that the power is gone. `Ok(true)`: it goes during this very call.
    fn change(&mut self) -> Result<bool, DiskError> {
        self.changes += 1;
        if self.stopped {
            return Err(power_gone());
        }
        match &mut self.calls_left {
            Some(0) => {
                self.stopped = true;
                Ok(true)
            }
            Some(calls) => {
                *calls -= 1;
                Ok(false)
            }
            None => Ok(false),
        }
    }

    fn look(&self) -> Result<(), DiskError> {
        if self.stopped { Err(power_gone()) } else { Ok(()) }
    }

    fn inode(&mut self, name: &str) -> Result<&mut Inode, DiskError> {
        let missing = || DiskError::NotFound(name.to_owned());
        let id = self.names.get(name).ok_or_else(missing)?;
        self.files.get_mut(id).ok_or_else(missing)
    }

    fn free(&self) -> u64 {
        let used: u64 =
            self.names.values().filter_map(|id| self.files.get(id)).map(|file| file.seen.len).sum();
        self.capacity.map_or(u64::MAX / 2, |capacity| capacity.saturating_sub(used))
    }

    fn grow(&mut self, name: &str, len: u64) -> Result<(), DiskError> {
        let free = self.free();
        let inode = self.inode(name)?;
        if len.saturating_sub(inode.seen.len) > free { Err(DiskError::Full) } else { Ok(()) }
    }

    /// Applies a change to what is seen, and remembers it until the next sync.
    fn apply(&mut self, name: &str, change: Change) -> Result<(), DiskError> {
        let stopping = self.change()?;
        let inode = self.inode(name)?;
        inode.seen.apply(&change);
        inode.unsynced.push(change);
        if stopping { Err(power_gone()) } else { Ok(()) }
    }

    fn rename_to(&mut self, names: BTreeMap<String, u64>) -> Result<(), DiskError> {
        let stopping = self.change()?;
        self.names.clone_from(&names);
        self.unsynced_names.push(names);
        if stopping { Err(power_gone()) } else { Ok(()) }
    }

    /// Forgets files that no directory, durable or not, names.
    fn collect(&mut self) {
        let directories = self.unsynced_names.iter().chain([&self.names, &self.durable_names]);
        let named: BTreeSet<u64> = directories.flat_map(|names| names.values().copied()).collect();
        self.files.retain(|id, _| named.contains(id));
    }
}

fn power_gone() -> DiskError {
    DiskError::Io { verb: "any", name: String::new(), cause: ErrorKind::BrokenPipe.into() }
}

impl Disk for MemoryDisk {
    fn list(&self) -> Result<Vec<String>, DiskError> {
        let state = self.state.lock();
        state.look()?;
        Ok(state.names.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> Result<(), DiskError> {
        let mut state = self.state.lock();
        if state.failing_creates {
            let cause = Cause::from(&std::io::Error::from(rustix::io::Errno::MFILE));
            return Err(DiskError::NoDescriptor { name: name.to_owned(), cause, limit: None });
        }
        if state.names.contains_key(name) {
            return state.apply(name, Change::Length(0));
        }
        let mut names = state.names.clone();
        names.insert(name.to_owned(), state.next_inode);
        let id = state.next_inode;
        state.files.insert(id, Inode::default());
        state.next_inode += 1;
        state.rename_to(names)
    }

    fn len(&self, name: &str) -> Result<u64, DiskError> {
        let mut state = self.state.lock();
        state.look()?;
        state.inode(name).map(|inode| inode.seen.len)
    }

    fn read_at(&self, name: &str, offset: u64, buffer: &mut [u8]) -> Result<usize, DiskError> {
        let mut state = self.state.lock();
        state.look()?;
        Ok(state.inode(name)?.seen.read(offset, buffer))
    }

    fn write_at(&self, name: &str, offset: u64, bytes: &[u8]) -> Result<(), DiskError> {
        let mut state = self.state.lock();
        state.grow(name, offset + bytes.len() as u64)?;
        state.apply(name, Change::Write(offset, bytes.to_vec()))
    }

    fn allocate(&self, name: &str, len: u64) -> Result<(), DiskError> {
        let mut state = self.state.lock();
        state.grow(name, len)?;
        if state.inode(name)?.seen.len < len { state.apply(name, Change::Length(len)) } else { Ok(()) }
    }

    fn sync_data(&self, name: &str) -> Result<(), DiskError> {
        let mut state = self.state.lock();
        if state.change()? {
            return Err(power_gone());
        }
        let failing = state.failing_syncs > 0;
        state.failing_syncs = state.failing_syncs.saturating_sub(1);
        let inode = state.inode(name)?;
        let unsynced = std::mem::take(&mut inode.unsynced);
        if failing {
            return Err(DiskError::Io {
                verb: "sync",
                name: name.to_owned(),
                cause: ErrorKind::Other.into(),
            });
        }
        unsynced.iter().for_each(|change| inode.durable.apply(change));
        Ok(())
    }

    fn sync_dir(&self) -> Result<(), DiskError> {
        let mut state = self.state.lock();
        if state.change()? {
            return Err(power_gone());
        }
        state.durable_names = state.names.clone();
        state.unsynced_names.clear();
        state.collect();
        Ok(())
    }

    fn truncate(&self, name: &str, len: u64) -> Result<(), DiskError> {
        self.state.lock().apply(name, Change::Length(len))
    }

    fn remove(&self, name: &str) -> Result<(), DiskError> {
        let mut state = self.state.lock();
        state.inode(name)?;
        let mut names = state.names.clone();
        names.remove(name);
        state.rename_to(names)
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), DiskError> {
        let mut state = self.state.lock();
        let mut names = state.names.clone();
        let id = names.remove(from).ok_or_else(|| DiskError::NotFound(from.to_owned()))?;
        names.insert(to.to_owned(), id);
        state.rename_to(names)
    }

    fn is_in_place(&self, name: &str) -> Result<bool, DiskError> {
        let state = self.state.lock();
        state.look()?;
        Ok(state.names.contains_key(name))
    }

    fn free_bytes(&self) -> Result<u64, DiskError> {
        let state = self.state.lock();
        state.look()?;
        Ok(state.free())
    }

    fn boot_id(&self) -> Result<String, DiskError> {
        let state = self.state.lock();
        state.look()?;
        Ok(format!("boot-{}", state.boot))
    }
}

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ word >> 31) % limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_synced_survives_every_crash_and_what_was_not_may_not() {
        let mut lost = 0;
        for seed in 0..64 {
            let disk = MemoryDisk::new();
            disk.create("a").unwrap();
            disk.write_at("a", 0, &[7; 5000]).unwrap();
            disk.sync_data("a").unwrap();
            disk.sync_dir().unwrap();
            disk.write_at("a", 5000, &[9; 5000]).unwrap();
            disk.crash(seed);
            let bytes = super::super::read_all(&disk, "a").unwrap();
            assert!(bytes[..5000].iter().all(|byte| *byte == 7));
            lost += u32::from(bytes.len() < 10_000 || bytes[5000..].contains(&0));
        }
        assert!(lost > 32);
    }

    #[test]
    fn a_failed_sync_forgets_for_good() {
        let disk = MemoryDisk::new();
        disk.create("a").unwrap();
        disk.sync_dir().unwrap();
        disk.write_at("a", 0, b"x").unwrap();
        disk.fail_syncs(1);
        assert!(disk.sync_data("a").is_err());
        assert!(disk.sync_data("a").is_ok());
        assert_eq!(disk.len("a"), Ok(1));
        disk.crash(1);
        assert_eq!(disk.len("a"), Ok(0));
    }

    #[test]
    fn a_name_is_durable_only_after_the_directory_was_synced() {
        let survived = (0..32).filter(|seed| {
            let disk = MemoryDisk::new();
            disk.create("a").unwrap();
            disk.crash(*seed);
            disk.len("a").is_ok()
        });
        assert!((1..32).contains(&survived.count()));
    }
}
