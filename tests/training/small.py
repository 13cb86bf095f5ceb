"""The command line with recipes cut short: `python -m tests.training.small train NAME ...`, or by torchrun."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from demo.__main__ import main
from demo.training.recipes import RECIPES

STEPS = {"sine-maml": 100, "sine-reptile": 120}
SHORT = {name: replace(RECIPES[name], meta_steps=steps) for name, steps in STEPS.items()}
PIDS = "SMALL_PIDS"
"""Environment variable: the folder where every rank leaves its process id, in a file of the rank's number."""

if __name__ == "__main__":
    if place := os.environ.get(PIDS):
        (Path(place) / os.environ["RANK"]).write_text(str(os.getpid()))
    RECIPES.update(SHORT)
    main()
