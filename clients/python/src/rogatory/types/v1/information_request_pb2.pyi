from rogatory.types.v1 import spontaneous_pb2 as _spontaneous_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InformationRequestForm(_message.Message):
    __slots__ = ("language", "information", "purpose", "grounds", "urgency", "urgency_reasons", "subjects", "link", "restrictions", "contact", "reference")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    INFORMATION_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    GROUNDS_FIELD_NUMBER: _ClassVar[int]
    URGENCY_FIELD_NUMBER: _ClassVar[int]
    URGENCY_REASONS_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    RESTRICTIONS_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    language: str
    information: str
    purpose: str
    grounds: str
    urgency: str
    urgency_reasons: str
    subjects: _containers.RepeatedCompositeFieldContainer[_spontaneous_pb2.SubjectOfInformation]
    link: str
    restrictions: str
    contact: str
    reference: str
    def __init__(self, language: _Optional[str] = ..., information: _Optional[str] = ..., purpose: _Optional[str] = ..., grounds: _Optional[str] = ..., urgency: _Optional[str] = ..., urgency_reasons: _Optional[str] = ..., subjects: _Optional[_Iterable[_Union[_spontaneous_pb2.SubjectOfInformation, _Mapping]]] = ..., link: _Optional[str] = ..., restrictions: _Optional[str] = ..., contact: _Optional[str] = ..., reference: _Optional[str] = ...) -> None: ...
