//! The reference page of the command, written from the tree of verbs. It must not say more than the help does.

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::path::Path;

    use clap::{Command, CommandFactory as _};

    use crate::cli::Cli;

    fn page() -> String {
        let mut page = String::from(
            "# The command\n\nGenerated from the command's own help. `rogatory completions SHELL` writes completions.\n",
        );
        let mut root = Cli::command().term_width(100);
        root.build();
        describe(&root, "rogatory", &mut page);
        page
    }

    fn describe(command: &Command, path: &str, page: &mut String) {
        // A verb that does something without a further one has a help of its own.
        if path == "rogatory" || !command.is_subcommand_required_set() {
            let help = command.clone().bin_name(path).render_long_help().to_string();
            let lines: Vec<_> = help.lines().map(str::trim_end).collect();
            let _ = write!(page, "\n## {path}\n\n```text\n{}\n```\n", lines.join("\n"));
        }
        for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
            describe(verb, &format!("{path} {}", verb.get_name()), page);
        }
    }

    #[test]
    fn the_reference_page_is_the_help() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/cli.md");
        let page = page();
        if std::env::var_os("ROGATORY_BLESS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let stands = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(stands == page, "stale: ROGATORY_BLESS=1 cargo test -p rogatory-cli reference");
    }

    #[test]
    fn the_tree_of_verbs_is_sound() {
        Cli::command().debug_assert();
    }
}
