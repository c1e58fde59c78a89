"""A value means the same whichever way it comes in: about 60 odd values, for each kind of field, through all doors."""

from __future__ import annotations

import json
import math
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from RPA.Planhat import Planhat, PlanhatError, types
from RPA.Planhat.errors import PlanhatValidationError
from RPA.Planhat.operations.input.date_forms import in_utc
from RPA.Planhat.types import Kind
from utest.tables.conftest import define

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from RPA.Planhat.sandbox import Sandbox
    from RPA.Planhat.types import PlanhatObject

np: Any = import_module("numpy") if find_spec("numpy") else None
pd: Any = import_module("pandas") if find_spec("pandas") else None

OWNER = "5f0c0ffee5f0c0ffee5f0c0f"
REFUSED, NOTHING = "refused", "nothing"


class Colour(Enum):
    RED = "red"


class Secret:
    """As Robot Framework has it from 7.4 on."""

    def __init__(self, value: str) -> None:
        self.value = value


CET = timezone(timedelta(hours=1))

VALUES: dict[str, Callable[[], Any]] = {
    "empty text": lambda: "",
    "spaces": lambda: "  ",
    "None": lambda: None,
    "NaN": lambda: math.nan,
    "infinity": lambda: math.inf,
    "Decimal NaN": lambda: Decimal("NaN"),
    "pandas NA": lambda: pd.NA,
    "pandas NaT": lambda: pd.NaT,
    "numpy NaN": lambda: np.float64("nan"),
    "numpy NaT": lambda: np.datetime64("NaT"),
    "text": lambda: "Uppsala",
    "text in spaces": lambda: " Uppsala ",
    "text in two parts": lambda: "Socie\u0301te\u0301",
    "NUL": lambda: "Upp\0sala",
    "half a character": lambda: "Upp\ud83dsala",
    "invisible end": lambda: "Uppsala\u200b",
    "emoji": lambda: "👩\u200d💻",
    "word for true": lambda: "yes",
    "word for false": lambda: "OFF",
    "true": lambda: True,
    "numpy true": lambda: np.bool_(True),
    "zero": lambda: 0,
    "one": lambda: 1,
    "whole float": lambda: 4.0,
    "half": lambda: 0.5,
    "2**53+1": lambda: 2**53 + 1,
    "huge": lambda: 10**400,
    "number as text": lambda: "3",
    "decimals as text": lambda: "12.50",
    "German number": lambda: "1.234,50",
    "grouped": lambda: "1,234",
    "badly grouped": lambda: "12 34",
    "grouped zero": lambda: "0,125",
    "amount": lambda: "12.50 EUR",
    "Decimal": lambda: Decimal("12.5"),
    "whole Decimal": lambda: Decimal("4.00"),
    "big Decimal": lambda: Decimal(12345678901234567890),
    "numpy number": lambda: np.int64(5),
    "big numpy number": lambda: np.int64(9007199254740993),
    "day as text": lambda: "2026-03-01",
    "day": lambda: date(2026, 3, 1),
    "moment": lambda: datetime(2026, 3, 1, 10, tzinfo=CET),
    "timestamp": lambda: pd.Timestamp("2026-03-01T10:00:00Z"),
    "numpy moment": lambda: np.datetime64("2026-03-01T10:00:00", "ns"),
    "time as text": lambda: "2026-03-01T10:00:00.000+0000",
    "time with comma": lambda: "2026-03-01T10:00:00,123Z",
    "German day": lambda: "01.03.2026",
    "day as digits": lambda: "20260301",
    "day as number": lambda: 20260301,
    "milliseconds": lambda: 1772323200000,
    "no such day": lambda: "2026-02-30",
    "list": lambda: ["gold", "emea"],
    "tuple": lambda: ("gold", "emea"),
    "list as text": lambda: "gold, emea",
    "list as JSON": lambda: '["gold", "emea"]',
    "list as Python": lambda: "['gold', 'emea']",
    "list of numbers": lambda: [1, 2.0],
    "list with None": lambda: ["gold", None],
    "list in a list": lambda: [["gold"]],
    "generator": lambda: (each for each in ["gold"]),
    "dictionary": lambda: {"a": 1},
    "object": object,
    "bytes": lambda: b"gold",
    "Secret": lambda: Secret("gold"),
    "member of an enumeration": lambda: Colour.RED,
    "UUID": lambda: UUID(int=5),
    "record": lambda: types.Company({"_id": OWNER}),
    "id": lambda: OWNER,
    "id in spaces": lambda: f" {OWNER} ",
    "external id": lambda: "extid-A-1",
    "no id": lambda: "nora@acme.example",
    "e-mail": lambda: "Ada@Acme.example",
    "e-mail with a name": lambda: "Ada B <ada@acme.example>",
    "mailto": lambda: "mailto:ada@acme.example?subject=x",
    "quoted e-mail": lambda: "'ada@acme.example'",
    "two e-mails": lambda: "ada@acme.example, bo@acme.example",
    "web site": lambda: "https://www.acme.example/about",
    "two domains": lambda: "acme.example; bolt.example",
    "no domain": lambda: "n/a",
    "option in another case": lambda: "GOLD",
}

