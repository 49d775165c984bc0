from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Event(_message.Message):
    __slots__ = ("code", "text", "parameters")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    code: str
    text: str
    parameters: _containers.RepeatedCompositeFieldContainer[Parameter]
    def __init__(self, code: _Optional[str] = ..., text: _Optional[str] = ..., parameters: _Optional[_Iterable[_Union[Parameter, _Mapping]]] = ...) -> None: ...

class Parameter(_message.Message):
    __slots__ = ("code", "day", "id", "item", "number", "set")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DAY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    code: str
    day: str
    id: str
    item: str
    number: int
    set: bool
    def __init__(self, code: _Optional[str] = ..., day: _Optional[str] = ..., id: _Optional[str] = ..., item: _Optional[str] = ..., number: _Optional[int] = ..., set: _Optional[bool] = ...) -> None: ...
