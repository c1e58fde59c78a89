"""Paths as Robot Framework hands over what people on Windows write: each keyword refuses them with the same hint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.errors import PlanhatValidationError
from utest.stub import TOKEN, Stub, Table, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AS_ROBOT_HANDS_OVER = {"C:\temp\report.csv": "control character", "C:datax.csv": "without a folder"}
ROW = {"external_id": "A-1", "name": "Acme"}

CALLS: dict[str, Callable[[Any, str], Any]] = {
    "import": lambda run, path: run("Import Companies", [path], {}),
    "sync": lambda run, path: run("Sync Companies", [path], {}),
    "upsert": lambda run, path: run("Upsert Companies", [path], {}),
    "export": lambda run, path: run("Export Companies", [path], {}),
    "save_as": lambda run, path: run("Import Companies", [ROW], {"save_as": path}),
    "journal": lambda run, path: run("Upsert Companies", [ROW], {"journal": path}),
    "plan": lambda run, path: run("save_planhat_plan", [run("Import Companies", [ROW], {"dry_run": True}), path], {}),
    "report": lambda run, path: run("save_upsert_report", [run("Upsert Companies", [ROW], {}), path], {}),
    "metrics": lambda run, path: run("push_metrics", [path], {}),
    "activities": lambda run, path: run("track_activities", [path], {}),
    "snapshot": lambda run, path: run("take_planhat_snapshot", ["companies", path], {}),
    "changes": lambda run, path: run("get_planhat_changes", ["companies", path], {}),
    "confirm": lambda run, path: run("confirm_planhat_changes", [path], {}),
    "fields": lambda run, path: run("plan_custom_fields", [path], {}),
    "export fields": lambda run, path: run("export_custom_fields", [path], {}),
    "values": lambda run, path: run("check_custom_values", [path, "company"], {}),
    "flatten": lambda run, path: run("flatten_objects", [path], {}),
    "missing": lambda run, path: run("find_missing_objects", [path, "company"], {}),
    "tenant": lambda run, path: run("export_planhat_tenant", [path], {}),
    "verify": lambda run, path: run("connect_to_planhat", [TOKEN], {"verify": path}),
    "rate limits": lambda run, path: run("connect_to_planhat", [TOKEN], {"rate_limit_file": path}),
}


@pytest.fixture
def run(stub: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    stub.on("GET /companies", Table([]))
    stub.on("GET /customfields", Table([]))
    stub.on("PUT /companies", reply({"created": 1, "insertsKeys": [{"_id": "1", **ROW}]}))
    library: Any = Planhat(TOKEN, tenant_uuid="t", base_url=stub.url, analytics_url=stub.url)
    return library.run_keyword


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("path", AS_ROBOT_HANDS_OVER)
def test_a_path_that_lost_its_backslashes_is_refused(call: str, path: str, run: Any, tmp_path: Path) -> None:
    with pytest.raises(PlanhatValidationError) as caught:
        CALLS[call](run, path)
    assert AS_ROBOT_HANDS_OVER[path] in str(caught.value)
    assert "write backslashes twice" in str(caught.value)
    assert list(tmp_path.iterdir()) == []
