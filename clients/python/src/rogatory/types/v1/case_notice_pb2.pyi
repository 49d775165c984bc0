from rogatory.types.v1 import common_pb2 as _common_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CaseNoticeForm(_message.Message):
    __slots__ = ("instrument", "instrument_edition", "event", "meaning", "article", "on", "asking", "answering", "reasons", "reference", "offences", "persons")
    INSTRUMENT_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_EDITION_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    ON_FIELD_NUMBER: _ClassVar[int]
    ASKING_FIELD_NUMBER: _ClassVar[int]
    ANSWERING_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    OFFENCES_FIELD_NUMBER: _ClassVar[int]
    PERSONS_FIELD_NUMBER: _ClassVar[int]
    instrument: str
    instrument_edition: int
    event: str
    meaning: str
    article: str
    on: _common_pb2.PartialDate
    asking: str
    answering: str
    reasons: str
    reference: str
    offences: _containers.RepeatedScalarFieldContainer[str]
    persons: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, instrument: _Optional[str] = ..., instrument_edition: _Optional[int] = ..., event: _Optional[str] = ..., meaning: _Optional[str] = ..., article: _Optional[str] = ..., on: _Optional[_Union[_common_pb2.PartialDate, _Mapping]] = ..., asking: _Optional[str] = ..., answering: _Optional[str] = ..., reasons: _Optional[str] = ..., reference: _Optional[str] = ..., offences: _Optional[_Iterable[str]] = ..., persons: _Optional[_Iterable[str]] = ...) -> None: ...
