"""Refusals as callers see them: code, who has to act, whether to try again, and every fault of the input.

Owns the reading of a failed call. It must not invent a code: what a node did not say stays unsaid.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping

import grpc
from google.protobuf.any_pb2 import Any
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from rogatory.casework.v1 import casework_pb2 as pb

_CODE_KEY = "rogatory-code"
_DETAILS_KEY = "grpc-status-details-bin"
_DOMAIN = "rogatory"

# After these, with no word of the node, the same request may be sent again: it may not have arrived, or its answer
# was lost.
_LOST = frozenset(
    {
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.INTERNAL,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.UNKNOWN,
    }
)

# Draining, deadline exceeded, internal: what was asked for may have been done all the same.
_UNCERTAIN = frozenset({"RG0506", "RG0313", "RG0699"})


class Blame(str, enum.Enum):
    """Who has to act for a refusal to go away."""

    CALLER = "caller"
    PEER = "peer"
    OPERATOR = "operator"
    NODE = "node"


class Retry(str, enum.Enum):
    """Whether the same request may be sent again."""

    NEVER = "never"
    AFTER = "after"
    WHEN_CHANGED = "when_changed"


_BLAMES = {
    pb.BLAME_CALLER: Blame.CALLER,
    pb.BLAME_PEER: Blame.PEER,
    pb.BLAME_OPERATOR: Blame.OPERATOR,
    pb.BLAME_NODE: Blame.NODE,
}
_RETRIES = {
    pb.RETRY_NEVER: Retry.NEVER,
    pb.RETRY_AFTER: Retry.AFTER,
    pb.RETRY_WHEN_CHANGED: Retry.WHEN_CHANGED,
}


class Problem(Exception):
    """Why a call was not answered as hoped. No text of it holds anything of a case, so it may be logged."""

    code: str
    """Stable code, such as `RG0103`; empty when no node said one. The page of refusals lists them with what to do."""
    name: str
    """Short stable name, such as `invalid_form`."""
    blame: Blame
    """Who has to act."""
    retry: Retry
    """Whether the same request may be sent again."""
    text: str
    """Safe text."""
    faults: tuple[pb.Fault, ...]
    """Every fault of the input, each with the path of its field."""
    error_id: str
    """Id under which the node's log has the cause; empty when the text says all."""
    pause_seconds: float
    """How long the node asks to wait before a repeat; 0 when it does not say."""
    message_id: str
    """Id of the submission that failed, where it is one: a repeat under it finds out what was done."""

    def __init__(self, said: pb.Problem, pause_seconds: float = 0.0) -> None:
        super().__init__(said.code, said.text)
        self.code, self.name, self.text, self.error_id = said.code, said.name, said.text, said.error_id
        # The node has to act where nobody is named; a value of a later release is tried again, in bounds.
        self.blame = _BLAMES.get(said.blame, Blame.NODE)
        self.retry = _RETRIES.get(said.retry, Retry.AFTER)
        self.faults = tuple(said.faults)
        self.pause_seconds = pause_seconds
        self.message_id = ""

    @classmethod
    def of(cls, error: grpc.RpcError) -> Problem:
        """Reads the failure of a call, from whichever of its parts the node's word arrived in."""
        trailers = {item.key: item.value for item in error.trailing_metadata() or ()}
        details = _details(trailers)
        said = _said(details, trailers)
        if not said.retry:
            said.retry = pb.RETRY_AFTER if error.code() in _LOST else pb.RETRY_NEVER
        if not said.text:
            is_unreachable = error.code() is grpc.StatusCode.UNAVAILABLE
            cause = "the node cannot be reached" if is_unreachable else error.code().name
            said.text = f"{cause}: {error.details()}"
        return cls(said, _pause_seconds(details))

    @classmethod
    def lost(cls, text: str) -> Problem:
        """A connection that is gone, with no word of the node."""
        return cls(pb.Problem(text=text, retry=pb.RETRY_AFTER))

    @property
    def is_uncertain(self) -> bool:
        """Whether what the call should do may have been done all the same; a repeat under the same id finds out."""
        is_lost = not self.code and self.retry is Retry.AFTER
        return is_lost or self.code in _UNCERTAIN

    def __str__(self) -> str:
        lines = [f"{self.code} {self.text}".strip()]
        lines += [f"  {fault.field}: {fault.text}" for fault in self.faults]
        if self.error_id:
            lines.append(f"  error id {self.error_id}")
        return "\n".join(lines)


def _details(trailers: Mapping[str, str | bytes]) -> Iterable[Any]:
    """Details of a status; none when the trailer is missing or another program's."""
    raw = trailers.get(_DETAILS_KEY, b"")
    try:
        return Status.FromString(raw if isinstance(raw, bytes) else raw.encode()).details
    except DecodeError:
        return ()


def _said(details: Iterable[Any], trailers: Mapping[str, str | bytes]) -> pb.Problem:
    """The node's own words, else those that libraries of every language read, else no more than the code."""
    said, info = pb.Problem(), ErrorInfo()
    for detail in details:
        if detail.Unpack(said) and said.code:
            return said
    for detail in details:
        if detail.Unpack(info) and info.domain == _DOMAIN:
            code, blame, retry, error_id = (
                info.metadata.get(key, "") for key in ("code", "blame", "retry", "error_id")
            )
            said = pb.Problem(code=code, name=info.reason.lower(), error_id=error_id)
            said.blame = next((value for value, word in _BLAMES.items() if word == blame), pb.BLAME_UNSPECIFIED)
            said.retry = next((value for value, word in _RETRIES.items() if word == retry), pb.RETRY_UNSPECIFIED)
            return said
    return pb.Problem(code=str(trailers.get(_CODE_KEY, "")))


def _pause_seconds(details: Iterable[Any]) -> float:
    info = RetryInfo()
    pauses = (info.retry_delay.ToNanoseconds() / 1e9 for detail in details if detail.Unpack(info))
    return next(pauses, 0.0)
