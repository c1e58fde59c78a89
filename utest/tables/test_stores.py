"""Plans in memory and plans in a temporary file: the same rows have the same outcome, reports and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, types
from RPA.Planhat.errors import PlanhatBulkError, PlanhatValidationError
from RPA.Planhat.operations.rows.file_store import FileStore
from RPA.Planhat.operations.rows.importing import import_table, plan_table
from RPA.Planhat.operations.rows.matching import compare
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.plan import Plan
from RPA.Planhat.operations.rows.stores import STRONG, WEAK, MemoryStore
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMPANIES: list[Any] = [
    {"external_id": "1", "source_id": "S-1", "name": "One", "city": "Malmö", "tags": "a,b"},
    {"external_id": "2", "source_id": "S-2", "name": "Two", "city": ""},
    {"external_id": "2", "source_id": "S-2", "name": "Two", "city": ""},
    {"external_id": "3", "name": "Three", "city": "Lund"},
    {"external_id": "3", "name": "Three", "city": "Lomma"},
    {"external_id": "4", "source_id": "S-1", "name": "Four"},
    {"external_id": "5", "name": "Half \ud83d"},
    {"external_id": "6", "unknown": 1},
    {"source_id": "S-9", "external_id": "1"},
    "no row",
    {5: "no name"},
    {},
    *({"external_id": f"N{n}", "name": f"New {n}", "city": "Ystad"} for n in range(1200)),
]
PEOPLE: list[Any] = [
    {"external_id": "1", "email": "a@b.example", "company_id": "extid-1", "name": "A"},
    {"external_id": "2", "email": "A@B.example", "company_id": "extid-1", "name": "B"},
    {"email": "c@b.example", "company_id": "extid-1", "position": "Boss"},
    {"email": "c@b.example", "company_id": "extid-1", "position": "Boss"},
]


def session_of(sandbox: Sandbox, memory: int) -> PlanhatSession:
    quick = Settings(calls_per_minute=0, calls_per_second=0, rows_in_memory=memory)
    return PlanhatSession(sandbox.api_key, base_url=sandbox.url, settings=quick)


@pytest.fixture
def seeded(remote_sandbox: Sandbox) -> Iterator[Sandbox]:
    import_table(session_of(remote_sandbox, 100), types.Company, COMPANIES[:1], RowOptions())
    others = [{"external_id": f"O{n}", "name": f"Other {n}"} for n in range(5)]
    import_table(session_of(remote_sandbox, 100), types.Company, others, RowOptions())
    yield remote_sandbox
    remote_sandbox.reset()


def told(account: Any, folder: Path) -> dict[str, Any]:
    """Returns all that a plan or a report says."""
    folder.mkdir()
    files = {name: path.read_bytes() for name, path in account.save_files(folder / "rows").items()}
    return {
        "counts": account.counts,
        "rows": [dict(row) for row in account.entries()],
        "alike": account.alike,
        "columns": account.columns,
        "others": [each["externalId"] for each in account.not_in_table],
        "first": account.not_in_table[0] if account.not_in_table else None,
        "files": files,
    }


@pytest.mark.parametrize("store", [MemoryStore(), FileStore()], ids=["memory", "file"])
def test_identities_are_claimed_all_together_or_not_at_all(store: MemoryStore | FileStore) -> None:
    assert store.claim(["a", "b"], [1, 2], STRONG)
    for taken in (["c", "b", "d"], ["c", "d", "c"]):
        assert not store.claim(taken, [3, 4, 5], STRONG)
        assert store.owners("abcd", STRONG) == {"a": 1, "b": 2}
    assert store.claim(["b"], [3], WEAK)
    assert store.claim(["c", "d"], [3, 4], STRONG)
    assert store.owners("abcd", STRONG) == {"a": 1, "b": 2, "c": 3, "d": 4}


@pytest.mark.parametrize("duplicates", ["first", "last", "refuse"])
@pytest.mark.parametrize(("model", "rows"), [(types.Company, COMPANIES), (types.Enduser, PEOPLE)])
def test_plans_say_the_same(
    seeded: Sandbox, tmp_path: Path, model: type[types.PlanhatObject], rows: list[Any], duplicates: Any
) -> None:
    found = []
    for memory in (100, 0):
        options = RowOptions(resolve_companies=True, duplicates=duplicates)
        account = plan_table(session_of(seeded, memory), model, iter(rows), options)
        assert isinstance(account.plan.store, FileStore if memory == 0 else MemoryStore)
        found.append(told(account, tmp_path / str(memory)))
    assert found[0] == found[1]


@pytest.mark.parametrize("compared", [True, False])
def test_reports_say_the_same(seeded: Sandbox, tmp_path: Path, compared: bool) -> None:
    found = []
    for memory in (100, 0):
        seeded.reset()
        import_table(session_of(seeded, 100), types.Company, COMPANIES[:1], RowOptions())
        options = RowOptions(bad_rows="skip", compare=compared, resolve_companies=compared)
        told_now = told(
            import_table(session_of(seeded, memory), types.Company, iter(COMPANIES), options), tmp_path / str(memory)
        )
        found.append((told_now["counts"], told_now["alike"], told_now["columns"]))
        assert len(seeded.rows("companies")) == len({row["name"] for row in seeded.rows("companies")})
    assert found[0] == found[1]


def test_a_table_that_becomes_too_large_goes_on_in_a_file(seeded: Sandbox) -> None:
    session = session_of(seeded, 1)
    rows = ({"external_id": f"L{n % 4000}", "name": f"Large {n % 4000}", "description": "x" * 300} for n in range(5000))
    plan = Plan.of(session, types.Company, rows, RowOptions())
    assert isinstance(plan.store, FileStore)
    assert (plan.states.count("send"), plan.states.count("repeated")) == (4000, 1000)
    compare(session, plan)
    assert plan.states.count("create") == 4000


def test_the_journal_of_a_table_does_not_depend_on_where_it_is_kept(seeded: Sandbox, tmp_path: Path) -> None:
    journal, rows = tmp_path / "journal", COMPANIES[12:]
    first = import_table(session_of(seeded, 100), types.Company, iter(rows), RowOptions(journal=journal))
    seeded.call("forget_requests")
    again = import_table(session_of(seeded, 0), types.Company, iter(rows), RowOptions(journal=journal))
    assert again.counts == first.counts
    assert seeded.call("requests") == []
    assert [path.name for path in tmp_path.iterdir()] == ["journal"]


def test_a_journal_for_each_call_as_earlier_versions_kept_is_refused_in_words(seeded: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "journal.0001").write_text('{"fact":"head","v":1,"model":"companies"}\n')
    with pytest.raises(
        PlanhatValidationError, match=r"Nothing was sent, since .*journal.0001 is the journal of an import that an"
    ):
        import_table(session_of(seeded, 100), types.Company, [{"name": "x"}], RowOptions(journal=tmp_path / "journal"))


def test_bad_rows_are_named_in_both(seeded: Sandbox) -> None:
    said = []
    for memory in (100, 0):
        with pytest.raises(PlanhatBulkError) as problem:
            import_table(session_of(seeded, memory), types.Company, iter(COMPANIES), RowOptions())
        results = problem.value.report.failed
        said.append((str(problem.value), [(each.number, each.reason, each.row) for each in results]))
    assert said[0] == said[1]
    rows = {number: row for number, _, row in said[0][1]}
    assert (rows[10], rows[11]) == ({"row": "no row"}, {"<int>": "no name"})
    assert said[0][1][-1][1] == "it was not sent, since other rows are bad"


def test_a_row_that_is_replaced_lets_go_of_what_no_other_may_have(remote_sandbox: Sandbox) -> None:
    rows = [("A", "North"), ("A", "South"), ("B", "North")]
    given = [{"external_id": key, "name": name} for key, name in rows]
    with Planhat(remote_sandbox.api_key, base_url=remote_sandbox.url, calls_per_minute=0) as planhat:
        report = planhat.import_objects(types.Company, given, unique="name", duplicates="last")
    assert report.counts["created"] == 2
    assert {row["externalId"]: row["name"] for row in remote_sandbox.rows("companies")} == {"A": "South", "B": "North"}
