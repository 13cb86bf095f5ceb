"""Where tasks come from."""

SOURCES = ("examples", "doodles", "omniglot")
"""What `demo.tasks.making` makes tasks of; the first two are always there."""

LONGEST_COPY = 16
"""Vectors of a sequence that can be shown to the copying machine."""
