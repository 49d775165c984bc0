//! Golden bytes of a ledger's files: header page, frames and guard, as they lie on the disk.
//!
//! Owns nothing but this test. A line that changes is a format that no ledger of an earlier release is read by; the reference
//! page of formats says when that may be.

use std::fmt::Write as _;

use crate::disk::read_all;
use crate::samples::{create_signed, decision, open};
use crate::{Disk as _, MemoryDisk};

/// Zeros in a row from which on they are told by their number.
const ZEROS: usize = 16;

/// Bytes of every file as hexadecimal digits, long rows of zeros as their number.
fn files(disk: &MemoryDisk) -> String {
    let mut names = disk.list().unwrap();
    names.sort();
    let mut text = String::new();
    for name in names {
        let bytes = read_all(disk, &name).unwrap();
        writeln!(text, "{name} {}", digits(&bytes)).unwrap();
    }
    text
}

fn digits(bytes: &[u8]) -> String {
    let mut text = String::new();
    for row in bytes.chunk_by(|a, b| (*a == 0) == (*b == 0)) {
        if row[0] == 0 && row.len() >= ZEROS {
            write!(text, "({} zeros)", row.len()).unwrap();
        } else {
            text.extend(row.iter().map(|byte| format!("{byte:02x}")));
        }
    }
    text
}

#[test]
fn the_files_of_a_ledger_are_the_same_bytes_in_every_release() {
    let disk = MemoryDisk::new();
    let mut log = create_signed(&disk);
    log.commit(&[decision(1, 1, 40), decision(2, 2, 24)]).unwrap();
    log.commit(&[decision(3, 1, 0)]).unwrap();
    drop(log);
    let written = files(&disk);
    let golden = include_str!("golden.txt");
    let kept: String =
        golden.lines().filter(|line| !line.starts_with('#')).flat_map(|line| [line, "\n"]).collect();
    assert_eq!(written, kept, "\n{written}");
    assert_eq!(open(&disk).unwrap().0.size(), 4);
}
