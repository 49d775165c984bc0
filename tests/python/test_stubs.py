"""What is generated in the Python package is what the protobuf files say, and what is written by hand has types."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

from checkout import PACKAGE

GENERATED = ("casework", "types")


def run(*command):
    return subprocess.run(command, cwd=PACKAGE, capture_output=True, text=True)


def stubs(home):
    """Generated files below a folder, by their paths in it."""
    paths = (path for name in GENERATED for path in (home / "rogatory" / name).rglob("*.py*"))
    return {str(path.relative_to(home)): path.read_text() for path in paths if path.suffix in (".py", ".pyi")}


class Stubs(unittest.TestCase):
    maxDiff = None

    def test_generating_the_stubs_again_changes_nothing(self):
        with tempfile.TemporaryDirectory() as out:
            made = run(sys.executable, "generate", "--out", out)
            self.assertEqual(made.returncode, 0, made.stdout + made.stderr)
            fresh, committed = stubs(pathlib.Path(out)), stubs(PACKAGE / "src")
        self.assertEqual(sorted(committed), sorted(fresh))
        for path, text in fresh.items():
            self.assertTrue(committed[path] == text, f"{path} differs: run clients/python/generate")

    def test_the_types_of_the_package_hold_in_strict_mode(self):
        checked = run(sys.executable, "-m", "mypy", "--strict", "--no-incremental")
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)


if __name__ == "__main__":
    unittest.main()
