"""Odd but plausible rows of each model: a dry run says what the live run then does with each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import pytest

from RPA.Planhat import types
from RPA.Planhat.types import MODELS, Verb
from RPA.Planhat.types.tenant import parent_of
from utest.doors.made_rows import NOBODY, change_of
from utest.doors.test_dry_runs import World, outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.types import PlanhatObject

    Model = type[PlanhatObject]
    Row = dict[str, Any]

BULK = sorted((model for model in MODELS.values() if Verb.UPSERT in model.VERBS), key=lambda model: model.__name__)
DOORS = [(model, door) for model in BULK for door in ("Upsert", "Import")]
DOORS += [(model, "Sync") for model in (types.Company, types.Enduser, types.Issue, types.License)]
"""A sync is the plan of an import that is sent, so that few models tell all of it."""


@pytest.fixture
def world(remote_sandbox: Sandbox) -> Iterator[World]:
    made = World(remote_sandbox)
    made.live.run_keyword("Update Company", ["extid-HOME"], {"source_id": "S-HOME"})
    made.live.run_keyword("Create Company", [], {"name": "Other", "external_id": "OTHER"})
    yield made
    made.close()


def odd_rows(world: World, model: Model) -> Iterator[list[Row]]:
    """Yields tables, one after the other, each of which is written dry and then live."""
    known = world.row(model, "A")
    yield [known]
    yield from _with_odd_keys(world, model, known)
    yield from _of_companies(model, known)
    if model.field("custom"):
        values = ({"Tier": "gold"}, {"Tier": "Bronze"}, {"Seats": "5"}, {"Areas": "b,a"}, {"Nope": 1}, {"Tier": None})
        yield from ([{**known, "custom": each}] for each in values)
    if model.field("tags") and not issubclass(model, types.Conversation):
        yield from ([{**known, "tags": each}] for each in ("a,b", ["a", "b"], ["b"], []))
        yield [{**known, "tags.add": "c"}]
        yield [{**known, "tags.add": "c"}]


def _with_odd_keys(world: World, model: Model, known: Row) -> Iterator[list[Row]]:
    keys = [key for key in model.KEYS if key not in ("_id", "email")]
    address = {"email": "n@home.example"} if "email" in known else {}
    for key in keys[:1]:
        yield [{**known, key: f" {known[key]} ", **change_of(model, "B")}]
        yield [{**known, key: str(known[key]).lower(), **address}]
        yield [{**known, key: normalize("NFD", "Ä1"), **address}, {**known, key: "Ä1", **address}]
        yield [{**known, key: 1002.0, **address}, {**known, key: "1002", **address}]
        yield [{**known, **change_of(model, "C")}, {**known, **change_of(model, "D")}]
        (record,) = (each for each in world.rows(model) if each.get(key) == known[key])
        yield [{"_id": record["_id"].upper(), **change_of(model, "E")}]
        yield [{**known, "_id": NOBODY}]
        yield [{**known, "_id": record["_id"], **change_of(model, "F")}]
    for first, second in [keys[:2]] if len(keys) > 1 else []:
        without = {name: value for name, value in known.items() if name != first} | address
        yield [{**without, first: "N1", second: "N2"}, {**without, second: "N2"}]
        yield [{**without, first: "N3", second: "N4"}, {**without, first: "N5", second: "N4"}]
        yield [{**without, second: "N6"}]
        yield [{**without, first: "N7", second: "N6"}]


def _of_companies(model: Model, known: Row) -> Iterator[list[Row]]:
    owner = next((key for key in ("companyId", "cId") if key in known), "")
    for reference in ("extid-HOME", "srcid-S-HOME", "extid-NONE", "srcid-NONE", NOBODY) if owner else ():
        yield [{**known, owner: reference, **change_of(model, f"of {reference}")}]
        new = {key: f"N-{reference}" for key in model.KEYS[1:3] if key in known and key != "email"}
        address = {"email": f"{reference.lower()}@home.example"} if "email" in known else {}
        yield [{**known, owner: reference, **new, **address}]
    if owner and model is not types.Ticket:
        yield [{key: value for key, value in known.items() if key != owner}]


@pytest.mark.parametrize(
    ("model", "door"), DOORS, ids=lambda each: each if isinstance(each, str) else str(each.__name__)
)
def test_each_row_ends_as_the_dry_run_says(world: World, model: Model, door: str) -> None:
    fields = {"Tier": ("list", ["Gold", "Silver"]), "Areas": ("multipicklist", ["a", "b"]), "Seats": ("number", [])}
    for name, (kind, options) in fields.items() if model.field("custom") else ():
        parent = parent_of(model.__name__)
        row = {"name": name, "type": kind, "parent": parent, **({"list_values": options} if options else {})}
        world.live.run_keyword("Create Custom Field", [], row)
    keyword = next(name for name in world.live.get_keyword_names() if _is_of(world, name, door, model))
    named: dict[str, Any] = {"fail_on_errors": False, "bad_rows": "skip"}
    world.live.run_keyword(f"Upsert {keyword.partition(' ')[2]}", [[world.row(model, "A")]], {})
    for rows in odd_rows(world, model):
        before = world.last()
        told = outcomes_of(world, world.dry, keyword, rows, named)
        assert not world.writes_since(before), rows
        assert told == outcomes_of(world, world.live, keyword, rows, named), rows


def _is_of(world: World, name: str, door: str, model: Model) -> bool:
    spec = world.live.keywords_spec[name]
    return hasattr(spec, "maker") and spec.maker.name == f"{door} {{many}}" and spec.planhat_model is model


def outcomes_of(world: World, library: Any, keyword: str, rows: list[Row], named: dict[str, Any]) -> Any:
    """Returns the outcome of each row: what Planhat refuses and what is refused before count alike."""
    found = outcome(library, keyword, ([rows], named))
    ends = {"refused": "failed", "repeated": "unchanged"}
    return [ends.get(end, end) for _, end, _ in found[0]] if isinstance(found, tuple) else found
