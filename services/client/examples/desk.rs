//! A desk: answers every warrant that its agency receives with "registered", for as long as it runs.
//!
//! Shows how a case system watches and acts. It must not be taken for one: it stores nothing.

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::time::Duration;

use rogatory_client::pb::casework::v1::{Accepted, ActRequest, WatchStart};
use rogatory_client::pb::types::v1::Event;
use rogatory_client::{Assertion, Casework, ClientConfig, Connection, Problem, Retry, fresh_id};

/// Pause before an answer is sent again.
const PAUSE: Duration = Duration::from_secs(1);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(home), Some(address)) = (arguments.next(), arguments.next()) else {
        return Err("give the directory of the agency and the address of its node".into());
    };
    let home = Path::new(&home);
    let roots = std::fs::read_to_string(home.join("ca.crt"))?;
    let (certificate, key) = (home.join("clients/cases.crt"), home.join("clients/cases.key"));
    let credentials = ClientConfig::read_credentials(&certificate, &key)?;
    let connection = Connection::open(ClientConfig::new(&address, roots, credentials)).await?;
    watch(&connection.casework()).await
}

/// Answers what comes, and acknowledges it after that. Over lost connections the watch goes on by itself.
async fn watch(casework: &Casework) -> Result<(), Box<dyn Error>> {
    let start = WatchStart { consumer: "rust-desk".into(), assertion: Some(who()), ..WatchStart::default() };
    let (acknowledger, mut offers) = casework.watch(start).await?;
    // A case system keeps these ids with the case: what is offered again gets the same answer, and that has one effect.
    let mut answers: HashMap<String, String> = HashMap::new();
    while let Some(batch) = offers.next().await? {
        for offer in batch.offers {
            if offer.event == "opening" {
                let answer = answers.entry(offer.message_id.clone()).or_insert_with(fresh_id);
                match register(casework, &offer.referral_id, answer).await {
                    Ok(accepted) => {
                        println!("{} is registered by {}", offer.referral_id, accepted.message_id);
                    }
                    // A repeat would be refused too; a person has to look at it.
                    Err(problem) if problem.retry == Retry::Never => {
                        println!("{}: {problem}", offer.referral_id);
                    }
                    Err(problem) => return Err(problem.into()),
                }
            }
            if let Some(cursor) = offer.cursor {
                acknowledger.acknowledge(&[cursor.position]).await?;
            }
        }
    }
    Ok(())
}

/// Raises the event, again and again under the same id where the node says that this may help.
async fn register(casework: &Casework, referral: &str, answer: &str) -> Result<Accepted, Problem> {
    let event = Event { code: "registered".into(), ..Event::default() };
    let request = ActRequest {
        referral_id: referral.to_owned(),
        message_id: answer.to_owned(),
        assertion: Some(who()),
        event: Some(event),
        ..ActRequest::default()
    };
    loop {
        match casework.act(request.clone()).await {
            Err(problem) if problem.retry == Retry::After => tokio::time::sleep(PAUSE).await,
            done => return done,
        }
    }
}

/// Who acts and why; the node records it.
fn who() -> Assertion {
    Assertion { person: "j.jansen".into(), justification: "trying it out".into() }
}
