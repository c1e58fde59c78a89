"""The comparison of ways to create records, in short: this library loses and doubles nothing, or says what it lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.compare_creates import LATE, measure, no_retry, our_create, our_upsert, retry_everything
from benchmarks.gateway import Shares

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox

ROWS = 50
QUICK = Shares(lost=0, cut=0, late_answer=0, refused=0, quick=0.03)
"""Only what is done, and answered with 503 at once."""

late = pytest.mark.parametrize("late", [False, True], ids=["in-time", "late"])


def shares(late: bool) -> Shares:
    return Shares(late=LATE if late else 0.0)


@late
@pytest.mark.parametrize("way", [our_create, our_upsert])
def test_rows_with_a_key_are_neither_lost_nor_doubled(sandbox: Sandbox, way: object, late: bool) -> None:
    found = measure(sandbox, way, ROWS, keyed=True, shares=shares(late))  # type: ignore[arg-type]
    assert set(found.fates) >= {"lost", "cut", "late_answer", "refused"}
    assert (found.missing, found.duplicates, found.unknown, found.wrong) == (0, 0, 0, 0)


@late
def test_rows_without_a_key_are_never_doubled_and_each_missing_one_is_unknown(sandbox: Sandbox, late: bool) -> None:
    found = measure(sandbox, our_create, ROWS, keyed=False, shares=shares(late))
    assert found.missing > 0
    assert found.unknown > found.missing
    assert (found.duplicates, found.unreported, found.wrong, found.silent) == (0, 0, 0, 0)


def test_the_faults_are_those_that_make_others_double_and_lose(sandbox: Sandbox) -> None:
    assert measure(sandbox, retry_everything, ROWS, keyed=False, shares=shares(False)).duplicates > 0
    assert measure(sandbox, no_retry, ROWS, keyed=False, shares=shares(False)).missing > 0


@pytest.mark.parametrize("keyed", [False, True])
def test_creates_that_are_stored_and_answered_503_at_once_are_not_doubled(sandbox: Sandbox, keyed: bool) -> None:
    found = measure(sandbox, our_create, 400, keyed=keyed, shares=QUICK)
    assert found.fates["quick"] >= 5
    assert (found.missing, found.duplicates, found.wrong, found.silent) == (0, 0, 0, 0)
    # Each one is named, or cleared up by its key.
    assert found.unknown == (0 if keyed else found.fates["quick"])
    others = measure(sandbox, retry_everything, 400, keyed=False, shares=QUICK)
    assert others.duplicates == others.fates["quick"]
