"""Keeps a Plotly figure in sight while a run replaces it: without this the page blinks at each change."""

from __future__ import annotations

from demo.ui.component import component

_component = component("steady", "<span></span>", "steady")


def keep_in_sight(key: str) -> None:
    """key: of the container around the figure. The container is to be `position: relative`."""
    _component(key=f"steady-{key}", data={"place": f".st-key-{key}"}, height=1)
