//! Describing instruments: tables of this release, whatever the node holds. It must not look at a case.

use rogatory_domain::instrument::INSTRUMENTS;
use rogatory_wire::describe::described;
use rogatory_wire::pb::casework::v1 as pb;

use crate::desk::Rejection;
use crate::fields::Fields;

/// The instruments that are asked for; one that this release does not have is a fault.
pub(super) fn describe(request: &pb::DescribeRequest) -> Result<pb::DescribeResponse, Rejection> {
    let is_asked = |code: &str, edition: u16| {
        (request.instrument.is_empty() || request.instrument == code)
            && (request.edition == 0 || request.edition == u32::from(edition))
    };
    let found = INSTRUMENTS.iter().filter(|known| is_asked(known.code, known.edition));
    let instruments: Vec<_> = found
        .map(|known| described(known, rogatory_forms::form_of(known.code).map_or("", |form| form.message)))
        .collect();
    let mut fields = Fields::default();
    let instruments = Some(instruments).filter(|found| !found.is_empty()).or_else(|| {
        let codes: Vec<_> = INSTRUMENTS.iter().map(|known| known.code).collect();
        let text = format!("this release has {}, in some editions", codes.join(", "));
        fields.wrong("instrument", "value", &text)
    });
    fields.finish(instruments).map(|instruments| pb::DescribeResponse { instruments })
}
