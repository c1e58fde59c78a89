"""A dry run says what the live run then does: each keyword that writes, each model, and rows that are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, PlanhatError, types
from RPA.Planhat.errors import PlanhatBulkError
from RPA.Planhat.keywords.docs import ANY
from RPA.Planhat.operations.merging import MergeReport
from RPA.Planhat.operations.rows.report import Report, TablePlan
from utest.doors.made_rows import NOBODY, change_of, home_of, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.types import PlanhatObject

    Call = tuple[list[Any], dict[str, Any]]
    Model = type[PlanhatObject]
    Scenario = Callable[["World", Model], Iterator[Call]]

LIBRARY = Planhat("no-token", base_url="http://127.0.0.1:9")
WRITES = {"write", "bulk", "delete", "raw"}
WRITING = sorted(name for name in LIBRARY.get_keyword_names() if WRITES & set(LIBRARY.get_keyword_tags(name)))
DONE = {"create": "created", "update": "updated", "archive": "archived", "delete": "deleted", "planned": "done"}
"""What a plan says, and the report of the live run."""

BOTH_WAYS = (ANY, types.Company, types.Enduser)
"""Models with which the option `dry_run=` is tried as well as the connection: it is one way for all models."""

PEOPLE = {"companyExternalId": "HOME", "email": "ada@home.example"}


class World:
    """A sandbox, a library that writes into it, and one that only says what it would write."""

    def __init__(self, sandbox: Sandbox) -> None:
        hosts = {"base_url": sandbox.url, "analytics_url": sandbox.url, "tenant_uuid": sandbox.tenant_uuid}
        quick: dict[str, Any] = {"calls_per_minute": 0, "calls_per_second": 0, **hosts}
        self.sandbox = sandbox
        self.live = Planhat(sandbox.api_key, **quick)
        self.dry = Planhat(sandbox.api_key, dry_run=True, **quick)
        self.ids = home_of(self.live.session)

    def row(self, model: Model, name: str) -> dict[str, Any]:
        """Returns a row for a new record."""
        return row_of(types.Company if model is ANY else model, self.ids, name)

    def make(self, model: Model, name: str) -> str:
        """Makes a record past the keyword that is tried, and returns its id."""
        model, row = (types.Company if model is ANY else model), self.row(model, name)
        if types.Verb.CREATE in model.VERBS:
            return str(self.live.run_keyword(f"Create {_one(model)}", [row]).id)
        self.live.run_keyword(f"Upsert {_many(model)}", [[row]])
        return str(next(each["_id"] for each in self.rows(model) if each.get(model.KEYS[1]) == row[model.KEYS[1]]))

    def rows(self, model: Model) -> list[dict[str, Any]]:
        """Returns what the sandbox has."""
        return list(self.sandbox.rows(str(model.API_NAME)))

    def last(self) -> int:
        """Returns the number of the latest request."""
        return int(self.sandbox.requests(last=1)[0]["number"])

    def writes_since(self, number: int) -> list[dict[str, Any]]:
        """Returns the later requests that are no reads."""
        found = self.sandbox.requests(last=self.last() - number) if self.last() > number else []
        return [each for each in found if each["method"] != "GET"]

    def close(self) -> None:
        self.live.close()
        self.dry.close()


@pytest.fixture
def world(remote_sandbox: Sandbox) -> Iterator[World]:
    made = World(remote_sandbox)
    yield made
    made.close()


def _one(model: Model) -> str:
    return LIBRARY_NAMES[model, "Create {one}"].removeprefix("Create ")


def _many(model: Model) -> str:
    return LIBRARY_NAMES[model, "Upsert {many}"].removeprefix("Upsert ")


LIBRARY_NAMES = {
    (spec.planhat_model, spec.maker.name): name
    for name, spec in LIBRARY.keywords_spec.items()
    if hasattr(spec, "maker")
}


def outcome(library: Planhat, name: str, call: Call) -> Any:
    """Returns what can be compared of what a keyword does: an error by its class, rows by their outcomes."""
    arguments, named = call
    try:
        found = library.run_keyword(name, list(arguments), dict(named))
    except PlanhatBulkError as problem:
        return comparable(problem.report, call)
    except PlanhatError as problem:
        return type(problem).__name__
    return comparable(found, call)


def comparable(found: Any, call: Call) -> Any:
    """Returns the part of an answer that a dry run can know."""
    if isinstance(found, Report):
        return _of_rows(found, call)
    if isinstance(found, MergeReport):
        return [(each.action, each.id, each.changes) for each in found.steps]
    if isinstance(found, types.PlanhatObject):
        row = next((each for each in call[0] if isinstance(each, dict)), {})
        return {key: dict.get(found, key) for key in row if not isinstance(row[key], str) or "-" not in row[key]}
    if isinstance(found, dict):
        answer = sorted(found.keys() & {"created", "updated", "deletedCount", "_id", "name"})
        return found.get("counts", answer)
    return found


def _of_rows(found: Report, call: Call) -> Any:
    """Returns the outcome of each row, and how many others there are; of a table that is refused, the bad rows."""
    lines = [(each.number, DONE.get(each.action, each.action), each.reason) for each in _lines(found)]
    refused = [line for line in lines if line[1] == "refused"]
    others = getattr(found, "others", None)
    counts = {DONE.get(key, key): count for key, count in others.counts.items() if count} if others else {}
    return refused if refused and call[1].get("bad_rows") != "skip" else lines, counts


def _lines(found: Report) -> list[Any]:
    if isinstance(found, TablePlan):
        return found.rows(limit=-1)
    return list(found.results) if hasattr(found, "results") else found.rows(limit=-1)  # type: ignore[attr-defined]


# What each kind of keyword is tried with: calls, one after the other, each dry and then live.


def creates(world: World, model: Model) -> Iterator[Call]:
    first = [] if model is not ANY else ["companies"]
    row = world.row(model, "A")
    yield [*first, row], {}
    yield [*first, {}], {}
    yield [*first, row], {}
    yield [*first, {**row, "pahse": 1}], {}


def updates(world: World, model: Model) -> Iterator[Call]:
    first = [] if model is not ANY else ["companies"]
    change = change_of(types.Company if model is ANY else model, "B")
    there = world.make(model, "U")
    for reference in (there, NOBODY, "no id at all"):
        yield [*first, reference, change], {}
    yield [*first, there, {"pahse": 1}], {}
    yield [*first, there, {}], {}


def deletes(world: World, model: Model) -> Iterator[Call]:
    first = [] if model is not ANY else ["companies"]
    there = world.make(model, "X")
    for reference in (NOBODY, there, there):
        yield [*first, reference], {}
    yield [*first, there], {"missing_ok": True}


def upserts(world: World, model: Model) -> Iterator[Call]:
    first = [] if model is not ANY else ["companies"]
    some = [world.row(model, name) for name in ("A", "B")]
    other = {**some[0], **change_of(types.Company if model is ANY else model, "C")}
    for rows in (some, some, [other], [{**some[0], "pahse": 1}], [{"custom.No": 1, **some[0]}], [some[0], other]):
        yield [*first, rows], {"fail_on_errors": False}


def imports(world: World, model: Model) -> Iterator[Call]:
    first = [] if model is not ANY else ["companies"]
    change = change_of(types.Company if model is ANY else model, "C")
    some = [world.row(model, name) for name in ("A", "B")]
    known_and_new = [{**some[0], **change}, world.row(model, "N")]
    yield [*first, some], {}
    yield [*first, some], {}
    yield [*first, [*some, some[0]]], {}
    yield [*first, [{**some[0], "custom.No": 1}]], {}
    yield [*first, [{**some[1], "custom.No": 1}, some[0]]], {"bad_rows": "skip"}
    for mode in ({"new": "skip"}, {"new": "refuse"}, {"known": "skip"}, {"known": "refuse"}, {"at_most": 0}):
        yield [*first, known_and_new], mode
        known_and_new = [known_and_new[0], world.row(model, f"N{len(mode)}{next(iter(mode.values()))}")]
    yield [*first, known_and_new], {"new": "skip", "known": "refuse", "bad_rows": "skip"}
    yield [*first, known_and_new], {"at_most": "100 %"}


def syncs(world: World, model: Model) -> Iterator[Call]:
    first = [] if model is not ANY else ["companies"]
    kept = [world.row(model, "A")]
    yield [*first, [*kept, world.row(model, "B")]], {}
    yield [*first, [{**world.row(model, "A"), "custom.No": 1}, world.row(model, "N")]], {"bad_rows": "skip"}
    yield [*first, [*kept, world.row(model, "M")]], {"new": "refuse"}
    yield [*first, [*kept, world.row(model, "M")]], {"known": "skip"}
    change = change_of(types.Company if model is ANY else model, "O")
    everybody: dict[str, Any] = {"at_most": "100 %"}
    yield [*first, kept], {"others": "report"}
    yield [*first, kept], {"others": change, "at_most": 0}
    yield [*first, kept], {"others": change, **everybody}
    yield [*first, []], {"others": change, **everybody}
    yield [*first, kept], {"others": {**change, "pahse": 1}, "where": "id is empty", **everybody}
    yield [*first, kept], {"others": change, "where": "id is empty", **everybody}
    yield [*first, kept], {"others": "archive", **everybody}
    yield [*first, kept], {"others": "delete", **everybody}


def deletes_many(world: World, _model: Model) -> Iterator[Call]:
    there = [world.make(types.Company, name) for name in ("X", "Y")]
    yield ["companies", [*there, NOBODY]], {"expected": 2}
    yield ["companies", [*there, NOBODY]], {"expected": 3}
    yield ["companies", there], {"expected": 2, "fail_on_errors": False}


def requests(world: World, _model: Model) -> Iterator[Call]:
    there = world.make(types.Company, "X")
    yield ["POST", "/companies", {"name": "Y"}], {}
    yield ["PUT", f"/companies/{there}", {"name": "Z"}], {}
    yield ["PUT", "/companies", [{"externalId": "E", "name": "Z"}]], {}
    yield ["DELETE", f"/companies/{there}"], {}
    yield ["DELETE", f"/companies/{there}"], {}


def custom_fields(_world: World, _model: Model) -> Iterator[Call]:
    seats = {"name": "Seats", "object": "company", "type": "number"}
    yield [[seats]], {}
    yield [[seats]], {}
    yield [[{**seats, "type": "text"}]], {}
    yield [[{**seats, "type": "text"}]], {"change_types": True}
    yield [[{"name": "Plan", "object": "company", "type": "text"}]], {"delete_extra": True}
    yield [[{"name": "Plan", "object": "planet", "type": "text"}]], {}


def merges(world: World, _model: Model) -> Iterator[Call]:
    kept, other = (world.make(types.Enduser, name) for name in ("K", "L"))
    world.live.run_keyword("Update Enduser", [other], {"phone": "+1 555 0100"})
    world.live.run_keyword("log_note", [world.ids["company_id"], "Hello"], {"endusers": [other]})
    yield [kept, [NOBODY]], {}
    yield [kept, [kept]], {}
    yield [kept, [other]], {}


def notes(world: World, _model: Model) -> Iterator[Call]:
    yield [world.ids["company_id"], "Hello"], {}
    yield [world.ids["company_id"], "Hello"], {"endusers": [NOBODY]}
    yield [world.ids["company_id"], "Hello"], {"user": NOBODY}
    yield [NOBODY, "Hello"], {}
    yield ["extid-HOME", "Hello"], {"pahse": 1}


def tickets(_world: World, _model: Model) -> Iterator[Call]:
    yield ["T-1", "ada@home.example"], {"title": "Help", "company_external_id": "HOME"}
    yield ["T-1", "ada@home.example"], {"title": "Help", "company_external_id": "HOME"}
    yield ["T-2", "no address"], {"title": "Help", "company_external_id": "HOME"}


def tasks(world: World, _model: Model) -> Iterator[Call]:
    yield [world.make(types.Task, "T")], {}
    yield [NOBODY], {}


def endusers(world: World, _model: Model) -> Iterator[Call]:
    yield [world.make(types.Enduser, "E")], {}
    yield [NOBODY], {}


def activity(_world: World, _model: Model) -> Iterator[Call]:
    yield ["login"], PEOPLE
    yield ["login"], {}


def activities(_world: World, _model: Model) -> Iterator[Call]:
    yield [[{"action": "login", **PEOPLE}, {"action": "logout", **PEOPLE}]], {}
    yield [[{"action": "login", **PEOPLE}, {**PEOPLE}]], {}
    yield [[{"action": "login", **PEOPLE}, {**PEOPLE}]], {"bad_rows": "skip"}


def metrics(_world: World, _model: Model) -> Iterator[Call]:
    row = {"dimensionId": "logins", "value": 3, "externalId": "HOME", "model": "Company"}
    yield [[row, {**row, "value": 4}]], {}
    yield [[row, {**row, "value": "many"}]], {}
    yield [[row, {**row, "value": "many"}]], {"bad_rows": "skip"}


def identify(_world: World, _model: Model) -> Iterator[Call]:
    yield ["U-1"], {"traits": {"email": "ada@home.example"}}


def track(_world: World, _model: Model) -> Iterator[Call]:
    yield ["U-1", "login"], {}


def automation(world: World, _model: Model) -> Iterator[Call]:
    yield [world.sandbox.add_automation()], {}


SCENARIOS: dict[str, Scenario] = {
    "Create {one}": creates,
    "Update {one}": updates,
    "Delete {one}": deletes,
    "Upsert {many}": upserts,
    "Import {many}": imports,
    "Sync {many}": syncs,
    "Delete Planhat Objects": deletes_many,
    "apply_custom_fields": custom_fields,
    "archive_enduser": endusers,
    "complete_task": tasks,
    "log_note": notes,
    "log_ticket": tickets,
    "merge_endusers": merges,
    "planhat_request": requests,
    "push_metrics": metrics,
    "send_segment_identify": identify,
    "send_segment_track": track,
    "track_activities": activities,
    "track_activity": activity,
    "trigger_planhat_automation": automation,
}
"""What the keywords are tried with, by their names or the names of their makers. None may be missing."""


def kind_and_model(name: str) -> tuple[str, Model]:
    spec = LIBRARY.keywords_spec[name]
    return (spec.maker.name, spec.planhat_model) if hasattr(spec, "maker") else (name, ANY)


@pytest.mark.parametrize("name", WRITING)
def test_each_keyword_that_writes(world: World, name: str) -> None:
    kind, model = kind_and_model(name)
    for call in SCENARIOS[kind](world, model):
        before = world.last()
        told = outcome(world.dry, name, call)
        if model in BOTH_WAYS and "dry_run" in str(LIBRARY.get_keyword_arguments(name)):
            assert outcome(world.live, name, (call[0], {**call[1], "dry_run": True})) == told, call
        assert not world.writes_since(before), call
        assert told == outcome(world.live, name, call), call


SINGLE: list[tuple[str, list[Any], dict[str, Any]]] = [
    ("Update Company", ["extid-A"], {"external_id": "B"}),
    ("Update Company", ["extid-A"], {"source_id": "S-B"}),
    ("Update Company", ["extid-A"], {"external_id": "A2", "name": "A2"}),
    ("Update Company", ["extid-B"], {"name": None}),
    ("Update Company", ["extid-B"], {"name": ""}),
    ("Update Company", ["extid-B"], {"owner": ""}),
    ("Update Company", ["extid-B"], {"name": "B"}),
    ("Create Company", [], {"name": "C", "owner": ""}),
    ("Create Company", [], {"name": "C", "external_id": "B"}),
    ("Create Enduser", [], {"email": "n@q.example"}),
    ("Create Enduser", [], {"email": "n@home.example"}),
    ("Create Enduser", [], {"email": "n@q.example", "company_id": "extid-NONE"}),
    ("Create Enduser", [], {"email": "n@q.example", "company_id": "srcid-NONE"}),
    ("Create Enduser", [], {"email": "n@q.example", "company_id": NOBODY}),
    ("Create Enduser", [], {"email": "n@q.example", "company_id": "extid-B"}),
    ("Create License", [], {"product": "P", "value": 1, "company_id": NOBODY}),
    ("Create Issue", [], {"title": "I", "company_ids": ["extid-B"]}),
    ("Update Enduser", ["extid-Z"], {"company_id": NOBODY}),
    ("Update Enduser", ["extid-Z"], {"external_id": "Y"}),
    ("Update Enduser", ["extid-Z"], {"email": "y@home.example"}),
    ("archive_enduser", ["extid-Z"], {}),
    ("Update Enduser", ["extid-Z"], {"phone": "1"}),
    ("Upsert Endusers", [[{"externalId": "Z", "companyId": "HOME", "phone": "2"}]], {"fail_on_errors": False}),
    ("Upsert Endusers", [[{"email": "m@q.example", "companyId": "extid-NONE"}]], {"fail_on_errors": False}),
    ("Upsert Endusers", [[{"email": "m@q.example"}]], {"fail_on_errors": False}),
    ("Upsert Companies", [[{"_id": "ID-OF-B", "externalId": "A2"}]], {"fail_on_errors": False}),
    ("Upsert Companies", [[{"_id": "ID-OF-B", "externalId": "B2"}]], {"fail_on_errors": False}),
    ("Upsert Companies", [[{"_id": NOBODY, "name": "N"}]], {"fail_on_errors": False}),
    ("Delete Enduser", ["extid-Z"], {}),
    ("Delete Enduser", ["extid-Z"], {"missing_ok": True}),
    ("Delete Company", ["srcid-NONE"], {}),
    ("Create Custom Field", [], {"name": "Se\u200bats", "type": "number", "parent": "company"}),
]
"""Keys that others have, companies that are not there, required ones that are empty, archived and unknown records."""


def test_keys_of_others_and_companies_that_are_not_there(world: World) -> None:
    live = world.live
    for name in "AB":
        live.run_keyword("Create Company", [], {"name": name, "external_id": name, "source_id": f"S-{name}"})
    for name in "YZ":
        row = {"email": f"{name}@home.example", "external_id": name, **world.ids}
        live.run_keyword("Create Enduser", [], {key: row[key] for key in ("email", "external_id", "company_id")})
    own_id = live.run_keyword("Get Company", ["extid-B"], {}).id
    real = {"HOME": world.ids["company_id"], "ID-OF-B": own_id}
    for name, given, named in SINGLE:
        rows = given and isinstance(given[0], list)
        call = [[{key: real.get(value, value) for key, value in row.items()} for row in given[0]]] if rows else given
        before = world.last()
        told = _stored(outcome(world.dry, name, (call, named)))
        assert not world.writes_since(before), call
        assert told == _stored(outcome(live, name, (call, named))), (name, call, named)


def _stored(found: Any) -> Any:
    """Returns an outcome without the words of a reason, which Planhat and a dry run say in their own way."""
    return [line[:2] for line in found[0]] if isinstance(found, tuple) else found


def test_a_company_that_would_be_there_may_have_endusers(world: World) -> None:
    new = {"name": "New", "external_id": "NEW", "domains": ["new.example"]}
    before = world.last()
    made = world.dry.run_keyword("Create Company", [], new)
    world.dry.run_keyword("Upsert Companies", [[{"externalId": "UP", "name": "Up"}]], {})
    for company in ({"company_id": "extid-NEW"}, {"company_id": made.id}, {"company_id": "extid-UP"}, {}):
        enduser = world.dry.run_keyword("Create Enduser", [], {"email": "a@new.example", **company})
        assert enduser.email == "a@new.example"
    assert not world.writes_since(before)


def test_all_others_write_nothing(world: World) -> None:
    """What has none of the tags of writing has no `dry_run` either, and the list above holds no unknown keyword."""
    kinds = {kind_and_model(name)[0] for name in WRITING}
    assert kinds == SCENARIOS.keys()
    others = [name for name in LIBRARY.get_keyword_names() if name not in WRITING]
    assert not [name for name in others if "dry_run" in str(LIBRARY.get_keyword_arguments(name))]
    assert world.dry.session.dry_run
