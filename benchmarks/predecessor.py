"""The same work by robocorp-planhat 1.0.0, which has an environment of its own."""

from __future__ import annotations

from typing import Any

import planhat  # type: ignore[import-not-found]
from planhat import types

from benchmarks.registry import SMALL, half_known, new_rows, work
from benchmarks.shapes import ID

MODELS = {"companies": types.Company, "endusers": types.Enduser, "issues": types.Issue}


def client(url: str) -> Any:
    """Returns a client that calls the stub."""
    made = planhat.Planhat(api_key="token")
    made.session._api_host = url
    return made


@work("list", "predecessor")
def list_rows(url: str, path: str) -> Any:
    line = client(url)
    return lambda: len(line.get_objects(MODELS[path]))


@work("walk", "predecessor")
def walk(url: str, path: str) -> Any:
    line = client(url)
    return lambda: sum(1 for row in line.get_objects(MODELS[path]) if row["name"])


@work("get", "predecessor")
def get(url: str) -> Any:
    line = client(url)

    def run() -> int:
        for number in range(SMALL):
            line.get_object_by_id(types.Company, f"{ID}{number:08d}")
        return SMALL

    return run


@work("upsert", "predecessor")
def upsert(url: str, count: str) -> Any:
    line, rows = client(url), types.Company.from_list(new_rows(int(count)))

    def run() -> int:
        for first in range(0, len(rows), 5000):
            line.update_objects(rows[first : first + 5000])
        return len(rows)

    return run


@work("missing", "predecessor")
def missing(url: str) -> Any:
    line, wanted = client(url), types.Enduser.from_list(half_known())
    return lambda: len(line.find_missing_objects(wanted))
