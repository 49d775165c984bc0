//! The machine of the warrant under another act: the same rows, clocks and lists, under that act's articles and in its words.
//!
//! Owns the derivation, which the compiler runs: an article that the act does not number does not build. It must not know which acts
//! there are: each brings its [`Agreement`], and writes its tables with `under_agreement!`.

use super::{capacity, clock, event, figure, question, rule};
use crate::instrument::clock::ClockDef;
use crate::instrument::definition::{CapacityDef, Item, ListDef, QuestionDef};
use crate::instrument::event::{Count, EventDef, ParameterDef, Takes};
use crate::instrument::figure::{FigureDef, Only};
use crate::instrument::rule::Rule;
use crate::instrument::same;
use crate::mark::Mark;

/// Most parameters of one event of the machine.
pub(in crate::instrument) const PARAMETERS_MAX: usize = 11;
/// Events of the machine; those that an act adds come behind them.
pub(in crate::instrument) const EVENTS: usize = event::TABLE.len();

/// Parameters of each event of the machine; what is behind those that an event has means nothing.
pub(in crate::instrument) type Parameters = [[ParameterDef; PARAMETERS_MAX]; EVENTS];

/// What another act changes.
pub(in crate::instrument) struct Agreement {
    /// Article of the Framework Decision, article of the act, and how far that was checked. An item of a list whose article has no
    /// counterpart is left out: there the act's is empty.
    pub(in crate::instrument) articles: &'static [(&'static str, &'static str, Mark)],
    /// Other words, by the code of an event, a question, a capacity, a list or an item; of a clock, what its end means.
    pub(in crate::instrument) words: &'static [(&'static str, &'static str)],
}

impl Agreement {
    /// The article of the act, and how far it was checked.
    #[expect(clippy::panic, reason = "the compiler runs it, and then it does not build")]
    const fn article(&self, of: &str) -> (&'static str, Mark) {
        let mut at = 0;
        while at < self.articles.len() {
            let (known, own, mark) = self.articles[at];
            if same(known, of) {
                return (own, mark);
            }
            at += 1;
        }
        panic!("the act has a number for every article of the machine, or says that it has none")
    }

