//! What an operator sees of a configuration that is right, and of one that is not.

use std::collections::BTreeSet;
use std::path::Path;

use toml::{Table, Value};

use super::{Alarms, Config, ConfigError, ConfigFault, OPTIONS, Preset, Sealing, reference_page};

const SHORT: &str = include_str!("../../../../deploy/conf/node.toml");
const FULL: &str = include_str!("../../../../deploy/conf/node_full.toml");

fn faults(text: &str) -> Vec<ConfigFault> {
    match Config::parse(text, Path::new("/etc/rogatory")) {
        Err(ConfigError::Faults(faults)) => faults,
        other => panic!("{other:?}"),
    }
}

fn keys(table: &Table, above: &str) -> BTreeSet<String> {
    let path = |key: &str| if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") };
    table
        .iter()
        .flat_map(|(key, value)| match value {
            Value::Table(inner) => keys(inner, &path(key)),
            Value::Array(items) if items.iter().all(Value::is_table) => {
                let of = |item: &Value| keys(item.as_table().unwrap(), &format!("{}[]", path(key)));
                items.iter().flat_map(of).collect()
            }
            _ => BTreeSet::from([path(key)]),
        })
        .collect()
}

#[test]
fn the_full_example_lists_every_key_of_the_table_and_of_the_struct() {
    let table: BTreeSet<_> = OPTIONS.iter().map(|setting| setting.key.to_owned()).collect();
    let written: Table = FULL.parse().unwrap();
    assert_eq!(keys(&written, ""), table);
    let config = Config::parse(FULL, Path::new("/etc/rogatory")).unwrap();
    assert_eq!(keys(&Table::try_from(&config).unwrap(), ""), table);
}

#[test]
fn the_full_example_shows_the_defaults() {
    let written: Table = FULL.parse().unwrap();
    for setting in OPTIONS {
        let value = setting.key.split('.').fold(None, |above: Option<&Value>, key| {
            let (key, is_list) = key.strip_suffix("[]").map_or((key, false), |key| (key, true));
            let value = above.map_or_else(|| written.get(key), |value| value.get(key));
            if is_list { value.and_then(|items| items.get(0)) } else { value }
        });
        match setting.preset {
            Preset::Number(number) => {
                assert_eq!(value.and_then(Value::as_integer), Some(number), "{}", setting.key);
            }
            Preset::Text(text) => assert_eq!(value.and_then(Value::as_str), Some(text), "{}", setting.key),
            Preset::Required | Preset::Absent => assert!(value.is_some(), "{}", setting.key),
        }
    }
}

#[test]
fn the_short_example_takes_the_defaults_and_paths_start_at_the_file() {
    let config = Config::parse(SHORT, Path::new("/etc/rogatory")).unwrap();
    assert_eq!(config.delivery.retry_hours, 72);
    assert_eq!(config.keys.ledger, Path::new("/etc/rogatory/ledger.key"));
    assert_eq!(config.data_dir, Path::new("/var/lib/rogatory/data"));
    assert_eq!(config.guard_dir(), config.data_dir);
    assert!(!config.shares_listener());
}

#[test]
fn a_misspelt_key_is_named_with_its_path_and_the_nearest_known_one() {
    for (right, wrong, section, key) in [
        ("peers =", "peer =", "listen.peer", "listen.peers"),
        ("vault_dir =", "valt_dir =", "keys.valt_dir", "keys.vault_dir"),
        ("data_dir =", "datadir =", "datadir", "data_dir"),
        ("[roster]", "[rooster]", "rooster", "roster"),
    ] {
        let faults = faults(&SHORT.replace(right, wrong));
        let fault = faults.iter().find(|fault| fault.key == section).expect(wrong);
        assert_eq!(fault.text, format!("no such key; did you mean `{key}`?"));
    }
    let moved = faults(&SHORT.replace("[listen]", "retry_hours = 3\n[listen]"));
    assert_eq!(moved[0].to_string(), "retry_hours: no such key; did you mean `delivery.retry_hours`?");
    let strange = faults(&format!("zzzzzzzzzz = 1\n{SHORT}"));
    assert_eq!(strange[0].to_string(), "zzzzzzzzzz: no such key");
}

#[test]
fn every_fault_is_reported_at_once() {
    let text = "agency = \"Nope\"\nfederation = 3\nlog = 1\n[listen]\npeers = \"7443\"\n[delivery]\nretry_hours = 0\n";
    let found = faults(text);
    for key in [
        "agency",
        "federation",
        "log",
        "listen.peers",
        "listen.clients",
        "delivery.retry_hours",
        "keys.ledger",
    ] {
        assert!(found.iter().any(|fault| fault.key == key), "{key}: {found:?}");
    }
    let message = Config::parse(text, Path::new("")).unwrap_err().to_string();
    assert!(message.contains("delivery.retry_hours: 0 is not a whole number from 1 to 8760"), "{message}");
}

