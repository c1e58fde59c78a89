"""pandas saves ids of a column with an empty cell as 1001.0, which became a second record beside `1001`."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat import Planhat
    from RPA.Planhat.sandbox import Sandbox

TABLE = "Customer,name,zip,custom.Seats\n1001.0,Acme,28195.0,5.0\n1002.0,Bolt,,\n"
MAPPING = {"Customer": "external_id", "name": "name", "zip": "zip", "custom.Seats": "custom.Seats"}


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage().split(", which")[0] for each in caplog.records if "pandas" in each.getMessage()]


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_ids_and_strings_of_a_file_are_named_once(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture, ending: str
) -> None:
    path = tmp_path / f"t.{ending}"
    names, *lines = (line.split(",") for line in TABLE.splitlines())
    rows = [dict(zip(names, line, strict=True)) for line in lines]
    path.write_text(TABLE if ending == "csv" else json.dumps(rows), "utf-8")
    planhat.keywords["Create Custom Field"](name="Seats", parent="companies", type="number")
    for keyword in ("Import Companies", "Sync Companies", "Upsert Companies"):
        with caplog.at_level(logging.WARNING, "RPA.Planhat"):
            planhat.keywords[keyword](path, mapping=MAPPING)
        assert told(caplog) == ["external_id has '1001.0'", "zip has '28195.0'"]
        caplog.clear()
    first = sandbox.rows("companies")[0]
    assert (first["externalId"], first["zip"], first["custom"]["Seats"]) == ("1001.0", "28195.0", 5)


@pytest.mark.parametrize("mapping", [None, {"account id": "external_id", "value": "value"}], ids=["names", "mapping"])
def test_metrics_too(
    planhat: Planhat, tmp_path: Path, caplog: pytest.LogCaptureFixture, mapping: dict[str, str] | None
) -> None:
    name = "external_id" if mapping is None else "account id"
    (tmp_path / "t.csv").write_text(f"{name},value\n1001.0,5.0\n1002.0,6.0\n", "utf-8")
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        planhat.push_metrics(tmp_path / "t.csv", dimension_id="logins", mapping=mapping)
    assert told(caplog) == ["external_id has '1001.0'"]


def test_other_numbers_with_a_point_say_nothing(
    planhat: Planhat, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "t.csv").write_text("external_id,name\nA-1.0,Version 2.0\n1.5,Bolt\n", "utf-8")
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        planhat.keywords["Import Companies"](tmp_path / "t.csv")
    assert (told(caplog), len(sandbox.rows("companies"))) == ([], 2)
