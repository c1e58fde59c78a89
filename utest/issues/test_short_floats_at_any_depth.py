"""0.1 in a column of short floats was stored as 0.10000000149011612: of pyarrow, and inside structs and lists.

Columns of short floats in polars and pandas frames had their own digits before, but nothing that held such floats.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox


def short(number: float) -> float:
    return float(struct.unpack("f", struct.pack("f", number))[0])


class Kind:
    """A type of a column, as polars and pyarrow describe it."""

    def __init__(self, name: str, **parts: Any) -> None:
        self.name = name
        self.__dict__ |= parts

    def __str__(self) -> str:
        return self.name


class Fielded:
    """A column, or a field of a struct: polars says `dtype`, pyarrow says `type`."""

    def __init__(self, name: str, kind: Kind, said: str) -> None:
        self.name = name
        setattr(self, said, kind)


class Polars:
    """A frame, as polars has it."""

    SHORT, LONG, LIST, SAID = "Float32", "Float64", "inner", "dtype"

    def __init__(self, rows: list[dict[str, Any]], kinds: dict[str, Kind]) -> None:
        self.rows, self.schema = rows, kinds

    def iter_rows(self, *, named: bool) -> Iterator[dict[str, Any]]:
        assert named
        yield from self.rows


class Arrow:
    """A table, as pyarrow has it."""

    SHORT, LONG, LIST, SAID = "float", "double", "value_type", "type"

    def __init__(self, rows: list[dict[str, Any]], kinds: dict[str, Kind]) -> None:
        self.rows, self.schema = rows, [Fielded(name, kind, "type") for name, kind in kinds.items()]

    def to_pylist(self) -> list[dict[str, Any]]:
        return self.rows


@pytest.mark.parametrize("library", [Polars, Arrow])
@pytest.mark.parametrize("keyword", ["Import Companies", "Upsert Companies", "Sync Companies"])
def test_numbers_of_frames_have_their_own_digits(
    planhat: Planhat, sandbox: Sandbox, library: type[Polars | Arrow], keyword: str
) -> None:
    planhat.create_object(types.CustomField(name="Num", parent="company", type="number"))
    planhat.create_object(types.CustomField(name="Long", parent="company", type="number"))
    text, low, high = Kind("string"), Kind(library.SHORT), Kind(library.LONG)
    pair = Kind("struct", fields=[Fielded("Num", low, library.SAID), Fielded("Long", high, library.SAID)])
    rows: list[dict[str, Any]] = [
        {"external_id": "A-1", "name": "Acme", "custom": {"Num": short(0.1), "Long": short(0.1)}, "tags": None},
        {"external_id": "A-2", "name": "Bolt", "custom": {"Num": None, "Long": 1234567.875}, "tags": [short(2.7)]},
        {"external_id": "A-3", "name": "Cord", "custom": {"Num": short(3.4028235e38), "Long": 1}, "tags": []},
    ]
    kinds = {
        "external_id": text,
        "name": text,
        "custom": pair,
        "tags": Kind("list", **{library.LIST: low}),
    }
    planhat.keywords[keyword](library(rows, kinds))
    found = {row["externalId"]: (row["custom"], row.get("tags") or None) for row in sandbox.rows("companies")}
    assert found == {
        "A-1": ({"Num": 0.1, "Long": short(0.1)}, None),
        "A-2": ({"Long": 1234567.875}, ["2.7"]),
        "A-3": ({"Num": 3.4028235e38, "Long": 1}, None),
    }


@pytest.mark.parametrize("kind", ["float16", "float32"])
def test_arrays_in_cells_have_them_too(planhat: Planhat, sandbox: Sandbox, kind: str) -> None:
    numpy = pytest.importorskip("numpy")
    row = {
        "external_id": "A-1",
        "name": "Acme",
        "tags": numpy.array([0.1, 2.5], kind),
        "zip": getattr(numpy, kind)(0.3),
    }
    planhat.keywords["Import Companies"]([row])
    (stored,) = sandbox.rows("companies")
    assert (stored["tags"], stored["zip"]) == (["0.1", "2.5"], "0.3")


def test_columns_of_pandas(planhat: Planhat, sandbox: Sandbox) -> None:
    pandas = pytest.importorskip("pandas")
    planhat.create_object(types.CustomField(name="Num", parent="company", type="number"))
    for kind in ("float32", "Float32", "float16"):
        frame = pandas.DataFrame({"external_id": ["A-1", "A-2"], "name": "x"})
        frame["custom.Num"] = pandas.Series([0.1, None], dtype=kind)
        planhat.keywords["Sync Companies"](frame)
        assert [row.get("custom") for row in sandbox.rows("companies")] == [{"Num": 0.1}, None], kind
