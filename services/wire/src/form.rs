//! Which choice of an opening holds the form of which instrument: the one list of this crate that names any. It must not look
//! into a form.

use bytes::Bytes;

use crate::pb::casework::v1::opening::Request;

/// The code of the instrument and its form, encoded as its author wrote it.
#[must_use]
pub fn form_of(request: Request) -> (&'static str, Bytes) {
    match request {
        Request::Warrant(form) => ("eaw", form),
        Request::InformationRequest(form) => ("information_request", form),
        Request::Spontaneous(form) => ("spontaneous", form),
        Request::InvestigationOrder(form) => ("eio", form),
        Request::InterceptionNotice(form) => ("eio_interception_notice", form),
        Request::CaseNotice(form) => ("case_notice", form),
        Request::TcaWarrant(form) => ("tca_warrant", form),
        Request::IcelandNorwayWarrant(form) => ("iceland_norway_warrant", form),
        Request::SentenceCertificate(form) => ("sentence_recognition", form),
    }
}

/// The choice for the form of an instrument; `None` where the API has none.
#[must_use]
pub fn request_of(instrument: &str, form: Bytes) -> Option<Request> {
    Some(match instrument {
        "eaw" => Request::Warrant(form),
        "information_request" => Request::InformationRequest(form),
        "spontaneous" => Request::Spontaneous(form),
        "eio" => Request::InvestigationOrder(form),
        "eio_interception_notice" => Request::InterceptionNotice(form),
        "case_notice" => Request::CaseNotice(form),
        "tca_warrant" => Request::TcaWarrant(form),
        "iceland_norway_warrant" => Request::IcelandNorwayWarrant(form),
        "sentence_recognition" => Request::SentenceCertificate(form),
        _ => return None,
    })
}

/// Name of the field of an opening that holds the form of an instrument; with it begin the paths of its faults.
#[must_use]
pub fn field_of(instrument: &str) -> &'static str {
    match instrument {
        "eaw" => "warrant",
        "information_request" => "information_request",
        "spontaneous" => "spontaneous",
        "eio" => "investigation_order",
        "eio_interception_notice" => "interception_notice",
        "case_notice" => "case_notice",
        "tca_warrant" => "tca_warrant",
        "iceland_norway_warrant" => "iceland_norway_warrant",
        "sentence_recognition" => "sentence_certificate",
        _ => "request",
    }
}

#[cfg(test)]
mod tests {
    use rogatory_domain::instrument::INSTRUMENTS;

    use super::*;

    #[test]
    fn every_instrument_has_a_place_for_its_form() {
        for instrument in INSTRUMENTS {
            let form = Bytes::from_static(&[0x0a, 1, b'x']);
            let request = request_of(instrument.code, form.clone()).unwrap();
            assert_eq!(form_of(request), (instrument.code, form));
            assert_ne!(field_of(instrument.code), "request");
        }
    }
}
