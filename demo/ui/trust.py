"""What a browser sends is not trusted: what counts as a number."""

from __future__ import annotations

from typing import Any

from demo.limits import MAX_COORDINATE, REPORT


def is_number(value: Any) -> bool:
    """Whether it is a finite number that fits wherever the app computes: True and False are none, nor is 10^400."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(value) <= MAX_COORDINATE  # not so for NaN


def is_count(value: Any) -> bool:
    """Whether it can be a report's number, which pages count up from 0."""
    return type(value) is int and 0 <= value <= REPORT
