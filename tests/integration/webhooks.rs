//! What a receiver is told of alarms by HTTP: signed, again until it takes them, once more after the node was killed, and without
//! a word of content.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::ensure;
use parking_lot::Mutex;
use rogatory_keys::WebhookSecret;
use rogatory_support::{Federation, eventually, overdue_case};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// One request as the receiver got it.
#[derive(Clone)]
struct Got {
    head: String,
    body: String,
    was_taken: bool,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("{name} in {}", self.head))
    }

    fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver that answers 503 until it takes alarms.
#[derive(Clone, Default)]
struct Receiver {
    takes: Arc<AtomicBool>,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Receiver {
    async fn listen(&self) -> std::net::SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, receiver) = (listener.local_addr().unwrap(), self.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (mut text, mut bytes) = (String::new(), [0; 4096]);
                let got = loop {
                    match stream.read(&mut bytes).await {
                        Ok(count) if count > 0 => {
                            text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
                        }
                        _ => break None,
                    }
                    let got = receiver.whole(&text);
                    if got.is_some() {
                        break got;
                    }
                };
                let Some(got) = got else { continue };
                let status = if got.was_taken { "204 No Content" } else { "503 Service Unavailable" };
                receiver.got.lock().push(got);
                let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        address
    }

    /// The request that a text holds once it is whole.
    fn whole(&self, text: &str) -> Option<Got> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
        let is_whole = body.len() >= length.parse::<usize>().unwrap();
        let was_taken = self.takes.load(Ordering::SeqCst);
        is_whole.then(|| Got { head: head.to_owned(), body: body.to_owned(), was_taken })
    }

    async fn wait(&self, what: &str, is_it: impl Fn(&[Got]) -> bool) -> Vec<Got> {
        eventually(what, async || {
            let got = self.got.lock().clone();
            ensure!(is_it(&got), "{} requests", got.len());
            Ok(got)
        })
        .await
        .unwrap()
    }
}

fn configure(federation: &Federation, text: &str) {
    let secret = federation.agency(NL).unwrap().config.with_file_name("webhook.secret");
    std::fs::write(&secret, SECRET).unwrap();
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o600)).unwrap();
    federation.configure(NL, text).unwrap();
}

fn hook(name: &str, url: &str, more: &str) -> String {
    format!("[[notify.webhook]]\nname = \"{name}\"\nurl = \"{url}\"\nsecret = \"webhook.secret\"\n{more}\n")
}

#[tokio::test]
async fn an_alarm_is_told_signed_until_it_is_taken_also_after_the_node_was_killed() {
    let receiver = Receiver::default();
    let address = receiver.listen().await;
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    let url = format!("http://{address}/alarms?of=rogatory");
    // Another hook, where nobody listens, holds up nothing.
    let text =
        [hook("desk", &url, "alarms = \"overdue\""), hook("nobody", "http://127.0.0.1:1/", "")].concat();
    configure(&federation, &text);
    for agency in [FR, NL] {
        federation.launch(agency).unwrap();
    }
    for agency in [FR, NL] {
        federation.serves(agency).await.unwrap();
    }
    // Both alarms come at once, and one of them is asked for.
    let referral = overdue_case(&federation, FR, NL).await.unwrap();
    let refused = receiver.wait("two attempts", |got| got.len() >= 2).await;
    assert_eq!(refused[0].header("webhook-id"), refused[1].header("webhook-id"));

    federation.kill(NL).await.unwrap();
    receiver.takes.store(true, Ordering::SeqCst);
    federation.launch(NL).unwrap();
    let got = receiver.wait("a taken alarm", |got| got.iter().any(|got| got.was_taken)).await;
    let taken = got.iter().find(|got| got.was_taken).unwrap();
    assert_eq!(taken.header("webhook-id"), refused[0].header("webhook-id"), "it is told under the same id");
    assert!(taken.head.starts_with("POST /alarms?of=rogatory HTTP/1.1\r\n"), "{}", taken.head);
    let at = taken.header("webhook-timestamp").parse().unwrap();
    let secret = WebhookSecret::parse(SECRET).unwrap();
    let signature = secret.sign(taken.header("webhook-id"), at, taken.body.as_bytes());
    assert_eq!(taken.header("webhook-signature"), signature);
    let value = taken.value();
    assert_eq!(
        (value["type"].as_str(), value["data"]["referral_id"].as_str()),
        (Some("clock.overdue"), Some(&*referral))
    );
    assert_eq!(
        (value["data"]["agency"].as_str(), value["data"]["state"].as_str()),
        (Some(NL), Some("arrested"))
    );
    assert!(got.iter().all(|got| got.value()["type"] == "clock.overdue"), "only what is asked for is told");
    for content in [FR, "t.tester", "sample"] {
        assert!(!taken.body.contains(content), "{content}");
    }

    // What was taken is not told again.
    federation.serves(NL).await.unwrap();
    eventually("its place", async || {
        let place = std::fs::read_to_string(federation.data(NL).unwrap().join("notify/desk"))?;
        let position: u64 = place.trim_end().rsplit(' ').next().unwrap_or_default().parse()?;
        ensure!(Some(position) > value["data"]["position"].as_u64(), "{position}");
        Ok(())
    })
    .await
    .unwrap();
    federation.kill(NL).await.unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let ids = |got: &[Got]| {
        got.iter()
            .filter(|got| got.was_taken)
            .map(|got| got.header("webhook-id").to_owned())
            .collect::<Vec<_>>()
    };
    let told = ids(&receiver.got.lock());
    let each: std::collections::BTreeSet<_> = told.iter().collect();
    assert_eq!(each.len(), told.len(), "{told:?}");
}

#[tokio::test]
async fn a_webhook_that_could_never_be_told_keeps_the_node_from_starting_and_is_named() {
    let federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    let config = federation.agency(NL).unwrap().config.clone();
    configure(&federation, &hook("desk", "https://alarms.example/", ""));
    let (status, said) = federation.refuses_to_start(NL).await.unwrap();
    assert!(!status.success() && said.contains("notify.webhook[0].roots: missing"), "{said}");
    let secret = config.with_file_name("webhook.secret");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    let (status, said) = federation.refuses_to_start(NL).await.unwrap();
    assert!(
        !status.success() && said.contains("notify.webhook[0].secret") && said.contains("chmod 0600"),
        "{said}"
    );
    assert!(!said.contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "{said}");
}
