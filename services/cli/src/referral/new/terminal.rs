//! Questions and answers, line by line: a prompt goes out, a line comes in, and an answer that cannot be read is asked for again.
//! It must not know what is asked.

use std::io::{BufRead, Read as _, Write};

use rogatory_domain::text::escaped;
use rogatory_forms::description::Choice;

use crate::failure::Misuse;

/// Bytes of one line that are read; more than any text may have.
const LINE_BYTES_MAX: u64 = 1024 * 1024;

/// Where answers come from and prompts go to.
pub(super) struct Terminal<R, W> {
    input: R,
    prompts: W,
    /// Whether somebody answers who can be asked again. Answers of a file or a pipe were written before the questions: one that
    /// does not fit ends the interview, since those after it would answer other questions.
    asks_again: bool,
    /// Lines that were read.
    line_count: usize,
}

impl<R: BufRead, W: Write> Terminal<R, W> {
    /// Over these two.
    pub(super) fn new(input: R, prompts: W, asks_again: bool) -> Self {
        Self { input, prompts, asks_again, line_count: 0 }
    }

    /// Says why the answer before is not taken.
    pub(super) fn refuse(&mut self, why: &str) -> Result<(), Misuse> {
        if !self.asks_again {
            let line = self.line_count;
            return Err(Misuse(format!("line {line} of the answers: {why} Nothing was written.")));
        }
        self.say(why);
        Ok(())
    }

    /// Says something.
    pub(super) fn say(&mut self, text: &str) {
        let _ = writeln!(self.prompts, "{}", escaped(text));
    }

    /// One line, without the spaces around it.
    pub(super) fn line(&mut self) -> Result<String, Misuse> {
        let _ = write!(self.prompts, "> ");
        let _ = self.prompts.flush();
        let line = self.raw_line()?;
        Ok(line.trim().to_owned())
    }

    /// A text of lines until one that holds a single dot; an empty first line is an empty text.
    pub(super) fn lines(&mut self) -> Result<String, Misuse> {
        let mut lines = vec![self.line()?];
        if lines[0].is_empty() || lines[0] == "." {
            return Ok(String::new());
        }
        loop {
            let line = self.raw_line()?;
            if line.trim() == "." {
                return Ok(lines.join("\n").trim_end().to_owned());
            }
            lines.push(line.trim_end().to_owned());
        }
    }

    fn raw_line(&mut self) -> Result<String, Misuse> {
        let mut line = String::new();
        let read = self.input.by_ref().take(LINE_BYTES_MAX).read_line(&mut line);
        match read {
            Ok(0) => {
                Err(Misuse("the answers ended before the request was whole; nothing was written".to_owned()))
            }
            Ok(_) => {
                self.line_count += 1;
                if !self.asks_again {
                    // A terminal shows what is typed; here the page would lack the answers.
                    self.say(line.trim_end());
                }
                Ok(line)
            }
            Err(error) => Err(Misuse(format!("standard input cannot be read: {error}"))),
        }
    }

    /// Whether the answer is yes; an empty one is no.
    pub(super) fn agrees(&mut self, question: &str) -> Result<bool, Misuse> {
        loop {
            self.say(&format!("{question} [y/n]"));
            match self.line()?.to_lowercase().as_str() {
                "y" | "yes" => return Ok(true),
                "" | "n" | "no" => return Ok(false),
                _ => self.refuse("Answer y or n.")?,
            }
        }
    }

    /// Shows what can be chosen.
    pub(super) fn list(&mut self, choices: &[Choice]) {
        for (place, choice) in choices.iter().enumerate() {
            self.say(&format!("  {}. {}: {}", place + 1, choice.code, choice.label));
        }
    }
}

/// What an answer chooses: its word, or its number in the list. Words come first, since some are numbers.
pub(super) fn chosen<'a>(answer: &str, choices: &'a [Choice]) -> Option<&'a str> {
    let by_word = choices.iter().find(|choice| choice.code == answer);
    let by_word = by_word.or_else(|| choices.iter().find(|choice| choice.code.eq_ignore_ascii_case(answer)));
    let place = || answer.parse::<usize>().ok()?.checked_sub(1);
    by_word.or_else(|| choices.get(place()?)).map(|choice| choice.code)
}

#[cfg(test)]
mod tests {
    use rogatory_forms::description::choice;

    use super::*;

    #[test]
    fn something_is_chosen_by_its_word_or_its_number() {
        let choices = [choice("urgent", "Soon"), choice("2", "A number as a word"), choice("A", "A letter")];
        assert_eq!(chosen("1", &choices), Some("urgent"));
        assert_eq!(chosen("2", &choices), Some("2"));
        assert_eq!(chosen("a", &choices), Some("A"));
        assert_eq!(chosen("4", &choices), None);
        assert_eq!(chosen("0", &choices), None);
    }

    #[test]
    fn a_text_ends_with_a_dot_and_answers_that_end_early_are_an_error() {
        let mut terminal = Terminal::new(&b"one\n\ntwo \n.\n\nrest\n"[..], Vec::new(), true);
        assert_eq!(terminal.lines().unwrap(), "one\n\ntwo");
        assert_eq!(terminal.lines().unwrap(), "");
        assert_eq!(terminal.line().unwrap(), "rest");
        assert!(terminal.line().is_err());
    }

    #[test]
    fn an_answer_that_does_not_fit_ends_an_interview_in_which_nobody_can_be_asked_again() {
        let mut prompts = Vec::new();
        let mut terminal = Terminal::new(&b"y\nperhaps\ny\n"[..], &mut prompts, false);
        assert_eq!(terminal.agrees("One?").ok(), Some(true));
        let refused = terminal.agrees("Two?").unwrap_err().to_string();
        assert_eq!(refused, "line 2 of the answers: Answer y or n. Nothing was written.");
        let said = String::from_utf8(prompts).unwrap();
        assert_eq!(said, "One? [y/n]\n> y\nTwo? [y/n]\n> perhaps\n");
    }
}
