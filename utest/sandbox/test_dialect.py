"""Each switch of the dialect, in each position."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from RPA.Planhat.sandbox.settings import Dialect
from utest.sandbox.bodies import smallest

UNKNOWN = "5f00000000000000000000aa"


@pytest.mark.parametrize(
    ("form", "text", "content_type"),
    [
        ("message", '{"message":"company not found"}', "application/json"),
        ("error", '{"error":"company not found"}', "application/json"),
        ("errors", '{"errors":["company not found"]}', "application/json"),
        ("text", "company not found", "text/html"),
        ("html", "<!DOCTYPE html><html><body><pre>company not found</pre></body></html>", "text/html"),
        ("empty", "", "text/html"),
    ],
)
def test_error_bodies(planhat: Any, sandbox: Any, form: str, text: str, content_type: str) -> None:
    sandbox.set_dialect(error_bodies=form, unauthorized_bodies=form)
    answer = planhat.get(f"/companies/{UNKNOWN}")
    assert (answer.status_code, answer.text) == (404, text)
    assert answer.headers["Content-Type"].startswith(content_type)
    refused = requests.get(f"{sandbox.url}/companies", timeout=5)
    assert (refused.status_code, "Unauthorized" in refused.text) == (401, form != "empty")


def test_unknown_routes(planhat: Any, sandbox: Any) -> None:
    assert planhat.get("/notes").status_code == 404
    assert requests.get(f"{sandbox.url}/notes", timeout=5).status_code == 401
    sandbox.set_dialect(unknown_routes="401")
    assert planhat.get("/notes").status_code == 401


def test_patch(planhat: Any, sandbox: Any) -> None:
    assert planhat.patch("/companies/extid-first", json={"city": "Oslo"}).status_code == 404
    sandbox.set_dialect(patch="update")
    assert planhat.patch("/companies/extid-first", json={"city": "Oslo"}).json()["city"] == "Oslo"


def test_created_status(planhat: Any, sandbox: Any) -> None:
    sandbox.set_dialect(created_status=201)
    assert planhat.post("/companies", json={"name": "N"}).status_code == 201


def test_item_errors(planhat: Any, sandbox: Any) -> None:
    sandbox.set_dialect(item_errors="object")
    envelope = planhat.upserted("companies", {"externalId": "new"}, status=400)
    assert envelope["createdErrors"] == [{"message": "Missing required: name", "externalId": "new"}]


def test_repeated_items(planhat: Any, sandbox: Any) -> None:
    sandbox.set_dialect(repeated_items="refuse")
    rows = [{"externalId": "x", "name": "A"}, {"externalId": "x", "name": "B"}]
    assert planhat.upserted("companies", *rows, status=206)["createdErrors"] == ["externalId duplicated"]


def test_unmatched_key(planhat: Any, sandbox: Any) -> None:
    row = {"sourceId": "unknown", "externalId": "first", "name": "First"}
    sandbox.set_dialect(unmatched_key="insert")
    assert planhat.upserted("companies", row, status=400)["createdErrors"] == ["externalId duplicated"]
    sandbox.set_dialect(unmatched_key="next")
    assert planhat.upserted("companies", row)["updated"] == 1


def test_validation_errors(planhat: Any, sandbox: Any) -> None:
    assert "validationErrors" not in planhat.upserted("companies")
    sandbox.set_dialect(validation_errors=True)
    envelope = planhat.upserted("companies", {"name": "N", "status": "unheard"}, status=400)
    assert (len(envelope["validationErrors"]), envelope["createdErrors"]) == (1, [])


def test_id_in_update(planhat: Any, sandbox: Any) -> None:
    own_id = planhat.get("/companies/extid-first").json()["_id"]
    assert planhat.put(f"/companies/{own_id}", json={"_id": own_id}).status_code == 200
    assert planhat.put(f"/companies/{own_id}", json={"_id": UNKNOWN}).status_code == 400
    sandbox.set_dialect(id_in_update="refuse")
    assert planhat.put(f"/companies/{own_id}", json={"_id": own_id}).status_code == 400


def test_read_only_and_unknown_fields(planhat: Any, sandbox: Any) -> None:
    sandbox.set_dialect(read_only_fields="refuse", unknown_fields="refuse")
    assert planhat.post("/companies", json={"name": "N", "mrr": 5}).status_code == 400
    assert planhat.post("/companies", json={"name": "N", "nme": 5}).status_code == 400
    sandbox.set_dialect(unknown_fields="keep")
    assert planhat.made("companies", name="N", nme=5)["nme"] == 5


def test_custom_update(planhat: Any, sandbox: Any) -> None:
    sandbox.set_dialect(custom_update="replace")
    planhat.put("/companies/extid-first", json={"custom": {"A": 1}})
    assert planhat.put("/companies/extid-first", json={"custom": {"B": 1}}).json()["custom"] == {"B": 1}


def test_null_values(planhat: Any, sandbox: Any) -> None:
    sandbox.set_dialect(null_values="drop")
    planhat.put("/companies/extid-first", json={"city": "Oslo"})
    assert "city" not in planhat.put("/companies/extid-first", json={"city": None}).json()


def test_email_case(planhat: Any, sandbox: Any) -> None:
    planhat.made("endusers", companyId="extid-first", email="Jo@x.example")
    sandbox.set_dialect(email_case="exact")
    assert planhat.upserted("endusers", {"companyId": "extid-first", "email": "jo@x.example"})["created"] == 1


def test_enduser_without_company(planhat: Any, sandbox: Any) -> None:
    assert planhat.post("/endusers", json={"email": "a@nowhere.example"}).status_code == 400
    sandbox.set_dialect(enduser_without_company="drop")
    answer = planhat.post("/endusers", json={"email": "a@nowhere.example"})
    assert (answer.status_code, answer.content) == (200, b"")
    envelope = planhat.upserted("endusers", {"email": "a@nowhere.example"})
    assert (envelope["created"], envelope["createdErrors"]) == (0, [])
    assert sandbox.rows("endusers") == []


def test_lists(planhat: Any, sandbox: Any) -> None:
    sandbox.set_dialect(page_cap=1)
    assert len(planhat.rows("companies", limit=100)) == 1
    sandbox.set_dialect(page_cap=0, limit_above_maximum="refuse", list_shape="envelope")
    assert planhat.get("/companies?limit=5001").status_code == 400
    assert len(planhat.get("/companies?limit=5000").json()["data"]) == 2


def test_owner_objects(planhat: Any, sandbox: Any) -> None:
    planhat.put("/companies/extid-first", json={"owner": UNKNOWN})
    sandbox.set_dialect(owner_objects=True)
    assert planhat.rows("companies", select="owner")[0]["owner"]["_id"] == UNKNOWN
    assert planhat.get("/companies/extid-first").json()["owner"] == UNKNOWN


@pytest.mark.parametrize(
    ("form", "text"),
    [("count", '{"n":1,"ok":1,"deletedCount":1}'), ("document", '{"_id"'), ("empty", ""), ("text", "OK")],
)
def test_delete_answers(planhat: Any, sandbox: Any, form: str, text: str) -> None:
    sandbox.set_dialect(delete_answers=form)
    answer = planhat.delete("/companies/extid-first")
    assert answer.status_code == 200
    assert answer.text.startswith(text)
    assert bool(answer.text) == bool(text)


def test_delete_unknown(planhat: Any, sandbox: Any) -> None:
    assert planhat.delete(f"/companies/{UNKNOWN}").status_code == 404
    sandbox.set_dialect(delete_unknown="count")
    assert planhat.delete(f"/companies/{UNKNOWN}").json()["deletedCount"] == 0


def test_analytics(planhat: Any, sandbox: Any) -> None:
    wrong = f"{sandbox.url}/analytics/00000000-0000-4000-8000-0000000000ff"
    assert requests.post(wrong, json={"email": "p@first.example"}, timeout=5).status_code == 200
    sandbox.set_dialect(analytics_bodies="empty", unknown_tenant="refuse")
    assert requests.post(wrong, json={}, timeout=5).status_code == 404
    assert planhat.track("analytics", {"email": "p@first.example"}).content == b""
    assert len(sandbox.rows("activities")) == 1


def test_duplicate_custom_fields(planhat: Any, sandbox: Any) -> None:
    field = {"name": "X", "parent": "company", "type": "text"}
    planhat.made("customfields", **field)
    refused = planhat.post("/customfields", json=field)
    assert (refused.status_code, refused.json()["message"]) == (400, "name,parent duplicated")
    other = planhat.made("customfields", **{**field, "name": "Y"})["_id"]
    refused = planhat.put(f"/customfields/{other}", json={"name": "X"})
    assert (refused.status_code, refused.json()["message"]) == (400, "name,parent duplicated")
    planhat.delete(f"/customfields/{other}")
    sandbox.set_dialect(duplicate_custom_fields="keep")
    planhat.made("customfields", **field)
    assert [row["name"] for row in sandbox.rows("customfields")] == ["X", "X"]


def test_cors(planhat: Any, sandbox: Any) -> None:
    assert "Access-Control-Allow-Origin" not in planhat.get("/companies").headers
    sandbox.set_dialect(cors="true")
    assert planhat.get("/companies").headers["Access-Control-Allow-Origin"] == "*"


def test_reset_brings_the_first_dialect_back(planhat: Any, sandbox: Any) -> None:
    sandbox.set_dialect(created_status=201)
    sandbox.reset()
    assert planhat.post("/companies", json={"name": "N"}).status_code == 200


def test_user_roles(planhat: Any, sandbox: Any) -> None:
    role = "5f0000000000000000000001"
    own_id = planhat.made("users", **smallest("users"), roles=[role])["_id"]
    sandbox.set_dialect(user_roles="swapped")
    assert planhat.get(f"/users/{own_id}").json()["roles"] == [role]
    (shown,) = planhat.put(f"/users/{own_id}", json={"nickName": "J"}).json()["roles"]
    assert (shown["_id"], shown["permissions"]) == (role, [])


def test_array_operations(planhat: Any, sandbox: Any) -> None:
    planhat.made("customfields", name="Regions", parent="company", type="multipicklist", listValues=["EU", "US"])
    planhat.put("/companies/extid-first", json={"tags": ["a", "b"], "custom": {"Regions": ["EU"]}})
    body: dict[str, Any]
    for body, field in (({"tags": {"add": ["c"]}}, "tags"), ({"custom": {"Regions": {"add": ["US"]}}}, "Regions")):
        refused = planhat.put("/companies/extid-first", json={"city": "Oslo", **body})
        assert (refused.status_code, f"{field} must be a list" in refused.text) == (400, True)
    assert "city" not in planhat.get("/companies/extid-first").json()
    sandbox.set_dialect(array_operations="invented")
    body = {"tags": {"add": ["c", "a"], "remove": ["b"]}, "custom": {"Regions": {"add": ["US"]}}}
    stored = planhat.put("/companies/extid-first", json=body).json()
    assert (stored["tags"], stored["custom"]["Regions"]) == (["a", "c"], ["EU", "US"])
    assert planhat.put("/companies/extid-first", json={"tags": {"replace": ["z"]}}).json()["tags"] == ["z"]
    for wrong in ({"push": ["x"]}, {"add": "x"}):
        assert planhat.put("/companies/extid-first", json={"tags": wrong}).status_code == 400


def test_wrong_switches() -> None:
    for switches in ({"nonsense": 1}, {"item_errors": "yes"}, {"page_cap": "x"}, {"cors": "perhaps"}):
        with pytest.raises(ValueError, match=r"\w"):
            Dialect().with_switches(**switches)


def test_every_switch_has_a_doc_and_is_tested_here() -> None:
    text = __import__("pathlib").Path(__file__).read_text("utf-8")
    elsewhere = {"rate_headers", "retry_after", "unknown_custom"}
    for name, _, _, doc in Dialect.table():
        assert doc.endswith("."), name
        assert f"{name}=" in text or name in elsewhere, name
