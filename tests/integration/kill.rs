//! `kill -9` of any node at any moment of a delivery loses nothing and doubles nothing.
//!
//! Three real nodes, warrants and events under way in both directions, fifty kills. Victims and moments are drawn from
//! a seed; a moment is a count of answers, not a time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rogatory_client::pb::casework::v1::outcome::What;
use rogatory_client::pb::casework::v1::submit_stream_request::Submission;
use rogatory_client::pb::casework::v1::{self as pb, SubmitStreamRequest};
use rogatory_client::{ClientConfig, Connection, Retry};
use rogatory_evidence::Kind;
use rogatory_support::sample::{act, assertion, submission, watch};
use rogatory_support::{Books, Federation, eventually};
use tokio::sync::watch as channel;

const ISSUING: &str = "fr-jirs-marseille";
const EXECUTING: &str = "nl-om";
const COPIED: &str = "eu-europol";
const AGENCIES: [&str; 3] = [ISSUING, EXECUTING, COPIED];
const KILLS: usize = 50;
/// Submissions of one stream that wait for their acknowledgement.
const UNACKNOWLEDGED_MAX: usize = 6;
/// A run in which nothing is answered for so long has lost something.
const STALLED: Duration = Duration::from_secs(60);

/// Draws from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// What the case systems know: every answer they got, and how many there were.
struct Desk {
    answers: channel::Sender<u64>,
    ends: channel::Sender<bool>,
    /// Position of each acknowledged submission, by sender and message.
    acknowledged: Mutex<BTreeMap<(String, String), u64>>,
    /// What was acknowledged, as it was submitted.
    submitted: Mutex<Vec<(String, Submission)>>,
}

impl Desk {
    fn answered(&self) {
        self.answers.send_modify(|count| *count += 1);
    }

    fn acknowledge(&self, sender: &str, accepted: &pb::Accepted, submission: Submission) {
        let key = (sender.to_owned(), accepted.message_id.clone());
        let earlier = self.acknowledged.lock().unwrap().insert(key, accepted.position);
        assert!(earlier.is_none_or(|position| position == accepted.position), "one id has one position");
        self.submitted.lock().unwrap().push((sender.to_owned(), submission));
        self.answered();
    }

    fn has_ended(&self) -> bool {
        *self.ends.borrow()
    }
}

/// How one case system reaches its node, again and again.
#[derive(Clone)]
struct Line {
    agency: &'static str,
    config: Rc<dyn Fn() -> ClientConfig>,
}

impl Line {
    fn of(federation: &Federation, agency: &'static str) -> Self {
        let client = federation.agency(agency).unwrap().clone();
        let config = Rc::new(move || {
            let path = |ending: &str| client.clients.join(format!("cases.{ending}"));
            let credentials = ClientConfig::read_credentials(&path("crt"), &path("key")).unwrap();
            let roots = std::fs::read_to_string(client.dir.join("ca.crt")).unwrap();
            ClientConfig::new(&client.client_endpoint, roots, credentials)
        });
        Self { agency, config }
    }

    async fn connect(&self) -> Connection {
        eventually(self.agency, async || Ok(Connection::open((self.config)()).await?)).await.unwrap()
    }
}

/// Submits until it is told to end, and repeats under the same ids whatever was not acknowledged.
async fn submit(line: Line, desk: Arc<Desk>) {
    let mut open: BTreeMap<u64, Submission> = BTreeMap::new();
    let mut to_inform: Vec<String> = Vec::new();
    let mut next = 0;
    while !(desk.has_ended() && open.is_empty() && to_inform.is_empty()) {
        let Ok((submitter, mut outcomes)) = line.connect().await.casework().submit_stream().await else {
            continue;
        };
        let repeated = open.iter().map(|(tag, submission)| request(*tag, submission)).collect();
        let mut alive = submitter.send(repeated).await.is_ok();
        while alive {
            while open.len() < UNACKNOWLEDGED_MAX {
                let submission = match to_inform.pop() {
                    Some(referral) => Submission::Act(act(&referral, "information_supplied")),
                    None if desk.has_ended() => break,
                    None => Submission::Submit(submission(next, EXECUTING, &[COPIED])),
                };
                open.insert(next, submission.clone());
                alive = submitter.send(vec![request(next, &submission)]).await.is_ok();
                next += 1;
            }
            if open.is_empty() {
                break;
            }
            let Ok(Some(batch)) = outcomes.next().await else { break };
            for pb::Outcome { tag, what } in batch.outcomes {
                match what {
                    Some(What::Accepted(accepted)) => {
                        let Some(submission) = open.remove(&tag) else { continue };
                        if matches!(submission, Submission::Submit(_)) {
                            to_inform.push(accepted.referral_id.clone());
                        }
                        desk.acknowledge(line.agency, &accepted, submission);
                    }
                    Some(What::Receipt(receipt)) => {
                        assert_eq!(receipt.refusal, "", "nothing here is refused");
                        desk.answered();
                    }
                    Some(What::Problem(problem)) => {
                        assert_eq!(problem.retry(), pb::Retry::After, "{problem:?}");
                        alive = false;
                    }
                    None => panic!("an outcome says what happened"),
                }
            }
        }
    }
}

