from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Lane(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LANE_UNSPECIFIED: _ClassVar[Lane]
    LANE_URGENT: _ClassVar[Lane]
    LANE_ROUTINE: _ClassVar[Lane]

class ReferralType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFERRAL_TYPE_UNSPECIFIED: _ClassVar[ReferralType]
    REFERRAL_TYPE_EUROPEAN_ARREST_WARRANT: _ClassVar[ReferralType]

class Capacity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CAPACITY_UNSPECIFIED: _ClassVar[Capacity]
    CAPACITY_ISSUING: _ClassVar[Capacity]
    CAPACITY_EXECUTING: _ClassVar[Capacity]
    CAPACITY_POLICE: _ClassVar[Capacity]
    CAPACITY_COPY: _ClassVar[Capacity]
LANE_UNSPECIFIED: Lane
LANE_URGENT: Lane
LANE_ROUTINE: Lane
REFERRAL_TYPE_UNSPECIFIED: ReferralType
REFERRAL_TYPE_EUROPEAN_ARREST_WARRANT: ReferralType
CAPACITY_UNSPECIFIED: Capacity
CAPACITY_ISSUING: Capacity
CAPACITY_EXECUTING: Capacity
CAPACITY_POLICE: Capacity
CAPACITY_COPY: Capacity

class Party(_message.Message):
    __slots__ = ("agency", "capacity")
    AGENCY_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    agency: str
    capacity: Capacity
    def __init__(self, agency: _Optional[str] = ..., capacity: _Optional[_Union[Capacity, str]] = ...) -> None: ...

class PartialDate(_message.Message):
    __slots__ = ("year", "month", "day")
    YEAR_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    year: int
    month: int
    day: int
    def __init__(self, year: _Optional[int] = ..., month: _Optional[int] = ..., day: _Optional[int] = ...) -> None: ...
