"""A library for the suites that are measured: a clock, an empty keyword, and lists of 50,000."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from robot.api.deco import keyword, library
from robotlibcore import DynamicCore

MANY = 50_000


@library(scope="GLOBAL")
class Clock:
    """Tells how long ago it was imported, and what steps took."""

    def __init__(self, url: str, file: str) -> None:
        self._url = url
        self._file = Path(file)
        self._laps: dict[str, float] = {}
        self._lists: dict[str, Any] = {}
        self._start()

    def _start(self) -> None:
        self._last, self._last_cpu = time.perf_counter(), time.process_time()

    @keyword
    def lap(self, name: str | None = None) -> None:
        """Notes the time since the last lap, and that of the processor, under a name."""
        if name:
            self._laps[name] = time.perf_counter() - self._last
            self._laps[f"{name}, cpu"] = time.process_time() - self._last_cpu
            self._file.write_text(json.dumps(self._laps), "utf-8")
        self._start()

    @keyword
    def read_by_python(self, count: int, record: str) -> None:
        """Does the same calls without Robot Framework."""
        from benchmarks.ours import Company, read_one, session  # noqa: PLC0415 - after the clock was started

        line, model = session(self._url), Company
        read_one(line, model, record)
        self.lap()
        for _ in range(count):
            read_one(line, model, record)
        self.lap("python")

    @keyword
    def prepare_lists(self) -> None:
        """Makes the lists, so that only returning them is measured."""
        from benchmarks.shapes import COMPANY, row  # noqa: PLC0415 - as above
        from RPA.Planhat.types import Company, PlanhatObjectList  # noqa: PLC0415 - as above

        made = [Company({**row(COMPANY, 1), "name": f"Name {number}"}) for number in range(MANY)]
        self._lists = {
            "objects": PlanhatObjectList.of(Company, made),
            "texts": [f"Name {number}" for number in range(MANY)],
        }

    @keyword
    def get_list(self, name: str) -> Any:
        """Returns one of the lists."""
        return self._lists[name]


class Empty(DynamicCore):
    """As many keywords as the library has, all of them empty; the first takes a record."""

    ROBOT_LIBRARY_SCOPE = "GLOBAL"

    def __init__(self, count: int = 1) -> None:
        class Keywords:
            @keyword
            def nothing(self, record: Any) -> None:
                """Does nothing."""

        for number in range(int(count) - 1):
            setattr(Keywords, f"empty_{number}", _empty(number))
        super().__init__([Keywords()])


def _empty(number: int) -> Any:
    def empty(self: Any) -> None:
        """Does nothing."""

    empty.__name__ = f"empty_{number}"
    return keyword(empty)
