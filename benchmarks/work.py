"""What is measured: each piece of work as each client does it. One process does one, and prints what it took.

python -m benchmarks.work list hand http://127.0.0.1:8000 companies
"""

# ruff: noqa: PLC0415 - each client imports only what it needs itself

from __future__ import annotations

import csv
import json
import resource
import socket
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.stub import ID, KEY, TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = {"companies": 5000}
SMALL = 1000
KNOWN, LOOKED_FOR = 50_000, 2000

WORK: dict[tuple[str, str], Callable[..., Any]] = {}
"""Functions by work and client."""


def work(name: str, *clients: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a function that prepares a piece of work and returns what is to be measured."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        WORK.update({(name, client): function for client in clients})
        return function

    return register


# ------------------------------------------------------------- by hand: the loop that an expert would write


def _by_hand() -> Any:
    import requests

    session = requests.Session()
    session.headers.update({"Authorization": "Bearer token", "Accept": "application/json"})
    return session


def _pages_by_hand(url: str, path: str, **params: Any) -> Iterator[list[dict[str, Any]]]:
    import orjson

    session, size, offset = _by_hand(), SIZES.get(path, 2000), 0
    while rows := orjson.loads(
        session.get(f"{url}/{path}", params={**params, "limit": size, "offset": offset}).content
    ):
        yield rows
        offset += size


@work("list", "hand")
def list_by_hand(url: str, path: str) -> Any:
    import requests  # noqa: F401

    def run() -> int:
        rows = []
        for page in _pages_by_hand(url, path):
            rows += page
        return len(rows)

    return run


@work("walk", "hand")
def walk_by_hand(url: str, path: str) -> Any:
    import requests  # noqa: F401

    return lambda: sum(1 for page in _pages_by_hand(url, path) for row in page if row["h"])


@work("get", "hand")
def get_by_hand(url: str) -> Any:
    import orjson

    session = _by_hand()
    session.get(f"{url}/companies/1")

    def run() -> int:
        for number in range(SMALL):
            orjson.loads(session.get(f"{url}/companies/{ID % number}").content)
        return SMALL

    return run


@work("upsert", "hand")
def upsert_by_hand(url: str, count: str) -> Any:
    import orjson

    session, rows = _by_hand(), _new_rows(int(count))

    def run() -> int:
        for first in range(0, len(rows), 5000):
            session.put(f"{url}/companies", data=orjson.dumps(rows[first : first + 5000])).json()
        return len(rows)

    return run


@work("missing", "hand")
def missing_by_hand(url: str) -> Any:
    import requests  # noqa: F401

    wanted = _half_known()

    def run() -> int:
        there = {row["externalId"] for page in _pages_by_hand(url, "tasks", select="externalId") for row in page}
        return sum(row["externalId"] not in there for row in wanted)

    return run


def _new_rows(count: int) -> list[dict[str, Any]]:
    names = ("name", "phase", "status", "h", "description", "custom")
    facts = {
        "phase": "Adoption",
        "status": "customer",
        "h": 5,
        "description": "d" * 600,
        "custom": {"ARR": 5, "Seats": 2},
    }
    return [{"externalId": KEY % number, "name": f"Name {number}", **facts} for number in range(count) if names]


def _half_known() -> list[dict[str, str]]:
    return [{"externalId": KEY % (number + KNOWN - LOOKED_FOR // 2)} for number in range(LOOKED_FOR)]


# ------------------------------------------------------------------------------------------- raw bytes


@work("list", "socket")
def list_bytes(url: str, path: str) -> Any:
    host, port = url.removeprefix("http://").split(":")
    size = SIZES.get(path, 2000)

    def run() -> int:
        with socket.create_connection((host, int(port))) as line:
            reader = line.makefile("rb", buffering=1 << 18)
            for offset in range(0, TABLES[path] + 1, size):
                line.sendall(f"GET /{path}?limit={size}&offset={offset} HTTP/1.1\r\n\r\n".encode())
                length = 0
                while (header := reader.readline()) != b"\r\n":
                    length = int(header.split(b":")[1]) if header.startswith(b"Content-Length") else length
                reader.read(length)
        return TABLES[path]

    return run


# ------------------------------------------------------------------------------------------------ ours

OURS = ("fast", "plain")
"""This library with orjson and without."""


def _ours(url: str, **settings: Any) -> Any:
    from RPA.Planhat.session import PlanhatSession
    from RPA.Planhat.transport import Settings

    limits = {"calls_per_minute": 0, "calls_per_second": 0, **settings}
    return PlanhatSession("token", base_url=url, settings=Settings(**limits))


def _model(path: str) -> Any:
    from RPA.Planhat.types.base import find_model

    return find_model(path)


@work("list", *OURS)
def list_ours(url: str, path: str) -> Any:
    from RPA.Planhat.operations.reading import read_list

    session, model = _ours(url), _model(path)
    return lambda: len(read_list(session, model))


@work("walk", *OURS)
def walk_ours(url: str, path: str) -> Any:
    from RPA.Planhat.operations.reading import Query, read_pages

    session, model = _ours(url), _model(path)
    return lambda: sum(1 for page in read_pages(session, model, Query()) for row in page if row["h"])


@work("export", *OURS)
def export_ours(url: str, path: str) -> Any:
    from RPA.Planhat.operations.reading import Query, read_pages

    session, model = _ours(url), _model(path)

    def run() -> int:
        count = 0
        with TemporaryDirectory() as folder, (Path(folder) / "rows.csv").open("w", newline="") as file:
            table = csv.writer(file)
            for page in read_pages(session, model, Query()):
                table.writerows([row["_id"], row["externalId"], row["name"], row["h"]] for row in page)
                count += len(page)
        return count

    return run


@work("get", *OURS)
def get_ours(url: str) -> Any:
    from RPA.Planhat.operations.reading import read_one

    session, model = _ours(url), _model("companies")
    read_one(session, model, "1")

    def run() -> int:
        for number in range(SMALL):
            read_one(session, model, ID % number)
        return SMALL

    return run


@work("upsert", *OURS)
def upsert_ours(url: str, count: str) -> Any:
    from RPA.Planhat.operations.bulk.upsert import upsert

    session, model, rows = _ours(url), _model("companies"), _new_rows(int(count))
    return lambda: len(upsert(session, model, rows).results)


@work("missing", *OURS)
def missing_ours(url: str) -> Any:
    from RPA.Planhat.operations.lookup import find_missing

    session, wanted = _ours(url), _model("tasks").from_list(_half_known())
    return lambda: len(find_missing(session, wanted))


@work("paced", *OURS)
def paced_ours(url: str, calls: str, limit: str, seconds: str, threads: str) -> Any:
    from RPA.Planhat.transport import pacing

    if seconds != "1":
        window = pacing.Window(int(limit), float(seconds))
        pacing.Pacer.of = classmethod(lambda cls, _: cls(pacing.LocalLedger([window])))  # type: ignore[assignment,misc]
    session = _ours(url, calls_per_second=int(limit), retries=0)
    left = iter(range(int(calls)))

    def one_thread() -> None:
        for _ in left:
            session.get("/companies/1")

    def run() -> int:
        started = [threading.Thread(target=one_thread) for _ in range(int(threads))]
        for thread in started:
            thread.start()
        for thread in started:
            thread.join()
        return int(calls)

    return run


# ----------------------------------------------------------------------------------------- the predecessor


def _predecessor(url: str) -> Any:
    import planhat

    client = planhat.Planhat(api_key="token")
    client.session._api_host = url
    return client, planhat.types


@work("list", "predecessor")
def list_predecessor(url: str, path: str) -> Any:
    client, types = _predecessor(url)
    model = {"companies": types.Company, "endusers": types.Enduser, "assets": types.Asset}[path]
    return lambda: len(client.get_objects(model))


@work("walk", "predecessor")
def walk_predecessor(url: str, path: str) -> Any:
    client, types = _predecessor(url)
    return lambda: sum(1 for row in client.get_objects({"assets": types.Asset}[path]) if row["h"])


@work("upsert", "predecessor")
def upsert_predecessor(url: str, count: str) -> Any:
    client, types = _predecessor(url)
    rows = types.Company.from_list(_new_rows(int(count)))

    def run() -> int:
        for first in range(0, len(rows), 5000):
            client.update_objects(rows[first : first + 5000])
        return len(rows)

    return run


@work("missing", "predecessor")
def missing_predecessor(url: str) -> Any:
    client, types = _predecessor(url)
    wanted = types.Task.from_list(_half_known())
    return lambda: len(client.find_missing_objects(wanted))


# ------------------------------------------------------------------------------------------------ a run


def peak_megabytes() -> float:
    """Returns the most memory that this process had."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Does one piece of work and prints seconds, peak memory and how many things it was."""
    name, client, *arguments = sys.argv[1:]
    if client == "plain":
        sys.modules["orjson"] = None  # type: ignore[assignment]
    run = WORK[name, client](*arguments)
    started, cpu = time.perf_counter(), time.process_time()
    count = run()
    took = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}
    print(json.dumps({**took, "peak": peak_megabytes(), "count": count}))


if __name__ == "__main__":
    main()
