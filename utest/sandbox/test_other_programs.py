"""Programs that others wrote against the real Planhat, pointed at the sandbox, each with its own packages."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.network, pytest.mark.long]

ROBOCORP = """
    import planhat
    from planhat import Planhat, types
    from planhat.errors import PlanhatAuthFailedError, PlanhatNotFoundError, PlanhatHTTPError
    from planhat.types import PlanhatIdType

    client = Planhat(api_key=KEY, tenant_uuid=TENANT, use_caching=False)
    client.session._api_host = client.session._analytics_host = URL

    company = client.create_object(types.Company({"name": "Acme", "externalId": "A-1", "sourceId": "crm-1"}))
    for id, kind in ((company.id, None), ("A-1", PlanhatIdType.EXTERNAL_ID), ("crm-1", PlanhatIdType.SOURCE_ID)):
        assert client.get_object_by_id(types.Company, id, kind)["name"] == "Acme"
    company["phase"] = "growth"
    assert client.update_object(company).get("phase") == "growth"

    rows = types.Company.from_list([{"externalId": f"B-{n}", "name": f"B {n}"} for n in range(5001)])
    envelopes = client.update_objects(rows[:5000])
    assert envelopes["created"] == 5000 and len(envelopes["insertsKeys"]) == 5000
    found = client.get_objects(types.Company, properties=["name", "externalId"])
    assert len(found) == 5001, len(found)
    assert len(client.list_all_companies()) == 5001

    people = [{"companyId": "extid-A-1", "email": f"p{n}@acme.example", "externalId": f"p{n}"} for n in range(3)]
    envelope = client.update_objects(types.Enduser.from_list([*people, {"email": "nobody@nowhere.example"}]))
    assert envelope["created"] == 3 and len(envelope["createdErrors"]) == 1, envelope
    mine = client.get_objects(types.Enduser, company_ids=company.id)
    assert sorted(each.email for each in mine) == [f"p{n}@acme.example" for n in range(3)]

    client.session.create_analytics({"email": "p1@acme.example", "action": "Signed in"})
    client.session.create_bulk_activities([{"email": "p1@acme.example", "action": "Bulk"}])

    assert client.delete_planhat_object(mine[0]).json() == {"n": 1, "ok": 1, "deletedCount": 1}
    try:
        client.get_object_by_id(types.Enduser, mine[0].id)
    except PlanhatNotFoundError:
        pass
    else:
        raise AssertionError("the enduser is still there")
"""

CRUDS = """
    from cruds.interfaces.planhat import Planhat

    planhat = Planhat(api_token=KEY, tenant_token=TENANT)
    planhat._delay = 0
    planhat.client.host = planhat.client_analytics.host = URL + "/"

    company = planhat.company.create({"name": "Acme", "externalId": "A-1", "sourceId": "crm-1"})
    for reference in (company["_id"], "extid-A-1", "srcid-crm-1"):
        assert planhat.company.get_by_id(reference)["name"] == "Acme"
    assert planhat.company.update("extid-A-1", {"phase": "growth"})["phase"] == "growth"
    assert [row["name"] for row in planhat.company.get_lean_list(external_id="A-1")] == ["Acme"]

    rows = [{"companyId": "extid-A-1", "name": f"Asset {n}", "externalId": f"a{n}"} for n in range(45)]
    total = planhat.asset.bulk_upsert(rows, chunk_size=20)
    assert (total["created"], len(total["upsertedIds"])) == (45, 45)
    pages = list(planhat.asset.get_list(limit=20))
    assert [len(page) for page in pages] == [20, 20, 5]
    assert set(pages[0][0]) == {"_id", "name", "companyId"}
    assert len({row["_id"] for page in pages for row in page}) == 45

    from cruds.interfaces.planhat.exception import PlanhatUpsertError
    for bad in ([{"companyId": "extid-A-1"}], [rows[0], {"companyId": "extid-A-1"}]):
        try:
            planhat.asset.bulk_upsert(bad, raise_on_error=True)
        except PlanhatUpsertError as error:
            assert "createdErrors" in str(error) + str(error.args)
        else:
            raise AssertionError("no error")

    planhat.metrics.bulk_insert_metrics([{"dimensionId": "logins", "value": n, "externalId": "A-1"} for n in range(3)])
    data = [row for page in planhat.metrics.get_dimension_data(0, 40000, company_id=company["_id"]) for row in page]
    assert [row["value"] for row in data] == [0, 1, 2]
    planhat.user_activity.create_activity({"externalId": "u1", "companyExternalId": "A-1", "action": "One"})
    planhat.user_activity.create_activity([{"id": "u1", "cId": "A-1", "action": "Two"}], bulk=True)
    planhat.user_activity.segment({"type": "track", "event": "Three", "userId": "u1", "traits": {"companyId": "A-1"}})

    note = planhat.note.create({"companyId": company["_id"], "type": "note", "subject": "Hello"})
    assert planhat.note.delete(note["_id"])["_id"] == note["_id"]
    entry = planhat.time_entry.create({"companyId": company["_id"], "date": "2026-01-01", "hours": 2})
    assert planhat.time_entry.duplicate({"ids": [entry["_id"]]})["created"] == 1
    assert planhat.company.delete(company["_id"])["deletedCount"] == 1
