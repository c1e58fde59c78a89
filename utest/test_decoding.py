"""JSON is decoded to the same values with orjson and without, and the garbage collector is always given back."""

from __future__ import annotations

import gc
import json
import re
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RPA.Planhat import PlanhatValidationError
from RPA.Planhat.types import Company, Record, encoding
from RPA.Planhat.types.encoding import GC_PAUSE, decode, orjson
from RPA.Planhat.types.records import as_models

if TYPE_CHECKING:
    from collections.abc import Iterator

HAS_ORJSON = orjson is not None
ROOT = Path(__file__).parent.parent


@pytest.fixture(params=["orjson", "standard library"])
def decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "orjson" and not HAS_ORJSON:
        pytest.skip("orjson is not installed")
    if request.param != "orjson":
        monkeypatch.setattr(encoding, "orjson", None)
    return str(request.param)


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    assert gc.isenabled()
    yield
    assert gc.isenabled()


@pytest.mark.parametrize(
    "text",
    [
        "null", "[]", "{}", '"a"', "1.5", "-0", "-0.0", "1E5", "1e308", '"\\ud800"', '"\\u0000"', '[ {"a" : 1} ]',
        "18446744073709551615", "-9223372036854775808", '{"a\\":": "\\":"}', "2.50", "0.000001", "1e+21", "5e-324",
        '["12345678901234567890", 1]', "123456789012345678901.5",
    ],
)  # fmt: skip
def test_values_are_those_of_the_standard_library(decoder: str, text: str) -> None:
    assert repr(decode(text.encode())) == repr(json.loads(text))


@pytest.mark.parametrize("digits", ["18446744073709552000", "-9223372036854776000", "100000000000000000000", "1" * 300])
@pytest.mark.parametrize("form", ["{}", "[{}]", '{{"a":{}}}', "[1, {}]", "[1,\n\t{}]", '{{"a" : {}}}'])
def test_whole_numbers_beyond_64_bits_are_the_doubles_that_javascript_had(decoder: str, digits: str, form: str) -> None:
    text = form.format(digits)
    assert repr(decode(text.encode())) == repr(json.loads(text, parse_int=_double))


def _double(digits: str) -> float:
    return int(digits) if abs(int(digits)) < 1 << 60 else float(digits)


@pytest.mark.parametrize(
    "body",
    [
        b"NaN",
        b'{"a":NaN}',
        b"[Infinity]",
        b"1e400",
        b'{"a":-1e999}',
        b"[1,1E+309]",
        b"1" * 400,
        b"-" + b"1" * 400 + b".5",
        b"",
        b"[1,]",
        b"01",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"\xff\xfe1\x00",
    ],
)
def test_what_is_not_json_is_refused(decoder: str, body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(body)


@pytest.mark.parametrize("depth", [1100, 100_000])
def test_absurdly_deep_values_are_refused(decoder: str, depth: int) -> None:
    with pytest.raises((RecursionError, ValueError)):
        decode(b"[" * depth)


@pytest.mark.parametrize("space", ["", " "])
def test_of_equal_names_the_last_counts_at_any_depth(decoder: str, space: str) -> None:
    text = f'[{{"a"{space}:1,"a"{space}:2,"b":{{"c"{space}:3,"c"{space}:{{"d":4}}}}}}]'
    assert decode(text.encode()) == [{"a": 2, "b": {"c": {"d": 4}}}]


def test_a_body_is_decoded_once_however_its_numbers_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    if not HAS_ORJSON:
        pytest.skip("orjson is not installed")
    monkeypatch.setattr(json, "loads", None)
    assert decode(b'[ {"arr": 2.50, "rate": 0.000001, "sum": 1000000000000000000000} ]')[0]["arr"] == 2.5


def test_objects_are_records_at_every_depth(decoder: str) -> None:
    value = decode(b'\xef\xbb\xbf{"a":[{"b":{"c":1}}]}')
    assert [type(each) for each in (value, value["a"][0], value["a"][0]["b"])] == [Record] * 3


def test_rows_hand_out_records_and_know_what_was_changed(decoder: str) -> None:
    rows = decode(b'[{"_id":"1","custom":{"x":{"y":1}},"alerts":[{"k":1}]}]', lambda value: as_models(value, Company))
    company: Any = rows[0]
    assert (type(company), company.changes()) == (Company, {})
    assert (company.custom.x.y, company["custom"]["x"].y, company.alerts[0].k) == (1, 1, 1)
    company.custom.x = 5
    assert company.changes() == {"custom": {"x": 5}}
    assert [type(each) for each in company.values()][1] is Record
    assert type(company.pop("custom")) is Record


# ------------------------------------------------------------------------- what JSON.stringify can write


def stringified(value: Any) -> str:
    """Returns what JavaScript's `JSON.stringify` makes of a value, whose numbers are doubles."""
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
    if isinstance(value, list):
        return f"[{','.join(map(stringified, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{stringified(name)}:{stringified(each)}' for name, each in value.items())}}}"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value)


