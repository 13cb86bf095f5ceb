"""Addresses with hostile values for every setting there is: each setting has a value of its own in the end."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from demo.limits import SEARCH_CHARACTERS
from demo.ui import settings as declared
from demo.ui.controls import Choice, Kept, Setting, Slider, Text, Toggle
from tests.abuse.hostile import MARKUP, count

ALL = {
    key: setting
    for group in vars(declared).values()
    if isinstance(group, dict)
    for key, setting in group.items()
    if isinstance(setting, Setting)
}
NUMBERS = [
    "1e309",
    "-1",
    "NaN",
    "inf",
    "9" * 400,
    "0x10",
    "1,5",
    "٣",
    " 3 ",
    "3.0000000001",
    "-0",
    "true",
    "None",
    "[]",
    "3;4",
]
VALUES = st.one_of(
    st.sampled_from(
        [
            *NUMBERS,
            *(text for text in MARKUP if text.isprintable() or "\n" in text),
            *(path * 20 for path in ("../", "..%2f", "%00")),
        ]
    ),
    st.text(st.characters(codec="utf-8"), max_size=30),  # protobuf carries no halves of characters
    st.floats().map(repr),
    st.integers().map(str),
)


def script() -> None:
    """A page with every setting, and nothing else."""
    import streamlit as st

    from demo.ui.controls import Kept
    from tests.abuse.test_settings import ALL

    found = {}
    for key, setting in ALL.items():
        if isinstance(setting, Kept):
            setting.keep()
            found[key] = setting.value
        else:
            found[key] = setting.widget()
    st.session_state["found"] = found


def fits(setting: Setting, value: object) -> bool:
    match setting:
        case Slider(low=low, high=high):
            return type(value) is type(setting.default) and low <= value <= high
        case Choice(options=options) | Kept(options=options):
            return value in options
        case Toggle():
            return isinstance(value, bool)
        case Text():
            return isinstance(value, str) and len(value) <= SEARCH_CHARACTERS
    return False


def test_every_setting_is_here() -> None:
    assert len(ALL) > 60
    assert all(fits(setting, setting.default) for setting in ALL.values())


@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(data=st.data())
def test_no_address_leads_out_of_bounds(data: st.DataObject, others: Callable[[], None]) -> None:
    app = AppTest.from_function(script, default_timeout=60)
    for key in ALL:
        count("address")
        app.query_params[key] = data.draw(VALUES)
    app.run()
    assert not app.exception, app.exception
    found = app.session_state["found"]
    assert {key: value for key, value in found.items() if not fits(ALL[key], value)} == {}
    others()
