//! How results are shown: tables for people, JSON for programs, both on standard output. Everything else goes to
//! standard error. Whatever is printed may hold texts of others, so nothing leaves here without its hidden controls
//! escaped. It must not decide what is shown.

use std::io::{self, Write};
use std::sync::LazyLock;

use anyhow::Context as _;
use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;
use prost_reflect::prost::Message as _;
use prost_reflect::{DescriptorError, DescriptorPool, DynamicMessage, MessageDescriptor, SerializeOptions};
use rogatory_client::pb::casework::v1::Referral;
use rogatory_domain::text::{escaped, escaped_json};
use rogatory_wire::due;
use rogatory_wire::instant::{PbTimestamp, told};
use serde::Serialize;

/// Format of what goes to standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables and lines for people.
    #[default]
    Table,
    /// JSON: one object, or one a line where results come as a stream.
    Json,
}

/// Where results go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output(Format);

impl Output {
    /// In this format.
    pub(crate) fn new(format: Format) -> Self {
        Self(format)
    }

    /// Whether a program reads the results.
    pub(crate) fn is_json(self) -> bool {
        self.0 == Format::Json
    }

    /// Prints one line of text, or nothing when a program reads.
    pub(crate) fn line(self, text: impl AsRef<str>) -> io::Result<()> {
        if self.is_json() { Ok(()) } else { print(&escaped(text.as_ref()).to_string()) }
    }

    /// Prints a text of several lines, whatever the format.
    pub(crate) fn text(self, text: &str) -> io::Result<()> {
        print(&lines_escaped(text))
    }

    /// Prints rows under a header, or a value as JSON.
    pub(crate) fn table<T: Serialize>(
        self,
        header: &[&str],
        rows: impl IntoIterator<Item = Vec<String>>,
        value: &T,
    ) -> anyhow::Result<()> {
        if self.is_json() {
            return self.value(value);
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(header.iter().map(|title| title.to_uppercase()));
        let shown = |row: Vec<String>| row.iter().map(|cell| escaped(cell).to_string()).collect();
        let rows: Vec<Vec<String>> = rows.into_iter().map(shown).collect();
        if rows.is_empty() {
            note("nothing to show");
            return Ok(());
        }
        table.add_rows(&rows);
        table.column_iter_mut().for_each(|column| {
            column.set_padding((0, 2));
        });
        let text = table.trim_fmt();
        // In a pipe there is no width, and every row stays one line.
        let fits = |width| text.lines().all(|line| line.chars().count() <= usize::from(width));
        if table.width().is_none_or(fits) { Ok(print(&text)?) } else { Ok(print(&blocks(header, &rows))?) }
    }

    /// Prints names with their values, or a value as JSON.
    pub(crate) fn fields<T: Serialize>(self, fields: &[(&str, String)], value: &T) -> anyhow::Result<()> {
        if self.is_json() {
            return self.value(value);
        }
        let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in fields {
            print(&format!("{name:<width$}  {}", escaped(value)))?;
        }
        Ok(())
    }

    /// Prints a value as JSON, whatever the format.
    pub(crate) fn value<T: Serialize>(self, value: &T) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(value).context("the result is not JSON")?;
        Ok(print(&escaped_json(&text).to_string())?)
    }

    /// Prints a value as one line of JSON.
    pub(crate) fn json_line<T: Serialize>(self, value: &T) -> anyhow::Result<()> {
        let text = serde_json::to_string(value).context("the result is not JSON")?;
        Ok(print(&escaped_json(&text).to_string())?)
    }
}

/// Results that come one by one. A program gets each as it comes; of a table only its cells are kept, since their width is known at
/// the end.
pub(crate) struct Listed<'a> {
    header: &'a [&'a str],
    rows: Vec<Vec<String>>,
    count: usize,
    output: Output,
}

impl<'a> Listed<'a> {
    /// Begins a list under a header.
    pub(crate) fn begin(header: &'a [&'a str], output: Output) -> Self {
        Self { header, rows: Vec::new(), count: 0, output }
    }

    /// Adds a result: its cells for people, a value for programs.
    pub(crate) fn row<T: Serialize>(
        &mut self,
        cells: impl FnOnce() -> Vec<String>,
        value: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<()> {
        if self.output.is_json() {
            let text = serde_json::to_string_pretty(&value()?).context("the result is not JSON")?;
            let text = escaped_json(&text).to_string().replace('\n', "\n  ");
            // Nothing is printed before the first one: a refusal is a value of its own.
            let before = if self.count == 0 { "[\n  " } else { ",\n  " };
            raw(format!("{before}{text}").as_bytes())?;
        } else {
            self.rows.push(cells());
        }
        self.count += 1;
        Ok(())
    }

    /// Ends the list, and says how many results there were.
    pub(crate) fn end(self) -> anyhow::Result<usize> {
        if self.output.is_json() {
            raw(if self.count == 0 { b"[]\n" } else { b"\n]\n" })?;
        } else {
            self.output.table(self.header, self.rows, &())?;
        }
        Ok(self.count)
    }
}

/// A text whose line breaks are its own; everything else that is hidden is escaped.
pub(crate) fn lines_escaped(text: &str) -> String {
    text.lines().map(|line| escaped(line).to_string()).collect::<Vec<_>>().join("\n")
}

