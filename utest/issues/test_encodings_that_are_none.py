"""An encoding with half a character, or one that makes no text, ended an export with an error of Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from RPA.Planhat.errors import PlanhatValidationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from RPA.Planhat import Planhat


@pytest.mark.parametrize("encoding", ["\ud800", "a\0b", "rot13", "hex", "zlib", "no-such", "x" * 10**6, "../x", "a\nb"])
def test_it_is_refused_in_words(planhat: Planhat, tmp_path: Path, encoding: str) -> None:
    source = tmp_path / "in.csv"
    source.write_text("externalId,name\nA,A\n")
    doors: tuple[Callable[[], object], ...] = (
        lambda: planhat.run_keyword("Export Companies", [tmp_path / "c.csv"], {"encoding": encoding}),
        lambda: planhat.run_keyword("save_planhat_rows", [[{"a": 1}], tmp_path / "r.csv"], {"encoding": encoding}),
        lambda: planhat.run_keyword("Import Companies", [source], {"encoding": encoding}),
    )
    for door in doors:
        with pytest.raises(PlanhatValidationError, match="is not a known encoding"):
            door()
    assert [each.name for each in tmp_path.iterdir()] == ["in.csv"]
