"""A stray answer, one too many or one that came late, was taken for that to the next create or upsert.

Between two requests a connection with something left on it is not used again. What arrives after the request has left
looks like its answer: only what it says shows that it is not.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors
from utest.stub import TENANT, TOKEN, Stub, an_id, reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from utest.stub import Reply, Seen

CREATE = {"check_custom_fields": False}


@pytest.fixture
def planhat(stub: Stub) -> Iterator[Planhat]:
    limits: dict[str, Any] = {"calls_per_minute": 0, "calls_per_second": 0, "retries": 0, "settle": 0}
    with Planhat(TOKEN, base_url=stub.url, **limits) as made:
        yield made


@pytest.mark.parametrize(("key", "name"), [("externalId", "external_id"), ("sourceId", "source_id")])
def test_the_answer_to_a_create_may_be_no_other_record(stub: Stub, planhat: Planhat, key: str, name: str) -> None:
    stub.on("POST *", reply({"_id": an_id(1), "name": "Beta", key: "A-1"}))
    stub.on("GET *", reply(status=404))
    with pytest.raises(errors.PlanhatError) as caught:
        planhat.keywords["Create Company"](**{"name": "Beta", name: "B-1"}, **CREATE)
    assert "B-1" in str(caught.value)


@pytest.mark.parametrize(
    "case",
    [
        ("Company", {"name": "Beta"}, {"name": "Acme"}),
        ("Enduser", {"email": "b@x.example", "company_id": an_id(5)}, {"email": "a@x.example"}),
        ("Enduser", {"email": "b@x.example", "name": "Bo", "company_id": an_id(5)}, {"name": "Al"}),
        ("Task", {"action": "Call", "company_id": an_id(5)}, {"action": "Write"}),
    ],
)
def test_another_name_proves_nothing_and_is_told(
    stub: Stub,
    planhat: Planhat,
    caplog: pytest.LogCaptureFixture,
    case: tuple[str, dict[str, Any], dict[str, Any]],
) -> None:
    """Planhat may write names in its own way, so that the record is taken; its id is in the warning."""
    model, sent, answer = case
    stub.on("POST *", reply({"_id": an_id(1), **answer}))
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        assert planhat.keywords[f"Create {model}"](**sent, **CREATE)["_id"] == an_id(1)
    ((key, found),) = answer.items()
    (said,) = [each.getMessage() for each in caplog.records]
    assert f"has another name than was sent: its {key} is {found!r}, and not {sent[key]!r}." in said
    assert an_id(1) in said


def test_a_record_with_the_id_that_was_sent_may_have_any_name(
    stub: Stub, planhat: Planhat, caplog: pytest.LogCaptureFixture
) -> None:
    stub.on("POST *", reply({"_id": an_id(1), "name": "Acme", "externalId": "B-1"}))
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        assert planhat.keywords["Create Company"](name="Beta", external_id="B-1", **CREATE)["name"] == "Acme"
    assert caplog.records == []


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({"name": "Beta"}, {"_id": an_id(1), "name": "BETA "}),
        ({"name": "Beta & Sons"}, {"_id": an_id(1), "name": "Beta &amp; sons"}),
        ({"name": "<b>Beta</b>"}, {"_id": an_id(1), "name": "Beta"}),
        ({"name": "Beta of the long name"}, {"_id": an_id(1), "name": "Beta of the"}),
        ({"name": "Beta"}, {"_id": an_id(1)}),
        ({"name": "***"}, {"_id": an_id(1), "name": "-"}),
        ({"name": "Beta"}, {"_id": "made-up", "name": "whatever a test double says"}),
    ],
)
def test_the_record_in_other_words_is_taken_silently(
    stub: Stub, planhat: Planhat, caplog: pytest.LogCaptureFixture, sent: dict[str, Any], answer: dict[str, Any]
) -> None:
    stub.on("POST *", reply(answer))
    with caplog.at_level(logging.WARNING, "RPA.Planhat"):
        assert planhat.keywords["Create Company"](**sent, **CREATE)["_id"] == answer["_id"]
    assert caplog.records == []


def test_a_create_with_a_key_is_looked_up_after_the_answer_to_another(stub: Stub, planhat: Planhat) -> None:
    stub.on("GET /companies/extid-B-1", reply(status=404), reply({"_id": an_id(2), "name": "B", "externalId": "B-1"}))
    stub.on("POST /companies", reply({"_id": an_id(1), "name": "B", "externalId": "A-1"}))
    created = planhat.keywords["Create Company"](name="B", external_id="B-1", **CREATE)
    assert created["_id"] == an_id(2)


def test_an_update_of_other_ids_is_held_against_the_id_that_it_went_to(stub: Stub, planhat: Planhat) -> None:
    stub.on("PUT *", reply({"_id": an_id(1), "name": "Acme", "externalId": "A-1"}))
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="another record"):
        planhat.keywords["Update Company"](an_id(2), external_id="A-1", **CREATE)


def account_of(*keys: str, first: int = 70) -> dict[str, Any]:
    named = [{"_id": an_id(number), "externalId": key} for number, key in enumerate(keys, first)]
    return {"created": len(keys), "insertsKeys": named, "updated": 0, "nonupdates": 0, "createdErrors": []}


@pytest.mark.parametrize("rows", [1, 2])
def test_the_account_of_other_rows_settles_none_of_these(stub: Stub, planhat: Planhat, rows: int) -> None:
    """Counts that fit by chance made these rows 'created'. Now they are looked up or sent again, as keys allow."""
    keys = [f"B-{number}" for number in range(rows)]
    stray = account_of(*(f"A-{number}" for number in range(rows)))

    def answer(request: Seen) -> Reply:
        puts = [seen for seen in stub.seen if seen.method == "PUT"]
        own = [row["externalId"] for row in request.json]
        return reply(stray if len(puts) == 1 else account_of(*own, first=10 + len(puts)))

    stub.on("PUT /companies", answer)
    stub.on("GET *", reply({"_id": an_id(9), "name": "B", "externalId": keys[0]}))
    report = planhat.keywords["Upsert Companies"]([{"name": "B", "external_id": key} for key in keys])
    assert report.counts["failed"] == report.counts["unknown"] == 0
    assert {row["key"] for row in report.entries()} == {f"externalId={key}" for key in keys}
    assert an_id(70) not in str(list(report.entries()))
    assert report["created"] == len([seen for seen in stub.seen if seen.method == "PUT"]) - 1


def test_rows_without_keys_are_unknown_after_the_account_of_others(stub: Stub, planhat: Planhat) -> None:
    stub.on("PUT /endusers", reply({"created": 1, "insertsKeys": [{"_id": an_id(7), "email": "a@x.example"}]}))
    report = planhat.keywords["Upsert Endusers"](
        [{"email": "b@x.example", "company_id": an_id(5)}], fail_on_errors=False
    )
    assert report.counts["unknown"] == 1


def test_the_answer_to_a_deletion_may_be_no_other_record(stub: Stub, planhat: Planhat) -> None:
    """Planhat answers the deletion of a conversation with the record."""
    stub.on("DELETE *", reply({"_id": an_id(1), "type": "note"}))
    with pytest.raises(errors.PlanhatUnexpectedContentError, match="another record"):
        planhat.keywords["Delete Conversation"](an_id(2))
    planhat.keywords["Delete Conversation"](an_id(1))


def test_a_push_that_is_counted_otherwise_is_noted(stub: Stub, planhat: Planhat) -> None:
    stub.on(f"POST /dimensiondata/{TENANT}", reply({"processed": 5, "errors": []}))
    metrics = [{"dimension_id": "logins", "value": 1, "external_id": "A-1"}] * 2
    with Planhat(TOKEN, base_url=stub.url, analytics_url=stub.url, tenant_uuid=TENANT, calls_per_minute=0) as made:
        report = made.keywords["push_metrics"](metrics)
    assert "5 processed, where 2 were sent" in str(report.said)


def test_a_proxy_that_asks_for_a_password_is_not_planhat(stub: Stub, planhat: Planhat) -> None:
    """Each row of an import was `failed` for it, and the message named a required field as the usual reason."""
    stub.on("PUT *", reply(b"<html>Proxy</html>", 407))
    with pytest.raises(errors.PlanhatConnectionError, match=r"the proxy asks for another user name and password") as it:
        planhat.keywords["Upsert Companies"]([{"name": "A", "external_id": str(n)} for n in range(40)])
    assert "has processed nothing" in str(it.value)
    assert len(stub.writes) == 1
