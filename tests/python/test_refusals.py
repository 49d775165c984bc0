"""The Python package against a node that says what it is told to: reading refusals, pausing, going on with a watch.

What a real node says only after hours or under load is said here at once. Owns no claim about what nodes do.
"""

import collections
import threading
import unittest
import uuid
from concurrent import futures

import checkout  # Makes the package importable.
import grpc
import rogatory
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2
from limit import LIMIT_SECONDS, Limited
from rogatory.casework.v1 import casework_pb2 as pb
from rogatory.casework.v1 import casework_pb2_grpc

WHO = rogatory.Assertion(person="SAMPLE-CLERK", justification="test of the package")
INSTANCE = "0" * 32


def refuse(context, grpc_code, code, retry, pause_seconds=None):
    """Ends a call as a node does."""
    said = pb.Problem(code=code, name="a_name", blame="BLAME_NODE", retry=f"RETRY_{retry.upper()}", text="A text.")
    details = [said] if pause_seconds is None else [retry_info(pause_seconds), said]
    context.set_trailing_metadata(trailers(code, details))
    context.abort(grpc_code, "A text.")


def retry_info(seconds):
    delay = duration_pb2.Duration()
    delay.FromMilliseconds(int(seconds * 1_000))
    return error_details_pb2.RetryInfo(retry_delay=delay)


def trailers(code, details):
    """The metadata of a refusal; without details only the code."""
    found = [("rogatory-code", code)]
    if details:
        status = status_pb2.Status()
        for detail in details:
            packed = any_pb2.Any()
            packed.Pack(detail)
            status.details.append(packed)
        found.append(("grpc-status-details-bin", status.SerializeToString()))
    return found


class Told(casework_pb2_grpc.CaseworkServicer):
    """Answers each call with the next thing it was given; notes what it was asked."""

    def __init__(self, *answers):
        self._answers = collections.deque(answers)
        self.asked = []

    def Submit(self, request, context):
        self.asked.append(request)
        return self._answers.popleft()(context)

    def Act(self, request, context):
        return self.Submit(request, context)

    def Watch(self, requests, context):
        self.asked.append(next(requests).start)
        yield from self._answers.popleft()(requests, context)


class Waiting:
    """Answers of a watch; notes when somebody waits for the one after the first."""

    def __init__(self, answers):
        self._answers = answers
        self._asked_count = 0
        self.waits = threading.Event()

    def __next__(self):
        self._asked_count += 1
        if self._asked_count == 2:
            self.waits.set()
        return next(self._answers)

    def cancel(self):
        self._answers.cancel()


def offers(first, last):
    """An answer with messages at these positions."""
    cursors = (pb.Cursor(instance=INSTANCE, position=position) for position in range(first, last + 1))
    return pb.WatchResponse(offers=[pb.Offer(cursor=cursor, message_id=str(cursor.position)) for cursor in cursors])


def acknowledged(requests, count):
    """Positions of so many messages as they are acknowledged, one list a frame."""
    frames = []
    while sum(map(len, frames)) < count:
        frames.append(list(next(requests).acknowledge.positions))
    return frames


