//! A line between two nodes that is slow, breaks, or lets nothing back: a proxy in the place that the roster names.
//!
//! Owns the bytes on their way and what happens to them. It must not look into them; they are sealed anyway.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::Federation;
use crate::federation::free_port;

/// Bytes moved at a time.
const PIECE_BYTES: usize = 4_096;

/// What a line does to connections.
#[derive(Clone, Copy, Debug)]
pub struct Behaviour {
    /// Bytes after which each connection breaks, both directions together.
    pub breaks_after: usize,
    /// Bytes a second in each direction.
    pub bytes_per_second: u64,
    /// Whether what the dialled side says stays on the way.
    pub swallows_answers: bool,
}

impl Behaviour {
    /// A line that does nothing to anything.
    pub const GOOD: Self =
        Self { breaks_after: usize::MAX, bytes_per_second: u64::MAX, swallows_answers: false };
}

/// The line to one agency; it ends when this is dropped.
pub struct Line {
    behaviour: watch::Sender<Behaviour>,
    connections: Arc<AtomicUsize>,
    is_mute: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Line {
    /// Puts a line before the peer port of an agency whose node does not run yet.
    ///
    /// # Errors
    /// When its configuration cannot be changed or the place is taken.
    pub async fn to(federation: &Federation, agency: &str, behaviour: Behaviour) -> Result<Self> {
        let member = federation.made().roster.member(&agency.parse()?).context("it is no member")?;
        let behind: SocketAddr = ([127, 0, 0, 1], free_port()?).into();
        let config = &federation.agency(agency)?.config;
        let text = std::fs::read_to_string(config)?;
        let moved = text.replace(&format!("\"{}\"", member.endpoint), &format!("\"{behind}\""));
        ensure!(moved != text, "the configuration does not name {}", member.endpoint);
        std::fs::write(config, moved)?;
        let listener = TcpListener::bind(&member.endpoint).await?;
        let connections = Arc::new(AtomicUsize::new(0));
        let (sender, receiver) = watch::channel(behaviour);
        let (counted, is_mute) = (connections.clone(), Arc::new(AtomicBool::new(false)));
        let mute = is_mute.clone();
        let task = tokio::spawn(async move {
            while let Ok((dialler, _)) = listener.accept().await {
                let (behaviour, counted, mute) = (receiver.clone(), counted.clone(), mute.clone());
                tokio::spawn(async move {
                    if let Ok(dialled) = TcpStream::connect(behind).await {
                        counted.fetch_add(1, Ordering::Relaxed);
                        join(dialler, dialled, behaviour, &mute).await;
                    }
                });
            }
        });
        Ok(Self { behaviour: sender, connections, is_mute, task })
    }

    /// From now on what the dialled side says stays on the way; connections stand, until the line becomes another.
    pub fn mutes_answers(&self) {
        self.is_mute.store(true, Ordering::Release);
    }

    /// Changes the line, and breaks the connections that stand.
    pub fn becomes(&self, behaviour: Behaviour) {
        self.is_mute.store(false, Ordering::Release);
        self.behaviour.send_replace(behaviour);
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Moves bytes both ways until one side ends, the line breaks, or it becomes another.
async fn join(
    dialler: TcpStream,
    dialled: TcpStream,
    mut changed: watch::Receiver<Behaviour>,
    is_mute: &AtomicBool,
) {
    let behaviour = *changed.borrow_and_update();
    let swallows = || behaviour.swallows_answers || is_mute.load(Ordering::Acquire);
    let left = Arc::new(AtomicUsize::new(behaviour.breaks_after));
    let (from_dialler, to_dialler) = dialler.into_split();
    let (from_dialled, to_dialled) = dialled.into_split();
    tokio::select! {
        _ = carry(from_dialler, to_dialled, behaviour, || false, &left) => {}
        _ = carry(from_dialled, to_dialler, behaviour, swallows, &left) => {}
        _ = changed.changed() => {}
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    behaviour: Behaviour,
    swallows: impl Fn() -> bool,
    left: &AtomicUsize,
) -> std::io::Result<()> {
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let read = from.read(&mut piece).await?;
        let before = left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(read));
        if read == 0 || before.is_err() {
            return Ok(());
        }
        if behaviour.bytes_per_second < u64::MAX {
            let micros = read as u64 * 1_000_000 / behaviour.bytes_per_second;
            tokio::time::sleep(Duration::from_micros(micros)).await;
        }
        if !swallows() {
            to.write_all(&piece[..read]).await?;
        }
    }
}
