//! An opening against the tables of its instrument, the labels there are, and the rules of its form. It must not ask who may
//! open what; the node does, by its roster.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rogatory_client::pb::casework::v1::{Opening, SubmitRequest};
use rogatory_client::pb::types::v1::{Labels, Lane, Link, Party};
use rogatory_domain::id::AgencyId;
use rogatory_domain::instrument::{CapacityDef, INSTRUMENTS, Instrument, PartyFault, Symbol};
use rogatory_domain::text::is_line;
use rogatory_domain::{Handling, ReferralId, limits};
use rogatory_forms::description::{Description, Kind};
use rogatory_forms::{FORMS, FormContext, form_of};
use rogatory_message::{HANDLING_COUNT_MAX, LABEL_BYTES_MAX, LINKS_COUNT_MAX, Relation};
use rogatory_wire::form::field_of;

use super::Case;
use crate::referral::flaw::Flaw;

/// Notes everything that is wrong with what is opened.
pub(super) fn judge(request: &SubmitRequest, wanted: Option<&'static Instrument>, case: &mut Case) {
    let Some(opening) = &request.opening else {
        case.push(Flaw::at(0, "opening", "missing", "the opening is missing: lane, parties and a form"));
        return;
    };
    if opening.lane() == Lane::Unspecified {
        case.push(Flaw::at(0, "opening.lane", "missing", "give urgent or routine"));
    }
    let given = opening.request.clone().map(rogatory_wire::form::form_of);
    let instrument = given.as_ref().and_then(|(code, bytes)| edition_of(code, bytes, opening)).or(wanted);
    if let Some(instrument) = instrument {
        parties(opening, instrument, case);
    }
    if let Some(labels) = &opening.labels {
        self::labels(labels, case);
    }
    links(&opening.links, case);
    form(given.as_ref(), instrument, wanted, case);
}

/// The edition by which an opening is judged: the newest by which nothing is wrong with it, or else the newest there is. Which one the
/// federation has, the node knows; what it would take is not refused before it is asked.
fn edition_of(code: &str, bytes: &[u8], opening: &Opening) -> Option<&'static Instrument> {
    let mut editions = INSTRUMENTS.iter().copied().rev().filter(|known| known.code == code);
    let is_right = |instrument: &&'static Instrument| {
        let (mut unheard, today) = (Case::default(), today());
        parties(opening, instrument, &mut unheard);
        let context = FormContext::without_parties(instrument.edition, today);
        unheard.flaws.is_empty() && form_of(code).is_none_or(|form| (form.check)(bytes, &context).is_ok())
    };
    editions.find(is_right).or_else(|| Instrument::of_code(code))
}

fn today() -> Date {
    Timestamp::now().to_zoned_datetime(TimeZone::UTC).date()
}

