"""The table of the fault matrix in the guide is that of the tests, and no row is without one."""

from __future__ import annotations

from pathlib import Path

from docs import matrix, sections

UTEST = Path(__file__).resolve().parent.parent


def test_rows_are_in_order() -> None:
    numbers = [row.number for row in matrix.ROWS]
    assert numbers[:39] == list(range(1, 40))
    assert numbers == sorted(set(numbers))


def test_every_row_is_proven_for_every_kind_of_call() -> None:
    assert matrix.unproven(matrix.proofs(UTEST)) == []


def test_no_test_proves_what_is_not_in_the_matrix() -> None:
    rows = {(row.number, kind) for row in matrix.ROWS for kind in row.kinds}
    assert set(matrix.proofs(UTEST)) <= rows


def test_table_in_the_guide_is_up_to_date() -> None:
    assert "reliability.md" not in sections.stale_sections()


def test_row_without_a_test_is_named() -> None:
    assert matrix.unproven({})[:4] == ["1 R", "1 U", "1 C", "2 R"]
