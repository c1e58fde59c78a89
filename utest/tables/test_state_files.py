"""Files that a later run goes on with belong to one tenant, have one writer, and follow no links."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from RPA.Planhat import PlanhatClient, PlanhatValidationError, types
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.exporting import export, save_rows
from RPA.Planhat.operations.reading import Query
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.operations.snapshots import changes_since, confirm_changes, take_snapshot
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.text import files
from utest.stub import QUICK, Stub, Table, an_id, reply
from utest.tables.conftest import Counting


def tenants(stub: Stub, count: int) -> tuple[PlanhatSession, PlanhatSession]:
    """Returns sessions of two tenants on one host, whose records have the names of their tokens."""

    def answer(request: Any) -> Any:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        return Table([{"_id": an_id(n), "name": f"{token} {n}"} for n in range(count)], cap=10)(request)

    stub.on("GET /companies", answer)
    north, south = (PlanhatSession(f"{name}-key", base_url=stub.url, settings=QUICK) for name in ("north", "south"))
    return north, south


def stop(_step: str, _done: int, _total: int) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".json"])
@pytest.mark.matrix(44, "R")
def test_an_export_goes_on_for_its_own_tenant_only(stub: Stub, tmp_path: Path, ending: str) -> None:
    north, south = tenants(stub, 25)
    path = tmp_path / f"companies{ending}"
    with pytest.raises(KeyboardInterrupt):
        export(north, types.Company, path, Query(), columns="name", progress=stop)
    done = export(south, types.Company, path, Query(), columns="name")
    assert (done.rows, done.resumed) == (25, 0)
    assert "north" not in path.read_text("utf-8")


@pytest.mark.matrix(44, "R")
def test_a_snapshot_is_compared_with_its_own_tenant_only(stub: Stub, tmp_path: Path) -> None:
    north, south = tenants(stub, 5)
    take_snapshot(north, types.Company, tmp_path / "all.db", ["name"])
    with pytest.raises(PlanhatValidationError, match="the snapshot of something else; these differ: tenant"):
        changes_since(south, types.Company, tmp_path / "all.db")
    with pytest.raises(PlanhatValidationError, match="these differ: tenant"):
        take_snapshot(south, types.Company, tmp_path / "all.db", ["name"])
    assert not changes_since(north, types.Company, tmp_path / "all.db")


def test_the_sandbox_of_the_library_is_one_tenant_in_each_run(tmp_path: Path) -> None:
    for run in range(2):
        library = PlanhatClient(sandbox=True, sandbox_seed="empty")
        try:
            session = library.connections.get()
            assert session.is_sandbox
            if not run:
                take_snapshot(session, types.Company, tmp_path / "all.db", ["name"])
            writing.create(session, types.Company, {"name": "New"})
            changes = changes_since(session, types.Company, tmp_path / "all.db")
            assert len(changes.added) == 1
        finally:
            library.connections.close_all()
            library._sandbox.stop()


def test_archiving_an_enduser_changes_and_does_not_remove_her(
    planhat: Counting, acme: types.Company, tmp_path: Path
) -> None:
    ada = writing.create(planhat, types.Enduser, {"email": "ada@acme.example", "companyId": acme.id})
    take_snapshot(planhat, types.Enduser, tmp_path / "endusers.db", ["name"])
    writing.update(planhat, types.Enduser, ada, {"archived": True})
    changes = changes_since(planhat, types.Enduser, tmp_path / "endusers.db")
    assert changes.counts == {"added": 0, "changed": 1, "removed": 0}
    assert [str(each) for each in changes.changed[0].fields] == ["archived: False -> True"]
    confirm_changes(tmp_path / "endusers.db")


WRITER = """
import sys, time
from pathlib import Path
from RPA.Planhat.text.files import NewFile
with NewFile(Path(sys.argv[1])) as new:
    new.file.write(b"mine")
    print("writing", flush=True)
    sys.stdin.readline()
"""


@pytest.mark.matrix(44, "R")
def test_a_file_has_one_writer(planhat: Counting, acme: types.Company, tmp_path: Path) -> None:
    path = tmp_path / "companies.csv"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        (tmp_path / "companies.csv.bookmark").write_text('{"process": 77, "since": "today"}', "utf-8")
        with pytest.raises(PlanhatValidationError, match=r"companies.csv is in use by process 77 since today"):
            export(planhat, types.Company, path, Query(), columns="name")
        other.communicate("\n")
    assert path.read_bytes() == b"mine"
    assert export(planhat, types.Company, path, Query(), columns="name").rows == 1


@pytest.mark.parametrize("name", ["companies.csv.part", "companies.csv.bookmark.new"])
def test_links_are_not_followed(planhat: Counting, acme: types.Company, tmp_path: Path, name: str) -> None:
    (tmp_path / "precious").write_text("keep", "utf-8")
    (tmp_path / name).symlink_to(tmp_path / "precious")
    refused = pytest.raises(PlanhatValidationError, match="is a link") if name.endswith(".part") else nullcontext()
    with refused:
        export(planhat, types.Company, tmp_path / "companies.csv", Query(), columns="name")
    assert (tmp_path / "precious").read_text("utf-8") == "keep"


class Held:
    """Makes the system refuse to replace or open files of a name, as Windows does while Excel has them open."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, times: int) -> None:
        self.name, self.left = name, times
        for function in ("replace", "open"):
            monkeypatch.setattr(os, function, self.refusing(getattr(os, function), last=function == "replace"))
        monkeypatch.setattr(Path, "open", self.refusing(Path.open, last=False))
        monkeypatch.setattr(files, "HELD", 0.3)

    def refusing(self, real: Any, *, last: bool) -> Any:
        def function(*arguments: Any, **named: Any) -> Any:
            place = arguments[-1 if last else 0]
            if isinstance(place, (str, Path)) and Path(place).name == self.name and self.left:
                self.left -= 1
                raise PermissionError(13, "held", str(place))
            return real(*arguments, **named)

        return function


