"""Every date, number, switch and choice that a keyword takes refuses what is none, in words that name the argument.

Arguments are found by the type in the signature, fields by the registry: a keyword or a field that is added later takes
part by itself. What is refused never was sent.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import pytest

from RPA.Planhat import Planhat
from RPA.Planhat.errors import PlanhatBulkError, PlanhatValidationError
from RPA.Planhat.types import MODELS, Field, Kind, Parameter, PlanhatObject
from utest.stub import an_id

if TYPE_CHECKING:
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

DATES = ("31.12.2026", "31/12/2026", "soon", "2026-13-45", "2026-02-30", "2026-12-31T25:00", "2026-W01", b"x", True)
NUMBERS = ("abc", "1,5", "nan", "inf", "-inf", "150%", "1e999", float("inf"), b"x")
SWITCHES = ("maybe", "2", "nan", 2, -1, 0.5, b"x")
CHOICES = ("nonsense", 5, True, ["nonsense"], b"x")
TIMES = (*NUMBERS[:6], "soon", "-5", -5)

OF_KIND = {
    Kind.DATE: DATES, Kind.DAY: (*DATES[:6], b"x", 1.5), Kind.NUMBER: NUMBERS, Kind.INTEGER: (*NUMBERS, "1.5", 1.5),
    Kind.BOOLEAN: SWITCHES,
}  # fmt: skip
"""What a field of a kind cannot hold."""

OF_TYPE: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (datetime, DATES), (date, DATES), (timedelta, TIMES), (float, NUMBERS), (int, (*NUMBERS, "1.5", 1.5, -1)),
    (bool, SWITCHES),
)  # fmt: skip
"""What an argument of a type cannot be, by the first of its types."""

CLIENT = Planhat("tok-0815")
KEYWORDS = CLIENT.keywords


def _types(hint: Any) -> set[Any]:
    return set().union(*map(_types, get_args(hint))) if get_origin(hint) not in (None, Literal, list) else {hint}


def _wrong(hint: Any) -> tuple[Any, ...]:
    kinds = _types(hint)
    choices = [each for each in kinds if get_origin(each) is Literal]
    if choices and str not in kinds:
        return CHOICES
    found = next((values for kind, values in OF_TYPE if kind in kinds), ())
    return tuple(each for each in found if not (str in kinds and int not in kinds and found is NUMBERS))


def _is_field(keyword: Any, argument: str) -> bool:
    """Returns whether an argument is a field or a filter of a model: those are looked up in the registry instead."""
    model: Any = getattr(keyword, "planhat_model", None)
    return model in MODELS.values() and keyword.robot_name.split()[0] in FIELDS and bool(_field_of(model, argument))


def _field_of(model: type[PlanhatObject], argument: str) -> Field[Any] | Parameter | None:
    return model.field(argument) or next((each for each in model.PARAMETERS if each.argument == argument), None)


def _arguments(name: str) -> dict[str, tuple[Any, ...]]:
    hints = CLIENT.keywords_spec[name].argument_types
    found = {each: _wrong(hints.get(each)) for each in inspect.signature(KEYWORDS[name]).parameters}
    return {each: values for each, values in found.items() if values and not _is_field(KEYWORDS[name], each)}


FIELDS = ("Get", "Find", "Create", "Update")
"""Keywords that take fields as arguments or as filters."""

OF_ARGUMENTS = sorted(name for name in KEYWORDS if _arguments(name))
OF_FIELDS = sorted(
    name
    for name, keyword in KEYWORDS.items()
    if getattr(keyword, "planhat_model", None) in MODELS.values()
    and name.split()[0] in FIELDS
    and any(each.kind is each.VAR_KEYWORD for each in inspect.signature(keyword).parameters.values())
)
FILLED: dict[str, Any] = {
    "model": "companies", "rows": [{"externalId": "A", "name": "Acme"}], "metrics": [], "row": {}, "since": None,
    "records": [], "fields": [{"name": "Seats", "type": "number", "parent": "company"}], "expected": 0,
    "source_id": "T-1", "email": "ada@acme.example", "title": "Down", "company_id": an_id(1), "subject": "Call",
    "external_id": "A", "dimension_id": "logins", "objects": [], "method": "GET", "path": "rows.csv", "value": 1,
}  # fmt: skip
"""What is given for the other arguments that a keyword needs."""


@pytest.fixture
def planhat(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Planhat]:
    monkeypatch.chdir(tmp_path)
    hosts = {"base_url": sandbox.url, "analytics_url": sandbox.url, "tenant_uuid": sandbox.tenant_uuid}
    with Planhat(sandbox.api_key, retries=0, settle=0, calls_per_minute=0, **hosts) as made:  # type: ignore[arg-type]
        yield made


def _refused(planhat: Planhat, name: str, argument: str, value: Any, others: dict[str, Any]) -> str:
    """Returns what is wrong with how a keyword takes a value; nothing if it refuses it in words that name it."""
    try:
        found = planhat.run_keyword(name, [], {**others, argument: value})
    except (PlanhatValidationError, PlanhatBulkError) as problem:
        wanted = f"{argument} takes" if isinstance(problem, PlanhatBulkError) else argument
        return "" if wanted in str(problem) else f"refused by another name: {problem}"
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is the finding
        return f"{type(problem).__name__}: {problem}"
    return f"taken: {found!r}"[:200]


@pytest.mark.parametrize("name", OF_ARGUMENTS)
def test_an_argument(planhat: Planhat, sandbox: Sandbox, name: str) -> None:
    needed = [
        each.name
        for each in inspect.signature(KEYWORDS[name]).parameters.values()
        if each.default is each.empty and each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    ]
    others = {each: FILLED.get(each, an_id(1)) for each in needed}
    wrong = {
        f"{argument}={value!r}": said
        for argument, values in _arguments(name).items()
        for value in values
        if (said := _refused(planhat, name, argument, value, others))
    }
    assert wrong == {}
    assert not sandbox.requests(method="POST") + sandbox.requests(method="PUT") + sandbox.requests(method="DELETE")


@pytest.mark.parametrize("name", OF_FIELDS)
def test_a_field(planhat: Planhat, sandbox: Sandbox, name: str) -> None:
    keyword: Any = KEYWORDS[name]
    verb, model = keyword.robot_name.split()[0], keyword.planhat_model
    fields: list[Any] = [*model.known_fields().values()]
    if verb in ("Create", "Update"):
        fields = [each for each in fields if not each.read_only and each.key not in model.FIXED]
    names = dict.fromkeys(getattr(each, "argument", each.name) for each in (*fields, *model.PARAMETERS))
    others = {keyword.record: an_id(1)} if verb == "Update" else {}
    wrong = {
        f"{argument}={value!r}": said
        for argument in names
        for value in OF_KIND.get(_field_of(model, argument).kind, ())  # type: ignore[union-attr]
        if (said := _refused(planhat, name, argument, value, others))
    }
    assert wrong == {}
    assert not sandbox.requests(method="POST") + sandbox.requests(method="PUT")
