"""Every setting of the app, declared once: the list drives widgets, defaults, URL parameters and tests.

A setting's key is its widget key and its URL parameter; what stands in the URL wins over the default,
and values that do not fit are ignored. Its name and help are words: `assets/words/setting.toml`.
"""

from __future__ import annotations

import math
from typing import TypeVar

from demo.learners import CLASSIFIERS, ENTRIES, FAMILIES, REGRESSORS
from demo.learners.worker import TRANSDUCTIVE
from demo.lessons.drawn import letter
from demo.lessons.look import SHOWN, STEPS
from demo.lessons.opinions import ORDERS
from demo.limits import FEWEST, MOST, MOST_QUERIES, MOST_SHOTS
from demo.tasks import LONGEST_COPY, SOURCES
from demo.training import shelf
from demo.ui import close, words
from demo.ui.controls import Among, Choice, Few, Kept, Setting, Slider, Text, Toggle
from demo.ui.models_words import kind
from demo.ui.words import say

_S = TypeVar("_S", bound=Setting)


def _listed(*settings: _S) -> dict[str, _S]:
    return {setting.key: setting for setting in settings}


ANSWERING = [entry.name for entry in CLASSIFIERS] + ["reptile-batchnorm" + TRANSDUCTIVE]
"""Who can answer on the draw page: the learner that mixes drawings also in the way that mixes them."""


def _who(name: str) -> str:
    """A learner as boxes list it: with its family after it, for there are many."""
    entry, title = ENTRIES.get(name.removesuffix(TRANSDUCTIVE)), say(f"learner.{name}")
    return f"{title} · {say(f'family.{entry.family}')}" if entry else title


HOUSE = _listed(
    Kept(words.KEY, words.DEFAULT, list(words.LANGUAGES)),
    Kept("present", False, (False, True)),
    Kept("controls", True, (True, False)),
)
"""Of every page."""

DRAW = _listed(
    Choice("learner", "maml", ANSWERING, _who),
    Choice("twin", "none", ["none", *ANSWERING], _who),
    Slider("steps", 5, 0, 32, 1),
    Few("ways", 3, list(range(FEWEST, MOST + 1))),
    Few("shots", 1, list(range(1, MOST_SHOTS + 1))),
    Few("queries", 1, list(range(1, MOST_QUERIES + 1))),
    Choice("device", "cpu", ["cpu", "cuda"]),
    Toggle("live", True),
    Toggle("seen", False),
)

SINE = _listed(
    Slider("amplitude", 3.0, 0.1, 5.0, 0.1),
    Slider("phase", 1.0, 0.0, round(2 * math.pi, 2), 0.01),
    Choice("sine_learner", "sine-maml", [entry.name for entry in REGRESSORS]),
    Slider("sine_steps", 10, 0, 32, 1),
    Slider("rate_factor", 1.0, 0.1, 5.0, 0.1),
    Choice("points", 10, [5, 10, 20]),
    Slider("noise", 0.0, 0.0, 1.0, 0.05),
    Slider("seed", 0, 0, 999, 1),
)

INSIDE = _listed(
    Choice("inside_learner", "maml", [entry.name for entry in CLASSIFIERS if entry.inner], _who),
    Slider("inside_steps", 10, 1, 20, 1),
)

ADML = _listed(Slider("attack_epsilon", 0.1, 0.0, 0.2, 0.01))

CACTUS = _listed(Slider("cactus_piles", 8, 2, 16, 1), Slider("cactus_seed", 0, 0, 99, 1))

COMPARE = _listed(
    Few("compare_query", 1, list(range(1, MOST_QUERIES + 1))),
    Slider("compare_steps", 5, 0, 32, 1),
    Choice("compare_order", "family", list(ORDERS), lambda order: say(f"compare.order.{order}")),
    Choice("compare_family", "all", ("all", *FAMILIES), lambda family: say(f"family.{family}")),
    Toggle("compare_dissent", False),
)

CLOSE = _listed(Choice("close_learner", "prototypical", list(close.VIEWS), _who))

NAMED = [f"{name}{k}" for k in ("", *range(2, MOST_SHOTS + 1)) for name in map(letter, range(MOST))]
ASKED = [f"?{k}" for k in ("", *range(2, MOST_QUERIES + 1))]
"""What drawings are called, as in `demo.lessons.drawn.Drawn`: those of the classes, and the queries."""

PAIR = _listed(Among("pair_first", "A", [*NAMED, *ASKED]), Among("pair_second", "?", [*NAMED, *ASKED]))