def test_a_file_that_excel_holds_is_told_before_the_first_page(
    planhat: Counting, acme: types.Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "companies.csv"
    path.write_text("old", "utf-8")
    planhat.calls.clear()
    Held(monkeypatch, "companies.csv", 1000)
    with pytest.raises(PlanhatValidationError, match=r"companies\.csv"):
        export(planhat, types.Company, path, Query(), columns="name")
    assert planhat.calls == []


def test_a_scanner_that_holds_a_file_for_a_moment_ends_nothing(
    planhat: Counting, acme: types.Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("companies.csv", "companies.csv.bookmark"):
        with monkeypatch.context() as patched:
            Held(patched, name, 3)
            assert export(planhat, types.Company, tmp_path / "companies.csv", Query(), columns="name").rows == 1


def test_an_export_that_cannot_take_its_name_is_not_lost(
    planhat: Counting, acme: types.Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Held(monkeypatch, "companies.csv", 1000)
    with pytest.raises(PlanhatValidationError, match=r"the new file is .*companies \(1\)\.csv") as caught:
        export(planhat, types.Company, tmp_path / "companies.csv", Query(), columns="name")
    assert "open in another program" in str(caught.value)
    assert (tmp_path / "companies (1).csv").read_text("utf-8").splitlines() == ["name", "Acme"]


def test_an_export_to_excel_that_fails_leaves_nothing(stub: Stub, tmp_path: Path) -> None:
    north, _south = tenants(stub, 5)
    stub.on("GET /companies", reply({"message": "no"}, 400))
    with pytest.raises(Exception, match="refused"):
        export(north, types.Company, tmp_path / "all.xlsx", Query(), columns="name")
    assert list(tmp_path.iterdir()) == []


FORMULAS = ["\n=1+1", "\uff1d1+1", " =1+1", "x;=1+1", "x\t=1+1", "'=1+1", "=1+1", "a;\uff0bb"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula_in_any_locale(planhat: Counting, tmp_path: Path, text: str) -> None:
    writing.create(planhat, types.Company, {"name": "Acme", "description": text})
    path = export(planhat, types.Company, tmp_path / "out.csv", Query(), columns="description,name").path
    written = path.read_text("utf-8").partition("\n")[2]
    assert not written.lstrip('"').lstrip().startswith(("=", "\uff1d")), written
    if ";" in text or "\t" in text:
        assert written.startswith('"')
    (row,) = planhat_rows(path)
    assert row["description"] == text


def planhat_rows(path: Path) -> list[dict[str, Any]]:
    from RPA.Planhat.operations.input.rows import read_rows  # noqa: PLC0415

    return [dict(row) for row in read_rows(path)]


def test_workbooks_have_real_dates_and_numbers_and_large_ones_exactly(planhat: Counting, tmp_path: Path) -> None:
    rows = [
        {"name": "Acme", "renewalDate": "2026-12-31T00:00:00.000Z", "n": 9007199254740993, "x": 1.5, "t": "2026-12-31"},
        {"name": "Bolt", "renewalDate": "2026-12-31T10:30:00.000Z", "n": 1, "x": None, "t": "007"},
    ]
    save_rows(types.Company.from_list([]), tmp_path / "none.xlsx", "name,phase")
    save_rows(rows, tmp_path / "deep" / "er" / "all.xlsx")
    with zipfile.ZipFile(tmp_path / "deep" / "er" / "all.xlsx") as archive:
        sheet, styles = archive.read("xl/worksheets/sheet1.xml").decode(), archive.read("xl/styles.xml").decode()
    assert "<v>46387</v>" in sheet
    assert "<v>46387.4375</v>" in sheet
    assert "9007199254740993" in sheet
    assert '<pane ySplit="1"' in sheet
    assert "<autoFilter" in sheet
    assert "<cols>" in sheet
    assert "<b/>" in styles
    found = [row["t"] for row in planhat_rows(tmp_path / "deep" / "er" / "all.xlsx")]
    assert list(map(str, found)) == ["2026-12-31", "007"]  # rows whose fields are not known have days as days


def test_csv_files_have_local_numbers_dates_and_encodings(planhat: Counting, tmp_path: Path) -> None:
    bulk.upsert(planhat, types.License, [])
    rows = [{"who": "M\u00fcller", "when": "2026-12-31T00:00:00.000Z", "value": 1234.5, "id": "1.5"}]
    path = tmp_path / "all.csv"
    save_rows(rows, path, delimiter=";", decimal=",", dates="DD.MM.YYYY", encoding="cp1252")
    assert path.read_bytes() == "who;when;value;id\r\nM\u00fcller;31.12.2026;1234,5;1.5\r\n".encode("cp1252")
    with pytest.raises(PlanhatValidationError, match="does not have"):
        save_rows([{"who": "\u0142"}], path, encoding="cp1252")
    assert path.read_bytes().startswith(b"who;when")
    for options in ({"delimiter": ";;"}, {"decimal": ","}, {"encoding": "utf-99"}, {"dates": "YYYY"}):
        with pytest.raises(PlanhatValidationError):
            save_rows(rows, path, **options)
    with pytest.raises(PlanhatValidationError, match="options of CSV files"):
        save_rows(rows, tmp_path / "all.json", delimiter=";")
