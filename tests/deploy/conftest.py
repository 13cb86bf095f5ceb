"""Two replicas behind nginx, once a session. A missing nginx is a failure, never a skip."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import hall
from tests.hall import Hall


@pytest.fixture(scope="session")
def served() -> Iterator[Hall]:
    with hall.hall(replicas=2) as both:
        yield both
