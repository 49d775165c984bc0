//! The ways of delivering an alarm, and under which names each is counted. It must not know how alarms are followed.

use jiff::Timestamp;

use super::alarm::Told;
use super::mail::{self, Mailer};
use super::webhook::{self, Hook};
use crate::metrics_names::{
    MAIL_FAILED, MAIL_GIVEN_UP, MAIL_REFUSED, MAIL_SENT, MAIL_WAITING, WEBHOOK_FAILED, WEBHOOK_GIVEN_UP,
    WEBHOOK_SENT, WEBHOOK_WAITING,
};

/// One way.
pub(super) enum Channel {
    /// By HTTP.
    Webhook(Box<Hook>),
    /// By mail.
    Mail(Mailer),
}

/// How a way is called in the log and in metrics.
pub(super) struct Names {
    /// In the log.
    pub(super) word: &'static str,
    /// The label with the receiver's name.
    pub(super) label: &'static str,
    /// Alarms taken.
    pub(super) sent: &'static str,
    /// Attempts that failed.
    pub(super) failed: &'static str,
    /// Alarms given up.
    pub(super) given_up: &'static str,
    /// Alarms that wait.
    pub(super) waiting: &'static str,
    /// Counters of this way alone.
    pub(super) own: &'static [&'static str],
}

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// By HTTP.
    #[error(transparent)]
    Webhook(webhook::Failure),
    /// By mail.
    #[error(transparent)]
    Mail(mail::Failure),
}

impl Failure {
    /// Whether the receiver does not want the alarm as it is, however often it is tried.
    pub(super) fn is_unwanted(&self) -> bool {
        match self {
            Self::Webhook(failure) => matches!(failure, webhook::Failure::Unwanted(_)),
            Self::Mail(failure) => failure.is_unwanted(),
        }
    }
}

impl Channel {
    pub(super) fn names(&self) -> &'static Names {
        match self {
            Self::Webhook(_) => &Names {
                word: "webhook",
                label: "hook",
                sent: WEBHOOK_SENT,
                failed: WEBHOOK_FAILED,
                given_up: WEBHOOK_GIVEN_UP,
                waiting: WEBHOOK_WAITING,
                own: &[],
            },
            Self::Mail(_) => &Names {
                word: "mail relay",
                label: "mail",
                sent: MAIL_SENT,
                failed: MAIL_FAILED,
                given_up: MAIL_GIVEN_UP,
                waiting: MAIL_WAITING,
                own: &[MAIL_REFUSED],
            },
        }
    }

    /// Delivers an alarm once, after so many failed tries.
    pub(super) async fn tell(&self, told: &Told, now: Timestamp, failures: u32) -> Result<(), Failure> {
        match self {
            Self::Webhook(hook) => hook.post(told, now).await.map_err(Failure::Webhook),
            Self::Mail(mailer) => mailer.send(told, failures).await.map_err(Failure::Mail),
        }
    }
}
