"""The family of any weights: a learner's is on the list, and what is no learner of drawings or sines has its rule's."""

from __future__ import annotations

from demo.learners import ENTRIES

RULES = {
    "maml-rl": "initialisation",
    "metasgd-rl": "initialisation",
    "imitation": "initialisation",
    "l2l": "optimiser",
    "ntm": "memory",
    "pretrained-rl": "baseline",
    "random": "baseline",
}


def family(name: str, rule: str) -> str:
    """One of `demo.learners.FAMILIES`, or the rule itself where it is of no family known."""
    return ENTRIES[name].family if name in ENTRIES else RULES.get(rule, rule)
