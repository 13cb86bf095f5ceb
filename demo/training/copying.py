"""The training of the Neural Turing Machine that copies, and how well it does it."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from demo.learners.ntm import NTM
from demo.models import Weights
from demo.tasks import copying
from demo.training.trained import Apart, Trained

NETWORK = NTM(inputs=copying.INPUTS, outputs=copying.BITS)
MEASURED = (8, 16)  # lengths: the longest of training, and twice that
SEQUENCES, SEED = 1000, 12345
LOOKS = 20


@dataclass(frozen=True)
class Recipe:
    """Adam, its rate annealed to 0 by a cosine, on batches of one random length each from 1 to `longest`."""

    updates: int = 6000
    batch: int = 16
    longest: int = 8
    rate: float = 3e-3
    clip: float = 1.0  # of the gradient's length
    seed: int = 0


def loss(theta: Weights, sequences: Tensor) -> Tensor:
    """Cross-entropy a bit, in nats, of the answers to sequences (L, B, BITS); ln 2 is guessing."""
    answers = copying.answer(NETWORK(theta, copying.presented(sequences)).logits)
    return F.binary_cross_entropy_with_logits(answers, sequences)


def train(progress: bool, recipe: Recipe = Recipe()) -> Trained:
    started = time.monotonic()
    generator = torch.Generator().manual_seed(recipe.seed)
    theta = {name: w.requires_grad_() for name, w in NETWORK.initialise(generator).items()}
    optimiser = torch.optim.Adam(theta.values(), lr=recipe.rate)
    history, smooth = [], None
    bar = tqdm(range(recipe.updates), "ntm-copy", disable=not progress, mininterval=1)
    for update in bar:
        length = int(torch.randint(1, recipe.longest + 1, (), generator=generator))
        value = loss(theta, copying.sample(recipe.batch, length, generator))
        optimiser.zero_grad()
        value.backward()
        torch.nn.utils.clip_grad_norm_(theta.values(), recipe.clip)
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate * (1 + math.cos(math.pi * update / recipe.updates)) / 2
        optimiser.step()
        smooth = value.item() if smooth is None else 0.98 * smooth + 0.02 * value.item()
        if (update + 1) % max(1, recipe.updates // LOOKS) == 0:
            history.append({"meta_step": float(update + 1), "loss": smooth})
            bar.set_postfix_str(f"loss {smooth:.4f}")
    return Trained({name: w.detach() for name, w in theta.items()}, time.monotonic() - started, history)


@torch.no_grad()
def wrong(theta: Weights, length: int, sequences: int = SEQUENCES, seed: int = SEED) -> dict[str, float]:
    """Of fresh random sequences: the shares of wrong bits and of sequences with any, and the loss in nats a bit."""
    given = copying.sample(sequences, length, torch.Generator().manual_seed(seed))
    answers = copying.answer(NETWORK(theta, copying.presented(given)).logits)
    errors = (answers > 0) != (given > 0.5)
    return {
        "bits_wrong": errors.float().mean().item(),
        "sequences_wrong": errors.any(dim=2).any(dim=0).float().mean().item(),
        "nats_a_bit": F.binary_cross_entropy_with_logits(answers, given).item(),
    }


def measure(theta: Weights) -> dict[str, dict[str, Any]]:
    """The errors at either length of `MEASURED`."""
    protocol = f"{SEQUENCES} random sequences of {{length}} vectors of {copying.BITS} bits, seed {SEED}"
    return {
        f"length_{length}": {
            "protocol": protocol.format(length=length),
            **{name: round(value, 6) for name, value in wrong(theta, length).items()},
        }
        for length in MEASURED
    }


NTM_COPY = Apart(
    "ntm-copy",
    "Neural Turing Machine",
    "a small network that has learnt to use a memory: it copies what it was shown",
    "copy",
    f"sequences of 1 to {Recipe.longest} vectors of {copying.BITS} random bits, drawn as they are needed",
    {"rule": "ntm", "network": {"kind": "NTM", **asdict(NETWORK)}, **asdict(Recipe())},
    NETWORK.initialise,
    train,
    measure,
)
