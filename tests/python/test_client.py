"""A client nobody here wrote drives two nodes: Python's grpcio over mutual TLS, with descriptors from reflection."""

import queue
import unittest

import grpc
from google.rpc import error_details_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase
from grpc_status import rpc_status

from federation import Federation
from reflected import Client
from warrant import fresh_id, opening, warrant

A, B = "fr-jirs-marseille", "nl-om"
CASEWORK, ADMIN = "rogatory.casework.v1.Casework", "rogatory.admin.v1.Admin"
WHO = {"person": "SAMPLE-CLERK", "justification": "test of an independent client"}


class Watch:
    """A watch that is fed from a queue, so that acknowledgements follow what was offered."""

    def __init__(self, client, **start):
        self._requests = queue.Queue()
        self._requests.put({"start": {"assertion": WHO, **start}})
        self.responses = client.stream(f"{CASEWORK}/Watch", iter(self._requests.get, None))

    def acknowledge(self, *positions):
        self._requests.put({"acknowledge": {"positions": [str(position) for position in positions]}})

    def offer_of(self, message_id):
        """The offer of one message, and the ids of those offered before it."""
        before = []
        for response in self.responses:
            for offer in response.offers:
                if offer.message_id == message_id:
                    return offer, before
                before.append(offer.message_id)
        raise AssertionError("the watch ended")

    def handed_over(self):
        """The next positions that are confirmed."""
        for response in self.responses:
            if response.handed_over:
                return list(response.handed_over)
        raise AssertionError("the watch ended")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._requests.put(None)
        self.responses.cancel()


