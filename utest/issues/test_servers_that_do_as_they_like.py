"""Servers and proxies that ignore what is asked, leave ids out, or send an answer too many."""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import types
from RPA.Planhat.errors import PlanhatError
from RPA.Planhat.operations import exporting, snapshots
from RPA.Planhat.operations.filters import owner_key
from RPA.Planhat.operations.reading import Query, list_all_companies, read_list, read_one
from utest.stub import Seen, Stub, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat.session import PlanhatSession


HERS, HIS = an_id(900), an_id(901)
PARAMETERS: list[tuple[type[types.PlanhatObject], dict[str, Any], str, list[Any], int]] = [
    (
        types.Enduser,
        {"email": "Zoë@x.example"},
        "email",
        ["zoe\u0308@X.example", "zoë@x.example.org", None, "a@b.c"],
        1,
    ),
    (types.Enduser, {"eu_id": an_id(1)}, "_id", [an_id(1), an_id(2)], 1),
    (types.Enduser, {"archived": False}, "archived", [True, False, None], 2),
    (types.Ticket, {"status": "open"}, "status", ["open", "openly", "closed", "Open"], 1),
    (types.Ticket, {"email": ["a@b.c", "d@b.c"]}, "email", ["A@b.c", "d@b.c", "e@b.c"], 2),
    (types.Conversation, {"type": "call"}, "type", ["call", "note", ""], 1),
    (types.Task, {"enduser_ids": [HERS, HIS]}, "endusers", [[{"id": HERS, "name": "A"}], [{"id": an_id(5)}], []], 1),
    (types.Task, {"is_archived": True}, "isArchived", [True, False, None], 1),
    (types.Task, {"is_archived": False}, "isArchived", [True, False, None], 2),
    (types.Churn, {"downgrades": "only"}, "onlyDowngrade", [True, False, None], 1),
    (types.Churn, {"downgrades": "excluded"}, "onlyDowngrade", [True, False, None], 2),
    (types.Churn, {"from_date": "2026-02-01"}, "churnDate", ["2026-02-01T00:00:00.000Z", "2026-01-31", None], 1),
    (types.Churn, {"to_date": "2026-02-01"}, "churnDate", ["2026-02-01T23:59:59.999Z", "2026-02-02", None], 1),
    (types.DimensionData, {"dimension_id": "logins"}, "dimensionId", ["logins", "logins2", "Logins"], 1),
    (types.DimensionData, {"from_date": "2026-02-01", "to_date": "2026-02-02"}, "day", [20484, 20485, 20486, 20487], 2),
]
"""What a model can be filtered by, the key of records that shows it, their values, and how many of them fit."""


@pytest.mark.parametrize(
    "asked", [{}, {"limit": 1}, {"limit": 50}, {"sort": "-_id"}, {"sort": "-_id", "limit": 1}], ids=str
)
@pytest.mark.parametrize("case", PARAMETERS, ids=lambda case: f"{case[0].__name__}-{'-'.join(case[1])}")
def test_a_server_that_ignores_a_parameter_gets_no_other_record_through(
    stub: Stub,
    session: PlanhatSession,
    caplog: pytest.LogCaptureFixture,
    case: tuple[type[types.PlanhatObject], dict[str, Any], str, list[Any], int],
    asked: dict[str, Any],
) -> None:
    model, filters, key, values, fitting = case
    sort, limit = asked.get("sort", ""), asked.get("limit")
    rows = [{"_id": an_id(number), key: value} for number, value in enumerate(values[::-1], 10)]
    stub.on(f"GET /{model.API_NAME}", ignoring_filters(rows))
    with caplog.at_level(logging.WARNING):
        found = read_list(session, model, Query(filters=filters, **asked))
    right = [each for each in rows if values.index(each[key]) in _places(case)]
    assert len(right) == fitting
    expected = sorted((each["_id"] for each in right), reverse=sort == "-_id")[:limit]
    assert sorted(each.id for each in found) == sorted(expected)
    is_seen = "limit" not in asked and not isinstance(next(iter(filters.values())), list)
    assert caplog.text.count("it ignores this") == (2 if key == "day" else 1) or not is_seen