    const fn word(&self, code: &str, otherwise: &'static str) -> &'static str {
        let mut at = 0;
        while at < self.words.len() {
            let (known, own) = self.words[at];
            if same(known, code) {
                return own;
            }
            at += 1;
        }
        otherwise
    }

    /// The rows of the machine, and behind them those of the act alone.
    pub(in crate::instrument) const fn rules<const N: usize>(&self, more: &[Rule]) -> [Rule; N] {
        let own = rule::TABLE.len();
        assert!(own + more.len() == N, "so many rows");
        let (mut rules, mut at) = ([rule::TABLE[0]; N], 0);
        while at < N {
            rules[at] = if at < own {
                let (article, mark) = self.article(rule::TABLE[at].article);
                Rule { article, mark, ..rule::TABLE[at] }
            } else {
                more[at - own]
            };
            at += 1;
        }
        rules
    }

    /// The events of the machine with these parameters, and behind them those of the act alone.
    pub(in crate::instrument) const fn events<const N: usize>(
        &self,
        parameters: &'static Parameters,
        more: &[EventDef],
    ) -> [EventDef; N] {
        assert!(EVENTS + more.len() == N, "so many events");
        let (mut events, mut at) = ([event::TABLE[0]; N], 0);
        while at < N {
            events[at] = if at < EVENTS {
                let one = event::TABLE[at];
                let reasons = match one.reasons {
                    Some(article) => Some(self.article(article).0),
                    None => None,
                };
                let (own, _) = parameters[at].split_at(one.parameters.len());
                EventDef { meaning: self.word(one.code, one.meaning), parameters: own, reasons, ..one }
            } else {
                more[at - EVENTS]
            };
            at += 1;
        }
        events
    }

    /// The parameters of the machine, which choose from these lists.
    pub(in crate::instrument) const fn parameters(&self, lists: &[&'static ListDef]) -> Parameters {
        let none = ParameterDef::new("", Takes::Flag, Count::Maybe, "");
        let (mut parameters, mut at) = ([[none; PARAMETERS_MAX]; EVENTS], 0);
        while at < EVENTS {
            let own = event::TABLE[at].parameters;
            assert!(own.len() <= PARAMETERS_MAX, "there is room for the parameters of an event");
            let mut one = 0;
            while one < own.len() {
                parameters[at][one] = own[one];
                if let Takes::Item(list) = own[one].takes {
                    parameters[at][one].takes = Takes::Item(of_code(lists, list.code));
                }
                one += 1;
            }
            at += 1;
        }
        parameters
    }

    /// The clocks of the machine.
    pub(in crate::instrument) const fn clocks(&self) -> [ClockDef; clock::TABLE.len()] {
        let (mut clocks, mut at) = ([clock::TABLE[0]; clock::TABLE.len()], 0);
        while at < clocks.len() {
            let one = clock::TABLE[at];
            let (article, mark) = self.article(one.article);
            clocks[at] = ClockDef { article, mark, on_expiry: self.word(one.code, one.on_expiry), ..one };
            at += 1;
        }
        clocks
    }

    /// How many items a list has under the act, with those of the act alone.
    pub(in crate::instrument) const fn count(&self, list: &ListDef, more: &[Item]) -> usize {
        let (mut count, mut at) = (more.len(), 0);
        while at < list.items.len() {
            count += !self.article(list.items[at].article).0.is_empty() as usize;
            at += 1;
        }
        count
    }

    /// The items of a list, and behind them those of the act alone. An item whose code is its article has the act's as its code.
    pub(in crate::instrument) const fn items<const N: usize>(
        &self,
        list: &ListDef,
        more: &[Item],
    ) -> [Item; N] {
        let (mut items, mut count, mut at) = ([list.items[0]; N], 0, 0);
        while at < list.items.len() {
            let one = list.items[at];
            let (article, mark) = self.article(one.article);
            if !article.is_empty() {
                let code = if same(one.code, one.article) { article } else { one.code };
                let meaning = self.word(one.code, one.meaning);
                items[count] = Item { code, meaning, article, mark, ..one };
                count += 1;
            }
            at += 1;
        }
        at = 0;
        while at < more.len() {
            items[count + at] = more[at];
            at += 1;
        }
        items
    }

    /// A list with these items.
    pub(in crate::instrument) const fn list(&self, from: &ListDef, items: &'static [Item]) -> ListDef {
        ListDef { code: from.code, meaning: self.word(from.code, from.meaning), items }
    }

    /// The capacities of the machine.
    pub(in crate::instrument) const fn capacities(&self) -> [CapacityDef; capacity::TABLE.len()] {
        let (mut all, mut at) = ([capacity::TABLE[0]; capacity::TABLE.len()], 0);
        while at < all.len() {
            let one = capacity::TABLE[at];
            all[at] = CapacityDef { meaning: self.word(one.code, one.meaning), ..one };
            at += 1;
        }
        all
    }

    /// What is counted of the machine. The questionnaire is of the Framework Decision, so that its figures have no article here.
    pub(in crate::instrument) const fn figures(&self) -> [FigureDef; figure::TABLE.len()] {
        let (mut all, mut at) = ([figure::TABLE[0]; figure::TABLE.len()], 0);
        while at < all.len() {
            let one = figure::TABLE[at];
            let only = match one.only {
                Only::Naming(event, item) => Only::Naming(event, self.item(item)),
                other => other,
            };
            all[at] = FigureDef { article: "–", only, ..one };
            at += 1;
        }
        all
    }

    /// The code of an item under the act: its article, where the code of the machine is one.
    const fn item(&self, code: &'static str) -> &'static str {
        let mut at = 0;
        while at < self.articles.len() {
            let (known, own, _) = self.articles[at];
            if same(known, code) && !own.is_empty() {
                return own;
            }
            at += 1;
        }
        code
    }

    /// What can be asked in the machine.
    pub(in crate::instrument) const fn questions(&self) -> [QuestionDef; question::TABLE.len()] {
        let (mut all, mut at) = ([question::TABLE[0]; question::TABLE.len()], 0);
        while at < all.len() {
            let one = question::TABLE[at];
            all[at] = QuestionDef { meaning: self.word(one.code, one.meaning), ..one };
            at += 1;
        }
        all
    }
}

#[expect(clippy::panic, reason = "the compiler runs it, and then it does not build")]
const fn of_code(lists: &[&'static ListDef], code: &str) -> &'static ListDef {
    let mut at = 0;
    while at < lists.len() {
        if same(lists[at].code, code) {
            return lists[at];
        }
        at += 1;
    }
    panic!("the act has every list of the machine")
}

/// Writes the tables of an instrument that has the machine of the warrant under another act: `$act`, with the grounds, events and rows
/// that it has alone.
macro_rules! under_agreement {
    ($act:ident, grounds $grounds:expr, events $events:expr, rules $rules:expr) => {
        const fn derived<const N: usize>(list: &ListDef, more: &[Item]) -> [Item; N] {
            $act.items(list, more)
        }
        under_agreement!(@list $act, DEFERRAL_REASONS, DEFERRAL_REASON_ITEMS, &[]);
        under_agreement!(@list $act, GUARANTEES, GUARANTEE_ITEMS, &[]);
        under_agreement!(@list $act, GROUNDS, GROUND_ITEMS, $grounds);
        under_agreement!(@list $act, CUSTODY_KINDS, CUSTODY_KIND_ITEMS, &[]);
        under_agreement!(@list $act, RIGHTS, RIGHT_ITEMS, &[]);
        under_agreement!(@list $act, HEARINGS, HEARING_ITEMS, &[]);
        const LISTS: &[&ListDef] =
            &[&DEFERRAL_REASONS, &GUARANTEES, &GROUNDS, &CUSTODY_KINDS, &RIGHTS, &HEARINGS];
        const PARAMETERS: agreement::Parameters = $act.parameters(LISTS);
        const EVENTS: [EventDef; agreement::EVENTS + $events.len()] = $act.events(&PARAMETERS, $events);
        const RULES: [Rule; machine::rule::TABLE.len() + $rules.len()] = $act.rules($rules);
        const CLOCKS: [ClockDef; machine::clock::TABLE.len()] = $act.clocks();
        const CAPACITIES: [CapacityDef; machine::capacity::TABLE.len()] = $act.capacities();
        const QUESTIONS: [QuestionDef; machine::question::TABLE.len()] = $act.questions();
        const FIGURES: [FigureDef; machine::figure::TABLE.len()] = $act.figures();
    };
    (@list $act:ident, $list:ident, $items:ident, $more:expr) => {
        const $items: [Item; $act.count(&machine::list::$list, $more)] = derived(&machine::list::$list, $more);
        const $list: ListDef = $act.list(&machine::list::$list, &$items);
    };
}
