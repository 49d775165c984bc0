//! The secret that signs what is posted to a webhook, by the conventions of Standard Webhooks: HMAC-SHA256 over the id, the
//! instant and the body. It must not know what is posted.

use std::fmt;
use std::path::Path;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::private::{self, NodeUser, PrivateError};
use crate::small_file::{self, SmallFileError};

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// Bytes of a secret.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Bytes of its file.
const FILE_BYTES_MAX: u64 = 4_096;

/// A secret that the node and one receiver share.
pub struct WebhookSecret(hmac::Key);

/// Why a secret is not used.
#[derive(Debug, thiserror::Error)]
pub enum WebhookSecretError {
    /// Others may read it.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] SmallFileError),
    /// It is written in another way.
    #[error("the secret is not {PREFIX} and base64 of {} to {} bytes", SECRET_BYTES.start(), SECRET_BYTES.end())]
    Form,
}

impl WebhookSecret {
    /// Reads the file of a secret.
    ///
    /// # Errors
    /// Where others may read it, or it holds no secret.
    pub fn load(path: &Path, user: NodeUser) -> Result<Self, WebhookSecretError> {
        private::check_file(path, user)?;
        let bytes = small_file::read(path, FILE_BYTES_MAX)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| WebhookSecretError::Form)?;
        Self::parse(text.trim())
    }

    /// Reads a secret as it is written.
    ///
    /// # Errors
    /// Where it is none.
    pub fn parse(text: &str) -> Result<Self, WebhookSecretError> {
        let secret =
            text.strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok()).map(Zeroizing::new);
        let secret = secret.filter(|secret| SECRET_BYTES.contains(&secret.len()));
        let secret = secret.ok_or(WebhookSecretError::Form)?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &secret)))
    }

    /// The signature of a body under an id, at an instant in seconds since the Unix epoch, as its header has it.
    #[must_use]
    pub fn sign(&self, id: &str, unix_seconds: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(format!("{id}.{unix_seconds}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_signature_is_that_of_the_published_example() {
        // From the specification of Standard Webhooks.
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature =
            secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_ne!(
            signature,
            secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_331, br#"{"test": 2432232314}"#)
        );
        assert_eq!(format!("{secret:?}"), "WebhookSecret");
    }

    #[test]
    fn a_secret_is_long_enough_well_written_and_nobody_elses_to_read() {
        for bad in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_not base64 at all 0123456789",
        ] {
            assert!(matches!(WebhookSecret::parse(bad), Err(WebhookSecretError::Form)), "{bad}");
        }
        let directory = tempfile::tempdir().unwrap();
        let (path, user) = (directory.path().join("secret"), NodeUser::of_this_process());
        std::fs::write(&path, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(WebhookSecret::load(&path, user), Err(WebhookSecretError::Private(_))));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(WebhookSecret::load(&path, user).is_ok());
    }
}
