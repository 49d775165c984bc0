//! A ledger read from its directory alone, with or without a running node: its records, and whether it verifies.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use prost::Message as _;
use rogatory_evidence::{Head, Header, Kind, Shared, pb};
use rogatory_ledger::RealDisk;
use rogatory_ledger::verify::{Report, verify, verify_entries};

/// One record.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its position.
    pub position: u64,
    /// Its shared part.
    pub shared: Shared,
    /// Header of the envelope it is about, if it carries one.
    pub header: Option<Header>,
    /// Signed head of a peer that it holds, if any.
    pub held: Option<Bytes>,
    /// In a record of a fork: the signed head that `held` contradicts.
    pub contradicts: Option<Bytes>,
    /// Whether it holds nothing but a head that a peer offered.
    pub is_offer: bool,
}

/// A ledger's records, and what the offline check says of them.
#[derive(Debug)]
pub struct Books {
    /// The records in order.
    pub records: Vec<Record>,
    /// The check's report.
    pub report: Report,
}

impl Books {
    /// Reads the ledger under a node's data directory.
    ///
    /// # Errors
    /// When the directory or a record cannot be read.
    pub fn read(data: &Path) -> Result<Self> {
        let disk = RealDisk::read_only(data.join("ledger"))?;
        let mut records = Vec::new();
        let mut unreadable = None;
        let report =
            verify_entries(&disk, &disk, &[], &mut |_| {}, &mut |position, _, payload| match record(
                position, payload,
            ) {
                Ok(record) => records.push(record),
                Err(error) => unreadable = Some(error),
            })?;
        unreadable.map_or(Ok(Self { records, report }), Err)
    }

    /// Whether the ledger is sound and contains every head of it that `others` hold.
    ///
    /// # Errors
    /// Names what is wrong.
    pub fn verify(data: &Path, others: &[&Self], key: &[u8; 32]) -> Result<()> {
        let disk = RealDisk::read_only(data.join("ledger"))?;
        let own = Self::read(data)?;
        let genesis = &own.records.first().context("the ledger is empty")?.shared;
        let notes = others.iter().flat_map(|books| &books.records).filter_map(|record| record.held.as_ref());
        let heads =
            notes.filter_map(|note| Head::verify(note, &genesis.federation, &genesis.agency, key).ok());
        let heads: Vec<_> = heads.map(|head| (head.size, head.root)).collect();
        ensure!(others.is_empty() || !heads.is_empty(), "nobody holds a head of {}", genesis.agency);
        let report = verify(&disk, &disk, &heads, &mut |_| {})?;
        ensure!(report.is_sound(), "the ledger of {} has faults: {:?}", genesis.agency, report.faults);
        Ok(())
    }

    /// Records of a kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Record> {
        self.records.iter().filter(move |record| record.shared.kind == kind)
    }

    /// Kind and reason or note of every record from a position on, such as `sent` or `refused RG0203`. Heads that peers offered
    /// are left out: how many there are is a matter of time.
    #[must_use]
    pub fn since(&self, position: usize) -> Vec<String> {
        let records = self.records.iter().skip(position).filter(|record| !record.is_offer);
        let said = records.map(|record| match record.shared.kind {
            Kind::Configured => Kind::Configured.label().to_owned(),
            kind => {
                let Shared { reason, note, .. } = &record.shared;
                let said = [kind.label(), reason, note].into_iter().filter(|part| !part.is_empty());
                said.collect::<Vec<_>>().join(" ")
            }
        });
        said.collect()
    }
}

fn record(position: u64, payload: &[u8]) -> Result<Record> {
    let stored = pb::StoredRecord::decode(payload)?;
    let header = if stored.header.is_empty() { None } else { Some(Header::parse(&stored.header)?) };
    let proofs = pb::ProofBatch::decode(stored.proofs)?;
    let shared = Shared::parse(&stored.shared)?;
    let is_offer = shared.kind == Kind::HeadHeld && proofs.openings.is_empty();
    let some = |note: Bytes| (!note.is_empty()).then_some(note);
    let (held, contradicts) = (some(proofs.note), some(proofs.contradicts));
    Ok(Record { position, shared, header, held, contradicts, is_offer })
}
