from rogatory.types.v1 import common_pb2 as _common_pb2
from rogatory.types.v1 import eio_pb2 as _eio_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SentenceCertificateForm(_message.Message):
    __slots__ = ("language", "translations", "issuing_state", "executing_state", "court", "judgment_reference", "judged", "became_final", "authority", "person", "warrant_reference", "basis", "facts", "classification", "provision", "categories", "trial", "imposed_days", "served_days", "opinion", "opinion_text", "other_circumstances", "signature")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TRANSLATIONS_FIELD_NUMBER: _ClassVar[int]
    ISSUING_STATE_FIELD_NUMBER: _ClassVar[int]
    EXECUTING_STATE_FIELD_NUMBER: _ClassVar[int]
    COURT_FIELD_NUMBER: _ClassVar[int]
    JUDGMENT_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    JUDGED_FIELD_NUMBER: _ClassVar[int]
    BECAME_FINAL_FIELD_NUMBER: _ClassVar[int]
    AUTHORITY_FIELD_NUMBER: _ClassVar[int]
    PERSON_FIELD_NUMBER: _ClassVar[int]
    WARRANT_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    BASIS_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    CLASSIFICATION_FIELD_NUMBER: _ClassVar[int]
    PROVISION_FIELD_NUMBER: _ClassVar[int]
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    TRIAL_FIELD_NUMBER: _ClassVar[int]
    IMPOSED_DAYS_FIELD_NUMBER: _ClassVar[int]
    SERVED_DAYS_FIELD_NUMBER: _ClassVar[int]
    OPINION_FIELD_NUMBER: _ClassVar[int]
    OPINION_TEXT_FIELD_NUMBER: _ClassVar[int]
    OTHER_CIRCUMSTANCES_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    language: str
    translations: _containers.RepeatedScalarFieldContainer[str]
    issuing_state: str
    executing_state: str
    court: str
    judgment_reference: str
    judged: _common_pb2.PartialDate
    became_final: _common_pb2.PartialDate
    authority: _eio_pb2.AuthorityDetails
    person: _eio_pb2.NaturalPerson
    warrant_reference: str
    basis: str
    facts: str
    classification: str
    provision: str
    categories: _containers.RepeatedScalarFieldContainer[str]
    trial: str
    imposed_days: int
    served_days: int
    opinion: str
    opinion_text: str
    other_circumstances: str
    signature: _eio_pb2.FormSignature
    def __init__(self, language: _Optional[str] = ..., translations: _Optional[_Iterable[str]] = ..., issuing_state: _Optional[str] = ..., executing_state: _Optional[str] = ..., court: _Optional[str] = ..., judgment_reference: _Optional[str] = ..., judged: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., became_final: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., authority: _Optional[_Union[_eio_pb2.AuthorityDetails, _Mapping]] = ..., person: _Optional[_Union[_eio_pb2.NaturalPerson, _Mapping]] = ..., warrant_reference: _Optional[str] = ..., basis: _Optional[str] = ..., facts: _Optional[str] = ..., classification: _Optional[str] = ..., provision: _Optional[str] = ..., categories: _Optional[_Iterable[str]] = ..., trial: _Optional[str] = ..., imposed_days: _Optional[int] = ..., served_days: _Optional[int] = ..., opinion: _Optional[str] = ..., opinion_text: _Optional[str] = ..., other_circumstances: _Optional[str] = ..., signature: _Optional[_Union[_eio_pb2.FormSignature, _Mapping]] = ...) -> None: ...