def _number(value: float) -> str:
    """Returns a double as ECMAScript's Number::toString writes it."""
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text, point = "".join(map(str, digits)), len(digits) + int(exponent)
    minus = "-" if sign and value else ""
    if len(text) <= point <= 21:
        return minus + text + "0" * (point - len(text))
    if 0 < point <= 21:
        return f"{minus}{text[:point]}.{text[point:]}"
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    mantissa = text[0] + (f".{text[1:]}" if len(text) > 1 else "")
    return f"{minus}{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (2.5, "2.5"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (1e-6, "0.000001"),
        (1e-7, "1e-7"), (-1.5e300, "-1.5e+300"), (2.0**64, "18446744073709552000"), (123.0, "123"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_javascript_does(value: float, text: str) -> None:
    assert _number(value) == text


javascript_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**70), 2**70).map(float)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(javascript_values)
def test_what_javascript_writes_is_read_alike_with_orjson_and_without(value: Any) -> None:
    body = stringified(value).encode()
    plain = decoded_without_orjson(body)
    assert repr(decode(body)) == repr(plain)
    assert json.dumps(plain) == json.dumps(plain, allow_nan=False)
    assert json.loads(body, parse_int=float) == value


def decoded_without_orjson(body: bytes) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "orjson", None)
        return decode(body)


# ------------------------------------------------------------------------------------ garbage collector


def test_the_collector_is_off_while_a_value_is_made_and_on_again_after_an_error() -> None:
    seen = []

    def fail(value: Any) -> Any:
        seen.append(gc.isenabled())
        raise KeyError(value)

    with pytest.raises(KeyError):
        decode(b"1", fail)
    assert seen == [False]


def test_the_collector_comes_back_with_the_last_of_several_threads() -> None:
    together, seen = Barrier(4), []

    def make(value: Any) -> Any:
        together.wait(10)
        seen.append(gc.isenabled())
        return value

    threads = [Thread(target=decode, args=(b"1", make)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [False] * 4


def test_a_program_that_switched_the_collector_off_keeps_it_off() -> None:
    gc.disable()
    try:
        decode(b"[]")
        assert not gc.isenabled()
    finally:
        gc.enable()


LARGE = b'[%s{"a":[]}]' % (b'{"a":[]},' * 20_000)


def test_what_a_program_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        decode(LARGE)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


@pytest.mark.skipif(gc.get_freeze_count() > 0, reason="this Python freezes objects by itself")
def test_a_large_value_is_not_walked_by_quick_rounds_and_garbage_does_not_grow_old() -> None:
    class Knot:
        def __init__(self) -> None:
            self.me = self

    gone = weakref.ref(Knot())
    value = decode(LARGE)
    assert gone() is None
    assert len(value) > 20_000
    assert len(gc.get_objects(0)) < 5000


# --------------------------------------------------------------------------------------------- encoding


@pytest.fixture(params=["orjson", "standard library"])
def encoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "orjson":
        monkeypatch.setattr(encoding, "orjson", None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": None, "b": [1, 2.5]}, '{"a":null,"b":[1,2.5]}'),
        (Company({"name": "Å", "custom": {"n": 2**70}}), '{"name":"Å","custom":{"n":1180591620717411303424}}'),
        (datetime(2024, 1, 2, 3, 4, 5, 6000, timezone.utc), '"2024-01-02T03:04:05.006000+00:00"'),
        ([date(2024, 1, 2), time(3, 4), timedelta(seconds=90)], '["2024-01-02","03:04:00",90.0]'),
        ({1: "a"}, '{"1":"a"}'),
        ((1, True), "[1,true]"),
    ],
)
def test_values_are_encoded_alike(encoder: None, value: Any, text: str) -> None:
    assert encoding.encode_json(value).decode() == text


@pytest.mark.parametrize("value", [float("nan"), {"a": [float("inf")]}, "\ud800"])
def test_what_json_can_not_hold_is_refused(encoder: None, value: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        encoding.encode_json(value)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes"])
def test_what_is_no_json_value_is_refused(encoder: None, value: Any) -> None:
    with pytest.raises(PlanhatValidationError, match="JSON cannot hold it"):
        encoding.encode_json(value)


# ----------------------------------------------------------------------------------------- the whole suite

BOTH_WAYS = (
    "utest/test_decoding.py", "utest/types", "utest/faults/test_content.py",
    *(f"utest/operations/test_{name}.py" for name in ("reading", "paging", "prefetch", "payloads")),
)  # fmt: skip
"""The tests of what reads and writes JSON. `invoke utest --plain` runs all others so, too."""


@pytest.mark.long
@pytest.mark.skipif(not HAS_ORJSON, reason="orjson is not installed, so that this run is the plain one")
def test_what_reads_and_writes_json_passes_without_orjson_too() -> None:
    command = [sys.executable, "utest/without_orjson.py", *BOTH_WAYS, "-q", "-rs", "-p", "no:cacheprovider"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "orjson is not installed" in run.stdout
    assert " passed" in run.stdout


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Python drops one in a finalizer
@pytest.mark.parametrize("step", range(1, 60))
def test_the_collector_comes_back_after_an_interrupt_at_any_step(step: int) -> None:
    """A signal, or a timeout of Robot Framework, may come between any two steps; the next call would show it.

    Each time in a thread of its own: an interrupt within an `except` clause may leave Python 3.11 with an exception
    that it takes for the context of all later ones of the thread.
    """
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_interrupt_at, step).result()


def _interrupt_at(step: int) -> None:
    count = 0

    def interrupt(_frame: Any, event: str, _argument: Any) -> Any:
        nonlocal count
        if event == "line":
            count += 1
            if count == step:
                sys.settrace(None)
                raise KeyboardInterrupt
        return interrupt

    before = sys.gettrace()
    sys.settrace(interrupt)
    try:
        decode(b'{"a": 1}', dict)
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    gc.collect()  # frames that the interrupt left
    assert gc.isenabled()
    with GC_PAUSE.paused(large=False):
        assert not gc.isenabled()
    assert gc.isenabled()
