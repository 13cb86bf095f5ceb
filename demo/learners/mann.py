"""The memory-augmented neural network: drawings pass by one after another, their labels one step late.

    h_t = LSTM([f(x_t), y_{t-1}, r_{t-1}], h_{t-1}),    k_t, a_t, g_t from h_t,    p(y_t) = softmax(W [h_t, r_t])

A label comes when its drawing is gone, so the network must bind the two in its memory (`demo.learners.mann_memory`)
and look them up when the class comes by again. Nothing is adapted but the memory. Santoro, Bartunov, Botvinick,
Wierstra, Lillicrap 2016, "Meta-learning with memory-augmented neural networks", ICML.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from demo.learners.contract import TaskError
from demo.learners.encoder import Encoding
from demo.learners.mann_memory import Memory
from demo.learners.mann_sequence import arranged, in_turns, shuffled
from demo.learners.objectives import Objective
from demo.models import Weights
from demo.tasks.episodes import Episodes

LABELS = 20  # names for classes, dealt out at random in training: the most classes that a task may have
SUPPORT_FIRST = 0.5  # of the training sequences begin with the support set, as in the app; the rest come as they may


@dataclass(frozen=True, eq=False)
class State:
    """Between two steps, of B sequences: h, c (B, H), what was read (B, W), the memory, the last label (B, LABELS)."""

    h: Tensor
    c: Tensor
    key: Tensor
    found: Tensor
    memory: Memory
    label: Tensor


@dataclass(frozen=True)
class Mann(Encoding):
    """The encoder, which is frozen, and a controller with a memory of `rows` rows of `width` numbers.

    Three things differ from the paper: the convolutional encoder (its own sees pixels); one read head instead of four;
    and reading has a learnt sharpness. The key sees the drawing past the LSTM as well, and what is written is the key
    that the last drawing was looked up by, with what the controller adds to it now that it has the label.
    """

    hidden: int = 128
    rows: int = 32
    width: int = 128

    def further(self, generator: torch.Generator) -> Weights:
        inputs = self.features + LABELS + self.width
        shapes = {
            "lstm_x": (4 * self.hidden, inputs),
            "lstm_h": (4 * self.hidden, self.hidden),
            "key": (self.width, self.hidden + self.features),
            "add": (self.width, self.hidden),
            "interpolate": (1, self.hidden),
            "out": (LABELS, self.hidden + self.width),
        }
        theta = {}
        for name, shape in shapes.items():
            theta[name] = torch.randn(1, *shape, generator=generator) / math.sqrt(shape[1])
        theta["lstm_x"][:, :, self.features : self.features + LABELS] *= math.sqrt(inputs)  # one of them is 1, at most
        theta["lstm_bias"] = torch.zeros(1, 4 * self.hidden)
        theta["lstm_bias"][:, self.hidden : 2 * self.hidden] = 1.0  # of the forget gate
        theta["interpolate_bias"] = torch.full((1,), -2.0)  # at first, to the least used row
        theta["log_beta"] = torch.full((1,), math.log(16.0))
        return theta

    def seen(self, theta: Weights, x: Tensor) -> Tensor:
        """What the controller gets of images x (..., 1, 28, 28): features (..., D), about one's size; no gradient."""
        with torch.no_grad():
            return math.sqrt(self.features) * F.normalize(self.embed(theta, x), dim=-1)

    def begin(self, theta: Weights, batch: int) -> State:
        """Before the first drawing."""
        like = theta["add"]
        h = like.new_zeros(batch, self.hidden)
        memory = Memory.empty(batch, self.rows, self.width, like)
        nothing = like.new_zeros(batch, self.width)
        return State(h, h, nothing, nothing, memory, like.new_zeros(batch, LABELS))

    def step(self, theta: Weights, state: State, seen: Tensor) -> tuple[State, Tensor]:
        """The state after drawings `seen` (B, D), with no label yet, and logits (B, LABELS)."""
        w = {name: theta[name][0] for name in ("lstm_x", "lstm_h", "lstm_bias", "key", "add", "interpolate", "out")}
        x = torch.cat([seen, state.label, state.found], dim=1)
        gates = F.linear(x, w["lstm_x"], w["lstm_bias"]) + state.h @ w["lstm_h"].T
        i, f, g, o = gates.chunk(4, dim=1)
        c = f.sigmoid() * state.c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        key = torch.tanh(torch.cat([h, seen], dim=1) @ w["key"].T)
        add = state.key + torch.tanh(h @ w["add"].T)
        interpolation = (h @ w["interpolate"].T)[:, 0] + theta["interpolate_bias"]
        memory, found = state.memory.access(key, add, interpolation, theta["log_beta"].exp())
        logits = torch.cat([h, found], dim=1) @ w["out"].T
        return State(h, c, key, found, memory, torch.zeros_like(state.label)), logits

    def walk(self, theta: Weights, seen: Tensor, labels: Tensor) -> Iterator[tuple[State, Tensor]]:
        """The sequence of drawings seen (B, L, D) and labels (B, L): state, now with the label, and logits at each."""
        state = self.begin(theta, len(seen))
        symbols = F.one_hot(labels, LABELS).to(seen.dtype)
        for t in range(seen.shape[1]):
            state, logits = self.step(theta, state, seen[:, t])
            state = replace(state, label=symbols[:, t])
            yield state, logits

    def loss(self, theta: Weights, episodes: Episodes, objective: Objective, steps: int = 0) -> Tensor:
        """Mean loss over shuffled sequences of all drawings, every class's first included, which nobody can know."""
        sequence = shuffled(episodes, LABELS, SUPPORT_FIRST)
        seen = self.seen(theta, sequence.drawings)
        logits = torch.stack([logits for _, logits in self.walk(theta, seen, sequence.labels)], dim=1)
        return objective.query(logits, sequence.labels).mean()

    @torch.no_grad()
    def trace(
        self, theta: Weights, episodes: Episodes, objective: Objective, steps: int = 0, rate: float = 0.0
    ) -> tuple[Tensor, Tensor]:
        """See `demo.learners.method.Method`; one entry. Raises `TaskError` for more than `LABELS` classes.

        The support set goes by, classes taking turns; then every query comes next, as if it were the only one.
        """
        if episodes.ways > LABELS:
            raise TaskError(f"the memory has names for {LABELS} classes, not for {episodes.ways}")
        order = in_turns(episodes.labels)
        seen = self.seen(theta, episodes.support)
        for state, _ in self.walk(theta, arranged(seen, order), arranged(episodes.labels, order)):  # noqa: B007
            pass
        support = self.answers(theta, state, seen)[..., : episodes.ways]
        queries = self.answers(theta, state, self.seen(theta, episodes.queries))[..., : episodes.ways]
        return objective.support(support, episodes.labels)[None], queries[None]

    def answers(self, theta: Weights, state: State, seen: Tensor) -> Tensor:
        """Logits (T, Q, LABELS) of drawings seen (T, Q, D), each coming next after the state of T sequences."""
        tasks, count = seen.shape[:2]
        _, logits = self.step(theta, repeated(state, count), seen.flatten(0, 1))
        return logits.reshape(tasks, count, LABELS)


def repeated(state: State, count: int) -> State:
    """The state `count` times over, each sequence's copies one after another."""
    memory = Memory(*(getattr(state.memory, field.name).repeat_interleave(count, 0) for field in fields(Memory)))
    own = {field.name: getattr(state, field.name) for field in fields(State) if field.name != "memory"}
    return State(**{name: value.repeat_interleave(count, 0) for name, value in own.items()}, memory=memory)
