//! The form of the warrant under another act: the same boxes and rules, under that act's articles, between its States.
//!
//! Owns the derivation. It must not know which acts there are: each brings its [`Agreement`].

use prost::Message as _;
use rogatory_domain::{Fault, Faults};
use rogatory_wire::pb::types::v1 as pb;

use super::state::Between;
use crate::description::{Description, Field, FormBox, Kind};
use crate::{FormContext, Warnings, malformed};

/// The edition of the warrant whose rules hold; the act has editions of its own.
const RULES: u16 = 2;

/// What another act changes in the form.
#[derive(Debug)]
pub(crate) struct Agreement {
    /// The name of the form.
    pub(crate) title: &'static str,
    /// Between which States it goes.
    pub(crate) between: Between,
    /// Article of the Framework Decision with its box, and the same of the act. What is not in it names a box alone.
    pub(crate) articles: &'static [(&'static str, &'static str)],
    /// What the list of offences is worth under it, said where nothing else describes an offence.
    pub(crate) list_article: &'static str,
}

impl Agreement {
    /// Everything that is wrong with a warrant under the act.
    pub(crate) fn check(&self, bytes: &[u8], context: &FormContext) -> Result<Warnings, Faults> {
        let form = pb::WarrantForm::decode(bytes).map_err(|_| malformed())?;
        let context = FormContext { edition: RULES, ..*context };
        let told = |fault: Fault| Fault { article: self.article(fault.article), ..fault };
        let all = |found: Vec<Fault>| found.into_iter().map(told).collect();
        match super::judged_between(self.between, &form, &context) {
            Ok(mut warnings) => {
                self.ticks_alone(&mut warnings, &form);
                Ok(Warnings(all(warnings.0)))
            }
            Err(faults) => Err(Faults(all(faults.0))),
        }
    }

    /// Double criminality is the rule: a tick alone describes an offence only to a State that waived it, as the other one did.
    fn ticks_alone(&self, warnings: &mut Warnings, form: &pb::WarrantForm) {
        for (at, offence) in form.offences.iter().enumerate() {
            let is_ticked = !offence.categories.is_empty() || !form.categories.is_empty();
            if is_ticked && offence.description.trim().is_empty() {
                warnings.push(Fault {
                    field: format!("offences[{at}].description"),
                    rule: "list_alone",
                    article: self.list_article,
                    text: "The list waives double criminality only where both States said so; describe the offence, too."
                        .to_owned(),
                });
            }
        }
    }

    /// The article of the act for one of the Framework Decision.
    fn article(&self, of: &'static str) -> &'static str {
        self.articles.iter().find(|(known, _)| *known == of).map_or(of, |(_, own)| own)
    }

    /// The description of the form under the act. It is made once, and kept for as long as the process lives.
    pub(crate) fn describe(&self) -> Description {
        let boxes = super::description::DESCRIPTION.boxes.iter();
        let boxes = boxes.map(|one| FormBox { fields: self.fields(one.fields), ..*one });
        Description { title: self.title, boxes: boxes.collect::<Vec<_>>().leak() }
    }

    fn fields(&self, fields: &'static [Field]) -> &'static [Field] {
        let told = |field: &Field| {
            let kind = match field.kind {
                Kind::Group(fields) => Kind::Group(self.fields(fields)),
                kind => kind,
            };
            Field { kind, article: self.article(field.article), ..*field }
        };
        fields.iter().map(told).collect::<Vec<_>>().leak()
    }

    /// A form that keeps every rule, from a State of the act.
    pub(crate) fn sample(&self, number: u64) -> pb::WarrantForm {
        let mut form = super::sample(number);
        for offence in &mut form.offences {
            offence.description = offence.circumstances.clone();
        }
        form
    }
}
