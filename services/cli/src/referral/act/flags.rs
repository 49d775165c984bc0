//! One flag for each parameter that an event of any instrument takes, made from their tables.
//!
//! Owns the names of the flags and their help. It must not read a value: which one fits depends on the event.

use std::sync::LazyLock;

use clap::{Arg, ArgAction, ArgMatches, Command};
use rogatory_domain::instrument::{EventDef, GOES_ON_IN_CODE, INSTRUMENTS, ParameterDef, Takes};

/// What is told of an event, by codes of parameters, as it was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct GivenFlags(Vec<(String, String)>);

/// One flag.
struct Flag {
    /// The code of its parameter.
    code: &'static str,
    /// Under which name the parser keeps it, apart from those of the command itself.
    id: String,
    /// Its name behind two hyphens.
    long: String,
    /// The parameters of its code, each with its event.
    parameters: Vec<(&'static EventDef, &'static ParameterDef)>,
}

/// The flags in the order of the tables.
static FLAGS: LazyLock<Vec<Flag>> = LazyLock::new(|| {
    let mut flags: Vec<Flag> = Vec::new();
    let events = INSTRUMENTS.iter().flat_map(|instrument| instrument.events);
    let parameters = events.flat_map(|event| event.parameters.iter().map(move |one| (event, one)));
    // In which referral a case goes on, the node says.
    for (event, parameter) in parameters.filter(|(_, one)| one.code != GOES_ON_IN_CODE) {
        match flags.iter_mut().find(|flag| flag.code == parameter.code) {
            Some(flag) => flag.parameters.push((event, parameter)),
            None => flags.push(Flag {
                code: parameter.code,
                id: format!("told.{}", parameter.code),
                long: parameter.code.replace('_', "-"),
                parameters: vec![(event, parameter)],
            }),
        }
    }
    flags
});

/// How a parameter is given on the command line.
pub(super) fn flag_of(code: &str) -> String {
    format!("--{}", code.replace('_', "-"))
}

impl GivenFlags {
    /// All of it, and what was set by name.
    pub(super) fn with(&self, set: &[String]) -> Vec<(String, String)> {
        let mut all = self.clone();
        all.take(set.to_vec());
        all.0
    }

    /// Has what was set by name told as by flags.
    pub(super) fn take(&mut self, set: Vec<String>) {
        let split = |given: String| {
            let (code, value) = given.split_once('=').unwrap_or((&given, ""));
            (code.replace('-', "_"), value.to_owned())
        };
        self.0.extend(set.into_iter().map(split));
    }

    /// The values that name a message of the same referral.
    pub(super) fn messages(&mut self) -> impl Iterator<Item = &mut String> {
        self.naming(|takes| matches!(takes, Takes::Message))
    }

    /// The values that name another referral.
    pub(super) fn referrals(&mut self) -> impl Iterator<Item = &mut String> {
        self.naming(|takes| matches!(takes, Takes::Referral))
    }

    fn naming(&mut self, is_it: fn(Takes) -> bool) -> impl Iterator<Item = &mut String> {
        let names = move |code: &str| {
            let flag = FLAGS.iter().find(|flag| flag.code == code);
            flag.is_some_and(|flag| flag.parameters.iter().all(|(_, parameter)| is_it(parameter.takes)))
        };
        self.0.iter_mut().filter(move |(code, _)| names(code)).map(|(_, value)| value)
    }
}

impl Flag {
    /// Whether it stands alone in every event.
    fn is_bare(&self) -> bool {
        self.parameters.iter().all(|(_, parameter)| matches!(parameter.takes, Takes::Flag))
    }

