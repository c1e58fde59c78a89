"""A model is one class: keywords, validation and the sandbox's routes follow from it, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = '''
from RPA.Planhat.types import NamedObjectMixin, PlanhatCompanyOwnedObject
from RPA.Planhat.types.fields import integer, text


class Team(NamedObjectMixin, PlanhatCompanyOwnedObject):
    """A team at a customer."""

    __slots__ = ()

    API_NAME = "teams"
    SINGULAR = "team"
    PLURAL = "teams"

    status = text("Whether it works.", options=("active", "resting"))
    seats = integer("Its size.", least=1, most=20)


from RPA.Planhat import Planhat, Sandbox, errors

with Sandbox(seed="empty") as sandbox:
    planhat = Planhat(sandbox.api_key, base_url=sandbox.url)
    names = [name for name in planhat.get_keyword_names() if "Team" in name]
    print(*names, sep=", ")
    run = planhat.run_keyword
    run("Create Company", [], {"name": "Acme", "external_id": "A-1"})
    made = run("Create Team", [], {"name": "Blue", "company_id": "extid-A-1", "seats": "5", "external_id": "T-1"})
    print(type(made).__name__, made.seats, run("Get Team", ["extid-T-1"], {}).name)
    run("Upsert Teams", [{"external_id": "T-1", "seats": 6}], {})
    run("Import Teams", [{"External Id": "T-2", "N": "Red", "C": "A-1"},
        ["External Id -> external_id", "N -> name", "C -> company.external_id"]], {})
    print(sorted((each.name, each.seats) for each in run("Get Teams", [], {"company_ids": "extid-A-1"})))
    for wrong in ({"seats": 21}, {"staus": "active"}):
        try:
            run("Create Team", [], {"name": "Green", "company_id": "extid-A-1", **wrong})
        except errors.PlanhatValidationError as error:
            print(error)
    print(planhat.get_keyword_documentation("Sync Teams").splitlines()[0])
    print(planhat.get_keyword_source("Get Team"))
'''

NAMES = (
    "Create Team, Delete Team, Export Teams, Find Team, Get Team, Get Teams, Import Teams, Sync Teams, Update Team, "
    "Upsert Teams"
)


def test_a_model_that_is_one_class_has_keywords_rules_and_routes(tmp_path: Path) -> None:
    file = tmp_path / "program.py"
    file.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run([sys.executable, file], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == NAMES
    assert lines[1] == "Team 5 Blue"
    assert lines[2] == "[('Blue', 6), ('Red', None)]"
    assert "seats" in lines[3]
    assert "Did you mean status" in lines[4]
    assert lines[5].startswith("Syncs teams with a table")
    assert lines[6] == f"{file}:6"
