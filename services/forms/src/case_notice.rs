//! The form of a notice about a case, which the node of the party that tells it writes: no field holds more than the table of the
//! case's instrument gives (Directive (EU) 2016/680, Art. 4(1)(c)).

use prost::Message as _;
use rogatory_domain::instrument::{Gives, INSTRUMENTS, Instrument};
use rogatory_domain::{AgencyId, Faults, limits};
use rogatory_wire::pb::types::v1 as pb;

use crate::check::Check;
use crate::description::{Description, Field, FormBox, Kind};
use crate::path::Path;
use crate::{Excerpt, FormContext, FormDef, Warnings, malformed};

/// The form.
pub(crate) const FORM: FormDef = FormDef {
    instrument: "case_notice",
    message: "rogatory.types.v1.CaseNoticeForm",
    describe: || &Description { title: "Notice about a case", boxes: BOXES },
    edition: 1,
    check,
    outline: |_| crate::Outline::default(),
    excerpt: |_| Excerpt::default(),
    sample: |number| sample(number).encode_to_vec(),
    addressees: &["eu-europol"],
};

const BASIS: &str = "Directive (EU) 2016/680, Art. 4(1)(c)";

const EDITION: Kind = Kind::Number { min: 1, max: u16::MAX as u32 };
const AGENCY: Kind = Kind::Pattern { what: "an agency", example: "eu-eurojust" };

const BOXES: &[FormBox] = &[
    FormBox {
        code: "1",
        title: "What happened",
        fields: &[
            Field::required("instrument", "Instrument of the case", BASIS, Kind::Line),
            Field::required("instrument_edition", "Edition of the instrument", BASIS, EDITION),
            Field::optional("event", "Event; none for the opening", BASIS, Kind::Line),
            Field::required("meaning", "The event in words", BASIS, Kind::Line),
            Field::required("article", "Article under which it is told", BASIS, Kind::Line),
            Field::required("on", "Day on which it happened", BASIS, Kind::Date { whole: true }),
        ],
    },
    FormBox {
        code: "2",
        title: "In which case",
        fields: &[
            Field::optional("asking", "Who opened the case", BASIS, AGENCY),
            Field::optional("answering", "Who answers in it", BASIS, AGENCY),
            Field::optional("reference", "File reference", BASIS, Kind::Line),
            Field::optional("reasons", "Reasons", BASIS, Kind::Text),
            Field::optional("offences", "Categories of the offences", BASIS, Kind::Line)
                .list(limits::LIST_ITEMS),
            Field::optional("persons", "Persons sought", BASIS, Kind::Line).list(limits::LIST_ITEMS),
        ],
    },
];

fn check(bytes: &[u8], context: &FormContext) -> Result<Warnings, Faults> {
    let form = pb::CaseNoticeForm::decode(bytes).map_err(|_| malformed())?;
    let (mut check, at) = (Check::under(context), Path::FORM);
    check.line(at.field("instrument"), &form.instrument, BASIS);
    let is_edition = (1..=u32::from(u16::MAX)).contains(&form.instrument_edition);
    check.holds(
        is_edition,
        (at.field("instrument_edition"), "value", BASIS, "Give a number from 1 to 65535."),
    );
    check.maybe_line(at.field("event"), &form.event, BASIS);
    check.line(at.field("meaning"), &form.meaning, BASIS);
    check.line(at.field("article"), &form.article, BASIS);
    check.whole_date(at.field("on"), form.on, BASIS);
    for (field, agency) in [("asking", &form.asking), ("answering", &form.answering)] {
        let is_agency = agency.is_empty() || agency.parse::<AgencyId>().is_ok();
        check.holds(
            is_agency,
            (at.field(field), "form", BASIS, "Give the id of an agency, such as eu-eurojust."),
        );
    }
    check.maybe_line(at.field("reference"), &form.reference, BASIS);
    check.maybe_text(at.field("reasons"), &form.reasons, BASIS);
    check.lines(at, "offences", &form.offences, BASIS);
    check.lines(at, "persons", &form.persons, BASIS);
    within_the_table(&mut check, &form);
    check.finish()
}

