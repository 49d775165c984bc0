//! What one call's answer is made of and its caller has not taken: bytes that the transport has no room for, and what was
//! paid for the answer they belong to.
//!
//! Owns the end of a stream that is left unread: what is here can be dropped while the transport is stuck, and the code is
//! told as soon as the caller reads on. It must not decide when that is.

use bytes::Bytes;
use parking_lot::Mutex;
use rogatory_domain::refusal::Code;
use tokio::sync::watch;
use tokio::time::Instant;

use super::Held;

/// Bytes that the transport gets at a time. It keeps what it has until the caller takes it, so this is what is out of reach.
const PIECE_BYTES: usize = 64 << 10;

/// The part of one call's answer that was not taken yet; shared by whoever makes it, sends it and counts it.
#[derive(Debug, Default)]
pub(crate) struct Unread {
    state: Mutex<State>,
    ended: watch::Sender<Option<Code>>,
}

#[derive(Debug, Default)]
struct State {
    rest: Bytes,
    under_way: Option<(Instant, Held)>,
}

impl Unread {
    /// An answer is under way, and what it holds is paid for.
    pub(super) fn begin(&self, held: Held) {
        let mut state = self.state.lock();
        if self.code().is_none() {
            state.under_way = Some((Instant::now(), held));
        }
    }

    /// The transport comes for more, so the answer before is out of the way.
    pub(super) fn finish(&self) {
        self.state.lock().under_way = None;
    }

    /// Since when an answer is under way, if one is.
    pub(super) fn since(&self) -> Option<Instant> {
        self.state.lock().under_way.as_ref().map(|(since, _)| *since)
    }

    /// Keeps the bytes for the transport and gives it the first piece of them.
    pub(crate) fn put(&self, bytes: Bytes) -> Bytes {
        if self.code().is_some() {
            return Bytes::new();
        }
        if bytes.len() <= PIECE_BYTES {
            return bytes;
        }
        self.state.lock().rest = bytes;
        self.piece().unwrap_or_default()
    }

    /// The next piece for the transport, if there is one. It is a copy: a slice would keep the whole answer alive for as long
    /// as the transport is stuck with it, whatever is dropped here.
    pub(crate) fn piece(&self) -> Option<Bytes> {
        let rest = &mut self.state.lock().rest;
        let bytes = rest.len().min(PIECE_BYTES);
        (bytes > 0).then(|| Bytes::copy_from_slice(&rest.split_to(bytes)))
    }

    /// Whether there is a piece for the transport.
    pub(crate) fn is_empty(&self) -> bool {
        self.state.lock().rest.is_empty()
    }

    /// Ends the stream: drops what it holds, now.
    pub(super) fn end(&self, code: Code) {
        let mut state = self.state.lock();
        self.ended.send_replace(Some(code));
        *state = State::default();
    }

    /// Why the stream was ended, if it was.
    pub(crate) fn code(&self) -> Option<Code> {
        *self.ended.borrow()
    }

    /// Completes when the stream was ended.
    pub(super) async fn ended(&self) {
        let _ = self.ended.subscribe().wait_for(Option::is_some).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn the_transport_gets_bytes_piece_by_piece_in_order() {
        let unread = Unread::default();
        let bytes: Bytes = (0..2 * PIECE_BYTES + 7).map(|n| n.to_le_bytes()[0]).collect();
        let mut seen = vec![unread.put(bytes.clone())];
        seen.extend(std::iter::from_fn(|| unread.piece()));
        assert_eq!(seen.iter().map(Bytes::len).collect::<Vec<_>>(), [PIECE_BYTES, PIECE_BYTES, 7]);
        assert_eq!(seen.concat(), bytes);
        assert!(unread.is_empty());
    }

    /// An answer that says when it is gone.
    struct Answer(Vec<u8>, Arc<AtomicBool>);

    impl AsRef<[u8]> for Answer {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }

    impl Drop for Answer {
        fn drop(&mut self) {
            self.1.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn an_answer_is_gone_with_its_stream_though_the_transport_still_has_a_piece_of_it() {
        let (unread, is_gone) = (Unread::default(), Arc::new(AtomicBool::new(false)));
        let answer = Answer(vec![7; 2 * PIECE_BYTES], is_gone.clone());
        let stuck = unread.put(Bytes::from_owner(answer));
        assert!(!is_gone.load(Ordering::Relaxed));
        unread.end(Code::ReadTooSlowly);
        assert!(is_gone.load(Ordering::Relaxed), "{} bytes are stuck", stuck.len());
    }
}
