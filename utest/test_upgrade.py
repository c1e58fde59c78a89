"""Programs in the style of `robocorp-planhat`, run against the sandbox after the one-line change of the guide.

Version 1.0.0 of that package printed the same, but for two: writing more than a call takes at once raised after it
had written everything, and all companies were missing to it, as their rows came without external ids.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from RPA.Planhat.sandbox.process import SandboxProcess
from RPA.Planhat.sandbox.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parent.parent
OLD: Final = "from planhat import Planhat, "
NEW: Final = "from RPA.Planhat import Planhat, "

PROGRAMS: Final[dict[str, tuple[str, str]]] = {
    "lists companies and looks into them": (
        """
from planhat import Planhat, types

client = Planhat(api_key=KEY, tenant_uuid=TENANT)
companies = client.get_objects(object_type=types.Company, properties=["name", "externalId", "custom", "phase"])
first = companies.find_by_external_id("C-00001")
print(len(companies), first.name, first["name"], first.external_id)
print(first.get("phase") in PHASES, "Seats" in first.custom)
people = client.get_objects(types.Enduser, company_ids=first.id, properties="email")
print(all(person["email"].endswith("@alderlogistics.example") for person in people), len(people) > 4)
some = [each.id for each in companies[:3]]
of_some = client.get_objects(types.Enduser, company_ids=some, properties=["companyId"])
print(len(of_some.find_by_company_id(first.id)) == len(people))
lean = client.list_all_companies()
print(len(lean), isinstance(lean, types.PlanhatObjectList), sorted(lean[0]))
print(client.get_objects(types.Company, properties=["ALL"])[0].custom == first.custom)
print(companies[2:4].get_urlpath(), first.get_urlpath(types.PlanhatIdType.EXTERNAL_ID))
""",
        """
60 Alder Logistics Alder Logistics C-00001
True True
True True
True
60 True ['_id', 'externalId', 'name', 'sourceId']
True
/companies /companies/extid-C-00001
""",
    ),
    "looks records up in a cache": (
        """
from planhat import Planhat, types

client = Planhat(api_key=KEY, tenant_uuid=TENANT, use_caching=True)
licenses = client.get_objects(types.License)
one = client.get_object_by_id(types.License, licenses[0].id)
print(one.id == licenses[0].id, one.company_name == licenses[0].company_name, client.use_caching)
by_source = client.get_object_by_id(types.Company, "crm-100000", types.PlanhatIdType.SOURCE_ID)
by_prefix = client.get_object_by_id(types.Company, "extid-C-00001")
print(by_source.id == by_prefix.id, by_source.is_same_object(by_prefix))
client.use_caching = False
print(client.get_object_by_id(types.Company, by_source.id)["name"])
""",
        """
True True True
True True
Alder Logistics
""",
    ),
    "creates, updates and deletes": (
        """
from planhat import Planhat, types

client = Planhat(KEY, None, TENANT, use_caching=False)
company = types.Company({"name": "Acme", "externalId": "A-1"})
stored = client.create_object(company)
change = types.Company(id=stored.id)
change["phase"] = "onboarding"
print(client.update_object(change)["phase"], client.get_object_by_id(types.Company, stored.id).name)
note = types.Conversation({"companyId": stored.id, "type": "note", "subject": "Kick-off"})
print(client.create_object(note)["subject"])
enduser = types.Enduser({"email": "ada@acme.example", "externalId": "E-1"})
enduser.company_id = stored.id
print(client.create_object(enduser).company_id == stored.id)
answer = client.delete_planhat_object(types.Company(external_id="A-1"))
print(answer.status_code, answer.ok)
""",
        """
onboarding Acme
Kick-off
True
200 True
""",
    ),
    "writes more than a call takes, in slices": (
        """
from planhat import Planhat, types

client = Planhat(api_key=KEY, tenant_uuid=TENANT, use_caching=False)
rows = types.Company.from_list([{"name": f"Row {number}", "externalId": f"R-{number}"} for number in range(6000)])
created = 0
for start in range(0, len(rows), 5000):
    answer = client.update_objects(rows[start : start + 5000])
    created += answer["created"]
    print(answer["updated"], len(answer["insertsKeys"]), answer["createdErrors"])
print(created, len(client.list_all_companies()))
""",
        """
0 5000 []
0 1000 []
6000 6060
""",
    ),
    "writes more than a call takes, at once": (
        """
from planhat import Planhat, types

client = Planhat(api_key=KEY, tenant_uuid=TENANT, use_caching=False)
rows = types.Company.from_list([{"name": f"Row {number}", "externalId": f"R-{number}"} for number in range(6000)])
answer = client.update_objects(rows)
print(answer["created"], answer["updated"], len(answer["upsertedIds"]))
""",
        """
6000 0 6000
""",
    ),
    "finds what is missing": (
        """
from planhat import Planhat, types

client = Planhat(api_key=KEY, tenant_uuid=TENANT)
wanted = types.PlanhatObjectList()
wanted.append(types.Enduser(external_id="C-00001-0"))
wanted.append(types.Enduser(external_id="NEW-1"))
wanted.extend([types.Enduser(external_id="C-00002-1"), types.Enduser(external_id="NEW-2")])
missing = client.find_missing_objects(wanted)
print([each.external_id for each in missing], wanted.is_obj_in_list(missing[0]))
""",
        """
