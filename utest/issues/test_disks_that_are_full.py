"""On a full disk, Excel exports, pushes and large plans ended with errors of other packages; read-only files were lost.

A limit on the size of files stands for the full disk; where the tests run as root, a child gives up the right to write
whatever it wants.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox

ROOT = Path(__file__).parents[2]

PROGRAM = """
import os, sys
from RPA.Planhat import Planhat, errors
from RPA.Planhat.operations.rows import file_store
from RPA.Planhat.text import files

files.HELD = 0.05
file_store.SETTINGS = file_store.SETTINGS.replace("-32768", "-100")
url, key, tenant, limit = sys.argv[1:]
text = os.urandom(100).hex()
rows = [{"name": f"Row {n} {text}", "external_id": f"D-{n} {n * n}", "description": text} for n in range(800)]
metrics = [{"dimension_id": "logins", "value": 5, "external_id": "D" * 3000}] * 3000
planhat = Planhat(key, tenant_uuid=tenant, base_url=url, analytics_url=url, calls_per_minute=0, rows_in_memory=1)
planhat.keywords["Get Companies"](limit=1)
planhat.keywords["save_planhat_rows"](rows[:5], "warm.xlsx")
plan = planhat.keywords["Import Companies"](rows, dry_run=True)
if int(limit):
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
ACTIONS = {
    "save as Excel": lambda: planhat.keywords["save_planhat_rows"](rows, "rows.xlsx"),
    "save as CSV": lambda: planhat.keywords["save_planhat_rows"](rows, "rows.csv"),
    "export as Excel": lambda: planhat.keywords["Export Companies"]("export.xlsx"),
    "export custom fields": lambda: planhat.keywords["export_custom_fields"]("fields.yaml"),
    "plan": lambda: planhat.keywords["save_planhat_plan"](plan, "plan.csv"),
    "sync": lambda: planhat.keywords["Sync Companies"](rows),
    "push": lambda: planhat.keywords["push_metrics"](metrics),
}
for name, action in ACTIONS.items():
    try:
        print(f"{name}: done {action()}".splitlines()[0])
    except errors.PlanhatError as problem:
        print(f"{name}: {problem}".splitlines()[0])
"""


def without_power() -> None:
    """Takes from the next program what root may do beyond the modes of files."""
    if os.getuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            libc.prctl(24, capability, 0, 0, 0)


def run(sandbox: Sandbox, folder: Path, limit: int) -> tuple[dict[str, str], str]:
    """Returns the first line of what each action ended with, and what was written to the standard error stream."""
    environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(ROOT)}
    command = [sys.executable, "-c", PROGRAM, sandbox.url, sandbox.api_key, sandbox.tenant_uuid, str(limit)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
        preexec_fn=without_power,
    )  # fmt: skip
    return dict(line.split(": ", 1) for line in done.stdout.splitlines()), done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs limits and rights as Linux has them")
def test_a_full_disk_is_named(sandbox: Sandbox, tmp_path: Path) -> None:
    found, problems = run(sandbox, tmp_path, 6_000)
    for name, file in {"save as Excel": "rows.xlsx", "save as CSV": "rows.csv", "plan": "plan.csv"}.items():
        assert found[name].startswith(f"{file} cannot be written: File too large"), found
    assert found["export as Excel"].startswith("export.xlsx cannot be written: File too large")
    for name in ("sync", "push"):
        assert found[name].startswith("A temporary file for these rows cannot be written in "), found
    assert not problems
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fields.yaml", "warm.xlsx"]
    assert not [each for each in sandbox.requests() if each["method"] != "GET"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs limits and rights as Linux has them")
def test_a_read_only_file_stays(sandbox: Sandbox, tmp_path: Path) -> None:
    names = {"save as Excel": "rows.xlsx", "save as CSV": "rows.csv", "export as Excel": "export.xlsx",
             "export custom fields": "fields.yaml", "plan": "plan.csv"}  # fmt: skip
    for name in names.values():
        (tmp_path / name).write_text("of yesterday", "utf-8")
        (tmp_path / name).chmod(0o444)
    found, problems = run(sandbox, tmp_path, 0)
    for name, file in names.items():
        assert found[name].startswith(f"{file} cannot be written: Permission denied."), found
        assert (tmp_path / file).read_text("utf-8") == "of yesterday"
    assert not problems
    assert {path.name for path in tmp_path.iterdir()} == {"warm.xlsx", *names.values()}
