"""What a file is refused for is said as the user's system has it: also as Windows reports it."""

from __future__ import annotations

import errno
import os
import sys
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from RPA.Planhat import PlanhatValidationError
from RPA.Planhat.text import files
from RPA.Planhat.text.files import NewFile, file_path, translate_os_errors


@pytest.mark.parametrize("given", ["C:\temp\report.csv", "reports\n.csv", "a\x7f.csv", "C:datax.csv", "D:x"])
def test_a_path_that_lost_its_backslashes_is_refused_with_the_cure(given: str) -> None:
    with pytest.raises(PlanhatValidationError, match=r"write backslashes twice \(C:\\\\data\\\\report.csv\)"):
        file_path(given, "save_as")


@pytest.mark.parametrize("given", ["C:\\data\\x.csv", "C:/data/x.csv", "x.csv", "a b.csv", "ü.csv", "C:"])
def test_other_paths_are_taken(given: str) -> None:
    assert file_path(given) == Path(given)


def test_a_file_of_such_a_name_that_exists_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a:b.csv").touch()
    assert file_path("a:b.csv") == Path("a:b.csv")


def refusal(path: Path, number: int) -> str:
    with pytest.raises(PlanhatValidationError) as problem, translate_os_errors(path):
        raise OSError(number, "Said by the system", str(path))
    return str(problem.value)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_file_that_another_program_has_open_is_not_called_forbidden(tmp_path: Path, number: int) -> None:
    path = tmp_path / "report.csv"
    path.touch()
    assert refusal(path, number).endswith("It is open in another program, such as Excel: close it there.")
    assert refusal(tmp_path, number).endswith("It is a folder: name a file in it.")


def test_rights_names_and_long_paths_are_told_apart(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.csv", errno.EACCES).endswith("Name a file that this user may use.")
    assert "cannot contain characters such as ?" in refusal(tmp_path / "a?b.csv", errno.EINVAL)
    assert refusal(tmp_path / "none" / "a.csv", errno.ENOENT).endswith("Its folder does not exist: create it first.")
    long = tmp_path / ("a" * 259)
    assert refusal(long, errno.ENOENT).endswith(
        f"Its path has {len(str(long))} characters, and Windows allows 259: choose a shorter one."
    )


class Msvcrt:
    """Locks as Windows has them: on a byte, and kept for a moment when a file is closed without letting go.

    Attributes:
        held: When each file is let go, unless it is unlocked by name before.
    """

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self) -> None:
        self.held: dict[int, float] = {}

    def locking(self, file: int, mode: int, size: int) -> None:
        place = os.fstat(file).st_ino
        # The C library locks where its `_lseek` says that the file stands, which has 32 bits.
        assert os.lseek(file, 0, os.SEEK_CUR) + size < 2**31
        if mode == self.LK_UNLCK:
            del self.held[place]
        elif self.held.get(place, 0) > time.monotonic():
            raise PermissionError(errno.EACCES, "Permission denied")
        else:
            self.held[place] = time.monotonic() + 60


@pytest.fixture
def locks(monkeypatch: pytest.MonkeyPatch) -> Msvcrt:
    """Makes the package lock files as it does on Windows."""
    msvcrt = Msvcrt()
    monkeypatch.setitem(sys.modules, "msvcrt", msvcrt)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(files, "HELD", 0.3)
    return msvcrt


def fail_to_write(new: NewFile) -> None:
    with new:
        new.file.write(b"kept")
        raise ZeroDivisionError


def test_locks_are_let_go_by_name(tmp_path: Path, locks: Msvcrt) -> None:
    path = tmp_path / "export.csv"
    for _ in range(2):  # the file stays, to be continued: the next run has it at once
        with pytest.raises(ZeroDivisionError):
            fail_to_write(NewFile(path, keep=True))
        assert not locks.held
    assert (tmp_path / "export.csv.part").read_bytes() == b"kept"
    with NewFile(path) as new:
        new.file.write(b"done")
    assert (path.read_bytes(), locks.held) == (b"done", {})


def test_a_lock_that_goes_late_is_waited_for(tmp_path: Path, locks: Msvcrt) -> None:
    part = tmp_path / "export.csv.part"
    part.touch()
    locks.held[part.stat().st_ino] = time.monotonic() + 0.1
    with NewFile(tmp_path / "export.csv"):
        pass
    part.touch()
    locks.held[part.stat().st_ino] = time.monotonic() + 60
    with pytest.raises(PlanhatValidationError, match=r"export\.csv is in use by another process"):
        NewFile(tmp_path / "export.csv")


def test_what_failed_is_removed_where_open_files_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[BinaryIO] = []
    remove = Path.unlink

    def unlink(path: Path, **options: bool) -> None:
        if not opened[0].closed:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        remove(path, **options)

    monkeypatch.setattr(Path, "unlink", unlink)
    new = NewFile(tmp_path / "export.csv")
    opened.append(new.file)
    with pytest.raises(ZeroDivisionError):
        fail_to_write(new)
    assert list(tmp_path.iterdir()) == []
