"""A walk over all pages of the app, as its bar lists them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from demo.ui import frame

PATHS = {name: "/" if name == frame.FIRST else f"/{name}" for names in frame.GROUPS.values() for name in names}

OPENING = 90_000  # milliseconds: the first page with a plot fetches and compiles 4.7 MB of Plotly

# Every script run is over, and what Streamlit and Plotly load late is there.
SETTLED = """() => document.querySelector("h1")
  && document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-testid=stSkeleton]")
  && [...document.querySelectorAll(".stPlotlyChart")].every((chart) => chart.querySelector(".main-svg"))
  && document.fonts.status === "loaded" """


def settled(page: Page) -> None:
    """Waits until a page stands still; a component whose script failed is not what was waited for."""
    page.wait_for_function(SETTLED, timeout=OPENING)
    expect(page.get_by_test_id("stErrorElementStack")).to_have_count(0)


def in_scheme(page: Page, scheme: Any) -> None:
    """Turns the page light or dark, as when the device's setting changes; waits until it is, with its figures."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        """dark => {
          const isLight = (colour) => Math.max(...colour.match(/\\d+/g).slice(0, 3)) > 127;
          const [app, ...marks] = document.querySelectorAll(".stApp, .js-plotly-plot .shapelayer path");
          return isLight(getComputedStyle(app).backgroundColor) === !dark
            && marks.every((mark) => isLight(getComputedStyle(mark).stroke) === dark);
        }""",
        arg=scheme == "dark",
    )