class IndependentClient(unittest.TestCase):
    """One federation for all tests; each test uses referrals of its own."""

    @classmethod
    def setUpClass(cls):
        cls.federation = cls.enterClassContext(Federation(A, B))
        cls.issuing, cls.executing = cls.connect(A, "cases"), cls.connect(B, "cases")

    @classmethod
    def connect(cls, agency, client):
        certificate, key = cls.federation.credentials(agency, client)
        address, authority = cls.federation.address(agency), cls.federation.authority(agency)
        return cls.enterClassContext(Client(address, authority, certificate, key))

    def submit(self, referral_id, form):
        request = {"referral_id": referral_id, "assertion": WHO, "opening": opening(form, B)}
        return self.issuing.call(f"{CASEWORK}/Submit", **request).accepted

    def get(self, client, id):
        """A referral and its messages, which come in as many answers as they need."""
        answers = list(client.call(f"{CASEWORK}/Get", referral_id=id, assertion=WHO))
        return answers[0].referral, [message for answer in answers for message in answer.messages]

    @staticmethod
    def name_of(message, field):
        """The name of an enum's value, which only the descriptor has."""
        kind = message.DESCRIPTOR.fields_by_name[field].enum_type
        return kind.values_by_number[getattr(message, field)].name

    def refused(self, code, grpc_code, call):
        """The error of a call that must be refused under a code of the catalogue."""
        with self.assertRaises(grpc.RpcError) as caught:
            call()
        error = caught.exception
        self.assertEqual(error.code(), grpc_code, error.details())
        self.assertEqual(dict(error.trailing_metadata() or ()).get("rogatory-code"), code)
        return error

    def test_reflection_tells_of_the_services_for_clients(self):
        self.assertEqual(self.issuing.services(), ["grpc.health.v1.Health", ADMIN, CASEWORK])

    def test_the_library_of_the_older_reflection_finds_the_services(self):
        database = ProtoReflectionDescriptorDatabase(self.issuing.channel)
        self.assertEqual(sorted(database.get_services()), ["grpc.health.v1.Health", ADMIN, CASEWORK])
        self.assertIn("rogatory.casework", database.FindFileContainingSymbol(CASEWORK).package)

    def test_a_warrant_is_submitted_watched_acknowledged_and_read(self):
        id = fresh_id()
        sent = self.submit(id, warrant())
        self.assertEqual((sent.referral_id, sent.message_id, sent.repeated), (id, id, False))
        self.assertGreater(sent.position, 0)
        self.assertEqual(len(sent.envelope_digest), 32)

        with Watch(self.executing, consumer="python", with_content=True) as watch:
            offer, _ = watch.offer_of(id)
            self.assertEqual((offer.sender, offer.event, offer.urgent), (A, "opening", False))
            self.assertEqual(offer.referral_id, id)
            self.assertGreater(offer.cursor.position, 0)
            self.assertEqual(offer.body.opening.warrant.person.names[0].original, "SUBJECT-P")
            watch.acknowledge(offer.cursor.position)
            self.assertEqual(watch.handed_over(), [offer.cursor.position])

        referral, (message,) = self.get(self.executing, id)
        self.assertEqual((referral.referral_id, referral.issuing, referral.state), (id, A, "received"))
        self.assertEqual((message.event, message.number, message.position), ("opening", 1, offer.cursor.position))
        self.assertEqual(message.body.opening.warrant.authority.file_reference, "JIRS-MRS-2021-00000042")

    def test_what_was_acknowledged_is_not_offered_again_and_what_follows_is(self):
        first = fresh_id()
        self.submit(first, warrant())
        with Watch(self.executing, consumer="python-again") as watch:
            offer, _ = watch.offer_of(first)
            watch.acknowledge(offer.cursor.position)
            watch.handed_over()
        event = {"code": "information_supplied", "text": "A photograph follows."}
        act = {"referral_id": first, "message_id": fresh_id(), "assertion": WHO, "event": event}
        self.issuing.call(f"{CASEWORK}/Act", **act)
        with Watch(self.executing, consumer="python-again") as watch:
            offer, before = watch.offer_of(act["message_id"])
            self.assertNotIn(first, before)
            self.assertEqual((offer.event, offer.referral_id), ("information_supplied", first))

    def test_a_repeat_gets_the_same_record_and_other_content_is_refused(self):
        id, form = fresh_id(), warrant()
        sent, again = self.submit(id, form), self.submit(id, form)
        self.assertTrue(again.repeated)
        self.assertEqual((again.position, again.envelope_digest), (sent.position, sent.envelope_digest))
        other = {**form, "other_circumstances": "autre"}
        self.refused("RG0206", grpc.StatusCode.ALREADY_EXISTS, lambda: self.submit(id, other))

    def test_the_sender_sees_the_receipt_of_the_other_node(self):
        id = fresh_id()
        submit = {"referral_id": id, "assertion": WHO, "opening": opening(warrant(), B)}
        answers = self.issuing.stream(f"{CASEWORK}/SubmitStream", iter([{"tag": "7", "submit": submit}]))
        outcomes = (outcome for answer in answers for outcome in answer.outcomes)
        accepted, receipt = next(outcomes), next(outcomes)
        self.assertEqual((accepted.tag, accepted.WhichOneof("what")), (7, "accepted"))
        self.assertEqual((receipt.tag, receipt.WhichOneof("what")), (7, "receipt"))
        self.assertEqual((receipt.receipt.recipient, receipt.receipt.refusal), (B, ""))
        _, messages = self.get(self.issuing, id)
        (delivery,) = messages[0].deliveries
        self.assertEqual((delivery.recipient, self.name_of(delivery, "status")), (B, "DELIVERY_STATUS_TAKEN"))
        self.assertEqual(delivery.position, receipt.receipt.position)

    def test_a_warrant_without_box_d_is_refused_with_its_fault(self):
        form = warrant()
        del form["judgments"][0]["trial"]
        call = lambda: self.submit(fresh_id(), form)
        error = self.refused("RG0103", grpc.StatusCode.INVALID_ARGUMENT, call)
        status = rpc_status.from_call(error)
        self.assertEqual(status.message, error.details())
        found = {detail.TypeName(): detail for detail in status.details}
        info, request = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
        self.assertTrue(found["google.rpc.ErrorInfo"].Unpack(info))
        self.assertEqual((info.reason, info.domain), ("INVALID_FORM", "rogatory"))
        self.assertEqual((info.metadata["code"], info.metadata["retry"]), ("RG0103", "never"))
        self.assertTrue(found["google.rpc.BadRequest"].Unpack(request))
        self.assertTrue(any("judgments[0].trial" in fault.field for fault in request.field_violations), request)
        problem = self.issuing.message("rogatory.casework.v1.Problem")()
        self.assertTrue(found["rogatory.casework.v1.Problem"].Unpack(problem))
        self.assertEqual((problem.code, problem.name), ("RG0103", "invalid_form"))
        self.assertEqual(self.name_of(problem, "retry"), "RETRY_NEVER")
        self.assertTrue(any("judgments[0].trial" in fault.field for fault in problem.faults), problem)

    def test_a_method_or_a_service_that_is_not_there_is_unimplemented(self):
        for method in (f"/{CASEWORK}/Later", "/rogatory.later.v1.Later/Get"):
            call = self.issuing.channel.unary_unary(method)
            self.refused("RG0309", grpc.StatusCode.UNIMPLEMENTED, lambda: call(b"", timeout=60))

    def test_the_wrong_role_is_refused(self):
        operator = self.connect(B, "ops")
        read = lambda: self.get(operator, fresh_id())
        self.refused("RG0305", grpc.StatusCode.PERMISSION_DENIED, read)
        self.refused("RG0305", grpc.StatusCode.PERMISSION_DENIED, lambda: self.executing.call(f"{ADMIN}/Status"))
        self.assertEqual(operator.call(f"{ADMIN}/Status").agency, B)

    def test_a_cursor_of_another_instance_is_refused(self):
        cursor = {"instance": fresh_id().replace("-", ""), "position": "1"}
        with Watch(self.executing, consumer="python-cursor", cursor=cursor) as watch:
            self.refused("RG0503", grpc.StatusCode.FAILED_PRECONDITION, lambda: next(watch.responses))

    def test_without_a_certificate_there_is_no_connection(self):
        with Client(self.federation.address(B), self.federation.authority(B)) as stranger:
            with self.assertRaises(grpc.RpcError) as caught:
                stranger.services()
            self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)

    def test_a_client_of_another_agency_is_turned_away_by_tls(self):
        certificate, key = self.federation.credentials(A, "cases")
        with Client(self.federation.address(B), self.federation.authority(B), certificate, key) as stranger:
            with self.assertRaises(grpc.RpcError) as caught:
                stranger.services()
            self.assertEqual(caught.exception.code(), grpc.StatusCode.UNAVAILABLE)


if __name__ == "__main__":
    unittest.main()
