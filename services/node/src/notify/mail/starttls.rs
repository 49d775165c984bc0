//! Asking a relay to go on under TLS (RFC 3207). Nothing is told before, and of what was said before nothing is believed: it reads not
//! one byte beyond the relay's consent, so that nobody slips an answer in that would count as said under TLS.

use lettre::transport::smtp::extension::ClientId;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Bytes of one answer.
const ANSWER_BYTES_MAX: usize = 4 << 10;

/// Why a relay is not gone on with.
#[derive(Debug, thiserror::Error)]
pub(in super::super) enum Refused {
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(#[from] std::io::Error),
    /// No answer in time.
    #[error("the relay does not answer")]
    Late,
    /// Longer than any answer is, or none at all.
    #[error("the relay does not speak SMTP")]
    NoAnswer,
    /// It does not offer TLS.
    #[error("the relay does not offer it")]
    NotOffered,
    /// It does not consent.
    #[error("the relay answers {0}")]
    Answers(u16),
}

/// Asks; what follows on the connection is the handshake.
pub(super) async fn ask(
    io: &mut (impl AsyncRead + AsyncWrite + Unpin),
    hello: &ClientId,
) -> Result<(), Refused> {
    expect(io, 220).await?;
    io.write_all(format!("EHLO {hello}\r\n").as_bytes()).await?;
    let offered = expect(io, 250).await?;
    // The first line is the relay's name, and each of the others begins with what it offers.
    if !offered
        .lines()
        .skip(1)
        .filter_map(|line| line.get(4..))
        .any(|line| line.trim_end().eq_ignore_ascii_case("STARTTLS"))
    {
        return Err(Refused::NotOffered);
    }
    io.write_all(b"STARTTLS\r\n").await?;
    expect(io, 220).await?;
    Ok(())
}

/// The lines of an answer, each with its code, which must be this one.
async fn expect(io: &mut (impl AsyncRead + Unpin), code: u16) -> Result<String, Refused> {
    let (mut text, mut line) = (String::new(), Vec::new());
    while text.len() + line.len() < ANSWER_BYTES_MAX {
        line.push(io.read_u8().await?);
        if line.ends_with(b"\n") {
            let (found, is_last) = read(&line).ok_or(Refused::NoAnswer)?;
            text.push_str(&String::from_utf8_lossy(&line));
            line.clear();
            if is_last {
                return if found == code { Ok(text) } else { Err(Refused::Answers(found)) };
            }
        }
    }
    Err(Refused::NoAnswer)
}

/// The code of a line, and whether it is the last one.
fn read(line: &[u8]) -> Option<(u16, bool)> {
    let code = std::str::from_utf8(line.get(..3)?).ok()?;
    let code = code.parse().ok().filter(|code| (200..600).contains(code))?;
    match line.get(3)? {
        b'-' => Some((code, false)),
        b' ' | b'\r' | b'\n' => Some((code, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    /// What comes of a relay that says all this, and what it hears.
    async fn asked(said: &str) -> (Result<(), Refused>, String) {
        let (mut near, mut far) = tokio::io::duplex(64 << 10);
        far.write_all(said.as_bytes()).await.unwrap();
        let asked = ask(&mut near, &ClientId::Ipv4(Ipv4Addr::LOCALHOST)).await;
        // Only what nobody has read yet is still to come: a relay that is consented to keeps its further words.
        drop(near);
        let mut heard = String::new();
        far.read_to_string(&mut heard).await.unwrap();
        (asked, heard)
    }

    #[tokio::test]
    async fn a_relay_that_offers_tls_and_consents_is_gone_on_with() {
        let (asked, heard) =
            asked("220 relay\r\n250-relay greets\r\n250-SIZE 1000\r\n250 STARTTLS\r\n220 go on\r\n").await;
        assert!(asked.is_ok(), "{asked:?}");
        assert_eq!(heard, "EHLO [127.0.0.1]\r\nSTARTTLS\r\n");
    }

    #[tokio::test]
    async fn nothing_behind_the_consent_is_read_before_the_handshake() {
        let (mut near, mut far) = tokio::io::duplex(1 << 10);
        far.write_all(b"220 a\r\n250-a\r\n250 STARTTLS\r\n220 go on\r\n250 slipped in\r\n").await.unwrap();
        ask(&mut near, &ClientId::default()).await.unwrap();
        let mut left = [0; 16];
        near.read_exact(&mut left).await.unwrap();
        assert_eq!(&left, b"250 slipped in\r\n");
    }

    #[tokio::test]
    async fn a_relay_without_tls_is_told_nothing() {
        for (said, refused) in [
            ("554 no\r\n", "the relay answers 554"),
            ("220 a\r\n250-STARTTLS\r\n250 SIZE\r\n", "the relay does not offer it"),
            ("220 a\r\n250\r\n", "the relay does not offer it"),
            ("220 a\r\n250-a\r\n250\r\n", "the relay does not offer it"),
            ("220 a\r\n250-a\r\n250 STARTTLSX\r\n", "the relay does not offer it"),
            ("220 a\r\n250-a\r\n250 STARTTLS\r\n454 not now\r\n", "the relay answers 454"),
            ("hello\r\n", "the relay does not speak SMTP"),
            ("\r\n", "the relay does not speak SMTP"),
        ] {
            let (asked, heard) = asked(said).await;
            assert_eq!(asked.unwrap_err().to_string(), refused, "{said}");
            assert!(!heard.contains("MAIL"), "{heard}");
        }
    }

    #[tokio::test]
    async fn an_answer_without_an_end_is_given_up() {
        for endless in ["220-".repeat(2_000), "220-a\r\n".repeat(2_000)] {
            let (asked, _) = asked(&endless).await;
            assert!(matches!(asked, Err(Refused::NoAnswer)), "{asked:?}");
        }
    }
}