fn request(tag: u64, submission: &Submission) -> SubmitStreamRequest {
    SubmitStreamRequest { tag, submission: Some(submission.clone()) }
}

/// Takes every offer and acknowledges it; registers each new referral at the executing agency.
async fn consume(line: Line, desk: Arc<Desk>) {
    let mut offered: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut registered: BTreeMap<String, pb::ActRequest> = BTreeMap::new();
    loop {
        let casework = line.connect().await.casework();
        let Ok((acknowledger, mut offers)) = casework.watch(watch("desk")).await else { continue };
        while let Ok(Some(batch)) = offers.next().await {
            let mut positions = Vec::new();
            for offer in batch.offers {
                let position = offer.cursor.unwrap().position;
                let earlier = offered.insert((offer.sender, offer.message_id), position);
                assert!(earlier.is_none_or(|earlier| earlier == position), "an offer keeps its position");
                positions.push(position);
                if line.agency == EXECUTING && offer.event == "opening" {
                    // An offer that comes again is the same registration.
                    let request = act(&offer.referral_id, "registered");
                    let request = registered.entry(offer.referral_id).or_insert(request).clone();
                    register(&casework, &desk, line.agency, request).await;
                }
            }
            batch.handed_over.iter().for_each(|_| desk.answered());
            if acknowledger.acknowledge(&positions).await.is_err() {
                break;
            }
        }
    }
}

/// Raises the event once; a node that is killed meanwhile is asked again when it is back.
async fn register(casework: &rogatory_client::Casework, desk: &Desk, sender: &str, request: pb::ActRequest) {
    let key = (sender.to_owned(), request.message_id.clone());
    if desk.acknowledged.lock().unwrap().contains_key(&key) {
        return;
    }
    let accepted = eventually("an event of a node that is killed meanwhile", async || {
        casework.act(request.clone()).await.map_err(|problem| {
            assert_ne!(problem.retry, Retry::Never, "{problem:?}");
            problem.into()
        })
    });
    let accepted = accepted.await.unwrap();
    desk.acknowledge(sender, &accepted, Submission::Act(request));
}

async fn kill_fifty_times(federation: &mut Federation, desk: &Desk, dice: &mut Dice) {
    let mut answers = desk.answers.subscribe();
    for kill in 0..KILLS {
        let moment = *answers.borrow() + 1 + dice.below(12);
        let victim = AGENCIES[usize::try_from(dice.below(3)).unwrap()];
        let reached = tokio::time::timeout(STALLED, answers.wait_for(|count| *count >= moment)).await;
        reached
            .unwrap_or_else(|_| panic!("nothing is answered any more before kill {kill} of {victim}"))
            .unwrap();
        federation.kill(victim).await.unwrap();
        federation.launch(victim).unwrap();
    }
    for agency in AGENCIES {
        federation.serves(agency).await.unwrap();
    }
}

async fn all_is_delivered(federation: &Federation) {
    eventually("an empty queue and an empty inbox at every node", async || {
        for agency in AGENCIES {
            let status = federation.connect(agency, "ops").await?.admin().status().await?;
            anyhow::ensure!(status.waiting + status.inbox == 0, "{agency}: {status:?}");
        }
        Ok(())
    })
    .await
    .unwrap();
}

/// A repeat of everything is answered with the stored positions.
async fn repeat_everything(federation: &Federation, desk: &Desk) {
    let acknowledged = desk.acknowledged.lock().unwrap().clone();
    let submitted = desk.submitted.lock().unwrap().clone();
    for (sender, submission) in submitted {
        let casework = federation.connect(&sender, "cases").await.unwrap().casework();
        let accepted = match submission {
            Submission::Submit(request) => casework.submit(request).await.unwrap(),
            Submission::Act(request) => casework.act(request).await.unwrap(),
        };
        assert!(accepted.repeated);
        assert_eq!(Some(&accepted.position), acknowledged.get(&(sender, accepted.message_id)));
    }
}

/// State and clocks of every referral, as a node shows them.
async fn cases(federation: &Federation, agency: &str) -> BTreeMap<String, (String, Vec<pb::Clock>)> {
    let casework = federation.connect(agency, "cases").await.unwrap().casework();
    let mut cases = BTreeMap::new();
    let mut page_token = String::new();
    loop {
        let request = pb::ListRequest {
            assertion: Some(assertion()),
            page_size: 500,
            page_token,
            ..Default::default()
        };
        let page = casework.list_page(request).await.unwrap();
        cases.extend(page.referrals.into_iter().map(|case| (case.referral_id, (case.state, case.clocks))));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return cases;
        }
    }
}

