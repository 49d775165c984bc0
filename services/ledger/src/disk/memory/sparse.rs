//! A file's bytes in memory, most of them zeros. Must not know what is durable.

use std::collections::BTreeMap;

const PAGE: usize = 4096;

/// Bytes in pages; an absent page is zeros, so that large allocations cost nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Sparse {
    pub(super) len: u64,
    pages: BTreeMap<u64, Box<[u8; PAGE]>>,
}

/// What a sync makes durable.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

impl Sparse {
    pub(super) fn apply(&mut self, change: &Change) {
        match change {
            Change::Write(offset, bytes) => self.write(*offset, bytes),
            Change::Length(len) => self.resize(*len),
        }
    }

    pub(super) fn resize(&mut self, len: u64) {
        if len < self.len {
            let edge = len / PAGE as u64;
            self.pages.retain(|page, _| *page <= edge);
            if let Some(page) = self.pages.get_mut(&edge) {
                page[(len % PAGE as u64) as usize..].fill(0);
            }
        }
        self.len = len;
    }

    pub(super) fn write(&mut self, offset: u64, bytes: &[u8]) {
        for (at, part) in sectors(offset, bytes, PAGE as u64) {
            let (page, start) = (at / PAGE as u64, (at % PAGE as u64) as usize);
            if !self.pages.contains_key(&page) && part.iter().all(|byte| *byte == 0) {
                continue;
            }
            let page = self.pages.entry(page).or_insert_with(|| Box::new([0; PAGE]));
            page[start..start + part.len()].copy_from_slice(part);
        }
        self.len = self.len.max(offset + bytes.len() as u64);
    }

    pub(super) fn read(&self, offset: u64, buffer: &mut [u8]) -> usize {
        let len = (self.len.saturating_sub(offset)).min(buffer.len() as u64) as usize;
        let mut done = 0;
        while done < len {
            let at = offset + done as u64;
            let start = (at % PAGE as u64) as usize;
            let part = (PAGE - start).min(len - done);
            let target = &mut buffer[done..done + part];
            match self.pages.get(&(at / PAGE as u64)) {
                Some(page) => target.copy_from_slice(&page[start..start + part]),
                None => target.fill(0),
            }
            done += part;
        }
        len
    }
}

/// The parts of a write, cut at sector borders.
pub(super) fn sectors(offset: u64, bytes: &[u8], sector: u64) -> impl Iterator<Item = (u64, &[u8])> {
    let (mut at, mut rest) = (offset, bytes);
    std::iter::from_fn(move || {
        let len = ((sector - at % sector) as usize).min(rest.len());
        let (part, tail) = rest.split_at(len);
        let found = (!part.is_empty()).then_some((at, part));
        (at, rest) = (at + len as u64, tail);
        found
    })
}