"""

PYPLANHAT = """
    from pyplanhat import PyPlanhat, Company, Conversation, EndUser, AuthenticationError, InvalidRequestError

    with PyPlanhat(api_key=KEY, base_url=URL) as planhat:
        company = planhat.companies.create(Company(name="Acme", external_id="A-1", source_id="crm-1"))
        for reference in (company.id, "extid-A-1", "srcid-crm-1"):
            assert planhat.companies.get(reference).name == "Acme"
        changed = planhat.companies.update(company.id, Company(name="Acme", phase="growth"))
        assert changed.phase == "growth"
        assert "Acme" in [each.name for each in planhat.companies.list()]

        note = planhat.conversations.create(Conversation(company_id=company.id, type="note", subject="Hello"))
        assert planhat.conversations.get(note.id).subject == "Hello"
        assert len(planhat.conversations.list(company.id)) == 1
        planhat.conversations.delete(note.id)
        planhat.companies.delete(company.id)
        try:
            planhat.companies.get(company.id)
        except InvalidRequestError:
            pass
        else:
            raise AssertionError("the company is still there")

    with PyPlanhat(api_key="wrong", base_url=URL) as planhat:
        try:
            planhat.companies.list()
        except AuthenticationError:
            pass
        else:
            raise AssertionError("the token was taken")
"""


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PLANHAT", "COV"))}
    return {**kept, **more}


def pip_install(folder: Path, *arguments: str) -> None:
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",
        "--target",
        str(folder),
    ]
    done = subprocess.run([*pip, *arguments], capture_output=True, text=True, timeout=240, check=False)
    if done.returncode:
        pytest.skip(f"pip cannot install {' '.join(arguments)}: {(done.stderr.strip().splitlines() or ['?'])[-1]}")


@pytest.fixture(scope="session")
def program(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """Installs a program into a folder of its own, once."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    base = request.config.cache.mkdir(f"planhat-programs-{version}")

    def install(name: str, *others: str, alone: bool = False) -> Path:
        folder = base / name
        if not folder.is_dir():
            partial = base / f"{name}.{os.getpid()}"
            pip_install(partial, name, *([] if alone else others), *(["--no-deps"] if alone else []))
            if alone:
                pip_install(partial, *others)
            partial.rename(folder)
        return folder

    return install


def run(folder: Path, script: str, sandbox: Sandbox, tmp_path: Path) -> None:
    head = f"URL, KEY, TENANT = {sandbox.url!r}, {sandbox.api_key!r}, {sandbox.tenant_uuid!r}\n"
    file = tmp_path / "script.py"
    file.write_text(head + textwrap.dedent(script), "utf-8")
    done = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, env=environment(PYTHONPATH=str(folder)),
        cwd=tmp_path, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


def test_robocorp_planhat(program: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    folder = program("robocorp-planhat==1.0.0", "typing_extensions")
    run(folder, ROBOCORP, sandbox, tmp_path)
    assert [row["action"] for row in sandbox.rows("activities")] == ["Signed in", "Bulk"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="cruds 1.9.1 needs Python 3.11")
def test_cruds(program: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    # Its floor for certifi may be newer than what an index has; any will do here.
    folder = program("cruds==1.9.1", "certifi", "urllib3", "PyYAML", "jsonschema", alone=True)
    sandbox.set_dialect(patch="update")
    run(folder, CRUDS, sandbox, tmp_path)
    assert [row["action"] for row in sandbox.rows("activities")] == ["One", "Two", "Three"]


def test_pyplanhat(program: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    run(program("pyplanhat==0.2.1"), PYPLANHAT, sandbox, tmp_path)