SIAMESE = _listed(Slider("pair_threshold", 0.8, 0.0, 1.5, 0.01))

MATCHING = _listed(Among("attending", "?", ASKED))

MEMORY = _listed(Slider("memory_step", MOST * MOST_SHOTS + 1, 1, MOST * MOST_SHOTS + 1, 1))
"""Of the memory's view: a step for every drawing that there is, and one for the query."""
AGREEMENT = _listed(Slider("agreement_tasks", 7, 2, 15, 1), Slider("agreement_seed", 0, 0, 99, 1))

INEQUALITY = _listed(Slider("inequality_seed", 0, 0, 99, 1))

TASKS = _listed(
    Choice("task_source", "examples", SOURCES, lambda name: say(f"tasks.source.{name}")),
    Slider("task_ways", 5, 2, 20, 1),
    Slider("task_shots", 1, 1, 5, 1),
    Toggle("one_alphabet", False),
    Choice("task_learner", "maml", [entry.name for entry in CLASSIFIERS], _who),
    Slider("task_steps", 5, 0, 32, 1),
    Slider("task_seed", 0, 0, 999, 1),
)

MODELS = _listed(
    Text("model_search", ""),
    Choice("model_use", "all", ("all", *shelf.USES), lambda use: say(f"models.use.{use}")),
    Choice("model_family", "all", ("all", *FAMILIES), lambda family: say(f"family.{family}")),
    Choice("model_kind", "random_classes", ("random_classes",), kind),
)

WATCH = _listed(
    Slider("watch_seed", 0, 0, 999, 1),
    Slider("meta_steps", 4000, 500, 10000, 500),
    Slider("inner_steps", 5, 0, STEPS, 1),
    Slider("watch_sine", 1, 1, SHOWN, 1),
)

MOVES = _listed(
    Slider("moves_tasks", 2, 2, 5, 1),
    Slider("moves_steps", 3, 1, 8, 1),
    Slider("moves_rate", 0.4, 0.05, 0.95, 0.05),
    Slider("moves_meta", 1.0, 0.1, 1.0, 0.1),
    Slider("moves_seed", 29, 0, 99, 1),
    Toggle("moves_equal", False),
    Slider("moves_x", -3.0, -4.4, 4.4, 0.05),
    Slider("moves_y", -2.0, -2.9, 2.9, 0.05),
)

COMBINATIONS = _listed(
    Slider("mix_steps", 3000, 500, 10000, 500),
    Choice("mix_tasks", 3, [1, 3, 5]),
    Choice("mix_inner", 0.02, [0.005, 0.01, 0.02, 0.03]),
    Choice("mix_outer", 0.02, [0.005, 0.01, 0.02, 0.04]),
    Slider("mix_seed", 0, 0, 99, 1),
)

LUCK = _listed(
    Slider("luck_steps", 1500, 250, 3000, 250),
    Slider("luck_inner", 1, 1, 5, 1),
    Slider("luck_seed", 0, 0, 99, 1),
)

COPY = _listed(
    Slider("copy_length", 8, 1, LONGEST_COPY, 1),
    Slider("copy_seed", 0, 0, 999, 1),
)

OPTIMISE = _listed(
    Slider("optimise_seed", 0, 0, 999, 1),
    Slider("optimise_step", 20, 0, 100, 1),
    Slider("optimise_amplitude", 3.0, 0.1, 5.0, 0.1),
    Slider("optimise_phase", 1.0, 0.0, round(2 * math.pi, 2), 0.01),
    Slider("optimise_start", 0, 0, 999, 1),
)

NAVIGATE = _listed(
    Slider("nav_x", 0.3, -0.5, 0.5, 0.01),
    Slider("nav_y", 0.35, -0.5, 0.5, 0.01),
    Choice(
        "nav_beside",
        "nav-pretrained",
        ["nav-pretrained", "nav-metasgd", "nav-random", "all"],
        lambda name: say("navigate.all") if name == "all" else say(f"learner.{name}"),
    ),
    Slider("nav_seed", 0, 0, 99, 1),
)

CLONING = _listed(
    Choice("clone_steps", 1, [0, 1, 3, 10, 30, 100]),
    Slider("clone_x", -0.35, -0.5, 0.5, 0.01),
    Slider("clone_y", -0.2, -0.5, 0.5, 0.01),
    Slider("clone_seed", 5, 0, 99, 1),
)
