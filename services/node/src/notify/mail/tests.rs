//! What comes of a mail with relays that take it, do not take it, talk without end, or say nothing at all.

use std::net::TcpListener;
use std::sync::Arc;

use parking_lot::Mutex;
use rogatory_keys::NodeUser;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream};

use super::*;
use crate::config::Alarms;

fn configured(relay: &str, to: &[&str]) -> Mail {
    let address = |text: &str| MailAddress::parse(text).unwrap();
    Mail {
        name: "duty".to_owned(),
        relay: Relay::parse(relay).unwrap(),
        tls: Sealing::None,
        roots: None,
        user: None,
        password: None,
        from: address("rogatory@nl.example"),
        to: to.iter().map(|to| address(to)).collect(),
        alarms: Alarms::All,
    }
}

fn clock() -> Clock {
    Arc::new(|| "2026-03-24T05:00:00Z".parse().unwrap())
}

fn mailer(mail: &Mail) -> Mailer {
    Mailer::load(mail, NodeUser::of_this_process(), &clock()).unwrap()
}

/// A relay that gives these answers to the commands that begin so, `250 ok` to every other, and `220 relay` for a greeting.
async fn relay(io: DuplexStream, answers: Vec<(&'static str, String)>, heard: Arc<Mutex<String>>) {
    let answer = |command: &str, usual: &str| {
        let found = answers.iter().find(|(start, _)| command.starts_with(start));
        format!("{}\r\n", found.map_or(usual, |(_, answer)| answer))
    };
    let mut io = BufReader::new(io);
    let _ = io.write_all(answer("greeting", "220 relay").as_bytes()).await;
    let (mut is_text, mut line) = (false, String::new());
    while io.read_line(&mut line).await.is_ok_and(|count| count > 0) {
        heard.lock().push_str(&line);
        let said = match line.trim_end() {
            "." => Some(answer(".", "250 taken")),
            _ if is_text => None,
            "DATA" => Some(answer("DATA", "354 go on")),
            command => Some(answer(command, "250 ok")),
        };
        is_text = said.as_ref().map_or(is_text, |said| said.starts_with("354"));
        if let Some(said) = said {
            let _ = io.write_all(said.as_bytes()).await;
        }
        line.clear();
    }
}

/// What comes of a mail to some recipients with a relay that answers so, and what it heard.
async fn sent(to: &[&str], answers: &[(&'static str, &str)]) -> (Result<(), Failure>, String) {
    let mut mailer = mailer(&configured("127.0.0.1:25", to));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("password");
    rogatory_keys::small_file::replace(&path, "open sesame\n", 0o600).unwrap();
    mailer.login = Some(("node".to_owned(), Password::load(&path, NodeUser::of_this_process()).unwrap()));
    tried(&mailer, answers, 0).await
}

/// The same by a mailer that has failed so often with this alarm.
async fn tried(
    mailer: &Mailer,
    answers: &[(&'static str, &str)],
    failures: u32,
) -> (Result<(), Failure>, String) {
    let heard = Arc::new(Mutex::new(String::new()));
    let (near, far) = tokio::io::duplex(1 << 10);
    let answers = answers.iter().map(|(start, answer)| (*start, (*answer).to_owned())).collect();
    let relay = tokio::spawn(relay(far, answers, heard.clone()));
    let text = letter::written(&Told::sample(), &mailer.from, &mailer.to).unwrap();
    let outcome = mailer.talk(Stream::new(near), &ClientId::default(), &text, failures).await;
    relay.await.unwrap();
    let heard = heard.lock().clone();
    (outcome, heard)
}

const LOGIN: (&str, &str) = ("EHLO", "250-relay\r\n250 AUTH PLAIN LOGIN");
const TWO: [&str; 2] = ["duty@nl.example", "head@nl.example"];

#[tokio::test]
async fn a_mail_that_the_relay_takes_was_told_it_whole_after_the_login() {
    let (outcome, heard) = sent(&TWO, &[LOGIN]).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    let (commands, text) = heard.split_once("DATA\r\n").unwrap();
    // The base64 of the name and the password, each behind a zero byte.
    let expected = "EHLO [127.0.0.1]\r\nAUTH PLAIN AG5vZGUAb3BlbiBzZXNhbWU=\r\nMAIL FROM:<rogatory@nl.example>\r\n\
                    RCPT TO:<duty@nl.example>\r\nRCPT TO:<head@nl.example>\r\n";
    assert_eq!(commands, expected);
    assert!(
        text.starts_with("From: rogatory@nl.example\r\n") && text.ends_with("\r\n.\r\nQUIT\r\n"),
        "{text}"
    );
}

#[tokio::test]
async fn what_the_relay_takes_later_is_tried_again_and_what_it_never_takes_is_known() {
    for (answer, unwanted) in [
        (("greeting", "421 not now"), false),
        // Whoever is not let in learns nothing of the mail.
        (("greeting", "554 nobody"), false),
        (("AUTH", "535 who"), false),
        (("MAIL", "451 not now"), false),
        (("MAIL", "550 not from you"), true),
        (("RCPT", "450 not now"), false),
        (("RCPT", "550 nobody"), true),
        (("DATA", "554 no"), true),
        ((".", "451 not now"), false),
        ((".", "554 no"), true),
        ((".", "hello"), false),
    ] {
        let (outcome, heard) = sent(&TWO, &[answer, LOGIN]).await;
        let failure = outcome.unwrap_err();
        assert_eq!(failure.is_unwanted(), unwanted, "{answer:?}: {failure}");
        assert!(answer.0 == "." || !heard.contains("Subject"), "{answer:?}: {heard}");
    }
}

#[tokio::test]
async fn one_recipient_whom_the_relay_refuses_for_good_does_not_keep_the_others_from_being_told() {
    let (outcome, heard) = sent(&TWO, &[("RCPT TO:<duty", "550 left the house"), LOGIN]).await;
    assert!(outcome.is_ok() && heard.contains("Subject"), "{outcome:?} {heard}");
    let (outcome, heard) = sent(&TWO, &[("RCPT TO:<duty", "450 not now"), LOGIN]).await;
    assert!(outcome.is_err() && !heard.contains("Subject"), "nobody is told twice: {outcome:?} {heard}");
}

#[tokio::test]
async fn one_recipient_whom_the_relay_puts_off_for_long_does_not_keep_the_others_from_being_told() {
    let mailer = mailer(&configured("127.0.0.1:25", &TWO));
    let full = [("RCPT TO:<duty", "452 mailbox full")];
    let is_told = async |answers: &[(&'static str, &str)], failures| {
        let (outcome, heard) = tried(&mailer, answers, failures).await;
        assert_eq!(outcome.is_ok(), heard.contains("Subject"), "{outcome:?} {heard}");
        outcome.is_ok()
    };
    assert!(
        !is_told(&full, TRIES_COUNT - 1).await,
        "it is put off for now, as whom a relay does not know yet"
    );
    assert!(is_told(&full, TRIES_COUNT).await);
    assert!(is_told(&full, 0).await, "the next alarm does not wait for it again");
    assert!(is_told(&[], 0).await);
    assert!(!is_told(&full, 0).await, "once it was reached, it is waited for as before");
    assert!(!is_told(&[("RCPT", "452 mailbox full")], TRIES_COUNT).await, "somebody has to be told");
}

#[tokio::test]
async fn a_relay_that_greeted_before_tls_is_not_waited_for_to_greet_again() {
    let (near, far) = tokio::io::duplex(1 << 10);
    let mailer = mailer(&configured("127.0.0.1:25", &TWO));
    let text = letter::written(&Told::sample(), &mailer.from, &mailer.to).unwrap();
    let mut far = BufReader::new(far);
    let relay = async {
        let mut line = String::new();
        while line != "QUIT\r\n" {
            line.clear();
            far.read_line(&mut line).await.unwrap();
            let answer: &[u8] = match line.as_str() {
                "DATA\r\n" => b"354 go on\r\n",
                command if [".", "EHLO", "MAIL", "RCPT", "QUIT"].iter().any(|it| command.starts_with(it)) => {
                    b"250 ok\r\n"
                }
                _ => b"",
            };
            far.write_all(answer).await.unwrap();
        }
    };
    let hello = ClientId::default();
    let (outcome, ()) = tokio::join!(mailer.talk(Stream::greeted(near), &hello, &text, 0), relay);
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn a_relay_that_talks_without_end_is_left_and_little_of_it_is_repeated() {
    for answer in
        ["2".repeat(100_000), "250-a\r\n".repeat(100_000), format!("550 {}\r\n", "\u{1b}[0m".repeat(100))]
    {
        let (outcome, _) = sent(&TWO, &[("MAIL", &answer), LOGIN]).await;
        let said = outcome.unwrap_err().to_string();
        assert!(said.len() <= SAID_COUNT_MAX + 20 && !said.contains('\u{1b}'), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_says_nothing_is_left_in_time() {
    // Connections stand without anybody taking them from the queue.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let relay = listener.local_addr().unwrap().to_string();
    let failure = mailer(&configured(&relay, &TWO)).send(&Told::sample(), 0).await.unwrap_err();
    assert!(matches!(failure, Failure::Late), "{failure}");
}

#[test]
fn every_file_of_a_mail_that_cannot_be_used_is_named() {
    let mail = Mail {
        tls: Sealing::StartTls,
        user: Some("node".to_owned()),
        password: Some("/nowhere/password".into()),
        ..configured("mail.example:587", &TWO)
    };
    let faults = Mailer::load(&mail, NodeUser::of_this_process(), &clock()).err().unwrap();
    let keys: Vec<_> = faults.iter().map(|(key, _)| *key).collect();
    assert_eq!(keys, ["roots", "password"], "{faults:?}");
}
