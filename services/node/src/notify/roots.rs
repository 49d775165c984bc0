//! The roots by which a receiver under TLS is judged, read from the file that the operator names. It must not fall back on any other.

use std::path::Path;

use rogatory_keys::small_file::{self, SMALL_BYTES_MAX, SmallFileError};
use rogatory_tls::{Clock, NoRoots, ServiceConnector, Speech};

/// Why there are no roots.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    /// Nobody is believed without.
    #[error("missing; TLS needs a file of root certificates")]
    Missing,
    /// The file cannot be read.
    #[error(transparent)]
    Unreadable(SmallFileError),
    /// It holds no root.
    #[error(transparent)]
    Empty(NoRoots),
}

/// Dials whom these roots vouch for.
pub(super) fn connector(
    roots: Option<&Path>,
    speech: Speech,
    clock: &Clock,
) -> Result<ServiceConnector, Unusable> {
    let path = roots.ok_or(Unusable::Missing)?;
    let roots = small_file::read_text(path, SMALL_BYTES_MAX).map_err(Unusable::Unreadable)?;
    ServiceConnector::new(&roots, speech, clock.clone()).map_err(Unusable::Empty)
}
