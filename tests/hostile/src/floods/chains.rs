//! Handshakes whose certificates are dear to judge: knots of intermediates with one name, and authorities nobody knows.

use std::sync::Arc;

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::AsyncReadExt as _;

use super::{Attack, pace};
use crate::connection::{CONNECT_LIMIT, Face};
use crate::target::{Door, Target};

/// Handshakes a second.
const PER_SECOND: u32 = 50;
/// The one name of all authorities of a knot.
const KNOT: &str = "nl-om knot";
/// Keys of the large knot, and how many of the others certify each.
const KEYS: usize = 24;
const CERTIFIED_BY: usize = 3;
/// Names in each intermediate of the bounded chain, which make it about 4 kB.
const NAMES: usize = 80;

/// A leaf under a knot: every authority is certified by three others of the same name, and none leads to a root.
pub(super) fn knotted(target: Arc<Target>) -> Result<Attack> {
    let keys = keys(KEYS)?;
    let mut chain = vec![leaf(&target, &keys[0])?];
    for at in 0..KEYS {
        for step in 1..=CERTIFIED_BY {
            chain.push(intermediate(&keys[at], &keys[(at + step) % KEYS], 0)?);
        }
    }
    flood(target, chain)
}

/// A leaf under three authorities of one name that certify each other, as large as most verifiers let pass.
pub(super) fn bounded(target: Arc<Target>) -> Result<Attack> {
    let keys = keys(3)?;
    let mut chain = vec![leaf(&target, &keys[0])?];
    for at in 0..3 {
        chain.push(intermediate(&keys[at], &keys[(at + 1) % 3], NAMES)?);
    }
    flood(target, chain)
}

/// A leaf under a root that nobody knows.
pub(super) fn unknown_authority(target: Arc<Target>) -> Result<Attack> {
    let chain = vec![leaf(&target, &KeyPair::generate()?)?];
    flood(target, chain)
}

fn flood(target: Arc<Target>, chain: Vec<(CertificateDer<'static>, KeyPair)>) -> Result<Attack> {
    let key = PrivateKeyDer::try_from(chain[0].1.serialize_der()).map_err(anyhow::Error::msg)?;
    let face = Face::new(chain.into_iter().map(|(certificate, _)| certificate).collect(), key)?;
    Ok(Box::pin(pace::per_second(target, PER_SECOND, move |target| handshake(face.clone(), target))))
}

/// The client is done before the node has judged; the answer is waited for, so that the node has to give one.
async fn handshake(face: Face, target: Arc<Target>) -> Result<()> {
    let mut tls = face.connect(&target, Door::Peers).await?;
    tokio::time::timeout(CONNECT_LIMIT, tls.read_u8()).await??;
    Ok(())
}

fn keys(count: usize) -> Result<Vec<KeyPair>> {
    (0..count).map(|_| Ok(KeyPair::generate()?)).collect()
}

/// A certificate with the name of the partner's node, signed by an authority of the knot's name; with its own key.
fn leaf(target: &Target, signer: &KeyPair) -> Result<(CertificateDer<'static>, KeyPair)> {
    let mut params = params("leaf");
    params.subject_alt_names = vec![SanType::URI(target.partner_name().as_str().try_into()?)];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &authority(signer)?)?;
    Ok((certificate.der().clone(), key))
}

fn intermediate(key: &KeyPair, signer: &KeyPair, names: usize) -> Result<(CertificateDer<'static>, KeyPair)> {
    let mut params = authority_params();
    let name =
        |at| Ok(SanType::DnsName(format!("a-name-that-takes-room-{at:03}.example").as_str().try_into()?));
    params.subject_alt_names = (0..names).map(name).collect::<Result<_>>()?;
    let certificate = params.signed_by(key, &authority(signer)?)?;
    Ok((certificate.der().clone(), copy(key)?))
}

fn authority(key: &KeyPair) -> Result<Issuer<'static, KeyPair>> {
    Ok(Issuer::new(authority_params(), copy(key)?))
}

fn authority_params() -> CertificateParams {
    let mut params = params(KNOT);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn copy(key: &KeyPair) -> Result<KeyPair> {
    Ok(KeyPair::try_from(key.serialize_der())?)
}
