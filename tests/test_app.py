"""The Streamlit entry, which runs anew for every page that anybody looks at."""

from __future__ import annotations

import subprocess
import sys

from tests.servers import ROOT

TWICE = f"""
import sys
from streamlit.testing.v1 import AppTest
places = []
for _ in range(2):
    app = AppTest.from_file({str(ROOT / "demo" / "app.py")!r}, default_timeout=60).run()
    assert not app.exception, app.exception
    assert app.session_state["keeper"].runs == 1  # it is the entry that has run, to its end
    places.append(list(sys.path))
assert places[0] == places[1], places
assert {str(ROOT)!r} in places[0], places
"""


def test_a_run_leaves_nothing_behind_in_the_interpreter() -> None:
    """In a process of its own, since the app settles the interpreter it runs in."""
    done = subprocess.run([sys.executable, "-P", "-c", TWICE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
