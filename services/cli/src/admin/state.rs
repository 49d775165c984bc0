//! The state of a node in lines for people: what an operator asks about first stands first. It must not judge anything.

use rogatory_client::pb::admin::v1::{CertificateEnd, EndKind, StatusResponse};
use rogatory_wire::word::Worded as _;

use crate::output::{age, dash, instant};

/// Names with values, in the order of a person's questions.
pub(super) fn fields(status: &StatusResponse) -> Vec<(&'static str, String)> {
    let mut fields = vec![("state", status.state().word())];
    fields.extend(
        status.reasons.iter().map(|reason| ("reason", format!("{}: {}", reason.state().word(), reason.text))),
    );
    fields.extend([
        ("agency", status.agency.clone()),
        ("federation", status.federation.clone()),
        ("peers", format!("{} of {} connected", status.peers_connected, status.peers)),
        ("outbox", outbox(status)),
        ("inbox", format!("{} not handed over", status.inbox)),
        ("consumers", consumers(status)),
        ("disk", disk(status)),
    ]);
    let endings = [
        ("certificate", nearest(status, |end| end.own && end.kind() == EndKind::Node)),
        ("partners", nearest(status, |end| !end.own && end.kind() == EndKind::Node)),
        ("roots", nearest(status, |end| end.kind() == EndKind::Root)),
        ("lists", nearest(status, |end| end.kind() == EndKind::List)),
    ];
    fields.extend(endings.map(|(name, end)| (name, end.map_or_else(|| dash(""), told))));
    fields.extend([
        ("ledger", ledger(status)),
        ("instance", status.instance.clone()),
        ("roster", format!("version {}", status.roster_version)),
        ("since", instant(status.started_time)),
        ("version", status.version.clone()),
    ]);
    fields
}

fn ledger(status: &StatusResponse) -> String {
    let known = format!("{} records, {} indexed", status.ledger_size, status.indexed);
    match status.unread_records {
        0 => known,
        unread => format!("{known}, {unread} still to be read since the start"),
    }
}

fn outbox(status: &StatusResponse) -> String {
    if status.oldest_time.is_none() {
        return format!("{} waiting", status.waiting);
    }
    let (age, recipient) = (age(status.oldest_time), &status.oldest_recipient);
    format!("{} waiting, the oldest for {age}, for {recipient}", status.waiting)
}

fn consumers(status: &StatusResponse) -> String {
    let lags = status.consumers.iter().map(|lag| format!("{} {} behind", lag.consumer, lag.unacknowledged));
    dash(&lags.collect::<Vec<_>>().join(", "))
}

fn disk(status: &StatusResponse) -> String {
    let (free, reserve) = (status.disk_free_bytes, status.disk_reserve_bytes);
    format!("{} free, {} in reserve", mebibytes(free), mebibytes(reserve))
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

/// The nearest end of a kind; they come in order.
fn nearest(status: &StatusResponse, is_meant: impl Fn(&CertificateEnd) -> bool) -> Option<&CertificateEnd> {
    status.ends.iter().find(|end| is_meant(end))
}

fn told(end: &CertificateEnd) -> String {
    let at = instant(end.end_time);
    if end.own && end.kind() == EndKind::Node {
        format!("ends {at}")
    } else {
        format!("{} ends first, {at}", end.agency)
    }
}

#[cfg(test)]
mod tests {
    use rogatory_client::pb::admin::v1::{ConsumerLag, NodeState, StateReason};
    use rogatory_wire::instant::PbTimestamp;

    use super::*;

    fn end(agency: &str, kind: EndKind, own: bool, day: i64) -> CertificateEnd {
        let end_time = Some(PbTimestamp { seconds: day * 86_400, nanos: 0 });
        CertificateEnd { agency: agency.into(), kind: kind.into(), own, end_time }
    }

    #[test]
    fn a_status_tells_reasons_first_and_the_nearest_end_of_each_kind() {
        let status = StatusResponse {
            state: NodeState::Full.into(),
            reasons: vec![StateReason { state: NodeState::Full.into(), text: "no room".into() }],
            peers: 4,
            peers_connected: 3,
            consumers: vec![ConsumerLag { consumer: "desk".into(), unacknowledged: 7, last_time: None }],
            disk_free_bytes: 3 << 20,
            disk_reserve_bytes: 256 << 20,
            ends: vec![
                end("nl-om", EndKind::List, false, 3),
                end("nl-om", EndKind::Node, false, 5),
                end("pl-pk", EndKind::Node, false, 6),
                end("fr-jirs", EndKind::Node, true, 9),
            ],
            ..StatusResponse::default()
        };
        let fields = fields(&status);
        let of = |name| fields.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_str());
        assert_eq!(fields[..2], [("state", "full".to_owned()), ("reason", "full: no room".to_owned())]);
        assert_eq!(of("peers"), Some("3 of 4 connected"));
        assert_eq!((of("outbox"), of("consumers")), (Some("0 waiting"), Some("desk 7 behind")));
        assert_eq!(of("disk"), Some("3 MiB free, 256 MiB in reserve"));
        assert_eq!(of("certificate"), Some("ends 1970-01-10 00:00:00Z"));
        assert_eq!(of("partners"), Some("nl-om ends first, 1970-01-06 00:00:00Z"));
        assert_eq!((of("lists"), of("roots")), (Some("nl-om ends first, 1970-01-04 00:00:00Z"), Some("-")));
    }
}
