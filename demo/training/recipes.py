"""How each weights file is made: one recipe a name. `python -m demo train NAME` follows it."""

from __future__ import annotations

from typing import Any

from demo.training.recipe import Recipe

_COSINE = {"kind": "CosineNet", "filters": 64}
_CONVNET = {"kind": "ConvNet", "filters": 32}
_TANH = {"kind": "SineNet", "width": 64, "activation": "tanh"}  # the Reptile paper's reference code

# One inner step in closed form (demo.learners.onestep) on one big task of 64 classes, three drawings each.
_ONE_STEP: dict[str, Any] = {
    "network": _COSINE,
    "rate": 0.05,
    "steps": 5,
    "meta_batch": 1,
    "outer_rate": 3e-3,
    "sharpness": 30.0,
    "ways": 64,
    "queries": 2,
    "gallery": True,
}

_CLASSIFIERS = (
    Recipe("maml", "onestep", meta_steps=16000, **_ONE_STEP),  # as for its paper's Omniglot: one step in training
    Recipe("reptile", "onestep-first-order", meta_steps=4000, **{**_ONE_STEP, "sharpness": 16.0}),
    Recipe(
        "fomaml",
        "fomaml",
        _COSINE,
        begin="reptile",  # which is first-order MAML with one inner step as well; here with five
        rate=0.05,
        steps=5,
        meta_steps=2000,
        meta_batch=8,
        outer_rate=5e-5,
        ways=8,
        shots=3,
        mixed=True,
        gallery=True,
    ),
    Recipe(
        "pretrained",
        "pretrained",
        _COSINE,
        rate=0.05,
        steps=5,
        meta_steps=6000,
        meta_batch=192,
        outer_rate=3e-3,
        gallery=True,
    ),
    Recipe("random", "random", _COSINE, rate=0.05, steps=5, meta_steps=0, meta_batch=1),
    Recipe(
        "reptile-batchnorm",
        "reptile",
        _CONVNET,
        rate=0.05,
        training_rate=0.2,  # Reptile's signal is of second order in alpha: at 0.05 it learns more slowly
        steps=5,
        meta_steps=14000,
        meta_batch=8,
        outer_rate=2e-3,
        sharpness=1.0,
        ways=3,  # as many drawings to a minibatch, and so to its batch statistics, as the app has
        queries=1,
    ),
)

# A learnt metric, on one big task of 64 classes as well.
_METRIC: dict[str, Any] = {
    "rate": 0.0,
    "steps": 0,
    "meta_batch": 1,
    "outer_rate": 3e-3,
    "sharpness": 30.0,
    "ways": 64,
    "queries": 2,
    "gallery": True,
}

# MAML's kin: other tasks, other losses, or a context, over the same inner loop.
_KIN = (
    Recipe(
        "caml",
        "maml",
        {"kind": "ContextNet", "filters": 64, "context": 100},
        begin="pretrained",
        rate=0.05,
        steps=5,
        meta_steps=400,
        meta_batch=8,
        outer_rate=3e-4,
        ways=6,
        shots=2,
        mixed=True,
        gallery=True,
    ),
    Recipe("adml", "adml", meta_steps=1500, **_ONE_STEP),
    Recipe("concepts", "concepts", meta_steps=2000, **_ONE_STEP),
    Recipe("cactus", "onestep", meta_steps=2000, unlabelled=1000, **_ONE_STEP),
)

_METRICS = (Recipe("prototypical", "descent", {"kind": "Prototypical", "filters": 64}, meta_steps=4000, **_METRIC),)

_MATCHING = {"kind": "Matching", "filters": 64, "size": 64}
_COMPARISONS = (
    Recipe("siamese", "descent", {"kind": "Siamese", "filters": 64}, meta_steps=3000, **_METRIC),
    Recipe(
        "relation",
        "descent",
        {"kind": "Relation", "filters": 64, "width": 128},
        begin="prototypical",  # its encoder: from scratch, two networks that wait for each other take far longer
        meta_steps=1500,
        **{**_METRIC, "outer_rate": 1e-3},
    ),
    Recipe("matching", "descent", {**_MATCHING, "context_steps": 0}, meta_steps=4000, **_METRIC),
    Recipe(
        "matching-fce",
        "descent",
        {**_MATCHING, "context_steps": 3},
        begin="matching",
        meta_steps=1000,
        mixed=True,  # its LSTMs are to know support sets of any size
        **{**_METRIC, "ways": 20, "shots": 3, "meta_batch": 4, "outer_rate": 5e-4},
    ),
)