/// Rows too wide for a line, each as lines of names with values: what is wrapped cannot be copied.
fn blocks(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = header.iter().map(|name| name.len()).max().unwrap_or(0);
    let line = |(name, value): (&&str, &String)| format!("{name:<width$}  {value}");
    let block = |row: &Vec<String>| header.iter().zip(row).map(line).collect::<Vec<_>>().join("\n");
    rows.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

/// Whoever read the results has gone.
#[derive(Debug, thiserror::Error)]
#[error("standard output was closed")]
pub(crate) struct ReaderGone;

/// Prints to standard output; a reader that went away is not an error worth a panic.
fn print(text: &str) -> io::Result<()> {
    raw(text.as_bytes()).and_then(|()| raw(b"\n"))
}

/// Writes bytes as they are to standard output.
pub(crate) fn raw(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => io::Error::new(error.kind(), ReaderGone),
        _ => error,
    })
}

/// Says something to the person, not to a program. Text of others that is part of it comes on one line: [`escaped`].
pub(crate) fn note(text: impl AsRef<str>) {
    let _ = writeln!(io::stderr().lock(), "{}", lines_escaped(text.as_ref()));
}

/// A protobuf message as protobuf JSON with the names of its fields as in the protobuf files.
pub(crate) fn json_of(
    name: &str,
    message: &impl prost_reflect::prost::Message,
) -> anyhow::Result<serde_json::Value> {
    json_of_encoded(name, &message.encode_to_vec(), false)
}

/// The same of encoded bytes; what says nothing may be left out, as whoever fills it in would.
pub(crate) fn json_of_encoded(name: &str, bytes: &[u8], is_short: bool) -> anyhow::Result<serde_json::Value> {
    let dynamic = DynamicMessage::decode(kind_of(name)?, bytes)?;
    let options = SerializeOptions::new()
        .use_proto_field_name(true)
        .skip_default_fields(is_short)
        .stringify_64_bit_integers(false);
    Ok(dynamic.serialize_with_options(serde_json::value::Serializer, &options)?)
}

/// The encoded bytes of a protobuf message in the shape of protobuf JSON.
pub(crate) fn encoded(name: &str, value: serde_json::Value) -> anyhow::Result<Vec<u8>> {
    Ok(DynamicMessage::deserialize(kind_of(name)?, value)?.encode_to_vec())
}

/// The description of a message. The built-in ones are read once: a list has one for each of its rows.
fn kind_of(name: &str) -> anyhow::Result<MessageDescriptor> {
    static POOL: LazyLock<Result<DescriptorPool, DescriptorError>> =
        LazyLock::new(|| DescriptorPool::decode(rogatory_wire::DESCRIPTORS));
    let pool = POOL.as_ref().context("the built-in descriptors")?;
    pool.get_message_by_name(name).with_context(|| format!("no message {name}"))
}

/// A bar on standard error; hidden unless that is a terminal.
pub(crate) fn progress(total: u64, what: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}");
    let bar = ProgressBar::new(total).with_message(what.to_owned());
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// An instant of the wire for people: UTC to the second; a dash for none.
pub(crate) fn instant(at: Option<PbTimestamp>) -> String {
    let at = told(at).map(|at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string());
    at.unwrap_or_else(|| dash(""))
}

/// An instant of the wire as the clocks of the State show it whose calendar counts for a referral; a dash for none.
pub(crate) fn instant_there(at: Option<PbTimestamp>, referral: &Referral) -> String {
    let there = |at| due::told(at, &referral.jurisdiction, referral.calendar_edition);
    told(at).map_or_else(|| dash(""), there)
}

/// How long ago an instant of the wire was, to its two largest units; a dash for none.
pub(crate) fn age(at: Option<PbTimestamp>) -> String {
    let seconds = told(at).map(|at| Timestamp::now().duration_since(at).as_secs().max(0));
    seconds.map_or_else(|| dash(""), spell)
}

/// A time in seconds, in its two largest units.
pub(crate) fn spell(seconds: i64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        3_600..86_400 => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds % 86_400 / 3_600),
    }
}

/// A text, or a dash for none.
pub(crate) fn dash(text: &str) -> String {
    if text.is_empty() { "-".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_lines_and_shows_what_would_be_hidden() {
        assert_eq!(lines_escaped("one\n\u{1b}[2Jtwo\u{202e}"), "one\n\\u{1b}[2Jtwo\\u{202e}");
    }

    #[test]
    fn a_time_is_told_in_its_two_largest_units() {
        for (seconds, told) in
            [(0, "0 s"), (61, "1 min 1 s"), (7_260, "2 h 1 min"), (3 * 86_400 + 3_700, "3 d 1 h")]
        {
            assert_eq!(spell(seconds), told);
        }
        assert_eq!(age(None), "-");
    }

    #[test]
    fn rows_that_are_too_wide_become_blocks_and_nothing_is_cut() {
        let rows = [["a", "taken"], ["b", "waiting"]].map(|row| row.map(String::from).to_vec());
        assert_eq!(
            blocks(&["id", "status"], &rows),
            "id      a\nstatus  taken\n\nid      b\nstatus  waiting"
        );
    }
}