/// Nothing is told that the table of the case's instrument does not give, as far as this release knows that table.
fn within_the_table(check: &mut Check, form: &pb::CaseNoticeForm) {
    let edition = u16::try_from(form.instrument_edition).unwrap_or(0);
    let Some(instrument) = Instrument::of_edition(&form.instrument, edition) else { return };
    let at = Path::FORM;
    let rows: Vec<_> =
        instrument.notices.iter().filter(|row| instrument.told_as(row) == form.event).collect();
    let text = "Under this instrument nobody who is no party is told of this event.";
    check.holds(!rows.is_empty(), (at.field("event"), "not_told", BASIS, text));
    let given = [
        ("asking", !form.asking.is_empty(), Gives::Parties),
        ("answering", !form.answering.is_empty(), Gives::Parties),
        ("reasons", !form.reasons.is_empty(), Gives::Reasons),
        ("reference", !form.reference.is_empty(), Gives::Reference),
        ("offences", !form.offences.is_empty(), Gives::Offences),
        ("persons", !form.persons.is_empty(), Gives::Persons),
    ];
    for (field, is_given, what) in given {
        let is_allowed = rows.is_empty() || rows.iter().any(|row| row.gives.contains(&what));
        check.holds(
            !is_given || is_allowed,
            (at.field(field), "not_given", BASIS, "The table gives this to nobody."),
        );
    }
}

/// A valid notice, different for each number. SAMPLE DATA: it describes nobody.
fn sample(number: u64) -> pb::CaseNoticeForm {
    let told = INSTRUMENTS.iter().find(|known| !known.notices.is_empty());
    pb::CaseNoticeForm {
        instrument: told.map_or("", |told| told.code).to_owned(),
        instrument_edition: told.map_or(1, |told| told.edition).into(),
        meaning: "A case was opened.".to_owned(),
        article: "–".to_owned(),
        on: Some(pb::PartialDate { year: 2021, month: 5, day: 26 }),
        asking: "fr-jirs-marseille".to_owned(),
        answering: "nl-rechtbank-amsterdam".to_owned(),
        reference: format!("SAMPLE-{number}"),
        ..pb::CaseNoticeForm::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(change: impl FnOnce(&mut pb::CaseNoticeForm)) -> Vec<(String, &'static str)> {
        let mut form = sample(1);
        change(&mut form);
        let context = FormContext::without_parties(1, jiff::civil::date(2026, 11, 29));
        match check(&form.encode_to_vec(), &context) {
            Ok(_) => Vec::new(),
            Err(faults) => faults.0.into_iter().map(|fault| (fault.field, fault.rule)).collect(),
        }
    }

    #[test]
    fn an_empty_notice_is_told_everything_it_lacks() {
        let empty = faults(|form| *form = pb::CaseNoticeForm::default());
        let fields: Vec<&str> = empty.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["instrument", "instrument_edition", "meaning", "article", "on"]);
    }

    #[test]
    fn every_rule_has_its_path() {
        let one = |field: &str, rule| vec![(field.to_owned(), rule)];
        assert_eq!(faults(|form| form.asking = "nobody".into()), one("asking", "form"));
        assert_eq!(faults(|form| form.persons = vec!["a\nb".into()]), one("persons[0]", "control_character"));
        let many = vec!["x".to_owned(); limits::LIST_ITEMS + 1];
        assert_eq!(faults(|form| form.persons = many), one("persons", "too_many"));
        assert_eq!(faults(|form| form.instrument_edition = 70_000), one("instrument_edition", "value"));
        assert_eq!(faults(|form| form.reasons = "two\nlines".into()), one("reasons", "not_given"));
        assert_eq!(faults(|form| form.event = "registered".into()), one("event", "not_told"));
        let of_another_release = |form: &mut pb::CaseNoticeForm| {
            (form.instrument, form.reasons) = ("of_a_later_release".into(), "Words.".into());
        };
        assert!(faults(of_another_release).is_empty());
    }
}
