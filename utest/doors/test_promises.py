"""Sentences of the documentation that list something list all of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from RPA.Planhat import Planhat, PlanhatAuthConfigurationError, PlanhatValidationError, errors
from RPA.Planhat.keywords.introduction import INTRODUCTION
from RPA.Planhat.operations.custom.declared import WRITERS as DECLARED
from RPA.Planhat.operations.input.rows import READERS
from RPA.Planhat.operations.writers import WRITERS

GUIDES = Path(__file__).parents[2] / "docs" / "guides"
SUBJECTS = {"any model", "activity", "metric"}
"""Tags of keywords that are about something else than one model."""


@pytest.fixture(scope="module")
def library() -> Planhat:
    return Planhat("no-token", base_url="http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("command", "guide"), [(["RPA.Planhat.sandbox"], "sandbox.md"), (["RPA.Planhat", "check"], "control_room.md")]
)
def test_every_option_of_a_program_is_in_its_guide(command: list[str], guide: str) -> None:
    run = [sys.executable, "-m", *command, "--help"]
    shown = subprocess.run(run, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    options = set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", shown, re.MULTILINE)) - {"--help"}
    assert len(options) > 5
    text = (GUIDES / guide).read_text("utf-8")
    assert [each for each in sorted(options) if f"`{each}`" not in text] == []


def test_every_ending_is_named_where_files_are_explained(library: Planhat) -> None:
    guide = (GUIDES / "tables.md").read_text("utf-8")
    assert [each for each in READERS if f"`{each}`" not in guide] == []
    for name in ("Export Companies", "save_planhat_rows"):
        page = library.get_keyword_documentation(name)
        assert [each for each in WRITERS if f"`{each}`" not in page] == []
    page = library.get_keyword_documentation("export_custom_fields")
    assert [each for each in DECLARED if f"`{each}`" not in page] == []


def test_every_tag_is_explained(library: Planhat) -> None:
    explained = INTRODUCTION.partition("Tags find the same")[2].partition("\n\n")[0]
    for name in library.get_keyword_names():
        subject, *does = library.get_keyword_tags(name)
        assert does or subject == "connection", name
        assert [each for each in does if f"`{each}`" not in explained] == [], name


def test_every_error_is_in_the_table() -> None:
    roots = {"PlanhatError", "PlanhatHTTPError"}
    table = INTRODUCTION.partition("| error | when |")[2].partition("\n\n")[0]
    assert set(re.findall("`(Planhat[A-Za-z]+)`", table)) == set(errors.__all__) - roots


def test_a_plan_is_not_saved_under_the_name_of_another_format(tmp_path: Path) -> None:
    with Planhat(sandbox=True) as planhat:
        row = {"external_id": "A-1", "name": "Acme"}
        plan = planhat.run_keyword("Import Companies", [row], {"dry_run": True})
        for name in ("plan.xlsx", "plan.json"):
            with pytest.raises(PlanhatValidationError, match=r"Name it plan\.csv"):
                planhat.run_keyword("save_planhat_plan", [plan, str(tmp_path / name)])
            options = {"dry_run": True, "save_as": str(tmp_path / name)}
            with pytest.raises(PlanhatValidationError, match=r"Name it plan\.csv"):
                planhat.run_keyword("Import Companies", [row], options)
    assert not list(tmp_path.iterdir())


def test_a_connection_does_not_send_the_token_of_another_one(library: Planhat) -> None:
    with pytest.raises(PlanhatAuthConfigurationError, match="Give api_key= to Connect To Planhat, or"):
        library.run_keyword("connect_to_planhat", [], {"alias": "other"})
