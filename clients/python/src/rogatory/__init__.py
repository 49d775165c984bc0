"""The client of a Rogatory node for case systems: one mutual-TLS connection, typed calls over it, typed refusals.

    import rogatory

    who = rogatory.Assertion(person="j.jansen", justification="on duty")
    with rogatory.connect("node.example:7444", ca="ca.crt", certificate="cases.crt", key="cases.key") as node:
        for referral in node.list(who=who, at_most=10):
            print(referral.referral_id, "is", referral.state)

Owns what the package offers; whoever needs a call that is not wrapped finds it at `Client.stub`. It must not decide
anything a node decides: it checks no form, and it knows no event.
"""

from rogatory.casework.v1.casework_pb2 import (
    Accepted,
    Agency,
    Assertion,
    ClockStatus,
    Cursor,
    DeliveryStatus,
    Effect,
    Fault,
    Message,
    Notice,
    Offer,
    Referral,
)
from rogatory.client import Client, connect
from rogatory.ids import fresh_id
from rogatory.instants import instant
from rogatory.patience import Patience
from rogatory.problem import Blame, Problem, Retry
from rogatory.watch import Watch

__all__ = [
    "Accepted",
    "Agency",
    "Assertion",
    "Blame",
    "Client",
    "ClockStatus",
    "Cursor",
    "DeliveryStatus",
    "Effect",
    "Fault",
    "Message",
    "Notice",
    "Offer",
    "Patience",
    "Problem",
    "Referral",
    "Retry",
    "Watch",
    "connect",
    "fresh_id",
    "instant",
]
