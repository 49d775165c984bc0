//! Warnings of a form as a node tells them: what is lawful and worth another look.
//!
//! Owns how they are said beside an answer. It must not make any: the node and the check do.

use rogatory_client::pb::casework::v1::Warning;

use crate::output::Output;

/// Prints one line for each warning of what goes to one of several agencies.
pub(super) fn print_of(agency: &str, warnings: &[Warning], output: Output) -> std::io::Result<()> {
    warnings.iter().try_for_each(|warning| output.line(format!("{agency}: {}", line(warning))))
}

/// Prints one line for each warning; in JSON they stand in the value.
pub(super) fn print(warnings: &[Warning], output: Output) -> std::io::Result<()> {
    warnings.iter().try_for_each(|warning| output.line(line(warning)))
}

fn line(warning: &Warning) -> String {
    let text = warning.text.trim_end_matches('.');
    let basis = if warning.article.is_empty() { String::new() } else { format!(" [{}]", warning.article) };
    format!("warning: {}: {text}{basis}", warning.field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_says_where_it_stands_and_which_box_asks_for_it() {
        let warning = Warning {
            field: "form.life".into(),
            rule: "rule".into(),
            article: "box (h)".into(),
            text: "Look again.".into(),
        };
        assert_eq!(line(&warning), "warning: form.life: Look again [box (h)]");
        let of_ours = Warning { article: String::new(), ..warning };
        assert_eq!(line(&of_ours), "warning: form.life: Look again");
    }
}
