"""A file system without locks was taken for a file that another process is using."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from RPA.Planhat import Planhat, errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

if sys.platform == "win32":
    pytest.skip("Windows locks in another way", allow_module_level=True)
import fcntl

HELD = (errno.EAGAIN, errno.EACCES)
WRITERS: dict[str, Callable[[Planhat, Path], Any]] = {
    "export": lambda planhat, path: planhat.keywords["Export Companies"](path / "out.csv"),
    "journal": lambda planhat, path: planhat.keywords["Upsert Companies"]([{"name": "Acme"}], journal=path / "j"),
}


@pytest.mark.parametrize("what", WRITERS)
@pytest.mark.parametrize(
    "number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EIO, errno.EAGAIN, errno.EACCES]
)
def test_the_cause_is_named(
    planhat: Planhat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, number: int
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    words = "is in use" if number in HELD else os.strerror(number) if number == errno.EIO else "has no file locks"
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(errors.PlanhatError, match=words) as caught:
        WRITERS[what](planhat, tmp_path)
    assert ("in use" in str(caught.value)) == (number in HELD)
