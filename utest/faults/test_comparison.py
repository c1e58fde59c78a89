"""The comparison of ways to create records, in short: this library loses and doubles nothing, or says what it lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.compare_creates import measure, no_retry, our_create, our_upsert, retry_everything

if TYPE_CHECKING:
    from RPA.Planhat.sandbox import Sandbox

ROWS = 50
late = pytest.mark.parametrize("late", [False, True], ids=["in-time", "late"])


@late
@pytest.mark.parametrize("way", [our_create, our_upsert])
def test_rows_with_a_key_are_neither_lost_nor_doubled(sandbox: Sandbox, way: object, late: bool) -> None:
    found = measure(sandbox, way, ROWS, keyed=True, late=late)  # type: ignore[arg-type]
    assert set(found.fates) >= {"lost", "cut", "late_answer", "refused"}
    assert (found.missing, found.duplicates, found.unknown, found.wrong) == (0, 0, 0, 0)


@late
def test_rows_without_a_key_are_never_doubled_and_each_missing_one_is_unknown(sandbox: Sandbox, late: bool) -> None:
    found = measure(sandbox, our_create, ROWS, keyed=False, late=late)
    assert found.missing > 0
    assert found.unknown > found.missing
    assert (found.duplicates, found.unreported, found.wrong, found.silent) == (0, 0, 0, 0)


def test_the_faults_are_those_that_make_others_double_and_lose(sandbox: Sandbox) -> None:
    assert measure(sandbox, retry_everything, ROWS, keyed=False, late=False).duplicates > 0
    assert measure(sandbox, no_retry, ROWS, keyed=False, late=False).missing > 0
