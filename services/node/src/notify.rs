//! Telling others of alarms of clocks: one task for each webhook and each mail of the configuration, none unless there is one.
//!
//! Owns who is told. How alarms are followed is [`follow`]'s, and how one is delivered is [`webhook`]'s and [`mail`]'s. It must not
//! hold up anybody: it waits for nobody's sake, and the engine does not know of it.

mod alarm;
mod channel;
mod follow;
mod mail;
mod place;
mod roots;
mod span;
mod webhook;

use std::sync::Arc;

use rogatory_keys::NodeUser;
use rogatory_tls::Clock;
use tokio::sync::watch;

use crate::config::{Config, ConfigFault};
use crate::desk::Desk;
use channel::Channel;
use follow::Follower;
use mail::Mailer;
use webhook::Hook;

/// Those whom a configuration has told of alarms.
pub(crate) struct Receivers(Vec<Follower>);

impl Receivers {
    /// Reads secrets and roots.
    ///
    /// # Errors
    /// With every one that cannot be used.
    pub(crate) fn load(config: &Config, clock: &Clock) -> Result<Self, Vec<ConfigFault>> {
        let user = NodeUser::owning(&config.keys.vault_dir);
        let places = config.data_dir.join("notify");
        let (mut followers, mut faults) = (Vec::new(), Vec::new());
        for (at, webhook) in config.notify.webhook.iter().enumerate() {
            match Hook::load(webhook, user, clock) {
                Ok(hook) => followers.push(Follower {
                    name: webhook.name.clone(),
                    alarms: webhook.alarms,
                    channel: Channel::Webhook(Box::new(hook)),
                    place: places.join(&webhook.name),
                }),
                Err((key, text)) => {
                    faults.push(ConfigFault::new(&format!("notify.webhook[{at}].{key}"), text));
                }
            }
        }
        for (at, mail) in config.notify.mail.iter().enumerate() {
            match Mailer::load(mail, user, clock) {
                Ok(mailer) => followers.push(Follower {
                    name: mail.name.clone(),
                    alarms: mail.alarms,
                    channel: Channel::Mail(mailer),
                    // No name has a dot, so that no webhook's place is another's.
                    place: places.join(format!("mail.{}", mail.name)),
                }),
                Err(found) => faults.extend(
                    found
                        .into_iter()
                        .map(|(key, text)| ConfigFault::new(&format!("notify.mail[{at}].{key}"), text)),
                ),
            }
        }
        if faults.is_empty() { Ok(Self(followers)) } else { Err(faults) }
    }

    /// Tells alarms until the node closes.
    pub(crate) fn start(self, desk: &Arc<Desk>, closing: &watch::Receiver<bool>) {
        for follower in self.0 {
            follower.begin_to_count();
            let (desk, mut closing) = (desk.clone(), closing.clone());
            tokio::spawn(async move {
                tokio::select! {
                    () = follower.follow(&desk) => {}
                    _ = closing.wait_for(|closed| *closed) => {}
                }
            });
        }
    }
}
