"""Holds exports of a whole tenant: complete, masked without a trace, resumed, and loadable as a seed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from RPA.Planhat import Planhat, PlanhatError, PlanhatValidationError, types
from RPA.Planhat.sandbox import Sandbox

OPAQUE = re.compile(r"[0-9a-f]{24}|\d{4}-\d{2}.*")


@pytest.fixture(scope="module")
def demo() -> Iterator[Sandbox]:
    with Sandbox(seed="demo", companies=20) as sandbox:
        yield sandbox


@pytest.fixture
def planhat(demo: Sandbox) -> Planhat:
    demo.call("reset")
    return Planhat(demo.api_key, base_url=demo.url)


def rows(folder: Path, path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{path}.jsonl").read_text("utf-8").splitlines()]


def texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from texts(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each, key)
    elif isinstance(value, str) and value and not OPAQUE.fullmatch(value):
        yield key, value


def test_every_record_of_every_model_is_there(planhat: Planhat, tmp_path: Path) -> None:
    manifest = planhat.export_tenant(tmp_path)
    for path, known in manifest["models"].items():
        assert len(rows(tmp_path, path)) == known["rows"]
    archived = planhat.get_objects(types.Enduser, properties="archived")
    assert manifest["models"]["companies"]["rows"] == len(planhat.list_all_companies())
    assert manifest["models"]["endusers"]["rows"] >= len(archived)
    assert not manifest["skipped"]


def test_a_masked_export_has_the_same_counts_and_no_original_name(planhat: Planhat, tmp_path: Path) -> None:
    plain = planhat.export_tenant(tmp_path / "plain")
    masked = planhat.export_tenant(tmp_path / "masked", mask=True)
    assert {path: known["rows"] for path, known in plain["models"].items()} == {
        path: known["rows"] for path, known in masked["models"].items()
    }
    private = {"firstName", "lastName", "nickName", "email", "phone", "phonePrimary", "companyName", "description",
               "domains", "web", "snippet", "comment", "address"}  # fmt: skip
    original = {
        value.casefold()
        for path in plain["models"]
        for row in rows(tmp_path / "plain", path)
        for key, value in texts(row)
        if key in private or (key == "name" and path in ("companies", "endusers", "users"))
    }
    found = {
        value
        for path in masked["models"]
        for row in rows(tmp_path / "masked", path)
        for key, value in texts(row)
        if value.casefold() in original and key != "product"
    }
    assert original
    assert not found


def test_masked_values_are_stable_and_references_stay(planhat: Planhat, tmp_path: Path) -> None:
    planhat.export_tenant(tmp_path / "a", mask=True)
    planhat.export_tenant(tmp_path / "b", mask=True)
    assert (tmp_path / "a" / "endusers.jsonl").read_bytes() == (tmp_path / "b" / "endusers.jsonl").read_bytes()
    names = {row["_id"]: row["name"] for row in rows(tmp_path / "a", "companies")}
    endusers = rows(tmp_path / "a", "endusers")
    assert all(row["companyName"] == names[row["companyId"]] for row in endusers if row.get("companyName"))
    person = next(row for row in endusers if row.get("firstName") and row.get("lastName"))
    assert person["name"] == f"{person['firstName']} {person['lastName']}"


def test_an_export_is_the_seed_of_a_sandbox(planhat: Planhat, tmp_path: Path) -> None:
    manifest = planhat.export_tenant(tmp_path, mask=True)
    with Sandbox(seed=str(tmp_path)) as copy:
        again = Planhat(copy.api_key, base_url=copy.url).export_tenant(tmp_path / "again")
    assert {path: known["rows"] for path, known in again["models"].items()} == {
        path: known["rows"] for path, known in manifest["models"].items()
    }


def test_an_interrupted_export_goes_on(planhat: Planhat, demo: Sandbox, tmp_path: Path) -> None:
    whole = planhat.export_tenant(tmp_path / "whole")
    demo.call("inject_fault", kind="status", status=400, route="/endusers", times=1)
    with pytest.raises(PlanhatError):
        planhat.export_tenant(tmp_path / "parts")
    before = len(demo.call("requests"))
    resumed = planhat.export_tenant(tmp_path / "parts")
    assert resumed["models"] == whole["models"]
    assert not [each for each in demo.call("requests")[before:] if each["path"].startswith("/companies")]
    for path in whole["models"]:
        assert (tmp_path / "parts" / f"{path}.jsonl").read_bytes() == (
            tmp_path / "whole" / f"{path}.jsonl"
        ).read_bytes()


def test_a_complete_export_that_is_repeated_has_what_is_new(planhat: Planhat, tmp_path: Path) -> None:
    first = planhat.export_tenant(tmp_path, models="companies, users")
    planhat.create_object(types.Company(name="Brand New"))
    again = planhat.export_tenant(tmp_path, models="companies")
    assert again["models"]["companies"]["rows"] == first["models"]["companies"]["rows"] + 1
    assert again["models"]["users"] == first["models"]["users"]
    assert "Brand New" in (tmp_path / "companies.jsonl").read_text("utf-8")


def test_two_runs_with_the_own_sandbox_may_export_into_one_folder(tmp_path: Path) -> None:
    for _ in range(2):
        with Planhat(sandbox=True) as planhat:
            manifest = planhat.export_tenant(tmp_path, models="users")
            users = (tmp_path / "users.jsonl").read_text("utf-8").splitlines()
            assert len(users) == manifest["models"]["users"]["rows"] > 0


def test_the_folder_of_another_export_is_refused(planhat: Planhat, tmp_path: Path) -> None:
    planhat.export_tenant(tmp_path, models="companies")
    with pytest.raises(PlanhatValidationError, match="holds another export: masked differ"):
        planhat.export_tenant(tmp_path, models="companies", mask=True)
