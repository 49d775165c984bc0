"""Instants: datetimes that know their offset here, timestamps of protobuf on the wire, absent where there is none.

Owns both directions, to the microsecond, which is as fine as either end goes. It must not judge an instant.
"""

from __future__ import annotations

from datetime import datetime, timezone

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp


def instant(message: Message, field: str) -> datetime | None:
    """The instant in a field of a message, such as `instant(clock, "due_time")`, in UTC; None where it is absent."""
    if not message.HasField(field):
        return None
    told: Timestamp = getattr(message, field)
    return told.ToDatetime(tzinfo=timezone.utc)


def timestamp(instant: datetime) -> Timestamp:
    """An instant as the wire has it; one without an offset would be another instant at another place."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs an offset, such as timezone.utc")
    written = Timestamp()
    written.FromDatetime(instant)
    return written
