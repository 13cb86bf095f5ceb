"""A process for tests: says what it was started with, then each line that it is told, and ends as it is told."""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    say(" ".join([*sys.argv[1:], os.environ.get("PARROT", "")]))
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "exit":
            sys.exit(int(rest))
        if word == "raise":
            raise RuntimeError(rest)
        while word == "busy":
            signal.pause()
        say(line.strip())


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
