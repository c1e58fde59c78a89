"""A dry run says what the live run then does: for each model, each way of writing, and rows that Planhat refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import PlanhatError, types
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.dry_run import DryRun
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.types import MODELS, Kind, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.types import Field, PlanhatObject

WRITTEN = [model for model in MODELS.values() if model.VERBS - {Verb.LIST, Verb.GET}]
NOBODY = "5f0c0ffee5f0c0ffee5f0c0f"


@pytest.fixture
def live(remote_sandbox: Sandbox) -> Iterator[PlanhatSession]:
    made = PlanhatSession(remote_sandbox.api_key, base_url=remote_sandbox.url, calls_per_minute=0, calls_per_second=0)
    yield made
    made.close()


@pytest.fixture
def dry(remote_sandbox: Sandbox) -> Iterator[DryRun]:
    made = DryRun(remote_sandbox.api_key, base_url=remote_sandbox.url, calls_per_minute=0, calls_per_second=0)
    yield made
    made.close()


@pytest.fixture
def ids(live: PlanhatSession) -> dict[str, str]:
    """Records that others refer to, by the field."""
    company = writing.create(live, types.Company, {"name": "Home", "external_id": "HOME", "domains": "home.example"})
    deal = writing.create(
        live, types.Deal, {**row_of(types.Deal, {"company_id": company.id}, "D"), "company_id": company.id}
    )
    product = writing.create(live, types.Product, {"name": "Base", "external_id": "P"})
    return {"company_id": company.id, "deal_id": deal.id, "product_id": product.id}


def value_of(field: Field[Any], ids: dict[str, str], name: str) -> Any:
    """Returns a value that a field takes."""
    by_kind: dict[Kind, Any] = {
        Kind.NUMBER: 5, Kind.INTEGER: int(field.least or 5), Kind.BOOLEAN: True, Kind.DATE: "2026-03-01",
        Kind.DAY: 20513, Kind.TEXTS: ["x"], Kind.IDS: [ids.get("company_id", NOBODY)], Kind.OBJECT: {},
        Kind.OBJECTS: [],
    }  # fmt: skip
    if field.options:
        return field.options[0]
    if field.name in ids:
        return ids[field.name]
    if "email" in field.name:
        return f"{name.lower()}@home.example"
    return by_kind.get(field.kind, f"{field.name} {name}")


def row_of(model: type[PlanhatObject], ids: dict[str, str], name: str) -> dict[str, Any]:
    """Returns a row that Planhat takes for a new record: what it requires, a company, and a key."""
    wanted = {field.key: field for field in model.required()}
    for key in (*model.ONE_OF[:1], *model.NEVER_WITHOUT):
        wanted[key] = model.field(key)  # type: ignore[assignment]
    for field in (model.field("company_id"), model.field("name") or model.field("title")):
        if field is not None and not field.read_only:
            wanted[field.key] = field
    row = {key: value_of(field, ids, name) for key, field in wanted.items()}
    keys = [key for key in model.KEYS if key not in ("_id", "email")]
    more = {"currency": "EUR", "invoiceDate": 20513} if model is types.Invoice else {}
    return {**row, **more, **({keys[0]: name} if keys else {})}


def outcome(work: Callable[[], Any], row: dict[str, Any]) -> Any:
    """Returns what can be compared: an error and its first line, or the fields of the row as they are stored."""
    try:
        found = work()
    except PlanhatError as problem:
        return type(problem).__name__
    if isinstance(found, dict) and "created" not in found:
        return {key: dict.get(found, key) for key in row if not isinstance(row[key], str) or "-" not in row[key]}
    if hasattr(found, "results"):
        return [(each.outcome.value, bool(each.id), each.reason) for each in found.results]
    return found is not None and getattr(found, "status_code", 200)


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_one_record(live: PlanhatSession, dry: DryRun, ids: dict[str, str], model: type[PlanhatObject]) -> None:
    row = row_of(model, ids, "A")
    changed = {
        each.key: value_of(each, ids, "B") for each in model.writable() if each.kind is Kind.TEXT and not each.options
    }
    changed = dict([each for each in changed.items() if each[0] not in model.KEYS][:1])
    works: dict[str, Callable[[PlanhatSession], Any]] = {
        "create": lambda session: writing.create(session, model, row),
        "create without what is required": lambda session: writing.create(session, model, {}),
        "create again": lambda session: writing.create(session, model, row),
        "update nobody": lambda session: writing.update(session, model, NOBODY, changed),
        "delete nobody": lambda session: writing.delete(session, model, NOBODY),
    }
    for name, work in works.items():
        told = outcome(lambda work=work: work(dry), row)  # type: ignore[misc]
        assert told == outcome(lambda work=work: work(live), row), name  # type: ignore[misc]


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_rows(live: PlanhatSession, dry: DryRun, ids: dict[str, str], model: type[PlanhatObject]) -> None:
    some = [row_of(model, ids, name) for name in ("A", "B")]
    for rows in (some, some, [{**some[0], "pahse": 1}], [{"custom.No": 1, **some[0]}]):
        told = outcome(lambda rows=rows: upsert(dry, model, rows, fail_on_errors=False), {})  # type: ignore[misc]
        assert told == outcome(lambda rows=rows: upsert(live, model, rows, fail_on_errors=False), {}), rows  # type: ignore[misc]