type Counted = BTreeMap<(String, String), usize>;

/// How often each message was taken, and how often handed over.
fn counted(books: &Books) -> (Counted, Counted) {
    let (mut taken, mut handed_over) = (Counted::new(), Counted::new());
    let mut senders = BTreeMap::new();
    for record in books.of(Kind::Taken) {
        let header = record.header.as_ref().unwrap();
        senders.insert(header.message, header.sender.to_string());
        *taken.entry((header.sender.to_string(), header.message.to_string())).or_default() += 1;
    }
    for record in books.of(Kind::HandedOver) {
        let message = record.shared.message.unwrap();
        *handed_over.entry((senders[&message].clone(), message.to_string())).or_default() += 1;
    }
    (taken, handed_over)
}

fn each_message_is_in_the_books_once(federation: &Federation, desk: &Desk) {
    let acknowledged: BTreeSet<_> = desk.acknowledged.lock().unwrap().keys().cloned().collect();
    let books = AGENCIES.map(|agency| federation.books(agency).unwrap());
    for (agency, books) in AGENCIES.iter().zip(&books) {
        assert_eq!(
            books.of(Kind::Refused).chain(books.of(Kind::GivenUp)).count(),
            0,
            "{agency} refused something"
        );
        let sent: Vec<_> =
            books.of(Kind::Sent).map(|sent| sent.shared.message.unwrap().to_string()).collect();
        let own = acknowledged.iter().filter(|(sender, _)| sender == agency).map(|(_, message)| message);
        assert_eq!(sent.iter().collect::<BTreeSet<_>>(), own.collect(), "{agency} sent what it acknowledged");
        assert_eq!(sent.len(), sent.iter().collect::<BTreeSet<_>>().len(), "{agency} sent something twice");
        let expected: Counted =
            acknowledged.iter().filter(|(sender, _)| sender != agency).map(|key| (key.clone(), 1)).collect();
        let (taken, handed_over) = counted(books);
        assert_eq!(taken, expected, "taken at {agency}");
        assert_eq!(handed_over, expected, "handed over at {agency}");
    }
    for (nth, agency) in AGENCIES.iter().enumerate() {
        let member = federation.made().roster.member(&agency.parse().unwrap()).unwrap();
        let others: Vec<&Books> = (0..3).filter(|other| *other != nth).map(|other| &books[other]).collect();
        Books::verify(&federation.data(agency).unwrap(), &others, &member.ledger_key().bytes()).unwrap();
    }
}

#[tokio::test]
async fn fifty_kills_at_any_moment_lose_nothing_and_double_nothing() {
    tokio::task::LocalSet::new().run_until(Box::pin(fifty_kills())).await;
}

async fn fifty_kills() {
    let mut federation = Federation::start(env!("CARGO_BIN_EXE_rogatory"), &AGENCIES, 3).await.unwrap();
    let desk = Arc::new(Desk {
        answers: channel::Sender::new(0),
        ends: channel::Sender::new(false),
        acknowledged: Mutex::default(),
        submitted: Mutex::default(),
    });
    let submitting = tokio::task::spawn_local(submit(Line::of(&federation, ISSUING), desk.clone()));
    let consuming =
        AGENCIES.map(|agency| tokio::task::spawn_local(consume(Line::of(&federation, agency), desk.clone())));

    kill_fifty_times(&mut federation, &desk, &mut Dice(20_210_526)).await;
    desk.ends.send_replace(true);
    submitting.await.unwrap();
    eventually("a registration of every referral", async || {
        let acknowledged = desk.submitted.lock().unwrap();
        let count = |wanted: fn(&Submission) -> bool, sender| {
            acknowledged.iter().filter(|(by, submission)| by == sender && wanted(submission)).count()
        };
        let opened = count(|submission| matches!(submission, Submission::Submit(_)), ISSUING);
        let registered = count(|submission| matches!(submission, Submission::Act(_)), EXECUTING);
        anyhow::ensure!(opened == registered, "{registered} of {opened}");
        Ok(())
    })
    .await
    .unwrap();
    all_is_delivered(&federation).await;
    consuming.iter().for_each(|task| assert!(!task.is_finished(), "a consumer failed"));

    repeat_everything(&federation, &desk).await;
    let at_the_issuing_end = cases(&federation, ISSUING).await;
    assert_eq!(at_the_issuing_end, cases(&federation, EXECUTING).await, "both ends agree");
    assert_eq!(at_the_issuing_end, cases(&federation, COPIED).await, "and so does who gets copies");
    assert!(at_the_issuing_end.values().all(|(state, _)| state == "under_review"));

    consuming.iter().for_each(tokio::task::JoinHandle::abort);
    for agency in AGENCIES {
        assert!(federation.stop(agency).await.unwrap().success());
    }
    each_message_is_in_the_books_once(&federation, &desk);
}
