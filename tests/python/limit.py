"""A limit for tests that wait for a node: one that would wait for ever fails, and leaves the others their turn."""

import signal
import unittest

LIMIT_SECONDS = 60
AGAIN_SECONDS = 5


class Limited(unittest.TestCase):
    """A test case of which no test runs for longer than the limit. What is slow is no failure; what never ends is."""

    def setUp(self):
        super().setUp()
        signal.signal(signal.SIGALRM, self._fail)
        # Again and again, since what waits may wait once more while it ends.
        signal.setitimer(signal.ITIMER_REAL, LIMIT_SECONDS, AGAIN_SECONDS)
        self.addCleanup(signal.setitimer, signal.ITIMER_REAL, 0)

    @staticmethod
    def _fail(*_):
        raise AssertionError(f"the test has not ended after {LIMIT_SECONDS} seconds")
