//! Rosters that change while nodes run: new editions that each node loads when it gets to it, and others that no node may
//! take. Must not decide which roster may follow which; the engine does.

use std::sync::Arc;

use parking_lot::Mutex;
use rogatory_engine::Input;
use rogatory_engine::input::NewRoster;
use rogatory_evidence::{Private, Roster, RosterRefused};

use crate::Broken;
use crate::cast::{Edition, roster};
use crate::federation::Federation;

/// What an engine has to say of a roster that is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It comes into force.
    Taken,
    /// It is older than the one in force.
    Older,
    /// Another one of the same version is in force.
    Changed,
    /// It does not name the agency.
    NotAMember,
}

impl Verdict {
    fn of(refused: &RosterRefused) -> Option<Self> {
        match refused {
            RosterRefused::Older { .. } => Some(Self::Older),
            RosterRefused::Changed(_) => Some(Self::Changed),
            RosterRefused::NotAMember(_) => Some(Self::NotAMember),
            _ => None,
        }
    }
}

/// Answers of engines that were not as they had to be.
pub(crate) type WrongAnswers = Arc<Mutex<Vec<String>>>;

impl Federation {
    /// The federation signs another edition, or a node loads one.
    pub(crate) fn change_roster(&mut self) -> Result<(), Broken> {
        if self.dice.chance(25) {
            let moved = self.dice.below(self.nodes.len());
            self.edition = Edition { version: self.edition.version + 1, moved, ..self.edition.clone() };
            return Ok(());
        }
        let at = self.dice.below(self.nodes.len());
        let (newest, held) = (self.edition.clone(), self.nodes[at].edition.clone());
        let (edition, verdict) = match self.dice.below(10) {
            0 if held.version > 1 => (Edition { version: held.version - 1, ..held }, Verdict::Older),
            1 => (Edition { moved: usize::from(held.moved == 0), ..held }, Verdict::Changed),
            2 => {
                let members = held.members.iter().copied().filter(|member| *member != at).collect();
                (Edition { version: newest.version + 1, members, ..held }, Verdict::NotAMember)
            }
            _ => (newest, Verdict::Taken),
        };
        self.load_roster(at, &edition, verdict)
    }

    /// A node loads an edition; one that is taken is what it starts with from then on.
    pub(crate) fn load_roster(
        &mut self,
        at: usize,
        edition: &Edition,
        expected: Verdict,
    ) -> Result<(), Broken> {
        if self.nodes[at].running.is_none() {
            return Ok(());
        }
        let roster: Arc<Roster> = roster(edition);
        if expected == Verdict::Taken {
            self.nodes[at].edition = edition.clone();
        }
        let wrong = self.wrong_answers.clone();
        let answer = Box::new(move |outcome: Result<_, RosterRefused>| {
            let verdict = outcome.as_ref().map_or_else(Verdict::of, |_| Some(Verdict::Taken));
            if verdict != Some(expected) {
                wrong.lock().push(format!("a roster that had to be {expected:?} was {outcome:?}"));
            }
        });
        let new = Box::new(NewRoster { roster, by: Private::default() });
        self.nodes[at].handle(Input::Roster(new, answer))?;
        match self.wrong_answers.lock().first() {
            Some(wrong) => Err(self.nodes[at].broken(wrong)),
            None => Ok(()),
        }
    }
}
