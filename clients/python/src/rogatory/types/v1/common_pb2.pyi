from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class Lane(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LANE_UNSPECIFIED: _ClassVar[Lane]
    LANE_URGENT: _ClassVar[Lane]
    LANE_ROUTINE: _ClassVar[Lane]
LANE_UNSPECIFIED: Lane
LANE_URGENT: Lane
LANE_ROUTINE: Lane

class Party(_message.Message):
    __slots__ = ("agency", "capacity")
    AGENCY_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    agency: str
    capacity: str
    def __init__(self, agency: _Optional[str] = ..., capacity: _Optional[str] = ...) -> None: ...

class Labels(_message.Message):
    __slots__ = ("handling", "classification", "purpose")
    HANDLING_FIELD_NUMBER: _ClassVar[int]
    CLASSIFICATION_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    handling: _containers.RepeatedScalarFieldContainer[str]
    classification: str
    purpose: str
    def __init__(self, handling: _Optional[_Iterable[str]] = ..., classification: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class Link(_message.Message):
    __slots__ = ("relation", "referral_id")
    RELATION_FIELD_NUMBER: _ClassVar[int]
    REFERRAL_ID_FIELD_NUMBER: _ClassVar[int]
    relation: str
    referral_id: str
    def __init__(self, relation: _Optional[str] = ..., referral_id: _Optional[str] = ...) -> None: ...

class PartialDate(_message.Message):
    __slots__ = ("year", "month", "day")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    year: int
    month: int
    day: int
    def __init__(self, year: _Optional[int] = ..., month: _Optional[int] = ..., day: _Optional[int] = ...) -> None: ...
