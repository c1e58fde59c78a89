"""Files that are kept between runs were trusted key by key: one that somebody had edited, cut or mistaken for another.

A snapshot without `taken` or with a torn record, and a manifest with another value, ended in a raw Python error; a
bookmark with another number of bytes cut the export in two, without a message; a journal whose answer was missing made
rows be sent again; a snapshot or rate limit file of the same name in another program's database was written into it.
"""

from __future__ import annotations

import copy
import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors, types
from RPA.Planhat.operations.rows.report import BulkReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from RPA.Planhat.sandbox import Sandbox

GONE: Any = object()
WRONG: dict[str, Any] = {
    "None": None, "number": 7, "text": "x", "list": [1], "dict": {"a": 1}, "true": True, "missing": GONE,
}  # fmt: skip
ROWS = [{"external_id": f"F-{number}", "name": f"Frozen {number}"} for number in range(7)]
KEYLESS = [{"name": f"Frozen {number}"} for number in range(3)]
OTHER_KINDS = [b"", b"a,b\n1,2\n", b"[]", b"null", b"[" * 100_000, b"\x89PNG\r\n\xff\xfe"]


@pytest.fixture
def planhat(sandbox: Sandbox) -> Planhat:
    url, tenant = sandbox.url, sandbox.tenant_uuid
    client = Planhat(
        sandbox.api_key, tenant_uuid=tenant, base_url=url, analytics_url=url, calls_per_minute=0, retries=0
    )
    client.import_objects(types.Company, ROWS)
    return client


def variants(value: Any) -> Iterator[tuple[str, Any]]:
    """Yields copies in which the value of one key, at any depth, is another or missing."""
    places = list(places_in(value))
    for place in places:
        for name, wrong in WRONG.items():
            changed = copy.deepcopy(value)
            node = changed
            for key in place[:-1]:
                node = node[key]
            if wrong is GONE:
                del node[place[-1]]
            else:
                node[place[-1]] = wrong
            yield f"{'.'.join(map(str, place))} {name}", changed


