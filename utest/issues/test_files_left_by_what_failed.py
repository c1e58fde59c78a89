"""An export, a report or a plan that failed left a file beside it, or half of one under its name, without a message.

Whoever looked into the folder could not tell what could be continued from what had to be deleted; a report that was
cut by a full disk had replaced the whole one of the day before.
"""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types
from RPA.Planhat.sandbox import seed

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox


@pytest.fixture
def planhat(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Planhat:
    monkeypatch.setattr(types.Company, "PAGE", types.Page(10, 10))
    # No page is fetched early: on a busy machine the second call would be another one.
    client = Planhat(sandbox.api_key, base_url=sandbox.url, calls_per_minute=0, retries=0, parallel=1)
    client.import_objects(types.Company, [{"name": f"C{n:03}", "externalId": f"C-{n:03}"} for n in range(25)])
    return client


def break_page(sandbox: Sandbox, number: int, route: str = "/companies") -> None:
    sandbox.inject_fault("status", route=route, verb="GET", calls=[number], status=500)


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_an_export_without_a_page_leaves_nothing(sandbox: Sandbox, planhat: Planhat, tmp_path: Path) -> None:
    break_page(sandbox, 1)
    with pytest.raises(errors.PlanhatError) as caught:
        planhat.export_objects(types.Company, tmp_path / "companies.csv", columns="name")
    assert names_in(tmp_path) == []
    assert "companies.csv.part" not in str(caught.value)


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "json"])
def test_an_export_that_can_be_continued_names_its_part(
    sandbox: Sandbox, planhat: Planhat, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"companies.{ending}"
    break_page(sandbox, 2)
    with pytest.raises(errors.PlanhatError, match=r"companies\.\w+\.part has the first 10 rows\. Run the same export"):
        planhat.export_objects(types.Company, path, columns="name")
    assert names_in(tmp_path) == [f"{path.name}.bookmark", f"{path.name}.part"]
    sandbox.clear_faults()
    done = planhat.export_objects(types.Company, path, columns="name")
    assert (done.rows, done.resumed, names_in(tmp_path)) == (25, 10, [path.name])


@pytest.mark.parametrize(
    ("name", "query"),
    [("companies.xlsx", {}), ("companies.csv", {"sort": "name"}), ("endusers.csv", {"company_ids": "extid-C-001"})],
)
def test_an_export_that_starts_over_leaves_nothing(
    sandbox: Sandbox, planhat: Planhat, tmp_path: Path, name: str, query: dict[str, Any]
) -> None:
    model = types.Enduser if name.startswith("endusers") else types.Company
    break_page(sandbox, 2 if model is types.Company else 1, f"/{model.API_NAME}")
    with pytest.raises(errors.PlanhatError) as caught:
        planhat.export_objects(model, tmp_path / name, columns="name", **query)
    assert names_in(tmp_path) == []
    assert ".part" not in str(caught.value)


def test_a_character_that_the_encoding_lacks_leaves_nothing(planhat: Planhat, tmp_path: Path) -> None:
    planhat.create_object(types.Company({"name": "Łódź", "externalId": "L"}))
    with pytest.raises(errors.PlanhatValidationError, match="encoding cp1252 does not have"):
        planhat.export_objects(types.Company, tmp_path / "companies.csv", columns="name", encoding="cp1252")
    assert names_in(tmp_path) == []


def full(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def make_report(planhat: Planhat, folder: Path) -> None:
    rows = [{"name": "New"}, {"name": "Bad", "arr": "much"}]
    planhat.import_objects(types.Company, rows, bad_rows="skip", fail_on_errors=False).save_files(folder / "out")


def make_plan(planhat: Planhat, folder: Path) -> None:
    planhat.import_objects(types.Company, [{"name": "Newer"}], dry_run=True).save(folder / "out.csv")


def make_fields(planhat: Planhat, folder: Path) -> None:
    planhat.export_custom_fields(folder / "out.csv")


@pytest.mark.parametrize(
    ("make", "name"), [(make_report, "out.failed.csv"), (make_plan, "out.csv"), (make_fields, "out.csv")]
)
def test_a_file_that_cannot_be_completed_leaves_the_one_before(
    planhat: Planhat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Any, name: str
) -> None:
    planhat.create_object(types.CustomField({"name": "Seats", "type": "number", "parent": "company"}))
    path = tmp_path / name
    path.write_text("of yesterday", "utf-8")
    path.chmod(0o640)
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(errors.PlanhatValidationError, match=r"out.*csv cannot be written: No space left on device"):
        make(planhat, tmp_path)
    assert (names_in(tmp_path), path.read_text("utf-8")) == ([name], "of yesterday")
    monkeypatch.undo()
    make(planhat, tmp_path)
    assert path.read_text("utf-8") != "of yesterday"
    assert path.stat().st_mode & 0o777 == 0o640
    assert not [each for each in names_in(tmp_path) if each.endswith(".part")]


def test_a_link_stays_one_and_its_target_is_written(planhat: Planhat, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "out.csv").symlink_to(tmp_path / "there" / "plan.csv")
    make_plan(planhat, tmp_path)
    assert (tmp_path / "out.csv").is_symlink()
    assert names_in(tmp_path / "there") == ["plan.csv"]


LINKED: dict[str, Any] = {
    "export.csv": lambda planhat, path: planhat.keywords["Export Companies"](path, limit=5),
    "export.xlsx": lambda planhat, path: planhat.keywords["Export Companies"](path, limit=5),
    "rows.csv": lambda planhat, path: planhat.keywords["save_planhat_rows"]([{"name": "Acme"}], str(path)),
    "fields.yaml": lambda planhat, path: planhat.keywords["export_custom_fields"](str(path)),
}


@pytest.mark.parametrize("name", LINKED)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_and_the_mode_of_its_target_stay(planhat: Planhat, tmp_path: Path, name: str, is_there: bool) -> None:
    target = tmp_path / "there" / name
    target.parent.mkdir()
    if is_there:
        target.write_text("of yesterday", "utf-8")
        target.chmod(0o600)
    (tmp_path / name).symlink_to(target)
    LINKED[name](planhat, tmp_path / name)
    assert (tmp_path / name).is_symlink()
    assert target.read_bytes() not in (b"", b"of yesterday")
    assert (target.stat().st_mode & 0o777 == 0o600) or not is_there
    assert names_in(target.parent) == [name]
    assert names_in(tmp_path) == sorted([name, "there"])


@pytest.mark.parametrize("name", LINKED)
def test_links_in_a_circle_are_refused(planhat: Planhat, tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(tmp_path / f"other {name}")
    (tmp_path / f"other {name}").symlink_to(tmp_path / name)
    with pytest.raises(errors.PlanhatValidationError, match="Too many levels of symbolic links"):
        LINKED[name](planhat, tmp_path / name)
    assert names_in(tmp_path) == sorted([name, f"other {name}"])


def test_a_model_of_a_tenant_export_leaves_nothing_of_itself(
    sandbox: Sandbox, planhat: Planhat, tmp_path: Path
) -> None:
    break_page(sandbox, 2)
    with pytest.raises(errors.PlanhatError):
        planhat.export_tenant(tmp_path, models="companies")
    assert names_in(tmp_path) == []


def test_seeds_that_cannot_be_completed_leave_those_before(
    sandbox: Sandbox, planhat: Planhat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "companies.json").write_text("[]", "utf-8")
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        seed._write_json(tmp_path / "companies.json", [{"name": "x"}])
    assert names_in(tmp_path) == ["companies.json"]
    assert json.loads((tmp_path / "companies.json").read_text("utf-8")) == []
