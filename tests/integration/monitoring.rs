//! The rules and the dashboard that are shipped: each metric exists, each alert leads to a section of the runbooks.
//!
//! Reads them as lines. It must not judge thresholds.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails where something is missing")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rogatory_node::metrics_names::{Kind, METRICS};

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(file(path)).unwrap()
}

/// What stands after a key, line by line.
fn values<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter_map(move |line| line.trim().trim_start_matches("- ").strip_prefix(key)).map(str::trim)
}

/// Names in an expression that are, or look like, metrics of a node.
fn metrics_in(expression: &str) -> BTreeSet<&str> {
    let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("rogatory_") || word.starts_with("process_")).collect()
}

/// The series of every metric; a histogram has three.
fn known() -> BTreeSet<String> {
    let names = METRICS.iter().flat_map(|metric| match metric.kind {
        Kind::Histogram => ["_bucket", "_sum", "_count"].map(|end| format!("{}{end}", metric.name)).to_vec(),
        Kind::Counter | Kind::Gauge => vec![metric.name.to_owned()],
    });
    names.collect()
}

/// The anchor of a heading, as the pages that show Markdown make it.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c)).collect::<String>().replace(' ', "-")
}

#[test]
fn every_metric_in_a_rule_is_one_that_a_node_sets() {
    let rules = read("deploy/monitoring/alerts.yaml");
    let known = known();
    let mut used = BTreeSet::new();
    for expression in values(&rules, "expr:") {
        for metric in metrics_in(expression) {
            assert!(known.contains(metric), "{metric} in: {expression}");
            used.insert(metric);
        }
    }
    assert!(used.len() > 12, "{used:?}");
}

#[test]
fn every_alert_names_a_section_of_the_runbooks_that_exists() {
    let rules = read("deploy/monitoring/alerts.yaml");
    let alerts: Vec<_> = values(&rules, "alert:").collect();
    let runbooks: Vec<_> = values(&rules, "runbook:").collect();
    let expressions = values(&rules, "expr:").count();
    assert!(alerts.len() > 15 && alerts.len() == runbooks.len() && alerts.len() == expressions);
    assert_eq!(alerts.iter().collect::<BTreeSet<_>>().len(), alerts.len(), "two alerts have one name");
    let page = read("docs/operating/runbooks.md");
    let anchors: BTreeSet<String> =
        page.lines().filter_map(|line| line.strip_prefix("## ")).map(anchor).collect();
    for (alert, runbook) in alerts.iter().zip(runbooks) {
        let section = runbook.strip_prefix("docs/operating/runbooks.md#").unwrap();
        assert!(anchors.contains(section), "{alert}: {section}");
        assert!(page.contains(&format!("`{alert}`")), "the runbooks do not name {alert}");
    }
}

#[test]
fn certificates_are_alerted_at_the_days_at_which_the_log_warns() {
    let rules = read("deploy/monitoring/alerts.yaml");
    for before in ["30 * 86400", "7 * 86400", "86400"] {
        let rule = format!("rogatory_certificate_expiry_timestamp_seconds - time() < {before}");
        assert!(values(&rules, "expr:").any(|expression| expression == rule), "{rule}");
    }
}

#[test]
fn every_metric_on_the_dashboard_is_one_that_a_node_sets() {
    let dashboard: serde_json::Value =
        serde_json::from_str(&read("deploy/monitoring/dashboard.json")).unwrap();
    let known = known();
    let panels = dashboard["panels"].as_array().unwrap();
    assert!(panels.len() > 8);
    for panel in panels {
        for target in panel["targets"].as_array().unwrap() {
            let expression = target["expr"].as_str().unwrap();
            let metrics = metrics_in(expression);
            assert!(!metrics.is_empty(), "{expression}");
            for metric in metrics {
                assert!(known.contains(metric), "{metric} in: {expression}");
            }
        }
    }
}
