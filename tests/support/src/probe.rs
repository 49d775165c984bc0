//! What probes and collectors ask a node over plain HTTP.
//!
//! Owns one request a connection, as a probe makes it. What the answer should be is the test's.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Asks for a path; gives the status and the body.
///
/// # Errors
/// When nobody answers, or no HTTP.
pub async fn get(address: SocketAddr, path: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: node\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer has no end of its head")?;
    let status = head.split(' ').nth(1).context("the answer has no status")?;
    Ok((status.parse()?, body.to_owned()))
}

/// The series of a node by name and labels, as they stand in its metrics.
///
/// # Errors
/// When nobody answers.
pub async fn series(address: SocketAddr) -> Result<BTreeMap<String, f64>> {
    let (status, page) = get(address, "/metrics").await?;
    ensure!(status == 200, "{status}");
    let lines = page.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').with_context(|| format!("no value in: {line}"))?;
            Ok((name.to_owned(), value.parse()?))
        })
        .collect()
}
