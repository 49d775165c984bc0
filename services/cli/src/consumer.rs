//! `rogatory consumer`: under which names messages are watched, what waits for each, and their removal.

use std::process::ExitCode;

use rogatory_client::pb::casework::v1 as pb;

use crate::connect::{ConnectArgs, WhoArgs};
use crate::output::{Output, instant, json_of, note};

/// The certificate that these calls use.
const OPERATOR: &str = "ops";

/// What can be done with consumers.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ConsumerVerb {
    /// List the consumers that ever watched, with what each has not stored yet.
    List {
        #[command(flatten)]
        connect: ConnectArgs,
    },
    /// Remove a consumer, on the record; a watch under its name ends, and the name is new when it is used again.
    Remove {
        /// Its name.
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        who: WhoArgs,
        #[command(flatten)]
        connect: ConnectArgs,
    },
}

/// Does it.
pub(crate) async fn run(verb: ConsumerVerb, output: Output) -> anyhow::Result<ExitCode> {
    match verb {
        ConsumerVerb::List { connect } => {
            let consumers = connect.open(OPERATOR).await?.casework().consumers().await?;
            list(&consumers, output)?;
        }
        ConsumerVerb::Remove { name, who, connect } => {
            let pb::Assertion { person, justification } = who.assertion();
            let request = pb::RemoveConsumerRequest { consumer: name.clone(), person, justification };
            connect.open(OPERATOR).await?.casework().remove_consumer(request).await?;
            note(format!("consumer {name} is removed"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(consumers: &[pb::Consumer], output: Output) -> anyhow::Result<()> {
    let values = consumers.iter().map(|consumer| json_of("rogatory.casework.v1.Consumer", consumer));
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let rows = consumers.iter().map(|consumer| {
        vec![
            consumer.name.clone(),
            consumer.unacknowledged.to_string(),
            consumer.handed_over.to_string(),
            if consumer.watches { "yes" } else { "no" }.to_owned(),
            instant(consumer.since_time),
            instant(consumer.last_time),
        ]
    });
    output.table(&["consumer", "waiting", "handed over", "watches", "since", "last"], rows, &values)
}
