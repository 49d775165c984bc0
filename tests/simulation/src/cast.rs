//! The cast: the agencies of every simulated federation with their keys. Keys do not depend on the seed, since no
//! choice hangs on them and making them is slow.

use std::sync::{Arc, LazyLock};

use rogatory_domain::id::{AgencyId, FederationId};
use rogatory_engine::link::Peer;
use rogatory_evidence::{Instance, Origin};
use rogatory_keys::{LedgerKey, SealingKey, SeededRandom};
use rogatory_ledger::Signer;
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
    pub(crate) fn as_peer(&self) -> Peer {
        Peer {
            agency: self.agency().clone(),
            ledger_key: self.ledger_key.public(),
            sealing_key: self.sealing.public_bytes().to_vec().into(),
        }
    }
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
