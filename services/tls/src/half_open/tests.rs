//! Who gets a place, who waits and who makes room.

use futures_util::FutureExt as _;

use super::*;

fn has_left(place: &mut Place) -> bool {
    place.has_to_leave().now_or_never().is_some()
}

fn one() -> IpAddr {
    "192.0.2.1".parse().unwrap()
}

fn other() -> IpAddr {
    "192.0.2.2".parse().unwrap()
}

/// Somebody whose greeting was whole, if there is a place to prove who it is.
fn greeted(places: &HalfOpen, source: IpAddr) -> Option<Place> {
    places.enter(source, false).greeted().now_or_never().flatten()
}

#[test]
fn the_oldest_silent_one_of_the_source_with_the_most_makes_room() {
    let places = HalfOpen::default();
    let mut first = places.enter(one(), false);
    let address = |n: usize| format!("2001:db8::{n:x}").parse::<IpAddr>().unwrap();
    let mut greedy: Vec<_> = (1..OF_STRANGERS.greeting).map(|n| places.enter(address(n), false)).collect();
    let mut newest = places.enter(other(), false);
    assert!(has_left(&mut greedy[0]), "one /64 is one source");
    assert!(!has_left(&mut greedy[1]) && !has_left(&mut first) && !has_left(&mut newest));
}

#[tokio::test(start_paused = true)]
async fn however_many_are_silent_whoever_has_greeted_stays() {
    let places = HalfOpen::default();
    let mut honest = greeted(&places, one()).unwrap();
    for _ in 0..10 * OF_STRANGERS.greeting {
        std::mem::forget(places.enter(one(), false));
    }
    assert!(!has_left(&mut honest), "of the very source that floods");
    assert!(greeted(&places, one()).is_some());
}

#[tokio::test(start_paused = true)]
async fn whoever_finds_every_place_taken_waits_and_nobody_who_is_quick_makes_room() {
    let places = HalfOpen::default();
    let mut proving: Vec<_> = (0..OF_STRANGERS.proving).map(|_| greeted(&places, one()).unwrap()).collect();
    let waits = tokio::spawn(places.enter(one(), false).greeted());
    sleep(PROVING_TIME / 2).await;
    assert!(!waits.is_finished() && !proving.iter_mut().any(has_left));
    drop(proving.pop());
    assert!(waits.await.unwrap().is_some());
}

#[tokio::test(start_paused = true)]
async fn whoever_dawdles_makes_room_for_whoever_waits() {
    let places = HalfOpen::default();
    let mut dawdlers = Vec::new();
    for _ in 0..OF_STRANGERS.proving {
        let mut place = greeted(&places, one()).unwrap();
        dawdlers.push(tokio::spawn(async move { place.has_to_leave().await }));
    }
    let honest = places.enter(other(), false).greeted().await;
    assert!(honest.is_some());
    tokio::task::yield_now().await;
    assert_eq!(dawdlers.iter().filter(|dawdler| dawdler.is_finished()).count(), 1, "no more than needed");
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_go_on_in_the_order_they_came() {
    let places = HalfOpen::default();
    let mut proving: Vec<_> = (0..OF_STRANGERS.proving).map(|_| greeted(&places, one()).unwrap()).collect();
    let (told, mut order) = tokio::sync::mpsc::unbounded_channel();
    for n in 0..8 {
        let (place, told) = (places.enter(one(), false), told.clone());
        tokio::spawn(async move {
            let _place = place.greeted().await.unwrap();
            told.send(n).unwrap();
        });
        tokio::task::yield_now().await;
    }
    proving.clear();
    for n in 0..8 {
        assert_eq!(order.recv().await, Some(n));
    }
}

#[tokio::test(start_paused = true)]
async fn when_too_many_wait_the_last_of_the_source_with_the_most_goes() {
    let places = HalfOpen::default();
    let _proving: Vec<_> = (0..OF_STRANGERS.proving).map(|_| greeted(&places, one()).unwrap()).collect();
    let mut waiting = Vec::new();
    for _ in 0..OF_STRANGERS.waiting {
        waiting.push(tokio::spawn(places.enter(one(), false).greeted()));
        tokio::task::yield_now().await;
    }
    let honest = tokio::spawn(places.enter(other(), false).greeted());
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
    assert!(waiting.pop().unwrap().await.unwrap().is_none());
    assert!(!honest.is_finished() && !waiting.iter().any(tokio::task::JoinHandle::is_finished));
}

#[test]
fn strangers_take_no_place_of_a_known_address() {
    let places = HalfOpen::default();
    let mut known = places.enter(one(), true);
    let _strangers: Vec<_> = (0..2 * OF_STRANGERS.greeting).map(|_| places.enter(one(), false)).collect();
    assert!(!has_left(&mut known));
}

#[tokio::test]
async fn places_are_given_back() {
    let places = HalfOpen::default();
    drop((0..2 * OF_STRANGERS.greeting).map(|_| places.enter(one(), false)).collect::<Vec<_>>());
    drop((0..OF_STRANGERS.proving).map(|_| greeted(&places, one()).unwrap()).collect::<Vec<_>>());
    let mut table = places.strangers.table();
    for step in [Step::Greeting, Step::Waiting, Step::Proving] {
        assert!(table.pool(step).held.is_empty() && table.pool(step).by_source.is_empty(), "{step:?}");
    }
    assert_eq!(places.strangers.proving.available_permits(), OF_STRANGERS.proving);
}
