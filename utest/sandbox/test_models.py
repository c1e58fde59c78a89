"""Every model and every verb, as the registry and the facts have them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from RPA.Planhat.sandbox.model_rules import BY_PATH, CREATED, UPDATED, company_key, company_name_key, rules_of, stamps
from RPA.Planhat.types import MODELS, Kind, PlanhatIdType, Verb
from utest.sandbox.bodies import (
    CREATABLE,
    KEYED,
    UPSERTABLE,
    WITH_REQUIRED,
    change,
    full,
    keyed,
    smallest,
    strongest_key,
)

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ROUTES = {
    Verb.LIST: ("GET", "/{path}"), Verb.CREATE: ("POST", "/{path}"), Verb.UPSERT: ("PUT", "/{path}"),
    Verb.GET: ("GET", "/{path}/{id}"), Verb.UPDATE: ("PUT", "/{path}/{id}"), Verb.DELETE: ("DELETE", "/{path}/{id}"),
}  # fmt: skip


def test_registry_has_all_models() -> None:
    assert len(MODELS) == 27
    assert "conversations" in BY_PATH


def without(record: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in keys}


@pytest.mark.parametrize("path", CREATABLE)
def test_life_of_a_record(planhat: Any, path: str) -> None:
    made = planhat.made(path, **smallest(path))
    assert re.fullmatch("[0-9a-f]{24}", made["_id"])
    assert made["__v"] == 0
    for key in stamps(BY_PATH[path], CREATED + UPDATED):
        assert STAMP.fullmatch(made[key])
    read = planhat.get(f"/{path}/{made['_id']}").json()
    facts = rules_of(BY_PATH[path])
    different = {"roles", "shareable", *facts.on_create, *facts.on_write}
    assert {key: read[key] for key in made if key not in different} == without(made, different)
    assert made["_id"] in [row["_id"] for row in planhat.rows(path, sort="-_id")]
    gone = planhat.delete(f"/{path}/{made['_id']}")
    assert gone.status_code == 200
    expected = {"n": 1, "ok": 1, "deletedCount": 1}
    assert gone.json()["_id"] == made["_id"] if path == "conversations" else gone.json() == expected
    assert planhat.get(f"/{path}/{made['_id']}").status_code == 404
    assert planhat.delete(f"/{path}/{made['_id']}").status_code == 404


@pytest.mark.parametrize("path", CREATABLE)
def test_all_writable_fields_are_stored_as_planhat_writes_them(planhat: Any, path: str) -> None:
    sent = full(path)
    made = planhat.made(path, **sent)
    known = {field.key: field for field in BY_PATH[path].known_fields().values()}
    own = {company_key(BY_PATH[path]), "companyIds", "roles", "ownerId", "timeEntries"}
    for key in sent.keys() - own:
        if known[key].kind is Kind.DATE:
            assert STAMP.fullmatch(made[key]), key
        elif key == "lineItems":
            assert [{**each, "_id": None} for each in made[key]] == [{**each, "_id": None} for each in sent[key]]
        elif key not in ("mrr", "arr", "value", "length"):
            assert made[key] == sent[key], key
    if "date" in sent:
        clock = "00:00:00" if path == "timeentries" else "10:00:00"
        assert made["date"] == f"2026-03-01T{clock}.000Z"


@pytest.mark.parametrize("path", CREATABLE)
def test_a_record_has_no_field_that_its_model_does_not_have(planhat: Any, path: str) -> None:
    known = {field.key for field in BY_PATH[path].known_fields().values()} | {"__v", *rules_of(BY_PATH[path]).defaults}
    made = planhat.made(path, **full(path))
    changed = planhat.put(f"/{path}/{made['_id']}", json=change(path)).json()
    for record in (made, changed, planhat.get(f"/{path}/{made['_id']}").json(), *planhat.rows(path)):
        assert set(record) - known == set()


@pytest.mark.parametrize("path", CREATABLE)
def test_create_needs_what_is_required(planhat: Any, path: str) -> None:
    for field in BY_PATH[path].required():
        body = smallest(path)
        del body[field.key]
        answer = planhat.post(f"/{path}", json=body)
        assert answer.status_code == 400, field.key
        assert field.key.lower() in answer.json()["message"].lower()


@pytest.mark.parametrize("path", CREATABLE)
def test_update_changes_only_what_is_sent(planhat: Any, path: str) -> None:
    made = planhat.made(path, **smallest(path))
    sent = change(path)
    changed = planhat.put(f"/{path}/{made['_id']}", json=sent)
    assert changed.status_code == 200, changed.text
    made_by_server = {"updatedAt", "lastUpdated", "snippet", "emailMd5", "renewalDaysFromNow", "roles"}
    for key, old in made.items():
        if key not in made_by_server | set(sent) | set(rules_of(BY_PATH[path]).on_create):
            assert changed.json()[key] == old, key
    assert changed.json().items() >= sent.items()


@pytest.mark.parametrize("path", CREATABLE)
def test_null_clears(planhat: Any, path: str) -> None:
    made = planhat.made(path, **{**smallest(path), **change(path)})
    key = next(iter(change(path)))
    assert planhat.put(f"/{path}/{made['_id']}", json={key: None}).json()[key] is None


@pytest.mark.parametrize("path", CREATABLE)
def test_read_only_and_unknown_fields_are_ignored(planhat: Any, path: str) -> None:
    read_only = {field.key: None for field in BY_PATH[path].known_fields().values() if field.read_only}
    body = {**smallest(path), **dict.fromkeys(read_only, "mine"), "noSuchField": 1}
    body.pop("_id", None)
    made = planhat.made(path, **body)
    assert "noSuchField" not in made
    assert "mine" not in [made.get(key) for key in read_only]


@pytest.mark.parametrize("path", CREATABLE)
def test_id_in_the_body_of_a_create_is_refused(planhat: Any, path: str) -> None:
    assert planhat.post(f"/{path}", json={**smallest(path), "_id": "5f00000000000000000000aa"}).status_code == 400


@pytest.mark.parametrize("path", CREATABLE)
def test_ids_by_which_a_record_can_be_read_and_written(planhat: Any, path: str) -> None:
    model = BY_PATH[path]
    keys = {"sourceId": "s 1/ä?#", model.external_key(): "x/../../users/U1"}
    known = {field.key for field in model.writable()}
    made = planhat.made(path, **smallest(path), **{key: value for key, value in keys.items() if key in known})
    encoded = {
        PlanhatIdType.PLANHAT_ID: made["_id"],
        PlanhatIdType.SOURCE_ID: "srcid-s%201%2F%C3%A4%3F%23",
        PlanhatIdType.EXTERNAL_ID: "extid-x%2F..%2F..%2Fusers%2FU1",
    }
    for kind, text in encoded.items():
        read = planhat.get(f"/{path}/{text}")
        assert read.status_code == (200 if kind in model.READ_BY else 400), text
        written = planhat.put(f"/{path}/{text}", json={})
        assert written.status_code == (200 if kind in model.WRITE_BY else 400), text
        if read.status_code == 200:
            assert read.json()["_id"] == made["_id"]


@pytest.mark.parametrize("path", [path for path in BY_PATH if company_key(BY_PATH[path]) and path in CREATABLE])
def test_companies_are_named_and_can_be_meant_by_any_id(planhat: Any, path: str) -> None:
    key, name_key = company_key(BY_PATH[path]), company_name_key(BY_PATH[path])
    company = planhat.get("/companies/extid-second").json()["_id"]
    for number, reference in enumerate((company, "extid-second", "srcid-crm-2")):
        made = planhat.made(path, **{**smallest(path, number=number), key: reference})
        assert made[key] == company
        if name_key:
            assert made[name_key] == "Second"
    for wrong in ("extid-none", "nonsense", "5f00000000000000000000aa"):
        assert planhat.post(f"/{path}", json={**smallest(path), key: wrong}).status_code == 400
    planhat.put(f"/companies/{company}", json={"name": "Renamed"})
    if name_key:
        assert {row[name_key] for row in planhat.rows(path)} == {"Renamed"}


@pytest.mark.parametrize("path", list(BY_PATH))
@pytest.mark.parametrize("verb", list(Verb))
def test_missing_verbs_are_missing(planhat: Any, path: str, verb: Verb) -> None:
    method, route = ROUTES[verb]
    answer = planhat.request(method, route.format(path=path, id="5f00000000000000000000aa"), json={})
    if verb not in BY_PATH[path].VERBS:
        assert answer.status_code == 404
    elif verb in (Verb.GET, Verb.UPDATE, Verb.DELETE):
        assert answer.status_code == 404
        assert "not found" in answer.text


@pytest.mark.parametrize("path", CREATABLE)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_malformed_ids_are_refused(planhat: Any, path: str, method: str) -> None:
    assert planhat.request(method, f"/{path}/nonsense", json={}).status_code == 400


@pytest.mark.parametrize("path", KEYED)
def test_bulk_upsert_creates_then_updates_then_changes_nothing(planhat: Any, path: str) -> None:
    model = BY_PATH[path]
    rows = [keyed(path, number=number) for number in range(3)]
    first = planhat.upserted(path, *rows)
    assert (first["created"], first["updated"], first["nonupdates"]) == (3, 0, 0)
    assert [each["_id"] for each in first["insertsKeys"]] == first["upsertedIds"]
    assert [each[strongest_key(model)] for each in first["insertsKeys"]] == ["key-0", "key-1", "key-2"]
    again = planhat.upserted(path, *rows)
    assert (again["created"], again["updated"], again["nonupdates"], again["modified"]) == (0, 0, 3, [])
    rows[1].update(change(path))
    third = planhat.upserted(path, *rows)
    assert (third["created"], third["updated"], third["nonupdates"]) == (0, 1, 2)
    assert third["modified"] == [first["upsertedIds"][1]] == [each["_id"] for each in third["updatesKeys"]]


@pytest.mark.parametrize("path", UPSERTABLE)
def test_bulk_upsert_by_planhat_id(planhat: Any, path: str) -> None:
    own_id = planhat.upserted(path, keyed(path))["upsertedIds"][0]
    assert planhat.upserted(path, {**keyed(path), "_id": own_id})["nonupdates"] == 1
    unknown = planhat.upserted(path, {**keyed(path), "_id": "5f00000000000000000000aa"}, status=400)
    assert len(unknown["updatedErrors"]) == 1
    assert planhat.upserted(path, {**keyed(path), "_id": "short"}, status=400)["updatedErrors"] == ["invalid id"]


@pytest.mark.parametrize("path", WITH_REQUIRED)
def test_bulk_upsert_is_partial(planhat: Any, path: str) -> None:
    broken = {} if path != "tickets" else {"sourceId": "t", "email": "someone@x.example"}
    envelope = planhat.upserted(path, keyed(path), broken, status=206)
    assert envelope["created"] == 1
    assert len(envelope["createdErrors"]) == 1
    assert isinstance(envelope["createdErrors"][0], str)


@pytest.mark.parametrize("path", [path for path in BY_PATH if path not in ("workflows", "dimensiondata", "tickets")])
def test_defaults_of_new_records(planhat: Any, path: str) -> None:
    made = planhat.made(path, **smallest(path))
    for key, value in rules_of(BY_PATH[path]).defaults.items():
        if key not in ("roles", "stageHistory", "companyIds", "type"):
            assert made[key] == value, key
