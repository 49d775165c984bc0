//! What is told of alarms by mail: word for word, again until the relay takes it, once more after the node was killed, and without a
//! word of content.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::ensure;
use parking_lot::Mutex;
use rogatory_support::sample::assertion;
use rogatory_support::{Federation, eventually, overdue_case};
use rogatory_wire::due;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

const FR: &str = "fr-jirs-marseille";
const NL: &str = "nl-om";

/// One mail as the relay got it.
#[derive(Clone)]
struct Got {
    /// The commands before it.
    commands: String,
    text: String,
    was_taken: bool,
}

impl Got {
    /// The value of a header, its further lines joined.
    fn header(&self, name: &str) -> String {
        let unfolded = self.text.replace("\r\n ", " ");
        let line = unfolded.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("{name} in {}", self.text)).to_owned()
    }
}

/// A relay that answers 451 until it takes mails.
#[derive(Clone, Default)]
struct Relay {
    takes: Arc<AtomicBool>,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Relay {
    async fn listen(&self) -> std::net::SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, relay) = (listener.local_addr().unwrap(), self.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let relay = relay.clone();
                // A connection of a node that was killed ends in an error, which concerns nobody.
                tokio::spawn(async move {
                    let _ = relay.talk(stream).await;
                });
            }
        });
        address
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 relay.example\r\n").await?;
        let (mut commands, mut line) = (String::new(), String::new());
        while stream.read_line(&mut line).await? > 0 {
            commands.push_str(&line);
            let answer = match line.trim_end() {
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let mut text = String::new();
                    while !text.ends_with("\r\n.\r\n") {
                        ensure_more(stream.read_line(&mut text).await?)?;
                    }
                    let was_taken = self.takes.load(Ordering::SeqCst);
                    self.got.lock().push(Got { commands: std::mem::take(&mut commands), text, was_taken });
                    if was_taken { "250 taken" } else { "451 not now" }
                }
                hello if hello.starts_with("EHLO ") => "250-relay.example\r\n250 8BITMIME",
                _ => "250 ok",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
            line.clear();
        }
        Ok(())
    }

    async fn wait(&self, what: &str, is_it: impl Fn(&[Got]) -> bool) -> Vec<Got> {
        eventually(what, async || {
            let got = self.got.lock().clone();
            ensure!(is_it(&got), "{} mails", got.len());
            Ok(got)
        })
        .await
        .unwrap()
    }
}

fn ensure_more(count: usize) -> std::io::Result<()> {
    if count > 0 { Ok(()) } else { Err(std::io::ErrorKind::UnexpectedEof.into()) }
}

fn taken(got: &[Got]) -> Vec<Got> {
    got.iter().filter(|got| got.was_taken).cloned().collect()
}

fn mail(name: &str, relay: &str, more: &str) -> String {
    format!(
        "[[notify.mail]]\nname = \"{name}\"\nrelay = \"{relay}\"\nfrom = \"rogatory@nl.example\"\n\
         to = [\"duty@nl.example\", \"head@nl.example\"]\n{more}\n"
    )
}