def _places(case: tuple[Any, ...]) -> list[int]:
    """Returns the places of the values that fit: the first ones, but of what may be missing."""
    wanted = next(iter(case[1].values()))
    if case[4] == 2 and wanted in (False, "excluded"):
        return [1, 2]
    return [1, 2] if case[2] == "day" else list(range(case[4]))


def ignoring_filters(rows: list[dict[str, Any]]) -> Callable[[Seen], Any]:
    """Returns what answers each list with the page that was asked for, whatever filter there is."""

    def answer(seen: Seen) -> Any:
        start, size = int(seen.query.get("offset", "0")), int(seen.query.get("limit", "100"))
        found = sorted(rows, key=lambda row: row["_id"], reverse=seen.query.get("sort") == "-_id")
        return reply(found[start : start + size])

    return answer


OWNED = [each for each in types.MODELS.values() if each.COMPANY_PARAMETER and types.Verb.LIST in each.VERBS]


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_nor_the_records_of_other_companies(
    stub: Stub, session: PlanhatSession, caplog: pytest.LogCaptureFixture, model: type[types.PlanhatObject]
) -> None:
    key = owner_key(model)
    if key == "companyIds":
        owners: list[Any] = [[{"id": HIS, "name": "B"}, {"id": HERS, "name": "A"}], [HERS], [HIS], []]
    elif key == "_id":
        owners = [HERS, HERS.replace("900", "902"), HIS, HIS.replace("901", "903")]
    else:
        owners = [HERS, {"_id": HERS, "name": "A"}, HIS, None]
    rows = [{"_id": an_id(number), key: owner, "type": "note"} for number, owner in enumerate(owners, 10)]
    stub.on(f"GET /{model.API_NAME}", ignoring_filters(rows))
    with caplog.at_level(logging.WARNING):
        for limit in (None, 2):
            found = read_list(session, model, Query(company_ids=[HERS], limit=limit))
            assert [each.id for each in found] == ([HERS] if key == "_id" else [an_id(10), an_id(11)])
        assert len(read_list(session, model, Query(company_ids=[HERS, HIS]))) == (2 if key == "_id" else 3)
    assert "company_ids" in caplog.text


