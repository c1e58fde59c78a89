"""The same work by this library: with orjson (`fast`) and without (`plain`)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from benchmarks.registry import COLUMNS, SMALL, half_known, new_rows, work, write_table
from benchmarks.shapes import ID
from RPA.Planhat.operations.exporting import export
from RPA.Planhat.operations.finding import find_duplicates, find_missing
from RPA.Planhat.operations.input.rows import read_rows
from RPA.Planhat.operations.reading import Query, read_list, read_one, read_pages
from RPA.Planhat.operations.rows.importing import import_table, plan_table
from RPA.Planhat.operations.rows.options import RowOptions
from RPA.Planhat.operations.rows.upsert import upsert
from RPA.Planhat.operations.snapshots import changes_since, take_snapshot
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings, pacing
from RPA.Planhat.types import Company, Enduser, PlanhatObject
from RPA.Planhat.types.base import find_model

BOTH = ("fast", "plain")
IDEAL_SECONDS = 20
STORES: dict[str, dict[str, int]] = {"": {}, "memory": {"rows_in_memory": 100_000}, "file": {"rows_in_memory": 0}}
"""Settings by where a plan keeps its rows."""


def session(url: str, **settings: Any) -> PlanhatSession:
    """Returns a connection without limits on calls."""
    limits = {"calls_per_minute": 0, "calls_per_second": 0, **settings}
    return PlanhatSession("token", base_url=url, settings=Settings(**limits))


def model_of(path: str) -> type[PlanhatObject]:
    """Returns the model of a path."""
    model = find_model(path)
    if model is None:
        raise ValueError(f"There is no model {path!r}.")
    return model


@work("list", *BOTH)
def list_rows(url: str, path: str) -> Any:
    line, model = session(url), model_of(path)
    return lambda: len(read_list(line, model))


@work("plan", "listing")
@work("snapshot", "listing")
@work("changes", "listing")
def list_companies(url: str, *_told: str) -> Any:
    return list_rows(url, "companies")


@work("walk", *BOTH)
def walk(url: str, path: str) -> Any:
    line, model = session(url), model_of(path)
    return lambda: sum(1 for page in read_pages(line, model, Query()) for row in page if row["name"])


@work("export", *BOTH)
def export_rows(url: str, path: str) -> Any:
    line, model = session(url), model_of(path)
    columns = [name for name in COLUMNS if model.field(name)]

    def run() -> int:
        with TemporaryDirectory() as folder:
            return export(line, model, Path(folder) / "rows.csv", Query(), columns=columns).rows

    return run


@work("get", *BOTH)
def get(url: str) -> Any:
    line, model = session(url), Company
    read_one(line, model, "1")

    def run() -> int:
        for number in range(SMALL):
            read_one(line, model, f"{ID}{number:08d}")
        return SMALL

    return run


@work("upsert", *BOTH)
def upsert_rows(url: str, count: str, shape: str = "recorded") -> Any:
    line, model, rows = session(url), Company, new_rows(int(count), shape)
    return lambda: len(upsert(line, model, rows).results)


@work("import", *BOTH)
def import_rows(url: str, count: str, shape: str = "recorded") -> Any:
    line, model, folder = session(url), Company, TemporaryDirectory()
    path = write_table(Path(folder.name) / "in.csv", int(count), shape)

    def run() -> int:
        with folder:
            return import_table(line, model, read_rows(path), RowOptions()).total

    return run


@work("missing", *BOTH)
def missing(url: str) -> Any:
    line, wanted = session(url), Enduser.from_list(half_known())
    return lambda: len(find_missing(line, wanted))


@work("duplicates", *BOTH)
def duplicates(url: str, properties: str = "") -> Any:
    line, model, query = session(url), Company, Query(properties=properties or None)
    return lambda: len(find_duplicates(line, model, ["name"], query))


@work("plan", *BOTH)
def plan(url: str, count: str, store: str = "", shape: str = "recorded") -> Any:
    line, model, folder = session(url, **STORES[store]), Company, TemporaryDirectory()
    path = write_table(Path(folder.name) / "in.csv", int(count), shape)
    options = RowOptions(resolve_companies=True, compare=True)

    def run() -> int:
        with folder:
            counts = plan_table(line, model, read_rows(path), options).counts
        return _one_in_hundred(counts["update"], int(count))

    return run


@work("sync", *BOTH)
def sync(url: str, count: str, store: str = "") -> Any:
    line, model, folder = session(url, **STORES[store]), Company, TemporaryDirectory()
    path = write_table(Path(folder.name) / "in.csv", int(count))
    options = RowOptions(resolve_companies=True, compare=True)

    def run() -> int:
        with folder:
            return _one_in_hundred(import_table(line, model, read_rows(path), options).counts["updated"], int(count))

    return run


def _one_in_hundred(changed: int, count: int) -> int:
    """Returns how many rows differ, and fails where these are not those that do: it would be other work."""
    if changed != -(-count // 100):
        raise RuntimeError(f"{changed} of {count} rows differ instead of every hundredth")
    return changed


@work("snapshot", *BOTH)
def snapshot(url: str) -> Any:
    line, model = session(url), Company

    def run() -> int:
        with TemporaryDirectory() as folder:
            return take_snapshot(line, model, Path(folder) / "snapshot.db", COLUMNS)

    return run


@work("changes", *BOTH)
def changes(url: str) -> Any:
    line, model, folder = session(url), Company, TemporaryDirectory()
    path = Path(folder.name) / "snapshot.db"
    take_snapshot(line, model, path, COLUMNS)

    def run() -> int:
        with folder:
            return sum(changes_since(line, model, path).counts.values())

    return run


@work("paced", "ideal")
def ideal(_url: str, _calls: str, _limit: str, _seconds: str, _threads: str) -> Any:
    """What cannot be beaten: 20 seconds, in which as many windows are filled as there are calls for."""

    def run() -> int:
        time.sleep(IDEAL_SECONDS)
        return 0

    return run


@work("paced", *BOTH)
def paced(url: str, calls: str, limit: str, seconds: str, threads: str) -> Any:
    if seconds != "1":
        window = pacing.Window(int(limit), float(seconds) + pacing.MARGIN)
        pacing.Pacer.of = classmethod(lambda cls, _: cls(pacing.LocalTimes([window])))  # type: ignore[assignment]
    line = session(url, calls_per_second=int(limit))

    def run() -> int:
        with ThreadPoolExecutor(int(threads)) as pool:
            done = pool.map(lambda _: line.get("/companies/1").status_code, range(int(calls)))
            if set(done) != {HTTPStatus.OK}:
                raise RuntimeError("a call failed")
        return int(requests.get(f"{url}/refused", timeout=30).text)

    return run
