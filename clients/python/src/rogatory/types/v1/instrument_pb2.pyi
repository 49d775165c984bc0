from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CapacitySide(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CAPACITY_SIDE_UNSPECIFIED: _ClassVar[CapacitySide]
    CAPACITY_SIDE_ASKING: _ClassVar[CapacitySide]
    CAPACITY_SIDE_ANSWERING: _ClassVar[CapacitySide]
    CAPACITY_SIDE_NEITHER: _ClassVar[CapacitySide]

class CapacitySeats(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CAPACITY_SEATS_UNSPECIFIED: _ClassVar[CapacitySeats]
    CAPACITY_SEATS_ONE: _ClassVar[CapacitySeats]
    CAPACITY_SEATS_ANY: _ClassVar[CapacitySeats]

class ParameterKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARAMETER_KIND_UNSPECIFIED: _ClassVar[ParameterKind]
    PARAMETER_KIND_DAY: _ClassVar[ParameterKind]
    PARAMETER_KIND_MESSAGE: _ClassVar[ParameterKind]
    PARAMETER_KIND_REFERRAL: _ClassVar[ParameterKind]
    PARAMETER_KIND_ITEM: _ClassVar[ParameterKind]
    PARAMETER_KIND_NUMBER: _ClassVar[ParameterKind]
    PARAMETER_KIND_FLAG: _ClassVar[ParameterKind]

class PeriodUnit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PERIOD_UNIT_UNSPECIFIED: _ClassVar[PeriodUnit]
    PERIOD_UNIT_HOURS: _ClassVar[PeriodUnit]
    PERIOD_UNIT_DAYS: _ClassVar[PeriodUnit]
    PERIOD_UNIT_WORKING_DAYS: _ClassVar[PeriodUnit]
    PERIOD_UNIT_FULL_HOURS: _ClassVar[PeriodUnit]
    PERIOD_UNIT_WEEKS: _ClassVar[PeriodUnit]
    PERIOD_UNIT_MONTHS: _ClassVar[PeriodUnit]
    PERIOD_UNIT_CALENDAR_DAYS: _ClassVar[PeriodUnit]
    PERIOD_UNIT_DAYS_OF_CUSTODY: _ClassVar[PeriodUnit]
    PERIOD_UNIT_DAYS_BY_NATIONAL_LAW: _ClassVar[PeriodUnit]
CAPACITY_SIDE_UNSPECIFIED: CapacitySide
CAPACITY_SIDE_ASKING: CapacitySide
CAPACITY_SIDE_ANSWERING: CapacitySide
CAPACITY_SIDE_NEITHER: CapacitySide
CAPACITY_SEATS_UNSPECIFIED: CapacitySeats
CAPACITY_SEATS_ONE: CapacitySeats
CAPACITY_SEATS_ANY: CapacitySeats
PARAMETER_KIND_UNSPECIFIED: ParameterKind
PARAMETER_KIND_DAY: ParameterKind
PARAMETER_KIND_MESSAGE: ParameterKind
PARAMETER_KIND_REFERRAL: ParameterKind
PARAMETER_KIND_ITEM: ParameterKind
PARAMETER_KIND_NUMBER: ParameterKind
PARAMETER_KIND_FLAG: ParameterKind
PERIOD_UNIT_UNSPECIFIED: PeriodUnit
PERIOD_UNIT_HOURS: PeriodUnit
PERIOD_UNIT_DAYS: PeriodUnit
PERIOD_UNIT_WORKING_DAYS: PeriodUnit
PERIOD_UNIT_FULL_HOURS: PeriodUnit
PERIOD_UNIT_WEEKS: PeriodUnit
PERIOD_UNIT_MONTHS: PeriodUnit
PERIOD_UNIT_CALENDAR_DAYS: PeriodUnit
PERIOD_UNIT_DAYS_OF_CUSTODY: PeriodUnit
PERIOD_UNIT_DAYS_BY_NATIONAL_LAW: PeriodUnit

class Instrument(_message.Message):
    __slots__ = ("code", "edition", "title", "act", "capacities", "states", "events", "clocks", "lists", "questions", "values", "form", "form_field", "newest", "closures", "notices")
    CODE_FIELD_NUMBER: _ClassVar[int]
    EDITION_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ACT_FIELD_NUMBER: _ClassVar[int]
    CAPACITIES_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    CLOCKS_FIELD_NUMBER: _ClassVar[int]
    LISTS_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_FIELD_NUMBER: _ClassVar[int]
    NEWEST_FIELD_NUMBER: _ClassVar[int]
    CLOSURES_FIELD_NUMBER: _ClassVar[int]
    NOTICES_FIELD_NUMBER: _ClassVar[int]
    code: str
    edition: int
    title: str
    act: str
    capacities: _containers.RepeatedCompositeFieldContainer[CapacityTable]
    states: _containers.RepeatedCompositeFieldContainer[StateTable]
    events: _containers.RepeatedCompositeFieldContainer[EventTable]
    clocks: _containers.RepeatedCompositeFieldContainer[ClockTable]
    lists: _containers.RepeatedCompositeFieldContainer[ListTable]
    questions: _containers.RepeatedCompositeFieldContainer[Entry]
    values: _containers.RepeatedCompositeFieldContainer[Entry]
    form: str
    form_field: str
    newest: bool
    closures: _containers.RepeatedCompositeFieldContainer[ClosureTable]
    notices: _containers.RepeatedCompositeFieldContainer[NoticeTable]
    def __init__(self, code: _Optional[str] = ..., edition: _Optional[int] = ..., title: _Optional[str] = ..., act: _Optional[str] = ..., capacities: _Optional[_Iterable[_Union[CapacityTable, _Mapping]]] = ..., states: _Optional[_Iterable[_Union[StateTable, _Mapping]]] = ..., events: _Optional[_Iterable[_Union[EventTable, _Mapping]]] = ..., clocks: _Optional[_Iterable[_Union[ClockTable, _Mapping]]] = ..., lists: _Optional[_Iterable[_Union[ListTable, _Mapping]]] = ..., questions: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ..., values: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ..., form: _Optional[str] = ..., form_field: _Optional[str] = ..., newest: _Optional[bool] = ..., closures: _Optional[_Iterable[_Union[ClosureTable, _Mapping]]] = ..., notices: _Optional[_Iterable[_Union[NoticeTable, _Mapping]]] = ...) -> None: ...

class ClosureTable(_message.Message):
    __slots__ = ("state", "event", "article")
    STATE_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    state: str
    event: str
    article: str
    def __init__(self, state: _Optional[str] = ..., event: _Optional[str] = ..., article: _Optional[str] = ...) -> None: ...

class NoticeTable(_message.Message):
    __slots__ = ("event", "to", "gives", "article")
    EVENT_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    GIVES_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    event: str
    to: str
    gives: _containers.RepeatedScalarFieldContainer[str]
    article: str
    def __init__(self, event: _Optional[str] = ..., to: _Optional[str] = ..., gives: _Optional[_Iterable[str]] = ..., article: _Optional[str] = ...) -> None: ...

class Entry(_message.Message):
    __slots__ = ("code", "meaning")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    code: str
    meaning: str
    def __init__(self, code: _Optional[str] = ..., meaning: _Optional[str] = ...) -> None: ...

class CapacityTable(_message.Message):
    __slots__ = ("code", "meaning", "side", "seats", "opens", "calendar")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    SIDE_FIELD_NUMBER: _ClassVar[int]
    SEATS_FIELD_NUMBER: _ClassVar[int]
    OPENS_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_FIELD_NUMBER: _ClassVar[int]
    code: str
    meaning: str
    side: CapacitySide
    seats: CapacitySeats
    opens: bool
    calendar: bool
    def __init__(self, code: _Optional[str] = ..., meaning: _Optional[str] = ..., side: _Optional[_Union[CapacitySide, str]] = ..., seats: _Optional[_Union[CapacitySeats, str]] = ..., opens: _Optional[bool] = ..., calendar: _Optional[bool] = ...) -> None: ...

class StateTable(_message.Message):
    __slots__ = ("code", "meaning", "terminal")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    TERMINAL_FIELD_NUMBER: _ClassVar[int]
    code: str
    meaning: str
    terminal: bool
    def __init__(self, code: _Optional[str] = ..., meaning: _Optional[str] = ..., terminal: _Optional[bool] = ...) -> None: ...

class EventTable(_message.Message):
    __slots__ = ("code", "meaning", "by", "parameters", "reasons", "transitions", "needs", "not_before", "only_for", "passes_on")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    TRANSITIONS_FIELD_NUMBER: _ClassVar[int]
    NEEDS_FIELD_NUMBER: _ClassVar[int]
    NOT_BEFORE_FIELD_NUMBER: _ClassVar[int]
    ONLY_FOR_FIELD_NUMBER: _ClassVar[int]
    PASSES_ON_FIELD_NUMBER: _ClassVar[int]
    code: str
    meaning: str
    by: _containers.RepeatedScalarFieldContainer[str]
    parameters: _containers.RepeatedCompositeFieldContainer[ParameterTable]
    reasons: str
    transitions: _containers.RepeatedCompositeFieldContainer[TransitionTable]
    needs: _containers.RepeatedScalarFieldContainer[str]
    not_before: _containers.RepeatedScalarFieldContainer[str]
    only_for: str
    passes_on: bool
    def __init__(self, code: _Optional[str] = ..., meaning: _Optional[str] = ..., by: _Optional[_Iterable[str]] = ..., parameters: _Optional[_Iterable[_Union[ParameterTable, _Mapping]]] = ..., reasons: _Optional[str] = ..., transitions: _Optional[_Iterable[_Union[TransitionTable, _Mapping]]] = ..., needs: _Optional[_Iterable[str]] = ..., not_before: _Optional[_Iterable[str]] = ..., only_for: _Optional[str] = ..., passes_on: _Optional[bool] = ...) -> None: ...

class ParameterTable(_message.Message):
    __slots__ = ("code", "meaning", "takes", "list", "least", "greatest", "required", "most")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    TAKES_FIELD_NUMBER: _ClassVar[int]
    LIST_FIELD_NUMBER: _ClassVar[int]
    LEAST_FIELD_NUMBER: _ClassVar[int]
    GREATEST_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    MOST_FIELD_NUMBER: _ClassVar[int]
    code: str
    meaning: str
    takes: ParameterKind
    list: str
    least: int
    greatest: int
    required: bool
    most: int
    def __init__(self, code: _Optional[str] = ..., meaning: _Optional[str] = ..., takes: _Optional[_Union[ParameterKind, str]] = ..., list: _Optional[str] = ..., least: _Optional[int] = ..., greatest: _Optional[int] = ..., required: _Optional[bool] = ..., most: _Optional[int] = ...) -> None: ...

class TransitionTable(_message.Message):
    __slots__ = ("from_states", "to", "clocks", "article", "mark")
    FROM_STATES_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    CLOCKS_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    MARK_FIELD_NUMBER: _ClassVar[int]
    from_states: _containers.RepeatedScalarFieldContainer[str]
    to: str
    clocks: _containers.RepeatedScalarFieldContainer[str]
    article: str
    mark: str
    def __init__(self, from_states: _Optional[_Iterable[str]] = ..., to: _Optional[str] = ..., clocks: _Optional[_Iterable[str]] = ..., article: _Optional[str] = ..., mark: _Optional[str] = ...) -> None: ...

class ClockTable(_message.Message):
    __slots__ = ("code", "waits_for", "counts_from", "length", "extension", "per_request", "near_hours", "article", "starts", "calendar_of", "while_held", "on_expiry", "mark")
    CODE_FIELD_NUMBER: _ClassVar[int]
    WAITS_FOR_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FROM_FIELD_NUMBER: _ClassVar[int]
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_FIELD_NUMBER: _ClassVar[int]
    PER_REQUEST_FIELD_NUMBER: _ClassVar[int]
    NEAR_HOURS_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    STARTS_FIELD_NUMBER: _ClassVar[int]
    CALENDAR_OF_FIELD_NUMBER: _ClassVar[int]
    WHILE_HELD_FIELD_NUMBER: _ClassVar[int]
    ON_EXPIRY_FIELD_NUMBER: _ClassVar[int]
    MARK_FIELD_NUMBER: _ClassVar[int]
    code: str
    waits_for: str
    counts_from: str
    length: Period
    extension: Period
    per_request: bool
    near_hours: int
    article: str
    starts: str
    calendar_of: str
    while_held: bool
    on_expiry: str
    mark: str
    def __init__(self, code: _Optional[str] = ..., waits_for: _Optional[str] = ..., counts_from: _Optional[str] = ..., length: _Optional[_Union[Period, _Mapping]] = ..., extension: _Optional[_Union[Period, _Mapping]] = ..., per_request: _Optional[bool] = ..., near_hours: _Optional[int] = ..., article: _Optional[str] = ..., starts: _Optional[str] = ..., calendar_of: _Optional[str] = ..., while_held: _Optional[bool] = ..., on_expiry: _Optional[str] = ..., mark: _Optional[str] = ...) -> None: ...

class Period(_message.Message):
    __slots__ = ("count", "unit")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    count: int
    unit: PeriodUnit
    def __init__(self, count: _Optional[int] = ..., unit: _Optional[_Union[PeriodUnit, str]] = ...) -> None: ...

class ListTable(_message.Message):
    __slots__ = ("code", "meaning", "items")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    code: str
    meaning: str
    items: _containers.RepeatedCompositeFieldContainer[ListItem]
    def __init__(self, code: _Optional[str] = ..., meaning: _Optional[str] = ..., items: _Optional[_Iterable[_Union[ListItem, _Mapping]]] = ...) -> None: ...

class ListItem(_message.Message):
    __slots__ = ("code", "meaning", "article", "mark")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MEANING_FIELD_NUMBER: _ClassVar[int]
    ARTICLE_FIELD_NUMBER: _ClassVar[int]
    MARK_FIELD_NUMBER: _ClassVar[int]
    code: str
    meaning: str
    article: str
    mark: str
    def __init__(self, code: _Optional[str] = ..., meaning: _Optional[str] = ..., article: _Optional[str] = ..., mark: _Optional[str] = ...) -> None: ...
