"""Files that are missing, full or no files at all gave errors of the operating system, or were taken for no file."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from RPA.Planhat.types import Company
from utest.rights import without_rights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from RPA.Planhat.sandbox import Sandbox

ROW = {"name": "Acme", "external_id": "A"}
METRICS = [{"value": 1, "dimension_id": "d", "external_id": "A"}]
FULL = Path("/dev/full")


def plan(planhat: Planhat) -> Any:
    return planhat.import_objects(Company, [ROW], dry_run=True)


USES: dict[str, Callable[[Planhat, Any], Any]] = {
    "export": lambda planhat, file: planhat.export_objects(Company, file, "name"),
    "journal of an upsert": lambda planhat, file: planhat.update_objects([Company(ROW)], journal=file),
    "journal of an import": lambda planhat, file: planhat.import_objects(Company, [ROW], journal=file),
    "journal of a push": lambda planhat, file: planhat.push_metrics(METRICS, journal=file),
    "save_as": lambda planhat, file: planhat.import_objects(Company, [ROW], save_as=file),
    "report": lambda planhat, file: planhat.update_objects([Company(ROW)]).save(file),
    "plan": lambda planhat, file: plan(planhat).save(file),
    "snapshot": lambda planhat, file: planhat.take_snapshot(Company, file),
    "changes": lambda planhat, file: planhat.get_changes(Company, file),
    "table": lambda planhat, file: planhat.import_objects(Company, file),
    "declaration": lambda planhat, file: planhat.export_custom_fields(file),
    "rate_limit_file": lambda planhat, file: Planhat("tok-0815", rate_limit_file=file).get_objects(Company),
    "CA bundle": lambda planhat, file: Planhat("tok-0815", verify=file).get_objects(Company),
}  # fmt: skip


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("name", ["a\0.csv", "a\ud83d.csv", ""], ids=["zero", "half a character", "empty"])
def test_what_can_be_no_path_is_told(planhat: Planhat, use: Callable[[Planhat, Any], Any], name: str) -> None:
    with pytest.raises(errors.PlanhatValidationError, match=r"is the path of a file; not "):
        use(planhat, name)


URLS = {
    "https://user:pw-0815@files.example/t.csv?sig=pw-0815": "'https://files.example/t.csv' is a URL. Download it first",
    Path("s3://bucket/t.csv"): "'s3://bucket/t.csv' is a URL. Download it first",
    "file:///C:/data/t.csv": "is a URL. Write the path alone.",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("url", URLS, ids=["https", "s3", "file"])
def test_a_url_is_no_path(
    planhat: Planhat, use: Callable[[Planhat, Any], Any], url: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(errors.PlanhatValidationError) as caught:
        use(planhat, url)
    assert URLS[url] in str(caught.value)
    assert "pw-0815" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_path_that_can_not_be_used_is_named(
    planhat: Planhat, use: Callable[[Planhat, Any], Any], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    nowhere = [tmp_path / "nowhere"] if use is not USES["export"] else []  # an export makes the folder
    for folder in (*nowhere, tmp_path / "file", tmp_path / ("x" * 300)):
        with pytest.raises(errors.PlanhatError, match=r"nowhere|file|xxx") as caught:
            use(planhat, str(folder / "some.yaml" if use is USES["declaration"] else folder / "some.csv"))
        assert not str(caught.value).startswith("[Errno")


@pytest.fixture
def foreign() -> Iterator[Path]:
    """A folder that others may look into; those of pytest they may not even enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="folders of Windows have no such modes")
@pytest.mark.parametrize("mode", [0o000, 0o444, 0o555], ids=["locked", "not to be entered", "not to be changed"])
@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_folder_of_somebody_else_is_named(
    planhat: Planhat, use: Callable[[Planhat, Any], Any], mode: int, foreign: Path
) -> None:
    name = "some.yaml" if use is USES["declaration"] else "some.csv"
    with suppress(errors.PlanhatError):
        use(planhat, str(foreign / name))  # all modules are loaded now
    folder = foreign / "theirs"
    folder.mkdir()
    if use in (USES["table"], USES["CA bundle"]):
        (folder / name).write_text("name\nAcme\n")
        (folder / name).chmod(0)
    folder.chmod(mode)
    try:
        with without_rights(), pytest.raises(errors.PlanhatError, match="theirs") as caught:
            use(planhat, str(folder / name))
    finally:
        folder.chmod(0o700)
    assert not str(caught.value).startswith("[Errno")


def test_a_folder_is_no_file(planhat: Planhat, tmp_path: Path) -> None:
    (tmp_path / "all.csv").mkdir()
    with pytest.raises(errors.PlanhatValidationError, match=r"all\.csv cannot be written: .*It is a folder"):
        planhat.export_objects(Company, tmp_path / "all.csv", "name")


@pytest.mark.skipif(not FULL.exists(), reason="there is no full device")
def test_a_full_disk_is_told(planhat: Planhat, tmp_path: Path) -> None:
    (tmp_path / "plan.csv").symlink_to(FULL)
    with pytest.raises(errors.PlanhatValidationError, match=r"plan\.csv cannot be written: .*Free some space"):
        plan(planhat).save(tmp_path / "plan.csv")


EXPORT = """
import resource, signal, sys
from RPA.Planhat import Planhat, errors, types
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
planhat = Planhat(sys.argv[1], base_url=sys.argv[2], calls_per_minute=0)
try:
    planhat.export_objects(types.Company, sys.argv[3], "name")
except errors.PlanhatValidationError as problem:
    print(problem)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="files there have no limit of a process")
@pytest.mark.parametrize("ending", ["csv", "json", "xlsx"])
def test_an_export_that_runs_out_of_room_leaves_no_file(
    sandbox: Sandbox, planhat: Planhat, tmp_path: Path, ending: str
) -> None:
    planhat.update_objects([Company(name=f"Company {number}", external_id=str(number)) for number in range(500)])
    target = tmp_path / f"all.{ending}"
    command = [sys.executable, "-c", EXPORT, sandbox.api_key, sandbox.url, str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    assert f"all.{ending} cannot be written: " in done.stdout
    assert not target.exists()
