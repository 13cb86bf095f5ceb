"""Links: what goes in comes out to the last bit, and whatever else comes in is refused in words."""

from __future__ import annotations

import base64
import lzma
import re
import tracemalloc
import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.limits import LINK_BYTES, LINK_CHARACTERS, MAX_POINTS, MAX_STROKES
from demo.tasks import packing, sharing, taskfile
from demo.tasks.drawing import Drawing, to_image
from demo.tasks.packing import LinkError, seal, unseal
from demo.tasks.sharing import decode, encode, placed
from demo.tasks.taskfile import Query, Task
from demo.ui import examples

EMPTY = Drawing(280, 280)
LINE = Drawing.of(280, 280, [[[40, 140], [240, 140]]])
SMALL = Task(("A", "B"), ((LINE,), (EMPTY,)), (Query(EMPTY),))


def everything(task: Task) -> object:
    """All of a task as plain values that compare."""

    def plain(drawing: Drawing) -> object:
        return drawing.width, drawing.height, [(s.dtype.str, s.shape, s.tobytes()) for s in drawing.strokes]

    queries = [(query.label, plain(query.drawing)) for query in task.queries]
    return task.labels, [[plain(drawing) for drawing in shots] for shots in task.drawings], queries


def sealed(*numbers: int | bytes) -> str:
    """A text with a right check sum and any content."""
    return seal(b"".join(each if isinstance(each, bytes) else sharing._varints([each]) for each in numbers))


def signed(body: bytes) -> str:
    """A text with any version, packing and packed content, and a right check sum."""
    return base64.urlsafe_b64encode(body + zlib.crc32(body).to_bytes(4, "big")).rstrip(b"=").decode()


def scribbled(seed: int, labels: list[str]) -> Task:
    """A task of random size and ink: walks of the pen, slow and wild, on and off the pad, dots, and nothing."""
    rng = np.random.default_rng(seed)

    def drawing() -> Drawing:
        width, height = rng.choice([280, 280, 105, 333.3], 2)
        speed = rng.choice([0, 0.3, 5, 500])
        walks = [rng.normal(0, speed, (rng.integers(1, 30), 2)).cumsum(0) + 90 for _ in range(rng.integers(0, 4))]
        return Drawing.of(width, height, [walk.tolist() for walk in walks])

    k, q = rng.integers(1, 4, 2)
    queries = (Query(drawing(), (None, *labels)[rng.integers(len(labels) + 1)]) for _ in range(q))
    return Task(tuple(labels), tuple(tuple(drawing() for _ in range(k)) for _ in labels), tuple(queries))


def unfinished() -> st.SearchStrategy[Task]:
    """Tasks in which any drawing may be missing."""
    name = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)
    return st.builds(scribbled, st.integers(0, 2**32), st.lists(name, min_size=2, max_size=5, unique=True))


@settings(max_examples=300)
@given(unfinished())
def test_what_goes_in_comes_out(task: Task) -> None:
    text = encode(task)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", text)
    assert everything(decode(text)) == everything(placed(task))
    assert encode(decode(text)) == text


@given(st.lists(st.tuples(st.integers(-(2**20), 2**20), st.integers(-(2**20), 2**20)), min_size=2, max_size=50))
def test_the_pen_may_go_anywhere(points: list[tuple[int, int]]) -> None:
    far = replace(SMALL, queries=(Query(Drawing.of(280, 280, [[[x / 2, y / 2] for x, y in points]])),))
    assert everything(decode(encode(far))) == everything(placed(far))


@pytest.mark.parametrize("name", examples.sheets())
def test_the_network_sees_the_same_through_a_link(name: str) -> None:
    task = examples.sheets()[name].task()
    again = decode(encode(task))
    for one, other in zip(sum(task.drawings, ()), sum(again.drawings, ()), strict=True):
        np.testing.assert_array_equal(to_image(one), to_image(other))


@pytest.mark.parametrize("name", examples.sheets())
def test_a_usual_task_makes_a_short_text(name: str) -> None:
    assert len(encode(examples.sheets()[name].task())) < 900


@settings(max_examples=300)
@given(st.text(max_size=300) | st.from_regex(r"[A-Za-z0-9_-]{0,300}", fullmatch=True))
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(LinkError):
        decode(text)


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_any_content_with_a_right_check_sum_is_a_task_or_is_refused(content: bytes) -> None:
    readable(seal(content))
    for number in range(4):
        readable(signed(bytes([packing.VERSION, number]) + content))


@settings(max_examples=300)
@given(unfinished(), st.data())
def test_a_forged_content_is_a_task_or_is_refused(task: Task, data: st.DataObject) -> None:
    content = bytearray(unseal(encode(task)))
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    readable(seal(bytes(content[: data.draw(st.integers(1, len(content)))])))


def readable(text: str) -> None:
    """Reads a text: what is accepted must be good for the page."""
    try:
        task = decode(text)
    except LinkError:
        return
    assert everything(decode(encode(task))) == everything(placed(task))
    taskfile.dumps(task)