fn form<T: AsRef<[u8]>>(
    given: Option<&(&'static str, T)>,
    instrument: Option<&Instrument>,
    wanted: Option<&Instrument>,
    case: &mut Case,
) {
    let fields: Vec<_> = FORMS.iter().map(|form| field_of(form.instrument).to_owned()).collect();
    let Some((code, bytes)) = given else {
        let fields = wanted.map_or(fields, |wanted| vec![field_of(wanted.code).to_owned()]);
        let text = format!("the form is missing; give one of {}", fields.join(", "));
        case.push(Flaw { allowed: fields, ..Flaw::at(0, "opening", "missing", text) });
        return;
    };
    let (field, wanted) = (field_of(code), wanted.filter(|wanted| wanted.code != *code));
    let path = format!("opening.{field}");
    if let Some(wanted) = wanted {
        let text = format!("this is the form of {code}, and {} was named", wanted.code);
        case.push(Flaw::at(0, &path, "instrument", text));
    }
    let Some(form) = form_of(code) else { return };
    // Who the parties are, the node knows.
    let edition = instrument.map_or(form.edition, |instrument| instrument.edition);
    match (form.check)(bytes.as_ref(), &FormContext::without_parties(edition, today())) {
        Ok(warnings) => case.warnings(&path, &warnings),
        Err(faults) => case.faults(&path, &faults),
    }
    case.describe(&path, form.description());
}

impl Case {
    /// Says of every fault and warning in a form which box asks for it, under which words, and what it may hold.
    fn describe(&mut self, form: &str, description: &Description) {
        let mut codes = Vec::new();
        for flaw in self.flaws.iter_mut().chain(&mut self.warnings) {
            let Some(path) = flaw.path.strip_prefix(form).and_then(|rest| rest.strip_prefix('.')) else {
                continue;
            };
            let Some((form_box, field)) = description.at(path) else { continue };
            flaw.form_box = form_box.code.to_owned();
            flaw.label = field.label.to_owned();
            if flaw.article.is_empty() {
                flaw.article = field.article.to_owned();
            }
            if let Kind::Code(choices) = field.kind {
                codes.push((flaw.path.clone(), choices));
            }
        }
        for (path, choices) in codes {
            self.allow(&path, choices.iter().map(|choice| choice.code.to_owned()).collect());
        }
    }
}

fn parties(opening: &Opening, instrument: &Instrument, case: &mut Case) {
    if opening.parties.is_empty() || opening.parties.len() > limits::RECIPIENTS {
        let text = format!("between 1 and {} parties are named", limits::RECIPIENTS);
        case.push(Flaw::at(0, "opening.parties", "count", text));
        return;
    }
    let read = opening.parties.iter().enumerate().map(|(at, one)| party(one, at, instrument, case));
    let read: Vec<_> = read.collect();
    // Places in the list are those of the file only if every one could be read.
    if let Some(parties) = read.into_iter().collect::<Option<Vec<_>>>() {
        instrument
            .party_faults(&parties)
            .into_iter()
            .for_each(|fault| case.push(party_fault(fault, instrument)));
    }
}

fn party(party: &Party, at: usize, instrument: &Instrument, case: &mut Case) -> Option<(AgencyId, Symbol)> {
    let agency = party.agency.parse::<AgencyId>();
    if let Err(error) = &agency {
        let text = format!("this is no agency id: {}", error.rule);
        case.push(Flaw::at(0, &format!("opening.parties[{at}].agency"), "form", text));
    }
    let known = instrument.listed_capacities().find(|known| known.code == party.capacity);
    if known.is_none() {
        let path = format!("opening.parties[{at}].capacity");
        case.push(Flaw::at(0, &path, "value", "this is no capacity that this instrument lists"));
        case.allow(&path, instrument.listed_capacities().map(|known| known.code.to_owned()).collect());
    }
    agency.ok().zip(known.map(CapacityDef::symbol))
}

fn party_fault(fault: PartyFault, instrument: &Instrument) -> Flaw {
    let at = |place: usize, field: &str| format!("opening.parties[{place}].{field}");
    match fault {
        PartyFault::Twice(place) => Flaw::at(0, &at(place, "agency"), "once", "an agency is named once"),
        PartyFault::Capacity(place) => {
            Flaw::at(0, &at(place, "capacity"), "value", "this is no capacity that this instrument lists")
        }
        PartyFault::Surplus(place, capacity) => {
            Flaw::at(0, &at(place, "capacity"), "one", format!("one agency alone is {capacity}"))
        }
        PartyFault::Lacking(capacity) => {
            let meaning = instrument.capacity(capacity).map_or("", |known| known.meaning);
            let text = format!("one party must be {capacity}: {meaning}");
            Flaw::at(0, "opening.parties", "lacking", text)
        }
    }
}

fn labels(labels: &Labels, case: &mut Case) {
    for (field, text) in [("classification", &labels.classification), ("purpose", &labels.purpose)] {
        if text.len() > LABEL_BYTES_MAX || !is_line(text) {
            let rule = format!("at most {LABEL_BYTES_MAX} bytes on one line");
            case.push(Flaw::at(0, &format!("opening.labels.{field}"), "value", rule));
        }
    }
    if labels.handling.len() > HANDLING_COUNT_MAX {
        let text = format!("at most {HANDLING_COUNT_MAX} handling codes");
        case.push(Flaw::at(0, "opening.labels.handling", "count", text));
    }
    for (at, code) in labels.handling.iter().enumerate().take(HANDLING_COUNT_MAX) {
        let path = format!("opening.labels.handling[{at}]");
        if labels.handling[..at].contains(code) {
            case.push(Flaw::at(0, &path, "once", "a handling code is given once"));
        } else if !Handling::ALL.iter().any(|known| known.as_str() == code) {
            case.push(Flaw::at(0, &path, "value", "this is no handling code"));
            case.allow(&path, Handling::ALL.map(|known| known.as_str().to_owned()).to_vec());
        }
    }
}

fn links(links: &[Link], case: &mut Case) {
    if links.len() > LINKS_COUNT_MAX {
        let text = format!("at most {LINKS_COUNT_MAX} links");
        case.push(Flaw::at(0, "opening.links", "count", text));
        return;
    }
    for (at, link) in links.iter().enumerate() {
        if Relation::from_code(&link.relation).is_none() {
            let path = format!("opening.links[{at}].relation");
            case.push(Flaw::at(0, &path, "value", "this is no relation"));
            case.allow(&path, Relation::ALL.map(|known| known.code().to_owned()).to_vec());
        }
        if link.referral_id.parse::<ReferralId>().is_err() {
            let path = format!("opening.links[{at}].referral_id");
            case.push(Flaw::at(0, &path, "form", "this is no id of a referral"));
        }
    }
}
