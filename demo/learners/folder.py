"""Where the weights are: `weights/` in the clone, or the folder that $SKETCHBOOK_WEIGHTS names."""

from __future__ import annotations

import os
from pathlib import Path

WEIGHTS = Path(os.environ.get("SKETCHBOOK_WEIGHTS") or Path(__file__).resolve().parents[2] / "weights")
