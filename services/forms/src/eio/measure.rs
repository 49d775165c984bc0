//! Section C: the measures, described and checked. Owns which kinds there are, and which of them ask for a part of section H. It
//! must not weigh whether a measure is proportionate.

use rogatory_domain::limits;
use rogatory_wire::pb::types::v1 as pb;

use crate::check::Check;
use crate::description::{Choice, Field, Kind, choice};
use crate::path::Path;

const C: &str = "Art. 5(1)(e), section C";

const KINDS: &[Choice] = &[
    choice(
        "held",
        "Obtaining information or evidence which is already in the possession of the executing authority",
    ),
    choice(
        "databases",
        "Obtaining information contained in databases held by police or judicial authorities",
    ),
    choice("hearing", "Hearing"),
    choice(
        "subscriber",
        "Identification of persons holding a subscription of a specified phone number or IP address",
    ),
    choice("transfer_to_issuing", "Temporary transfer of a person held in custody to the issuing State"),
    choice("transfer_to_executing", "Temporary transfer of a person held in custody to the executing State"),
    choice("videoconference", "Hearing by videoconference or other audiovisual transmission"),
    choice("telephone_conference", "Hearing by telephone conference"),
    choice("accounts", "Information on bank and other financial accounts"),
    choice("operations", "Information on banking and other financial operations"),
    choice(
        "real_time",
        "Investigative measure implying the gathering of evidence in real time, continuously and over a certain \
         period of time",
    ),
    choice("covert", "Covert investigation"),
    choice("interception", "Interception of telecommunications"),
    choice(
        "provisional",
        "Provisional measure(s) to prevent the destruction, transformation, moving, transfer or disposal of an item \
         that may be used as evidence",
    ),
];

const HEARD: &[Choice] = &[
    choice("witness", "Witness"),
    choice("expert", "Expert"),
    choice("suspect", "Suspected or accused person"),
    choice("victim", "Victim"),
    choice("third_party", "Third party"),
];

const REAL_TIME: &[Choice] = &[
    choice("monitoring", "Monitoring of banking or other financial operations"),
    choice("controlled_delivery", "Controlled deliveries"),
    choice("other", "Other"),
];

/// Section C.
pub(super) const MEASURES: Field = Field::required(
    "measures",
    "Investigative measures",
    C,
    Kind::Group(&[
        Field::required(
            "description",
            "Assistance/investigative measure required, and evidence to be obtained",
            C,
            Kind::Text,
        ),
        Field::optional("kind", "If it is one of the following", C, Kind::Code(KINDS)),
        Field::optional("heard", "Who is heard", C, Kind::Code(HEARD))
            .when("for a hearing")
            .list(HEARD.len()),
        Field::optional("real_time", "Which evidence in real time", C, Kind::Code(REAL_TIME))
            .when("for evidence in real time"),
    ]),
)
.list(limits::LIST_ITEMS);

/// Whether a measure of this kind is asked for.
pub(super) fn is_asked(form: &pb::InvestigationOrderForm, kinds: &[&str]) -> bool {
    form.measures.iter().any(|measure| kinds.contains(&measure.kind.as_str()))
}

/// Looks at section C.
pub(super) fn measures(check: &mut Check, measures: &[pb::OrderMeasure]) {
    check.some(Path::FORM, "measures", (measures, limits::LIST_ITEMS, C), |check, at, measure| {
        check.text(at.field("description"), &measure.description, C);
        check.maybe_one_of(at.field("kind"), &measure.kind, KINDS, C);
        heard(check, at, measure);
        let real_time_at = at.field("real_time");
        check.maybe_one_of(real_time_at, &measure.real_time, REAL_TIME, C);
        match (measure.kind == "real_time", measure.real_time.is_empty()) {
            (true, true) => check.missing(real_time_at, C),
            (false, _) => check.absent(real_time_at, &measure.real_time, C),
            (true, false) => {}
        }
    });
}

/// Who can be heard in this way (Arts 24(1) and 25(1)); nobody where nobody is heard.
fn hearable(kind: &str) -> &'static [&'static str] {
    match kind {
        "hearing" => &["witness", "expert", "suspect", "victim", "third_party"],
        "videoconference" => &["witness", "expert", "suspect"],
        "telephone_conference" => &["witness", "expert"],
        _ => &[],
    }
}

fn heard(check: &mut Check, at: Path<'_>, measure: &pb::OrderMeasure) {
    let hearable = hearable(&measure.kind);
    check.each(at, "heard", (&measure.heard, HEARD.len()), |check, at, code| {
        check.one_of(at, code, HEARD, C);
        let is_known = HEARD.iter().any(|known| known.code == code);
        let text = "Nobody in this position is heard in this way.";
        let is_hearable = hearable.contains(&code.as_str()) || hearable.is_empty();
        check.holds(is_hearable || !is_known, (at, "not_heard_so", "Arts 24(1), 25(1), section C", text));
    });
    let at = at.field("heard");
    match (hearable.is_empty(), measure.heard.is_empty()) {
        (false, true) => check.missing(at, C),
        (true, false) => check.fault(at, "surplus", C, "Leave this field out where nobody is heard."),
        _ => {}
    }
}
