"""Tables that imports explain were explained less, or not at all, by keywords for usage and custom fields.

`Check Custom Values` ended in an AttributeError for rows without names of columns, `Push Metrics` took a title for a
field, polars gave 0.10000000149011612 for 0.1, and a workbook with a password that is called .xls was said to lack a
stream.
"""

from __future__ import annotations

import struct
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

pytest.importorskip("python_calamine")


@pytest.mark.parametrize("row", [{0: "A-1", 1: "Acme"}, {None: ["x"]}])
def test_rows_without_names_are_reported_by_a_check(planhat: Planhat, row: dict[Any, Any]) -> None:
    with pytest.raises(errors.PlanhatError, match="row 1: the names of fields are strings, not"):
        planhat.keywords["check_custom_values"]([row], "company")


TITLED = {
    "push_metrics": "dimension_id,value,external_id\nlogins,5,A-1\n",
    "track_activities": "action,external_id,company_external_id\nLogin,U-1,A-1\n",
    "plan_custom_fields": "parent,name,type\ncompany,Tier,text\n",
}


@pytest.mark.parametrize("keyword", TITLED)
@pytest.mark.parametrize("title", ["Report", "Report,,"])
def test_a_title_above_the_headings_is_named(sandbox: Sandbox, tmp_path: Path, keyword: str, title: str) -> None:
    (tmp_path / "t.csv").write_text(f"{title}\n{TITLED[keyword]}", "utf-8")
    with (
        Planhat(sandbox.api_key, base_url=sandbox.url, tenant_uuid=sandbox.tenant_uuid, calls_per_minute=0) as planhat,
        pytest.raises(errors.PlanhatError, match=r"is a title, delete (it|the lines above)"),
    ):
        planhat.keywords[keyword](str(tmp_path / "t.csv"))


class Column:
    """A column of short floats, as polars has it."""

    def __init__(self, cells: list[Any]) -> None:
        self.cells = cells

    def cast(self, kind: type) -> Column:
        short = [float(f"{cell:.7g}") if isinstance(cell, float) else cell for cell in self.cells]
        return Column([kind(cell) for cell in short])


class Frame:
    """A frame, as polars has it."""

    schema = {"external_id": "String", "custom.Num": "Float32"}  # noqa: RUF012 - a stand-in

    def __init__(self, ids: list[str], numbers: Column) -> None:
        self.ids, self.numbers = ids, numbers

    def get_column(self, _name: str) -> Column:
        return self.numbers

    def with_columns(self, column: Column) -> Frame:
        return Frame(self.ids, column)

    def iter_rows(self, *, named: bool) -> Iterator[dict[str, Any]]:
        assert named
        for key, number in zip(self.ids, self.numbers.cells, strict=True):
            yield {"external_id": key, "name": key, "custom.Num": number}


def test_short_floats_keep_their_digits(planhat: Planhat, sandbox: Sandbox) -> None:
    planhat.create_object(types.CustomField(name="Num", parent="company", type="number"))
    (short,) = struct.unpack("f", struct.pack("f", 0.1))
    frames: list[Any] = [Frame(["A-1"], Column([short]))]
    try:
        polars: Any = import_module("polars")  # where it is installed
        one = {"external_id": ["A-1"], "name": ["A-1"], "custom.Num": [0.1]}
        frames.append(polars.DataFrame(one, schema_overrides={"custom.Num": polars.Float32}))
    except ImportError:
        pass
    for frame in frames:
        planhat.keywords["Upsert Companies"](frame)
        assert [row["custom"] for row in sandbox.rows("companies")] == [{"Num": 0.1}]


@pytest.mark.parametrize("ending", [".xls", ".xlsx"])
def test_a_workbook_with_a_password_is_named_whatever_it_is_called(
    planhat: Planhat, tmp_path: Path, ending: str
) -> None:
    start = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    (tmp_path / f"t{ending}").write_bytes(start + "EncryptedPackage".encode("utf-16-le") + bytes(512))
    with pytest.raises(errors.PlanhatError, match="is protected by a password: save it without one"):
        planhat.keywords["Import Companies"](str(tmp_path / f"t{ending}"))
