"""How a call is repeated: how often, after which pauses. It must not know what is called."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import grpc

from rogatory.problem import Problem, Retry

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Patience:
    """How long a client keeps asking. The pauses double, and a part of each is chance, so that the clients of a node
    that comes back do not all come at once. As set here, the tries of one call go on for about ten seconds.
    """

    tries: int = 8
    """How often a call is made before its problem is raised."""
    first_seconds: float = 0.1
    """The pause after the first failure, at most."""
    longest_seconds: float = 5.0
    """The longest pause of one's own accord."""
    asked_seconds: float = 60.0
    """The longest pause a node may ask for; where it asks for more, the problem is raised and the caller decides."""
    rest: Callable[[float], None] = time.sleep
    """Waits for so many seconds."""

    def ask(self, call: Callable[[], _Answer]) -> _Answer:
        """Makes a call until it is answered, a repeat would not help, or the tries are used up.

        The call must be one that may be repeated: a read, or a submission under an id that stays the same.
        """
        for number in range(1, self.tries + 1):
            try:
                return call()
            except grpc.RpcError as error:
                problem = Problem.of(error)
                if number == self.tries or not self.allows(problem):
                    raise problem from error
            self.rest(self.pause(number, problem))
        raise ValueError("a call needs one try at least")

    def allows(self, problem: Problem) -> bool:
        """Whether a repeat may help, after a pause that is not too long."""
        return problem.retry is Retry.AFTER and problem.pause_seconds <= self.asked_seconds

    def pause(self, number: int, problem: Problem) -> float:
        """Seconds before the next try after so many failures: what the node asked for, and one's own pause on top."""
        own = min(self.longest_seconds, self.first_seconds * 2.0 ** min(number - 1, 32))
        return problem.pause_seconds + random.uniform(own / 2, own)
