"""Files that version 1.0.0 kept are read by this version, or refused in words; nothing is ever sent twice for them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest

from RPA.Planhat import Planhat, PlanhatBulkError, PlanhatValidationError, types
from RPA.Planhat.operations import exporting
from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEPT: Final = Path(__file__).resolve().parent / "data" / "v1.0.0"
KEY: Final = "frozen-key"
TENANT: Final = "00000000-0000-4000-8000-000000000001"
ROWS: Final = [{"external_id": f"F-{number}", "name": f"Frozen {number}"} for number in (1, 2, 3)]
COLUMNS: Final = ["Account ID -> external_id", "Account Name -> name", "CSM Score -> csm_score"]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    process = SandboxProcess(Settings(seed="empty", api_key=KEY, tenant_uuid=TENANT))
    process.start()
    yield process
    process.stop()


@pytest.fixture
def planhat(sandbox: SandboxProcess) -> Iterator[Planhat]:
    sandbox.call("reset")
    client = Planhat(KEY, tenant_uuid=TENANT, base_url=sandbox.url, analytics_url=sandbox.url)
    yield client
    client.close()


@pytest.fixture
def kept(sandbox: SandboxProcess, tmp_path: Path) -> Path:
    """A copy of the files, in which the sandbox is the host that they belong to."""
    folder = tmp_path / "kept"
    shutil.copytree(KEPT, folder)
    host = urlsplit(sandbox.url).netloc
    for journal in folder.glob("*.journal*"):
        journal.write_text(journal.read_text("utf-8").replace("SANDBOX_HOST", host), "utf-8")
    with sqlite3.connect(folder / "snapshot.db") as database:
        database.execute("UPDATE facts SET value = replace(value, 'SANDBOX_HOST', ?)", (host,))
    database.close()
    return folder


def refused(call: Callable[[], Any], file: Path) -> None:
    """Refuses a file in words that name it."""
    with pytest.raises(PlanhatValidationError) as stopped:
        call()
    assert file.name in str(stopped.value)
    assert len(str(stopped.value).split()) > 8


def written(sandbox: SandboxProcess, path: str) -> int:
    found = sandbox.call("requests")
    return sum(each["method"] != "GET" and each["path"].startswith(path) for each in found)


def test_the_journal_of_an_upsert(planhat: Planhat, sandbox: SandboxProcess, kept: Path) -> None:
    file = kept / "upsert.journal"
    report = planhat.keywords["Upsert Companies"](ROWS, journal=str(file))
    assert written(sandbox, "/companies") == 0
    assert str(report) == "3 created"


def test_the_journal_of_an_interrupted_upsert_without_keys(
    planhat: Planhat, sandbox: SandboxProcess, kept: Path
) -> None:
    file = kept / "interrupted.journal"
    rows = [{"name": "Keyless 1"}, {"name": "Keyless 2"}]
    with pytest.raises(PlanhatBulkError) as stopped:
        planhat.keywords["Upsert Companies"](rows, journal=str(file))
    assert written(sandbox, "/companies") == 0
    assert str(stopped.value.report) == "2 unknown"


def test_the_journal_of_an_import(planhat: Planhat, sandbox: SandboxProcess, kept: Path) -> None:
    file = kept / "import.journal"
    options = {"bad_rows": "skip", "journal": str(file)}
    refused(lambda: planhat.keywords["Import Companies"](str(kept / "table.csv"), COLUMNS, **options), file)
    assert written(sandbox, "/companies") == 0


def test_the_journal_of_a_push(planhat: Planhat, sandbox: SandboxProcess, kept: Path) -> None:
    file = kept / "push.journal"
    rows = [{"external_id": "F-1", "value": 7, "date": "2026-03-02"}]
    report = planhat.push_metrics(rows, dimension_id="seats", journal=str(file))
    assert written(sandbox, "/dimensiondata") == 0
    assert str(report) == "1 received"


def test_the_files_of_a_report(planhat: Planhat, kept: Path) -> None:
    failed = kept / "report.failed.csv"
    failed.write_text(failed.read_text("utf-8").replace("nine", "5"), "utf-8")
    report = planhat.keywords["Import Companies"](str(failed), COLUMNS)
    assert str(report) == "1 created"
    assert planhat.keywords["Get Company"]("extid-F-4").csm_score == 5


def test_a_snapshot(planhat: Planhat, kept: Path) -> None:
    file = kept / "snapshot.db"
    planhat.keywords["Upsert Companies"](ROWS)
    changes = planhat.get_changes(types.Company, str(file))
    assert changes.counts == {"added": 3, "changed": 0, "removed": 6}


def test_the_bookmark_of_an_export(planhat: Planhat, kept: Path) -> None:
    planhat.keywords["Upsert Companies"](ROWS)
    planhat.keywords["Export Companies"](str(kept / "export.csv"), ["external_id"])
    # It belongs to another connection: what is exported are the companies of this one, all of them.
    assert (kept / "export.csv").read_text("utf-8-sig").split() == ["external_id", "F-1", "F-2", "F-3"]
    assert not (kept / "export.csv.bookmark").exists()


def test_the_bookmark_of_an_export_from_the_same_connection(
    planhat: Planhat, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = json.loads((kept / "export.csv.bookmark").read_text("utf-8"))
    # Port and ids of the sandbox are others each time.
    monkeypatch.setattr(exporting, "_digest_of", lambda *_: known["digest"])
    last = planhat.keywords["Create Company"](name="The last that was written")
    (kept / "export.csv.bookmark").write_text(json.dumps({**known, "last": last.id}), "utf-8")
    planhat.keywords["Upsert Companies"](ROWS)
    planhat.keywords["Export Companies"](str(kept / "export.csv"), ["external_id"])
    rows = (kept / "export.csv").read_text("utf-8-sig").splitlines()
    assert (len(rows), rows[-4:]) == (1 + 5000 + 3, ["4993", "F-1", "F-2", "F-3"])


@pytest.mark.parametrize("ending", ["csv", "json", "yaml"])
def test_the_draft_of_custom_fields(planhat: Planhat, kept: Path, ending: str) -> None:
    plan = planhat.plan_custom_fields(str(kept / f"custom_fields.{ending}"))
    assert plan.counts["create"] == 2


def test_the_rate_limit_file(sandbox: SandboxProcess, kept: Path) -> None:
    client = Planhat(KEY, base_url=sandbox.url, rate_limit_file=str(kept / "rate_limits.db"))
    assert client.keywords["Get Companies"]() is not None
    client.close()