['NEW-1', 'NEW-2'] True
""",
    ),
    "finds missing companies by their external id": (
        """
from planhat import Planhat, types

client = Planhat(api_key=KEY, tenant_uuid=TENANT)
wanted = types.Company.from_list([{"externalId": "C-00001"}, {"externalId": "NEW-1"}])
print([each.external_id for each in client.find_missing_objects(wanted)])
""",
        """
['NEW-1']
""",
    ),
    "encodes dates and custom fields": (
        """
import datetime
import json

from planhat import Planhat, types

client = Planhat(api_key=KEY, tenant_uuid=TENANT, use_caching=False)
company = types.Company({"name": "Dated", "externalId": "D-1"})
company.custom = {"Go Live": datetime.date(2026, 3, 1), "Seats": 12}
company.custom["Contract Signed"] = datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.timezone.utc)
print(json.loads(company.encode()) == json.loads(json.dumps(company, cls=types.DateTimeEncoder, allow_nan=False)))
print(company.to_serializable_json()["custom"])
print(json.dumps({"took": datetime.timedelta(minutes=2)}, cls=types.DateTimeEncoder))
stored = client.create_object(company)
print(stored.custom["Go Live"], stored.custom["Seats"])
print(types.PlanhatObjectList([company]).to_serializable_json()[0]["custom"]["Contract Signed"])
""",
        """
True
{'Go Live': '2026-03-01', 'Seats': 12, 'Contract Signed': '2026-01-02T03:04:00+00:00'}
{"took": 120.0}
20513 12
2026-01-02T03:04:00+00:00
""",
    ),
    "handles errors": (
        """
from planhat import Planhat, types, PlanhatHTTPError, PlanhatNotFoundError
from requests import HTTPError

client = Planhat(api_key=KEY, tenant_uuid=TENANT, use_caching=False)
try:
    client.get_object_by_id(types.Company, "extid-NOBODY")
except PlanhatNotFoundError as error:
    print("missing", error.response.status_code, isinstance(error, HTTPError))
try:
    client.create_object(types.Enduser({"email": "nobody@nowhere.example"}))
except PlanhatHTTPError as error:
    print("refused", error.response.status_code)
try:
    client.get_objects(types.PlanhatObject)
except ValueError:
    print("no model")
try:
    types.PlanhatObjectList([types.Company(), types.Enduser()])
except TypeError:
    print("mixed")
try:
    types.Company().get_urlpath()
except ValueError:
    print("no id")
stranger = Planhat(api_key="wrong", tenant_uuid=TENANT, use_caching=False)
try:
    stranger.get_objects(types.Company)
except PlanhatHTTPError as error:
    print("stranger", error.response.status_code)
""",
        """
missing 404 True
refused 400
no model
mixed
no id
stranger 401
""",
    ),
    "sends activities": (
        """
from planhat import Planhat, types

client = Planhat(api_key=KEY, tenant_uuid=TENANT)
person = client.get_objects(types.Enduser, properties=["email"])[0]
activity = {"email": person["email"], "action": "Logged in"}
print(client.session.create_analytics(activity).status_code)
print(client.session.create_bulk_activities([activity, {**activity, "action": "Exported"}]).json())
""",
        """
200
{}
""",
    ),
    "uses the session": (
        """
from planhat import Planhat, types

client = Planhat(api_key=KEY, tenant_uuid=TENANT)
response = client.session.get("companies", params={"limit": 2, "select": "name"})
print(response.status_code, len(types.Company.from_response(response)), len(response.json()))
print(client.session.put("/companies", json=[{"name": "Sent", "externalId": "S-1"}]).json()["created"])
print(client.session.post("companies", data=types.Company({"name": "Posted"}).encode()).json()["name"])
print(client.session.delete("/companies/extid-S-1").ok)
""",
        """
200 2 2
1
Posted
True
""",
    ),
}
"""What a program says, and what it prints, by what it does."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    process = SandboxProcess(Settings(seed="demo"))
    process.start()
    yield process
    process.stop()


def constants(sandbox: SandboxProcess) -> str:
    """Returns what the programs take from their surroundings."""
    settings = sandbox.settings
    phases = ("onboarding", "adoption", "growth", "renewal", "at risk")
    return f"KEY, TENANT, PHASES = {settings.api_key!r}, {settings.tenant_uuid!r}, {phases!r}\n"


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_runs_after_the_one_line_change(name: str, sandbox: SandboxProcess, tmp_path: Path) -> None:
    sandbox.call("reset")
    text, printed = PROGRAMS[name]
    assert text.count(OLD) == 1
    program = tmp_path / "program.py"
    program.write_text(constants(sandbox) + text.replace(OLD, NEW), encoding="utf-8")
    hosts = {"PLANHAT_BASE_URL": sandbox.url, "PLANHAT_ANALYTICS_URL": sandbox.url}
    environment = {**os.environ, **hosts, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, program], env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (done.stdout.strip(), done.stderr) == (printed.strip(), "")
    assert done.returncode == 0
