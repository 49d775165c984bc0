//! The page of the metrics: written by one at a time, shared by all who ask meanwhile, and so many pages at most in memory
//! as long as anybody reads them.
//!
//! It must not know how a page travels. Whoever leaves in the middle of a writing lets it end, and its page is the next one's.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::places::{Place, Places};

/// Pages in memory at once, the one that is written among them. A page has megabytes in a large federation.
pub(super) const PAGES_COUNT_MAX: usize = 4;

/// Age up to which a page is shared. Whoever asks without end has so many pages written a second, and no more.
const FRESH: Duration = Duration::from_millis(250);

/// What writes a page.
type Render = Arc<dyn Fn() -> String + Send + Sync>;

/// The pages of one listener.
pub(super) struct Pages {
    render: Render,
    places: Places,
    fresh: Duration,
    /// Held by whoever writes a page, or looks for one.
    newest: Arc<Mutex<Newest>>,
    /// One permit for each page in memory.
    room: Arc<Semaphore>,
}

#[derive(Default)]
struct Newest {
    /// Grows by one a page.
    number: u64,
    page: Option<(Instant, Bytes)>,
}

/// A page's text; its room is given back once nobody reads it any more.
struct Page {
    text: String,
    _room: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Page {
    fn as_ref(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

impl Pages {
    /// Pages that `render` writes for those who have `places`.
    pub(super) fn new(render: Render, places: Places) -> Self {
        let room = Arc::new(Semaphore::new(PAGES_COUNT_MAX));
        Self { render, places, fresh: FRESH, newest: Arc::default(), room }
    }

    #[cfg(test)]
    pub(super) fn always_anew(&mut self) {
        self.fresh = Duration::ZERO;
    }

    /// The newest page, for the holder of a place. `None` when it could not be written.
    pub(super) async fn page(&self, reader: &Place) -> Option<Bytes> {
        let mut newest = self.newest.clone().lock_owned().await;
        if let Some((_, page)) = newest.page.as_ref().filter(|(written, _)| written.elapsed() < self.fresh) {
            // Told before the next one can look who reads what.
            reader.reads(newest.number);
            return Some(page.clone());
        }
        newest.page = None;
        let room = self.room_for_one().await?;
        newest.number += 1;
        reader.reads(newest.number);
        let render = self.render.clone();
        // The lock goes with the writing, which goes on when whoever asked has gone: so there is never a second one.
        let written = tokio::task::spawn_blocking(move || {
            let mut text = render();
            text.shrink_to_fit();
            let page = Bytes::from_owner(Page { text, _room: room });
            newest.page = Some((Instant::now(), page.clone()));
            page
        });
        written.await.ok()
    }

    /// Where as many pages are read as there may be, the readers of the oldest one make room.
    async fn room_for_one(&self) -> Option<OwnedSemaphorePermit> {
        if self.room.available_permits() == 0 {
            self.places.end_readers_of_the_oldest_page();
        }
        self.room.clone().acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use futures_util::future::join_all;

    use super::*;

    fn place(places: &Places, n: u8) -> Arc<Place> {
        let (place, _) = places.enter([10, 0, 0, n].into());
        place.asked();
        place
    }

    #[tokio::test]
    async fn any_number_who_ask_at_once_have_one_page_written_and_share_it() {
        let (places, written) = (Places::default(), Arc::new(AtomicUsize::new(0)));
        let counted = written.clone();
        let render = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            "page".to_owned()
        };
        let pages = Pages { fresh: Duration::MAX, ..Pages::new(Arc::new(render), places.clone()) };
        let readers: Vec<_> = (0..100).map(|n| place(&places, n)).collect();
        let read = join_all(readers.iter().map(|reader| pages.page(reader))).await;
        let first = read[0].clone().unwrap();
        assert!(read.iter().flatten().all(|page| page.as_ptr() == first.as_ptr()) && read.len() == 100);
        assert_eq!(written.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_leaves_while_a_page_is_written_does_not_make_the_next_one_write_beside_it() {
        let places = Places::default();
        let (begun, has_begun) = mpsc::channel();
        let (go, may_end) = mpsc::channel();
        let (may_end, written) = (parking_lot::Mutex::new(may_end), Arc::new(AtomicUsize::new(0)));
        let counted = written.clone();
        let render = move || {
            begun.send(()).unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            may_end.lock().recv().unwrap();
            "page".to_owned()
        };
        let pages = Arc::new(Pages { fresh: Duration::MAX, ..Pages::new(Arc::new(render), places.clone()) });
        let (reader, shared) = (place(&places, 1), pages.clone());
        let leaving = tokio::spawn(async move { shared.page(&reader).await });
        has_begun.recv().unwrap();
        leaving.abort();
        assert!(leaving.await.is_err());
        let (reader, shared) = (place(&places, 2), pages.clone());
        let next = tokio::spawn(async move { shared.page(&reader).await });
        go.send(()).unwrap();
        assert_eq!(next.await.unwrap().unwrap(), "page");
        assert_eq!(written.load(Ordering::SeqCst), 1);
    }
}
