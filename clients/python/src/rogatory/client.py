"""The connection to the agency's own node, and the calls of case systems over it.

Owns whom the connection trusts, as whom it speaks, and the shape of requests. It must not look into a form or an
event: both are passed through as they are given, as a protobuf message or as a mapping in the JSON of protobuf.
"""

from __future__ import annotations

import os
import pathlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from types import TracebackType
from typing import Any

import grpc
from google.protobuf import json_format
from google.protobuf.message import Message

from rogatory.casework.v1 import casework_pb2 as pb
from rogatory.casework.v1.casework_pb2_grpc import CaseworkStub
from rogatory.ids import fresh_id
from rogatory.instants import timestamp
from rogatory.patience import Patience
from rogatory.problem import Problem
from rogatory.watch import Watch, kinds

Path = str | os.PathLike[str]
Content = Message | Mapping[str, Any]

_PAGE_COUNT = 100

# A connection that carries nothing is asked whether it still stands, since a watch may be silent for days. A lost one
# is dialled again as soon as a call is repeated, not minutes later.
_CHANNEL_OPTIONS = (
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 5_000),
)


def connect(
    target: str,
    *,
    ca: Path,
    certificate: Path,
    key: Path,
    server_name: str | None = None,
    patience: Patience = Patience(),
    answer_seconds: float = 60.0,
) -> Client:
    """A client of the node at `target`, which is `host:port` of its listener for clients.

    `ca` has the agency's root certificates, `certificate` and `key` are this client's own; all three are PEM files.
    `server_name` is the name that the node's certificate must carry, where it is not the host in `target`, as behind a
    port forwarding. An answer that has not ended after `answer_seconds` counts as lost.

    Nothing is dialled before the first call; a wrong address or certificate shows there.
    """
    authority, chain, secret = (pathlib.Path(path).read_bytes() for path in (ca, certificate, key))
    credentials = grpc.ssl_channel_credentials(authority, secret, chain)
    options = list(_CHANNEL_OPTIONS)
    if server_name is None:
        channel = grpc.secure_channel(target, credentials, options)
    else:
        named = ("grpc.ssl_target_name_override", server_name)
        channel = grpc.secure_channel(target, credentials, [*options, named])
    return Client(channel, patience, answer_seconds)