if np is None or pd is None:
    OF_OTHERS = ("numpy", "pandas", "timestamp")
    VALUES = {label: value for label, value in VALUES.items() if not any(each in label for each in OF_OTHERS)}

FIELDS: list[tuple[type[PlanhatObject], str]] = [
    (types.Company, "city"),
    (types.Company, "source_id"),
    (types.Company, "csm_score"),
    (types.Company, "tags"),
    (types.Company, "domains"),
    (types.Company, "owner"),
    (types.Company, "status"),
    (types.Company, "custom.Number"),
    (types.Company, "custom.Stars"),
    (types.Company, "custom.On"),
    (types.Company, "custom.When"),
    (types.Company, "custom.Day"),
    (types.Company, "custom.Text"),
    (types.Company, "custom.Tier"),
    (types.Company, "custom.Areas"),
    (types.Enduser, "email"),
    (types.Enduser, "other_emails"),
    (types.Enduser, "primary"),
    (types.License, "mrr"),
    (types.License, "to_date"),
    (types.Invoice, "due_date"),
]

KEYS = ("source_id", "email")
"""Fields of which a record with the same value cannot be made twice: nothing is stored with them."""

FROM_PLANHAT = {"status": "prospect"}
"""Values that Planhat gives to a new record without one."""

AS_IT_STANDS = "a cell loses the spaces around it and is composed (NFC); an argument is taken as it stands"
LEFT_ALONE = "an empty cell of a table leaves its field alone; `None` that a program gives clears it"
IS_EMPTY = "an empty text is an empty cell of a table, and a value everywhere else"

DOCUMENTED: dict[str, str] = {
    "None": LEFT_ALONE,
    "empty text": IS_EMPTY,
    "spaces": IS_EMPTY,
    "text in spaces": AS_IT_STANDS,
    "text in two parts": AS_IT_STANDS,
    "invisible end": AS_IT_STANDS,
    "id in spaces": AS_IT_STANDS,
}
"""Values whose meaning depends on the door, and why; the guide says so."""


@pytest.fixture
def library(remote_sandbox: Sandbox) -> Iterator[Planhat]:
    made = Planhat(remote_sandbox.api_key, base_url=remote_sandbox.url, calls_per_minute=0, calls_per_second=0)
    define(
        made.session, "company", Number="number", Stars="rating", On="checkbox", When="date", Day="day", Text="text",
        Tier="list:Gold,Silver", Areas="multipicklist:gold,emea",
    )  # fmt: skip
    yield made
    made.close()


@pytest.fixture
def dry(remote_sandbox: Sandbox) -> Iterator[Planhat]:
    url = remote_sandbox.url
    made = Planhat(remote_sandbox.api_key, base_url=url, dry_run=True, calls_per_minute=0, calls_per_second=0)
    yield made
    made.close()


def needed(model: type[PlanhatObject], company: str, name: str, key: str) -> dict[str, Any]:
    """Returns what a record needs beside the field that is tried."""
    own: dict[str, dict[str, Any]] = {
        "company": {"name": key},
        "enduser": {"companyId": company},
        "license": {"companyId": company, "_currency": "EUR", "value": 5},
        "invoice": {"cId": company, "currency": "EUR", "invoiceDate": 20000},
    }
    found = {**own[str(model.SINGULAR)], str(model.external_key()): key}
    return {each: value for each, value in found.items() if model.field(each) is not model.field(name)}


def value_in(record: Any, model: type[PlanhatObject], name: str) -> Any:
    """Returns what a record holds of the field that was tried, so that it can be compared."""
    known = model.field(name)
    custom = dict.get(record, "custom") or {}
    value = custom.get(name[len("custom.") :]) if known is None else dict.get(record, known.key)
    if known is not None and known.kind is Kind.DATE and isinstance(value, str) and value:
        value = in_utc(value)  # as Planhat stores it
    return NOTHING if value in (None, "", [], FROM_PLANHAT.get(name)) else json.loads(json.dumps(value))