def test_fields_that_no_record_shows_prove_nothing(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /endusers", ignoring_filters([{"_id": an_id(1)}, {"_id": an_id(2)}]))
    wanted = Query(company_ids=[HERS], filters={"email": "a@b.c"}, properties=["first_name"])
    assert len(read_list(session, types.Enduser, wanted)) == 2
    assert set(stub.seen[-1].query["select"].split(",")) == {"firstName", "email", "companyId"}


def test_a_record_that_lacks_the_field_is_left_out_only_beside_one_that_contradicts(
    stub: Stub, session: PlanhatSession
) -> None:
    rows: list[dict[str, Any]] = [{"_id": an_id(1), "day": 20485}, {"_id": an_id(2)}]
    rows.append({"_id": an_id(3), "day": "2026-02-02"})
    stub.on("GET /dimensiondata", ignoring_filters(rows))
    wanted = Query(filters={"from_date": "2026-02-01", "to_date": "2026-02-03"})
    assert len(read_list(session, types.DimensionData, wanted)) == 3
    rows.append({"_id": an_id(4), "day": "2026-03-02"})
    assert [each.id for each in read_list(session, types.DimensionData, wanted)] == [an_id(1), an_id(3)]


def test_companies_with_ids_of_a_test_double_prove_nothing(stub: Stub, session: PlanhatSession) -> None:
    stub.on("GET /endusers", ignoring_filters([{"_id": an_id(1), "companyId": "1234"}]))
    assert len(read_list(session, types.Enduser, Query(company_ids=[HERS]))) == 1


def test_the_short_list_of_companies_has_those_that_were_asked_for(stub: Stub, session: PlanhatSession) -> None:
    rows = [{"_id": an_id(number), "name": each, "externalId": each} for number, each in enumerate(("A", "AB"))]
    stub.on("GET /leancompanies", reply(rows))
    assert [each.name for each in list_all_companies(session, externalId="A")] == ["A"]
    assert len(list_all_companies(session, status="customer")) == 2


@pytest.mark.parametrize("seed", range(40))
def test_what_is_left_of_several_pages_is_complete_and_in_order(stub: Stub, session: PlanhatSession, seed: int) -> None:
    chance = random.Random(seed)
    rows = [
        {"_id": an_id(number), "companyId": chance.choice((HERS, HIS)), "email": chance.choice(("a@b.c", "b@b.c", ""))}
        for number in range(chance.choice((3, 40, 120)))
    ]
    whole, cap = ignoring_filters(rows), chance.choice((2, 7, 30, 1000))

    def capped(seen: Seen) -> Any:
        seen.query["limit"] = str(min(int(seen.query["limit"]), cap))
        return whole(seen)

    stub.on("GET /endusers", capped)
    limit = chance.choice((None, 1, 5, 50))
    filters: dict[str, Any] = chance.choice(({"email": "A@b.c"}, {"email": "a@b.c", "featured": None}, {}))
    sort = chance.choice(("", "-_id", "_id"))
    found = read_list(session, types.Enduser, Query(company_ids=[HERS], filters=filters, limit=limit, sort=sort))
    right = [each for each in rows if each["companyId"] == HERS and (not filters or each["email"] == "a@b.c")]
    expected = sorted((each["_id"] for each in right), reverse=sort == "-_id")[:limit]
    assert [each.id for each in found] == expected


def ignoring_offset(rows: list[dict[str, Any]], most: int) -> Callable[[Seen], Any]:
    return lambda seen: reply(rows[: min(int(seen.query.get("limit", "100")), most)])


@pytest.mark.parametrize("limit", [21, 25, 30, 39, 40])
def test_rows_up_to_a_limit_are_complete_or_an_error_where_offsets_are_ignored(
    stub: Stub, session: PlanhatSession, limit: int
) -> None:
    rows = [{"_id": an_id(number), "email": f"e{number}@x.example"} for number in range(50)]
    stub.on("GET /endusers", ignoring_offset(rows, 20))
    with pytest.raises(PlanhatError, match="the same page came again"):
        read_list(session, types.Enduser, Query(limit=limit))


def test_rows_without_an_id_are_exported_and_make_no_snapshot(
    stub: Stub, session: PlanhatSession, tmp_path: Path
) -> None:
    rows = [{"name": "a"}, {"name": "a"}, {"name": "b"}]
    stub.on("GET /companies", lambda seen: reply(rows[int(seen.query.get("offset", "0")) :]))
    done = exporting.export(session, types.Company, tmp_path / "rows.csv", Query(), columns="name")
    assert (done.rows, (tmp_path / "rows.csv").read_text("utf-8-sig").split()) == (3, ["name", "a", "a", "b"])
    with pytest.raises(PlanhatError, match="a company without an _id, so it cannot be in a snapshot"):
        snapshots.take_snapshot(session, types.Company, tmp_path / "rows.snapshot")


def test_a_cookie_that_repeats_the_token_is_not_kept(stub: Stub, session: PlanhatSession) -> None:
    key = session.credentials.api_key
    assert key is not None
    token = key.reveal()
    stub.on(f"GET /companies/{an_id(1)}", reply({"message": "no"}, 403, Set_Cookie=f"seen={token}"))
    with pytest.raises(PlanhatError) as caught:
        read_one(session, types.Company, an_id(1))
    response: Any = caught.value.response  # type: ignore[attr-defined]
    assert token not in str(vars(response))
    assert list(response.cookies) == []