class Client:
    """The calls of a case system over one connection; threads may share it.

    Every call takes `who`: the person who asks and why, which the node puts on its record. A failed call raises
    `Problem`. What may be repeated is repeated, with `Patience`, before it is raised.
    """

    channel: grpc.Channel
    """The connection, for whoever wants to hear from gRPC how it stands."""
    stub: CaseworkStub
    """The calls as they are generated, for what is not wrapped here; `Problem.of` reads their failures."""

    def __init__(self, channel: grpc.Channel, patience: Patience = Patience(), answer_seconds: float = 60.0) -> None:
        """Speaks over a channel of the caller's making; `connect` makes the usual one."""
        self.channel = channel
        self.stub = CaseworkStub(channel)
        self._patience = patience
        self._answer_seconds = answer_seconds

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection and every call on it. A watch is stopped first, so that it does not count as lost."""
        self.channel.close()

    def submit(
        self,
        opening: Content,
        *,
        who: pb.Assertion,
        submission_id: str = "",
        declared: datetime | None = None,
        validate_only: bool = False,
        inform: Iterable[str] = (),
    ) -> pb.Accepted:
        """Opens a referral, and returns once its record is durable.

        `submission_id` becomes the id of the referral; store it before the call, and a repeat has one effect, however
        often it is made and whoever makes it. Without one an id is minted here, and a `Problem` names it. `declared`
        is when it was issued; now when absent. With `validate_only` everything is judged and nothing is recorded:
        the answer has the ids alone, and a `Problem` is the one that a submission would meet now. A mapping that is
        not of the request's shape raises `json_format.ParseError` before anything is sent; what the form lacks, the
        node says. `inform` names agencies that are told of it without being parties, as far as the instrument lets them.
        """
        request = pb.SubmitRequest(
            referral_id=submission_id or fresh_id(), assertion=who, validate_only=validate_only, inform=inform
        )
        _declare(request, declared)
        _fill(request.opening, opening)
        return self._send(request.referral_id, lambda: self.stub.Submit(request, timeout=self._answer_seconds).accepted)

    def act(
        self,
        referral_id: str,
        event: Content,
        *,
        who: pb.Assertion,
        submission_id: str = "",
        declared: datetime | None = None,
        validate_only: bool = False,
        inform: Iterable[str] = (),
        pass_on_to: Iterable[tuple[str, str]] = (),
    ) -> pb.Accepted:
        """Raises an event in a referral, and returns once its record is durable.

        `submission_id` becomes the id of the message and does for it what it does for `submit`. `declared` is when
        the event happened, from which clocks count; now when absent. With `validate_only` it is judged and not
        raised. `inform` is as in `submit`. `pass_on_to` names the agencies, each with its capacity, that a case is
        passed on to; the answer says in which referral it goes on.
        """
        request = pb.ActRequest(
            referral_id=referral_id,
            message_id=submission_id or fresh_id(),
            assertion=who,
            validate_only=validate_only,
            inform=inform,
            pass_on_to=[{"agency": agency, "capacity": capacity} for agency, capacity in pass_on_to],
        )
        _declare(request, declared)
        _fill(request.event, event)
        return self._send(request.message_id, lambda: self.stub.Act(request, timeout=self._answer_seconds).accepted)

    def get(self, referral_id: str, *, who: pb.Assertion) -> pb.Referral:
        """One referral with its messages and their content, however many answers it takes; it is recorded as a read."""
        request = pb.GetRequest(referral_id=referral_id, assertion=who)

        def read() -> pb.Referral:
            referral = pb.Referral()
            for answer in self.stub.Get(request, timeout=self._answer_seconds):
                # Only the first answer has the referral; merging what the others lack changes nothing.
                referral.MergeFrom(answer.referral)
                referral.messages.extend(answer.messages)
            return referral

        return self._patience.ask(read)

    def about(self) -> pb.AboutResponse:
        """Which node this is, what it serves and how large messages may be."""
        return self._patience.ask(lambda: self.stub.About(pb.AboutRequest(), timeout=self._answer_seconds))

    def agencies(self) -> Iterator[pb.Agency]:
        """Every agency of the roster in force, by id, with what each takes referrals under; this one is among them."""
        page = self._agencies("")
        yield from page.agencies
        while page.next_page_token:
            page = self._agencies(page.next_page_token)
            yield from page.agencies

    def list(
        self,
        *,
        who: pb.Assertion,
        state: str = "",
        instrument: str = "",
        part_of: str = "",
        at_most: int | None = None,
    ) -> Iterator[pb.Referral]:
        """Referrals without content, newest first: all, or `at_most` so many, or only those in a state or under an
        instrument, each by its code, or of one request, whose id is that of their link `part_of`.

        A page is fetched when the one before it was read, so that ending early costs nothing.
        """
        token, left = "", at_most
        while left is None or left > 0:
            size = _PAGE_COUNT if left is None else min(left, _PAGE_COUNT)
            request = pb.ListRequest(
                assertion=who,
                state=state,
                instrument=instrument,
                part_of=part_of,
                page_size=size,
                page_token=token,
            )
            referrals, token = self._page(request)
            yield from referrals
            left = None if left is None else left - len(referrals)
            if not token:
                return

    def statistics(
        self, instrument: str, first_day: date, last_day: date, *, who: pb.Assertion
    ) -> pb.StatisticsResponse:
        """How many cases under an instrument count in each figure of its questionnaire, both days included.

        The node reads every referral for it: where it has very many, give the client more time for answers.
        """
        request = pb.StatisticsRequest(
            assertion=who, instrument=instrument, first_day=first_day.isoformat(), last_day=last_day.isoformat()
        )
        return self._patience.ask(lambda: self.stub.Statistics(request, timeout=self._answer_seconds))

    def calendar(self, *, who: pb.Assertion, days_ahead: int = 90, days_back: int = 0, instrument: str = "") -> str:
        """The ends of clocks as the text of an iCalendar file, without content."""
        request = pb.CalendarRequest(
            assertion=who, days_ahead=days_ahead, days_back=days_back, instrument=instrument
        )
        return self._patience.ask(
            lambda: "".join(answer.text for answer in self.stub.Calendar(request, timeout=self._answer_seconds))
        )

    def watch(
        self,
        consumer: str,
        on_message: Callable[[pb.Offer], object] | None = None,
        *,
        who: pb.Assertion,
        on_notice: Callable[[pb.Notice], object] | None = None,
        on_lost: Callable[[Problem], object] | None = None,
        with_content: bool = True,
        cursor: pb.Cursor | None = None,
        must_exist: bool = False,
    ) -> Watch:
        """A watch that hands received messages to `on_message`, and what became of one's own to `on_notice`.

        `consumer` is the name under which the node keeps what was acknowledged; one name has one reader. `Watch.run`
        begins it and says how it goes on. `on_lost` hears each time the connection was lost. With a `cursor` it
        begins after that place, and else with whatever this consumer has not acknowledged. `must_exist` refuses a
        name that was never used.
        """
        start = pb.WatchStart(
            consumer=consumer,
            assertion=who,
            with_content=with_content,
            kinds=kinds(on_message is not None, on_notice is not None),
            must_exist=must_exist,
        )
        if cursor is not None:
            start.cursor.CopyFrom(cursor)
        return Watch(self.stub, start, self._patience, on_message, on_notice, on_lost)

    def evidence(
        self, message_id: str, *, who: pb.Assertion, sender: str = "", with_content: bool = False, came_with: str = ""
    ) -> bytes:
        """The evidence file of one message, which verifies offline; `sender` is this agency when absent.

        Without `with_content` it proves what was exchanged and when, and discloses nothing of what it said. `came_with`
        is the referral with whose opening the message came, where it was told before a case was passed on.
        """
        request = pb.EvidenceRequest(
            message_id=message_id, sender=sender, assertion=who, with_content=with_content, came_with=came_with
        )
        return self._patience.ask(lambda: self.stub.Evidence(request, timeout=self._answer_seconds).file)

    def print_form(
        self,
        referral_id: str,
        *,
        who: pb.Assertion,
        language: str = "",
        html: bool = False,
        message_id: str = "",
    ) -> pb.PrintReferralResponse:
        """The form of a referral as the official one, a PDF for archives or `html`; that it was read is on the record.

        The fixed words are in `language`, or in that of the form when it is absent. `message_id` names an event that has a
        form of its own, such as a confirmation of receipt.
        """
        kind = pb.PRINT_FORMAT_HTML if html else pb.PRINT_FORMAT_PDF
        request = pb.PrintReferralRequest(
            referral_id=referral_id, assertion=who, language=language, format=kind, message_id=message_id
        )
        return self._patience.ask(lambda: self.stub.PrintReferral(request, timeout=self._answer_seconds))

    def _send(self, message_id: str, call: Callable[[], pb.Accepted]) -> pb.Accepted:
        """Makes a submission; its problem names the id, without which nobody could find out what was done."""
        try:
            return self._patience.ask(call)
        except Problem as problem:
            problem.message_id = message_id
            raise

    def _agencies(self, token: str) -> pb.AgenciesResponse:
        """One page of agencies."""
        request = pb.AgenciesRequest(page_token=token)
        return self._patience.ask(lambda: self.stub.Agencies(request, timeout=self._answer_seconds))

    def _page(self, request: pb.ListRequest) -> tuple[tuple[pb.Referral, ...], str]:
        """The referrals of one page, and the token of the next."""

        def read() -> tuple[tuple[pb.Referral, ...], str]:
            answers = tuple(self.stub.List(request, timeout=self._answer_seconds))
            token = answers[-1].next_page_token if answers else ""
            return tuple(referral for answer in answers for referral in answer.referrals), token

        return self._patience.ask(read)


def _fill(target: Message, content: Content) -> None:
    """Puts a form or an event into its request; its type is the request's, which alone knows it."""
    if isinstance(content, Message):
        target.CopyFrom(content)
    else:
        # Marks it as present even if nothing is in it, so that the node says what is missing.
        target.SetInParent()
        json_format.ParseDict(dict(content), target)


def _declare(request: pb.SubmitRequest | pb.ActRequest, declared: datetime | None) -> None:
    """Says when it happened; what is not said is the node's time."""
    if declared is not None:
        request.declared_time.CopyFrom(timestamp(declared))
