"""How fast somebody may go on: so much at once, and so much a second in the long run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Pace:
    """Of anything that can be counted: bytes, or seconds of work."""

    rate: float  # a second
    burst: float
    debt: float = 0.0
    at: float = 0.0  # when that was, in seconds

    def owed(self, amount: float, now: float) -> float:
        """Seconds to wait after this much."""
        self.debt = max(0.0, self.debt - self.rate * (now - self.at)) + amount
        self.at = now
        return max(0.0, self.debt - self.burst) / self.rate
