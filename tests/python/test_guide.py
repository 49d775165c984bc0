"""The guide for case systems is what it says: its Python program runs word for word and prints what the guide shows."""

import os
import re
import subprocess
import sys
import unittest

from checkout import GUIDE, PACKAGE, ROOT
from federation import BINARY, Federation
from limit import LIMIT_SECONDS, Limited

A, B = "fr-jirs-marseille", "nl-om"


def blocks(text, mark, language):
    """What stands in the fences of a language between the two marks of a name."""
    (part,) = re.findall(rf"<!-- {mark}: begin -->\n(.*?)<!-- {mark}: end -->", text, re.DOTALL)
    return re.findall(rf"^```{language}\n(.*?)^```$", part, re.DOTALL | re.MULTILINE)


class Guide(Limited):
    maxDiff = None

    def test_the_python_program_of_the_guide_runs_word_for_word_and_prints_what_is_shown(self):
        text = GUIDE.read_text()
        parts, (shown,) = blocks(text, "run case-system", "python"), blocks(text, "printed by case-system", "text")
        federation = self.enterContext(Federation(A, B))
        home = federation.root.parent
        example = subprocess.run([BINARY, "referral", "example"], check=True, capture_output=True)
        (home / "warrant.json").write_bytes(example.stdout)
        (home / "first.py").write_text("\n\n".join(parts))
        run = subprocess.run(
            [sys.executable, "first.py", federation.address(A), federation.address(B)],
            cwd=home,
            env={**os.environ, "PYTHONPATH": str(PACKAGE / "src")},
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
        )
        self.assertEqual(run.returncode, 0, run.stderr)
        (referral,) = re.findall(r"^sent (\S+)$", run.stdout, re.MULTILINE)
        self.assertEqual(run.stdout, shown.replace("REFERRAL", referral))
        self.assertGreater((home / "sent.evidence").stat().st_size, 0)


    def test_the_rust_program_of_the_guide_is_the_example_that_cargo_builds(self):
        path = "services/client/examples/desk.rs"
        (shown,) = blocks(GUIDE.read_text(), f"shown {path}", "rust")
        self.assertEqual(shown, (ROOT / path).read_text())


if __name__ == "__main__":
    unittest.main()