def attempt(function: Callable[[], Any], model: type[PlanhatObject], name: str) -> Any:
    try:
        return value_in(function(), model, name)
    except PlanhatValidationError:
        return REFUSED
    except PlanhatError as problem:
        return f"sent and refused: {problem}"


def by_itself(library: Planhat, model: type[PlanhatObject], base: dict[str, Any], name: str, value: Any) -> Any:
    create = library.keywords[f"create {model.SINGULAR}".title()]
    named = {each: given for each, given in base.items() if each != name}
    return attempt(lambda: create(**{**named, name: value}), model, name)


def as_a_row(library: Planhat, model: type[PlanhatObject], base: dict[str, Any], name: str, value: Any) -> Any:
    create = library.keywords[f"create {model.SINGULAR}".title()]
    return attempt(lambda: create({**base, name: value}), model, name)


def of_a_record(library: Planhat, model: type[PlanhatObject], base: dict[str, Any], name: str, value: Any) -> Any:
    known = model.field(name)
    key, _, custom = name.partition(".")
    own = {known.key: value} if known else {key: {custom: value}}
    return attempt(lambda: library.create_object(model({**base, **own})), model, name)


def planned(library: Planhat, model: type[PlanhatObject], base: dict[str, Any], name: str, value: Any) -> Any:
    plan = library.import_objects(model, [{**base, name: value}], dry_run=True)
    (row,) = plan.rows()
    if row.action == "refused":
        return REFUSED
    new = {key: changed for key, (_, changed) in row.changes.items()}
    custom = {key.partition(".")[2]: value for key, value in new.items() if key.startswith("custom.")}
    return value_in({**new, "custom": custom}, model, name)


def in_bulk(
    write: Callable[..., Any], model: type[PlanhatObject], rows: dict[str, dict[str, Any]], name: str, sandbox: Sandbox
) -> dict[str, Any]:
    """Returns the outcome of each row of a bulk write, by the name of its value."""
    report = write(list(rows.values()), bad_rows="skip", fail_on_errors=False)
    key = str(model.external_key())
    stored = {each.get(key): each for each in sandbox.rows(str(model.API_NAME))}
    found: dict[str, Any] = {}
    results = report.rows() if hasattr(report, "rows") else report.results
    for result, (label, row) in zip(results, rows.items(), strict=True):
        known = stored.get(row[key])
        found[label] = value_in(known or {}, model, name)
        if result.outcome.value != "created":
            found[label] = (
                REFUSED
                if name in result.reason or "There is no user" in result.reason
                else f"sent and refused: {result.reason}"
            )
    return found


def disagreements(outcomes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Returns the values that mean different things through different doors, with what each makes of them."""
    return {
        label: {door: found[label] for door, found in outcomes.items()}
        for label in VALUES
        if len({json.dumps(found[label]) for found in outcomes.values()}) > 1 and label not in DOCUMENTED
    }


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=[name for _, name in FIELDS])
def test_all_doors_agree(
    library: Planhat, dry: Planhat, remote_sandbox: Sandbox, model: type[PlanhatObject], name: str
) -> None:
    company = library.create_object(types.Company(name="Home", external_id="A-1")).id
    outcomes: dict[str, dict[str, Any]] = {}
    doors = {"named field": (by_itself, dry), "row": (as_a_row, dry), "record": (of_a_record, dry)}
    doors |= {"plan of an import": (planned, dry)}
    if name not in KEYS:
        doors |= {"row, live": (as_a_row, library)}
    for place, (label, value) in enumerate(VALUES.items()):
        for door, (write, connection) in doors.items():
            base = needed(model, company, name, f"{door} {place}")
            outcomes.setdefault(door, {})[label] = write(connection, model, base, name, value())
    bulk = {
        "upsert": library.keywords[f"upsert {model.PLURAL}".title()],
        "import": library.keywords[f"import {model.PLURAL}".title()],
        "sync": library.keywords[f"sync {model.PLURAL}".title()],
    }
    for door, write in {} if name in KEYS else bulk.items():
        rows = {
            label: {**needed(model, company, name, f"{door} {place}"), name: value()}
            for place, (label, value) in enumerate(VALUES.items())
        }
        outcomes[door] = in_bulk(write, model, rows, name, remote_sandbox)
    assert not (found := disagreements(outcomes)), json.dumps(found, indent=1)
