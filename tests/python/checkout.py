"""Where things are in the checkout. Importing it makes the package there importable, without installing it."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "clients" / "python"
GUIDE = ROOT / "docs" / "guides" / "case-system.md"

sys.path.insert(0, str(PACKAGE / "src"))
