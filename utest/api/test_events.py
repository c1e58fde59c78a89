"""Holds what is read from the calls of automations, whose bodies their authors write."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from RPA.Planhat import Planhat, PlanhatValidationError

RECORD = {"_id": "65a001000000010000000001", "name": "Acme", "phase": "live"}
TEXT = json.dumps({"model": "company", "record": RECORD})


@pytest.fixture
def planhat() -> Planhat:
    return Planhat("no-call-is-made")


@pytest.mark.parametrize(
    "body",
    [
        {"event": "updated", "model": "company", "record": RECORD},
        {"model": "Companies", "records": [RECORD]},
        {"model": "company", "object": RECORD, "actor": {"name": "Nora"}},
        TEXT,
        TEXT.replace("record", "data").encode(),
        {"body": TEXT},
        SimpleNamespace(payload={"model": "company", "record": RECORD}),
    ],
)
def test_records_are_found_in_every_body(planhat: Planhat, body: Any) -> None:
    event = planhat.read_event(body)
    assert event.model == "company"
    assert [dict(each) for each in event.records] == [RECORD]
    assert event.records[0].phase == "live"
    assert not event.missing


def test_a_bare_record_needs_the_model(planhat: Planhat) -> None:
    assert planhat.read_event(RECORD, model="company").records[0].name == "Acme"
    with pytest.raises(PlanhatValidationError, match="names no model: give model=company"):
        planhat.read_event(RECORD)


def test_what_is_missing_is_named(planhat: Planhat) -> None:
    event = planhat.read_event({"model": "company", "record": {"name": "<<object.name>>", "phase": "live"}})
    assert event.missing == [
        "record 1: name is an unfilled code <<object.name>>",
        "record 1: _id, without which it cannot be read again",
    ]
    assert dict(event.records[0]) == {"phase": "live"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<html>", "not JSON"),
        ("[" * 100_000, "not JSON"),
        (7, "JSON text, a dictionary or a work item; not int"),
        ({"model": "company", "records": []}, "holds no company"),
        ({"model": "company", "records": [1]}, "Record 1 of the event is not a dictionary"),
        ({"model": "compny", "record": RECORD}, "Did you mean"),
    ],
)
def test_nonsense_is_refused_in_words(planhat: Planhat, body: Any, words: str) -> None:
    with pytest.raises(PlanhatValidationError, match=words):
        planhat.read_event(body)
