"""A watch, which outlives its connections: after a loss it is opened again behind what was handed over last, and what
was acknowledged and not confirmed is acknowledged again.

Owns the order of handing over and acknowledging. It must not keep anything beyond the process: the node remembers
what a consumer has acknowledged.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import grpc

from rogatory.casework.v1 import casework_pb2 as pb
from rogatory.casework.v1.casework_pb2_grpc import CaseworkStub
from rogatory.patience import Patience
from rogatory.problem import Problem

_POSITIONS_COUNT_MAX = 512
"""Most positions in one acknowledgement, as the protocol has it."""

_MESSAGE = "OFFER_KIND_MESSAGE"

_INTERNAL = "RG0699"
"""A node that could not go on with this watch; to open it again at once would bring the same."""


def kinds(messages: bool, notices: bool) -> list[str]:
    """Names of what to ask for: messages, and every kind of notice there is."""
    if not messages and not notices:
        raise ValueError("a watch needs somebody to hand messages or notices to")
    others = set(pb.OfferKind.keys()) - {"OFFER_KIND_UNSPECIFIED", _MESSAGE}
    return [_MESSAGE] * messages + sorted(others) * notices


class Watch:
    """Hands over what a node offers to one consumer; `Client.watch` makes one."""

    def __init__(
        self,
        stub: CaseworkStub,
        start: pb.WatchStart,
        patience: Patience,
        on_message: Callable[[pb.Offer], object] | None,
        on_notice: Callable[[pb.Notice], object] | None,
        on_lost: Callable[[Problem], object] | None,
    ) -> None:
        self._stub, self._start, self._patience = stub, start, patience
        self._on_message, self._on_notice = on_message or _ignore, on_notice or _ignore
        self._on_lost = on_lost or _ignore
        self._tries = 0
        self._has_begun = False
        # Acknowledged and not confirmed yet: positions of messages, and the one up to which notices are stored.
        self._unconfirmed: set[int] = set()
        self._notices_through = 0
        # No lock guards these two, since a signal's handler could never take it. Who stops says so first and looks
        # for an idle line then; who reads sets the line first and looks whether to stop then. So one of them sees the
        # other.
        self._stopping = False
        self._idle: _Line | None = None

    def run(self) -> None:
        """Hands over one thing after the other until `stop` is called, and waits while there is nothing.

        What is offered is acknowledged once its callback has returned. When a callback raises, what was handed over
        before is acknowledged, and the exception comes out here; the next run begins with what the callback refused.
        A process that ends before the node has an acknowledgement is offered the message again, so a callback stores
        by its id.

        When the connection is old or lost, the watch goes on behind what came last, for as long as it takes, and
        nothing is handed over twice. A watch that never began is given up as any call is. `Problem` is raised where
        opening it again would not help, as when another reader has taken over the name.
        """
        self._tries, self._has_begun = 0, False
        # What an earlier run left unconfirmed is offered again, since this one begins without a cursor of its own.
        self._unconfirmed.clear()
        self._notices_through = 0
        start = pb.WatchStart()
        start.CopyFrom(self._start)
        while not self._stopping:
            line = _Line(self._stub, start)
            line.acknowledge(sorted(self._unconfirmed), self._notices_through)
            try:
                problem = self._follow(line, start)
            finally:
                line.close()
            if problem is None or self._stopping:
                return
            self._outlive(problem)

    def stop(self) -> None:
        """Ends the watch: what is in the hands of a callback is still acknowledged, nothing more is handed over.

        It may be called from a callback, from another thread or from a signal's handler; a stopped watch stays
        stopped.
        """
        self._stopping = True
        idle = self._idle
        if idle is not None:
            idle.close()

    def _follow(self, line: _Line, start: pb.WatchStart) -> Problem | None:
        """Hands over what comes on one line; returns why that was lost, or nothing once the watch is stopped."""
        while True:
            answer = self._read(line)
            if not isinstance(answer, pb.WatchResponse):
                return answer
            self._tries, self._has_begun = 0, True
            try:
                self._hand_over(answer, line, start)
            except BaseException:
                while not self._is_settled() and isinstance(self._read(line), pb.WatchResponse):
                    pass
                raise

    def _read(self, line: _Line) -> pb.WatchResponse | Problem | None:
        """The next answer, or why there is none; nothing when the watch is stopped and all is confirmed."""
        self._idle = line if self._is_settled() else None
        if self._stopping and self._is_settled():
            return None
        try:
            answer = next(line.answers)
        except StopIteration:
            return Problem.lost("the node ended the stream")
        except grpc.RpcError as error:
            return Problem.of(error)
        finally:
            self._idle = None
        self._unconfirmed.difference_update(answer.handed_over)
        if answer.noticed_through >= self._notices_through:
            self._notices_through = 0
        return answer

    def _hand_over(self, answer: pb.WatchResponse, line: _Line, start: pb.WatchStart) -> None:
        """Hands over what one answer holds, in the order of the ledger, and acknowledges each when it is stored."""
        for record in _records(answer):
            if self._stopping:
                return
            position = record.cursor.position
            for offer in record.offers:
                self._on_message(offer)
                self._unconfirmed.add(position)
                line.acknowledge([position])
            for notice in record.notices:
                self._on_notice(notice)
            if record.notices:
                # They share the position, so that all of them are stored before it is acknowledged.
                self._notices_through = position
                line.acknowledge([], position)
            start.cursor.CopyFrom(record.cursor)

    def _outlive(self, problem: Problem) -> None:
        """Rests before the next line, or raises what the watch does not survive."""
        self._tries += 1
        is_out_of_tries = not self._has_begun and self._tries >= self._patience.tries
        if is_out_of_tries or problem.code == _INTERNAL or not self._patience.allows(problem):
            raise problem
        self._on_lost(problem)
        self._patience.rest(self._patience.pause(self._tries, problem))

    def _is_settled(self) -> bool:
        return not self._unconfirmed and self._notices_through == 0


class _Line:
    """One stream of a watch: what goes to the node waits in a queue, and what comes from it is iterated."""

    def __init__(self, stub: CaseworkStub, start: pb.WatchStart) -> None:
        self._frames: queue.SimpleQueue[pb.WatchRequest | None] = queue.SimpleQueue()
        self._frames.put(pb.WatchRequest(start=start))
        self.answers = stub.Watch(iter(self._frames.get, None))

    def acknowledge(self, positions: Sequence[int], notices_through: int = 0) -> None:
        """Says what is stored. A line that was lost takes nothing; what is unconfirmed is said again on the next."""
        for at in range(0, len(positions), _POSITIONS_COUNT_MAX):
            chunk = positions[at : at + _POSITIONS_COUNT_MAX]
            self._frames.put(pb.WatchRequest(acknowledge=pb.Acknowledge(positions=chunk)))
        if notices_through > 0:
            self._frames.put(pb.WatchRequest(acknowledge=pb.Acknowledge(notices_through=notices_through)))

    def close(self) -> None:
        """Ends the stream, and the thread that waits for something to send."""
        self._frames.put(None)
        self.answers.cancel()


class _Record(NamedTuple):
    """What an answer holds of one record of the ledger."""

    cursor: pb.Cursor
    offers: list[pb.Offer]
    notices: list[pb.Notice]


def _records(answer: pb.WatchResponse) -> Iterator[_Record]:
    """Offers and notices of an answer by the record they come from, in the order of the ledger."""
    found: dict[int, _Record] = {}
    for offer in answer.offers:
        found.setdefault(offer.cursor.position, _Record(offer.cursor, [], [])).offers.append(offer)
    for notice in answer.notices:
        found.setdefault(notice.cursor.position, _Record(notice.cursor, [], [])).notices.append(notice)
    for position in sorted(found):
        yield found[position]


def _ignore(_: object) -> None:
    """Stands where the caller does not want to hear."""