class Refusals(Limited):
    """Each test has a node of its own."""

    def told(self, *answers, **patience):
        """A client of a node that gives these answers, the node, and the pauses that the client would have made."""
        node, pauses = Told(*answers), []
        server = grpc.server(self.enterContext(futures.ThreadPoolExecutor(4)))
        casework_pb2_grpc.add_CaseworkServicer_to_server(node, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        self.addCleanup(lambda: server.stop(None).wait())
        channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        client = rogatory.Client(channel, rogatory.Patience(rest=pauses.append, **patience))
        return self.enterContext(client), node, pauses

    def refused(self, call):
        with self.assertRaises(rogatory.Problem) as caught:
            call()
        return caught.exception

    def test_a_node_that_asks_for_a_pause_gets_it_and_the_same_request_again(self):
        busy = lambda context: refuse(context, grpc.StatusCode.RESOURCE_EXHAUSTED, "RG0308", "after", 2.5)
        accepts = lambda context: pb.SubmitResponse(accepted=pb.Accepted(position=7))
        client, node, pauses = self.told(busy, busy, accepts)
        self.assertEqual(client.submit({}, who=WHO).position, 7)
        self.assertEqual(node.asked[0], node.asked[2])
        self.assertEqual(len(node.asked[0].referral_id), 36)
        self.assertTrue(2.55 <= pauses[0] <= 2.6 and 2.6 <= pauses[1] <= 2.7, pauses)

    def test_an_event_without_an_id_of_the_callers_is_repeated_under_one_that_is_minted(self):
        busy = lambda context: refuse(context, grpc.StatusCode.UNAVAILABLE, "RG0506", "after")
        accepts = lambda context: pb.ActResponse(accepted=pb.Accepted(position=8))
        client, node, _ = self.told(busy, accepts)
        self.assertEqual(client.act(rogatory.fresh_id(), {}, who=WHO).position, 8)
        self.assertEqual(node.asked[0], node.asked[1])
        self.assertEqual(len(node.asked[0].message_id), 36)

    def test_ids_are_of_version_7_and_in_the_order_of_their_minting(self):
        ids = [uuid.UUID(rogatory.fresh_id()) for _ in range(100)]
        self.assertEqual({(id.version, id.variant) for id in ids}, {(7, uuid.RFC_4122)})
        instants = [id.int >> 80 for id in ids]
        self.assertEqual(instants, sorted(instants))
        self.assertEqual(len(set(ids)), len(ids))

    def test_a_pause_that_is_too_long_to_wait_for_is_left_to_the_caller(self):
        busy = lambda context: refuse(context, grpc.StatusCode.RESOURCE_EXHAUSTED, "RG0505", "after", 61)
        client, _, pauses = self.told(busy)
        problem = self.refused(lambda: client.submit({}, who=WHO))
        self.assertEqual((problem.code, problem.pause_seconds, pauses), ("RG0505", 61.0, []))

    def test_what_would_be_refused_again_is_not_repeated(self):
        for retry in ("never", "when_changed"):
            never = lambda context, retry=retry: refuse(context, grpc.StatusCode.UNAVAILABLE, "RG0999", retry)
            client, node, pauses = self.told(never)
            problem = self.refused(lambda client=client: client.submit({}, who=WHO, submission_id="an-id"))
            self.assertEqual((problem.retry.value, problem.message_id), (retry, "an-id"))
            self.assertEqual((len(node.asked), pauses), (1, []))

    def test_tries_are_bounded_and_the_pauses_between_them_double_up_to_a_limit(self):
        busy = lambda context: refuse(context, grpc.StatusCode.UNAVAILABLE, "RG0505", "after")
        client, node, pauses = self.told(*[busy] * 6, tries=6, first_seconds=1, longest_seconds=4)
        self.assertEqual(self.refused(lambda: client.submit({}, who=WHO)).code, "RG0505")
        self.assertEqual((len(node.asked), len(pauses)), (6, 5))
        for pause, own in zip(pauses, (1, 2, 4, 4, 4), strict=True):
            self.assertTrue(own / 2 <= pause <= own, pauses)
        self.assertEqual(len(set(pauses)), 5, "chance is a part of each")

    def test_a_refusal_is_read_from_whichever_part_of_it_arrived(self):
        words = {"code": "RG0206", "blame": "caller", "retry": "never", "error_id": "0123456789abcdef"}
        info = error_details_pb2.ErrorInfo(reason="ID_REUSED", domain="rogatory", metadata=words)
        other = error_details_pb2.ErrorInfo(reason="OTHER", domain="proxy.example", metadata={"code": "X"})
        cases = {
            "info": (trailers("RG0206", [other, info]), ("RG0206", "id_reused", "caller", "never", "0123456789abcdef")),
            "code": (trailers("RG0206", []), ("RG0206", "", "node", "never", "")),
            "other": ([("grpc-status-details-bin", b"\xff\xff")], ("", "", "node", "never", "")),
            "none": ([], ("", "", "node", "never", "")),
        }
        for name, (metadata, expected) in cases.items():

            def answer(context, metadata=metadata):
                context.set_trailing_metadata(metadata)
                context.abort(grpc.StatusCode.ALREADY_EXISTS, "A text.")

            with self.subTest(name):
                client, _, _ = self.told(answer)
                problem = self.refused(lambda client=client: client.submit({}, who=WHO))
                told = (problem.code, problem.name, problem.blame.value, problem.retry.value, problem.error_id)
                self.assertEqual(told, expected)
                self.assertIn("ALREADY_EXISTS: A text.", str(problem))

    def test_values_of_a_later_release_are_the_nodes_to_act_on_after_a_pause(self):
        problem = rogatory.Problem(pb.Problem(code="RG0999", blame=99, retry=99))
        self.assertEqual((problem.blame, problem.retry), (rogatory.Blame.NODE, rogatory.Retry.AFTER))

    def test_a_watch_on_an_old_connection_goes_on_behind_its_cursor_and_acknowledges_again_what_was_not_confirmed(self):
        sizes = []

        def grows_old(requests, context):
            yield offers(1, 600)
            acknowledged(requests, 600)
            refuse(context, grpc.StatusCode.UNAVAILABLE, "RG0514", "after", 1)

        def goes_on(requests, _):
            yield pb.WatchResponse(started=pb.WatchStarted())
            frames = acknowledged(requests, 600)
            sizes.extend(map(len, frames))
            yield pb.WatchResponse(handed_over=[position for frame in frames for position in frame])
            yield offers(601, 601)
            yield pb.WatchResponse(handed_over=acknowledged(requests, 1)[0])
            list(requests)

        client, node, pauses = self.told(grows_old, goes_on)
        got, lost = [], []

        def take(offer):
            got.append(offer.cursor.position)
            if got[-1] == 601:
                watch.stop()

        watch = client.watch("desk", take, who=WHO, on_lost=lost.append)
        watch.run()
        self.assertEqual(got, list(range(1, 602)), "each once")
        self.assertEqual([start.cursor.position for start in node.asked], [0, 600])
        self.assertEqual(sizes, [512, 88], "in frames of a bounded length")
        self.assertEqual([problem.code for problem in lost], ["RG0514"])
        self.assertTrue(1.05 <= pauses[0] <= 1.1, pauses)

    def test_a_watch_that_never_began_is_given_up_and_one_that_began_is_not(self):
        away = lambda _, context: refuse(context, grpc.StatusCode.UNAVAILABLE, "RG0506", "after")
        client, node, _ = self.told(away, away, tries=2)
        self.assertEqual(self.refused(client.watch("desk", print, who=WHO).run).code, "RG0506")
        self.assertEqual(len(node.asked), 2)

        def begins(_, context):
            yield pb.WatchResponse(started=pb.WatchStarted())
            refuse(context, grpc.StatusCode.UNAVAILABLE, "RG0506", "after")

        def offers_one(requests, _):
            yield offers(1, 1)
            yield pb.WatchResponse(handed_over=acknowledged(requests, 1)[0])

        client, node, pauses = self.told(begins, away, away, begins, offers_one, tries=2)
        watch = client.watch("desk", lambda _: watch.stop(), who=WHO)
        watch.run()
        self.assertEqual(len(node.asked), 5)
        self.assertTrue(pauses[2] >= 0.2 and pauses[3] <= 0.1, "they begin anew once it has begun again")

    def test_a_watch_is_not_opened_again_at_a_node_that_could_not_go_on(self):
        fails = lambda _, context: refuse(context, grpc.StatusCode.INTERNAL, "RG0699", "after")
        client, node, pauses = self.told(fails)
        self.assertEqual(self.refused(client.watch("desk", print, who=WHO).run).code, "RG0699")
        self.assertEqual((len(node.asked), pauses), (1, []))

    def test_a_watch_that_is_stopped_hands_over_nothing_more_of_an_answer_it_has(self):
        def offers_three(requests, _):
            yield offers(1, 3)
            yield pb.WatchResponse(handed_over=acknowledged(requests, 1)[0])
            list(requests)

        client, _, _ = self.told(offers_three)
        got = []

        def take(offer):
            got.append(offer.cursor.position)
            watch.stop()

        watch = client.watch("desk", take, who=WHO)
        watch.run()
        self.assertEqual(got, [1])

    def test_a_watch_that_waits_is_stopped_from_another_thread(self):
        def is_silent(requests, _):
            yield pb.WatchResponse(started=pb.WatchStarted())
            list(requests)

        client, _, _ = self.told(is_silent)
        watch_for, answers = client.stub.Watch, []

        ended = threading.Event()

        def until_the_end(requests):
            yield from requests
            ended.set()

        def noticing(requests):
            answers.append(Waiting(watch_for(until_the_end(requests))))
            stopper.start()
            return answers[0]

        client.stub.Watch = noticing
        watch = client.watch("desk", print, who=WHO)
        stopper = threading.Thread(target=lambda: answers[0].waits.wait(LIMIT_SECONDS) and watch.stop())
        watch.run()
        stopper.join()
        self.assertTrue(answers[0].waits.is_set())
        self.assertTrue(ended.wait(LIMIT_SECONDS), "no thread waits any more for something to send")

    def test_a_callback_that_fails_leaves_nothing_for_the_next_run_to_acknowledge(self):
        def is_lost(requests, context):
            yield offers(1, 2)
            acknowledged(requests, 1)
            refuse(context, grpc.StatusCode.UNAVAILABLE, "RG0506", "after")

        def begins_again(requests, _):
            yield offers(2, 2)
            positions.extend(acknowledged(requests, 1))
            yield pb.WatchResponse(handed_over=[2])

        client, node, _ = self.told(is_lost, begins_again)
        positions, is_broken = [], True

        def take(offer):
            if offer.cursor.position == 2:
                if is_broken:
                    raise KeyError("no room")
                watch.stop()

        watch = client.watch("desk", take, who=WHO)
        self.assertRaises(KeyError, watch.run)
        is_broken = False
        watch.run()
        self.assertEqual([start.HasField("cursor") for start in node.asked], [False, False])
        self.assertEqual(positions, [[2]])

    def test_notices_of_one_record_are_acknowledged_together_once_the_last_of_them_is_stored(self):
        heard, through = [], []
        cursor = pb.Cursor(instance=INSTANCE, position=5)
        notices = [pb.Notice(cursor=cursor, referral_id=name) for name in ("first", "second", "third")]

        def tells(requests, _):
            yield pb.WatchResponse(notices=notices)
            through.append((next(requests).acknowledge.notices_through, list(heard)))
            yield pb.WatchResponse(noticed_through=5)

        def hear(notice):
            heard.append(notice.referral_id)
            if heard[-1] == "third":
                watch.stop()

        client, node, _ = self.told(tells)
        watch = client.watch("desk", who=WHO, on_notice=hear)
        watch.run()
        self.assertEqual(through, [(5, ["first", "second", "third"])])
        self.assertNotIn(pb.OFFER_KIND_MESSAGE, node.asked[0].kinds)
        self.assertEqual(len(node.asked[0].kinds), 5)

    def test_a_notice_that_is_not_stored_leaves_the_others_of_its_record_unacknowledged(self):
        through, ended = [], threading.Event()
        cursors = [pb.Cursor(instance=INSTANCE, position=position) for position in (4, 5, 5)]

        def tells(requests, _):
            yield pb.WatchResponse(notices=[pb.Notice(cursor=cursor) for cursor in cursors])
            try:
                for request in requests:
                    through.append(request.acknowledge.notices_through)
                    yield pb.WatchResponse(noticed_through=through[-1])
            finally:
                ended.set()

        heard = []

        def hear(notice):
            heard.append(notice)
            if len(heard) == 3:
                raise KeyError("no room")

        client, _, _ = self.told(tells)
        self.assertRaises(KeyError, client.watch("desk", who=WHO, on_notice=hear).run)
        self.assertTrue(ended.wait(LIMIT_SECONDS))
        self.assertEqual(through, [4])


if __name__ == "__main__":
    unittest.main()
