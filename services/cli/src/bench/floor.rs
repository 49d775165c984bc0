//! The bounds of this machine, measured in the same run: bare fdatasync.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Bytes of one synced write, the size of one submission's record.
const WRITE_BYTES: usize = 4096;

/// Synced 4 KiB writes per second, one writer, into blocks that are written over: the cheapest sync there is.
pub(super) fn syncs_per_second(directory: &Path, time: Duration) -> anyhow::Result<f64> {
    let path = directory.join("floor");
    let mut file = File::create(&path)?;
    let block = vec![0x5a; WRITE_BYTES];
    for _ in 0..1024 {
        file.write_all(&block)?;
    }
    file.sync_all()?;
    let began = Instant::now();
    let mut done = 0u32;
    while began.elapsed() < time {
        file.seek(SeekFrom::Start(u64::from(done % 1024) * WRITE_BYTES as u64))?;
        file.write_all(&block)?;
        file.sync_data()?;
        done += 1;
    }
    let rate = f64::from(done) / began.elapsed().as_secs_f64();
    drop(file);
    std::fs::remove_file(path)?;
    Ok(rate)
}
