//! Chains made to order: honest ones by default, each part of which a row of the table changes. Signed by real keys,
//! whatever was done to them before.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType, SigningKey as _,
};
use rustls::pki_types::CertificateDer;
use time::{Duration, OffsetDateTime};

use crate::path::Purpose;
use crate::tests::identities::{AGENCY_A, FEDERATION, noon};
use crate::tests::wire::der;

/// What is done to the signed part of a certificate before it is signed; its elements in their order (RFC 5280, 4.1).
pub(super) type Edit = fn(&mut Vec<(u8, Vec<u8>)>);

/// One certificate to be made.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) name: &'static str,
    pub(super) sans: Vec<SanType>,
    pub(super) ca: IsCa,
    pub(super) usage: Vec<KeyUsagePurpose>,
    pub(super) uses: Vec<ExtendedKeyUsagePurpose>,
    pub(super) from: OffsetDateTime,
    pub(super) until: OffsetDateTime,
    pub(super) extensions: Vec<CustomExtension>,
    pub(super) constraints: Option<NameConstraints>,
    pub(super) algorithm: &'static rcgen::SignatureAlgorithm,
    pub(super) edit: Option<Edit>,
    /// Breaks the signature afterwards.
    pub(super) is_broken: bool,
}

/// A root, the authorities below it from the root on, and the end entity.
pub(super) struct Chain {
    pub(super) root: Made,
    pub(super) between: Vec<Made>,
    pub(super) leaf: Made,
    pub(super) purpose: Purpose,
    /// Another authority of the root's name signs, and only the true one is trusted.
    pub(super) is_twin: bool,
    /// What is done to the certificates as they are shown, leaf first; the root's is handed in as well.
    pub(super) shown: Option<fn(&mut Vec<CertificateDer<'static>>, &CertificateDer<'static>)>,
}

pub(super) fn at(offset: Duration) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(noon().as_second()).unwrap() + offset
}

fn made(name: &'static str) -> Made {
    Made {
        name,
        sans: Vec::new(),
        ca: IsCa::Ca(BasicConstraints::Unconstrained),
        usage: vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign],
        uses: Vec::new(),
        from: at(Duration::days(-30)),
        until: at(Duration::days(30)),
        extensions: Vec::new(),
        constraints: None,
        algorithm: &rcgen::PKCS_ECDSA_P256_SHA256,
        edit: None,
        is_broken: false,
    }
}

pub(super) fn uri(text: &str) -> SanType {
    SanType::URI(text.try_into().unwrap())
}

pub(super) fn dns(text: &str) -> SanType {
    SanType::DnsName(text.try_into().unwrap())
}

impl Chain {
    /// A node of agency A under its root.
    pub(super) fn honest() -> Self {
        let leaf = Made {
            sans: vec![uri(&format!("spiffe://{AGENCY_A}.{FEDERATION}/node"))],
            ca: IsCa::ExplicitNoCa,
            usage: vec![KeyUsagePurpose::DigitalSignature],
            uses: vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth],
            ..made("leaf")
        };
        let root = made("root");
        Self { root, between: Vec::new(), leaf, purpose: Purpose::Caller, is_twin: false, shown: None }
    }

    /// Puts `count` authorities between root and end entity.
    pub(super) fn via(&mut self, count: usize) {
        const NAMES: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
        self.between = NAMES[..count].iter().map(|name| made(name)).collect();
    }

    /// The root that is trusted (DER), and what is shown.
    pub(super) fn make(&self) -> (Vec<u8>, Vec<CertificateDer<'static>>) {
        let mut issuer = Issuer::new(self.root.params(), self.root.key());
        let root = self.root.sign(issuer.key(), &issuer);
        if self.is_twin {
            issuer = Issuer::new(self.root.params(), self.root.key());
        }
        let mut shown = Vec::new();
        for made in self.between.iter().chain([&self.leaf]) {
            let own = made.key();
            shown.insert(0, made.sign(&own, &issuer));
            issuer = Issuer::new(made.params(), own);
        }
        if let Some(change) = self.shown {
            change(&mut shown, &root);
        }
        (root.to_vec(), shown)
    }
}

impl Made {
    fn key(&self) -> KeyPair {
        KeyPair::generate_for(self.algorithm).unwrap()
    }

    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        if !self.name.is_empty() {
            params.distinguished_name.push(DnType::CommonName, self.name);
        }
        params.subject_alt_names.clone_from(&self.sans);
        params.is_ca = self.ca;
        params.key_usages.clone_from(&self.usage);
        params.extended_key_usages.clone_from(&self.uses);
        (params.not_before, params.not_after) = (self.from, self.until);
        params.custom_extensions.clone_from(&self.extensions);
        params.name_constraints.clone_from(&self.constraints);
        params
    }

    fn sign(&self, own: &KeyPair, issuer: &Issuer<'_, KeyPair>) -> CertificateDer<'static> {
        let plain = self.params().signed_by(own, issuer).unwrap().der().to_vec();
        let mut der = match self.edit {
            None => plain,
            Some(edit) => resigned(&der::edit(&plain, &[0], edit), issuer.key()),
        };
        if self.is_broken {
            let last = der.len() - 1;
            der[last] ^= 1;
        }
        der.into()
    }
}

fn resigned(certificate: &[u8], key: &KeyPair) -> Vec<u8> {
    der::edit(certificate, &[], |parts| {
        let signed = der::element(parts[0].0, &parts[0].1);
        let signature = key.sign(&signed).unwrap();
        parts[2].1 = [vec![0], signature].concat();
    })
}
