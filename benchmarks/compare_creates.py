"""Compares ways to create records while writes go wrong: what is missing, what is there twice, what is unknown.

`python -m benchmarks.compare_creates [ROWS]` prints the table. Each way creates the same rows through a gateway that
spoils 27 % of the writes: 6 % are lost before anything is processed, 6 % are done and the connection reset, 6 % are
done and answered with 504, 6 % are refused with 503, and 3 % are done and answered with 503 at once. In the second
part, 4 % more are answered with 504 and done 0.15 seconds later. What is stored is counted on the server afterwards.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import requests

from benchmarks.gateway import Shares, gateway_to
from RPA.Planhat import errors
from RPA.Planhat.operations import writing
from RPA.Planhat.operations.rows import upsert as bulk
from RPA.Planhat.sandbox import Sandbox
from RPA.Planhat.session import PlanhatSession
from RPA.Planhat.transport import Settings
from RPA.Planhat.types import Company

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS = 400
LATE = 0.04
SETTLE = 0.06
"""Seconds before the first look for a record: its doubles add up to more than writes are late."""

ATTEMPTS = 5
LIMITS = Settings(
    calls_per_minute=0, calls_per_second=0, backoff=0.01, throttle_backoff=0.01, longest_wait=0.1, timeout=30
)

Row = dict[str, Any]


@dataclass
class Result:
    """What a way of creating has led to.

    Attributes:
        missing: Rows that are not stored.
        duplicates: Records that are there beside the first one of their row.
        unknown: Rows that were said to be unknown.
        wrong: Rows that were said to have failed, and are stored.
        silent: Rows that are not stored, and were said to be.
        unreported: Rows that are not stored, and were not said to be unknown.
        calls: Writes that arrived at the gateway.
        seconds: How long it took.
    """

    missing: int = 0
    duplicates: int = 0
    unknown: int = 0
    wrong: int = 0
    silent: int = 0
    unreported: int = 0
    calls: int = 0
    seconds: float = 0.0
    fates: Counter[str] = field(default_factory=Counter)


# -------------------------------------------------------------------------------------- ways to create


def retry_everything(url: str, key: str) -> Callable[[Row], str]:
    """The loop that is written most often: whatever goes wrong, again."""
    http = _plain(key)

    def create(row: Row) -> str:
        for _ in range(ATTEMPTS):
            try:
                answer = http.post(f"{url}/companies", json=row, timeout=30)
            except requests.RequestException:
                continue
            if answer.status_code < 500:
                return "stored" if answer.ok else "failed"
        return "failed"

    return create


def no_retry(url: str, key: str) -> Callable[[Row], str]:
    """One attempt, and what does not succeed has failed."""
    http = _plain(key)

    def create(row: Row) -> str:
        try:
            return "stored" if http.post(f"{url}/companies", json=row, timeout=30).ok else "failed"
        except requests.RequestException:
            return "failed"

    return create


def _plain(key: str) -> requests.Session:
    http = requests.Session()
    http.trust_env = False
    http.headers["Authorization"] = f"Bearer {key}"
    return http


def our_create(url: str, key: str) -> Callable[[Row], str]:
    """`Create Company` of this library."""
    session = PlanhatSession(key, base_url=url, settings=LIMITS, settle=SETTLE)

    def create(row: Row) -> str:
        try:
            writing.create(session, Company, row)
        except errors.PlanhatOutcomeUnknownError:
            return "unknown"
        except errors.PlanhatError:
            return "failed"
        return "stored"

    return create


def our_upsert(url: str, key: str) -> Callable[[Row], str]:
    """`Upsert Companies` of this library, a call for each row, which is harder on it than one call for all."""
    session = PlanhatSession(key, base_url=url, settings=LIMITS, settle=SETTLE)

    def create(row: Row) -> str:
        try:
            report = bulk.upsert(session, Company, [row], fail_on_errors=False)
        except errors.PlanhatError:
            return "failed"
        result = report.results[0]
        return "stored" if result.is_stored else result.outcome.value

    return create


WAYS: tuple[tuple[str, bool, Callable[[str, str], Callable[[Row], str]]], ...] = (
    ("retry everything, no key", False, retry_everything),
    ("retry everything, unique key", True, retry_everything),
    ("no retry, no key", False, no_retry),
    ("no retry, unique key", True, no_retry),
    ("this library: Create, no key", False, our_create),
    ("this library: Create, unique key", True, our_create),
    ("this library: Upsert, unique key", True, our_upsert),
)
"""What is compared: a name, whether rows have a unique key, and the way."""


# ------------------------------------------------------------------------------------------- measuring


def measure(
    sandbox: Sandbox,
    way: Callable[[str, str], Callable[[Row], str]],
    rows: int,
    *,
    keyed: bool,
    shares: Shares,
) -> Result:
    """Creates rows in one way, while shares of the writes go wrong, and counts what became of them."""
    sandbox.reset()
    named = [{"name": f"Row {number}", **({"externalId": f"K-{number}"} if keyed else {})} for number in range(rows)]
    started = time.monotonic()
    with gateway_to(sandbox.url, shares) as gateway:
        create = way(gateway.url, sandbox.api_key)
        said = {row["name"]: create(row) for row in named}
    stored = Counter(row["name"] for row in sandbox.rows("companies"))
    missing = [name for name in said if not stored[name]]
    return Result(
        missing=len(missing),
        duplicates=sum(count - 1 for count in stored.values()),
        unknown=sum(word == "unknown" for word in said.values()),
        wrong=sum(word == "failed" and bool(stored[name]) for name, word in said.items()),
        silent=sum(said[name] == "stored" for name in missing),
        unreported=sum(said[name] != "unknown" for name in missing),
        calls=gateway.fates.total(),
        seconds=time.monotonic() - started,
        fates=gateway.fates,
    )


def main(rows: int) -> None:
    """Prints the table."""
    print(f"{rows} rows each")
    print(
        "| way | late commits | missing | duplicates | unknown | wrongly failed | wrongly stored | writes | seconds |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    with Sandbox(seed="empty", process=True) as sandbox:
        for late in (False, True):
            for name, keyed, way in WAYS:
                found = measure(sandbox, way, rows, keyed=keyed, shares=Shares(late=LATE if late else 0.0))
                cells = [name, "yes" if late else "no", found.missing, found.duplicates, found.unknown, found.wrong]
                cells += [found.silent, found.calls, f"{found.seconds:.1f}"]
                print("| " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