_REMEMBERED = (
    # Two drawings of a class, so that how they weigh against each other is learnt.
    Recipe(
        "gauss-prototypical",
        "descent",
        {"kind": "GaussPrototypical", "filters": 64},
        meta_steps=4000,
        **{**_METRIC, "shots": 2},
    ),
    Recipe(
        "semi-prototypical",
        "descent",
        {"kind": "SemiPrototypical", "filters": 64},
        meta_steps=3500,
        **{**_METRIC, "queries": 3},
    ),
    Recipe(
        "mann",
        "descent",
        {"kind": "Mann", "filters": 64},
        begin="pretrained",
        rate=0.0,
        steps=0,
        meta_steps=1200,
        meta_batch=16,
        outer_rate=4e-3,
        sharpness=1.0,
        queries=4,
        mixed=True,
        gallery=True,
    ),
    Recipe(
        "lstm-meta",
        "descent",
        {"kind": "LstmMeta", "filters": 64},
        begin="pretrained",
        rate=0.0,
        steps=5,
        meta_steps=500,
        meta_batch=4,
        outer_rate=1e-4,
        mixed=True,
        shots=3,
        gallery=True,
    ),
)

# Through all inner steps, going on from a trained body: tasks of many classes, so that each meta-step compares much.
_INNER: dict[str, Any] = {
    "rate": 0.05,
    "steps": 5,
    "meta_batch": 2,
    "outer_rate": 7e-4,
    "ways": 24,
    "shots": 2,
    "queries": 2,
    "mixed": True,
    "gallery": True,
    "begin": "pretrained",
}

_OWN_RATES = {**_INNER, "rate": 1.0}  # a factor on the learnt rates
_FROM_MAML = {**_OWN_RATES, "begin": "maml", "outer_rate": 3e-4}
_MANY_TASKS = {"meta_batch": 8, "ways": 8, "outer_rate": 3e-4}  # for what compares tasks
_LEARNT_HEAD = {**_INNER, "meta_batch": 4, "ways": 20}  # as many as it has rows

_GRADIENT = (
    Recipe("meta-sgd", "descent", {"kind": "MetaSGD", "filters": 64}, meta_steps=500, **_FROM_MAML),
    Recipe("maml-plus-plus", "descent", {"kind": "PlusPlus", "filters": 64}, meta_steps=800, **_OWN_RATES),
    Recipe("gradient-agreement", "gradient-agreement", _COSINE, meta_steps=500, **{**_INNER, **_MANY_TASKS}),
    Recipe("taml-entropy", "taml-entropy", {"kind": "LearntHead", "filters": 64}, meta_steps=400, **_LEARNT_HEAD),
    Recipe("taml-inequality", "taml-inequality", _COSINE, meta_steps=300, **{**_INNER, **_MANY_TASKS}),
)

_REGRESSORS = (
    Recipe(
        "sine-reptile",
        "reptile",
        _TANH,
        rate=0.02,
        steps=5,
        meta_steps=10000,
        meta_batch=5,
        outer="sgd",
        outer_rate=1.0,
        anneal="linear",
        shots=10,
        queries=1,
    ),
    Recipe("sine-maml", "maml", _TANH, rate=0.02, steps=1, meta_steps=15000, meta_batch=25, shots=10, queries=10),
    Recipe("sine-pretrained", "pretrained", _TANH, rate=0.02, steps=5, meta_steps=3000, meta_batch=25, shots=10),
    Recipe(
        "sine-caml",
        "maml",
        {"kind": "SineContext", "width": 64, "activation": "tanh", "context": 2},
        rate=1.0,
        steps=1,
        meta_steps=5000,
        meta_batch=25,
        shots=10,
        queries=10,
    ),
    Recipe("sine-random", "random", _TANH, rate=0.02, steps=5, meta_steps=0, meta_batch=1),
)

# Not shipped: what one file for all numbers of ways and shots costs, against one for 3-way 1-shot alone.
_THREE = {**_ONE_STEP, "ways": 3, "meta_batch": 21}
_COMPARED = (Recipe("maml-3way", "onestep", meta_steps=16000, **_THREE),)

_ALL = (*_CLASSIFIERS, *_METRICS, *_COMPARISONS, *_REMEMBERED, *_GRADIENT, *_KIN, *_REGRESSORS, *_COMPARED)
RECIPES = {recipe.name: recipe for recipe in _ALL}
