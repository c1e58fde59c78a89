"""Creating, updating, deleting and comparing records, and sending activities."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import errors
from RPA.Planhat.operations import paging, writing
from RPA.Planhat.operations.finding import find_missing
from RPA.Planhat.operations.reading import read_list, read_one
from RPA.Planhat.operations.usage.activities import track
from RPA.Planhat.types import (
    Company,
    Enduser,
    Invoice,
    Issue,
    Note,
    PlanhatObject,
    PlanhatObjectList,
    Sale,
    Ticket,
    model_at_path,
)
from utest.stub import TENANT, Seen, Stub, Table, an_id, decoded, reply
from utest.timing import timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from RPA.Planhat.session import PlanhatSession

ACME = {"_id": an_id(1), "name": "Acme", "phase": "live", "externalId": "A", "custom": {"ARR": 5, "Region": "EMEA"}}


@pytest.fixture
def acme(stub: Stub, session: PlanhatSession) -> Company:
    """A company as it was read; the server takes updates of it."""
    for path in (f"/companies/{an_id(1)}", "/companies/extid-A"):
        stub.on(f"GET {path}", reply(ACME))
        stub.on(f"PUT {path}", lambda request: reply({**ACME, **request.json}))
    return read_one(session, Company, an_id(1))


# ----------------------------------------------------------------------------------------------- create


def test_a_new_record_is_sent_once_and_returned_as_stored(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST /companies", lambda request: reply({"_id": an_id(1), "slug": "acme", **request.json}))
    made = writing.create(
        session, Company, {"name": "Acme", "external_id": "A", "custom.ARR": 5}, check_custom_fields=False
    )
    assert stub.last.json == {"name": "Acme", "externalId": "A", "custom": {"ARR": 5}}
    assert (type(made), made.id, made.slug, made.changes()) == (Company, an_id(1), "acme", {})
    assert stub.calls == ["GET /companies/extid-A", "POST /companies"]


def test_a_note_is_created_as_a_conversation(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST /conversations", lambda request: reply({"_id": "1", **request.json}))
    assert type(writing.create(session, Note, {"company_id": "c"})) is Note
    assert stub.last.json == {"type": "note", "companyId": "c"}


@pytest.mark.parametrize(
    ("model", "row", "words"),
    [
        (Company, {}, "A new company needs name."),
        (Sale, {"value": 1}, "A new sale needs company_id and currency."),
        (Company, {"name": "x", "pahse": "y"}, "no field 'pahse'. Did you mean phase"),
        (Company, {"name": "x", "csm_score": "high"}, "csm_score takes a whole number, not 'high'"),
    ],
)
def test_a_wrong_record_is_refused_before_anything_is_sent(
    stub: Stub, session: PlanhatSession, model: type[PlanhatObject], row: dict[str, Any], words: str
) -> None:
    with pytest.raises(errors.PlanhatValidationError) as caught:
        writing.create(session, model, row)
    assert words in str(caught.value)
    assert stub.seen == []


@pytest.mark.parametrize("status", [500, 504])
def test_one_create_makes_one_request_on_a_server_error(stub: Stub, session: PlanhatSession, status: int) -> None:
    stub.on("POST /companies", reply(b"", status))
    with pytest.raises(errors.PlanhatOutcomeUnknownError, match="It was not sent again"):
        writing.create(session, Company, {"name": "Acme"})
    assert stub.calls == ["POST /companies"]


@pytest.mark.parametrize(("status", "body"), [(200, b""), (204, b""), (201, {}), (200, {"ok": 1}), (200, [])])
def test_an_empty_answer_to_a_create_is_read_back_by_key(
    stub: Stub, session: PlanhatSession, status: int, body: Any
) -> None:
    stub.on("POST /companies", reply(body, status))
    stub.on("GET /companies/extid-A", lambda _: reply(ACME) if "POST /companies" in stub.calls else reply(b"", 404))
    assert writing.create(session, Company, {"name": "Acme", "external_id": "A"}) == ACME
    assert stub.calls == ["GET /companies/extid-A", "POST /companies", "GET /companies/extid-A"]


@pytest.mark.parametrize("row", [{"name": "Acme"}, {"name": "Acme", "external_id": "A"}], ids=["no key", "not there"])
def test_an_empty_answer_that_can_not_be_read_back_is_an_error(
    stub: Stub, session: PlanhatSession, row: dict[str, Any]
) -> None:
    stub.on("POST /companies", reply(b"", 200))
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="answered with success, but not with the company"):
        writing.create(session, Company, row)
    assert len(stub.writes) == 1


# ----------------------------------------------------------------------------------------------- update


def test_only_the_given_fields_are_sent(stub: Stub, session: PlanhatSession, acme: Company) -> None:
    changed = writing.update(session, Company, acme, {"phase": "renewal", "csm_score": None})
    assert stub.last.call == f"PUT /companies/{an_id(1)}"
    assert stub.last.json == {"phase": "renewal", "csmScore": None}
    assert (changed.phase, changed.name, changed.changes()) == ("renewal", "Acme", {})


def test_only_what_was_changed_is_sent(stub: Stub, session: PlanhatSession, acme: Company) -> None:
    acme.phase = "renewal"
    acme.custom["ARR"] = 6
    changed = writing.update_changes(session, acme)
    assert stub.last.json == {"phase": "renewal", "custom": {"ARR": 6}}
    assert changed.phase == "renewal"


def test_a_record_from_a_list_sends_only_what_was_changed(stub: Stub, session: PlanhatSession, acme: Company) -> None:
    stub.on("GET /companies", Table([ACME]))
    company = read_list(session, Company)[0]
    company.phase = "renewal"
    writing.update_changes(session, company)
    assert stub.last.json == {"phase": "renewal"}


def test_without_a_change_nothing_is_written(stub: Stub, session: PlanhatSession, acme: Company) -> None:
    assert writing.update_changes(session, acme) == ACME
    assert stub.writes == []


@pytest.mark.parametrize(
    ("record", "path"),
    [
        (Company(id="1", source_id="S", external_id="A", name="x"), "/companies/1"),
        (Company(source_id="S", external_id="A", name="x"), "/companies/srcid-S"),
        (Company(external_id="A", name="x"), "/companies/extid-A"),
        (Invoice(external_id="I", status="paid"), "/invoices/extid-I"),
    ],
)
def test_a_record_made_by_hand_is_addressed_by_its_strongest_id(
    stub: Stub, session: PlanhatSession, record: PlanhatObject, path: str
) -> None:
    stub.on("PUT *", reply({"_id": "1"}))
    writing.update_changes(session, record)
    assert stub.last.call == f"PUT {path}"
    assert "_id" not in stub.last.json
    assert stub.last.json.get("name", "x") == "x"


def test_a_key_is_not_sent_through_itself(stub: Stub, session: PlanhatSession, acme: Company) -> None:
    writing.update(session, Company, "extid-A", {"external_id": "A", "phase": "x"})
    assert stub.last.json == {"phase": "x"}
    writing.update(session, Company, an_id(1), {"external_id": "B"})
    assert stub.last.json == {"externalId": "B"}


@pytest.mark.parametrize("row", [{}, {"_id": "1"}, {"mrr": 5}])
def test_nothing_to_change_is_an_error(stub: Stub, session: PlanhatSession, row: dict[str, Any]) -> None:
    with pytest.raises(errors.PlanhatValidationError, match="Nothing to update: no field was given for this company"):
        writing.update(session, Company, "1", row)
    assert stub.seen == []


@pytest.mark.parametrize("status", [200, 204])
def test_an_empty_answer_to_an_update_is_read_back(
    stub: Stub, session: PlanhatSession, acme: Company, status: int
) -> None:
    stub.on(f"PUT /companies/{an_id(1)}", reply(b"", status))
    assert writing.update(session, Company, an_id(1), {"phase": "x"}) == ACME
    assert stub.calls[-2:] == [f"PUT /companies/{an_id(1)}", f"GET /companies/{an_id(1)}"]


# ----------------------------------------------------------------------------------------------- delete


@pytest.mark.parametrize("body", [b"", {"n": 1, "ok": 1, "deletedCount": 1}, b"gone", ACME])
def test_a_record_is_deleted_by_its_planhat_id(stub: Stub, session: PlanhatSession, body: Any) -> None:
    stub.on("DELETE /companies/1", reply(body))
    response = writing.delete(session, Company, "1")
    assert response is not None
    assert response.status_code == 200
    assert stub.calls == ["DELETE /companies/1"]


@pytest.mark.parametrize("reference", ["extid-A", Company(external_id="A")])
def test_other_ids_are_resolved_before_deleting(stub: Stub, session: PlanhatSession, reference: Any) -> None:
    stub.on("GET /companies/extid-A", reply(ACME))
    stub.on("DELETE *", reply(b""))
    writing.delete(session, Company, reference)
    assert stub.calls == ["GET /companies/extid-A", f"DELETE /companies/{an_id(1)}"]


HOSTILE = "x/../../users/U1"


@pytest.mark.parametrize(
    "resolved",
    [
        reply(ACME),
        reply({"_id": "../users/U1"}),
        reply({"_id": "/users/U1"}),
        reply({"_id": ".."}),
        reply({"_id": ""}),
        reply({"_id": None}),
        reply({"name": "no id"}),
        reply({"_id": {"_id": "../users/U1"}}),
        reply({"_id": ["../users/U1"]}),
        reply({"_id": 7}),
        reply({"_id": "%2e%2e/users/U1"}),
        reply([{"_id": "U1"}]),
        reply(b""),
        reply(b"", 404),
        reply(b"", 302, Location="/users/U1"),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "reference", [f"extid-{HOSTILE}", f"srcid-{HOSTILE}", HOSTILE, Company(external_id=HOSTILE), Company(id=HOSTILE)]
)
def test_deleting_a_company_with_a_hostile_id_never_reaches_another_route(
    stub: Stub, session: PlanhatSession, reference: Any, resolved: Any
) -> None:
    stub.on("GET *", resolved)
    stub.on("DELETE *", reply({"deletedCount": 1}))
    with suppress(errors.PlanhatError):
        writing.delete(session, Company, reference)
    assert stub.seen
    for seen in stub.seen:
        kind, _, segment = seen.path.removeprefix("/").partition("/")
        assert kind == "companies"
        assert segment
        assert "/" not in segment
        assert segment not in (".", "..")
        assert not decoded(seen).startswith("/users")


@pytest.mark.parametrize("answer", [reply(b"", 404), reply({"n": 0, "ok": 1, "deletedCount": 0})])
def test_deleting_what_is_not_there_is_an_error_unless_that_is_fine(
    stub: Stub, session: PlanhatSession, answer: Any
) -> None:
    stub.on("DELETE /companies/1", answer)
    with pytest.raises(errors.PlanhatNotFoundError):
        writing.delete(session, Company, "1")
    assert writing.delete(session, Company, "1", missing_ok=True) is None
    assert writing.delete(session, Company, "extid-gone", missing_ok=True) is None


# --------------------------------------------------------------------------------------------- comparing


def test_missing_companies_are_found_in_one_call(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /leancompanies", reply([{"_id": "1", "externalId": "A"}, {"_id": "2", "sourceId": "S"}, {"_id": "3"}]))
    wanted = PlanhatObjectList(
        [Company(id="1"), Company(external_id="A"), Company(source_id="S"), Company(id="9", external_id="A"),
         Company(id="8"), Company(external_id="None"), Company(external_id="S"), Company(name="no id")]
    )  # fmt: skip
    missing = find_missing(session, wanted)
    assert missing == wanted[4:]
    assert (missing.model, type(missing)) == (Company, PlanhatObjectList)
    assert len(stub.seen) == 1


def test_finding_missing_records_takes_one_listing_and_linear_time(
    stub: Stub, session: PlanhatSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "SLOW", float("inf"))  # a busy machine looks like a slow line
    stub.on("GET /sales", Table([{"_id": an_id(number), "externalId": f"S{number}"} for number in range(4000)]))
    wanted = PlanhatObjectList([Sale(external_id=f"S{number}") for number in range(2000, 6000)])
    with timed() as took:
        missing = find_missing(session, wanted)
    assert took.own < 3
    assert [each.external_id for each in missing] == [f"S{number}" for number in range(4000, 6000)]
    assert {seen.query["select"] for seen in stub.seen} == {"_id,externalId"}
    assert len(stub.seen) <= 4


def test_archived_endusers_count_as_there(stub: Stub, session: PlanhatSession) -> None:
    def endusers(request: Seen) -> Any:
        archived = request.query.get("archived") == "true"
        return Table([{"_id": "1"}, *([{"_id": "2", "archived": True}] if archived else [])])(request)

    stub.on("GET /endusers", endusers)
    wanted = PlanhatObjectList([Enduser(id="1"), Enduser(id="2"), Enduser(id="3")])
    assert [each.id for each in find_missing(session, wanted)] == ["3"]


@pytest.mark.parametrize(
    ("model", "row", "there"),
    [
        (Invoice, {"_id": "1", "extId": "I"}, Invoice(external_id="I")),
        (Issue, {"_id": "1", "sourceId": "S"}, Issue(source_id="S")),
        (Ticket, {"_id": "1", "externalId": "T"}, Ticket(source_id="T")),
    ],
)
def test_records_are_compared_by_the_ids_of_their_model(
    stub: Stub, session: PlanhatSession, model: type[PlanhatObject], row: dict[str, Any], there: PlanhatObject
) -> None:
    stub.on(f"GET /{model.API_NAME}", Table([row]))
    assert find_missing(session, PlanhatObjectList([there])) == []


def test_nothing_is_missing_from_an_empty_list(stub: Stub, session: PlanhatSession) -> None:
    for nothing in (PlanhatObjectList[Company](), PlanhatObjectList.of(Company)):
        assert find_missing(session, nothing) == []
    assert stub.seen == []


# -------------------------------------------------------------------------------------------- activities


def test_an_activity_is_sent_to_the_analytics_host(stub: Stub, session: PlanhatSession) -> None:
    stub.on(f"POST /analytics/{TENANT}", reply(b""))
    track(session, {"action": "Logged in", "email": "a@b.c", "weight": "2", "info": '{"a": 1}', "name": None})
    assert stub.last.json == {"action": "Logged in", "email": "a@b.c", "weight": 2, "info": {"a": 1}}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"email": "a@b.c"}, "An activity needs an action"),
        ({"action": "x"}, "give email or external_id"),
        ({"action": "x", "email": "a@b.c", "weight": "heavy"}, "weight takes a number, not 'heavy'"),
        ({"action": "x", "email": "a@b.c", "date": "soon"}, "date takes a date and time"),
    ],
)
def test_a_wrong_activity_is_refused_before_anything_is_sent(
    stub: Stub, session: PlanhatSession, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(errors.PlanhatValidationError, match=words):
        track(session, values)
    assert stub.seen == []


def test_unknown_models_are_written_as_given(stub: Stub, session: PlanhatSession) -> None:
    stub.on("POST /teams", lambda request: reply({"_id": "1", **request.json}))
    made: Any = writing.create(session, model_at_path("teams"), {"anything": {"a": 1}})
    assert made.anything.a == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda session: writing.create(session, Company, {"name": "x"}),
        lambda session: writing.update(session, Company, "1", {"name": "x"}),
        lambda session: writing.delete(session, Company, "1"),
    ],
    ids=["create", "update", "delete"],
)
def test_a_read_only_connection_writes_nothing(
    stub: Stub, connect: Callable[..., PlanhatSession], act: Callable[[PlanhatSession], Any]
) -> None:
    with pytest.raises(errors.PlanhatSafetyError):
        act(connect(read_only=True))
    assert stub.seen == []
