from rogatory.types.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_KIND_UNSPECIFIED: _ClassVar[EventKind]
    EVENT_KIND_FORWARDED: _ClassVar[EventKind]
    EVENT_KIND_RECEIVED_BY_COMPETENT: _ClassVar[EventKind]
    EVENT_KIND_REGISTERED: _ClassVar[EventKind]
    EVENT_KIND_INFORMATION_REQUESTED: _ClassVar[EventKind]
    EVENT_KIND_INFORMATION_SUPPLIED: _ClassVar[EventKind]
    EVENT_KIND_ARRESTED: _ClassVar[EventKind]
    EVENT_KIND_HEARING_ARRANGED: _ClassVar[EventKind]
    EVENT_KIND_CONSENT_RECORDED: _ClassVar[EventKind]
    EVENT_KIND_CONSENT_REVOKED: _ClassVar[EventKind]
    EVENT_KIND_NO_CONSENT: _ClassVar[EventKind]
    EVENT_KIND_DELAY_NOTIFIED: _ClassVar[EventKind]
    EVENT_KIND_LIMIT_EXCEEDED: _ClassVar[EventKind]
    EVENT_KIND_DEFERRED: _ClassVar[EventKind]
    EVENT_KIND_DEFERRAL_ENDED: _ClassVar[EventKind]
    EVENT_KIND_GUARANTEE_REQUESTED: _ClassVar[EventKind]
    EVENT_KIND_GUARANTEE_GIVEN: _ClassVar[EventKind]
    EVENT_KIND_EXECUTION_ORDERED: _ClassVar[EventKind]
    EVENT_KIND_DECISION_FINAL: _ClassVar[EventKind]
    EVENT_KIND_REFUSED: _ClassVar[EventKind]
    EVENT_KIND_SENTENCE_TAKEN_OVER: _ClassVar[EventKind]
    EVENT_KIND_SURRENDER_DATE_PROPOSED: _ClassVar[EventKind]
    EVENT_KIND_SURRENDER_DATE_AGREED: _ClassVar[EventKind]
    EVENT_KIND_FORCE_MAJEURE_FOUND: _ClassVar[EventKind]
    EVENT_KIND_NEW_DATE_AGREED: _ClassVar[EventKind]
    EVENT_KIND_SURRENDER_SUSPENDED: _ClassVar[EventKind]
    EVENT_KIND_SUSPENSION_ENDED: _ClassVar[EventKind]
    EVENT_KIND_SURRENDER_POSTPONED: _ClassVar[EventKind]
    EVENT_KIND_POSTPONEMENT_ENDED: _ClassVar[EventKind]
    EVENT_KIND_TEMPORARILY_SURRENDERED: _ClassVar[EventKind]
    EVENT_KIND_RETURNED_FROM_TEMPORARY: _ClassVar[EventKind]
    EVENT_KIND_RELEASED: _ClassVar[EventKind]
    EVENT_KIND_SURRENDERED: _ClassVar[EventKind]
    EVENT_KIND_SURRENDER_CONFIRMED: _ClassVar[EventKind]
    EVENT_KIND_WITHDRAWN: _ClassVar[EventKind]
    EVENT_KIND_EXECUTED_ELSEWHERE: _ClassVar[EventKind]
    EVENT_KIND_SPECIALITY_CONSENT_REQUESTED: _ClassVar[EventKind]
    EVENT_KIND_SPECIALITY_CONSENT_ANSWERED: _ClassVar[EventKind]
    EVENT_KIND_ONWARD_CONSENT_REQUESTED: _ClassVar[EventKind]
    EVENT_KIND_ONWARD_CONSENT_ANSWERED: _ClassVar[EventKind]
    EVENT_KIND_FINALLY_DISCHARGED: _ClassVar[EventKind]
    EVENT_KIND_PROPERTY_HANDED_OVER: _ClassVar[EventKind]
    EVENT_KIND_PERSON_NOT_FOUND: _ClassVar[EventKind]
    EVENT_KIND_CORRECTED: _ClassVar[EventKind]

class DeferralReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DEFERRAL_REASON_UNSPECIFIED: _ClassVar[DeferralReason]
    DEFERRAL_REASON_IMMUNITY: _ClassVar[DeferralReason]
    DEFERRAL_REASON_THIRD_STATE_SPECIALITY: _ClassVar[DeferralReason]
    DEFERRAL_REASON_COMPETING_REQUESTS: _ClassVar[DeferralReason]
    DEFERRAL_REASON_FUNDAMENTAL_RIGHTS: _ClassVar[DeferralReason]
    DEFERRAL_REASON_PRELIMINARY_REFERENCE: _ClassVar[DeferralReason]

class Guarantee(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GUARANTEE_UNSPECIFIED: _ClassVar[Guarantee]
    GUARANTEE_LIFE_REVIEW: _ClassVar[Guarantee]
    GUARANTEE_RETURN: _ClassVar[Guarantee]
    GUARANTEE_DETENTION_CONDITIONS: _ClassVar[Guarantee]
    GUARANTEE_RETRIAL: _ClassVar[Guarantee]

class Ground(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GROUND_UNSPECIFIED: _ClassVar[Ground]
    GROUND_AMNESTY: _ClassVar[Ground]
    GROUND_FINALLY_JUDGED: _ClassVar[Ground]
    GROUND_AGE: _ClassVar[Ground]
    GROUND_NO_DOUBLE_CRIMINALITY: _ClassVar[Ground]
    GROUND_PROSECUTED_HERE: _ClassVar[Ground]
    GROUND_NOT_PROSECUTED: _ClassVar[Ground]
    GROUND_STATUTE_BARRED: _ClassVar[Ground]
    GROUND_JUDGED_BY_THIRD_STATE: _ClassVar[Ground]
    GROUND_NATIONAL_OR_RESIDENT: _ClassVar[Ground]
    GROUND_COMMITTED_HERE: _ClassVar[Ground]
    GROUND_EXTRATERRITORIAL: _ClassVar[Ground]
    GROUND_IN_ABSENTIA: _ClassVar[Ground]
    GROUND_FUNDAMENTAL_RIGHTS: _ClassVar[Ground]
EVENT_KIND_UNSPECIFIED: EventKind
EVENT_KIND_FORWARDED: EventKind
EVENT_KIND_RECEIVED_BY_COMPETENT: EventKind
EVENT_KIND_REGISTERED: EventKind
EVENT_KIND_INFORMATION_REQUESTED: EventKind
EVENT_KIND_INFORMATION_SUPPLIED: EventKind
EVENT_KIND_ARRESTED: EventKind
EVENT_KIND_HEARING_ARRANGED: EventKind
EVENT_KIND_CONSENT_RECORDED: EventKind
EVENT_KIND_CONSENT_REVOKED: EventKind
EVENT_KIND_NO_CONSENT: EventKind
EVENT_KIND_DELAY_NOTIFIED: EventKind
EVENT_KIND_LIMIT_EXCEEDED: EventKind
EVENT_KIND_DEFERRED: EventKind
EVENT_KIND_DEFERRAL_ENDED: EventKind
EVENT_KIND_GUARANTEE_REQUESTED: EventKind
EVENT_KIND_GUARANTEE_GIVEN: EventKind
EVENT_KIND_EXECUTION_ORDERED: EventKind
EVENT_KIND_DECISION_FINAL: EventKind
EVENT_KIND_REFUSED: EventKind
EVENT_KIND_SENTENCE_TAKEN_OVER: EventKind
EVENT_KIND_SURRENDER_DATE_PROPOSED: EventKind
EVENT_KIND_SURRENDER_DATE_AGREED: EventKind
EVENT_KIND_FORCE_MAJEURE_FOUND: EventKind
EVENT_KIND_NEW_DATE_AGREED: EventKind
EVENT_KIND_SURRENDER_SUSPENDED: EventKind
EVENT_KIND_SUSPENSION_ENDED: EventKind
EVENT_KIND_SURRENDER_POSTPONED: EventKind
EVENT_KIND_POSTPONEMENT_ENDED: EventKind
EVENT_KIND_TEMPORARILY_SURRENDERED: EventKind
EVENT_KIND_RETURNED_FROM_TEMPORARY: EventKind
EVENT_KIND_RELEASED: EventKind
EVENT_KIND_SURRENDERED: EventKind
EVENT_KIND_SURRENDER_CONFIRMED: EventKind
EVENT_KIND_WITHDRAWN: EventKind
EVENT_KIND_EXECUTED_ELSEWHERE: EventKind
EVENT_KIND_SPECIALITY_CONSENT_REQUESTED: EventKind
EVENT_KIND_SPECIALITY_CONSENT_ANSWERED: EventKind
EVENT_KIND_ONWARD_CONSENT_REQUESTED: EventKind
EVENT_KIND_ONWARD_CONSENT_ANSWERED: EventKind
EVENT_KIND_FINALLY_DISCHARGED: EventKind
EVENT_KIND_PROPERTY_HANDED_OVER: EventKind
EVENT_KIND_PERSON_NOT_FOUND: EventKind
EVENT_KIND_CORRECTED: EventKind
DEFERRAL_REASON_UNSPECIFIED: DeferralReason
DEFERRAL_REASON_IMMUNITY: DeferralReason
DEFERRAL_REASON_THIRD_STATE_SPECIALITY: DeferralReason
DEFERRAL_REASON_COMPETING_REQUESTS: DeferralReason
DEFERRAL_REASON_FUNDAMENTAL_RIGHTS: DeferralReason
DEFERRAL_REASON_PRELIMINARY_REFERENCE: DeferralReason
GUARANTEE_UNSPECIFIED: Guarantee
GUARANTEE_LIFE_REVIEW: Guarantee
GUARANTEE_RETURN: Guarantee
GUARANTEE_DETENTION_CONDITIONS: Guarantee
GUARANTEE_RETRIAL: Guarantee
GROUND_UNSPECIFIED: Ground
GROUND_AMNESTY: Ground
GROUND_FINALLY_JUDGED: Ground
GROUND_AGE: Ground
GROUND_NO_DOUBLE_CRIMINALITY: Ground
GROUND_PROSECUTED_HERE: Ground
GROUND_NOT_PROSECUTED: Ground
GROUND_STATUTE_BARRED: Ground
GROUND_JUDGED_BY_THIRD_STATE: Ground
GROUND_NATIONAL_OR_RESIDENT: Ground
GROUND_COMMITTED_HERE: Ground
GROUND_EXTRATERRITORIAL: Ground
GROUND_IN_ABSENTIA: Ground
GROUND_FUNDAMENTAL_RIGHTS: Ground

class Event(_message.Message):
    __slots__ = ("kind", "text", "day", "answers", "deferral_reason", "guarantees", "grounds", "offences", "custody_days", "replaced_by", "affirmed")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    DEFERRAL_REASON_FIELD_NUMBER: _ClassVar[int]
    GUARANTEES_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    OFFENCES_FIELD_NUMBER: _ClassVar[int]
    CUSTODY_DAYS_FIELD_NUMBER: _ClassVar[int]
    REPLACED_BY_FIELD_NUMBER: _ClassVar[int]
    AFFIRMED_FIELD_NUMBER: _ClassVar[int]
    kind: EventKind
    text: str
    day: _common_pb2.PartialDate
    answers: str
    deferral_reason: DeferralReason
    guarantees: _containers.RepeatedScalarFieldContainer[Guarantee]
    grounds: _containers.RepeatedScalarFieldContainer[Ground]
    offences: _containers.RepeatedScalarFieldContainer[int]
    custody_days: int
    replaced_by: str
    affirmed: bool
    def __init__(self, kind: _Optional[_Union[EventKind, str]] = ..., text: _Optional[str] = ..., day: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., answers: _Optional[str] = ..., deferral_reason: _Optional[_Union[DeferralReason, str]] = ..., guarantees: _Optional[_Iterable[_Union[Guarantee, str]]] = ..., grounds: _Optional[_Iterable[_Union[Ground, str]]] = ..., offences: _Optional[_Iterable[int]] = ..., custody_days: _Optional[int] = ..., replaced_by: _Optional[str] = ..., affirmed: _Optional[bool] = ...) -> None: ...