    fn value_name(&self) -> &'static str {
        match self.parameters.first().map(|(_, parameter)| parameter.takes) {
            Some(Takes::Day) => "DAY",
            Some(Takes::Message | Takes::Referral) => "ID",
            Some(Takes::Item(_)) => "CODE",
            _ => "NUMBER",
        }
    }

    /// What it says, each meaning once with the events that give it.
    fn help(&self) -> String {
        let mut meanings: Vec<(&str, Vec<&str>)> = Vec::new();
        for (event, parameter) in &self.parameters {
            match meanings.iter_mut().find(|(meaning, _)| *meaning == parameter.meaning) {
                Some((_, events)) if events.contains(&event.code) => {}
                Some((_, events)) => events.push(event.code),
                None => meanings.push((parameter.meaning, vec![event.code])),
            }
        }
        let told = meanings
            .iter()
            .map(|(meaning, events)| format!("{} ({})", meaning.trim_end_matches('.'), events.join(", ")));
        told.collect::<Vec<_>>().join("; ")
    }

    fn arg(&'static self) -> Arg {
        let arg = Arg::new(self.id.as_str()).long(self.long.as_str()).help(self.help()).requires("event");
        let arg = arg.help_heading("What the event tells");
        if self.is_bare() {
            arg.action(ArgAction::SetTrue)
        } else {
            arg.action(ArgAction::Append).value_name(self.value_name())
        }
    }
}

impl clap::Args for GivenFlags {
    fn augment_args(command: Command) -> Command {
        command.args(FLAGS.iter().map(Flag::arg))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for GivenFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut told = Self::default();
        told.update_from_arg_matches(matches)?;
        Ok(told)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for flag in FLAGS.iter() {
            if flag.is_bare() {
                let is_set = matches.get_flag(&flag.id);
                self.0.extend(is_set.then(|| (flag.code.to_owned(), String::new())));
            } else {
                let values = matches.get_many::<String>(&flag.id).into_iter().flatten();
                self.0.extend(values.map(|value| (flag.code.to_owned(), value.clone())));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn read(arguments: &[&str]) -> GivenFlags {
        let command = Command::new("act").arg(Arg::new("event").long("event").action(ArgAction::Set));
        let matches = GivenFlags::augment_args(command).try_get_matches_from(arguments).unwrap();
        GivenFlags::from_arg_matches(&matches).unwrap()
    }

    #[test]
    fn every_parameter_of_every_event_has_a_flag_that_says_which_events_take_it() {
        let events = INSTRUMENTS.iter().flat_map(|instrument| instrument.events);
        let parameters = events.flat_map(|event| event.parameters.iter().map(move |one| (event, one)));
        for (event, parameter) in parameters.filter(|(_, one)| one.code != GOES_ON_IN_CODE) {
            let flag = FLAGS.iter().find(|flag| flag.code == parameter.code).unwrap();
            assert!(flag.help().contains(event.code), "{}", flag.help());
            let name = flag_of(parameter.code);
            let given = if flag.is_bare() {
                vec!["act", "--event", "e", &name]
            } else {
                vec!["act", "--event", "e", &name, "x"]
            };
            let value = if flag.is_bare() { "" } else { "x" };
            assert_eq!(read(&given), GivenFlags(vec![(parameter.code.to_owned(), value.to_owned())]));
        }
    }

    #[test]
    fn what_is_set_by_name_comes_after_the_flags() {
        let told = GivenFlags(vec![("day".to_owned(), "2021-06-20".to_owned())]);
        let all = told.with(&["some-flag".to_owned(), "ground=4(6)".to_owned()]);
        let codes: Vec<_> = all.iter().map(|(code, value)| (code.as_str(), value.as_str())).collect();
        assert_eq!(codes, [("day", "2021-06-20"), ("some_flag", ""), ("ground", "4(6)")]);
    }

    #[test]
    fn a_message_that_is_named_by_flag_or_by_name_is_found_to_be_one() {
        let mut told = GivenFlags(vec![("day".to_owned(), "2021-06-20".to_owned())]);
        told.take(vec!["answers=deadbeef".to_owned()]);
        assert_eq!(told.messages().collect::<Vec<_>>(), ["deadbeef"]);
    }
}