def places_in(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, each in inner:
        yield (*place, key)
        yield from places_in(each, (*place, key))


def tenths(content: bytes) -> Iterator[bytes]:
    return (content[: len(content) * tenth // 10] for tenth in range(10))


def right_or_refused(call: Callable[[], Any], file: str, is_right: Callable[[Any], bool], what: str) -> None:
    """Calls something that ends in the right result, or in an error of ours that names the file."""
    try:
        found = call()
    except errors.PlanhatBulkError:
        return  # rows that are unknown
    except errors.PlanhatError as problem:
        assert file in str(problem), (what, problem)  # noqa: PT017 - one of two ends
    else:
        assert is_right(found), what


# ---------------------------------------------------------------------------------------------- journals


@pytest.mark.parametrize("summed", [True, False])
def test_the_journal_of_an_upsert(sandbox: Sandbox, planhat: Planhat, tmp_path: Path, summed: bool) -> None:
    journal = tmp_path / "upsert.journal"

    def run() -> Any:
        return planhat.keywords["Upsert Companies"](KEYLESS, journal=str(journal))

    run()
    facts = facts_of(journal, summed=summed)
    count = len(sandbox.rows("companies"))
    for place, fact in enumerate(facts):
        for name, changed in variants(fact):
            write_facts(journal, [*facts[:place], changed, *facts[place + 1 :]])
            what = f"{fact['fact']}.{name}"
            right_or_refused(run, "upsert.journal", lambda _: len(sandbox.rows("companies")) == count, what)
            assert len(sandbox.rows("companies")) == count, what


@pytest.mark.parametrize("summed", [True, False])
def test_the_journal_of_a_push(sandbox: Sandbox, planhat: Planhat, tmp_path: Path, summed: bool) -> None:
    journal = tmp_path / "push.journal"
    rows = [{"external_id": "F-1", "value": 7, "date": "2026-03-02"}]

    def run() -> Any:
        return planhat.push_metrics(rows, dimension_id="seats", journal=str(journal))

    run()
    facts = facts_of(journal, summed=summed)
    sent = len(sandbox.requests(method="POST"))
    for place, fact in enumerate(facts):
        for name, changed in variants(fact):
            write_facts(journal, [*facts[:place], changed, *facts[place + 1 :]])
            what = f"{fact['fact']}.{name}"
            right_or_refused(run, "push.journal", lambda _: len(sandbox.requests(method="POST")) == sent, what)


def facts_of(journal: Path, *, summed: bool) -> list[dict[str, Any]]:
    """Returns the facts of a journal, as version 1.0.0 wrote them, too: without checksums."""
    facts = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    return facts if summed else [{key: value for key, value in fact.items() if key != "sum"} for fact in facts]


def write_facts(journal: Path, facts: list[dict[str, Any]]) -> None:
    journal.write_text("".join(json.dumps(fact, separators=(",", ":")) + "\n" for fact in facts), "utf-8")


def test_a_line_that_does_not_fit_is_named(planhat: Planhat, tmp_path: Path) -> None:
    journal = tmp_path / "upsert.journal"
    planhat.keywords["Upsert Companies"](KEYLESS, journal=str(journal))
    facts = facts_of(journal, summed=False)
    del facts[2]["answer"]
    write_facts(journal, facts)
    with pytest.raises(
        errors.PlanhatValidationError, match=r"upsert\.journal is damaged: line 3 does not fit the rows"
    ):
        planhat.keywords["Upsert Companies"](KEYLESS, journal=str(journal))


# --------------------------------------------------------------------------------------------- snapshots


def changed_in(file: Path, statement: str, *values: Any) -> None:
    database = sqlite3.connect(file)
    database.execute(statement, values)
    database.commit()
    database.close()


CELLS = [None, 7, "x", "[1]", '{"a": 1}', "null", '"x"', '{"_id": "x"}', "[" * 100_000, b"\xff"]


def test_a_snapshot(planhat: Planhat, tmp_path: Path) -> None:
    file = tmp_path / "companies.db"
    planhat.take_snapshot(types.Company, file)
    whole = file.read_bytes()

    def run() -> Any:
        return planhat.get_changes(types.Company, file)

    for name in ("v", "model", "host", "tenant", "taken", "keys"):
        for cell in CELLS:
            file.write_bytes(whole)
            changed_in(file, "UPDATE facts SET value = ? WHERE name = ?", cell, name)
            right_or_refused(run, "companies.db", lambda found: not found, f"{name} {cell!r:.20}")
    for cell in CELLS:
        file.write_bytes(whole)
        changed_in(file, "UPDATE confirmed SET record = ? WHERE id = (SELECT min(id) FROM confirmed)", cell)
        with pytest.raises(
            errors.PlanhatValidationError, match=r"companies\.db is damaged: the record '\w+' cannot be"
        ):
            run()
    for content in (*tenths(whole), *OTHER_KINDS):
        for call in (run, lambda: planhat.confirm_changes(file)):
            file.write_bytes(content)
            right_or_refused(call, "companies.db", lambda found: not found, repr(content[:20]))


def test_the_database_of_another_program_is_left_alone(planhat: Planhat, sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "orders.db"
    changed_in(file, "CREATE TABLE orders (number)")
    before = file.read_bytes()
    with pytest.raises(errors.PlanhatValidationError, match=r"orders\.db is not a snapshot: it is a database of"):
        planhat.take_snapshot(types.Company, file)
    with pytest.raises(errors.PlanhatValidationError, match=r"orders\.db is a database of something else"):
        Planhat(sandbox.api_key, base_url=sandbox.url, rate_limit_file=str(file)).keywords["Get Companies"]()
    assert file.read_bytes() == before


# ------------------------------------------------------------------------------------- exports and others


def test_the_bookmark_of_an_export(
    sandbox: Sandbox, planhat: Planhat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(types.Company, "PAGE", types.Page(2, 2))
    file = tmp_path / "companies.csv"
    bookmark, part = tmp_path / "companies.csv.bookmark", tmp_path / "companies.csv.part"

    def run() -> Any:
        return planhat.export_objects(types.Company, file, columns="external_id")

    run()
    right = file.read_bytes()
    sandbox.inject_fault("status", route="/companies", verb="GET", calls=[4], status=500)
    with pytest.raises(errors.PlanhatError):
        run()
    sandbox.clear_faults()
    whole, half = bookmark.read_bytes(), part.read_bytes()
    changed = [json.dumps(each).encode() for _, each in variants(json.loads(whole))]
    for content, rest in (
        *((each, half) for each in (*changed, *tenths(whole), *OTHER_KINDS)),
        *((whole, each) for each in tenths(half)),
    ):
        bookmark.write_bytes(content)
        part.write_bytes(rest)
        run()
        assert file.read_bytes() == right, content[:300]


def test_the_manifest_of_a_tenant(planhat: Planhat, tmp_path: Path) -> None:
    planhat.export_tenant(tmp_path, models="companies,users")
    manifest, companies = tmp_path / "manifest.json", tmp_path / "companies.jsonl"
    whole, rows = manifest.read_bytes(), companies.read_bytes()
    interrupted = {**json.loads(whole), "complete": False}

    def run() -> Any:
        return planhat.export_tenant(tmp_path, models="companies,users")

    def is_right(content: Any) -> bool:
        known = content["models"]
        return (
            set(known) == {"companies", "users"} and known["companies"]["rows"] == 7 and companies.read_bytes() == rows
        )

    for what, each in variants(interrupted):
        manifest.write_text(json.dumps(each), "utf-8")
        right_or_refused(run, tmp_path.name, is_right, what)
    for content in (*tenths(whole), *OTHER_KINDS):
        manifest.write_bytes(content)
        right_or_refused(run, tmp_path.name, is_right, repr(content[:20]))
    for content in tenths(rows):
        manifest.write_text(json.dumps(interrupted), "utf-8")
        companies.write_bytes(content)
        assert is_right(run())


@pytest.mark.parametrize("table", ["calls", "pauses"])
def test_a_rate_limit_file(sandbox: Sandbox, tmp_path: Path, table: str) -> None:
    file = tmp_path / "limits.db"

    def run() -> Any:
        with Planhat(sandbox.api_key, base_url=sandbox.url, rate_limit_file=str(file)) as client:
            return client.keywords["Get Companies"]()

    run()
    whole = file.read_bytes()
    for cell in (None, 7, "x", b"\xff", float("inf"), 1e300):
        changed_in(file, f"DELETE FROM {table}")
        changed_in(file, f"INSERT INTO {table} VALUES (?)", cell)
        assert run() == []
    for content in (*tenths(whole), *OTHER_KINDS):
        file.write_bytes(content)
        right_or_refused(run, "limits.db", lambda found: found == [], repr(content[:20]))


@pytest.mark.parametrize("first", [7, ["x"]])
@pytest.mark.parametrize("second", [None, 7, "x", ["y"], {"a": 1}, True])
def test_answers_that_are_joined(first: Any, second: Any) -> None:
    report = BulkReport()
    report.merge({"other": first})
    report.merge({"other": second})
    assert report["other"] == (first + second if type(first) is type(second) else first)


@pytest.mark.parametrize("answer", [None, 5, "x", [1]])
def test_an_answer_that_is_none(answer: Any) -> None:
    with pytest.raises(errors.PlanhatValidationError, match="An answer to a bulk write is a dictionary"):
        BulkReport().merge(answer)


@pytest.mark.parametrize("place", ["0", "company"])
def test_declared_custom_fields(planhat: Planhat, tmp_path: Path, place: str) -> None:
    file = tmp_path / "fields.json"
    field = {"name": "Tier", "type": "list", "parent": "company", "list_values": ["a", "b"]}
    for what, each in variants([field] if place == "0" else {"company": [field]}):
        file.write_text(json.dumps(each), "utf-8")
        right_or_refused(lambda: planhat.plan_custom_fields(str(file)), "", lambda _: True, what)
    file.write_text(json.dumps([field, 5]), "utf-8")
    with pytest.raises(errors.PlanhatValidationError, match=r"fields\.json: A custom field .* not 5 \(2\)\.$"):
        planhat.plan_custom_fields(str(file))
