"""Where tasks come from."""

SOURCES = ("examples", "doodles", "omniglot")
"""What `demo.tasks.making` makes tasks of; the first two are always there."""