@given(unfinished(), st.data())
def test_a_text_with_one_character_changed_or_cut_off_is_refused(task: Task, data: st.DataObject) -> None:
    text = encode(task)
    at = data.draw(st.integers(0, len(text) - 2))  # the last one may have bits that say nothing
    letter = data.draw(st.sampled_from("ABab01-_").filter(lambda c: c != text[at]))
    for other in (text[:at], text[:at] + letter + text[at + 1 :], text + "AA"):
        with pytest.raises(LinkError) as refusal:
            decode(other)
        assert refusal.value.reason in ("damaged", "newer")


def test_a_text_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bombs = {
        1: b"".join(deflate.compress(bytes(10**6)) for _ in range(14)) + deflate.flush(),
        2: lzma.compress(bytes(10**8), lzma.FORMAT_RAW, filters=packing._LZMA),
    }
    for number, packed in bombs.items():
        text = signed(bytes([packing.VERSION, number]) + packed)
        assert len(text) <= LINK_CHARACTERS
        tracemalloc.start()
        with pytest.raises(LinkError, match="unpacks to more than") as refusal:
            decode(text)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert refusal.value.reason == "large"
        assert peak < 8 * LINK_BYTES


HEAD: tuple[int | bytes, ...] = (2, 1, 1, 1, b"A", 1, b"B", 0)  # two classes with one drawing each, and a query


@pytest.mark.parametrize(
    "text, reason, message",
    [
        ("", "damaged", "no link"),
        ("A" * (LINK_CHARACTERS + 1), "large", "at most 20000"),
        ("a b", "damaged", "no link"),
        ("a=b=", "damaged", "no link"),
        ("töpf", "damaged", "no link"),
        ("AAAAA", "damaged", "incomplete"),
        ("A", "damaged", "incomplete"),
        (signed(b"\x02\x00"), "newer", "version 2.0"),
        (signed(b"\x01\x03"), "newer", "version 1.3"),
        (signed(b"\x01\x01\xff"), "damaged", "cannot be unpacked"),
        (signed(b"\x01\x02\xff"), "damaged", "cannot be unpacked"),
        (sealed(b""), "damaged", "ends too early"),
        (sealed(1, 1, 1), "damaged", "1 classes"),
        (sealed(2, 0, 1), "damaged", "0 drawings"),
        (sealed(2, 1, 0), "damaged", "0 queries"),
        (sealed(21, 1, 1), "damaged", "at most 20"),
        (sealed(2**60), "damaged", "at most 20"),
        (sealed(b"\x80" * 5000), "damaged", "at most 20"),
        (sealed(2, 1, 1, 1, b"A", 1, b"A"), "names", "the same name"),
        (sealed(2, 1, 1, 1, b"A", 1, b" "), "names", "needs a name"),
        (sealed(2, 1, 1, 1, b"A", 101, b"x" * 101), "names", "1 to 100"),
        (sealed(2, 1, 1, 1, b"A", 1, b"\xff"), "damaged", "not UTF-8"),
        (sealed(*HEAD[:-1], 3), "damaged", "at most 2"),
        (sealed(*HEAD, 0, 0), "damaged", "ends too early"),
        (sealed(*HEAD, 0, 0, 0, 0), "damaged", "goes on"),
        (sealed(*HEAD, 1, 0, 0, 0), "damaged", "stroke without points"),
        (sealed(*HEAD, MAX_STROKES + 1), "damaged", "at most 500"),
        (sealed(*HEAD, 1, MAX_POINTS + 1), "damaged", "at most 10000"),
        (sealed(*HEAD, 2, MAX_POINTS, 1, 0, 0), "large", "more points"),
        (sealed(*HEAD, 0, 0, 1, 1, 2**25), "damaged", "at most"),
        (sealed(*HEAD, 0, 0, 1, 1, 2**24, 0), "damaged", "beyond all bounds"),
    ],
)
def test_what_is_no_task_is_refused_in_words(text: str, reason: str, message: str) -> None:
    with pytest.raises(LinkError, match=message) as refusal:
        decode(text)
    assert refusal.value.reason == reason


@pytest.mark.parametrize("labels", [("A", "A"), ("A", " "), ("A", "x" * 101), ("A", "\ud800")])
def test_names_that_could_not_be_read_are_not_written(labels: tuple[str, str]) -> None:
    with pytest.raises(LinkError) as refusal:
        encode(replace(SMALL, labels=labels))
    assert refusal.value.reason == "names"


def test_more_than_a_link_holds_is_not_written() -> None:
    ink = np.random.default_rng(0).uniform(0, 280, (MAX_POINTS, 2)).tolist()
    with pytest.raises(LinkError, match="at most 20000") as refusal:
        encode(replace(SMALL, queries=(Query(Drawing.of(280, 280, [ink])),)))
    assert refusal.value.reason == "large"
    wild = Drawing.of(0.01, 0.01, [[[0, 0], [1e6, 1e6]]])
    with pytest.raises(LinkError, match="does not fit into a link"):
        encode(replace(SMALL, queries=(Query(wild),)))


def test_a_link_of_today_opens_tomorrow() -> None:
    """The format is a promise: this text was made by version 1."""
    assert everything(decode("AQACAQEBQQFCAAECAACgAaAGsAQA4to9vA")) == everything(placed(SMALL))