#[test]
fn each_fault_of_a_section_that_is_there_twice_is_named_with_its_place() {
    let hook = |name: &str, url: &str, more: &str| {
        format!("[[notify.webhook]]\nname = \"{name}\"\nurl = \"{url}\"\nsecret = \"hook.secret\"\n{more}\n")
    };
    let sound = hook("desk", "https://alarms.example/", "");
    let config = Config::parse(&format!("{SHORT}\n{sound}"), Path::new("/etc/rogatory")).unwrap();
    let read = &config.notify.webhook[0];
    assert_eq!((read.secret.as_path(), read.alarms), (Path::new("/etc/rogatory/hook.secret"), Alarms::All));
    let text = [
        SHORT.to_owned(),
        sound,
        hook("desk", "http://alarms.example/", "colour = 1"),
        "[[notify.webhook]]\nname = \"Desk!\"\nalarms = \"some\"\n".to_owned(),
    ];
    let found: Vec<_> = faults(&text.join("\n")).into_iter().map(|fault| fault.key).collect();
    for key in ["[1].colour", "[2].name", "[1].url", "[2].url", "[2].secret", "[2].alarms", "[1].name"] {
        let key = format!("notify.webhook{key}");
        assert!(found.contains(&key), "{key}: {found:?}");
    }
    assert_eq!(found.len(), 7, "{found:?}");
    let value = faults(&format!("{SHORT}\n[notify]\nwebhook = [1]\n"));
    assert!(value[0].to_string().starts_with("notify.webhook[0]: a section, not a value"), "{value:?}");
}

#[test]
fn every_fault_of_a_mail_is_named_with_its_place_and_also_what_two_keys_say_together() {
    let mail = "[[notify.mail]]\nname = \"duty\"\nrelay = \"mail.example:465\"\nroots = \"roots.pem\"\n\
                from = \"rogatory@nl.example\"\nto = [\"duty@nl.example\"]\n";
    let config = Config::parse(&format!("{SHORT}\n{mail}"), Path::new("/etc/rogatory")).unwrap();
    let read = &config.notify.mail[0];
    assert_eq!((read.tls, read.alarms, read.to.len()), (Sealing::Required, Alarms::All, 1));
    assert_eq!(read.roots.as_deref(), Some(Path::new("/etc/rogatory/roots.pem")));
    let wrong = [
        // Nothing of it is right.
        "relay = \"mail.example\"\ntls = \"some\"\nuser = \"\"\nfrom = \"Duty <a@b.example>\"\nto = []\nalarms = 1\ncolour = 1\n",
        // Each value is right, and what they say together is not.
        "name = \"duty\"\nrelay = \"mail.example:25\"\ntls = \"none\"\nuser = \"node\"\nfrom = \"a@b.example\"\nto = [\"a@b.example\"]\n",
        "name = \"more\"\nrelay = \"[::1]:25\"\ntls = \"none\"\npassword = \"password\"\nfrom = \"a@b.example\"\nto = [\"a@b.example\", 1]\n",
    ];
    let text: Vec<_> = wrong.map(|mail| format!("[[notify.mail]]\n{mail}")).into();
    let found = faults(&format!("{SHORT}\n{mail}{}", text.concat()));
    let keys: BTreeSet<_> = found.iter().map(|fault| fault.key.trim_start_matches("notify.mail")).collect();
    let expected = [
        "[1].name",
        "[1].relay",
        "[1].tls",
        "[1].user",
        "[1].password",
        "[1].from",
        "[1].to",
        "[1].alarms",
        "[1].colour",
        "[2].name",
        "[2].tls",
        "[2].password",
        "[3].user",
        "[3].to",
    ];
    assert_eq!(keys, BTreeSet::from(expected), "{found:?}");
    let said: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert!(
        said.iter()
            .any(|said| said.starts_with("notify.mail[2].tls: \"none\" is for a relay on this machine")),
        "{said:?}"
    );
}

#[test]
fn a_port_that_the_system_would_choose_is_refused_under_each_option() {
    for key in ["peers", "clients", "metrics"] {
        let listen = ["peers", "clients", "metrics"]
            .map(|other| format!("{other} = \"127.0.0.1:{}\"\n", if other == key { 0 } else { 7443 }));
        let found = faults(&format!("[listen]\n{}", listen.concat()));
        let found: Vec<_> = found.iter().filter(|fault| fault.key.starts_with("listen.")).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        let said = found[0].to_string();
        assert!(said.starts_with(&format!("listen.{key}: \"127.0.0.1:0\" is not an address")), "{said}");
    }
}

#[test]
fn what_is_no_toml_is_named_by_its_line() {
    let error = Config::parse("agency = \"nl-om\"\nfederation == 1\n", Path::new("")).unwrap_err();
    assert!(matches!(error, ConfigError::Syntax { line: 2, .. }), "{error}");
}

#[test]
fn the_reference_page_has_a_row_for_every_option() {
    let page = reference_page();
    assert_eq!(page.lines().filter(|line| line.starts_with("| `")).count(), OPTIONS.len());
}

#[test]
fn a_filter_that_names_no_level_is_refused_by_its_key() {
    let filtered =
        |filter: &str| Config::parse(&format!("{SHORT}\n[log]\nfilter = \"{filter}\"\n"), Path::new("/"));
    for sound in ["info", "warn,h2=debug", "off", "rogatory_node[call]=trace"] {
        assert!(filtered(sound).is_ok(), "{sound}");
    }
    for nonsense in ["loud", "info,rogatory_node=loud", "info;warn", "info,node"] {
        let Err(ConfigError::Faults(faults)) = filtered(nonsense) else { panic!("{nonsense} is taken") };
        assert_eq!(faults[0].key, "log.filter");
    }
}