#[tokio::test]
async fn every_alarm_is_mailed_once_the_relay_takes_it_also_after_the_node_was_killed() {
    let relay = Relay::default();
    let address = relay.listen().await.to_string();
    let mut federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    // Another relay, where nobody listens, holds up nothing.
    let text =
        [mail("desk", &address, "tls = \"none\""), mail("nobody", "127.0.0.1:1", "tls = \"none\"")].concat();
    federation.configure(NL, &text).unwrap();
    for agency in [FR, NL] {
        federation.launch(agency).unwrap();
    }
    for agency in [FR, NL] {
        federation.serves(agency).await.unwrap();
    }
    let referral = overdue_case(&federation, FR, NL).await.unwrap();
    let refused = relay.wait("two attempts", |got| got.len() >= 2).await;
    assert_eq!(refused[0].text, refused[1].text, "the same mail is tried again");

    federation.kill(NL).await.unwrap();
    relay.takes.store(true, Ordering::SeqCst);
    federation.launch(NL).unwrap();
    let got = relay.wait("both alarms", |got| taken(got).len() >= 2).await;
    let told = taken(&got);
    assert_eq!(told[0].text, refused[0].text, "it is told in the same words, under the same id");
    let subjects = told.iter().map(|told| told.header("Subject")).collect::<Vec<_>>();
    assert!(
        subjects[0].contains("T1 is nearly due") && subjects[1].contains("T1 is overdue"),
        "{subjects:?}"
    );

    federation.serves(NL).await.unwrap();
    let executing = federation.connect(NL, "cases").await.unwrap().casework();
    let case = executing.get(&referral, assertion()).await.unwrap();
    let clock = case.clocks.iter().find(|clock| clock.name == "T1").unwrap();
    let due = due::shown(&clock.last_day, &clock.due_local, &clock.jurisdiction);
    let (id, date) = (told[1].header("Message-ID"), told[1].header("Date"));
    let (local, domain) = id.split_once('@').unwrap();
    let position: u64 = local.rsplit('-').next().unwrap().parse().unwrap();
    assert_eq!(domain, "nl.example>");
    assert!(date.ends_with(" +0000"), "{date}");
    let expected = format!(
        "From: rogatory@nl.example\nTo: duty@nl.example, head@nl.example\nDate: {date}\nMessage-ID: {id}\n\
         Subject: nl-om: T1 is overdue, {due}, eaw {referral}\nAuto-Submitted: auto-generated\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\n\
         A clock is overdue.\n\n  Agency      nl-om\n  Referral    {referral}\n  Instrument  eaw\n  Clock       T1\n\
         \x20 Waits for   {}\n  Article     {}\n  Due         {due}\n\nWhat is due by now, and the referral:\n\n\
         \x20 rogatory clock list --days 30\n  rogatory referral show {referral}\n\n\
         Written by the node of nl-om. It reads no answers.\n",
        clock.label, clock.article
    );
    let (head, body) = told[1].text.split_once("\r\n\r\n").unwrap();
    let words = format!("{}\r\n\r\n{body}", head.replace("\r\n ", " ")).replace("\r\n", "\n");
    assert_eq!(words.trim_end_matches(['\n', '.']), expected.trim_end_matches(['\n', '.']));
    let envelope = "MAIL FROM:<rogatory@nl.example>\r\nRCPT TO:<duty@nl.example>\r\nRCPT TO:<head@nl.example>\r\nDATA\r\n";
    assert_eq!(told[1].commands, format!("EHLO [127.0.0.1]\r\n{envelope}"));
    for content in [FR, "t.tester", "sample"] {
        assert!(!told.iter().any(|told| told.text.contains(content)), "{content}");
    }

    // What was taken is not told again.
    eventually("its place", async || {
        let place = std::fs::read_to_string(federation.data(NL).unwrap().join("notify/mail.desk"))?;
        let at: u64 = place.trim_end().rsplit(' ').next().unwrap_or_default().parse()?;
        ensure!(at > position, "{at}");
        Ok(())
    })
    .await
    .unwrap();
    federation.kill(NL).await.unwrap();
    federation.launch(NL).unwrap();
    federation.serves(NL).await.unwrap();
    let told = taken(&relay.got.lock());
    let each: BTreeSet<_> = told.iter().map(|told| told.header("Message-ID")).collect();
    assert_eq!(each.len(), told.len(), "{each:?}");
}

#[tokio::test]
async fn a_mail_that_could_never_be_told_keeps_the_node_from_starting_and_is_named_with_every_fault() {
    let federation = Federation::provision(env!("CARGO_BIN_EXE_rogatory"), &[FR, NL]).unwrap();
    let config = federation.agency(NL).unwrap().config.clone();
    let password = config.with_file_name("mail.password");
    std::fs::write(&password, "open sesame\n").unwrap();
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o644)).unwrap();
    let login = "tls = \"starttls\"\nuser = \"node\"\npassword = \"mail.password\"";
    federation.configure(NL, &mail("desk", "mail.example:587", login)).unwrap();
    let (status, said) = federation.refuses_to_start(NL).await.unwrap();
    assert!(!status.success() && said.contains("notify.mail[0].roots: missing"), "{said}");
    assert!(said.contains("notify.mail[0].password") && said.contains("chmod 0600"), "{said}");
    assert!(!said.contains("open sesame"), "{said}");
    federation.configure(NL, &mail("more", "mail.example:25", "tls = \"none\"")).unwrap();
    let (status, said) = federation.refuses_to_start(NL).await.unwrap();
    assert!(
        !status.success() && said.contains("notify.mail[1].tls: \"none\" is for a relay on this machine"),
        "{said}"
    );
}
