"""The Python package against a federation: what it repeats, what it raises, and what a watch does when a node goes.

No test waits for a time to pass. Where the package would pause before it tries again, it is given something to do.
"""

import contextlib
import subprocess
import tomllib
import unittest
from datetime import datetime, timezone

import checkout  # Makes the package importable.
import grpc
import rogatory
from federation import BINARY, Federation
from google.protobuf import json_format
from limit import LIMIT_SECONDS, Limited
from rogatory.casework.v1 import casework_pb2
from rogatory.casework.v1.casework_pb2_grpc import CaseworkStub
from warrant import opening, warrant

A, B = "fr-jirs-marseille", "nl-om"
WHO = rogatory.Assertion(person="SAMPLE-CLERK", justification="test of the package")


class Losing(grpc.UnaryUnaryClientInterceptor):
    """Loses the first answer: the call is made, then the node is ended, then the caller hears that nobody is there."""

    def __init__(self, end_node):
        self._end_node = end_node
        self.answers = []

    def intercept_unary_unary(self, continuation, details, request):
        if not self.answers:
            self.answers.append(continuation(details, request).result())
            self._end_node()
        return continuation(details, request)


def dial(client):
    """Waits until the connection stands, as gRPC does by itself when a call says so."""
    client.stub.Consumers(casework_pb2.ConsumersRequest(), wait_for_ready=True, timeout=LIMIT_SECONDS)


