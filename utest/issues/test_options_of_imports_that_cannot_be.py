"""`Library    RPA.Planhat    timeout=abc` ended the whole run of Robot Framework 7 with a traceback.

It converts the arguments of an import before the library is asked, and catches no error of that.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from RPA.Planhat import Planhat, errors

ROOT = Path(__file__).parents[2]
OPTIONS = ("timeout=abc", "retries=many", "parallel=1.5", "largest_answer=a lot", "timeout=-1", "timout=5", "settle=x")

SUITE = """*** Settings ***
Library    RPA.Planhat    literal-9871-token    {}

*** Test Cases ***
Another Thing
    Log    still run
"""


@pytest.mark.parametrize("arguments", [[], ["--dryrun"]], ids=["run", "dry run"])
def test_a_wrong_option_of_the_import_ends_no_run(tmp_path: Path, arguments: list[str]) -> None:
    suites = tmp_path / "suites"
    suites.mkdir()
    for number, option in enumerate(OPTIONS):
        (suites / f"s{number}.robot").write_text(SUITE.format(option), "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH") or str(ROOT)}
    command = [sys.executable, "-m", "robot", *arguments, "--loglevel", "TRACE", "--outputdir", "out", str(suites)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert f"{len(OPTIONS)} tests, {len(OPTIONS)} passed" in done.stdout
    for option in OPTIONS:
        assert option.partition("=")[0] in done.stderr
    written = "".join(path.read_text("utf-8", "replace") for path in (tmp_path / "out").iterdir())
    assert "literal-9871-token" not in done.stdout + done.stderr + written


def test_a_library_that_could_not_be_made_has_no_attributes_and_looks_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Older versions of the library core looked for them for ever, so that the reason was a RecursionError."""
    monkeypatch.setattr("RPA.Planhat.keywords.listener.IMPORTER", __name__)
    made = Planhat("token", retries=-1)
    assert (made.keywords, made.attributes) == ({}, {})
    with pytest.raises(errors.PlanhatValidationError, match=r"^retries is a whole number"):
        made.get_keyword_names()
    assert not hasattr(made, "nothing_of_this_name")


@pytest.mark.parametrize(
    "option", ["timeout=abc", "retries=many", "parallel=1.5", "largest_answer=a lot", "timeout=-1"]
)
def test_python_is_told_at_once(option: str) -> None:
    name, _, value = option.partition("=")
    with pytest.raises(errors.PlanhatValidationError, match=f"^{name} is"):
        Planhat("token", **{name: value})  # type: ignore[arg-type]
