"""The loops that an expert would write: one session of requests, orjson, plain dictionaries in lists; and raw bytes."""

from __future__ import annotations

import csv
import json
import socket
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson
import requests

from benchmarks.registry import COLUMNS, SMALL, half_known, key_of, new_rows, size_of, work, write_table
from benchmarks.stub import ARCHIVED

if TYPE_CHECKING:
    from collections.abc import Iterator


def session() -> requests.Session:
    """Returns a session as everyone makes it."""
    made = requests.Session()
    made.headers.update({"Authorization": "Bearer token", "Accept": "application/json"})
    return made


def pages(url: str, path: str, **params: Any) -> Iterator[list[dict[str, Any]]]:
    """Yields a list page by page."""
    line, size, offset = session(), size_of(path), 0
    while rows := orjson.loads(line.get(f"{url}/{path}", params={**params, "limit": size, "offset": offset}).content):
        yield rows
        offset += size


def listed(url: str, path: str, **params: Any) -> list[dict[str, Any]]:
    """Returns a whole list."""
    rows = []
    for page in pages(url, path, **params):
        rows += page
    return rows


@work("list", "hand")
def list_rows(url: str, path: str) -> Any:
    return lambda: len(listed(url, path))


@work("walk", "hand")
def walk(url: str, path: str) -> Any:
    return lambda: sum(1 for page in pages(url, path) for row in page if row["name"])


@work("export", "hand")
def export(url: str, path: str) -> Any:
    def run() -> int:
        count = 0
        with TemporaryDirectory() as folder, (Path(folder) / "rows.csv").open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            for page in pages(url, path, select=",".join(COLUMNS)):
                table.writerows([row.get(name) for name in COLUMNS] for row in page)
                count += len(page)
        return count

    return run


@work("get", "hand")
def get(url: str) -> Any:
    line = session()
    line.get(f"{url}/companies/1")

    def run() -> int:
        for number in range(SMALL):
            orjson.loads(line.get(f"{url}/companies/65a0000000000000{number:08d}").content)
        return SMALL

    return run


@work("upsert", "hand")
def upsert(url: str, count: str, shape: str = "recorded") -> Any:
    line, rows = session(), new_rows(int(count), shape)

    def run() -> int:
        for first in range(0, len(rows), 5000):
            line.put(f"{url}/companies", data=orjson.dumps(rows[first : first + 5000])).json()
        return len(rows)

    return run


@work("import", "hand")
def import_rows(url: str, count: str, shape: str = "recorded") -> Any:
    """Only cuts and sends: cells go as they are."""
    line, folder = session(), TemporaryDirectory()
    path = write_table(Path(folder.name) / "in.csv", int(count), shape)

    def run() -> int:
        done, rows = 0, []
        with folder, path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                rows.append(row)
                if len(rows) == 5000:
                    done += len(json.loads(line.put(f"{url}/companies", data=orjson.dumps(rows)).content))
                    rows = []
        return int(count)

    return run


@work("missing", "hand")
def missing(url: str) -> Any:
    """Reads the ids of the archived ones, too: what is archived is there."""
    wanted = half_known()

    def run() -> int:
        there = {
            row["externalId"]
            for archived in ({}, {ARCHIVED[0]: "true"})
            for page in pages(url, "endusers", select="externalId", **archived)
            for row in page
        }
        return sum(row["externalId"] not in there for row in wanted)

    return run


@work("duplicates", "hand")
def duplicates(url: str, _properties: str = "") -> Any:
    def run() -> int:
        groups: dict[str, list[dict[str, Any]]] = {}
        for page in pages(url, "companies", select="name,externalId"):
            for row in page:
                groups.setdefault(row["name"].lower(), []).append(row)
        return sum(len(group) > 1 for group in groups.values())

    return run


@work("plan", "hand")
def plan(url: str, count: str, _store: str = "", _shape: str = "") -> Any:
    """Compares a table that is in memory with what is there, field by field."""
    table = {key_of(number): number for number in range(int(count))}

    def run() -> int:
        rows = listed(url, "companies", select=",".join(COLUMNS))
        return sum(row["externalId"] in table for row in rows)

    return run


@work("list", "socket")
def list_bytes(url: str, path: str) -> Any:
    host, port = url.removeprefix("http://").split(":")
    size = size_of(path)

    def run() -> int:
        offset = 0
        with socket.create_connection((host, int(port))) as line:
            reader = line.makefile("rb", buffering=1 << 18)
            length = 0
            while offset == 0 or length > len("[]"):
                line.sendall(f"GET /{path}?limit={size}&offset={offset} HTTP/1.1\r\n\r\n".encode())
                while (header := reader.readline()) != b"\r\n":
                    length = int(header.split(b":")[1]) if header.startswith(b"Content-Length") else length
                reader.read(length)
                offset += size
        return offset

    return run
