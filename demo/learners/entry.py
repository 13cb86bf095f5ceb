"""One row of the list of learners, and what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass

FAMILIES = ("initialisation", "metric", "memory", "optimiser", "baseline")
"""What is learnt before the first drawing."""

FITTING = ("SineNet", "SineContext")
"""Kinds of networks that fit sines; all others classify."""


@dataclass(frozen=True)
class Entry:
    """One row of the list: the weights' name, and what to call it in front of an audience.

    family: one of `FAMILIES`; paper: whom to cite; published: its 5-way 1-shot accuracy there, with the protocol;
    inner: whether plain gradient steps adapt it, so that there is an inner loop to look into.
    """

    name: str
    title: str
    summary: str
    family: str
    paper: str = ""
    published: str = ""
    inner: bool = True