class Package(Limited):
    """One federation for all tests; each test uses referrals and consumers of its own."""

    @classmethod
    def setUpClass(cls):
        cls.federation = cls.enterClassContext(Federation(A, B))
        cls.issuing, cls.executing = cls.connect(A), cls.connect(B)

    @classmethod
    def connect(cls, agency, client="cases", **options):
        files = cls.federation.files(agency, client)
        return cls.enterClassContext(rogatory.connect(cls.federation.address(agency), **files, **options))

    def setUp(self):
        super().setUp()
        self.dial_again()

    def dial_again(self):
        """Waits for the nodes that a test has ended; a client that finds nobody would pause."""
        for client in (self.issuing, self.executing):
            dial(client)

    def submit(self, **options):
        return self.issuing.submit(opening(warrant(), B), who=WHO, **options)

    def refused(self, call):
        with self.assertRaises(rogatory.Problem) as caught:
            call()
        return caught.exception

    def restarting(self, agency):
        """A client that starts the node of its agency instead of pausing, and the pauses it did not make."""
        pauses = []

        def rest(seconds):
            pauses.append(seconds)
            if len(pauses) == 1:
                self.federation.start(agency)
            dial(client)

        client = self.connect(agency, patience=rogatory.Patience(rest=rest))
        return client, pauses

    def handed_over(self, client, consumer, until):
        """Ids of what a consumer is handed, up to one of them, which is acknowledged as well."""
        ids = []

        def take(offer):
            ids.append(offer.message_id)
            if offer.message_id == until:
                watch.stop()

        watch = client.watch(consumer, take, who=WHO)
        watch.run()
        return ids

    def test_a_submission_whose_answer_was_lost_with_the_node_has_one_effect(self):
        client, pauses = self.restarting(A)
        losing = Losing(lambda: self.federation.kill(A))
        client.stub = CaseworkStub(grpc.intercept_channel(client.channel, losing))
        id = rogatory.fresh_id()
        sent = client.submit(opening(warrant(), B), who=WHO, submission_id=id)
        (lost,) = losing.answers
        self.assertTrue(pauses, "the node was away for one try at least")
        self.assertTrue(sent.repeated)
        self.assertEqual((sent.message_id, sent.position), (id, lost.accepted.position))
        self.handed_over(self.executing, "one-effect", id)
        self.assertEqual([message.message_id for message in self.executing.get(id, who=WHO).messages], [id])
        self.assertEqual([one.referral_id for one in self.issuing.list(who=WHO)].count(id), 1)

    def test_a_submission_to_a_node_that_stays_away_is_given_up_and_its_problem_names_the_id_for_a_repeat(self):
        pauses = []
        client = self.connect(A, patience=rogatory.Patience(tries=3, rest=pauses.append))
        self.federation.kill(A)
        try:
            problem = self.refused(lambda: client.submit(opening(warrant(), B), who=WHO))
        finally:
            self.federation.start(A)
        self.dial_again()
        self.assertEqual((problem.code, problem.retry, len(pauses)), ("", rogatory.Retry.AFTER, 2))
        self.assertTrue(problem.is_uncertain)
        self.assertIn("cannot be reached", str(problem))
        self.assertEqual(self.submit(submission_id=problem.message_id).referral_id, problem.message_id)

    def test_a_watch_goes_on_after_its_node_was_ended_and_hands_over_each_message_once(self):
        for number, end in enumerate([self.federation.kill, self.federation.stop]):
            with self.subTest(end.__name__):
                consumer, lost, got = f"restart-{number}", [], []
                client, _ = self.restarting(B)
                first, second, third = (rogatory.fresh_id() for _ in range(3))
                self.submit(submission_id=first)

                def take(offer):
                    got.append(offer.message_id)
                    if offer.message_id == first:
                        # What is acknowledged from here on, nobody hears.
                        end(B)
                        self.submit(submission_id=second)
                    if offer.message_id == second:
                        watch.stop()

                watch = client.watch(consumer, take, who=WHO, on_lost=lost.append)
                watch.run()
                self.assertEqual((got.count(first), got.count(second), got[-1]), (1, 1, second))
                self.assertTrue(lost)
                self.assertEqual({problem.retry for problem in lost}, {rogatory.Retry.AFTER})
                self.submit(submission_id=third)
                self.assertEqual(self.handed_over(client, consumer, third), [third], "all before was acknowledged")

    def test_a_callback_that_fails_is_handed_the_same_message_again_and_those_before_are_acknowledged(self):
        good, bad = self.submit().message_id, self.submit().message_id
        self.handed_over(self.executing, "arrived", bad)
        handed = []

        def take(offer):
            handed.append(offer.message_id)
            if offer.message_id == bad:
                raise KeyError("no room")

        with self.assertRaisesRegex(KeyError, "no room"):
            self.executing.watch("failing", take, who=WHO).run()
        self.assertEqual(handed[-2:], [good, bad])
        self.assertEqual(self.handed_over(self.executing, "failing", bad), [bad])

    def test_a_sender_is_told_of_the_receipt_once(self):
        id, heard = self.submit().message_id, []

        def hear(notice):
            heard.append(notice)
            if notice.receipt.message_id == id:
                watch.stop()

        watch = self.issuing.watch("receipts", who=WHO, on_notice=hear)
        watch.run()
        self.assertEqual((heard[-1].referral_id, heard[-1].receipt.recipient), (id, B))
        (consumer,) = [
            one
            for one in self.issuing.stub.Consumers(casework_pb2.ConsumersRequest()).consumers
            if one.name == "receipts"
        ]
        self.assertEqual(consumer.noticed_through, heard[-1].cursor.position)

    def test_a_second_reader_of_a_consumer_ends_the_first_which_does_not_come_back(self):
        self.submit()
        second = self.executing.watch("taken-over", lambda _: second.stop(), who=WHO)
        first = self.executing.watch("taken-over", lambda _: second.run(), who=WHO)
        problem = self.refused(first.run)
        self.assertEqual((problem.code, problem.retry), ("RG0510", rogatory.Retry.NEVER))

    def test_a_watch_of_a_consumer_that_must_exist_is_refused_where_the_name_is_new(self):
        watch = self.executing.watch("misspelt", print, who=WHO, must_exist=True)
        self.assertEqual(self.refused(watch.run).code, "RG0515")

    def test_a_watch_with_nobody_to_hand_over_to_is_a_mistake(self):
        with self.assertRaises(ValueError):
            self.executing.watch("nobody", who=WHO)

    def test_a_form_with_faults_raises_their_paths_and_uses_up_no_id(self):
        form, id = warrant(), rogatory.fresh_id()
        trial = form["judgments"][0].pop("trial")
        problem = self.refused(lambda: self.issuing.submit(opening(form, B), who=WHO, submission_id=id))
        self.assertEqual((problem.code, problem.name), ("RG0103", "invalid_form"))
        self.assertEqual((problem.blame, problem.retry), (rogatory.Blame.CALLER, rogatory.Retry.NEVER))
        self.assertEqual([fault.field for fault in problem.faults], ["warrant.judgments[0].trial"])
        self.assertIn("warrant.judgments[0].trial: ", str(problem))
        self.assertFalse(problem.is_uncertain)
        form["judgments"][0]["trial"] = trial
        self.assertFalse(self.issuing.submit(opening(form, B), who=WHO, submission_id=id).repeated)

    def test_a_mapping_with_a_field_that_there_is_not_is_refused_before_it_is_sent(self):
        with self.assertRaisesRegex(json_format.ParseError, "warrrant"):
            self.issuing.submit({"warrrant": {}}, who=WHO)

    def test_an_unknown_referral_is_told_by_its_code(self):
        problem = self.refused(lambda: self.issuing.get(rogatory.fresh_id(), who=WHO))
        self.assertEqual((problem.code, problem.name), ("RG0201", "unknown_referral"))
        self.assertEqual((problem.blame, problem.retry), (rogatory.Blame.CALLER, rogatory.Retry.NEVER))

    def test_the_wrong_role_is_told_by_its_code(self):
        operator = self.connect(B, "ops")
        problem = self.refused(lambda: operator.get(rogatory.fresh_id(), who=WHO))
        self.assertEqual((problem.code, problem.retry), ("RG0305", rogatory.Retry.WHEN_CHANGED))

    def test_a_mapping_and_a_message_are_the_same_submission_at_the_same_instant(self):
        id, issued = rogatory.fresh_id(), datetime(2026, 1, 2, 3, 4, 5, 678901, timezone.utc)
        mapping = opening(warrant(), B)
        message = json_format.ParseDict(mapping, casework_pb2.Opening())
        first = self.issuing.submit(mapping, who=WHO, submission_id=id, declared=issued)
        again = self.issuing.submit(message, who=WHO, submission_id=id, declared=issued)
        self.assertEqual((first.repeated, again.repeated), (False, True))
        (told,) = self.issuing.get(id, who=WHO).messages
        self.assertEqual(rogatory.instant(told, "declared_time"), issued)

    def test_an_instant_without_an_offset_is_a_mistake_and_one_that_is_absent_is_none(self):
        with self.assertRaisesRegex(ValueError, "offset"):
            self.submit(declared=datetime(2026, 1, 2))
        self.assertIsNone(rogatory.instant(rogatory.Message(), "declared_time"))

    def test_a_submission_that_is_only_judged_is_not_there_and_meets_what_the_real_one_meets(self):
        id, form = rogatory.fresh_id(), warrant()
        judged = self.issuing.submit(opening(form, B), who=WHO, submission_id=id, validate_only=True)
        self.assertEqual((judged.referral_id, judged.position), (id, 0))
        self.assertIsNone(rogatory.instant(judged, "node_time"))
        self.assertEqual(self.refused(lambda: self.issuing.get(id, who=WHO)).code, "RG0201")
        del form["judgments"][0]["trial"]
        problems = [
            self.refused(lambda trial=trial: self.issuing.submit(opening(form, B), who=WHO, validate_only=trial))
            for trial in (True, False)
        ]
        self.assertEqual(*([(problem.code, problem.faults) for problem in problems]))

    def test_a_node_tells_what_it_is_and_whom_one_can_write_to(self):
        about = self.issuing.about()
        self.assertEqual(about.agency, A)
        self.assertIn("rogatory.casework.v1", about.packages)
        agencies = {agency.agency: agency for agency in self.issuing.agencies()}
        self.assertEqual([name for name, agency in agencies.items() if agency.own], [A])
        self.assertTrue(agencies[B].accepts)

    def test_an_event_is_raised_once_under_its_id_and_read_after_the_opening(self):
        id, event = self.submit().referral_id, {"code": "information_supplied", "text": "A photograph."}
        sent = self.issuing.act(id, event, who=WHO)
        again = self.issuing.act(id, event, who=WHO, submission_id=sent.message_id)
        self.assertEqual((sent.repeated, again.repeated), (False, True))
        referral = self.issuing.get(id, who=WHO)
        self.assertEqual([message.event for message in referral.messages], ["opening", "information_supplied"])
        self.assertEqual(referral.messages[1].body.event.text, "A photograph.")

    def test_a_referral_that_takes_several_answers_is_put_together(self):
        form = warrant()
        form["offences"][0]["circumstances"] = "x" * 60_000
        id = self.issuing.submit(opening(form, B), who=WHO).referral_id
        event = {"code": "information_supplied", "text": "y" * 65_536}
        sent = [self.issuing.act(id, event, who=WHO).message_id for _ in range(20)]
        request = casework_pb2.GetRequest(referral_id=id, assertion=WHO)
        self.assertGreater(len(list(self.issuing.stub.Get(request))), 1)
        referral = self.issuing.get(id, who=WHO)
        self.assertEqual([message.message_id for message in referral.messages], [id, *sent])

    def test_a_list_goes_on_over_its_pages_newest_first_and_ends_where_it_is_told(self):
        sent = [self.submit().referral_id for _ in range(105)][::-1]
        listed = [referral.referral_id for referral in self.issuing.list(who=WHO)]
        self.assertEqual(listed[: len(sent)], sent)
        self.assertEqual(len(listed), len(set(listed)))
        for count in (0, 1, 102):
            some = [referral.referral_id for referral in self.issuing.list(who=WHO, at_most=count)]
            self.assertEqual(some, sent[:count])
        self.assertEqual(list(self.issuing.list(who=WHO, state="erased")), [])

    def test_evidence_verifies_without_a_node(self):
        id = self.submit().message_id
        path = self.federation.root / "evidence.bin"
        path.write_bytes(self.issuing.evidence(id, who=WHO, with_content=True))
        settings = tomllib.loads((self.federation.root / A / "node.toml").read_text())
        command = [BINARY, "verify", str(path), "--content", "--roster-key", settings["roster"]["key"]]
        verified = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        self.assertIn("SUBJECT-P", verified.stdout)

    def test_a_node_is_expected_under_the_name_that_is_given(self):
        for name, is_known in (("localhost", True), ("other.example", False)):
            with self.subTest(name), contextlib.ExitStack() as stack:
                files, once = self.federation.files(B, "cases"), rogatory.Patience(tries=1)
                address = self.federation.address(B)
                client = rogatory.connect(address, **files, server_name=name, patience=once)
                stack.enter_context(client)
                if is_known:
                    self.assertIsNotNone(list(client.list(who=WHO, at_most=1)))
                else:
                    problem = self.refused(lambda: list(client.list(who=WHO)))
                    self.assertEqual((problem.code, problem.retry), ("", rogatory.Retry.AFTER))


if __name__ == "__main__":
    unittest.main()
