//! The cast: the agencies of every simulated federation with their keys. Keys do not depend on the seed, since no
//! choice hangs on them and making them is slow.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use rogatory_domain::id::{AgencyId, FederationId};
use rogatory_evidence::roster::{LedgerKeyRange, Member as RosterMember, SealingKeyRange, roster_key_name};
use rogatory_evidence::{Instance, Origin, Roster, RosterDraft};
use rogatory_keys::{LedgerKey, RosterKey, SealingKey, SeededRandom};
use rogatory_ledger::Signer;
use rogatory_tlog::{KeyKind, SignatureLine, VerifierKey};
use uuid::Uuid;

const NAMES: [&str; 4] = ["fr-jirs-marseille", "nl-om", "be-fgp-antwerpen", "de-gsta-dresden"];

/// One agency.
pub(crate) struct Member {
    pub(crate) origin: Origin,
    pub(crate) ledger_key: LedgerKey,
    pub(crate) sealing: Arc<SealingKey>,
}

impl Member {
    pub(crate) fn agency(&self) -> &AgencyId {
        &self.origin.agency
    }

    /// What a roster says of it.
    fn in_roster(&self, endpoint: String) -> RosterMember {
        RosterMember {
            id: self.agency().clone(),
            name: self.agency().to_string(),
            country: self.agency().country().to_string(),
            part: None,
            party_id: self.agency().to_string(),
            endpoint,
            via: None,
            roots: vec!["(no certificate here)".to_owned()],
            accepts: Vec::new(),
            ledger_keys: vec![LedgerKeyRange::current(self.ledger_key.public())],
            sealing_keys: vec![SealingKeyRange::first(self.sealing.public_bytes())],
            other: std::iter::empty().collect(),
        }
    }
}

/// An edition of the roster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edition {
    pub(crate) version: u64,
    /// Numbers of the agencies in it.
    pub(crate) members: Vec<usize>,
    /// The agency whose endpoint is another one in this version.
    pub(crate) moved: usize,
}

/// The signed roster of an edition. Signatures do not depend on the seed, and each is made once.
pub(crate) fn roster(edition: &Edition) -> Arc<Roster> {
    static SIGNED: LazyLock<Mutex<BTreeMap<Edition, Arc<Roster>>>> = LazyLock::new(Mutex::default);
    let mut signed = SIGNED.lock();
    signed.entry(edition.clone()).or_insert_with(|| Arc::new(sign(edition))).clone()
}

fn sign(edition: &Edition) -> Roster {
    let key = RosterKey::generate(&SeededRandom::new(99));
    let members = edition.members.iter().map(|nth| {
        let at = if *nth == edition.moved { edition.version } else { 0 };
        member(*nth).in_roster(format!("{}.example:{at}", member(*nth).agency()))
    });
    let members = members.collect();
    let draft = RosterDraft { version: edition.version, members, ..RosterDraft::new(federation()) };
    let name = roster_key_name(&federation());
    let public = VerifierKey::new(&name, KeyKind::Ed25519, &key.public()).expect("a key made here");
    let signature = key.sign(draft.to_text().as_bytes());
    let line = SignatureLine::ed25519(&public, &signature).expect("a signature made here");
    Roster::signed(&draft, line).expect("a roster made here is sound")
}

/// Signs heads with a member's key.
pub(crate) struct HeadSigner(pub(crate) LedgerKey);

impl Signer for HeadSigner {
    fn public_key(&self) -> [u8; 32] {
        self.0.public()
    }

    fn sign(&self, checkpoint_text: &[u8]) -> [u8; 64] {
        self.0.sign(checkpoint_text)
    }
}

pub(crate) fn federation() -> FederationId {
    "sim.rogatory.example".parse().expect("a federation id in code")
}

static CAST: LazyLock<Vec<Member>> = LazyLock::new(|| {
    let member = |(nth, name): (u64, &&str)| {
        let random = SeededRandom::new(nth);
        let origin = Origin {
            federation: federation(),
            agency: name.parse().expect("an agency id in code"),
            instance: Instance::new(Uuid::from_u64_pair(0x0192_f0a0_0000_7000, 0x8000_0000_0000_0000 | nth)),
        };
        let (ledger_key, sealing) = (LedgerKey::generate(&random), SealingKey::generate(&random));
        Member { origin, ledger_key, sealing: Arc::new(sealing) }
    };
    (0..).zip(&NAMES).map(member).collect()
});

/// The agency of this number.
pub(crate) fn member(nth: usize) -> &'static Member {
    &CAST[nth]
}

/// The number of an agency.
pub(crate) fn number_of(agency: &AgencyId) -> Option<usize> {
    CAST.iter().position(|member| member.agency() == agency)
}
