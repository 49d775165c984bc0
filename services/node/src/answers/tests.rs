//! Streams that are read, left unread, and read beside others.

use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use rogatory_domain::refusal::Code;

use super::pot::UNIT_BYTES;
use super::*;

fn share(own: &Arc<Pot>, role: &Arc<Pot>) -> Share {
    Share::new(own.clone(), role.clone(), Arc::default())
}

/// A stream that has taken an answer of this size, and does not come for more.
async fn left_unread(share: &Share, bytes: usize) -> Taken<String> {
    let (answers, mut taken) = Taken::<String>::new(share.clone());
    assert!(taken.next().now_or_never().is_none());
    answers.room().await.unwrap().send("x".repeat(bytes));
    taken.next().await.unwrap().unwrap();
    share.unread.put(vec![0; bytes].into());
    taken
}

#[tokio::test]
async fn an_answer_is_made_only_when_the_transport_comes_for_it() {
    let pot = Pot::new(8 << 20);
    let (answers, mut taken) = Taken::<String>::new(share(&pot, &pot));
    assert!(answers.clone().room().now_or_never().is_none(), "nobody wants one");
    for answer in ["first", "second"] {
        assert!(taken.next().now_or_never().is_none());
        assert!(taken.next().now_or_never().is_none(), "it asks once, however often it is woken");
        answers.clone().room().await.unwrap().send(answer.to_owned());
        assert!(answers.clone().room().now_or_never().is_none());
        assert_eq!(taken.next().await.unwrap().unwrap(), answer);
    }
}

#[tokio::test]
async fn room_that_nothing_was_put_into_is_there_again() {
    let pot = Pot::new(8 << 20);
    let (answers, mut taken) = Taken::<String>::new(share(&pot, &pot));
    assert!(taken.next().now_or_never().is_none());
    drop(answers.clone().room().await.unwrap());
    assert!(answers.room().now_or_never().is_some(), "the transport still waits");
}

#[tokio::test]
async fn what_the_transport_took_counts_until_it_comes_for_more() {
    let (own, role) = (Pot::new(8 << 20), Pot::new(LARGEST_ANSWER_BYTES + UNIT_BYTES));
    let all = role.spare_bytes();
    let mut reader = left_unread(&share(&own, &role), 10 << 10).await;
    assert!((all - 12 * UNIT_BYTES..all).contains(&role.spare_bytes()), "only what it needs");
    let (answers, mut other) = Taken::<String>::new(share(&own, &role));
    assert!(other.next().now_or_never().is_none());
    assert!(answers.room().now_or_never().is_none(), "another reader waits for it");
    let _ = reader.next().now_or_never();
    assert_eq!(role.spare_bytes(), all);
}

#[tokio::test]
async fn a_stream_that_is_gone_gives_back_what_it_held() {
    let pot = Pot::new(8 << 20);
    let all = pot.spare_bytes();
    let reader = left_unread(&share(&Pot::new(8 << 20), &pot), 10 << 10).await;
    assert!(pot.spare_bytes() < all);
    drop(reader);
    assert_eq!(pot.spare_bytes(), all);
}

#[tokio::test(start_paused = true)]
async fn whoever_reads_goes_on_though_others_left_the_whole_budget_unread() {
    let (mut shares, mut streams, role) = (Vec::new(), Vec::new(), Pot::new(3 * LARGEST_ANSWER_BYTES));
    for _ in 0..3 {
        let share = share(&Pot::new(SHARE_BYTES), &role);
        streams.push(left_unread(&share, LARGEST_ANSWER_BYTES).await);
        shares.push(share);
        // Each later than the one before, by the clock of the test.
        tokio::time::advance(std::time::Duration::from_secs(1)).await;
    }
    let (answers, mut honest) = Taken::<String>::new(share(&Pot::new(SHARE_BYTES), &role));
    let honest_reads = tokio::spawn(async move {
        for _ in 0..100 {
            honest.next().await.unwrap().unwrap();
        }
    });
    for _ in 0..100 {
        answers.clone().room().await.unwrap().send("x".repeat(1 << 20));
    }
    honest_reads.await.unwrap();
    let ended: Vec<_> = shares.iter().map(|share| share.unread.code()).collect();
    assert_eq!(
        ended,
        [Some(Code::ReadTooSlowly), None, None],
        "the longest unread one, and no more than needed"
    );
    assert!(shares[0].unread.is_empty(), "and nothing of it is kept");
    assert_eq!(shares[1].unread.piece().map(|piece| Bytes::len(&piece) > 0), Some(true));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_ended_ends_whoever_makes_its_answers() {
    let (role, own) = (Pot::new(2 * LARGEST_ANSWER_BYTES), Pot::new(SHARE_BYTES));
    let unread_share = share(&own, &role);
    let (gone, has_gone) = tokio::sync::oneshot::channel::<()>();
    let mut taken = answered(unread_share, |answers: Answers<String>| async move {
        let _gone = gone;
        answers.room().await.unwrap().send("x".repeat(LARGEST_ANSWER_BYTES));
        std::future::pending().await
    });
    taken.next().await.unwrap().unwrap();
    let others = share(&own, &role);
    let _second = left_unread(&others, LARGEST_ANSWER_BYTES).await;
    others.take(LARGEST_ANSWER_BYTES).await.unwrap();
    assert!(has_gone.await.is_err(), "its task is gone");
}

#[tokio::test]
async fn a_task_that_panics_ends_its_stream_with_a_code_and_not_as_if_all_was_said() {
    let pot = Pot::new(8 << 20);
    let share = share(&pot, &pot);
    let mut taken = answered(share, |_: Answers<String>| async { panic!("of the test") });
    let status = taken.next().await.unwrap().unwrap_err();
    let problem = rogatory_wire::details::problem(status.details()).unwrap();
    assert_eq!((problem.code.as_str(), problem.error_id.len()), (Code::Internal.refusal().id, 16));
}

#[tokio::test(start_paused = true)]
async fn many_streams_that_are_never_read_keep_one_that_is_from_its_turn_for_seconds_and_not_for_minutes() {
    let (own, role) = (Pot::new(SHARE_BYTES), Pot::new(ROLE_BYTES));
    let mut stalled = tokio::task::JoinSet::new();
    for _ in 0..450 {
        let share = share(&own, &role);
        stalled.spawn(async move {
            let taken = left_unread(&share, LARGEST_ANSWER_BYTES).await;
            share.unread.ended().await;
            drop(taken);
        });
    }
    tokio::task::yield_now().await;
    let began = tokio::time::Instant::now();
    left_unread(&share(&own, &role), 1).await;
    assert!(began.elapsed().as_secs() < 25, "{:?}", began.elapsed());
}
