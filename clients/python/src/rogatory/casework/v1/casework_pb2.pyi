import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from rogatory.types.v1 import case_notice_pb2 as _case_notice_pb2
from rogatory.types.v1 import common_pb2 as _common_pb2
from rogatory.types.v1 import eaw_pb2 as _eaw_pb2
from rogatory.types.v1 import eio_pb2 as _eio_pb2
from rogatory.types.v1 import event_pb2 as _event_pb2
from rogatory.types.v1 import information_request_pb2 as _information_request_pb2
from rogatory.types.v1 import instrument_pb2 as _instrument_pb2
from rogatory.types.v1 import sentence_pb2 as _sentence_pb2
from rogatory.types.v1 import spontaneous_pb2 as _spontaneous_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Blame(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BLAME_UNSPECIFIED: _ClassVar[Blame]
    BLAME_CALLER: _ClassVar[Blame]
    BLAME_PEER: _ClassVar[Blame]
    BLAME_OPERATOR: _ClassVar[Blame]
    BLAME_NODE: _ClassVar[Blame]

class Retry(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RETRY_UNSPECIFIED: _ClassVar[Retry]
    RETRY_NEVER: _ClassVar[Retry]
    RETRY_AFTER: _ClassVar[Retry]
    RETRY_WHEN_CHANGED: _ClassVar[Retry]

class ClockStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLOCK_STATUS_UNSPECIFIED: _ClassVar[ClockStatus]
    CLOCK_STATUS_RUNNING: _ClassVar[ClockStatus]
    CLOCK_STATUS_OVERDUE: _ClassVar[ClockStatus]
    CLOCK_STATUS_SUSPENDED: _ClassVar[ClockStatus]
    CLOCK_STATUS_MET: _ClassVar[ClockStatus]
    CLOCK_STATUS_LATE: _ClassVar[ClockStatus]
    CLOCK_STATUS_SUPERSEDED: _ClassVar[ClockStatus]
    CLOCK_STATUS_VOID: _ClassVar[ClockStatus]
    CLOCK_STATUS_DISCONTINUED: _ClassVar[ClockStatus]

class CalendarCoverage(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CALENDAR_COVERAGE_UNSPECIFIED: _ClassVar[CalendarCoverage]
    CALENDAR_COVERAGE_COVERED: _ClassVar[CalendarCoverage]
    CALENDAR_COVERAGE_STATE_UNKNOWN: _ClassVar[CalendarCoverage]
    CALENDAR_COVERAGE_YEAR_OUTSIDE: _ClassVar[CalendarCoverage]

class Effect(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EFFECT_UNSPECIFIED: _ClassVar[Effect]
    EFFECT_APPLIED: _ClassVar[Effect]
    EFFECT_OVERLAY: _ClassVar[Effect]
    EFFECT_CROSSED: _ClassVar[Effect]
    EFFECT_VOID: _ClassVar[Effect]

class DeliveryStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELIVERY_STATUS_UNSPECIFIED: _ClassVar[DeliveryStatus]
    DELIVERY_STATUS_WAITING: _ClassVar[DeliveryStatus]
    DELIVERY_STATUS_TAKEN: _ClassVar[DeliveryStatus]
    DELIVERY_STATUS_REFUSED: _ClassVar[DeliveryStatus]
    DELIVERY_STATUS_GIVEN_UP: _ClassVar[DeliveryStatus]

class OfferKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OFFER_KIND_UNSPECIFIED: _ClassVar[OfferKind]
    OFFER_KIND_MESSAGE: _ClassVar[OfferKind]
    OFFER_KIND_RECEIPT: _ClassVar[OfferKind]
    OFFER_KIND_REFUSAL: _ClassVar[OfferKind]
    OFFER_KIND_GIVEN_UP: _ClassVar[OfferKind]
    OFFER_KIND_CLOCK: _ClassVar[OfferKind]
    OFFER_KIND_REQUEUED: _ClassVar[OfferKind]

class PrintFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRINT_FORMAT_UNSPECIFIED: _ClassVar[PrintFormat]
    PRINT_FORMAT_PDF: _ClassVar[PrintFormat]
    PRINT_FORMAT_HTML: _ClassVar[PrintFormat]
BLAME_UNSPECIFIED: Blame
BLAME_CALLER: Blame
BLAME_PEER: Blame
BLAME_OPERATOR: Blame
BLAME_NODE: Blame
RETRY_UNSPECIFIED: Retry
RETRY_NEVER: Retry
RETRY_AFTER: Retry
RETRY_WHEN_CHANGED: Retry
CLOCK_STATUS_UNSPECIFIED: ClockStatus
CLOCK_STATUS_RUNNING: ClockStatus
CLOCK_STATUS_OVERDUE: ClockStatus
CLOCK_STATUS_SUSPENDED: ClockStatus
CLOCK_STATUS_MET: ClockStatus
CLOCK_STATUS_LATE: ClockStatus
CLOCK_STATUS_SUPERSEDED: ClockStatus
CLOCK_STATUS_VOID: ClockStatus
CLOCK_STATUS_DISCONTINUED: ClockStatus
CALENDAR_COVERAGE_UNSPECIFIED: CalendarCoverage
CALENDAR_COVERAGE_COVERED: CalendarCoverage
CALENDAR_COVERAGE_STATE_UNKNOWN: CalendarCoverage
CALENDAR_COVERAGE_YEAR_OUTSIDE: CalendarCoverage
EFFECT_UNSPECIFIED: Effect
EFFECT_APPLIED: Effect
EFFECT_OVERLAY: Effect
EFFECT_CROSSED: Effect
EFFECT_VOID: Effect
DELIVERY_STATUS_UNSPECIFIED: DeliveryStatus
DELIVERY_STATUS_WAITING: DeliveryStatus
DELIVERY_STATUS_TAKEN: DeliveryStatus
DELIVERY_STATUS_REFUSED: DeliveryStatus
DELIVERY_STATUS_GIVEN_UP: DeliveryStatus
OFFER_KIND_UNSPECIFIED: OfferKind
OFFER_KIND_MESSAGE: OfferKind
OFFER_KIND_RECEIPT: OfferKind
OFFER_KIND_REFUSAL: OfferKind
OFFER_KIND_GIVEN_UP: OfferKind
OFFER_KIND_CLOCK: OfferKind
OFFER_KIND_REQUEUED: OfferKind
PRINT_FORMAT_UNSPECIFIED: PrintFormat
PRINT_FORMAT_PDF: PrintFormat
PRINT_FORMAT_HTML: PrintFormat

class Assertion(_message.Message):
    __slots__ = ("person", "justification")
    PERSON_FIELD_NUMBER: _ClassVar[int]
    JUSTIFICATION_FIELD_NUMBER: _ClassVar[int]
    person: str
    justification: str
    def __init__(self, person: _Optional[str] = ..., justification: _Optional[str] = ...) -> None: ...

class Opening(_message.Message):
    __slots__ = ("lane", "parties", "warrant", "spontaneous", "information_request", "investigation_order", "interception_notice", "case_notice", "tca_warrant", "iceland_norway_warrant", "sentence_certificate", "labels", "links")
    LANE_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    WARRANT_FIELD_NUMBER: _ClassVar[int]
    SPONTANEOUS_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_REQUEST_FIELD_NUMBER: _ClassVar[int]
    INVESTIGATION_ORDER_FIELD_NUMBER: _ClassVar[int]
    INTERCEPTION_NOTICE_FIELD_NUMBER: _ClassVar[int]
    CASE_NOTICE_FIELD_NUMBER: _ClassVar[int]
    TCA_WARRANT_FIELD_NUMBER: _ClassVar[int]
    ICELAND_NORWAY_WARRANT_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    lane: _common_pb2.Lane
    parties: _containers.RepeatedCompositeFieldContainer[_common_pb2.Party]
    warrant: _eaw_pb2.WarrantForm
    spontaneous: _spontaneous_pb2.SpontaneousForm
    information_request: _information_request_pb2.InformationRequestForm
    investigation_order: _eio_pb2.InvestigationOrderForm
    interception_notice: _eio_pb2.InterceptionNoticeForm
    case_notice: _case_notice_pb2.CaseNoticeForm
    tca_warrant: _eaw_pb2.WarrantForm
    iceland_norway_warrant: _eaw_pb2.WarrantForm
    sentence_certificate: _sentence_pb2.SentenceCertificateForm
    labels: _common_pb2.Labels
    links: _containers.RepeatedCompositeFieldContainer[_common_pb2.Link]
    def __init__(self, lane: _Optional[_Union[_common_pb2.Lane, str]] = ..., parties: _Optional[_Iterable[_Union[_common_pb2.Party, _Mapping]]] = ..., warrant: _Optional[_Union[_eaw_pb2.WarrantForm, _Mapping]] = ..., spontaneous: _Optional[_Union[_spontaneous_pb2.SpontaneousForm, _Mapping]] = ..., information_request: _Optional[_Union[_information_request_pb2.InformationRequestForm, _Mapping]] = ..., investigation_order: _Optional[_Union[_eio_pb2.InvestigationOrderForm, _Mapping]] = ..., interception_notice: _Optional[_Union[_eio_pb2.InterceptionNoticeForm, _Mapping]] = ..., case_notice: _Optional[_Union[_case_notice_pb2.CaseNoticeForm, _Mapping]] = ..., tca_warrant: _Optional[_Union[_eaw_pb2.WarrantForm, _Mapping]] = ..., iceland_norway_warrant: _Optional[_Union[_eaw_pb2.WarrantForm, _Mapping]] = ..., sentence_certificate: _Optional[_Union[_sentence_pb2.SentenceCertificateForm, _Mapping]] = ..., labels: _Optional[_Union[_common_pb2.Labels, _Mapping]] = ..., links: _Optional[_Iterable[_Union[_common_pb2.Link, _Mapping]]] = ...) -> None: ...

class Body(_message.Message):
    __slots__ = ("seen", "declared_time", "opening", "event")
    SEEN_FIELD_NUMBER: _ClassVar[int]
    DECLARED_TIME_FIELD_NUMBER: _ClassVar[int]
    OPENING_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    seen: _containers.RepeatedCompositeFieldContainer[Seen]
    declared_time: _timestamp_pb2.Timestamp
    opening: Opening
    event: _event_pb2.Event
    def __init__(self, seen: _Optional[_Iterable[_Union[Seen, _Mapping]]] = ..., declared_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., opening: _Optional[_Union[Opening, _Mapping]] = ..., event: _Optional[_Union[_event_pb2.Event, _Mapping]] = ...) -> None: ...

class Seen(_message.Message):
    __slots__ = ("agency", "number")
    AGENCY_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    agency: str
    number: int
    def __init__(self, agency: _Optional[str] = ..., number: _Optional[int] = ...) -> None: ...

class SubmitRequest(_message.Message):
    __slots__ = ("referral_id", "assertion", "declared_time", "opening", "validate_only", "inform")
    REFERRAL_ID_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    DECLARED_TIME_FIELD_NUMBER: _ClassVar[int]
    OPENING_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    INFORM_FIELD_NUMBER: _ClassVar[int]
    referral_id: str
    assertion: Assertion
    declared_time: _timestamp_pb2.Timestamp
    opening: Opening
    validate_only: bool
    inform: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, referral_id: _Optional[str] = ..., assertion: _Optional[_Union[Assertion, _Mapping]] = ..., declared_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., opening: _Optional[_Union[Opening, _Mapping]] = ..., validate_only: _Optional[bool] = ..., inform: _Optional[_Iterable[str]] = ...) -> None: ...

class SubmitResponse(_message.Message):
    __slots__ = ("accepted",)
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: Accepted
    def __init__(self, accepted: _Optional[_Union[Accepted, _Mapping]] = ...) -> None: ...

class Accepted(_message.Message):
    __slots__ = ("message_id", "referral_id", "position", "envelope_digest", "node_time", "repeated", "warnings", "informed", "goes_on_in")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    REFERRAL_ID_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ENVELOPE_DIGEST_FIELD_NUMBER: _ClassVar[int]
    NODE_TIME_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    INFORMED_FIELD_NUMBER: _ClassVar[int]
    GOES_ON_IN_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    referral_id: str
    position: int
    envelope_digest: bytes
    node_time: _timestamp_pb2.Timestamp
    repeated: bool
    warnings: _containers.RepeatedCompositeFieldContainer[Warning]
    informed: _containers.RepeatedCompositeFieldContainer[Informed]
    goes_on_in: str
    def __init__(self, message_id: _Optional[str] = ..., referral_id: _Optional[str] = ..., position: _Optional[int] = ..., envelope_digest: _Optional[bytes] = ..., node_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., repeated: _Optional[bool] = ..., warnings: _Optional[_Iterable[_Union[Warning, _Mapping]]] = ..., informed: _Optional[_Iterable[_Union[Informed, _Mapping]]] = ..., goes_on_in: _Optional[str] = ...) -> None: ...

class Informed(_message.Message):
    __slots__ = ("agency", "referral_id")
    AGENCY_FIELD_NUMBER: _ClassVar[int]
    REFERRAL_ID_FIELD_NUMBER: _ClassVar[int]
    agency: str
    referral_id: str
    def __init__(self, agency: _Optional[str] = ..., referral_id: _Optional[str] = ...) -> None: ...

class ActRequest(_message.Message):
    __slots__ = ("referral_id", "message_id", "assertion", "declared_time", "event", "validate_only", "inform", "pass_on_to")
    REFERRAL_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    DECLARED_TIME_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    INFORM_FIELD_NUMBER: _ClassVar[int]
    PASS_ON_TO_FIELD_NUMBER: _ClassVar[int]
    referral_id: str
    message_id: str
    assertion: Assertion
    declared_time: _timestamp_pb2.Timestamp
    event: _event_pb2.Event
    validate_only: bool
    inform: _containers.RepeatedScalarFieldContainer[str]
    pass_on_to: _containers.RepeatedCompositeFieldContainer[_common_pb2.Party]
    def __init__(self, referral_id: _Optional[str] = ..., message_id: _Optional[str] = ..., assertion: _Optional[_Union[Assertion, _Mapping]] = ..., declared_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., event: _Optional[_Union[_event_pb2.Event, _Mapping]] = ..., validate_only: _Optional[bool] = ..., inform: _Optional[_Iterable[str]] = ..., pass_on_to: _Optional[_Iterable[_Union[_common_pb2.Party, _Mapping]]] = ...) -> None: ...

class ActResponse(_message.Message):
    __slots__ = ("accepted",)
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: Accepted
    def __init__(self, accepted: _Optional[_Union[Accepted, _Mapping]] = ...) -> None: ...

class SubmitStreamRequest(_message.Message):
    __slots__ = ("tag", "submit", "act")
    TAG_FIELD_NUMBER: _ClassVar[int]
    SUBMIT_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    tag: int
    submit: SubmitRequest
    act: ActRequest
    def __init__(self, tag: _Optional[int] = ..., submit: _Optional[_Union[SubmitRequest, _Mapping]] = ..., act: _Optional[_Union[ActRequest, _Mapping]] = ...) -> None: ...

class SubmitStreamResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[Outcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[Outcome, _Mapping]]] = ...) -> None: ...

class Outcome(_message.Message):
    __slots__ = ("tag", "accepted", "receipt", "problem")
    TAG_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    tag: int
    accepted: Accepted
    receipt: Receipt
    problem: Problem
    def __init__(self, tag: _Optional[int] = ..., accepted: _Optional[_Union[Accepted, _Mapping]] = ..., receipt: _Optional[_Union[Receipt, _Mapping]] = ..., problem: _Optional[_Union[Problem, _Mapping]] = ...) -> None: ...

class Receipt(_message.Message):
    __slots__ = ("message_id", "recipient", "position", "node_time", "refusal")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    NODE_TIME_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    recipient: str
    position: int
    node_time: _timestamp_pb2.Timestamp
    refusal: str
    def __init__(self, message_id: _Optional[str] = ..., recipient: _Optional[str] = ..., position: _Optional[int] = ..., node_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., refusal: _Optional[str] = ...) -> None: ...

class Problem(_message.Message):
    __slots__ = ("code", "name", "blame", "retry", "text", "faults", "error_id")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BLAME_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    ERROR_ID_FIELD_NUMBER: _ClassVar[int]
    code: str
    name: str
    blame: Blame
    retry: Retry
    text: str
    faults: _containers.RepeatedCompositeFieldContainer[Fault]
    error_id: str
    def __init__(self, code: _Optional[str] = ..., name: _Optional[str] = ..., blame: _Optional[_Union[Blame, str]] = ..., retry: _Optional[_Union[Retry, str]] = ..., text: _Optional[str] = ..., faults: _Optional[_Iterable[_Union[Fault, _Mapping]]] = ..., error_id: _Optional[str] = ...) -> None: ...

class Fault(_message.Message):
    __slots__ = ("field", "rule", "article", "text")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    field: str
    rule: str
    article: str
    text: str
    def __init__(self, field: _Optional[str] = ..., rule: _Optional[str] = ..., article: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class Warning(_message.Message):
    __slots__ = ("field", "rule", "article", "text")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    field: str
    rule: str
    article: str
    text: str
    def __init__(self, field: _Optional[str] = ..., rule: _Optional[str] = ..., article: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class GetRequest(_message.Message):
    __slots__ = ("referral_id", "assertion")
    REFERRAL_ID_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    referral_id: str
    assertion: Assertion
    def __init__(self, referral_id: _Optional[str] = ..., assertion: _Optional[_Union[Assertion, _Mapping]] = ...) -> None: ...

class GetResponse(_message.Message):
    __slots__ = ("referral", "messages")
    REFERRAL_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    referral: Referral
    messages: _containers.RepeatedCompositeFieldContainer[Message]
    def __init__(self, referral: _Optional[_Union[Referral, _Mapping]] = ..., messages: _Optional[_Iterable[_Union[Message, _Mapping]]] = ...) -> None: ...

class Referral(_message.Message):
    __slots__ = ("referral_id", "referral_type", "state", "lane", "issuing", "parties", "clocks", "messages", "crossings", "erased", "opened_time", "changed_time", "instrument_edition", "calendar_edition", "jurisdiction", "roster_version", "questions", "offers", "remembered", "custody", "allowed", "traits", "part_of", "passed_on_by", "came_from", "goes_on_in")
    REFERRAL_ID_FIELD_NUMBER: _ClassVar[int]
    REFERRAL_TYPE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LANE_FIELD_NUMBER: _ClassVar[int]
    ISSUING_FIELD_NUMBER: _ClassVar[int]
    PARTIES_FIELD_NUMBER: _ClassVar[int]
    CLOCKS_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    CROSSINGS_FIELD_NUMBER: _ClassVar[int]
    ERASED_FIELD_NUMBER: _ClassVar[int]
    OPENED_TIME_FIELD_NUMBER: _ClassVar[int]
    CHANGED_TIME_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_EDITION_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_EDITION_FIELD_NUMBER: _ClassVar[int]
    JURISDICTION_FIELD_NUMBER: _ClassVar[int]
    ROSTER_VERSION_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    REMEMBERED_FIELD_NUMBER: _ClassVar[int]
    CUSTODY_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    TRAITS_FIELD_NUMBER: _ClassVar[int]
    PART_OF_FIELD_NUMBER: _ClassVar[int]
    PASSED_ON_BY_FIELD_NUMBER: _ClassVar[int]
    CAME_FROM_FIELD_NUMBER: _ClassVar[int]
    GOES_ON_IN_FIELD_NUMBER: _ClassVar[int]
    referral_id: str
    referral_type: str
    state: str
    lane: _common_pb2.Lane
    issuing: str
    parties: _containers.RepeatedCompositeFieldContainer[_common_pb2.Party]
    clocks: _containers.RepeatedCompositeFieldContainer[Clock]
    messages: _containers.RepeatedCompositeFieldContainer[Message]
    crossings: _containers.RepeatedCompositeFieldContainer[Crossing]
    erased: bool
    opened_time: _timestamp_pb2.Timestamp
    changed_time: _timestamp_pb2.Timestamp
    instrument_edition: int
    calendar_edition: int
    jurisdiction: str
    roster_version: int
    questions: _containers.RepeatedCompositeFieldContainer[Question]
    offers: _containers.RepeatedCompositeFieldContainer[OfferedDay]
    remembered: _containers.RepeatedCompositeFieldContainer[Remembered]
    custody: Custody
    allowed: _containers.RepeatedCompositeFieldContainer[AllowedActs]
    traits: _containers.RepeatedScalarFieldContainer[str]
    part_of: str
    passed_on_by: str
    came_from: str
    goes_on_in: str
    def __init__(self, referral_id: _Optional[str] = ..., referral_type: _Optional[str] = ..., state: _Optional[str] = ..., lane: _Optional[_Union[_common_pb2.Lane, str]] = ..., issuing: _Optional[str] = ..., parties: _Optional[_Iterable[_Union[_common_pb2.Party, _Mapping]]] = ..., clocks: _Optional[_Iterable[_Union[Clock, _Mapping]]] = ..., messages: _Optional[_Iterable[_Union[Message, _Mapping]]] = ..., crossings: _Optional[_Iterable[_Union[Crossing, _Mapping]]] = ..., erased: _Optional[bool] = ..., opened_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., changed_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., instrument_edition: _Optional[int] = ..., calendar_edition: _Optional[int] = ..., jurisdiction: _Optional[str] = ..., roster_version: _Optional[int] = ..., questions: _Optional[_Iterable[_Union[Question, _Mapping]]] = ..., offers: _Optional[_Iterable[_Union[OfferedDay, _Mapping]]] = ..., remembered: _Optional[_Iterable[_Union[Remembered, _Mapping]]] = ..., custody: _Optional[_Union[Custody, _Mapping]] = ..., allowed: _Optional[_Iterable[_Union[AllowedActs, _Mapping]]] = ..., traits: _Optional[_Iterable[str]] = ..., part_of: _Optional[str] = ..., passed_on_by: _Optional[str] = ..., came_from: _Optional[str] = ..., goes_on_in: _Optional[str] = ...) -> None: ...

class Question(_message.Message):
    __slots__ = ("code", "item", "message_id", "asked_by", "waits_for", "agencies", "meaning")
    CODE_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_FIELD_NUMBER: _ClassVar[int]
    AGENCIES_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    code: str
    item: str
    message_id: str
    asked_by: str
    waits_for: str
    agencies: _containers.RepeatedScalarFieldContainer[str]
    meaning: str
    def __init__(self, code: _Optional[str] = ..., item: _Optional[str] = ..., message_id: _Optional[str] = ..., asked_by: _Optional[str] = ..., waits_for: _Optional[str] = ..., agencies: _Optional[_Iterable[str]] = ..., meaning: _Optional[str] = ...) -> None: ...

class OfferedDay(_message.Message):
    __slots__ = ("message_id", "by", "day")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    by: str
    day: str
    def __init__(self, message_id: _Optional[str] = ..., by: _Optional[str] = ..., day: _Optional[str] = ...) -> None: ...

class Remembered(_message.Message):
    __slots__ = ("code", "value", "meaning")
    CODE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    code: str
    value: str
    meaning: str
    def __init__(self, code: _Optional[str] = ..., value: _Optional[str] = ..., meaning: _Optional[str] = ...) -> None: ...

class Custody(_message.Message):
    __slots__ = ("held", "days", "periods")
    HELD_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    PERIODS_FIELD_NUMBER: _ClassVar[int]
    held: bool
    days: int
    periods: _containers.RepeatedCompositeFieldContainer[CustodyPeriod]
    def __init__(self, held: _Optional[bool] = ..., days: _Optional[int] = ..., periods: _Optional[_Iterable[_Union[CustodyPeriod, _Mapping]]] = ...) -> None: ...

class CustodyPeriod(_message.Message):
    __slots__ = ("from_time", "until_time", "kind")
    FROM_TIME_FIELD_NUMBER: _ClassVar[int]
    UNTIL_TIME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    from_time: _timestamp_pb2.Timestamp
    until_time: _timestamp_pb2.Timestamp
    kind: str
    def __init__(self, from_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[str] = ...) -> None: ...

class AllowedActs(_message.Message):
    __slots__ = ("agency", "events")
    AGENCY_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    agency: str
    events: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, agency: _Optional[str] = ..., events: _Optional[_Iterable[str]] = ...) -> None: ...

class Clock(_message.Message):
    __slots__ = ("name", "article", "started_time", "due_time", "status", "superseded_times", "label", "calendar_edition", "jurisdiction", "last_day", "due_local", "rule", "last_day_unmoved", "coverage", "earlier", "on_expiry")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    STARTED_TIME_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_TIMES_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_EDITION_FIELD_NUMBER: _ClassVar[int]
    JURISDICTION_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    DUE_LOCAL_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_UNMOVED_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    EARLIER_FIELD_NUMBER: _ClassVar[int]
    ON_EXPIRY_FIELD_NUMBER: _ClassVar[int]
    name: str
    article: str
    started_time: _timestamp_pb2.Timestamp
    due_time: _timestamp_pb2.Timestamp
    status: ClockStatus
    superseded_times: _containers.RepeatedCompositeFieldContainer[_timestamp_pb2.Timestamp]
    label: str
    calendar_edition: int
    jurisdiction: str
    last_day: str
    due_local: str
    rule: str
    last_day_unmoved: str
    coverage: CalendarCoverage
    earlier: _containers.RepeatedCompositeFieldContainer[EarlierDue]
    on_expiry: str
    def __init__(self, name: _Optional[str] = ..., article: _Optional[str] = ..., started_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[_Union[ClockStatus, str]] = ..., superseded_times: _Optional[_Iterable[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]]] = ..., label: _Optional[str] = ..., calendar_edition: _Optional[int] = ..., jurisdiction: _Optional[str] = ..., last_day: _Optional[str] = ..., due_local: _Optional[str] = ..., rule: _Optional[str] = ..., last_day_unmoved: _Optional[str] = ..., coverage: _Optional[_Union[CalendarCoverage, str]] = ..., earlier: _Optional[_Iterable[_Union[EarlierDue, _Mapping]]] = ..., on_expiry: _Optional[str] = ...) -> None: ...

class EarlierDue(_message.Message):
    __slots__ = ("last_day", "why", "message_id")
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    last_day: str
    why: str
    message_id: str
    def __init__(self, last_day: _Optional[str] = ..., why: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class Message(_message.Message):
    __slots__ = ("message_id", "sender", "number", "event", "effect", "declared_time", "position", "deliveries", "body", "recorded_time", "remark", "remark_text", "warnings", "told_in")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    EFFECT_FIELD_NUMBER: _ClassVar[int]
    DECLARED_TIME_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    RECORDED_TIME_FIELD_NUMBER: _ClassVar[int]
    REMARK_FIELD_NUMBER: _ClassVar[int]
    REMARK_TEXT_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    TOLD_IN_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    sender: str
    number: int
    event: str
    effect: Effect
    declared_time: _timestamp_pb2.Timestamp
    position: int
    deliveries: _containers.RepeatedCompositeFieldContainer[Delivery]
    body: Body
    recorded_time: _timestamp_pb2.Timestamp
    remark: str
    remark_text: str
    warnings: _containers.RepeatedCompositeFieldContainer[Warning]
    told_in: str
    def __init__(self, message_id: _Optional[str] = ..., sender: _Optional[str] = ..., number: _Optional[int] = ..., event: _Optional[str] = ..., effect: _Optional[_Union[Effect, str]] = ..., declared_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., position: _Optional[int] = ..., deliveries: _Optional[_Iterable[_Union[Delivery, _Mapping]]] = ..., body: _Optional[_Union[Body, _Mapping]] = ..., recorded_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., remark: _Optional[str] = ..., remark_text: _Optional[str] = ..., warnings: _Optional[_Iterable[_Union[Warning, _Mapping]]] = ..., told_in: _Optional[str] = ...) -> None: ...

class Delivery(_message.Message):
    __slots__ = ("recipient", "status", "reason", "position", "given_up", "not_yet", "not_yet_since_time")
    RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    GIVEN_UP_FIELD_NUMBER: _ClassVar[int]
    NOT_YET_FIELD_NUMBER: _ClassVar[int]
    NOT_YET_SINCE_TIME_FIELD_NUMBER: _ClassVar[int]
    recipient: str
    status: DeliveryStatus
    reason: str
    position: int
    given_up: str
    not_yet: str
    not_yet_since_time: _timestamp_pb2.Timestamp
    def __init__(self, recipient: _Optional[str] = ..., status: _Optional[_Union[DeliveryStatus, str]] = ..., reason: _Optional[str] = ..., position: _Optional[int] = ..., given_up: _Optional[str] = ..., not_yet: _Optional[str] = ..., not_yet_since_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Crossing(_message.Message):
    __slots__ = ("message_id", "crossed_by", "text")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    CROSSED_BY_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    crossed_by: str
    text: str
    def __init__(self, message_id: _Optional[str] = ..., crossed_by: _Optional[str] = ..., text: _Optional[str] = ...) -> None: ...

class ListRequest(_message.Message):
    __slots__ = ("assertion", "state", "page_size", "page_token", "instrument", "due_before_time", "awaiting", "part_of")
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    DUE_BEFORE_TIME_FIELD_NUMBER: _ClassVar[int]
    AWAITING_FIELD_NUMBER: _ClassVar[int]
    PART_OF_FIELD_NUMBER: _ClassVar[int]
    assertion: Assertion
    state: str
    page_size: int
    page_token: str
    instrument: str
    due_before_time: _timestamp_pb2.Timestamp
    awaiting: str
    part_of: str
    def __init__(self, assertion: _Optional[_Union[Assertion, _Mapping]] = ..., state: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., instrument: _Optional[str] = ..., due_before_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., awaiting: _Optional[str] = ..., part_of: _Optional[str] = ...) -> None: ...

class ListResponse(_message.Message):
    __slots__ = ("referrals", "next_page_token", "as_of")
    REFERRALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    referrals: _containers.RepeatedCompositeFieldContainer[Referral]
    next_page_token: str
    as_of: int
    def __init__(self, referrals: _Optional[_Iterable[_Union[Referral, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., as_of: _Optional[int] = ...) -> None: ...

class StatisticsRequest(_message.Message):
    __slots__ = ("assertion", "instrument", "first_day", "last_day")
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    assertion: Assertion
    instrument: str
    first_day: str
    last_day: str
    def __init__(self, assertion: _Optional[_Union[Assertion, _Mapping]] = ..., instrument: _Optional[str] = ..., first_day: _Optional[str] = ..., last_day: _Optional[str] = ...) -> None: ...

class StatisticsResponse(_message.Message):
    __slots__ = ("agency", "instrument", "title", "first_day", "last_day", "as_of", "node_time", "referrals", "unreadable", "awaiting_opening", "figures", "not_counted")
    AGENCY_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    NODE_TIME_FIELD_NUMBER: _ClassVar[int]
    REFERRALS_FIELD_NUMBER: _ClassVar[int]
    UNREADABLE_FIELD_NUMBER: _ClassVar[int]
    AWAITING_OPENING_FIELD_NUMBER: _ClassVar[int]
    FIGURES_FIELD_NUMBER: _ClassVar[int]
    NOT_COUNTED_FIELD_NUMBER: _ClassVar[int]
    agency: str
    instrument: str
    title: str
    first_day: str
    last_day: str
    as_of: int
    node_time: _timestamp_pb2.Timestamp
    referrals: int
    unreadable: int
    awaiting_opening: int
    figures: _containers.RepeatedCompositeFieldContainer[Figure]
    not_counted: _containers.RepeatedCompositeFieldContainer[NotCounted]
    def __init__(self, agency: _Optional[str] = ..., instrument: _Optional[str] = ..., title: _Optional[str] = ..., first_day: _Optional[str] = ..., last_day: _Optional[str] = ..., as_of: _Optional[int] = ..., node_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., referrals: _Optional[int] = ..., unreadable: _Optional[int] = ..., awaiting_opening: _Optional[int] = ..., figures: _Optional[_Iterable[_Union[Figure, _Mapping]]] = ..., not_counted: _Optional[_Iterable[_Union[NotCounted, _Mapping]]] = ...) -> None: ...

class Figure(_message.Message):
    __slots__ = ("code", "meaning", "article", "dated_by", "by", "days", "rows", "without")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    DATED_BY_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_FIELD_NUMBER: _ClassVar[int]
    code: str
    meaning: str
    article: str
    dated_by: str
    by: str
    days: bool
    rows: _containers.RepeatedCompositeFieldContainer[FigureRow]
    without: int
    def __init__(self, code: _Optional[str] = ..., meaning: _Optional[str] = ..., article: _Optional[str] = ..., dated_by: _Optional[str] = ..., by: _Optional[str] = ..., days: _Optional[bool] = ..., rows: _Optional[_Iterable[_Union[FigureRow, _Mapping]]] = ..., without: _Optional[int] = ...) -> None: ...

class FigureRow(_message.Message):
    __slots__ = ("key", "label", "asking", "answering", "told")
    KEY_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    ASKING_FIELD_NUMBER: _ClassVar[int]
    ANSWERING_FIELD_NUMBER: _ClassVar[int]
    TOLD_FIELD_NUMBER: _ClassVar[int]
    key: str
    label: str
    asking: CaseCount
    answering: CaseCount
    told: CaseCount
    def __init__(self, key: _Optional[str] = ..., label: _Optional[str] = ..., asking: _Optional[_Union[CaseCount, _Mapping]] = ..., answering: _Optional[_Union[CaseCount, _Mapping]] = ..., told: _Optional[_Union[CaseCount, _Mapping]] = ...) -> None: ...

class CaseCount(_message.Message):
    __slots__ = ("cases", "days")
    CASES_FIELD_NUMBER: _ClassVar[int]
    DAYS_FIELD_NUMBER: _ClassVar[int]
    cases: int
    days: DayCount
    def __init__(self, cases: _Optional[int] = ..., days: _Optional[_Union[DayCount, _Mapping]] = ...) -> None: ...

class DayCount(_message.Message):
    __slots__ = ("mean", "median", "max")
    MEAN_FIELD_NUMBER: _ClassVar[int]
    MEDIAN_FIELD_NUMBER: _ClassVar[int]
    MAX_FIELD_NUMBER: _ClassVar[int]
    mean: float
    median: float
    max: int
    def __init__(self, mean: _Optional[float] = ..., median: _Optional[float] = ..., max: _Optional[int] = ...) -> None: ...

class NotCounted(_message.Message):
    __slots__ = ("code", "meaning", "article", "why")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    code: str
    meaning: str
    article: str
    why: str
    def __init__(self, code: _Optional[str] = ..., meaning: _Optional[str] = ..., article: _Optional[str] = ..., why: _Optional[str] = ...) -> None: ...

class CalendarRequest(_message.Message):
    __slots__ = ("assertion", "days_ahead", "days_back", "instrument")
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    DAYS_AHEAD_FIELD_NUMBER: _ClassVar[int]
    DAYS_BACK_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    assertion: Assertion
    days_ahead: int
    days_back: int
    instrument: str
    def __init__(self, assertion: _Optional[_Union[Assertion, _Mapping]] = ..., days_ahead: _Optional[int] = ..., days_back: _Optional[int] = ..., instrument: _Optional[str] = ...) -> None: ...

class CalendarResponse(_message.Message):
    __slots__ = ("text", "as_of")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    text: str
    as_of: int
    def __init__(self, text: _Optional[str] = ..., as_of: _Optional[int] = ...) -> None: ...

class WatchRequest(_message.Message):
    __slots__ = ("start", "acknowledge")
    START_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    start: WatchStart
    acknowledge: Acknowledge
    def __init__(self, start: _Optional[_Union[WatchStart, _Mapping]] = ..., acknowledge: _Optional[_Union[Acknowledge, _Mapping]] = ...) -> None: ...

class WatchStart(_message.Message):
    __slots__ = ("consumer", "assertion", "cursor", "with_content", "kinds", "must_exist")
    CONSUMER_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    WITH_CONTENT_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    MUST_EXIST_FIELD_NUMBER: _ClassVar[int]
    consumer: str
    assertion: Assertion
    cursor: Cursor
    with_content: bool
    kinds: _containers.RepeatedScalarFieldContainer[OfferKind]
    must_exist: bool
    def __init__(self, consumer: _Optional[str] = ..., assertion: _Optional[_Union[Assertion, _Mapping]] = ..., cursor: _Optional[_Union[Cursor, _Mapping]] = ..., with_content: _Optional[bool] = ..., kinds: _Optional[_Iterable[_Union[OfferKind, str]]] = ..., must_exist: _Optional[bool] = ...) -> None: ...

class Cursor(_message.Message):
    __slots__ = ("instance", "position")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    instance: str
    position: int
    def __init__(self, instance: _Optional[str] = ..., position: _Optional[int] = ...) -> None: ...

class Acknowledge(_message.Message):
    __slots__ = ("positions", "notices_through")
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    NOTICES_THROUGH_FIELD_NUMBER: _ClassVar[int]
    positions: _containers.RepeatedScalarFieldContainer[int]
    notices_through: int
    def __init__(self, positions: _Optional[_Iterable[int]] = ..., notices_through: _Optional[int] = ...) -> None: ...

class WatchResponse(_message.Message):
    __slots__ = ("offers", "handed_over", "started", "notices", "noticed_through")
    OFFERS_FIELD_NUMBER: _ClassVar[int]
    HANDED_OVER_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    NOTICES_FIELD_NUMBER: _ClassVar[int]
    NOTICED_THROUGH_FIELD_NUMBER: _ClassVar[int]
    offers: _containers.RepeatedCompositeFieldContainer[Offer]
    handed_over: _containers.RepeatedScalarFieldContainer[int]
    started: WatchStarted
    notices: _containers.RepeatedCompositeFieldContainer[Notice]
    noticed_through: int
    def __init__(self, offers: _Optional[_Iterable[_Union[Offer, _Mapping]]] = ..., handed_over: _Optional[_Iterable[int]] = ..., started: _Optional[_Union[WatchStarted, _Mapping]] = ..., notices: _Optional[_Iterable[_Union[Notice, _Mapping]]] = ..., noticed_through: _Optional[int] = ...) -> None: ...

class WatchStarted(_message.Message):
    __slots__ = ("is_new", "after", "unacknowledged")
    IS_NEW_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    UNACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    is_new: bool
    after: Cursor
    unacknowledged: int
    def __init__(self, is_new: _Optional[bool] = ..., after: _Optional[_Union[Cursor, _Mapping]] = ..., unacknowledged: _Optional[int] = ...) -> None: ...

class Offer(_message.Message):
    __slots__ = ("cursor", "message_id", "referral_id", "sender", "event", "urgent", "body", "recorded_time", "declared_time")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    REFERRAL_ID_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    URGENT_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    RECORDED_TIME_FIELD_NUMBER: _ClassVar[int]
    DECLARED_TIME_FIELD_NUMBER: _ClassVar[int]
    cursor: Cursor
    message_id: str
    referral_id: str
    sender: str
    event: str
    urgent: bool
    body: Body
    recorded_time: _timestamp_pb2.Timestamp
    declared_time: _timestamp_pb2.Timestamp
    def __init__(self, cursor: _Optional[_Union[Cursor, _Mapping]] = ..., message_id: _Optional[str] = ..., referral_id: _Optional[str] = ..., sender: _Optional[str] = ..., event: _Optional[str] = ..., urgent: _Optional[bool] = ..., body: _Optional[_Union[Body, _Mapping]] = ..., recorded_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., declared_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("cursor", "referral_id", "recorded_time", "receipt", "given_up", "clock", "requeued")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    REFERRAL_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDED_TIME_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    GIVEN_UP_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    REQUEUED_FIELD_NUMBER: _ClassVar[int]
    cursor: Cursor
    referral_id: str
    recorded_time: _timestamp_pb2.Timestamp
    receipt: Receipt
    given_up: GivenUp
    clock: ClockAlarm
    requeued: Requeued
    def __init__(self, cursor: _Optional[_Union[Cursor, _Mapping]] = ..., referral_id: _Optional[str] = ..., recorded_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., receipt: _Optional[_Union[Receipt, _Mapping]] = ..., given_up: _Optional[_Union[GivenUp, _Mapping]] = ..., clock: _Optional[_Union[ClockAlarm, _Mapping]] = ..., requeued: _Optional[_Union[Requeued, _Mapping]] = ...) -> None: ...

class Requeued(_message.Message):
    __slots__ = ("message_id", "recipient", "reason")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    recipient: str
    reason: str
    def __init__(self, message_id: _Optional[str] = ..., recipient: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class GivenUp(_message.Message):
    __slots__ = ("message_id", "recipient", "reason")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    recipient: str
    reason: str
    def __init__(self, message_id: _Optional[str] = ..., recipient: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ClockAlarm(_message.Message):
    __slots__ = ("name", "article", "label", "due_time", "overdue", "cause")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    DUE_TIME_FIELD_NUMBER: _ClassVar[int]
    OVERDUE_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    name: str
    article: str
    label: str
    due_time: _timestamp_pb2.Timestamp
    overdue: bool
    cause: str
    def __init__(self, name: _Optional[str] = ..., article: _Optional[str] = ..., label: _Optional[str] = ..., due_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., overdue: _Optional[bool] = ..., cause: _Optional[str] = ...) -> None: ...

class ConsumersRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ConsumersResponse(_message.Message):
    __slots__ = ("consumers", "as_of")
    CONSUMERS_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    consumers: _containers.RepeatedCompositeFieldContainer[Consumer]
    as_of: int
    def __init__(self, consumers: _Optional[_Iterable[_Union[Consumer, _Mapping]]] = ..., as_of: _Optional[int] = ...) -> None: ...

class Consumer(_message.Message):
    __slots__ = ("name", "handed_over", "unacknowledged", "noticed_through", "since_time", "last_time", "watches")
    NAME_FIELD_NUMBER: _ClassVar[int]
    HANDED_OVER_FIELD_NUMBER: _ClassVar[int]
    UNACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    NOTICED_THROUGH_FIELD_NUMBER: _ClassVar[int]
    SINCE_TIME_FIELD_NUMBER: _ClassVar[int]
    LAST_TIME_FIELD_NUMBER: _ClassVar[int]
    WATCHES_FIELD_NUMBER: _ClassVar[int]
    name: str
    handed_over: int
    unacknowledged: int
    noticed_through: int
    since_time: _timestamp_pb2.Timestamp
    last_time: _timestamp_pb2.Timestamp
    watches: bool
    def __init__(self, name: _Optional[str] = ..., handed_over: _Optional[int] = ..., unacknowledged: _Optional[int] = ..., noticed_through: _Optional[int] = ..., since_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., watches: _Optional[bool] = ...) -> None: ...

class RemoveConsumerRequest(_message.Message):
    __slots__ = ("consumer", "person", "justification")
    CONSUMER_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    JUSTIFICATION_FIELD_NUMBER: _ClassVar[int]
    consumer: str
    person: str
    justification: str
    def __init__(self, consumer: _Optional[str] = ..., person: _Optional[str] = ..., justification: _Optional[str] = ...) -> None: ...

class RemoveConsumerResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DescribeRequest(_message.Message):
    __slots__ = ("instrument", "edition")
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    EDITION_FIELD_NUMBER: _ClassVar[int]
    instrument: str
    edition: int
    def __init__(self, instrument: _Optional[str] = ..., edition: _Optional[int] = ...) -> None: ...

class DescribeResponse(_message.Message):
    __slots__ = ("instruments",)
    INSTRUMENTS_FIELD_NUMBER: _ClassVar[int]
    instruments: _containers.RepeatedCompositeFieldContainer[_instrument_pb2.Instrument]
    def __init__(self, instruments: _Optional[_Iterable[_Union[_instrument_pb2.Instrument, _Mapping]]] = ...) -> None: ...

class EvidenceRequest(_message.Message):
    __slots__ = ("message_id", "sender", "assertion", "with_content", "came_with")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    WITH_CONTENT_FIELD_NUMBER: _ClassVar[int]
    CAME_WITH_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    sender: str
    assertion: Assertion
    with_content: bool
    came_with: str
    def __init__(self, message_id: _Optional[str] = ..., sender: _Optional[str] = ..., assertion: _Optional[_Union[Assertion, _Mapping]] = ..., with_content: _Optional[bool] = ..., came_with: _Optional[str] = ...) -> None: ...

class EvidenceResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: bytes
    def __init__(self, file: _Optional[bytes] = ...) -> None: ...

class PrintReferralRequest(_message.Message):
    __slots__ = ("referral_id", "assertion", "language", "format", "message_id")
    REFERRAL_ID_FIELD_NUMBER: _ClassVar[int]
    ASSERTION_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    referral_id: str
    assertion: Assertion
    language: str
    format: PrintFormat
    message_id: str
    def __init__(self, referral_id: _Optional[str] = ..., assertion: _Optional[_Union[Assertion, _Mapping]] = ..., language: _Optional[str] = ..., format: _Optional[_Union[PrintFormat, str]] = ..., message_id: _Optional[str] = ...) -> None: ...

class PrintReferralResponse(_message.Message):
    __slots__ = ("file", "media_type", "file_name", "language")
    FILE_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    file: bytes
    media_type: str
    file_name: str
    language: str
    def __init__(self, file: _Optional[bytes] = ..., media_type: _Optional[str] = ..., file_name: _Optional[str] = ..., language: _Optional[str] = ...) -> None: ...

class AboutRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AboutResponse(_message.Message):
    __slots__ = ("agency", "federation", "instance", "version", "roster_version", "node_time", "packages", "limits")
    AGENCY_FIELD_NUMBER: _ClassVar[int]
    FEDERATION_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ROSTER_VERSION_FIELD_NUMBER: _ClassVar[int]
    NODE_TIME_FIELD_NUMBER: _ClassVar[int]
    PACKAGES_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    agency: str
    federation: str
    instance: str
    version: str
    roster_version: int
    node_time: _timestamp_pb2.Timestamp
    packages: _containers.RepeatedScalarFieldContainer[str]
    limits: SizeLimits
    def __init__(self, agency: _Optional[str] = ..., federation: _Optional[str] = ..., instance: _Optional[str] = ..., version: _Optional[str] = ..., roster_version: _Optional[int] = ..., node_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., packages: _Optional[_Iterable[str]] = ..., limits: _Optional[_Union[SizeLimits, _Mapping]] = ...) -> None: ...

class SizeLimits(_message.Message):
    __slots__ = ("submission_bytes", "request_bytes", "body_bytes", "text_bytes", "answer_bytes")
    SUBMISSION_BYTES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_BYTES_FIELD_NUMBER: _ClassVar[int]
    BODY_BYTES_FIELD_NUMBER: _ClassVar[int]
    TEXT_BYTES_FIELD_NUMBER: _ClassVar[int]
    ANSWER_BYTES_FIELD_NUMBER: _ClassVar[int]
    submission_bytes: int
    request_bytes: int
    body_bytes: int
    text_bytes: int
    answer_bytes: int
    def __init__(self, submission_bytes: _Optional[int] = ..., request_bytes: _Optional[int] = ..., body_bytes: _Optional[int] = ..., text_bytes: _Optional[int] = ..., answer_bytes: _Optional[int] = ...) -> None: ...

class AgenciesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class AgenciesResponse(_message.Message):
    __slots__ = ("agencies", "next_page_token", "roster_version")
    AGENCIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ROSTER_VERSION_FIELD_NUMBER: _ClassVar[int]
    agencies: _containers.RepeatedCompositeFieldContainer[Agency]
    next_page_token: str
    roster_version: int
    def __init__(self, agencies: _Optional[_Iterable[_Union[Agency, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., roster_version: _Optional[int] = ...) -> None: ...

class Agency(_message.Message):
    __slots__ = ("agency", "name", "country", "own", "via", "accepts", "jurisdiction")
    AGENCY_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    OWN_FIELD_NUMBER: _ClassVar[int]
    VIA_FIELD_NUMBER: _ClassVar[int]
    ACCEPTS_FIELD_NUMBER: _ClassVar[int]
    JURISDICTION_FIELD_NUMBER: _ClassVar[int]
    agency: str
    name: str
    country: str
    own: bool
    via: str
    accepts: _containers.RepeatedCompositeFieldContainer[Acceptance]
    jurisdiction: str
    def __init__(self, agency: _Optional[str] = ..., name: _Optional[str] = ..., country: _Optional[str] = ..., own: _Optional[bool] = ..., via: _Optional[str] = ..., accepts: _Optional[_Iterable[_Union[Acceptance, _Mapping]]] = ..., jurisdiction: _Optional[str] = ...) -> None: ...

class Acceptance(_message.Message):
    __slots__ = ("instrument", "capacities")
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    CAPACITIES_FIELD_NUMBER: _ClassVar[int]
    instrument: str
    capacities: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, instrument: _Optional[str] = ..., capacities: _Optional[_Iterable[str]] = ...) -> None: ...
