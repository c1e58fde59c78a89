"""A library for the suites that are measured: a clock, an empty keyword, and lists of 50,000."""

from __future__ import annotations

import cProfile
import json
import time
from pathlib import Path
from typing import Any

from robot.api import logger
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
    def prepare_reads(self, record: str) -> None:
        """Opens the connections of the two keywords below."""
        from benchmarks.by_hand import session as session_by_hand  # noqa: PLC0415 - after the clock was started
        from benchmarks.ours import Company, read_one, session  # noqa: PLC0415 - as above

        line, plain = session(self._url), session_by_hand()
        self._read = lambda: read_one(line, Company, record)
        self._get = lambda: plain.get(f"{self._url}/companies/{record}")
        self._read()
        self._get()

    @keyword
    def read_only(self, record: str) -> Any:
        """Does the same call, and neither checks nor logs anything."""
        return self._read()

    @keyword
    def read_by_hand(self, record: str) -> Any:
        """Does what a library of one's own would do: `requests`, its JSON, and a line in the log."""
        found = self._get().json()
        logger.info(f"Read company {found['name']!r} {found['_id']}.")
        return found

    @keyword
    def start_profile(self) -> None:
        """Starts to count the time of functions."""
        self._profile = cProfile.Profile()
        self._profile.enable()

    @keyword
    def stop_profile(self, file: str) -> None:
        """Stops that, and writes it into a file."""
        self._profile.disable()
        self._profile.dump_stats(file)

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
