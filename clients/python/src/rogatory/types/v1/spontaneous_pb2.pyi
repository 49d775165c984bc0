from rogatory.types.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SpontaneousForm(_message.Message):
    __slots__ = ("language", "subject", "information", "relevance", "serious_offence", "source", "reliability", "subjects", "on", "contact", "reference")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_FIELD_NUMBER: _ClassVar[int]
    RELEVANCE_FIELD_NUMBER: _ClassVar[int]
    SERIOUS_OFFENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    RELIABILITY_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    language: str
    subject: str
    information: str
    relevance: str
    serious_offence: bool
    source: str
    reliability: int
    subjects: _containers.RepeatedCompositeFieldContainer[SubjectOfInformation]
    on: _common_pb2.PartialDate
    contact: str
    reference: str
    def __init__(self, language: _Optional[str] = ..., subject: _Optional[str] = ..., information: _Optional[str] = ..., relevance: _Optional[str] = ..., serious_offence: _Optional[bool] = ..., source: _Optional[str] = ..., reliability: _Optional[int] = ..., subjects: _Optional[_Iterable[_Union[SubjectOfInformation, _Mapping]]] = ..., on: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., contact: _Optional[str] = ..., reference: _Optional[str] = ...) -> None: ...

class SubjectOfInformation(_message.Message):
    __slots__ = ("name", "part")
    NAME_FIELD_NUMBER: _ClassVar[int]
    PART_FIELD_NUMBER: _ClassVar[int]
    name: str
    part: str
    def __init__(self, name: _Optional[str] = ..., part: _Optional[str] = ...) -> None: ...
